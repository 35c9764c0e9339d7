"""Why the figures of a target moved: between two receipt dates, between two years, or on the units of another day.

The causes are applied one after another in a fixed order, and after each of them the plan is scored anew, so the
parts add up to the change exactly, whatever came. Between two receipt dates the order is: new returns, corrections,
withdrawals, rules, boundaries. Between two years: boundaries, then answers.

- New returns: keys (unit, agency, outlet, form, period) of which nothing had been accepted before.
- Corrections: later versions of keys known before, decisions between versions that contradict each other, and
  conflicts and copies that arose or were settled.
- Withdrawals: returns taken out of the count, or let back in. A decision counts from the day on which it was made.
- Rules: another version of the plan's file.
- Boundaries: the same answers on other units (see `restated`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from tracker.acts import REPLACE, RESTORE, WITHDRAW
from tracker.form import SMALL
from tracker.period import year_of
from tracker.plan import (
    AnyOfTests,
    DutyTest,
    MonthsTarget,
    PersonsTarget,
    Plan,
    RatioTarget,
    ShareTarget,
    Target,
    UnitTest,
)
from tracker.restated import Origin, Restated
from tracker.rule import Score, UnitAnswer
from tracker.versions import ACCEPTED, LISTS, Fate, Version, settle

if TYPE_CHECKING:
    from tracker.acts import Decision

DUTIES_FORM = "B06"


class Cause(StrEnum):
    """Why a figure moved, in the order in which the causes are applied."""

    NEW = "new_returns"
    CORRECTIONS = "corrections"
    WITHDRAWALS = "withdrawals"
    RULES = "rules"
    BOUNDARIES = "boundaries"
    ANSWERS = "answers"


class Mode(StrEnum):
    """What is held against what."""

    RECEIPTS = "receipts"
    YEARS = "years"
    COMMUNES = "communes"


# --- what counted, step by step ---------------------------------------------------------------------------------


def receipts(
    versions: Sequence[Version], decisions: Sequence[Decision], first: date, last: date
) -> list[tuple[Cause | None, list[Version]]]:
    """What had come by `first`, settled, and again after each cause until `last`; the first of them without a cause.

    `versions` are all that came by `last`. A new return that only copies another unit's is a conflict, not news.
    """
    old = [one for one in versions if one.received_on <= first]
    known = {one.key for one in old if one.status == ACCEPTED}
    fresh = [one for one in versions if one.received_on > first]
    new = [one for one in fresh if one.key not in known]
    before = [one for one in decisions if decided_on(one) <= first]
    until = [one for one in decisions if decided_on(one) <= last]
    replaced = [*before, *(one for one in until if decided_on(one) > first and one.action == REPLACE)]
    with_new = settle(decided([*old, *new], before))
    copied = {one.id for one in with_new if one.fate is Fate.COPIED} & {one.id for one in new}
    if copied:
        with_new = settle(decided([*old, *(one for one in new if one.id not in copied)], before))
    return [
        (None, settle(decided(old, before))),
        (Cause.NEW, with_new),
        (Cause.CORRECTIONS, settle(decided(versions, replaced))),
        (Cause.WITHDRAWALS, settle(decided(versions, until))),
    ]


def decided_on(one: Decision) -> date:
    """The day of a decision, where the office is."""
    from datetime import UTC

    made = one.made_at if one.made_at.tzinfo else one.made_at.replace(tzinfo=UTC)
    return made.astimezone().date()


def decided(versions: Sequence[Version], decisions: Sequence[Decision]) -> list[Version]:
    """The versions with what these decisions, and no others, say of them."""
    latest: dict[tuple[int, str], int] = {}
    for one in decisions:
        latest[one.filing_id, one.action] = max(one.id, latest.get((one.filing_id, one.action), 0))
    return [
        one._replace(
            withdrawn=latest.get((one.id, WITHDRAW), 0) > latest.get((one.id, RESTORE), 0),
            replaced=latest.get((one.id, REPLACE), 0),
        )
        for one in versions
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """A version that began to count, or no longer does."""

    version: Version
    counts: bool


def changes(before: Sequence[Version], after: Sequence[Version], year: int) -> list[Change]:
    """What of a year counts now and did not, and the other way round, in the order of the versions."""
    then = {one.id: one for one in before if one.counts and _is_of(one, year)}
    now = {one.id: one for one in after if one.counts and _is_of(one, year)}
    gone = [Change(one, counts=False) for key, one in then.items() if key not in now]
    return [*gone, *(Change(one, counts=True) for key, one in now.items() if key not in then)]


def _is_of(one: Version, year: int) -> bool:
    """Whether a version bears on a year: by the year it names, or its days; the province's lists on every year."""
    overlaps = one.period is not None and one.period.overlaps(year_of(year))
    return one.form in LISTS or one.year == year or overlaps


