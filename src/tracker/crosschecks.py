"""What returns say of each other: versions, copies, the reference lists, last year. Source: the contract, section 5.

Every answer is a query over what has been received, so it is the same in whatever order the files came. The problems
are those of the files asked about; what other files have wrong is theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from tracker.folding import fold_code
from tracker.period import Period
from tracker.place import Change, Places, Tier, Unit, tier_of_code
from tracker.problems import Problem, Scope, Severity, problem
from tracker.schedule import Line, Schedule
from tracker.store_rows import joint_code
from tracker.versions import COPY_FIGURES, COUNTED_BY_KIND, Fate, Version

DIFFERS, DIFFERS_TOO_MUCH = 5, 30  # percent
FOREVER = "9999-12-31"
_LOCAL_PRESS, _LOCAL = "báo chí địa phương", "địa phương"


Told = tuple[Version, Problem]
"""A filing, and what is wrong with it."""


class Records(Protocol):
    """Where records come from (see `store.Store`)."""

    def records(self, filing_ids: Sequence[int], *, origins: bool = False) -> Iterator[Mapping[str, Any]]: ...
    def joint(self, filing_ids: Iterable[int]) -> Sequence[tuple[int, str]]: ...


class Filings(Protocol):
    """Where filings come from (see `store.Store`)."""

    def bearing_on(
        self, hashes: Iterable[str], *, merged: Iterable[str], provinces: Iterable[str]
    ) -> list[Version]: ...


def bearing_on(
    store: Filings, hashes: Iterable[str], returns: Iterable[tuple[str, Period | None]], places: Places
) -> list[Version]:
    """The filings by which those of some files are judged; of each return in them its unit and period are given.

    Beside what the store finds by itself these are the lists of their provinces, and the returns of the units that
    mergers made one with theirs.
    """
    merged: set[str] = set()
    provinces: set[str] = set()
    for unit, period in returns:
        provinces |= {unit, *(life.province for life in places.units_of_code(unit))}
        if period is not None:
            kin = _kin(places, unit, period)
            merged.update(kin.before, kin.heirs)
    return store.bearing_on(hashes, merged=merged, provinces=provinces)


class _Kin(NamedTuple):
    """What became of a unit about a period: the act that divided it, the codes of those merged into it and of its
    heirs, and of these those that it was merged into."""

    divided: Change | None
    before: tuple[str, ...]
    heirs: tuple[str, ...]
    into: tuple[str, ...]


@lru_cache(maxsize=1024)  # asked to find what bears on a return, and again for each form of it
def _kin(places: Places, unit: str, period: Period) -> _Kin:
    year_end = date(period.last.year, 12, 31)
    heirs = tuple(sorted({one.code for one in places.successors(unit, period.first)}))
    into = tuple(code for code in heirs if unit in places.merged_into(code, year_end))
    return _Kin(places.divided(unit, period), places.merged_into(unit, year_end), heirs, into)


class _Line(NamedTuple):
    """A plan's line for some filers, and the last day on which what they file in some year is on time."""

    plan: Schedule
    expected: Line
    last_day: date | None


class _Expected(NamedTuple):
    """All lines for some filers, and of their last days the last, with the plan that sets it."""

    lines: Sequence[_Line]
    due: tuple[date, Schedule] | None


