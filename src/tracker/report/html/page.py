"""A report as one self-contained HTML page: what stands in it, its style and script, and that it loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from tracker import __version__
from tracker.explanation import Step
from tracker.messages import catalogue, lang, say
from tracker.report import wording
from tracker.report.characters import printable
from tracker.report.html import calendar, districts, explained, measures, returns, targets
from tracker.report.html.said import Scene, text
from tracker.report.html.view import Page, PlanPage
from tracker.rule import Flag, Score

if TYPE_CHECKING:
    from tracker.report.content import Report

TEMPLATE = "page.html.jinja"
POLICY = "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
"""What a browser may load for the page: nothing; and what it may run: the style and script that stand in it."""

WORDS = "page.word."
"""What begins the keys of the words that stand in the template."""


LARGEST = 1_000_000
"""Bytes from which on the page leaves off what stands deepest in its explanations."""


def as_html(report: Report) -> str:
    """The page; the same report gives the same bytes."""
    template = _template()
    text = ""
    for left_off in explained.DEPTHS:
        text = template.render(page=_page(report, left_off))
        if len(text.encode()) < LARGEST:
            break
    return text


def _template() -> Template:
    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_final,
    )
    return environment.get_template(TEMPLATE)


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _final(value: object) -> object:
    """Text that a ward typed moves no cursor and reverses no line."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else printable(value)


def _page(report: Report, left_off: frozenset[Step]) -> Page:
    style, script = _resource("style.css"), _resource("script.js")
    return Page(
        lang=lang(),
        title=text("title", year=report.year),
        plans=[_plan(Scene(report, one, number, left_off)) for number, one in enumerate(report.plans, start=1)],
        nothing="" if report.plans else say("outline.nothing", year=report.year),
        style=Markup(style),
        script=Markup(script),
        policy=POLICY.format(style=_hash(style), script=_hash(script)),
        tool=f"tracker {__version__}",
        words={key.removeprefix(WORDS): said for key, said in catalogue(lang()).items() if key.startswith(WORDS)},
    )


def _hash(source: str) -> str:
    """A style or script that a browser may run because its content is known."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _plan(scene: Scene) -> PlanPage:
    from tracker.report.content import citation

    one, columns = scene.plan, districts.columns(scene)
    faults, faults_left = returns.faults(scene)
    return PlanPage(
        id=scene.anchor(),
        name=one.plan.id,
        title=one.plan.title.said(lang()),
        citation=citation(one.plan, lang()),
        basis=wording.basis(scene.report, one),
        dates=scene.dates,
        verdict=targets.verdict(scene),
        tallies=targets.tallies(scene),
        undecided=targets.undecided(scene),
        cards=targets.cards(scene),
        columns=columns,
        rows=districts.rows(columns),
        silence=districts.silence(scene),
        timelines=calendar.timelines(scene),
        forms=returns.forms(scene),
        duties=measures.duties(scene),
        measures=measures.measures(scene),
        faults=faults,
        fault_kinds=returns.fault_kinds(scene),
        faults_left=faults_left,
        signals=returns.signals(scene),
        files=returns.files(scene),
        explained=explained.steps(scene),
        cut=bool(scene.left_off),
        masked=_any_masked(one.scores),
    )


def _any_masked(scores: Iterable[Score]) -> bool:
    return any(Flag.MASKED in score.flags for score in scores)
