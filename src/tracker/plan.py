"""The vocabulary of a plan: its life, windows, returns, duties and targets, each with the clause that says so.

A plan is one TOML file; this module says what may stand in it and is checked by Pydantic. How a kind of target is
scored is in `rules/`. Nothing here knows any particular plan.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tracker.period import Kind, Period, days_of, deadline, year_of

TierName = Literal["province", "district", "commune"]
CODE_WIDTH = {"province": 2, "district": 3, "commune": 5}
Set = Literal["communes", "hotspots", "districts", "provinces", "area"]
LIST_OF_PLACES = "B00"

_SHARE = re.compile(r"\d{1,9}(?:/[1-9]\d{0,8}|\.\d{1,9})?")


def _fraction(value: object) -> object:
    """An exact share written as text, "3/4" or "0.75"; a number of TOML is a binary float and only nearly that."""
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str) or not _SHARE.fullmatch(value):
        raise ValueError('a share is written as text: "3/4", "0.75" or "1"')
    return Fraction(value)


Share = Annotated[Fraction, BeforeValidator(_fraction)]


class Declared(BaseModel):
    """Whatever stands in a plan file: nothing that is not foreseen, nothing that changes."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True, defer_build=True
    )


class Words(Declared):
    """A text in both languages."""

    vi: str
    en: str

    def said(self, language: str) -> str:
        return self.en if language == "en" else self.vi


class Citation(Declared):
    """The document that a plan is: number, date where it is known, and who issued it."""

    number: str
    date: str = ""
    issued_by: Words
    section: str = ""


class Life(Declared):
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    def holds(self, year: int) -> bool:
        return Period(self.first, self.last).overlaps(year_of(year))


class Window(Declared):
    """Days of a campaign: "07-01" comes back every year, a full date stands once; both ends count."""

    id: str
    label: Words
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    cite: str

    def of(self, year: int) -> Period:
        """The days of a year."""
        return days_of(self.first, self.last, year)


class Filer(Declared):
    agency: str
    tier: TierName


class Due(Declared):
    """ "before = 11-30": the day before is the last on time; "by" counts the day itself."""

    before: str = ""
    by: str = ""
    next_year: bool = False
    cite: str = ""

    def last_day(self, year: int) -> date:
        return deadline(self.before, self.by, next_year=self.next_year).last_day(year)


class Expected(Declared):
    """Which form is filed by whom, for what kind of period, until when. One return of any of `forms` is enough."""

    forms: tuple[str, ...]
    filers: tuple[Filer, ...]
    periods: tuple[Kind, ...] = ()
    window: str = ""
    due: Due | None = None
    reference: bool = False

    @property
    def form(self) -> str:
        return ", ".join(self.forms)


class Duty(Declared):
    """A duty of a body: an agency of the province, or that of each district."""

    id: str
    agency: str
    tier: TierName
    label: Words
    cite: str


class Threshold(Declared):
    """From `first` on, at least `value` is demanded. `yearly` repeats every year; else the day is a milestone."""

    first: date = Field(alias="from")
    value: Share
    yearly: bool = False
    cite: str


# --- what is asked of one record and of one unit, three-valued: yes, no, not known --------------------------------


class FieldTest(Declared):
    """One answer of a record; a text is compared without regard to case, marks and spaces.

    `dated` names the date of a yes, which must not lie after the day of judgement; `listed_as` asks whether the
    outlet stands in the list of press agencies (B00P) at that level on the record's day.
    """

    field: str
    equals: bool | str | None = Field(default=None, alias="is")
    dated: str = ""
    at_least: int | None = None
    at_most: int | None = None
    by_as_of: bool = False
    in_year: bool = False
    filled: bool = False
    listed_as: str = ""


class AllTest(Declared):
    all: tuple[RecordTest, ...]


class AnyTest(Declared):
    any: tuple[RecordTest, ...]


RecordTest = FieldTest | AllTest | AnyTest


class FormTest(Declared):
    """Some record of the unit's returns passes `where`. Of a dated form, rows inside the `window` or the year.

    `proof_only`: a record can only prove a yes; without one the answer is left to the other tests. `with_children`
    also takes the rows of the communes below.
    """

    form: str
    where: RecordTest
    window: str = ""
    with_children: bool = False
    proof_only: bool = False


class DutyTest(Declared):
    duty: str
    window: str = ""


class AnyOfTests(Declared):
    any: tuple[FormTest | DutyTest, ...]


UnitTest = FormTest | DutyTest | AnyOfTests


# --- targets -----------------------------------------------------------------------------------------------------


class Chosen(Declared):
    """Which units a target is over: a set of the area, of it only what lies `within` some places, or `units` named.

    "area" is the plan's area itself, as one unit. `over = "communes"` is short for `over = { of = "communes" }`.
    """

    of: Set = "communes"
    within: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


Over = Annotated[Chosen, BeforeValidator(lambda said: {"of": said} if isinstance(said, str) else said)]


class Figure(Declared):
    """A figure of a form: its total, or what of it is due (total less those in time, less those passed on).

    Of a table form, the sum over its rows, or those that pass `where`.
    """

    form: str
    field: str
    due: bool = False
    where: RecordTest | None = None


class Reading(Declared):
    """One way to understand the clause; the first of a target decides, the others are computed beside it."""

    id: str
    label: Words
    over: Over | None = None
    test: UnitTest | None = None
    where: RecordTest | None = None
    quantity: str = ""
    reference: str = ""
    reference_form: str = ""
    numerator: Figure | None = None
    denominator: Figure | None = None


