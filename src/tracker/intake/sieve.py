"""Finds the few values of a sheet that matter to a question, and asks it of each ordinary value once in a process.

The workbooks of a province hold the same labels, units and answers thousands of times. Knows no question itself.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Generic, TypeVar

from tracker.intake.grid import Value

Asked = TypeVar("Asked", bound=Value)

_MOST = 16384  # values that one sieve remembers
_LONGEST = 300  # characters; longer texts are somebody's own


class Sieve(Generic[Asked]):
    """Lets through the values of which `holds` may be true, and remembers those that it keeps back.

    What it lets through is forgotten, so that what was looked for, such as personal data, is never held here; but
    for a sieve that `finds_words`: headings, totals, what stands over a signature.
    `holds` must answer the same for values that are equal: 1, 1.0 and True are one.
    """

    def __init__(self, holds: Callable[[Asked], object], *, finds_words: bool = False) -> None:
        self._holds = holds
        self._finds_words = finds_words
        self._kept_back: set[Asked] = set()
        self._words: set[Asked] = set()

    def among(self, values: Set[Asked]) -> Set[Asked]:
        """Those of `values` of which the question holds."""
        if len(values) > _MOST:  # more than is remembered; a copy of them would cost as much as the sheet
            return {value for value in values if self._holds(value)}
        new = values - self._kept_back
        words = new & self._words
        if words:
            new -= words
        if not new:
            return words
        let_through = {value for value in new if self._holds(value)}
        if len(new) > len(let_through):
            _remember(new - let_through, self._kept_back)
        if let_through and self._finds_words:
            _remember(let_through, self._words)
        return let_through | words if words else let_through


def _remember(values: Set[Asked], known: set[Asked]) -> None:
    short = {value for value in values if not isinstance(value, str) or len(value) <= _LONGEST}
    if len(known) + len(short) > _MOST:
        known.clear()  # what files have in common comes back with the next ones
    known |= short
