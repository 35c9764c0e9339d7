"""Share of persons: what units report over the population that the reference list gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tracker.facts import Facts
from tracker.plan import Figure, PersonsTarget, Plan
from tracker.rule import Asking, Bounds, UnitAnswer
from tracker.rules import figure
from tracker.rules.share import annual


@dataclass(frozen=True, slots=True)
class Persons:
    """By unit: `low` and `high` persons, the `population`, and whether the unit is `missing`. Int64 and boolean."""

    frame: pd.DataFrame

    def bounds(self) -> Bounds:
        sums = self.frame[["low", "high", "population"]].sum()
        missing = int(self.frame["missing"].sum())
        return Bounds(int(sums["low"]), int(sums["high"]), int(sums["population"]), missing)

    def by_unit(self) -> dict[str, UnitAnswer]:
        """Each unit's persons, in the order of the frame."""
        return {
            str(unit): UnitAnswer(int(low), int(high), int(population), bool(missing))
            for unit, low, high, missing, population in self.frame[
                ["low", "high", "missing", "population"]
            ].itertuples(name=None)
        }

    def of(self, units: Sequence[str]) -> Persons:
        return Persons(self.frame.loc[list(units)])

    def silent(self) -> list[str]:
        return sorted(self.frame.index[self.frame["missing"]])


def persons(
    facts: Facts, plan: Plan, target: PersonsTarget, populations: pd.Series[Any], quantity: str, asking: Asking
) -> Persons:
    """Bounds of each unit of `populations` (Int64 by unit code, none `<NA>`).

    A counted method gives low = high = the figure; another only high, at most the population. A silent unit may have
    reached nobody or everybody. Figures of units merged wholly into a silent one add up.
    """
    said = _said(facts, plan, target, quantity, asking)
    rows = {str(unit): _unit(facts, said, str(unit), int(population)) for unit, population in populations.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high", "missing"])
    frame = frame.astype({"low": "Int64", "high": "Int64", "missing": "bool"})
    return Persons(frame.assign(population=populations.astype("Int64")))


Claims = dict[str, tuple[int, int]]
"""By unit: persons counted, and persons only estimated."""


def _said(facts: Facts, plan: Plan, target: PersonsTarget, quantity: str, asking: Asking) -> Claims:
    """What each reporting unit claims, all its bodies together; one that left the figure blank claims nothing."""
    asked = Figure(form=target.form, field=quantity, where=target.where)
    estimating = _estimating(facts, plan, target)
    claims: Claims = {}
    blank = set()
    for (agency, unit), said in figure.own(facts, plan, asked, asking).items():
        if said is None:
            blank.add(unit)
            continue
        sure, estimated = claims.get(unit, (0, 0))
        claims[unit] = (sure, estimated + said) if (agency, unit) in estimating else (sure + said, estimated)
    return {unit: claim for unit, claim in claims.items() if unit not in blank}


def _estimating(facts: Facts, plan: Plan, target: PersonsTarget) -> set[figure.Filer]:
    """The bodies whose method does not count people."""
    if not target.method:
        return set()
    rows = facts.ledger.rows(target.form, list(annual(facts, plan, target.form).values()))
    rows = rows[~rows[target.method].isin(target.counted)]
    return set(zip(rows["agency"], rows["unit"], strict=True))


def populations(
    facts: Facts, plan: Plan, units: Sequence[str], listed: pd.DataFrame, field: str
) -> pd.Series[Any] | None:
    """The list's population of each unit, of a district or the area the sum of its communes; None where one lacks."""
    communes = pd.Series([unit.code for unit in facts.communes()], dtype="string")
    known = listed[field].reindex(communes.to_list())
    of: Mapping[str, list[str]] = {unit: _communes(facts, plan, unit, communes) for unit in units}
    wanted = [commune for below in of.values() for commune in below]
    if known.reindex(wanted).isna().any() or not all(of.values()):
        return None
    return pd.Series({unit: int(known[below].sum()) for unit, below in of.items()}, dtype="Int64")


def _communes(facts: Facts, plan: Plan, unit: str, communes: pd.Series[Any]) -> list[str]:
    if len(unit) == 5 or unit == plan.area:
        return [unit] if len(unit) == 5 else communes.to_list()
    return [commune for commune in communes if facts.district_of(commune) == unit]


def _unit(facts: Facts, said: dict[str, tuple[int, int]], unit: str, population: int) -> tuple[int, int, bool]:
    merged = (unit,) if unit in said else facts.predecessors(unit)
    if not merged or any(code not in said for code in merged):
        return 0, population, True
    sure = sum(said[code][0] for code in merged)
    estimated = sum(said[code][1] for code in merged)
    return sure, sure + min(estimated, max(0, population - sure)), False
