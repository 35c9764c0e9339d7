"""Shares of units: the test put to each unit's returns, or to those of the units merged into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tracker.explain import cells, duties, lines
from tracker.explain.context import Case
from tracker.explain.listed import listed
from tracker.explain.trial import Trial, asks, words
from tracker.explanation import Line, Step
from tracker.messages import lang, say
from tracker.plan import AnyOfTests, Chosen, DutyTest, FormTest, RecordTest, ShareTarget, UnitTest
from tracker.rules import share as rule
from tracker.writing import count, day

PROOFS = 5


def below(case: Case, target: ShareTarget) -> list[Line]:
    """What the test asks, and the units by their answer."""
    ways = enumerate(_alternatives(target.test))
    asked = [_asks(case, test, f"{case.key}:asks/{number}") for number, test in ways]
    said = lines.by_answer(case.score.by_unit, (cells.YES, cells.NO, cells.UNKNOWN))
    return [*asked, *lines.groups(case, said)]


def _alternatives(test: UnitTest) -> Sequence[FormTest | DutyTest]:
    """The ways in which a unit can say yes."""
    return test.any if isinstance(test, AnyOfTests) else [test]


def _form_tests(test: UnitTest) -> list[FormTest]:
    return [one for one in _alternatives(test) if isinstance(one, FormTest)]


def _asks(case: Case, test: FormTest | DutyTest, key: str) -> Line:
    """What a unit must have done, or what a row must say, and when."""
    if isinstance(test, FormTest) and not (test.window or test.with_children):
        return asks(case, test.form, test.where, key)
    days = case.plan.window(test.window, case.facts.year)
    when = {"first": day(days.first), "last": day(days.last)}
    if isinstance(test, DutyTest):
        label = case.plan.duty(test.duty).label.said(lang())
        return Line(Step.NOTE, key, say("explain.asks_duty", duty=test.duty, label=label, **when))
    whose, asked = "asks_below" if test.with_children else "asks_in", words(case, test.form, test.where)
    return Line(Step.NOTE, key, say(f"explain.{whose}", form=test.form, test=asked, **when))


def unit(case: Case, target: ShareTarget, code: str) -> Line:
    found = list(_of_test(case, target.test, code, _trials(case, target)))
    if not case.brief and any(over.of == "hotspots" for over in _sets(target)):
        found.append(listed(case, code, ["hotspot"]))
    return lines.unit(case, code, found, counted=lines.answer_words)


def _sets(target: ShareTarget) -> Iterator[Chosen]:
    """The sets of units that the target and its readings are over."""
    yield target.over
    yield from (reading.over for reading in target.readings if reading.over is not None)


def _of_test(case: Case, test: UnitTest, code: str, trials: dict[int, Trial]) -> Iterator[Line]:
    key = f"{case.key}/{code}"
    if isinstance(test, DutyTest):
        yield duties.duty(case, case.plan.duty(test.duty), code, test.window)
    elif isinstance(test, AnyOfTests):
        for one in test.any:
            yield from _of_test(case, one, code, trials)
    elif test.window or case.context.form(test.form).dated_by:
        yield from _in_window(case, test, code, trials[id(test)])
    else:
        trial = trials[id(test)]
        for body in cells.answering(case, {one.unit for one in trial.filings}, code):
            if body != code:
                yield cells.answered_through(case, key, body)
            yield from cells.versions(case, key, body, test.form, trial.used, trial.cells)


def _in_window(case: Case, test: FormTest, code: str, trial: Trial) -> Iterator[Line]:
    """The rows that prove it, of the unit or of those below it; without any, every version that came."""
    key, owner = f"{case.key}/{code}", case.facts.district_of if test.with_children else str
    mine = [one for one in trial.filings if owner(one.unit) == code]
    proving = [one for one in mine if any(trial.passes[label] for label, _ in trial.records(one.id))]
    for one in proving[: 1 if case.brief else PROOFS]:
        yield from cells.versions(case, key, one.unit, test.form, {one.id}, trial.cells, one.agency)
    if len(proving) > PROOFS and not case.brief:
        yield Line(Step.NOTE, f"{key}/proofs", say("explain.more_returns", n=count(len(proving) - PROOFS)))
    if proving:
        return
    if test.with_children:
        said = say("explain.no_row", n=count(len(mine)), form=test.form)
        yield Line(Step.NOTE, f"{key}/{test.form}.none", said)
        return
    for body in cells.answering(case, {one.unit for one in trial.filings}, code):
        if body != code:
            yield cells.answered_through(case, key, body)
        yield from cells.versions(case, key, body, test.form, trial.used, trial.cells)


def _trials(case: Case, target: ShareTarget) -> dict[int, Trial]:
    """The trial of each test of a form, made once for all units of the target."""
    others = [one.where for reading in target.readings if reading.test for one in _form_tests(reading.test)]

    def make() -> dict[int, Trial]:
        return {id(test): _trial(case, test, others) for test in _form_tests(target.test)}

    return case.once("trials", make)


def _trial(case: Case, test: FormTest, others: Sequence[RecordTest]) -> Trial:
    facts, plan = case.facts, case.plan
    if test.window or case.context.form(test.form).dated_by:
        window = plan.window(test.window, facts.year)
        filings: list[Any] = facts.dated(test.form, window)
        rows = facts.rows_in(test.form, window, filings)
    else:
        filings = list(rule.annual(facts, plan, test.form).values())
        rows = facts.ledger.rows(test.form, filings)
    return Trial(case, test.form, filings, rows, test.where, others)
