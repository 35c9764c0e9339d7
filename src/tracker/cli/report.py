"""`tracker report`: the scores of a year, in the shape asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.session import SESSION, console, day_of, json_text, out
from tracker.messages import say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from tracker.place import Places
    from tracker.plan import Plan
    from tracker.report.content import PlanReport, Report
    from tracker.store import Store
    from tracker.versions import Version

YEARS = range(2000, 2101)


def build(
    *,
    year: int,
    plans: Sequence[str],
    as_of: date | None,
    known_on: date | None,
    restricted: bool,
    district: str = "",
) -> Report:
    """Scores the plans named, or those in force in the year that have any return."""
    from tracker.place import load
    from tracker.report.content import Report

    if year not in YEARS:
        raise TrackerError("bad_year", found=str(year))
    day = as_of or date(year, 12, 31)
    places = load()
    store = SESSION.store(must_exist=True)
    versions = store.filings(known_on=known_on)
    wanted = chosen(plans, year, versions, places)
    reports = [_plan_report(store, versions, plan, places, year, day, restricted=restricted) for plan in wanted]
    if district:
        reports = [_only(one, district) for one in reports]
    store.close()
    return Report(year, day, known_on, reports)


def chosen(names: Sequence[str], year: int, versions: Sequence[Version], places: Places) -> list[Plan]:
    """The plans named, or those in force in the year of which any return has come."""
    from tracker.plans import load, shipped

    if names:
        return [load(name) for name in names]
    in_force = [plan for plan in map(load, shipped()) if plan.life.holds(year)]
    return [plan for plan in in_force if any(_returned(plan, one, year, places) for one in versions)]


def _returned(plan: Plan, one: Version, year: int, places: Places) -> bool:
    if one.year != year or not plan.expected(one.form):
        return False
    return any(plan.area in (unit.code, unit.parent, unit.province) for unit in places.units_of_code(one.unit))


def _plan_report(
    store: Store,
    versions: Sequence[Version],
    plan: Plan,
    places: Places,
    year: int,
    as_of: date,
    *,
    restricted: bool,
) -> PlanReport:
    from tracker.facts import Ledger
    from tracker.forms import FORMS
    from tracker.forms.b04 import FIVE_SETTINGS
    from tracker.report.content import PlanReport, masked
    from tracker.scores import Scoring, score_plan
    from tracker.submission import submissions

    ledger = Ledger([one for one in versions if one.counts], store.records, FORMS)
    scoring = Scoring(plan, ledger, places, year, as_of, FIVE_SETTINGS)
    scores = masked(score_plan(scoring), restricted=restricted)
    communes = places.communes(plan.area, as_of)
    names = {unit.code: unit.full_name for unit in (*communes, *places.districts(plan.area, as_of))}
    filed = submissions(plan, versions, places, year, as_of)
    return PlanReport(plan, len(communes), filed, scores, names)


def _only(one: PlanReport, district: str) -> PlanReport:
    """The same report with the line of one district only."""
    from dataclasses import replace

    if not any(line.id == district for score in one.scores for line in score.districts) and district not in one.names:
        raise TrackerError("unknown_district", found=district)
    scores = [
        replace(score, districts=[line for line in score.districts if line.id == district]) for score in one.scores
    ]
    return replace(one, scores=scores)


# --- the command ------------------------------------------------------------------------------------------------


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"


def report_command(
    year: Annotated[int, typer.Option(help=say("cli.help_year"))],
    plan: Annotated[list[str] | None, typer.Option(help=say("cli.help_plan"))] = None,
    as_of: Annotated[str | None, typer.Option(help=say("cli.help_as_of"))] = None,
    known_on: Annotated[str | None, typer.Option(help=say("cli.help_known_on"))] = None,
    district: Annotated[str, typer.Option(help=say("cli.help_district"))] = "",
    format: Annotated[Format, typer.Option(help=say("cli.help_format"))] = Format.TABLE,
    restricted: Annotated[bool, typer.Option("--restricted", help=say("cli.help_restricted"))] = False,
    out_file: Annotated[Path | None, typer.Option("--out", help=say("cli.help_out"))] = None,
) -> None:
    report = build(
        year=year,
        plans=plan or [],
        as_of=day_of(as_of),
        known_on=day_of(known_on),
        restricted=restricted,
        district=district,
    )
    _write(report, format, out_file)


def register(app: typer.Typer) -> None:
    """Adds `report` to the command line."""
    app.command("report", help=say("cli.help_report"))(report_command)


def _write(report: Report, shape: Format, out_file: Path | None) -> None:
    text = _shaped(report, shape)
    if text is None:
        from tracker.report.terminal import print_report

        print_report(report, console())
    elif out_file is None:
        out(text)
    else:
        out_file.write_text(text, encoding="utf-8", newline="\n")


def _shaped(report: Report, shape: Format) -> str | None:
    from tracker import __version__
    from tracker.messages import lang
    from tracker.report import content

    if shape is Format.JSON:
        return json_text(content.as_json(report, version=__version__, language=lang()))
    if shape is Format.CSV:
        from tracker.report.csv import as_csv

        return as_csv(report)
    if shape is Format.MD:
        from tracker.report.markdown import as_markdown

        return as_markdown(report)
    return None
