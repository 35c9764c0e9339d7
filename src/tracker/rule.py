"""The vocabulary of scoring: three-valued answers, bounds, verdicts, scores. Source: the contract, section 7.

Exact throughout: whole numbers and fractions, never floats. A silent unit is neither yes nor no.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

from tracker.folding import fold
from tracker.plan import AllTest, AnyTest, FieldTest, RecordTest, Words

if TYPE_CHECKING:
    import pandas as pd


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    INSUFFICIENT = "insufficient_data"
    NOT_YET_DUE = "not_yet_due"
    NOT_APPLICABLE = "not_applicable"
    NIL = "nil"


class Done(StrEnum):
    """What is known of one duty of one body."""

    DONE = "done"
    NOT_DONE = "not_done"
    INSUFFICIENT = "insufficient_data"


class Flag(StrEnum):
    NOT_MILESTONE_YEAR = "not_milestone_year"
    PROVISIONAL = "provisional"
    REGRESSION = "regression"
    READING_DEPENDENT = "reading_dependent"
    MISSING_REFERENCE = "missing_reference"
    MASKED = "masked"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is certain (`low`) and what the silent could still make of it (`high`), both of `of`.

    `missing` counts the units that have not answered. Low and high are units, or persons.
    """

    low: int
    high: int
    of: int
    missing: int

    def verdict(self, threshold: Fraction) -> Verdict:
        """Judged by what even the silent could change: 438 of 584 meets 3/4, 437 of 584 with one silent may."""
        if self.of == 0:
            return Verdict.NIL
        if self.low >= threshold * self.of:
            return Verdict.MET
        return Verdict.NOT_MET if self.high < threshold * self.of else Verdict.INSUFFICIENT

    def need(self, threshold: Fraction) -> int:
        """How many more would meet it: 3/4 of 584 asks for 438."""
        return max(0, math.ceil(threshold * self.of) - self.low)


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What one unit adds to the bounds: `low` is certain, `high` possible, both of `of`; persons, or 1 for a unit.

    A yes is 1 to 1 of 1, a no 0 to 0, a missing answer 0 to 1.
    """

    low: int
    high: int
    of: int
    missing: bool


YES, NO, MISSING = UnitAnswer(1, 1, 1, False), UnitAnswer(0, 0, 1, False), UnitAnswer(0, 1, 1, True)


Answer = bool | None
"""Yes, no, or None for what is not known."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What each unit (a month, for months) adds to the bounds, in their order."""

    by_unit: Mapping[str, UnitAnswer]

    @classmethod
    def of_answers(cls, answers: Mapping[str, Answer]) -> Tally:
        return cls({unit: MISSING if said is None else YES if said else NO for unit, said in answers.items()})

    def bounds(self) -> Bounds:
        said = self.by_unit.values()
        low, high, of = (sum(getattr(one, name) for one in said) for name in ("low", "high", "of"))
        return Bounds(low, high, of, sum(one.missing for one in said))

    def silent(self) -> list[str]:
        return sorted(unit for unit, said in self.by_unit.items() if said.missing)

    def of(self, units: Iterable[str]) -> Tally:
        return Tally({unit: self.by_unit[unit] for unit in units})


