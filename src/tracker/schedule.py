"""The table of returns of a plan, without its targets: who files which form, and until when.

What came is held against it file by file, so it is read without the vocabulary of targets (see `plan`), which costs
more than all the rest of looking at a folder that has not changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.period import Deadline, Period, days_of, deadline, year_of

if TYPE_CHECKING:
    from tracker.plan import Plan


class Line(NamedTuple):
    """A line of the table: forms, of which one is enough, filers (agency and tier), and what their periods may be."""

    forms: frozenset[str]
    filers: frozenset[tuple[str, str]]
    periods: tuple[str, ...]
    window: str
    due: Deadline | None


class Schedule(NamedTuple):
    """The table of a plan: number of its document, area, first and last day, days of its windows, lines.

    `duties` are those that it lays on somebody: agency, tier, id.
    """

    number: str
    area: str
    life: Period
    windows: Mapping[str, tuple[str, str]]
    lines: Sequence[Line]
    duties: Sequence[tuple[str, str, str]] = ()

    def holds(self, year: int) -> bool:
        return self.life.overlaps(year_of(year))

    def lines_for(self, form: str) -> list[Line]:
        return [one for one in self.lines if form in one.forms]

    def asks(self, forms: Iterable[str], year: int) -> bool:
        """Whether any of the forms is filed under the plan in that year."""
        return self.holds(year) and any(self.lines_for(form) for form in forms)

    def duties_of(self, agency: str, tier: str | None) -> list[str]:
        return [name for by, at, name in self.duties if (by, at) == (agency, tier)]

    def window(self, name: str, year: int) -> Period:
        return days_of(*self.windows[name], year)


def schedule_of(said: Mapping[str, Any]) -> Schedule:
    """The table of a plan file that has no fault, as TOML reads it."""
    return Schedule(
        said["citation"]["number"],
        said["area"],
        Period(_date(said["life"]["from"]), _date(said["life"]["to"])),
        {one["id"]: (one["from"], one["to"]) for one in said.get("windows", ())},
        [_line(one) for one in said["returns"]],
        [(one["agency"], one["tier"], one["id"]) for one in said.get("duties", ())],
    )


def table_of(plan: Plan) -> Schedule:
    """The table of a plan that is there whole."""
    asked = {"citation", "area", "life", "windows", "returns", "duties"}
    return schedule_of(plan.model_dump(by_alias=True, include=asked))


def _line(said: Mapping[str, Any]) -> Line:
    due = said.get("due")
    return Line(
        frozenset(said["forms"]),
        frozenset((one["agency"], one["tier"]) for one in said["filers"]),
        tuple(said.get("periods", ())),
        said.get("window", ""),
        deadline(due.get("before", ""), due.get("by", ""), next_year=due.get("next_year", False)) if due else None,
    )


def _date(said: date | str) -> date:
    return said if isinstance(said, date) else date.fromisoformat(said)
