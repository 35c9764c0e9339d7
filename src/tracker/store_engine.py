"""Connections to a store, a file of SQLite or a PostgreSQL server, and what a machine that fails is called.

Both engines keep the same promises: one writer at a time, who takes his turn before he looks and waits for it no
longer than LOCK_SECONDS; readers who see one state of the store from the first to the last row and hold nobody up.
Both are sent the same statements, and give and take the same values: whole numbers, text, and yes and no; days,
moments and JSON as text. The drivers are used as they are: a library between would be two thirds of what a command
takes to start.
"""

from __future__ import annotations

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from tracker.problems import EnvironmentFailedError, TrackerError
from tracker.store_address import Address

LOCK_SECONDS = 30
CONNECT_SECONDS = 10
STATEMENTS = 4  # kept ready: one that names five hundred files is large, and seldom asked again with as many
AT_ONCE = 2000  # rows in memory on their way
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


class Connection(ABC):
    """A way to ask the database; nothing is asked outside a transaction.

    A statement has `?` where a value goes, and neither that sign nor `%` anywhere else.
    """

    server: ClassVar[bool]

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    @abstractmethod
    def cursor(self, statement: str, values: Sequence[Any]) -> Any:
        """What the driver has to say to a statement."""

    @abstractmethod
    def write(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Sends one statement for each of many rows of values."""

    @abstractmethod
    def stream(self, statement: str) -> Iterator[tuple[Any, ...]]:
        """Rows of which only AT_ONCE are in memory."""

    @abstractmethod
    def tables(self) -> set[str]:
        """The names of the tables that are there."""

    def run(self, statement: str, *values: Any) -> None:
        self.cursor(statement, values)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.cursor(statement, values).fetchall()
        return found

    def firsts(self, statement: str, *values: Any) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self.rows(statement, *values)]


class Engine(ABC):
    """The connections of this process to a store; nothing is read or written before a transaction begins."""

    errors: type[Exception]
    integrity: type[Exception]

    def __init__(self, address: Address) -> None:
        self.address = address
        self._idle: list[Connection] = []
        self._closed = False

    @abstractmethod
    def connect(self) -> Connection:
        """A new connection, set up for our use."""

    @abstractmethod
    def begin(self, connection: Connection, *, write: bool) -> None:
        """Begins a transaction; one that is to write has the turn from here on."""

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[Connection]:
        """All of it, or on any error nothing."""
        connection = self._idle.pop() if self._idle else self.connect()
        try:
            self.begin(connection, write=write)
            yield connection
            self.commit(connection)
        except BaseException:
            self._undo(connection)
            raise
        self._put_back(connection)

    def commit(self, connection: Connection) -> None:
        connection.driver.commit()

    def _undo(self, connection: Connection) -> None:
        try:
            connection.driver.rollback()
        except self.errors:  # it is lost, and what it had begun with it
            connection.driver.close()
        else:
            self._put_back(connection)

    def _put_back(self, connection: Connection) -> None:
        if self._closed:
            connection.driver.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().driver.close()


def engine(address: Address) -> Engine:
    return _Server(address) if address.server else _File(address)


# --- SQLite -----------------------------------------------------------------------------------------------------


class _FileConnection(Connection):
    server = False

    def cursor(self, statement: str, values: Sequence[Any]) -> Any:
        return self.driver.execute(statement, values)

    def write(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self.driver.executemany(statement, rows)

    def stream(self, statement: str) -> Iterator[tuple[Any, ...]]:
        yield from self.cursor(statement, ())

    def tables(self) -> set[str]:
        return set(self.firsts("SELECT name FROM sqlite_master WHERE type = 'table'"))


class _File(Engine):
    errors, integrity = sqlite3.Error, sqlite3.IntegrityError

    def connect(self) -> Connection:
        driver = sqlite3.connect(
            str(self.address.file),
            timeout=LOCK_SECONDS,
            isolation_level=None,  # transactions are begun and ended here, also around CREATE TABLE
            check_same_thread=False,
            cached_statements=STATEMENTS,
        )
        driver.execute("PRAGMA synchronous=NORMAL")
        driver.execute("PRAGMA foreign_keys=ON")
        return _FileConnection(driver)

    def begin(self, connection: Connection, *, write: bool) -> None:
        # A writer takes the lock before it looks: one that looked first is refused at once, not made to wait, when
        # another process has written meanwhile.
        connection.run("BEGIN IMMEDIATE" if write else "BEGIN")


def let_readers_through(file: Path) -> None:
    """Puts a SQLite store into the journal mode in which a writer holds no reader up; it stays in it for good.

    The change needs the file for itself and SQLite does not wait for that: we do, as long as for any lock. Where the
    file system cannot have that mode, the store works without it.
    """
    driver = sqlite3.connect(file, timeout=LOCK_SECONDS)
    try:
        until = time.monotonic() + LOCK_SECONDS
        while driver.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            try:
                driver.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.05)
    finally:
        driver.close()


# --- PostgreSQL -------------------------------------------------------------------------------------------------


class _ServerConnection(Connection):
    server = True

    def cursor(self, statement: str, values: Sequence[Any]) -> Any:
        return self.driver.execute(_for_server(statement), values)

    def write(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self.driver.cursor().executemany(_for_server(statement), rows)

    def stream(self, statement: str) -> Iterator[tuple[Any, ...]]:
        with self.driver.cursor("tracker") as cursor:  # one that has a name stays on the server
            cursor.itersize = AT_ONCE
            yield from cursor.execute(_for_server(statement))

    def tables(self) -> set[str]:
        return set(self.firsts("SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid)"))


@lru_cache(maxsize=64)
def _for_server(statement: str) -> str:
    return statement.replace("?", "%s")


class _Server(Engine):
    def __init__(self, address: Address) -> None:
        super().__init__(address)
        try:
            import psycopg
        except ModuleNotFoundError as error:
            raise EnvironmentFailedError("server_driver") from error
        self.errors, self.integrity = psycopg.Error, psycopg.IntegrityError
        self._said = _PATIENCE | _read(address.server)

    def connect(self) -> Connection:
        import psycopg
        from psycopg.types.string import TextLoader

        driver = psycopg.connect(**self._said, autocommit=True)
        for kind in ("date", "timestamptz", "json"):
            driver.adapters.register_loader(kind, TextLoader)
        driver.execute(f"SET lock_timeout = {LOCK_SECONDS * 1000}")
        driver.execute("SET TIME ZONE 'UTC'")
        driver.execute("SET datestyle = 'ISO'")
        return _ServerConnection(driver)

    def begin(self, connection: Connection, *, write: bool) -> None:
        if write:
            # Whoever has the turn sees what was committed before it, statement by statement; nobody else writes.
            connection.run("BEGIN ISOLATION LEVEL READ COMMITTED")
            connection.run(f"SELECT pg_advisory_xact_lock({TURN})")
        else:
            connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _read(url: str) -> dict[str, Any]:
    """What a URL says, by the driver's names. Raises TrackerError where it says no server's database.

    A sign of a password that is not encoded ends the password early; nothing that stands there is said anywhere.
    """
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict

    with suppress(Error, UnicodeError):
        said = conninfo_to_dict(url)
        ports = str(said.get("port", "")).replace(",", "")
        if "@" not in str(said.get("dbname", "")) and (not ports or ports.isdecimal()):
            return dict(said)
    raise TrackerError("store_url", found="postgresql://…")


_PATIENCE: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": LOCK_SECONDS * 1000}


# --- what fails -------------------------------------------------------------------------------------------------


def refuse_damaged(connection: Connection) -> None:
    """Raises EnvironmentFailedError where a SQLite file does not hang together; a tenth of a second for 100 MB."""
    if not connection.server and connection.rows("PRAGMA quick_check(1)") != [("ok",)]:
        raise EnvironmentFailedError("store_damaged")


@contextmanager
def said_clearly(engine: Engine) -> Iterator[None]:
    """Turns what the database says of its machine into an error that names the cause."""
    try:
        yield
    except EnvironmentFailedError as error:
        error.facts.setdefault("path", str(engine.address))
        raise
    except engine.integrity:
        raise
    except engine.errors as error:
        raise EnvironmentFailedError(_cause(error), path=str(engine.address)) from error


def _cause(error: Exception) -> str:
    state = getattr(error, "sqlstate", None)
    if state:
        return _SQLSTATES.get(state, "server_gone")
    said = str(error).lower()
    return next((code for word, code in _WORDS.items() if word in said), "server_gone")
