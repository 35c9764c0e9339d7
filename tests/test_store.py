"""The store: append-only, a file all or nothing, in any order, with several writers, and clear when it cannot."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import HA_NOI, Run, run
from returns_made import (
    YES,
    Lines,
    Look,
    Return,
    Row,
    activity,
    b01,
    communes,
    documents,
    model,
    of_province,
    outlet,
    place,
    whole_year,
    write_book,
    write_csv,
)
from tracker.store import Store, database_url
from tracker.store_tables import METADATA

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

Rows = dict[str, list[tuple[Any, ...]]]


def tables(db: Path) -> Rows:
    """Every row of every table, read by another program than ours."""
    with closing(sqlite3.connect(db)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in sorted(names)}


def said(db: Path) -> list[tuple[Any, ...]]:
    """What a store holds, without the numbers that the order of arrival gives."""
    query = """
        SELECT file.sha256, file.status, filing.unit, filing.form, filing.revision, filing.status, record.answers,
               record.origins
        FROM file LEFT JOIN filing ON filing.file_id = file.id LEFT JOIN record ON record.filing_id = filing.id
    """
    with closing(sqlite3.connect(db)) as connection:
        return sorted(connection.execute(query).fetchall(), key=repr)


def many(folder: Path, count: int) -> Path:
    """A folder of small returns, each of another commune."""
    from datetime import date

    folder.mkdir()
    for number, unit in enumerate(communes("01", date(2018, 12, 31))[:count]):
        write_csv(folder / f"{number:03}.csv", "B01", [documents(unit, {**YES, "0201": 1000 + number}, 2018)])
    return folder


# Append-only


def test_nothing_that_was_stored_is_ever_changed_or_gone(tmp_path: Path) -> None:
    """A conflict, a correction, a decision, a refused file: rows are added and no row is touched."""
    db = tmp_path / "s.db"
    steps: list[Sequence[object]] = [
        [write_book(tmp_path / "1.xlsx", documents(HERE, FULL, 2018))],
        [write_book(tmp_path / "2.xlsx", documents(HERE, YES, 2018))],
        [tmp_path / "2.xlsx", "--replace", "--reason", "Phường xác nhận"],
        [write_book(tmp_path / "3.xlsx", documents(HERE, FULL, 2018, revision=2))],
        [write_book(tmp_path / "4.xlsx", documents("99999", FULL, 2018))],
    ]
    before: Rows = {}
    for step in steps:
        assert run("--db", db, "ingest", *step, *ON).status in {0, 1}
        now = tables(db)
        assert now != before
        for name, rows in before.items():
            assert set(rows) <= set(now[name])
        before = now


def test_no_statement_of_the_store_updates_or_deletes() -> None:
    """The code has no word for it."""
    import tracker.store

    source = Path(tracker.store.__file__).read_text(encoding="utf-8")
    assert "insert(" in source
    for word in ("update(", "delete(", "UPDATE ", "DELETE ", "DROP "):
        assert word not in source


def test_each_figure_keeps_its_file_sheet_cell_and_raw_text(tmp_path: Path) -> None:
    """From the number back to what was typed, in a form whose columns were moved."""
    rows = [activity("5-3-18", attendances="trên 1.310 đại biểu")]
    path = write_book(tmp_path / "a.xlsx", Return(HERE, YEAR, {"B04": rows}), Look(titles=True))
    run("--db", tmp_path / "s.db", "ingest", path)
    kept = Store(database_url(str(tmp_path / "s.db")))
    (filing,) = kept.filings(forms=["B04"])
    (record,) = kept.records([filing.id], origins=True)
    kept.close()
    assert filing.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (record["sheet"], record["row"]) == ("B04", 7)
    assert (record["answers"]["attendances"], record["answers"]["~"]) == (1310, {"attendances": "over"})
    assert record["origins"]["attendances"] == ["H7", "trên 1.310 đại biểu"]
    assert record["origins"]["from_date"] == ["A7", "5-3-18"]


# The same again


def test_the_same_content_again_adds_no_row_to_any_table(tmp_path: Path) -> None:
    """Under its name, under another one, on another day."""
    db = tmp_path / "s.db"
    path = write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018))
    run("--db", db, "ingest", path, *ON)
    before = tables(db)
    assert {name: len(rows) for name, rows in before.items()} == {
        **dict.fromkeys(METADATA.tables, 1),
        "decision": 0,
    }
    other = tmp_path / "b.xlsx"
    other.write_bytes(path.read_bytes())
    for again in (path, other):
        done = run("--db", db, "ingest", again, "--received", "2018-12-24", "--format", "json")
        assert (done.status, "identical_file" in done.codes()) == (0, True)
        assert tables(db) == before


def test_other_bytes_with_the_same_answers_count_once(tmp_path: Path) -> None:
    """Saved again with another look: stored, no conflict, and the report is the same."""
    db = tmp_path / "s.db"
    one = documents(HERE, FULL, 2018)
    run("--db", db, "ingest", write_book(tmp_path / "a.xlsx", one), *ON)
    before = report(db)
    done = run("--db", db, "ingest", write_book(tmp_path / "b.xlsx", one, Look(titles=True, shuffled=True)), *ON)
    assert done.status == 0
    assert len(tables(db)["file"]) == 2
    assert report(db) == before


# All or nothing


def test_a_file_that_cannot_be_stored_whole_is_not_stored_at_all(tmp_path: Path) -> None:
    """The database refuses the third record of a form: no file, no filing, no first record."""
    db = tmp_path / "s.db"
    run("--db", db, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, YES, 2018)), *ON)
    with closing(sqlite3.connect(db)) as connection:
        connection.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON record WHEN NEW.row = 4"
            " BEGIN SELECT RAISE(ABORT, 'no more'); END"
        )
        connection.commit()
    before = tables(db)
    rows = [activity(f"0{day}/03/2018") for day in (1, 2, 3, 4)]
    done = run("--db", db, "ingest", write_book(tmp_path / "b.xlsx", Return(THERE, YEAR, {"B04": rows})), *ON)
    assert done.status == 3
    assert "Traceback" not in done.err
    assert tables(db) == before


@pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
def test_a_run_that_is_killed_and_started_again_ends_as_one_that_was_not(tmp_path: Path) -> None:
    """SIGKILL as soon as the first file is in; the second run takes the rest."""
    folder = many(tmp_path / "sent", 20)
    run("--db", tmp_path / "whole.db", "ingest", folder, *ON)
    db = tmp_path / "cut.db"
    with started(db, folder) as process:
        while process.poll() is None and not _files(db):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    cut = _files(db)
    assert 0 < cut <= 20
    assert run("--db", db, "ingest", folder, *ON).status == 0
    assert said(db) == said(tmp_path / "whole.db")
    assert report(db) == report(tmp_path / "whole.db")


def started(db: Path, folder: Path) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "tracker", "--db", str(db), "ingest", str(folder), "--workers", "1", *ON]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def _files(db: Path) -> int:
    if not db.exists():
        return 0
    with closing(sqlite3.connect(db)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM file").fetchone()[0])
        except sqlite3.OperationalError:  # not made yet, or being made
            return 0


# Several writers


def test_two_processes_that_ingest_one_folder_neither_lose_nor_double_a_return(tmp_path: Path) -> None:
    """Both start on a store that is not there yet, and both end well."""
    folder = many(tmp_path / "sent", 16)
    run("--db", tmp_path / "alone.db", "ingest", folder, *ON)
    db = tmp_path / "both.db"
    with started(db, folder) as first, started(db, folder) as second:
        ends = [process.communicate(timeout=120) for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), ends
    assert said(db) == said(tmp_path / "alone.db")
    assert {name: len(rows) for name, rows in tables(db).items()} == {
        name: len(rows) for name, rows in tables(tmp_path / "alone.db").items()
    }


def _write_for_ever(url: str, paths: list[str], go: Any) -> None:
    """Stores the files in turn, in a process of its own, as soon as all processes are ready."""
    from datetime import date

    from tracker.understand import understand

    read = [understand(Path(path), path) for path in paths]
    go.wait()
    store = Store(url)
    for one in read:
        store.save(one, date(2018, 11, 20))
    store.close()


def test_writers_at_the_same_moment_wait_for_each_other(tmp_path: Path) -> None:
    """Three processes, the same files in three orders, all let go at once: each file once."""
    folder = many(tmp_path / "sent", 12)
    paths = [path.as_posix() for path in sorted(folder.iterdir())]
    context = multiprocessing.get_context("spawn")
    go = context.Barrier(3)
    url = database_url(str(tmp_path / "s.db"))
    orders = (paths, paths[::-1], paths[6:] + paths[:6])
    writers = [context.Process(target=_write_for_ever, args=(url, order, go)) for order in orders]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0, 0, 0]
    counts = {name: len(rows) for name, rows in tables(tmp_path / "s.db").items()}
    assert counts == {"store": 1, "file": 12, "arrival": 12, "filing": 12, "record": 12, "decision": 0}


def test_a_report_is_made_while_another_process_writes(tmp_path: Path) -> None:
    """A writer holds its lock; readers see the state before."""
    db = tmp_path / "s.db"
    run("--db", db, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018)), *ON)
    before = report(db)
    with closing(sqlite3.connect(db, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO store VALUES (0, 'another')")
        assert report(db) == before
        writer.execute("ROLLBACK")


# The order of arrival


def of_all_kinds(folder: Path) -> list[Path]:
    """Lists, a conflict with its end, a lasting conflict, a copy with its original, plain returns."""
    folder.mkdir(exist_ok=True)
    units = ("00256", "00259", "00262", "00265", "00268")
    hotspots = [place(unit, people=9000, aged=6000, on="31/12/2017") for unit in (HERE, *units)]
    forms: dict[str, Sequence[Row]] = {"B02": [model()], "B04": [activity("05/03/2018", joint="HDC-1")]}
    returns = [
        of_province("B00", hotspots, YEAR),
        of_province("B00P", [outlet("HN01")], YEAR),
        documents(HERE, FULL, 2018),
        documents(HERE, {**FULL, "0101": "không", "0103": "không"}, 2018),
        documents(HERE, {**FULL, "0211": 4100, "0215": 5100}, 2018, revision=2),
        documents("00256", FULL, 2018),
        documents("00259", FULL, 2018),
        documents("00262", {**FULL, "0202": 5900}, 2018),
        documents("00262", {**FULL, "0202": 5800}, 2018),
        Return("00265", YEAR, {"B01": b01({**FULL, "0201": 8900}), **forms}),
        Return("00268", YEAR, forms),
    ]
    return [write_book(folder / f"{number:02}.xlsx", one) for number, one in enumerate(returns)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return of_all_kinds(tmp_path_factory.mktemp("kinds") / "sent")


def report(db: Path) -> str:
    done = run("--db", db, "report", "--year", 2018, "--plan", HA_NOI, "--format", "json")
    assert done.status == 0, done.err
    return done.out


def settled(db: Path) -> list[tuple[Any, ...]]:
    kept = Store(database_url(str(db)))
    found = sorted((one.sha256, one.form, one.unit, one.fate.value) for one in kept.filings())
    kept.close()
    return found


def ingested(folder: Path, batches: Sequence[Sequence[Path]]) -> tuple[list[tuple[Any, ...]], str, str]:
    """Settled state, report, and what is said of all files at the end, after they came in these batches."""
    db = folder / "s.db"
    for batch in batches:
        assert run("--db", db, "ingest", *batch, *ON, "--workers", 1).status in {0, 1}
    everything = sorted(path for batch in batches for path in batch)
    last: Run = run("--db", db, "ingest", *everything, *ON, "--workers", 1, "--format", "json")
    return settled(db), report(db), json.dumps(last.json()["files"])


@pytest.fixture(scope="module")
def in_order(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    return ingested(tmp_path_factory.mktemp("in_order"), [files])


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_arrival_never_matters(files: list[Path], in_order: Any, data: st.DataObject) -> None:
    """Any order, in one run or in two: the same versions count, the same report, the same problems."""
    order = data.draw(st.permutations(range(len(files))))
    cut = data.draw(st.integers(1, len(files)))
    batches = [[files[number] for number in part] for part in (order[:cut], order[cut:]) if part]
    with tempfile.TemporaryDirectory() as folder:
        state, scored, told = ingested(Path(folder), batches)
    assert state == in_order[0]
    assert scored == in_order[1]
    assert told == in_order[2]


def test_that_state_is_the_one_the_contract_says(files: list[Path], in_order: Any) -> None:
    """The conflict that was corrected is over, the other lasts, the copies are refused, the rest counts."""
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest(): number for number, path in enumerate(files)}
    fates = {(hashes[sha], form): fate for sha, form, _, fate in in_order[0]}
    assert {number: fates[number, "B01"] for number in range(2, 10)} == {
        2: "superseded",
        3: "superseded",
        4: "counts",
        5: "copied",
        6: "copied",
        7: "conflicting",
        8: "conflicting",
        9: "counts",
    }
    assert {fates[number, form] for number in (9, 10) for form in ("B02", "B04")} == {"counts"}
    assert (fates[0, "B00"], fates[1, "B00P"]) == ("counts", "counts")