# --- from scores to movements -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """Lower and upper bound as counts, both of `of`, and the missing; or by how much these moved."""

    low: int
    high: int
    of: int
    missing: int

    def __sub__(self, other: Figures) -> Figures:
        return Figures(self.low - other.low, self.high - other.high, self.of - other.of, self.missing - other.missing)

    def __add__(self, other: Figures) -> Figures:
        return self - Figures(-other.low, -other.high, -other.of, -other.missing)


@dataclass(frozen=True, slots=True)
class UnitMove:
    """A unit (a month, a duty of a body) whose answer moved: None where it was not asked. `origin` for boundaries."""

    key: str
    before: UnitAnswer | None
    after: UnitAnswer | None
    changes: tuple[Change, ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one cause did: the change of the figures (None where one side has none), and the units that moved."""

    cause: Cause
    moved: Figures | None
    units: tuple[UnitMove, ...]
    changes: tuple[Change, ...] = ()
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """One target or part, before and after, with the steps between; a masked one keeps its verdicts and no figure."""

    before: Score | None
    after: Score | None
    steps: tuple[Step, ...]
    parts: tuple[Movement, ...] = ()
    masked: bool = False

    @property
    def score(self) -> Score:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class State:
    """The scores after one cause (None: before all), by target, and as they may be shown; what began or ceased to
    count with it.
    """

    cause: Cause | None
    scores: Mapping[str, Score]
    shown: Mapping[str, Score]
    changes: Sequence[Change] = ()
    restated: Mapping[str, Restated] = field(default_factory=dict)


@dataclass(frozen=True)
class Homes:
    """Where units lie: a return is named under its unit, the successor or the district that it answers for."""

    district_of: Callable[[str], str]
    predecessors: Callable[[str], Sequence[str]]

    def by_place(self, meant: Sequence[Change]) -> dict[str, list[Change]]:
        """What bears on each unit, and on each district."""
        found: dict[str, list[Change]] = {}
        for one in meant:
            for place in dict.fromkeys((one.version.unit, self.district_of(one.version.unit))):
                found.setdefault(place, []).append(one)
        return found


class _Line(NamedTuple):
    """A target, or a part of one, in one state."""

    score: Score | None
    shown: Score | None
    restated: Restated | None

    def part(self, name: str) -> _Line:
        origins = self.restated.parts if self.restated is not None else []
        how = next((part for part in origins if part.score.id == name), None)
        return _Line(_part(self.score, name), _part(self.shown, name), how)


def _part(score: Score | None, name: str) -> Score | None:
    return next((part for part in score.parts if part.id == name), None) if score is not None else None


@dataclass(frozen=True)
class Telling:
    """The states one after another, and what it takes to tell them: where units lie, and what may be shown."""

    states: Sequence[State]
    homes: Homes
    restricted: bool

    def movements(self, targets: Sequence[Target]) -> list[Movement]:
        """One for each target that any of the states has scored."""
        found = []
        for target in targets:
            name = target.id
            lines = [_Line(one.scores.get(name), one.shown.get(name), one.restated.get(name)) for one in self.states]
            if any(line.score is not None for line in lines):
                found.append(self._movement(target, lines))
        return found

    def _movement(self, target: Target, lines: Sequence[_Line]) -> Movement:
        moved = _differences([figures(line.score) for line in lines])
        steps = [
            replace(self._step(target, number, lines), moved=moved[number - 1]) for number in range(1, len(lines))
        ]
        if not self.restricted and any(map(_speaks_of_victims, lines)):
            steps = [replace(step, units=_bodies(step.changes)) for step in steps]
        hidden = not self.restricted and _tells_few(lines, steps)
        if hidden:
            steps = [replace(step, moved=None, masked=True) for step in steps]
        ends = lines[0].shown, lines[-1].shown
        return Movement(*ends, tuple(steps), tuple(self._parts(target, lines)), masked=hidden)

    def _step(self, target: Target, number: int, lines: Sequence[_Line]) -> Step:
        state = self.states[number]
        said = forms_of(target)
        meant = tuple(change for change in state.changes if change.version.form in said)
        units = tuple(self._units(target, lines[number - 1].score, lines[number], meant))
        assert state.cause is not None
        return Step(state.cause, None, units, meant)

    def _units(
        self, target: Target, before: Score | None, line: _Line, meant: Sequence[Change]
    ) -> Iterator[UnitMove]:
        then = before.by_unit if before is not None else {}
        now = line.score.by_unit if line.score is not None else {}
        origins = line.restated.origins if line.restated is not None else {}
        lists = tuple(one for one in meant if one.version.form in LISTS)
        bearing, everybody = self.homes.by_place(meant), isinstance(target, MonthsTarget)
        for key in sorted({**then, **now}):
            if then.get(key) == now.get(key) and key not in origins:
                continue
            place = key.rpartition(" ")[2]
            own = [one for code in (place, *self.homes.predecessors(place)) for one in bearing.get(code, ())]
            said = tuple(meant) if everybody else tuple(own) or lists
            yield UnitMove(key, then.get(key), now.get(key), said, origins.get(key))

    def _parts(self, target: Target, lines: Sequence[_Line]) -> Iterator[Movement]:
        """Parts that are targets of their own, and figures without a verdict, by their ids."""
        declared = {part.id: part for part in getattr(target, "parts", ()) if isinstance(part, Target)}
        for name in dict.fromkeys(part.id for line in lines if line.score is not None for part in line.score.parts):
            of_part = [line.part(name) for line in lines]
            if any(one.score is not None and (one.score.bounds or one.score.counts) for one in of_part):
                movement = self._movement(declared.get(name, target), of_part)
                # units of a part without effect are those of its target, said four times over
                bare = tuple(replace(step, units=()) for step in movement.steps)
                yield movement if movement.score.counts else replace(movement, steps=bare)


def figures(score: Score | None) -> Figures | None:
    if score is None or score.bounds is None:
        return None
    return Figures(score.bounds.low, score.bounds.high, score.bounds.of, score.bounds.missing)


def _differences(states: Sequence[Figures | None]) -> list[Figures | None]:
    """By how much each state moved the figures; None where there were none before it, or are none from it on.

    Where only a state in between has none, as when two lists contradict each other until one is withdrawn, the last
    known figures stand for it: so the parts add up to the change of the whole.
    """
    stand: Figures | None = None
    found: list[Figures | None] = []
    left = sum(one is not None for one in states)
    for now in states:
        left -= now is not None
        now = now if now is not None or not left else stand
        found.append(now - stand if now is not None and stand is not None else None)
        stand = now
    return found[1:]


# --- which forms bear on a target -------------------------------------------------------------------------------


def forms_of(target: Target) -> frozenset[str]:
    """The forms whose figures a target rests on, the province's lists among them."""
    return frozenset((*_forms(target), *LISTS))


def _forms(target: Target) -> Iterator[str]:
    match target:
        case ShareTarget():
            yield from _asked(target.test)
        case PersonsTarget():
            yield from (target.form, target.reference_form)
        case RatioTarget():
            yield from (target.numerator.form, target.denominator.form)
        case _:
            yield getattr(target, "form", DUTIES_FORM)
            for part in getattr(target, "parts", ()):
                if isinstance(part, Target):
                    yield from _forms(part)


def _asked(test: UnitTest) -> Iterator[str]:
    if isinstance(test, DutyTest):
        yield DUTIES_FORM
    elif isinstance(test, AnyOfTests):
        for one in test.any:
            yield from _asked(one)
    else:
        yield test.form


# --- what may be shown ------------------------------------------------------------------------------------------


def _speaks_of_victims(line: _Line) -> bool:
    """Whether what single units add speaks of victims or cases below province level."""
    return line.score is not None and any(one.small_cells for one in (line.score, *line.score.districts))


def _tells_few(lines: Sequence[_Line], steps: Iterable[Step]) -> bool:
    """Whether a figure is hidden in any state, or a change of one of victims or cases is itself a small figure."""
    if any(line.shown is not None and line.shown.masked for line in lines):
        return True
    if not any(map(_speaks_of_victims, lines)):
        return False
    changes = {abs(figure) for step in steps if step.moved for figure in (step.moved.low, step.moved.of)}
    return not changes.isdisjoint(SMALL)


def _bodies(changes: Sequence[Change]) -> tuple[UnitMove, ...]:
    """Whose returns came, without what they say."""
    units = dict.fromkeys(one.version.unit for one in changes)
    return tuple(
        UnitMove(unit, None, None, tuple(one for one in changes if one.version.unit == unit)) for unit in units
    )


# --- the whole --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanComparison:
    """One plan: its movements, the communes of its area before and after, and the names of places."""

    plan: Plan
    communes: tuple[int, int]
    movements: Sequence[Movement]
    name: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is held against what: two receipt dates of a year, two years, or a year on the units of another day.

    `files` are the names of files by their hash.
    """

    mode: Mode
    year: int
    as_of: date
    plans: Sequence[PlanComparison]
    first: date | None = None
    last: date | None = None
    base_year: int | None = None
    communes_of: date | None = None
    files: Mapping[str, str] = field(default_factory=dict)