@dataclass(frozen=True, slots=True)
class Cross:
    """The versions that matter to those asked about, the store they are in, and what they are held against.

    `lists` are the rows of lists by filing and `expected` what plans expect of whom, once they are known: whoever
    goes on to other versions keeps them.
    """

    versions: Sequence[Version]
    names: Mapping[str, str]
    records: Records
    places: Places
    plans: Sequence[Schedule]
    lists: dict[int, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    expected: dict[tuple[Any, ...], _Expected] = field(default_factory=dict)
    _areas: dict[tuple[Any, ...], frozenset[str]] = field(default_factory=dict, init=False)

    def problems(self, asked: Iterable[str], *, with_dates: bool) -> dict[str, list[Told]]:
        """By hash of each file asked about: what is wrong with which of its filings.

        `with_dates` says whether receipt dates mean anything.
        """
        hashes = set(asked)
        mine = [one for one in self.versions if one.sha256 in hashes]
        found: dict[str, list[Told]] = defaultdict(list)
        checks: list[Callable[[list[Version]], Iterator[Told]]] = [
            self._conflicts,
            self._copies,
            self._last_period,
            self._populations,
            self._outlets,
            self._mergers,
            self._joint,
            self._unexpected,
            self._duties,
        ]
        if with_dates:
            checks.append(self._late)
        for check in checks:
            for filing, one in check(mine):
                found[filing.sha256].append((filing, one))
        return found

    # --- versions -----------------------------------------------------------------------------------------------

    def _conflicts(self, mine: list[Version]) -> Iterator[Told]:
        rivals: dict[Any, list[Version]] = defaultdict(list)
        for one in self.versions:
            if one.fate is Fate.CONFLICTING:
                rivals[(one.key, one.revision)].append(one)
        for one in mine:
            if one.fate is Fate.CONFLICTING:
                others = [it for it in rivals[(one.key, one.revision)] if it.content != one.content]
                yield one, problem("revision_conflict", form=one.form, other=self._named(others))

    def _copies(self, mine: list[Version]) -> Iterator[Told]:
        copied = [one for one in self.versions if one.fate is Fate.COPIED]
        for one in mine:
            if one.fate is Fate.COPIED:
                same = [it for it in copied if it.content == one.content and it.period == one.period]
                others = [it for it in same if it.unit != one.unit]
                units = ", ".join(sorted({self._unit(it) for it in others}))
                facts = {"other": units, "other_file": self._named(others)}
                yield one, _of_form("copied_from_other_unit", one, facts)

    def _last_period(self, mine: list[Version]) -> Iterator[Told]:
        """A B01 that says again what the unit said the year before, and fewer people reached than then."""
        before = {(one.unit, one.year): one for one in self.versions if one.form == "B01" and one.counts}
        pairs = [
            (one, earlier)
            for one in mine
            if one.form == "B01" and one.year and (earlier := before.get((one.unit, one.year - 1)))
        ]
        for one, earlier in pairs:
            if one.content == earlier.content and one.figures >= COPY_FIGURES:
                yield one, _of_form("copied_from_last_period", one, {"other": str(earlier.year)})
        yield from self._fell(pairs)

    def _fell(self, pairs: list[tuple[Version, Version]]) -> Iterator[Told]:
        from tracker.forms.b01 import REACH

        pairs = [pair for pair in pairs if not any(REACH in one.refused_parts for one in pair)]
        said = self._records_of([one for pair in pairs for one in pair])
        for one, earlier in pairs:
            now, then = said.get(one.id, []), said.get(earlier.id, [])
            if now and then:
                new, old = now[0]["answers"].get("reached_14_60"), then[0]["answers"].get("reached_14_60")
                if new is not None and old is not None and new < old:
                    yield one, _at_cell("reached_fell", one, now[0], "reached_14_60", before=str(old))

    # --- the reference lists ------------------------------------------------------------------------------------

    def _populations(self, mine: list[Version]) -> Iterator[Told]:
        asked = [one for one in mine if one.form == "B01" and one.fate in (Fate.COUNTS, Fate.SAME_AGAIN)]
        listed = self._listed_populations({one.unit for one in asked}) if asked else {}
        said = self._records_of([one for one in asked if one.unit in listed])
        for one in asked:
            for record in said.get(one.id, []):
                row = _known_at(listed[one.unit], one.period_to or date.max)
                for name in ("population", "population_14_60"):
                    expected = row.get(name)
                    found = _differs(one, record, name, expected)
                    if found is not None:
                        yield one, found

    def _listed_populations(self, units: Set[str]) -> dict[str, list[Mapping[str, Any]]]:
        """The rows of B00 for each of some communes, by the day they are of."""
        filings = [one for one in self.versions if one.form == "B00" and one.counts]
        order = {one.id: (one.period_to or date.min) for one in filings}
        listed: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self._rows_of_lists(filings):
            commune = str(row["answers"]["commune"]).zfill(5)
            if commune in units:
                listed[commune].append(row)
        for rows in listed.values():
            rows.sort(key=lambda row: (row["answers"].get("counted_on") or "", order[row["filing_id"]]))
        return {commune: [row["answers"] for row in rows] for commune, rows in listed.items()}

    def _rows_of_lists(self, filings: Iterable[Version]) -> Iterator[Mapping[str, Any]]:
        """The rows of some lists, each of which is read once."""
        wanted = list(filings)
        unread = [one for one in wanted if one.id not in self.lists]
        read = self._records_of(unread)
        self.lists.update({one.id: read.get(one.id, ()) for one in unread})
        for one in wanted:
            yield from self.lists[one.id]

    def _outlets(self, mine: list[Version]) -> Iterator[Told]:
        """Rows that claim local press for an outlet that the province's list does not have as local on that day."""
        lists = {one.id: one for one in self.versions if one.form == "B00P" and one.counts}
        asked = {one.id: one for one in mine if one.form == "B03" and one.status == "accepted"}
        if not lists or not asked:
            return
        listed: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self._rows_of_lists(sorted(lists.values(), key=lambda one: one.period_from or date.min)):
            it = lists[row["filing_id"]]
            listed[it.unit].append({**row["answers"], "begins": (it.period_from or date.min).isoformat()})
        for filing, rows in self._records_of(list(asked.values())).items():
            one = asked[filing]
            province = self._province(one)
            for row in rows if province in listed else ():
                claims = row["answers"].get("channel") == _LOCAL_PRESS
                if claims and _level_of(row["answers"], listed[province]) != _LOCAL:
                    yield one, _at_cell("unknown_outlet", one, row, "outlet", fallback="channel")

    def _province(self, one: Version) -> str:
        lives = self._lives(one)
        return one.unit if tier_of_code(one.unit) is Tier.PROVINCE or not lives else lives[-1].province

    def _lives(self, one: Version) -> tuple[Unit, ...]:
        """The lives of a filer's unit in its period or, without one, all of them."""
        return self.places.in_period(one.unit, one.period) if one.period else self.places.units_of_code(one.unit)

    # --- units --------------------------------------------------------------------------------------------------

    def _mergers(self, mine: list[Version]) -> Iterator[Told]:
        counting = {(one.unit, one.year, one.form) for one in self.versions if one.counts}
        told: set[tuple[str, str, str]] = set()
        for one in mine:
            period = one.period
            if period is None or one.status != "accepted" or tier_of_code(one.unit) is not Tier.COMMUNE:
                continue
            for code, it in self._merger_problems(one, period, counting):
                if (one.sha256, one.unit, code) not in told:
                    told.add((one.sha256, one.unit, code))
                    yield one, it

    def _merger_problems(
        self, one: Version, period: Period, counting: set[tuple[str, int | None, str]]
    ) -> Iterator[tuple[str, Problem]]:
        kin = _kin(self.places, one.unit, period)
        if kin.divided is not None:
            successors = ", ".join(kin.divided.to_codes)
            yield "unit_divided", problem("unit_divided", found=one.unit, successors=successors)
            return
        both = [code for code in (*kin.before, *kin.into) if (code, one.year, one.form) in counting]
        if both:
            yield "predecessor_and_successor", problem("predecessor_and_successor", other=", ".join(both))

    def _joint(self, mine: list[Version]) -> Iterator[Told]:
        """A joint activity that several units report: its numbers count once."""
        by_id = {one.id: one for one in self.versions if one.form == "B04" and one.counts}
        asked = {one.id: one for one in mine if one.id in by_id}
        filers: dict[str, set[str]] = defaultdict(set)
        joint = self.records.joint(by_id) if asked else []
        for number, code in joint:
            filers[code].add(_filer(by_id[number]))
        shared = [asked[number] for number, code in joint if number in asked and len(filers[code]) > 1]
        for number, rows in self._records_of(shared).items():
            one = asked[number]
            for row in rows:
                others = filers[joint_code(row["answers"])] - {_filer(one)}
                if others:
                    other = ", ".join(sorted(others))
                    yield one, _at_cell("joint_activity_twice", one, row, "joint_code", other=other)

    # --- the plans ----------------------------------------------------------------------------------------------

    def _unexpected(self, mine: list[Version]) -> Iterator[Told]:
        for one in mine:
            if one.form in COUNTED_BY_KIND and one.status == "accepted":
                lines = self._expected(one).lines
                if lines and not any(self._fits(one, it.plan, it.expected) for it in lines):
                    kinds = ", ".join(sorted({kind for it in lines for kind in it.expected.periods}))
                    yield one, _of_form("period_not_expected", one, {"expected": kinds}, found=one.kind)

    def _duties(self, mine: list[Version]) -> Iterator[Told]:
        """Rows of B06 that name no duty which a plan of the year lays on their body: they answer for none."""
        asked: dict[int, tuple[Version, list[str]]] = {}
        for one in (it for it in mine if it.form == "B06" and it.status == "accepted"):
            plans = {it.plan.number: it.plan for it in self._expected(one).lines}.values()
            if known := [name for plan in plans for name in plan.duties_of(one.agency, tier_of_code(one.unit))]:
                asked[one.id] = (one, known)
        for number, rows in self._records_of([one for one, _ in asked.values()]).items():
            one, known = asked[number]
            folded = {fold_code(name) for name in known}
            for row in rows:
                if fold_code(row["answers"]["duty"]) not in folded:
                    yield one, _at_cell("unknown_row", one, row, "duty", why="duty", allowed=", ".join(known))

    def _late(self, mine: list[Version]) -> Iterator[Told]:
        told: set[tuple[str, str, date]] = set()
        for one in mine:
            last, _ = self.deadline(one) or (None, None)
            if last is not None and one.received_on > last and (one.sha256, one.unit, last) not in told:
                told.add((one.sha256, one.unit, last))
                days = str((one.received_on - last).days)
                received, due = map(_written, (one.received_on, last))
                yield one, problem("late", received=received, due=due, days=days)

    def deadline(self, one: Version) -> tuple[date, Schedule] | None:
        """The last day on which the version would have been on time, and the plan that sets it; None without one."""
        return self._expected(one).due

    def _expected(self, one: Version) -> _Expected:
        """What the plans expect of this filer, of this form in this year: the same of all that lie in their areas."""
        tier, areas = tier_of_code(one.unit), self._plans_about(one)
        asked = (one.form, one.agency, tier, one.year, areas)
        found = self.expected.get(asked)
        if found is None:
            lines = list(self._lines(one.form, (one.agency, tier), one.year, areas))
            dues = [(it.last_day, it.plan) for it in lines if it.last_day]
            found = self.expected[asked] = _Expected(lines, max(dues, key=lambda due: due[0], default=None))
        return found

    def _plans_about(self, one: Version) -> frozenset[str]:
        """The areas of plans in which the filer's unit lies."""
        asked = (one.unit, one.period_from, one.period_to)
        found = self._areas.get(asked)
        if found is None:
            lives, areas = self._lives(one), {plan.area for plan in self.plans}
            found = frozenset({area for area in areas if any(unit.lies_in(area) for unit in lives)})
            self._areas[asked] = found
        return found

    def _lines(
        self, form: str, filer: tuple[str, Tier | None], year: int | None, areas: frozenset[str]
    ) -> Iterator[_Line]:
        for plan in self.plans:
            if year is not None and plan.area in areas and plan.holds(year):
                for it in plan.lines_for(form):
                    if filer in it.filers:
                        yield _Line(plan, it, it.due.last_day(year) if it.due and year else None)

    @staticmethod
    def _fits(one: Version, plan: Schedule, expected: Line) -> bool:
        if not expected.periods or one.kind in expected.periods:
            return True
        return bool(expected.window and one.year and one.period == plan.window(expected.window, one.year))

    # --- words --------------------------------------------------------------------------------------------------

    def _records_of(self, filings: Sequence[Version]) -> dict[int, list[Mapping[str, Any]]]:
        found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
        for record in self.records.records([one.id for one in filings], origins=True):
            found[record["filing_id"]].append(record)
        return found

    def _named(self, others: Iterable[Version]) -> str:
        return ", ".join(sorted({self.names.get(one.sha256, one.sha256[:12]) for one in others}))

    def _unit(self, one: Version) -> str:
        lives = self.places.in_period(one.unit, one.period) if one.period else ()
        return f"{lives[-1].full_name} ({one.unit})" if lives else one.unit


@lru_cache(maxsize=256)
def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _of_form(code: str, one: Version, facts: Mapping[str, str], found: str = "") -> Problem:
    return problem(code, form=one.form, found=found, facts=facts)


def _at_cell(
    code: str, one: Version, record: Mapping[str, Any], name: str, *, fallback: str = "", **facts: str
) -> Problem:
    origins = record["origins"]
    cell, raw, *elsewhere = origins.get(name) or origins.get(fallback) or ("", "")
    if name not in origins:
        raw = ""
    label = _label(one.form, name)
    return problem(
        code,
        form=one.form,
        sheet=elsewhere[0] if elsewhere else record["sheet"],
        cell=cell,
        field=name,
        found=raw,
        label=label,
        facts=facts,
    )


def _label(form: str, name: str) -> str:
    from tracker.forms import FORMS  # asked for only where something is wrong

    return FORMS[form].by_name[name].label


def _filer(one: Version) -> str:
    return one.unit if one.agency == "UBND" else f"{one.unit} {one.agency}"


def _known_at(rows: Sequence[Mapping[str, Any]], day: date) -> Mapping[str, Any]:
    """Of rows by the day they are of, the latest up to `day`; the first when all are later."""
    known = [row for row in rows if (row.get("counted_on") or "") <= day.isoformat()]
    return known[-1] if known else rows[0]


def _level_of(item: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> str:
    """The level of an item's outlet on its day, by the list begun last, else the earliest; "" for none."""
    day, code = item["published_on"], str(item.get("outlet", "")).upper()
    of_outlet = [one for one in entries if str(one["outlet"]).upper() == code]
    valid = [one for one in of_outlet if (one.get("valid_from") or "") <= day <= (one.get("valid_to") or FOREVER)]
    begun = [one for one in valid if one["begins"] <= day]
    return str((begun[-1:] or valid[:1] or [{"level": ""}])[0]["level"])


def _differs(one: Version, record: Mapping[str, Any], name: str, expected: int | None) -> Problem | None:
    figure = record["answers"].get(name)
    if not expected or figure is None or abs(figure - expected) * 100 <= DIFFERS * expected:
        return None
    percent = f"{abs(figure - expected) * 100 // expected}%"
    found = _at_cell("population_differs", one, record, name, expected=str(expected), percent=percent)
    if abs(figure - expected) * 100 <= DIFFERS_TOO_MUCH * expected:
        return found
    from dataclasses import replace

    return replace(found, severity=Severity.ERROR, scope=Scope.PART)
