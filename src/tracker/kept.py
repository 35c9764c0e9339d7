"""What is kept of a filing of dated rows beside its records: its answers by field, in one text.

A report on a month or a year reads thousands of such filings whole, and asks neither for cells nor for raw texts. So
the answers are kept once more, close together: a list for each field, as long as the filing has rows, in the order
of its records. It is a pure function of these and never changes; which filings count is asked as ever. Where nothing
is kept (forms of one record, forms without days) the records are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=date.isoformat).encode

DATED = frozenset({"B03", "B04"})
"""The forms whose rows are dated: their filings are kept so."""


def kept(form: str, answers: Iterable[Mapping[str, Any]]) -> str:
    """The answers of a filing's records by field, as JSON; "" where nothing is kept of it."""
    said = list(answers) if form in DATED else []
    names = dict.fromkeys(name for one in said for name in one)
    return _AS_JSON({name: [one.get(name) for one in said] for name in names}) if said else ""


def rows(filings: Iterable[tuple[int, str, Sequence[str]]]) -> Iterator[dict[str, Any]]:
    """Rows of the table for filings of which the store has the records: number, form, their answers as JSON."""
    for number, form, records in filings:
        if text := kept(form, map(json.loads, records)):
            yield {"filing_id": number, "answers": text}
