"""What a unit still owes: the return that has not come or was refused, and the conditions that its record misses.

Facts only, no words and no numbers of victims or cases: a `Lack` names its sentence by code. Knows no target's
threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from tracker.folding import fold_code
from tracker.plan import AllTest, AnyOfTests, AnyTest, DutyTest, FieldTest, FormTest, RecordTest, UnitTest
from tracker.rule import Asking, record_truth
from tracker.submission import speaks_of, submissions
from tracker.versions import Fate, Version

if TYPE_CHECKING:
    from tracker.form import Form
    from tracker.problems import Problem
    from tracker.report.content import Fault
    from tracker.scoring import Scoring

DUTIES_FORM = "B06"
BLANK = ("blank", "part_blank")
_STATES = {
    Fate.REJECTED: "returned",
    Fate.CONFLICTING: "conflicting",
    Fate.COPIED: "copied",
    Fate.QUARANTINED: "quarantined",
    Fate.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a unit still owes: the code of its sentence, the facts that fill it, the errors behind it.

    Days among the facts are ISO; `of` is the code of a unit merged into the one that lacks it.
    """

    code: str
    form: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def conditions(self) -> int:
        """How many conditions stand behind it: a unit without any record misses all of them."""
        return int(self.facts.get("conditions", "1"))


class Nearness(IntEnum):
    """How little it takes to have a unit's return: one sent but not counted, one that was only late last year."""

    SENT = 0
    LATE_BEFORE = 1
    OTHER = 2


@dataclass
class Owing:
    """Every version that came, settled, with the faults of those that still stand: what is owed by whom."""

    scoring: Scoring
    versions: Sequence[Version]
    faults: Sequence[Fault]

    def due(self, form: str, agency: str) -> date | None:
        """The last day on which a form of the year is on time; None where the plan sets none."""
        for expected in self.scoring.plan.expected(form):
            if expected.due and agency in (filer.agency for filer in expected.filers):
                return expected.due.last_day(self.scoring.year)
        return None

    def of_return(self, form: str, unit: str, agency: str) -> tuple[Lack, ...]:
        """Why a form of a unit does not answer: not sent, sent and refused in whole or part, or left blank."""
        came = self._came.get((form, unit, agency), [])
        if not came:
            silent = [code for code in self._merged(unit) if (form, code, agency) not in self._came]
            facts = {"merged": ", ".join(silent)} if silent else {}
            return (Lack("not_sent", form, {"agency": agency, **facts}),)
        errors = self._errors(form, unit, agency)
        counting = [one for one in came if one.counts]
        if counting:
            partly = any(one.refused_parts or one.refused_days or one.refused_undated for one in counting)
            open_days = bool(self.scoring.ledger.forms[form].dated_by)
            code = "refused" if partly or errors else "not_covering" if open_days else "unanswered"
            return (Lack(code, form, problems=errors),)
        last = max(came, key=lambda one: (one.received_on, one.revision, one.id))
        return (Lack(_STATES.get(last.fate, "returned"), form, {"received": last.received_on.isoformat()}, errors),)

    def nearness(self, form: str, unit: str, agency: str) -> Nearness:
        if (form, unit, agency) in self._came:
            return Nearness.SENT
        return Nearness.LATE_BEFORE if (form, unit, agency) in self._late_before else Nearness.OTHER

    @cached_property
    def _came(self) -> dict[tuple[str, str, str], list[Version]]:
        """What came for the year, by form, unit and agency."""
        found: dict[tuple[str, str, str], list[Version]] = {}
        plan, year = self.scoring.plan, self.scoring.year
        windows = {
            form: [plan.window(expected.window, year) for expected in plan.expected(form)]
            for form in {one.form for one in self.versions}
        }
        for one in self.versions:
            if any(speaks_of(one, window, year) for window in windows[one.form]):
                found.setdefault((one.form, one.unit, one.agency), []).append(one)
        return found

    @cached_property
    def _late_before(self) -> frozenset[tuple[str, str, str]]:
        """Who filed late in the year before."""
        scoring, before = self.scoring, self.scoring.year - 1
        lines = submissions(scoring.plan, self.versions, scoring.places, before, date(before, 12, 31))
        return frozenset(
            (form.strip(), filer.unit, filer.agency)
            for line in lines
            for filer in line.filers
            if filer.state == "late"
            for form in line.form.split(",")
        )

    def _merged(self, unit: str) -> Sequence[str]:
        return self.scoring.facts.predecessors(unit) if len(unit) > 2 else ()

    def _errors(self, form: str, unit: str, agency: str) -> tuple[Problem, ...]:
        return tuple(
            one.problem
            for one in self.faults
            if one.unit == unit
            and one.agency in ("", agency)
            and one.problem.form in ("", form)
            and one.problem.is_error
        )

    def duty(self, name: str, unit: str, agency: str) -> Lack:
        """What a body's form says of a duty that is not known to be done."""
        filings = [
            one for one in self.scoring.facts.annual(DUTIES_FORM, agencies=[agency]).values() if one.unit == unit
        ]
        rows = self.scoring.ledger.rows(DUTIES_FORM, filings)
        said = rows[rows["duty"].map(fold_code) == fold_code(name)]["done"]
        if said.fillna(False).any():
            denied = bool(said.eq(False).any())
            return Lack("duty_contradicted" if denied else "duty_undated", DUTIES_FORM, {"duty": name})
        code = "duty_not_done" if said.notna().any() else "duty_unanswered"
        return Lack(code, DUTIES_FORM, {"duty": name})


