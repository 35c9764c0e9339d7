"""Stores that cannot be used: exit status 3, one clear sentence and not a byte of them changed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import run
from returns_made import YES, documents, write_book
from stored import FULL, HERE, ON, THERE, asking, many, report, said, tables
from tracker.store_engine import TURN

PAGE = 4096


def contents(db: Path) -> dict[str, bytes]:
    """The bytes of a SQLite store; an empty journal beside it is none."""
    return {path.name: found for path in db.parent.glob(f"{db.name}*") if (found := path.read_bytes())}


def refused(db: Path, words: dict[str, str]) -> None:
    """Exit status 3, one sentence in the reader's language, no traceback, and not a byte changed."""
    before = contents(db)
    for lang, expected in words.items():
        for command in (("ingest", db.parent / "new.xlsx"), ("report", "--year", 2018), ("status", "--year", 2018)):
            done = run("--lang", lang, "--db", db, *command)
            assert (done.status, done.out) == (3, ""), (command, done)
            assert expected in done.err
            assert str(db) in done.err
            assert len(done.err.splitlines()) == 1
    after = contents(db)
    assert after[db.name] == before[db.name]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A store with one return, closed and whole, and a file that it does not have yet."""
    db = tmp_path / "s.db"
    run("--db", db, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018)), *ON)
    write_book(tmp_path / "new.xlsx", documents(THERE, YES, 2018))
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db


# What is not our store, or not any more


def test_a_store_of_a_newer_version_is_refused(stored: Path) -> None:
    """What a newer tool wrote is not guessed at."""
    with closing(sqlite3.connect(stored)) as connection:
        connection.execute("INSERT INTO store VALUES (99, '9.9')")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    refused(stored, {"vi": "mới hơn", "en": "newer"})


def test_a_newer_store_in_another_journal_mode_keeps_that_too(stored: Path) -> None:
    """It is looked at before anything is set up in it."""
    with closing(sqlite3.connect(stored)) as connection:
        connection.execute("INSERT INTO store VALUES (99, '9.9')")
        connection.commit()
        connection.execute("PRAGMA journal_mode=DELETE")
    refused(stored, {"vi": "mới hơn", "en": "newer"})


def test_a_newer_store_on_a_server_is_refused(place: str, tmp_path: Path) -> None:
    """On either engine, and nothing is added."""
    path = write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018))
    run("--db", place, "ingest", path, *ON)
    with asking(place) as connection:
        connection.exec_driver_sql("INSERT INTO store VALUES (99, '9.9')")
        connection.commit()
    before = tables(place)
    for command in (("ingest", path), ("report", "--year", 2018)):
        done = run("--lang", "en", "--db", place, *command)
        assert (done.status, "newer version" in done.err) == (3, True)
    assert tables(place) == before


def _noise_after(whole: bytes, start: int) -> bytes:
    return whole[:start] + b"\xa5" * (len(whole) - start)


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: _noise_after(whole, 100),
        lambda whole: whole[: len(whole) // 2],
    ],
    ids=["noise after the header", "half of it is gone"],
)
def test_a_damaged_store_is_refused(stored: Path, damage: Any) -> None:
    """By every command, before it writes."""
    stored.write_bytes(damage(stored.read_bytes()))
    refused(stored, {"vi": "hỏng", "en": "damaged"})


def test_a_store_with_damage_in_its_middle_takes_nothing_more(stored: Path) -> None:
    """A page that no report reads is noise: nothing is written on top of it, wherever it is."""
    whole = stored.read_bytes()
    (new,) = stored.parent.glob("new.xlsx")
    said_so = 0
    for start in range(PAGE, len(whole), PAGE):
        stored.write_bytes(whole[:start] + b"\xa5" * PAGE + whole[start + PAGE :])
        before = contents(stored)
        done = run("--lang", "en", "--db", stored, "ingest", new)
        assert (done.status, "damaged" in done.err) == (3, True), (start, done.out)
        assert contents(stored)[stored.name] == before[stored.name]
        said_so += 1
    assert said_so > 10


def test_a_file_that_is_no_database_is_refused(stored: Path) -> None:
    """A spreadsheet given as the store by mistake is not overwritten."""
    stored.write_bytes((stored.parent / "a.xlsx").read_bytes())
    refused(stored, {"vi": "hỏng", "en": "damaged"})


def test_the_database_of_another_program_is_refused(place: str, tmp_path: Path) -> None:
    """Its tables are not joined by ours; on a server, only where one has a name of ours."""
    with asking(place) as connection:
        connection.exec_driver_sql("CREATE TABLE file (url TEXT)")
        connection.commit()
    before = Path(place).read_bytes() if "://" not in place else b""
    done = run("--lang", "en", "--db", place, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018)))
    assert (done.status, "another program" in done.err) == (3, True)
    assert list(tables(place)) == ["file"]
    assert "://" in place or Path(place).read_bytes() == before


def test_a_report_makes_no_store(place: str) -> None:
    """A misspelt name is said to be none, by those that only read; wrong use, not a failing machine."""
    for command in ("report", "status"):
        done = run("--lang", "en", "--db", place, command, "--year", 2018)
        assert (done.status, "There is no store" in done.err) == (2, True)
    assert "://" not in place or tables(place) == {}
    assert "://" in place or not Path(place).exists()


@pytest.mark.parametrize("address", ["mysql://u:secret@h/d", "postgresql+pg8000://u:secret@h/d", "http://h:x/secret"])
def test_an_address_that_no_store_can_have_is_wrong_use(address: str) -> None:
    """Said without what stands in it: there may be a password."""
    done = run("--lang", "en", "--db", address, "status", "--year", 2018)
    assert (done.status, "cannot be used" in done.err, "secret" in done.err) == (2, True, False)


def test_a_folder_that_is_not_there_is_an_environment_that_failed(tmp_path: Path) -> None:
    """Exit status 3 and nothing is made."""
    path = write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018))
    done = run("--db", tmp_path / "gone" / "s.db", "ingest", path)
    assert done.status == 3
    assert done.err.strip()
    assert not (tmp_path / "gone").exists()


# Somebody else has it


def test_a_store_that_another_holds_is_waited_for_and_then_left_alone(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer who does not let go within the time: exit status 3 and nothing stored; a report needs no turn."""
    run("--db", place, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018)), *ON)
    before = tables(place)
    monkeypatch.setattr("tracker.store_engine.LOCK_SECONDS", 1)
    other = write_book(tmp_path / "b.xlsx", documents(THERE, YES, 2018))
    with asking(place) as holder:
        holder.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})" if "://" in place else "BEGIN IMMEDIATE")
        for lang, expected in {"vi": "đang có người khác ghi", "en": "Someone else is writing"}.items():
            done = run("--lang", lang, "--db", place, "ingest", other)
            assert (done.status, expected in done.err) == (3, True), done
        assert report(place)
        holder.rollback()
    assert tables(place) == before
    assert run("--db", place, "ingest", other).status == 0


