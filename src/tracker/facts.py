"""What the store knows, as tidy pandas frames: which filings serve a year, their rows, who is silent.

A frame of rows has the columns filing, unit, agency, sender (the outlet that reports), period_from, period_to, one
for each field of the form, and `qualifiers`. Counts are Int64, yes-no boolean, dates datetime64[s], the rest string;
`<NA>` means not answered, never 0 and never no. Nothing here knows a target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import chain, islice
from typing import Any, Protocol

import numpy as np
import pandas as pd

from tracker.folding import fold
from tracker.form import Field, Form, Kind
from tracker.period import Period, covered, year_of

DTYPES: Mapping[Kind, str] = {
    Kind.COUNT: "Int64",
    Kind.PERSONS: "Int64",
    Kind.YES_NO: "boolean",
    Kind.DATE: "datetime64[s]",
}
ABOUT = ("filing", "unit", "agency", "sender", "period_from", "period_to")


class Filed(Protocol):
    """A filing that counts, as far as facts need it (see `versions.Version`)."""

    @property
    def id(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def outlet(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def none(self) -> bool: ...
    @property
    def refused_parts(self) -> Sequence[str]: ...
    @property
    def refused_days(self) -> Sequence[Sequence[str]]: ...
    @property
    def refused_undated(self) -> bool: ...
    @property
    def period(self) -> Period | None: ...


class Unit(Protocol):
    """A unit of the registry, as far as facts need it (see `place.Unit`)."""

    @property
    def code(self) -> str: ...
    @property
    def full_name(self) -> str: ...


class Places(Protocol):
    """The dated tree of units, as far as facts need it (see `place.Places`)."""

    def communes(self, area: str, on: date) -> Sequence[Unit]: ...
    def districts(self, area: str, on: date) -> Sequence[Unit]: ...
    def provinces(self, on: date) -> Sequence[Unit]: ...
    def is_country(self, area: str) -> bool: ...
    def district_of(self, code: str, on: date) -> str: ...
    def merged_into(self, code: str, on: date) -> tuple[str, ...]: ...
    def successors(self, code: str, after: date) -> Sequence[Unit]: ...


@dataclass(slots=True)
class Ledger:
    """Every filing that counts, and its rows on demand: the one door from the store to the rules.

    `load` gives the records of filings in their order; `kept` the same by field, of those of which it is kept.
    """

    counting: Sequence[Filed]
    load: Callable[[Sequence[int]], Iterable[Mapping[str, Any]]]
    forms: Mapping[str, Form]
    kept: Callable[[Sequence[int]], Iterable[Kept]] | None = None
    _frames: dict[str, dict[frozenset[int], pd.DataFrame]] = field(default_factory=dict)
    _by_form: dict[str, list[Filed]] = field(default_factory=dict)

    def of_form(self, form: str) -> list[Filed]:
        if not self._by_form:
            for one in self.counting:
                self._by_form.setdefault(one.form, []).append(one)
        return self._by_form.get(form, [])

    def rows(self, form: str, filings: Sequence[Filed]) -> pd.DataFrame:
        """The records of some filings of a form, one row each; answers of refused parts are `<NA>`."""
        ids = frozenset(one.id for one in filings)
        frames = self._frames.setdefault(form, {})
        if ids not in frames:
            fuller = next((frame for known, frame in frames.items() if ids < known), None)
            frames[ids] = self._read(self.forms[form], filings) if fuller is None else _of(fuller, ids)
        return frames[ids]

    def _read(self, form: Form, filings: Sequence[Filed]) -> pd.DataFrame:
        """In portions, since what was read takes far more room than the columns that are made of it."""
        by_id = {one.id: one for one in filings}
        dtypes, said = _dtypes(form), list(zip(*map(_about, by_id.values()), strict=True)) or [()] * len(ABOUT)
        about = {name: _column(values, dtypes[name]) for name, values in zip(ABOUT, said, strict=True)}
        place_of = {number: place for place, number in enumerate(by_id)}
        frames = []
        for numbers, answers in self._portions(form, sorted(by_id)):
            places = [place_of[number] for number in numbers]
            frames.append(pd.DataFrame({name: one.take(places) for name, one in about.items()} | answers))
        whole = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
        if not whole["filing"].is_monotonic_increasing:  # some are kept by field and some are not
            whole = whole.sort_values("filing", kind="stable", ignore_index=True)
        return _without_refused(whole, form, by_id)

    def _portions(self, form: Form, ids: Sequence[int]) -> Iterator[tuple[list[int], dict[str, Any]]]:
        """The filing of each record, and a column for each field: of filings kept by field, then of the rest."""
        known: set[int] = set()
        by_field = iter(self.kept(ids) if self.kept and form.dated_by else ())
        while kept := list(islice(by_field, PORTION)):
            known.update(number for number, _ in kept)
            yield _of_kept(form, kept)
        rest = [one for one in ids if one not in known]
        records = iter(self.load(rest))
        nothing = not known  # a frame without rows has its columns all the same
        while (portion := list(islice(records, PORTION))) or nothing:
            nothing = False
            yield _of_records(form, portion)


Kept = tuple[int, Mapping[str, Sequence[Any]]]
"""A filing with the answers of its records by field."""

PORTION = 20_000
_UNQUALIFIED: Mapping[str, str] = {}


def _of(frame: pd.DataFrame, ids: frozenset[int]) -> pd.DataFrame:
    """The rows of some of the filings of a frame, as if they had been read alone."""
    return frame[frame["filing"].isin(ids)].reset_index(drop=True)


def _of_records(form: Form, records: Sequence[Mapping[str, Any]]) -> tuple[list[int], dict[str, Any]]:
    answers = [one["answers"] for one in records]
    answered = set(chain.from_iterable(answers))
    numbers = [one["filing_id"] for one in records]
    return numbers, _answers(form, len(numbers), answered, lambda name: [one.get(name) for one in answers])


def _of_kept(form: Form, filings: Sequence[Kept]) -> tuple[list[int], dict[str, Any]]:
    lengths = [len(next(iter(said.values()))) for _, said in filings]
    blanks = {length: [None] * length for length in lengths}
    answered = set(chain.from_iterable(said for _, said in filings))
    numbers = [number for (number, _), length in zip(filings, lengths, strict=True) for _ in range(length)]

    def values(name: str) -> list[Any]:
        each = (said.get(name) or blanks[length] for (_, said), length in zip(filings, lengths, strict=True))
        return list(chain.from_iterable(each))

    return numbers, _answers(form, len(numbers), answered, values)


def _answers(form: Form, length: int, answered: set[str], values: Callable[[str], list[Any]]) -> dict[str, Any]:
    """A column for each field of a form; most fields of a wide form nobody answers."""
    dtypes = _dtypes(form)
    columns: dict[str, Any] = {
        one.name: _column(values(one.name), dtypes[one.name])
        if one.name in answered
        else _blank(length, dtypes[one.name])
        for one in form.kept_fields
    }
    marks = values("~") if "~" in answered else [None] * length
    columns["qualifiers"] = pd.Series([said or _UNQUALIFIED for said in marks], dtype="object")
    return columns


def _about(one: Filed) -> tuple[Any, ...]:
    first, last = (one.period.first, one.period.last) if one.period else (None, None)
    return one.id, one.unit, one.agency, one.outlet, first, last


_BUILT: Mapping[str, Any] = {"Int64": pd.Int64Dtype(), "boolean": pd.BooleanDtype(), "string": pd.StringDtype()}
"""Dtypes as pandas keeps them; to look one up by its name costs more than a short column."""


def _column(values: Sequence[Any], dtype: str) -> Any:
    """A column of plain values, None as `<NA>`."""
    built = _BUILT.get(dtype)
    return np.array(values, dtype=dtype) if built is None else pd.array(values, dtype=built)


def _blank(length: int, dtype: str) -> Any:
    """A column of nothing but `<NA>`."""
    built = _BUILT.get(dtype)
    return (
        np.full(length, "NaT", dtype=dtype) if built is None else pd.Series(pd.NA, index=range(length), dtype=built)
    )


def _dtypes(form: Form) -> dict[str, Any]:
    texts = dict.fromkeys(("unit", "agency", "sender"), "string")
    days = dict.fromkeys(("period_from", "period_to"), "datetime64[s]")
    return {"filing": "int64", **texts, **days, **{one.name: dtype(one) for one in form.kept_fields}}


def dtype(field: Field) -> str:
    """The dtype of a field's column."""
    return DTYPES.get(field.kind, "string")


