"""`tracker ingest` and `tracker check`: the same reading and checking; only the first stores."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date
from enum import StrEnum
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.outcomes import Outcome, Outcomes, Taken
from tracker.cli.session import SESSION, Exit, day_of, json_text, note, out, screen
from tracker.messages import say
from tracker.problems import Problem, TrackerError
from tracker.returns import Status

if TYPE_CHECKING:
    from tracker.intake.arrivals import Arrival
    from tracker.intake.parcels import Hashes, Parcels
    from tracker.intake.workers import Task
    from tracker.returns import Packed
    from tracker.store import Store
    from tracker.unstored import Unstored

ONE_BY_ONE = 24  # up to so many files one process is as quick as several
FILES_AT_ONCE, RECORDS_AT_ONCE = 50, 3000  # stored in one transaction: a whole one costs as much as reading a file


def ingest(
    paths: Sequence[Path], *, received: date | None, workers: int, replace: bool, reason: str, cluster: str = ""
) -> Outcomes:
    """Reads, validates and stores; the outcomes are in the order of the files given."""
    if replace and not reason.strip():
        raise TrackerError("reason_required")
    store = SESSION.store()
    if replace:
        store.acting.said["reason"] = reason.strip()
    outcomes = Outcomes(store, stored=True)
    _take_in(outcomes, paths, received, workers, cluster)
    if replace:
        from tracker.cli.replacing import replace as decide

        decide(store, outcomes, reason.strip())
    return outcomes


def check(paths: Sequence[Path], *, workers: int) -> Outcomes:
    """The same, stored nowhere."""
    from tracker.unstored import Unstored

    outcomes = Outcomes(Unstored(), stored=False)
    _take_in(outcomes, paths, None, workers)
    return outcomes


def _take_in(
    outcomes: Outcomes, paths: Sequence[Path], received: date | None, workers: int, cluster: str = ""
) -> None:
    from tracker.cli.progress import watched
    from tracker.cli.store_files import StoreFiles
    from tracker.intake.arrivals import arrivals
    from tracker.intake.parcels import Parcels

    for path in paths:
        if not os.path.lexists(path):
            raise TrackerError("no_such_path", path=str(path))
    own, store = StoreFiles(SESSION.store_place()), outcomes.store
    given = Parcels(one for one in arrivals(paths, _tell_bad_line) if one.place not in own)
    if not len(given):
        raise TrackerError("nothing_to_read", path=", ".join(map(str, paths)))
    store.acting.said["files"] = len(given)
    today = date.today()  # noqa: DTZ011  # the clerk's own calendar day is meant
    held = store.hashes()
    for batch in _batches(watched(_read(given, held, store.sizes(), workers, cluster), len(given))):
        _save(outcomes, [(one, read, received or one.received_on or today) for one, read in batch], held)


def _batches(read: Iterable[tuple[Arrival, Packed]]) -> Iterator[list[tuple[Arrival, Packed]]]:
    """The files in portions that are stored together; one who stops the reading loses none that were read."""
    batch: list[tuple[Arrival, Packed]] = []
    weight = 0
    try:
        for one in read:
            batch.append(one)
            weight += sum(len(filing.records) for filing in one[1].filings)
            if len(batch) >= FILES_AT_ONCE or weight >= RECORDS_AT_ONCE:
                whole, batch, weight = batch, [], 0
                yield whole
    except (KeyboardInterrupt, TrackerError):
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _tell_bad_line(path: Path | str, line: int) -> None:
    from tracker.report.characters import printable

    note(say("listing.bad_received", path=printable(str(path)), line=line))


def _read(
    given: Parcels[Arrival] | list[Arrival], held: Set[str], sizes: Set[int], workers: int, cluster: str
) -> Iterator[tuple[Arrival, Packed]]:
    """Each file read and checked in a child process, so that a hostile one costs only itself, or on a cluster.

    One that is `held` already is not read. An archive gives way to the files in it.
    """
    from functools import partial

    from tracker.intake.arrivals import inside
    from tracker.recognition import given_up, pack, recognise

    named, mine = tee(given)
    files = ((one.place, one.shown) for one in named)
    if cluster:
        answers = _on_cluster(files, held, cluster)
    else:
        from tracker.intake.workers import in_children

        needed = 1 if len(given) <= ONE_BY_ONE else workers
        known = partial(recognise, known=held, sizes=sizes)
        answers = in_children(partial(pack, known=held), files, given_up, workers=needed, recognise=known)
    for one, read in zip(mine, answers, strict=True):
        for name, line in read.bad_lines:
            _tell_bad_line(f"{one.shown}/{name}", line)
        if read.enclosed:
            yield from _read(inside(one, read.enclosed), held, sizes, workers, cluster)
        else:
            yield one, read


def _on_cluster(files: Iterable[Task], held: Set[str], address: str) -> Iterator[Packed]:
    from functools import partial

    from tracker.intake.cluster import on_cluster
    from tracker.understand import carry, given_up, pack

    return on_cluster(pack, files, given_up, address=address, carry=partial(carry, known=held))


def _save(outcomes: Outcomes, batch: Sequence[tuple[Arrival, Packed, date]], held: Hashes) -> None:
    """Stores the new ones of some files, and notes all; `held` are then these, too."""
    to_store: list[tuple[Packed, date]] = []
    copies: list[tuple[Packed, date]] = []
    for one, read, day in batch:
        again = read.sha256 in held
        unread = None if read.sha256 else (read.status, tuple(read.problems))
        if again:
            copies.append((read, day))
        elif read.sha256:
            to_store.append((read, day))
            held.add(read.sha256)
        outcomes.taken.add(Taken(one.place, one.shown, read.sha256, again, unread))
        outcomes.ignored += [] if again else [(one.shown, *cell) for cell in read.ignored]
    if to_store:
        outcomes.store.save_many(to_store)
    if came_before := _come_before(copies, outcomes.store):
        outcomes.store.save_many(came_before)


def _come_before(copies: Sequence[tuple[Packed, date]], store: Store | Unstored) -> list[tuple[Packed, date]]:
    """Those of known content that came on an earlier day than is known: which copy was read first must not matter.

    Each with the status that its content has: the name of a quarantined one is not kept.
    """
    today = date.today()  # noqa: DTZ011  # what has no day of its own cannot have come before
    dated = [(read, day) for read, day in copies if day < today]
    known = store.known(read.sha256 for read, _ in dated) if dated else {}
    return [
        (dataclasses.replace(read, status=known[read.sha256].status), day)
        for read, day in dated
        if day < known[read.sha256].first_received
    ]


# --- what is printed --------------------------------------------------------------------------------------------


def print_json(outcomes: Outcomes) -> None:
    """The check report, as `schemas/check-report.json` says, written file by file."""
    from tracker import __version__

    statuses: Counter[str] = Counter()
    severities: Counter[str] = Counter()
    out(f'{{\n "tool": {_inset({"name": "tracker", "version": __version__}, 1)},\n "files": [', end="")
    for number, one in enumerate(outcomes):
        statuses[one.status.value] += 1
        severities.update(it.severity.value for it in one.problems)
        out(f"{',' if number else ''}\n  {_inset(_file(one), 2)}", end="")
    summary = {
        "files": len(outcomes),
        **{status.value: statuses[status.value] for status in Status},
        "problems": {name: severities[name] for name in ("error", "warning", "info")},
    }
    out(f'{chr(10) + " " if len(outcomes) else ""}],\n "summary": {_inset(summary, 1)}\n}}')


def _inset(value: object, depth: int) -> str:
    """The JSON of a value that stands so deep in another."""
    return json_text(value).replace("\n", "\n" + " " * depth)


def _file(outcome: Outcome) -> dict[str, Any]:
    return {
        "path": outcome.path,
        "sha256": outcome.sha256 or None,
        "status": outcome.status.value,
        "returns": outcome.returns,
        "problems": [_plain(one) for one in outcome.problems],
    }


PRIVATE = frozenset({"personal_data", "personal_data_sheet"})


def _plain(one: Problem) -> dict[str, Any]:
    from tracker.messages import fix, message

    said: dict[str, Any] = {
        "code": one.code,
        "severity": one.severity.value,
        "scope": one.scope.value,
        "form": one.form or None,
        "sheet": one.sheet or None,
        "cell": one.cell or None,
        "field": one.field or None,
    }
    if one.code not in PRIVATE:
        said["found"] = one.found
    if one.waiver:
        said["waiver"] = one.waiver
    return {**said, "message": message(one), "fix": fix(one)}


# --- the commands -----------------------------------------------------------------------------------------------


class CheckFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    JUNIT = "junit"


class IngestFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


Paths = Annotated[list[Path], typer.Argument(help=say("cli.help_paths"))]
Workers = Annotated[int, typer.Option(help=say("cli.help_workers"), min=0)]


def ingest_command(
    paths: Paths,
    received: Annotated[str | None, typer.Option(help=say("cli.help_received"))] = None,
    workers: Workers = 0,
    cluster: Annotated[str, typer.Option(help=say("cli.help_cluster"), metavar="ADDRESS")] = "",
    format: Annotated[IngestFormat, typer.Option(help=say("cli.help_format"))] = IngestFormat.TEXT,
    returned: Annotated[Path | None, typer.Option(help=say("cli.help_returned"))] = None,
    replace: Annotated[bool, typer.Option("--replace", help=say("cli.help_replace"))] = False,
    reason: Annotated[str, typer.Option(help=say("cli.help_reason"))] = "",
) -> None:
    day = day_of(received)
    if returned is not None:
        from tracker.marked.folders import refuse_inside

        refuse_inside(returned, paths)
    outcomes = ingest(paths, received=day, workers=_workers(workers), replace=replace, reason=reason, cluster=cluster)
    _print(outcomes, format.value, stored=True, returned=str(returned or ""))
    if returned is not None:
        note(_give_back(outcomes, returned, _workers(workers)))
    raise typer.Exit(Exit.DATA if outcomes.faulty else Exit.GOOD)


def check_command(
    paths: Paths,
    workers: Workers = 0,
    format: Annotated[CheckFormat, typer.Option(help=say("cli.help_format"))] = CheckFormat.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help=say("cli.help_strict"))] = False,
) -> None:
    outcomes = check(paths, workers=_workers(workers))
    _print(outcomes, format.value, stored=False)
    raise typer.Exit(Exit.DATA if outcomes.faulty or (strict and outcomes.warned) else Exit.GOOD)


def register(app: typer.Typer) -> None:
    """Adds `ingest` and `check` to the command line."""
    app.command("ingest", help=say("cli.help_ingest"))(ingest_command)
    app.command("check", help=say("cli.help_check"))(check_command)


def _workers(asked: int) -> int:
    return asked or min(os.cpu_count() or 1, 4)


def _give_back(outcomes: Iterable[Outcome], folder: Path, workers: int) -> str:
    """Writes what goes back to the units, and says how much that was."""
    from tracker.marked.folders import GoingBack, give_back, open_problems
    from tracker.place import load

    files = [
        GoingBack(one.place, one.path, one.status, one.returns, problems, one.next_revision, one.sha256)
        for one in outcomes
        if (problems := open_problems(one.problems))
    ]
    if not files:
        return say("marked.nothing", folder=str(folder))
    written = give_back(files, folder, load(), workers=workers)
    counts = {name: str(getattr(written, name)) for name in ("copies", "notes", "lists")}
    return say("marked.written", folder=str(folder), **counts)


def _print(outcomes: Outcomes, shape: str, *, stored: bool, returned: str = "") -> None:
    from tracker.report import problems as shapes

    for path, cell, why in outcomes.ignored:
        note(say(f"marked.ignored_{why}", path=path, cell=cell))
    match shape:
        case "json":
            print_json(outcomes)
        case "github":
            out(shapes.github(outcomes))
        case "junit":
            out(shapes.junit(list(outcomes)))
        case _:
            shapes.print_text(outcomes, screen(), stored=stored, returned=returned)
