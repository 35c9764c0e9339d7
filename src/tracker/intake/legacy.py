"""Cells that were typed in TCVN3 or VNI, put into Unicode where that is certain.

For cells whose font tells, `excel` has done it already. A CSV of bytes is decoded as a whole elsewhere; here are the
ones whose bytes were made UTF-8 as they stood.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracker.intake import tcvn3, vni
from tracker.intake.grid import Book, Sheet
from tracker.intake.sieve import Sieve

_TCVN3_HINT = re.compile("[\u00a1-\u00bf]")  # letters of TCVN3 that are symbols to everybody else
_UNICODE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u0300-\u0323\u1ea0-\u1ef9]")  # letters that neither of the two ever shows


@dataclass(frozen=True)
class _Encoding:
    """How texts in an encoding are told from others: a letter that hints at it, and what can be nothing else."""

    name: str
    hint: Callable[[str], object]
    sure: Sieve[str]
    repair: Callable[[str], str | None]
    convert: Callable[[str], str | None]


_ENCODINGS = (
    _Encoding("TCVN3", _TCVN3_HINT.search, Sieve(tcvn3.repair), tcvn3.repair, tcvn3.convert),
    _Encoding("VNI", vni.FOREIGN.search, Sieve(vni.repair), vni.repair, vni.convert),
)
_HINTS = Sieve[str](lambda text: any(encoding.hint(text) for encoding in _ENCODINGS))


def repair_book(book: Book) -> Book:
    """The book with such cells in Unicode and `encoding` saying so; the book itself when it has none."""
    repaired = [_repair_sheet(sheet) for sheet in book.sheets]
    encodings = [encoding for _, encoding in repaired if encoding]
    if not encodings:
        return book
    return dataclasses.replace(book, sheets=tuple(sheet for sheet, _ in repaired), encoding=encodings[0])


def _repair_sheet(sheet: Sheet) -> tuple[Sheet, str]:
    """The sheet and the encoding that was found in it, "" for none.

    In a sheet with certain cells and no letter of Unicode Vietnamese, the doubtful ones are converted as well.
    """
    hints = _HINTS.among(sheet.texts)
    for encoding in _ENCODINGS if hints else ():
        certain = encoding.sure.among(sheet.texts) if any(map(encoding.hint, hints)) else set()
        repaired = _repaired(certain, encoding.repair)
        if not repaired:
            continue
        if not any(map(_UNICODE.search, sheet.texts)):
            repaired = _repaired(sheet.texts, encoding.convert)
        rows = [[repaired.get(value, value) if type(value) is str else value for value in row] for row in sheet.rows]
        return dataclasses.replace(sheet, rows=rows), encoding.name
    return sheet, ""


def _repaired(texts: Iterable[str], repair: Callable[[str], str | None]) -> dict[str, str]:
    """The texts that become others, with what they become."""
    fixed = ((text, repair(text)) for text in texts)
    return {text: now for text, now in fixed if now and now != text}
