"""Months: the items of a month with what each says to the test, and whose returns cover it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from tracker.explain import cells, lines
from tracker.explain.context import Case, Said
from tracker.explain.trial import Trial, asks, questions
from tracker.explanation import Line, Step
from tracker.messages import say
from tracker.period import Period, months_counted
from tracker.plan import MonthsTarget
from tracker.report import wording
from tracker.rules import reference
from tracker.rules.figure import filers
from tracker.writing import day

if TYPE_CHECKING:
    from tracker.versions import Version

NAMES = ("outlet", "title")
LIST_OF_OUTLETS = "B00P"


def below(case: Case, target: MonthsTarget) -> list[Line]:
    """What the test asks, the days of months that are not the calendar's, and the months by their answer."""
    found = [asks(case, target.form, target.where, f"{case.key}:asks")]
    if target.first_day > 1:
        days = say("explain.month_days", first=str(target.first_day), last=str(target.first_day - 1))
        found.append(Line(Step.NOTE, f"{case.key}:days", days))
    said = lines.by_answer(case.score.by_unit, (cells.YES, cells.NO, cells.UNKNOWN))
    return [*found, *lines.groups(case, said)]


def unit(case: Case, target: MonthsTarget, code: str) -> Line:
    """A month "2020-03": the items that prove it, else every item of it with what keeps it from counting."""
    trial = case.once("trial", lambda: _trial(case, target))
    month = next(one for one in months_counted(case.facts.year, target.first_day) if f"{one.last:%Y-%m}" == code)
    key = f"{case.key}/{code}"
    found = list(_items(trial, month, key))
    proved = any(trial.passes[label] for rows in _inside(trial, month).values() for label, _ in rows)
    if not (case.brief and proved):
        found += _cover(case, target, month, key)
    return lines.unit(case, code, found, counted=lines.answer_words)


def _trial(case: Case, target: MonthsTarget) -> Trial:
    months = list(months_counted(case.facts.year, target.first_day))
    year = Period(months[0].first, months[-1].last)
    filings: list[Any] = case.facts.dated(target.form, year, agencies=[target.covered_by, *target.added_by])
    rows = case.facts.rows_in(target.form, year, filings)
    others = [reading.where for reading in target.readings if reading.where]
    fields = case.context.form(target.form).by_name
    also = (case.context.form(target.form).dated_by[0], *(name for name in NAMES if name in fields))
    return Trial(case, target.form, filings, rows, target.where, others, also)


def _inside(trial: Trial, month: Period) -> dict[int, list[tuple[int, Said]]]:
    """The rows of each filing that are of a month; those that pass first."""
    first = trial.also[0]
    found = {}
    for one in trial.filings:
        rows = [row for row in trial.records(one.id) if _falls(row[1]["answers"].get(first), month)]
        if rows:
            found[one.id] = rows
    return found


def _falls(said: str | None, month: Period) -> bool:
    return said is not None and month.first <= date.fromisoformat(said) <= month.last


def _items(trial: Trial, month: Period, under: str) -> Iterator[Line]:
    """Under each version the items of the month; when any passes, only those that do, and of a page only one."""
    case, inside = trial.case, _inside(trial, month)
    proving = {filing: [row for row in rows if trial.passes[row[0]]] for filing, rows in inside.items()}
    shown = {filing: rows for filing, rows in proving.items() if rows} or inside
    for one in [one for one in trial.filings if one.id in shown][: 1 if case.brief else None]:
        version = cast("Version", one)
        key = cells.version_key(under, version)
        told = [*trial.of_rows(version, shown[one.id], key)]
        if not case.brief:
            told += _listed(trial, shown[one.id], key)
        yield cells.version(case, key, version, told)
    if not shown:
        yield Line(Step.NOTE, f"{under}/none", say("explain.no_item"))


def _listed(trial: Trial, rows: list[tuple[int, Said]], under: str) -> Iterator[Line]:
    """What the list of press agencies says of the outlets of these rows, where the test asks it."""
    if not any(one.listed_as for one in questions(trial.where)):
        return
    case = trial.case
    entries = case.once("outlets", lambda: _outlets(case))
    for outlet in sorted({str(record["answers"].get("outlet", "")).upper() for _, record in rows} - {""}):
        said = entries.get(outlet, [])
        for version, record in said:
            asked = cells.Asked(version, record, f"{under}/{outlet}.{record['row']}")
            for name in ("outlet", "level"):
                cell = cells.cell(case, asked, name)
                facts = {**cell.facts, "file": case.context.came.name(version.sha256), "sha256": version.sha256}
                text = say("explain.listed", file=facts["file"], said=cell.text)
                yield Line(Step.CELL, cell.key, text, facts)
        if not said:
            yield Line(Step.NOTE, f"{under}/{outlet}", say("explain.outlet_unlisted", outlet=outlet))


def _outlets(case: Case) -> dict[str, list[tuple[Any, Said]]]:
    filings = case.facts.filings(LIST_OF_OUTLETS, units=case.facts.provinces)
    by_id = {one.id: one for one in filings}
    found: dict[str, list[tuple[Any, Said]]] = {}
    for _, record in case.context.traced(LIST_OF_OUTLETS, filings, reference.outlets(case.facts)):
        outlet = str(record["answers"]["outlet"]).upper()
        found.setdefault(outlet, []).append((by_id[record["filing_id"]], record))
    return found


def _cover(case: Case, target: MonthsTarget, month: Period, under: str) -> Iterator[Line]:
    """The versions of the covering agency whose period touches the month; only they can show that it had none."""
    came = [
        one
        for bodies in case.once("covering", lambda: _covering(case, target))
        for one in case.context.sent(bodies, target.form)
        if one.agency == target.covered_by and one.period is not None and one.period.overlaps(month)
    ]
    text = say("explain.covers" if came else "explain.no_cover", agency=wording.agency(target.covered_by))
    found = []
    for one in came:
        assert one.period is not None
        version = cells.version(case, f"{cells.version_key(under, one)}.cover", one, () if one.counts else None)
        spans = say("explain.spans", said=version.text, first=day(one.period.first), last=day(one.period.last))
        found.append(Line(version.step, version.key, spans, version.facts, version.below))
    yield Line(Step.NOTE, f"{under}/cover", text, {}, found)


def _covering(case: Case, target: MonthsTarget) -> list[str]:
    """The units that the plan expects the covering agency's form from."""
    units = [unit for agency, unit in filers(case.facts, case.plan, target.form) if agency == target.covered_by]
    return list(dict.fromkeys(units)) or [case.plan.area]
