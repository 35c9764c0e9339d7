"""Duties: the row of a body's B06 with its dates and its document, and what that shows."""

from __future__ import annotations

from typing import Any

from tracker.explain import cells
from tracker.explain.context import Case
from tracker.explanation import Line, Step
from tracker.messages import lang, say
from tracker.plan import DutiesTarget, Duty
from tracker.report import wording
from tracker.rule import Done
from tracker.rules import duties as rule
from tracker.writing import count, day

EVIDENCE = ("duty", "done", "started_on", "ended_on", "document_number", "document_date")
GROUPS = {Done.DONE: "done", Done.NOT_DONE: "not_done", Done.INSUFFICIENT: "missing"}


def below(case: Case, target: DutiesTarget) -> list[Line]:
    """The days that count, and the bodies by what their duty came to."""
    days = case.plan.window(target.window, case.facts.year)
    asked = say("explain.duty_days", first=day(days.first), last=day(days.last))
    found = [Line(Step.NOTE, f"{case.key}:asks", asked)]
    name = case.context.name
    for verdict, answer in GROUPS.items():
        mine = [one for one in case.score.duties if one.verdict is verdict]
        text = say("explain.group", answer=say(f"explain.group_of.{answer}"), n=count(len(mine)))
        named = [
            Line(
                Step.UNIT,
                f"{case.key}/{one.unit}/{one.id}",
                say(
                    "explain.duty_of",
                    duty=one.id,
                    agency=wording.agency(one.agency),
                    unit=name(one.unit),
                ),
                {"unit": one.unit, "agency": one.agency, "duty": one.id},
            )
            for one in mine
        ]
        found.append(
            Line(Step.ANSWER, f"{case.key}:{answer}", text, {"answer": answer, "count": str(len(mine))}, named)
        )
    return found


def unit(case: Case, target: DutiesTarget, code: str) -> Line:
    """Every duty of the target that bodies of a unit have."""
    mine = [one for one in case.score.duties if one.unit == code]
    below = []
    for one in mine:
        shown = duty(case, case.plan.duty(one.id), code, target.window)
        said = f"{shown.text}: {say(f'duty.{one.verdict.value}')}"
        facts = {} if case.brief else {**shown.facts, "verdict": one.verdict.value}
        below.append(Line(Step.ANSWER, shown.key, said, facts, shown.below))
    text = cells.with_code(case, code)
    return Line(Step.UNIT, f"{case.key}/{code}", text, {} if case.brief else {"unit": code}, below)


def duty(case: Case, asked: Duty, code: str, window: str) -> Line:
    """The rows of a body's B06 that speak of a duty, with what each shows in the window."""
    key = f"{case.key}/{code}/{asked.id}"
    filed = rule.filed(case.facts, asked, code)
    rows = rule.rows_of(case.facts, asked, filed)
    shows = rule.says(case.facts, case.plan, rows, window)
    of_filing: dict[int, list[tuple[Any, Done]]] = {}
    for (_, record), said in zip(case.context.traced(rule.FORM, filed, rows), shows, strict=True):
        of_filing.setdefault(record["filing_id"], []).append((record, said))

    def told(version: Any, under: str) -> list[Line]:
        said = [_row(case, version, record, shown, under) for record, shown in of_filing.get(version.id, [])]
        return said or [Line(Step.NOTE, f"{under}/none", say("explain.no_duty_row", duty=asked.id))]

    used = {one.id for one in filed}
    below = cells.versions(case, key, code, rule.FORM, used, told, asked.agency)
    label = say("explain.duty", duty=asked.id, label=asked.label.said(lang()), cite=asked.cite)
    return Line(Step.ANSWER, key, label, {"duty": asked.id, "agency": asked.agency, "section": asked.cite}, below)


def _row(case: Case, version: Any, record: Any, shown: Done, under: str) -> Line:
    key = f"{under}/{record['sheet']}.{record['row']}"
    asked = cells.Asked(version, record, key)
    names = [name for name in EVIDENCE if name in record["origins"] or name == "done"]
    told = [cells.cell(case, asked, name) for name in names]
    if case.brief:
        return Line(Step.CELL, key, ", ".join(one.text for one in told))
    text = cells.row_words(f"explain.evidence.{shown.value}", version, record)
    facts = {"sheet": record["sheet"], "row": str(record["row"]), "shows": shown.value}
    return Line(Step.NOTE, key, text, facts, told)
