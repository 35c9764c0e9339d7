"""Cells that were typed in TCVN3 or VNI, put into Unicode where that is certain.

For cells whose font tells, `excel` has done it already. A CSV of bytes is decoded as a whole elsewhere; here are the
ones whose bytes were made UTF-8 as they stood.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import lru_cache

from tracker.intake import tcvn3, vni
from tracker.intake.grid import Book, Sheet, Value

_TCVN3_HINT = re.compile("[\u00a1-\u00bf]")  # letters of TCVN3 that are symbols to everybody else
_UNICODE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u0300-\u0323\u1ea0-\u1ef9]")  # letters that neither of the two ever shows

Repair = Callable[[str], str | None]
_ENCODINGS: tuple[tuple[str, re.Pattern[str], Repair, Repair], ...] = (
    ("TCVN3", _TCVN3_HINT, tcvn3.repair, tcvn3.convert),
    ("VNI", vni.FOREIGN, vni.repair, vni.convert),
)
_SIGNS = (1, 2)
_SIGN_OF_UNICODE = 4
_KNOWN = 300  # characters; longer texts are somebody's own


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
    shown = 0
    for row in sheet.rows:
        for value in row:
            if type(value) is str:
                shown |= _known_letters(value) if len(value) <= _KNOWN else _letters(value)
    for sign, (encoding, _, sure, known) in zip(_SIGNS, _ENCODINGS, strict=True):
        if not shown & sign:
            continue
        rows = [[_repair(value, sure) for value in row] for row in sheet.rows]
        if rows == sheet.rows:
            continue
        if not shown & _SIGN_OF_UNICODE:
            rows = [[_repair(value, known) for value in row] for row in sheet.rows]
        return dataclasses.replace(sheet, rows=rows), encoding
    return sheet, ""


def _letters(text: str) -> int:
    """Which encodings a text may be in, by its letters, and whether one is of Unicode alone: a sum of signs."""
    signs = (sign for sign, (_, hint, _, _) in zip(_SIGNS, _ENCODINGS, strict=True) if hint.search(text))
    return sum(signs) + (_SIGN_OF_UNICODE if _UNICODE.search(text) else 0)


@lru_cache(maxsize=16384)
def _known_letters(text: str) -> int:
    """The same for a text that may stand in many cells of many files."""
    return _letters(text)


def _repair(value: Value, repair: Repair) -> Value:
    return (repair(value) or value) if isinstance(value, str) else value
