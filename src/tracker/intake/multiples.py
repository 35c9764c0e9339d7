"""Which figures are told in thousands or millions: a unit over a table, in a line, under or in a heading says so.

"Đơn vị tính: nghìn người" over a table makes 12 another figure than the form asks for. Units of money, "triệu đồng",
are how money is counted, which no form asks for: they multiply nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tracker.folding import MULTIPLE, fold, tidy
from tracker.form import Field, Kind
from tracker.intake.sieve import Sieve
from tracker.intake.tables import BRACKETED, RowSays, Table, is_blank

COUNTED = (Kind.COUNT, Kind.PERSONS)
_OVER, _UNDER = 8, 2  # rows of titles and merged headings, of units
_LONG = 100  # characters: no unit
_CAPTION = re.compile(r"^(?:don vi(?: tinh)?|dvt|dv tinh)\b (.*)")
_BEGINS = re.compile(rf"^(?:{MULTIPLE.pattern})")
_MONEY = re.compile(r"\b(?:dong|d|vnd|usd)\b")


@dataclass(frozen=True)
class Multiples:
    """The units over a table, of its columns and of its lines (from 0), as they were typed; "" where none is said.

    Those over it and of its columns multiply; what a line says of itself may be a unit that does not.
    """

    fields: tuple[Field, ...]
    over: str
    columns: Mapping[int, str]
    lines: Mapping[int, str]

    def of(self, one: Field, place: int, line: int) -> str:
        """The unit that multiplies the figure of a field at a place of a line; "" for none."""
        if one.kind not in COUNTED:
            return ""
        if line in self.lines:
            said = self.lines[line]
            return tidy(said) if multiplies(said) else ""
        return self.columns.get(place) or (self.over if self._over_all or one in self._named else "")

    @cached_property
    def _named(self) -> frozenset[Field]:
        """The fields that count what the unit over the table does: persons, for "nghìn người"."""
        unit = _BEGINS.sub("", _captioned(self.over)).strip()
        return frozenset(one for one in self.fields if unit and f" {unit} " in f" {fold(one.measure)} ")

    @cached_property
    def _over_all(self) -> bool:
        return not self._named


def multiplies(unit: str) -> bool:
    """Whether a unit such as "nghìn người" or "1.000 tờ" is a multiple of what a form counts."""
    folded = fold(unit)
    return bool(_BEGINS.match(folded) and not _MONEY.search(folded))


def multiples(table: Table) -> Multiples | None:
    """What multiplies the figures of a table; None for nothing, as nearly always."""
    if not _UNITS.among(table.sheet.texts):
        return None
    over = [said for said in _texts_over(table) if _captioned(said)]
    columns, lines = dict(_units_of_columns(table)), dict(_units_of_lines(table))
    return Multiples(table.form.fields, tidy(over[-1]) if over else "", columns, lines)


def _captioned(text: str) -> str:
    """The folded unit of "Đơn vị tính: nghìn người" where it multiplies, else ""."""
    said = _CAPTION.match(fold(text))
    return said[1] if said and multiplies(said[1]) else ""


def _texts_over(table: Table) -> Iterator[str]:
    """The texts over the headings, each with the one beside it: "Đơn vị tính:" and the unit may be two cells."""
    for row in table.sheet.rows[max(0, table.header_row - _OVER) : table.header_row]:
        texts = [cell for cell in row if isinstance(cell, str) and not is_blank(cell)]
        yield from texts
        yield from (f"{one} {beside}" for one, beside in pairwise(texts) if one.rstrip().endswith(":"))


def _units_of_columns(table: Table) -> Iterator[tuple[int, str]]:
    """Bracketed units that stand right under the headings, in a row that is none of the table's."""
    under = range(table.header_row + 1, table.header_row + 1 + _UNDER)
    below = sorted(set(under) - {number for number, says in table.rows() if says is RowSays.DATA})
    for place in table.columns.values():
        for cell in (table.sheet.at(number, place) for number in below):
            if isinstance(cell, str) and _bracketed(cell):
                yield place, tidy(cell)


def _units_of_lines(table: Table) -> Iterator[tuple[int, str]]:
    """What lines say under Đơn vị tính, which in a row-coded form the template prints: there only what multiplies."""
    place = table.columns.get("Đơn vị tính")
    for number in range(table.header_row + 1, len(table.sheet.rows) if place is not None else 0):
        said = table.sheet.at(number, place or 0)
        if isinstance(said, str) and (multiplies(said) or "Mã số" not in table.columns):
            yield number, said


def _bracketed(cell: str) -> bool:
    return bool(BRACKETED.match(cell.strip()) and (multiplies(cell) or _captioned(cell)))


def _is_unit(text: str) -> bool:
    return len(text) < _LONG and bool(multiplies(text) or _captioned(text) or _bracketed(text))


_UNITS: Sieve[str] = Sieve(_is_unit, finds_words=True)
