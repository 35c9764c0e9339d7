"""What is known of an area in a year: which filings serve it, their rows in a window, who is silent.

Rows are the frames of `ledger`. Nothing here knows a target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from tracker.folding import fold
from tracker.period import Period, covered, year_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from tracker.form import Form
    from tracker.ledger import Filed, Ledger


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
    _parents: dict[str, str] = field(default_factory=dict, repr=False)
    _annual: dict[tuple[Any, ...], dict[tuple[str, str, str], Filed]] = field(default_factory=dict, repr=False)
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
        return self._above(unit) if len(unit) == 5 else unit

    def _above(self, unit: str) -> str:
        if unit not in self._parents:
            self._parents[unit] = self.places.district_of(unit, self.as_of)
        return self._parents[unit]

    def province_of(self, unit: str) -> str:
        """The province of a unit on the day; "" when it is not known."""
        above = unit
        while len(above) > 2:
            above = self._above(above)
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
        """Every unit that lay in the area on some day of the year, the area itself among them.

        Those of the eve of the year, too: one that was merged at its start may report for a year from 15 December.
        """
        days = (self.as_of, date(self.year - 1, 12, 31), date(self.year, 1, 1), date(self.year, 12, 31))
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
    ) -> Mapping[tuple[str, str, str], Filed]:
        """The filing of the year by (unit, agency, outlet): of several that serve it, the one that ends last."""
        asked = (form, tuple(agencies), tuple(kinds), window)
        if asked not in self._annual:
            serving = self._annual.setdefault(asked, {})
            for one in self.filings(form, agencies=agencies):
                if one.year != self.year or not _kind_fits(one, kinds, window):
                    continue
                key = (one.unit, one.agency, one.outlet)
                if key not in serving or _later(one, serving[key]):
                    serving[key] = one
        return self._annual[asked]

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
        by, days = ["unit", "agency"], list(form.dated_by)
        same_days = rows.loc[inside, [*by, *days]].duplicated(keep=False)
        alike = rows.loc[same_days.index[same_days]]  # few, and a look at all of a row is dear
        again = alike.duplicated(subset=[*by, *(one.name for one in form.kept_fields)])
        return without(rows, again.index[again], inside.to_numpy(dtype=bool, copy=True))

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

    def hiding(self, form: str, window: Period, *, agencies: Sequence[str] = ()) -> list[Filed]:
        """Counting filings of the year of which a refused row speaks, or may speak, of a day in the window.

        Also those whose own period lies outside the window: a row of July in the return of the second quarter.
        """
        return [one for one in self.dated(form, year_of(self.year), agencies=agencies) if self.hides(one, window)]

    @staticmethod
    def hides(one: Filed, window: Period) -> bool:
        """Whether a refused row of a filing speaks, or may speak, of a day in the window."""
        if one.period is not None and one.period.overlaps(window) and (one.refused_parts or one.refused_undated):
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


def without(rows: pd.DataFrame, dropped: pd.Index[Any], left: npt.NDArray[np.bool_] | None = None) -> pd.DataFrame:
    """The rows, or those `left` of them, but for some by their labels, which rise: wide rows are copied once."""
    left = np.ones(len(rows), dtype=bool) if left is None else left
    left[rows.index.searchsorted(dropped)] = False
    return only(rows, left)


def only(rows: pd.DataFrame, left: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Those `left` of the rows; themselves where all are, since a copy of all is dear."""
    return rows if left.all() else rows[left]


def told(of: Callable[[Any], Any], column: pd.Series[Any]) -> pd.Series[Any]:
    """What is `of` each answer of a column, `<NA>` of a blank; asked once of those that are alike."""
    return column.map({one: of(one) for one in column.dropna().unique()}).astype("object")


ITEM = ("outlet", "published_on", "title")
"""What items of B03 are told apart by."""


def distinct(rows: pd.DataFrame, *within: str) -> pd.DataFrame:
    """Rows of B03 that are different items, each `within` its group; one without a title is an item of its own."""
    keyed = rows.assign(folded=told(fold, rows["title"]))
    same = [*within, *ITEM[:-1], "folded"]
    return rows[~(keyed.duplicated(subset=same, keep="first") & keyed["title"].notna())]
