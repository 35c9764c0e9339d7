"""A comparison in words: as tables for a terminal and Markdown, as JSON, as rows for CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from tracker.messages import lang, say
from tracker.report import wording
from tracker.report.csv import escaped
from tracker.report.markdown import grid_lines
from tracker.report.outline import TONES, Cell, Column, Grid, Tone
from tracker.writing import count, day

if TYPE_CHECKING:
    from tracker.compare import Change, Comparison, Figures, Movement, PlanComparison, Step, UnitMove
    from tracker.rule import Score, UnitAnswer

LISTED = 12  # units under one cause in a table; JSON and CSV have them all
RETURNS_NAMED = 3
NAMED = 6  # units that moved alike


# --- words ------------------------------------------------------------------------------------------------------


def basis(comparison: Comparison, one: PlanComparison) -> str:
    """What is held against what, on which day and which units."""
    days = {
        "first": day(comparison.first) if comparison.first else "",
        "last": day(comparison.last) if comparison.last else "",
        "communes_of": day(comparison.communes_of) if comparison.communes_of else "",
    }
    before, after = (count(number) for number in one.communes)
    about = {"year": comparison.year, "base_year": comparison.base_year or "", "as_of": day(comparison.as_of)}
    return say(f"compare.basis.{comparison.mode.value}", before=before, after=after, **days, **about)


def answer(said: UnitAnswer | None, kind: str) -> str:
    """ "có", "không", "thiếu" for a unit that answers yes or no; persons or cases of how many for others."""
    if said is None:
        return wording.NOTHING
    if kind != "persons" and said.of == 1:
        return say(f"compare.answer.{'missing' if said.missing else 'yes' if said.low else 'no'}")
    if said.missing:
        return say("compare.answer.missing_of", of=count(said.of))
    low = count(said.low) if said.low == said.high else f"{count(said.low)}–{count(said.high)}"
    return f"{low}/{count(said.of)}"


def signed(number: int) -> str:
    """A change with its sign; none is 0."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{count(abs(number))}"


def place(key: str, one: PlanComparison) -> str:
    """A unit, a month, a duty of a unit, or several units that cannot be told apart."""
    duty, _, unit = key.rpartition(" ")
    if month := wording.month(unit):
        return month
    named = " + ".join(one.name(code) for code in unit.split("+"))
    return f"{duty} – {named}" if duty else named


def returns(changes: Sequence[Change], comparison: Comparison, one: PlanComparison) -> str:
    """The returns behind a change: form, revision, file and day of receipt, and whether they count now."""
    texts = [_return(change, comparison) for change in changes[:RETURNS_NAMED]]
    if more := len(changes) - RETURNS_NAMED:
        texts += [say("compare.more_returns", n=count(more))] if more > 0 else []
    return "; ".join(texts)


def _return(change: Change, comparison: Comparison) -> str:
    version = change.version
    facts = {
        "form": version.form,
        "revision": version.revision,
        "file": PurePath(comparison.files.get(version.sha256, version.sha256[:12])).name,
        "day": day(version.received_on),
    }
    which = "years" if comparison.mode.value == "years" else "receipts"
    return say(f"compare.return.{which}.{'counts' if change.counts else 'gone'}", **facts)


def cause_words(step: Step, comparison: Comparison) -> str:
    return say(f"compare.cause.{step.cause.value}")


# --- tables -----------------------------------------------------------------------------------------------------


def grids(comparison: Comparison, one: PlanComparison) -> Iterator[Grid]:
    """For each target that moved, its figures step by step and the units behind them; then those that did not."""
    still = []
    for label, movement in _labelled(one.movements):
        if _stood_still(movement):
            still.append(label)
            continue
        yield _figures_grid(label, movement, comparison)
        units = _units_grid(movement, comparison, one)
        if units.rows:
            yield units
    if still:
        rows: list[Sequence[Cell]] = [(Cell(label),) for label in still]
        yield Grid(say("compare.still"), [Column(say("outline.target"))], rows)


