"""How far back the targets of a plan look: of which days returns can speak to the scores of a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tracker.period import Period
from tracker.plan import AllOfTarget, GrowthTarget, MonthsTarget, Plan, Target


def days_asked(plans: Iterable[Plan], *scored: int) -> Period:
    """All days of which the scores of some years may ask, from the first to the last, of whole years.

    Those of a year; of the year before where a target must grow or its months begin in the month before; of every
    year since a target began to count, or had a milestone that may have been met; and of the windows of these.
    """
    days = [day for plan in plans for year in scored for day in _days(plan, year)]
    years = {*scored, *(day.year for day in days)}
    return Period(date(min(years), 1, 1), date(max(years), 12, 31))


def _days(plan: Plan, year: int) -> Iterator[date]:
    years = {year}
    for target in plan.targets:
        years |= set(_years(target, year))
    for one in sorted(years):
        yield date(one, 1, 1)
        for window in plan.windows:
            days = window.of(one)
            yield days.first
            yield days.last


def _years(target: Target, year: int) -> Iterator[int]:
    yield from (one.first.year for one in target.thresholds if one.first.year < year)
    if isinstance(target, GrowthTarget):
        yield year - 1
    if isinstance(target, MonthsTarget):
        began = min(year, target.since.year) if target.since else year
        yield began
        yield began - int(target.first_day > 1)
    if isinstance(target, AllOfTarget):
        for part in target.parts:
            yield from _years(part, year)
