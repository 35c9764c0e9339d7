"""The store on both engines: append-only, a file all or nothing, in any order, with several writers."""

from __future__ import annotations

import json
import multiprocessing
import re
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from conftest import Run, run
from listening import statements
from returns_made import YES, Look, Return, activity, documents, write_book
from stored import (
    FULL,
    HERE,
    ON,
    THERE,
    YEAR,
    asking,
    counts,
    hash_of,
    many,
    of_all_kinds,
    report,
    said,
    settled,
    started,
    tables,
)
from tracker.store import Store
from tracker.store_engine import TURN
from tracker.store_tables import TABLES

# Append-only


def all_that_is_done(tmp_path: Path) -> list[list[object]]:
    """Arguments of `ingest`: a conflict, a decision, a correction, a refused file."""
    return [
        [write_book(tmp_path / "1.xlsx", documents(HERE, FULL, 2018))],
        [write_book(tmp_path / "2.xlsx", documents(HERE, YES, 2018))],
        [tmp_path / "2.xlsx", "--replace", "--reason", "Phường xác nhận"],
        [write_book(tmp_path / "3.xlsx", documents(HERE, FULL, 2018, revision=2))],
        [write_book(tmp_path / "4.xlsx", documents("99999", FULL, 2018))],
    ]


def test_nothing_that_was_stored_is_ever_changed_or_gone(place: str, tmp_path: Path) -> None:
    """A conflict, a correction, a decision, a refused file: rows are added and no row is touched."""
    before: dict[str, list[str]] = {}
    for step in all_that_is_done(tmp_path):
        assert run("--db", place, "ingest", *step, *ON).status in {0, 1}
        now = tables(place)
        assert now != before
        for name, rows in before.items():
            assert set(rows) <= set(now[name])
        before = now


def test_no_statement_that_is_sent_updates_or_deletes(place: str, tmp_path: Path) -> None:
    """From the first table to the last decision: rows are selected and inserted, tables and triggers made."""
    with statements() as sent:
        for step in all_that_is_done(tmp_path):
            run("--db", place, "ingest", *step, *ON)
        report(place)
        kept = Store(place)
        kept.decide([1], "withdraw", "Nhầm xã")
        kept.close()
    verbs = {re.sub(r"\s+", " ", one.strip()).split(" ")[0].upper() for one in sent}
    assert {"SELECT", "INSERT"} < verbs
    assert verbs <= {"SELECT", "INSERT", "CREATE", "BEGIN", "COMMIT", "PRAGMA"}


@pytest.fixture
def full_store(place: str, tmp_path: Path) -> str:
    """A store with a row in every table."""
    for step in all_that_is_done(tmp_path):
        run("--db", place, "ingest", *step, *ON)
    with asking(place) as connection:
        connection.execute(
            text(
                "INSERT INTO waiver (filing_id, code, sheet, cell, field, found, reason, made_at)"
                " VALUES (1, 'x', 'B01', 'D4', '0201', '9', 'Đúng', '2026-11-21 00:00:00')"
            )
        )
        connection.execute(text("INSERT INTO joint (filing_id, code) VALUES (1, 'hdc-1')"))
        connection.execute(text("INSERT INTO kept (filing_id, answers) VALUES (1, '{}')"))
        connection.commit()
    assert 0 not in counts(place).values()
    return place


def test_the_database_itself_refuses_a_change_whoever_asks(full_store: str) -> None:
    """A clerk with a database browser, a later version with a bug: the rows of every table stay."""
    before = tables(full_store)
    assert set(before) == set(TABLES)
    for name, table in TABLES.items():
        for statement in (f"UPDATE {name} SET {table.key} = {table.key}", f"DELETE FROM {name}"):
            with asking(full_store) as connection, pytest.raises(DatabaseError, match="append-only"):
                connection.execute(text(statement))
    assert tables(full_store) == before


def test_each_figure_keeps_its_file_sheet_cell_and_raw_text(place: str, tmp_path: Path) -> None:
    """From the number back to what was typed, in a form whose columns were moved."""
    rows = [activity("5-3-18", attendances="trên 1.310 đại biểu")]
    path = write_book(tmp_path / "a.xlsx", Return(HERE, YEAR, {"B04": rows}), Look(titles=True))
    run("--db", place, "ingest", path)
    kept = Store(place)
    (filing,) = kept.filings(forms=["B04"])
    (record,) = kept.records([filing.id], origins=True)
    kept.close()
    assert filing.sha256 == hash_of(path)
    assert (record["sheet"], record["row"]) == ("B04", 7)
    assert (record["answers"]["attendances"], record["answers"]["~"]) == (1310, {"attendances": "over"})
    assert record["origins"]["attendances"] == ["H7", "trên 1.310 đại biểu"]
    assert record["origins"]["from_date"] == ["A7", "5-3-18"]


# The same again


