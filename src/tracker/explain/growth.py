"""Growth: what each body reported this year and the year before, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from tracker.explain import cells, lines
from tracker.explain.context import Case
from tracker.explanation import Line, Step
from tracker.facts import distinct
from tracker.messages import lang, say
from tracker.plan import GrowthPart, GrowthTarget
from tracker.report import wording
from tracker.rule import Verdict
from tracker.rules.figure import filers
from tracker.writing import count

ROWS = {True: 0, False: 200}
"""Rows of a body that are shown of each year, on a page and in full."""

BY_COUNT = {"items": ("published_on", "outlet", "title"), "minutes": ("published_on", "broadcasts", "minutes")}


def units(case: Case, target: GrowthTarget) -> list[str]:
    """The units that the plan expects the form from."""
    return list(dict.fromkeys(unit for _, unit in filers(case.facts, case.plan, target.form)))


def below(case: Case, target: GrowthTarget) -> list[Line]:
    return [*_open(case), *lines.groups(case, {"asked": units(case, target)})]


def _open(case: Case) -> Iterator[Line]:
    """Why parts have no verdict although both figures are there: the lesser one may have lost something refused."""
    for part in case.score.parts:
        if part.verdict is Verdict.INSUFFICIENT and part.bounds is not None:
            year = str(case.facts.year - (part.bounds.low > part.bounds.of))
            text = say("explain.refused_may_add", part=part.label.said(lang()), year=year)
            yield Line(Step.NOTE, f"{case.key}/{part.id}:refused", text, {"part": part.id, "year": year})


def unit(case: Case, target: GrowthTarget, code: str) -> Line:
    """Each part's figure of this year and the one before, with the rows that it is made of."""
    key = f"{case.key}/{code}"
    before = case.once("before", case.context.before)
    found = []
    for context in (case.context, before):
        year = context.scoring.year
        then = Case(context, target, case.score, f"{key}/{year}", case.brief)
        said = say("explain.in_year", year=year)
        found.append(Line(Step.NOTE, then.key, said, {"year": str(year)}, _of_year(then, target, code)))
    text = cells.with_code(case, code)
    return Line(Step.UNIT, key, text, {} if case.brief else {"unit": code}, found)


def _of_year(case: Case, target: GrowthTarget, code: str) -> list[Line]:
    facts, form = case.facts, case.context.form(target.form)
    window = case.plan.window(target.window, facts.year)
    if form.dated_by:
        came: list[Any] = facts.dated(target.form, window)
        filings = [one for one in came if case.plan.expects(target.form, one.agency, one.unit)]
        rows = facts.rows_in(target.form, window, filings)
    else:
        filings = case.context.scoring.annual(target.form)
        rows = facts.ledger.rows(target.form, filings)
    counted = set(distinct(rows).index) if form.same_when else set(rows.index)
    names = list(dict.fromkeys(name for part in target.parts for name in fields(part)))
    concealed = _concealed(case, target, rows)
    by_filing: dict[int, list[tuple[bool, Any]]] = {}
    for label, record in case.context.traced(target.form, filings, rows):
        by_filing.setdefault(record["filing_id"], []).append((label in counted, record))

    def told(version: Any, under: str) -> list[Line]:
        mine = by_filing.get(version.id, [])
        rows_said = say("explain.rows", n=count(sum(counts for counts, _ in mine)))
        shown = [_row(case, version, row, (under, names, concealed)) for row in mine[: ROWS[case.brief]]]
        return [Line(Step.NOTE, f"{under}/rows", rows_said), *shown]

    return cells.versions(case, case.key, code, target.form, {one.id for one in filings}, told)


def _row(case: Case, version: Any, row: tuple[bool, Any], how: tuple[str, Sequence[str], bool]) -> Line:
    counts, record = row
    under, names, concealed = how
    key = f"{under}/{record['sheet']}.{record['row']}"
    asked = cells.Asked(version, record, key, wording.MASKED if concealed else "")
    said = cells.row_words("explain.row_counts" if counts else "explain.row_again", version, record)
    shown = [cells.cell(case, asked, name) for name in names if name in record["origins"]]
    facts = {"sheet": record["sheet"], "row": str(record["row"]), "counts": str(counts).lower()}
    return Line(Step.NOTE, key, said, facts, shown)


def fields(part: GrowthPart) -> tuple[str, ...]:
    """The fields that a part counts, and those that tell its rows apart."""
    return BY_COUNT.get(part.count, ()) if not part.field else (part.field,)


def _concealed(case: Case, target: GrowthTarget, rows: pd.DataFrame) -> bool:
    """Whether its figures are hidden in the report, or any that they are reckoned from is small."""
    hidden = any(part.masked for part in case.score.parts)
    fields = [part.field for part in target.parts if part.field]
    return hidden or lines.conceals(case.context, target.form, fields, rows)
