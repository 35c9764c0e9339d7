"""What becomes of the files of one command, each with what the returns of all say of it.

What was said of a file when it was read stands in the store. Here only its name and hash are kept, and the rest is
read again, portion by portion, when the outcomes are gone through: memory does not grow with the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.intake.parcels import Parcels
from tracker.period import Period
from tracker.problems import Problem, Severity, cell_order, problem
from tracker.returns import Status

if TYPE_CHECKING:
    from tracker.crosschecks import Cross, Told
    from tracker.intake.content import Place
    from tracker.returns import Waiver
    from tracker.store import Store
    from tracker.store_rows import Known
    from tracker.unstored import Unstored
    from tracker.versions import Version

FINISHED_AT_ONCE = 100  # files held in memory together, each with up to a year of returns that bear on it


class Taken(NamedTuple):
    """A file that was taken in: where it is, the name to show, its hash, whether it was there before.

    `unread` says what is wrong with one that could not be read, of which the store has nothing.
    """

    place: Place
    shown: str
    sha256: str
    again: bool = False
    unread: tuple[Status, tuple[Problem, ...]] | None = None


@dataclass(slots=True)
class Outcome:
    """One file given, as it is reported: its own problems and those that other returns give it.

    `next_revision` is the one that a correction of the file needs (see `folders.GoingBack`).
    """

    path: str
    sha256: str
    status: Status
    returns: list[dict[str, Any]]
    place: Place
    problems: list[Problem] = field(default_factory=list)
    next_revision: int | None = None


@dataclass
class Outcomes:
    """The files of one command in the order in which they were given, as they are reported.

    `stored` says that they are in a store, and not only in memory. `ignored` are cells of reasons that were not
    taken, each with its file and why. What is `faulty` or `warned` is known when they have been gone through.
    """

    store: Store | Unstored
    stored: bool
    taken: Parcels[Taken] = field(default_factory=Parcels)
    ignored: list[tuple[str, str, str]] = field(default_factory=list)
    faulty: bool = False
    warned: bool = False

    def __len__(self) -> int:
        return len(self.taken)

    def __iter__(self) -> Iterator[Outcome]:
        from tracker.crosschecks import Cross
        from tracker.place import load
        from tracker.plans import schedules

        cross = Cross((), {}, self.store, load(), schedules())
        with self.store.snapshot():
            for portion in self.portions():
                outcomes = list(_as_stored(portion, self.store))
                _cross(cross, outcomes, self.store, with_dates=self.stored)
                for one in outcomes:
                    self.faulty |= one.status is not Status.ACCEPTED
                    self.warned |= any(it.severity is Severity.WARNING and not it.waiver for it in one.problems)
                    yield one

    def portions(self) -> Iterator[list[Taken]]:
        """Files to go through together: all, where everything is in memory anyway."""
        taken, most = iter(self.taken), FINISHED_AT_ONCE if self.stored else len(self)
        while portion := list(islice(taken, most)):
            yield portion


def _as_stored(portion: Sequence[Taken], store: Store | Unstored) -> Iterator[Outcome]:
    """What was said of each file when it first came."""
    known = store.known(one.sha256 for one in portion if not one.unread)
    for one in portion:
        if one.unread is None:
            yield _of_known(one, known[one.sha256])
        else:
            status, problems = one.unread
            yield Outcome(one.shown, one.sha256, status, [], one.place, list(problems))


def _of_known(one: Taken, known: Known) -> Outcome:
    when = f"{known.first_received:%d/%m/%Y}"
    again = [problem("identical_file", when=when)] if one.again else []
    return Outcome(one.shown, one.sha256, known.status, known.returns, one.place, [*known.problems, *again])


# --- what the returns say of each other -------------------------------------------------------------------------


LOST = ("conflicting", "copied")
"""What became of a version that lost its standing to another."""


def _cross(cross: Cross, outcomes: Sequence[Outcome], store: Store | Unstored, *, with_dates: bool) -> None:
    """Adds to some files what the returns of all say of theirs."""
    from tracker.crosschecks import bearing_on

    hashes = {outcome.sha256 for outcome in outcomes}
    returns = {(said["unit"], period_of(said)) for outcome in outcomes for said in outcome.returns}
    versions = bearing_on(store, hashes, returns, cross.places)
    names = store.names({one.sha256 for one in versions if one.fate.value in LOST})
    found = replace(cross, versions=versions, names=names).problems(hashes, with_dates=with_dates)
    waivers = store.waivers({unit for unit, _ in returns})
    fates: dict[str, list[Version]] = {}
    for one in versions:
        fates.setdefault(one.sha256, []).append(one)
    highest = _highest_revisions(versions)
    for outcome in outcomes:
        filings = fates.get(outcome.sha256, [])
        told = _without_second_errors(outcome.problems, found.get(outcome.sha256, []))
        problems = sorted_by_place([*outcome.problems, *(one for _, one in told)])
        outcome.problems = _answered(problems, filings, waivers) if waivers else problems
        outcome.next_revision = _next_revision(filings, highest)
        _settle(outcome, filings, told)


def _answered(problems: Iterable[Problem], filings: Sequence[Version], waivers: Sequence[Waiver]) -> list[Problem]:
    from tracker.waivers import answered  # which needs the forms: only where a reason was ever given

    return answered(problems, filings, waivers)


def period_of(said: Mapping[str, Any]) -> Period | None:
    """The period of a return as its summary says it."""
    days = (said["period_from"], said["period_to"])
    return Period(*map(date.fromisoformat, days)) if all(days) else None


def _highest_revisions(versions: Iterable[Version]) -> dict[tuple[Any, ...], int]:
    """By return: the highest revision of which any form was accepted."""
    highest: dict[tuple[Any, ...], int] = {}
    for one in versions:
        if one.status == "accepted":
            key = _return_of(one)
            highest[key] = max(highest.get(key, 0), one.revision)
    return highest


def _return_of(one: Version) -> tuple[Any, ...]:
    """The return that a version is of, whichever its form and revision."""
    return (one.unit, one.agency, one.outlet, one.period_from, one.period_to)


def _next_revision(filings: Sequence[Version], highest: Mapping[tuple[Any, ...], int]) -> int | None:
    """What a correction of a file must say: None where nothing of it counts yet, 0 where it holds several returns."""
    keys = {_return_of(one) for one in filings}
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
    lost = [one for one in filings if one.fate.value in LOST]
    standing = [one for one in filings if one.status == "accepted"]
    if lost and len(lost) == len(standing):
        outcome.status = Status.REJECTED
    elif any(one.is_error for one in outcome.problems):
        outcome.status = Status.PARTIAL
    faulty = {_key(filing) for filing, one in told if one.is_error}
    for said in outcome.returns if faulty else ():
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
