"""The dated tree of units: which communes, districts and provinces existed on a day, and who was whose parent.

A unit is a code together with a day: names, kinds and parents change, and a code is used again. The shipped facts
are in `places/`; see its README for where they come from and how far they reach. A province may have no districts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from tracker import naming
from tracker.period import DAY, Period, joined
from tracker.problems import TrackerError

FIRST_DAY = date(1900, 1, 1)
"""Stands for a beginning that the registry does not know (before 2016)."""
LAST_DAY = date(9999, 12, 31)
"""Stands for an end that is not known."""

COUNTRY = "VN"
"""The whole country as an area: every unit that the registry has."""

REGISTRY_FOLDER = "TRACKER_REGISTRY"
"""Environment variable that names a folder with more registry rows."""

COLUMNS = (
    *("code", "name", "kind", "district_code", "district_name", "district_kind"),
    *("province_code", "province_name", "valid_from", "valid_to"),
)
"""The columns of units.csv."""

_CITIES = frozenset({"01", "31", "46", "48", "79", "92"})  # provinces whose kind is thành phố (trực thuộc trung ương)
_NEAR = 75.0  # similarity in percent from which a name is worth proposing; "bach may" to "bach mai" is 87


class Tier(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


def tier_of_code(code: str) -> Tier | None:
    """The tier that the length of a code says; None for a length that no code has."""
    return _TIERS.get(len(code))


_TIERS = {2: Tier.PROVINCE, 3: Tier.DISTRICT, 5: Tier.COMMUNE}


class Unit(NamedTuple):
    """One life of a unit: `valid` are the days on which code, name, kind and parent were these.

    `parent` is the code of the district, of the province where there is no district, and "" for a province.
    """

    code: str
    name: str
    kind: str
    tier: Tier
    parent: str
    province: str
    valid: Period

    @property
    def full_name(self) -> str:
        return f"{self.kind.capitalize()} {self.name}".strip()

    def lies_in(self, area: str) -> bool:
        """Whether an area is the unit itself, its district, its province or the country."""
        return area in (self.code, self.parent, self.province, COUNTRY)


class Change(NamedTuple):
    """What happened on a day: merge, split, retype, boundary or recode. `resolution` is "" for a recode."""

    on: date
    resolution: str
    action: str
    level: str
    from_codes: tuple[str, ...]
    to_codes: tuple[str, ...]


class Alias(NamedTuple):
    """A second name or number that GSO's exports carried for one unit; `variant_code` may be ""."""

    code: str
    name: str
    variant_name: str
    variant_code: str


