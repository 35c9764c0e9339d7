"""What is said of a unit and of a whole target: answers, verdict, clause, formula, readings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tracker.explain.cells import NO, UNKNOWN, YES, with_code
from tracker.explain.context import Case, Context
from tracker.explanation import Line, Step
from tracker.form import PROVINCE_CODE, SMALL
from tracker.messages import lang, say
from tracker.report import wording
from tracker.rule import Bounds, Score, UnitAnswer, Verdict
from tracker.writing import count, day

if TYPE_CHECKING:
    import pandas as pd


# --- a unit -----------------------------------------------------------------------------------------------------


def unit(case: Case, code: str, below: Sequence[Line], *, counted: Callable[[UnitAnswer], str]) -> Line:
    """A unit with its answer under the deciding reading and under each other; `counted` puts an answer into words."""
    said = case.score.by_unit.get(code)
    key = f"{case.key}/{code}"
    words = counted(said) if said is not None else say("explain.not_asked")
    text = say("explain.unit", unit=named(case, code), said=words)
    facts = {"unit": code, **(answer_facts(said) if said is not None else {})}
    lines = [*below] if said is not None else [*_heirs(case, code), *below]
    if not case.brief:
        lines += [
            Line(
                Step.READING,
                f"{key}/{one.id}",
                say(
                    "explain.unit_reading",
                    label=one.label.said(lang()),
                    said=counted(one.by_unit[code]) if code in one.by_unit else say("explain.not_asked"),
                ),
                {"reading": one.id, **(answer_facts(one.by_unit[code]) if code in one.by_unit else {})},
            )
            for one in case.score.readings
        ]
    return Line(Step.UNIT, key, text, {} if case.brief else facts, lines)


def _heirs(case: Case, code: str) -> Iterator[Line]:
    """The units that one which is no more has become: they stand in the denominator instead."""
    for heir in case.facts.named(code):
        if heir != code:
            text = say("explain.heir", unit=with_code(case, heir))
            yield Line(Step.NOTE, f"{case.key}/{code}/heir.{heir}", text, {"unit": heir})


def answer_facts(said: UnitAnswer) -> dict[str, str]:
    return {"answer": answer_of(said), "low": str(said.low), "high": str(said.high), "of": str(said.of)}


def answer_of(said: UnitAnswer) -> str:
    """ "yes", "no" or "missing" of a unit; of persons "counted" or "estimated" instead of the first two."""
    if said.missing:
        return UNKNOWN
    if said.of == 1 and said.low == said.high:
        return YES if said.low else NO
    return "counted" if said.low == said.high else "estimated"


def answer_words(said: UnitAnswer) -> str:
    return say(f"explain.answer.{answer_of(said)}")


def groups(case: Case, of: Mapping[str, Sequence[str]]) -> list[Line]:
    """A line for each answer with its count, and the units that gave it under it, in the order of their codes."""
    return [
        Line(
            Step.ANSWER,
            f"{case.key}:{answer}",
            say("explain.group", answer=say(f"explain.group_of.{answer}"), n=count(len(codes))),
            {"answer": answer, "count": str(len(codes))},
            [Line(Step.UNIT, f"{case.key}/{code}", named(case, code), {"unit": code}) for code in codes],
        )
        for answer, codes in of.items()
    ]


def named(case: Case, code: str) -> str:
    """A unit with its code; a month is its own name."""
    return wording.month(code) or with_code(case, code)


def conceals(context: Context, form: str, fields: Iterable[str], rows: pd.DataFrame) -> bool:
    """Whether figures of victims or cases among these rows must be hidden: one is small, so all are."""
    small = [name for name in fields if name in context.form(form).small_cells]
    if context.restricted or not small:
        return False
    below = rows[rows["unit"].str.len() > PROVINCE_CODE]
    return bool(below[small].isin(list(SMALL)).to_numpy().any())


def tells_few(context: Context, version: Any, record: Mapping[str, Any], fields: Iterable[str]) -> bool:
    """Whether a record of one version, counting or not, has a small figure of victims or cases among these fields."""
    if context.restricted or len(version.unit) <= PROVINCE_CODE:
        return False
    small = context.form(version.form).small_cells
    return any(name in small and record["answers"].get(name) in SMALL for name in fields)


def by_answer(said: Mapping[str, UnitAnswer], answers: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {answer: [] for answer in answers}
    for code, one in said.items():
        found.setdefault(answer_of(one), []).append(code)
    return found


# --- the whole target -------------------------------------------------------------------------------------------


def head(case: Case, below: Iterable[Line]) -> Line:
    """The verdict, the clause, the threshold of the day, the formula, and what stands under them."""
    score = case.score
    said = wording.verdict(score.verdict)
    sentence = "verdict" if said else "verdict_none"
    text = say(f"explain.{sentence}", label=score.label.said(lang()), verdict=said)
    facts = {"target": case.key, "kind": score.kind, "plan": case.plan.id}
    facts |= {"verdict": score.verdict.value} if score.verdict else {}
    lines = [*clauses(case), *formula(case), *readings(case), *flags(case), *below]
    return Line(Step.VERDICT, case.key, text, facts, lines)


def clauses(case: Case) -> Iterator[Line]:
    """The document, number, date and section of the target, and of each threshold with the day it begins."""
    document = case.plan.citation
    said = (document.number, document.date, document.issued_by.said(lang()))
    about = {"number": document.number, "date": document.date, "section": case.score.cite}
    text = say("explain.clause", document=", ".join(filter(None, said)), section=case.score.cite)
    yield Line(Step.CLAUSE, f"{case.key}:clause", text, about)
    on = case.context.scoring.as_of
    now = case.target.threshold(on)
    for one in case.target.thresholds:
        state = "now" if one is now else "later" if one.first > on else "earlier"
        share, first = wording.share(one.value), day(one.first)
        text = say(f"explain.threshold.{state}", share=share, first=first, section=one.cite)
        facts = {"threshold": str(one.value), "from": one.first.isoformat(), "section": one.cite, "state": state}
        yield Line(Step.CLAUSE, f"{case.key}:threshold/{one.first}", text, facts)


def formula(case: Case) -> Iterator[Line]:
    """The bounds as they were reckoned, and held against the threshold."""
    score, bounds = case.score, case.score.bounds
    key = f"{case.key}:formula"
    if score.masked:
        yield Line(Step.NOTE, key, say("explain.masked"))
    elif bounds is not None and score.kind == "growth":
        grown = say("explain.grown", now=count(bounds.low), before=count(bounds.of))
        yield Line(Step.FORMULA, key, grown, {"now": str(bounds.low), "before": str(bounds.of)})
    elif bounds is not None:
        facts = {"low": str(bounds.low), "high": str(bounds.high), "of": str(bounds.of)}
        text = say(
            "explain.bounds",
            lower=wording.figures(bounds.low, bounds.low, bounds.of),
            upper=wording.figures(bounds.high, bounds.high, bounds.of),
            missing=count(bounds.missing),
        )
        yield Line(Step.FORMULA, key, text, facts | {"missing": str(bounds.missing)})
        if score.threshold is not None and bounds.of and score.verdict is not None:
            yield _compared(case, bounds, score.threshold, score.verdict)


def _compared(case: Case, bounds: Bounds, threshold: Fraction, verdict: Verdict) -> Line:
    product, need = threshold * bounds.of, bounds.need(threshold)
    least = "" if product.denominator == 1 else say("explain.at_least", n=count(math.ceil(product)))
    shared = {"share": wording.share(threshold), "of": count(bounds.of), "product": exact(product)}
    text = say("explain.product", **shared, least=least)
    settled = verdict in (Verdict.MET, Verdict.NOT_MET) and bounds.low == bounds.high
    text += say(
        f"explain.settled.{verdict.value}" if settled else f"explain.compared.{verdict.value}",
        low=count(bounds.low),
        high=count(bounds.high),
        product=exact(product),
    )
    text += say("explain.need", need=count(need)) if need else ""
    facts = {"threshold": str(threshold), "product": str(product), "need": str(need)}
    return Line(Step.FORMULA, f"{case.key}:compared", text, facts)


def exact(value: Fraction) -> str:
    """A whole number, or one with the rest as a decimal fraction, "435,75"; where none is exact, as "435 1/3"."""
    whole, rest = divmod(value.numerator, value.denominator)
    if not rest:
        return count(whole)
    places = next((n for n in (1, 2, 3, 4) if 10**n % value.denominator == 0), 0)
    if not places:
        return f"{count(whole)} {rest}/{value.denominator}"
    return f"{count(whole)}{say('explain.decimal')}{rest * 10**places // value.denominator:0{places}}"


def readings(case: Case) -> Iterator[Line]:
    """What each way to understand the clause gives; the first decides."""
    for number, one in enumerate(case.score.readings):
        bounds = one.bounds
        shown = case.score.masked or bounds is None
        figures = "" if bounds is None else wording.figures(bounds.low, bounds.high, bounds.of)
        text = say(
            "explain.reading" if number else "explain.reading_deciding",
            label=one.label.said(lang()),
            figures=wording.MASKED if shown else figures,
            verdict=wording.verdict(one.verdict),
        )
        facts = {"reading": one.id, "verdict": one.verdict.value}
        if bounds is not None and not shown:
            facts |= {"low": str(bounds.low), "high": str(bounds.high), "of": str(bounds.of)}
        yield Line(Step.READING, f"{case.key}:reading/{one.id}", text, facts)


def flags(case: Case) -> Iterator[Line]:
    for flag in wording.flags_of([_without_parts(case.score)]):
        yield Line(Step.NOTE, f"{case.key}:{flag.value}", say(f"flag.{flag.value}"), {"flag": flag.value})


def _without_parts(score: Score) -> Score:
    return replace(score, parts=[])
