"""`tracker ingest` and `tracker check`: the same reading and checking; only the first stores."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.session import SESSION, Exit, console, day_of, json_text, note, out
from tracker.messages import say
from tracker.period import Period
from tracker.problems import Problem, TrackerError, cell_order, problem
from tracker.returns import Status

if TYPE_CHECKING:
    from tracker.crosschecks import Told
    from tracker.intake.arrivals import Arrival
    from tracker.intake.content import Place
    from tracker.place import Places
    from tracker.plan import Plan
    from tracker.returns import Packed
    from tracker.store import Store
    from tracker.store_rows import Known
    from tracker.unstored import Unstored
    from tracker.versions import Version

ONE_BY_ONE = 24  # up to so many files one process is as quick as several
FINISHED_AT_ONCE = 1000  # files whose versions are held in memory together
FILES_AT_ONCE, RECORDS_AT_ONCE = 50, 3000  # stored in one transaction: a whole one costs as much as reading a file


@dataclass(slots=True)
class Outcome:
    """One file given, as it is reported: its own problems and those that other returns give it.

    `ignored` are cells of reasons that were not taken, and why; `next_revision` is the one that a correction of the
    file needs (see `folders.GoingBack`).
    """

    path: str
    sha256: str
    status: Status
    returns: list[dict[str, Any]]
    place: Place
    problems: list[Problem] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    next_revision: int | None = None


def ingest(
    paths: Sequence[Path], *, received: date | None, workers: int, replace: bool, reason: str, cluster: str = ""
) -> tuple[list[Outcome], Exit]:
    """Reads, validates and stores; the outcomes are in the order of the files given."""
    if replace and not reason.strip():
        raise TrackerError("reason_required")
    store = SESSION.store()
    if replace:
        store.acting.said["reason"] = reason.strip()
    outcomes = _take_in(store, paths, received, workers, cluster)
    if replace:
        _replace(store, outcomes, reason)
    return _finish(store, outcomes, with_dates=True)


def check(paths: Sequence[Path], *, workers: int, strict: bool) -> tuple[list[Outcome], Exit]:
    """The same, stored nowhere; `strict` lets warnings fail, too."""
    from tracker.unstored import Unstored

    outcomes, status = _finish(store := Unstored(), _take_in(store, paths, None, workers), with_dates=False)
    problems = (one for outcome in outcomes for one in outcome.problems)
    warned = any(one.severity.value == "warning" and not one.waiver for one in problems)
    return outcomes, Exit.DATA if strict and warned else status


def _take_in(
    store: Store | Unstored, paths: Sequence[Path], received: date | None, workers: int, cluster: str = ""
) -> list[Outcome]:
    from tracker.cli.progress import watched
    from tracker.intake.arrivals import arrivals

    for path in paths:
        if not os.path.lexists(path):
            raise TrackerError("no_such_path", path=str(path))
    own = files_of_store()
    given = [one for one in arrivals(paths, _tell_bad_line) if one.shown not in own]
    if not given:
        raise TrackerError("nothing_to_read", path=", ".join(map(str, paths)))
    store.acting.said["files"] = len(given)
    today = date.today()  # noqa: DTZ011  # the clerk's own calendar day is meant
    held = set(store.hashes())
    outcomes: list[Outcome] = []
    for batch in _batches(watched(_read(given, held, store.sizes(), workers, cluster), len(given))):
        outcomes += _save(store, [(one, read, received or one.received_on or today) for one, read in batch], held)
    return outcomes


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


def _tell_bad_line(path: Path, line: int) -> None:
    note(say("listing.bad_received", path=path, line=line))


def files_of_store() -> set[str]:
    """The store and its copies, should they lie in the folder that is read: no returns, whatever their neighbours."""
    from glob import escape

    place = SESSION.store_place()
    here = Path(place)
    names = {f"{place}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")}
    names |= {str(copy) for copy in here.parent.glob(f"{escape(here.stem)}.version-*{escape(here.suffix)}")}
    return names | {Path(name).as_posix() for name in names}


def _read(
    given: list[Arrival], held: Set[str], sizes: Set[int], workers: int, cluster: str
) -> Iterator[tuple[Arrival, Packed]]:
    """Each file read and checked in a child process, so that a hostile one costs only itself, or on a cluster.

    One that is `held` already is not read. An archive gives way to the files in it.
    """
    from functools import partial

    from tracker.intake.arrivals import inside
    from tracker.intake.cluster import on_cluster
    from tracker.intake.workers import in_children
    from tracker.understand import carry, given_up, pack, recognise

    files = [(one.place, one.shown) for one in given]
    if cluster:
        answers = on_cluster(pack, files, given_up, address=cluster, carry=partial(carry, known=held))
    else:
        needed = 1 if len(given) <= ONE_BY_ONE else workers
        known = partial(recognise, known=held, sizes=sizes)
        answers = in_children(partial(pack, known=held), files, given_up, workers=needed, recognise=known)
    for one, read in zip(given, answers, strict=True):
        if read.enclosed:
            yield from _read(inside(one, read.enclosed), held, sizes, workers, cluster)
        else:
            yield one, read


def _save(
    store: Store | Unstored, batch: Sequence[tuple[Arrival, Packed, date]], held: set[str]
) -> Iterator[Outcome]:
    """Stores the new ones of some files, and says of all what they are; `held` are then these, too."""
    new: dict[int, tuple[Packed, date]] = {}
    for number, (_, read, day) in enumerate(batch):
        if read.sha256 not in held:
            new[number] = (read, day)
            held |= {read.sha256} - {""}
    if to_store := [(read, day) for read, day in new.values() if read.sha256]:
        store.save_many(to_store)
    before = store.known(read.sha256 for number, (_, read, _) in enumerate(batch) if number not in new)
    for number, (one, read, _) in enumerate(batch):
        yield _taken_in(one, read) if number in new else _seen_before(one, before[read.sha256])


def _taken_in(given: Arrival, one: Packed) -> Outcome:
    return Outcome(one.path, one.sha256, one.status, one.returns, given.place, list(one.problems), list(one.ignored))


def _seen_before(one: Arrival, before: Known) -> Outcome:
    again = problem("identical_file", when=f"{before.first_received:%d/%m/%Y}")
    return Outcome(one.shown, before.sha256, before.status, before.returns, one.place, [*before.problems, again])


def _replace(store: Store, outcomes: Iterable[Outcome], reason: str) -> None:
    """Decides that the files just given count, where another content or a copy stands against them."""
    hashes = {outcome.sha256 for outcome in outcomes}
    filings = store.filings(units={said["unit"] for outcome in outcomes for said in outcome.returns})
    given = [one.id for one in filings if one.sha256 in hashes and one.fate.value in ("conflicting", "copied")]
    store.decide(given, "replace", reason.strip())


def _finish(store: Store | Unstored, outcomes: list[Outcome], *, with_dates: bool) -> tuple[list[Outcome], Exit]:
    """Adds what the returns say of each other, and settles every status."""
    from tracker.place import load
    from tracker.plans import load as load_plan
    from tracker.plans import shipped

    plans = [load_plan(name) for name in shipped()]
    places = load()
    with store.snapshot():
        for start in range(0, len(outcomes), FINISHED_AT_ONCE):
            _cross(store, outcomes[start : start + FINISHED_AT_ONCE], places, plans, with_dates=with_dates)
    store.close()
    bad = any(outcome.status is not Status.ACCEPTED for outcome in outcomes)
    return outcomes, Exit.DATA if bad else Exit.GOOD


def _cross(
    store: Store | Unstored, outcomes: Sequence[Outcome], places: Places, plans: Sequence[Plan], *, with_dates: bool
) -> None:
    """Adds to some files what the returns of all say of theirs."""
    from tracker.crosschecks import Cross, neighbours
    from tracker.waivers import answered

    given = [said for outcome in outcomes for said in outcome.returns]
    versions = store.filings(units=neighbours(((said["unit"], _period(said)) for said in given), places))
    names = store.names({one.sha256 for one in versions})
    cross = Cross(versions, names, store, places, plans)
    found = cross.problems((outcome.sha256 for outcome in outcomes), with_dates=with_dates)
    waivers = store.waivers({said["unit"] for said in given})
    fates: dict[str, list[Version]] = {}
    for one in versions:
        fates.setdefault(one.sha256, []).append(one)
    highest = _highest_revisions(versions)
    for outcome in outcomes:
        filings = fates.get(outcome.sha256, [])
        told = _without_second_errors(outcome.problems, found.get(outcome.sha256, []))
        problems = sorted_by_place([*outcome.problems, *(one for _, one in told)])
        outcome.problems = answered(problems, filings, waivers) if waivers else problems
        outcome.next_revision = _next_revision(filings, highest)
        _settle(outcome, filings, told)


def _period(said: Mapping[str, Any]) -> Period | None:
    """The period of a return as its summary says it."""
    days = (said["period_from"], said["period_to"])
    return Period(*map(date.fromisoformat, days)) if all(days) else None


def _highest_revisions(versions: Iterable[Version]) -> dict[tuple[Any, ...], int]:
    """By return: the highest revision of which any form was accepted."""
    highest: dict[tuple[Any, ...], int] = {}
    for one in versions:
        if one.status == "accepted":
            key = _key(one)[:-1]
            highest[key] = max(highest.get(key, 0), one.revision)
    return highest


def _next_revision(filings: Sequence[Version], highest: Mapping[tuple[Any, ...], int]) -> int | None:
    """What a correction of a file must say: None where nothing of it counts yet, 0 where it holds several returns."""
    keys = {_key(one)[:-1] for one in filings}
    if not keys & highest.keys():
        return None
    return highest[next(iter(keys))] + 1 if len(keys) == 1 else 0


def _without_second_errors(own: Sequence[Problem], told: Sequence[Told]) -> list[Told]:
    """What other returns say of this file, less errors at cells that have one of their own."""
    faulty = {(one.sheet, one.cell) for one in own if one.is_error and one.cell}
    return [(filing, one) for filing, one in told if not (one.is_error and (one.sheet, one.cell) in faulty)]


def _settle(outcome: Outcome, filings: Sequence[Version], told: Sequence[Told]) -> None:
    """A file all of whose forms lost their standing to another is rejected; one of several makes it partial."""
    if outcome.status not in (Status.ACCEPTED, Status.PARTIAL):
        return
    lost = [one for one in filings if one.fate.value in ("conflicting", "copied")]
    standing = [one for one in filings if one.status == "accepted"]
    if lost and len(lost) == len(standing):
        outcome.status = Status.REJECTED
    elif any(one.is_error for one in outcome.problems):
        outcome.status = Status.PARTIAL
    faulty = {_key(filing) for filing, one in told if one.is_error}
    for said in outcome.returns:
        key = tuple(said[name] for name in ("unit", "agency", "outlet", "period_from", "period_to", "revision"))
        if key in faulty and said["status"] != "rejected":
            forms = {one.form for one in lost if _key(one) == key}
            said["status"] = "rejected" if forms >= set(said["forms"]) else "partial"


def _key(one: Version) -> tuple[Any, ...]:
    days = (day.isoformat() if day else None for day in (one.period_from, one.period_to))
    return (one.unit, one.agency, one.outlet, *days, one.revision)


def sorted_by_place(problems: Iterable[Problem]) -> list[Problem]:
    """Gravest first, then in the order of sheets and cells, as a person goes through a form."""
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(problems, key=lambda one: (order[one.severity.value], one.form, one.sheet, cell_order(one.cell)))


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The check report, as `schemas/check-report.json` says."""
    from tracker import __version__

    statuses = [outcome.status.value for outcome in outcomes]
    severities = [one.severity.value for outcome in outcomes for one in outcome.problems]
    return {
        "tool": {"name": "tracker", "version": __version__},
        "files": [
            {
                "path": outcome.path,
                "sha256": outcome.sha256 or None,
                "status": outcome.status.value,
                "returns": outcome.returns,
                "problems": [_plain(one) for one in outcome.problems],
            }
            for outcome in outcomes
        ],
        "summary": {
            "files": len(outcomes),
            **{status.value: statuses.count(status.value) for status in Status},
            "problems": {name: severities.count(name) for name in ("error", "warning", "info")},
        },
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
    outcomes, status = ingest(
        paths, received=day, workers=_workers(workers), replace=replace, reason=reason, cluster=cluster
    )
    _print(outcomes, format.value, stored=True, returned=str(returned or ""))
    if returned is not None:
        note(_give_back(outcomes, returned, _workers(workers)))
    raise typer.Exit(status)


def check_command(
    paths: Paths,
    workers: Workers = 0,
    format: Annotated[CheckFormat, typer.Option(help=say("cli.help_format"))] = CheckFormat.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help=say("cli.help_strict"))] = False,
) -> None:
    outcomes, status = check(paths, workers=_workers(workers), strict=strict)
    _print(outcomes, format.value, stored=False)
    raise typer.Exit(status)


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
        GoingBack(one.place, one.path, one.status, one.returns, problems, one.next_revision)
        for one in outcomes
        if (problems := open_problems(one.problems))
    ]
    if not files:
        return say("marked.nothing", folder=str(folder))
    written = give_back(files, folder, load(), workers=workers)
    counts = {name: str(getattr(written, name)) for name in ("copies", "notes", "lists")}
    return say("marked.written", folder=str(folder), **counts)


def _print(outcomes: Sequence[Outcome], shape: str, *, stored: bool, returned: str = "") -> None:
    from tracker.report import problems as shapes

    for one in outcomes:
        for cell, why in one.ignored:
            note(say(f"marked.ignored_{why}", path=one.path, cell=cell))
    match shape:
        case "json":
            out(json_text(as_json(outcomes)))
        case "github":
            out(shapes.github(outcomes))
        case "junit":
            out(shapes.junit(outcomes))
        case _:
            shapes.print_text(outcomes, console(), stored=stored, returned=returned)
