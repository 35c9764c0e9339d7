"""One file from its path to everything that can be said of it alone: pure, picklable, the same in any process."""

from __future__ import annotations

from collections.abc import Set

from tracker.intake.archive import listed
from tracker.intake.content import Carried, Place
from tracker.intake.grid import Unreadable
from tracker.intake.guard import FILE_LIMIT, MIB
from tracker.intake.kind import Kind, kind_of
from tracker.intake.read import read_bytes
from tracker.parse import looks_right, parse
from tracker.place import load
from tracker.problems import problem
from tracker.recognition import carried_from, is_known
from tracker.returns import Packed, Received, Status
from tracker.store_rows import packed


def understand(place: Place | Carried, shown: str, *, known: Set[str] = frozenset()) -> Received:
    """Reads and checks a file; `shown` is the name that messages use. Never raises for what the file holds.

    A file whose hash is `known` is not read again: what was said of it stands in the store. A zip of files is only
    listed: each of them is read on its own, as `enclosed` says.
    """
    received = Received(shown)
    try:
        carried = place if isinstance(place, Carried) else carried_from(place)
        if is_known(received, carried, known):
            return received
        kind = kind_of(carried.data) if len(carried.data) <= FILE_LIMIT else None
        if carried.on_disk and kind is Kind.ZIP:
            received.enclosed = listed(carried.data, lambda *line: received.bad_lines.append(line))
            return received
        book = read_bytes(carried.data, carried.name, score=looks_right, kind=kind)
    except Unreadable as cause:
        return _unreadable(received, cause)
    return parse(book, received, load())


def pack(place: Place | Carried, shown: str, *, known: Set[str] = frozenset()) -> Packed:
    """The same in the rows that are stored of it, which travel cheaply to whoever asked."""
    return packed(understand(place, shown, known=known))


def carry(place: Place, shown: str, *, known: Set[str] = frozenset()) -> Carried | Packed:
    """The bytes of a file, for a machine without our disk; at once the answer for one that is known or unreadable."""
    received = Received(shown)
    try:
        carried = carried_from(place)
    except Unreadable as cause:
        return packed(_unreadable(received, cause))
    return packed(received) if is_known(received, carried, known) else carried


def _unreadable(received: Received, cause: Unreadable) -> Received:
    received.problems.append(problem(cause.code, **_facts(cause)))  # type: ignore[arg-type]  # only words
    received.status = Status.UNREADABLE
    return received


def give_up(shown: str, why: str) -> Received:
    """What to say of a file that killed, hung or swelled the process that read it."""
    return Received(shown, status=Status.UNREADABLE, problems=[problem("unreadable_file", why=why)])


def given_up(shown: str, why: str) -> Packed:
    """The same, packed."""
    return packed(give_up(shown, why))


def _facts(cause: Unreadable) -> dict[str, str]:
    facts = cause.facts
    why = facts.get("reason") or facts.get("kind") or facts.get("of") or ""
    limit = {"limit": _limit(int(facts["limit"]))} if "limit" in facts else {}
    return {**facts, **limit, "why": why.replace(" ", "_")}


def _limit(limit: int) -> str:
    """A limit as people say it: "64 MB"; "2 000 000" of what is counted."""
    return f"{limit // MIB} MB" if limit >= MIB and limit % MIB == 0 else f"{limit:,}".replace(",", " ")
