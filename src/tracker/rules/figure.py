"""A figure of a form by unit: the sum of what the filers of the plan's table said, unknown where one is silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from tracker.facts import Facts
from tracker.period import Period
from tracker.plan import Figure, Plan
from tracker.rule import Asking, plain, record_truth
from tracker.rules.share import annual

Filer = tuple[str, str]
"""Agency and unit."""

WAITING = ("_in_time", "_transferred")
"""What of a total is not due yet, or another's."""


def filers(facts: Facts, plan: Plan, form: str) -> list[Filer]:
    """Every body that the plan expects a form from, in the order of its table."""
    found: dict[Filer, None] = {}
    for filer in (filer for expected in plan.expected(form) for filer in expected.filers):
        found |= dict.fromkeys((filer.agency, unit) for unit in facts.of_tier(filer.tier))
    return list(found)


def by_unit(facts: Facts, plan: Plan, figure: Figure, asking: Asking) -> dict[str, int | None]:
    """The figure of each expected unit; None where a filer of it is silent, or has left the figure blank.

    Figures of units merged wholly into a silent one add up, as the contract has it in section 6.
    """
    said = own(facts, plan, figure, asking)
    found: dict[str, int | None] = {}
    for agency, unit in filers(facts, plan, figure.form):
        bodies = [unit] if (agency, unit) in said else facts.predecessors(unit)
        figures = [said.get((agency, body)) for body in bodies]
        found[unit] = total([found.get(unit, 0), *figures]) if figures else None
    return found


def total(figures: Iterable[int | None]) -> int | None:
    """The sum; None when one of them is."""
    whole = 0
    for one in figures:
        if one is None:
            return None
        whole += one
    return whole


def own(facts: Facts, plan: Plan, figure: Figure, asking: Asking) -> dict[Filer, int | None]:
    """The figure of each body that has filed the form for the year, also of units that exist no more."""
    year = plan.window("", facts.year)
    dated = bool(facts.ledger.forms[figure.form].dated_by)
    if dated:
        filings = [one for one in facts.dated(figure.form, year) if plan.expects(figure.form, one.agency, one.unit)]
        rows = facts.rows_in(figure.form, year, filings)
    else:
        filings = list(annual(facts, plan, figure.form).values())
        rows = facts.ledger.rows(figure.form, filings)
    lines = _lines(figure, rows, asking) if filings else {}
    return {
        filer: _said(facts, figure, year, filed, [line for one in filed for line in lines.get(one.id, ())])
        for filer, filed in _by_filer(filings)
    }


class _Line(NamedTuple):
    """One row as the figure reads it: whether it passes the test, and what is left of it when the rest is waiting.

    None where it is not known; `due` is the total itself of a figure that asks for all.
    """

    passes: bool | None
    total: int | None
    due: int | None


def _lines(figure: Figure, rows: pd.DataFrame, asking: Asking) -> dict[int, list[_Line]]:
    """The rows of each filing by its number; taken out of their frame at once, since one by one is slow."""
    totals = rows[figure.field]
    due = totals - sum(rows[figure.field + waiting] for waiting in WAITING) if figure.due else totals
    passes = [True] * len(rows) if figure.where is None else plain(record_truth(figure.where, rows, asking))
    found: dict[int, list[_Line]] = {}
    for filing, *line in zip(rows["filing"].to_list(), passes, plain(totals), plain(due), strict=True):
        found.setdefault(filing, []).append(_Line(*line))
    return found


def _by_filer(filings: Sequence[Any]) -> Iterator[tuple[Filer, list[Any]]]:
    found: dict[Filer, list[Any]] = {}
    for one in filings:
        found.setdefault((one.agency, one.unit), []).append(one)
    yield from found.items()


def _said(facts: Facts, figure: Figure, year: Period, filed: Sequence[Any], lines: Sequence[_Line]) -> int | None:
    """What one body's returns say: None for a blank, and where something refused or not covered may hide more."""
    form = facts.ledger.forms[figure.form]
    if form.one_record:
        return 0 if not lines and all(one.none for one in filed) else _sum(lines, figure)
    if form.dated_by and not facts.has_answered(year, filed):
        return None
    if any(one.refused_days or one.refused_undated or one.refused_parts for one in filed):
        return None
    if any(line.passes is None for line in lines):
        return None
    passing = [line for line in lines if line.passes]
    if not passing:
        return 0 if form.answered_by_nil else None
    return _sum(passing, figure)


def _sum(lines: Sequence[_Line], figure: Figure) -> int | None:
    """The figure, or what of it is due: total less those in time, less those passed on. None when not answered."""
    everything = total(line.total for line in lines) if lines else None
    if figure.due and everything:
        return total(line.due for line in lines)
    return everything


def of_units(figures: Mapping[str, int | None], units: Iterable[str]) -> dict[str, int | None]:
    """The figures of some of the units."""
    wanted = set(units)
    return {unit: figure for unit, figure in figures.items() if unit in wanted}
