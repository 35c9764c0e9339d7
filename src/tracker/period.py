"""Periods, windows and deadlines: the only date arithmetic of the project. Imports nothing of it."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

DAY = timedelta(days=1)


class Kind(StrEnum):
    """Loại kỳ báo cáo (T05)."""

    MONTH = "tháng"
    QUARTER = "quý"
    HALF = "6 tháng"
    YEAR = "năm"
    CAMPAIGN = "đợt"


_MONTHS = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF: 6}
YEAR_DAYS = range(330, 367)  # a plan's year may stop at its deadline and start after the last one


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first:%d/%m/%Y}–{self.last:%d/%m/%Y}"

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def covers(self, other: Period) -> bool:
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Period) -> bool:
        return self.first <= other.last and other.first <= self.last

    def until(self, day: date) -> Period | None:
        """The part of the period that is over by the end of `day`; None when it has not begun."""
        return Period(self.first, min(self.last, day)) if self.first <= day else None


def year_of(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))


def month_of(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def months_of(period: Period) -> Iterator[Period]:
    """The calendar months that begin in `period`."""
    year, month = period.first.year, period.first.month
    if period.first.day > 1:
        year, month = _shift(year, month, 1)
    while date(year, month, 1) <= period.last:
        yield month_of(year, month)
        year, month = _shift(year, month, 1)


def months_counted(year: int, first_day: int = 1) -> Iterator[Period]:
    """The twelve months of a year; with `first_day` 15 each from the 15th of the one before to the 14th."""
    for month in months_of(year_of(year)):
        if first_day == 1:
            yield month
        else:
            before = date(*_shift(year, month.first.month, -1), first_day)
            yield Period(before, month.first.replace(day=first_day - 1))


def covered(period: Period, by: Iterable[Period]) -> bool:
    """Whether the periods `by`, taken together, leave no day of `period` out."""
    day = period.first
    for one in sorted(by):
        if one.first > day:
            break
        day = max(day, one.last + DAY)
    return day > period.last


def joined(periods: Iterable[Period]) -> Iterator[Period]:
    """The unbroken stretches that `periods` make together."""
    open_: Period | None = None
    for period in sorted(periods):
        if open_ is None:
            open_ = period
        elif open_.last == date.max or period.first <= open_.last + DAY:
            open_ = Period(open_.first, max(open_.last, period.last))
        else:
            yield open_
            open_ = period
    if open_:
        yield open_


def fits(kind: Kind, period: Period) -> bool:
    """Whether `period` is one of `kind`: a calendar one, or its twin from the 15th to the 14th.

    Source: Nghị định 09/2019/NĐ-CP, Điều 12, for the twins. A year is any 330 to 366 days, a campaign any days.
    """
    if period.first > period.last:
        return False
    if kind is Kind.CAMPAIGN:
        return True
    if kind is Kind.YEAR:
        return period.days in YEAR_DAYS
    return period in (_calendar(kind, period.last), _twin(kind, period.last))


def kind_of(period: Period) -> Kind:
    """The kind that the dates fit: the shortest calendar kind, else a year, else a campaign."""
    fitting = (kind for kind in (*_MONTHS, Kind.YEAR) if fits(kind, period))
    return next(fitting, Kind.CAMPAIGN)


def _calendar(kind: Kind, last: date) -> Period | None:
    months = _MONTHS[kind]
    if last.month % months or last != month_of(last.year, last.month).last:
        return None
    year, month = _shift(last.year, last.month, 1 - months)
    return Period(date(year, month, 1), last)


def _twin(kind: Kind, last: date) -> Period | None:
    months = _MONTHS[kind]
    if last.month % months or last.day != 14:
        return None
    year, month = _shift(last.year, last.month, -months)
    return Period(date(year, month, 15), last)


def _shift(year: int, month: int, by: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + by
    return index // 12, index % 12 + 1


class YearDay(NamedTuple):
    """A day that comes back every year, written "MM-DD" in a plan."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> YearDay:
        """Raises ValueError for anything but a day that every year has."""
        month, _, day = text.partition("-")
        date(2001, int(month), int(day))
        return cls(int(month), int(day))

    def of(self, year: int) -> date:
        return date(year, self.month, self.day)


class Deadline(NamedTuple):
    """The day before which, or up to the end of which, a return is on time."""

    day: YearDay
    inclusive: bool = False
    years_after: int = 0

    def last_day(self, year: int) -> date:
        """The last day on time for the returns of `year`: "before 30/11" is 29/11."""
        day = self.day.of(year + self.years_after)
        return day if self.inclusive else day - DAY


def deadline(before: str, by: str, *, next_year: bool) -> Deadline:
    """A day of every year: the one `before` which, or `by` whose end, a return is on time."""
    return Deadline(YearDay.parse(before or by), inclusive=bool(by), years_after=int(next_year))


def days_of(first: str, last: str, year: int) -> Period:
    """The days of a window in a year; one such as "12-15" to "12-14" began in the year before."""
    begins, ends = _day(first, year), _day(last, year)
    return Period(_day(first, year - 1) if begins > ends else begins, ends)


def _day(text: str, year: int) -> date:
    return YearDay.parse(text).of(year) if len(text) == 5 else date.fromisoformat(text)
