"""What the sample data must come to, by arithmetic of its own: shares, bounds, verdicts, and who has filed.

Nothing here knows the code that it is used to judge.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """A share whose lower and upper count are known, of a whole; `missing` counts the silent units."""

    lower: int
    upper: int
    whole: int
    missing: int

    def verdict(self, threshold: Fraction) -> str:
        if self.whole == 0:
            return "nil"
        if Fraction(self.lower, self.whole) >= threshold:
            return "met"
        return "not_met" if Fraction(self.upper, self.whole) < threshold else "insufficient_data"

    def figures(self) -> Json:
        return {
            "numerator": self.lower,
            "denominator": self.whole,
            "missing": self.missing,
            "lower": f"{self.lower}/{self.whole}",
            "upper": f"{self.upper}/{self.whole}",
        }

    def judged(self, threshold: Fraction) -> Json:
        """The figures with their threshold, what is still needed and the verdict."""
        need = max(0, math.ceil(threshold * self.whole) - self.lower)
        fraction = f"{threshold.numerator}/{threshold.denominator}"
        return {**self.figures(), "threshold": fraction, "need": need, "verdict": self.verdict(threshold)}

    def reading(self, name: str, threshold: Fraction) -> Json:
        """The same share as another reading of the clause gives it."""
        figures = self.figures()
        return {"id": name, "lower": figures["lower"], "upper": figures["upper"], "verdict": self.verdict(threshold)}


def share(answers: Iterable[bool | None]) -> Span:
    """A share of units: yes, no, or silent (None)."""
    listed = list(answers)
    yes, silent = listed.count(True), listed.count(None)
    return Span(yes, yes + silent, len(listed), silent)


def total(spans: Iterable[Span]) -> Span:
    """The share of the whole: sums, never a mean of rates."""
    listed = list(spans)
    return Span(
        sum(s.lower for s in listed),
        sum(s.upper for s in listed),
        sum(s.whole for s in listed),
        sum(s.missing for s in listed),
    )


@dataclass
class Filing:
    """When each expected filer first sent each form."""

    expected: Mapping[str, frozenset[tuple[str, str]]]
    last_day: date | None = None
    first: dict[str, dict[tuple[str, str], date]] = field(default_factory=dict)

    def record(self, form: str, unit: str, agency: str, received: date) -> None:
        if (unit, agency) in self.expected.get(form, frozenset()):
            filed = self.first.setdefault(form, {})
            filed[unit, agency] = min(received, filed.get((unit, agency), received))

    def counts(self) -> dict[str, dict[str, int]]:
        return {form: self._counts(form) for form in self.expected}

    def _counts(self, form: str) -> dict[str, int]:
        days = self.first.get(form, {}).values()
        late = sum(self.last_day is not None and day > self.last_day for day in days)
        expected = len(self.expected[form])
        return {
            "expected": expected,
            "on_time": len(days) - late,
            "late": late,
            "returned": 0,
            "missing": expected - len(days),
        }


def dumps(value: Any, width: int = 230) -> str:
    """JSON with every short object on one line, so that a reader sees one district a line."""
    return _dumps(value, "", width) + "\n"


def _dumps(value: Any, indent: str, width: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) <= width or not isinstance(value, (dict, list)):
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(key, ensure_ascii=False)}: {_dumps(item, inner, width)}" for key, item in value.items()
        ]
        opening, closing = "{", "}"
    else:
        lines = [_dumps(item, inner, width) for item in value]
        opening, closing = "[", "]"
    body = ",\n".join(inner + line for line in lines)
    return f"{opening}\n{body}\n{indent}{closing}"
