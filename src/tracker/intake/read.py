"""One file from disk to a Book, whatever it is: the door of this package. Pure for given bytes, writes nothing.

Any bytes at all give a Book or raise Unreadable. A hostile workbook can still make the foreign reader abort the
interpreter in ways the guard does not foresee, so callers with many files read in child processes.
"""

from __future__ import annotations

from pathlib import Path

from tracker.intake import csv, excel, guard, html, legacy, ods, spreadsheetml
from tracker.intake.content import content_of
from tracker.intake.csv import Score
from tracker.intake.grid import Book, Unreadable
from tracker.intake.kind import Kind, kind_of

__all__ = ["Unreadable", "read_bytes", "read_file"]

_ENCRYPTED = frozenset({Kind.ENCRYPTED_XLSX, Kind.ENCRYPTED_XLS})
# Kinds that call for the same advice.
_FAMILY = {
    **dict.fromkeys((Kind.DOCX, Kind.DOC, Kind.RTF), "word"),
    **dict.fromkeys((Kind.ZIP, Kind.RAR, Kind.SEVEN_ZIP, Kind.GZIP), "archive"),
}


def read_file(path: Path, *, score: Score | None = None) -> Book:
    """The cells of one file. `score` chooses between readings of a CSV. Raises Unreadable and nothing else."""
    return read_bytes(content_of(path), path.name, score=score)


def read_bytes(data: bytes, name: str = "", *, score: Score | None = None, kind: Kind | None = None) -> Book:
    """The same for bytes at hand; `name` only names the sheet of an HTML page, as Excel does.

    Whoever knows the `kind` already says so.
    """
    if len(data) > guard.FILE_LIMIT:
        raise guard.too_large("file", guard.FILE_LIMIT)
    kind = kind or kind_of(data)
    if kind is Kind.EMPTY:
        raise guard.damaged("empty")
    if kind in _ENCRYPTED:
        raise Unreadable("encrypted_file", kind=kind.value.removeprefix("encrypted "))
    book = _cells(kind, data, name, score)
    guard.check_cell_texts(book.sheets)
    return book if book.encoding else legacy.repair_book(book)


def _cells(kind: Kind, data: bytes, name: str, score: Score | None) -> Book:
    match kind:
        case Kind.TEXT:
            return csv.read(data, score)
        case Kind.XLSX:
            return excel.read_xlsx(data)
        case Kind.XLS:
            return excel.read_xls(data)
        case Kind.ODS:
            return ods.read(data)
        case Kind.FLAT_ODS:
            return ods.read_flat(data)
        case Kind.HTML:
            return html.read(data, Path(name).stem)
        case Kind.SPREADSHEETML:
            return spreadsheetml.read(data)
    raise Unreadable("not_a_spreadsheet", kind=_FAMILY.get(kind, kind.value))
