"""Which figures of measures are hidden: the small ones of victims and cases, and those that would give them away.

The same figure may stand in a report by several groupings, with a total, and beside the figures that it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tracker.form import SMALL, Compare
from tracker.forms import FORMS
from tracker.plan import MeasureTarget, Plan, Value
from tracker.rule import Score, ValueScore

SEPARATOR = " · "


@dataclass(frozen=True)
class _Entry:
    """One printed figure, and the declaration that it comes from, where that is known."""

    place: tuple[int, int]
    said: ValueScore
    declared: Value | None

    @cached_property
    def circumstances(self) -> str:
        """What is counted besides the field: figures of the same circumstances can be added and compared."""
        it = self.declared
        if it is None:
            return repr((self.place[0], self.said.key))
        return repr((it.form, it.count, it.where, it.window, it.within, it.expected_only))

    @property
    def field(self) -> str:
        return self.declared.field if self.declared is not None else ""

    @cached_property
    def groups(self) -> frozenset[tuple[str, str]]:
        """(kind, group) pairs: "213 · BCD" by district and agency is two; a total has none."""
        if not self.said.group:
            return frozenset()
        return frozenset(zip(self.said.group_kind.split(", "), self.said.group.split(SEPARATOR), strict=False))

    @property
    def is_small(self) -> bool:
        return self.said.small_cells and self.said.value is not None and self.said.value in SMALL


def masked_values(scores: Sequence[Score], plan: Plan | None) -> list[Score]:
    """The scores with the figures of their measures hidden that may not be shown."""
    entries = list(_entries(scores, plan))
    hidden = {entry.place for entry in entries if entry.is_small}
    while True:
        more = {entry.place for entry in _beside(entries, hidden)} - hidden
        more = more or {entry.place for same in _alike(entries) for entry in _sums_of_one(same, hidden)} - hidden
        if not more:
            return _without(scores, hidden)
        hidden |= more


def _entries(scores: Sequence[Score], plan: Plan | None) -> Iterator[_Entry]:
    declared = {
        (target.id, value.key): value
        for target in (plan.targets if plan is not None else ())
        if isinstance(target, MeasureTarget)
        for value in target.values
    }
    for number, score in enumerate(scores):
        for place, one in enumerate(score.values):
            yield _Entry((number, place), one, declared.get((score.id, one.key)))


def _without(scores: Sequence[Score], hidden: set[tuple[int, int]]) -> list[Score]:
    def shown(number: int, place: int, one: ValueScore) -> ValueScore:
        return replace(one, value=None, masked=True) if (number, place) in hidden else one

    return [
        replace(score, values=[shown(number, place, one) for place, one in enumerate(score.values)])
        for number, score in enumerate(scores)
    ]


# --- what would give a hidden figure away -----------------------------------------------------------------------


def _beside(entries: Sequence[_Entry], hidden: set[tuple[int, int]]) -> Iterator[_Entry]:
    """Figures that add up to a total with those already hidden."""
    for family in _families(entries):
        if any(entry.place in hidden for entry in family):
            yield from (entry for entry in family if entry.said.small_cells or _is_open_group(entry, family, hidden))
    yield from _parts_of_totals(entries, hidden)


def _families(entries: Iterable[_Entry]) -> list[list[_Entry]]:
    """The groups of one declared figure, with its total: they add up."""
    found: dict[tuple[int, str], list[_Entry]] = {}
    for entry in entries:
        found.setdefault((entry.place[0], entry.said.key), []).append(entry)
    return list(found.values())


def _is_open_group(entry: _Entry, family: Sequence[_Entry], hidden: set[tuple[int, int]]) -> bool:
    """A group that need not be hidden for its own sake, of a family where such a one already is."""
    beside = [it for it in family if it.groups and not it.said.small_cells]
    return entry in beside and any(it.place in hidden for it in beside)


def _alike(entries: Iterable[_Entry]) -> list[list[_Entry]]:
    """Printings of one and the same figure, by whatever grouping."""
    found: dict[tuple[str, str], list[_Entry]] = {}
    for entry in entries:
        found.setdefault((entry.circumstances, entry.field), []).append(entry)
    return list(found.values())


def _sums_of_one(same: Sequence[_Entry], hidden: set[tuple[int, int]]) -> Iterator[_Entry]:
    """Printed sums of which one part only is unknown, and that one small.

    An unknown part that is not small is worked out in passing, which may leave one in another sum.
    """
    families = _families(same)
    known: set[tuple[int, int]] = set()
    while True:
        before = len(known)
        for total in same:
            if total.place in hidden:
                continue
            for family in families:
                under = [it for it in family if it.groups > total.groups and it.place in hidden - known]
                if len(under) == 1 and under[0].is_small:
                    yield total
                elif len(under) == 1:
                    known.add(under[0].place)
        if len(known) == before:
            return


def _parts_of_totals(entries: Sequence[_Entry], hidden: set[tuple[int, int]]) -> Iterator[_Entry]:
    """Figures that add up, in the same place, to a printed one, when any of them is hidden."""
    at: dict[tuple[str, frozenset[tuple[str, str]]], list[_Entry]] = {}
    for entry in entries:
        at.setdefault((entry.circumstances, entry.groups), []).append(entry)
    for beside in at.values():
        declared = beside[0].declared
        rules = FORMS[declared.form].figure_rules if declared is not None else ()
        for rule in (rule for rule in rules if rule.compare is Compare.ADDS_UP):
            parts = [it for it in beside if it.field in rule.right]
            if any(it.place in hidden for it in parts):
                yield from (it for it in parts if it.said.small_cells)
