"""Stores that earlier versions wrote: kept in `stores/`, opened here, brought up to date whole or not at all."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from conftest import HA_NOI, run
from returns_made import YES, documents, write_book
from servers import Server
from stored import ON, THERE, asking, said, tables
from tracker import migrations
from tracker.store import Store
from tracker.store_engine import Connection
from tracker.store_tables import TABLES, VERSION

STORES = Path(__file__).with_name("stores")


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The store of version 1: a conflict, a decision, a correction, a refused file, one in quarantine."""
    if request.param == "sqlite":
        return str(shutil.copy(STORES / "version-1.db", tmp_path / "s.db"))
    server: Server = request.getfixturevalue("server")
    url = server.fresh()
    server.execute((STORES / "version-1.postgresql.sql").read_text(encoding="utf-8"), url.rpartition("/")[2])
    return url


@pytest.fixture
def new(old: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of today's version may be made, on the same engine."""
    server: Server | None = request.getfixturevalue("server") if "://" in old else None
    return server.fresh() if server else str(tmp_path / "new.db")


def versions(place: str) -> list[int]:
    with asking(place) as connection:
        return list(connection.execute(text("SELECT version FROM store ORDER BY version")).scalars())


def shape(place: str) -> dict[str, Any]:
    """Columns, keys, indexes and triggers of every table, in no order."""
    with asking(place) as connection:
        seen = inspect(connection)
        server = "SELECT trigger_name, event_object_table FROM information_schema.triggers"
        file = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        triggers = connection.execute(text(server if "://" in place else file))
        return {
            "triggers": sorted(tuple(row) for row in triggers),
            **{
                name: (
                    {one["name"]: (str(one["type"]), one["nullable"]) for one in seen.get_columns(name)},
                    seen.get_pk_constraint(name)["constrained_columns"],
                    sorted(
                        (one["constrained_columns"], one["referred_table"]) for one in seen.get_foreign_keys(name)
                    ),
                    sorted(one["column_names"] for one in seen.get_indexes(name)),
                    sorted(one["column_names"] for one in seen.get_unique_constraints(name)),
                )
                for name in seen.get_table_names()
            },
        }


def beside(place: str) -> list[str]:
    """Names of what lies beside a SQLite store."""
    return sorted(path.name for path in Path(place).parent.glob("*.db") if path != Path(place))


# Up to date


def test_a_store_of_version_1_gives_the_report_that_it_gave(old: str) -> None:
    """Nothing that was received is another thing now: the same fates, the same figures, the same verdicts."""
    before = said(old)
    known = json.loads((STORES / "version-1.json").read_text(encoding="utf-8"))
    done = run("--db", old, "report", "--year", 2018, "--plan", HA_NOI, "--format", "json")
    targets = {one["id"]: one for one in done.json()["plans"][0]["targets"]}
    assert {name: {key: targets[name].get(key) for key in was} for name, was in known["targets"].items()} == known[
        "targets"
    ]
    kept = Store(old)
    now = [
        [one.form, one.unit, one.revision, one.received_on.isoformat(), one.sha256[:12], one.fate.value]
        for one in kept.filings()
    ]
    assert now == known["filings"]
    assert [(one.action, one.reason, one.act_id) for one in kept.decisions()] == [
        ("replace", "Phường xác nhận", None)
    ]
    kept.close()
    assert said(old) == before
    assert versions(old) == [1, *range(2, VERSION + 1)]


def test_it_goes_on_as_a_store_of_today(old: str, new: str, tmp_path: Path) -> None:
    """What comes next names its act, and the tables are those of a new store."""
    path = write_book(tmp_path / "new.xlsx", documents(THERE, YES, 2018))
    for place in (old, new):
        assert run("--db", place, "--by", "Lan", "ingest", path, *ON).status == 0
    kept = Store(old)
    (act,) = kept.acts()
    assert (act.made_by, act.command) == ("Lan", "ingest")
    assert [one.act_id for one in kept.arrivals()] == [*[None] * 10, act.id]
    kept.close()
    assert shape(old) == shape(new)


def test_every_version_has_its_step() -> None:
    """From the first to today's, without a gap."""
    assert list(migrations.STEPS) == list(range(2, VERSION + 1))


# The copy that is put by


def test_the_store_is_put_by_before_the_first_step(tmp_path: Path) -> None:
    """Beside it, with its version in the name, as it was."""
    db = str(shutil.copy(STORES / "version-1.db", tmp_path / "kho.db"))
    before = tables(db)
    first, second = (run("--lang", "en", "--db", db, "status", "--year", 2018) for _ in range(2))
    assert "kho.version-1.db" in first.err
    assert (first.out, second.err) == (second.out, "")
    assert beside(db) == ["kho.version-1.db"]
    copy = str(tmp_path / "kho.version-1.db")
    assert versions(copy) == [1]
    assert tables(copy) == before


def test_no_copy_is_ever_overwritten(tmp_path: Path) -> None:
    """Of an earlier try, or of something else that has the name."""
    db = shutil.copy(STORES / "version-1.db", tmp_path / "kho.db")
    (tmp_path / "kho.version-1.db").write_bytes(b"from before")
    run("--db", db, "status", "--year", 2018)
    assert (tmp_path / "kho.version-1.db").read_bytes() == b"from before"
    assert versions(str(tmp_path / "kho.version-1.2.db")) == [1]


def test_the_copy_beside_a_store_is_no_return(tmp_path: Path) -> None:
    """Whoever keeps the store among the returns is not told that its copy is none."""
    shutil.copy(STORES / "version-1.db", tmp_path / "kho.db")
    write_book(tmp_path / "new.xlsx", documents(THERE, YES, 2018))
    for _ in range(2):
        done = run("--db", tmp_path / "kho.db", "ingest", tmp_path, "--format", "json")
        assert [Path(one["path"]).name for one in done.json()["files"]] == ["new.xlsx"]


# All or nothing


def _half_a_step(connection: Connection) -> None:
    """A step that adds a table and a column and then meets a bug."""
    connection.run("CREATE TABLE half (id INTEGER PRIMARY KEY)")
    connection.run("ALTER TABLE filing ADD COLUMN half INTEGER")
    raise RuntimeError("a bug in a step")


def _killed_step(connection: Connection) -> None:
    connection.run("ALTER TABLE filing ADD COLUMN half INTEGER")
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_step_that_fails_leaves_the_store_as_it_was(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step before it is undone, too; with the tool put right it is opened as if nothing had been."""
    before = (tables(old), shape(old))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "VERSION", VERSION + 1)
        patch.setattr(migrations, "STEPS", {**migrations.STEPS, VERSION + 1: _half_a_step})
        with pytest.raises(RuntimeError, match="a bug in a step"):
            Store(old)
    assert (tables(old), shape(old)) == before
    Store(old).close()
    assert versions(old)[-1] == VERSION


def _open_and_die(url: str) -> None:
    migrations.STEPS = {**migrations.STEPS, VERSION: _killed_step}
    Store(url)


def _open(url: str, go: Any) -> None:
    go.wait()
    Store(url).close()


@pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
def test_a_process_killed_inside_a_step_leaves_the_store_as_it_was(old: str) -> None:
    """SIGKILL between two statements of a step."""
    before = (tables(old), shape(old))
    process = multiprocessing.get_context("spawn").Process(target=_open_and_die, args=(old,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert (tables(old), shape(old)) == before
    Store(old).close()
    assert versions(old)[-1] == VERSION


def test_processes_that_open_an_old_store_at_once_bring_it_up_to_date_once(old: str) -> None:
    """Three, let go together: one does it and puts one copy by, the others wait and go on."""
    context = multiprocessing.get_context("spawn")
    go = context.Barrier(3)
    processes = [context.Process(target=_open, args=(old, go)) for _ in range(3)]
    for one in processes:
        one.start()
    for one in processes:
        one.join(60)
    assert [one.exitcode for one in processes] == [0, 0, 0]
    assert versions(old) == [1, *range(2, VERSION + 1)]
    assert set(tables(old)) == set(TABLES)
    assert "://" in old or beside(old) == ["s.version-1.db"]
