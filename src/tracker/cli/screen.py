"""Lines for people: in colour on a terminal, by way of rich; plain in a file or a pipe, which need not load it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.report.problems import Piece

_WORD = re.compile(r"\s*\S+\s*")  # with the space that follows: it stays at the end of a line as far as it fits
_ONE_WIDE = re.compile(r"[\n -~\xa1-\xac\xae-\u02ff\u1e00-\u1eff\u2010-\u2027]*")
"""What our sentences are written with: characters that take one column each; no mark over a letter, no Chinese."""


class Coloured:
    """A terminal, or what else shows colours."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @property
    def width(self) -> int:
        return self._console.width

    def line(self, *pieces: Piece, whole: bool = False) -> None:
        from rich.text import Text

        texts = (Text(one) if isinstance(one, str) else Text(*one) for one in pieces)
        self._console.print(reduce(add, texts) if pieces else "", soft_wrap=whole)


class Plain:
    """A file or a pipe."""

    def __init__(self, stream: IO[str], width: int) -> None:
        self._stream, self.width = stream, width

    def line(self, *pieces: Piece, whole: bool = False) -> None:
        text = "".join(one if isinstance(one, str) else one[0] for one in pieces)
        self._stream.write(f"{text if whole else broken(text, self.width)}\n")
        self._stream.flush()


def broken(text: str, width: int) -> str:
    """A text in lines of so many columns, as rich breaks it; which is asked for words and letters that need it."""
    paragraphs = [_WORD.findall(one) for one in text.split("\n")]
    long = any(len(word.rstrip()) > width for words in paragraphs for word in words)
    if long or not _ONE_WIDE.fullmatch(text):
        return _broken_by_rich(text, width)
    return "\n".join(line for words in paragraphs for line in _lines(words, width))


def _lines(words: list[str], width: int) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + len(word.rstrip()) > width:
            yield _fitted(line, width)
            line = ""
        line += word
    yield _fitted(line, width)


def _fitted(line: str, width: int) -> str:
    """The line without spaces at its end that do not fit."""
    return line[: max(width, len(line.rstrip()))]


def _broken_by_rich(text: str, width: int) -> str:
    from rich.console import Console
    from rich.text import Text

    return "\n".join(line.plain for line in Text(text).wrap(Console(width=width), width))