def _labelled(movements: Sequence[Movement]) -> Iterator[tuple[str, Movement]]:
    """Every target and part that has figures, with its heading."""
    for one in movements:
        label = one.score.label.said(lang())
        if one.score.bounds is not None or not one.parts or one.before is None or one.after is None:
            yield label, one
        for part in one.parts:
            yield f"{label} · {part.score.label.said(lang())}", part


def _stood_still(one: Movement) -> bool:
    moved = any(step.moved is not None and any(_counts(step.moved)) for step in one.steps)
    named = any(step.units for step in one.steps)
    return not moved and not named and _verdict(one.before) == _verdict(one.after)


def _verdict(score: Score | None) -> str:
    return score.verdict.value if score is not None and score.verdict else ""


def _counts(figures: Figures) -> tuple[int, int, int, int]:
    return figures.low, figures.high, figures.of, figures.missing


def _figures_grid(label: str, one: Movement, comparison: Comparison) -> Grid:
    columns = [Column(say("compare.column.cause"))]
    columns += [
        Column(say(f"compare.column.{name}"), right=True, whole=True) for name in ("low", "high", "of", "missing")
    ]
    columns += [Column(say("outline.verdict"), whole=True)]
    rows: list[Sequence[Cell]] = [_end(one.before, "before", comparison, masked=one.masked)]
    for step in one.steps:
        cells = [Cell(wording.MASKED if step.masked else wording.NOTHING)] * 4
        if step.moved is not None:
            cells = [Cell(signed(number), Tone.PLAIN if number else Tone.QUIET) for number in _counts(step.moved)]
        rows.append((Cell(cause_words(step, comparison), level=1), *cells, Cell("")))
    rows.append(_end(one.after, "after", comparison, masked=one.masked))
    return Grid(label, columns, rows, [say("compare.adds_up")])


def _end(score: Score | None, which: str, comparison: Comparison, *, masked: bool) -> Sequence[Cell]:
    cells = [Cell(wording.MASKED if masked else wording.NOTHING)] * 4
    if score is not None and score.bounds is not None and not masked:
        bounds = score.bounds
        cells = [Cell(count(number)) for number in (bounds.low, bounds.high, bounds.of, bounds.missing)]
    tone = TONES.get(score.verdict, Tone.QUIET) if score is not None and score.verdict else Tone.PLAIN
    verdict = wording.verdict(score.verdict) if score is not None else ""
    return (Cell(say(f"compare.{which}.{comparison.mode.value}", **_ends(comparison))), *cells, Cell(verdict, tone))


def _ends(comparison: Comparison) -> dict[str, object]:
    return {
        "first": day(comparison.first) if comparison.first else "",
        "last": day(comparison.last) if comparison.last else "",
        "year": comparison.year,
        "base_year": comparison.base_year or "",
        "communes_of": day(comparison.communes_of) if comparison.communes_of else "",
    }


def _units_grid(one: Movement, comparison: Comparison, plan: PlanComparison) -> Grid:
    """The units behind each cause; where they are many, those that moved alike are counted on one line."""
    columns = [Column(say(f"compare.column.{name}")) for name in ("cause", "unit", "was", "is", "why")]
    rows: list[Sequence[Cell]] = []
    notes = []
    for step in one.steps:
        cause = Cell(cause_words(step, comparison))
        if len(step.units) <= LISTED:
            rows += [(cause, *_unit_cells(unit, one, comparison, plan)) for unit in step.units]
            continue
        alike: dict[tuple[str, str], list[UnitMove]] = {}
        for unit in step.units:
            _, was, now, _ = _unit_cells(unit, one, comparison, plan)
            alike.setdefault((was.text, now.text), []).append(unit)
        groups = sorted(alike.items(), key=lambda group: (-len(group[1]), -max(map(_size, group[1]))))
        rows += [(cause, *_alike_cells(units, words, comparison, plan)) for words, units in groups[:LISTED]]
        if more := sum(len(units) for _, units in groups[LISTED:]):
            notes.append(say("compare.more_units", n=count(more), cause=cause.text))
    return Grid(say("compare.behind"), columns, rows, notes)


