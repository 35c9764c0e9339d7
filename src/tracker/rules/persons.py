"""Share of persons: what communes report over the population that the reference list gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tracker.facts import Facts
from tracker.plan import PersonsTarget
from tracker.rule import Bounds


@dataclass(frozen=True, slots=True)
class Persons:
    """By unit: `low` and `high` persons, the `population`, and whether the unit is `missing`. Int64 and boolean."""

    frame: pd.DataFrame

    def bounds(self) -> Bounds:
        sums = self.frame[["low", "high", "population"]].sum()
        missing = int(self.frame["missing"].sum())
        return Bounds(int(sums["low"]), int(sums["high"]), int(sums["population"]), missing)

    def of(self, units: Sequence[str]) -> Persons:
        return Persons(self.frame.loc[list(units)])

    def silent(self) -> list[str]:
        return sorted(self.frame.index[self.frame["missing"]])


def persons(
    facts: Facts,
    target: PersonsTarget,
    filings: Sequence[Any],
    populations: pd.Series[Any],
    quantity: str,
) -> Persons:
    """Bounds of each unit of `populations` (Int64 by unit code, none `<NA>`).

    A counted method gives low = high = the figure; another only high, at most the population. A silent unit may have
    reached nobody or everybody. Figures of units merged wholly into a silent one add up.
    """
    said = _said(facts, target, filings, quantity)
    rows = {str(unit): _unit(facts, said, str(unit), int(population)) for unit, population in populations.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high", "missing"])
    frame = frame.astype({"low": "Int64", "high": "Int64", "missing": "bool"})
    return Persons(frame.assign(population=populations.astype("Int64")))


def _said(facts: Facts, target: PersonsTarget, filings: Sequence[Any], quantity: str) -> dict[str, tuple[int, int]]:
    """What each reporting unit claims: (counted, only estimated)."""
    rows = facts.ledger.rows(target.form, filings)
    rows = rows[rows[quantity].notna()]
    counted = pd.Series(True, index=rows.index)
    if target.method:
        counted = rows[target.method].isin(target.counted)
    figures = zip(rows["unit"], rows[quantity], counted, strict=True)
    return {unit: (int(figure), 0) if sure else (0, int(figure)) for unit, figure, sure in figures}


def _unit(facts: Facts, said: dict[str, tuple[int, int]], unit: str, population: int) -> tuple[int, int, bool]:
    merged = (unit,) if unit in said else facts.predecessors(unit)
    if not merged or any(code not in said for code in merged):
        return 0, population, True
    sure = sum(said[code][0] for code in merged)
    estimated = sum(said[code][1] for code in merged)
    return sure, sure + min(estimated, max(0, population - sure)), False
