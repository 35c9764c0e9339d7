"""Rows written into the store, many in one statement, inside the transaction of whoever has the turn to write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tracker.returns import Packed
from tracker.store_engine import Connection
from tracker.store_rows import Filed
from tracker.store_tables import FILING, JOINT, KEPT, RECORD, Table, moment_text


def inserted(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> list[int]:
    """The numbers that new rows got, in their order.

    They are taken beforehand, since a database that is to tell those of many rows in order writes one at a time.
    """
    given = list(rows)
    numbers = _next_numbers(connection, table, len(given))
    put(connection, table, [{**row, "id": number} for number, row in zip(numbers, given, strict=True)])
    return numbers


def _next_numbers(connection: Connection, table: Table, count: int) -> list[int]:
    """Numbers that nobody else gives to rows of a table, for whoever has the turn to write."""
    if connection.server:
        sequence = f"nextval(pg_get_serial_sequence('{table.name}', 'id'))"
        return sorted(connection.firsts(f"SELECT {sequence} FROM generate_series(1, ?)", count))
    (last,) = connection.firsts(f"SELECT coalesce(max(id), 0) FROM {table.name}")
    return list(range(last + 1, last + 1 + count))


def save_filings(connection: Connection, saved: Iterable[tuple[int, Packed]]) -> dict[int, list[Filed]]:
    """All filings in one statement, all their records in another, in the order of the files; the filings by file."""
    filings = [(file_id, filing) for file_id, one in saved for filing in one.filings]
    numbers = inserted(connection, FILING, (filing.row | {"file_id": file_id} for file_id, filing in filings))
    records: list[tuple[Any, ...]] = []
    joint: list[tuple[int, str]] = []
    kept: list[tuple[int, str]] = []
    by_file: dict[int, list[Filed]] = {}
    for number, (file_id, (row, rows, codes, answers)) in zip(numbers, filings, strict=True):
        by_file.setdefault(file_id, []).append((number, row["form"], row["unit"]))
        records += [(number, *one) for one in rows]
        joint += [(number, code) for code in codes]
        kept += [(number, answers)] if answers else []
    write(connection, RECORD, ("filing_id", "sheet", "row", "answers", "origins"), records)
    write(connection, JOINT, ("filing_id", "code"), joint)
    write(connection, KEPT, ("filing_id", "answers"), kept)
    return by_file


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows that all name the same columns; their values become such as both engines take."""
    if rows:
        columns = tuple(rows[0])
        said = ([row[name] for name in columns] for row in rows)
        write(connection, table, columns, [[_PLAIN.get(type(it), _as_it_is)(it) for it in row] for row in said])


def _as_it_is(value: Any) -> Any:
    return value


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    date: date.isoformat,
    datetime: moment_text,
    list: json.dumps,
    dict: json.dumps,
}


def write(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Writes rows of plain values in the order of their columns; they go to the driver as they are."""
    if rows:
        places = ", ".join("?" * len(columns))
        connection.write(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})", rows)
