"""`tracker explain`: why a figure is what it is, down to the cell."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.session import SESSION, console, day_of, json_text, out
from tracker.messages import say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from tracker.cli.report import Received
    from tracker.explain import Context
    from tracker.explanation import Line
    from tracker.plan import Plan


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def explain_command(
    target: Annotated[str, typer.Argument(help=say("cli.help_explain_target"), metavar="TARGET")],
    year: Annotated[int, typer.Option(help=say("cli.help_year"))],
    unit: Annotated[str, typer.Option(help=say("cli.help_explain_unit"))] = "",
    plan: Annotated[list[str] | None, typer.Option(help=say("cli.help_plan"))] = None,
    as_of: Annotated[str | None, typer.Option(help=say("cli.help_as_of"))] = None,
    known_on: Annotated[str | None, typer.Option(help=say("cli.help_known_on"))] = None,
    format: Annotated[Format, typer.Option(help=say("cli.help_format"))] = Format.TEXT,
    restricted: Annotated[bool, typer.Option("--restricted", help=say("cli.help_restricted"))] = False,
    out_file: Annotated[Path | None, typer.Option("--out", help=say("cli.help_out"))] = None,
) -> None:
    day, known = day_of(as_of) or date(_year(year), 12, 31), day_of(known_on)
    context, line = _explained(target, unit, plan or [], day, known, year=year, restricted=restricted)
    if format is Format.JSON:
        said = {
            "target": target,
            "unit": unit or None,
            "plan": {"id": context.plan.id, "title": _title(context.plan)},
        }
        text = json_text(_head(year, day, known) | said | {"explanation": as_json(line)})
    elif out_file is None:
        from tracker.report.tree import print_tree

        print_tree(line, console())
        return
    else:
        text = _as_text(line)
    if out_file is None:
        out(text)
    else:
        from tracker.cli.writing_out import write_file

        write_file(out_file, text if text.endswith("\n") else text + "\n")


def register(app: typer.Typer) -> None:
    """Adds `explain` to the command line."""
    app.command("explain", help=say("cli.help_explain"))(explain_command)


def _year(year: int) -> int:
    from tracker.cli.report import YEARS

    if year not in YEARS:
        raise TrackerError("bad_year", found=str(year))
    return year


def _explained(
    target: str, unit: str, plans: list[str], as_of: date, known_on: date | None, *, year: int, restricted: bool
) -> tuple[Context, Line]:
    """The plan that has the target, and its explanation. Raises TrackerError when none has, or several."""
    from tracker.cli.report import Received, came_of, chosen, meant
    from tracker.explain import explain
    from tracker.place import load

    places = load()
    with SESSION.reading() as store:
        versions = came_of(store, meant(plans, year), (year, year - 1), places, known_on)
        wanted = chosen(plans, year, versions, places)
        if not wanted:
            raise TrackerError("explain_no_plan", year=str(year))
        plan, path = _meant(wanted, target)
        names = store.names({one.sha256 for one in versions})
        context = context_of(Received(store, versions, names, places), plan, as_of, year, restricted=restricted)
        return context, explain(context, path, unit)


def _meant(plans: list[Plan], target: str) -> tuple[Plan, str]:
    """The plan that has the target; a target may name its plan first: "ha-noi/materials"."""
    first, _, rest = target.partition("/")
    for plan in plans:
        if first == plan.id and rest:
            return plan, rest
    having = [plan for plan in plans if any(one.id == first for one in plan.targets)]
    if len(having) > 1:
        known = ", ".join(plan.id for plan in having)
        raise TrackerError("explain_several_plans", found=target, known=known)
    if not having:
        known = ", ".join(one.id for plan in plans for one in plan.targets)
        raise TrackerError("unknown_target", found=target, known=known)
    return having[0], target


def context_of(received: Received, plan: Plan, as_of: date, year: int, *, restricted: bool) -> Context:
    """What explanations of a plan are drawn from: scored once, as the report scores it."""
    from tracker.explain import Context
    from tracker.forms import FORMS
    from tracker.forms.b04 import FIVE_SETTINGS
    from tracker.ledger import Ledger
    from tracker.report import sources
    from tracker.report.disclosure import masked, masked_faults
    from tracker.scores import Scoring, score_plan

    counting = [one for one in received.versions if one.counts]
    scoring = Scoring(
        plan,
        Ledger(counting, received.store.records, FORMS, received.store.kept),
        received.places,
        year,
        as_of,
        FIVE_SETTINGS,
    )
    came = sources.Came(plan, year, received.versions, received.names, received.places)
    return Context(
        scoring,
        masked(score_plan(scoring), plan, restricted=restricted),
        came,
        masked_faults(sources.told(came, received.store), restricted=restricted),
        received.store,
        restricted,
    )


# --- as JSON and as text ----------------------------------------------------------------------------------------


def _head(year: int, as_of: date, known_on: date | None) -> dict[str, Any]:
    from tracker import __version__

    return {
        "tool": {"name": "tracker", "version": __version__},
        "year": year,
        "as_of": as_of.isoformat(),
        "known_on": known_on.isoformat() if known_on else None,
    }


def _title(plan: Plan) -> str:
    from tracker.messages import lang

    return plan.title.said(lang())


def as_json(line: Line) -> dict[str, Any]:
    """A line and all under it, as `schemas/explain-report.json` says."""
    return {
        "step": line.step.value,
        "key": line.key,
        "text": line.text,
        "facts": dict(line.facts),
        "below": [as_json(one) for one in line.below],
    }


def _as_text(line: Line) -> str:
    """What the terminal would show, without colours."""
    import io

    from rich.console import Console

    from tracker.cli.session import WIDTH
    from tracker.report.tree import print_tree

    text = io.StringIO()
    print_tree(line, Console(file=text, width=WIDTH, highlight=False, emoji=False, markup=False))
    return text.getvalue()
