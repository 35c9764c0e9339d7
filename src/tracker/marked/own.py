"""Our own sheet in a file that comes back: it is never data, and the reasons typed into it are taken down.

The sheet is known by the words that head its hidden column, whatever it is called by now and in whatever format it
was saved. What it says of a cell was written by `listing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tracker.folding import fold, tidy
from tracker.intake.grid import Book, Sheet, Value, a1
from tracker.intake.privacy import hits
from tracker.problems import Severity
from tracker.reading import raw_text
from tracker.returns import Reason

WORDS = ("code", "severity", "form", "sheet", "cell", "field", "found", "unit")
"""What a cell of the hidden column says of its row: a JSON list of these."""

MARK, MARK_OF_CSV = "tracker.marks", "tracker.marks.csv"
"""What heads that column; the second where the file that was marked was a CSV."""

_MARKS = frozenset({MARK, MARK_OF_CSV})

REASON_LABELS = ("Lý do, nếu số liệu đúng", "Reason, if the figure is right")
_FOLDED = frozenset(map(fold, REASON_LABELS))
_HEADER_WITHIN = 40
_LONGEST = 1000  # characters of a reason; more is a report of its own


@dataclass(frozen=True, slots=True)
class Returned:
    """A file without our sheet, and what was typed into that (see `returns.Received`).

    `names` are those of the other sheets in the file, also of the one that is read as a CSV, which has none.
    """

    book: Book
    names: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()


def without_own_sheet(book: Book) -> Returned:
    """The file as its unit means it; the same book where none of our sheets is in it."""
    headers = {number: header for number, sheet in enumerate(book.sheets) if (header := _header(sheet)) is not None}
    if not headers or book.is_csv:
        return Returned(book, tuple(sheet.name for sheet in book.sheets))
    others = tuple(sheet for number, sheet in enumerate(book.sheets) if number not in headers)
    names = tuple(sheet.name for sheet in others)
    was_csv = len(others) == 1 and any(header.of_csv for header in headers.values())
    if was_csv:
        others = (replace(others[0], name=""),)
    reasons: dict[tuple[str, ...], Reason] = {}
    ignored: list[tuple[str, str]] = []
    for number, header in headers.items():
        for cell, severity, one in _typed(book.sheets[number], header):
            if severity != Severity.WARNING:
                ignored.append((cell, "error"))
            elif hits(Sheet("", [[one.text]]), ()):
                ignored.append((cell, "personal"))
            else:
                reasons[(one.code, one.unit, one.form, one.sheet, one.cell, one.found)] = one
    own = tuple(book.sheets[number].name for number in headers)
    stripped = replace(book, sheets=others, is_csv=was_csv)
    return Returned(stripped, names, own, tuple(reasons.values()), tuple(ignored))


@dataclass(frozen=True, slots=True)
class _Header:
    """Where on our sheet the words and the reasons stand; `reasons` is -1 where that column is gone."""

    row: int
    words: int
    reasons: int
    of_csv: bool


def _header(sheet: Sheet) -> _Header | None:
    """None for a sheet that is not ours."""
    if _MARKS.isdisjoint(sheet.distinct):
        return None
    for number, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        mark = next((one for one in (MARK, MARK_OF_CSV) if one in row), None)
        if mark is not None:
            reasons = [column for column, cell in enumerate(row) if isinstance(cell, str) and fold(cell) in _FOLDED]
            return _Header(number, row.index(mark), reasons[0] if reasons else -1, mark == MARK_OF_CSV)
    return None


def _typed(sheet: Sheet, header: _Header) -> Iterator[tuple[str, str, Reason]]:
    """Each reason on our sheet with its cell and the gravity of what it stands beside."""
    for number in range(header.row + 1, len(sheet.rows) if header.reasons >= 0 else 0):
        value = sheet.at(number, header.reasons)
        text = tidy(raw_text(value))[:_LONGEST] if value is not None else ""
        said = unworded(sheet.at(number, header.words))
        if said and any(map(str.isalnum, text)):
            severity = said.pop("severity")
            yield a1(number, header.reasons), severity, Reason(text=text, **said)


def worded(said: Mapping[str, str]) -> str:
    """What the hidden column says of a row."""
    return json.dumps([said[name] for name in WORDS], ensure_ascii=False)


def unworded(value: Value) -> dict[str, str]:
    """The same read again; empty for anything else."""
    try:
        said = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return {}
    if not isinstance(said, list) or len(said) != len(WORDS) or not all(isinstance(one, str) for one in said):
        return {}
    return dict(zip(WORDS, said, strict=True))
