"""Copies of a store: beside it before it is brought up to date, wherever its users want one, and on a server.

A copy is one state of the store, taken while others use it. It is written under a name of its own, and gets the one
asked for when it is whole and on the disk; nothing that is there is ever overwritten.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.problems import EnvironmentFailedError, TrackerError
from tracker.store_address import Address
from tracker.store_engine import AT_ONCE, LOCK_SECONDS, Connection, engine, said_clearly
from tracker.store_tables import MOMENT, TABLES, Table, create, moment, moment_text
from tracker.store_writing import write

if TYPE_CHECKING:
    from tracker.store import Store


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
    address = Address.of(place)
    if not address.file:
        with store.reading() as connection:
            _copy_rows(connection, address)
        return str(address)
    with said_clearly(engine(address)), _whole(address.file) as fresh:
        if store.file:
            _copy_file(store.file, fresh)
        else:
            with store.reading() as connection:
                _copy_rows(connection, Address(file=fresh))
    return str(address)


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


def _copy_rows(source: Connection, address: Address) -> None:
    """All rows of all tables into a database that has none of them, with their numbers; all or nothing."""
    fresh = engine(address)
    with said_clearly(fresh), closing(fresh), fresh.transaction(write=True) as target:
        if target.tables() & set(TABLES):
            raise TrackerError("backup_exists", path=str(address))
        for table in TABLES.values():
            create(target, table)
            _copy_table(source, target, table)


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    kinds = [kind.removesuffix(" NOT NULL") for kind in table.columns.values()]
    otherwise = [(place, _READ[kind]) for place, kind in enumerate(kinds) if kind in _READ]
    columns = tuple(table.columns)
    found = map(list, source.stream(f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY {table.key}"))
    while rows := list(islice(found, AT_ONCE)):
        for row in rows:
            for place, read in otherwise:
                row[place] = read(row[place])
        write(target, table, columns, rows)
    if target.server and table.numbered:
        # The next number that the server gives is after the highest that came with the rows.
        key = f"pg_get_serial_sequence('{table.name}', '{table.key}')"
        target.run(f"SELECT setval({key}, max({table.key})) FROM {table.name} HAVING count(*) > 0")


_READ: Mapping[str, Callable[[Any], Any]] = {
    "BOOLEAN": bool,
    MOMENT: lambda said: moment_text(moment(said)),
}
"""By what a column holds: values that an engine has no kind for, as the other has them."""
