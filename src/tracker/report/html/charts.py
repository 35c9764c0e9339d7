"""Drawings in SVG, from whole numbers. Positions are percentages of the width, so that a drawing fits any screen.

Colours come from the page's style by class. Nothing here is drawn of a figure that is hidden: who calls sees to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from markupsafe import Markup

from tracker.rule import Bounds
from tracker.writing import day

ROW = Markup('<svg class="bar {tone}" height="14" aria-hidden="true">{parts}</svg>')
FIGURE = Markup(
    '<svg class="{kind}" height="{height}" role="img" aria-labelledby="{id}-t" aria-describedby="{id}-d">'
    '<title id="{id}-t">{title}</title><desc id="{id}-d">{desc}</desc>{parts}</svg>'
)
RECT = Markup('<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}"/>')
TEXT = Markup('<text x="{x}" y="{y}" text-anchor="{anchor}"{more}>{text}</text>')
LINE = Markup('<line class="{kind}" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>')


@dataclass(frozen=True, slots=True)
class Caption:
    """What a drawing is and what it shows, for those who hear the page; `id` is its own on the page."""

    id: str
    title: str
    desc: str


NEAR_THE_EDGE = (Fraction(1, 10), Fraction(9, 10))


def at(part: Fraction | int) -> str:
    """A share of the width, between none and all of it: 3/8 is "37.5%"; cut to hundredths."""
    hundredths = int(min(max(Fraction(part), Fraction(0)), Fraction(1)) * 10000)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"


def interval(bounds: Bounds, threshold: Fraction | None, label: str, tone: str, caption: Caption) -> Markup:
    """What is certain, what is possible, and the threshold with its label under it."""
    parts = _span(bounds, 4, 16)
    if threshold is not None:
        anchor = "start" if threshold < NEAR_THE_EDGE[0] else "end" if threshold > NEAR_THE_EDGE[1] else "middle"
        parts += _mark(threshold, 24)
        parts += TEXT.format(x=at(threshold), y=38, anchor=anchor, more="", text=label)
    height = 42 if threshold is not None else 24
    return _figure(f"interval {tone}", height, caption, parts)


def _figure(kind: str, height: int, caption: Caption, parts: Markup) -> Markup:
    return FIGURE.format(kind=kind, height=height, id=caption.id, title=caption.title, desc=caption.desc, parts=parts)


def bar(bounds: Bounds, threshold: Fraction | None, tone: str) -> Markup:
    """The same in one line of a table, whose cells say it in words."""
    parts = _span(bounds, 2, 10)
    if threshold is not None:
        parts += _mark(threshold, 14)
    return ROW.format(tone=tone, parts=parts)


def _mark(threshold: Fraction, bottom: int) -> Markup:
    """A line with a pale edge, so that it stands out on any colour."""
    where = at(threshold)
    kinds = ("halo", "threshold")
    return Markup().join(LINE.format(kind=kind, x=where, top=0, bottom=bottom) for kind in kinds)


def _span(bounds: Bounds, y: int, height: int) -> Markup:
    parts = RECT.format(kind="track", x=0, y=y, width="100%", height=height)
    if bounds.of <= 0:
        return parts
    low, high = (min(Fraction(n, bounds.of), Fraction(1)) for n in (bounds.low, bounds.high))
    if low > 0:
        parts += RECT.format(kind="certain", x=0, y=y, width=at(low), height=height)
    if high > low:
        parts += RECT.format(kind="possible", x=at(low), y=y, width=at(high - low), height=height)
    return parts


def pair(now: int, before: int, tone: str, caption: Caption) -> Markup:
    """This year over the year before, on one scale."""
    most = max(now, before, 1)
    parts = RECT.format(kind="certain", x=0, y=2, width=at(Fraction(now, most)), height=12)
    parts += RECT.format(kind="before", x=0, y=18, width=at(Fraction(before, most)), height=12)
    return _figure(f"interval {tone}", 32, caption, parts)


def stack(counts: Sequence[tuple[str, int]]) -> Markup:
    """Counts side by side, each in the colour of its state."""
    whole = sum(n for _, n in counts)
    parts, before = Markup(), 0
    for state, n in counts:
        if n:
            x, width = at(Fraction(before, whole)), at(Fraction(n, whole))
            parts += RECT.format(kind=state, x=x, y=2, width=width, height=10)
        before += n
    return ROW.format(tone="stack", parts=parts)


# --- activities by week -------------------------------------------------------------------------------------------

TALLEST, FOOT = 120, 150
FEW_WEEKS = 16  # more than these would have their counts overlap on a narrow screen
WEEK, NEXT_MONTH, DAY = timedelta(days=7), timedelta(days=32), timedelta(days=1)

Days = tuple[date, date]
"""The first and the last, both meant."""


def weeks(days: Days, counted: Sequence[tuple[date, str, int]], peak: Days | None, caption: Caption) -> Markup:
    """A column for each week (first day, count in words, count); behind them the days of the peak."""
    most = max((n for _, _, n in counted), default=0) or 1
    parts = Markup()
    if peak:
        left, right = _along(days, peak[0]), _along(days, peak[1] + DAY)
        parts += RECT.format(kind="peak", x=at(left), y=0, width=at(right - left), height=FOOT)
    for first, words, n in counted:
        left, right = _along(days, first), _along(days, min(first + WEEK, days[1] + DAY))
        gap, tall = (right - left) / 10, n * TALLEST // most
        x, width = at(left + gap), at(right - left - 2 * gap)
        parts += RECT.format(kind="certain", x=x, y=FOOT - tall, width=width, height=tall)
        if len(counted) <= FEW_WEEKS or n == most:
            middle = at((left + right) / 2)
            parts += TEXT.format(x=middle, y=FOOT - tall - 6, anchor="middle", more="", text=words)
    parts += RECT.format(kind="axis", x=0, y=FOOT, width="100%", height=1)
    return _figure("weeks", FOOT + 26, caption, parts + _dates(days))


def _along(days: Days, day: date) -> Fraction:
    """How far along the window a day begins."""
    return Fraction((day - days[0]).days, (days[1] - days[0]).days + 1)


def _dates(days: Days) -> Markup:
    """The first day, each first of a month between, and the last day; none so near another that they would touch."""
    first, last = days
    marks = [(first, "start", Fraction(0))]
    month = (first.replace(day=1) + NEXT_MONTH).replace(day=1)
    while month < last:
        along = _along(days, month)
        if Fraction(3, 20) < along < Fraction(17, 20):
            marks.append((month, "middle", along))
        month = (month + NEXT_MONTH).replace(day=1)
    marks.append((last, "end", Fraction(1)))
    drawn = (
        TEXT.format(x=at(x), y=FOOT + 18, anchor=anchor, more=Markup(' class="date"'), text=short_day(on))
        for on, anchor, x in (marks if len(marks) <= 6 else (marks[0], marks[-1]))
    )
    return Markup().join(drawn)


def short_day(on: date) -> str:
    """30/07, or 30 Jul: the day without its year."""
    return day(on)[: -len(" 2024")]
