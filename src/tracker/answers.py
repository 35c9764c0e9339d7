"""The vocabulary of a form while it is read: its rows, where each answer stands, and the problems found so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.form import Form
from tracker.period import Period
from tracker.problems import Problem, problem
from tracker.returns import Answered, Filing, Record, Told, told


@dataclass(slots=True)
class Row(Record):
    """A record while it is read: where each of its answers stands, also the blank ones.

    `letters` name the column of each field, from the left; `places` the cells of a row-coded form, and those of any
    that gave no plain answer. `elsewhere` names the sheet of the answers that do not stand on `sheet`: a row-coded
    form that goes on on another.
    """

    refused: bool = False

    def place(self, name: str) -> str:
        """A1 of a field's cell, blank or not; the row's first column when the form has no cell for it."""
        if name in self.places:
            return self.places[name]
        letters = self.letters.get(name) or next(iter(self.letters.values()))
        return f"{letters}{self.row}"

    @property
    def first_filled(self) -> str:
        """The field of the first cell of a table form's row that holds something; "" when all are blank."""
        return next((name for name in self.letters if name in self.values or name in self.places), "")

    def take(self, one: Told) -> None:
        self.values[one.name] = one.value
        self.told[one.name] = one

    def amend(self, name: str, value: Answered, *, by: str = "") -> None:
        """Takes `value` for what the cell of a field told, or that of the field `by`, which answers this one, too."""
        one = self.told[by or name]
        self.take(told(name, value, one.raw, one.qualifier))
        if by:
            self.places[name] = self.place(by)
            self.elsewhere.pop(name, None)
            if by in self.elsewhere:
                self.elsewhere[name] = self.elsewhere[by]


@dataclass(slots=True)
class Reading:
    """A form as read: the period of its return, its rows, its filing so far, and the problems found."""

    form: Form
    period: Period | None = None
    rows: list[Row] = field(default_factory=list)
    filing: Filing = field(default_factory=lambda: Filing(""))
    problems: list[Problem] = field(default_factory=list)
    error_cells: set[tuple[str, str]] = field(default_factory=set)

    def report(self, code: str, row: Row, name: str, **facts: Any) -> None:
        """Adds a problem at the cell of a field; a cell with an error gets no second one."""
        cell = row.place(name)
        about = self.form.by_name[name]
        found = facts.pop("found", None)
        if found is None:
            found = row.told[name].raw if name in row.told else ""
        one = problem(
            code,
            form=self.form.code,
            sheet=row.elsewhere.get(name, row.sheet),
            cell=cell,
            field=name,
            found=found,
            label=facts.pop("label", about.label),
            **facts,
        )
        at = (one.sheet, cell)
        if one.is_error and at in self.error_cells:
            return
        self.problems.append(one)
        if one.is_error:
            self.error_cells.add(at)

    def refuse_row(self, row: Row) -> None:
        """Takes a row out of the records; the days it speaks of stay known as missing."""
        row.refused = True
        days = [day for name in self.form.dated_by if isinstance(day := row.values.get(name), date)]
        if days:
            self.filing.refused_days.append(Period(min(days), max(days)))
        else:
            self.filing.refused_undated = True

    def finish(self) -> Filing:
        self.filing.records = [row for row in self.rows if row.values and not row.refused]
        return self.filing


@dataclass(frozen=True, slots=True)
class Says:
    """The answers that a heading is made of, with where each stands; `faulty` names those that could not be read.

    `typed` is what stands in their cells.
    """

    values: Mapping[str, Answered]
    sheet: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    faulty: frozenset[str] = frozenset()
    typed: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        return "" if value is None else str(value)

    def note(self, code: str, name: str, **facts: str) -> Problem:
        cell = self.cells.get(name, "")
        found = self.typed.get(name) or self.text(name)
        return problem(code, sheet=self.sheet, cell=cell, field=name, found=found, facts=facts)