# No room, no right


def _limited() -> None:
    """No file of this process grows over 160 KiB: less than the store needs, more than an empty one."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (160 * 1024, 160 * 1024))


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files the POSIX way")
def test_a_store_that_cannot_grow_keeps_whole_files_and_goes_on_later(tmp_path: Path) -> None:
    """The limit is hit inside a transaction: exit status 3, only whole files, and a second run completes it."""
    folder, db = many(tmp_path / "sent", 60), tmp_path / "s.db"
    run("--db", tmp_path / "whole.db", "ingest", folder, *ON)
    line = [sys.executable, "-m", "tracker", "--lang", "en", "--db", str(db), "ingest", str(folder), *ON]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", preexec_fn=_limited)
    assert (done.returncode, "disk is full" in done.stderr) == (3, True), done
    assert "Traceback" not in done.stderr
    part, whole = said(db), said(tmp_path / "whole.db")
    assert 0 < len(part[0]) < 60
    for some, everything in zip(part, whole, strict=True):
        assert set(some) < set(everything) or not everything
    assert len(part[0]) == len(part[1]) == len(part[2]) == len(part[3])  # one filing of one record each
    assert run("--db", db, "ingest", folder, *ON).status == 0
    assert said(db) == whole


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A file system of 6 MiB, where the tests may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    line = [mount or "mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if mount is None or os.getuid() != 0 or subprocess.run(line, capture_output=True).returncode:
        pytest.skip("may not mount a small file system here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_nothing_is_lost(small_disk: Path, tmp_path: Path) -> None:
    """On a real file system without room: what was stored stays, a report still reads it, room makes it go on."""
    folder, db = many(tmp_path / "sent", 200), small_disk / "s.db"
    run("--db", tmp_path / "whole.db", "ingest", folder, *ON)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * 5_800_000)
    for lang, expected in {"vi": "đầy", "en": "full"}.items():
        done = run("--lang", lang, "--db", db, "ingest", folder, *ON)
        assert (done.status, expected in done.err) == (3, True), done
    part, whole = said(db), said(tmp_path / "whole.db")
    assert 0 < len(part[0]) < 200
    assert set(part[3]) < set(whole[3])
    assert report(db)
    ballast.unlink()
    assert run("--db", db, "ingest", folder, *ON).status == 0
    assert said(db) == whole


FAULTY = Path(__file__).parents[1] / "sample_data" / "faulty"
TEMPLATE = ("template", "--plan", "ha-noi-2018-2020", "--year", 2020, "--unit", "00004", "--out")


@pytest.mark.parametrize("command", [TEMPLATE, ("export", "--out"), ("ingest", FAULTY, "--returned")])
def test_what_does_not_fit_on_the_disk_leaves_no_half_of_a_file(
    command: tuple[Any, ...], small_disk: Path, tmp_path: Path
) -> None:
    """A template, a table or a marked copy that finds no room is not there at all, and is written once there is."""
    db, folder = tmp_path / "s.db", small_disk / "given"
    run("--db", db, "ingest", FAULTY, *ON)
    folder.mkdir()
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while os.statvfs(small_disk).f_bfree:
            file.write(b"\0" * 4096)
    full = run("--lang", "en", "--db", db, *command, folder)
    assert (full.status, "disk is full" in full.err) == (3, True), full
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    ballast.unlink()
    assert run("--db", db, *command, folder).status in (0, 1)
    assert [path for path in folder.rglob("*") if path.is_file()]


def _as_somebody(db: str, path: str, answer: Any) -> None:
    """Runs `ingest` as a user whom the folder's mode binds; root is bound by none."""
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    done = run("--db", db, "ingest", path)
    answer.put((int(done.status), done.out, done.err))


@pytest.mark.skipif(os.name != "posix", reason="file modes bind nobody on this system")
def test_a_folder_that_may_not_be_written_is_said_and_left_alone(stored: Path) -> None:
    """Exit status 3 with a sentence that names the store; it is as it was."""
    run("--db", stored, "ingest", stored.parent / "a.xlsx")  # the child has no right to load modules any more
    before = stored.read_bytes()
    for parent in (stored.parent, *stored.parent.parents[:2]):
        parent.chmod(0o755)
    for path in stored.parent.glob("s.db*"):
        path.chmod(0o444)
    stored.parent.chmod(0o555)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_as_somebody, args=(str(stored), str(stored.parent / "new.xlsx"), answer))
    child.start()
    status, out, err = answer.get(timeout=60)
    child.join(60)
    stored.parent.chmod(0o755)
    assert (status, out) == (3, "")
    assert err.startswith(f"Không mở hoặc không ghi được {stored.as_posix()}: ")
    assert stored.read_bytes() == before
