"""One plan in one year on one day, with what its targets share: units, lists, filings, figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from tracker.facts import Facts, Places
from tracker.ledger import Ledger
from tracker.plan import Chosen, Figure, Plan
from tracker.rule import Asking, Done
from tracker.rules import duties, figure, reference, share


@dataclass
class Scoring:
    """One plan in one year on one day, with what its targets share."""

    plan: Plan
    ledger: Ledger
    places: Places
    year: int
    as_of: date
    settings: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.facts = Facts(self.ledger, self.places, self.plan.area, self.year, self.as_of)
        self._sets: dict[Chosen, list[str] | None] = {}
        self._listed: pd.DataFrame | None = None

    def on(self, year: int, as_of: date) -> Scoring:
        """The same plan, judged for another year on another day."""
        return Scoring(self.plan, self.ledger, self.places, year, as_of, self.settings)

    @property
    def has_districts(self) -> bool:
        return len(self.plan.area) == 2 and bool(self.facts.lines())

    def listed(self) -> pd.DataFrame:
        if self._listed is None:
            self._listed = reference.places_listed(self.facts)
        return self._listed

    def units(self, over: Chosen) -> list[str] | None:
        """The codes of a set of units; None when the list that says which they are is missing."""
        if over not in self._sets:
            self._sets[over] = self._chosen(over)
        return self._sets[over]

    def _chosen(self, over: Chosen) -> list[str] | None:
        facts = self.facts
        if over.units:
            return list(dict.fromkeys(code for named in over.units for code in facts.named(named)))
        match over.of:
            case "hotspots":
                units = reference.hotspots(facts, self.listed())
            case "area":
                units = [self.plan.area]
            case "provinces":
                units = list(facts.provinces)
            case _:
                in_force = facts.districts() if over.of == "districts" else facts.communes()
                units = [unit.code for unit in in_force]
        if units is None or not over.within:
            return units
        inside = {place for named in over.within for place in facts.named(named)}
        return [unit for unit in units if {unit, facts.district_of(unit)} & inside]

    def asking(self) -> Asking:
        outlets = reference.outlets(self.facts)
        if outlets.empty:
            return Asking(self.as_of, self.year)
        return Asking(self.as_of, self.year, lambda rows, level: reference.listed_at(outlets, rows, level))

    def duty_of(self, duty: str, unit: str, window: str) -> Done:
        return duties.done(self.facts, self.plan, self.plan.duty(duty), unit, window)

    def annual(self, form: str) -> list[Any]:
        return list(share.annual(self.facts, self.plan, form).values())

    def filers(self, form: str) -> list[tuple[str, str]]:
        """Agency and unit of every body that the plan expects a form from."""
        return figure.filers(self.facts, self.plan, form)

    def hiding(self, form: str, window: str) -> set[tuple[str, str]]:
        """The expected bodies that had a dated row of the window refused: what they say of it is the least it was."""
        if not self.ledger.forms[form].dated_by:
            return set()
        hiding = self.facts.hiding(form, self.plan.window(window, self.year))
        return {(one.agency, one.unit) for one in hiding if self.plan.expects(form, one.agency, one.unit)}

    def figures(self, asked: Figure) -> dict[str, int | None]:
        """A figure by unit of its filers; None where it is not known."""
        return figure.by_unit(self.facts, self.plan, asked, self.asking())

    def is_masked_when_small(self, form: str, *fields: str) -> bool:
        """Whether a figure of these fields speaks of victims or cases."""
        return bool(set(fields) & set(self.ledger.forms[form].small_cells))
