"""`tracker verify`: which version a file is, by its bytes or by what it says, and whether it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    from tracker.plan import Plan
    from tracker.problems import Problem
    from tracker.returns import Filing, Received, Return
    from tracker.store import Store
    from tracker.versions import Version


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store says, asked once for all files; `files` are the day and name under which each first came."""

    versions: Sequence[Version]
    names: dict[int, str]
    files: dict[str, tuple[date, str]]
    problems: dict[str, list[Problem]]
    cross: Cross


def verify(paths: Sequence[Path]) -> Iterator[tuple[list[str], bool]]:
    """Of each file the lines to print, and whether it is in the store and all of it counts."""
    for path in paths:
        if not path.is_file():
            raise TrackerError("no_such_path", path=str(path))
    with SESSION.reading() as store:
        read = list(_read(paths))
        memory = _memory(store, [one.sha256 for one in read])
        for path, one in zip(paths, read, strict=True):
            yield _said(path, one, memory)


def _read(paths: Sequence[Path]) -> Iterator[Received]:
    from tracker.intake.workers import in_children
    from tracker.understand import give_up, understand

    yield from in_children(understand, [(path, path.as_posix()) for path in paths], give_up, workers=1)


def _memory(store: Store, hashes: Sequence[str]) -> Memory:
    from tracker.crosschecks import Cross
    from tracker.history import names_of_returns
    from tracker.place import load
    from tracker.plans import load as load_plan
    from tracker.plans import shipped

    versions = store.filings()
    files: dict[str, tuple[date, str]] = {}
    for one in store.arrivals():
        files[one.sha256] = min(files.get(one.sha256, (date.max, "")), (one.received_on, one.name))
    plans: list[Plan] = [load_plan(name) for name in shipped()]
    cross = Cross(versions, {}, store, load(), plans)
    return Memory(versions, names_of_returns(versions), files, store.problems(hashes), cross)


def _said(path: Path, read: Received, memory: Memory) -> tuple[list[str], bool]:
    about = {"path": path.as_posix(), "hash": read.sha256[:12]}
    own = [one for one in memory.versions if one.sha256 == read.sha256]
    if read.sha256 in memory.files:
        return _known(read, own, memory, about)
    if not read.returns:
        return [say("verify.unreadable", **about)], False
    pairs = [(one, filing, _same(one, filing, memory)) for one in read.returns for filing in one.filings]
    found = any(version is not None for _, _, version in pairs)
    lines = [say("verify.same_content" if found else "verify.unknown", **about)]
    for one, filing, version in pairs:
        lines += list(_version(version, memory)) if version is not None else [_new(one, filing)]
    return lines, bool(pairs) and all(version is not None and version.counts for _, _, version in pairs)


def _known(read: Received, own: Sequence[Version], memory: Memory, about: dict[str, str]) -> tuple[list[str], bool]:
    quarantined = any(one.status == "quarantined" for one in own)
    day, name = memory.files[read.sha256]
    facts = {**about, "received": said_day(day), "name": name}
    lines = [say("verify.known_nameless" if quarantined else "verify.known", **facts)]
    for one in own:
        lines += list(_version(one, memory))
    return lines, bool(own) and all(one.counts for one in own)


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

    facts = {"period": period_words(one), "revision": one.revision, "fate": fate_words(one)}
    yield "  " + say(
        "verify.form", return_name=memory.names[one.id], **_about(one.unit, one.agency, one.form), **facts
    )
    yield "    " + say("verify.as_received", received=said_day(one.received_on)) + _deadline(one, memory.cross)
    counting = next((it for it in memory.versions if it.counts and it.key == one.key and it is not one), None)
    if counting is not None:
        other = {"name": memory.names[counting.id], "revision": counting.revision}
        yield "    " + say("verify.by_other", received=said_day(counting.received_on), **other)
    if one.status == "rejected":
        yield from (f"    {line}" for line in _why(one, memory))


def _deadline(one: Version, cross: Cross) -> str:
    """Against which deadline it came, where a plan sets one."""
    due = cross.due(one)
    if due is None:
        return ""
    days = (one.received_on - due).days
    state = say("verify.late", days=count(days)) if days > 0 else say("verify.on_time")
    return say("verify.due", due=said_day(due), state=state)


def _why(one: Version, memory: Memory) -> Iterator[str]:
    from tracker.messages import message

    errors = (it for it in memory.problems.get(one.sha256, ()) if it.is_error and it.form in ("", one.form))
    yield from dict.fromkeys(say("verify.refused", why=message(it)) for it in errors)


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
