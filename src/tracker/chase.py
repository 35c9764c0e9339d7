"""Whose return, or whose action, would change a verdict: the shortest list for each target, and what each unit lacks.

An undecided target is decided by returns: so many favourable ones make it met, so many unfavourable ones not met. A
target that is not met takes action. Everything is exact and rests on what each unit adds to the bounds of the score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.asks import Ask, Ground, Note, Way, ground, settled
from tracker.place import Places
from tracker.plan import AllOfTarget, Plan, Target
from tracker.rule import Score, Verdict
from tracker.shortfall import Lack, Owing


@dataclass(slots=True)
class Pursuit:
    """What would change the verdict of one target or part.

    `to_meet` and `to_miss` are how many of `asks` it takes at least, None where it cannot be or may not be told;
    `spare` others would do as well. For an all-of, `to_meet` counts different units of its parts together.
    """

    score: Score
    way: Way
    to_meet: int | None = None
    to_miss: int | None = None
    asks: list[Ask] = field(default_factory=list)
    spare: int = 0
    notes: list[Note] = field(default_factory=list)
    parts: list[Pursuit] = field(default_factory=list)
    masked: bool = False


@dataclass(frozen=True, slots=True)
class PlanChase:
    """One plan: what would change the verdict of each of its targets, and how many communes its area has."""

    plan: Plan
    communes: int
    pursuits: Sequence[Pursuit]
    places: Places


@dataclass(frozen=True, slots=True)
class Chase:
    """A year, judged on `as_of`, with what had been received by `known_on` (None: all of it)."""

    year: int
    as_of: date
    known_on: date | None
    plans: Sequence[PlanChase]


def leaves(pursuits: Iterable[Pursuit]) -> Iterable[Pursuit]:
    """The targets and, of an all-of, its parts: whatever has a list of its own."""
    for one in pursuits:
        yield from one.parts or (one,)


def fewest(gains: Iterable[int], needed: int) -> int | None:
    """How many of `gains` (≥ 0) it takes at least to sum to `needed`; None when all together do not.

    The largest ones do it. Among all sets of k gains none has a greater sum than the k largest: whatever member of a
    set is not one of these can be exchanged for one of these that is not in the set, and the sum does not fall. So if
    any k gains reach `needed`, the k largest do, and the smallest k is found by adding the largest one by one.
    """
    reached, number = 0, 0
    for gain in sorted(gains, reverse=True):
        if reached >= needed:
            break
        reached, number = reached + gain, number + 1
    return number if reached >= needed else None


# --- targets ----------------------------------------------------------------------------------------------------


def pursue(owing: Owing, target: Target, score: Score, *, restricted: bool) -> Pursuit:
    """What would change the verdict of a target."""
    if isinstance(target, AllOfTarget):
        return _all_of(owing, target, score, restricted=restricted)
    return _listed(owing, score, ground(owing, target, score), Counter(), restricted=restricted)


def _all_of(owing: Owing, target: AllOfTarget, score: Score, *, restricted: bool) -> Pursuit:
    """Its parts; a unit that helps several of them at once comes first in each, so that fewer are asked in all."""
    if score.verdict not in (Verdict.INSUFFICIENT, Verdict.NOT_MET):
        return Pursuit(score, Way.NOTHING, notes=[settled(target, score)])
    grounds = [ground(owing, part, line) for part, line in zip(target.parts, score.parts, strict=True)]
    shared = Counter(body for one in grounds for body in {ask.body for ask in one.candidates})
    parts = [
        _listed(owing, line, one, shared, restricted=restricted)
        for line, one in zip(score.parts, grounds, strict=True)
    ]
    open_parts = [part for part in parts if part.way is not Way.NOTHING]
    way = Way.ACTION if score.verdict is Verdict.NOT_MET else Way.RETURN
    together = {ask.body for part in open_parts for ask in part.asks if ask.for_met}
    told = all(part.to_meet is not None for part in open_parts)
    misses = [part.to_miss for part in open_parts if part.to_miss is not None]
    unmeetable = any(part.score.verdict is Verdict.NOT_MET and part.way is Way.NOTHING for part in parts)
    return Pursuit(
        score,
        Way.NOTHING if unmeetable else way,
        to_meet=len(together) if told and together and not unmeetable else None,
        to_miss=min(misses, default=None) if way is Way.RETURN else None,
        notes=[Note("all_parts")],
        parts=parts,
        masked=any(part.masked for part in parts),
    )


def _listed(
    owing: Owing, score: Score, ground: Ground, shared: Counter[tuple[str, str]], *, restricted: bool
) -> Pursuit:
    """The candidates in their order, cut to the shortest lists."""
    if ground.way is Way.NOTHING:
        return Pursuit(score, Way.NOTHING, notes=ground.notes)
    if not restricted and _speaks_of_victims(score):
        return _hidden(score, ground)
    crowded = Counter(ask.district for ask in ground.candidates)

    def usual(ask: Ask) -> Any:
        return (-(ask.gain or 0), -shared[ask.body], ask.nearness, -crowded[ask.district])

    order = ground.order or usual
    asks = sorted(ground.candidates, key=lambda ask: (order(ask), ask.district, ask.unit, ask.agency, ask.item))
    everyone = len(asks)
    meet = everyone if ground.meet is None else fewest((ask.gain or 0 for ask in asks), ground.meet)
    miss = everyone if ground.miss is None else fewest((ask.loss or 0 for ask in asks), ground.miss)
    if ground.way is Way.ACTION:
        miss = None
    shown = max(meet or 0, miss or 0)
    chosen = [
        _marked(ask, met=number < (meet or 0), missed=number < (miss or 0)) for number, ask in enumerate(asks[:shown])
    ]
    return Pursuit(score, ground.way, meet, miss, chosen, everyone - shown, ground.notes)


def _marked(ask: Ask, *, met: bool, missed: bool) -> Ask:
    return replace(ask, for_met=met, for_not_met=missed)


def _speaks_of_victims(score: Score) -> bool:
    """Whether what single units add to the score speaks of victims or cases below province level."""
    return any(line.small_cells for line in (score, *score.parts, *score.districts))


def _hidden(score: Score, ground: Ground) -> Pursuit:
    """Everybody who could change it, without figures and in no order that would tell any."""
    asks = sorted(ground.candidates, key=lambda ask: (ask.district, ask.unit, ask.agency, ask.item))
    bare = [
        replace(
            ask,
            gain=None,
            loss=None,
            lacks=tuple(Lack("figure_short", lack.form) if "n" in lack.facts else lack for lack in ask.lacks),
            for_met=True,
            for_not_met=ground.way is Way.RETURN,
        )
        for ask in asks
    ]
    return Pursuit(score, ground.way, asks=bare, notes=[Note("masked")], masked=True)
