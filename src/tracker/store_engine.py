"""Opening a store, a file of SQLite or a PostgreSQL server, and what a machine that fails is called.

Both engines keep the same promises: one writer at a time, who takes his turn before he looks and waits for it no
longer than LOCK_SECONDS; readers who see one state of the store from the first to the last row and hold nobody up.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.pool import StaticPool

from tracker.problems import EnvironmentFailedError, TrackerError

LOCK_SECONDS = 30
CONNECT_SECONDS = 10
STATEMENTS = 16  # kept ready: one that names five hundred files is large, and seldom asked again with as many
WRITES = "tracker_writes"
TURN = int.from_bytes(b"tracker", "big")
"""The advisory lock of a PostgreSQL database that its writers take in turn."""

_SQLSTATES = {
    "53100": "disk_full",
    "55P03": "store_locked",
    "40P01": "store_locked",
    "25006": "server_denied",
    "42501": "server_denied",
    "28P01": "server_password",
    "28000": "server_password",
    "3D000": "server_no_database",
    "42P01": "store_damaged",
    "42703": "store_damaged",
    "XX001": "store_damaged",
    "XX002": "store_damaged",
}
_WORDS = {
    "locked": "store_locked",
    "full": "disk_full",
    "disk i/o": "disk_failed",
    "readonly": "store_not_writable",
    "unable to open": "store_not_writable",
    "not a database": "store_damaged",
    "malformed": "store_damaged",
    "no such": "store_damaged",
    "password authentication": "server_password",
    "no password supplied": "server_password",
    "does not exist": "server_no_database",
}


def database_url(place: str) -> str | URL:
    """A path, whatever signs are in it, or a URL as SQLAlchemy writes it, as a URL."""
    return place if "://" in place else URL.create("sqlite", database=Path(place).as_posix())


def parsed(url: str | URL) -> URL:
    """The URL in parts. Raises TrackerError for what is no SQLite and no PostgreSQL URL."""
    try:
        parts = make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        raise TrackerError("store_url", found=str(url).partition("://")[0] + "://…") from error
    if parts.drivername in ("postgresql", "postgres"):
        parts = parts.set(drivername="postgresql+psycopg")
    if parts.drivername not in ("sqlite", "postgresql+psycopg"):
        raise TrackerError("store_url", found=parts.drivername + "://…")
    return parts


def shown(url: URL) -> str:
    """Where a store is, as it may be printed: no user, no password, no options."""
    if url.drivername == "sqlite":
        return url.database or ""
    port = f":{url.port}" if url.port else ""
    return f"{url.host or 'localhost'}{port}/{url.database or ''}"


def opened(url: URL) -> Engine:
    """The engine of a store; nothing is read or written yet."""
    if url.drivername != "sqlite":
        return _server(url)
    if not url.database:
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS, "cached_statements": STATEMENTS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _server(url: URL) -> Engine:
    try:
        engine = create_engine(url, connect_args={} if "connect_timeout" in url.query else _PATIENCE)
    except ModuleNotFoundError as error:
        raise EnvironmentFailedError("server_driver") from error
    event.listen(engine, "connect", _set_up_server)
    event.listen(engine, "begin", _begin_server)
    return engine


_PATIENCE = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": LOCK_SECONDS * 1000}


def readers(engine: Engine) -> Engine:
    """The same engine for transactions that only read: one state from the first statement to the last."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writers(engine: Engine) -> Engine:
    """The same engine for transactions that write, one at a time."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{WRITES: True})
    # Whoever has the turn sees what was committed before it, statement by statement; nobody else writes meanwhile.
    return engine.execution_options(**{WRITES: True}, isolation_level="READ COMMITTED")


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins and ends transactions itself, also around CREATE TABLE
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock before it looks: one that looked first is refused at once, not made to wait, when
    # another process has written meanwhile.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _set_up_server(connection: Any, _: object) -> None:
    connection.execute(f"SET lock_timeout = {LOCK_SECONDS * 1000}")
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _begin_server(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(WRITES, False))


def let_readers_through(engine: Engine) -> None:
    """Puts a SQLite store into the journal mode in which a writer holds no reader up; it stays in it for good.

    The change needs the file for itself and SQLite does not wait for that: we do, as long as for any lock. Where the
    file system cannot have that mode, the store works without it.
    """
    with engine.connect() as connection:
        file: Any = connection.connection.dbapi_connection
        until = time.monotonic() + LOCK_SECONDS
        while file.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            try:
                file.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.05)


def refuse_damaged(connection: Connection) -> None:
    """Raises EnvironmentFailedError where a SQLite file does not hang together; a tenth of a second for 100 MB."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise EnvironmentFailedError("store_damaged")


@contextmanager
def said_clearly(url: URL) -> Iterator[None]:
    """Turns what the database says of its machine into an error that names the cause."""
    try:
        yield
    except EnvironmentFailedError as error:
        error.facts.setdefault("path", shown(url))
        raise
    except exc.IntegrityError:
        raise
    except (exc.DatabaseError, exc.InterfaceError, sqlite3.Error) as error:
        raise EnvironmentFailedError(_cause(error), path=shown(url)) from error


def _cause(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).lower()
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state:
        return _SQLSTATES.get(state, "server_gone")
    return next((code for word, code in _WORDS.items() if word in said), "server_gone")
