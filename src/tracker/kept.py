"""What is kept of a filing of dated rows beside its records: its answers by field, in one text.

A report on a month or a year reads thousands of such filings whole, and asks neither for cells nor for raw texts. So
the answers are kept once more, close together: a list for each field, as long as the filing has rows, in the order
of its records. It is a pure function of these and never changes; which filings count is asked as ever. Where nothing
is kept (forms of one record, forms without days) the records are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

DATED = frozenset({"B03", "B04"})
"""The forms whose rows are dated: their filings are kept so."""


class Text(NamedTuple):
    """An answer as JSON."""

    text: str


class HasText(Protocol):
    """What has an answer as JSON."""

    @property
    def text(self) -> str: ...


_BLANK = Text("null")


def kept(form: str, records: Sequence[Mapping[str, HasText]]) -> str:
    """The answers of a filing's records by field, out of the JSON of each; "" where nothing is kept of it."""
    if form not in DATED or not records:
        return ""
    names = dict.fromkeys(chain.from_iterable(records))
    lists = [f'"{name}":[{",".join([one.get(name, _BLANK).text for one in records])}]' for name in names]
    return f"{{{','.join(lists)}}}"


def rows(filings: Iterable[tuple[int, str, Sequence[str]]]) -> Iterator[dict[str, object]]:
    """Rows of the table for filings of which the store has the records: number, form, their answers as JSON."""
    for number, form, records in filings:
        said = [{name: Text(_AS_JSON(value)) for name, value in json.loads(one).items()} for one in records]
        if text := kept(form, said):
            yield {"filing_id": number, "answers": text}
