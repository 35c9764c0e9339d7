"""Rows written into the store, many in one statement, inside the transaction of whoever has the turn to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from tracker.returns import Packed
from tracker.store_rows import Filed
from tracker.store_tables import FILING, JOINT, KEPT, RECORD


def inserted(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> list[int]:
    """The numbers that new rows got, in their order.

    They are taken beforehand, since a database that is to tell those of many rows in order writes one at a time.
    """
    given = list(rows)
    numbers = _next_numbers(connection, table, len(given))
    if given:
        connection.execute(insert(table), [{**row, "id": number} for number, row in zip(numbers, given, strict=True)])
    return numbers


def _next_numbers(connection: Connection, table: Table, count: int) -> list[int]:
    """Numbers that nobody else gives to rows of a table, for whoever has the turn to write."""
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + count))
    sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    return sorted(connection.execute(select(sequence).select_from(func.generate_series(1, count))).scalars())


def save_filings(connection: Connection, saved: Iterable[tuple[int, Packed]]) -> dict[int, list[Filed]]:
    """All filings in one statement, all their records in another, in the order of the files; the filings by file."""
    filings = [(file_id, filing) for file_id, one in saved for filing in one.filings]
    numbers = inserted(connection, FILING, (filing.row | {"file_id": file_id} for file_id, filing in filings))
    records: list[tuple[Any, ...]] = []
    joint: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    by_file: dict[int, list[Filed]] = {}
    for number, (file_id, (row, rows, codes, answers)) in zip(numbers, filings, strict=True):
        by_file.setdefault(file_id, []).append((number, row["form"], row["unit"]))
        records += [(number, *one) for one in rows]
        joint += [{"filing_id": number, "code": code} for code in codes]
        kept += [{"filing_id": number, "answers": answers}] if answers else []
    _insert_records(connection, records)
    for table, found in ((JOINT, joint), (KEPT, kept)):
        if found:
            connection.execute(insert(table), found)
    return by_file


def _insert_records(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Most rows of a store, all of plain values: they go to the driver as they are, and nobody looks at each."""
    if not rows:
        return
    columns = ("filing_id", "sheet", "row", "answers", "origins")
    statement = insert(RECORD).compile(dialect=connection.dialect, column_keys=columns)
    named = [dict(zip(columns, row, strict=True)) for row in rows] if not statement.positional else rows
    connection.exec_driver_sql(str(statement), list(named))
