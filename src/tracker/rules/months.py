"""Months of the year with at least one item that passes; who covers the year alone can show that there was none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from tracker.facts import Facts
from tracker.period import Period, months_counted
from tracker.plan import AllTest, AnyTest, MonthsTarget, Plan, RecordTest
from tracker.rule import Answer, Asking, Tally, record_truth
from tracker.rules.figure import filers


def tally(facts: Facts, plan: Plan, target: MonthsTarget, where: RecordTest, asking: Asking) -> Tally:
    """The answer of each month of the year, by "YYYY-MM".

    Yes: an item that passes, up to the day of judgement. No: the month is over, the returns of the covering agency
    (of every unit that is expected to send them) leave no day of it out, and nothing unknown or refused could be an
    item of it. Else missing.
    """
    months = list(months_counted(facts.year, target.first_day))
    year = Period(months[0].first, months[-1].last)
    covering = facts.dated(target.form, year, agencies=[target.covered_by])
    added = facts.dated(target.form, year, agencies=list(target.added_by))
    filings = [*covering, *added]
    units = [unit for agency, unit in filers(facts, plan, target.form) if agency == target.covered_by]
    bodies = [[one for one in covering if one.unit == unit] for unit in units] or [covering]
    rows = facts.rows_in(target.form, year, filings)
    truth = record_truth(where, rows, asking)
    refused = refused_items(target, rows, asking)
    day = rows[facts.ledger.forms[target.form].dated_by[0]]
    answers: dict[str, Answer] = {}
    for month in months:
        inside = (day >= pd.Timestamp(month.first)) & (day <= pd.Timestamp(month.last))
        unknown = bool((truth[inside].isna() | refused[inside]).any())
        unknown |= bool(facts.hiding(target.form, month, agencies=[target.covered_by, *target.added_by]))
        answers[_name(month)] = _answer(facts, month, truth[inside], bodies, unknown=unknown)
    return Tally.of_answers(answers)


def _name(month: Period) -> str:
    return f"{month.last:%Y-%m}"


def _answer(facts: Facts, month: Period, truth: pd.Series[Any], bodies: list[list[Any]], *, unknown: bool) -> Answer:
    if truth.fillna(False).any():
        return True
    over = month.last <= facts.as_of
    silent = unknown or not over or not all(facts.has_answered(month, filings) for filings in bodies)
    return None if silent else False


def asks_for_list(where: RecordTest) -> bool:
    """Whether a test needs the list of press agencies."""
    if isinstance(where, AllTest):
        return any(asks_for_list(one) for one in where.all)
    if isinstance(where, AnyTest):
        return any(asks_for_list(one) for one in where.any)
    return bool(where.listed_as)


def refused_items(target: MonthsTarget, rows: pd.DataFrame, asking: Asking) -> pd.Series[Any]:
    """Items that claim a group of outlets in which the list does not have theirs: refused rows, so not a "no"."""
    claims = list(_claims(target.where))
    refused = pd.Series(False, index=rows.index)
    for field, value, level in claims:
        if asking.listed is not None:
            claimed = (rows[field] == value).fillna(False)
            refused |= claimed & ~asking.listed(rows, level).fillna(False)
    return refused


def _claims(where: RecordTest) -> Iterable[tuple[str, str, str]]:
    """(field, value, level) of a test such as: channel is local press, and the outlet is listed as local."""
    tests = getattr(where, "all", ())
    levels = [test.listed_as for test in tests if getattr(test, "listed_as", "")]
    for test in tests:
        if levels and isinstance(getattr(test, "equals", None), str) and test.field == "channel":
            yield test.field, test.equals, levels[0]


def provisional(facts: Facts, target: MonthsTarget, tally: Tally) -> bool:
    """Whether a month that is not over by the day of judgement still waits for its item."""
    waiting = {_name(month) for month in months_counted(facts.year, target.first_day) if month.last > facts.as_of}
    return bool(waiting & set(tally.silent()))
