"""Facts held against a plan: each target's score with its citation, readings, parts, districts and silent units.

One table says which rule scores which kind; no plan is known by name. Everything is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from tracker.facts import Facts, Ledger, Places
from tracker.period import year_of
from tracker.plan import (
    AllOfTarget,
    DutiesTarget,
    GrowthTarget,
    MeasureTarget,
    MonthsTarget,
    PersonsTarget,
    Plan,
    RatioTarget,
    Reading,
    ShareTarget,
    Target,
    Threshold,
    Words,
)
from tracker.rule import (
    Asking,
    Bounds,
    Done,
    DutyScore,
    Flag,
    ReadingScore,
    Score,
    Tally,
    Verdict,
    combined,
)
from tracker.rules import duties, growth, measure, months, persons, ratio, reference, share


@dataclass
class Scoring:
    """One plan in one year on one day, with what its targets share."""

    plan: Plan
    ledger: Ledger
    places: Places
    year: int
    as_of: date
    settings: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.facts = Facts(self.ledger, self.places, self.plan.area, self.year, self.as_of)
        self._sets: dict[str, list[str] | None] = {}
        self._listed: pd.DataFrame | None = None

    def on(self, year: int, as_of: date) -> Scoring:
        """The same plan, judged for another year on another day."""
        return Scoring(self.plan, self.ledger, self.places, year, as_of, self.settings)

    @property
    def has_districts(self) -> bool:
        return len(self.plan.area) == 2 and bool(self.facts.districts())

    def listed(self) -> pd.DataFrame:
        if self._listed is None:
            self._listed = reference.places_listed(self.facts)
        return self._listed

    def units(self, which: str) -> list[str] | None:
        """The codes of a set of units; None when the list that says which they are is missing."""
        if which not in self._sets:
            if which == "hotspots":
                self._sets[which] = reference.hotspots(self.facts, self.listed())
            else:
                units = self.facts.districts() if which == "districts" else self.facts.communes()
                self._sets[which] = [unit.code for unit in units]
        return self._sets[which]

    def asking(self) -> Asking:
        outlets = reference.outlets(self.facts)
        if outlets.empty:
            return Asking(self.as_of, self.year)
        return Asking(self.as_of, self.year, lambda rows, level: reference.listed_at(outlets, rows, level))

    def duty_of(self, duty: str, unit: str, window: str) -> Done:
        return duties.done(self.facts, self.plan, self.plan.duty(duty), unit, window)

    def annual(self, form: str) -> list[Any]:
        return list(share.annual(self.facts, self.plan, form).values())


def score_plan(scoring: Scoring) -> list[Score]:
    """Every target of the plan, in its order."""
    return [score_target(scoring, target) for target in scoring.plan.targets]


def score_target(scoring: Scoring, target: Target) -> Score:
    if isinstance(target, MeasureTarget):
        return _measure(scoring, target)
    if not scoring.plan.life.holds(scoring.year):
        return _blank(target, Verdict.NOT_APPLICABLE)
    score = _RULES[type(target)](scoring, target)
    _flag_years(scoring, target, score)
    return score


def _blank(target: Target, verdict: Verdict | None) -> Score:
    kind = getattr(target, "kind", "")
    return Score(target.id, target.label, target.cite, "share" if kind == "ratio" else kind, verdict=verdict)


def _insufficient(target: Target, *flags: Flag) -> Score:
    score = _blank(target, Verdict.INSUFFICIENT)
    score.flags |= set(flags)
    return score


# --- thresholds -------------------------------------------------------------------------------------------------


def _judged(scoring: Scoring, target: Target, score: Score, bounds: Bounds) -> Score:
    """Holds bounds against the threshold of the day; before the first milestone the figures only show."""
    threshold = target.threshold(scoring.as_of) or target.first_threshold
    score.bounds = bounds
    if threshold is not None:
        score.threshold, score.threshold_cite = threshold.value, threshold.cite
        score.verdict = _verdict(scoring, target, bounds)
    return score


def _verdict(scoring: Scoring, target: Target, bounds: Bounds) -> Verdict:
    threshold = target.threshold(scoring.as_of)
    return bounds.verdict(threshold.value) if threshold is not None else Verdict.NOT_YET_DUE


def _flag_years(scoring: Scoring, target: Target, score: Score) -> None:
    threshold = target.threshold(scoring.as_of)
    if threshold is None or threshold.yearly:
        return
    if threshold.first.year != scoring.year:
        score.flags.add(Flag.NOT_MILESTONE_YEAR)
    if score.verdict is Verdict.NOT_MET and score.bounds is not None and _fell_back(scoring, target, score.bounds):
        score.flags.add(Flag.REGRESSION)


def _fell_back(scoring: Scoring, target: Target, now: Bounds) -> bool:
    """Whether an earlier milestone was met on its day and would not be met with today's figures."""
    for earlier in target.thresholds:
        past = earlier.first < scoring.as_of and earlier.first.year < scoring.year
        if past and now.verdict(earlier.value) is Verdict.NOT_MET and _was_met(scoring, target, earlier):
            return True
    return False


