"""Cells that were typed in TCVN3 or VNI, put into Unicode where that is certain.

For cells whose font tells, `excel` has done it already. A CSV of bytes is decoded as a whole elsewhere; here are the
ones whose bytes were made UTF-8 as they stood.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence

from tracker.intake import tcvn3, vni
from tracker.intake.grid import Book, Sheet

_TCVN3_HINT = re.compile("[\u00a1-\u00bf]")  # letters of TCVN3 that are symbols to everybody else
_UNICODE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u0300-\u0323\u1ea0-\u1ef9]")  # letters that neither of the two ever shows

Repair = Callable[[str], str | None]
_ENCODINGS: tuple[tuple[str, re.Pattern[str], Repair, Repair], ...] = (
    ("TCVN3", _TCVN3_HINT, tcvn3.repair, tcvn3.convert),
    ("VNI", vni.FOREIGN, vni.repair, vni.convert),
)
_HINTS = re.compile("|".join(hint.pattern for _, hint, _, _ in _ENCODINGS))
_TOGETHER = 64  # texts that are searched in one go


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
    texts = sheet.texts
    hints = _found(_HINTS, texts)
    for encoding, hint, sure, known in _ENCODINGS:
        repaired = _repaired(texts, sure) if hint.search(hints) else {}
        if not repaired:
            continue
        if not _found(_UNICODE, texts):
            repaired = _repaired(texts, known)
        rows = [[repaired.get(value, value) if type(value) is str else value for value in row] for row in sheet.rows]
        return dataclasses.replace(sheet, rows=rows), encoding
    return sheet, ""


def _found(letters: re.Pattern[str], texts: Sequence[str]) -> str:
    """Those of the letters that stand in any text."""
    found: set[str] = set()
    for start in range(0, len(texts), _TOGETHER):
        found.update(letters.findall(" ".join(texts[start : start + _TOGETHER])))
    return "".join(found)


def _repaired(texts: Sequence[str], repair: Repair) -> dict[str, str]:
    """The texts that become others, with what they become."""
    fixed = ((text, repair(text)) for text in texts if not text.isascii())
    return {text: now for text, now in fixed if now and now != text}
