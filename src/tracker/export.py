"""The whole store as tidy tables: one row a thing, one column a property, and a code book that says what each means.

Every figure carries its unit, period, file, sheet and cell. Values are data, not prose: codes, ISO dates, plain
numbers. Figures of victims and cases below province level are left out as everywhere (section 9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.acts import Act, Arrival, Decision
from tracker.form import PROVINCE_CODE, Kind
from tracker.forms import FORMS
from tracker.history import Said, hidden_fields, names_of_returns
from tracker.place import Places
from tracker.problems import Problem
from tracker.returns import Waiver
from tracker.versions import Version

HIDDEN = "<5"
"""Stands for a figure that may not be shown."""

AT_ONCE = 500  # filings whose records are held in memory together

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """All that a store holds, read in one state of it; `records` fetches those of some filings.

    `beside` is what other returns, the lists and the deadlines say of the filings of a file, by its hash.
    """

    versions: Sequence[Version]
    arrivals: Sequence[Arrival]
    decisions: Sequence[Decision]
    waivers: Sequence[Waiver]
    acts: Sequence[Act]
    problems: Mapping[str, Sequence[Problem]]
    beside: Mapping[str, Sequence[tuple[Version, Problem]]]
    records: Callable[[Sequence[int]], Iterable[Said]]
    places: Places
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the export: its columns in order, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Kept], Iterator[Row]]


# --- rows -------------------------------------------------------------------------------------------------------

_OF_RETURN = (
    *("return", "form", "unit", "unit_name", "district", "district_name", "province", "agency", "outlet"),
    *("period_from", "period_to", "period_kind", "year", "revision", "received_on", "fate"),
)


def _about(one: Version, names: Mapping[int, str], places: Places) -> dict[str, Any]:
    lives = places.in_period(one.unit, one.period) if one.period else places.units_of_code(one.unit)
    unit = lives[-1] if lives else None
    day = one.period_to or one.received_on
    district = unit.parent if unit and len(one.unit) > len(unit.province) + 1 else ""
    parent = places.unit(district, min(day, unit.valid.last)) if unit and district else None
    return {
        "return": names[one.id],
        "form": one.form,
        "unit": one.unit,
        "unit_name": unit.full_name if unit else "",
        "district": district,
        "district_name": parent.full_name if parent else "",
        "province": unit.province or unit.code if unit else "",
        "agency": one.agency,
        "outlet": one.outlet,
        "period_from": one.period_from,
        "period_to": one.period_to,
        "period_kind": one.kind,
        "year": one.year,
        "revision": one.revision,
        "received_on": one.received_on,
        "fate": one.fate.value,
    }


def _returns(kept: Kept) -> Iterator[Row]:
    names = names_of_returns(kept.versions)
    for one in kept.versions:
        yield {
            **_about(one, names, kept.places),
            "status": one.status,
            "nil": one.nil,
            "none": one.none,
            "refused_parts": " ".join(one.refused_parts),
            "sha256": one.sha256,
        }


def _figures(kept: Kept) -> Iterator[Row]:
    """Every answer of every version, in the order of the forms, units and periods."""
    names = names_of_returns(kept.versions)
    files = {one.sha256: one.name for one in reversed(_by_day(kept.arrivals))}
    hidden = {} if kept.restricted else _hidden(kept)
    for some in _some(kept.versions):
        records: dict[int, list[Said]] = defaultdict(list)
        for record in kept.records([one.id for one in some]):
            records[record["filing_id"]].append(record)
        for one in some:
            about = {**_about(one, names, kept.places), "file": files.get(one.sha256, ""), "sha256": one.sha256}
            below = len(one.unit) > PROVINCE_CODE
            for record in records.get(one.id, ()):
                yield from _answers(about, record, hidden.get(one.form, frozenset()) if below else frozenset())


def _some(versions: Sequence[Version]) -> Iterator[Sequence[Version]]:
    for start in range(0, len(versions), AT_ONCE):
        yield versions[start : start + AT_ONCE]


def _hidden(kept: Kept) -> dict[str, frozenset[str]]:
    """Of each form the figures that are hidden of every unit below the province.

    What is small anywhere is hidden everywhere: totals of districts and provinces are printed elsewhere, and from
    them and the others a single hidden figure could be told.
    """
    found: dict[str, frozenset[str]] = {}
    for code, form in FORMS.items():
        of_form = [one for one in kept.versions if one.form == code and len(one.unit) > PROVINCE_CODE]
        if form.small_cells and of_form:
            found[code] = hidden_fields(form, kept.records([one.id for one in of_form]))
    return found


def _answers(about: Mapping[str, Any], record: Said, hidden: frozenset[str]) -> Iterator[Row]:
    qualifiers = record["answers"].get("~") or {}
    form = FORMS[about["form"]]
    for asked in form.kept_fields:
        if asked.name not in record["answers"]:
            continue
        cell, raw, *sheet = record["origins"].get(asked.name, ("", ""))
        is_hidden = asked.name in hidden
        yield {
            **about,
            "row": record["row"],
            "code": asked.code,
            "field": asked.name,
            "label": asked.label,
            "value": HIDDEN if is_hidden else record["answers"][asked.name],
            "qualifier": qualifiers.get(asked.name, "exact"),
            "sheet": sheet[0] if sheet else record["sheet"],
            "cell": cell,
            "raw": HIDDEN if is_hidden else raw,
        }


def _by_day(arrivals: Iterable[Arrival]) -> list[Arrival]:
    return sorted(arrivals, key=lambda one: (one.received_on, one.name, one.sha256))


def _files(kept: Kept) -> Iterator[Row]:
    for one in _by_day(kept.arrivals):
        yield {"sha256": one.sha256, "file": one.name, "received_on": one.received_on, "act": one.act_id}


def _problems(kept: Kept) -> Iterator[Row]:
    """Problems of each file as it came, then those that others give a return of it, with its name.

    What stood in a cell of victims or cases is left out.
    """
    units = {one.sha256: one.unit for one in kept.versions}
    names = names_of_returns(kept.versions)
    for sha256 in sorted(kept.problems.keys() | kept.beside.keys()):
        own = [("", units.get(sha256, ""), one) for one in kept.problems.get(sha256, ())]
        faulty = {(one.sheet, one.cell) for _, _, one in own if one.is_error and one.cell}
        told = [
            (names[filing.id], filing.unit, one)
            for filing, one in kept.beside.get(sha256, ())
            if not (one.is_error and (one.sheet, one.cell) in faulty)
        ]
        for name, unit, one in (*own, *told):
            open_to_all = kept.restricted or not _speaks_of_victims(one, unit)
            yield {
                "sha256": sha256,
                "return": name,
                "code": one.code,
                "severity": one.severity.value,
                "scope": one.scope.value,
                "form": one.form,
                "sheet": one.sheet,
                "cell": one.cell,
                "field": one.field,
                "found": one.found if open_to_all else "",
            }


def _speaks_of_victims(one: Problem, unit: str) -> bool:
    small = FORMS[one.form].small_cells if one.form in FORMS else ()
    return len(unit) > PROVINCE_CODE and bool(small) and (one.field in small or not one.field)


def _decisions(kept: Kept) -> Iterator[Row]:
    names = names_of_returns(kept.versions)
    forms = {one.id: one.form for one in kept.versions}
    for one in kept.decisions:
        yield {
            "return": names.get(one.filing_id, ""),
            "form": forms.get(one.filing_id, ""),
            "action": one.action,
            "reason": one.reason,
            "made_at": one.made_at,
            "made_by": one.made_by,
            "act": one.act_id,
        }


def _waivers(kept: Kept) -> Iterator[Row]:
    names = names_of_returns(kept.versions)
    for one in kept.waivers:
        small = one.form in FORMS and one.field in FORMS[one.form].small_cells and len(one.unit) > PROVINCE_CODE
        yield {
            "return": names.get(one.filing_id, ""),
            "form": one.form,
            "unit": one.unit,
            "code": one.code,
            "sheet": one.sheet,
            "cell": one.cell,
            "field": one.field,
            "found": HIDDEN if small and not kept.restricted else one.found,
            "reason": one.reason,
            "made_at": one.made_at,
        }


def _acts(kept: Kept) -> Iterator[Row]:
    for one in kept.acts:
        said = "; ".join(f"{name}={value}" for name, value in sorted(one.said.items()))
        yield {
            "act": one.id,
            "made_at": one.made_at,
            "made_by": one.made_by,
            "tool": one.tool,
            "command": one.command,
            "said": said,
        }


def _fields(_: Kept) -> Iterator[Row]:
    """The code book of the figures: every field of every form."""
    for form in FORMS.values():
        for one in form.kept_fields:
            yield {
                "form": form.code,
                "form_title": form.title,
                "field": one.name,
                "code": one.code,
                "label": one.label,
                "kind": one.kind.value,
                "unit": one.unit if one.kind in (Kind.COUNT, Kind.PERSONS) else "",
                "values": " | ".join(choice.value for choice in one.choices),
                "part": one.part,
            }


TABLES = (
    Table("returns", (*_OF_RETURN, "status", "nil", "none", "refused_parts", "sha256"), _returns),
    Table(
        "figures",
        (
            *_OF_RETURN,
            *("row", "code", "field", "label", "value", "qualifier", "file", "sha256", "sheet", "cell", "raw"),
        ),
        _figures,
    ),
    Table("files", ("sha256", "file", "received_on", "act"), _files),
    Table(
        "problems",
        ("sha256", "return", "code", "severity", "scope", "form", "sheet", "cell", "field", "found"),
        _problems,
    ),
    Table("decisions", ("return", "form", "action", "reason", "made_at", "made_by", "act"), _decisions),
    Table(
        "waivers",
        ("return", "form", "unit", "code", "sheet", "cell", "field", "found", "reason", "made_at"),
        _waivers,
    ),
    Table("acts", ("act", "made_at", "made_by", "tool", "command", "said"), _acts),
    Table("fields", ("form", "form_title", "field", "code", "label", "kind", "unit", "values", "part"), _fields),
)
"""Every file of the export, in the order in which they are written; the code book is made of them."""


def plain(value: Any) -> str:
    """A value as the tables write it: dates in ISO form, yes-no as true and false, nothing as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)
