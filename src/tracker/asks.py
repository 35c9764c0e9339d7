"""Who could change a verdict, by how much, and what each of them lacks: the candidates for a chase.

Knows the kinds of targets, and of no plan by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tracker.period import months_counted
from tracker.plan import (
    LIST_OF_PLACES,
    AllOfTarget,
    AnyOfTests,
    DutiesTarget,
    DutyTest,
    GrowthTarget,
    MonthsTarget,
    PersonsTarget,
    RatioTarget,
    ShareTarget,
    Target,
    UnitTest,
)
from tracker.rule import Bounds, Done, Flag, Score, UnitAnswer, Verdict
from tracker.shortfall import BLANK, DUTIES_FORM, Lack, Nearness, Owing, cost, missed

LIST_OF_OUTLETS = "B00P"
LIST_KEEPER = "TTTT"
"""Who keeps the province's lists where the plan's table names nobody."""


class Way(StrEnum):
    """What changes the verdict: returns, action, or nothing."""

    RETURN = "return"
    ACTION = "action"
    NOTHING = "nothing"


Body = tuple[str, str]
"""A unit and its agency."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a list, by code."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """One unit, or one body of it, that is asked for a return or for action.

    `gain` is the most that it adds to the lower bound and `loss` the most that it takes from the upper one, units or
    persons; both None where they would tell a small figure. `item` is a month, or the duties. `for_met` says that it
    stands in the shortest list that makes the target met, `for_not_met` in the one that makes it not met.
    """

    unit: str
    agency: str
    district: str
    gain: int | None
    loss: int | None
    lacks: tuple[Lack, ...]
    form: str = ""
    item: str = ""
    due: date | None = None
    nearness: Nearness = Nearness.OTHER
    for_met: bool = False
    for_not_met: bool = False

    @property
    def body(self) -> Body:
        return self.unit, self.agency


@dataclass(slots=True)
class Ground:
    """Who could change a verdict, and by how much it takes: `meet` more at the lower bound, `miss` less at the upper.

    None: all of the candidates are needed; `unknown`: nobody can say before they have answered.
    """

    way: Way
    candidates: list[Ask]
    meet: int | None
    miss: int | None
    notes: list[Note] = field(default_factory=list)
    order: Callable[[Ask], Any] | None = None
    unknown: bool = False


def to_miss(bounds: Bounds, threshold: Fraction) -> int:
    """How much must go from the upper bound until it lies below the threshold: 438 of 584 less 1 misses 3/4."""
    return bounds.high - math.ceil(threshold * bounds.of) + 1


def ground(owing: Owing, target: Target, score: Score) -> Ground:
    if score.verdict is Verdict.INSUFFICIENT:
        return _waiting(owing, target, score)
    if score.verdict is Verdict.NOT_MET:
        return _lagging(owing, target, score)
    return Ground(Way.NOTHING, [], None, None, [settled(target, score)])


def settled(target: Target, score: Score) -> Note:
    """Why nothing changes a verdict; of one that is not due yet, from when on it is."""
    milestones = [one.first_threshold.first for one in (target, *_parts(target)) if one.first_threshold is not None]
    if isinstance(target, GrowthTarget):
        milestones.append(target.since)
    facts = {"first": min(milestones).isoformat()} if milestones else {}
    return Note(f"settled_{score.verdict.value if score.verdict else 'none'}", facts)


def _parts(target: Target) -> Sequence[Target]:
    return target.parts if isinstance(target, AllOfTarget) else ()


# --- undecided: returns -----------------------------------------------------------------------------------------


def _waiting(owing: Owing, target: Target, score: Score) -> Ground:
    if Flag.MISSING_REFERENCE in score.flags:
        return _without_list(owing, target)
    if isinstance(target, GrowthTarget):
        return Ground(Way.RETURN, list(_unfiled(owing, target)), None, None, [Note("all_needed")])
    candidates = list(_RETURNS[type(target)](owing, target, score))
    if score.bounds is None or score.threshold is None:
        meet = len(candidates) + 1 if _falls_short(owing, target, score) else None
        return Ground(Way.RETURN, candidates, meet, None, [Note("all_needed")])
    gains = {ask.gain for ask in candidates}
    notes = [Note("equal_effect" if len(gains) < 2 else "largest_first")] if len(candidates) > 1 else []
    meet, miss = score.bounds.need(score.threshold), to_miss(score.bounds, score.threshold)
    if not isinstance(target, MonthsTarget):
        return Ground(Way.RETURN, candidates, meet, miss, notes)
    return Ground(Way.RETURN, candidates, meet, miss, [Note("months")], lambda ask: -(ask.loss or 0))


