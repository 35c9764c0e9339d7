"""Which filings the store holds, as its tables are asked: what is known of each version, and who is beside whom."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from tracker.acts import REPLACE, RESTORE, WITHDRAW
from tracker.period import Period
from tracker.store_engine import Connection
from tracker.store_query import Query, in_parts
from tracker.versions import COPY_FIGURES, COPY_FORM, LISTS, Version

FAR = date(9999, 12, 31)

_FIRST = "(SELECT min(received_on) FROM arrival WHERE arrival.file_id = filing.file_id)"
_KNOWN = {
    "sha256": "file.sha256",
    "received_on": _FIRST,
    "withdrawn": "coalesce(latest.withdrawn > latest.restored, FALSE)",
    "replaced": "coalesce(latest.replaced, 0)",
    "fate": "",
}
"""What is known of a version beside the columns of its filing; its fate is not known here."""

_COLUMNS = [_KNOWN.get(name, f"filing.{name}") for name in Version._fields]
_FILINGS = f"""
    SELECT {", ".join(filter(None, _COLUMNS))}
    FROM filing
    JOIN file ON file.id = filing.file_id
    LEFT JOIN (
        SELECT
            filing_id,
            max(CASE WHEN action = '{REPLACE}' THEN id ELSE 0 END) AS replaced,
            max(CASE WHEN action = '{WITHDRAW}' THEN id ELSE 0 END) AS withdrawn,
            max(CASE WHEN action = '{RESTORE}' THEN id ELSE 0 END) AS restored
        FROM decision
        GROUP BY filing_id
    ) AS latest ON latest.filing_id = filing.id"""


def filings(forms: Sequence[str] = (), known_on: date = FAR, days: Period | None = None) -> Query:
    """All filings that had come by `known_on` and may speak of some days, with the latest decisions about each."""
    query = Query(_FILINGS)
    if known_on < FAR:
        query = query.where(f"{_FIRST} <= ?", known_on.isoformat())
    if days is not None:
        query = _may_speak_of(query, days)
    return query.among("filing.form", forms) if forms else query


def _may_speak_of(query: Query, days: Period) -> Query:
    """Of all versions of one key, and of all copies of one form, none is left out where another is not."""
    first, last = days.first, days.last
    return query.where(
        "filing.period_from <= ? AND filing.period_to >= ? OR filing.year BETWEEN ? AND ?"
        " OR filing.period_to IS NULL OR filing.year IS NULL"
        f" OR filing.form IN ({', '.join('?' * len(LISTS))})",
        *(last.isoformat(), first.isoformat(), first.year, last.year, *LISTS),
    )


def versions(rows: Iterable[tuple[Any, ...]]) -> list[Version]:
    """Versions out of rows as the engines give them: days and lists that come again and again are read once."""
    found = []
    for row in rows:
        said = list(row)
        for place, read in _READ:
            said[place] = read(said[place])
        found.append(Version(*said))
    return found


@lru_cache(maxsize=4096)
def day(said: str | None) -> date | None:
    """A day as a store says it."""
    return date.fromisoformat(said) if said else None


_read_list = lru_cache(maxsize=1024)(json.loads)
"""A list of what was refused, nearly always empty; whoever asks is handed the same, which nobody may change."""

_READ_BY_NAME: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("period_from", "period_to", "received_on"), day),
    **dict.fromkeys(("nil", "none", "refused_undated", "withdrawn"), bool),
    **dict.fromkeys(("refused_parts", "refused_days"), _read_list),
}
_READ = [(Version._fields.index(name), read) for name, read in _READ_BY_NAME.items()]


def of_units(connection: Connection, query: Query, units: Iterable[str]) -> list[Version]:
    """The versions of some units."""
    return versions(in_parts(connection, query, "filing.unit", sorted(units)))


def beside(connection: Connection, units: frozenset[str]) -> tuple[dict[int, str], set[str]]:
    """Filings of a joint activity of some units, each with its own unit; the units of these and of copies."""
    if units.issuperset(connection.firsts("SELECT DISTINCT unit FROM filing")):
        return {}, set()
    partners = _partners(connection, units)
    return partners, {*_units_with_copies(connection, units), *partners.values()} - units


def _partners(connection: Connection, units: Iterable[str]) -> dict[int, str]:
    """The filings that report a joint activity of some units, each with its own unit."""
    theirs = Query("SELECT DISTINCT joint.code FROM joint JOIN filing ON filing.id = joint.filing_id")
    sharing = Query("SELECT filing.id, filing.unit FROM filing JOIN joint ON joint.filing_id = filing.id")
    codes = set(_firsts(connection, theirs, "filing.unit", units))
    return dict(in_parts(connection, sharing, "joint.code", sorted(codes)))


def _units_with_copies(connection: Connection, units: Iterable[str]) -> set[str]:
    """The units that have sent the same as one of `units`, where that cannot be by chance (see `versions.settle`)."""
    query = _alike("form", "content", asked="DISTINCT other.unit").where("other.unit <> own.unit")
    query = query.where("own.form = ? AND own.figures >= ?", COPY_FORM, COPY_FIGURES)
    return set(_firsts(connection, query, "own.unit", units))


# --- what bears on some files -----------------------------------------------------------------------------------


def bearing_on(
    connection: Connection, hashes: Iterable[str], *, merged: Iterable[str], provinces: Iterable[str]
) -> list[Version]:
    """The filings by which those of some files are judged (see `crosschecks`), with all versions of their returns.

    Beside the files' own these are what shares a joint activity with theirs; of their units, the B01 of the years
    before; copies of all these; what the units `merged` with theirs filed in their years; the lists of the
    `provinces`. All that is accepted of one return is of one year, that in which its period ends.
    """
    of_files = Query("SELECT filing.id, filing.unit, filing.year FROM filing JOIN file ON file.id = filing.file_id")
    own = list(in_parts(connection, of_files, "file.sha256", sorted(hashes)))
    numbers, units = {number for number, _, _ in own}, {unit for _, unit, _ in own}
    years = {year for _, _, year in own if year is not None}
    found = numbers | _same_returns(connection, numbers | _sharing(connection, numbers))
    found |= {
        number for number, form in _of_years(connection, units, {one - 1 for one in years}) if form == COPY_FORM
    }
    found |= {number for number, _ in _of_years(connection, merged, years)}
    found |= set(_firsts(connection, Query("SELECT id FROM filing").among("form", LISTS), "unit", provinces))
    bearing = _of_numbers(connection, found)
    may_be_copied = {one.id for one in bearing if one.form == COPY_FORM and one.figures >= COPY_FIGURES}
    copies = _same_returns(connection, _copies(connection, may_be_copied))
    return bearing + _of_numbers(connection, copies - found)


def _same_returns(connection: Connection, filing_ids: Iterable[int]) -> set[int]:
    """All forms and versions of the returns that some filings are of, as far as they have a period."""
    query = _alike("unit", "year", "period_from", "period_to", "agency", "outlet")
    return set(_firsts(connection, query, "own.id", filing_ids))


def _sharing(connection: Connection, filing_ids: Iterable[int]) -> set[int]:
    """Filings that report a joint activity of some filings, these among them."""
    codes = set(_firsts(connection, Query("SELECT DISTINCT code FROM joint"), "filing_id", filing_ids))
    return set(_firsts(connection, Query("SELECT filing_id FROM joint"), "code", codes))


def _of_years(connection: Connection, units: Iterable[str], years: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The filings of some units in some years with their forms; the index of units and years holds all that."""
    query = Query("SELECT id, form FROM filing").among("year", sorted(years))
    return in_parts(connection, query, "unit", sorted(units))


def _copies(connection: Connection, filing_ids: Iterable[int]) -> set[int]:
    """Filings of other units that say the same as some B01 of the same period."""
    query = _alike("content", "period_from", "period_to").where("other.form = ?", COPY_FORM)
    return set(_firsts(connection, query.where("other.unit <> own.unit"), "own.id", filing_ids))


def _alike(*columns: str, asked: str = "other.id") -> Query:
    """The numbers of other filings that have these columns as an own one."""
    same = " AND ".join(f"other.{name} = own.{name}" for name in columns)
    return Query(f"SELECT {asked} FROM filing AS own JOIN filing AS other ON {same}")


def _of_numbers(connection: Connection, filing_ids: Iterable[int]) -> list[Version]:
    return versions(in_parts(connection, filings(), "filing.id", sorted(filing_ids)))


def _firsts(connection: Connection, query: Query, column: str, wanted: Iterable[Any]) -> Iterator[Any]:
    """The first values of the rows whose `column` is one of `wanted`."""
    return (row[0] for row in in_parts(connection, query, column, sorted(wanted)))
