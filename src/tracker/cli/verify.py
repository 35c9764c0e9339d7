"""`tracker verify`: which version a file is, by its bytes or by what it says, and whether it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.session import SESSION, Exit, console
from tracker.messages import say
from tracker.problems import TrackerError
from tracker.writing import count
from tracker.writing import day as said_day

if TYPE_CHECKING:
    from tracker.crosschecks import Cross
    from tracker.intake.arrivals import Arrival
    from tracker.problems import Problem
    from tracker.returns import Filing, Received, Return
    from tracker.store import Store
    from tracker.versions import Version


@dataclass(slots=True)
class Memory:
    """What the store says, asked once for all files.

    `files` are the day and name under which each first came; `errors` are those of each version that is spoken of,
    as they may be shown to anybody.
    """

    versions: Sequence[Version]
    names: dict[int, str]
    files: dict[str, tuple[date, str]]
    problems: dict[str, list[Problem]]
    cross: Cross
    errors: dict[int, list[Problem]] = field(default_factory=dict)


def verify(paths: Sequence[Path]) -> Iterator[tuple[list[str], bool]]:
    """Of each file the lines to print, and whether it is in the store and all of it counts.

    A folder is gone through as `ingest` does; its received.csv says when files came and is none of them.
    """
    from tracker.cli.history import errors
    from tracker.cli.store_files import StoreFiles
    from tracker.intake.arrivals import RECEIVED, arrivals

    for path in paths:
        if not path.exists():
            raise TrackerError("no_such_path", path=str(path))
    own = StoreFiles(SESSION.store_place())
    named = (path for path in paths if path.name.casefold() != RECEIVED)
    given = [one for one in arrivals(named) if one.place not in own]
    if not given:
        raise TrackerError("nothing_to_read", path=", ".join(map(str, paths)))
    with SESSION.reading() as store:
        read = list(_read(given))
        memory = _memory(store, [one for _, one in read])
        memory.errors = errors([it for _, one in read for it in _meant(one, memory)], store, memory.cross)
        for name, one in read:
            yield _said(name, one, memory)


def _read(given: Sequence[Arrival]) -> Iterator[tuple[str, Received]]:
    """Each file with its name; an archive gives way to the files in it."""
    from tracker.intake.arrivals import inside
    from tracker.intake.workers import in_children
    from tracker.understand import give_up, understand

    answers = in_children(understand, [(one.place, one.shown) for one in given], give_up, workers=1)
    for one, read in zip(given, answers, strict=True):
        if read.enclosed:
            yield from _read(inside(one, read.enclosed))
        else:
            yield one.shown, read


def _meant(read: Received, memory: Memory) -> list[Version]:
    """The versions that a file is, or says again."""
    if read.sha256 in memory.files:
        return [one for one in memory.versions if one.sha256 == read.sha256]
    same = (_same(one, filing, memory) for one in read.returns for filing in one.filings)
    return [one for one in same if one is not None]


def _memory(store: Store, read: Sequence[Received]) -> Memory:
    """What the store says of these files, and of all that their units have sent."""
    from tracker.crosschecks import Cross, bearing_on
    from tracker.history import names_of_returns
    from tracker.place import load
    from tracker.plans import schedules

    given = {one.sha256 for one in read}
    units = {one.unit for file in read for one in file.returns}
    sent = [one for one in store.filings(units=units) if one.unit in units]
    hashes = given | {one.sha256 for one in sent}
    versions = bearing_on(store, hashes, {(one.unit, one.period) for one in sent}, load())
    files: dict[str, tuple[date, str]] = {}
    for one in store.arrivals(hashes):
        files[one.sha256] = min(files.get(one.sha256, (date.max, "")), (one.received_on, one.name))
    cross = Cross(versions, {}, store, load(), schedules())
    return Memory(versions, names_of_returns(versions), files, store.problems(given), cross)


def _said(path: str, read: Received, memory: Memory) -> tuple[list[str], bool]:
    about = {"path": path, "hash": read.sha256[:12]}
    own = [one for one in memory.versions if one.sha256 == read.sha256]
    if read.sha256 in memory.files:
        return _known(read, own, memory, about)
    if not read.returns:
        return [say("verify.unreadable", **about), *_refused(read.problems)], False
    pairs = [(one, filing, _same(one, filing, memory)) for one in read.returns for filing in one.filings]
    found = any(version is not None for _, _, version in pairs)
    lines = [say("verify.same_content" if found else "verify.unknown", **about)]
    for one, filing, version in pairs:
        lines += list(_version(version, memory)) if version is not None else [_new(one, filing)]
    return lines, bool(pairs) and all(it is not None and _counts_whole(it, memory) for _, _, it in pairs)


def _counts_whole(one: Version, memory: Memory) -> bool:
    return one.counts and not memory.errors[one.id]


def _known(read: Received, own: Sequence[Version], memory: Memory, about: dict[str, str]) -> tuple[list[str], bool]:
    day, name = memory.files[read.sha256]
    facts = {**about, "received": said_day(day), "name": name}
    lines = [say("verify.known" if name else "verify.known_nameless", **facts)]
    lines += [] if own else _refused(memory.problems.get(read.sha256, ()))
    for one in own:
        lines += list(_version(one, memory))
    return lines, bool(own) and all(_counts_whole(one, memory) for one in own)


def _same(one: Return, filing: Filing, memory: Memory) -> Version | None:
    """The version that says the same for the same body and period; one that counts before others."""
    days = (one.period.first, one.period.last) if one.period else (None, None)
    key = (one.unit, one.agency, one.outlet, filing.form, *days)
    same = [it for it in memory.versions if it.key == key and it.content == filing.content]
    return next((it for it in same if it.counts), same[0] if same else None)


def _about(unit: str, agency: str, form: str) -> dict[str, str]:
    from tracker.cli.history import unit_name
    from tracker.report.wording import agency as agency_words

    return {"unit": unit_name(unit, None), "code": unit, "agency": agency_words(agency), "form": form}


def _version(one: Version, memory: Memory) -> Iterator[str]:
    from tracker.cli.history import fate_words, period_words

    facts = {"period": period_words(one), "revision": one.revision, "fate": fate_words(one, memory.errors[one.id])}
    yield "  " + say(
        "verify.form", return_name=memory.names[one.id], **_about(one.unit, one.agency, one.form), **facts
    )
    yield "    " + say("verify.as_received", received=said_day(one.received_on)) + _deadline(one, memory.cross)
    counting = next((it for it in memory.versions if it.counts and it.key == one.key), None)
    if counting is not None and not one.counts:
        other = {"name": memory.names[counting.id], "revision": counting.revision}
        yield "    " + say("verify.by_other", received=said_day(counting.received_on), **other)
    yield from _refused(memory.errors[one.id])


def _deadline(one: Version, cross: Cross) -> str:
    """Against which deadline it came, where a plan sets one."""
    found = cross.deadline(one)
    if found is None:
        return ""
    due, plan = found
    days = (one.received_on - due).days
    state = say("verify.late", days=count(days)) if days > 0 else say("verify.on_time")
    return say("verify.due", due=said_day(due), plan=plan.number, state=state)


def _refused(problems: Iterable[Problem]) -> list[str]:
    """Why a file, a form of it or a part of that was not accepted, each reason once."""
    from tracker.cli.history import why_lines

    return [f"    {line}" for line in why_lines(it for it in problems if it.is_error)]


def _new(one: Return, filing: Filing) -> str:
    period = f"{said_day(one.period.first)}–{said_day(one.period.last)}" if one.period else say("history.no_period")
    about = _about(one.unit, one.agency, filing.form)
    return "  " + say("verify.new", **about, period=period, revision=one.revision)


def verify_command(
    paths: Annotated[list[Path], typer.Argument(help=say("verify.help_paths"), metavar="FILE...")],
) -> None:
    screen, good = console(), True
    for lines, counts in verify(paths):
        good &= counts
        for line in lines:
            screen.print(line, soft_wrap=True)
    screen.print(say("verify.next_step"))
    raise typer.Exit(Exit.GOOD if good else Exit.DATA)


def register(app: typer.Typer) -> None:
    """Adds `verify` to the command line."""
    app.command("verify", help=say("verify.help"))(verify_command)
