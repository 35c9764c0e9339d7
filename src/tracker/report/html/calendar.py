"""When things were done: activities by week of a campaign, and the days on which they were to culminate."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.messages import lang
from tracker.report import content
from tracker.report.html import charts
from tracker.report.html.said import Scene, text
from tracker.report.html.view import Timeline, Week
from tracker.writing import count, day

LAST_OF_WEEK = timedelta(days=6)


def timelines(scene: Scene) -> list[Timeline]:
    return [_timeline(scene, one) for one in scene.plan.timelines]


def _timeline(scene: Scene, one: content.Timeline) -> Timeline:
    id, label = scene.anchor("weeks", one.window), one.label.said(lang())
    summary = _summary(one)
    caption = charts.Caption(f"{id}-drawing", label, summary)
    counted = [(first, count(n), n) for first, n in one.weeks]
    return Timeline(
        id=id,
        label=label,
        summary=summary,
        peak=text("peak", days=_days(*one.peak)) if one.peak else "",
        drawing=charts.weeks((one.first, one.last), counted, one.peak, caption),
        weeks=[_week(one, first, n) for first, n in one.weeks],
    )


def _summary(one: content.Timeline) -> str:
    """All activities of the window, and its busiest week."""
    total = sum(n for _, n in one.weeks)
    facts = {"days": _days(one.first, one.last), "n": count(total)}
    if not total:
        return text("weeks_none", **facts)
    first, most = max(one.weeks, key=lambda week: week[1])
    return text("weeks", **facts, busiest=_days(first, min(first + LAST_OF_WEEK, one.last)), most=count(most))


def _week(one: content.Timeline, first: date, n: int) -> Week:
    last = min(first + LAST_OF_WEEK, one.last)
    in_peak = one.peak is not None and first <= one.peak[1] and one.peak[0] <= last
    return Week(day(first), day(last), count(n), in_peak)


def _days(first: date, last: date) -> str:
    return f"{day(first)}–{day(last)}"
