"""What is noted of very many files: nothing is lost or out of order, and it stays small."""

from __future__ import annotations

import hashlib
import tracemalloc
from datetime import date
from itertools import islice

from hypothesis import given
from hypothesis import strategies as some

from tracker.intake.arrivals import Arrival
from tracker.intake.parcels import PARCEL, Hashes, Parcels

MANY = 20_000


def hash_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@given(some.integers(0, 3 * PARCEL + 1))
def test_items_come_back_in_their_order(count: int) -> None:
    """However many parcels they fill; two may go through them side by side."""
    kept = Parcels(range(count))
    assert len(kept) == count
    assert list(zip(kept, kept, strict=True)) == [(number, number) for number in range(count)]


def test_items_added_while_others_are_gone_through_are_kept() -> None:
    """As the files of an archive are, while those before it are still being read."""
    kept = Parcels(range(PARCEL + 1))
    first = list(islice(kept, 3))
    kept.add(PARCEL + 1)
    assert first == [0, 1, 2]
    assert list(kept)[-1] == PARCEL + 1


@given(some.lists(some.integers(0, 300)), some.integers(0, 300))
def test_hashes_are_a_set(numbers: list[int], asked: int) -> None:
    """Of the same hashes, each once."""
    kept, plain = Hashes(map(hash_of, numbers)), set(map(hash_of, numbers))
    assert (len(kept), set(kept)) == (len(plain), plain)
    assert (hash_of(asked) in kept) == (hash_of(asked) in plain)


def test_what_stands_across_two_hashes_is_none() -> None:
    """Two side by side on a shelf hold the bytes of others, which nobody added."""
    one, other = "000" + "0" * 60 + "1", "000" + "1" * 61
    kept = Hashes([one, other])
    across = (one + other)[2:66]
    assert across[:3] == "000"
    assert across not in kept
    assert all(found in kept for found in (one, other))
    assert "" not in kept


def test_a_file_costs_two_hundred_bytes_at_most() -> None:
    """Its path and its hash; as plain objects they take a thousand."""
    tracemalloc.start()
    paths = (f"sent/2020/{number // 30:03}/{number:05} - Phường Hàng Bạc.xlsx" for number in range(MANY))
    listed = Parcels(Arrival(path, path, date(2020, 11, 20)) for path in paths)
    held = Hashes(map(hash_of, range(MANY)))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(listed), len(held)) == (MANY, MANY)
    assert size < 200 * MANY