def _falls_short(owing: Owing, target: Target, score: Score) -> bool:
    """Whether a share of cases that must be whole lacks one already, so that no other return can meet it."""
    threshold = target.threshold(owing.scoring.as_of)
    known = score.by_unit.values()
    whole = isinstance(target, RatioTarget) and threshold is not None and threshold.value >= 1
    return whole and sum(one.low for one in known) < sum(one.of for one in known)


def _without_list(owing: Owing, target: Target) -> Ground:
    """Nothing can be said before the province's own list is there."""
    form = LIST_OF_OUTLETS if isinstance(target, MonthsTarget) else LIST_OF_PLACES
    provinces = owing.scoring.facts.provinces
    unit = provinces[0] if len(provinces) == 1 else owing.scoring.facts.area
    agencies = sorted(owing.scoring.plan.agencies(form, unit)) or [LIST_KEEPER]
    asks = [_ask(owing, form, unit, agency, 1, owing.of_return(form, unit, agency)) for agency in agencies[:1]]
    return Ground(Way.RETURN, asks, None, None, [Note("reference", {"form": form})], unknown=True)


def _ask(owing: Owing, form: str, unit: str, agency: str, gain: int, lacks: tuple[Lack, ...], item: str = "") -> Ask:
    district = owing.scoring.facts.district_of(unit)
    nearness = owing.nearness(form, unit, agency)
    return Ask(unit, agency, district, gain, gain, lacks, form, item, owing.due(form, agency), nearness)


def _of_share(owing: Owing, target: ShareTarget, score: Score) -> Iterator[Ask]:
    for unit, answer in score.by_unit.items():
        if answer.missing:
            yield _silent(owing, _asked_of(owing, target.test, unit), unit, answer.high - answer.low, target.test)


def _asked_of(owing: Owing, test: UnitTest, unit: str) -> list[tuple[str, str]]:
    """The forms, each with its agency, in which a unit answers a test; not what can only prove a yes."""
    plan = owing.scoring.plan
    if isinstance(test, DutyTest):
        return [(DUTIES_FORM, plan.duty(test.duty).agency)]
    if isinstance(test, AnyOfTests):
        return [
            pair for one in test.any if not getattr(one, "proof_only", False) for pair in _asked_of(owing, one, unit)
        ]
    return _forms(owing, test.form, unit)


def _forms(owing: Owing, form: str, unit: str) -> list[tuple[str, str]]:
    return [(form, agency) for agency in sorted(owing.scoring.plan.agencies(form, unit))] or [(form, "")]


def _silent(
    owing: Owing, asked: Sequence[tuple[str, str]], unit: str, gain: int, test: UnitTest | None = None
) -> Ask:
    """A unit whose answer is missing, with what is wrong with each of the forms that it answers in."""
    lacks = [lack for form, agency in asked for lack in owing.of_return(form, unit, agency)]
    if test is not None and any(lack.code == "unanswered" for lack in lacks):
        blank = [lack for lack in missed(owing.scoring, test, [unit])[unit] if lack.code in BLANK]
        lacks = [lack for lack in lacks if lack.code != "unanswered" or not blank] + blank
    agency = asked[0][1] if len({one for _, one in asked}) == 1 else ""
    form = ", ".join(dict.fromkeys(one for one, _ in asked))
    nearness = min(owing.nearness(one, unit, other) for one, other in asked)
    due = min((day for one, other in asked if (day := owing.due(one, other))), default=None)
    district = owing.scoring.facts.district_of(unit)
    return Ask(unit, agency, district, gain, gain, tuple(lacks), form, due=due, nearness=nearness)


