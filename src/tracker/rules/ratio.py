"""Share of cases: two figures of one filer's return; where nothing occurred there is nothing to score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tracker.facts import Facts
from tracker.plan import Figure, RatioTarget
from tracker.rule import Bounds


def bounds(facts: Facts, target: RatioTarget, filings: Sequence[Any]) -> Bounds | None:
    """The share as reported; None when no return says both figures. "Nothing occurred" is 0 of 0."""
    if not filings:
        return None
    rows = facts.ledger.rows(target.numerator.form, filings)
    if rows.empty:
        return Bounds(0, 0, 0, 0) if all(one.none for one in filings) else None
    denominator = _sum(rows, target.denominator)
    if denominator == 0:
        return Bounds(0, 0, 0, 0)
    numerator = _sum(rows, target.numerator)
    if numerator is None or denominator is None:
        return None
    return Bounds(numerator, numerator, denominator, 0)


def _sum(rows: pd.DataFrame, figure: Figure) -> int | None:
    """The figure, or what of it is due: total less those in time, less those passed on. None when not answered."""
    total = rows[figure.field]
    if total.isna().any():
        return None
    if figure.due and total.sum() > 0:
        for waiting in ("_in_time", "_transferred"):
            total = total - rows[figure.field + waiting]
    return None if total.isna().any() else int(total.sum())
