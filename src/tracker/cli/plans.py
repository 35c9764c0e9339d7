"""`tracker plans`: the plans listed, one shown clause by clause, a plan file checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.messages import lang, say

if TYPE_CHECKING:
    from tracker.plan import Due, Duty, Expected, Filer, Plan, Threshold, Window
    from tracker.report.outline import Grid

app = typer.Typer(help=say("cli.help_plans"), no_args_is_help=True)


@app.command("list", help=say("plans_page.help_list"))
def list_() -> None:
    from tracker.cli.session import console
    from tracker.plans import load, shipped
    from tracker.report.terminal import print_grid

    rows = [_listed(load(name)) for name in shipped()]
    print_grid(_grid("", ("id", "title_of", "area", "life", "targets"), rows), console())


@app.command("show", help=say("plans_page.help_show"))
def show(name: Annotated[str, typer.Argument(metavar="ID", help=say("plans_page.help_id"))]) -> None:
    from tracker.cli.session import console
    from tracker.plans import load
    from tracker.report.content import citation
    from tracker.report.terminal import print_grid

    plan, screen = load(name), console()
    screen.print(plan.title.said(lang()), style="bold")
    screen.print(citation(plan, lang()))
    screen.print(say("plans_page.lives", area=_area(plan), life=_life(plan)))
    screen.print()
    for grid in _pages(plan):
        if grid.rows:
            print_grid(grid, screen)


@app.command("check", help=say("plans_page.help_check"))
def check(
    file: Annotated[Path | None, typer.Argument(help=say("plans_page.help_file"), show_default=False)] = None,
) -> None:
    from tracker.cli.session import Exit, out

    found = False
    for name, content in _contents(file):
        for line in _faults(name, content):
            found = True
            out(line)
    if found:
        raise typer.Exit(Exit.DATA)


def _contents(file: Path | None) -> Iterator[tuple[str, bytes]]:
    from importlib.resources import files

    from tracker.plans import shipped
    from tracker.problems import TrackerError

    if file is None:
        for name in shipped():
            yield f"{name}.toml", (files("tracker.plans") / f"{name}.toml").read_bytes()
    elif not file.is_file():
        raise TrackerError("no_such_path", path=str(file))
    else:
        yield str(file), file.read_bytes()


def _faults(name: str, content: bytes) -> Iterator[str]:
    """A line for each fault and one with their number; the file that has none is said to be sound."""
    from tracker.cli.session import out
    from tracker.plan_check import faults
    from tracker.report.characters import printable

    found = faults(content)
    for path, key, facts in found:
        said = printable(say(f"plan_fault.{key}", **facts))
        yield f"{name}: {path}: {said}" if path else f"{name}: {said}"
    if found:
        yield say("plans_page.unsound", name=name, n=len(found))
    else:
        out(say("plans_page.sound", name=name))


# --- what a plan says -------------------------------------------------------------------------------------------


def _listed(plan: Plan) -> tuple[str, ...]:
    return plan.id, plan.title.said(lang()), _area(plan), _life(plan), str(len(plan.targets))


def _area(plan: Plan) -> str:
    from tracker.place import COUNTRY, load

    if plan.area == COUNTRY:
        return f"{plan.area} {say('plans_page.country')}"
    unit = load().unit(plan.area, plan.life.first)
    return f"{plan.area} {unit.full_name}" if unit else plan.area


def _life(plan: Plan) -> str:
    from tracker.writing import day

    return f"{day(plan.life.first)} – {day(plan.life.last)}"


def _grid(heading: str, columns: Sequence[str], rows: Sequence[Sequence[str]], levels: Sequence[int] = ()) -> Grid:
    from tracker.report.outline import Cell, Column, Grid

    cells = [
        [Cell(text, level=level if not place else 0) for place, text in enumerate(row)]
        for row, level in zip(rows, levels or [0] * len(rows), strict=True)
    ]
    return Grid(heading, [Column(say(f"plans_page.{name}")) for name in columns], list(cells))


def _pages(plan: Plan) -> Iterator[Grid]:
    targets = list(_target_rows(plan.targets))
    columns = ("target", "kind", "thresholds", "cite")
    yield _grid(say("plans_page.targets"), columns, [row for row, _ in targets], [level for _, level in targets])
    windows = [_window(window) for window in plan.windows]
    yield _grid(say("plans_page.windows"), ("window", "days", "cite"), windows)
    returns = [_returned(plan, expected) for expected in plan.returns]
    yield _grid(say("plans_page.returns"), ("forms", "filers", "periods", "due"), returns)
    duties = [_duty(duty) for duty in plan.duties]
    yield _grid(say("plans_page.duties"), ("duty", "agency", "cite"), duties)


def _target_rows(targets: Sequence[Any], level: int = 0) -> Iterator[tuple[tuple[str, ...], int]]:
    """A target, then its readings (the first decides) and its parts, one level down."""
    from tracker.messages import has

    for one in targets:
        key = f"target_kind.{getattr(one, 'kind', '')}"
        kind = say(key if has(key) else "target_kind.share") if hasattr(one, "kind") else ""
        thresholds = "\n".join(_threshold(it) for it in getattr(one, "thresholds", ()))
        yield (f"{one.id}: {one.label.said(lang())}", kind, thresholds, getattr(one, "cite", "")), level
        for number, reading in enumerate(getattr(one, "readings", ())):
            which = "deciding" if not number else "other"
            said = say(f"plans_page.reading_{which}", id=reading.id, label=reading.label.said(lang()))
            yield (said, "", "", ""), level + 1
        yield from _target_rows(getattr(one, "parts", ()), level + 1)


def _threshold(one: Threshold) -> str:
    from tracker.report.wording import share
    from tracker.writing import day

    key = "plans_page.yearly" if one.yearly else "plans_page.from"
    return f"{say(key, share=share(one.value), day=day(one.first))} ({one.cite})"


def _window(window: Window) -> tuple[str, ...]:
    return f"{window.id}: {window.label.said(lang())}", f"{_day(window.first)} – {_day(window.last)}", window.cite


def _day(text: str) -> str:
    """ "07-01" and "2024-07-01" as people write them."""
    from tracker.writing import day

    if len(text) == len("2024-07-01"):
        return day(date.fromisoformat(text))
    month, _, number = text.partition("-")
    return f"{number}/{month}"


def _returned(plan: Plan, expected: Expected) -> tuple[str, ...]:
    filers = "; ".join(_filer(filer) for filer in expected.filers)
    if expected.reference:
        return expected.form, filers, "", say("plans_page.reference")
    windows = [window.label.said(lang()) for window in plan.windows if window.id == expected.window]
    periods = ", ".join(say(f"period_kind.{kind.name.lower()}") for kind in expected.periods)
    return expected.form, filers, " · ".join(filter(None, (periods, *windows))), _due(expected.due)


def _filer(filer: Filer) -> str:
    return f"{say(f'agency.{filer.agency}')} ({say(f'tier.{filer.tier}')})"


def _due(due: Due | None) -> str:
    if due is None:
        return say("plans_page.no_due")
    said = say("plans_page.due_before" if due.before else "plans_page.due_by", day=_day(due.before or due.by))
    later = say("plans_page.next_year") if due.next_year else ""
    return " ".join(filter(None, (said, later, f"({due.cite})" if due.cite else "")))


def _duty(duty: Duty) -> tuple[str, ...]:
    who = f"{say(f'agency.{duty.agency}')} ({say(f'tier.{duty.tier}')})"
    return f"{duty.id}: {duty.label.said(lang())}", who, duty.cite
