"""Share of units that pass a test, over every unit of the set in force on the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial, reduce
from typing import Any

import pandas as pd

from tracker.facts import Facts
from tracker.form import Form, Kind
from tracker.ledger import dtype
from tracker.period import Period
from tracker.plan import AnyOfTests, DutyTest, FormTest, Plan, UnitTest
from tracker.rule import Answer, Asking, Done, Tally, any_of, either, plain, record_truth

Answers = dict[str, Answer]
"""By unit; one that has not answered at all is not there."""

DutyOf = Callable[[str, str, str], Done]
"""What is known of a duty of a unit in a window: (duty, unit, window) → Done."""


def tally(facts: Facts, plan: Plan, test: UnitTest, units: Sequence[str], asking: Asking, duty_of: DutyOf) -> Tally:
    """The answer of each of `units`; one that has not answered is `<NA>`, unless those merged into it have."""
    return Tally.of_answers(_answers(facts, plan, test, units, asking, duty_of))


def _answers(
    facts: Facts, plan: Plan, test: UnitTest, units: Sequence[str], asking: Asking, duty_of: DutyOf
) -> Answers:
    if isinstance(test, DutyTest):
        known = {Done.DONE: True, Done.NOT_DONE: False, Done.INSUFFICIENT: None}
        return {unit: known[duty_of(test.duty, unit, test.window)] for unit in units}
    if isinstance(test, AnyOfTests):
        each = [_answers(facts, plan, one, units, asking, duty_of) for one in test.any]
        return {unit: reduce(either, (answers[unit] for answers in each)) for unit in units}
    if test.window or facts.ledger.forms[test.form].dated_by:
        return _in_window(facts, plan, test, units, asking)
    return succeeded(facts, of_year(facts, plan, test, asking), units)


def of_year(facts: Facts, plan: Plan, test: FormTest, asking: Asking) -> Answers:
    """Answers by unit, of every unit whose filing of the year counts, also of those that exist no more."""
    form = facts.ledger.forms[test.form]
    filings = list(annual(facts, plan, test.form).values())
    rows = facts.ledger.rows(test.form, filings)
    by_filing = any_of(record_truth(test.where, rows, asking), rows["filing"])
    without = any(one.none and one.id not in by_filing for one in filings)
    of_none = _of_none(test, form, asking) if without else None
    agencies = cache(partial(plan.agencies_of, test.form))
    said: dict[str, list[Answer]] = {}
    for one in filings:
        answer = by_filing.get(one.id, of_none if one.none else None)
        hidden = not form.one_record and (one.refused_days or one.refused_undated or one.refused_parts)
        said.setdefault(one.unit, []).append(None if hidden and not answer else answer)
    return {unit: _any(answers, len(agencies(len(unit)))) for unit, answers in said.items()}


def _of_none(test: FormTest, form: Form, asking: Asking) -> Answer:
    """What "nothing to report" answers: every count of a form of one record is 0, a table has no row that passes."""
    if not form.one_record:
        return False
    zeros = {one.name: 0 if one.kind in (Kind.COUNT, Kind.PERSONS) else pd.NA for one in form.kept_fields}
    nothing = pd.DataFrame([zeros], dtype="object").astype({one.name: dtype(one) for one in form.kept_fields})
    (answer,) = plain(record_truth(test.where, nothing, asking))
    return None if answer is None else bool(answer)


def _any(answers: Sequence[Answer], expected: int) -> Answer:
    """Of the filings of one unit, one yes is enough; a no takes all of its bodies."""
    if any(answers):
        return True
    return False if len(answers) >= expected and None not in answers else None


def annual(facts: Facts, plan: Plan, form: str) -> Mapping[tuple[str, str, str], Any]:
    """The filing of the year of each filer that the plan expects of this form."""
    found: dict[tuple[str, str, str], Any] = {}
    agencies_of = cache(partial(plan.agencies_of, form))
    for expected in plan.expected(form):
        window = plan.window(expected.window, facts.year) if expected.window else None
        agencies = [filer.agency for filer in expected.filers]
        kinds = [kind.value for kind in expected.periods]
        serving = facts.annual(form, agencies=agencies, kinds=kinds, window=window)
        found |= {key: one for key, one in serving.items() if one.agency in agencies_of(len(one.unit))}
    return found


def succeeded(facts: Facts, answers: Answers, units: Sequence[str]) -> Answers:
    """Answers of `units`: their own; without one, yes when all units merged wholly into it say so, no when any does.

    Source: the contract, section 6, Mergers. If one of them is silent the successor is missing.
    """
    result: Answers = {}
    for unit in units:
        if unit in answers:
            result[unit] = answers[unit]
            continue
        merged = facts.predecessors(unit)
        complete = bool(merged) and all(code in answers for code in merged)
        result[unit] = _all([answers[code] for code in merged]) if complete else None
    return result


def _all(said: Sequence[Answer]) -> Answer:
    if False in said:
        return False
    return None if None in said else True


def _in_window(facts: Facts, plan: Plan, test: FormTest, units: Sequence[str], asking: Asking) -> Answers:
    """Whether a unit, or a commune below it, has a dated row in the window that passes.

    A no takes returns of every body that the plan expects the form from, or of any where it expects none.
    """
    window = plan.window(test.window, facts.year)
    filings = facts.dated(test.form, window)
    rows = facts.rows_in(test.form, window, filings)
    truth = record_truth(test.where, rows, asking)
    owner = facts.district_of if test.with_children else str
    proved = set(map(owner, rows["unit"][truth.fillna(False)].unique()))
    hidden = {owner(one.unit) for one in facts.hiding(test.form, window)}
    if not test.proof_only:
        hidden |= set(map(owner, rows["unit"][truth.isna()].unique()))
    filed: dict[str, list[Any]] = {}
    for one in filings:
        filed.setdefault(one.unit, []).append(one)
    result: Answers = {}
    for unit in {*units, *filed}:
        if unit in proved:
            result[unit] = True
        elif unit in hidden:
            result[unit] = None
        elif test.proof_only or _all_answered(facts, plan, test.form, window, unit, filed.get(unit, [])):
            result[unit] = False
        elif unit in filed:
            result[unit] = None
    return succeeded(facts, result, units)


def _all_answered(facts: Facts, plan: Plan, form: str, window: Period, unit: str, filings: Sequence[Any]) -> bool:
    expected = plan.agencies(form, unit)
    by_agency = [[one for one in filings if one.agency == agency] for agency in expected] or [list(filings)]
    return all(facts.has_answered(window, mine) for mine in by_agency)
