"""What a report says, before it has any shape: plans with their submissions, scores and the names of units.

What may not be shown (section 9 of the contract) `disclosure` hides before, so that every shape shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.explanation import Line
from tracker.plan import Plan, Words
from tracker.problems import Problem
from tracker.rule import Bounds, ReadingScore, Score, ValueScore
from tracker.submission import STATES, Submission


@dataclass(frozen=True, slots=True)
class Source:
    """One version of one form that came for the year: the file it stands in, and what became of it (`Fate`)."""

    form: str
    unit: str
    agency: str
    outlet: str
    period_from: date | None
    period_to: date | None
    revision: int
    received_on: date
    fate: str
    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem of a return that came for the year, in the words of a file, with the reason if it was waived."""

    unit: str
    agency: str
    name: str
    sha256: str
    problem: Problem
    waiver: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """A figure that deserves a second look, with its cell; never a verdict. `code` names its sentence."""

    code: str
    unit: str
    form: str
    name: str
    sheet: str
    cell: str
    raw: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Activities by week of one window: (first day of the week, activities), from the window's first day on.

    `peak` are the days of a window that lies inside this one, such as the response week.
    """

    window: str
    label: Words
    first: date
    last: date
    weeks: Sequence[tuple[date, int]]
    peak: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class PlanReport:
    """One plan: its scores, who filed, and how many communes its area had on the day."""

    plan: Plan
    communes: int
    submissions: Sequence[Submission]
    scores: Sequence[Score]
    names: Mapping[str, str]
    sources: Sequence[Source] = ()
    faults: Sequence[Fault] = ()
    signals: Sequence[Signal] = ()
    timelines: Sequence[Timeline] = ()
    explanations: Mapping[str, Line] = field(default_factory=dict)
    """By target, and "target/unit" where a figure goes down to a unit; filled for shapes that show them."""


@dataclass(frozen=True, slots=True)
class Report:
    """A year, judged on `as_of`, with what had been received by `known_on` (None: all of it)."""

    year: int
    as_of: date
    known_on: date | None
    plans: Sequence[PlanReport]


# --- as JSON ----------------------------------------------------------------------------------------------------


def as_json(report: Report, *, version: str, language: str) -> dict[str, Any]:
    """The score report, as `schemas/score-report.json` says."""
    return {
        "tool": {"name": "tracker", "version": version},
        "year": report.year,
        "as_of": report.as_of.isoformat(),
        "known_on": report.known_on.isoformat() if report.known_on else None,
        "plans": [_plan(one, report, language) for one in report.plans],
    }


def _plan(one: PlanReport, report: Report, language: str) -> dict[str, Any]:
    return {
        "id": one.plan.id,
        "title": one.plan.title.said(language),
        "citation": citation(one.plan, language),
        "registry": {"date": report.as_of.isoformat(), "units": one.communes},
        "submission": [
            {"form": line.form, "expected": len(line.filers), **{state: line.count(state) for state in STATES}}
            for line in one.submissions
        ],
        "targets": [_score(score, language) for score in one.scores],
    }


def citation(plan: Plan, language: str) -> str:
    """Number, date, issuing body and section of the plan's document."""
    said = (plan.citation.number, plan.citation.date, plan.citation.issued_by.said(language), plan.citation.section)
    return ", ".join(part for part in said if part)


def _score(score: Score, language: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": score.id,
        "label": score.label.said(language),
        "citation": score.cite,
        "kind": score.kind,
        **_figures(score),
        "verdict": score.verdict.value if score.verdict else None,
        "flags": sorted(flag.value for flag in score.flags),
    }
    if score.counts is not None:
        said["counts"] = score.counts
    if score.masked:
        said["masked"] = True
    if score.readings:
        said["readings"] = [
            {"id": one.id, **_reading_bounds(one, masked=score.masked), "verdict": one.verdict.value}
            for one in score.readings
        ]
    if score.parts:
        said["parts"] = [_score(part, language) for part in score.parts]
    if score.districts:
        said["districts"] = [_district(line, language) for line in score.districts]
    if score.duties:
        said["duties"] = [
            {"id": one.id, "agency": one.agency, "unit": one.unit, "verdict": one.verdict.value}
            for one in score.duties
        ]
    if score.kind == "measure":
        said["values"] = [_value(one, language) for one in score.values]
    return said


def _figures(score: Score) -> dict[str, Any]:
    bounds = score.bounds
    if bounds is None:
        return {}
    if score.masked:
        return {"numerator": None, "denominator": None} | _threshold(score)
    if score.kind == "growth":
        return {"numerator": bounds.low, "denominator": bounds.of}
    said: dict[str, Any] = {"numerator": bounds.low, "denominator": bounds.of, "missing": bounds.missing}
    said |= bound_texts(bounds)
    if score.threshold is not None:
        said["need"] = bounds.need(score.threshold)
    return said | _threshold(score)


def _threshold(score: Score) -> dict[str, Any]:
    if score.threshold is None:
        return {}
    return {"threshold": f"{score.threshold.numerator}/{score.threshold.denominator}"}


def _reading_bounds(one: ReadingScore, *, masked: bool) -> dict[str, str]:
    return {} if masked or one.bounds is None else bound_texts(one.bounds)


def bound_texts(bounds: Bounds) -> dict[str, str]:
    """Lower and upper bound as fractions that are not reduced; nothing of nothing has none."""
    if bounds.of == 0:
        return {}
    return {"lower": f"{bounds.low}/{bounds.of}", "upper": f"{bounds.high}/{bounds.of}"}


def _district(line: Score, language: str) -> dict[str, Any]:
    said: dict[str, Any] = {"code": line.id, "name": line.label.said(language), **_figures(line)}
    said["verdict"] = line.verdict.value if line.verdict else None
    return said | ({"masked": True} if line.masked else {})


def _value(one: ValueScore, language: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "key": one.key,
        "label": one.label.said(language),
        "value": one.value,
        "qualifier": one.qualifier,
        "unit": one.unit.said(language),
        "group": one.group or None,
    }
    return said | ({"masked": True} if one.masked else {})
