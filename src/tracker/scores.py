"""Facts held against a plan: each target's score with its citation, readings, parts, districts and silent units.

One table says which rule scores which kind; no plan is known by name. Everything is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from tracker.judging import (
    area_lines,
    below_province,
    blank,
    judged,
    not_known,
    read_otherwise,
    tally_lines,
    units_by_line,
    without_list,
)
from tracker.plan import (
    LIST_OF_PLACES,
    AllOfTarget,
    Chosen,
    DutiesTarget,
    Figure,
    GrowthTarget,
    MeasureTarget,
    MonthsTarget,
    PersonsTarget,
    RatioTarget,
    Reading,
    ShareTarget,
    Target,
    Threshold,
    Words,
)
from tracker.rule import (
    MISSING,
    NO,
    YES,
    Bounds,
    Done,
    DutyScore,
    Flag,
    Score,
    Tally,
    Verdict,
    combined,
)
from tracker.rules import duties, figure, growth, measure, months, persons, ratio, share
from tracker.scoring import Scoring

__all__ = ["Scoring", "score_plan", "score_target"]


def score_plan(scoring: Scoring) -> list[Score]:
    """Every target of the plan, in its order."""
    return [score_target(scoring, target) for target in scoring.plan.targets]


def score_target(scoring: Scoring, target: Target) -> Score:
    if isinstance(target, MeasureTarget):
        return _measure(scoring, target)
    if not scoring.plan.life.holds(scoring.year):
        return blank(target, Verdict.NOT_APPLICABLE)
    score = _RULES[type(target)](scoring, target)
    _flag_years(scoring, target, score)
    return score


# --- milestones -------------------------------------------------------------------------------------------------


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


# --- share ------------------------------------------------------------------------------------------------------


def _share(scoring: Scoring, target: ShareTarget) -> Score:
    units = scoring.units(target.over)
    if units is None:
        return without_list(scoring, target)
    tally = _tally(scoring, target.test, units)
    score = judged(scoring, target, blank(target, None), tally.bounds())
    score.silent, score.by_unit = tally.silent(), dict(tally.by_unit)
    score.districts = tally_lines(scoring, target, target.over, units, tally)

    def otherwise(reading: Reading) -> Tally | None:
        over = scoring.units(reading.over or target.over)
        return None if over is None else _tally(scoring, reading.test or target.test, over)

    read_otherwise(scoring, target, score, otherwise)
    return score


def _tally(scoring: Scoring, test: Any, units: Sequence[str]) -> Tally:
    return share.tally(scoring.facts, scoring.plan, test, units, scoring.asking(), scoring.duty_of)


# --- persons ----------------------------------------------------------------------------------------------------


def _persons(scoring: Scoring, target: PersonsTarget) -> Score:
    units = scoring.units(target.over)
    asked = _People(target.over, target.quantity, target.reference, target.reference_form)
    whole = _persons_of(scoring, target, asked)
    if units is None or whole is None:
        by_list = units is None or target.reference_form == LIST_OF_PLACES
        return without_list(scoring, target) if by_list else _without_population(scoring, target, units or [])
    score = judged(scoring, target, blank(target, None), whole.bounds())
    score.silent, score.by_unit = whole.silent(), dict(whole.by_unit)
    score.districts = tally_lines(scoring, target, target.over, units, whole)
    for part in target.parts:
        counted = _persons_of(
            scoring, target, _People(target.over, part.quantity, part.reference, part.reference_form)
        )
        line = Score(part.id, part.label, target.cite, "persons", counts=False)
        line.bounds = counted.bounds() if counted is not None else None
        if counted is not None and not scoring.is_masked_when_small(target.form, part.quantity):
            line.by_unit = dict(counted.by_unit)  # not of victims, of whom units would tell too much
        score.parts.append(line)
    small = scoring.is_masked_when_small(target.form, target.quantity)
    for line in (*below_province(scoring, score), *((score, *score.parts) if len(scoring.plan.area) > 2 else ())):
        line.small_cells = small

    def otherwise(reading: Reading) -> Tally | None:
        form = reading.reference_form or target.reference_form
        quantity, population = reading.quantity or target.quantity, reading.reference or target.reference
        return _persons_of(scoring, target, _People(reading.over or target.over, quantity, population, form))

    read_otherwise(scoring, target, score, otherwise)
    return score


class _People(NamedTuple):
    """Which people of which units: the field that counts them, and the field and form of the population."""

    over: Chosen
    quantity: str
    reference: str
    reference_form: str


def _persons_of(scoring: Scoring, target: PersonsTarget, asked: _People) -> Tally | None:
    """Bounds by unit; None when the list, or the population of any unit, is missing."""
    units = scoring.units(asked.over)
    if units is None:
        return None
    if asked.reference_form == LIST_OF_PLACES:
        listed = scoring.listed()
        known = None if listed.empty else _listed_populations(scoring, units, listed, asked.reference)
    else:
        known = _told_populations(scoring, units, asked)
    if known is None:
        return None
    return persons.persons(scoring.facts, scoring.plan, target, known, asked.quantity, scoring.asking())


def _listed_populations(
    scoring: Scoring, units: Sequence[str], listed: pd.DataFrame, field: str
) -> Mapping[str, int] | None:
    return persons.populations(scoring.facts, scoring.plan, units, listed, field)


def _told_populations(scoring: Scoring, units: Sequence[str], asked: _People) -> Mapping[str, int] | None:
    """What the units themselves say; None as soon as one does not."""
    said = scoring.figures(Figure(form=asked.reference_form, field=asked.reference))
    told = {unit: said.get(unit) for unit in units}
    known = {unit: people for unit, people in told.items() if people is not None}
    return known if len(known) == len(told) else None


def _without_population(scoring: Scoring, target: PersonsTarget, units: Sequence[str]) -> Score:
    """Of a unit that has not said its population nobody knows what share it is."""
    said = scoring.figures(Figure(form=target.reference_form, field=target.reference))
    return not_known(scoring, target, [unit for unit in units if said.get(unit) is None])


# --- ratio, months, duties, growth ------------------------------------------------------------------------------


def _ratio(scoring: Scoring, target: RatioTarget) -> Score:
    numerators, denominators = scoring.figures(target.numerator), scoring.figures(target.denominator)
    bounds = ratio.bounds(numerators, denominators)
    if bounds is None:
        score = not_known(scoring, target, ratio.silent(numerators, denominators))
    else:
        score = judged(scoring, target, blank(target, None), bounds)
    score.by_unit = ratio.by_unit(numerators, denominators)
    score.districts = _ratio_districts(scoring, target, numerators, denominators)
    fields = ((one.form, one.field) for one in (target.numerator, target.denominator))
    small = any(scoring.is_masked_when_small(form, field) for form, field in fields)
    for line in (*below_province(scoring, score), *([score] if len(scoring.plan.area) > 2 else [])):
        line.small_cells = small

    def otherwise(reading: Reading) -> Bounds | None:
        figures = (reading.numerator or target.numerator, reading.denominator or target.denominator)
        return ratio.bounds(*map(scoring.figures, figures))

    if bounds is not None:
        read_otherwise(scoring, target, score, otherwise)
    return score


def _ratio_districts(
    scoring: Scoring, target: RatioTarget, numerators: dict[str, int | None], denominators: dict[str, int | None]
) -> list[Score]:
    """A line for each district, where it is districts or communes that file both figures."""
    units = {*numerators, *denominators}
    if not scoring.has_districts or scoring.plan.area in units:
        return []
    below = units_by_line(scoring, units)
    lines = []
    for district, line in area_lines(scoring, target):
        parts = [figure.of_units(said, below.get(district, [])) for said in (numerators, denominators)]
        bounds = ratio.bounds(*parts)
        due = target.threshold(scoring.as_of) is not None
        line.verdict = Verdict.INSUFFICIENT if due else Verdict.NOT_YET_DUE
        line.silent, line.by_unit = ratio.silent(*parts), ratio.by_unit(*parts)
        lines.append(judged(scoring, target, line, bounds) if bounds is not None else line)
    return lines


def _months(scoring: Scoring, target: MonthsTarget) -> Score:
    asking = scoring.asking()
    if asking.listed is None and months.asks_for_list(target.where):
        return without_list(scoring, target)
    tally = months.tally(scoring.facts, scoring.plan, target, target.where, asking)
    score = judged(scoring, target, blank(target, None), tally.bounds())
    score.silent, score.by_unit = tally.silent(), dict(tally.by_unit)
    if months.provisional(scoring.facts, target, tally):
        score.flags.add(Flag.PROVISIONAL)
    read_otherwise(scoring, target, score, lambda reading: _months_read(scoring, target, reading))
    if target.since is not None:
        score.parts.append(_since(scoring, target, tally.bounds()))
    return score


def _months_read(scoring: Scoring, target: MonthsTarget, reading: Reading) -> Tally | None:
    """None for a reading that needs the list of press agencies where there is none."""
    where, asking = reading.where or target.where, scoring.asking()
    if asking.listed is None and months.asks_for_list(where):
        return None
    return months.tally(scoring.facts, scoring.plan, target, where, asking)


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
    return months.tally(facts, scoring.plan, target, target.where, scoring.asking()).bounds()


def _duties(scoring: Scoring, target: DutiesTarget) -> Score:
    lines: list[DutyScore] = duties.scored(scoring.facts, scoring.plan, target.duties, target.window)
    done = sum(line.verdict is Done.DONE for line in lines)
    unknown = sum(line.verdict is Done.INSUFFICIENT for line in lines)
    score = judged(scoring, target, blank(target, None), Bounds(done, done + unknown, len(lines), unknown))
    score.duties = lines
    score.by_unit = {f"{line.id} {line.unit}": _OF_DUTY[line.verdict] for line in lines}
    score.silent = sorted({line.unit for line in lines if line.verdict is Done.INSUFFICIENT})
    return score


_OF_DUTY = {Done.DONE: YES, Done.NOT_DONE: NO, Done.INSUFFICIENT: MISSING}


def _growth(scoring: Scoring, target: GrowthTarget) -> Score:
    """Greater than the year before, in every part; a year without an accepted return cannot be compared.

    What was refused may only add: to this year's figure that is not the greater, to the earlier one that is.
    """
    score = blank(target, None)
    due = scoring.as_of >= target.since
    below_province = len(scoring.plan.area) > 2
    before = scoring.on(scoring.year - 1, date(scoring.year - 1, 12, 31))
    for part in target.parts:
        line = Score(part.id, part.label, target.cite, "growth", counts=True)
        line.small_cells = below_province and scoring.is_masked_when_small(target.form, part.field)
        figures = [growth.counted(one.facts, one.plan, target, part, one.asking()) for one in (scoring, before)]
        if figures[0] is None or figures[1] is None:
            line.verdict = Verdict.INSUFFICIENT
        else:
            line.bounds = Bounds(figures[0], figures[0], figures[1], 0)
            grew = figures[0] > figures[1]
            unsure = (before if grew else scoring).hiding(target.form, target.window)
            line.verdict = Verdict.INSUFFICIENT if unsure else Verdict.MET if grew else Verdict.NOT_MET
        line.verdict = line.verdict if due else Verdict.NOT_YET_DUE
        score.parts.append(line)
    score.verdict = combined([line.verdict for line in score.parts if line.verdict is not None])
    return score


# --- all-of, measure --------------------------------------------------------------------------------------------


def _all_of(scoring: Scoring, target: AllOfTarget) -> Score:
    score = blank(target, None)
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
    score = blank(target, None)
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