def _size(unit: UnitMove) -> int:
    """By how much a unit moved the lower bound."""
    was, now = (said.low if said is not None else 0 for said in (unit.before, unit.after))
    return abs(now - was)


def _alike_cells(
    units: Sequence[UnitMove], words: tuple[str, str], comparison: Comparison, plan: PlanComparison
) -> Iterator[Cell]:
    names = ", ".join(place(unit.key, plan) for unit in units[:NAMED])
    yield Cell(names if len(units) <= NAMED else say("compare.alike", n=count(len(units)), names=names))
    yield from (Cell(text) for text in words)
    yield Cell(why(units[0], comparison, plan) if len(units) == 1 else "")


def _unit_cells(unit: UnitMove, one: Movement, comparison: Comparison, plan: PlanComparison) -> Iterator[Cell]:
    kind = one.score.kind
    yield Cell(place(unit.key, plan))
    for said in (unit.before, unit.after):
        yield Cell(wording.MASKED if one.masked else answer(said, kind))
    yield Cell(why(unit, comparison, plan))


def why(unit: UnitMove, comparison: Comparison, plan: PlanComparison) -> str:
    """How the registry came by it, or which returns said so."""
    if unit.origin is not None:
        return say(f"compare.origin.{unit.origin.value}")
    return returns(unit.changes, comparison, plan)


def next_step(comparison: Comparison) -> str:
    """What an analyst would sensibly do after reading the comparison."""
    if not comparison.plans:
        return say("outline.nothing", year=comparison.year)
    return say("compare.next", year=comparison.year)


def as_markdown(comparison: Comparison) -> str:
    """The same tables as in the terminal."""
    lines = []
    for one in comparison.plans:
        lines += [f"# {one.plan.title.said(lang())}", "", basis(comparison, one)]
        for grid in grids(comparison, one):
            lines += ["", *grid_lines(grid)]
        lines.append("")
    return "\n".join(lines or [next_step(comparison)]) + "\n"


# --- as JSON ----------------------------------------------------------------------------------------------------


def as_json(comparison: Comparison, *, version: str, language: str) -> dict[str, Any]:
    """The comparison, as `schemas/compare-report.json` says."""
    days = {"from": comparison.first, "to": comparison.last, "communes_of": comparison.communes_of}
    return {
        "tool": {"name": "tracker", "version": version},
        "mode": comparison.mode.value,
        "year": comparison.year,
        "base_year": comparison.base_year,
        "as_of": comparison.as_of.isoformat(),
        **{name: on.isoformat() if on else None for name, on in days.items()},
        "plans": [
            {
                "id": one.plan.id,
                "title": one.plan.title.said(language),
                "communes": {"before": one.communes[0], "after": one.communes[1]},
                "targets": [_movement(movement, comparison, one) for movement in one.movements],
            }
            for one in comparison.plans
        ],
    }


def _movement(one: Movement, comparison: Comparison, plan: PlanComparison) -> dict[str, Any]:
    score = one.score
    said: dict[str, Any] = {
        "id": score.id,
        "label": score.label.said(lang()),
        "citation": score.cite,
        "kind": score.kind,
        "before": _side(one.before, masked=one.masked),
        "after": _side(one.after, masked=one.masked),
        "causes": [_step(step, one, comparison, plan) for step in one.steps],
    }
    if one.masked:
        said["masked"] = True
    if one.parts:
        said["parts"] = [_movement(part, comparison, plan) for part in one.parts]
    return said


def _side(score: Score | None, *, masked: bool) -> dict[str, Any]:
    verdict = score.verdict.value if score is not None and score.verdict else None
    if score is None or score.bounds is None or masked:
        return {"numerator": None, "possible": None, "denominator": None, "missing": None, "verdict": verdict}
    bounds = score.bounds
    return {
        "numerator": bounds.low,
        "possible": bounds.high,
        "denominator": bounds.of,
        "missing": bounds.missing,
        "verdict": verdict,
    }


