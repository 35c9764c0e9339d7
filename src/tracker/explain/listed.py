"""What the province's list of places says of a commune: the row that counts, with its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.explain import cells
from tracker.explain.context import Case, Said
from tracker.explanation import Line, Step
from tracker.messages import say
from tracker.plan import LIST_OF_PLACES


def listed(case: Case, code: str, fields: Sequence[str]) -> Line:
    """The version of the list that a commune's row stands in, with the cells of some fields of that row."""
    key = f"{case.key}/{code}"
    found = case.once("listed", lambda: _rows(case)).get(code)
    if found is None:
        return Line(Step.NOTE, f"{key}/unlisted", say("explain.unlisted", unit=case.context.name(code)))
    version, record = found
    under = cells.version_key(key, version)
    asked = cells.Asked(version, record, under)
    return cells.version(case, under, version, [cells.cell(case, asked, name) for name in dict.fromkeys(fields)])


def _rows(case: Case) -> dict[str, tuple[Any, Said]]:
    """By commune its version and record, of the rows that the scoring went by."""
    rows = case.context.scoring.listed().reset_index().set_index("at", drop=False)
    filings = case.facts.filings(LIST_OF_PLACES, units=case.facts.provinces)
    codes = dict(zip(rows.index, rows["commune"], strict=True))
    by_id = {one.id: one for one in filings}
    return {
        str(codes[label]): (by_id[record["filing_id"]], record)
        for label, record in case.context.traced(LIST_OF_PLACES, filings, rows)
    }