# --- conditions of a record -------------------------------------------------------------------------------------


def missed(scoring: Scoring, test: UnitTest, units: Sequence[str]) -> dict[str, tuple[Lack, ...]]:
    """What each unit's record misses of a test: of several records the one that misses least, of several tests too.

    A unit that answers through those merged into it misses what any of them misses.
    """
    if isinstance(test, DutyTest):
        return {unit: (Lack("duty_not_done", DUTIES_FORM, {"duty": test.duty}),) for unit in units}
    if isinstance(test, AnyOfTests):
        ways = [missed(scoring, one, units) for one in test.any]
        return {unit: min((way[unit] for way in ways), key=cost) for unit in units}
    form = scoring.ledger.forms[test.form]
    filings, rows, owner = _records(scoring, test)
    best: dict[str, tuple[Lack, ...]] = {}
    lacking = record_lacks(test.where, rows, scoring.asking(), form)
    for unit, lacks in zip(rows["unit"].map(owner), (_part(it, test, form) for it in lacking), strict=True):
        if unit not in best or cost(lacks) < cost(best[unit]):
            best[str(unit)] = lacks
    filed = {owner(one.unit) for one in filings}
    nothing = Lack(
        "no_record", form.code, {"wanted": _wanted(test, form), "conditions": str(len(_leaves(test.where)))}
    )

    def of(unit: str) -> tuple[Lack, ...]:
        bodies = (unit,) if unit in filed else scoring.facts.predecessors(unit) or (unit,)
        return tuple(_of(body, unit, lack) for body in bodies for lack in best.get(body, (nothing,)))

    return {unit: of(unit) for unit in units}


def cost(lacks: Iterable[Lack]) -> int:
    """How many conditions are still to be met."""
    return sum(lack.conditions for lack in lacks)


def _part(lacks: tuple[Lack, ...], test: FormTest, form: Form) -> tuple[Lack, ...]:
    """What a record misses; where it leaves blank every condition, and they are one part of the form, that part."""
    leaves = _leaves(test.where)
    parts = {form.by_name[leaf.field].part for leaf in leaves}
    if len(leaves) < 2 or len(parts) > 1 or [lack.code for lack in lacks] != ["blank"] * len(leaves):
        return lacks
    whole = {"part": parts.pop(), "conditions": str(len(leaves))}
    return (Lack("part_blank", form.code, whole),) if whole["part"] else lacks


