"""Which recorded reason answers which warning. Pure: the same rows give the same answer in whatever order they came.

A reason holds for one value of one return (unit, agency, outlet, period), whatever file or revision says it again,
and lapses when another value stands there. Errors are never answered by a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from tracker.form import Layout
from tracker.forms import FORMS, TTC
from tracker.problems import Problem, Severity
from tracker.returns import Reason, Received, Waiver

_ONE_OF_A_FORM = frozenset(code for code, form in {"TTC": TTC, **FORMS}.items() if form.layout is not Layout.TABLE)
_NOT_THE_VALUE = frozenset({"label", "reporter", "unit"})

ReturnKey = tuple[str, str, str, date | None, date | None]


class Filed(Protocol):
    """A filing, as far as it says whose word it is."""

    @property
    def unit(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def outlet(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def period_from(self) -> date | None: ...
    @property
    def period_to(self) -> date | None: ...


def value_of(one: Problem) -> str:
    """What stands where the problem is; of one without a cell, the facts that it rests on."""
    if one.found or one.cell:
        return one.found
    return "; ".join(f"{name}={said}" for name, said in sorted(one.facts.items()) if name not in _NOT_THE_VALUE)


def unit_of(one: Problem) -> str:
    """Whose return the problem is of, where its file holds those of several; else ""."""
    return one.facts.get("unit") or one.facts.get("reporter") or ""


def answered(problems: Iterable[Problem], filings: Iterable[Filed], waivers: Iterable[Waiver]) -> list[Problem]:
    """The problems of a file whose `filings` are given, each warning with the latest reason that holds for it."""
    keys = {_key(one) for one in filings}
    by_what: dict[tuple[str, ...], list[Waiver]] = {}
    for one in sorted(waivers, key=lambda it: (it.made_at, it.reason)):
        if _key(one) in keys:
            by_what.setdefault(_what(one, one.form, one.found), []).append(one)
    return [_with_reason(one, by_what) for one in problems]


def _with_reason(one: Problem, waivers: Mapping[tuple[str, ...], Sequence[Waiver]]) -> Problem:
    if one.severity is not Severity.WARNING:
        return one
    unit = unit_of(one)
    held = [it for it in waivers.get(_what(one, one.form, value_of(one)), ()) if unit in ("", it.unit)]
    return replace(one, waiver=held[-1].reason) if held else one


def _what(one: Problem | Waiver, form: str, found: str) -> tuple[str, ...]:
    """What a reason answers. A field that a form has once is found again wherever a later version has it."""
    once = form in _ONE_OF_A_FORM and one.field
    return (one.code, one.field, found, *(() if once else (one.sheet, one.cell)))


def _key(one: Filed) -> ReturnKey:
    return (one.unit, one.agency, one.outlet, one.period_from, one.period_to)


def standing(reasons: Iterable[Reason], received: Received) -> list[Reason]:
    """Those reasons whose value still stands in its cell, as far as the cell was read."""
    asked = {(one.sheet, one.cell) for one in reasons if one.cell}
    read: dict[tuple[str, str], set[str]] = {at: set() for at in asked}
    for one in received.problems if asked else ():
        read.get((one.sheet, one.cell), set()).add(one.found)
    records = (record for it in received.returns for filing in it.filings for record in filing.records)
    for record in records if asked else ():
        for origin in record.origins.values():
            read.get((origin.sheet or record.sheet, origin.cell), set()).add(origin.raw)
    return [one for one in reasons if one.found in (read.get((one.sheet, one.cell)) or {one.found})]
