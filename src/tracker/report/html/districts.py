"""Places: the grid of districts by targets, bars by distance to the target, and who is silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tracker.messages import lang
from tracker.report import wording
from tracker.report.html import charts
from tracker.report.html.said import Scene, by_district, distance, figure, judgement, sentence, short, text, tone
from tracker.report.html.view import NO_DRAWING, Column, Group, Line, Quiet, Row, Silence
from tracker.rule import Score
from tracker.writing import count

LONG = 60
"""From more silent units on, each district opens by itself."""

Paths = list[tuple[tuple[str, ...], Score]]
"""Targets and their parts, each with the ids that lead to it."""


def scores(scene: Scene) -> Paths:
    return list(_walked(scene.plan.scores, ()))


def _walked(found: Sequence[Score], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Score]]:
    for score in found:
        path = (*above, score.id)
        yield path, score
        yield from _walked(score.parts, path)


def columns(scene: Scene) -> list[Column]:
    """For each target with lines of districts: these, the furthest from its threshold first."""
    return [_column(scene, path, score) for path, score in scores(scene) if score.districts]


def _column(scene: Scene, path: tuple[str, ...], score: Score) -> Column:
    shown = not any(line.masked for line in score.districts)
    lines = sorted(score.districts, key=lambda line: (-distance(line) if shown else 0, line.id))
    return Column(
        id="/".join(path),
        label=sentence(score.label.said(lang())),
        threshold=text("level", threshold=wording.threshold(score)) if score.threshold is not None else "",
        lines=[_line(scene, path, line) for line in lines],
        anchor=scene.anchor("districts", *path),
        drawn=shown,
    )


def _line(scene: Scene, path: tuple[str, ...], line: Score) -> Line:
    whole = "/".join(path)
    drawing = NO_DRAWING
    if not line.masked and line.bounds is not None:
        drawing = charts.bar(line.bounds, line.threshold, tone(line))
    href = scene.where(f"{whole}/{line.id}", whole)
    return Line(line.id, line.label.said(lang()), figure(line, href, drawing), judgement(line.verdict))


def rows(found: Sequence[Column]) -> list[Row]:
    """Districts down, targets across, in the order of the districts' codes."""
    lines = [{line.code: line for line in column.lines} for column in found]
    names = {line.code: line.name for column in found for line in column.lines}
    return [Row(code, name, [column.get(code) for column in lines]) for code, name in sorted(names.items())]


# --- who is silent ------------------------------------------------------------------------------------------------


def silence(scene: Scene) -> Silence:
    """By district: each unit that has not answered, and which targets wait for it."""
    waiting = {path: set(score.silent) for path, score in scores(scene) if score.silent}
    targets = [
        ("/".join(path), _short(scene, path, score), count(len(score.silent)))
        for path, score in scores(scene)
        if path in waiting
    ]
    groups = [
        Group(
            scene.names.place(code) if code else "",
            count(len(units)),
            [_quiet(scene, unit, waiting) for unit in units],
        )
        for code, units in by_district(scene, sorted(set().union(*waiting.values())))
    ]
    return Silence(targets, groups, sum(len(group.rows) for group in groups) > LONG)


def _quiet(scene: Scene, unit: str, waiting: Mapping[tuple[str, ...], set[str]]) -> Quiet:
    waits = [unit in silent for silent in waiting.values()]
    href = scene.where(*("/".join((*path, unit)) for path, silent in waiting.items() if unit in silent))
    return Quiet(unit, scene.name(unit), waits, href)


def _short(scene: Scene, path: tuple[str, ...], score: Score) -> str:
    """A part is named with its whole: "Chỉ tiêu 2: xã có mô hình lồng ghép"."""
    label = short(score.label.said(lang()))
    if len(path) == 1:
        return label
    whole = next(one.label.said(lang()) for one in scene.plan.scores if one.id == path[0])
    return f"{short(whole)}: {label}"
