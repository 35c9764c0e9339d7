"""`tracker backup`: whole while others write, never over anything, and the way to a server and back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from conftest import run
from returns_made import YES, documents, write_book
from servers import Server
from stored import HERE, ON, THERE, asking, counts, many, of_all_kinds, report, said, started, tables


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return of_all_kinds(tmp_path_factory.mktemp("kinds") / "sent")


@pytest.fixture
def filled(place: str, files: list[Path]) -> str:
    """A store with a bit of everything, a decision among it."""
    run("--db", place, "--by", "Lan", "ingest", *files, *ON)
    run("--db", place, "ingest", files[7], "--replace", "--reason", "Phường xác nhận", *ON)
    return place


def test_a_backup_is_a_store_that_says_the_same(filled: str, tmp_path: Path) -> None:
    """From either engine into one file, with numbers, acts and decisions; nothing else lies beside it."""
    copy = tmp_path / "sao-lưu" / "kho.db"
    copy.parent.mkdir()
    done = run("--db", filled, "backup", copy)
    assert (done.status, done.err) == (0, "")
    assert str(copy) in done.out
    assert [path.name for path in copy.parent.iterdir()] == ["kho.db"]
    assert said(copy) == said(filled)
    assert counts(copy) == counts(filled)
    assert report(copy) == report(filled)


@pytest.mark.parametrize(("lang", "expected"), [("vi", "không ghi đè"), ("en", "overwrites nothing")])
def test_a_backup_overwrites_nothing(filled: str, tmp_path: Path, lang: str, expected: str) -> None:
    """What is there stays, be it an older backup or a letter."""
    copy = tmp_path / "kho-sao.db"
    copy.write_bytes(b"a letter")
    done = run("--lang", lang, "--db", filled, "backup", copy)
    assert (done.status, expected in done.err) == (2, True)
    assert copy.read_bytes() == b"a letter"
    assert list(tmp_path.glob(".*")) == []


def test_there_is_no_backup_of_nothing(place: str, tmp_path: Path) -> None:
    """A misspelt store is said to be none; no file is made."""
    done = run("--lang", "en", "--db", place, "backup", tmp_path / "copy.db")
    assert (done.status, "There is no store" in done.err) == (2, True)
    assert not (tmp_path / "copy.db").exists()


def test_a_damaged_store_gives_no_backup(tmp_path: Path, files: list[Path]) -> None:
    """Noise in its middle is found in the copy, which then gets no name."""
    db = tmp_path / "s.db"
    run("--db", db, "ingest", *files, *ON)
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = db.read_bytes()
    db.write_bytes(whole[: 5 * 4096] + b"\xa5" * 4096 + whole[6 * 4096 :])
    done = run("--lang", "en", "--db", db, "backup", tmp_path / "copy.db")
    assert (done.status, "damaged" in done.err) == (3, True)
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == []


def test_a_backup_in_the_middle_of_a_run_is_whole(place: str, tmp_path: Path) -> None:
    """While another process ingests: each copy has whole files only, and each can be gone on with."""
    folder = many(tmp_path / "sent", 40)
    taken = 0
    with started(place, folder) as process:
        while process.poll() is None:
            done = run("--db", place, "backup", tmp_path / f"{taken}.copy")
            taken += done.status == 0  # 2 as long as there is no store yet
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (out, err)
    assert taken > 2
    sizes = []
    for number in range(taken):
        found = counts(tmp_path / f"{number}.copy")
        sizes.append(found["file"])
        assert found["file"] == found["arrival"] == found["filing"] == found["record"]
        assert found["act"] == min(1, found["file"])
    assert sizes == sorted(sizes)
    middle = tmp_path / f"{taken // 2}.copy"
    assert run("--db", middle, "ingest", folder, *ON).status == 0
    assert said(middle) == said(place)


# From one engine to the other


def test_a_store_is_carried_to_a_server_and_goes_on_there(server: Server, files: list[Path], tmp_path: Path) -> None:
    """The same rows with the same numbers; the next row gets the next number; the reports stay the same."""
    db, url = str(tmp_path / "s.db"), server.fresh()
    run("--db", db, "--by", "Lan", "ingest", *files, *ON)
    done = run("--lang", "en", "--db", db, "backup", url)
    assert (done.status, done.err) == (0, "")
    assert url.rpartition("@")[2] in done.out
    assert url not in done.out
    assert report(url) == report(db)
    more = write_book(tmp_path / "more.xlsx", documents("00277", YES, 2018))
    for where in (db, url):
        assert run("--db", where, "--by", "Hùng", "ingest", more, *ON).status == 0
    numbers = (
        "SELECT max(file.id), max(filing.id), max(record.id), max(arrival.act_id) FROM file, filing, record, arrival"
    )
    with asking(db) as one, asking(url) as other:
        assert tuple(one.exec_driver_sql(numbers).one()) == tuple(other.exec_driver_sql(numbers).one())
    back = tmp_path / "back.db"
    assert run("--db", url, "backup", back).status == 0
    with closing(sqlite3.connect(db)) as one_file, closing(sqlite3.connect(back)) as other_file:
        for name in ("store", "file", "filing", "record", "decision", "waiver"):
            query = f"SELECT * FROM {name} ORDER BY 1"
            assert one_file.execute(query).fetchall() == other_file.execute(query).fetchall()


def test_a_server_that_has_a_store_takes_no_second_one(server: Server, tmp_path: Path) -> None:
    """Nothing is mixed: only an empty database takes a store."""
    db, url = str(tmp_path / "s.db"), server.fresh()
    for where, unit in ((db, HERE), (url, THERE)):
        run("--db", where, "ingest", write_book(tmp_path / f"{unit}.xlsx", documents(unit, YES, 2018)), *ON)
    before = tables(url)
    done = run("--lang", "en", "--db", db, "backup", url)
    assert (done.status, "overwrites nothing" in done.err) == (2, True)
    assert tables(url) == before
