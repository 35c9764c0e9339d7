"""Cells of a workbook that were typed in TCVN3, put into Unicode where that is certain from the text alone.

For cells whose font tells, `excel` has done it already. A CSV is decoded as a whole elsewhere. VNI is not known.
"""

from __future__ import annotations

import dataclasses
import re

from tracker.intake import tcvn3
from tracker.intake.grid import Book, Sheet, Value

_HINT = re.compile("[\u00a1-\u00bf]")  # letters of TCVN3 that are symbols to everybody else


def repair_book(book: Book) -> Book:
    """The book with such cells in Unicode and `encoding` saying so; the book itself when it has none."""
    sheets = tuple(map(_repair_sheet, book.sheets))
    if all(new is old for new, old in zip(sheets, book.sheets, strict=True)):
        return book
    return dataclasses.replace(book, sheets=sheets, encoding="TCVN3")


def _repair_sheet(sheet: Sheet) -> Sheet:
    texts = [value for row in sheet.rows for value in row if type(value) is str]
    if not _HINT.search("\n".join(texts)):
        return sheet
    rows = [[_repair(value) for value in row] for row in sheet.rows]
    return sheet if rows == sheet.rows else dataclasses.replace(sheet, rows=rows)


def _repair(value: Value) -> Value:
    return (tcvn3.repair(value) or value) if isinstance(value, str) else value