def test_the_same_content_again_adds_no_row_to_any_table(place: str, tmp_path: Path) -> None:
    """Under its name, under another one, on another day."""
    path = write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018))
    run("--db", place, "ingest", path, *ON)
    before = tables(place)
    assert counts(place) == {**dict.fromkeys(TABLES, 1), "decision": 0, "waiver": 0, "joint": 0, "kept": 0}
    other = tmp_path / "b.xlsx"
    other.write_bytes(path.read_bytes())
    for again in (path, other):
        done = run("--db", place, "ingest", again, "--received", "2018-12-24", "--format", "json")
        assert (done.status, "identical_file" in done.codes()) == (0, True)
        assert tables(place) == before


def test_other_bytes_with_the_same_answers_count_once(place: str, tmp_path: Path) -> None:
    """Saved again with another look: stored, no conflict; which of the two counts makes no difference."""
    one = documents(HERE, FULL, 2018)
    run("--db", place, "ingest", write_book(tmp_path / "a.xlsx", one), *ON)
    before = settled(place)
    again = write_book(tmp_path / "b.xlsx", one, Look(titles=True, shuffled=True))
    assert run("--db", place, "ingest", again, *ON).status == 0
    after = settled(place)
    assert {file for file, *_ in before} < {file for file, *_ in after}
    assert sorted(fate for *_, fate in after) == ["counts", "same_again"]


# All or nothing


def _refuse_the_fourth_row(place: str) -> None:
    """Makes the database refuse a record of row 4, which stands for any failure in the middle of a file."""
    server = (
        "CREATE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no more'; END $$",
        'CREATE TRIGGER full_disk BEFORE INSERT ON record FOR EACH ROW WHEN (NEW."row" = 4)'
        " EXECUTE FUNCTION no_more()",
    )
    file = (
        "CREATE TRIGGER full_disk BEFORE INSERT ON record WHEN NEW.row = 4 BEGIN SELECT RAISE(ABORT, 'no more'); END",
    )
    with asking(place) as connection:
        for statement in server if "://" in place else file:
            connection.exec_driver_sql(statement)
        connection.commit()


def test_a_file_that_cannot_be_stored_whole_is_not_stored_at_all(place: str, tmp_path: Path) -> None:
    """The database refuses the third record of a form: no file, no filing, no first record, no act."""
    run("--db", place, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, YES, 2018)), *ON)
    _refuse_the_fourth_row(place)
    before = tables(place)
    rows = [activity(f"0{day}/03/2018") for day in (1, 2, 3, 4)]
    done = run("--db", place, "ingest", write_book(tmp_path / "b.xlsx", Return(THERE, YEAR, {"B04": rows})), *ON)
    assert done.status == 3
    assert "Traceback" not in done.err
    assert tables(place) == before


# Several writers


def test_two_processes_that_ingest_one_folder_neither_lose_nor_double_a_return(
    place: str, another_place: str, tmp_path: Path
) -> None:
    """Both start on a store that is not there yet, and both end well."""
    folder = many(tmp_path / "sent", 12)
    run("--db", another_place, "ingest", folder, *ON)
    with started(place, folder) as first, started(place, folder) as second:
        ends = [process.communicate(timeout=120) for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), ends
    assert said(place) == said(another_place)
    assert counts(place) | {"act": 1} == counts(another_place)


def _store_at_once(url: str, paths: list[str], go: Any) -> None:
    """Stores the files in turn, in a process of its own, as soon as all processes are ready."""
    from tracker.understand import pack

    read = [pack(Path(path), path) for path in paths]
    go.wait()
    store = Store(url)
    for one in read:
        store.save(one, date(2018, 11, 20))
    store.close()


def test_writers_at_the_same_moment_wait_for_each_other(place: str, tmp_path: Path) -> None:
    """Three processes, the same files in three orders, all let go at once: each file once."""
    folder = many(tmp_path / "sent", 12)
    paths = [path.as_posix() for path in sorted(folder.iterdir())]
    context = multiprocessing.get_context("spawn")
    go = context.Barrier(3)
    orders = (paths, paths[::-1], paths[6:] + paths[:6])
    writers = [context.Process(target=_store_at_once, args=(place, order, go)) for order in orders]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0, 0, 0]
    found = counts(place)
    assert 1 <= found.pop("act") <= 3
    assert found == {
        "store": 1,
        **dict.fromkeys(("file", "arrival", "filing", "record"), 12),
        "decision": 0,
        "waiver": 0,
        "joint": 0,
        "kept": 0,
    }


def test_a_report_is_made_while_another_process_writes(place: str, tmp_path: Path) -> None:
    """A writer holds its lock and has written; readers see the state before and wait for nobody."""
    run("--db", place, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018)), *ON)
    before = report(place)
    with asking(place) as writer:
        writer.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})" if "://" in place else "BEGIN IMMEDIATE")
        writer.exec_driver_sql("INSERT INTO store VALUES (0, 'another')")
        assert report(place) == before
        writer.rollback()


# The order of arrival


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return of_all_kinds(tmp_path_factory.mktemp("kinds") / "sent")


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
    hashes = {hash_of(path): number for number, path in enumerate(files)}
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
