"""`tracker report`: the scores of a year, in the shape asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.session import SESSION, WIDTH, console, day_of, json_text, out
from tracker.cli.writing_out import refuse_a_terminal, write_bytes, write_file
from tracker.messages import say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from tracker.place import Places
    from tracker.plan import Plan
    from tracker.report.content import Fault, PlanReport, Report, Signal
    from tracker.report.sources import Came
    from tracker.rule import Score
    from tracker.scoring import Scoring
    from tracker.store import Store
    from tracker.versions import Version

YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Received:
    """An open store with what concerns some plans, versions settled and the names of files by hash; the registry."""

    store: Store
    versions: Sequence[Version]
    names: Mapping[str, str]
    places: Places


def build(
    *,
    year: int,
    plans: Sequence[str],
    as_of: date | None,
    known_on: date | None,
    restricted: bool,
    district: str = "",
    behind: bool = True,
    explained: bool = False,
) -> Report:
    """Scores the plans named, or those in force in the year that have any return.

    With what stands `behind` the figures (files, faults, signals, weeks) for shapes that show it; `explained` down to
    the cells.
    """
    from tracker.place import load
    from tracker.report.content import Report

    if year not in YEARS:
        raise TrackerError("bad_year", found=str(year))
    day = as_of or date(year, 12, 31)
    places = load()
    with SESSION.reading() as store:
        before = (year - 1,) if behind or explained else ()
        versions = came_of(store, meant(plans, year), (year, *before), places, known_on)
        wanted = over(district, chosen(plans, year, versions, places), day, places)
        names = store.names({one.sha256 for one in versions}) if behind or explained else {}
        received = Received(store, versions, names, places)
        reports = []
        for plan in wanted:
            scored, scoring = _scored(received, plan, year, day, restricted=restricted)
            if behind or explained:
                scored = _with_what_is_behind(received, scored, scoring, restricted=restricted, explained=explained)
            reports.append(scored)
    if district:
        reports = [_only(one, district, places) for one in reports]
    return Report(year, day, known_on, reports)


def chosen(names: Sequence[str], year: int, versions: Sequence[Version], places: Places) -> list[Plan]:
    """The plans named, or those in force in the year of which any return has come."""
    plans = meant(names, year)
    return [plan for plan in plans if names or any(_returned(plan, one, year, places) for one in versions)]


def meant(names: Sequence[str], year: int) -> list[Plan]:
    """The plans named, or those in force in the year."""
    from tracker.plans import load, shipped

    named = [load(name) for name in dict.fromkeys(names)]
    return named or [plan for plan in map(load, shipped()) if plan.life.holds(year)]


def over(district: str, plans: Sequence[Plan], on: date, places: Places) -> list[Plan]:
    """Of the plans, those whose area has the district on the day; without a district all of them.

    Raises TrackerError for a code that is no district of any of them: a commune, a province, a district elsewhere.
    """
    having = [one for one in plans if not district or district in {it.code for it in places.districts(one.area, on)}]
    if plans and not having:
        raise TrackerError("unknown_district", found=district)
    return having


def came_of(
    store: Store, plans: Sequence[Plan], years: Sequence[int], places: Places, known_on: date | None
) -> list[Version]:
    """Every filing that what is said of the plans in some years may speak of.

    Who also says what is wrong with returns, or strange, asks for the year before, too: with it they are compared.
    """
    from tracker.look_back import days_asked

    return store.filings(known_on=known_on, units=_units_of(plans, places), speaking_of=days_asked(plans, *years))


def _units_of(plans: Sequence[Plan], places: Places) -> set[str]:
    """Every unit whose returns a report on the plans may speak of: all that have ever lain in their provinces."""
    from tracker.place import COUNTRY

    areas = {life.province for plan in plans for life in places.units_of_code(plan.area)}
    areas |= {plan.area for plan in plans if plan.area == COUNTRY}
    return set().union(*map(places.ever_in, areas))


def _returned(plan: Plan, one: Version, year: int, places: Places) -> bool:
    from tracker.submission import asks

    return one.year == year and asks(plan, one.form, one.unit, places)


def _scored(
    received: Received, plan: Plan, year: int, as_of: date, *, restricted: bool
) -> tuple[PlanReport, Scoring]:
    """A plan with its scores and who has filed, as they may be shown; and what they were drawn from."""
    from tracker.forms import FORMS
    from tracker.forms.b04 import FIVE_SETTINGS
    from tracker.ledger import Ledger
    from tracker.report.content import PlanReport
    from tracker.report.disclosure import masked
    from tracker.scores import Scoring, score_plan
    from tracker.submission import submissions

    versions, places = received.versions, received.places
    ledger = Ledger([one for one in versions if one.counts], received.store.records, FORMS, received.store.kept)
    scoring = Scoring(plan, ledger, places, year, as_of, FIVE_SETTINGS)
    communes = places.communes(plan.area, as_of)
    named = (*communes, *places.districts(plan.area, as_of), *scoring.facts.lines())
    names = {unit.code: unit.full_name for unit in named}
    scores = masked(score_plan(scoring), plan, restricted=restricted)
    return PlanReport(plan, len(communes), submissions(plan, versions, places, year, as_of), scores, names), scoring


def _with_what_is_behind(
    received: Received, scored: PlanReport, scoring: Scoring, *, restricted: bool, explained: bool
) -> PlanReport:
    from dataclasses import replace

    from tracker.report import sources
    from tracker.report.disclosure import masked_faults

    plan, store = scored.plan, received.store
    came = sources.Came(plan, scoring.year, received.versions, received.names, received.places)
    told = sources.told(came, store)
    shown = masked_faults(told, restricted=restricted)
    if explained:
        from tracker.explain import Context, explanations

        scored = replace(
            scored, explanations=explanations(Context(scoring, scored.scores, came, shown, store, restricted))
        )
    return replace(
        scored,
        sources=sources.sources(came),
        faults=sources.faults(shown),
        signals=_signals(received, came, told, scoring.as_of),
        timelines=sources.timelines(plan, scoring.facts),
    )


def _signals(received: Received, came: Came, told: Sequence[Fault], as_of: date) -> list[Signal]:
    from functools import cache

    from tracker.report.sources import Came
    from tracker.seen import Seen, rows_of
    from tracker.signals import signals

    then = Came(came.plan, came.year - 1, came.everything, came.names, came.places)
    now, before = (rows_of(one.versions, one.names, received.store) for one in (came, then))
    return signals(Seen(now, before, cache(lambda unit: came.places.district_of(unit, as_of) or unit)), told)


def _only(one: PlanReport, district: str, places: Places) -> PlanReport:
    """The same report with the line of one district only, and with what came from it."""
    from dataclasses import replace

    def inside(code: str) -> bool:
        return code == district or any(life.parent == district for life in places.units_of_code(code))

    return replace(
        one,
        scores=[_line_of(district, score) for score in one.scores],
        sources=[it for it in one.sources if inside(it.unit)],
        faults=[it for it in one.faults if inside(it.unit)],
        signals=[it for it in one.signals if inside(it.unit)],
        timelines=(),
    )


def _line_of(district: str, score: Score) -> Score:
    """A score with the line of one district only, and so each of its parts."""
    from dataclasses import replace

    lines = [line for line in score.districts if line.id == district]
    return replace(score, districts=lines, parts=[_line_of(district, part) for part in score.parts])


# --- the command ------------------------------------------------------------------------------------------------


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    XLSX = "xlsx"
    DOCX = "docx"
    HTML = "html"


BINARY = (Format.XLSX, Format.DOCX)
FIGURES_ALONE = (Format.JSON, Format.CSV)


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
    if format in BINARY and out_file is None:
        refuse_a_terminal()
    report = build(
        year=year,
        plans=plan or [],
        as_of=day_of(as_of),
        known_on=day_of(known_on),
        restricted=restricted,
        district=district,
        behind=format not in FIGURES_ALONE,
        explained=format is Format.HTML,
    )
    _write(report, format, out_file)


def register(app: typer.Typer) -> None:
    """Adds `report` to the command line."""
    app.command("report", help=say("cli.help_report"))(report_command)


def _write(report: Report, shape: Format, out_file: Path | None) -> None:
    if shape is Format.TABLE and out_file is None:
        from tracker.report.terminal import print_report

        print_report(report, console())
        return
    shaped = in_shape(report, shape)
    if out_file is not None:
        write_file(out_file, shaped)
    elif isinstance(shaped, bytes):
        write_bytes(shaped)
    else:
        out(shaped)


def in_shape(report: Report, shape: Format) -> str | bytes:
    from tracker import __version__
    from tracker.messages import lang
    from tracker.report import content

    match shape:
        case Format.JSON:
            return json_text(content.as_json(report, version=__version__, language=lang()))
        case Format.CSV:
            from tracker.report.csv import as_csv

            return as_csv(report)
        case Format.MD:
            from tracker.report.markdown import as_markdown

            return as_markdown(report)
        case Format.HTML:
            from tracker.report.html.page import as_html

            return as_html(report)
        case Format.XLSX:
            from tracker.report.excel import as_excel

            return as_excel(report)
        case Format.DOCX:
            from tracker.report.word import as_word

            return as_word(report)
        case Format.TABLE:
            return _as_text(report)


def _as_text(report: Report) -> str:
    """What the terminal would show, without colours."""
    import io

    from rich.console import Console

    from tracker.report.terminal import print_report

    text = io.StringIO()
    print_report(report, Console(file=text, width=WIDTH, highlight=False, emoji=False, markup=False))
    return text.getvalue()
