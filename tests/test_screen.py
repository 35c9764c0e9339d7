"""Lines for people: what goes into a file or a pipe is, letter by letter, what a terminal without colours shows."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from rich.console import Console

from conftest import run
from tracker.cli.screen import Coloured, Plain

FAULTY = Path(__file__).parents[1] / "sample_data" / "faulty" / "date_order.xlsx"
LETTERS = "abđếo.,-“”…·"
WORDS = some.text(LETTERS, min_size=1, max_size=30)
ODD = some.sampled_from(["", "漢字", "e\u0301", "\t", "\u00a0", "🙂"])


def printed(kind: str, width: int, *pieces: str | tuple[str, str], whole: bool) -> str:
    page = io.StringIO()
    console = Console(file=page, width=width, highlight=False, emoji=False, markup=False)
    (Plain(page, width) if kind == "plain" else Coloured(console)).line(*pieces, whole=whole)
    return page.getvalue()


@given(some.lists(WORDS, max_size=25), some.sampled_from([" ", "  ", "\n", "\n   "]), ODD, some.integers(8, 60))
def test_a_line_is_broken_as_rich_breaks_it(words: list[str], between: str, odd: str, width: int) -> None:
    """Whatever stands between words, however long they are, and with letters that take two columns or none."""
    text = between.join([*words, odd]).rstrip()
    for whole in (False, True):
        assert printed("plain", width, text, whole=whole) == printed("rich", width, text, whole=whole)


@given(some.lists(some.tuples(WORDS, some.sampled_from(["bold", "red", "dim"])), max_size=5))
def test_styles_are_only_for_screens_that_show_them(pieces: list[tuple[str, str]]) -> None:
    """The text is the same with them and without."""
    assert printed("plain", 20, *pieces, whole=True) == printed("rich", 20, *pieces, whole=True)


@pytest.mark.parametrize("asked", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_who_asks_for_colours_gets_them_in_a_pipe_too(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As viewers and build servers do; the words are the same."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    plain = run("check", FAULTY).out
    monkeypatch.setenv(asked, "1")
    coloured = run("check", FAULTY).out
    assert "\x1b[" not in plain
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