class Places:
    """The registry. Days outside every life that it knows are days of which it knows nothing."""

    def __init__(self, units: Iterable[Unit], changes: Iterable[Change], aliases: Iterable[Alias]) -> None:
        lives: dict[str, list[Unit]] = defaultdict(list)
        below: dict[str, list[Unit]] = defaultdict(list)
        for unit in sorted(units, key=lambda one: (one.code, one.valid)):
            lives[unit.code].append(unit)
            for area in {unit.parent, unit.province, COUNTRY} - {""}:
                below[area].append(unit)
        self._lives: Mapping[str, tuple[Unit, ...]] = {code: tuple(of_code) for code, of_code in lives.items()}
        self._below: Mapping[str, list[Unit]] = dict(below)
        self.changes = tuple(sorted(changes, key=lambda one: one.on))
        self._into: dict[str, list[Change]] = defaultdict(list)
        self._out_of: dict[str, list[Change]] = defaultdict(list)
        for change in self.changes:
            for code in dict.fromkeys(change.to_codes):
                self._into[code].append(change)
            for code in dict.fromkeys(change.from_codes):
                self._out_of[code].append(change)
        self.aliases = tuple(aliases)

    # Units and their parents

    def unit(self, code: str, on: date) -> Unit | None:
        return next((life for life in self.units_of_code(code) if on in life.valid), None)

    def units_of_code(self, code: str) -> tuple[Unit, ...]:
        """All lives of a code, in time order; they may be those of different units."""
        return self._lives.get(code, ())

    def in_period(self, code: str, period: Period) -> tuple[Unit, ...]:
        """The lives of a code in force on some day of `period`."""
        return tuple(life for life in self.units_of_code(code) if life.valid.overlaps(period))

    def all_units(self, tier: Tier) -> Iterator[Unit]:
        """Every life of every unit of a tier, by code and time."""
        return (life for lives in self._lives.values() for life in lives if life.tier is tier)

    @staticmethod
    def is_country(area: str) -> bool:
        """Whether an area is all that the registry has."""
        return area == COUNTRY

    def provinces(self, on: date) -> list[Unit]:
        return [unit for unit in self.all_units(Tier.PROVINCE) if on in unit.valid]

    def districts(self, area: str, on: date) -> list[Unit]:
        """Districts in force on a day in an area, or the district itself; none where a province has none."""
        return self._in_force(area, on, Tier.DISTRICT)

    def communes(self, area: str, on: date) -> list[Unit]:
        """Communes in force on a day in an area, or the commune itself, by code."""
        return self._in_force(area, on, Tier.COMMUNE)

    def ever_in(self, area: str) -> frozenset[str]:
        """The codes of all units that have lain in an area on some day, its own among them."""
        return frozenset({area, *(unit.code for unit in self._below.get(area, ()))})

    def district_of(self, code: str, on: date) -> str:
        """The code of a unit's parent on a day; a province's where there are no districts; "" when unknown."""
        unit = self.unit(code, on)
        return unit.parent if unit else ""

    def last_known_day(self) -> date:
        """The last day on which the registry knows a unit."""
        return max((unit.valid.last for unit in self.all_units(Tier.PROVINCE)), default=FIRST_DAY)

    def _in_force(self, area: str, on: date, tier: Tier) -> list[Unit]:
        itself = [unit for unit in (self.unit(area, on),) if unit and unit.tier is tier]
        return itself or [unit for unit in self._below.get(area, ()) if unit.tier is tier and on in unit.valid]

    def fingerprint(self) -> str:
        """The beginning of a hash of all that the registry knows: equal where the same returns read the same."""
        units = (unit for tier in Tier for unit in self.all_units(tier))
        known = hashlib.sha256()
        for row in (*units, *self.changes, *self.aliases):
            known.update(repr(row).encode())
        return known.hexdigest()[:12]

    # What became of a unit

    def changes_of(self, code: str) -> list[Change]:
        """The changes that name a code, before or after, in time order; for a district, those of districts."""
        if tier_of_code(code) is Tier.DISTRICT:
            return [change for change in self.changes if change.level == "district" and code in self._touched(change)]
        return [change for change in self.changes if code in change.from_codes or code in change.to_codes]

    def _touched(self, change: Change) -> set[str]:
        """The parents of the units of a change, on the day before it and on its own."""
        before = {self.district_of(code, change.on - DAY) for code in change.from_codes}
        return before | {self.district_of(code, change.on) for code in change.to_codes}

    def successors(self, code: str, after: date) -> tuple[Unit, ...]:
        """The units in force on `after` that hold what a unit was, by code; none where the registry does not say.

        The unit is the one that carried `code` on `after`, or last before. While it is in force, its successors
        are those of the day after its last.
        """
        begun = [life for life in self.units_of_code(code) if life.valid.first <= after]
        if not begun or begun[-1].valid.last == LAST_DAY:
            return ()
        gone = begun[-1].valid.last
        day = max(after, gone + DAY)
        if tier_of_code(code) is Tier.COMMUNE:
            heirs = set(self._heirs(code, since=gone + DAY, on=day))
        else:
            parts = (heir for part in self.communes(code, gone) for heir in self._heirs(part.code, gone + DAY, day))
            parents = {self.unit(heir.parent, day) for heir in parts}
            heirs = {parent for parent in parents if parent}
        return tuple(sorted(heirs, key=lambda unit: unit.code))

    def _heirs(self, code: str, since: date, on: date) -> Iterator[Unit]:
        """Units in force on `on`, or on the day of the last change that leads to them."""
        later = [change for change in self._out_of.get(code, ()) if change.on >= since]
        moves = [change for change in later if change.action in {"merge", "split", "recode"}]
        moves = [change for change in moves if change.on == moves[0].on]
        unit = self.unit(code, on)
        if moves and (unit is None or moves[0].on <= on):
            for to_code in sorted({to_code for change in moves for to_code in change.to_codes}):
                yield from self._heirs(to_code, moves[0].on + DAY, max(on, moves[0].on))
        elif unit:
            yield unit

    def merged_into(self, code: str, on: date) -> tuple[str, ...]:
        """Codes of the units that were merged wholly into `code` in the year of `on` and not after it.

        Without `code` itself, whose returns are the successor's own, and without units that were divided. A unit
        that was only given another code was wholly taken over; GSO's new numbers may lag behind the act.
        """
        found: set[str] = set()
        to_follow = [code]
        while to_follow:
            into = to_follow.pop()
            for change in self._takeovers(into, on):
                new = set(change.from_codes) - self._divided_on(change.on) - found - {code, into}
                found |= new
                to_follow += new
        return tuple(sorted(found))

    def _takeovers(self, code: str, on: date) -> Iterator[Change]:
        for change in self._into.get(code, ()):
            in_time = change.action == "recode" or (change.action == "merge" and change.on <= on)
            if in_time and change.on.year == on.year:
                yield change

    def _divided_on(self, day: date) -> set[str]:
        splits = (change for change in self.changes if change.on == day and change.action == "split")
        return {code for change in splits for code in change.from_codes}

    def divided(self, code: str, period: Period) -> Change | None:
        """The act by which a unit that was in force in `period` was divided in the years of `period`.

        None when its code was kept: a return under that code is the successor's own.
        """
        for change in self._out_of.get(code, ()):
            if change.action != "split" or code in change.to_codes:
                continue
            in_these_years = period.first.year <= change.on.year <= period.last.year
            if in_these_years and period.first < change.on and self.unit(code, change.on - DAY):
                return change
        return None

    # Names

    def matches_name(self, code: str, text: str, period: Period) -> bool:
        """Whether `text` folds to a name that `code` had on some day of `period`: see naming.says."""
        return any(naming.says(text, self._chain(life, period)) for life in self.in_period(code, period))

    def _chain(self, unit: Unit, period: Period, name: str = "") -> list[tuple[str, str]]:
        above = [code for code in dict.fromkeys((unit.parent, unit.province)) if code and code != unit.code]
        lives = [life for code in above for life in self.in_period(code, period) if life.valid.overlaps(unit.valid)]
        return [(unit.kind, name or unit.name), *((life.kind, life.name) for life in lives)]

    def alias(self, code: str, name: str, period: Period) -> tuple[str, str] | None:
        """Code and name under which the registry knows a unit that GSO's exports have also carried as (code, name).

        A variant code counts with the unit's name; without a name only when the code itself is not in force in
        `period`. None when there is nothing to put right.
        """
        if name and self.matches_name(code, name, period):
            return None
        for alias in self.aliases:
            if code not in (alias.code, alias.variant_code):
                continue
            for life in self.in_period(alias.code, period):
                if self._is_meant(alias, life, code, name, period):
                    return life.code, life.name
        return None

    def _is_meant(self, alias: Alias, life: Unit, code: str, name: str, period: Period) -> bool:
        if alias.variant_code and code != alias.variant_code:
            return False  # the registry's own code, with a name that is not its
        if alias.variant_code and alias.name != life.name:
            return False  # the registry's code was another unit's then
        if not name:
            return bool(alias.variant_code) and not self.in_period(code, period)
        names = {alias.name, alias.variant_name}
        return any(naming.says(name, self._chain(life, period, one)) for one in names)

    def near_names(self, name: str, area: str, on: date, limit: int = 3) -> list[Unit]:
        """Units in force on `on` in `area` with names like `name`, the nearest first: to be proposed, never taken.

        An empty `area` is everywhere. A unit whose name has a number is proposed only for the same number.
        """
        from rapidfuzz import fuzz

        asked = naming.bare_names(name)
        near: list[tuple[float, str, Unit]] = []
        areas = [area] if area else [province.code for province in self.provinces(on)]
        for unit in (unit for one in areas for unit in (*self.communes(one, on), *self.districts(one, on))):
            bare = naming.bare_name(unit.name)
            alike = [one for one in asked if naming.numbers(one) == naming.numbers(bare)]
            score = max((fuzz.ratio(one, bare) for one in alike), default=0.0)
            if score >= _NEAR:
                near.append((-score, unit.code, unit))
        return [unit for _, _, unit in sorted(near, key=lambda one: one[:2])[:limit]]


