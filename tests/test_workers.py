"""Children that read files: one that aborts, hangs or swells costs its own file and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tracker.intake.workers import in_children


def read(path: Path, shown: str) -> str:
    """What a reader of files may do, good and bad; the name of the file says which."""
    match path.name:
        case "aborts":
            os.abort()
        case "hangs":
            while True:
                time.monotonic()
        case "swells":
            return str(len(bytearray(1 << 40)))
        case "loops":
            return read(path, shown)
        case "raises":
            raise ValueError(shown)
    return f"read {shown}"


def give_up(shown: str, why: str) -> str:
    return f"{shown}: {why}"


def answers(names: Sequence[str], workers: int, seconds: float = 20.0) -> list[str]:
    files = [(Path(name), name) for name in names]
    return list(in_children(read, files, give_up, workers=workers, seconds=seconds))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_answers_come_in_the_order_of_the_files(workers: int) -> None:
    """However many children there are."""
    names = [f"file {number}" for number in range(150)]
    assert answers(names, workers) == [f"read {name}" for name in names]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("aborts", "crashed"),
        ("raises", "crashed"),
        ("swells", "too_much_memory"),
        ("loops", "malformed"),
    ],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_ends_its_reader_costs_itself(bad: str, why: str, workers: int) -> None:
    """Its neighbours before and after are read."""
    assert answers(["a", bad, "b", "c"], workers) == ["read a", f"{bad}: {why}", "read b", "read c"]


def test_a_file_that_hangs_is_given_up_in_time() -> None:
    """After the limit, and once: a second try would hang as long again."""
    begun = time.monotonic()
    assert answers(["a", "hangs", "b"], 2, seconds=1.0) == ["read a", "hangs: too_slow", "read b"]
    assert time.monotonic() - begun < 15


def test_many_bad_files_leave_every_good_one() -> None:
    """A run over a folder full of them ends, with an answer for each file."""
    names = ["aborts" if number % 5 == 0 else f"good {number}" for number in range(40)]
    found = answers(names, 2)
    assert [answer for answer in found if answer.startswith("read")] == [f"read {n}" for n in names if n != "aborts"]
    assert len(found) == len(names)


def test_no_files_need_no_child() -> None:
    assert answers([], 2) == []
