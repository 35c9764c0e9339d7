"""`tracker units`: the dated registry, listed, shown, imported from GSO's export and checked."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.writing_out import whole
from tracker.messages import say
from tracker.period import DAY
from tracker.place import COUNTRY, FIRST_DAY, LAST_DAY, Change, Places, Tier, Unit, load, shipped
from tracker.problems import EnvironmentFailedError, TrackerError

if TYPE_CHECKING:
    from tracker.gso import Difference, Export

app = typer.Typer(help=say("units_help"), no_args_is_help=True)

_WIDTH = 100  # columns of a table where there is no terminal to ask
_DAYS = ["%Y-%m-%d", "%d/%m/%Y"]


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Day = Annotated[datetime | None, typer.Option("--on", formats=_DAYS, help=say("units_help_on"))]


@app.command("list", help=say("units_help_list"))
def list_(
    area: Annotated[str, typer.Option(help=say("units_help_area"))] = "",
    on: Day = None,
    tier: Annotated[Tier, typer.Option(help=say("units_help_tier"))] = Tier.COMMUNE,
    format_: Annotated[Format, typer.Option("--format", help=say("units_help_format"))] = Format.TABLE,
) -> None:
    places = load()
    day = on.date() if on else min(date.today(), places.last_known_day())  # noqa: DTZ011 - the user's own calendar
    if area not in ("", COUNTRY) and not places.units_of_code(area):
        raise TrackerError("units_unknown_code", found=area)
    units = _units(places, area, tier, day)
    if format_ is Format.JSON:
        rows = [_fields(unit) for unit in units]
        typer.echo(json.dumps({"on": day.isoformat(), "area": area, "units": rows}, ensure_ascii=False, indent=2))
    elif format_ is Format.CSV:
        typer.echo("\ufeff" + _as_csv(_fields(unit) for unit in units))
    else:
        _print_units(units, places, day)


@app.command(help=say("units_help_show"))
def show(code: Annotated[str, typer.Argument(help=say("units_help_code"))]) -> None:
    places = load()
    lives = places.units_of_code(code)
    if not lives:
        raise TrackerError("units_unknown_code", found=code)
    rows = [(_first(life), _last(life), life.full_name, _parents(life, places)) for life in lives]
    _print_table(("units_from", "units_to", "units_name", "units_parent"), rows)
    if changes := [_change_cells(change, places) for change in places.changes_of(code)]:
        headings = ("units_date", "units_resolution", "units_action", "units_before", "units_after")
        _print_table(headings, changes)
    if successors := _successors(lives[-1], places):
        typer.echo(say("units_gone", successors=successors))
    for alias in places.aliases:
        if code in (alias.code, alias.variant_code):
            variants = " ".join(filter(None, (alias.variant_name, alias.variant_code)))
            typer.echo(say("units_aliases", variants=variants, name=alias.name, code=alias.code))


@app.command("import", help=say("units_help_import"))
def import_(
    file: Annotated[Path, typer.Argument(help=say("units_help_file"), show_default=False)],
    as_of: Annotated[datetime, typer.Option(formats=_DAYS, help=say("units_help_as_of"))],
    out: Annotated[Path, typer.Option(help=say("units_help_out"))] = Path("registry"),
) -> None:
    from tracker import gso

    if not file.exists():
        raise TrackerError("no_such_path", path=str(file))
    try:
        export = gso.read(file)
    except gso.NotAnExportError as error:
        key = "units_lacks_columns" if error.missing else "units_not_export"
        typer.echo(say(key, path=file, columns=error.missing), err=True)
        raise typer.Exit(1) from error
    on = as_of.date()
    table = out / "units.csv"
    places = load(out if table.is_file() else None)
    _report_import(export, places, on)
    rows = gso.dated(export, places, shipped(), on)
    earlier = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig")))) if table.is_file() else []
    rows = gso.merged(earlier, rows, on)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with whole(table) as table_file:
            table_file.write(gso.as_csv(rows).encode("utf-8"))
    except OSError as error:
        raise EnvironmentFailedError("units_not_written", path=str(table), reason=str(error.strerror)) from error
    typer.echo(say("units_written", count=len(rows), path=table, folder=out))


@app.command(help=say("units_help_check"))
def check() -> None:
    from tracker import registry

    places = load()
    wrong = registry.findings(places)
    for finding in wrong:
        typer.echo(say(finding.key, **finding.facts))
    if wrong:
        typer.echo(say("units_unsound", count=len(wrong)))
        raise typer.Exit(1)
    facts = {"units": sum(1 for _ in places.all_units(Tier.COMMUNE)), "changes": len(places.changes)}
    typer.echo(say("units_sound", aliases=len(places.aliases), counts=len(registry.COUNTS), **facts))


def _units(places: Places, area: str, tier: Tier, day: date) -> list[Unit]:
    if area:
        itself = places.unit(area, day)
        below = {Tier.COMMUNE: places.communes, Tier.DISTRICT: places.districts}
        return below[tier](area, day) if tier in below else [unit for unit in (itself,) if unit and unit.tier is tier]
    return [unit for unit in places.all_units(tier) if day in unit.valid]


def _fields(unit: Unit) -> dict[str, str | None]:
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "tier": unit.tier.value,
        "parent": unit.parent or None,
        "province": unit.province,
        "valid_from": None if unit.valid.first == FIRST_DAY else unit.valid.first.isoformat(),
        "valid_to": None if unit.valid.last == LAST_DAY else unit.valid.last.isoformat(),
    }


def _as_csv(rows: Iterable[dict[str, str | None]]) -> str:
    text = io.StringIO()
    columns = ("code", "name", "kind", "tier", "parent", "province", "valid_from", "valid_to")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: _escaped(cell or "") for column, cell in row.items()} for row in rows)
    return text.getvalue().removesuffix("\n")


def _escaped(cell: str) -> str:
    """No formula in a spreadsheet, whatever an imported name begins with."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _print_units(units: Sequence[Unit], places: Places, day: date) -> None:
    if not units:
        typer.echo(say("units_none", date=_shown(day), last=_shown(places.last_known_day())))
        return
    rows = [(unit.code, unit.full_name, _parents(unit, places, day), _first(unit), _last(unit)) for unit in units]
    _print_table(("units_code", "units_name", "units_parent", "units_from", "units_to"), rows)
    typer.echo(say("units_counted", count=len(units), date=_shown(day)))