@dataclass(slots=True)
class ReadingScore:
    """What one way to understand the clause comes to; `by_unit` as that of a `Score`."""

    id: str
    label: Words
    verdict: Verdict
    bounds: Bounds | None = None
    by_unit: dict[str, UnitAnswer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DutyScore:
    id: str
    agency: str
    unit: str
    verdict: Done


@dataclass(frozen=True, slots=True)
class ValueScore:
    """One figure of a measure; `group` says of what (a kind, a month, a place), `group_kind` which of these it is.

    `small_cells` figures speak of victims or cases and are masked below province level; `value` is None then.
    """

    key: str
    label: Words
    value: int | None
    qualifier: str
    unit: Words
    group: str = ""
    group_kind: str = ""
    small_cells: bool = False
    masked: bool = False


@dataclass(slots=True)
class Score:
    """What a target, a part of it, or a district's line comes to.

    `verdict` is None for a measure and for a part without one. `silent` are the units, by code, whose answer is
    missing; `by_unit` is what each unit adds to the bounds (a month "2020-03" for months, "duty unit" for duties).
    `small_cells` scores speak of victims or cases below province level: a masked one keeps its verdict and loses its
    figures.
    """

    id: str
    label: Words
    cite: str
    kind: str
    verdict: Verdict | None = None
    bounds: Bounds | None = None
    threshold: Fraction | None = None
    threshold_cite: str = ""
    counts: bool | None = None
    flags: set[Flag] = field(default_factory=set)
    readings: list[ReadingScore] = field(default_factory=list)
    parts: list[Score] = field(default_factory=list)
    districts: list[Score] = field(default_factory=list)
    duties: list[DutyScore] = field(default_factory=list)
    values: list[ValueScore] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    by_unit: dict[str, UnitAnswer] = field(default_factory=dict)
    small_cells: bool = False
    masked: bool = False


def combined(verdicts: Sequence[Verdict]) -> Verdict:
    """All of several parts: any not met is not met; all met, or nothing to do, is met; else it cannot be told."""
    if Verdict.NOT_MET in verdicts:
        return Verdict.NOT_MET
    for same in (Verdict.NOT_APPLICABLE, Verdict.NOT_YET_DUE, Verdict.NIL):
        if verdicts and all(one is same for one in verdicts):
            return same
    settled = all(one in (Verdict.MET, Verdict.NIL) for one in verdicts)
    return Verdict.MET if settled else Verdict.INSUFFICIENT


# --- asking records ---------------------------------------------------------------------------------------------

Listed = Callable[["pd.DataFrame", str], "pd.Series[Any]"]
"""For rows with an outlet and a day, and a level: whether the outlet is listed at that level on that day."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The day and year of judgement, and the list of outlets, that a test may need."""

    as_of: date
    year: int
    listed: Listed | None = None

    @property
    def moment(self) -> datetime:
        """The day of judgement as columns of dates hold it."""
        return datetime(self.as_of.year, self.as_of.month, self.as_of.day)  # noqa: DTZ001  # a day has no zone


def record_truth(test: RecordTest, rows: pd.DataFrame, asking: Asking) -> pd.Series[Any]:
    """Yes, no or not known for each row, by Kleene's logic: no wins in all-of, yes wins in any-of."""
    if isinstance(test, AllTest):
        return reduce(lambda a, b: a & b, (record_truth(one, rows, asking) for one in test.all))
    if isinstance(test, AnyTest):
        return reduce(lambda a, b: a | b, (record_truth(one, rows, asking) for one in test.any))
    return _field_truth(test, rows, asking)


def _field_truth(test: FieldTest, rows: pd.DataFrame, asking: Asking) -> pd.Series[Any]:
    answers = rows[test.field]
    if test.listed_as:
        if asking.listed is None:
            raise ValueError("a test of listed outlets needs the list")
        return asking.listed(rows, test.listed_as)
    if test.filled:
        return answers.notna().astype("boolean")
    if test.at_least is not None:
        return (answers >= test.at_least).astype("boolean")
    if test.at_most is not None:
        return (answers <= test.at_most).astype("boolean")
    if test.by_as_of:
        return (answers <= asking.moment).astype("boolean").mask(answers.isna())
    if test.in_year:
        this_year: pd.Series[Any] = (answers.dt.year == asking.year).astype("boolean")
        return this_year.mask(answers.isna())
    truth = _says(answers, test.equals).astype("boolean")
    if test.dated:
        too_late = (rows[test.dated] > asking.moment).fillna(False)
        truth = truth.mask(truth.fillna(False) & too_late)
    return truth


def _says(answers: pd.Series[Any], asked: bool | str | None) -> pd.Series[Any]:
    """Whether each answer is the one asked for; texts that fold alike are the same."""
    if isinstance(asked, str):
        import pandas as pd

        wanted = fold(asked)
        places, found = pd.factorize(answers)  # most answers come again and again; a blank has the number -1
        alike = pd.array([*(fold(str(one)) == wanted for one in found), None], dtype="boolean")
        return pd.Series(alike.take(places), index=answers.index)
    same: pd.Series[Any] = answers == asked
    return same


def any_of(truth: pd.Series[Any], units: pd.Series[Any]) -> dict[Any, Answer]:
    """Yes, no or not known for each unit from its rows: one yes is enough, and one unknown row forbids a no."""
    found: dict[Any, Answer] = {}
    for unit, said in zip(units.to_list(), plain(truth), strict=True):
        found[unit] = either(found.get(unit, False), said)
    return found


def either(one: Answer, other: Answer) -> Answer:
    """One yes is enough; without one, what is not known forbids a no."""
    if one or other:
        return True
    return None if one is None or other is None else False


def plain(answers: pd.Series[Any]) -> list[Any]:
    """The answers of a column (of no days) as they are, None for `<NA>`."""
    column: Any = answers  # whose stubs do not know that a blank may be None
    return list(column.to_numpy(dtype="object", na_value=None).tolist())
