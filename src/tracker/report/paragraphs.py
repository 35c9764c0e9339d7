"""Each target in plain words: what the clause asks, what came out, why, what the silent could change, what is needed.

Says what the report shows and no more: of a masked figure only that it is masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.messages import lang, say
from tracker.report import wording
from tracker.report.content import PlanReport, Report
from tracker.report.wording import Naming
from tracker.rule import Bounds, Flag, Score, Verdict
from tracker.submission import STATES
from tracker.writing import count, day, fraction, percent

NAMED = 12  # silent units named in a sentence; the list is elsewhere


def target(score: Score, report: Report, one: PlanReport, names: Naming) -> str:
    """One paragraph for a target or a part of it."""
    said = [
        _asked(score),
        _result(score, report, one),
        _judged(score),
        _needed(score),
        _silent(score, names),
        _months_without(score, names),
        *_otherwise(score),
        *(say(f"flag.{flag.value}") for flag in Flag if flag in score.flags),
    ]
    return " ".join(sentence for sentence in said if sentence)


def submission(one: PlanReport) -> str:
    """How many of the expected returns came, on time, late or not at all."""
    lines = one.submissions
    facts = {state: count(sum(line.count(state) for line in lines)) for state in STATES}
    return say("annex.submission", expected=count(sum(len(line.filers) for line in lines)), **facts)


def _asked(score: Score) -> str:
    if score.threshold is None:
        return say("annex.asked_of_parts" if score.parts else "annex.asked", cite=score.cite)
    cite = score.threshold_cite or score.cite
    return say("annex.asked_for", cite=cite, threshold=wording.threshold(score))


def _result(score: Score, report: Report, one: PlanReport) -> str:
    bounds = score.bounds
    if score.masked:
        return say("annex.result_masked", day=day(report.as_of))
    if bounds is None:
        return "" if score.parts or score.kind == "measure" else say("annex.result_unknown")
    if not bounds.of and score.verdict is Verdict.NIL:
        return ""
    if score.kind == "growth":
        return say("annex.result_growth", now=count(bounds.low), before=count(bounds.of))
    facts = {"day": day(report.as_of), "units": count(one.communes), "low": _share(bounds.low, bounds.of)}
    if bounds.low == bounds.high:
        return say("annex.result", **facts)
    return say("annex.result_between", high=_share(bounds.high, bounds.of), **facts)


def _share(numerator: int, denominator: int) -> str:
    return f"{fraction(numerator, denominator)} ({percent(numerator, denominator)})"


def _judged(score: Score) -> str:
    """The verdict and why."""
    if score.verdict is None:
        return say("annex.no_effect") if score.counts is False else ""
    verdict = wording.verdict(score.verdict)
    why = _why(score)
    return say("annex.verdict_why", verdict=verdict, why=why) if why else say("annex.verdict", verdict=verdict)


def _why(score: Score) -> str:
    verdict, bounds = score.verdict, score.bounds
    assert verdict is not None
    if verdict in (Verdict.NIL, Verdict.NOT_YET_DUE, Verdict.NOT_APPLICABLE):
        return say(f"annex.why.{verdict.value}")
    if score.parts and bounds is None:
        return say(f"annex.why.parts_{verdict.value}")
    if score.masked or bounds is None or score.threshold is None:
        return ""
    facts = {"threshold": wording.threshold(score), "high": _share(bounds.high, bounds.of)}
    certain = "certain_" if bounds.low == bounds.high else ""
    return say(f"annex.why.{certain}{verdict.value}", n=count(bounds.high - bounds.low), **facts)


def _needed(score: Score) -> str:
    more = wording.need(score)
    return say("annex.need", n=more) if more and score.verdict is not Verdict.MET else ""


def _silent(score: Score, names: Naming) -> str:
    """Who has not answered, by name where they are few."""
    if not score.silent or score.kind == "months":
        return ""
    n = len(score.silent)
    if n > NAMED:
        return say("annex.silent_many", n=count(n))
    return say("annex.silent", n=count(n), names=", ".join(names.unit(code) for code in score.silent))


def _months_without(score: Score, names: Naming) -> str:
    if score.kind != "months" or not score.by_unit:
        return ""
    without = [names.unit(name) for name, said in score.by_unit.items() if not said.low and not said.missing]
    unknown = [names.unit(name) for name, said in score.by_unit.items() if said.missing]
    said = [say("annex.months_without", names=", ".join(without))] if without else []
    said += [say("annex.months_unknown", names=", ".join(unknown))] if unknown else []
    return " ".join(said)


def _otherwise(score: Score) -> Iterator[str]:
    """What each other reading of the clause would give."""
    for one in score.readings[1:]:
        facts = {"label": one.label.said(lang()), "verdict": wording.verdict(one.verdict)}
        if score.masked or one.bounds is None:
            yield say("annex.reading_masked", **facts)
        else:
            yield say("annex.reading", figure=_between(one.bounds), **facts)


def _between(bounds: Bounds) -> str:
    if bounds.low == bounds.high:
        return _share(bounds.low, bounds.of)
    return say("annex.between", low=_share(bounds.low, bounds.of), high=_share(bounds.high, bounds.of))


def silent_by_district(score: Score, names: Naming, district_of: dict[str, str]) -> list[tuple[str, str]]:
    """The silent units of a score, named under their districts; those of no district come last, under ""."""
    below: dict[str, list[str]] = {}
    for code in score.silent:
        below.setdefault(district_of.get(code, ""), []).append(names.unit(code))
    ordered: Sequence[str] = sorted(below, key=lambda code: (not code, code))
    return [(names.place(code) if code else "", ", ".join(below[code])) for code in ordered]
