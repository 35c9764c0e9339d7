"""One file from disk to a Book, whatever it is: the door of this package. Pure for given bytes, writes nothing.

Any bytes at all give a Book or raise Unreadable. A hostile workbook can still make the foreign reader abort the
interpreter in ways the guard does not foresee, so callers with many files read in child processes.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tracker.intake import csv, excel, guard, html, legacy, ods, spreadsheetml
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
# A FIFO without a writer must not block, and a child process must not inherit the file. Windows has no such flags.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
)


def read_file(path: Path, *, score: Score | None = None) -> Book:
    """The cells of one file. `score` chooses between readings of a CSV. Raises Unreadable and nothing else."""
    return read_bytes(content_of(path), path.name, score=score)


def content_of(path: Path) -> bytes:
    """All bytes of a regular file, read once.

    Raises Unreadable: file_too_large; unreadable_file with reason vanished, not_regular, no_permission or io.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError as cause:
        raise guard.damaged("vanished") from cause
    except PermissionError as cause:  # what Windows says of a folder, too
        raise guard.damaged("not_regular" if path.is_dir() else "no_permission") from cause
    except (OSError, ValueError) as cause:  # ValueError: a NUL in the name
        raise guard.damaged("io") from cause
    try:
        return _content(descriptor)
    except OSError as cause:
        raise guard.damaged("io") from cause
    finally:
        os.close(descriptor)


def _content(descriptor: int) -> bytes:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise guard.damaged("not_regular")
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(guard.FILE_LIMIT + 1)


def read_bytes(data: bytes, name: str = "", *, score: Score | None = None) -> Book:
    """The same for bytes at hand; `name` only names the sheet of an HTML page, as Excel does."""
    if len(data) > guard.FILE_LIMIT:
        raise guard.too_large("file", guard.FILE_LIMIT)
    kind = kind_of(data)
    if kind is Kind.EMPTY:
        raise guard.damaged("empty")
    if kind in _ENCRYPTED:
        raise Unreadable("encrypted_file", kind=kind.value.removeprefix("encrypted "))
    match kind:
        case Kind.TEXT:
            return csv.read(data, score)
        case Kind.XLSX:
            return legacy.repair_book(excel.read_xlsx(data))
        case Kind.XLS:
            return legacy.repair_book(excel.read_xls(data))
        case Kind.ODS:
            return legacy.repair_book(ods.read(data))
        case Kind.HTML:
            return legacy.repair_book(html.read(data, Path(name).stem))
        case Kind.SPREADSHEETML:
            return legacy.repair_book(spreadsheetml.read(data))
    raise Unreadable("not_a_spreadsheet", kind=_FAMILY.get(kind, kind.value))
