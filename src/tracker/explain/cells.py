"""What stands in a cell, in which version of which return, and what became of that."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from tracker.explain.context import Case, Context, Said
from tracker.explanation import Line, Step
from tracker.messages import fix, message, say
from tracker.problems import Severity
from tracker.reading import EXACT
from tracker.writing import count, day, qualified

if TYPE_CHECKING:
    from tracker.versions import Version

QUARANTINED = "quarantined"
"""A version of which not even the name of its file is told: that might be a person's."""

HASH_SHOWN = 12
YES, NO, UNKNOWN = "yes", "no", "missing"


def truth_word(truth: bool | None) -> str:
    return UNKNOWN if truth is None else YES if truth else NO


# --- a cell -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to look for an answer: a version, its record, and the key of the line that its cells stand under.

    `masked` is what stands for figures of victims or cases that may not be shown; "" where they may.
    """

    version: Any
    record: Said
    under: str
    masked: str = ""


def cell(case: Case, asked: Asked, name: str, truth: str = "") -> Line:
    """What stands in the cell of a field, how it was read, and what that answers to the test."""
    context, form, record = case.context, asked.version.form, asked.record
    about = context.form(form).by_name[name]
    label = (about.code or about.label) if case.brief else context.label(form, name)
    judged = {"truth": truth} if truth else {}
    origin = record["origins"].get(name)
    if origin is None:
        key = f"{asked.under}/{record['row']}.{name}"
        facts = {"form": form, "field": name, "sheet": record["sheet"], **judged}
        return Line(Step.CELL, key, say("explain.blank", label=label), {} if case.brief else facts)
    at, raw, *elsewhere = origin
    sheet = elsewhere[0] if elsewhere else record["sheet"]
    key = f"{asked.under}/{sheet}!{at}.{name}"
    masked = asked.masked if name in context.form(form).small_cells else ""
    qualifier = record["answers"].get("~", {}).get(name, EXACT)
    value = masked or read_as(record["answers"].get(name), qualifier)
    raw = masked or raw
    if case.brief:
        return Line(Step.CELL, key, say("explain.cell_brief", label=label, cell=at, raw=raw))
    repaired = not masked and context.is_repaired(asked.version.sha256, sheet, at)
    text = say("explain.cell", sheet=sheet or form, cell=at, label=label, raw=raw)
    text += say("explain.read_as", value=value) if value != raw else ""
    text += say("explain.repaired") if repaired else ""
    text += say(f"explain.truth.{truth}") if truth else ""
    facts = {"form": form, "field": name, "sheet": sheet, "cell": at, "raw": raw, "value": value}
    facts |= {"qualifier": qualifier} if qualifier != EXACT and not masked else {}
    facts |= {"repaired": "true"} if repaired else {}
    facts |= {"masked": "true"} if masked else {}
    return Line(Step.CELL, key, text, facts | judged)


def read_as(value: Any, qualifier: str = EXACT) -> str:
    """An answer as people write it; a day comes from the store as 2020-11-28."""
    if isinstance(value, bool):
        return say("explain.said_yes" if value else "explain.said_no")
    if isinstance(value, int):
        return qualified(value, qualifier)
    try:
        return day(datetime.strptime(str(value), "%Y-%m-%d").date())  # noqa: DTZ007  # a calendar day has no zone
    except ValueError:
        return str(value)


# --- the versions of a return -----------------------------------------------------------------------------------


def row_words(key: str, version: Any, record: Said) -> str:
    """A row by its sheet and number; a CSV has no sheets, so its form stands for them."""
    return say(key, sheet=record["sheet"] or version.form, row=record["row"])


CellsOf = Callable[["Version", str], Sequence[Line]]
"""The lines under a version that the score rests on, given the key that they stand under."""


def versions(
    case: Case, under: str, unit: str, form: str, used: Container[int], cells_of: CellsOf, agency: str = ""
) -> list[Line]:
    """Every version of a form that came from a unit; under those that the score rests on, their cells.

    `used` are the ids of those; `agency` narrows to one body of the unit.
    """
    came = [one for one in case.context.sent(unit, form) if agency in ("", one.agency)]
    asked = [one for one in came if one.id in used]
    found = []
    for one in asked if case.brief and asked else came:
        key = version_key(under, one)
        found.append(version(case, key, one, cells_of(one, key) if one.id in used else None))
    if not found:
        said = say("explain.nothing_came", form=form, unit=case.context.name(unit), year=case.facts.year)
        return [Line(Step.NOTE, f"{under}/{form}.{unit}", said)]
    return found


def version_key(under: str, one: Version) -> str:
    until = one.period_to.isoformat() if one.period_to else ""
    body = f"{one.unit}.{one.agency}{one.outlet}"
    return f"{under}/{one.sha256[:HASH_SHOWN]}.{one.form}.{body}.{until}.{one.revision}"


def version(case: Case, key: str, one: Version, cells: Sequence[Line] | None) -> Line:
    """File, hash, revision, day of receipt, and what became of it; faults that refused something stand under it."""
    context = case.context
    hidden = one.fate.value == QUARANTINED
    name = "" if hidden else context.came.name(one.sha256)
    fate = "kept" if one.counts and cells is None else one.fate.value
    late = days_late(context, one)
    words = say(f"explain.fate.{fate}") + (say("explain.late", days=count(late)) if late else "")
    facts = {
        "form": one.form,
        "unit": one.unit,
        "agency": one.agency,
        "file": name,
        "sha256": one.sha256,
        "revision": str(one.revision),
        "received_on": one.received_on.isoformat(),
        "fate": fate,
    }
    facts |= {"outlet": one.outlet} if one.outlet else {}
    facts |= {"period": f"{one.period.first}/{one.period.last}"} if one.period else {}
    facts |= {"late_days": str(late)} if late else {}
    text = say(
        "explain.version_brief" if case.brief else "explain.version",
        form=one.form,
        file=(PurePath(name).name if case.brief else name) or say("explain.nameless"),
        hash=one.sha256[:HASH_SHOWN],
        revision=one.revision,
        received=day(one.received_on),
        fate=words,
    )
    none = [Line(Step.NOTE, f"{key}/none", say("explain.said_none", form=one.form))] if one.none else []
    below = [*(cells or ()), *none]
    if case.brief:
        return Line(Step.VERSION, key, side_by_side(text, below), below=faults(case, key, one))
    return Line(Step.VERSION, key, text, facts, [*below, *faults(case, key, one)])


def side_by_side(text: str, below: Sequence[Line]) -> str:
    """A line and those under it as one: what a page has room for."""
    return "; ".join([text, *(one.text for one in below)])


def days_late(context: Context, one: Version) -> int:
    """Days after the last day of the plan for this filer and form; 0 in time, or where there is none."""
    last = [
        expected.due.last_day(context.scoring.year)
        for expected in context.plan.expected(one.form)
        if expected.due and context.plan.expects(one.form, one.agency, one.unit)
    ]
    return max(0, (one.received_on - max(last)).days) if last else 0


def faults(case: Case, under: str, one: Version) -> list[Line]:
    """What is wrong with a version; of a page only what refused something."""
    found = []
    told = case.context.faults_of(one)
    for number, fault in enumerate(told):
        it = fault.problem
        if it.severity is Severity.INFO or (case.brief and not it.is_error):
            continue
        where = f" [{it.sheet or it.form or one.form}]{it.cell}" if it.cell else ""
        text = say("explain.fault", severity=say(f"severity.{it.severity.value}"), where=where, said=message(it))
        text += "" if case.brief else f" {fix(it)}"
        text += say("explain.waived", reason=fault.waiver) if fault.waiver else ""
        facts = {"code": it.code, "severity": it.severity.value, "scope": it.scope.value}
        facts |= {"sheet": it.sheet, "cell": it.cell} if it.cell else {}
        facts |= {"waiver": fault.waiver} if fault.waiver else {}
        found.append(Line(Step.NOTE, f"{under}/{number}.{it.code}", text, {} if case.brief else facts))
    return found


# --- who answers for a unit -------------------------------------------------------------------------------------


def answering(case: Case, filed: Container[str], code: str) -> Sequence[str]:
    """The unit itself when it has filed; else those merged wholly into it, when any of them has."""
    merged = case.facts.predecessors(code)
    return [*merged] if code not in filed and any(one in filed for one in merged) else [code]


def answered_through(case: Case, under: str, body: str) -> Line:
    name = case.context.name(body)
    return Line(Step.NOTE, f"{under}/through.{body}", say("explain.through", unit=name, code=body), {"unit": body})


def with_code(case: Case, code: str) -> str:
    """ "Phường Phúc Xá (00001)"."""
    return say("explain.unit_named", unit=case.context.name(code), code=code)
