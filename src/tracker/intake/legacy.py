"""Cells that were typed in TCVN3 or VNI, put into Unicode where that is certain.

For cells whose font tells, `excel` has done it already. A CSV of bytes is decoded as a whole elsewhere; here are the
ones whose bytes were made UTF-8 as they stood.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from tracker.intake import tcvn3, vni
from tracker.intake.grid import Book, Sheet, Value

_TCVN3_HINT = re.compile("[\u00a1-\u00bf]")  # letters of TCVN3 that are symbols to everybody else
_UNICODE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u0300-\u0323\u1ea0-\u1ef9]")  # letters that neither of the two ever shows

Repair = Callable[[str], str | None]
_ENCODINGS: tuple[tuple[str, re.Pattern[str], Repair, Repair], ...] = (
    ("TCVN3", _TCVN3_HINT, tcvn3.repair, tcvn3.convert),
    ("VNI", vni.FOREIGN, vni.repair, vni.convert),
)


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
    text = "\n".join(value for row in sheet.rows for value in row if type(value) is str)
    for encoding, hint, sure, known in _ENCODINGS:
        if not hint.search(text):
            continue
        rows = [[_repair(value, sure) for value in row] for row in sheet.rows]
        if rows == sheet.rows:
            continue
        if not _UNICODE.search(text):
            rows = [[_repair(value, known) for value in row] for row in sheet.rows]
        return dataclasses.replace(sheet, rows=rows), encoding
    return sheet, ""


def _repair(value: Value, repair: Repair) -> Value:
    return (repair(value) or value) if isinstance(value, str) else value
