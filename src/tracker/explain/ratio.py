"""Shares of cases: the two figures of every body that files them, column by column."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from tracker.explain import cells, lines, trial
from tracker.explain.context import Case
from tracker.explanation import Line, Step
from tracker.messages import say
from tracker.plan import Figure, RatioTarget
from tracker.report import wording
from tracker.rules import share
from tracker.rules.figure import WAITING
from tracker.writing import count

FILED, SILENT = "filed", "missing"


def below(case: Case, target: RatioTarget) -> list[Line]:
    """The two figures, and who has given them."""
    of = {"numerator": _figure_words(case, target.numerator), "denominator": _figure_words(case, target.denominator)}
    silent = set(case.score.silent) | {code for line in case.score.districts for code in line.silent}
    asked = units(case, target)
    answers = {
        FILED: [code for code in asked if code not in silent],
        SILENT: [code for code in asked if code in silent],
    }
    said = [
        replace(one, below=[_figures(case, target, code) for code in answers[one.facts["answer"]]])
        for one in lines.groups(case, answers)
    ]
    return [Line(Step.NOTE, f"{case.key}:asks", say("explain.ratio", **of)), *said]


def units(case: Case, target: RatioTarget) -> list[str]:
    """The units that the plan expects the figures from."""
    figures = [case.context.scoring.figures(one) for one in (target.numerator, target.denominator)]
    return sorted({code for said in figures for code in said})


def _figure_words(case: Case, figure: Figure) -> str:
    said = trial.figure(case, figure.form, figure.field, figure.where)
    return say("explain.figure_due", figure=said) if figure.due else said


def unit(case: Case, target: RatioTarget, code: str) -> Line:
    """The figures of one body with the cells that they come from."""
    key = f"{case.key}/{code}"
    concealed = case.once("concealed", lambda: _concealed(case, target))
    figures = (target.numerator, target.denominator)
    found: list[Line] = []
    for form in dict.fromkeys(figure.form for figure in figures):
        of_form = [figure for figure in figures if figure.form == form]
        used, bodies = case.once(f"annual {form}", lambda form=form: _filed(case, form))  # type: ignore[misc]

        def told(version: Any, under: str, of_form: list[Figure] = of_form) -> list[Line]:
            names = list(dict.fromkeys(name for figure in of_form for name in columns(figure)))
            found = []
            for record in case.context.records([version])[version.id]:
                # a version that does not count is in no figure, and its own may be small
                hidden = concealed or lines.tells_few(case.context, version, record, names)
                asked = cells.Asked(version, record, under, wording.MASKED if hidden else "")
                found += [cells.cell(case, asked, name) for name in names]
            return found

        for body in cells.answering(case, bodies, code):
            if body != code:
                found.append(cells.answered_through(case, key, body))
            found += cells.versions(case, key, body, form, used, told)
    line = _figures(case, target, code)
    return Line(line.step, line.key, line.text, {} if case.brief else line.facts, found)


def _figures(case: Case, target: RatioTarget, code: str) -> Line:
    """The two figures of a unit, as they may be shown."""
    concealed = case.once("concealed", lambda: _concealed(case, target))
    above, under = (
        _said(case, figure, code, concealed=concealed) for figure in (target.numerator, target.denominator)
    )
    text = say("explain.unit_ratio", unit=cells.with_code(case, code), numerator=above, denominator=under)
    facts = {"unit": code, "numerator": above, "denominator": under}
    return Line(Step.UNIT, f"{case.key}/{code}", text, facts)


def columns(figure: Figure) -> list[str]:
    """The fields that a figure is reckoned from."""
    return [figure.field, *(figure.field + waiting for waiting in WAITING if figure.due)]


def _said(case: Case, figure: Figure, code: str, *, concealed: bool) -> str:
    small = figure.field in case.context.form(figure.form).small_cells
    if concealed and small:
        return wording.MASKED
    said = case.once(f"{figure}", lambda: case.context.scoring.figures(figure)).get(code)
    return say("explain.not_said") if said is None else count(said)


def _filed(case: Case, form: str) -> tuple[set[int], set[str]]:
    if case.context.form(form).dated_by:
        filings: list[Any] = case.facts.dated(form, case.plan.window("", case.facts.year))
    else:
        filings = list(share.annual(case.facts, case.plan, form).values())
    return {one.id for one in filings}, {one.unit for one in filings}


def _concealed(case: Case, target: RatioTarget) -> bool:
    """Whether its figures are hidden in the report, or any that they are reckoned from is small."""
    if case.context.restricted:
        return False
    if case.score.masked or any(line.masked for line in case.score.districts):
        return True
    for figure in (target.numerator, target.denominator):
        filings = list(share.annual(case.facts, case.plan, figure.form).values())
        rows: pd.DataFrame = case.facts.ledger.rows(figure.form, filings)
        if lines.conceals(case.context, figure.form, columns(figure), rows):
            return True
    return False