class Target(Declared):
    """What every target has."""

    id: str
    label: Words
    cite: str
    thresholds: tuple[Threshold, ...] = ()
    readings: tuple[Reading, ...] = ()

    def threshold(self, on: date) -> Threshold | None:
        """The threshold in force on a day; None before the first milestone."""
        due = [one for one in self.thresholds if one.first <= on]
        return max(due, key=lambda one: one.first) if due else None

    @property
    def first_threshold(self) -> Threshold | None:
        return min(self.thresholds, key=lambda one: one.first, default=None)


class ShareTarget(Target):
    """Share of units that pass a test; the denominator is every unit of the set in force on the day."""

    kind: Literal["share"]
    over: Over
    test: UnitTest


class PersonsPart(Declared):
    """A part without a verdict: other people, other denominator."""

    id: str
    label: Words
    quantity: str
    reference: str
    reference_form: str = LIST_OF_PLACES


class PersonsTarget(Target):
    """Share of persons: what units report, over the population that the reference list gives.

    With another `reference_form` the population is what each unit says in that form; of a silent one nobody knows
    it. Where a `method` field is named, only its `counted` values stand in the lower bound, others in the upper.
    """

    kind: Literal["persons"]
    over: Over
    form: str
    quantity: str
    reference: str
    reference_form: str = LIST_OF_PLACES
    where: RecordTest | None = None
    method: str = ""
    counted: tuple[str, ...] = ()
    parts: tuple[PersonsPart, ...] = ()


class RatioTarget(Target):
    """Share of cases: two figures, each summed over all who are expected to file its form; 0 of 0 is `nil`.

    Nobody knows how many cases a silent filer has, so its silence leaves the share unknown.
    """

    kind: Literal["ratio"]
    numerator: Figure
    denominator: Figure


class MonthsTarget(Target):
    """Months of the year with at least one record that passes; only `covered_by` can show that there was none.

    `first_day = 15` makes them months from the 15th of the one before to the 14th (Nghị định 09/2019/NĐ-CP).
    """

    kind: Literal["months"]
    form: str
    where: RecordTest
    covered_by: str
    added_by: tuple[str, ...] = ()
    since: date | None = None
    first_day: int = Field(default=1, ge=1, le=28)


class DutiesTarget(Target):
    kind: Literal["duties"]
    duties: tuple[str, ...]
    window: str = ""


class GrowthPart(Declared):
    """What must grow: different items or minutes of B03, rows of a table form, or the sum of a `field`."""

    id: str
    label: Words
    count: Literal["items", "minutes", "rows", "sum"]
    field: str = ""
    where: RecordTest | None = None


class GrowthTarget(Target):
    """Greater than the year before, in every part."""

    kind: Literal["growth"]
    form: str
    parts: tuple[GrowthPart, ...]
    since: date
    window: str = ""


class AllOfTarget(Target):
    """Several targets of other kinds that must all be met."""

    kind: Literal["all-of"]
    parts: tuple[AnyPart, ...]


AnyPart = Annotated[
    ShareTarget | RatioTarget | PersonsTarget | MonthsTarget | DutiesTarget | GrowthTarget,
    Field(discriminator="kind"),
]


class Value(Declared):
    """One family of figures of a measure: sums, row counts or units, in a window, by groups.

    `latest` is the sum of a stock, such as pages kept: what each body's last return says of it. `by` names fields of
    the form, or "agency", "month", "province", "district", "commune". `total = false` where the
    groups must not be added; `expected_only` takes only what the filers of the plan's table sent, else all that
    the area sent.
    """

    key: str
    label: Words
    form: str
    unit: Words
    field: str = ""
    count: Literal["sum", "latest", "rows", "units", "districts", "active", "settings"] = "sum"
    where: RecordTest | None = None
    window: str = ""
    by: tuple[str, ...] = ()
    total: bool = True
    expected_only: bool = False
    within: tuple[str, ...] = ()
    out_of: int | None = None


class MeasureTarget(Target):
    """Figures without a threshold: the text demands none, and none is invented."""

    kind: Literal["measure"]
    values: tuple[Value, ...]
    years: tuple[int, ...] = ()


AnyTarget = Annotated[
    ShareTarget
    | PersonsTarget
    | RatioTarget
    | MonthsTarget
    | DutiesTarget
    | GrowthTarget
    | AllOfTarget
    | MeasureTarget,
    Field(discriminator="kind"),
]


class Plan(Declared):
    """One plan, whole."""

    id: str
    title: Words
    citation: Citation
    area: str
    life: Life
    windows: tuple[Window, ...] = ()
    returns: tuple[Expected, ...]
    duties: tuple[Duty, ...] = ()
    targets: tuple[AnyTarget, ...]

    def window(self, name: str, year: int) -> Period:
        """The days of a window in a year; the year itself where no window is named."""
        if not name:
            return year_of(year)
        return next(window for window in self.windows if window.id == name).of(year)

    def expected(self, form: str) -> tuple[Expected, ...]:
        return tuple(one for one in self.returns if form in one.forms)

    def expects(self, form: str, agency: str, unit: str) -> bool:
        """Whether the table of returns has this body as a filer of this form."""
        return agency in self.agencies(form, unit)

    def agencies(self, form: str, unit: str) -> frozenset[str]:
        """The agencies of a unit's tier that the table of returns expects a form from."""
        return self.agencies_of(form, len(unit))

    def agencies_of(self, form: str, width: int) -> frozenset[str]:
        """The same for the tier whose units have codes of so many digits."""
        filers = (filer for expected in self.expected(form) for filer in expected.filers)
        return frozenset(filer.agency for filer in filers if CODE_WIDTH[filer.tier] == width)

    def duty(self, name: str) -> Duty:
        return next(duty for duty in self.duties if duty.id == name)


def schema() -> dict[str, Any]:
    """JSON Schema of a plan file."""
    return Plan.model_json_schema()
