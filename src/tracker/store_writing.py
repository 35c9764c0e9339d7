"""Rows written into the store, many in one statement, inside the transaction of whoever has the turn to write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, func, insert, select

from tracker.returns import Packed
from tracker.store_rows import Filed
from tracker.store_tables import FILING, JOINT, KEPT, RECORD


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
    joint: list[tuple[int, str]] = []
    kept: list[tuple[int, str]] = []
    by_file: dict[int, list[Filed]] = {}
    for number, (file_id, (row, rows, codes, answers)) in zip(numbers, filings, strict=True):
        by_file.setdefault(file_id, []).append((number, row["form"], row["unit"]))
        records += [(number, *one) for one in rows]
        joint += [(number, code) for code in codes]
        kept += [(number, answers)] if answers else []
    _write(connection, RECORD, ("filing_id", "sheet", "row", "answers", "origins"), records)
    _write(connection, JOINT, ("filing_id", "code"), joint)
    _write(connection, KEPT, ("filing_id", "answers"), kept)
    return by_file


# --- many rows at once ------------------------------------------------------------------------------------------


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows that all name the same columns, none of them a moment."""
    if rows:
        columns = tuple(column.name for column in table.c if column.name in rows[0])
        _write(connection, table, columns, [[_plain(row[name]) for name in columns] for row in rows])


def _plain(value: Any) -> Any:
    """A value as both engines take it in a column of its kind."""
    return _PLAIN[type(value)](value) if type(value) in _PLAIN else value


_PLAIN: Mapping[type, Callable[[Any], str]] = {date: date.isoformat, list: json.dumps, dict: json.dumps}


def _write(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Rows of plain values, in the table's order, go to the driver as they are: nobody looks at each once more."""
    if not rows:
        return
    if connection.dialect.positional:
        said: list[Any] = list(map(tuple, rows))
    else:
        said = [dict(zip(columns, row, strict=True)) for row in rows]
    connection.exec_driver_sql(_insert(table, columns, connection.dialect), said)


@lru_cache(maxsize=16)
def _insert(table: Table, columns: tuple[str, ...], dialect: Dialect) -> str:
    return str(insert(table).compile(dialect=dialect, column_keys=columns))
