"""The office's memory of who reported what, when, and which version counts. Source: the contract, section 8.

Only this module writes. A file is one transaction, all or nothing; what counts is a query over what was received, so
the order of arrival never matters. SQLite and a PostgreSQL server run through the same code.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, create_engine, event, exc, func, insert, inspect, select
from sqlalchemy.pool import StaticPool

from tracker import __version__
from tracker.problems import EnvironmentFailedError, Problem, Scope, Severity
from tracker.returns import Filing, Received, Record, Return, Status
from tracker.store_tables import ARRIVAL, DECISION, FILE, FILING, METADATA, RECORD, STORE, VERSION
from tracker.versions import Version, settle

ACCEPTED, REJECTED, QUARANTINED = "accepted", "rejected", "quarantined"
REPLACE, WITHDRAW = "replace", "withdraw"
LOCK_SECONDS = 30
WRITES = "tracker_writes"
FAR = date(9999, 12, 31)
QUALIFIERS = "~"
"""Key among a record's answers for the qualifiers ("over", "nearly") of those figures that have one."""


@dataclass(frozen=True, slots=True)
class Known:
    """A file that the store holds already: what it said of it when it first came."""

    id: int
    sha256: str
    size: int
    status: Status
    returns: list[dict[str, Any]]
    problems: list[Problem]
    first_received: date


class Store:
    """A store at a place; opens, or makes when it is not there, and refuses one it cannot read."""

    def __init__(self, url: str) -> None:
        self.url = url
        with _said_clearly(url):
            self.engine = _engine(url)
            self._prepare()

    @classmethod
    def in_memory(cls) -> Store:
        """A store that is gone with the process: for checking without storing."""
        return cls("sqlite://")

    def close(self) -> None:
        self.engine.dispose()

    def _prepare(self) -> None:
        with self.reading() as connection:
            made = inspect(connection).has_table("store")
        if not made:
            self._make()
        with self.reading() as connection:
            version = connection.execute(select(func.max(STORE.c.version))).scalar_one_or_none()
        if version is None:
            raise EnvironmentFailedError("store_damaged", path=self.url)
        if version > VERSION:
            raise EnvironmentFailedError("store_too_new", path=self.url)

    def _make(self) -> None:
        """Makes the tables, unless another process did so since we looked."""
        with self.writing() as connection:
            present = inspect(connection).get_table_names()
            if "store" in present:
                return
            if present and connection.dialect.name == "sqlite":  # some other program's file: not ours to fill
                raise EnvironmentFailedError("store_damaged", path=self.url)
            METADATA.create_all(connection)
            connection.execute(insert(STORE).values(version=VERSION, made_by=__version__))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it, or on any error nothing."""
        engine = self.engine.execution_options(**{WRITES: True})
        with _said_clearly(self.url), engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state of the store from start to end."""
        with _said_clearly(self.url), self.engine.connect() as connection, connection.begin():
            yield connection

    # --- writing ------------------------------------------------------------------------------------------------

    def hashes(self) -> frozenset[str]:
        """The hashes of every file that the store holds."""
        with self.reading() as connection:
            return frozenset(connection.execute(select(FILE.c.sha256)).scalars())

    def known(self, sha256: str) -> Known | None:
        """What the store holds of a file with this hash."""
        query = (
            select(FILE, func.min(ARRIVAL.c.received_on).label("first"))
            .join(ARRIVAL, ARRIVAL.c.file_id == FILE.c.id)
            .where(FILE.c.sha256 == sha256)
            .group_by(FILE.c.id)
        )
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        problems = [_problem_of(one) for one in row.problems]
        return Known(row.id, sha256, row.size, Status(row.status), row.returns, problems, row.first)

    def save(self, received: Received, received_on: date) -> bool:
        """Stores a file with all it says, in one transaction; False when the store had it already."""
        try:
            return self._save(received, received_on)
        except exc.IntegrityError:
            # Another process stored the same file between our look and our insert: it is there, whole, and only
            # the day on which we received it is new.
            return self._save(received, received_on)

    def _save(self, received: Received, received_on: date) -> bool:
        with self.writing() as connection:
            present = connection.execute(select(FILE.c.id).where(FILE.c.sha256 == received.sha256)).scalar()
            if present is not None:
                _save_arrival(connection, present, received.path, received_on)
                return False
            file_id = _save_file(connection, received)
            _save_arrival(connection, file_id, received.path, received_on)
            for number, one in enumerate(received.returns):
                _save_return(connection, file_id, number, one, received.status)
        return True

    def decide(self, filing_ids: Iterable[int], action: str, reason: str, by: str) -> None:
        """Puts a person's decision about filings on the record; nothing else changes."""
        now = datetime.now(UTC)
        rows = [
            {"filing_id": one, "action": action, "reason": reason, "made_at": now, "made_by": by}
            for one in sorted(filing_ids)
        ]
        if rows:
            with self.writing() as connection:
                connection.execute(insert(DECISION), rows)

    # --- reading ------------------------------------------------------------------------------------------------

    def filings(self, *, forms: Sequence[str] = (), known_on: date | None = None) -> list[Version]:
        """Every filing received by `known_on`, settled: what became of each version of each key.

        In the order of form, unit, agency, outlet, period, revision and receipt, which is the same however they came.
        """
        with self.reading() as connection:
            rows = [Version(**row._mapping) for row in connection.execute(_filings(forms, known_on or FAR))]
        return settle(rows)

    def names(self) -> dict[str, str]:
        """The name under which each file first came, by its hash."""
        query = (
            select(FILE.c.sha256, ARRIVAL.c.name)
            .join(ARRIVAL, ARRIVAL.c.file_id == FILE.c.id)
            .order_by(ARRIVAL.c.received_on.desc(), ARRIVAL.c.name.desc())
        )
        with self.reading() as connection:
            return {row.sha256: row.name for row in connection.execute(query)}

    def records(self, filing_ids: Sequence[int], *, origins: bool = False) -> Iterator[Mapping[str, Any]]:
        """Records of filings in their order: filing_id, sheet, row, answers (a dict), and origins when asked for."""
        columns = [RECORD.c.filing_id, RECORD.c.sheet, RECORD.c.row, RECORD.c.answers]
        if origins:
            columns.append(RECORD.c.origins)
        wanted = sorted(filing_ids)
        with self.reading() as connection:
            for start in range(0, len(wanted), 500):
                query = (
                    select(*columns)
                    .where(RECORD.c.filing_id.in_(wanted[start : start + 500]))
                    .order_by(RECORD.c.filing_id, RECORD.c.id)
                )
                for row in connection.execute(query):
                    said = dict(row._mapping)
                    said["answers"] = json.loads(said["answers"])
                    if origins:
                        said["origins"] = json.loads(said["origins"])
                    yield said


