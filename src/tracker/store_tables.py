"""The tables of the store. Append-only: nothing is overwritten, and the database itself refuses to.

A file is known by its hash; an arrival says when it came; a filing is one form of one return of a file; a record is
one row of a filing with the cell and the raw text of every figure; what is kept of a filing are the answers of its
records once more, by field; a joint is the folded code of an activity that a filing shares with those of others; a
decision is a person's word about a filing; a waiver is a unit's reason for a warned value, as long as that value
stands; an act says who did what with which version of the tool, and is named by whatever it brought.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
)

VERSION = 4
"""Version of the tables; a store that says a higher one was written by a newer tool."""

METADATA = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, on engines that keep time zones and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


ACT = Table(
    "act",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Column("tool", String, nullable=False),
    Column("command", String, nullable=False),
    Column("said", JSON, nullable=False),
)

STORE = Table(
    "store", METADATA, Column("version", Integer, primary_key=True), Column("made_by", String, nullable=False)
)

FILE = Table(
    "file",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("returns", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("made_by", String, nullable=False),
)

ARRIVAL = Table(
    "arrival",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("file_id", ForeignKey("file.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("act_id", ForeignKey("act.id")),
    UniqueConstraint("file_id", "name", "received_on"),
)

FILING = Table(
    "filing",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("file_id", ForeignKey("file.id"), nullable=False),
    Column("return_no", Integer, nullable=False),
    Column("unit", String, nullable=False),
    Column("agency", String, nullable=False),
    Column("outlet", String, nullable=False),
    Column("form", String, nullable=False),
    Column("period_from", Date),
    Column("period_to", Date),
    Column("kind", String, nullable=False),
    Column("year", Integer),
    Column("revision", Integer, nullable=False),
    Column("prepared_on", Date),
    Column("nil", Boolean, nullable=False),
    Column("status", String, nullable=False),
    Column("none", Boolean, nullable=False),
    Column("refused_parts", JSON, nullable=False),
    Column("refused_days", JSON, nullable=False),
    Column("refused_undated", Boolean, nullable=False),
    Column("content", String, nullable=False),
    Column("figures", Integer, nullable=False),
    Index("filing_by_key", "form", "unit", "agency", "outlet", "period_from", "period_to", "revision"),
    Index("filing_by_content", "form", "content"),
    Index("filing_by_file", "file_id"),
    Index("filing_by_unit_and_days", "unit", "year", "period_from", "period_to", "form"),
)

RECORD = Table(
    "record",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("filing_id", ForeignKey("filing.id"), nullable=False),
    Column("sheet", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("answers", Text, nullable=False),
    Column("origins", Text, nullable=False),
    Index("record_by_filing", "filing_id"),
)

KEPT = Table(
    "kept",
    METADATA,
    Column("filing_id", ForeignKey("filing.id"), primary_key=True),
    Column("answers", Text, nullable=False),
)

JOINT = Table(
    "joint",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("filing_id", ForeignKey("filing.id"), nullable=False),
    Column("code", String, nullable=False),
    UniqueConstraint("filing_id", "code"),
    Index("joint_by_code", "code"),
)

DECISION = Table(
    "decision",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("filing_id", ForeignKey("filing.id"), nullable=False),
    Column("action", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Column("act_id", ForeignKey("act.id")),
    Index("decision_by_filing", "filing_id"),
)

WAIVER = Table(
    "waiver",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("filing_id", ForeignKey("filing.id"), nullable=False),
    Column("code", String, nullable=False),
    Column("sheet", String, nullable=False),
    Column("cell", String, nullable=False),
    Column("field", String, nullable=False),
    Column("found", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("act_id", ForeignKey("act.id")),
    UniqueConstraint("filing_id", "code", "sheet", "cell", "found"),
)


# --- what makes the tables append-only --------------------------------------------------------------------------

_REFUSE = {
    "sqlite": (
        "CREATE TRIGGER %(table)s_is_not_changed BEFORE UPDATE ON %(table)s"
        " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
        "CREATE TRIGGER %(table)s_is_not_emptied BEFORE DELETE ON %(table)s"
        " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION tracker_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'append-only'; END $$",
        "CREATE TRIGGER %(table)s_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s"
        " FOR EACH STATEMENT EXECUTE FUNCTION tracker_append_only()",
    ),
}


def keep_rows(table: Table, connection: Any, **_: object) -> None:
    """Lets the database refuse every change of a row of this table, whichever program asks for it."""
    for statement in _REFUSE[connection.dialect.name]:
        connection.execute(DDL(statement, context={}).against(table))  # type: ignore[no-untyped-call]


for _table in METADATA.tables.values():
    event.listen(_table, "after_create", keep_rows)
