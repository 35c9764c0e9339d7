"""What must hold of the dated registry, and where it does not: for `tracker units check` and for the tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from tracker import naming
from tracker.folding import fold
from tracker.period import DAY
from tracker.place import Change, Places, Tier, Unit, tier_of_code

COUNTS: tuple[tuple[str, str, int], ...] = (
    ("01", "2016-01-01", 584),
    ("01", "2020-02-29", 584),
    ("01", "2020-03-01", 579),
    ("01", "2024-12-31", 579),
    ("01", "2025-01-01", 526),
    ("01", "2025-06-30", 526),
    ("24", "2016-01-01", 230),
    ("24", "2019-12-31", 230),
    ("24", "2020-01-01", 209),
    ("24", "2024-12-31", 209),
    ("24", "2025-01-01", 192),
    ("24", "2025-06-30", 192),
    ("37", "2016-01-01", 145),
    ("37", "2020-01-31", 145),
    ("37", "2020-02-01", 143),
    ("37", "2024-12-31", 143),
    ("37", "2025-01-01", 125),
    ("37", "2025-06-30", 125),
    ("007", "2020-02-29", 20),
    ("007", "2020-03-01", 18),
    ("007", "2024-12-31", 18),
    ("007", "2025-01-01", 15),
    ("007", "2025-06-30", 15),
)
"""Area, day and number of communes in force, on both sides of every day on which a number changed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold; `key` names its sentence, `facts` fill it."""

    key: str
    facts: Mapping[str, str] = field(default_factory=dict)


def findings(places: Places) -> list[Finding]:
    """Everything that is wrong with a registry, in a fixed order; empty when it is sound."""
    units = [unit for tier in Tier for unit in places.all_units(tier)]
    return [
        *_wrong_rows(units, places),
        *_overlapping_lives(units, places),
        *_shared_names(places),
        *_wrong_changes(places),
        *_wrong_aliases(places),
        *_wrong_counts(places),
    ]


def _wrong_rows(units: Sequence[Unit], places: Places) -> Iterator[Finding]:
    for unit in units:
        facts = {"code": unit.code, "name": unit.full_name, "period": str(unit.valid)}
        if tier_of_code(unit.code) is not unit.tier or not unit.code.isdigit():
            yield Finding("units_wrong_code", facts)
        if unit.kind not in naming.KINDS or not unit.name:
            yield Finding("units_wrong_kind", facts)
        if unit.valid.first > unit.valid.last:
            yield Finding("units_wrong_dates", facts)
        ends = (unit.valid.first, unit.valid.last)
        if unit.parent and not all(places.unit(unit.parent, day) for day in ends):
            yield Finding("units_without_parent", facts | {"parent": unit.parent})


def _overlapping_lives(units: Sequence[Unit], places: Places) -> Iterator[Finding]:
    for code in dict.fromkeys(unit.code for unit in units):
        for earlier, later in pairwise(places.units_of_code(code)):
            if earlier.valid.overlaps(later.valid):
                facts = {"code": code, "name": earlier.full_name, "other": later.full_name}
                yield Finding("units_overlap", facts)


def _shared_names(places: Places) -> Iterator[Finding]:
    """A name is unique in its district, with its kind. Marks count: Lộc Thành and Lộc Thạnh are two communes."""
    alike: dict[tuple[str, str, str], list[Unit]] = defaultdict(list)
    for unit in places.all_units(Tier.COMMUNE):
        alike[unit.parent, unit.kind, unit.name.lower()].append(unit)
    for same in alike.values():
        for earlier, later in pairwise(sorted(same, key=lambda unit: unit.valid)):
            if earlier.code != later.code and earlier.valid.overlaps(later.valid):
                facts = {"name": earlier.full_name, "code": earlier.code, "other": later.code}
                yield Finding("units_same_name", facts)


def _wrong_changes(places: Places) -> Iterator[Finding]:
    for change in places.changes:
        facts = {"date": f"{change.on:%d/%m/%Y}", "resolution": change.resolution or change.action}
        for code in change.from_codes:
            if not _existed(code, change.on - DAY, change, places):
                yield Finding("units_change_from", facts | {"code": code})
        for code in change.to_codes:
            if not _existed(code, change.on, change, places):
                yield Finding("units_change_to", facts | {"code": code})


def _existed(code: str, day: date, change: Change, places: Places) -> bool:
    """Whether a unit had `code` on a day, or had it in an act of the year in which GSO then gave it another."""
    numbers = [code]
    for recode in places.changes:
        if recode.action == "recode" and recode.on.year == change.on.year and code in recode.from_codes:
            numbers += recode.to_codes
    return any(places.unit(number, day) for number in numbers)


def _wrong_aliases(places: Places) -> Iterator[Finding]:
    for alias in places.aliases:
        if not any(fold(life.name) == fold(alias.name) for life in places.units_of_code(alias.code)):
            yield Finding("units_wrong_alias", {"code": alias.code, "name": alias.name})


def _wrong_counts(places: Places) -> Iterator[Finding]:
    for area, day, expected in COUNTS:
        on = date.fromisoformat(day)
        found = len(places.communes(area, on))
        if found != expected:
            facts = {"area": area, "date": f"{on:%d/%m/%Y}", "found": str(found), "expected": str(expected)}
            yield Finding("units_wrong_count", facts)
