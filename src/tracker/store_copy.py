"""Copies of a store: beside it before it is brought up to date, wherever its users want one, and on a server.

A copy is one state of the store, taken while others use it. It is written under a name of its own, and gets the one
asked for when it is whole and on the disk; nothing that is there is ever overwritten.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Table, func, insert, inspect, select

from tracker.problems import EnvironmentFailedError, TrackerError
from tracker.store_engine import LOCK_SECONDS, database_url, opened, parsed, said_clearly, shown, writers
from tracker.store_tables import METADATA

if TYPE_CHECKING:
    from tracker.store import Store

AT_ONCE = 2000  # rows in memory on their way


def put_by(file: Path, version: int) -> Path:
    """Copies a SQLite store beside itself, with its version in the name, and says where."""
    numbers = ("", *(f".{number}" for number in range(2, 10_000)))
    names = (file.with_name(f"{file.stem}.version-{version}{number}{file.suffix}") for number in numbers)
    target = next(name for name in names if not name.exists())
    with _whole(target) as fresh:
        _copy_file(file, fresh)
    return target


def back_up(store: Store, place: str) -> str:
    """Copies an open store to a path, or to a server's empty database, and says where it is now.

    Raises TrackerError where something is already.
    """
    url = parsed(database_url(place))
    if url.drivername != "sqlite":
        with store.reading() as connection:
            _copy_rows(connection, url)
        return shown(url)
    target = Path(url.database or "")
    with said_clearly(url), _whole(target) as fresh:
        if store.file:
            _copy_file(store.file, fresh)
        else:
            with store.reading() as connection:
                _copy_rows(connection, parsed(database_url(str(fresh))))
    return shown(url)


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A name to write to; what stands there at the end is checked, put on the disk, and named as was asked."""
    if target.exists():
        raise TrackerError("backup_exists", path=str(target))
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    fresh.unlink(missing_ok=True)
    try:
        yield fresh
        _check(fresh)
        _to_disk(fresh)
        _name(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)


def _copy_file(file: Path, fresh: Path) -> None:
    with closing(sqlite3.connect(file, timeout=LOCK_SECONDS)) as source, closing(sqlite3.connect(fresh)) as copy:
        source.backup(copy)


def _check(fresh: Path) -> None:
    """A copy of a damaged store is no backup."""
    with closing(sqlite3.connect(fresh)) as copy:
        if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise EnvironmentFailedError("store_damaged", path=str(fresh))


def _to_disk(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _name(fresh: Path, target: Path) -> None:
    """Gives a file its name unless another has it, also where the file system knows no links."""
    try:
        os.link(fresh, target)
    except FileExistsError as error:
        raise TrackerError("backup_exists", path=str(target)) from error
    except OSError:
        fresh.rename(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


# --- row by row, between engines --------------------------------------------------------------------------------


def _copy_rows(source: Connection, url: URL) -> None:
    """All rows of all tables into a database that has none of them, with their numbers; all or nothing."""
    with said_clearly(url):
        engine = opened(url)
        try:
            with writers(engine).begin() as target:
                if set(inspect(target).get_table_names()) & set(METADATA.tables):
                    raise TrackerError("backup_exists", path=shown(url))
                METADATA.create_all(target)
                for table in METADATA.sorted_tables:
                    _copy_table(source, target, table)
        finally:
            engine.dispose()


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    query = select(table).order_by(*table.primary_key)
    for rows in source.execute(query, execution_options={"yield_per": AT_ONCE}).mappings().partitions():
        target.execute(insert(table), [dict(row) for row in rows])
    if target.dialect.name == "postgresql":
        # The next number that the server gives is after the highest that came with the rows.
        (number,) = table.primary_key
        sequence = func.pg_get_serial_sequence(table.name, number.name)
        target.execute(select(func.setval(sequence, func.max(number))).having(func.count() > 0))
