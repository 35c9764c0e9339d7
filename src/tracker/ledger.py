"""What the store knows, as tidy pandas frames: the rows of every filing that counts.

A frame of rows has the columns filing, unit, agency, sender (the outlet that reports), period_from, period_to, one
for each field of the form, and `qualifiers`. Counts are Int64, yes-no boolean, dates datetime64[s], the rest string;
`<NA>` means not answered, never 0 and never no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import pandas as pd

from tracker.form import Field, Form, Kind
from tracker.period import Period

if TYPE_CHECKING:
    import numpy.typing as npt

DTYPES: Mapping[Kind, str] = {
    Kind.COUNT: "Int64",
    Kind.PERSONS: "Int64",
    Kind.YES_NO: "boolean",
    Kind.DATE: "datetime64[s]",
}
ABOUT: Mapping[str, str] = {
    **dict.fromkeys(("unit", "agency", "sender"), "string"),
    **dict.fromkeys(("period_from", "period_to"), "datetime64[s]"),
}
"""What every row has of its filing."""


class Filed(Protocol):
    """A filing that counts, as far as facts need it (see `versions.Version`)."""

    @property
    def id(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def outlet(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def none(self) -> bool: ...
    @property
    def refused_parts(self) -> Sequence[str]: ...
    @property
    def refused_days(self) -> Sequence[Sequence[str]]: ...
    @property
    def refused_undated(self) -> bool: ...
    @property
    def period(self) -> Period | None: ...


@dataclass(slots=True)
class Ledger:
    """Every filing that counts, and its rows on demand: the one door from the store to the rules.

    `load` gives the records of filings in their order; `kept` the same by field, of those of which it is kept.
    """

    counting: Sequence[Filed]
    load: Callable[[Sequence[int]], Iterable[Mapping[str, Any]]]
    forms: Mapping[str, Form]
    kept: Callable[[Sequence[int]], Iterable[Kept]] | None = None
    _frames: dict[str, dict[frozenset[int], pd.DataFrame]] = field(default_factory=dict)
    _by_form: dict[str, list[Filed]] = field(default_factory=dict)

    def of_form(self, form: str) -> list[Filed]:
        if not self._by_form:
            for one in self.counting:
                self._by_form.setdefault(one.form, []).append(one)
        return self._by_form.get(form, [])

    def rows(self, form: str, filings: Sequence[Filed]) -> pd.DataFrame:
        """The records of some filings of a form, one row each; answers of refused parts are `<NA>`."""
        ids = frozenset(one.id for one in filings)
        frames = self._frames.setdefault(form, {})
        if ids not in frames:
            fuller = next((frame for known, frame in frames.items() if ids < known), None)
            frames[ids] = self._read(self.forms[form], filings) if fuller is None else _of(fuller, ids)
        return frames[ids]

    def _read(self, form: Form, filings: Sequence[Filed]) -> pd.DataFrame:
        """In portions, since what was read takes far more room than the columns that are made of it."""
        by_id = {one.id: one for one in filings}
        ids = sorted(by_id)
        mine = [by_id[number] for number in ids]
        portions = list(self._portions(form, ids))
        filing: npt.NDArray[np.int64] = np.concatenate([_NOTHING, *(one.filing for one in portions)])
        places = np.searchsorted(np.array(ids, dtype="int64"), filing)
        said = dict(zip(ABOUT, zip(*map(_about, mine), strict=True), strict=False))
        columns: dict[str, Any] = {"filing": filing}
        columns |= {name: _column(said.get(name, ()), dtype).take(places) for name, dtype in ABOUT.items()}
        blank = cache(lambda dtype: _blank(len(filing), dtype))  # one for all fields that nobody answers
        columns |= {one.name: _joined(portions, one.name, dtype(one), blank) for one in form.kept_fields}
        columns["qualifiers"] = pd.Series(list(chain.from_iterable(one.marks for one in portions)), dtype="object")
        _blank_refused(columns, form, mine)
        whole = pd.DataFrame(columns, copy=False)
        if (filing[1:] < filing[:-1]).any():  # some are kept by field and some are not
            whole = whole.sort_values("filing", kind="stable", ignore_index=True)
        return whole

    def _portions(self, form: Form, ids: Sequence[int]) -> Iterator[_Portion]:
        """Of filings kept by field, then of the rest."""
        known: set[int] = set()
        by_field = iter(self.kept(ids) if self.kept and form.dated_by else ())
        while kept := list(islice(by_field, PORTION)):
            known.update(number for number, _ in kept)
            yield _of_kept(form, kept)
        records = iter(self.load([one for one in ids if one not in known]))
        while portion := list(islice(records, PORTION)):
            yield _of_records(form, portion)


Kept: TypeAlias = tuple[int, dict[str, list[Any]]]
"""A filing with the answers of its records by field."""

PORTION = 4_000
_NOTHING: npt.NDArray[np.int64] = np.array([], dtype="int64")
_UNQUALIFIED: Mapping[str, str] = {}


class _Portion(NamedTuple):
    """Some rows: the filing of each, a column for each field that any of them answers, the qualifiers of each."""

    filing: npt.NDArray[np.int64]
    answers: Mapping[str, Any]
    marks: Iterable[Mapping[str, str]]


def _of(frame: pd.DataFrame, ids: frozenset[int]) -> pd.DataFrame:
    """The rows of some of the filings of a frame, as if they had been read alone."""
    return frame[frame["filing"].isin(ids)].reset_index(drop=True)


def _of_records(form: Form, records: Sequence[Mapping[str, Any]]) -> _Portion:
    answers = [one["answers"] for one in records]
    filing = np.array([one["filing_id"] for one in records], dtype="int64")
    return _portion(form, filing, set().union(*answers), lambda name: [one.get(name) for one in answers])


def _of_kept(form: Form, filings: Sequence[Kept]) -> _Portion:
    numbers, answers = zip(*filings, strict=True)
    lengths = [len(next(iter(said.values()))) for said in answers]
    blank = {length: [None] * length for length in lengths}
    blanks = [blank[length] for length in lengths]

    def values(name: str) -> list[Any]:
        return list(chain.from_iterable(map(dict.get, answers, repeat(name), blanks)))

    return _portion(form, np.repeat(np.array(numbers, dtype="int64"), lengths), set().union(*answers), values)


def _portion(
    form: Form, filing: npt.NDArray[np.int64], answered: set[str], values: Callable[[str], list[Any]]
) -> _Portion:
    """Most fields of a wide form nobody answers."""
    columns = {one.name: _column(values(one.name), dtype(one)) for one in form.kept_fields if one.name in answered}
    marks = [said or _UNQUALIFIED for said in values("~")] if "~" in answered else [_UNQUALIFIED] * len(filing)
    return _Portion(filing, columns, marks)


def _about(one: Filed) -> tuple[Any, ...]:
    period = one.period
    first, last = (period.first, period.last) if period else (None, None)
    return one.unit, one.agency, one.outlet, first, last


_BUILT: Mapping[str, Any] = {"Int64": pd.Int64Dtype(), "boolean": pd.BooleanDtype(), "string": pd.StringDtype()}
"""Dtypes as pandas keeps them; to look one up by its name costs more than a short column."""


def _column(values: Sequence[Any], dtype: str) -> Any:
    """A column of plain values, None as `<NA>`; of days and counts pandas would look at each blank for long."""
    built = _BUILT.get(dtype)
    if built is None:
        return np.array(["NaT" if one is None else one for one in values], dtype=dtype)
    if dtype == "Int64" and None in values:
        blank = np.array([one is None for one in values])
        return pd.arrays.IntegerArray(np.array([one or 0 for one in values], dtype="int64"), blank)
    return pd.array(values, dtype=built)


def _blank(length: int, dtype: str) -> Any:
    """A column of nothing but `<NA>`."""
    built = _BUILT.get(dtype)
    return np.full(length, "NaT", dtype=dtype) if built is None else pd.array([None], dtype=built).repeat(length)


def _joined(portions: Sequence[_Portion], name: str, dtype: str, blank: Callable[[str], Any]) -> Any:
    """The column of one field, out of all portions; a `blank` one where none has it."""
    if not any(name in one.answers for one in portions):
        return blank(dtype)
    parts = [one.answers[name] if name in one.answers else _blank(len(one.filing), dtype) for one in portions]
    return parts[0] if len(parts) == 1 else pd.concat(map(pd.Series, parts), ignore_index=True).array


def dtype(field: Field) -> str:
    """The dtype of a field's column."""
    return DTYPES.get(field.kind, "string")


def _blank_refused(columns: dict[str, Any], form: Form, filings: Sequence[Filed]) -> None:
    """Puts `<NA>` for all answers of the parts of filings that were refused."""
    partly = [one for one in filings if one.refused_parts]
    for part in form.parts if partly else ():
        refused = np.isin(columns["filing"], [one.id for one in partly if part in one.refused_parts])
        for name in (one.name for one in form.kept_fields if one.part == part) if refused.any() else ():
            columns[name][refused] = None
