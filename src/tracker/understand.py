"""One file from its path to everything that can be said of it alone: pure, picklable, the same in any process."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tracker.intake.archive import listed
from tracker.intake.content import Place, content_of
from tracker.intake.grid import Unreadable
from tracker.intake.guard import FILE_LIMIT, MIB
from tracker.intake.kind import Kind, kind_of
from tracker.intake.read import read_bytes
from tracker.parse import looks_right, parse
from tracker.place import load
from tracker.problems import problem
from tracker.returns import Received, Status


def understand(place: Place, shown: str, *, known: frozenset[str] = frozenset()) -> Received:
    """Reads and checks a file; `shown` is the name that messages use. Never raises for what the file holds.

    A file whose hash is `known` is not read again: what was said of it stands in the store. A zip of files is only
    listed: each of them is read on its own, as `enclosed` says.
    """
    received = Received(shown)
    try:
        data = content_of(place)
        received.sha256, received.size = hashlib.sha256(data).hexdigest(), len(data)
        if received.sha256 in known:
            received.known = True
            return received
        if isinstance(place, Path) and len(data) <= FILE_LIMIT and kind_of(data) is Kind.ZIP:
            received.enclosed = listed(data)
            return received
        book = read_bytes(data, place.name, score=looks_right)
    except Unreadable as cause:
        received.problems.append(problem(cause.code, **_facts(cause)))  # type: ignore[arg-type]  # only words
        received.status = Status.UNREADABLE
        return received
    return parse(book, received, load())


def give_up(shown: str, why: str) -> Received:
    """What to say of a file that killed, hung or swelled the process that read it."""
    return Received(shown, status=Status.UNREADABLE, problems=[problem("unreadable_file", why=why)])


def _facts(cause: Unreadable) -> dict[str, str]:
    facts = cause.facts
    why = facts.get("reason") or facts.get("kind") or facts.get("of") or ""
    limit = {"limit": _limit(int(facts["limit"]))} if "limit" in facts else {}
    return {**facts, **limit, "why": why.replace(" ", "_")}


def _limit(limit: int) -> str:
    """A limit as people say it: "64 MB"; "2 000 000" of what is counted."""
    return f"{limit // MIB} MB" if limit >= MIB and limit % MIB == 0 else f"{limit:,}".replace(",", " ")
