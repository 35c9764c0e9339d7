"""Returns to store, and what a store holds, read by plain SQL on either engine."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg
from sqlalchemy import URL, Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from conftest import HA_NOI, run
from returns_made import (
    YES,
    Lines,
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
from tracker.store import Store

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
REFUSED = (sqlite3.DatabaseError, psycopg.DatabaseError)
"""How the engines refuse what the tables do not allow."""


# --- returns ----------------------------------------------------------------------------------------------------


def many(folder: Path, count: int, *, after: int = 0) -> Path:
    """A folder of small returns, each of another commune; `after` so many communes of the list."""
    folder.mkdir()
    for number, unit in enumerate(communes("01", date(2018, 12, 31))[after : after + count], start=after):
        write_csv(folder / f"{number:03}.csv", "B01", [documents(unit, {**YES, "0201": 1000 + number}, 2018)])
    return folder


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


# --- commands ---------------------------------------------------------------------------------------------------


def tracking(*arguments: object) -> subprocess.Popen[str]:
    """`tracker` in a process of its own."""
    line = [sys.executable, "-m", "tracker", *map(str, arguments)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def started(where: str, *paths: Path, by: str = "Lan") -> subprocess.Popen[str]:
    """`tracker ingest` in a process of its own."""
    return tracking("--db", where, "--by", by, "ingest", *paths, "--workers", "1", *ON)


def report(where: str | Path, *options: str) -> str:
    """The report of the year as JSON."""
    done = run("--db", where, "report", "--year", 2018, "--plan", HA_NOI, "--format", "json", *options)
    assert done.status == 0, done.err
    return done.out


# --- what a store holds -----------------------------------------------------------------------------------------


@contextmanager
def asking(where: str | Path) -> Iterator[Connection]:
    """A connection of another program than ours."""
    place = str(where)
    url = place if "://" in place else URL.create("sqlite", database=place)
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def tables(where: str | Path) -> dict[str, list[str]]:
    """Every row of every table."""
    with asking(where) as connection:
        names = sorted(inspect(connection).get_table_names())
        return {
            name: [repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1'))]
            for name in names
        }


def counts(where: str | Path) -> dict[str, int]:
    return {name: len(rows) for name, rows in tables(where).items()}


DATA = (
    "SELECT file.sha256, file.size, file.status, file.returns, file.problems, file.made_by FROM file",
    "SELECT file.sha256, arrival.name, arrival.received_on FROM arrival JOIN file ON arrival.file_id = file.id",
    "SELECT file.sha256, filing.return_no, filing.unit, filing.agency, filing.outlet, filing.form,"
    " filing.period_from, filing.period_to, filing.kind, filing.year, filing.revision, filing.prepared_on,"
    " filing.nil, filing.status, filing.none, filing.refused_parts, filing.refused_days, filing.refused_undated,"
    " filing.content, filing.figures FROM filing JOIN file ON filing.file_id = file.id",
    "SELECT file.sha256, filing.form, record.sheet, record.row, record.answers, record.origins"
    " FROM record JOIN filing ON record.filing_id = filing.id JOIN file ON filing.file_id = file.id",
    "SELECT file.sha256, filing.form, decision.action, decision.reason FROM decision"
    " JOIN filing ON decision.filing_id = filing.id JOIN file ON filing.file_id = file.id",
)


def said(where: str | Path) -> list[list[str]]:
    """All data of a store, table by table, without its numbers, moments and acts: the same whoever wrote it when."""
    with asking(where) as connection:
        return [sorted(repr(tuple(map(_plain, row))) for row in connection.execute(text(query))) for query in DATA]


def _plain(value: object) -> object:
    """The same value on both engines: SQLite has no dates, no yes and no, and JSON as text."""
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def settled(where: str | Path) -> list[tuple[str, str, str, str]]:
    """What became of each form of each file."""
    kept = Store(str(where))
    found = sorted((one.sha256, one.form, one.unit, one.fate.value) for one in kept.filings())
    kept.close()
    return found


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
