"""What is kept of the parts that files of one template share: small parts, the latest of them, no errors."""

from __future__ import annotations

import pytest

from tracker.intake.remembered import remembered


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def length(self, part: bytes, other: bytes | None = None) -> int:
        self.done += 1
        if part == b"bad":
            raise ValueError(part)
        return len(part) + len(other or b"")


def test_the_same_small_part_is_worked_on_once() -> None:
    work = Work()
    length = remembered(most=2, longest=10)(work.length)
    assert [length(b"abc"), length(b"abc"), length(b"abc", b"d"), length(b"abc", None)] == [3, 3, 4, 3]
    assert work.done == 3


def test_a_large_part_is_never_kept() -> None:
    work = Work()
    length = remembered(most=2, longest=10)(work.length)
    assert [length(b"abcdef", b"ghijkl"), length(b"abcdef", b"ghijkl")] == [12, 12]
    assert work.done == 2


def test_no_more_parts_are_kept_than_said() -> None:
    work = Work()
    length = remembered(most=2, longest=10)(work.length)
    for part in (b"a", b"b", b"c", b"a"):
        length(part)
    assert work.done == 4


def test_what_was_refused_is_refused_again() -> None:
    length = remembered(most=2, longest=10)(Work().length)
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            length(b"bad")