def _change_cells(change: Change, places: Places) -> tuple[str, ...]:
    named = _parents_named if change.level == "district" else _named
    return (
        _shown(change.on),
        change.resolution or say("units_no_act"),
        say(f"units_{change.action}"),
        named(change.from_codes, change.on - DAY, places),
        named(change.to_codes, change.on, places),
    )


def _named(codes: Sequence[str], on: date, places: Places) -> str:
    """The units that bore some codes on a day, a line each; the bare code where GSO's number came later."""
    units = ((code, places.unit(code, on)) for code in codes)
    return "\n".join(f"{code} {unit.full_name}" if unit else code for code, unit in units)


def _parents_named(codes: Sequence[str], on: date, places: Places) -> str:
    """The districts that some communes had on a day: a change of districts is told by its communes."""
    parents = dict.fromkeys(places.district_of(code, on) for code in codes)
    return f"{_named(list(parents), on, places)}\n({say('units_many', count=len(codes))})"


def _successors(life: Unit, places: Places) -> str:
    if life.valid.last == LAST_DAY:
        return ""
    heirs = places.successors(life.code, life.valid.last + DAY)
    return ", ".join(f"{unit.full_name} ({unit.code})" for unit in heirs)


def _parents(unit: Unit, places: Places, on: date | None = None) -> str:
    day = on or unit.valid.last
    above = (places.unit(code, day) for code in dict.fromkeys((unit.parent, unit.province)) if code != unit.code)
    return ", ".join(parent.full_name for parent in above if parent)


def _report_import(export: Export, places: Places, on: date) -> None:
    from tracker import gso

    provinces = {row["province_code"] for row in export.communes}
    counts = {"communes": len(export.communes), "islands": len(export.islands), "provinces": len(provinces)}
    typer.echo(say("units_read", **counts))
    new = gso.new_provinces(export, places, on)
    if new:
        typer.echo(say("units_new_provinces", codes=", ".join(new), date=_shown(on)))
    if differences := gso.differences(export, places, on):
        _print_differences(differences)
        last = _shown(shipped().last_known_day())
        typer.echo(say("units_differ", count=len(differences), date=_shown(on), last=last))
    elif len(new) < len(provinces):
        typer.echo(say("units_same", date=_shown(on)))


def _print_differences(differences: Iterable[Difference]) -> None:
    absent = say("units_absent")
    rows = [(one.code, one.registry or absent, one.export or absent) for one in differences]
    _print_table(("units_code", "units_registry", "units_export"), rows)


def _print_table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*(say(heading) for heading in headings), box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False).print(table)


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _first(unit: Unit) -> str:
    return say("units_open_start") if unit.valid.first == FIRST_DAY else _shown(unit.valid.first)


def _last(unit: Unit) -> str:
    return say("units_open_end") if unit.valid.last == LAST_DAY else _shown(unit.valid.last)