def _without_refused(frame: pd.DataFrame, form: Form, by_id: Mapping[int, Filed]) -> pd.DataFrame:
    for part in form.parts:
        refused = [one.id for one in by_id.values() if part in one.refused_parts]
        if refused:
            names = [one.name for one in form.kept_fields if one.part == part]
            frame.loc[frame["filing"].isin(refused), names] = pd.NA
    return frame


@dataclass
class Facts:
    """What is known of one area and year, judged on one day.

    `area` is a province, a district or the whole country. Units are those in force on `as_of`; returns are those
    that serve `year`.
    """

    ledger: Ledger
    places: Places
    area: str
    year: int
    as_of: date
    _dated: dict[tuple[str, Period, tuple[str, ...]], list[Filed]] = field(default_factory=dict, repr=False)
    _in_window: dict[tuple[str, Period, frozenset[int]], pd.DataFrame] = field(default_factory=dict, repr=False)

    # --- the denominators ---------------------------------------------------------------------------------------

    def communes(self) -> Sequence[Unit]:
        """Communes of the area in force on the day, by code."""
        return self.places.communes(self.area, self.as_of)

    def districts(self) -> Sequence[Unit]:
        return self.places.districts(self.area, self.as_of)

    def district_of(self, unit: str) -> str:
        """The district of a commune on the day; the unit itself when it is no commune."""
        return self.places.district_of(unit, self.as_of) if len(unit) == 5 else unit

    def province_of(self, unit: str) -> str:
        """The province of a unit on the day; "" when it is not known."""
        above = unit
        while len(above) > 2:
            above = self.places.district_of(above, self.as_of)
        return above

    @cached_property
    def of_country(self) -> bool:
        """Whether the area is the whole country."""
        return self.places.is_country(self.area)

    def lines(self) -> Sequence[Unit]:
        """The units that a table of the area has lines of: districts, of the country provinces."""
        return self.places.provinces(self.as_of) if self.of_country else self.districts()

    def line_of(self, unit: str) -> str:
        """The unit on whose line another stands."""
        return self.province_of(unit) if self.of_country else self.district_of(unit)

    def named(self, code: str) -> list[str]:
        """A unit by its code on the day, or those that it has become since."""
        in_force = (
            self.places.districts(code, self.as_of) if len(code) == 3 else self.places.communes(code, self.as_of)
        )
        return [unit.code for unit in in_force or self.places.successors(code, self.as_of)]

    @cached_property
    def provinces(self) -> Sequence[str]:
        """The province of the area, also of a district, which gives its lists; of the country all of them."""
        if self.of_country:
            return [unit.code for unit in self.places.provinces(self.as_of)]
        return [self.area if len(self.area) == 2 else self.places.district_of(self.area, self.as_of)]

    def of_tier(self, tier: str) -> Sequence[str]:
        """The units of a tier that the area has; the area itself where it has none of them below it."""
        if tier == "commune":
            return [unit.code for unit in self.communes()]
        if tier == "district" and len(self.area) == 2:
            return [unit.code for unit in self.districts()]
        return self.provinces if self.of_country else [self.area]

    @cached_property
    def units_of_area(self) -> frozenset[str]:
        """Every unit that lay in the area on some day of the year, the area itself among them."""
        days = (self.as_of, date(self.year, 1, 1), date(self.year, 12, 31))
        found = {self.area}
        for day in days:
            found |= {unit.code for unit in self.places.communes(self.area, day)}
            found |= {unit.code for unit in self.places.districts(self.area, day)}
            found |= {unit.code for unit in self.places.provinces(day)} if self.of_country else set()
        return frozenset(found)

    # --- the filings --------------------------------------------------------------------------------------------

    def filings(self, form: str, *, agencies: Sequence[str] = (), units: Iterable[str] | None = None) -> list[Filed]:
        """Counting filings of a form from units of the area, of any period."""
        inside = set(units) if units is not None else self.units_of_area
        return [
            one
            for one in self.ledger.of_form(form)
            if one.unit in inside and (not agencies or one.agency in agencies)
        ]

    def annual(
        self, form: str, *, agencies: Sequence[str], kinds: Sequence[str] = (), window: Period | None = None
    ) -> dict[tuple[str, str, str], Filed]:
        """The filing of the year by (unit, agency, outlet): of several that serve it, the one that ends last."""
        serving: dict[tuple[str, str, str], Filed] = {}
        for one in self.filings(form, agencies=agencies):
            if one.year != self.year or not _kind_fits(one, kinds, window):
                continue
            key = (one.unit, one.agency, one.outlet)
            if key not in serving or _later(one, serving[key]):
                serving[key] = one
        return serving

    def dated(self, form: str, window: Period, *, agencies: Sequence[str] = ()) -> list[Filed]:
        """Counting filings whose period overlaps a window: their rows count by their own dates."""
        key = (form, window, tuple(agencies))
        if key not in self._dated:
            periods = ((one, one.period) for one in self.filings(form, agencies=agencies))
            self._dated[key] = [one for one, period in periods if period is not None and period.overlaps(window)]
        return self._dated[key]

    def rows_in(self, form: str, window: Period, filings: Sequence[Filed]) -> pd.DataFrame:
        """Dated rows that lie wholly inside a window and inside the period of their return.

        Equal rows of one reporter count once. A row that crosses either is left out until the unit splits it.
        """
        key = (form, window, frozenset(one.id for one in filings))
        if key not in self._in_window:
            self._in_window[key] = self._rows_in(self.ledger.forms[form], window, self.ledger.rows(form, filings))
        return self._in_window[key]

    def _rows_in(self, form: Form, window: Period, rows: pd.DataFrame) -> pd.DataFrame:
        first, last = spans(rows, form)
        until = min(window.last, self.as_of)
        inside = (first >= stamp(window.first)) & (last <= stamp(until))
        inside &= (first >= rows["period_from"]) & (last <= rows["period_to"])
        found = rows[inside]
        by, days = ["unit", "agency"], list(form.dated_by)
        alike = found[found.duplicated(subset=[*by, *days], keep=False)]  # few, and a look at all of a row is dear
        again = alike.duplicated(subset=[*by, *(one.name for one in form.kept_fields)])
        return found.drop(index=alike.index[again])

    def crossing(self, form: str, window: Period, filings: Sequence[Filed]) -> pd.DataFrame:
        """Dated rows that reach over an end of the window: listed, in no sum."""
        rows = self.ledger.rows(form, filings)
        first, last = spans(rows, self.ledger.forms[form])
        overlaps = (first <= stamp(window.last)) & (last >= stamp(window.first))
        inside = (first >= stamp(window.first)) & (last <= stamp(window.last))
        return rows[overlaps & ~inside]

    def has_answered(self, window: Period, filings: Sequence[Filed]) -> bool:
        """Whether these filings of one unit cover the window, and nothing refused may hide a row in it."""
        periods = [one.period for one in filings if one.period is not None]
        return covered(window, periods) and not any(self.hides(one, window) for one in filings)

    @staticmethod
    def hides(one: Filed, window: Period) -> bool:
        """Whether a refused row of a filing speaks, or may speak, of a day in the window."""
        if one.refused_parts:
            return True
        if one.refused_undated and one.period is not None and one.period.overlaps(window):
            return True
        refused = (Period(date.fromisoformat(first), date.fromisoformat(last)) for first, last in one.refused_days)
        return any(days.overlaps(window) for days in refused)

    def predecessors(self, unit: str) -> tuple[str, ...]:
        """Units merged wholly into `unit` this year, which answer for it when it has not answered itself."""
        return self.places.merged_into(unit, self.as_of)


