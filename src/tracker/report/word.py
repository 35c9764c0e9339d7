"""The report as a Word annex: an appendix to a document of the office, with tables, charts and plain words.

No number, date of issue, seal or signature is invented: they stand as blanks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.messages import has, lang, message, say
from tracker.place import load
from tracker.problems import Severity
from tracker.report import paragraphs, wording
from tracker.report.content import Fault, PlanReport, Report, citation
from tracker.report.outline import TONES, Cell, Grid, Tone, duties_grid, values_grid
from tracker.report.sheets import flat
from tracker.report.word_chart import Drawing, Series
from tracker.report.word_page import Page
from tracker.report.wording import MASKED, Naming, naming
from tracker.rule import Flag, Score, Verdict
from tracker.submission import STATES
from tracker.writing import count, day, percent

SIGNALS_NAMED = 20
MANY = 15  # names under a chart, from which it needs more height
BLANK = "…………………………"


def as_word(report: Report) -> bytes:
    """The whole annex."""
    page = Page()
    _opening(page, report)
    if not report.plans:
        page.text(say("outline.nothing", year=report.year))
    for number, one in enumerate(report.plans, start=1):
        title = one.plan.title.said(lang())
        page.heading(f"{_roman(number)}. {title}" if len(report.plans) > 1 else title, 1)
        _PlanPart(page, report, one, naming(one, report.as_of)).write()
    _closing(page)
    return page.as_bytes(_title(report), report.as_of)


def _title(report: Report) -> str:
    return say("annex.title", year=report.year)


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _opening(page: Page, report: Report) -> None:
    """The heads of the two columns, the word annex, its title, the blanks of the document that it goes with."""
    agency = [(BLANK, 12, False, False), (BLANK, 12, True, False), ("_________", 10, True, False)]
    nation = [(say("annex.nation"), 12, True, False), (say("annex.motto"), 13, True, False)]
    nation += [("_____________________", 10, True, False), (say("annex.place_and_day"), 13, False, True)]
    page.columns([agency, nation], [65, 100])
    page.line(say("annex.annex"), 14, bold=True).paragraph_format.space_before = 240_000
    page.line(_title(report).upper(), 14, bold=True)
    page.line(say("annex.goes_with"), 13, italic=True)


def _closing(page: Page) -> None:
    left = [(say("annex.preparer"), 13, True, False), (say("annex.sign"), 12, False, True)]
    right = [(say("annex.head"), 13, True, False), (say("annex.sign_and_seal"), 12, False, True)]
    page.gap()
    page.columns([left, right], [80, 85])


@dataclass(frozen=True)
class _PlanPart:
    """The part of the annex on one plan."""

    page: Page
    report: Report
    one: PlanReport
    names: Naming

    def write(self) -> None:
        titles = iter(range(1, 10))
        parts = [
            ("basis", self._basis, True),
            ("summary", self._summary, bool(self._judged())),
            ("targets", self._targets, bool(self._judged())),
            ("values", self._measures, any(score.values for score in self.one.scores)),
            ("timeline", self._timelines, bool(self.one.timelines)),
            ("submission", self._submission, bool(self.one.submissions)),
            ("silent", self._silent, any(score.silent for score, _ in flat(self.one.scores))),
            ("data", self._data, True),
        ]
        for key, write, wanted in parts:
            if wanted:
                self.page.heading(f"{next(titles)}. {say(f'annex.section.{key}')}", 2)
                write()

    def _judged(self) -> list[Score]:
        return [score for score in self.one.scores if score.kind != "measure"]

    def _basis(self) -> None:
        self.page.text(say("annex.basis", citation=citation(self.one.plan, lang())))
        self.page.text(wording.basis(self.report, self.one))
        self.page.text(say("annex.method"))

    def _summary(self) -> None:
        headings = [say(f"outline.{key}") for key in ("target", "figure", "threshold", "need", "verdict")]
        rows = [row for score in self._judged() for row in _summary_rows(score)]
        self.page.table(headings, rows, [57, 46, 16, 18, 28], (2, 3))
        self.page.note(say("outline.bounds"))
        if any(Flag.READING_DEPENDENT in score.flags for score, _ in flat(self._judged())):
            self.page.note(f"* {say('flag.reading_dependent')}")

    def _targets(self) -> None:
        for score, label in flat(self._judged()):
            self.page.heading(label, 3)
            self.page.text(paragraphs.target(score, self.report, self.one, self.names))
            if score.districts:
                self._districts(score, label)
            if score.duties:
                self._grid(duties_grid(self.one, score, self.names), [58, 32, 18, 28, 29])

    def _districts(self, score: Score, label: str) -> None:
        keys = ("district", "share", "lower", "upper", "missing_short", "need_short", "verdict")
        headings = [say(f"annex.column.{key}") for key in keys]
        rows = [_district_row(line) for line in score.districts]
        self.page.table(headings, rows, [39, 29, 18, 18, 16, 17, 28], (1, 2, 3, 4, 5))
        self.page.note(say("outline.district_note", basis=wording.basis(self.report, self.one)))
        drawing = _district_chart(score, label)
        if drawing is not None:
            self.page.chart(drawing)

    def _grid(self, grid: Grid, widths: Sequence[int]) -> None:
        self.page.table([column.label for column in grid.columns], grid.rows, widths)
        for note in grid.notes:
            self.page.note(note)

    def _measures(self) -> None:
        for score in self.one.scores:
            if score.values:
                self.page.heading(score.label.said(lang()), 3)
                self.page.text(say("annex.measure", cite=score.cite, day=day(self.report.as_of)))
                self._grid(values_grid(score, self.names), [50, 45, 70])

    def _timelines(self) -> None:
        for line in self.one.timelines:
            label = line.label.said(lang())
            facts = {"label": label, "first": day(line.first), "last": day(line.last)}
            total, most = sum(n for _, n in line.weeks), max((n for _, n in line.weeks), default=0)
            if total:
                busiest = [day(first) for first, n in line.weeks if n == most]
                self.page.text(say("annex.timeline", total=count(total), most=count(most), week=busiest[0], **facts))
            names = [f"{first:%d/%m}" for first, _ in line.weeks]
            series = Series(say("annex.column.activities"), [n for _, n in line.weeks])
            said = say("annex.chart.timeline", label=label, n=len(line.weeks))
            self.page.chart(Drawing(label, said, names, [series], share=False, height=60))

    def _submission(self) -> None:
        self.page.text(paragraphs.submission(self.one))
        headings = [say("outline.form"), say("outline.due")]
        headings += [say(f"filing.{state}") for state in ("expected", *STATES)]
        rows = [
            [
                line.form,
                day(line.due) if line.due else wording.NOTHING,
                count(len(line.filers)),
                *(count(line.count(state)) for state in STATES),
            ]
            for line in self.one.submissions
        ]
        self.page.table(headings, rows, [35, 28, 20, 20, 20, 22, 20], (2, 3, 4, 5, 6))

    def _silent(self) -> None:
        places = load()
        for score, label in flat(self.one.scores):
            if not score.silent:
                continue
            district_of = {
                code: places.district_of(code, self.report.as_of) for code in score.silent if len(code) == 5
            }
            lines = paragraphs.silent_by_district(score, self.names, district_of)
            head = say("outline.silent", label=label, n=count(len(score.silent)))
            if not any(name for name, _ in lines):
                self.page.text(f"{head}: {lines[0][1]}.")
                continue
            self.page.text(f"{head}:")
            rows = [[name or wording.NOTHING, said] for name, said in lines]
            self.page.table([say("annex.column.district"), say("annex.column.unit")], rows, [45, 120])

    def _data(self) -> None:
        """What is wrong with the data, by kind; what deserves a second look."""
        faults = self.one.faults
        self.page.text(say("annex.faults", n=count(len(faults))) if faults else say("annex.no_faults"))
        if faults:
            headings = [say(f"annex.column.{key}") for key in ("severity", "problem", "example", "number")]
            self.page.table(headings, list(_fault_rows(faults, self.names)), [22, 40, 88, 15], (3,))
        if self.one.signals:
            self.page.text(say("annex.signals", n=count(len(self.one.signals))))
            for one in self.one.signals[:SIGNALS_NAMED]:
                said = say(f"signal.{one.code}", **one.facts) if has(f"signal.{one.code}") else one.code
                self.page.text(f"– {self.names.unit(one.unit)}: {said}")


def _summary_rows(score: Score, level: int = 0) -> Iterator[list[str | Cell]]:
    reading = "*" if Flag.READING_DEPENDENT in score.flags else ""
    yield [
        Cell(score.label.said(lang()), level=level),
        wording.figure(score),
        wording.threshold(score),
        wording.need(score),
        Cell(wording.verdict(score.verdict) + reading, _tone(score.verdict)),
    ]
    for part in score.parts:
        yield from _summary_rows(part, level + 1)


def _tone(verdict: Verdict | None) -> Tone:
    return TONES.get(verdict, Tone.PLAIN) if verdict else Tone.PLAIN


def _district_row(line: Score) -> list[str | Cell]:
    bounds = line.bounds
    verdict = Cell(wording.verdict(line.verdict), _tone(line.verdict))
    if line.masked:
        return [line.label.said(lang()), MASKED, "", "", "", "", verdict]
    if bounds is None:
        return [line.label.said(lang()), wording.NOTHING, "", "", "", "", verdict]
    shares = [percent(bounds.low, bounds.of), percent(bounds.high, bounds.of)]
    figures = [wording.short_figure(line), *shares, count(bounds.missing), wording.need(line)]
    return [line.label.said(lang()), *figures, verdict]


def _district_chart(score: Score, label: str) -> Drawing | None:
    """Lower bound, what is not known, the threshold; none where anything is masked or nothing is known."""
    lines = [line for line in score.districts if line.bounds is not None and line.bounds.of]
    if not lines or any(line.masked for line in score.districts):
        return None
    shares = [(one.low * 1000 // one.of, one.high * 1000 // one.of) for one in (line.bounds for line in lines) if one]
    bars = [
        Series(say("annex.column.lower"), [low for low, _ in shares]),
        Series(say("annex.column.span"), [high - low for low, high in shares]),
    ]
    limit = None
    if score.threshold is not None:
        limit = Series(say("annex.column.threshold"), [int(score.threshold * 1000)] * len(lines))
    names = [line.label.said(lang()) for line in lines]
    facts = {"label": label, "n": len(lines), "threshold": wording.threshold(score)}
    said = say("annex.chart.districts", **facts)
    return Drawing(label, said, names, bars, limit, height=90 if len(lines) > MANY else 75)


def _fault_rows(faults: Sequence[Fault], names: Naming) -> Iterator[list[str | Cell]]:
    """A line for each kind of problem, gravest first, with the first of its kind as an example."""
    numbers = Counter((one.problem.severity, one.problem.code) for one in faults)
    first: dict[tuple[Severity, str], Fault] = {}
    for one in faults:
        first.setdefault((one.problem.severity, one.problem.code), one)
    for kind, fault in first.items():
        severity, code = kind
        who = f"{names.unit(fault.unit)}: " if fault.unit else ""
        example = f"{who}{message(fault.problem)}"
        yield [say(f"severity.{severity}"), code, example, count(numbers[kind])]