def _was_met(scoring: Scoring, target: Target, milestone: Threshold) -> bool:
    then = scoring.on(milestone.first.year, milestone.first)
    return _RULES[type(target)](then, target).verdict is Verdict.MET


# --- readings ---------------------------------------------------------------------------------------------------


def _read_otherwise(
    scoring: Scoring, target: Target, score: Score, bounds_of: Callable[[Reading], Bounds | None]
) -> None:
    """Computes every reading; the first decides, and a flag says when another would decide otherwise."""
    for number, reading in enumerate(target.readings):
        bounds = score.bounds if number == 0 else bounds_of(reading)
        if bounds is None:
            continue
        verdict = _verdict(scoring, target, bounds)
        score.readings.append(ReadingScore(reading.id, reading.label, verdict, bounds))
        if verdict is not score.verdict:
            score.flags.add(Flag.READING_DEPENDENT)


# --- share ------------------------------------------------------------------------------------------------------


def _share(scoring: Scoring, target: ShareTarget) -> Score:
    units = scoring.units(target.over)
    if units is None:
        return _without_list(scoring, target)
    tally = _tally(scoring, target.test, units)
    score = _judged(scoring, target, _blank(target, None), tally.bounds())
    score.silent = tally.silent()
    score.districts = _districts(scoring, target, units, tally)

    def otherwise(reading: Reading) -> Bounds | None:
        over = scoring.units(reading.over or target.over)
        return None if over is None else _tally(scoring, reading.test or target.test, over).bounds()

    _read_otherwise(scoring, target, score, otherwise)
    return score


def _tally(scoring: Scoring, test: Any, units: Sequence[str]) -> Tally:
    return share.tally(scoring.facts, scoring.plan, test, units, scoring.asking(), scoring.duty_of)


def _without_list(scoring: Scoring, target: Target) -> Score:
    score = _insufficient(target, Flag.MISSING_REFERENCE)
    if target.threshold(scoring.as_of) is None:
        score.verdict = Verdict.NOT_YET_DUE
    return score


def _districts(scoring: Scoring, target: Target, units: Sequence[str], whole: Tally | persons.Persons) -> list[Score]:
    """The same formula on each district's units: its level against the province's target, no target of its own."""
    if not scoring.has_districts:
        return []
    below: dict[str, list[str]] = {}
    for unit in units:
        below.setdefault(scoring.facts.district_of(unit), []).append(unit)
    lines = []
    for district in scoring.facts.districts():
        part = whole.of(below.get(district.code, []))
        line = Score(district.code, Words(vi=district.full_name, en=district.full_name), target.cite, "district")
        line.silent = part.silent()
        lines.append(_judged(scoring, target, line, part.bounds()))
    return lines


# --- persons ----------------------------------------------------------------------------------------------------


def _persons(scoring: Scoring, target: PersonsTarget) -> Score:
    units = scoring.units(target.over)
    whole = _persons_of(scoring, target, target.over, target.quantity, target.reference)
    if units is None or whole is None:
        return _without_list(scoring, target)
    score = _judged(scoring, target, _blank(target, None), whole.bounds())
    score.silent = whole.silent()
    score.districts = _districts(scoring, target, units, whole)
    for part in target.parts:
        counted = _persons_of(scoring, target, target.over, part.quantity, part.reference)
        line = Score(part.id, part.label, target.cite, "persons", counts=False)
        line.bounds = counted.bounds() if counted is not None else None
        score.parts.append(line)

    def otherwise(reading: Reading) -> Bounds | None:
        quantity, population = reading.quantity or target.quantity, reading.reference or target.reference
        other = _persons_of(scoring, target, reading.over or target.over, quantity, population)
        return None if other is None else other.bounds()

    _read_otherwise(scoring, target, score, otherwise)
    return score


def _persons_of(
    scoring: Scoring, target: PersonsTarget, over: str, quantity: str, population: str
) -> persons.Persons | None:
    """Bounds by unit; None when the list, or the population of any unit on it, is missing."""
    units = scoring.units(over)
    listed = scoring.listed()
    if units is None or listed.empty:
        return None
    populations = listed[population].reindex(units)
    if populations.isna().any():
        return None
    return persons.persons(scoring.facts, target, scoring.annual(target.form), populations, quantity)


# --- ratio, months, duties, growth ------------------------------------------------------------------------------


def _ratio(scoring: Scoring, target: RatioTarget) -> Score:
    bounds = ratio.bounds(scoring.facts, target, scoring.annual(target.numerator.form))
    if bounds is None:
        return _insufficient(target)
    score = _judged(scoring, target, _blank(target, None), bounds)
    small = scoring.ledger.forms[target.numerator.form].small_cells
    below_province = len(scoring.plan.area) > 2
    score.small_cells = below_province and bool({target.numerator.field, target.denominator.field} & set(small))
    return score


def _months(scoring: Scoring, target: MonthsTarget) -> Score:
    asking = scoring.asking()
    if asking.listed is None:
        return _without_list(scoring, target)
    tally = months.tally(scoring.facts, target, target.where, asking)
    score = _judged(scoring, target, _blank(target, None), tally.bounds())
    score.silent = tally.silent()
    if months.provisional(scoring.facts, tally):
        score.flags.add(Flag.PROVISIONAL)
    _read_otherwise(scoring, target, score, lambda reading: _months_read(scoring, target, reading))
    if target.since is not None:
        score.parts.append(_since(scoring, target, tally.bounds()))
    return score


