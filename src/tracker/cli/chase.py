"""`tracker chase`: whose return, or whose action, changes a verdict; as lists, and as a workbook to send out."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.report import YEARS, Received, came_of, chosen, meant, over
from tracker.cli.session import SESSION, WIDTH, console, day_of, json_text, out
from tracker.cli.writing_out import refuse_a_terminal, write_bytes, write_file
from tracker.messages import lang, say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.chase import Chase, PlanChase, Pursuit
    from tracker.plan import Plan
    from tracker.rule import Score


def build(
    *,
    year: int,
    plans: Sequence[str],
    as_of: date | None,
    known_on: date | None,
    restricted: bool,
    district: str = "",
) -> Chase:
    """The lists of the plans named, or of those in force in the year that have any return."""
    from tracker.chase import Chase
    from tracker.place import load

    if year not in YEARS:
        raise TrackerError("bad_year", found=str(year))
    day = as_of or date(year, 12, 31)
    places = load()
    with SESSION.reading() as store:
        versions = came_of(store, meant(plans, year), (year, year - 1), places, known_on)
        received = Received(store, versions, store.names({one.sha256 for one in versions}), places)
        wanted = over(district, chosen(plans, year, versions, places), day, places)
        found = [_plan_chase(received, plan, year, day, restricted=restricted) for plan in wanted]
    if district:
        found = [_only(one, district) for one in found]
    return Chase(year, day, known_on, found)


def _plan_chase(received: Received, plan: Plan, year: int, as_of: date, *, restricted: bool) -> PlanChase:
    from tracker.chase import PlanChase, pursue
    from tracker.forms import FORMS
    from tracker.forms.b04 import FIVE_SETTINGS
    from tracker.ledger import Ledger
    from tracker.plan import MeasureTarget
    from tracker.report import sources
    from tracker.report.disclosure import masked, masked_faults
    from tracker.scores import Scoring, score_target
    from tracker.shortfall import Owing

    ledger = Ledger(
        [one for one in received.versions if one.counts], received.store.records, FORMS, received.store.kept
    )
    scoring = Scoring(plan, ledger, received.places, year, as_of, FIVE_SETTINGS)
    came = sources.Came(plan, year, received.versions, received.names, received.places)
    faults = masked_faults(sources.faults(sources.told(came, received.store)), restricted=restricted)
    owing = Owing(scoring, received.versions, faults)
    targets = [target for target in plan.targets if not isinstance(target, MeasureTarget)]
    scores = [score_target(scoring, target) for target in targets]
    pursuits = [
        pursue(owing, target, score, restricted=restricted) for target, score in zip(targets, scores, strict=True)
    ]
    for pursuit, score in zip(pursuits, masked(scores, plan, restricted=restricted), strict=True):
        _show(pursuit, score)
    return PlanChase(plan, len(received.places.communes(plan.area, as_of)), pursuits, received.places)


def _show(pursuit: Pursuit, score: Score) -> None:
    """Takes the score as it may be shown, for the target and its parts."""
    pursuit.score = score
    for part, line in zip(pursuit.parts, score.parts, strict=False):
        _show(part, line)


def _only(one: PlanChase, district: str) -> PlanChase:
    """The same lists with the units of one district only; how many it takes in all stays as it is."""
    from tracker.chase import leaves

    for pursuit in leaves(one.pursuits):
        pursuit.asks = [ask for ask in pursuit.asks if ask.district == district]
    return one


# --- the command ------------------------------------------------------------------------------------------------


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


def chase_command(
    year: Annotated[int, typer.Option(help=say("cli.help_year"))],
    plan: Annotated[list[str] | None, typer.Option(help=say("cli.help_plan"))] = None,
    as_of: Annotated[str | None, typer.Option(help=say("cli.help_as_of"))] = None,
    known_on: Annotated[str | None, typer.Option(help=say("cli.help_known_on"))] = None,
    district: Annotated[str, typer.Option(help=say("cli.help_district"))] = "",
    format: Annotated[Format, typer.Option(help=say("cli.help_format"))] = Format.TABLE,
    restricted: Annotated[bool, typer.Option("--restricted", help=say("cli.help_restricted"))] = False,
    out_file: Annotated[Path | None, typer.Option("--out", help=say("cli.help_out"))] = None,
) -> None:
    if format is Format.XLSX and out_file is None:
        refuse_a_terminal()
    chase = build(
        year=year,
        plans=plan or [],
        as_of=day_of(as_of),
        known_on=day_of(known_on),
        restricted=restricted,
        district=district,
    )
    deliver(_shaped(chase, format), lambda screen: _draw(chase, screen), out_file)


def register(app: typer.Typer) -> None:
    """Adds `chase` to the command line."""
    app.command("chase", help=say("chase.help"))(chase_command)


def _shaped(chase: Chase, shape: Format) -> str | bytes | None:
    """The lists in a file's shape; None for tables, which are drawn."""
    from tracker import __version__

    match shape:
        case Format.JSON:
            from tracker.report.chasing import as_json

            return json_text(as_json(chase, version=__version__, language=lang()))
        case Format.CSV:
            from tracker.report.chasing import as_csv

            return as_csv(chase)
        case Format.XLSX:
            from tracker.report.chase_book import as_workbook

            return as_workbook(chase)
    return None


def _draw(chase: Chase, screen: Console) -> None:
    from tracker.report.chase_book import basis
    from tracker.report.chasing import grids, next_step
    from tracker.report.terminal import print_grid

    for one in chase.plans:
        screen.print(one.plan.title.said(lang()), style="bold")
        screen.print(basis(chase, one))
        screen.print()
        for grid in grids(chase, one):
            print_grid(grid, screen)
    screen.print(next_step(chase))


def deliver(shaped: str | bytes | None, draw: Callable[[Console], None], out_file: Path | None) -> None:
    """A shaped result, or one that is drawn in the terminal, to where it was asked for."""
    if shaped is None and out_file is None:
        draw(console())
        return
    if shaped is None:
        from rich.console import Console

        text = io.StringIO()
        draw(Console(file=text, width=WIDTH, highlight=False, emoji=False, markup=False))
        shaped = text.getvalue()
    if out_file is not None:
        write_file(out_file, shaped)
    elif isinstance(shaped, bytes):
        write_bytes(shaped)
    else:
        out(shaped)
