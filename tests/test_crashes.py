"""Killed by SIGKILL at any moment and run again, a store ends as one that nobody killed.

TRACKER_KILLS says how many times for each way of killing; a few are enough to notice, hundreds to be sure.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

import killed
from conftest import run
from returns_made import YES, documents, write_book
from servers import Server
from stored import FULL, ON, asking, of_all_kinds, report, said, settled

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")

KILLS = int(os.environ.get("TRACKER_KILLS", "4"))
SEED = int(os.environ.get("TRACKER_SEED", "2018"))
ROW_START = len("('") + 64
"""A row of `said` begins with the hash of its file."""

End = tuple[list[list[str]], list[tuple[str, str, str, str]]]


@dataclass(frozen=True)
class Sent:
    """A folder of returns with conflicts, copies and refused files in it, and one that is decided for afterwards."""

    folder: Path
    chosen: Path

    def ingest(self, where: str) -> list[str]:
        return ["--db", where, "ingest", str(self.folder), *ON, "--workers", "1"]

    def replace(self, where: str) -> list[str]:
        return ["--db", where, "ingest", str(self.chosen), *ON, "--replace", "--reason", "Phường xác nhận"]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder = tmp_path_factory.mktemp("crashes") / "sent"
    files = of_all_kinds(folder)
    write_book(folder / "20.xlsx", documents("99999", FULL, 2018))
    write_book(folder / "21.xlsx", documents("00274", YES, 2018))
    (folder / "22.xlsx").write_bytes((folder / "21.xlsx").read_bytes())  # the same content under another name
    (folder / "23.xlsx").write_bytes(b"no workbook")
    return Sent(folder, files[8])


@pytest.fixture
def where(place: str) -> Callable[[], str]:
    """Places for stores of one engine, a new one each time."""
    server_or_folder = place.rpartition("/")[0]
    numbers = iter(range(10_000))
    if "://" not in place:
        return lambda: f"{server_or_folder}/{next(numbers)}.db"
    return lambda: _fresh(place)


def _fresh(place: str) -> str:
    """Another empty database on the same server."""
    name = f"kho_cut_{time.monotonic_ns()}"
    with asking(place) as connection:
        connection.rollback()
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        outside.exec_driver_sql(f"CREATE DATABASE {name}")
    return f"{place.rpartition('/')[0]}/{name}"


def undisturbed(where: str, sent: Sent) -> End:
    """Takes in and decides, and says how the store ends: its data and what counts; a SQLite file is sound, too."""
    for line in (sent.ingest(where), sent.replace(where)):
        assert run(*line).status in {0, 1}
    if "://" not in where:
        with closing(sqlite3.connect(where)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return said(where), settled(where)


def only_whole_files(part: list[list[str]], whole: list[list[str]]) -> bool:
    """Whether each file that is there is there with every arrival, filing and record that it has at the end."""
    present = {row[:ROW_START] for row in part[0]}
    return all(
        some == [row for row in everything if row[:ROW_START] in present]
        for some, everything in zip(part[:-1], whole[:-1], strict=True)
    )


# Killed at a statement


def killed_at(number: int, line: list[str]) -> tuple[int, int]:
    """Exit status of a command that kills itself at this moment, and how many moments it had if it did not."""
    words = [sys.executable, killed.__file__, str(number), *line]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", timeout=120)
    return done.returncode, 0 if done.returncode < 0 else int(done.stderr.split()[-1])


def test_killed_at_any_statement_and_run_again_it_ends_the_same(where: Callable[[], str], sent: Sent) -> None:
    """Before and after each statement and commit of taking in a folder, tables not yet made included."""
    whole = undisturbed(first := where(), sent)
    status, moments = killed_at(0, sent.ingest(where()))
    assert status == 1
    chance = random.Random(SEED)
    inside = 0
    for number in sorted(chance.sample(range(1, moments + 1), min(KILLS, moments))):
        cut = where()
        assert killed_at(number, sent.ingest(cut))[0] == -signal.SIGKILL
        part = _held(cut)
        assert only_whole_files(part, whole[0]), number
        inside += 0 < len(part[0]) < len(whole[0][0])
        killed_at(chance.randint(1, moments), sent.ingest(cut))  # and perhaps once more
        assert undisturbed(cut, sent) == whole, number
    assert inside
    assert report(cut) == report(first)


def _held(where: str) -> list[list[str]]:
    """What a store holds; nothing where its tables were not made yet."""
    if "://" not in where and not Path(where).exists():
        return [[]] * 5
    with asking(where) as connection:
        if not connection.dialect.has_table(connection, "store"):
            return [[]] * 5
    return said(where)


def test_killed_while_a_decision_is_made_it_ends_the_same(where: Callable[[], str], sent: Sent) -> None:
    """`--replace`: decided once, whether the kill came before, inside or after."""
    whole = undisturbed(where(), sent)
    counted = where()
    run(*sent.ingest(counted))
    moments = killed_at(0, sent.replace(counted))[1]
    for number in sorted(random.Random(SEED).sample(range(1, moments + 1), min(KILLS, moments))):
        cut = where()
        run(*sent.ingest(cut))
        assert killed_at(number, sent.replace(cut))[0] == -signal.SIGKILL
        assert undisturbed(cut, sent) == whole, number


# Killed while bytes are being written


def test_killed_while_the_file_grows_it_ends_the_same(tmp_path: Path, sent: Sent) -> None:
    """From outside, as soon as store and journal have a size drawn by lot: in the middle of what they write."""
    whole = undisturbed(str(tmp_path / "whole.db"), sent)
    line = [sys.executable, killed.__file__, "0", *sent.ingest(str(tmp_path / "size.db"))]
    most = _grown(line, tmp_path / "size.db", limit=1 << 60)
    chance = random.Random(SEED)
    inside = 0
    for number in range(KILLS):
        db = tmp_path / f"{number}.db"
        limit = chance.randrange(1, most)
        _grown([sys.executable, killed.__file__, "0", *sent.ingest(str(db))], db, limit=limit)
        part = _held(str(db))
        assert only_whole_files(part, whole[0]), limit
        inside += 0 < len(part[0]) < len(whole[0][0])
        assert undisturbed(str(db), sent) == whole, limit
    assert inside


def _grown(line: list[str], db: Path, *, limit: int) -> int:
    """Runs a command until the store has this size, kills it, and says how big the store got."""
    seen = 0
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and seen < limit:
            seen = max(seen, sum(_size(db.with_name(db.name + suffix)) for suffix in ("", "-wal", "-journal")))
        process.kill()
        process.wait()
    return seen


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def test_a_kill_between_the_rows_of_a_file_would_be_noticed(tmp_path: Path, sent: Sent) -> None:
    """The comparison above can fail: one record less in a copy of the store is no whole file."""
    db = tmp_path / "s.db"
    whole, _ = undisturbed(str(db), sent)
    assert only_whole_files(whole, whole)
    assert not only_whole_files([*whole[:3], whole[3][1:], whole[4]], whole)


def test_the_moments_of_a_command_are_all_counted(tmp_path: Path, sent: Sent, server: Server) -> None:
    """Statements and commits of both engines: more than one for each table and batch."""
    for place in (str(tmp_path / "s.db"), server.fresh()):
        status, moments = killed_at(0, sent.ingest(place))
        assert (status, moments > 8 * 13) == (1, True)