def _kind_fits(one: Filed, kinds: Sequence[str], window: Period | None) -> bool:
    return not kinds or one.kind in kinds or (window is not None and one.period == window)


def _later(one: Filed, other: Filed) -> bool:
    """Ends later; then the longer period, so that the choice never depends on the order of arrival."""
    mine, theirs = one.period or year_of(1), other.period or year_of(1)
    return (mine.last, mine.days, one.id) > (theirs.last, theirs.days, other.id)


def stamp(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # calendar days have no zone


def spans(rows: pd.DataFrame, form: Form) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """First and last day of each dated row; a blank last day is the first."""
    first = rows[form.dated_by[0]]
    return first, rows[form.dated_by[-1]].fillna(first)


def told(of: Callable[[Any], Any], column: pd.Series[Any]) -> pd.Series[Any]:
    """What is `of` each answer of a column, `<NA>` of a blank; asked once of those that are alike."""
    return column.map({one: of(one) for one in column.dropna().unique()}).astype("object")


def distinct(rows: pd.DataFrame, *within: str) -> pd.DataFrame:
    """Rows of B03 that are different items, each `within` its group; one without a title is an item of its own."""
    keyed = rows.assign(folded=told(fold, rows["title"]))
    same = [*within, "outlet", "published_on", "folded"]
    return rows[~(keyed.duplicated(subset=same, keep="first") & keyed["title"].notna())]
