"""Explanations as nested lines, as deep as the page has room for: from a verdict down to file, sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.explanation import Line
from tracker.explanation import Step as Kind
from tracker.report.html.said import Scene
from tracker.report.html.view import Step

DEPTHS: Sequence[frozenset[Kind]] = (
    frozenset(),
    frozenset({Kind.CELL}),
    frozenset({Kind.CELL, Kind.VERSION}),
    frozenset({Kind.CELL, Kind.VERSION, Kind.UNIT}),
)
"""What is left off, from nothing to whatever stands under the answers."""

UNLINKED = frozenset({Kind.CELL, Kind.NOTE, Kind.VERSION})
"""Nothing on the page leads to these, and anchors take room."""


def steps(scene: Scene) -> list[Step]:
    """The explanation of each target, those of its parts and units inside."""
    targets = [score.id for score in scene.plan.scores]
    roots = _roots(scene.plan.explanations, targets)
    return [_step(scene, line) for line in roots if line.step not in scene.left_off]


def _roots(explanations: Mapping[str, Line], targets: Sequence[str]) -> list[Line]:
    """Every explanation once, in the order of the targets: one that belongs to another is told there."""
    named = {line.key for one in explanations.values() for below in one.below for line in below.walk()}
    homeless: dict[str, list[Line]] = {}
    for key, line in explanations.items():
        if key not in named:
            homeless.setdefault(_whole_of(key, explanations), []).append(line)
    order = {target: at for at, target in enumerate(targets)}
    roots = sorted(homeless.pop("", []), key=lambda line: (order.get(line.key, len(order)), line.key))
    told: set[str] = set()
    return [_filled(line, explanations, homeless, told) for line in roots]


def _whole_of(key: str, explanations: Mapping[str, Line]) -> str:
    """The key of what a line belongs to by its key: "duties" of "duties/007"; "" where nothing is."""
    above = key.rpartition("/")[0]
    while above and above not in explanations:
        above = above.rpartition("/")[0]
    return above


def _filled(
    line: Line, explanations: Mapping[str, Line], homeless: Mapping[str, Sequence[Line]], told: set[str]
) -> Line:
    """The line with all that is known of it and of those under it; named again, it is not told in full again."""
    if line.key in told:
        return replace(line, key="", below=[_filled(one, explanations, {}, told) for one in line.below])
    told.add(line.key)
    fuller = explanations.get(line.key, line)
    below = [*fuller.below, *homeless.get(line.key, ())]
    return replace(fuller, below=[_filled(one, explanations, homeless, told) for one in below])


def _step(scene: Scene, line: Line) -> Step:
    anchor = scene.anchor("why", line.key) if line.key and line.step not in UNLINKED else ""
    below = [_step(scene, one) for one in line.below if one.step not in scene.left_off]
    return Step(line.step.value, line.text, anchor, below)
