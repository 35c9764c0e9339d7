"""`tracker status`: who has filed, on time, late, returned, missing, by form and district; the last two by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.session import SESSION, console, day_of, json_text, note, out
from tracker.cli.writing_out import write_file
from tracker.messages import lang, say
from tracker.problems import EnvironmentFailedError, TrackerError
from tracker.writing import count
from tracker.writing import day as said_day

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.place import Places
    from tracker.plan import Plan
    from tracker.problems import Problem
    from tracker.remind import Body
    from tracker.report.outline import Cell, Grid
    from tracker.store import Store
    from tracker.submission import Filer, Submission
    from tracker.versions import Version

NAMED = 10
COMMUNE_CODE = 5  # digits
WANTING = ("returned", "missing")


@dataclass(frozen=True, slots=True)
class Filed:
    """One plan in one year: its communes, its forms, the places that its filers are in, the errors of each."""

    plan: Plan
    communes: int
    submissions: Sequence[Submission]
    places: Places
    on: date
    errors: Mapping[Body, Sequence[Problem]] = field(default_factory=dict)

    def district(self, filer: Filer) -> str:
        """The filer's district; for a body of the province, the province."""
        return self.places.district_of(filer.unit, self.on) if len(filer.unit) == COMMUNE_CODE else filer.unit

    def name(self, code: str) -> str:
        unit = self.places.unit(code, self.on)
        return unit.full_name if unit else code

    def by_district(self, line: Submission) -> dict[str, list[Filer]]:
        districts: dict[str, list[Filer]] = {}
        for filer in line.filers:
            districts.setdefault(self.district(filer), []).append(filer)
        return dict(sorted(districts.items()))

    def within(self, district: str) -> Filed:
        """The same, of one district only; forms that nobody files there are left out."""
        lines = [
            replace(line, filers=tuple(one for one in line.filers if self.district(one) == district))
            for line in self.submissions
        ]
        return replace(self, submissions=[line for line in lines if line.filers])


def filed(
    *, year: int, plans: Sequence[str], known_on: date | None, district: str, with_errors: bool = False
) -> list[Filed]:
    """Of the plans named, or those in force in the year that have any return."""
    from tracker.cli.report import YEARS, came_of, chosen, meant, over
    from tracker.place import load
    from tracker.submission import submissions

    if year not in YEARS:
        raise TrackerError("bad_year", found=str(year))
    places, on = load(), date(year, 12, 31)
    with SESSION.reading() as store:
        versions = came_of(store, meant(plans, year), (year, year - 1), places, known_on)
        wanted = over(district, chosen(plans, year, versions, places), on, places)
        errors = _errors(wanted, year, versions, places, store) if with_errors else [{}] * len(wanted)
    all_filed = [
        Filed(
            plan,
            len(places.communes(plan.area, on)),
            submissions(plan, versions, places, year, on),
            places,
            on,
            of_plan,
        )
        for plan, of_plan in zip(wanted, errors, strict=True)
    ]
    return [one.within(district) for one in all_filed] if district else all_filed


def _errors(
    plans: Sequence[Plan], year: int, versions: Sequence[Version], places: Places, store: Store
) -> list[dict[Body, list[Problem]]]:
    """For each plan the errors of the returns that stand, by unit and agency."""
    from tracker.report.sources import Came, told

    names = store.names({one.sha256 for one in versions})
    found: list[dict[Body, list[Problem]]] = [{} for _ in plans]
    for plan, of_plan in zip(plans, found, strict=True):
        for one in told(Came(plan, year, versions, names, places), store):
            if one.problem.is_error:
                of_plan.setdefault((one.unit, one.agency), []).append(one.problem)
    return found


# --- as JSON ----------------------------------------------------------------------------------------------------


def as_json(all_filed: Sequence[Filed], *, year: int, known_on: date | None) -> dict[str, Any]:
    """The status report, as `schemas/status-report.json` says."""
    from tracker import __version__

    return {
        "tool": {"name": "tracker", "version": __version__},
        "year": year,
        "known_on": known_on.isoformat() if known_on else None,
        "plans": [
            {
                "id": one.plan.id,
                "title": one.plan.title.said(lang()),
                "registry": {"date": one.on.isoformat(), "units": one.communes},
                "forms": [_form(one, line) for line in one.submissions],
            }
            for one in all_filed
        ],
    }


def _form(one: Filed, line: Submission) -> dict[str, Any]:
    return {
        "form": line.form,
        "due": line.due.isoformat() if line.due else None,
        **_counts(line.filers),
        "districts": [
            {"code": code, "name": one.name(code), **_counts(filers)}
            for code, filers in one.by_district(line).items()
        ],
        "wanting": [
            {"unit": filer.unit, "name": one.name(filer.unit), "agency": filer.agency, "state": filer.state}
            for filer in line.filers
            if filer.state in WANTING
        ],
    }


def _counts(filers: Sequence[Filer]) -> dict[str, int]:
    from tracker.submission import STATES

    return {"expected": len(filers), **{state: sum(one.state == state for one in filers) for state in STATES}}


# --- as text ----------------------------------------------------------------------------------------------------


def print_text(
    all_filed: Sequence[Filed], screen: Console, *, known_on: date | None, all_names: bool, after: str
) -> None:
    """Each plan with its forms and districts; then `after`, the next sensible step."""
    from tracker.report.terminal import print_grid

    known = say("outline.known_on", day=said_day(known_on)) if known_on else say("outline.known_all")
    for one in all_filed:
        screen.print(one.plan.title.said(lang()), style="bold")
        screen.print(say("outline.basis", day=said_day(one.on), units=count(one.communes), known=known))
        screen.print()
        print_grid(_summary(one), screen)
        for line in one.submissions:
            _print_form(one, line, screen, all_names=all_names)
    screen.print(after)


