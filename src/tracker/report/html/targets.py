"""The verdicts: a card for each target with its parts, and the sentences above them that a leader reads first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from tracker.messages import lang
from tracker.report import wording
from tracker.report.html import charts
from tracker.report.html.said import (
    Scene,
    figure,
    flags,
    judgement,
    listed,
    noun_of,
    number,
    reading_figure,
    sentence,
    short,
    text,
    tone,
)
from tracker.report.html.view import NO_DRAWING, Card, Judgement, Month, Place, Reading, Tally, Undecided
from tracker.rule import Flag, Score, UnitAnswer, Verdict
from tracker.writing import count, percent

NAMED = 4
"""How many silent units are named where there is room for a sentence."""

ORDER = (
    Verdict.MET,
    Verdict.NOT_MET,
    Verdict.INSUFFICIENT,
    Verdict.NOT_YET_DUE,
    Verdict.NIL,
    Verdict.NOT_APPLICABLE,
)


def judged(scene: Scene) -> list[Score]:
    """The targets that have a verdict, in the order of the plan."""
    return [score for score in scene.plan.scores if score.kind != "measure"]


# --- above the cards ----------------------------------------------------------------------------------------------


def verdict(scene: Scene) -> str:
    """ "2 of 6 targets met, 1 not met, 3 insufficient data": the plan in one sentence."""
    counts = Counter(score.verdict for score in judged(scene))
    if not counts:
        return text("no_targets")
    said = ", ".join(f"{count(counts[one])} {wording.verdict(one)}" for one in ORDER if counts[one])
    return text("verdict", targets=number("targets", sum(counts.values())), counts=said)


def tallies(scene: Scene) -> list[Tally]:
    """Which targets came to which verdict."""
    cards = {one: [_place(scene, score) for score in judged(scene) if score.verdict is one] for one in ORDER}
    return [
        Tally(Judgement(one.value, wording.verdict(one)), count(len(found)), found)
        for one, found in cards.items()
        if found
    ]


def undecided(scene: Scene) -> list[Undecided]:
    """Whose return would decide each target that cannot be told yet."""
    return [
        Undecided(_place(scene, score), " ".join(sentences), names)
        for score in judged(scene)
        if score.verdict is Verdict.INSUFFICIENT
        for sentences, names in [_deciding(scene, score)]
    ]


def _place(scene: Scene, score: Score) -> Place:
    return Place(scene.anchor("target", score.id), short(score.label.said(lang())))


def _deciding(scene: Scene, score: Score) -> tuple[list[str], str]:
    """What is missing, in a sentence, and the first of the silent by name."""
    open_parts = [part for part in score.parts if part.verdict is Verdict.INSUFFICIENT and part.counts]
    silent = sorted({unit for one in (score, *open_parts) for unit in one.silent})
    estimated = len({unit for one in (score, *open_parts) for unit in _estimated(one)})
    if Flag.MISSING_REFERENCE in score.flags:
        return [text("decided_by_list")], ""
    sentences = [text("decided_by_parts", n=count(len(open_parts)))] if open_parts else [_lacking(score)]
    if estimated and not score.masked:
        sentences.append(text("estimated", units=number("units", estimated)))
    return [one for one in sentences if one], listed([scene.name(code) for code in silent[:NAMED]], len(silent))


def _lacking(score: Score) -> str:
    if score.masked or score.bounds is None or score.threshold is None:
        return text("decided_by_silent")
    need, missing = score.bounds.need(score.threshold), number(noun_of(score), score.bounds.missing)
    return text("lacking", need=number("persons", need) if score.kind == "persons" else count(need), missing=missing)


def _estimated(score: Score) -> list[str]:
    """Units that have answered with what does not count for certain."""
    return [] if score.masked else [code for code, it in score.by_unit.items() if not it.missing and it.low < it.high]


# --- the cards ----------------------------------------------------------------------------------------------------


def cards(scene: Scene) -> list[Card]:
    return [_card(scene, score, (score.id,)) for score in judged(scene)]


def _card(scene: Scene, score: Score, path: Sequence[str]) -> Card:
    label = score.label.said(lang())
    href = scene.where("/".join(path), path[0])
    said = judgement(score.verdict)
    return Card(
        id=scene.anchor("target", *path),
        label=sentence(label),
        cite=sentence(score.cite),
        judgement=said,
        figure=figure(score, href, _drawing(scene, score, path)),
        sentences=_sentences(score),
        flags=flags(score) if len(path) == 1 else (),
        months=_months(scene, score, path),
        readings=[
            Reading(one.id, one.label.said(lang()), reading_figure(one, score, href), it, at == 0)
            for at, one in enumerate(score.readings)
            if (it := judgement(one.verdict)) is not None
        ],
        parts=[_card(scene, part, (*path, part.id)) for part in score.parts],
        counts=score.counts is not False,
        href=href,
        kind=score.kind,
        is_divided=any(one.verdict is not score.verdict for one in score.readings),
    )


def _drawing(scene: Scene, score: Score, path: Sequence[str]) -> Markup:
    """Nothing of a figure that is hidden: the length of a bar would tell it."""
    bounds = score.bounds
    if score.masked or bounds is None:
        return NO_DRAWING
    caption = charts.Caption(scene.anchor("drawing", *path), score.label.said(lang()), _described(score))
    if score.kind == "growth":
        return charts.pair(bounds.low, bounds.of, tone(score), caption)
    if bounds.of == 0:
        return NO_DRAWING
    label = text("level", threshold=wording.threshold(score))
    return charts.interval(bounds, score.threshold, label, tone(score), caption)


def _described(score: Score) -> str:
    threshold = text("level", threshold=wording.threshold(score)) if score.threshold is not None else ""
    said = (wording.figure(score), threshold, wording.verdict(score.verdict))
    return "; ".join(part for part in said if part)


def _sentences(score: Score) -> list[str]:
    """What the figures mean, in plain words."""
    if Flag.MISSING_REFERENCE in score.flags:
        return [text("decided_by_list")]
    if score.masked:
        return [text("hidden")]
    bounds, threshold = score.bounds, score.threshold
    if bounds is None or score.kind == "growth":
        return []
    if bounds.of == 0:
        return [text("of_nothing")]
    if threshold is None:
        return []
    facts = {
        "threshold": wording.share(threshold),
        "wanted": count(math.ceil(threshold * bounds.of)),
        "low": count(bounds.low),
        "high": count(bounds.high),
        "of": count(bounds.of),
        "percent": percent(bounds.high, bounds.of),
        "need": count(bounds.need(threshold)),
    }
    if score.verdict is Verdict.MET:
        return [text("sentence.met", **facts)]
    if score.verdict is Verdict.NOT_MET:
        return [text("sentence.never" if bounds.high > bounds.low else "sentence.not_met", **facts)]
    if score.verdict is Verdict.INSUFFICIENT:
        return [text("sentence.insufficient_data", **facts)]
    return [text("sentence.not_yet_due", **facts)] if score.verdict is Verdict.NOT_YET_DUE else []


def _months(scene: Scene, score: Score, path: Sequence[str]) -> list[Month]:
    if score.kind != "months" or score.masked:
        return []
    return list(_strip(scene, score, path))


def _strip(scene: Scene, score: Score, path: Sequence[str]) -> Iterator[Month]:
    for name, answer in score.by_unit.items():
        state = _state(answer)
        href = scene.where("/".join((*path, name)), path[0])
        yield Month(name, wording.month(name) or name, state, text(f"month.{state}"), href)


def _state(answer: UnitAnswer) -> str:
    if answer.missing:
        return "missing"
    return "yes" if answer.low else "no"
