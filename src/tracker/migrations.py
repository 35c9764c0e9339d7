"""The steps that bring a store of an older version up to date, one transaction for all of them.

A store says its version in the table `store`, a row a step. A step may only add: columns, tables, what is computed
from rows that are there. Before the first one a SQLite store is copied beside itself; a server has its own backups.
A step that makes a table takes its definition as it stands in `store_tables`; when a later step changes that table,
the definition that the earlier one needs moves here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import groupby, islice

from sqlalchemy import Connection, func, insert, inspect, select, text

from tracker import __version__, kept
from tracker.problems import EnvironmentFailedError
from tracker.store_rows import joint_code
from tracker.store_tables import (
    ACT,
    ARRIVAL,
    DECISION,
    FILE,
    FILING,
    JOINT,
    KEPT,
    METADATA,
    RECORD,
    STORE,
    VERSION,
    WAIVER,
    keep_rows,
)

AT_ONCE = 2000  # filings in memory on their way

Step = Callable[[Connection], None]


def _acts_and_waivers(connection: Connection) -> None:
    """Who did what: acts, which arrivals and decisions name from now on. Waivers. Rows that nobody can change."""
    ACT.create(connection)
    WAIVER.create(connection)
    for table in (ARRIVAL, DECISION):
        connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN act_id INTEGER REFERENCES act (id)"))
    for table in (STORE, FILE, ARRIVAL, FILING, RECORD, DECISION):
        keep_rows(table, connection)


def _found_by_unit(connection: Connection) -> None:
    """What a unit has sent, and who else reports its joint activities, is found without reading all the rest."""
    JOINT.create(connection)
    connection.execute(text("CREATE INDEX filing_by_unit ON filing (unit)"))
    said = select(RECORD.c.filing_id, RECORD.c.answers).where(RECORD.c.answers.contains('"joint_code"'))
    rows = {
        (one.filing_id, code) for one in connection.execute(said) if (code := joint_code(json.loads(one.answers)))
    }
    if rows:
        connection.execute(insert(JOINT), [{"filing_id": filing, "code": code} for filing, code in sorted(rows)])


def _kept_by_field(connection: Connection) -> None:
    """The answers of dated filings by field; what a unit has sent of some days is found without the rest."""
    connection.execute(text("DROP INDEX filing_by_unit"))
    next(one for one in FILING.indexes if one.name == "filing_by_unit_and_days").create(connection)
    KEPT.create(connection)
    of_record = (RECORD.c.filing_id, FILING.c.form, RECORD.c.answers)
    said = select(*of_record).join(FILING, FILING.c.id == RECORD.c.filing_id).where(FILING.c.form.in_(kept.DATED))
    said = said.order_by(RECORD.c.filing_id, RECORD.c.id)
    records = connection.execute(said, execution_options={"yield_per": AT_ONCE})
    by_filing = groupby(records, key=lambda one: (one.filing_id, one.form))
    filings = ((*about, [one.answers for one in found]) for about, found in by_filing)
    rows = kept.rows(filings)
    while portion := list(islice(rows, AT_ONCE)):
        connection.execute(insert(KEPT), portion)


STEPS: Mapping[int, Step] = {2: _acts_and_waivers, 3: _found_by_unit, 4: _kept_by_field}
"""What makes a store of the version before into one of this version."""


def version_of(connection: Connection) -> int | None:
    """The version of the store behind a connection; None where there is none.

    Raises EnvironmentFailedError for one that a newer tool wrote, or that has lost its version.
    """
    if not inspect(connection).has_table(STORE.name):
        return None
    version = connection.execute(select(func.max(STORE.c.version))).scalar_one_or_none()
    if version is None:
        raise EnvironmentFailedError("store_damaged")
    if version > VERSION:
        raise EnvironmentFailedError("store_too_new")
    return int(version)


def bring_up_to_date(connection: Connection, *, keep: Callable[[int], None]) -> None:
    """Makes a store that is not there yet, or takes every step that it has not taken, inside one transaction.

    `keep` puts it by, given its version, before the first step. Raises EnvironmentFailedError where another
    program's tables are.
    """
    version = version_of(connection)  # asked here: another process may have done it while we waited for our turn
    if version is None:
        _make(connection)
    elif version < VERSION:
        keep(version)
        for number in range(version + 1, VERSION + 1):
            STEPS[number](connection)
            _say_version(connection, number)


def _make(connection: Connection) -> None:
    present = set(inspect(connection).get_table_names())
    if present and (connection.dialect.name == "sqlite" or present & set(METADATA.tables)):
        raise EnvironmentFailedError("store_foreign")
    METADATA.create_all(connection)
    _say_version(connection, VERSION)


def _say_version(connection: Connection, version: int) -> None:
    connection.execute(insert(STORE).values(version=version, made_by=__version__))