def _of_persons(owing: Owing, target: PersonsTarget, score: Score) -> Iterator[Ask]:
    if score.bounds is None:
        form = target.reference_form
        yield from (_silent(owing, _forms(owing, form, unit), unit, 1) for unit in score.silent)
        return
    for unit, answer in score.by_unit.items():
        gain = answer.high - answer.low
        if not gain:
            continue
        asked = _forms(owing, target.form, unit)
        if answer.missing:
            yield _silent(owing, asked, unit, gain)
        else:
            estimated = (Lack("estimated", target.form, {"n": str(gain)}),)
            yield _ask(owing, target.form, unit, asked[0][1], gain, estimated)


def _of_ratio(owing: Owing, target: RatioTarget, score: Score) -> Iterator[Ask]:
    forms = dict.fromkeys((target.numerator.form, target.denominator.form))
    for unit in score.silent:
        yield _silent(owing, [pair for form in forms for pair in _forms(owing, form, unit)], unit, 1)


def _of_months(owing: Owing, target: MonthsTarget, score: Score) -> Iterator[Ask]:
    """Missing months, of the agency that covers them; one that is not over can be met and not yet missed."""
    facts, agency = owing.scoring.facts, target.covered_by
    units = [unit for one, unit in owing.scoring.filers(target.form) if one == agency]
    unit = units[0] if len(units) == 1 else facts.area
    open_months = {
        f"{month.last:%Y-%m}" for month in months_counted(facts.year, target.first_day) if month.last > facts.as_of
    }
    for month in score.silent:
        lacks = owing.of_return(target.form, unit, agency)
        if month in open_months:
            lacks = (*lacks, Lack("month_open", target.form))
        loss = 0 if month in open_months else 1
        yield Ask(unit, agency, facts.district_of(unit), 1, loss, lacks, target.form, month)


def _of_duties(owing: Owing, target: DutiesTarget, score: Score) -> Iterator[Ask]:
    """Bodies with duties of which nothing is known: one return of a body answers for all of its duties."""
    yield from _bodies(owing, score, (Done.INSUFFICIENT,))


def _bodies(owing: Owing, score: Score, states: Sequence[Done]) -> Iterator[Ask]:
    found: dict[tuple[str, str], list[str]] = {}
    for line in score.duties:
        if line.verdict in states:
            found.setdefault((line.agency, line.unit), []).append(line.id)
    for (agency, unit), duties in found.items():
        lacks = tuple(owing.duty(duty, unit, agency) for duty in duties)
        if any(lack.code == "duty_unanswered" for lack in lacks):
            lacks = (*owing.of_return(DUTIES_FORM, unit, agency), *lacks)
        yield _ask(owing, DUTIES_FORM, unit, agency, len(duties), lacks, ", ".join(duties))


def _unfiled(owing: Owing, target: GrowthTarget) -> Iterator[Ask]:
    """The filers of a growth without an accepted return of the year, or of the year before, or with refused rows."""
    scoring = owing.scoring
    before = scoring.on(scoring.year - 1, date(scoring.year - 1, 12, 31))
    filed = [_filed(one, target) for one in (scoring, before)]
    hiding = [one.hiding(target.form, target.window) for one in (scoring, before)]
    for agency, unit in scoring.filers(target.form):
        lacks: tuple[Lack, ...] = ()
        if (agency, unit) not in filed[0] or (agency, unit) in hiding[0]:
            lacks = owing.of_return(target.form, unit, agency)
        if (agency, unit) not in filed[1] or (agency, unit) in hiding[1]:
            code = "refused_before" if (agency, unit) in filed[1] else "not_sent_before"
            lacks = (*lacks, Lack(code, target.form, {"year": str(scoring.year - 1)}))
        if lacks:
            yield _ask(owing, target.form, unit, agency, 1, lacks)


def _filed(scoring: Any, target: GrowthTarget) -> set[tuple[str, str]]:
    facts, plan = scoring.facts, scoring.plan
    if facts.ledger.forms[target.form].dated_by:
        came = facts.dated(target.form, plan.window(target.window, facts.year))
    else:
        came = scoring.annual(target.form)
    return {(one.agency, one.unit) for one in came}


_RETURNS: Mapping[type[Any], Callable[[Owing, Any, Score], Iterator[Ask]]] = {
    ShareTarget: _of_share,
    PersonsTarget: _of_persons,
    RatioTarget: _of_ratio,
    MonthsTarget: _of_months,
    DutiesTarget: _of_duties,
}


# --- not met: action --------------------------------------------------------------------------------------------


