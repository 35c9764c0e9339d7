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

from tracker import __version__, kept
from tracker.problems import EnvironmentFailedError
from tracker.store_engine import AT_ONCE, Connection
from tracker.store_rows import joint_code
from tracker.store_tables import (
    ACT,
    ARRIVAL,
    DECISION,
    FILE,
    FILING,
    JOINT,
    KEPT,
    RECORD,
    STORE,
    TABLES,
    VERSION,
    WAIVER,
    create,
    create_index,
    keep_rows,
)
from tracker.store_writing import put, write

Step = Callable[[Connection], None]


def _acts_and_waivers(connection: Connection) -> None:
    """Who did what: acts, which arrivals and decisions name from now on. Waivers. Rows that nobody can change."""
    create(connection, ACT)
    create(connection, WAIVER)
    for table in (ARRIVAL, DECISION):
        connection.run(f"ALTER TABLE {table.name} ADD COLUMN act_id {table.columns['act_id']}")
    for table in (STORE, FILE, ARRIVAL, FILING, RECORD, DECISION):
        keep_rows(connection, table)


def _found_by_unit(connection: Connection) -> None:
    """What a unit has sent, and who else reports its joint activities, is found without reading all the rest."""
    create(connection, JOINT)
    connection.run("CREATE INDEX filing_by_unit ON filing (unit)")
    said = connection.rows("SELECT filing_id, answers FROM record WHERE answers LIKE ?", '%"joint_code"%')
    rows = {(filing, code) for filing, answers in said if (code := joint_code(json.loads(answers)))}
    write(connection, JOINT, ("filing_id", "code"), sorted(rows))


def _kept_by_field(connection: Connection) -> None:
    """The answers of dated filings by field; what a unit has sent of some days is found without the rest."""
    connection.run("DROP INDEX filing_by_unit")
    create_index(connection, FILING, "filing_by_unit_and_days")
    create(connection, KEPT)
    forms = ", ".join(f"'{form}'" for form in sorted(kept.DATED))
    records = connection.stream(
        "SELECT record.filing_id, filing.form, record.answers FROM record JOIN filing ON filing.id = record.filing_id"
        f" WHERE filing.form IN ({forms}) ORDER BY record.filing_id, record.id"
    )
    by_filing = groupby(records, key=lambda row: row[:2])
    filings = ((number, form, [answers for *_, answers in found]) for (number, form), found in by_filing)
    rows = kept.rows(filings)
    while portion := list(islice(rows, AT_ONCE)):
        put(connection, KEPT, portion)


STEPS: Mapping[int, Step] = {2: _acts_and_waivers, 3: _found_by_unit, 4: _kept_by_field}
"""What makes a store of the version before into one of this version."""


def version_of(connection: Connection) -> int | None:
    """The version of the store behind a connection; None where there is none.

    Raises EnvironmentFailedError for one that a newer tool wrote, or that has lost its version.
    """
    if STORE.name not in connection.tables():
        return None
    (version,) = connection.firsts("SELECT max(version) FROM store")
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
    present = connection.tables()
    if present and (not connection.server or present & set(TABLES)):
        raise EnvironmentFailedError("store_foreign")
    for table in TABLES.values():
        create(connection, table)
    _say_version(connection, VERSION)


def _say_version(connection: Connection, version: int) -> None:
    put(connection, STORE, [{"version": version, "made_by": __version__}])
