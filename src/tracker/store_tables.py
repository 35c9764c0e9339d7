"""The tables of the store. Append-only: nothing is overwritten, and the database itself refuses to.

A file is known by its hash; an arrival says when it came; a filing is one form of one return of a file; a record is
one row of a filing with the cell and the raw text of every figure; what is kept of a filing are the answers of its
records once more, by field; a joint is the folded code of an activity that a filing shares with those of others; a
decision is a person's word about a filing; a waiver is a unit's reason for a warned value, as long as that value
stands; an act says who did what with which version of the tool, and is named by whatever it brought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.store_engine import Connection

VERSION = 4
"""Version of the tables; a store that says a higher one was written by a newer tool."""

NUMBER, MOMENT = "{number}", "{moment}"
_NUMBERED = f"{NUMBER} NOT NULL PRIMARY KEY"
_KINDS = ({"number": "INTEGER", "moment": "DATETIME"}, {"number": "SERIAL", "moment": "TIMESTAMP WITH TIME ZONE"})
"""What only one engine calls so: SQLite, PostgreSQL."""


@dataclass(frozen=True)
class Table:
    """A table: its columns and what each holds, what is unique in it, and its indexes, by name."""

    name: str
    columns: Mapping[str, str]
    unique: str = ""
    indexes: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The column whose values are the numbers of the rows: the first."""
        return next(iter(self.columns))

    @property
    def numbered(self) -> bool:
        """Whether a number is given to each row, not taken over from another table."""
        return NUMBER in self.columns[self.key]


ACT = Table(
    "act",
    {
        "id": _NUMBERED,
        "made_at": f"{MOMENT} NOT NULL",
        "made_by": "VARCHAR NOT NULL",
        "tool": "VARCHAR NOT NULL",
        "command": "VARCHAR NOT NULL",
        "said": "JSON NOT NULL",
    },
)

STORE = Table("store", {"version": _NUMBERED, "made_by": "VARCHAR NOT NULL"})

FILE = Table(
    "file",
    {
        "id": _NUMBERED,
        "sha256": "VARCHAR(64) NOT NULL",
        "size": "INTEGER NOT NULL",
        "status": "VARCHAR NOT NULL",
        "returns": "JSON NOT NULL",
        "problems": "JSON NOT NULL",
        "made_by": "VARCHAR NOT NULL",
    },
    unique="sha256",
)

ARRIVAL = Table(
    "arrival",
    {
        "id": _NUMBERED,
        "file_id": "INTEGER NOT NULL REFERENCES file (id)",
        "name": "VARCHAR NOT NULL",
        "received_on": "DATE NOT NULL",
        "act_id": "INTEGER REFERENCES act (id)",
    },
    unique="file_id, name, received_on",
)

FILING = Table(
    "filing",
    {
        "id": _NUMBERED,
        "file_id": "INTEGER NOT NULL REFERENCES file (id)",
        "return_no": "INTEGER NOT NULL",
        "unit": "VARCHAR NOT NULL",
        "agency": "VARCHAR NOT NULL",
        "outlet": "VARCHAR NOT NULL",
        "form": "VARCHAR NOT NULL",
        "period_from": "DATE",
        "period_to": "DATE",
        "kind": "VARCHAR NOT NULL",
        "year": "INTEGER",
        "revision": "INTEGER NOT NULL",
        "prepared_on": "DATE",
        "nil": "BOOLEAN NOT NULL",
        "status": "VARCHAR NOT NULL",
        "none": "BOOLEAN NOT NULL",
        "refused_parts": "JSON NOT NULL",
        "refused_days": "JSON NOT NULL",
        "refused_undated": "BOOLEAN NOT NULL",
        "content": "VARCHAR NOT NULL",
        "figures": "INTEGER NOT NULL",
    },
    indexes={
        "filing_by_key": "form, unit, agency, outlet, period_from, period_to, revision",
        "filing_by_content": "form, content",
        "filing_by_file": "file_id",
        "filing_by_unit_and_days": "unit, year, period_from, period_to, form",
    },
)

