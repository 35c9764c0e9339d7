"""`tracker template`: the workbooks that a plan expects each body to fill, one folder for each district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.session import SESSION, note, out
from tracker.cli.writing_out import write_file
from tracker.messages import say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from tracker.place import Places
    from tracker.plan import Plan
    from tracker.template.stocks import Stocks
    from tracker.template.tasks import Task


def template_command(
    plan: Annotated[str, typer.Option(help=say("template.help_plan"))],
    year: Annotated[int, typer.Option(help=say("template.help_year"))],
    out_folder: Annotated[Path, typer.Option("--out", help=say("template.help_out"))],
    unit: Annotated[str, typer.Option(help=say("template.help_unit"))] = "",
    district: Annotated[str, typer.Option(help=say("template.help_district"))] = "",
    everybody: Annotated[bool, typer.Option("--all", help=say("template.help_all"))] = False,
) -> None:
    from tracker.place import load as load_places
    from tracker.plans import load

    if (bool(unit), bool(district), everybody).count(True) != 1:
        raise TrackerError("template_whom")
    asked, places = load(plan), load_places()
    chosen = _chosen(asked, year, places, unit or district, district=bool(district))
    written, same = _write(asked, year, places, chosen, out_folder)
    out(say("template.written", n=written + same, folder=str(out_folder), same=same))
    note(say("template.next"))


def _chosen(plan: Plan, year: int, places: Places, code: str, *, district: bool) -> list[Task]:
    """The tasks of a unit, of a district with its communes, or of all. Raises TrackerError when there is none."""
    from datetime import date

    from tracker.cli.report import YEARS, over
    from tracker.template.tasks import tasks
    from tracker.writing import day

    if year not in YEARS or not plan.life.holds(year):
        life = f"{day(plan.life.first)}–{day(plan.life.last)}"
        raise TrackerError("template_year", plan=plan.id, life=life, year=str(year))
    if district:
        over(code, [plan], date(year, 12, 31), places)
    found = [task for task in tasks(plan, year, places) if _concerns(task, code, district=district)]
    if not found:
        raise TrackerError("template_no_body", plan=plan.id, year=str(year), found=code)
    return found


def _concerns(task: Task, code: str, *, district: bool) -> bool:
    return not code or task.unit.code == code or (district and task.unit.parent == code)


def _write(plan: Plan, year: int, places: Places, chosen: Sequence[Task], folder: Path) -> tuple[int, int]:
    """How many files were written, and how many were there already; a file that differs is never overwritten.

    It may be one that somebody has begun to fill. Raises TrackerError when there was such a file, after the rest.
    """
    from tracker.plans import shipped
    from tracker.template.book import Drawing
    from tracker.template.mark import OWN, SHIPPED

    drawing = Drawing(plan, year, SHIPPED if plan.id in shipped() else OWN, places)
    written, same, kept = 0, 0, []
    with _stocks() as stocks:
        for task in chosen:
            path = folder / task.name
            content = drawing.book(task, stocks.of(task))
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_file(path, content)
                written += 1
            elif path.read_bytes() == content:
                same += 1
            else:
                kept.append(path)
    if kept:
        raise TrackerError("template_kept", n=str(len(kept)), path=str(kept[0]))
    return written, same


@contextmanager
def _stocks() -> Iterator[Stocks]:
    """What was reported last, while the store is open; nothing where there is no store yet."""
    from tracker.template.stocks import Stocks

    place = SESSION.store_place()
    if "://" not in place and not Path(place).exists():
        yield Stocks()
        return
    from tracker.forms import FORMS

    store = SESSION.store()
    try:
        forms = [code for code, form in FORMS.items() if form.last_period]
        yield Stocks(store.filings(forms=forms), store.records)
    finally:
        store.close()


def register(app: typer.Typer) -> None:
    """Adds `template` to the command line."""
    app.command("template", help=say("template.help"))(template_command)
