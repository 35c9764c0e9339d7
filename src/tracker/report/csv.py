"""The report as one long, tidy table: a row for each target, part, district, duty and figure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from tracker.messages import lang
from tracker.report import wording
from tracker.report.content import PlanReport, Report, citation
from tracker.report.wording import Naming, naming
from tracker.rule import Score
from tracker.writing import percent

COLUMNS = (
    "plan", "year", "as_of", "known_on", "registry_date", "registry_units", "target", "part", "district",
    "district_name", "group", "key", "numerator", "denominator", "missing", "lower", "upper", "threshold", "need",
    "verdict", "flags", "value", "qualifier", "unit", "citation",
)  # fmt: skip


def as_csv(report: Report) -> str:
    """UTF-8 text with a BOM, for people's spreadsheets; `lower` and `upper` are percentages, cut.

    Fractions stand in `numerator` and `denominator`: a spreadsheet would take 11/12 for a day.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for one in report.plans:
        about = _about(report, one)
        for row in _plan_rows(one, naming(one, report.as_of)):
            writer.writerow({name: escaped(str(cell)) for name, cell in {**about, **row}.items()})
    return "\ufeff" + text.getvalue()


def escaped(cell: str) -> str:
    """No formula in a spreadsheet, whatever a cell begins with."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _about(report: Report, one: PlanReport) -> dict[str, Any]:
    return {
        "plan": one.plan.id,
        "year": report.year,
        "as_of": report.as_of.isoformat(),
        "known_on": report.known_on.isoformat() if report.known_on else "",
        "registry_date": report.as_of.isoformat(),
        "registry_units": one.communes,
        "citation": citation(one.plan, lang()),
    }


def _plan_rows(one: PlanReport, names: Naming) -> Iterator[dict[str, Any]]:
    for score in one.scores:
        yield from _score_rows(score, {"target": score.id}, names)
        for part in score.parts:
            yield from _score_rows(part, {"target": score.id, "part": part.id}, names)


def _score_rows(score: Score, which: dict[str, Any], names: Naming) -> Iterator[dict[str, Any]]:
    """The line of the whole area, those of its districts, the duties and the figures of a measure."""
    which = {**which, "citation": score.cite}
    if score.kind != "measure":
        yield {**which, **_figures(score)}
    for line in score.districts:
        place = {"district": line.id, "district_name": line.label.said(lang())}
        yield {**which, **place, **_figures(line)}
    for duty in score.duties:
        place = {"district": duty.unit, "district_name": names.place(duty.unit)}
        yield {**which, **place, "group": duty.agency, "key": duty.id, "verdict": duty.verdict.value}
    for one in score.values:
        shown = wording.MASKED if one.value is None else one.value
        place = (
            {"district": one.group, "district_name": names.place(one.group)}
            if one.group_kind in wording.PLACES
            else {}
        )
        said = {"group": one.group, "key": one.key, "value": shown, "qualifier": one.qualifier}
        yield {**which, **place, **said, "unit": one.unit.said(lang())}


def _figures(score: Score) -> dict[str, Any]:
    said: dict[str, Any] = {
        "verdict": score.verdict.value if score.verdict else "",
        "flags": " ".join(sorted(flag.value for flag in score.flags)),
        "threshold": wording.threshold(score),
    }
    bounds = score.bounds
    if score.masked:
        return {**said, "numerator": wording.MASKED, "denominator": wording.MASKED}
    if bounds is None:
        return said
    said |= {"numerator": bounds.low, "denominator": bounds.of}
    if score.kind == "growth":
        return said
    said |= {"missing": bounds.missing}
    if bounds.of:
        said |= {"lower": percent(bounds.low, bounds.of), "upper": percent(bounds.high, bounds.of)}
    return {**said, "need": bounds.need(score.threshold)} if score.threshold is not None else said
