"""Share of cases: two figures, each over all who file it; where nothing occurred there is nothing to score."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.rule import Bounds, UnitAnswer
from tracker.rules.figure import total

Figures = Mapping[str, int | None]
"""By unit; None where it is not known."""


def bounds(numerators: Figures, denominators: Figures) -> Bounds | None:
    """The share as reported; None when somebody has not said a figure that it needs. "Nothing occurred" is 0 of 0."""
    denominator = total(denominators.values())
    if denominator is None or not denominators:
        return None
    if denominator == 0:
        return Bounds(0, 0, 0, 0)
    # where a unit has none of the whole, its part may be left blank
    part = {unit: 0 if denominators.get(unit) == 0 and said is None else said for unit, said in numerators.items()}
    numerator = total(part.values())
    return None if numerator is None or not part else Bounds(numerator, numerator, denominator, 0)


def silent(numerators: Figures, denominators: Figures) -> list[str]:
    """The units that have not said a figure that the share needs."""
    no_whole = {unit for unit, said in denominators.items() if said is None}
    no_part = {unit for unit, said in numerators.items() if said is None and denominators.get(unit) != 0}
    return sorted(no_whole | no_part)


def by_unit(numerators: Figures, denominators: Figures) -> dict[str, UnitAnswer]:
    """Each unit's part of both figures; of one that has not said them nobody knows how many cases it has."""
    missing = set(silent(numerators, denominators))
    found = {}
    for unit in {**denominators, **numerators}:
        low, of = numerators.get(unit) or 0, denominators.get(unit) or 0
        found[unit] = UnitAnswer(0, 0, 0, True) if unit in missing else UnitAnswer(low, low, of, False)
    return found
