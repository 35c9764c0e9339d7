"""Growth: distinct items and minutes of one year against the year before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tracker.facts import Facts
from tracker.folding import fold
from tracker.period import Period


def counted(facts: Facts, form: str, window: Period, filings: Sequence[Any], what: str) -> int:
    """Items (distinct by outlet, day and folded title) or minutes (times broadcast by length) in a window."""
    items = distinct(facts.rows_in(form, window, filings))
    if what == "items":
        return len(items)
    times = items["broadcasts"].fillna(1)
    return int((times * items["minutes"].fillna(0)).sum())


def distinct(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that are different items; one without a title is an item of its own."""
    keyed = rows.assign(folded=rows["title"].map(lambda title: "" if pd.isna(title) else fold(title)))
    again = keyed.duplicated(subset=["outlet", "published_on", "folded"], keep="first") & keyed["title"].notna()
    return rows[~again]
