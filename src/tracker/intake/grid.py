"""What a file holds before any form is looked for: sheets of cells with their places. Imports nothing else here.

Rows and columns count from 0 here; A1 names come from `a1`. A blank cell is None, never "".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
"""What a cell holds: text as typed, a number, a date; a percentage is a text, other formats do not show here."""

At: TypeAlias = tuple[int, int]
"""Row and column, from 0."""

Rows = list[list[Value]]

_GREATEST_SHARE = 10**6
_LITERAL = re.compile(r'"[^"]*"|\\.')


ERRORS = frozenset({"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
"""What a cell shows whose formula failed; in HTML and CSV it comes as this text."""


@lru_cache(maxsize=1024)
def column_name(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def a1(row: int, column: int) -> str:
    """The name that Excel shows: a1(0, 0) is "A1"."""
    return f"{column_name(column)}{row + 1}"


def shows_percent(code: str) -> bool:
    """Whether a number format multiplies by 100, which a percent sign does that is no literal text."""
    return "%" in _LITERAL.sub("", code)


def shown_as_percentage(value: Value) -> Value:
    """A number as a percentage of at most two decimals, as text.

    Anything else as it is: 0, which is none, and what is too great for a share and may be the number of a person.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < abs(value) < _GREATEST_SHARE:
        return value
    return f"{value:.2%}".rstrip("0%").rstrip(".").replace(".", ",") + "%"


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows from the first of the sheet, ragged; and what is special about some of its cells.

    `errors` holds the error shown (#REF!) by place, `unvalued` the formulas that were saved without a value,
    `struck` the cells whose text is struck through. All are places of cells in `rows`. `since_1904` says that a
    number which was a day counts from 1904, not from 1900. `merged` leads from a cell that was merged into one above
    it to that one.
    """

    name: str
    rows: Sequence[Sequence[Value]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: Mapping[At, str] = field(default_factory=dict)
    unvalued: frozenset[At] = frozenset()
    struck: frozenset[At] = frozenset()
    since_1904: bool = False
    merged: Mapping[At, At] = field(default_factory=dict)

    @cached_property
    def distinct(self) -> frozenset[Value]:
        """Every value of the sheet once, since cells repeat each other; of those that are equal, 1 and True, one."""
        return frozenset().union(*self.rows)

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every text of the sheet once."""
        return frozenset([value for value in self.distinct if type(value) is str])

    def at(self, row: int, column: int) -> Value:
        """The value at a place; None outside the sheet."""
        try:
            return self.rows[row][column]
        except IndexError:
            return None


@dataclass(frozen=True, slots=True)
class Book:
    """One file as cells. `is_csv` files hold one sheet; `encoding` is set when it is not Unicode."""

    sheets: Sequence[Sheet]
    is_csv: bool = False
    encoding: str = ""


class Unreadable(Exception):  # noqa: N818 - says what the file is; no fault of the program
    """A file that gives no cells at all. `code` is one of problems.CODES, `facts` fill its message.

    Codes: unreadable_file (facts: reason), encrypted_file (kind), not_a_spreadsheet (kind),
    file_too_large (limit, of: what there is too much of).
    """

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def trim(rows: Rows, keep: Iterable[At] = ()) -> Rows:
    """`rows` without blank ends, in place; the places `keep` stay, or come into being, as blank cells."""
    widths: dict[int, int] = {}
    for row, column in keep:
        widths[row] = max(widths.get(row, 0), column + 1)
    for cells in rows:
        if cells and cells[-1] is None:
            width = len(cells) - 1
            while width and cells[width - 1] is None:
                width -= 1
            del cells[width:]
    for row, width in widths.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([None] * (width - len(rows[row])))
    while rows and not rows[-1]:
        rows.pop()
    return rows
