"""Duties: what a body's B06 says was done, with dates or a numbered document in the window (or the year)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tracker.facts import Facts
from tracker.folding import fold_code
from tracker.ledger import Filed
from tracker.period import Period
from tracker.plan import Duty, Plan
from tracker.rule import Done, DutyScore

FORM = "B06"


def scored(facts: Facts, plan: Plan, duties: Sequence[str], window: str) -> list[DutyScore]:
    """Each named duty of each body that has it, in the order of the plan and then of the districts."""
    return [
        DutyScore(duty.id, duty.agency, unit, done(facts, plan, duty, unit, window))
        for duty in map(plan.duty, duties)
        for unit in facts.of_tier(duty.tier)
    ]


def done(facts: Facts, plan: Plan, duty: Duty, unit: str, window: str) -> Done:
    """Done when the body (any outlet, for the press) shows it; not done when all that answered say so."""
    rows = rows_of(facts, duty, filed(facts, duty, unit))
    by_filing: dict[int, set[Done]] = {}
    for filing, shown in zip(rows["filing"].to_list(), says(facts, plan, rows, window), strict=True):
        by_filing.setdefault(filing, set()).add(shown)
    said = set(map(_of_filing, by_filing.values()))
    if Done.DONE in said:
        return Done.DONE
    return Done.NOT_DONE if said == {Done.NOT_DONE} else Done.INSUFFICIENT


def _of_filing(said: set[Done]) -> Done:
    """What the rows of one return come to: one that shows the duty is enough, but for another that denies it."""
    if Done.NOT_DONE in said:
        return Done.NOT_DONE if said == {Done.NOT_DONE} else Done.INSUFFICIENT
    return Done.DONE if Done.DONE in said else Done.INSUFFICIENT


def filed(facts: Facts, duty: Duty, unit: str) -> list[Filed]:
    """The filings of the year of a body: one, or for the press one of each outlet."""
    return [one for one in facts.annual(FORM, agencies=[duty.agency]).values() if one.unit == unit]


def rows_of(facts: Facts, duty: Duty, filings: Sequence[Filed]) -> pd.DataFrame:
    rows = facts.ledger.rows(FORM, filings)
    wanted = fold_code(duty.id)
    return rows[np.array([fold_code(one) == wanted for one in rows["duty"]], dtype=bool)]


def says(facts: Facts, plan: Plan, rows: pd.DataFrame, window: str) -> Iterator[Done]:
    """What each row shows of the duty in a window, or the year."""
    days = plan.window(window, facts.year).until(facts.as_of)
    said = (rows[name].array for name in _Row._fields)  # a few rows: to have pandas walk over them takes far longer
    return (_row_says(_Row(*row), days) for row in zip(*said, strict=True))


class _Row(NamedTuple):
    """What a row says of its duty: days as pandas has them, `<NA>` and NaT for a blank."""

    done: Any
    started_on: Any
    ended_on: Any
    document_number: Any
    document_date: Any


def _row_says(row: _Row, days: Period | None) -> Done:
    if row.done is pd.NA:
        return Done.INSUFFICIENT
    if not row.done:
        return Done.NOT_DONE
    shown = days is not None and any(days.overlaps(evidence) for evidence in _evidence(row))
    return Done.DONE if shown else Done.INSUFFICIENT


def _evidence(row: _Row) -> Iterator[Period]:
    """The days of the work, and the date of the document where it has a number."""
    first, last = row.started_on, row.ended_on
    if not (pd.isna(first) and pd.isna(last)):
        first = last if pd.isna(first) else first
        last = first if pd.isna(last) else last
        yield Period(min(first, last).date(), max(first, last).date())
    if not pd.isna(row.document_number) and not pd.isna(row.document_date):
        day = row.document_date.date()
        yield Period(day, day)
