"""The vocabulary of what was received: a file, its returns, the filing of each form, its records and their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple, TypeAlias

from tracker.period import Kind, Period
from tracker.problems import Problem

Answered: TypeAlias = str | int | bool | date | None
"""What an answer is once it is read; blank and "not known" are None."""


class Status(StrEnum):
    """What became of a file or a return."""

    ACCEPTED = "accepted"
    PARTIAL = "partial"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    UNREADABLE = "unreadable"


@dataclass(slots=True, eq=False)
class Told:
    """What a cell told of a field: the answer, the raw text, and the texts made of them wherever they are kept.

    Shared by all cells that tell the same, so nobody changes it. `figure` is set where other figures can be held
    against it: "trên 310" is none; `above_zero` says of any whether it is more than nothing. `hashed` is its part of
    what a filing's content is the hash of: `"sessions": [3, "exact"]`; `stored` its part of a record in the store:
    `"sessions":3`; `text` the answer as JSON; `shown` what its origin in the store ends with: `","3"]`.
    """

    name: str
    value: Answered
    raw: str
    qualifier: str
    figure: int | None
    above_zero: bool
    hashed: str
    stored: str
    text: str
    shown: str


def told(name: str, value: Answered, raw: str, qualifier: str = "exact") -> Told:
    """What a cell told of the field `name`. Stores hold hashes of these very texts."""
    if isinstance(value, str):
        text = quoted(value)
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = f'"{value.isoformat()}"' if isinstance(value, date) else str(value)
    figure = value if isinstance(value, int) and qualifier == "exact" else None
    above_zero = type(value) is int and value > 0  # True is no figure
    hashed, stored = f'"{name}": [{text}, "{qualifier}"]', f'"{name}":{text}'
    shown = f'",{text if raw == value else quoted(raw)}]'
    return Told(name, value, raw, qualifier, figure, above_zero, hashed, stored, text, shown)


class Origin(NamedTuple):
    """Where a figure stands and what stood there: "D14" and the raw text; `sheet` where it is not its record's."""

    cell: str
    raw: str
    qualifier: str = "exact"
    sheet: str = ""


@dataclass(slots=True)
class Record:
    """One row of a table form, or all cells of a row-coded one; `row` counts from 1 as Excel does.

    `values` and `told` have what is answered, in one order, and nothing of what is blank. A cell stands in the column
    of its field, by `letters`, or at its own place in `places`; on its own sheet where `elsewhere` names one.
    """

    sheet: str
    row: int
    letters: Mapping[str, str]
    values: dict[str, Answered] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)

    def qualifier(self, name: str) -> str:
        return self.told[name].qualifier if name in self.told else "exact"

    def cell(self, name: str) -> str:
        return self.places.get(name) or f"{self.letters[name]}{self.row}"

    @property
    def origins(self) -> Mapping[str, Origin]:
        """Where each answer stands."""
        return {
            name: Origin(self.cell(name), one.raw, one.qualifier, self.elsewhere.get(name, ""))
            for name, one in self.told.items()
        }


@dataclass(slots=True)
class Filing:
    """One form of one return.

    `none` says that the unit answered "nothing occurred". What was refused stays known, so that it counts as missing
    and never as "no": parts by name ("" is the whole form), rows by the days they spoke of, and whether a refused row
    had no readable day at all. `faulty` when any cell of the form holds an error. `content` is a hash of the answers,
    `figures` how many of them are above 0.
    """

    form: str
    records: list[Record] = field(default_factory=list)
    none: bool = False
    refused: bool = False
    refused_parts: set[str] = field(default_factory=set)
    refused_days: list[Period] = field(default_factory=list)
    refused_undated: bool = False
    faulty: bool = False
    content: str = ""
    figures: int = 0

    @property
    def answered(self) -> bool:
        """Whether anything was said at all; a header with nothing under it says nothing."""
        said = self.none or self.records or self.refused_parts or self.refused_days or self.refused_undated
        return bool(said or self.faulty)


@dataclass(slots=True)
class Return:
    """One reporter's word for one period: a workbook's TTC with its forms, or one key of a CSV.

    `unit` is the code in the registry, or as typed where the registry does not know it. `period` is None where it
    cannot be read; `year` is what the return says it is for.
    """

    unit: str
    agency: str
    outlet: str
    period: Period | None
    kind: Kind
    year: int | None
    revision: int
    prepared_on: date | None = None
    nil: bool = False
    filings: list[Filing] = field(default_factory=list)
    refused: bool = False
    quarantined: bool = False

    @property
    def status(self) -> Status:
        if self.quarantined:
            return Status.QUARANTINED
        if self.refused or (self.filings and all(filing.refused for filing in self.filings)):
            return Status.REJECTED
        faulty = any(filing.faulty or filing.refused for filing in self.filings)
        return Status.PARTIAL if faulty else Status.ACCEPTED


class Enclosed(NamedTuple):
    """A file in an archive: its path there, the way to it (`Member.way`), and the day it came where that is noted."""

    name: str
    way: tuple[tuple[int, str], ...]
    received_on: date | None = None


class Reason(NamedTuple):
    """What a unit wrote beside a warning in its marked copy: why the value stands.

    `found` is the value that the warning was about; `unit` says whose, where the file holds returns of several.
    """

    code: str
    form: str
    sheet: str
    cell: str
    field: str
    found: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A reason on record: whose return it belongs to, which warning it answers, and when it came."""

    filing_id: int
    unit: str
    agency: str
    outlet: str
    form: str
    period_from: date | None
    period_to: date | None
    code: str
    sheet: str
    cell: str
    field: str
    found: str
    reason: str
    made_at: datetime


@dataclass(slots=True)
class Received:
    """One file as it was understood: its hash and size, its returns and every problem found in one pass.

    `known` marks a file that was recognised by its hash and not read again. `enclosed` is set for an archive: the
    files in it, which are yet to be read; nothing else is said of it. `reasons` were typed beside warnings; those of
    `ignored`, by their cell, could not be taken: "error" or "personal". `bad_lines` of each `received.csv` in an
    archive, by its name there, give no file a day.
    """

    path: str
    sha256: str = ""
    size: int = 0
    status: Status = Status.ACCEPTED
    returns: list[Return] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: bool = False
    enclosed: tuple[Enclosed, ...] = ()
    reasons: list[Reason] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    bad_lines: list[tuple[str, int]] = field(default_factory=list)


RecordRow: TypeAlias = tuple[str, int, str, str]
"""A record as it is stored: its sheet and row, and its answers and their origins as JSON."""


class FilingRows(NamedTuple):
    """A filing as it is stored: its own row by column, those of its records, the codes of its joint activities.

    `kept` are the answers of its records by field, "" of most forms (see `tracker.kept`).
    """

    row: dict[str, Any]
    records: Sequence[RecordRow]
    joint: list[str]
    kept: str = ""


@dataclass(slots=True)
class Packed:
    """What is kept of a file as it was understood: the rows of its store, and what is said of it when it comes.

    Plain values, which travel cheaply from the process that read the file. `returns` are summaries; all else is as
    in `Received`.
    """

    path: str
    sha256: str = ""
    size: int = 0
    status: Status = Status.ACCEPTED
    returns: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: bool = False
    enclosed: tuple[Enclosed, ...] = ()
    reasons: list[Reason] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    bad_lines: list[tuple[str, int]] = field(default_factory=list)
    filings: list[FilingRows] = field(default_factory=list)
