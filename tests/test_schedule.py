"""The table of returns of a plan, read by itself, is that of the plan."""

from __future__ import annotations

import pytest

from tracker.plans import load, schedules, shipped
from tracker.schedule import table_of

YEARS = range(2010, 2035)


@pytest.mark.parametrize("number", range(len(shipped())))
def test_the_table_by_itself_says_what_the_plan_says(number: int) -> None:
    """Lines, filers, kinds of period, deadlines, windows and life."""
    plan, table = load(shipped()[number]), schedules()[number]
    assert table == table_of(plan)
    assert (table.area, table.number) == (plan.area, plan.citation.number)
    for form in {form for one in plan.returns for form in one.forms} | {"B99"}:
        said = [
            (
                {(filer.agency, str(filer.tier)) for filer in one.filers},
                tuple(kind.value for kind in one.periods),
                one.window,
                [one.due.last_day(year) if one.due else None for year in YEARS],
            )
            for one in plan.expected(form)
        ]
        assert said == [
            (
                set(one.filers),
                one.periods,
                one.window,
                [one.due.last_day(year) if one.due else None for year in YEARS],
            )
            for one in table.lines_for(form)
        ]
    for year in YEARS:
        assert table.holds(year) == plan.life.holds(year)
        assert all(table.window(one.id, year) == plan.window(one.id, year) for one in plan.windows)