# --- opening ----------------------------------------------------------------------------------------------------


def database_url(place: str) -> str:
    """A path, or a URL as SQLAlchemy writes it, as a URL."""
    return place if "://" in place else f"sqlite:///{Path(place).as_posix()}"


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        try:
            return create_engine(url, isolation_level="REPEATABLE READ")
        except ModuleNotFoundError as error:
            raise EnvironmentFailedError("server_gone", path=url) from error
    if url == "sqlite://":
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins and ends transactions itself, also around CREATE TABLE
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables or "store" in tables:  # the journal of some other program's file stays as it is
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    # A writer takes the lock before it looks: one that looked first is refused at once, not made to wait, when
    # another process has written meanwhile.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _said_clearly(url: str) -> Iterator[None]:
    """Turns what the database says of its machine into an error that names the cause."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except (exc.OperationalError, exc.DatabaseError, sqlite3.Error) as error:
        raise EnvironmentFailedError(_cause(str(error).lower()), path=url) from error
    except (exc.ArgumentError, exc.NoSuchModuleError) as error:
        raise EnvironmentFailedError("server_gone", path=url) from error


def _cause(said: str) -> str:
    causes = {
        "locked": "store_locked",
        "full": "disk_full",
        "disk i/o": "disk_full",
        "readonly": "folder_read_only",
        "unable to open": "folder_read_only",
        "not a database": "store_damaged",
        "malformed": "store_damaged",
        "no such": "store_damaged",
    }
    return next((code for word, code in causes.items() if word in said), "server_gone")


# --- rows out of values -----------------------------------------------------------------------------------------


def _save_file(connection: Connection, received: Received) -> int:
    values = {
        "sha256": received.sha256,
        "size": received.size,
        "status": received.status.value,
        "returns": [summary(one) for one in received.returns],
        "problems": [_plain_problem(one) for one in received.problems],
        "made_by": __version__,
    }
    return int(connection.execute(insert(FILE).values(values).returning(FILE.c.id)).scalar_one())


def _save_arrival(connection: Connection, file_id: int, name: str, received_on: date) -> None:
    same = (ARRIVAL.c.file_id == file_id) & (ARRIVAL.c.name == name) & (ARRIVAL.c.received_on == received_on)
    if connection.execute(select(ARRIVAL.c.id).where(same)).first() is None:
        connection.execute(insert(ARRIVAL).values(file_id=file_id, name=name, received_on=received_on))


def _save_return(connection: Connection, file_id: int, number: int, one: Return, status: Status) -> None:
    for filing in one.filings:
        values = _filing_row(one, filing, status) | {"file_id": file_id, "return_no": number}
        filing_id = connection.execute(insert(FILING).values(values).returning(FILING.c.id)).scalar_one()
        rows = [_record_row(filing_id, record) for record in filing.records]
        if rows:
            connection.execute(insert(RECORD), rows)


def _filing_row(one: Return, filing: Filing, status: Status) -> dict[str, Any]:
    quarantined = status is Status.QUARANTINED
    refused = one.refused or filing.refused
    return {
        "unit": one.unit,
        "agency": one.agency,
        "outlet": one.outlet,
        "form": filing.form,
        "period_from": one.period.first if one.period else None,
        "period_to": one.period.last if one.period else None,
        "kind": one.kind.value,
        "year": one.year,
        "revision": one.revision,
        "prepared_on": one.prepared_on,
        "nil": one.nil,
        "status": QUARANTINED if quarantined else REJECTED if refused else ACCEPTED,
        "none": filing.none,
        "refused_parts": sorted(filing.refused_parts),
        "refused_days": [[day.first.isoformat(), day.last.isoformat()] for day in filing.refused_days],
        "refused_undated": filing.refused_undated,
        "content": filing.content,
        "figures": filing.figures,
    }


def _record_row(filing_id: int, record: Record) -> dict[str, Any]:
    answers = {name: _plain(value) for name, value in record.values.items() if value is not None}
    qualified = {name: one.qualifier for name, one in record.origins.items() if one.qualifier != "exact"}
    if qualified:
        answers[QUALIFIERS] = qualified
    origins = {name: [one.cell, one.raw] for name, one in record.origins.items()}
    return {
        "filing_id": filing_id,
        "sheet": record.sheet,
        "row": record.row,
        "answers": json.dumps(answers, ensure_ascii=False, separators=(",", ":")),
        "origins": json.dumps(origins, ensure_ascii=False, separators=(",", ":")),
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def summary(one: Return) -> dict[str, Any]:
    """What a return is, as the check report says it."""
    return {
        "unit": one.unit,
        "agency": one.agency,
        "outlet": one.outlet,
        "period_from": one.period.first.isoformat() if one.period else None,
        "period_to": one.period.last.isoformat() if one.period else None,
        "revision": one.revision,
        "forms": [filing.form for filing in one.filings],
        "status": one.status.value,
    }


def _plain_problem(one: Problem) -> dict[str, Any]:
    return {
        "code": one.code,
        "form": one.form,
        "sheet": one.sheet,
        "cell": one.cell,
        "field": one.field,
        "found": one.found,
        "facts": dict(one.facts),
        "severity": one.severity.value,
        "scope": one.scope.value,
    }


def _problem_of(said: Mapping[str, Any]) -> Problem:
    return Problem(**{**said, "severity": Severity(said["severity"]), "scope": Scope(said["scope"])})


# --- what counts ------------------------------------------------------------------------------------------------


def _filings(forms: Sequence[str], known_on: date) -> Select[Any]:
    """All filings that had come by `known_on`, with the latest decisions about each."""
    first = (
        select(ARRIVAL.c.file_id, func.min(ARRIVAL.c.received_on).label("received_on"))
        .group_by(ARRIVAL.c.file_id)
        .subquery()
    )
    withdrawn, replaced = _latest_decision(WITHDRAW), _latest_decision(REPLACE)
    query = (
        select(
            *(column for column in FILING.c if column.name not in {"file_id", "return_no", "prepared_on"}),
            FILE.c.sha256,
            first.c.received_on,
            withdrawn.c.decided.isnot(None).label("withdrawn"),
            func.coalesce(replaced.c.decided, 0).label("replaced"),
        )
        .join(FILE, FILE.c.id == FILING.c.file_id)
        .join(first, first.c.file_id == FILING.c.file_id)
        .outerjoin(withdrawn, withdrawn.c.filing_id == FILING.c.id)
        .outerjoin(replaced, replaced.c.filing_id == FILING.c.id)
        .where(first.c.received_on <= known_on)
        .order_by(*(FILING.c[name] for name in ("form", "unit", "agency", "outlet", "period_to", "revision")))
        .order_by(first.c.received_on, FILE.c.sha256, FILING.c.id)
    )
    return query.where(FILING.c.form.in_(forms)) if forms else query


def _latest_decision(action: str) -> Any:
    return (
        select(DECISION.c.filing_id, func.max(DECISION.c.id).label("decided"))
        .where(DECISION.c.action == action)
        .group_by(DECISION.c.filing_id)
        .subquery()
    )
