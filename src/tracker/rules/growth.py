"""Growth: distinct items, minutes, rows or a sum of one year against the year before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tracker.facts import Facts, distinct
from tracker.plan import Figure, GrowthPart, GrowthTarget, Plan
from tracker.rule import Asking, record_truth
from tracker.rules import figure


def counted(facts: Facts, plan: Plan, target: GrowthTarget, part: GrowthPart, asking: Asking) -> int | None:
    """The figure of one year; None when a body that the plan expects the form from has no accepted return in it."""
    if not facts.ledger.forms[target.form].dated_by:
        of_form = Figure(form=target.form, field=part.field, where=part.where)
        said = figure.by_unit(facts, plan, of_form, asking)
        return figure.total(said.values()) if said else None
    window = plan.window(target.window, facts.year)
    filings = [one for one in facts.dated(target.form, window) if plan.expects(target.form, one.agency, one.unit)]
    if not _all_filed(facts, figure.filers(facts, plan, target.form), filings):
        return None
    rows = facts.rows_in(target.form, window, filings)
    if part.where is not None:
        rows = rows[record_truth(part.where, rows, asking).fillna(False)]
    return _count(rows, part)


def _all_filed(facts: Facts, expected: Sequence[figure.Filer], filings: Sequence[Any]) -> bool:
    filed = {(one.agency, one.unit) for one in filings}
    for agency, unit in expected:
        bodies = (unit,) if (agency, unit) in filed else facts.predecessors(unit)
        if not bodies or any((agency, body) not in filed for body in bodies):
            return False
    return bool(expected)


def _count(rows: pd.DataFrame, part: GrowthPart) -> int:
    match part.count:
        case "items":
            return len(distinct(rows))
        case "minutes":
            items = distinct(rows)
            return int((items["broadcasts"].fillna(1) * items["minutes"].fillna(0)).sum())
        case "rows":
            return len(rows)
    return int(rows[part.field].fillna(0).sum())
