"""Stores that cannot be used: exit status 3, one clear sentence, and not a byte of them changed."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import run
from returns_made import (
    YES,
    Lines,
    documents,
    whole_year,
    write_book,
)

HERE, THERE = "00271", "00256"
YEAR = whole_year(2018)
FULL: Lines = {
    **YES,
    "0201": 9000,
    "0202": 6000,
    "0211": 4000,
    "0213": 900,
    "0214": 100,
    "0215": 5000,
    "0217": "A",
}
ON = ("--received", "2018-11-20")


def refused(db: Path, word: dict[str, str]) -> None:
    """Exit status 3, one sentence in the reader's language, no traceback, and not a byte changed."""
    before = {path.name: path.read_bytes() for path in db.parent.glob(f"{db.name}*")}
    for lang, expected in word.items():
        for command in (("ingest", db.parent / "a.xlsx"), ("report", "--year", 2018)):
            done = run("--lang", lang, "--db", db, *command)
            assert (done.status, done.out) == (3, ""), done
            assert expected in done.err
            assert "Traceback" not in done.err
    after = {path.name: path.read_bytes() for path in db.parent.glob(f"{db.name}*")}
    assert after[db.name] == before[db.name]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A store with one return, closed and whole."""
    db = tmp_path / "s.db"
    run("--db", db, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018)), *ON)
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db


def test_a_store_of_a_newer_version_is_refused(stored: Path) -> None:
    """What a newer tool wrote is not guessed at."""
    with closing(sqlite3.connect(stored)) as connection:
        connection.execute("INSERT INTO store VALUES (99, '9.9')")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    refused(stored, {"vi": "mới hơn", "en": "newer"})


def test_a_damaged_store_is_refused(stored: Path) -> None:
    """Half of its bytes are noise."""
    whole = stored.read_bytes()
    stored.write_bytes(whole[:100] + b"\xa5" * (len(whole) - 100))
    refused(stored, {"vi": "hỏng", "en": "damaged"})


def test_a_file_that_is_no_database_is_refused(stored: Path) -> None:
    """A spreadsheet given as the store by mistake is not overwritten."""
    stored.write_bytes((stored.parent / "a.xlsx").read_bytes())
    refused(stored, {"vi": "hỏng", "en": "damaged"})


def test_the_database_of_another_program_is_refused(stored: Path) -> None:
    """Its tables are not joined by ours, and its journal stays as it was."""
    stored.unlink()
    with closing(sqlite3.connect(stored)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        connection.commit()
    refused(stored, {"vi": "hỏng", "en": "damaged"})


def test_a_folder_that_is_not_there_is_an_environment_that_failed(tmp_path: Path) -> None:
    """Exit status 3 and nothing is made."""
    path = write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018))
    done = run("--db", tmp_path / "gone" / "s.db", "ingest", path)
    assert done.status == 3
    assert done.err.strip()
    assert not (tmp_path / "gone").exists()


def _as_somebody(db: str, path: str, answer: Any) -> None:
    """Runs `ingest` as a user whom the folder's mode binds; root is bound by none."""
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    done = run("--db", db, "ingest", path)
    answer.put((int(done.status), done.out, done.err))


@pytest.mark.skipif(os.name != "posix", reason="file modes bind nobody on this system")
def test_a_folder_that_may_not_be_written_is_said_and_left_alone(stored: Path) -> None:
    """Exit status 3 with a sentence; the store is as it was."""
    run("--db", stored, "ingest", stored.parent / "a.xlsx")  # the child has no right to load modules any more
    before = stored.read_bytes()
    for parent in (stored.parent, *stored.parent.parents[:2]):
        parent.chmod(0o755)
    for path in stored.parent.glob("s.db*"):
        path.chmod(0o444)
    stored.parent.chmod(0o555)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_as_somebody, args=(str(stored), str(stored.parent / "a.xlsx"), answer))
    child.start()
    status, out, err = answer.get(timeout=60)
    child.join(60)
    stored.parent.chmod(0o755)
    assert (status, out) == (3, "")
    assert err.strip()
    assert "Traceback" not in err
    assert stored.read_bytes() == before