RECORD = Table(
    "record",
    {
        "id": _NUMBERED,
        "filing_id": "INTEGER NOT NULL REFERENCES filing (id)",
        "sheet": "VARCHAR NOT NULL",
        "row": "INTEGER NOT NULL",
        "answers": "TEXT NOT NULL",
        "origins": "TEXT NOT NULL",
    },
    indexes={"record_by_filing": "filing_id"},
)

KEPT = Table(
    "kept",
    {"filing_id": "INTEGER NOT NULL PRIMARY KEY REFERENCES filing (id)", "answers": "TEXT NOT NULL"},
)

JOINT = Table(
    "joint",
    {
        "id": _NUMBERED,
        "filing_id": "INTEGER NOT NULL REFERENCES filing (id)",
        "code": "VARCHAR NOT NULL",
    },
    unique="filing_id, code",
    indexes={"joint_by_code": "code"},
)

DECISION = Table(
    "decision",
    {
        "id": _NUMBERED,
        "filing_id": "INTEGER NOT NULL REFERENCES filing (id)",
        "action": "VARCHAR NOT NULL",
        "reason": "TEXT NOT NULL",
        "made_at": f"{MOMENT} NOT NULL",
        "made_by": "VARCHAR NOT NULL",
        "act_id": "INTEGER REFERENCES act (id)",
    },
    indexes={"decision_by_filing": "filing_id"},
)

WAIVER = Table(
    "waiver",
    {
        "id": _NUMBERED,
        "filing_id": "INTEGER NOT NULL REFERENCES filing (id)",
        "code": "VARCHAR NOT NULL",
        "sheet": "VARCHAR NOT NULL",
        "cell": "VARCHAR NOT NULL",
        "field": "VARCHAR NOT NULL",
        "found": "TEXT NOT NULL",
        "reason": "TEXT NOT NULL",
        "made_at": f"{MOMENT} NOT NULL",
        "act_id": "INTEGER REFERENCES act (id)",
    },
    unique="filing_id, code, sheet, cell, found",
)

TABLES: Mapping[str, Table] = {
    one.name: one for one in (STORE, ACT, FILE, ARRIVAL, FILING, RECORD, KEPT, JOINT, DECISION, WAIVER)
}
"""Every table by its name; none refers to one that comes after it."""


def create(connection: Connection, table: Table) -> None:
    """Makes a table with its indexes, whose rows nobody can change from then on."""
    columns = [f"{name} {kind.format_map(_KINDS[connection.server])}" for name, kind in table.columns.items()]
    columns += [f"UNIQUE ({table.unique})"] if table.unique else []
    connection.run(f"CREATE TABLE {table.name} ({', '.join(columns)})")
    for name in table.indexes:
        create_index(connection, table, name)
    keep_rows(connection, table)


def create_index(connection: Connection, table: Table, name: str) -> None:
    connection.run(f"CREATE INDEX {name} ON {table.name} ({table.indexes[name]})")


_REFUSE = (
    (
        "CREATE TRIGGER {name}_is_not_changed BEFORE UPDATE ON {name} BEGIN SELECT RAISE(ABORT, 'append-only'); END",
        "CREATE TRIGGER {name}_is_not_emptied BEFORE DELETE ON {name} BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    ),
    (
        "CREATE OR REPLACE FUNCTION tracker_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'append-only'; END $$",
        "CREATE TRIGGER {name}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION tracker_append_only()",
    ),
)


def keep_rows(connection: Connection, table: Table) -> None:
    """Lets the database refuse every change of a row of this table, whichever program asks for it."""
    for statement in _REFUSE[connection.server]:
        connection.run(statement.format(name=table.name))


# --- values of which the engines have no kind in common -----------------------------------------------------------


def moment(said: str) -> datetime:
    """A moment as a store says it, in UTC."""
    read = datetime.fromisoformat(said)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def moment_text(value: datetime) -> str:
    """A moment as it is written into a store: in UTC, which is not said."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