def load(extra: Path | None = None) -> Places:
    """The shipped registry, with the rows of the folder `extra`, or else of the folder that TRACKER_REGISTRY names.

    Raises TrackerError when the folder cannot be read as a registry.
    """
    named = os.environ.get(REGISTRY_FOLDER, "")
    folder = extra or (Path(named) if named else None)
    if folder is None:
        return shipped()
    written = tuple(_written(folder / name) for name in ("units.csv", "changes.csv"))
    if not written[0]:
        raise TrackerError("units_registry_missing", path=str(folder / "units.csv"))
    return _load(str(folder.resolve()), written)


def _written(path: Path) -> int:
    """When a file was written last, so that a changed one is read again; 0 when there is none."""
    return path.stat().st_mtime_ns if path.is_file() else 0


def shipped() -> Places:
    """The registry that comes with the tool, and nothing else."""
    return _load("", ())


@lru_cache(maxsize=4)
def _load(folder: str, _written: tuple[int, ...]) -> Places:
    facts = Path(__file__).parent / "places"
    rows = list(_rows((facts / "units.csv").read_text("utf-8-sig"), "units.csv"))
    changes = list(_changes((facts / "changes.csv").read_text("utf-8-sig"), "changes.csv"))
    aliases = [
        Alias(row["code"], row["registry_name"], row["variant_name"], row["variant_code"])
        for row in csv.DictReader(io.StringIO((facts / "aliases.csv").read_text("utf-8-sig")))
    ]
    if folder:
        units_path, changes_path = Path(folder, "units.csv"), Path(folder, "changes.csv")
        rows += _beyond(rows, _rows(_text(units_path), str(units_path)))
        if changes_path.is_file():
            changes += _changes(_text(changes_path), str(changes_path))
    return Places(_units(rows), changes, aliases)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TrackerError("units_registry_missing", path=str(path)) from error