def _of(body: str, unit: str, lack: Lack) -> Lack:
    if body == unit:
        return lack
    return Lack(lack.code, lack.form, {**lack.facts, "of": body}, lack.problems)


def _records(scoring: Scoring, test: FormTest) -> tuple[Sequence[Any], pd.DataFrame, Callable[[str], str]]:
    """The filings that a test asks, their rows, and whose a row is."""
    facts, plan = scoring.facts, scoring.plan
    if test.window or scoring.ledger.forms[test.form].dated_by:
        window = plan.window(test.window, scoring.year)
        filings: Sequence[Any] = facts.dated(test.form, window)
        rows = facts.rows_in(test.form, window, filings)
        return filings, rows, facts.district_of if test.with_children else str
    filings = scoring.annual(test.form)
    return filings, scoring.ledger.rows(test.form, filings), str


def record_lacks(test: RecordTest, rows: pd.DataFrame, asking: Asking, form: Form) -> list[tuple[Lack, ...]]:
    """What each row misses of a test: all that fail of all-of, the alternative that misses least of any-of."""
    if isinstance(test, AllTest):
        parts = [record_lacks(one, rows, asking, form) for one in test.all]
        return [tuple(lack for lacks in row for lack in lacks) for row in zip(*parts, strict=True)]
    if isinstance(test, AnyTest):
        ways = [record_lacks(one, rows, asking, form) for one in test.any]
        return [min(row, key=cost) for row in zip(*ways, strict=True)]
    truth = record_truth(test, rows, asking)
    said = rows[test.field] if test.field in rows else pd.Series(pd.NA, index=rows.index)
    dated = rows[test.dated] if test.dated else said
    return [
        () if not pd.isna(true) and true else (_field_lack(test, form, value, day, asking),)
        for true, value, day in zip(truth, said, dated, strict=True)
    ]


def _field_lack(test: FieldTest, form: Form, value: Any, dated: Any, asking: Asking) -> Lack:
    label = _label(form, test.field)
    if pd.isna(value):
        return Lack("blank", form.code, {"label": label})
    if test.field in form.small_cells:
        return Lack("unmet", form.code, {"label": label})
    if isinstance(test.equals, bool):
        if bool(value) is test.equals:
            late = {"label": _label(form, test.dated), "found": dated.date().isoformat()}
            return Lack("too_late", form.code, late)
        return Lack("says_no" if test.equals else "says_yes", form.code, {"label": label})
    if test.by_as_of:
        return Lack("too_late", form.code, {"label": label, "found": value.date().isoformat()})
    if test.listed_as:
        return Lack("not_listed", form.code, {"label": label, "found": str(value), "wanted": test.listed_as})
    code, wanted = "other", test.equals
    if test.at_least is not None:
        code, wanted = "less", str(test.at_least)
    elif test.at_most is not None:
        code, wanted = "more", str(test.at_most)
    elif test.in_year:
        return Lack("other_year", form.code, {"label": label, "found": str(value.year), "wanted": str(asking.year)})
    return Lack(code, form.code, {"label": label, "found": str(value), "wanted": str(wanted)})


def _label(form: Form, name: str) -> str:
    """The label of a field, with its row code where it has one: "0107 Đã triển khai …"."""
    about = form.by_name[name]
    return f"{about.code} {about.label}".strip()


def _wanted(test: FormTest, form: Form) -> str:
    """The values that a record must have, in the words of the form: "chuyên sâu, đang hoạt động"."""
    leaves = _leaves(test.where)
    values = [leaf.equals for leaf in leaves if isinstance(leaf.equals, str)]
    return ", ".join(values or [form.by_name[leaf.field].label for leaf in leaves])


def _leaves(test: RecordTest) -> list[FieldTest]:
    return list(_walk(test))


def _walk(test: RecordTest) -> Iterator[FieldTest]:
    if isinstance(test, FieldTest):
        yield test
        return
    for one in test.all if isinstance(test, AllTest) else test.any:
        yield from _walk(one)
