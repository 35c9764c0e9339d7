"""Who is to fill what: one task for each body, plan and period that a plan's table of returns expects.

Knows the plan and the registry. A body that the table names for several forms and the same period fills one workbook.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tracker.naming import file_name, plain
from tracker.period import Kind, Period, fits, months_of, year_of
from tracker.place import Places, Unit
from tracker.plan import Due, Expected, Plan
from tracker.submission import bodies

_MONTHS = {Kind.HALF: 6, Kind.QUARTER: 3, Kind.MONTH: 1}
_SHORT = {Kind.HALF: "H{}", Kind.QUARTER: "Q{}", Kind.MONTH: "{:02}"}


@dataclass(frozen=True, slots=True)
class Task:
    """One workbook to fill: by whom, for which days, with which forms.

    `fixed` is false where the plan leaves the kind of period open: then the body may change it. `parent` is the unit
    that the body's own belongs to, None of a province.
    """

    plan: Plan
    year: int
    unit: Unit
    parent: Unit | None
    agency: str
    kind: Kind
    period: Period
    label: str
    fixed: bool
    forms: tuple[str, ...]
    dues: tuple[tuple[str, Due], ...]

    @property
    def name(self) -> str:
        """The file, in the folder of its district: code, agency, unit, plan, period; letters that any mail takes."""
        who = f"{self.unit.code}_{self.agency}_{plain(self.unit.full_name)}"
        return f"{self.folder}/{who}_{self.plan.id}_{self.label}.xlsx"

    @property
    def folder(self) -> str:
        place = self.parent if self.parent is not None and len(self.unit.code) > 3 else self.unit
        return file_name(place.code, place.full_name)

    @property
    def first_due(self) -> Due | None:
        """Of the forms that have a day, the earliest: the workbook goes as a whole."""
        return min((due for _, due in self.dues), key=lambda due: due.last_day(self.year), default=None)

    def due(self, form: str) -> Due | None:
        return next((due for code, due in self.dues if code == form), None)


def tasks(plan: Plan, year: int, places: Places) -> list[Task]:
    """Every workbook of a plan's year, by unit and agency; units are those in force on its last day."""
    on = date(year, 12, 31)
    found = [
        (unit, agency, span, expected)
        for expected in plan.returns
        for agency, unit in bodies(plan, expected, places, on)
        for span in _spans(plan, expected, year)
    ]
    order = sorted(found, key=lambda one: (*_by_unit(one[0]), one[1], one[2]))
    grouped = groupby(order, key=lambda one: (one[0], one[1], one[2]))
    made = (_task(plan, year, places, key, [it[3] for it in group]) for key, group in grouped)
    return [one for one in made if one is not None]


def _task(
    plan: Plan, year: int, places: Places, key: tuple[str, str, tuple[Period, Kind, str]], asked: list[Expected]
) -> Task | None:
    code, agency, (period, kind, label) = key
    lives = places.in_period(code, year_of(year))
    if not lives:
        return None
    return Task(
        plan=plan,
        year=year,
        unit=lives[-1],
        parent=places.unit(lives[-1].parent, min(lives[-1].valid.last, date(year, 12, 31))),
        agency=agency,
        kind=kind,
        period=period,
        label=label,
        fixed=any(one.periods or one.reference for one in asked),
        forms=tuple(sorted({form for one in asked for form in one.forms})),
        dues=tuple((form, one.due) for one in asked if one.due for form in one.forms),
    )


def _by_unit(code: str) -> tuple[int, str]:
    return len(code), code


def _spans(plan: Plan, expected: Expected, year: int) -> Iterator[tuple[Period, Kind, str]]:
    """The days that the returns of a year are for: the window, the year, or each half, quarter or month of it."""
    if expected.window:
        window = plan.window(expected.window, year)
        kinds = () if Kind.CAMPAIGN in expected.periods else expected.periods
        kind = next((kind for kind in kinds if fits(kind, window)), Kind.CAMPAIGN)  # a window need not be a quarter
        yield window, kind, f"{year}-{plain(expected.window)}"
        return
    short = next((kind for kind in expected.periods if kind in _MONTHS), None)
    if short is None or Kind.YEAR in expected.periods:
        campaign = expected.periods == (Kind.CAMPAIGN,)
        yield year_of(year), Kind.CAMPAIGN if campaign else Kind.YEAR, str(year)
        return
    months, step = list(months_of(year_of(year))), _MONTHS[short]
    for number in range(12 // step):
        first, last = months[number * step], months[(number + 1) * step - 1]
        yield Period(first.first, last.last), short, f"{year}-{_SHORT[short].format(number + 1)}"
