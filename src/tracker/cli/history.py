"""`tracker history`: every version of a unit's returns, what changed, who decided, and the log of who did what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.session import SESSION, console
from tracker.messages import has, say
from tracker.problems import TrackerError
from tracker.writing import count
from tracker.writing import day as said_day

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.acts import Act, Arrival, Decision
    from tracker.crosschecks import Cross
    from tracker.history import Change, Entry, Place, Series
    from tracker.problems import Problem
    from tracker.returns import Waiver
    from tracker.store import Store
    from tracker.versions import Version

CHANGES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Office:
    """What the store knows beside the versions: files by hash, acts by number, decisions and reasons by filing."""

    arrivals: Mapping[str, Sequence[Arrival]]
    acts: Mapping[int, Act]
    decisions: Mapping[int, Sequence[Decision]]
    waivers: Mapping[int, Sequence[Waiver]]
    errors: Mapping[int, Sequence[Problem]]


def office(store: Store, mine: Sequence[Version], everything: Sequence[Version], *, restricted: bool) -> Office:
    from tracker.crosschecks import Cross
    from tracker.place import load

    arrivals: dict[str, list[Arrival]] = defaultdict(list)
    decisions: dict[int, list[Decision]] = defaultdict(list)
    waivers: dict[int, list[Waiver]] = defaultdict(list)
    for arrived in store.arrivals({one.sha256 for one in mine}):
        arrivals[arrived.sha256].append(arrived)
    for decided in store.decisions():
        decisions[decided.filing_id].append(decided)
    for waived in store.waivers({one.unit for one in mine}):
        waivers[waived.filing_id].append(waived)
    acts = {one.id: one for one in store.acts()}
    names = store.names({one.sha256 for one in everything})
    cross = Cross(everything, names, store, load(), ())
    return Office(arrivals, acts, decisions, waivers, errors(mine, store, cross, restricted=restricted))


def errors(
    versions: Sequence[Version], store: Store, cross: Cross, *, restricted: bool = False
) -> dict[int, list[Problem]]:
    """The errors of each version, by its number, as they may be shown."""
    from tracker.refusals import errors as errors_of
    from tracker.report.disclosure import masked_problem

    found = errors_of(versions, store.problems({one.sha256 for one in versions}), cross)
    if restricted:
        return found
    return {one.id: [masked_problem(it, one.unit) for it in found[one.id]] for one in versions}


def history_command(
    unit: Annotated[str, typer.Argument(help=say("history.help_unit"), metavar="UNIT")],
    form: Annotated[str, typer.Option(help=say("history.help_form"))] = "",
    year: Annotated[int | None, typer.Option(help=say("history.help_year"))] = None,
    whole: Annotated[bool, typer.Option("--all", help=say("history.help_all"))] = False,
    restricted: Annotated[bool, typer.Option("--restricted", help=say("cli.help_restricted"))] = False,
) -> None:
    from tracker.crosschecks import bearing_on
    from tracker.history import of_unit
    from tracker.place import load

    with SESSION.reading() as store:
        code = known_unit(unit)
        sent = [one for one in store.filings(units=[code]) if one.unit == code]
        returns = {(one.unit, one.period) for one in sent}
        everything = bearing_on(store, {one.sha256 for one in sent}, returns, load())
        versions = [one for one in everything if form.upper() in ("", one.form) and year in (None, one.year)]
        mine = [one for one in versions if one.unit == code]
        records: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
        for record in store.records([one.id for one in mine], origins=True):
            records[record["filing_id"]].append(record)
        series = of_unit(code, versions, records, restricted=restricted)
        known = office(store, mine, everything, restricted=restricted)
        _print(code, series, known, console(), whole=whole)


def known_unit(code: str) -> str:
    """The code as the registry has it. Raises TrackerError for one that it does not know."""
    from tracker.place import load

    if not load().units_of_code(code.strip()):
        raise TrackerError("history_unknown_unit", found=code)
    return code.strip()


def register(app: typer.Typer) -> None:
    """Adds `history` to the command line."""
    app.command("history", help=say("history.help"))(history_command)


# --- as text ----------------------------------------------------------------------------------------------------


def _print(code: str, series: Sequence[Series], known: Office, screen: Console, *, whole: bool) -> None:
    name = unit_name(code, series[-1].entries[-1].version.period_to if series else None)
    if not series:
        screen.print(say("history.nothing", unit=name, code=code))
        return
    screen.print(say("history.heading", unit=name, code=code), style="bold")
    for one in series:
        screen.print()
        screen.print(heading(one.entries[0].version))
        for number, entry in enumerate(one.entries):
            for text in _entry(entry, one.entries[number + 1 :], known, whole=whole):
                screen.print(text, soft_wrap=True)
    acts = list(_acts(series, known))
    screen.print()
    screen.print(say("history.acts"), style="bold")
    for act in acts:
        screen.print(f"  {act_words(act)}", soft_wrap=True)
    screen.print()
    screen.print(say("history.next_step", name=series[-1].entries[-1].name))


def unit_name(code: str, on: date | None) -> str:
    """The name on a day, else the last that the code had."""
    from tracker.place import load

    places = load()
    unit = places.unit(code, on) if on else None
    lives = places.units_of_code(code)
    return unit.full_name if unit else lives[-1].full_name if lives else code


def heading(one: Version) -> str:
    from tracker.report.wording import agency

    key = "history.series_of_outlet" if one.outlet else "history.series"
    return say(key, form=one.form, agency=agency(one.agency), outlet=one.outlet, period=period_words(one))


def period_words(one: Version) -> str:
    if one.period_from is None or one.period_to is None:
        return say("history.no_period")
    return f"{said_day(one.period_from)}–{said_day(one.period_to)}"


def fate_words(one: Version, errors: Sequence[Problem] = ()) -> str:
    """What became of a version; of one that counts, what its errors took from it."""
    from tracker.refusals import refused

    if not one.counts or not errors:
        return say(f"explain.fate.{one.fate.value}")
    gone = refused(one, errors)
    what = [say("history.refused_part", part=say(f"part.{part}")) for part in gone.parts]
    what += [say("history.refused_rows", n=count(gone.rows))] if gone.rows else []
    what += [say("history.refused_cells", n=count(gone.cells))] if gone.cells else []
    return say("history.counts_in_part", what=", ".join(what) or say("history.refused_some"))


def why_lines(errors: Iterable[Problem]) -> list[str]:
    """Why a version was refused, in whole or part: each reason once, with its first cell."""
    from tracker.messages import message

    where = {message(it): f" [{it.sheet or it.form}]{it.cell}" if it.cell else "" for it in reversed(list(errors))}
    return [say("verify.refused", where=at, why=why) for why, at in reversed(where.items())]


def _entry(entry: Entry, later: Sequence[Entry], known: Office, *, whole: bool) -> Iterator[str]:
    one = entry.version
    errors = known.errors[one.id]
    received, fate = said_day(one.received_on), fate_words(one, errors)
    said = say("history.entry", name=entry.name, revision=one.revision, received=received, late="", fate=fate)
    yield f"  {said}"
    yield f"    {_file(one, known)}"
    why = why_lines(errors)
    yield from (f"    {line}" for line in (why if whole else why[:CHANGES_SHOWN]))
    if not whole and (more := len(why) - CHANGES_SHOWN) > 0:
        yield f"    {say('history.more_reasons', n=count(more))}"
    for decided in known.decisions.get(one.id, ()):
        yield f"    {decision_words(decided)}"
    for waived in known.waivers.get(one.id, ()):
        yield f"    {_waiver(waived)}{say('history.lapsed') if _lapsed(waived, later) else ''}"
    if entry.compared_with:
        yield from _changes(entry, whole=whole)


def _file(one: Version, known: Office) -> str:
    arrived = min(known.arrivals.get(one.sha256, ()), key=lambda it: (it.received_on, it.name), default=None)
    quarantined = one.status == "quarantined"
    name = say("history.nameless") if quarantined or arrived is None else arrived.name
    act = known.acts.get(arrived.act_id or 0) if arrived else None
    if act is None:
        return say("history.file_alone", file=name)
    by = say("history.taken_in", by=act.made_by, when=moment(act.made_at), tool=f"tracker {act.tool}")
    return say("history.file", file=name, act=by)


def moment(when: datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{said_day(when.date())} {when:%H:%M} UTC"


def decision_words(one: Decision) -> str:
    action = say(f"history.action.{one.action}")
    return say("history.decision", action=action, by=one.made_by, when=moment(one.made_at), reason=one.reason)


def _waiver(one: Waiver) -> str:
    key = "history.waiver" if one.cell else "history.waiver_without_cell"
    return say(key, sheet=one.sheet, cell=one.cell, found=one.found, reason=one.reason)


def _lapsed(one: Waiver, later: Sequence[Entry]) -> bool:
    """Whether a later version says something else where the reason stands."""
    moved = (change for entry in later for change in entry.changes)
    return any(change.field == one.field and change.before.cell == one.cell for change in moved)


def _changes(entry: Entry, *, whole: bool) -> Iterator[str]:
    if not entry.changes:
        yield f"    {say('history.unchanged', other=entry.compared_with)}"
        return
    yield f"    {say('history.changed', other=entry.compared_with)}"
    shown = entry.changes if whole else entry.changes[:CHANGES_SHOWN]
    yield from (f"      {_change(one)}" for one in shown)
    if more := len(entry.changes) - len(shown):
        yield f"      {say('history.more_changes', n=count(more))}"


def _change(one: Change) -> str:
    if one.hidden:
        return say("history.hidden", label=one.label)
    return say("history.change", label=one.label, before=_place(one.before), after=_place(one.after))


def _place(one: Place) -> str:
    return say("history.cell", raw=one.raw, sheet=one.sheet, cell=one.cell) if one.cell else say("history.blank")


def _acts(series: Iterable[Series], known: Office) -> Iterator[Act]:
    """The acts that brought these versions, or decided about them, in their order."""
    numbers: set[int | None] = set()
    for entry in (entry for one in series for entry in one.entries):
        numbers |= {it.act_id for it in known.arrivals.get(entry.version.sha256, ())}
        numbers |= {it.act_id for it in known.decisions.get(entry.version.id, ())}
    return (act for number, act in known.acts.items() if number in numbers)


def act_words(one: Act) -> str:
    """What somebody did, in words; what an older or newer version called otherwise stands as it is."""
    command = "undo" if one.said.get("undo") else one.command
    about = sorted(one.said.items(), key=lambda said: said[0] == "reason")
    facts = ", ".join(_fact(name, value) for name, value in about if name != "undo")
    done = say(f"history.command.{command}") if has(f"history.command.{command}") else command
    said = say("history.act_about", done=done, facts=facts) if facts else done
    return say("history.act", when=moment(one.made_at), by=one.made_by, said=said, tool=f"tracker {one.tool}")


def _fact(name: str, value: object) -> str:
    key = f"history.fact.{name}"
    shown = count(value) if isinstance(value, int) else value
    return say(key, said=shown) if has(key) else f"{name}: {value}"