def _lagging(owing: Owing, target: Target, score: Score) -> Ground:
    if isinstance(target, MonthsTarget):
        return _months_gone(score)
    if isinstance(target, GrowthTarget):
        return _growing(owing, target, score)
    assert score.bounds is not None
    assert score.threshold is not None
    need = score.bounds.need(score.threshold)
    match target:
        case ShareTarget():
            return _acting(owing, target, score, need)
        case PersonsTarget():
            return Ground(Way.ACTION, list(_reachable(owing, target, score)), need, None, [Note("reach_first")])
        case DutiesTarget():
            asks = list(_bodies(owing, score, (Done.NOT_DONE, Done.INSUFFICIENT)))
            return Ground(Way.ACTION, asks, need, None, _over(owing, target.window))
        case RatioTarget():
            asks = [_lack_figure(owing, target, unit, answer) for unit, answer in score.by_unit.items()]
            return Ground(
                Way.ACTION, [ask for ask in asks if (ask.gain or 0) > 0], need, None, [Note("largest_first")]
            )
    return Ground(Way.NOTHING, [], None, None)


def _acting(owing: Owing, target: ShareTarget, score: Score, need: int) -> Ground:
    """The units that say no, those that miss the fewest conditions first; the silent only where these are too few."""
    noes = [unit for unit, answer in score.by_unit.items() if not answer.missing and not answer.low]
    lacks = missed(owing.scoring, target.test, noes)
    asks = []
    for unit in noes:
        form, agency = _asked_of(owing, target.test, unit)[0]
        asks.append(_ask(owing, form, unit, agency, 1, lacks[unit]))
    silent = list(_of_share(owing, target, score))
    bodies = {ask.unit for ask in silent}
    notes = [Note("fewest_conditions"), *_over(owing, getattr(target.test, "window", ""))]
    if silent:
        notes.append(Note("silent_may_help", {"n": str(len(silent)), "left": str(max(0, need - len(silent)))}))
    return Ground(Way.ACTION, [*asks, *silent], need, None, notes, lambda ask: (ask.unit in bodies, cost(ask.lacks)))


def _over(owing: Owing, window: str) -> list[Note]:
    """A note where the days are gone in which it had to be done: only a return can be put right then."""
    days = owing.scoring.plan.window(window, owing.scoring.year)
    return [Note("window_over", {"last": days.last.isoformat()})] if days.last < owing.scoring.as_of else []


def _reachable(owing: Owing, target: PersonsTarget, score: Score) -> Iterator[Ask]:
    """Every unit by how many of its people are not counted as reached."""
    for unit, answer in score.by_unit.items():
        left = answer.of - answer.low
        if left > 0:
            asked = _forms(owing, target.form, unit)
            more = Lack("reach_more", target.form, {"n": str(left)})
            state = _silent(owing, asked, unit, left).lacks if answer.missing else ()
            yield _ask(owing, target.form, unit, asked[0][1], left, (more, *state))


def _lack_figure(owing: Owing, target: RatioTarget, unit: str, answer: UnitAnswer) -> Ask:
    left = answer.of - answer.low
    form, agency = _forms(owing, target.numerator.form, unit)[0]
    label = owing.scoring.ledger.forms[form].by_name[target.numerator.field]
    lack = Lack("figure_more", form, {"n": str(left), "label": f"{label.code} {label.label}".strip()})
    return _ask(owing, form, unit, agency, left, (lack,))


def _growing(owing: Owing, target: GrowthTarget, score: Score) -> Ground:
    """How much each part falls short of one more than the year before; any body that files may bring it."""
    short = [
        Lack("grow", target.form, {"part": part.id, "n": str(part.bounds.of + 1 - part.bounds.low)})
        for part in score.parts
        if part.verdict is Verdict.NOT_MET and part.bounds is not None
    ]
    asks = [
        _ask(owing, target.form, unit, agency, 1, tuple(short)) for agency, unit in owing.scoring.filers(target.form)
    ]
    return Ground(Way.ACTION, asks, 1, None, _over(owing, target.window))


def _months_gone(score: Score) -> Ground:
    """A month that is over without an item stays so; only an item that was left out can still be told."""
    gone = [month for month, answer in score.by_unit.items() if not answer.missing and not answer.low]
    return Ground(Way.NOTHING, [], None, None, [Note("months_gone", {"months": ", ".join(gone)})])
