"""Which version of a return counts. Pure: the same rows give the same answer in whatever order they came.

Source: the contract, section 8. Of the accepted versions of one key the highest revision counts; different contents
under one revision cancel each other out until a higher one arrives or a person decides; equal contents are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from tracker.period import Period

ACCEPTED, REJECTED, QUARANTINED = "accepted", "rejected", "quarantined"
LISTS = ("B00", "B00P")
"""Forms that are of no period: they hold until another list comes."""

COUNTED_BY_KIND = frozenset({"B01", "B02", "B05", "B07", "B08"})
"""Forms whose figures count only from a plan's kind of period."""

COPY_FORM, COPY_FIGURES = "B01", 5
"""From so many figures above 0, two communes cannot by chance have sent the same B01."""


class Fate(StrEnum):
    """What became of one version."""

    COUNTS = "counts"
    SUPERSEDED = "superseded"
    SAME_AGAIN = "same_again"
    CONFLICTING = "conflicting"
    COPIED = "copied"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"


class Version(NamedTuple):
    """One filing as the store holds it, with the day it was first received and what people decided about it."""

    id: int
    unit: str
    agency: str
    outlet: str
    form: str
    period_from: date | None
    period_to: date | None
    kind: str
    year: int | None
    revision: int
    nil: bool
    status: str
    none: bool
    refused_parts: Sequence[str]
    refused_days: Sequence[Sequence[str]]
    refused_undated: bool
    content: str
    figures: int
    sha256: str
    received_on: date
    withdrawn: bool = False
    replaced: int = 0
    fate: Fate = Fate.COUNTS

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.unit, self.agency, self.outlet, self.form, self.period_from, self.period_to)

    @property
    def period(self) -> Period | None:
        if self.period_from is None or self.period_to is None:
            return None
        return _period(self.period_from, self.period_to)

    @property
    def counts(self) -> bool:
        return self.fate is Fate.COUNTS


_period = lru_cache(maxsize=4096)(Period)
"""A year's returns are for few different periods."""


def settle(versions: Iterable[Version]) -> list[Version]:
    """The versions with their fates, in the order given."""
    rows = list(versions)
    fates: dict[int, Fate] = {}
    by_key: dict[tuple[Any, ...], list[Version]] = defaultdict(list)
    for one in rows:
        if one.status != ACCEPTED:
            fates[one.id] = Fate(one.status)
        elif one.withdrawn:
            fates[one.id] = Fate.WITHDRAWN
        else:
            by_key[one.key].append(one)
    for same_key in by_key.values():
        if len(same_key) > 1:  # one alone counts
            fates |= _settle_key(same_key)
    fates |= _copies(one for one in rows if one.form == COPY_FORM and fates.get(one.id, Fate.COUNTS) is Fate.COUNTS)
    settled = ((one, fates.get(one.id, Fate.COUNTS)) for one in rows)
    return [one if one.fate is fate else one._replace(fate=fate) for one, fate in settled]


def _settle_key(versions: list[Version]) -> dict[int, Fate]:
    fates: dict[int, Fate] = {}
    highest = max(one.revision for one in versions)
    ended = False  # whether a higher revision without conflict has come
    for revision in sorted({one.revision for one in versions}, reverse=True):
        same = [one for one in versions if one.revision == revision]
        contents = {one.content for one in same}
        decided = max(same, key=lambda one: one.replaced) if any(one.replaced for one in same) else None
        if len(contents) > 1 and decided is None:
            # A conflict lasts until a higher revision counts; what it wanted to replace counts no more either.
            fates |= {one.id: Fate.SUPERSEDED if ended else Fate.CONFLICTING for one in same}
            continue
        chosen = [decided] if decided else _first_of_each_kind(same)
        for one in same:
            again = one.content == chosen[0].content and one not in chosen
            fates[one.id] = Fate.SAME_AGAIN if again else Fate.SUPERSEDED
        if revision == highest:
            fates |= {one.id: Fate.COUNTS for one in chosen}
        ended = True
    return fates


def _first_of_each_kind(same: Iterable[Version]) -> list[Version]:
    """Of versions with one content the first; where figures count by the kind of period, the first of each kind.

    A unit that first gave another kind than the plan's, and then the right one, has reported of that kind.
    """
    found: dict[str, Version] = {}
    for one in sorted(same, key=lambda one: (one.received_on, one.sha256, one.id)):
        found.setdefault(one.kind if one.form in COUNTED_BY_KIND else "", one)
    return list(found.values())


def copy_key(one: Version) -> tuple[Any, ...]:
    """What is equal in copies: the period and the content."""
    return (one.period_from, one.period_to, one.content)


def _copies(counting: Iterable[Version]) -> dict[int, Fate]:
    """Of all that count, the same from two units for one period: both are refused, whichever came first."""
    by_content: dict[tuple[Any, ...], list[Version]] = defaultdict(list)
    for one in counting:
        if one.figures >= COPY_FIGURES:
            by_content[copy_key(one)].append(one)
    fates: dict[int, Fate] = {}
    for same in by_content.values():
        if len({one.unit for one in same}) > 1 and not any(one.replaced for one in same):
            fates |= {one.id: Fate.COPIED for one in same}
    return fates


def in_order(one: Version) -> tuple[Any, ...]:
    """The place of a version among all: sorted here, since two databases do not sort text alike."""
    last = one.period_to or date.min
    return (one.form, one.unit, one.agency, one.outlet, last, one.revision, one.received_on, one.sha256, one.id)
