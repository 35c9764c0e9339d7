"""What the page's template renders: texts in their final words, drawings, and where they lead. Knows no score.

A hidden figure is hidden here already: it has no text but MASKED, no drawing, no order and no step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

NO_DRAWING = Markup()


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is on the page: the id of an element and the words of a link to it."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A share: what is certain (`low`), what is possible (`high`), of how many, held against a threshold.

    `step` says how far it is from its threshold, 0 (reached) to 3; `order` sorts it among its kind.
    """

    share: str
    low: str = ""
    high: str = ""
    of: str = ""
    certain: str = ""
    possible: str = ""
    threshold: str = ""
    need: str = ""
    missing: str = ""
    drawing: Markup = NO_DRAWING
    step: int | None = None
    order: int | None = None
    href: str = ""

    @property
    def is_open(self) -> bool:
        return self.high != self.low


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict by its code, in a word."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What another understanding of the clause would give."""

    id: str
    label: str
    figure: Figure
    judgement: Judgement
    decides: bool


@dataclass(frozen=True, slots=True)
class Month:
    id: str
    label: str
    state: str
    word: str
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """One target, or one part of it."""

    id: str
    label: str
    cite: str
    judgement: Judgement | None
    figure: Figure | None
    sentences: Sequence[str]
    flags: Sequence[str] = ()
    months: Sequence[Month] = ()
    readings: Sequence[Reading] = ()
    parts: Sequence[Card] = ()
    counts: bool = True
    href: str = ""
    kind: str = ""
    is_divided: bool = False
    """Whether another reading gives another verdict."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The targets that came to one verdict."""

    judgement: Judgement
    n: str
    cards: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A target that the silent would decide, the first of them by name, and where all of them stand."""

    card: Place
    sentence: str
    names: str


# --- districts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A district's level on one target."""

    code: str
    name: str
    figure: Figure | None
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Column:
    """A target as a column of the grid, or as a table of bars of its own."""

    id: str
    label: str
    threshold: str
    lines: Sequence[Line]
    anchor: str
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A district across all targets: None where a target has no line of it."""

    code: str
    name: str
    cells: Sequence[Line | None]


@dataclass(frozen=True, slots=True)
class Quiet:
    """A unit, or a month, that has not answered; for each target with silent units, whether it waits for this one."""

    id: str
    name: str
    waits: Sequence[bool]
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """The silent of one district, or of none."""

    name: str
    n: str
    rows: Sequence[Quiet]


@dataclass(frozen=True, slots=True)
class Silence:
    """Who is silent: each target with how many it waits for (id, label, count), then the units by district."""

    targets: Sequence[tuple[str, str, str]]
    groups: Sequence[Group]
    is_long: bool


# --- when -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Week:
    first: str
    last: str
    n: str
    in_peak: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    id: str
    label: str
    summary: str
    peak: str
    drawing: Markup
    weeks: Sequence[Week]


# --- who filed, duties, measures ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filed:
    """How many filers of a form are in one state, and who they are where that asks for action."""

    state: str
    word: str
    n: str
    names: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    form: str
    due: str
    expected: str
    states: Sequence[Filed]
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Body:
    """One body that a duty is assigned to."""

    unit: str
    name: str
    state: str
    word: str
    href: str


@dataclass(frozen=True, slots=True)
class Duty:
    id: str
    label: str
    agency: str
    done: str
    bodies: Sequence[Body]
    href: str


@dataclass(frozen=True, slots=True)
class Duties:
    target: str
    label: str
    rows: Sequence[Duty]


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of a measure: of the whole (`group` ""), or of a kind, a month, a place."""

    key: str
    group: str
    text: str
    unit: str = ""
    href: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    label: str
    value: Value
    share: str = ""
    companions: Sequence[Value] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Figures by the groups that they share: bodies with a title ("" for none), rows of words, cells of values."""

    caption: str
    corner: str
    columns: Sequence[str]
    bodies: Sequence[tuple[str, Sequence[tuple[str, Sequence[Value | None]]]]]


@dataclass(frozen=True, slots=True)
class Measure:
    target: str
    label: str
    cite: str
    totals: Sequence[Total]
    tables: Sequence[Table]
    masked: bool
    href: str


# --- what stands behind the figures -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remark:
    """One fault or signal at one place of a file."""

    unit: str
    agency: str
    severity: str
    code: str
    kind: str
    where: str
    said: str
    name: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Remarks:
    """Faults or signals of one district."""

    name: str
    n: str
    rows: Sequence[Remark]


@dataclass(frozen=True, slots=True)
class File:
    anchor: str
    name: str
    sha256: str
    received: str
    holds: Sequence[str]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of an explanation; `id` is empty where nothing leads to it."""

    step: str
    text: str
    id: str = ""
    below: Sequence[Step] = ()

    @property
    def is_short(self) -> bool:
        """Whether what stands under it may be read at once: a unit's returns, without more under them."""
        return self.step == "unit" and not any(one.below for one in self.below)


# --- the page -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One plan."""

    id: str
    name: str
    title: str
    citation: str
    basis: str
    dates: str
    verdict: str
    tallies: Sequence[Tally]
    undecided: Sequence[Undecided]
    cards: Sequence[Card]
    columns: Sequence[Column]
    rows: Sequence[Row]
    silence: Silence
    timelines: Sequence[Timeline]
    forms: Sequence[Form]
    duties: Sequence[Duties]
    measures: Sequence[Measure]
    faults: Sequence[Remarks]
    fault_kinds: Sequence[tuple[str, str, str]]
    faults_left: str
    signals: Sequence[Remarks]
    files: Sequence[File]
    explained: Sequence[Step]
    cut: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page. `style` and `script` are the texts that stand in it, `policy` what it may load: only these."""

    lang: str
    title: str
    plans: Sequence[PlanPage]
    nothing: str
    style: Markup
    script: Markup
    policy: str
    tool: str
    words: Mapping[str, str]
