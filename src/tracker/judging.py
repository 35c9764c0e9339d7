"""What every kind of target shares: bounds held against the threshold of the day, readings, lines of an area."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from tracker.plan import Chosen, Reading, Target, Words
from tracker.rule import Bounds, Flag, ReadingScore, Score, Tally, UnitAnswer, Verdict

if TYPE_CHECKING:
    from tracker.scoring import Scoring


def blank(target: Target, verdict: Verdict | None) -> Score:
    """A score without figures."""
    kind = getattr(target, "kind", "")
    return Score(target.id, target.label, target.cite, "share" if kind == "ratio" else kind, verdict=verdict)


def insufficient(target: Target, *flags: Flag) -> Score:
    """A score that nothing can be said of."""
    score = blank(target, Verdict.INSUFFICIENT)
    score.flags |= set(flags)
    return score


def judged(scoring: Scoring, target: Target, score: Score, bounds: Bounds) -> Score:
    """Holds bounds against the threshold of the day; before the first milestone the figures only show."""
    threshold = target.threshold(scoring.as_of) or target.first_threshold
    score.bounds = bounds
    if threshold is not None:
        score.threshold, score.threshold_cite = threshold.value, threshold.cite
        score.verdict = verdict_of(scoring, target, bounds)
    return score


def verdict_of(scoring: Scoring, target: Target, bounds: Bounds) -> Verdict:
    """What the threshold of the day says of bounds."""
    threshold = target.threshold(scoring.as_of)
    return bounds.verdict(threshold.value) if threshold is not None else Verdict.NOT_YET_DUE


def without_list(scoring: Scoring, target: Target) -> Score:
    """A score that waits for a list of the province."""
    score = insufficient(target, Flag.MISSING_REFERENCE)
    if target.threshold(scoring.as_of) is None:
        score.verdict = Verdict.NOT_YET_DUE
    return score


def not_known(scoring: Scoring, target: Target, silent: Sequence[str]) -> Score:
    """A score that waits for what some units have not said."""
    score = insufficient(target)
    if target.threshold(scoring.as_of) is None:
        score.verdict = Verdict.NOT_YET_DUE
    score.silent = sorted(silent)
    return score


# --- readings ---------------------------------------------------------------------------------------------------


Counted = Tally | Bounds
"""What a reading counts: units or persons, or bounds alone."""


def read_otherwise(
    scoring: Scoring, target: Target, score: Score, counted_by: Callable[[Reading], Counted | None]
) -> None:
    """Computes every reading; the first decides, and a flag says when another would decide otherwise."""
    for number, reading in enumerate(target.readings):
        bounds, by_unit = (score.bounds, score.by_unit) if number == 0 else _opened(counted_by(reading))
        if bounds is None:
            continue
        verdict = verdict_of(scoring, target, bounds)
        score.readings.append(ReadingScore(reading.id, reading.label, verdict, bounds, by_unit))
        if verdict is not score.verdict:
            score.flags.add(Flag.READING_DEPENDENT)


def _opened(counted: Counted | None) -> tuple[Bounds | None, dict[str, UnitAnswer]]:
    """The bounds, and what each unit adds to them."""
    return (
        (counted, {}) if counted is None or isinstance(counted, Bounds) else (counted.bounds(), dict(counted.by_unit))
    )


# --- lines of an area -------------------------------------------------------------------------------------------


def tally_lines(scoring: Scoring, target: Target, over: Chosen, units: Sequence[str], whole: Tally) -> list[Score]:
    """The same formula on each district's units: its level against the province's target, no target of its own.

    A target over some places only has lines of those alone.
    """
    if not scoring.has_districts or over.of == "area":
        return []
    below = units_by_line(scoring, units)
    lines = []
    for district, line in area_lines(scoring, target):
        if district in below or not (over.within or over.units):
            part = whole.of(below.get(district, []))
            line.silent, line.by_unit = part.silent(), dict(part.by_unit)
            lines.append(judged(scoring, target, line, part.bounds()))
    return lines


def units_by_line(scoring: Scoring, units: Iterable[str]) -> dict[str, list[str]]:
    """Units by the one on whose line they stand."""
    below: dict[str, list[str]] = {}
    for unit in units:
        below.setdefault(scoring.facts.line_of(unit), []).append(unit)
    return below


def area_lines(scoring: Scoring, target: Target) -> Iterator[tuple[str, Score]]:
    """An empty line for each district of a province, or each province of the country."""
    for one in scoring.facts.lines():
        yield one.code, Score(one.code, Words(vi=one.full_name, en=one.full_name), target.cite, "district")


def below_province(scoring: Scoring, score: Score) -> Sequence[Score]:
    """The lines of a score that speak of less than a province."""
    return [] if scoring.facts.of_country else score.districts
