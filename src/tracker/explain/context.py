"""What an explanation is drawn from: the scores of a plan as they may be shown, and everything that came for them.

Nothing here judges: answers, bounds and verdicts are those of the scores; rows are those that the rules asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import pandas as pd

    from tracker.facts import Facts
    from tracker.form import Form
    from tracker.ledger import Filed
    from tracker.plan import Plan, Target
    from tracker.report.content import Fault
    from tracker.report.sources import Came
    from tracker.rule import Score
    from tracker.scoring import Scoring
    from tracker.versions import Version

Made = TypeVar("Made")
Said = Mapping[str, Any]
"""A record as the store gives it: filing_id, sheet, row, answers and origins."""


class Memory(Protocol):
    """The store, as far as explanations need it."""

    def records(self, filing_ids: Sequence[int], *, origins: bool = False) -> Iterator[Said]: ...


@dataclass
class Context:
    """One plan in one year: its scoring, the scores as they may be shown, what came, what is said of it, the store.

    `faults` are all that is said of the standing returns, down to notes, as they may be shown.
    """

    scoring: Scoring
    scores: Sequence[Score]
    came: Came
    faults: Sequence[Fault]
    memory: Memory
    restricted: bool = False
    _records: dict[int, list[Said]] = field(default_factory=dict)
    _places: dict[int, dict[int, int]] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        return self.scoring.plan

    @property
    def facts(self) -> Facts:
        return self.scoring.facts

    def form(self, code: str) -> Form:
        return self.scoring.ledger.forms[code]

    def before(self) -> Context:
        """The same, of the year before: what growth is measured against."""
        year = self.scoring.year - 1
        return replace(
            self,
            scoring=self.scoring.on(year, date(year, 12, 31)),
            came=replace(self.came, year=year),
            _places={},
        )

    # --- what came ----------------------------------------------------------------------------------------------

    @cached_property
    def _sent(self) -> Mapping[tuple[str, str], list[Version]]:
        found: dict[tuple[str, str], list[Version]] = {}
        for one in self.came.versions:
            found.setdefault((one.unit, one.form), []).append(one)
        return found

    def sent(self, unit: str, form: str) -> list[Version]:
        """Every version of a form that came from a unit for the year, by period, revision and receipt."""
        return self._sent.get((unit, form), [])

    @cached_property
    def _faults(self) -> Mapping[tuple[str, str], list[Fault]]:
        found: dict[tuple[str, str], list[Fault]] = {}
        for one in self.faults:
            found.setdefault((one.sha256, one.unit), []).append(one)
        return found

    def faults_of(self, one: Version) -> list[Fault]:
        """What is wrong with a version: its own faults, and those of its whole file."""
        told = [*self._faults.get((one.sha256, one.unit), []), *self._faults.get((one.sha256, ""), [])]
        return [it for it in told if it.problem.form in ("", one.form)]

    @cached_property
    def _repaired(self) -> frozenset[tuple[str, str, str]]:
        told = (one for one in self.faults if one.problem.code == "value_repaired")
        return frozenset((one.sha256, one.problem.sheet, one.problem.cell) for one in told)

    def is_repaired(self, sha256: str, sheet: str, cell: str) -> bool:
        """Whether something around the figure in a cell had to be left out to read it."""
        return (sha256, sheet, cell) in self._repaired

    # --- records and their cells --------------------------------------------------------------------------------

    def records(self, filings: Iterable[Filed]) -> Mapping[int, list[Said]]:
        """The records of filings by filing, with the cell and raw text of every answer; read once, all together."""
        wanted = {one.id for one in filings} - self._records.keys()
        for one in wanted:
            self._records[one] = []
        for record in self.memory.records(sorted(wanted), origins=True) if wanted else ():
            self._records[record["filing_id"]].append(record)
        return self._records

    def traced(self, form: str, filings: Sequence[Filed], rows: pd.DataFrame) -> Iterator[tuple[int, Said]]:
        """The record behind each of some rows of a ledger's frame, by the row's label.

        A frame has a row for each record, in the order of the store.
        """
        frame = self.scoring.ledger.rows(form, filings)
        if id(frame) not in self._places:
            self._places[id(frame)] = dict(enumerate(frame.groupby("filing").cumcount()))
        places, records = self._places[id(frame)], self.records(filings)
        for label, filing in zip(rows.index, rows["filing"], strict=True):
            yield int(label), records[int(filing)][places[int(label)]]

    # --- names --------------------------------------------------------------------------------------------------

    def name(self, code: str) -> str:
        """A unit's name on the day, or its last one; else the code."""
        places, on = self.came.places, self.scoring.as_of
        lives = places.units_of_code(code)
        unit = places.unit(code, on) or (lives[-1] if lives else None)
        return unit.full_name if unit else code

    def label(self, form: str, name: str) -> str:
        about = self.form(form).by_name[name]
        return f"{about.code} {about.label}" if about.code else about.label


@dataclass(frozen=True)
class Case:
    """One target or part to be explained: its declaration, its score, and the key that its lines begin with.

    `brief` leaves out what a page has no room for: other versions, how cells were read, other readings.
    """

    context: Context
    target: Target
    score: Score
    key: str
    brief: bool = False
    _made: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def plan(self) -> Plan:
        return self.context.plan

    @property
    def facts(self) -> Facts:
        return self.context.facts

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What is made once for all units of the target."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made
