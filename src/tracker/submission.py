"""Who has filed what, on time or late: the submission table of a plan. Source: the contract, section 7."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tracker.period import Period
from tracker.plan import Expected, Plan
from tracker.versions import ACCEPTED, Fate, Version

if TYPE_CHECKING:
    from tracker.facts import Places
    from tracker.place import Places as Registry


@dataclass(frozen=True, slots=True)
class Filer:
    """One body that is expected to file, and what became of that: on_time, late, returned or missing."""

    unit: str
    agency: str
    state: str
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One line of the table: a form (or several, any of which will do) and its filers."""

    form: str
    due: date | None
    filers: tuple[Filer, ...]

    def count(self, state: str) -> int:
        return sum(filer.state == state for filer in self.filers)


STATES = ("on_time", "late", "returned", "missing")


def submissions(plan: Plan, versions: Sequence[Version], places: Places, year: int, as_of: date) -> list[Submission]:
    """One line for each form that has expected filers; reference lists have none."""
    return [_line(plan, one, versions, places, year, as_of) for one in plan.returns if not one.reference]


def _line(
    plan: Plan, expected: Expected, versions: Sequence[Version], places: Places, year: int, as_of: date
) -> Submission:
    due = expected.due.last_day(year) if expected.due else None
    window = plan.window(expected.window, year)
    by_filer: dict[tuple[str, str], list[Version]] = {}
    forms = frozenset(expected.forms)
    for one in versions:
        if one.form in forms and speaks_of(one, window, year):
            by_filer.setdefault((one.unit, one.agency), []).append(one)
    filers = [
        _filer(unit, agency, by_filer, due, lambda code: places.merged_into(code, as_of))
        for agency, unit in bodies(plan, expected, places, as_of)
    ]
    return Submission(expected.form, due, tuple(filers))


def bodies(plan: Plan, expected: Expected, places: Places, as_of: date) -> Iterable[tuple[str, str]]:
    """Agency and unit of each body that a line of the table of returns names."""
    for filer in expected.filers:
        if filer.tier == "commune":
            units = [unit.code for unit in places.communes(plan.area, as_of)]
        elif filer.tier == "district" and len(plan.area) == 2:
            units = [unit.code for unit in places.districts(plan.area, as_of)]
        elif filer.tier == "province" and len(plan.area) == 3:
            units = [places.district_of(plan.area, as_of)]
        elif filer.tier == "province" and places.is_country(plan.area):
            units = [unit.code for unit in places.provinces(as_of)]
        else:
            units = [plan.area]
        yield from ((filer.agency, unit) for unit in units)


def asks(plan: Plan, form: str, unit: str, places: Registry) -> bool:
    """Whether a plan's table of returns has the form, and its area the unit."""
    lives = places.units_of_code(unit) if plan.expected(form) else ()
    return any(life.lies_in(plan.area) for life in lives)


def speaks_of(one: Version, window: Period, year: int) -> bool:
    """Whether a version is for the year or window: by its days, and a yearly one for no other year than its own.

    One that was refused, or whose period cannot be told, is for the year that it names.
    """
    period = one.period
    if period is None or period.first > period.last:
        return one.year == year
    if one.status != ACCEPTED and one.year == year:
        return True
    return period.overlaps(window) and (one.kind != "năm" or one.year == year)


def _filer(
    unit: str,
    agency: str,
    by_filer: dict[tuple[str, str], list[Version]],
    due: date | None,
    merged_into: Callable[[str], tuple[str, ...]],
) -> Filer:
    own = _state(by_filer.get((unit, agency), []), due)
    merged = merged_into(unit) if own[0] == "missing" else ()
    if not merged:
        return Filer(unit, agency, *own)
    for_it = [_state(by_filer.get((code, agency), []), due) for code in merged]
    if all(state in ("on_time", "late") for state, _ in for_it):
        last = max(day for _, day in for_it if day is not None)
        return Filer(unit, agency, "late" if any(state == "late" for state, _ in for_it) else "on_time", last)
    return Filer(unit, agency, *own)


_FALLEN = (Fate.CONFLICTING, Fate.COPIED, Fate.REJECTED, Fate.QUARANTINED, Fate.WITHDRAWN)
"""Those that do not stand."""


def _state(versions: Sequence[Version], due: date | None) -> tuple[str, date | None]:
    """By the first accepted version; only rejected, conflicting or quarantined ones are "returned"."""
    if any(one.fate not in _FALLEN for one in versions):
        first = min(one.received_on for one in versions if one.status == ACCEPTED and not one.withdrawn)
        return ("late" if due is not None and first > due else "on_time"), first
    came = [one.received_on for one in versions if one.fate is not Fate.WITHDRAWN]
    return ("returned", min(came)) if came else ("missing", None)
