"""The smallest choice of units that together bring enough, to one sum or to several at once. Pure arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Gains = tuple[int, ...]
"""What one unit brings to each of several sums; never below 0."""

PATIENCE = 50_000  # gains weighed before a good choice is taken for the best


def fewest(gains: Iterable[int], needed: int) -> int | None:
    """How many of `gains` (≥ 0) it takes at least to sum to `needed`; None when all together do not.

    The largest ones do it. Among all sets of k gains none has a greater sum than the k largest: whatever member of a
    set is not one of these can be exchanged for one of these that is not in the set, and the sum does not fall. So if
    any k gains reach `needed`, the k largest do, and the smallest k is found by adding the largest one by one.
    """
    reached, number = 0, 0
    for gain in sorted(gains, reverse=True):
        if reached >= needed:
            break
        reached, number = reached + gain, number + 1
    return number if reached >= needed else None


def fewest_together(gains: Sequence[Gains], needed: Gains) -> list[int] | None:
    """The places of as few of `gains` as bring each sum to what is needed; of equal ones the first are taken.

    None when all together do not. Beyond `PATIENCE`, which takes three sums over hundreds of units, the choice is a
    good one and not surely the smallest.
    """
    found = _taken(Counter(gains), tuple(max(0, one) for one in needed))
    if found is None:
        return None
    places = []
    for place, gain in enumerate(gains):
        if found[gain]:
            found[gain] -= 1
            places.append(place)
    return places


def _taken(there: Counter[Gains], needed: Gains) -> Counter[Gains] | None:
    """Looks for a choice of as many as it takes at least, then of one more, until one does or patience ends."""
    good, least = _good(there, needed), _at_least(there, needed)
    if good is None or least is None:
        return None
    search = _Search(PATIENCE)
    for number in range(least, good.total()):
        if (found := search.within(needed, there, number)) is not None:
            return found
        search.failed.clear()
    return good


def _good(there: Mapping[Gains, int], needed: Gains) -> Counter[Gains] | None:
    """Takes what helps most, again and again."""
    left, found = dict(there), Counter[Gains]()
    while any(needed):
        helpful = [gain for gain, times in left.items() if times and any(map(min, gain, needed))]
        if not helpful:
            return None
        best = max(helpful, key=lambda gain: _weight(gain, needed))
        left[best] -= 1
        found[best] += 1
        needed = tuple(max(0, one - brings) for one, brings in zip(needed, best, strict=True))
    return found


def _weight(gain: Gains, needed: Gains) -> tuple[int, Gains]:
    """A unit weighs what it brings to the sums, each by how much it still needs."""
    return sum(min(one, need) * need for one, need in zip(gain, needed, strict=True)), gain


@dataclass
class _Search:
    """Looks for the smallest choice; units that bring the same are counted, not told apart."""

    patience: int
    failed: set[tuple[Gains, tuple[tuple[Gains, int], ...]]] = field(default_factory=set)

    def within(self, needed: Gains, there: Mapping[Gains, int], number: int) -> Counter[Gains] | None:
        """A choice of at most so many; None where there is none, or none was found with patience."""
        if not any(needed):
            return Counter()
        key = (needed, tuple(sorted(there.items())))
        least = _at_least(there, needed)
        if least is None or least > number or key in self.failed or self.patience < 0:
            return None
        self.patience -= len(there)
        best = _undominated(there, needed)
        for gain in best:
            times = _times(gain, needed, there[gain]) if len(best) == 1 else 1
            rest = tuple(max(0, one - times * brings) for one, brings in zip(needed, gain, strict=True))
            found = self.within(rest, {**there, gain: there[gain] - times}, number - times)
            if found is not None:
                found[gain] += times
                return found
        self.failed.add(key)
        return None


def _at_least(there: Mapping[Gains, int], needed: Gains) -> int | None:
    """As many as any one sum takes alone, or all of them added up; None when one cannot be reached."""
    bounds = [
        _fewest_of(((gain[part], times) for gain, times in there.items()), one) for part, one in enumerate(needed)
    ]
    useful = ((sum(map(min, gain, needed)), times) for gain, times in there.items())
    bounds.append(_fewest_of(useful, sum(needed)))
    return None if None in bounds else max(number for number in bounds if number is not None)


def _fewest_of(gains: Iterable[tuple[int, int]], needed: int) -> int | None:
    """`fewest` of gains that are each there so many times."""
    number = 0
    for gain, times in sorted(gains, reverse=True):
        if needed <= 0:
            return number
        if gain <= 0:
            return None
        taken = min(times, -(-needed // gain))
        needed, number = needed - taken * gain, number + taken
    return number if needed <= 0 else None


def _undominated(there: Mapping[Gains, int], needed: Gains) -> list[Gains]:
    """Those of which no other brings as much to every sum, beyond what is needed not counted; the weightiest first.

    A choice with one that another outdoes is not better than the same with that other.
    """
    clipped: dict[Gains, Gains] = {}
    for gain in sorted((gain for gain, times in there.items() if times), reverse=True):
        clipped.setdefault(tuple(map(min, gain, needed)), gain)
    best: list[Gains] = []
    for brings in sorted(clipped, key=lambda one: _weight(one, needed), reverse=True):
        # whatever outdoes it weighs more
        if any(brings) and not any(all(map(int.__ge__, other, brings)) for other in best):
            best.append(brings)
    return [clipped[brings] for brings in best]


def _times(gain: Gains, needed: Gains, there: int) -> int:
    """How often the only one worth taking can be taken before any sum is nearly reached."""
    within = (one // brings for one, brings in zip(needed, gain, strict=True) if brings)
    return max(1, min(there, *within))
