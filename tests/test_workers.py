"""Children that read files: one that aborts, hangs or swells costs its own file and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
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
            if path.exists():
                path.write_bytes(path.read_bytes() + b"tried ")
            while True:
                time.monotonic()
        case "slow":
            end = time.monotonic() + 0.5
            while time.monotonic() < end:
                pass
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


def test_a_file_that_hangs_is_given_up_after_one_try(tmp_path: Path) -> None:
    """A second one would hang as long again."""
    hangs = tmp_path / "hangs"
    hangs.touch()
    files = [(tmp_path / "a", "a"), (hangs, "hangs"), (tmp_path / "b", "b")]
    found = list(in_children(read, files, give_up, workers=2, seconds=1.0))
    assert found == ["read a", "hangs: too_slow", "read b"]
    assert hangs.read_bytes() == b"tried "


def test_files_that_wait_behind_a_bad_one_are_read() -> None:
    """They were handed to the child that hangs, and then to the one that dies; nothing is held against them."""
    names = ["hangs", "a", "b", "aborts", "c", "d", "e"]
    expected = ["hangs: too_slow", "read a", "read b", "aborts: crashed", "read c", "read d", "read e"]
    assert answers(names, 1, seconds=1.0) == expected


def test_each_file_has_the_whole_time() -> None:
    """One that waits behind slow ones is not late by what they took."""
    names = ["slow"] * 5
    assert answers(names, 1, seconds=1.5) == ["read slow"] * 5


def test_heavy_files_come_through() -> None:
    """Bytes that no pipe takes at once wait until the child is free; their answers may be as heavy."""
    files = [(bytes(3 << 20), str(number)) for number in range(5)]
    found = list(in_children(doubled, files, lambda shown, why: (shown, why.encode()), workers=2))
    assert [(shown, len(data)) for shown, data in found] == [(str(number), 6 << 20) for number in range(5)]


def doubled(data: bytes, shown: str) -> tuple[str, bytes]:
    return shown, data + data


def test_many_bad_files_leave_every_good_one() -> None:
    """A run over a folder full of them ends, with an answer for each file."""
    names = ["aborts" if number % 5 == 0 else f"good {number}" for number in range(40)]
    found = answers(names, 2)
    assert [answer for answer in found if answer.startswith("read")] == [f"read {n}" for n in names if n != "aborts"]
    assert len(found) == len(names)


@pytest.mark.skipif(sys.platform == "win32", reason="looks for the children in /proc")
def test_children_end_with_their_parent() -> None:
    """A run that is killed leaves no process behind."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import test_workers as t;"
        "print(next(t.in_children(t.tells, [(Path('a'), 'a'), (Path('b'), 'b')], t.give_up, workers=2)), flush=True);"
        "input()"
    )
    folder = str(Path(__file__).parent)
    with subprocess.Popen(
        [sys.executable, "-c", program, folder], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        os.sched_yield()
    assert not Path(f"/proc/{child}").exists()


def tells(path: Path, shown: str) -> str:
    """The child's own number."""
    return str(os.getpid())


def test_no_files_need_no_child() -> None:
    assert answers([], 2) == []
