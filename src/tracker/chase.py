"""Whose return, or whose action, would change a verdict: the shortest list for each target, and what each unit lacks.

An undecided target is decided by returns: so many favourable ones make it met, so many unfavourable ones not met. A
target that is not met takes action. Everything is exact and rests on what each unit adds to the bounds of the score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.asks import Ask, Body, Ground, Note, Way, ground, settled
from tracker.covering import fewest, fewest_together
from tracker.place import Places
from tracker.plan import AllOfTarget, Plan, Target
from tracker.rule import Score, Verdict
from tracker.shortfall import Lack, Owing


@dataclass(slots=True)
class Pursuit:
    """What would change the verdict of one target or part.

    `to_meet` and `to_miss` are how many of `asks` it takes at least, None where it cannot be, is not known or may not
    be told; `spare` others are not needed. For an all-of, `to_meet` counts different bodies of its parts together.
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


# --- targets ----------------------------------------------------------------------------------------------------


def pursue(owing: Owing, target: Target, score: Score, *, restricted: bool) -> Pursuit:
    """What would change the verdict of a target."""
    if isinstance(target, AllOfTarget):
        return _all_of(owing, target, score, restricted=restricted)
    return _listed(score, ground(owing, target, score), frozenset(), restricted=restricted)


def _all_of(owing: Owing, target: AllOfTarget, score: Score, *, restricted: bool) -> Pursuit:
    """Its parts; the bodies that meet all of them together, and are as few as can be, come first in each."""
    if score.verdict not in (Verdict.INSUFFICIENT, Verdict.NOT_MET):
        return Pursuit(score, Way.NOTHING, notes=[settled(target, score)])
    grounds = [ground(owing, part, line) for part, line in zip(target.parts, score.parts, strict=True)]
    lines = list(zip(score.parts, grounds, strict=True))
    told = restricted or not any(map(_speaks_of_victims, score.parts))
    together = _together([one for one in grounds if one.way is not Way.NOTHING]) if told else None
    parts = [_listed(line, one, together or frozenset(), restricted=restricted) for line, one in lines]
    way = Way.ACTION if score.verdict is Verdict.NOT_MET else Way.RETURN
    misses = [part.to_miss for part in parts if part.to_miss is not None]
    # a part that is not due yet, or whose time is over, cannot be met by anybody
    meetable = all(one.way is not Way.NOTHING or line.verdict in (Verdict.MET, Verdict.NIL) for line, one in lines)
    return Pursuit(
        score,
        way if meetable or way is Way.RETURN else Way.NOTHING,
        to_meet=len(together) if together and meetable else None,
        to_miss=min(misses, default=None) if way is Way.RETURN else None,
        notes=[Note("all_parts")],
        parts=parts,
        masked=any(part.masked for part in parts),
    )


def _together(grounds: Sequence[Ground]) -> frozenset[Body] | None:
    """As few bodies as meet all of these, of equal ones those that come first; None where none are known."""
    if any(one.unknown for one in grounds):
        return None
    ranked: Counter[Body] = Counter()
    gains: list[Counter[Body]] = []
    for one in grounds:
        gains.append(Counter())
        for rank, ask in enumerate(_in_order(one, frozenset())):
            ranked[ask.body] += rank
            gains[-1][ask.body] += 1 if one.meet is None else max(0, ask.gain or 0)
    bodies = sorted({body for one in gains for body in one}, key=lambda body: (ranked[body], body))
    needed = tuple(of.total() if one.meet is None else one.meet for one, of in zip(grounds, gains, strict=True))
    chosen = fewest_together([tuple(of[body] for of in gains) for body in bodies], needed)
    return None if chosen is None else frozenset(bodies[place] for place in chosen)


def _listed(score: Score, ground: Ground, first: Set[Body], *, restricted: bool) -> Pursuit:
    """The candidates in their order, the bodies of `first` before the others, cut to the shortest lists."""
    if ground.way is Way.NOTHING:
        return Pursuit(score, Way.NOTHING, notes=ground.notes)
    if not restricted and _speaks_of_victims(score):
        return _hidden(score, ground)
    asks = _in_order(ground, first)
    if ground.unknown:
        return Pursuit(score, ground.way, asks=asks, notes=ground.notes)
    everyone = len(asks)
    gains, losses = [max(0, ask.gain or 0) for ask in asks], [max(0, ask.loss or 0) for ask in asks]
    meet = everyone if ground.meet is None else fewest(gains, ground.meet)
    miss = everyone if ground.miss is None else fewest(losses, ground.miss)
    if ground.way is Way.ACTION:
        miss = None
    for_met = range(everyone if ground.meet is None else _reaching(gains, ground.meet)) if meet else ()
    for_not_met = sorted(range(everyone), key=lambda place: -losses[place])[: miss or 0]
    chosen = [
        replace(ask, for_met=place in for_met, for_not_met=place in for_not_met)
        for place, ask in enumerate(asks)
        if place in for_met or place in for_not_met
    ]
    return Pursuit(score, ground.way, meet, miss, chosen, everyone - len(chosen), ground.notes)


def _in_order(ground: Ground, first: Set[Body]) -> list[Ask]:
    """Those of `first`; then as the ground has it, else the largest first, and the nearest of equal ones."""
    crowded = Counter(ask.district for ask in ground.candidates)

    def usual(ask: Ask) -> Any:
        return (-(ask.gain or 0), ask.nearness, -crowded[ask.district])

    order = ground.order or usual
    return sorted(
        ground.candidates,
        key=lambda ask: (ask.body not in first, order(ask), ask.district, ask.unit, ask.agency, ask.item),
    )


def _reaching(gains: Sequence[int], needed: int) -> int:
    """How many of the first gains it takes to sum to what is needed."""
    reached = 0
    for number, gain in enumerate(gains):
        if reached >= needed:
            return number
        reached += gain
    return len(gains)


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
