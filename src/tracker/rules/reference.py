"""The lists that the province gives: hot-spots and populations (B00), press agencies (B00P).

A list is never a unit's own word about itself.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from tracker.facts import Facts, stamp


def places_listed(facts: Facts) -> pd.DataFrame:
    """B00: for each commune the row with the latest date of its figures up to the day, by commune code.

    Empty when no B00 counts. A row without a date of its own is as old as the beginning of its return. `at` is its
    place among the rows of the ledger.
    """
    rows = facts.ledger.rows("B00", facts.filings("B00", units=facts.provinces))
    dated = rows["counted_on"].fillna(rows["period_from"])
    rows = rows.assign(dated=dated, in_force=_in_force(rows, facts.as_of), at=rows.index)
    rows = rows[rows["dated"] <= stamp(facts.as_of)].assign(commune=rows["commune"].str.zfill(5))
    rows = rows.sort_values(["dated", "in_force", "period_to"], kind="stable")
    return rows.drop_duplicates(subset="commune", keep="last").set_index("commune")


def hotspots(facts: Facts, listed: pd.DataFrame) -> list[str] | None:
    """Communes in force on the day that are listed as hot-spots then; None when no list says so of any commune."""
    if listed.empty or listed["hotspot"].isna().all():
        return None
    marked = listed["hotspot"].fillna(False) & _in_force(listed, facts.as_of)
    communes = {unit.code for unit in facts.communes()}
    return sorted(set(listed.index[marked]) & communes)


def outlets(facts: Facts) -> pd.DataFrame:
    """B00P: every listed outlet with its level and days; empty when no list counts."""
    return facts.ledger.rows("B00P", facts.filings("B00P", units=facts.provinces))


def listed_at(listed: pd.DataFrame, rows: pd.DataFrame, level: str) -> pd.Series[Any]:
    """Whether the outlet of each B03 row is listed at `level` on the day of the item; a blank outlet is not listed.

    Of several lists the one that had begun last by that day is believed, else the earliest.
    """
    known: dict[str, list[Any]] = {}
    for entry in listed.sort_values("period_from", kind="stable").itertuples(index=False):
        known.setdefault(str(entry.outlet).upper(), []).append(entry)
    said = [
        not pd.isna(outlet) and _level_on(known.get(str(outlet).upper(), []), day) == level
        for outlet, day in zip(rows["outlet"], rows["published_on"], strict=True)
    ]
    return pd.Series(said, index=rows.index, dtype="boolean")


def _level_on(entries: list[Any], day: pd.Timestamp) -> str:
    """The level on a day; open ends (NaT) compare as neither before nor after."""
    valid = [one for one in entries if not one.valid_from > day and not one.valid_to < day]
    begun = [one for one in valid if one.period_from <= day]
    if begun:
        return str(begun[-1].level)
    return str(valid[0].level) if valid else ""


def _in_force(rows: pd.DataFrame, on: date) -> pd.Series[Any]:
    day = stamp(on)
    return ~(rows["valid_from"] > day) & ~(rows["valid_to"] < day)
