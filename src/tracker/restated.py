"""The answers of one day's units said for the units of another day: merged ones combined, divided ones never guessed.

What became of a unit is what the registry's resolutions say. A unit whose forerunners were merged wholly into it is
yes when all of them are, no when any is, and their figures add up; when one of them is silent it is missing. A unit
that holds part of a divided one is missing and flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from tracker.place import Change, Places
from tracker.plan import AllOfTarget, DutiesTarget, GrowthTarget, MonthsTarget, ShareTarget, Target
from tracker.rule import MISSING, NO, YES, Bounds, Score, UnitAnswer, Verdict, combined

MOVES = frozenset({"merge", "split", "recode"})
TOGETHER = "+"
"""Between the codes of units whose people cannot be told apart: "00241+00247"."""


class Origin(StrEnum):
    """How a unit's answer comes from those of the other day's units."""

    MERGED = "merged"
    RENAMED = "renamed"
    DIVIDED = "divided"
    PARTLY_LISTED = "partly_listed"
    ABSORBED = "absorbed"


@dataclass(frozen=True)
class Lineage:
    """Which units of one day became which of another: `heirs` by the code on the first of the two days given.

    The first day may be the later one; then a unit's heirs are those that it was made of.
    """

    heirs: Mapping[str, frozenset[str]]

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for code, heirs in sorted(self.heirs.items()):
            for heir in heirs:
                found.setdefault(heir, []).append(code)
        return {heir: tuple(codes) for heir, codes in sorted(found.items())}

    def is_whole(self, unit: str) -> bool:
        """Whether all that a unit is made of went nowhere else."""
        return all(self.heirs[code] == {unit} for code in self.sources[unit])

    def group(self, unit: str) -> tuple[str, ...]:
        """The units that share forerunners with a unit, directly or through others."""
        found, follow = {unit}, [unit]
        while follow:
            near = {heir for code in self.sources[follow.pop()] for heir in self.heirs[code]} - found
            found |= near
            follow += sorted(near)
        return tuple(sorted(found))


def lineage(places: Places, area: str, basis: date, day: date) -> Lineage:
    """What the units of an area on `basis` are on `day`; communes, districts and the area itself."""
    if basis > day:
        return Lineage(_turned(lineage(places, area, day, basis).heirs))
    heirs = {unit.code: _heirs(places, unit.code, basis, day) for unit in places.communes(area, basis)}
    for district in places.districts(area, basis):
        below = [heir for unit in places.communes(district.code, basis) for heir in heirs.get(unit.code, frozenset())]
        heirs[district.code] = frozenset(places.district_of(heir, day) for heir in below)
    return Lineage({**heirs, area: frozenset({area})})


def _heirs(places: Places, code: str, basis: date, day: date) -> frozenset[str]:
    """Follows a unit through the days on which acts took effect; those of one day act together."""
    held = frozenset({code})
    moves = [
        change
        for change in places.changes
        if change.action in MOVES and (basis < change.on <= day or _numbered_later(places, change, day))
    ]
    for on in sorted({change.on for change in moves}):
        of_day = [change for change in moves if change.on == on]
        held = frozenset(heir for one in held for heir in _on_that_day(one, of_day))
    return held


def _numbered_later(places: Places, change: Change, day: date) -> bool:
    """Whether a unit had its new code on `day` already, though the registry was told of it only afterwards."""
    if change.action != "recode" or change.on <= day:
        return False
    old, new = ([places.unit(code, day) for code in codes] for codes in (change.from_codes, change.to_codes))
    return not any(old) and all(new)


def _on_that_day(code: str, changes: Sequence[Change]) -> frozenset[str]:
    taken = [change for change in changes if code in change.from_codes]
    return frozenset(heir for change in taken for heir in change.to_codes) if taken else frozenset({code})


def _turned(heirs: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    turned: dict[str, set[str]] = {}
    for code, ones in heirs.items():
        for one in ones:
            turned.setdefault(one, set()).add(code)
    return {code: frozenset(ones) for code, ones in sorted(turned.items())}


@dataclass(slots=True)
class Restated:
    """A score on the units of another day, and how each unit that is not simply the same came about."""

    score: Score
    origins: dict[str, Origin] = field(default_factory=dict)
    parts: list[Restated] = field(default_factory=list)


def restated(score: Score, target: Target, line: Lineage) -> Restated:
    """The score that the same answers give on the units of the other day; months and growth know no units.

    Of a target outside the plan's life there is nothing to say anew.
    """
    if isinstance(target, AllOfTarget) and score.parts:
        parts = [restated(part, of, line) for part, of in zip(score.parts, target.parts, strict=True)]
        verdicts = [part.score.verdict for part in parts if part.score.verdict is not None]
        own = replace(score, parts=[part.score for part in parts], verdict=combined(verdicts))
        return Restated(own if score.bounds is None and verdicts else score, parts=parts)
    if score.bounds is None or not score.by_unit or isinstance(target, (MonthsTarget, GrowthTarget)):
        return Restated(score)
    if isinstance(target, DutiesTarget):
        by_unit, origins = _of_duties(score.by_unit, line)
    else:
        by_unit, origins = carried(score.by_unit, line, yes_no=isinstance(target, ShareTarget))
    bounds = bounds_of(by_unit.values())
    parts = [restated(part, target, line) for part in score.parts]
    verdict = score.verdict
    if score.threshold is not None and verdict is not Verdict.NOT_YET_DUE:
        verdict = bounds.verdict(score.threshold)
    shown = replace(score, bounds=bounds, verdict=verdict, by_unit=by_unit, districts=[], readings=[], duties=[])
    shown.parts = [part.score for part in parts]
    shown.silent = sorted(unit for unit, answer in by_unit.items() if answer.missing)
    return Restated(shown, origins, parts)


def bounds_of(answers: Iterable[UnitAnswer]) -> Bounds:
    """What the answers of units add up to."""
    known = list(answers)
    return Bounds(
        sum(one.low for one in known),
        sum(one.high for one in known),
        sum(one.of for one in known),
        sum(one.missing for one in known),
    )


def carried(
    answers: Mapping[str, UnitAnswer], line: Lineage, *, yes_no: bool
) -> tuple[dict[str, UnitAnswer], dict[str, Origin]]:
    """Answers by unit of the other day. Persons of divided units stay together: nobody knows who went where."""
    found: dict[str, UnitAnswer] = {}
    origins: dict[str, Origin] = {}
    for unit, sources in line.sources.items():
        said = {code: answers[code] for code in sources if code in answers}
        if not said:
            continue
        if not line.is_whole(unit):
            group = line.group(unit)
            key = unit if yes_no else TOGETHER.join(group)
            found[key] = MISSING if yes_no else _together(answers, line, group)
            origins[key] = Origin.DIVIDED
        else:
            partly = len(said) < len(sources)
            found[unit] = MISSING if partly and yes_no else _combined(list(said.values()), yes_no=yes_no)
            if partly or sources != (unit,):
                origins[unit] = Origin.PARTLY_LISTED if partly else _origin(sources)
    for code in sorted(answers.keys() - found.keys()):
        heirs = line.heirs.get(code, frozenset())
        origins[code] = Origin.ABSORBED if all(map(line.is_whole, heirs)) else Origin.DIVIDED
    return found, origins


def _origin(sources: Sequence[str]) -> Origin:
    return Origin.MERGED if len(sources) > 1 else Origin.RENAMED


def _together(answers: Mapping[str, UnitAnswer], line: Lineage, group: Sequence[str]) -> UnitAnswer:
    codes = {code for unit in group for code in line.sources[unit]}
    whole = sum(answers[code].of for code in codes if code in answers)
    return UnitAnswer(0, whole, whole, missing=True)


def _combined(said: Sequence[UnitAnswer], *, yes_no: bool) -> UnitAnswer:
    if len(said) == 1:
        return said[0]
    silent = any(one.missing for one in said)
    if yes_no:
        return MISSING if silent else YES if all(one.low for one in said) else NO
    whole = sum(one.of for one in said)
    if silent:
        return UnitAnswer(0, whole, whole, missing=True)
    return UnitAnswer(sum(one.low for one in said), sum(one.high for one in said), whole, missing=False)


def _of_duties(answers: Mapping[str, UnitAnswer], line: Lineage) -> tuple[dict[str, UnitAnswer], dict[str, Origin]]:
    """Duties by body, "duty unit": each duty is carried over by itself."""
    by_duty: dict[str, dict[str, UnitAnswer]] = {}
    for key, answer in answers.items():
        duty, _, unit = key.rpartition(" ")
        by_duty.setdefault(duty, {})[unit] = answer
    found: dict[str, UnitAnswer] = {}
    origins: dict[str, Origin] = {}
    for duty, units in by_duty.items():
        said, how = carried(units, line, yes_no=True)
        found |= {f"{duty} {unit}": answer for unit, answer in said.items()}
        origins |= {f"{duty} {unit}": one for unit, one in how.items()}
    return found, origins
