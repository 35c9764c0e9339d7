"""Shares of persons: what each unit says of its people, how it counted them, and what the list says they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracker.explain import cells, lines, trial
from tracker.explain.context import Case
from tracker.explain.listed import listed
from tracker.explanation import Line, Step
from tracker.messages import say
from tracker.plan import LIST_OF_PLACES, PersonsTarget
from tracker.report import wording
from tracker.rule import UnitAnswer
from tracker.rules import share
from tracker.writing import count, percent

COUNTED, ESTIMATED = "counted", "estimated"


def below(case: Case, target: PersonsTarget) -> list[Line]:
    """How figures and methods are read, and the units by what they could say."""
    form = target.form
    asked = say(
        "explain.persons",
        quantity=trial.figure(case, form, target.quantity, target.where),
        reference=trial.figure(case, target.reference_form, target.reference, None),
    )
    if target.method:
        method = case.context.label(form, target.method)
        asked += say("explain.method", method=method, counted=", ".join(target.counted))
    said = lines.by_answer(case.score.by_unit, (COUNTED, ESTIMATED, cells.UNKNOWN))
    return [Line(Step.NOTE, f"{case.key}:asks", asked), *lines.groups(case, said)]


def unit(case: Case, target: PersonsTarget, code: str) -> Line:
    key = f"{case.key}/{code}"
    of_body, used = case.once("annual", lambda: _filed(case, target))
    concealed = _concealed(case, target)
    found: list[Line] = []

    def told(version: Any, under: str) -> list[Line]:
        records = case.context.records([version])[version.id]
        return [
            cells.cell(case, cells.Asked(version, record, under, wording.MASKED if concealed else ""), name)
            for record in records
            for name in _fields(case, target)
            if name in record["origins"] or not case.brief
        ]

    for body in cells.answering(case, of_body, code):
        if body != code:
            found.append(cells.answered_through(case, key, body))
        found += cells.versions(case, key, body, target.form, used, told)
    found += _population(case, target, code, told)
    return lines.unit(case, code, found, counted=_masked if concealed else _counted)


def _filed(case: Case, target: PersonsTarget) -> tuple[set[str], set[int]]:
    """The units that filed for the year, and their filings."""
    if case.context.form(target.form).dated_by:
        year = case.plan.window("", case.facts.year)
        filings: list[Any] = case.facts.dated(target.form, year)
    else:
        filings = list(share.annual(case.facts, case.plan, target.form).values())
    case.context.records(filings)
    return {one.unit for one in filings}, {one.id for one in filings}


def _concealed(case: Case, target: PersonsTarget) -> bool:
    """Whether the persons of the target may not be shown: they are victims, and one figure of them is small."""
    if not case.score.small_cells and not any(line.small_cells for line in case.score.districts):
        return False
    return not case.context.restricted


def _fields(case: Case, target: PersonsTarget) -> list[str]:
    """The figure and how it was found; beside them the figures of the other readings."""
    names = [target.quantity, *([target.method] if target.method else [])]
    if not case.brief:
        names += [one.quantity for one in target.readings if one.quantity]
    return list(dict.fromkeys(names))


def _counted(said: UnitAnswer) -> str:
    """ "3.012 of 4.000 people = 75,3%", or from how many to how many."""
    if said.missing:
        return say("explain.people_missing", of=count(said.of))
    if said.low == said.high:
        return say("explain.people", n=count(said.low), of=count(said.of), share=percent(said.low, said.of))
    return say("explain.people_between", low=count(said.low), high=count(said.high), of=count(said.of))


def _masked(_: UnitAnswer) -> str:
    return say("explain.masked")


# --- the population ---------------------------------------------------------------------------------------------


def _population(case: Case, target: PersonsTarget, code: str, told: cells.CellsOf) -> Iterator[Line]:
    """The row of the province's list, or the form in which the unit says it itself."""
    key = f"{case.key}/{code}"
    if target.reference_form != LIST_OF_PLACES:
        if target.reference_form != target.form:
            yield from cells.versions(case, key, code, target.reference_form, set(), told)
        return
    names = [target.reference]
    if not case.brief:
        names += [one.reference for one in target.readings if one.reference]
        names += ["hotspot"] if target.over.of == "hotspots" else []
    yield listed(case, code, names)