def _months_read(scoring: Scoring, target: MonthsTarget, reading: Reading) -> Bounds:
    return months.tally(scoring.facts, target, reading.where or target.where, scoring.asking()).bounds()


def _since(scoring: Scoring, target: MonthsTarget, this_year: Bounds) -> Score:
    """All months since the target began: shown, without effect on the verdict."""
    assert target.since is not None
    years = range(target.since.year, scoring.year)
    earlier = [_months_of_year(scoring, target, year) for year in years]
    all_years = [*earlier, this_year]
    words = Words(vi=f"từ {target.since:%m/%Y}", en=f"since {target.since:%m/%Y}")
    part = Score(f"since_{target.since.year}", words, target.cite, "months", counts=False)
    part.bounds = Bounds(
        sum(one.low for one in all_years),
        sum(one.high for one in all_years),
        sum(one.of for one in all_years),
        sum(one.missing for one in all_years),
    )
    return part


def _months_of_year(scoring: Scoring, target: MonthsTarget, year: int) -> Bounds:
    facts = scoring.on(year, scoring.as_of).facts
    return months.tally(facts, target, target.where, scoring.asking()).bounds()


def _duties(scoring: Scoring, target: DutiesTarget) -> Score:
    lines: list[DutyScore] = duties.scored(scoring.facts, scoring.plan, target.duties, target.window)
    done = sum(line.verdict is Done.DONE for line in lines)
    unknown = sum(line.verdict is Done.INSUFFICIENT for line in lines)
    score = _judged(scoring, target, _blank(target, None), Bounds(done, done + unknown, len(lines), unknown))
    score.duties = lines
    score.silent = sorted({line.unit for line in lines if line.verdict is Done.INSUFFICIENT})
    return score


def _growth(scoring: Scoring, target: GrowthTarget) -> Score:
    """Greater than the year before, in every part; a year without an accepted return cannot be compared."""
    score = _blank(target, None)
    agencies = [filer.agency for one in scoring.plan.expected(target.form) for filer in one.filers]
    before = scoring.on(scoring.year - 1, date(scoring.year - 1, 12, 31))
    for part in target.parts:
        line = Score(part.id, part.label, target.cite, "growth", counts=True)
        figures = [_growth_figure(one, target, agencies, part.count) for one in (scoring, before)]
        if figures[0] is None or figures[1] is None:
            line.verdict = Verdict.INSUFFICIENT
        else:
            line.bounds = Bounds(figures[0], figures[0], figures[1], 0)
            line.verdict = Verdict.MET if figures[0] > figures[1] else Verdict.NOT_MET
        score.parts.append(line)
    score.verdict = combined([line.verdict for line in score.parts if line.verdict is not None])
    return score


def _growth_figure(scoring: Scoring, target: GrowthTarget, agencies: Sequence[str], what: str) -> int | None:
    window = year_of(scoring.year)
    filings = [
        one for one in scoring.facts.dated(target.form, window, agencies=agencies) if one.unit == scoring.plan.area
    ]
    return growth.counted(scoring.facts, target.form, window, filings, what) if filings else None


# --- all-of, measure --------------------------------------------------------------------------------------------


def _all_of(scoring: Scoring, target: AllOfTarget) -> Score:
    score = _blank(target, None)
    for part in target.parts:
        line = score_target(scoring, part)
        line.counts = True
        score.parts.append(line)
    verdicts = [line.verdict for line in score.parts if line.verdict is not None]
    score.verdict = combined(verdicts)
    score.flags |= {flag for line in score.parts for flag in line.flags if flag is not Flag.READING_DEPENDENT}
    if any(combined(other) is not score.verdict for other in _other_verdicts(score.parts, verdicts)):
        score.flags.add(Flag.READING_DEPENDENT)
    return score


def _other_verdicts(parts: Sequence[Score], verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    """The parts' verdicts with one part read otherwise, for each reading that differs."""
    return [
        [reading.verdict if number == place else verdict for number, verdict in enumerate(verdicts)]
        for place, part in enumerate(parts)
        for reading in part.readings
        if reading.verdict is not part.verdict
    ]


def _measure(scoring: Scoring, target: MeasureTarget) -> Score:
    score = _blank(target, None)
    if scoring.plan.life.holds(scoring.year) and (not target.years or scoring.year in target.years):
        facts, plan, settings = scoring.facts, scoring.plan, scoring.settings
        score.values = measure.values(facts, plan, target.values, scoring.asking(), scoring.annual, settings)
    return score


_RULES: Mapping[type[Any], Callable[[Scoring, Any], Score]] = {
    ShareTarget: _share,
    PersonsTarget: _persons,
    RatioTarget: _ratio,
    MonthsTarget: _months,
    DutiesTarget: _duties,
    GrowthTarget: _growth,
    AllOfTarget: _all_of,
}
