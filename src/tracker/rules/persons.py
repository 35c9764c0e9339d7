"""Share of persons: what units report over the population that the reference list gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from tracker.facts import Facts
from tracker.plan import CODE_WIDTH, Figure, PersonsTarget, Plan
from tracker.rule import Asking, Tally, UnitAnswer, plain
from tracker.rules import figure
from tracker.rules.share import annual


def persons(
    facts: Facts, plan: Plan, target: PersonsTarget, populations: Mapping[str, int], quantity: str, asking: Asking
) -> Tally:
    """Bounds of each unit of `populations`.

    A counted method gives low = high = the figure; another only high, at most the population. A silent unit may have
    reached nobody or everybody. Figures of units merged wholly into one that has not filed add up.
    """
    said = _said(facts, plan, target, quantity, asking)
    return Tally({unit: _unit(facts, said, unit, population) for unit, population in populations.items()})


Claims = dict[str, tuple[int, int] | None]
"""By unit that has filed: persons counted, and persons only estimated; None where it left the figure blank."""


def _said(facts: Facts, plan: Plan, target: PersonsTarget, quantity: str, asking: Asking) -> Claims:
    """What each reporting unit claims, all its bodies together; where one left the figure blank, nothing is known."""
    asked = Figure(form=target.form, field=quantity, where=target.where)
    estimating = _estimating(facts, plan, target)
    claims: Claims = {}
    for (agency, unit), said in figure.own(facts, plan, asked, asking).items():
        so_far = claims.get(unit, (0, 0))
        if said is None or so_far is None:
            claims[unit] = None
            continue
        sure, estimated = so_far
        claims[unit] = (sure, estimated + said) if (agency, unit) in estimating else (sure + said, estimated)
    return claims


def _estimating(facts: Facts, plan: Plan, target: PersonsTarget) -> set[figure.Filer]:
    """The bodies whose method does not count people."""
    if not target.method:
        return set()
    rows = facts.ledger.rows(target.form, list(annual(facts, plan, target.form).values()))
    estimated = rows.loc[~rows[target.method].isin(target.counted), ["agency", "unit"]]
    return set(zip(estimated["agency"], estimated["unit"], strict=True))


def populations(
    facts: Facts, plan: Plan, units: Sequence[str], listed: pd.DataFrame, field: str
) -> Mapping[str, int] | None:
    """The list's population of each unit, of a larger area the sum of its communes; None where one lacks."""
    below = _communes(facts, plan, units)
    known = dict(zip(listed.index.to_list(), plain(listed[field]), strict=True))
    sums = {unit: figure.total(known.get(commune) for commune in below[unit]) for unit in units if below[unit]}
    found = {unit: said for unit, said in sums.items() if said is not None}
    return found if len(found) == len(below) else None


def _communes(facts: Facts, plan: Plan, units: Sequence[str]) -> dict[str, list[str]]:
    """The communes that each unit has on the day: a commune itself, those of an area all."""
    everywhere = [unit.code for unit in facts.communes()]
    by_area: dict[str, list[str]] = {}
    for commune in everywhere if any(len(unit) < CODE_WIDTH["commune"] for unit in units) else ():
        for area in (facts.district_of(commune), facts.province_of(commune)):
            by_area.setdefault(area, []).append(commune)
    below = by_area | {plan.area: everywhere} | {commune: [commune] for commune in everywhere}
    return {unit: below.get(unit, []) for unit in units}


def _unit(facts: Facts, said: Claims, unit: str, population: int) -> UnitAnswer:
    """By its own return when it has filed one, even if the figure is blank there; else by those merged into it."""
    bodies = (unit,) if unit in said else facts.predecessors(unit)
    claims = [claim for claim in map(said.get, bodies) if claim is not None]
    if not claims or len(claims) < len(bodies):
        return UnitAnswer(0, population, population, True)
    sure = sum(counted for counted, _ in claims)
    estimated = sum(guessed for _, guessed in claims)
    return UnitAnswer(sure, sure + min(estimated, max(0, population - sure)), population, False)
