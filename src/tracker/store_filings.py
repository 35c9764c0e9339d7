"""Which filings the store holds, as its tables are asked: what is known of each version, and who is beside whom."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Label,
    Row,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from tracker.forms import FORMS
from tracker.period import Period
from tracker.store_tables import ARRIVAL, DECISION, FILE, FILING, JOINT
from tracker.versions import COPY_FIGURES, COPY_FORM, Version

REPLACE, WITHDRAW, RESTORE = "replace", "withdraw", "restore"
"""What a person may decide about a filing: it counts against others, it does not count, it may count again."""

FAR = date(9999, 12, 31)
AT_ONCE = 500  # numbers or hashes asked for in one statement


@lru_cache(maxsize=8)  # to put it together takes as long as some hundred rows
def filings(forms: tuple[str, ...], known_on: date, days: Period | None = None) -> Select[Any]:
    """All filings that had come by `known_on` and may speak of some days, with the latest decisions about each."""
    first = (
        select(func.min(ARRIVAL.c.received_on))
        .where(ARRIVAL.c.file_id == FILING.c.file_id)
        .correlate(FILING)
        .scalar_subquery()
    )
    latest = (
        select(DECISION.c.filing_id, *(_latest(action) for action in (REPLACE, WITHDRAW, RESTORE)))
        .group_by(DECISION.c.filing_id)
        .subquery()
    )
    known = {
        **{column.name: column for column in FILING.c},
        "sha256": FILE.c.sha256,
        "received_on": first.label("received_on"),
        "withdrawn": func.coalesce(latest.c[WITHDRAW] > latest.c[RESTORE], False).label("withdrawn"),
        "replaced": func.coalesce(latest.c[REPLACE], 0).label("replaced"),
    }
    columns: list[ColumnElement[Any]] = [
        type_coerce(known[name], NullType()) for name in Version._fields if name in known
    ]
    query = (
        select(*columns)
        .join(FILE, FILE.c.id == FILING.c.file_id)
        .outerjoin(latest, latest.c.filing_id == FILING.c.id)
    )
    if known_on < FAR:
        query = query.where(first <= known_on)
    if days is not None:
        query = query.where(may_speak_of(days))
    return query.where(FILING.c.form.in_(forms)) if forms else query


def may_speak_of(days: Period) -> ColumnElement[bool]:
    """Of all versions of one key, and of all copies of one form, none is left out where another is not."""
    return or_(
        and_(FILING.c.period_from <= days.last, FILING.c.period_to >= days.first),
        FILING.c.year.between(days.first.year, days.last.year),
        FILING.c.period_to.is_(None) | FILING.c.year.is_(None),
        FILING.c.form.in_([form.code for form in FORMS.values() if not form.period_bound]),
    )


def versions(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Version]:
    """Versions out of rows as the engine gives them: days and lists that come again and again are read once."""
    found = []
    for row in rows:
        said = list(row)
        for place, read in _READ:
            said[place] = read(said[place])
        found.append(Version(*said))
    return found


@lru_cache(maxsize=4096)
def _day(said: date | str | None) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) else said


def _refused(said: list[Any] | str) -> list[Any]:
    """A list of what was refused, nearly always empty; whoever asks is handed the same, which nobody may change."""
    return _read_list(said) if isinstance(said, str) else said


_read_list = lru_cache(maxsize=1024)(json.loads)
_READ_BY_NAME: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("period_from", "period_to", "received_on"), _day),
    **dict.fromkeys(("nil", "none", "refused_undated", "withdrawn"), bool),
    **dict.fromkeys(("refused_parts", "refused_days"), _refused),
}
_READ = [(Version._fields.index(name), read) for name, read in _READ_BY_NAME.items()]


def of_units(connection: Connection, query: Select[Any], units: Iterable[str]) -> list[Version]:
    """The versions of some units."""
    return versions(in_parts(connection, query, FILING.c.unit, sorted(units)))


def beside(connection: Connection, units: frozenset[str]) -> tuple[dict[int, str], set[str]]:
    """Filings of a joint activity of some units, each with its own unit; the units of these and of copies."""
    everybody = connection.execute(select(FILING.c.unit).distinct()).scalars()
    if units.issuperset(everybody):
        return {}, set()
    partners = _partners(connection, units)
    return partners, {*_units_with_copies(connection, units), *partners.values()} - units


def _partners(connection: Connection, units: Iterable[str]) -> dict[int, str]:
    """The filings that report a joint activity of some units, each with its own unit."""
    theirs = select(JOINT.c.code).join(FILING, FILING.c.id == JOINT.c.filing_id).distinct()
    codes = sorted({code for (code,) in in_parts(connection, theirs, FILING.c.unit, sorted(units))})
    sharing = select(FILING.c.id, FILING.c.unit).join(JOINT, JOINT.c.filing_id == FILING.c.id)
    return dict(tuple(row) for row in in_parts(connection, sharing, JOINT.c.code, codes))


def _units_with_copies(connection: Connection, units: Iterable[str]) -> set[str]:
    """The units that have sent the same as one of `units`, where that cannot be by chance (see `versions.settle`)."""
    own, other = FILING.alias(), FILING.alias()
    same = (other.c.form == own.c.form) & (other.c.content == own.c.content) & (other.c.unit != own.c.unit)
    query = select(other.c.unit).distinct().select_from(own).join(other, same)
    query = query.where(own.c.form == COPY_FORM, own.c.figures >= COPY_FIGURES)
    return {unit for (unit,) in in_parts(connection, query, own.c.unit, sorted(units))}


# --- what bears on some files -----------------------------------------------------------------------------------

_LISTS = [form.code for form in FORMS.values() if not form.period_bound]


def bearing_on(
    connection: Connection, hashes: Iterable[str], *, merged: Iterable[str], provinces: Iterable[str]
) -> list[Version]:
    """The filings by which those of some files are judged (see `crosschecks`), with all versions of their returns.

    Beside the files' own these are what shares a joint activity with theirs; of their units, the B01 of the years
    before; copies of all these; what the units `merged` with theirs filed in their years; the lists of the
    `provinces`. All that is accepted of one return is of one year, that in which its period ends.
    """
    of_files = select(FILING.c.id, FILING.c.unit, FILING.c.year).join(FILE, FILE.c.id == FILING.c.file_id)
    own = list(in_parts(connection, of_files, FILE.c.sha256, sorted(hashes)))
    numbers, units = {row.id for row in own}, {row.unit for row in own}
    years = {row.year for row in own if row.year is not None}
    found = numbers | _same_returns(connection, numbers | _sharing(connection, numbers))
    found |= _of_years(connection, units, {one - 1 for one in years}, [COPY_FORM])
    found |= _of_years(connection, merged, years, FORMS)
    found |= set(_firsts(connection, select(FILING.c.id).where(FILING.c.form.in_(_LISTS)), FILING.c.unit, provinces))
    bearing = _of_numbers(connection, found)
    may_be_copied = {one.id for one in bearing if one.form == COPY_FORM and one.figures >= COPY_FIGURES}
    copies = _same_returns(connection, _copies(connection, may_be_copied))
    return bearing + _of_numbers(connection, copies - found)


def _same_returns(connection: Connection, filing_ids: Iterable[int]) -> set[int]:
    """All forms and versions of the returns that some filings are of, as far as they have a period."""
    query, own, _ = _alike("unit", "year", "period_from", "period_to", "agency", "outlet")
    return set(_firsts(connection, query, own.c.id, filing_ids))


def _sharing(connection: Connection, filing_ids: Iterable[int]) -> set[int]:
    """Filings that report a joint activity of some filings, these among them."""
    codes = _firsts(connection, select(JOINT.c.code).distinct(), JOINT.c.filing_id, filing_ids)
    return set(_firsts(connection, select(JOINT.c.filing_id), JOINT.c.code, set(codes)))


def _of_years(connection: Connection, units: Iterable[str], years: Iterable[int], forms: Collection[str]) -> set[int]:
    """The filings of some forms of some units in some years; the index of units and years holds all that is asked."""
    query = select(FILING.c.id, FILING.c.form).where(FILING.c.year.in_(sorted(years)))
    return {row.id for row in in_parts(connection, query, FILING.c.unit, sorted(units)) if row.form in forms}


def _copies(connection: Connection, filing_ids: Iterable[int]) -> set[int]:
    """Filings of other units that say the same as some B01 of the same period."""
    query, own, other = _alike("content", "period_from", "period_to")
    query = query.where(other.c.form == COPY_FORM, other.c.unit != own.c.unit)
    return set(_firsts(connection, query, own.c.id, filing_ids))


@cache
def _alike(*names: str) -> tuple[Select[Any], FromClause, FromClause]:
    """The numbers of other filings that have these columns as an own one; the own and the other."""
    own, other = FILING.alias(), FILING.alias()
    same = and_(*(other.c[name] == own.c[name] for name in names))
    return select(other.c.id).select_from(own).join(other, same), own, other


def _of_numbers(connection: Connection, filing_ids: Iterable[int]) -> list[Version]:
    return versions(in_parts(connection, filings((), FAR), FILING.c.id, sorted(filing_ids)))


def _firsts(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], wanted: Iterable[Any]
) -> Iterator[Any]:
    """The first values of the rows whose `column` is one of `wanted`."""
    return (row[0] for row in in_parts(connection, query, column, sorted(wanted)))


def in_parts(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], wanted: Sequence[Any]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows whose `column` is one of `wanted`, asked for in portions that any engine takes."""
    for start in range(0, len(wanted), AT_ONCE):
        yield from connection.execute(query.where(column.in_(wanted[start : start + AT_ONCE]))).all()


def _latest(action: str) -> Label[int]:
    """The number of the latest decision of this kind, 0 where there is none."""
    return func.max(case((DECISION.c.action == action, DECISION.c.id), else_=0)).label(action)
