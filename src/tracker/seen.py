"""The records that are looked at for signals: those that count, with every exact figure that speaks of no victim.

What stands in a refused part, or is qualified ("khoảng 500"), is no figure here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any, Protocol

from tracker.form import Form, Kind
from tracker.forms import FORMS
from tracker.report.content import Signal
from tracker.versions import Version

PEOPLE_OF_ROWS = ("attendances", "attendances_women", "attendances_under_16", "members", "members_women")
"""Fields of table forms that count people; those of row-coded forms are of the kind `PERSONS`."""

Stored = Mapping[str, Any]
"""A record as the store gives it: filing_id, sheet, row, answers, origins."""


class Records(Protocol):
    """Where records come from (see `store.Store`)."""

    def records(self, filing_ids: Sequence[int], *, origins: bool = False) -> Iterator[Stored]: ...


@dataclass(frozen=True, slots=True)
class Open:
    """Fields of a form that are looked at: none of a refused part, and none that speaks of victims."""

    names: frozenset[str]
    counts: tuple[str, ...]
    people: tuple[str, ...]


@lru_cache(maxsize=256)
def _open(form: str, refused_parts: tuple[str, ...]) -> Open:
    declared = FORMS[form]
    fields = [
        one for one in declared.kept_fields if one.part not in refused_parts and one.name not in declared.small_cells
    ]
    return Open(
        frozenset(one.name for one in fields),
        tuple(one.name for one in fields if one.kind in (Kind.COUNT, Kind.PERSONS)),
        tuple(one.name for one in fields if one.kind is Kind.PERSONS or one.name in PEOPLE_OF_ROWS),
    )


@dataclass(frozen=True)
class Row:
    """One record of a version that counts."""

    version: Version
    name: str
    stored: Stored
    open: Open

    @property
    def form(self) -> Form:
        return FORMS[self.version.form]

    @property
    def filer(self) -> tuple[str, str]:
        return self.version.unit, self.version.agency

    def figure(self, name: str) -> int | None:
        """An exact figure, if it is looked at: no other answer, and none that is qualified ("khoảng 500")."""
        said = self.stored["answers"]
        value = said.get(name)
        exact = type(value) is int and name not in (said.get("~") or ())
        return value if exact and name in self.open.names else None

    @cached_property
    def people(self) -> dict[str, int]:
        """Every figure of people, in the order of the form."""
        return self._exact(self.open.people)

    @property
    def counts(self) -> dict[str, int]:
        """Every figure, in the order of the form."""
        return self._exact(self.open.counts)

    def _exact(self, names: Iterable[str]) -> dict[str, int]:
        said = self.stored["answers"]
        qualified = said.get("~") or ()
        return {name: said[name] for name in names if type(said.get(name)) is int and name not in qualified}

    def signal(self, code: str, name: str, **facts: object) -> Signal:
        cell, raw = self.stored["origins"].get(name) or ("", "")
        said = {"label": self.form.by_name[name].label, **{key: str(fact) for key, fact in facts.items()}}
        one = self.version
        return Signal(code, one.unit, one.form, self.name, self.stored["sheet"], cell, raw, said)


@cache
def _asks_for_people(form: str) -> bool:
    return any(one.kind is Kind.PERSONS or one.name in PEOPLE_OF_ROWS for one in FORMS[form].kept_fields)


@dataclass(frozen=True)
class Seen:
    """The rows that count for the year and for the year before, and the district of each unit."""

    now: Sequence[Row]
    before: Sequence[Row]
    district_of: Callable[[str], str] = field(repr=False)

    @cached_property
    def pairs(self) -> list[tuple[Row, Row]]:
        """A return of one record beside that of the year before."""
        then = _latest(self.before)
        return [(row, then[key]) for key, row in _latest(self.now).items() if key in then]

    @cached_property
    def once(self) -> list[Row]:
        """Of forms with one record, that of each filer which ends last."""
        return list(_latest(self.now).values())

    def of(self, form: str) -> list[Row]:
        return [row for row in self.now if row.version.form == form]

    @cached_property
    def tables(self) -> list[tuple[str, list[Row]]]:
        """The rows of each filer in each table form, without activities that say they are joint ones."""
        rows: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for row in self.now:
            if not row.form.one_record and not row.stored["answers"].get("joint_code"):
                rows[row.version.form, *row.filer].append(row)
        return [(form, of_filer) for (form, *_), of_filer in rows.items()]


def _latest(rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    found: dict[tuple[str, ...], Row] = {}
    for row in (row for row in rows if row.form.one_record):
        key = (row.version.form, *row.filer)
        if key not in found or _ends(row) > _ends(found[key]):
            found[key] = row
    return found


def _ends(row: Row) -> str:
    return f"{row.version.period_to or ''}"


def rows_of(versions: Iterable[Version], names: Mapping[str, str], store: Records) -> list[Row]:
    """The records of the versions that count, in the order of form, unit and place."""
    by_id = {one.id: one for one in versions if one.counts and _asks_for_people(one.form)}
    filed = {one.id: (one.form, one.unit, one.agency, one.sha256) for one in by_id.values()}
    place = {said: number for number, said in enumerate(sorted(set(filed.values())))}
    about = {
        one.id: (one, names.get(one.sha256, ""), _open(one.form, tuple(one.refused_parts))) for one in by_id.values()
    }
    rows = []
    for stored in store.records(list(by_id), origins=True):
        version, name, shown = about[stored["filing_id"]]
        rows.append(Row(version, name, stored, shown))
    return sorted(rows, key=lambda row: (place[filed[row.version.id]], row.stored["row"]))
