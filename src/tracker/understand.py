"""One file from its path to everything that can be said of it alone: pure, picklable, the same in any process."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tracker.intake.grid import Unreadable
from tracker.intake.read import content_of, read_bytes
from tracker.parse import looks_right, parse
from tracker.place import load
from tracker.problems import problem
from tracker.returns import Received, Status


def understand(path: Path, shown: str, *, known: frozenset[str] = frozenset()) -> Received:
    """Reads and checks a file; `shown` is the name that messages use. Never raises for what the file holds.

    A file whose hash is `known` is not read again: what was said of it stands in the store.
    """
    received = Received(shown)
    try:
        data = content_of(path)
        received.sha256, received.size = hashlib.sha256(data).hexdigest(), len(data)
        if received.sha256 in known:
            received.known = True
            return received
        book = read_bytes(data, path.name, score=looks_right)
    except Unreadable as cause:
        received.problems.append(problem(cause.code, **_facts(cause)))  # type: ignore[arg-type]  # only words
        received.status = Status.UNREADABLE
        return received
    return parse(book, received, load())


def give_up(shown: str, why: str) -> Received:
    """What to say of a file that killed, hung or swelled the process that read it."""
    return Received(shown, status=Status.UNREADABLE, problems=[problem("unreadable_file", why=why)])


def _facts(cause: Unreadable) -> dict[str, str]:
    why = cause.facts.get("reason") or cause.facts.get("kind") or ""
    return {**cause.facts, "why": why.replace(" ", "_")}