def _summary(one: Filed) -> Grid:
    from tracker.report.outline import Cell, Column, Grid

    columns = [Column(say("outline.form")), Column(say("outline.due")), *_count_columns()]
    rows = [
        (Cell(line.form), Cell(said_day(line.due) if line.due else "–"), *_count_cells(line.filers))
        for line in one.submissions
    ]
    return Grid("", columns, list(rows))


def _count_columns() -> list[Any]:
    from tracker.report.outline import Column
    from tracker.submission import STATES

    return [Column(say(f"filing.{state}"), right=True, whole=True) for state in ("expected", *STATES)]


def _count_cells(filers: Sequence[Filer]) -> Iterator[Cell]:
    from tracker.report.outline import Cell
    from tracker.report.outline import filed as filed_cell

    counts = _counts(filers)
    yield Cell(count(counts["expected"]))
    yield from (filed_cell(figure, state) for state, figure in counts.items() if state != "expected")


def _print_form(one: Filed, line: Submission, screen: Console, *, all_names: bool) -> None:
    """The districts where something is late or wanting, and the wanting units by name."""
    from tracker.report.outline import Cell, Column, Grid
    from tracker.report.terminal import print_grid

    districts = one.by_district(line)
    short = {code: filers for code, filers in districts.items() if any(it.state != "on_time" for it in filers)}
    if not short:
        return
    columns = [Column(say("outline.district"), whole=True), *_count_columns()]
    rows = [(Cell(one.name(code)), *_count_cells(filers)) for code, filers in short.items()]
    complete = len(districts) - len(short)
    notes = [say("status_page.complete", n=count(complete))] if complete else []
    print_grid(Grid(say("status_page.form", form=line.form), columns, list(rows), notes), screen)
    for state in WANTING:
        if names := [_named(one, filer) for filer in line.filers if filer.state == state]:
            screen.print(f"{say(f'filing.{state}')} ({count(len(names))}): {_list(names, all_names=all_names)}")
            screen.print()


def _named(one: Filed, filer: Filer) -> str:
    from tracker.report.wording import agency

    name = one.name(filer.unit)
    return name if filer.agency == "UBND" else f"{agency(filer.agency)} – {name}"


def _list(names: Sequence[str], *, all_names: bool) -> str:
    if all_names or len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} {say('status_page.more', n=count(len(names) - NAMED))}"


def next_step(all_filed: Iterable[Filed], year: int) -> str:
    """What an analyst would sensibly do after seeing who has filed."""
    lines = [line for one in all_filed for line in one.submissions]
    if not lines:
        return say("outline.nothing", year=year)
    if not any(line.filers for line in lines):
        return say("status_page.nobody")
    returned = any(line.count("returned") for line in lines)
    missing = any(line.count("missing") for line in lines)
    if returned:
        return say("status_page.next_returned", year=year)
    return say("status_page.next_missing" if missing else "status_page.next_report", year=year)


# --- reminders --------------------------------------------------------------------------------------------------

WRITTEN = ".tracker-remind.json"
"""In the folder of reminders: the hash of each text as it was written, by file name."""


def _write_reminders(found: Sequence[Filed], folder: Path, *, year: int, known_on: date | None) -> None:
    """Writes the texts; one that a person has edited, or that the tool did not write, stays as it is."""
    from tracker.remind import Asked, texts

    before = _written(folder)
    after = dict(before)
    kept = []
    said = texts([Asked(one, one.errors) for one in found], year=year, known_on=known_on)
    for name, text in said.items():
        path, new = folder / name, sha256(text.encode()).hexdigest()
        if path.exists() and sha256(path.read_bytes()).hexdigest() not in (new, before.get(name)):
            kept.append(path)
            continue
        write_file(path, text)
        after[name] = new
    write_file(folder / WRITTEN, json_text(dict(sorted(after.items()))) + "\n")
    for path in kept:
        note(say("remind.kept", path=path))
    note(say("remind.written", n=count(len(said) - len(kept)), folder=folder))


def _written(folder: Path) -> dict[str, str]:
    import json

    try:
        folder.mkdir(parents=True, exist_ok=True)
        said = json.loads((folder / WRITTEN).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    except OSError as error:
        raise EnvironmentFailedError("cannot_write", path=str(folder)) from error
    return {str(name): str(found) for name, found in said.items()} if isinstance(said, dict) else {}


# --- the command ------------------------------------------------------------------------------------------------


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def status_command(
    year: Annotated[int, typer.Option(help=say("cli.help_year"))],
    plan: Annotated[list[str] | None, typer.Option(help=say("cli.help_plan"))] = None,
    known_on: Annotated[str | None, typer.Option(help=say("cli.help_known_on"))] = None,
    district: Annotated[str, typer.Option(help=say("cli.help_district"))] = "",
    format: Annotated[Format, typer.Option(help=say("cli.help_format"))] = Format.TABLE,
    remind: Annotated[Path | None, typer.Option(help=say("remind.help"))] = None,
) -> None:
    known = day_of(known_on)
    with_errors = remind is not None
    found = filed(year=year, plans=plan or [], known_on=known, district=district, with_errors=with_errors)
    if remind is not None:
        _write_reminders(found, remind, year=year, known_on=known)
    if format is Format.JSON:
        out(json_text(as_json(found, year=year, known_on=known)))
    else:
        after = say("remind.next", folder=remind) if remind is not None else next_step(found, year)
        print_text(found, console(), known_on=known, all_names=bool(district), after=after)


def register(app: typer.Typer) -> None:
    """Adds `status` to the command line."""
    app.command("status", help=say("cli.help_status"))(status_command)