def _step(step: Step, one: Movement, comparison: Comparison, plan: PlanComparison) -> dict[str, Any]:
    figures = _counts(step.moved) if step.moved is not None else (None,) * 4
    return {
        "cause": step.cause.value,
        **dict(zip(("numerator", "possible", "denominator", "missing"), figures, strict=True)),
        "units": [_unit(unit, one, comparison, plan) for unit in step.units],
    }


def _unit(unit: UnitMove, one: Movement, comparison: Comparison, plan: PlanComparison) -> dict[str, Any]:
    return {
        "key": unit.key,
        "name": place(unit.key, plan),
        "before": _answer(unit.before),
        "after": _answer(unit.after),
        "origin": unit.origin.value if unit.origin else None,
        "returns": [
            {
                "form": change.version.form,
                "unit": change.version.unit,
                "agency": change.version.agency,
                "revision": change.version.revision,
                "file": comparison.files.get(change.version.sha256, ""),
                "sha256": change.version.sha256,
                "received": change.version.received_on.isoformat(),
                "counts": change.counts,
            }
            for change in unit.changes
        ],
    }


def _answer(said: UnitAnswer | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {"numerator": said.low, "possible": said.high, "denominator": said.of, "missing": said.missing}


# --- as rows ----------------------------------------------------------------------------------------------------

COLUMNS = (
    "plan", "mode", "year", "base_year", "as_of", "from", "to", "communes_of", "target", "part", "cause", "unit",
    "unit_name", "numerator", "possible", "denominator", "missing", "verdict", "before", "after", "why",
)  # fmt: skip


def as_csv(comparison: Comparison) -> str:
    """UTF-8 text with a BOM: for each target a row before, one for each cause, one after, and one for each unit."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    about = {name: "" if value is None else value for name, value in _about(comparison).items()}
    for one in comparison.plans:
        for row in _rows(comparison, one):
            # a change below zero is a number, not a formula
            cells = {key: cell if isinstance(cell, int) else escaped(str(cell)) for key, cell in row.items()}
            writer.writerow({**about, "plan": one.plan.id, **cells})
    return "\ufeff" + text.getvalue()


def _about(comparison: Comparison) -> dict[str, Any]:
    said = as_json(comparison, version="", language=lang())
    return {name: said[name] for name in COLUMNS if name in said}


def _rows(comparison: Comparison, one: PlanComparison) -> Iterator[dict[str, Any]]:
    for movement in one.movements:
        yield from _movement_rows(movement, {"target": movement.score.id}, comparison, one)
        for part in movement.parts:
            which = {"target": movement.score.id, "part": part.score.id}
            yield from _movement_rows(part, which, comparison, one)


def _movement_rows(
    one: Movement, which: dict[str, Any], comparison: Comparison, plan: PlanComparison
) -> Iterator[dict[str, Any]]:
    figures = ("numerator", "possible", "denominator", "missing")
    hidden = dict.fromkeys(figures, wording.MASKED) if one.masked else {}
    yield {**which, "cause": "before", **_filled(_side(one.before, masked=one.masked)), **hidden}
    for step in one.steps:
        said = _step(step, one, comparison, plan)
        yield {**which, "cause": said["cause"], **_filled({name: said[name] for name in figures}), **hidden}
        for unit in step.units:
            sides = [wording.MASKED if one.masked else answer(it, one.score.kind) for it in (unit.before, unit.after)]
            about = {"cause": said["cause"], "unit": unit.key, "unit_name": place(unit.key, plan)}
            yield {**which, **about, "before": sides[0], "after": sides[1], "why": why(unit, comparison, plan)}
    yield {**which, "cause": "after", **_filled(_side(one.after, masked=one.masked)), **hidden}


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if value is None else value for name, value in said.items()}
