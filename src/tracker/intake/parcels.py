"""What is noted of very many files, kept small: whatever comes in order, by the parcel, and the hashes of files.

A file costs its hash and a few bytes more, so that a nation's files need hardly more memory than a province's.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Set
from typing import Generic, TypeVar

Item = TypeVar("Item")

PARCEL = 200  # items packed together: each look at one opens them all
_FAST = 1  # the level of compression; paths are much alike
_DIGEST = 32  # bytes of a SHA-256
_SHELVES = 256  # few and long: small things that stay, among many that go, keep memory from being used again


class Parcels(Generic[Item]):
    """Items in the order in which they were added, at most one parcel of them unpacked for each who goes through."""

    __slots__ = ("_ends", "_open", "_packed")

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._packed = bytearray()  # one parcel behind the other
        self._ends: list[int] = []
        self._open: list[Item] = []
        for item in items:
            self.add(item)

    def add(self, item: Item) -> None:
        self._open.append(item)
        if len(self._open) >= PARCEL:
            self._packed += zlib.compress(pickle.dumps(self._open, pickle.HIGHEST_PROTOCOL), _FAST)
            self._ends.append(len(self._packed))
            self._open = []

    def __len__(self) -> int:
        return PARCEL * len(self._ends) + len(self._open)

    def __iter__(self) -> Iterator[Item]:
        start = 0
        for end in self._ends:
            yield from pickle.loads(zlib.decompress(self._packed[start:end]))  # packed above, by this process
            start = end
        yield from self._open


class Hashes(Set[str]):
    """SHA-256 hashes as hexadecimal text, kept as their bytes on shelves by how they begin."""

    __slots__ = ("_shelves",)

    def __init__(self, hashes: Iterable[str] = ()) -> None:
        self._shelves = [bytearray() for _ in range(_SHELVES)]
        for one in hashes:
            self.add(one)

    def add(self, sha256: str) -> None:
        if sha256 not in self:
            self._shelves[_shelf(sha256)] += bytes.fromhex(sha256)

    def __contains__(self, sha256: object) -> bool:
        if not isinstance(sha256, str) or len(sha256) != 2 * _DIGEST:
            return False
        shelf, digest = self._shelves[_shelf(sha256)], bytes.fromhex(sha256)
        at = shelf.find(digest)
        while at % _DIGEST and at > 0:  # found across two that stand side by side
            at = shelf.find(digest, at + 1)
        return at >= 0

    def __len__(self) -> int:
        return sum(map(len, self._shelves)) // _DIGEST

    def __iter__(self) -> Iterator[str]:
        for shelf in self._shelves:
            for at in range(0, len(shelf), _DIGEST):
                yield shelf[at : at + _DIGEST].hex()


def _shelf(sha256: str) -> int:
    return int(sha256[:2], 16)
