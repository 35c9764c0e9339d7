"""Files that the store holds already, known by their hash without being read. Nothing here looks at what bytes are.

Whatever reads is imported with the first file that must be read: a folder in which nothing is new needs none of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Set

from tracker.intake.content import Carried, Member, Place, content_of, name_of
from tracker.intake.grid import Unreadable
from tracker.intake.guard import MIB
from tracker.returns import Packed, Received
from tracker.store_rows import packed

SMALL = 4 * MIB  # what is hashed without a process of its own


def recognise(place: Place, shown: str, *, known: Set[str], sizes: Set[int]) -> Packed | None:
    """The answer for a file that is known by its hash; None for one that must be read, and for members of archives.

    Safe in any process, since nobody looks at what the bytes are. One whose size is not among those of the known
    files is not opened.
    """
    found = _recognised(place, shown, known, sizes)
    if found is None:
        import pydantic_core.core_schema  # noqa: F401  # before children are forked, which share what reads

        import tracker.understand  # noqa: F401
    return found


def pack(place: Place, shown: str, *, known: Set[str]) -> Packed:
    """As `understand.pack` does."""
    from tracker import understand

    return understand.pack(place, shown, known=known)


def given_up(shown: str, why: str) -> Packed:
    """As `understand.given_up` does."""
    from tracker import understand

    return understand.given_up(shown, why)


def _recognised(place: Place, shown: str, known: Set[str], sizes: Set[int]) -> Packed | None:
    try:
        if isinstance(place, Member) or not _may_be_known(os.lstat(place).st_size, sizes):
            return None
        carried = carried_from(place)
    except (OSError, ValueError, Unreadable):
        return None  # whoever reads it says why it cannot be read
    received = Received(shown)
    return packed(received) if is_known(received, carried, known) else None


def _may_be_known(size: int, sizes: Set[int]) -> bool:
    return size <= SMALL and size in sizes


def carried_from(place: Place) -> Carried:
    """A file read from its place. Raises Unreadable."""
    return Carried(name_of(place), content_of(place), on_disk=not isinstance(place, Member))


def is_known(received: Received, carried: Carried, known: Set[str]) -> bool:
    """Whether the file is one of the known; notes its hash and size."""
    received.sha256, received.size = hashlib.sha256(carried.data).hexdigest(), len(carried.data)
    received.known = received.sha256 in known
    return received.known
