"""Rows asked of the store in portions that any engine takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tracker.store_engine import Connection

VALUES = 500  # numbers or hashes asked for in one statement


class Query(NamedTuple):
    """What is asked for, and the conditions that all hold of it, with `?` for each of the values."""

    select: str
    conditions: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()

    def where(self, condition: str, *values: Any) -> Query:
        return Query(self.select, (*self.conditions, f"({condition})"), (*self.values, *values))

    def among(self, column: str, wanted: Sequence[Any]) -> Query:
        if not wanted:  # which one engine takes for a mistake
            return self.where("1 = 0")
        return self.where(f"{column} IN ({', '.join('?' * len(wanted))})", *wanted)

    def rows(self, connection: Connection, *, order: str = "") -> list[tuple[Any, ...]]:
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        by = f" ORDER BY {order}" if order else ""
        return connection.rows(f"{self.select}{where}{by}", *self.values)


def in_parts(connection: Connection, query: Query, column: str, wanted: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows whose `column` is one of `wanted`."""
    for part in portions(wanted):
        yield from query.among(column, part).rows(connection)


def portions(wanted: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """As many values at once as any engine takes in a statement."""
    for start in range(0, len(wanted), VALUES):
        yield wanted[start : start + VALUES]
