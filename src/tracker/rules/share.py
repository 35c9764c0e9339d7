"""Share of units that pass a test, over every unit of the set in force on the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from tracker.facts import Facts, dtype
from tracker.form import Form, Kind
from tracker.period import Period
from tracker.plan import AnyOfTests, DutyTest, FormTest, Plan, UnitTest
from tracker.rule import Asking, Done, Tally, any_of, record_truth

DutyOf = Callable[[str, str, str], Done]
"""What is known of a duty of a unit in a window: (duty, unit, window) → Done."""


def tally(facts: Facts, plan: Plan, test: UnitTest, units: Sequence[str], asking: Asking, duty_of: DutyOf) -> Tally:
    """The answer of each of `units`; one that has not answered is `<NA>`, unless those merged into it have."""
    if isinstance(test, DutyTest):
        known = {Done.DONE: True, Done.NOT_DONE: False, Done.INSUFFICIENT: pd.NA}
        said = [known[duty_of(test.duty, unit, test.window)] for unit in units]
        return Tally(pd.Series(said, index=list(units), dtype="boolean"))
    if isinstance(test, AnyOfTests):
        tallies = [tally(facts, plan, one, units, asking, duty_of).answers for one in test.any]
        together = tallies[0]
        for answers in tallies[1:]:
            together = together | answers
        return Tally(together)
    if test.window or facts.ledger.forms[test.form].dated_by:
        return Tally(_in_window(facts, plan, test, units, asking))
    return Tally(succeeded(facts, of_year(facts, plan, test, asking), units))


def of_year(facts: Facts, plan: Plan, test: FormTest, asking: Asking) -> pd.Series[Any]:
    """Answers by unit, of every unit whose filing of the year counts, also of those that exist no more."""
    filings = list(annual(facts, plan, test.form).values())
    rows = facts.ledger.rows(test.form, filings)
    truth = record_truth(test.where, rows, asking)
    by_filing = any_of(truth, rows["filing"]).reindex([one.id for one in filings])
    with_rows = set(rows["filing"])
    form = facts.ledger.forms[test.form]
    of_none = _of_none(test, form, asking)
    said: dict[str, list[Any]] = {}
    for one in filings:
        answer = by_filing.get(one.id)
        if one.id not in with_rows:
            answer = of_none if one.none else pd.NA
        hidden = not form.one_record and (one.refused_days or one.refused_undated or one.refused_parts)
        said.setdefault(one.unit, []).append(pd.NA if hidden and not _is_yes(answer) else answer)
    together = {unit: _any(answers, len(plan.agencies(test.form, unit))) for unit, answers in said.items()}
    return pd.Series(together, dtype="boolean")


def _of_none(test: FormTest, form: Form, asking: Asking) -> Any:
    """What "nothing to report" answers: every count of a form of one record is 0, a table has no row that passes."""
    if not form.one_record:
        return False
    zeros = {one.name: 0 if one.kind in (Kind.COUNT, Kind.PERSONS) else pd.NA for one in form.kept_fields}
    nothing = pd.DataFrame([zeros], dtype="object").astype({one.name: dtype(one) for one in form.kept_fields})
    return record_truth(test.where, nothing, asking).iloc[0]


def _is_yes(answer: Any) -> bool:
    return answer is not pd.NA and bool(answer)


def _any(answers: Sequence[Any], expected: int) -> Any:
    """Of the filings of one unit, one yes is enough; a no takes all of its bodies."""
    if any(_is_yes(answer) for answer in answers):
        return True
    known = len(answers) >= expected and all(answer is not pd.NA for answer in answers)
    return False if known else pd.NA


def annual(facts: Facts, plan: Plan, form: str) -> Mapping[tuple[str, str, str], Any]:
    """The filing of the year of each filer that the plan expects of this form."""
    found: dict[tuple[str, str, str], Any] = {}
    for expected in plan.expected(form):
        window = plan.window(expected.window, facts.year) if expected.window else None
        agencies = [filer.agency for filer in expected.filers]
        kinds = [kind.value for kind in expected.periods]
        serving = facts.annual(form, agencies=agencies, kinds=kinds, window=window)
        found |= {key: one for key, one in serving.items() if plan.expects(form, one.agency, one.unit)}
    return found


def succeeded(facts: Facts, answers: pd.Series[Any], units: Sequence[str]) -> pd.Series[Any]:
    """Answers of `units`: their own; without one, yes when all units merged wholly into it say so, no when any does.

    Source: the contract, section 6, Mergers. If one of them is silent the successor is missing.
    """
    known = dict(answers.items())
    result: dict[str, Any] = {}
    for unit in units:
        if unit in known:
            result[unit] = known[unit]
            continue
        merged = facts.predecessors(unit)
        said = [known.get(code, pd.NA) for code in merged if code in known]
        complete = bool(merged) and len(said) == len(merged)
        result[unit] = _all(said) if complete else pd.NA
    return pd.Series(result, index=list(units), dtype="boolean")


def _all(said: list[Any]) -> Any:
    if any(one is not pd.NA and not one for one in said):
        return False
    return pd.NA if any(one is pd.NA for one in said) else True


def _in_window(facts: Facts, plan: Plan, test: FormTest, units: Sequence[str], asking: Asking) -> pd.Series[Any]:
    """Whether a unit, or a commune below it, has a dated row in the window that passes.

    A no takes returns of every body that the plan expects the form from, or of any where it expects none.
    """
    window = plan.window(test.window, facts.year)
    filings = facts.dated(test.form, window)
    rows = facts.rows_in(test.form, window, filings)
    truth = record_truth(test.where, rows, asking)
    owner = facts.district_of if test.with_children else str
    proved = set(rows["unit"][truth.fillna(False)].map(owner))
    hidden = {owner(one.unit) for one in filings if facts.hides(one, window)}
    if not test.proof_only:
        hidden |= set(rows["unit"][truth.isna()].map(owner))
    filed: dict[str, list[Any]] = {}
    for one in filings:
        filed.setdefault(one.unit, []).append(one)
    result: dict[str, Any] = {}
    for unit in {*units, *filed}:
        if unit in proved:
            result[unit] = True
        elif unit in hidden:
            result[unit] = pd.NA
        elif test.proof_only or _all_answered(facts, plan, test.form, window, unit, filed.get(unit, [])):
            result[unit] = False
        elif unit in filed:
            result[unit] = pd.NA
    return succeeded(facts, pd.Series(result, dtype="boolean"), units)


def _all_answered(facts: Facts, plan: Plan, form: str, window: Period, unit: str, filings: Sequence[Any]) -> bool:
    expected = plan.agencies(form, unit)
    by_agency = [[one for one in filings if one.agency == agency] for agency in expected] or [list(filings)]
    return all(facts.has_answered(window, mine) for mine in by_agency)
