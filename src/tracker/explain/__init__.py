"""Why a figure is what it is: from the verdict down to the file, the sheet, the cell and what was typed there.

Drawn from the same scores, frames and versions that the report is drawn from; nothing is judged a second time. Each
kind of target has a module of its own, as its rule has in `rules/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from tracker.explain import duties, growth, lines, measure, months, persons, ratio, share
from tracker.explain.context import Case, Context
from tracker.explanation import Line, Step
from tracker.messages import lang, say
from tracker.place import Tier, tier_of_code
from tracker.plan import (
    AllOfTarget,
    DutiesTarget,
    GrowthTarget,
    MeasureTarget,
    MonthsTarget,
    PersonsTarget,
    RatioTarget,
    ShareTarget,
    Target,
)
from tracker.problems import TrackerError
from tracker.report import wording
from tracker.rule import Flag, Score

__all__ = ["Case", "Context", "explain", "explanations", "paths"]


class Kind(NamedTuple):
    """How a kind of target is explained: what stands under its verdict, its units, and one of them."""

    below: Callable[[Case, Any], list[Line]]
    units: Callable[[Case, Any], Sequence[str]]
    unit: Callable[[Case, Any, str], Line]


def _scored(case: Case, _: Target) -> list[str]:
    return list(case.score.by_unit)


def _with_duties(case: Case, _: Target) -> list[str]:
    return list(dict.fromkeys(one.unit for one in case.score.duties))


KINDS: Mapping[type[Any], Kind] = {
    ShareTarget: Kind(share.below, _scored, share.unit),
    PersonsTarget: Kind(persons.below, _scored, persons.unit),
    MonthsTarget: Kind(months.below, _scored, months.unit),
    DutiesTarget: Kind(duties.below, _with_duties, duties.unit),
    RatioTarget: Kind(ratio.below, ratio.units, ratio.unit),
    GrowthTarget: Kind(growth.below, growth.units, growth.unit),
}
NAMED = 20
"""Units named to somebody who asked for another."""

OVER_UNITS = (ShareTarget, PersonsTarget)
"""Kinds of which any unit of the area and of their tier may be asked, also one that is not in the denominator."""


def explanations(context: Context) -> Mapping[str, Line]:
    """Every target and part by its id, and every unit of it by "target/unit": short, for a page."""
    found: dict[str, Line] = {}
    for case in _cases(context, brief=True):
        found[case.key] = _whole(case)
        if isinstance(case.target, MeasureTarget):
            found |= {line.key: line for line in measure.below(case, case.target)}
        elif not isinstance(case.target, AllOfTarget):
            kind = KINDS[type(case.target)]
            for unit in kind.units(case, case.target):
                found[f"{case.key}/{unit}"] = kind.unit(case, case.target, unit)
        found |= {line.key: line for line in _parts(case)}
    return found


def explain(context: Context, path: str, unit: str = "") -> Line:
    """A target, a part ("models/dedicated") or a figure of a measure ("counts/items"), or what one unit adds to it.

    Raises TrackerError when the plan has no such target, or the target no such unit.
    """
    for case in _cases(context):
        if path == case.key and isinstance(case.target, MeasureTarget) and not unit:
            return _whole(case)
        if path == case.key:
            return _named(case, _whole(case) if not unit else _of_unit(case, unit))
        if isinstance(case.target, MeasureTarget) and path.startswith(f"{case.key}/"):
            figure = measure.value(case, case.target, path.removeprefix(f"{case.key}/"), unit)
            if figure is not None:
                return lines.head(_of_values(case, path), [figure])
        for part in _parts(case):
            if path == part.key:
                return _under(case.target, part) if not unit else _of_unit(case, unit)
    raise TrackerError("unknown_target", found=path, known=", ".join(paths(context)))


def _named(case: Case, line: Line) -> Line:
    """A part that is asked for alone is called with the target it is of."""
    whole = next((one for one in case.context.plan.targets if case.key == f"{one.id}/{case.target.id}"), None)
    return line if whole is None else _under(whole, line)


def _under(target: Target, line: Line) -> Line:
    return replace(line, text=say("explain.of_target", target=target.label.said(lang()), said=line.text))


def _of_values(case: Case, path: str) -> Case:
    """A measure of which one figure is shown: that something is hidden is said only where that figure is."""
    key, _, group = path.removeprefix(f"{case.key}/").partition("/")
    hidden = any(one.masked for one in case.score.values if one.key == key and group in ("", one.group))
    flags = case.score.flags if hidden else case.score.flags - {Flag.MASKED}
    return replace(case, score=replace(case.score, flags=flags))


def paths(context: Context) -> list[str]:
    """Everything that can be asked for: targets, their parts, the figures of measures."""
    found: dict[str, None] = {}
    for case in _cases(context):
        found[case.key] = None
        found |= {line.key: None for line in _parts(case)}
        found |= {f"{case.key}/{one.key}": None for one in case.score.values}
    return list(found)


def _cases(context: Context, *, brief: bool = False) -> Iterator[Case]:
    """Every target of the plan, and every part that is a target itself."""
    for target, score in zip(context.plan.targets, context.scores, strict=True):
        yield Case(context, target, score, target.id, brief)
        if isinstance(target, AllOfTarget):
            for part, line in zip(target.parts, score.parts, strict=False):
                yield Case(context, part, line, f"{target.id}/{part.id}", brief)


def _whole(case: Case) -> Line:
    """The tree of a target; under one that is made of targets, those."""
    target, score = case.target, case.score
    if isinstance(target, AllOfTarget):
        below = [_whole(one) for one in _cases(case.context, brief=case.brief) if one.key.startswith(f"{case.key}/")]
        return lines.head(case, [_all_of(case), *below])
    if isinstance(target, MeasureTarget):
        return lines.head(case, measure.below(case, target))
    asked = score.by_unit or score.duties or score.bounds or score.silent or score.parts
    below = KINDS[type(target)].below(case, target) if asked else []
    return lines.head(case, [*_parts(case), *below])


def _all_of(case: Case) -> Line:
    said = [f"{part.label.said(lang())}: {wording.verdict(part.verdict)}" for part in case.score.parts]
    text = say("explain.all_of", parts="; ".join(said), verdict=wording.verdict(case.score.verdict))
    return Line(Step.FORMULA, f"{case.key}:formula", text)


def _parts(case: Case) -> list[Line]:
    """The parts of a target that are no targets themselves: other people, other months, what must grow."""
    if isinstance(case.target, AllOfTarget):
        return []
    return [_part(case, part) for part in case.score.parts]


def _part(case: Case, part: Score) -> Line:
    said = wording.figure(part) or say("explain.not_said")
    said += f": {wording.verdict(part.verdict)}" if part.verdict else ""
    text = say("explain.part" if part.counts else "explain.part_aside", label=part.label.said(lang()), said=said)
    facts = {"part": part.id} | ({"verdict": part.verdict.value} if part.verdict else {})
    if part.bounds is not None and not part.masked:
        facts |= {"low": str(part.bounds.low), "high": str(part.bounds.high), "of": str(part.bounds.of)}
    return Line(Step.FORMULA, f"{case.key}/{part.id}", text, facts)


def _of_unit(case: Case, unit: str) -> Line:
    """The head of a target with one unit under it."""
    if isinstance(case.target, (AllOfTarget, MeasureTarget)):
        raise TrackerError("explain_part_first", found=case.key, known=", ".join(_inside(case)))
    kind = KINDS[type(case.target)]
    units = kind.units(case, case.target)
    may_be_any = isinstance(case.target, OVER_UNITS) and _is_like(unit, units) and _lies_in_area(case, unit)
    if unit not in units and not may_be_any:
        raise TrackerError("explain_unknown_unit", found=unit, target=case.key, known=_some(units))
    return lines.head(case, [*_parts(case), kind.unit(case, case.target, unit)])


def _some(units: Sequence[str]) -> str:
    more = ["…"] if len(units) > NAMED else []
    return ", ".join([*units[:NAMED], *more])


def _inside(case: Case) -> list[str]:
    return [path for path in paths(case.context) if path.startswith(f"{case.key}/")]


def _is_like(unit: str, units: Sequence[str]) -> bool:
    """Whether a unit is of the tier of those that a target is over; communes where it has none."""
    tiers = {tier_of_code(one) for one in units} or {Tier.COMMUNE}
    return tier_of_code(unit) in tiers


def _lies_in_area(case: Case, code: str) -> bool:
    area = case.plan.area
    return any(life.code != area and life.lies_in(area) for life in case.context.came.places.units_of_code(code))
