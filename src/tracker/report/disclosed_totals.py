"""Whether a total may stand beside hidden lines: whether it, with their verdicts, leaves each of them a choice.

Decided by what would be printed alone, never by what is hidden, so that nothing can be learnt from a total's absence;
and with a margin, so that a total that is left out has neighbours that would be left out as well.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache

from tracker.form import SMALL
from tracker.rule import Verdict

MARGIN = 2
ENOUGH = 40
"""Beyond so many, more of what a share has, or more that it has not, adds no new way to be tight."""

Shares = Mapping[int, int]
"""Possible shares: by what they are of, the parts as the bits of a number."""


def leaves_choice(verdicts: Sequence[Verdict | None], threshold: Fraction | None, low: int, of: int) -> bool:
    """Whether every hidden line could have two parts, and be of two wholes, at least, where the only one is small."""
    lines: Counter[Verdict | None] = Counter(verdict for verdict in verdicts if verdict is not Verdict.NIL)
    part = min(low, ENOUGH)
    whole = part + min(of - low, ENOUGH)
    return all(_free(lines, threshold, *total) for total in _around(part, whole))


def _around(part: int, whole: int) -> Iterator[tuple[int, int]]:
    steps = range(-MARGIN, MARGIN + 1)
    return ((part + a, whole + b) for a in steps for b in steps if 0 <= part + a <= whole + b)


def _free(lines: Counter[Verdict | None], threshold: Fraction | None, part: int, whole: int) -> bool:
    most = 2 * ENOUGH + MARGIN
    for verdict in lines:
        others = lines.copy()
        others[verdict] -= 1
        rest = _sums(tuple(sorted(others.items(), key=str)), threshold, most)
        fitting = list(_fitting(_allowed(verdict, threshold, most), rest, part, whole))
        for figures in ({n for n, _ in fitting}, {d for _, d in fitting}):
            if len(figures) == 1 and figures <= set(SMALL):
                return False
    return True


def _fitting(own: Shares, rest: Shares, part: int, whole: int) -> Iterator[tuple[int, int]]:
    """The shares of one line that leave the others something that they can have."""
    for of, parts in own.items():
        left = rest.get(whole - of, 0)
        for low in range(min(of, part) + 1):
            if parts >> low & 1 and left >> (part - low) & 1:
                yield low, of


@cache
def _allowed(verdict: Verdict | None, threshold: Fraction | None, most: int) -> Shares:
    """What a line of a verdict can be; always a run of parts, since more never makes it worse."""
    if threshold is None or verdict not in (Verdict.MET, Verdict.NOT_MET):
        return {of: (2 << of) - 1 for of in range(most + 1)}
    found = {}
    for of in range(1, most + 1):
        least = math.ceil(threshold * of)
        below = (1 << least) - 1
        found[of] = below if verdict is Verdict.NOT_MET else ((2 << of) - 1) & ~below
    return found


@cache
def _sums(lines: tuple[tuple[Verdict | None, int], ...], threshold: Fraction | None, most: int) -> Shares:
    """What lines of these verdicts can come to together."""
    sums: Shares = {0: 1}
    for verdict, number in lines:
        for _ in range(number):
            sums = _with_one_more(sums, _allowed(verdict, threshold, most), most)
    return sums


def _with_one_more(sums: Shares, own: Shares, most: int) -> Shares:
    found: dict[int, int] = {}
    for before, parts in sums.items():
        for of, run in own.items():
            if before + of <= most and run:
                found[before + of] = found.get(before + of, 0) | _spread(parts, run)
    return found


def _spread(parts: int, run: int) -> int:
    """The sums of any of `parts` with any of an unbroken run of numbers."""
    first, length = (run & -run).bit_length() - 1, run.bit_count()
    spread, done = parts, 1
    while done < length:
        step = min(done, length - done)
        spread |= spread << step
        done += step
    return spread << first