Row = tuple[dict[str, str], Period]
"""A row of units.csv and the days it holds for."""


def _rows(text: str, source: str) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text))
    heads = {head: number for number, head in enumerate(next(lines, []))}
    its_cells = itemgetter(*(heads.get(column, sys.maxsize) for column in COLUMNS))
    for line, written in enumerate(filter(None, lines), start=2):
        try:
            row = dict(zip(COLUMNS, map(str.strip, its_cells(written)), strict=True))
            yield row, _days(row["valid_from"], row["valid_to"])
        except (IndexError, ValueError) as error:  # a short row, a column that is nowhere, no date
            raise TrackerError("units_registry_row", path=source, row=str(line)) from error


@lru_cache(maxsize=1024)
def _days(first: str, last: str) -> Period:
    """The same few days begin and end the lives of most units."""
    return Period(
        date.fromisoformat(first) if first else FIRST_DAY,
        date.fromisoformat(last) if last else LAST_DAY,
    )


def _beyond(known: Iterable[Row], rows: Iterable[Row]) -> Iterator[Row]:
    """Of `rows`, what concerns days of which `known` says nothing about their province."""
    ends: dict[str, date] = {}
    for row, period in known:
        ends[row["province_code"]] = max(period.last, ends.get(row["province_code"], FIRST_DAY))
    for row, period in rows:
        end = ends.get(row["province_code"])
        if end is None:
            yield row, period
        elif end < period.last:
            yield row, Period(max(period.first, end + DAY), period.last)


def _changes(text: str, source: str) -> Iterator[Change]:
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            yield Change(
                on=date.fromisoformat(row["effective_date"]),
                resolution=row["resolution"],
                action=row["action"],
                level=row["level"],
                from_codes=tuple(row["from_codes"].split()),
                to_codes=tuple(row["to_codes"].split()),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise TrackerError("units_registry_row", path=source, row=str(line)) from error


def _units(rows: Iterable[Row]) -> Iterator[Unit]:
    """Communes as they stand; districts and provinces for as long as they have communes."""
    above: dict[tuple[str, str, str, str, str], set[Period]] = defaultdict(set)
    for row, valid in rows:
        province, district = row["province_code"], row["district_code"]
        kind = "thành phố" if province in _CITIES else "tỉnh"
        above[province, row["province_name"], kind, "", province].add(valid)
        if district:
            above[district, row["district_name"], row["district_kind"], province, province].add(valid)
        yield Unit(row["code"], row["name"], row["kind"], Tier.COMMUNE, district or province, province, valid)
    for (code, name, kind, parent, province), periods in above.items():
        tier = Tier.DISTRICT if parent else Tier.PROVINCE
        for valid in joined(periods):
            yield Unit(code, name, kind, tier, parent, province, valid)
