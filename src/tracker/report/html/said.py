"""Words, anchors and figures that every part of the page uses; what is hidden loses its figures here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from tracker.explanation import Step
from tracker.messages import has, say
from tracker.report import wording
from tracker.report.html.view import NO_DRAWING, Figure, Judgement
from tracker.rule import Bounds, Done, ReadingScore, Score, Verdict
from tracker.writing import count, day, percent

if TYPE_CHECKING:
    from tracker.place import Places, Unit
    from tracker.report.content import PlanReport, Report

GLUE = re.compile(r"(?<=\d) (?=[^\W\d_])")
NO_BREAK = "\u00a0"
COMMUNE_CODE = 5  # digits
STEPS = (Fraction(0), Fraction(1, 10), Fraction(1, 4))
"""Up to which distance from the threshold a district's cell takes which shade."""


def text(key: str, **facts: object) -> str:
    """A sentence of the page; a number stays on the line of its unit."""
    return GLUE.sub(NO_BREAK, say(f"page.{key}", **facts))


def number(noun: str, n: int) -> str:
    """ "9 đơn vị"; in English "1 unit" and "9 units"."""
    return text(f"noun.{noun}_one" if n == 1 else f"noun.{noun}", n=count(n))


def listed(names: Sequence[str], n: int) -> str:
    """The first few names, and how many more of `n` there are."""
    shown = ", ".join(names)
    return f"{shown} {say('outline.more', n=count(n - len(names)))}" if n > len(names) else shown


def judgement(verdict: Verdict | None) -> Judgement | None:
    return Judgement(verdict.value, wording.verdict(verdict)) if verdict else None


def done(state: Done) -> Judgement:
    return Judgement(state.value, say(f"duty.{state.value}"))


def noun_of(score: Score) -> str:
    """What a target's missing answers are: months, duties, or units."""
    return {"months": "months", "duties": "duties"}.get(score.kind, "units")


def sentence(words: str) -> str:
    """With a capital, as at the beginning of a line."""
    return words[:1].upper() + words[1:]


def short(label: str) -> str:
    """ "Chỉ tiêu 1" of "Chỉ tiêu 1: xã nhận…"; a label without a number stays whole."""
    head, colon, _ = label.partition(":")
    return head if colon and any(sign.isdigit() for sign in head) else label


@dataclass(frozen=True)
class Scene:
    """One plan of the report, how its places are named, and where its explanations stand on the page."""

    report: Report
    plan: PlanReport
    number: int
    left_off: frozenset[Step] = frozenset()
    """Lines of explanations that the page has no room for."""

    @cached_property
    def names(self) -> wording.Naming:
        return wording.naming(self.plan, self.report.as_of)

    def anchor(self, *parts: str) -> str:
        """The id of an element: the plan's number, then what it is; one for each thing on the page."""
        return re.sub(r"[^\w/.:-]", "_", "/".join((f"p{self.number}", *parts)))

    def where(self, *keys: str) -> str:
        """The link to the first of the explanations that exists; "" where there is none."""
        found = next((key for key in keys if key in self.explained), "")
        return f"#{self.anchor('why', found)}" if found else ""

    @cached_property
    def explained(self) -> frozenset[str]:
        """The keys of every explanation on the page and of all lines under it."""
        lines = (line for one in self.plan.explanations.values() for line in one.walk())
        return frozenset(line.key for line in lines if line.step not in self.left_off)

    @cached_property
    def dates(self) -> str:
        return text("dates", day=day(self.report.as_of), units=count(self.plan.communes))

    def district_of(self, code: str) -> str:
        """The district of a commune on the day, or else the last it had; a district itself; "" for anything else."""
        if code in self._homes or len(code) != COMMUNE_CODE:
            return self._homes.get(code, "")
        return self._lives(code)[-1].parent if self._lives(code) else ""

    def name(self, code: str) -> str:
        """A unit's name on the day, or the last that it had; a month; else the code."""
        return self.names.unit(code)

    def _lives(self, code: str) -> Sequence[Unit]:
        """What a code has been up to the day: one that is used again later is another unit then."""
        return [life for life in self._places.units_of_code(code) if life.valid.first <= self.report.as_of]

    @cached_property
    def _places(self) -> Places:
        from tracker.place import load

        return load()

    @cached_property
    def _homes(self) -> Mapping[str, str]:
        on, area, places = self.report.as_of, self.plan.plan.area, self._places
        homes = {unit.code: unit.parent for unit in places.communes(area, on)}
        return homes | {unit.code: unit.code for unit in places.districts(area, on)}


# --- figures ------------------------------------------------------------------------------------------------------


def figure(score: Score, href: str = "", drawing: Markup = NO_DRAWING) -> Figure | None:
    """The figures of a target, a part or a district's line; None where there are none."""
    if score.masked:
        return Figure(share=wording.MASKED, threshold=wording.threshold(score), href=href)
    bounds, threshold = score.bounds, score.threshold
    if bounds is None:
        return None
    if score.kind == "growth":
        return Figure(wording.figure(score), count(bounds.low), of=count(bounds.of), drawing=drawing, href=href)
    return replace(
        _figure(bounds, href),
        threshold=wording.threshold(score),
        need="" if threshold is None else count(bounds.need(threshold)),
        missing=count(bounds.missing),
        drawing=drawing,
        step=None if threshold is None or not bounds.of else sum(distance(score) > step for step in STEPS),
        order=bounds.low * 1_000_000 // bounds.of if bounds.of else -1,
    )


def reading_figure(one: ReadingScore, score: Score, href: str) -> Figure:
    """The figures of another reading; one that has none is hidden, for without its list it would not be there."""
    if score.masked or one.bounds is None:
        return Figure(share=wording.MASKED, href=href)
    return _figure(one.bounds, href)


def _figure(bounds: Bounds, href: str) -> Figure:
    return Figure(
        share=shares(bounds),
        low=count(bounds.low),
        high=count(bounds.high),
        of=count(bounds.of),
        certain=percent(bounds.low, bounds.of),
        possible=percent(bounds.high, bounds.of),
        href=href,
    )


def shares(bounds: Bounds) -> str:
    """ "98,4% – 100,0%": what is certain, and what is possible where that is more; cut, not rounded."""
    low, high = percent(bounds.low, bounds.of), percent(bounds.high, bounds.of)
    return low if bounds.low == bounds.high else f"{low} – {high}"


def distance(score: Score) -> Fraction:
    """How far a line is from its threshold; nothing where that is hidden, so that no order tells it."""
    if score.masked or score.bounds is None or score.threshold is None or not score.bounds.of:
        return Fraction(0)
    return max(Fraction(0), score.threshold - Fraction(score.bounds.low, score.bounds.of))


def tone(score: Score) -> str:
    """The class that gives a drawing its colour."""
    return score.verdict.value if score.verdict else "plain"


def flags(score: Score) -> list[str]:
    return [say(f"flag.{flag.value}") for flag in wording.flags_of([score]) if flag in score.flags]


def spoken(key: str, facts: Mapping[str, str]) -> str:
    """A sentence by the code that ends its key; the bare code where nobody has written one."""
    return say(key, **facts) if has(key) else key.rpartition(".")[2]


def by_district(scene: Scene, units: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Units under the code of their district, in order; those of none come first, under ""."""
    homes: dict[str, list[str]] = {}
    for unit in units:
        homes.setdefault(scene.district_of(unit), []).append(unit)
    return sorted(homes.items())
