"""How scores are put into words: figures, thresholds, groups and places, the same in every shape of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tracker.messages import lang, say
from tracker.plan import Plan
from tracker.rule import Flag, Score, ValueScore, Verdict
from tracker.writing import count, day, fraction, percent, qualified

if TYPE_CHECKING:
    from tracker.place import Unit
    from tracker.report.content import PlanReport, Report, Signal

MASKED = "<5"
"""What stands for a small figure of victims or cases, and for those that it could be worked out from."""

NOTHING = "–"

COMMUNE_CODE = 5  # digits
PLACES = ("province", "district", "commune")
"""Kinds of group that are codes of units."""


def figure(score: Score) -> str:
    """ "570/579 = 98,4% – 100,0%": the certain part, then what the silent could make of it; percentages are cut."""
    bounds = score.bounds
    if score.masked:
        return MASKED
    if bounds is None:
        return ""
    if score.kind == "growth":
        return say("outline.growth", now=count(bounds.low), before=count(bounds.of))
    return figures(bounds.low, bounds.high, bounds.of)


def figures(low: int, high: int, of: int) -> str:
    shares = [percent(low, of)] if low == high else [percent(low, of), percent(high, of)]
    return f"{fraction(low, of)} = {' – '.join(shares)}"


def short_figure(score: Score) -> str:
    """ "570/579", where a column has no room for more."""
    if score.masked:
        return MASKED
    return fraction(score.bounds.low, score.bounds.of) if score.bounds else ""


def share(value: Fraction) -> str:
    """A threshold as it is said: 3/4 is 75%, 1/3 stays 1/3."""
    whole, rest = divmod(value.numerator * 100, value.denominator)
    if not rest:
        return f"{count(whole)}%"
    exact = value.numerator * 1000 % value.denominator == 0
    return percent(value.numerator, value.denominator) if exact else f"{value.numerator}/{value.denominator}"


def threshold(score: Score) -> str:
    return share(score.threshold) if score.threshold is not None else ""


def need(score: Score) -> str:
    """How many more would meet the threshold; nothing where it is met, or where the figure is hidden."""
    if score.masked or score.bounds is None or score.threshold is None or score.kind == "growth":
        return ""
    more = score.bounds.need(score.threshold)
    return count(more) if more else ""


def missing(score: Score) -> str:
    if score.masked or score.bounds is None or score.kind == "growth":
        return ""
    return count(score.bounds.missing) if score.bounds.missing else ""


def verdict(value: Verdict | None) -> str:
    return say(f"verdict.{value.value}") if value else ""


def flags_of(scores: Sequence[Score]) -> list[Flag]:
    """Every flag that stands at any of the scores or their parts, once, in the order of the closed list."""
    raised = {flag for score in scores for one in (score, *score.parts) for flag in one.flags}
    return [flag for flag in Flag if flag in raised]


def value(one: ValueScore) -> str:
    return MASKED if one.value is None else qualified(one.value, one.qualifier)


@dataclass(frozen=True, slots=True)
class Naming:
    """Names of the places of one plan on one day."""

    names: Callable[[str], str | None]
    districts: Callable[[str], str] = str
    """The district of a commune; any other unit is its own."""

    def place(self, code: str) -> str:
        return self.names(code) or code

    def unit(self, text: str) -> str:
        """A unit by code, or a month: "2020-03" is 03/2020."""
        return month(text) or self.place(text)

    def group(self, one: ValueScore) -> str:
        """The group of a figure: "213 · hội nghị" is Thành phố Bắc Giang · hội nghị."""
        kinds = one.group_kind.split(", ")
        texts = one.group.split(" · ")
        if len(kinds) != len(texts):
            return one.group
        return " · ".join(self._said(kind, text) for kind, text in zip(kinds, texts, strict=True))

    def _said(self, kind: str, text: str) -> str:
        if kind == "agency":
            return agency(text)
        return self.place(text) if kind in PLACES else month(text) or text


def naming(one: PlanReport, on: date) -> Naming:
    """The names that the report carries; for the province itself, and for what was merged before, the registry's."""
    from tracker.place import load

    places = load()

    def lives(code: str) -> list[Unit]:
        """What a code has been up to the day: one that is used again later is another unit then."""
        return [life for life in places.units_of_code(code) if life.valid.first <= on]

    def name(code: str) -> str | None:
        if code in one.names:
            return one.names[code]
        return next((life.full_name for life in reversed(lives(code))), None)

    def district(code: str) -> str:
        known = lives(code) if len(code) == COMMUNE_CODE else ()
        return places.district_of(code, on) or (known[-1].parent if known else code)

    return Naming(name, district)


def month(text: str) -> str:
    """ "2024-07" as people write it; nothing for anything else."""
    year, dash, number = text.partition("-")
    return f"{number}/{year}" if dash and len(year) == 4 and len(number) == 2 and number.isdigit() else ""


def agency(code: str) -> str:
    from tracker.messages import has

    return say(f"agency.{code}") if has(f"agency.{code}") else code


def duty_label(plan: Plan, name: str) -> str:
    labels = [duty.label.said(lang()) for duty in plan.duties if duty.id == name]
    return f"{name} {labels[0]}" if labels else name


SIGNAL_FIGURES = frozenset({"before", "times", "sessions", "each", "total", "population", "average", "n", "of"})
"""Facts of a signal that are counts; years and codes are none."""


def signal(one: Signal, names: Naming) -> str:
    """Why a figure deserves a second look, in one sentence."""
    facts = {
        key: count(int(fact)) if key in SIGNAL_FIGURES and fact.isdigit() else fact for key, fact in one.facts.items()
    }
    units = ", ".join(map(names.place, one.facts.get("units", "").split(", ")))
    agencies = ", ".join(map(agency, one.facts.get("agencies", "").split(", ")))
    said = {"units": units, "agencies": agencies, "agency": agency(one.facts.get("agency", ""))}
    return say(f"signal.{one.code}", **{**facts, **said, "place": names.place(one.facts.get("place", ""))})


def at_cell(one: Signal) -> str:
    """Where a signal stands: "[B01]D14", or the form alone."""
    return f"[{one.form}]{one.cell}" if one.form else ""


def basis(report: Report, one: PlanReport) -> str:
    """What every share of the plan rests on: the day, the registry's day and size, and what had been received."""
    known = say("outline.known_on", day=day(report.known_on)) if report.known_on else say("outline.known_all")
    return say("outline.basis", day=day(report.as_of), units=count(one.communes), known=known)
