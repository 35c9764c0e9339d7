"""Every version of a unit's returns: what came, what became of it, who decided, what changed cell by cell. Pure.

A return is named by the beginning of its file's hash, and by its number where the file holds several; the name is
the same in every store that holds the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from typing import Any

from tracker.form import PROVINCE_CODE, SMALL, Compare, Form, Layout
from tracker.forms import FORMS
from tracker.problems import TrackerError
from tracker.versions import Version

HASH_SHOWN = 12  # characters

Said = Mapping[str, Any]
"""A record as the store gives it: sheet, row, answers, origins."""


def names_of_returns(versions: Iterable[Version]) -> dict[int, str]:
    """The name of the return that each filing is a form of, by the number of the filing."""
    by_file: dict[str, list[Version]] = {}
    for one in versions:
        by_file.setdefault(one.sha256, []).append(one)
    names: dict[int, str] = {}
    for sha256, filings in by_file.items():
        keys = list(dict.fromkeys(_return_key(one) for one in sorted(filings, key=lambda one: one.id)))
        for one in filings:
            number = f".{keys.index(_return_key(one)) + 1}" if len(keys) > 1 else ""
            names[one.id] = f"{sha256[:HASH_SHOWN]}{number}"
    return names


def _return_key(one: Version) -> tuple[Any, ...]:
    return (one.unit, one.agency, one.outlet, one.period_from, one.period_to, one.revision)


def digest_of(asked: str) -> str:
    """How the hash of the file begins that holds the return which `asked` names."""
    return asked.strip().lower().partition("/")[0].partition(".")[0]


def named(versions: Sequence[Version], asked: str) -> list[Version]:
    """The filings of the return that `asked` names: its name, a longer part of the hash, with "/B01" one form of it.

    Raises TrackerError when no return is called so, or several are.
    """
    name, _, form = asked.strip().lower().partition("/")
    digest, dot, number = name.partition(".")
    names = names_of_returns(versions)
    meant = digest[:HASH_SHOWN] + dot + number
    found = [one for one in versions if names[one.id] == meant and one.sha256.startswith(digest)]
    if not found:
        of_file = sorted({names[one.id] for one in versions if digest and one.sha256.startswith(digest)})
        code = "return_ambiguous" if len(of_file) > 1 else "return_unknown"
        if len(of_file) != 1:
            raise TrackerError(code, found=asked, known=", ".join(of_file[:5]))
        found = [one for one in versions if names[one.id] == of_file[0]]
    chosen = [one for one in found if form in ("", one.form.lower())]
    if not chosen:
        raise TrackerError("return_without_form", found=asked, known=", ".join(sorted({one.form for one in found})))
    return chosen


# --- what changed -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """An answer as it stood in its file; blank where there was none."""

    sheet: str = ""
    cell: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that two versions give differently. `hidden` figures may not be shown (section 9)."""

    field: str
    label: str
    before: Place
    after: Place
    hidden: bool = False


def changes(form: Form, before: Sequence[Said], after: Sequence[Said], *, restricted: bool) -> list[Change]:
    """What the second version says otherwise than the first, in the order of the form.

    Rows of a table form that say the same in both are left out; the others are held against each other in the order
    in which they stand, so that a row more shows as answers that were blank before.
    """
    found = list(_changes(form, before, after))
    if restricted:
        return found
    hidden = hidden_fields(form, [*before, *after])
    return [Change(one.field, one.label, one.before, one.after, one.field in hidden) for one in found]


def _changes(form: Form, before: Sequence[Said], after: Sequence[Said]) -> Iterator[Change]:
    old, new = list(before), list(after)
    if form.layout is Layout.TABLE:
        for one in before:
            same = next((it for it in new if it["answers"] == one["answers"]), None)
            if same is not None:
                old.remove(one)
                new.remove(same)
    for was, now in zip_longest(old, new):
        for asked in form.kept_fields:
            said = [one["answers"].get(asked.name) if one else None for one in (was, now)]
            if said[0] != said[1]:
                yield Change(asked.name, asked.label, _place(was, asked.name), _place(now, asked.name))


def _place(record: Said | None, name: str) -> Place:
    if record is None or name not in record["origins"]:
        return Place()
    cell, raw, *sheet = record["origins"][name]
    return Place(sheet[0] if sheet else record["sheet"], cell, raw)


def hidden_fields(form: Form, records: Iterable[Said]) -> frozenset[str]:
    """Figures of victims and cases that may not be shown of a unit below the province: small ones, and with them all
    that add up to the same total, so that none can be told from the others."""
    said = list(records)
    hidden = {name for name in form.small_cells for one in said if _is_small(one["answers"].get(name))}
    sums = [rule for rule in form.figure_rules if rule.compare is Compare.ADDS_UP]
    while more := {
        part
        for rule in sums
        if hidden & {rule.left, *rule.right}
        for part in (rule.left, *rule.right)
        if part not in hidden
    }:
        hidden |= more
    return frozenset(hidden)


def _is_small(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in SMALL


# --- the versions of a unit -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one form, and what it changed against the one before it."""

    name: str
    version: Version
    changes: Sequence[Change] = ()
    compared_with: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """The versions of one form of one body for one period, from the first to the last."""

    form: str
    agency: str
    outlet: str
    entries: Sequence[Entry] = field(default_factory=tuple)

    @property
    def period(self) -> tuple[Any, Any]:
        return self.entries[0].version.period_from, self.entries[0].version.period_to


def of_unit(
    unit: str, versions: Sequence[Version], records: Mapping[int, Sequence[Said]], *, restricted: bool
) -> list[Series]:
    """The history of a unit; `records` are those of its filings, by the number of the filing."""
    names = names_of_returns(versions)
    mine = sorted((one for one in versions if one.unit == unit), key=_order)
    return [
        Series(form, agency, outlet, _entries(list(same), names, records, restricted=restricted))
        for (form, agency, outlet, _), same in groupby(mine, key=_order_of_series)
    ]


def _order_of_series(one: Version) -> tuple[str, str, str, tuple[str, str]]:
    days = tuple(day.isoformat() if day else "" for day in (one.period_from, one.period_to))
    return (one.form, one.agency, one.outlet, (days[0], days[1]))


def _order(one: Version) -> tuple[Any, ...]:
    return (*_order_of_series(one), one.revision, one.received_on, one.sha256, one.id)


def _entries(
    versions: Sequence[Version], names: Mapping[int, str], records: Mapping[int, Sequence[Said]], *, restricted: bool
) -> list[Entry]:
    entries: list[Entry] = []
    before: Version | None = None
    for one in versions:
        said = records.get(one.id, ())
        if before is None or not said:
            entries.append(Entry(names[one.id], one))
        else:
            shown = restricted or len(one.unit) <= PROVINCE_CODE
            moved = changes(FORMS[one.form], records[before.id], said, restricted=shown)
            entries.append(Entry(names[one.id], one, moved, names[before.id]))
        before = one if said else before
    return entries
