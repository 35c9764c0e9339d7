"""Who reports and for when: TTC, or the leading columns of a CSV, held against the registry.

Source: the contract, sections 3 (TTC) and 6. Every fault here refuses the whole return, since what cannot be placed
cannot count; what is optional takes its default.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.answers import Says
from tracker.form import Form
from tracker.forms.ttc import FORM as TTC
from tracker.forms.ttc import VERSION
from tracker.period import Kind, Period, fits, kind_of
from tracker.place import Places, tier_of_code
from tracker.problems import Problem, problem

NAMED_BY_UNIT = {"UBND", "BCD"}
_WIDTHS = (2, 3, 5)


@dataclass(slots=True)
class Heading:
    """Who and when, as far as it can be told; `refused` when the return cannot be placed."""

    unit: str = ""
    agency: str = "UBND"
    outlet: str = ""
    period: Period | None = None
    kind: Kind = Kind.CAMPAIGN
    year: int | None = None
    revision: int = 1
    prepared_on: date | None = None
    nil: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(one.is_error for one in self.problems)


def read_heading(says: Says, forms: Sequence[Form], places: Places) -> Heading:
    """The heading that the answers make for a return with these forms, which say who may file them."""
    heading = Heading()
    _read_rest(says, heading)
    _read_period(says, heading)
    allowed = set.intersection(*(set(form.tiers) for form in forms)) if forms else set()
    _read_unit(says, heading, allowed, places)
    _check_tier(says, heading, forms)
    return heading


# --- when -------------------------------------------------------------------------------------------------------


def _read_period(says: Says, heading: Heading) -> None:
    first, last = says.values.get("period_from"), says.values.get("period_to")
    stated = says.values.get("year")
    heading.year = (
        stated if isinstance(stated, int) else next((d.year for d in (last, first) if isinstance(d, date)), None)
    )
    if not isinstance(first, date) or not isinstance(last, date):
        unread = {"period_from", "period_to"} & says.faulty
        return _refuse_period(says, heading, "unreadable" if unread else "missing")
    if first > last:
        return _refuse_period(says, heading, "order")
    heading.period = Period(first, last)
    kind = says.values.get("period_type")
    heading.kind = Kind(kind) if isinstance(kind, str) else kind_of(heading.period)
    if not fits(heading.kind, heading.period):
        return _refuse_period(says, heading, "length")
    if heading.year != last.year:
        return _refuse_period(says, heading, "year")
    return None


def _refuse_period(says: Says, heading: Heading, why: str) -> None:
    last = says.values.get("period_to")
    found = " – ".join(_shown(says, name) for name in ("period_from", "period_to"))
    expected = str(last.year) if isinstance(last, date) else ""
    if why == "year":
        found = says.text("year")
    heading.problems.append(
        problem("period_invalid", sheet=says.sheet, found=found, why=why, kind=heading.kind.value, expected=expected)
    )


def _shown(says: Says, name: str) -> str:
    """A day as it is read, or what was typed where none could be."""
    day = says.values.get(name)
    return f"{day:%d/%m/%Y}" if isinstance(day, date) else says.typed.get(name, "") or "…"


# --- who --------------------------------------------------------------------------------------------------------


def _read_unit(says: Says, heading: Heading, tiers: set[str], places: Places) -> None:
    typed = says.text("reporter_code").strip()
    named = says.text("reporter_name") if heading.agency in NAMED_BY_UNIT else ""
    period = heading.period or _any_day_of(heading.year)
    heading.unit = typed
    known = _known_codes(typed, named, tiers, period, places)
    if not known:
        facts = {"nearest": _nearest(says.text("reporter_name"), period, places)}
        if not typed and "reporter_code" not in says.faulty:
            facts["why"] = "missing"
        heading.problems.append(_refusal("unknown_unit", says, found=typed, **facts))
        return
    heading.unit = known
    if known != typed and known.endswith(typed):
        heading.problems.append(_note(says, "zeros_restored", "reporter_code", value=known))
    if period is not None:
        _hold_against_registry(says, heading, named, period, places)


def _known_codes(typed: str, named: str, tiers: set[str], period: Period | None, places: Places) -> str:
    """The registry's code that was typed, its lost zeros restored; the name and the forms settle which tier.

    A code that begins with a zero has lost none.
    """
    if not typed.isdigit() or len(typed) > max(_WIDTHS):
        return ""
    padded = dict.fromkeys(typed.zfill(width) for width in _WIDTHS if width >= len(typed))
    known = [code for code in padded if places.units_of_code(code)]
    if typed in known and typed.startswith("0"):
        return typed
    if named and period and len(known) > 1:
        known = [code for code in known if places.matches_name(code, named, period)] or known
    fitting = [code for code in known if tier_of_code(code) in tiers] or known
    return typed if typed in fitting else next(iter(fitting), "")


def _hold_against_registry(says: Says, heading: Heading, named: str, period: Period, places: Places) -> None:
    in_force = bool(places.in_period(heading.unit, period))
    if in_force and (not named or places.matches_name(heading.unit, named, period)):
        return
    alias = places.alias(heading.unit, named, period)
    if alias is not None:
        code, name = alias
        heading.unit = code
        changed = "reporter_name" if says.text("reporter_code").endswith(code) else "reporter_code"
        heading.problems.append(
            _note(says, "value_repaired", changed, value=name if changed.endswith("name") else code)
        )
    elif in_force:
        lives = places.in_period(heading.unit, period)
        facts = {"name": lives[-1].full_name, "nearest": _nearest(named, period, places)}
        heading.problems.append(_refusal("unit_name_mismatch", says, found=named, **facts))
    else:
        _refuse_out_of_force(says, heading, period, places)


def _refuse_out_of_force(says: Says, heading: Heading, period: Period, places: Places) -> None:
    lives = places.units_of_code(heading.unit)
    last = next((unit for unit in reversed(lives) if unit.valid.last < period.first), lives[-1])
    successors = ", ".join(
        f"{unit.full_name} ({unit.code})" for unit in places.successors(heading.unit, last.valid.last)
    )
    facts = {"name": last.full_name, "period": str(period), "successors": successors}
    heading.problems.append(_refusal("unit_not_in_force", says, found=heading.unit, **facts))


def _refusal(code: str, says: Says, found: str, **facts: str) -> Problem:
    return problem(code, sheet=says.sheet, found=found, facts=facts)


def _note(says: Says, code: str, name: str, **facts: str) -> Problem:
    return says.note(code, name, label=TTC.by_name[name].label, **facts)


def _nearest(name: str, period: Period | None, places: Places) -> str:
    if not name or period is None:
        return ""
    return ", ".join(f"{unit.full_name} ({unit.code})" for unit in places.near_names(name, "", period.last))


def _any_day_of(year: int | None) -> Period | None:
    return Period(date(year, 1, 1), date(year, 12, 31)) if year and 1900 <= year <= 2100 else None


def _check_tier(says: Says, heading: Heading, forms: Iterable[Form]) -> None:
    if len(heading.unit) not in _WIDTHS:
        return
    tier = tier_of_code(heading.unit)
    for form in forms:
        if tier not in form.tiers:
            expected = ", ".join(form.tiers)
            one = problem("unit_wrong_tier", form=form.code, sheet=says.sheet, found=str(tier), expected=expected)
            heading.problems.append(one)
            return


# --- the rest ---------------------------------------------------------------------------------------------------


def _read_rest(says: Says, heading: Heading) -> None:
    version = says.text("form_version")
    if version and version != VERSION:
        heading.problems.append(_refusal("unknown_form_version", says, found=version, expected=VERSION))
    heading.agency = says.text("agency") or "UBND"
    heading.outlet = says.text("outlet").upper() if heading.agency == "BC" else ""
    revision = says.values.get("revision", 1)
    heading.revision = revision if isinstance(revision, int) else 1
    if heading.revision < 1:
        heading.problems.append(_note(says, "not_a_count", "revision", why="text"))
    heading.nil = says.values.get("nil_return") is True
    if says.values.get("signed") is False:
        heading.problems.append(_note(says, "unsigned", "signed"))
    prepared, last = says.values.get("prepared_on"), says.values.get("period_to")
    heading.prepared_on = prepared if isinstance(prepared, date) else None
    if isinstance(prepared, date) and isinstance(last, date) and prepared < last:
        heading.problems.append(_note(says, "forecast", "prepared_on"))


def cannot_be_placed(says: Says) -> bool:
    """Whether an answer that is part of the return's key was given and could not be read."""
    return bool(says.faulty & {"agency", "revision", "outlet"})
