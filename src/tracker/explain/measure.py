"""Measures: the rows that a figure is made of, by the body that reported them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from tracker.explain import cells, lines
from tracker.explain.context import Case
from tracker.explanation import Line, Step
from tracker.messages import lang, say
from tracker.plan import MeasureTarget, Value
from tracker.report import wording
from tracker.report.wording import Naming
from tracker.rule import ValueScore
from tracker.rules import measure as rule
from tracker.writing import count, day

CROSSING = "_crossing"
PLAIN = ("units", "districts", "active", "settings")
"""Ways to count in which a joint activity is that of every unit that reports it."""


def below(case: Case, target: MeasureTarget) -> list[Line]:
    """Every figure, and under it the groups that it falls into; or that there is none."""
    if not case.score.values:
        return [Line(Step.NOTE, f"{case.key}:none", say("explain.no_value", year=str(case.facts.year)))]
    totals: dict[str, list[ValueScore]] = {}
    for one in case.score.values:
        totals.setdefault(one.key, []).append(one)
    return [_family(case, key, family) for key, family in totals.items()]


def _family(case: Case, key: str, family: Sequence[ValueScore]) -> Line:
    naming = Naming(case.context.name)
    total = next((one for one in family if not one.group), None)
    label, unit = family[0].label.said(lang()), family[0].unit.said(lang())
    said = f"{wording.value(total)} {unit}" if total is not None else wording.NOTHING
    facts = {"value": key} | ({} if total is None else _facts(total))
    found = [
        Line(
            Step.ANSWER,
            f"{case.key}/{key}/{one.group}",
            say("explain.value", label=naming.group(one), said=wording.value(one)),
            {"group": one.group, **_facts(one)},
        )
        for one in family
        if one.group
    ]
    return Line(Step.FORMULA, f"{case.key}/{key}", say("explain.value", label=label, said=said), facts, found)


def _facts(one: ValueScore) -> dict[str, str]:
    if one.value is None:
        return {"masked": "true"}
    return {"figure": str(one.value)} | ({"qualifier": one.qualifier} if one.qualifier != "exact" else {})


@dataclass(frozen=True)
class Made:
    """One figure of a measure: the filings and rows that it is made of."""

    value: Value
    filings: Sequence[Any]
    rows: pd.DataFrame
    masked: str
    counts: bool = True


def value(case: Case, target: MeasureTarget, path: str, unit: str = "") -> Line | None:
    """A figure "key" or "key/group", and the rows of each body, or of one unit; None when there is no such figure."""
    key, _, group = path.partition("/")
    shown = [one for one in case.score.values if one.key == key and one.group == group]
    same_key = [one for one in case.score.values if one.key == key]
    declared = max(
        (one for one in target.values if key == one.key or key.startswith(f"{one.key}_")),
        key=lambda one: len(one.key),
        default=None,
    )
    if declared is None or not same_key or (group and not shown):
        return None
    made = _crossing(case, declared, group) if key.endswith(CROSSING) else _made(case, declared, group)
    family = _family(case, key, shown if group else same_key)
    text = shown and group and say("explain.value", label=_label(case, shown[0]), said=wording.value(shown[0]))
    where = [_windowed(case, declared)] if declared.window else []
    found = [*where, *_bodies(case, made, f"{case.key}/{path}", unit=unit, full=bool(unit or group))]
    own = [] if group else family.below
    facts = {"value": key, "group": group, **_facts(shown[0])} if group else family.facts
    return Line(Step.FORMULA, f"{case.key}/{path}", text or family.text, facts, [*own, *found])


def _label(case: Case, one: ValueScore) -> str:
    return f"{one.label.said(lang())}, {Naming(case.context.name).group(one)}"


def _windowed(case: Case, declared: Value) -> Line:
    days = case.plan.window(declared.window, case.facts.year)
    text = say("explain.duty_days", first=day(days.first), last=day(days.last))
    return Line(Step.NOTE, f"{case.key}/{declared.key}:days", text)


def _made(case: Case, declared: Value, group: str) -> Made:
    scoring = case.context.scoring
    filings, rows = rule.selected(case.facts, case.plan, declared, scoring.asking(), scoring.annual)
    hidden = any(one.masked for one in case.score.values if one.key == declared.key)
    hidden = hidden or lines.conceals(case.context, declared.form, [declared.field], rows)
    if declared.count not in PLAIN:
        rows = rule.joint_once(rows)
    if declared.count in rule.SUMMED:
        rows = rule.answered(declared, rows)
    if group and declared.by:
        rows = rows[rule.groups_of(case.facts, declared.form, rows, declared.by) == group]
    return Made(declared, filings, rows, wording.MASKED if hidden else "")


def _crossing(case: Case, declared: Value, group: str) -> Made:
    """The rows that reach over an end of the window, of the unit that the group begins with."""
    made = _made(case, declared, "")
    window = case.plan.window(declared.window, case.facts.year)
    rows = case.facts.crossing(declared.form, window, made.filings)
    unit = group.partition(" · ")[0]
    return replace(made, rows=rows[rows["unit"] == unit] if unit else rows, counts=False)


def _bodies(case: Case, made: Made, under: str, *, unit: str, full: bool) -> Iterator[Line]:
    """A line for each body that reported: what its rows come to, and in full each row with its cells."""
    by_filing: dict[int, list[Any]] = {}
    for _, record in case.context.traced(made.value.form, made.filings, made.rows):
        by_filing.setdefault(int(record["filing_id"]), []).append(record)
    names = _fields(case, made)

    def told(version: Any, key: str) -> list[Line]:
        records = by_filing.get(version.id, [])
        return [_row(case, cells.Asked(version, record, key, made.masked), names, made) for record in records]

    used = {one.id for one in made.filings}
    reported = sorted({(str(one.unit), str(one.agency)) for one in made.rows.itertuples()})
    for code, agency in [one for one in reported if unit in ("", one[0])] or ([(unit, "")] if unit else []):
        key = f"{under}/{code}.{agency}"
        rows = made.rows[(made.rows["unit"] == code) & (made.rows["agency"] == agency)]
        said = _said(made, rows)
        body = cells.with_code(case, code) + (f", {wording.agency(agency)}" if agency else "")
        inside = cells.versions(case, key, code, made.value.form, used, told, agency) if full else []
        facts = {"unit": code, "agency": agency, "figure": said}
        yield Line(Step.UNIT, key, say("explain.unit", unit=body, said=said), facts, inside)


def _said(made: Made, rows: pd.DataFrame) -> str:
    """What the rows of a body come to: their sum, or how many they are."""
    if made.value.count not in rule.SUMMED:
        return say("explain.rows" if made.counts else "explain.rows_apart", n=count(len(rows)))
    return made.masked or count(int(rows[made.value.field].sum()))


def _row(case: Case, asked: cells.Asked, names: Sequence[str], made: Made) -> Line:
    """The cells of a row that counts; a single one stands for its row."""
    record = asked.record
    key = f"{asked.under}/{record['sheet']}.{record['row']}"
    shown = [cells.cell(case, replace(asked, under=key), name) for name in names if name in record["origins"]]
    if len(shown) == 1:
        return shown[0]
    text = cells.row_words("explain.row_counts" if made.counts else "explain.row_crosses", asked.version, record)
    return Line(Step.NOTE, key, text, {"sheet": record["sheet"], "row": str(record["row"])}, shown)


def _fields(case: Case, made: Made) -> list[str]:
    """The figure, or what makes a row of this kind; and what the groups go by."""
    declared, fields = made.value, case.context.form(made.value.form)
    names = [
        *fields.dated_by[: 1 if made.counts else None],
        *(name for name in declared.by if name in fields.by_name),
    ]
    names += ["setting"] if declared.count == "settings" else []
    return list(dict.fromkeys([*names, *([declared.field] if declared.field else [])]))
