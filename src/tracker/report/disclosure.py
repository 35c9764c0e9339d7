"""What a report may not show: small figures of victims and cases below province level, and what would give them away.

Source: the contract, section 9. Masking is done here, once, before a report has any shape, so that all shapes show
the same. A figure of 1 to 4 is masked; so are the others of its total. That is not always enough: where what is left
would still allow one value only for a small figure, more is masked, until at least two fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tracker.form import PROVINCE_CODE, SMALL
from tracker.forms import FORMS
from tracker.plan import AllOfTarget, AnyTarget, Figure, Plan, RatioTarget
from tracker.problems import Problem
from tracker.report.content import Fault
from tracker.report.disclosed_totals import leaves_choice
from tracker.report.disclosed_values import masked_values
from tracker.rule import Bounds, Flag, ReadingScore, Score

PLACES_IN_WORDS = frozenset({"label", "at", "parts", "why"})
"""Facts of a problem that say where and what, never how many; so do those that end in "_label"."""

STEPS = [step for size in SMALL for step in (size, -size)]
"""How much two lines may exchange in search of other figures that print the same."""


def masked(scores: Sequence[Score], plan: Plan | None = None, *, restricted: bool) -> list[Score]:
    """The scores as they may be shown. `plan` tells which figures of different targets are the same one."""
    if restricted:
        return list(scores)
    shown = [_masked(score) for score in scores]
    if plan is not None:
        _mask_shared_wholes(list(_ratios(shown, plan)))
    shown = masked_values(shown, plan)
    for score in shown:
        _flag(score)
    return shown


def _masked(score: Score) -> Score:
    """The score with its small figures hidden, and the whole of it where its lines could be told from that."""
    lines = _together(score.districts)
    told = _is_told(score, lines)
    return replace(
        score,
        parts=[_masked(part) for part in score.parts],
        districts=lines,
        masked=_is_small(score) or told,
        readings=[_bare(one, hidden=_is_small(score) or told, small=score.small_cells) for one in score.readings],
        by_unit={} if _speaks(score, lines) else score.by_unit,
        flags=set(score.flags),
    )


def _is_told(score: Score, lines: Sequence[Score]) -> bool:
    """Whether hidden lines could be told from the total over them."""
    hidden = [line for line in lines if line.masked]
    if not hidden or score.bounds is None:
        return False
    verdicts = [line.verdict for line in hidden]
    return not leaves_choice(verdicts, hidden[0].threshold, score.bounds.low, score.bounds.of)


def _speaks(score: Score, lines: Sequence[Score]) -> bool:
    """Whether what single units add to the score would tell what is hidden."""
    return score.small_cells or any(line.small_cells for line in lines)


def _is_small(score: Score) -> bool:
    return score.small_cells and score.bounds is not None and _small(score.bounds)


def _small(bounds: Bounds) -> bool:
    return not {bounds.low, bounds.high, bounds.of}.isdisjoint(SMALL)


def _bare(one: ReadingScore, *, hidden: bool, small: bool) -> ReadingScore:
    """Another reading of a hidden score has no figures; nor has one whose own are small."""
    if not small:
        return one
    keep = one.bounds is not None and not hidden and not _small(one.bounds)
    return replace(one, bounds=one.bounds if keep else None, by_unit={})


def _together(lines: Sequence[Score]) -> list[Score]:
    """Lines of districts add up to the printed whole: when one is hidden, all are."""
    hidden = any(map(_is_small, lines))
    return [
        replace(line, masked=hidden and line.bounds is not None, by_unit={} if line.small_cells else line.by_unit)
        for line in lines
    ]


def _flag(score: Score) -> None:
    """A score with anything hidden in it says so."""
    for part in score.parts:
        _flag(part)
    parts = any(Flag.MASKED in part.flags for part in score.parts)
    lines = any(line.masked for line in score.districts)
    if score.masked or parts or lines or any(one.masked for one in score.values):
        score.flags.add(Flag.MASKED)


# --- whether parts of known wholes leave a choice ---------------------------------------------------------------


def _ambiguous(hidden: Sequence[Score]) -> bool:
    """Whether hidden lines whose wholes are printed elsewhere could exchange some of their parts, two by two."""
    few = [line for line in hidden if line.bounds is not None and line.bounds.low in SMALL]
    return all(any(_may_swap(line, other) for other in hidden if other is not line) for line in few)


def _may_swap(line: Score, other: Score) -> bool:
    return any(_moved(line, step) and _moved(other, -step) for step in STEPS)


def _moved(line: Score, step: int) -> bool:
    """Whether the line could have more or less of the same whole, with the same verdict."""
    bounds = line.bounds
    if bounds is None or not 0 <= bounds.low + step <= bounds.of:
        return False
    moved = Bounds(bounds.low + step, bounds.low + step, bounds.of, 0)
    return line.threshold is None or moved.verdict(line.threshold) is bounds.verdict(line.threshold)


# --- wholes that several targets share --------------------------------------------------------------------------

Ratio = tuple[Score, Figure]
"""A share of cases, with the figure that it is of."""


def _ratios(scores: Iterable[Score], plan: Plan) -> Iterator[Ratio]:
    """The shares of cases of a plan, also those within other targets."""
    declared = {target.id: target for target in plan.targets}
    for score in scores:
        target: AnyTarget | None = declared.get(score.id)
        if isinstance(target, RatioTarget):
            yield score, target.denominator
        elif isinstance(target, AllOfTarget):
            within = {part.id: part for part in target.parts}
            for part in score.parts:
                of = within.get(part.id)
                if isinstance(of, RatioTarget):
                    yield part, of.denominator


def _mask_shared_wholes(ratios: Sequence[Ratio]) -> None:
    """Hides what a masked share is of also where another target prints it, if it would leave one value only."""
    again = True
    while again:
        again = False
        for score, whole in ratios:
            for other, its in ratios:
                if other is not score and its == whole:
                    again |= _hide_if_told(score, other)


def _hide_if_told(score: Score, other: Score) -> bool:
    changed = False
    if score.masked and not other.masked and other.bounds is not None and not _free(score):
        other.masked = changed = True
        other.readings = [replace(one, bounds=None, by_unit={}) for one in other.readings]
    hidden = [line for line in score.districts if line.masked]
    open_lines = [line for line in other.districts if not line.masked and line.bounds is not None]
    if hidden and open_lines and not (_ambiguous(hidden) and all(map(_free, hidden))):
        for line in open_lines:
            line.masked = True
        other.masked = other.masked or _is_told(other, other.districts)
        changed = True
    return changed


def _free(score: Score) -> bool:
    """Whether two small figures at least would give the verdict of a score, what it is of being known."""
    bounds = score.bounds
    if bounds is None or score.threshold is None or bounds.low not in SMALL:
        return True
    verdict = bounds.verdict(score.threshold)
    fitting = [n for n in SMALL if Bounds(n, n, bounds.of, 0).verdict(score.threshold) is verdict]
    return len(fitting) > 1


# --- faults -----------------------------------------------------------------------------------------------------


def masked_faults(faults: Sequence[Fault], *, restricted: bool) -> list[Fault]:
    """The faults as they may be shown: none tells a figure of victims or cases below province level."""
    if restricted:
        return list(faults)
    return [replace(one, problem=masked_problem(one.problem, one.unit)) for one in faults]


def masked_problem(one: Problem, unit: str) -> Problem:
    """A problem of a unit's return as it may be shown."""
    small = FORMS[one.form].small_cells if one.form in FORMS and len(unit) > PROVINCE_CODE else ()
    if one.field not in small and (one.field or not small):
        return one
    facts = {name: fact for name, fact in one.facts.items() if name in PLACES_IN_WORDS or name.endswith("_label")}
    return replace(one, found="", facts=facts)
