"""What stands behind the figures of a report: the files that came, what is wrong with them, when things were done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.period import Period, year_of
from tracker.place import Places
from tracker.plan import Plan
from tracker.problems import Problem, Severity, cell_order
from tracker.report.content import Fault, Source, Timeline
from tracker.rules.measure import joint_once
from tracker.submission import speaks_of
from tracker.versions import Fate, Version
from tracker.waivers import answered, unit_of

if TYPE_CHECKING:
    from tracker.facts import Facts
    from tracker.returns import Waiver
    from tracker.store import Store

ACTIVITIES = "B04"
WEEK = timedelta(days=7)
LATE = "late"
GRAVITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}

_CURED = frozenset({Fate.SUPERSEDED, Fate.SAME_AGAIN, Fate.WITHDRAWN})
_REFUSED = frozenset({Fate.REJECTED, Fate.QUARANTINED})


@dataclass(frozen=True)
class Came:
    """What came for one plan and year: every version that speaks of the year, of units of the area.

    Reference lists speak of every year from their own on; those of one district's plan come from its province.
    """

    plan: Plan
    year: int
    everything: Sequence[Version]
    names: Mapping[str, str]
    places: Places

    @cached_property
    def versions(self) -> list[Version]:
        """In the order of form, unit, agency, outlet, period, revision and receipt."""
        return [one for one in self.everything if self._is_meant(one)]

    def _is_meant(self, one: Version) -> bool:
        areas = {self.plan.area}
        for expected in self.plan.expected(one.form):
            if expected.reference:
                in_time = one.year is None or one.year <= self.year
                areas |= {life.province for life in self.places.units_of_code(self.plan.area)}
            else:
                in_time = speaks_of(one, self.plan.window(expected.window, self.year), self.year)
            if in_time and self._lies_in(one, areas):
                return True
        return False

    def _lies_in(self, one: Version, areas: Iterable[str]) -> bool:
        """Whether the unit lies in the area; a reference list is that of the area, or of what the area lies in."""
        lives = self.places.units_of_code(one.unit)
        return one.unit in areas or any(unit.lies_in(self.plan.area) for unit in lives)

    @cached_property
    def standing(self) -> list[Version]:
        """The versions whose faults still matter: what was corrected, sent again or withdrawn is over."""
        counting = {(one.unit, one.agency, one.outlet, one.form, one.year) for one in self.versions if one.counts}
        return [
            one
            for one in self.versions
            if one.fate not in _CURED
            and not (one.fate in _REFUSED and (one.unit, one.agency, one.outlet, one.form, one.year) in counting)
        ]

    def name(self, sha256: str) -> str:
        return self.names.get(sha256, "")


def sources(came: Came) -> list[Source]:
    """Every version that came, whatever became of it."""
    return [
        Source(
            form=one.form,
            unit=one.unit,
            agency=one.agency,
            outlet=one.outlet,
            period_from=one.period_from,
            period_to=one.period_to,
            revision=one.revision,
            received_on=one.received_on,
            fate=one.fate.value,
            sha256=one.sha256,
            name=came.name(one.sha256),
        )
        for one in came.versions
    ]


# --- faults -----------------------------------------------------------------------------------------------------


def told(came: Came, store: Store) -> list[Fault]:
    """What is said of the standing returns, alone and beside others, down to notes, with the reasons that hold.

    Gravest first, then by code, unit, form, file and cell.
    """
    from tracker.crosschecks import Cross
    from tracker.schedule import table_of

    by_file: dict[str, list[Version]] = {}
    for one in came.standing:
        by_file.setdefault(one.sha256, []).append(one)
    reasons = _reasons(came, store)
    own = store.problems(by_file)
    found: list[Fault] = []
    for sha256, inside in by_file.items():
        said = answered(own.get(sha256, []), inside, [it for one in inside for it in reasons.get(one.id, ())])
        found += _of_file(came, inside, said)
    at_fault = {(one.sha256, one.problem.sheet, one.problem.cell) for one in found if one.problem.is_error}
    cross = Cross(came.everything, came.names, store, came.places, [table_of(came.plan)])
    standing = {one.id for one in came.standing}
    for sha256, beside in cross.problems(by_file, with_dates=True).items():
        for one, it in beside:
            second = it.is_error and it.cell and (sha256, it.sheet, it.cell) in at_fault
            if one.id in standing and not second:
                it = answered([it], [one], reasons.get(one.id, ()))[0]
                found.append(_fault(came, one.unit, one.agency, sha256, it))
    return sorted(found, key=_order)


def _reasons(came: Came, store: Store) -> dict[int, list[Waiver]]:
    """The recorded reasons that had come with the versions known, for each standing version of the same return."""
    known = {one.id for one in came.everything}
    by_key: dict[tuple[object, ...], list[Waiver]] = {}
    for it in store.waivers():
        if it.filing_id in known:
            by_key.setdefault(_return_of(it), []).append(it)
    return {one.id: by_key[key] for one in came.standing if (key := _return_of(one)) in by_key}


def _return_of(one: Version | Waiver) -> tuple[object, ...]:
    return (one.unit, one.agency, one.outlet, one.period_from, one.period_to)


def _fault(came: Came, unit: str, agency: str, sha256: str, one: Problem) -> Fault:
    return Fault(unit, agency, came.name(sha256), sha256, one, one.waiver)


def faults(everything: Iterable[Fault]) -> list[Fault]:
    """Of all that is said, errors, warnings, and being late."""
    return [one for one in everything if _is_fault(one.problem)]


def _is_fault(one: Problem) -> bool:
    return one.severity is not Severity.INFO or one.code == LATE


def _of_file(came: Came, inside: Sequence[Version], problems: Iterable[Problem]) -> Iterator[Fault]:
    """The problems of one file that concern the plan, each with the unit that it is of ("" for the file's own)."""
    for it in problems:
        unit = unit_of(it)
        meant = {(one.unit, one.agency) for one in inside if it.form in ("", one.form) and unit in ("", one.unit)}
        if not meant and not _of_nobody(came, it, unit):
            continue
        said = replace(it, facts={name: fact for name, fact in it.facts.items() if name != "unit"})
        whose = next(iter(meant)) if len(meant) == 1 else (unit, "")
        yield _fault(came, *whose, inside[0].sha256, said)


def _of_nobody(came: Came, one: Problem, unit: str) -> bool:
    """Whether a problem that is of none of the file's versions still belongs here: a sheet that the plan asks for
    and that was not read at all, or a code that no unit has ever had.
    """
    asked = not one.form or bool(came.plan.expected(one.form))
    return asked and not came.places.units_of_code(unit)


def _order(one: Fault) -> tuple[object, ...]:
    it = one.problem
    where = (it.form, one.name, one.sha256, it.sheet, cell_order(it.cell))
    return (GRAVITY[it.severity], it.code, one.unit, one.agency, *where)


# --- activities by week -----------------------------------------------------------------------------------------


def timelines(plan: Plan, facts: Facts) -> list[Timeline]:
    """Activities by week of each window that lies in no other; none for a window of which nothing has come."""
    windows = [(window, window.of(facts.year)) for window in plan.windows]
    windows = [(window, days) for window, days in windows if days.overlaps(year_of(facts.year))]
    found = []
    for window, days in windows:
        others = [other for _, other in windows if other != days]
        if any(other.covers(days) for other in others):
            continue
        begun = _begun(facts, days)
        if begun is not None:
            peak = next(((one.first, one.last) for one in others if days.covers(one)), None)
            weeks = _weeks(days.until(facts.as_of) or days, begun)
            found.append(Timeline(window.id, window.label, days.first, days.last, weeks, peak))
    return found


def _begun(facts: Facts, window: Period) -> list[date] | None:
    """The first day of each activity in a window, joint ones once; None when nobody has reported."""
    filings = facts.dated(ACTIVITIES, window)
    if not filings:
        return None
    rows = joint_once(facts.rows_in(ACTIVITIES, window, filings))
    return [day.date() for day in rows["from_date"]]


def _weeks(days: Period, begun: Iterable[date]) -> list[tuple[date, int]]:
    """Weeks of seven days from the window's first; the last may be shorter."""
    counts = Counter((day - days.first).days // WEEK.days for day in begun)
    return [(days.first + number * WEEK, counts[number]) for number in range((days.days - 1) // WEEK.days + 1)]
