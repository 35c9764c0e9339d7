"""The sheets of the workbook, before a library writes them: typed cells, headings, widths and one chart each.

Whatever the report hides is hidden here already: a masked figure is the text `<5`, and no chart is drawn of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tracker.messages import fix, lang, message, say
from tracker.place import Places, load
from tracker.problems import Severity
from tracker.report import wording
from tracker.report.characters import printable
from tracker.report.content import PlanReport, Report, citation
from tracker.report.outline import FILING_TONES, TONES, Cell, Tone
from tracker.report.wording import Naming, naming
from tracker.rule import Bounds, Flag, Score, Verdict
from tracker.submission import STATES

NAME_LENGTH = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
NARROW, FIGURE, WORDS, WIDE, SENTENCE, HASH = 8, 10, 20, 38, 56, 72  # widths of columns, in characters


@dataclass(frozen=True, slots=True)
class Percent:
    """A share in thousandths, cut: 7496 of 10000 is 749 and shows as 74,9%, however a spreadsheet rounds."""

    thousandths: int


Entry = str | int | date | Percent | Cell | None


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    width: int = FIGURE


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns `bars` of the table, on each other, over the names in column `names`; column `line` crosses them."""

    title: str
    names: int
    bars: Sequence[int]
    described: str
    line: int | None = None
    share: bool = True


@dataclass(slots=True)
class Sheet:
    name: str
    title: str
    lines: Sequence[str]
    columns: Sequence[Column]
    rows: list[Sequence[Entry]]
    notes: list[str] = field(default_factory=list)
    chart: Chart | None = None


def sheets(report: Report) -> list[Sheet]:
    """Every sheet of every plan under a name of its own; the plans are numbered where there are several."""
    found, taken = [], set[str]()
    for number, one in enumerate(report.plans, start=1):
        book = _Book(report, one, naming(one, report.as_of), load())
        prefix = f"{number}. " if len(report.plans) > 1 else ""
        for sheet in book.sheets():
            sheet.name = _free(prefix + sheet.name, taken)
            taken.add(sheet.name.casefold())
            found.append(sheet)
    return found


def _free(name: str, taken: set[str]) -> str:
    """The name as a spreadsheet allows it: 31 characters, none of []:*?/\\, no other sheet's; cut between words."""
    clean = " ".join(printable(name).translate(FORBIDDEN).split())
    clean = clean[:1].upper() + clean[1:]
    number = 1
    while True:
        tail = f" ({number})" if number > 1 else ""
        short = _cut(clean, NAME_LENGTH - len(tail)) + tail
        if short.casefold() not in taken:
            return short
        number += 1


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    whole, _, _ = text[: length + 1].rpartition(" ")
    return whole if len(whole) > length // 2 else text[:length]


@dataclass(frozen=True)
class _Book:
    """One plan of the report, as the makers of its sheets need it."""

    report: Report
    one: PlanReport
    names: Naming
    places: Places

    def sheets(self) -> Iterator[Sheet]:
        """In the order in which they are read; one that would be empty is left out."""
        made = [
            _summary(self),
            *(_by_district(self, *it) for it in flat(self.one.scores) if it[0].districts),
            *(_by_month(self, *it) for it in flat(self.one.scores) if it[0].kind == "months" and it[0].by_unit),
            _silent(self),
            _submission(self),
            _filers(self),
            _duties(self),
            _values(self),
            *_timelines(self),
            _faults(self),
            _signals(self),
            _sources(self),
        ]
        yield from (sheet for sheet in made if sheet.rows)

    def sheet(self, key: str, columns: Sequence[Column], rows: list[Sequence[Entry]], name: str = "") -> Sheet:
        """A sheet called by its key, under the plan's title and what every share of it rests on."""
        title = name or say(f"annex.sheet.{key}")
        plan = self.one.plan
        lines = [f"{plan.title.said(lang())} ({citation(plan, lang())})", wording.basis(self.report, self.one)]
        return Sheet(title, title, lines, columns, rows)

    def unit(self, code: str) -> str:
        return self.names.unit(code)

    def district(self, code: str) -> str:
        """The district of a unit, where it has one."""
        lives = self.places.units_of_code(code)
        parent = self.places.district_of(code, self.report.as_of) if len(code) == 5 and lives else ""
        return self.names.place(parent) if parent else ""


def flat(scores: Sequence[Score], above: str = "") -> Iterator[tuple[Score, str]]:
    """Each target, then its parts, with its label; a part's follows that of its whole."""
    for score in scores:
        label = f"{above} – {score.label.said(lang())}" if above else score.label.said(lang())
        yield score, label
        yield from flat(score.parts, label)


def column(key: str, width: int = FIGURE) -> Column:
    return Column(say(f"annex.column.{key}"), width)


# --- figures ----------------------------------------------------------------------------------------------------


def cut(numerator: int, denominator: int) -> Percent | None:
    return Percent(numerator * 1000 // denominator) if denominator else None


FIGURES = ("numerator", "possible", "denominator", "missing", "lower", "upper")


def _figures(bounds: Bounds | None, *, masked: bool) -> list[Entry]:
    """The cells under FIGURES."""
    if masked:
        return [wording.MASKED, None, wording.MASKED, None, None, None]
    if bounds is None:
        return [None] * len(FIGURES)
    shares = [cut(bounds.low, bounds.of), cut(bounds.high, bounds.of)]
    return [bounds.low, bounds.high, bounds.of, bounds.missing, *shares]


def _figures_of(score: Score) -> list[Entry]:
    if score.kind == "growth" and score.bounds is not None and not score.masked:
        return [score.bounds.low, None, score.bounds.of, None, None, None]
    return _figures(score.bounds, masked=score.masked)


def _threshold(value: Fraction | None) -> Entry:
    """A number where thousandths say it exactly; else as a fraction."""
    if value is None:
        return None
    exact = value * 1000
    return Percent(exact.numerator) if exact.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _need(score: Score) -> Entry:
    if score.masked or score.bounds is None or score.threshold is None or score.kind == "growth":
        return None
    return score.bounds.need(score.threshold)


def _verdict(value: Verdict | None) -> Entry:
    return Cell(wording.verdict(value), TONES.get(value, Tone.QUIET)) if value else None


# --- the targets ------------------------------------------------------------------------------------------------


def _summary(book: _Book) -> Sheet:
    columns = [column("target", WIDE)]
    columns += [column(name) for name in FIGURES]
    columns += [column("threshold"), column("need"), column("verdict", WORDS), column("flags", WORDS + 10)]
    columns += [column("cite", WORDS + 4)]
    rows = [row for score in book.one.scores if score.kind != "measure" for row in _target_rows(score)]
    sheet = book.sheet("summary", columns, rows)
    sheet.notes = [say("outline.bounds"), say("annex.cut")]
    if any(score.kind == "growth" for score, _ in flat(book.one.scores)):
        sheet.notes.append(say("annex.growth"))
    return sheet


def _target_rows(score: Score, level: int = 0) -> Iterator[Sequence[Entry]]:
    """The target, the other readings of it, its parts."""
    flags = " ".join(say(f"flag.{flag.value}") for flag in Flag if flag in score.flags)
    label = Cell(score.label.said(lang()), level=level)
    judged = [_threshold(score.threshold), _need(score), _verdict(score.verdict)]
    yield [label, *_figures_of(score), *judged, flags, score.cite]
    for one in score.readings[1:]:
        said = Cell(say("outline.reading", label=one.label.said(lang())), Tone.QUIET, level + 1)
        judged = [_threshold(score.threshold), None, _verdict(one.verdict)]
        yield [said, *_figures(one.bounds, masked=score.masked), *judged, None, score.cite]
    for part in score.parts:
        yield from _target_rows(part, level + 1)


def _by_district(book: _Book, score: Score, label: str) -> Sheet:
    columns = [column("code", NARROW), column("district", WORDS)]
    columns += [column(name) for name in FIGURES]
    columns += [column("span"), column("threshold"), column("need"), column("verdict", WORDS)]
    rows: list[Sequence[Entry]] = [_district_row(line) for line in score.districts]
    sheet = book.sheet("", columns, rows, label)
    sheet.name = score.label.said(lang())
    basis = wording.basis(book.report, book.one)
    sheet.notes = [say("outline.district_note", basis=basis), say("annex.cut")]
    drawn = [line for line in score.districts if line.bounds is not None and line.bounds.of]
    if drawn and not any(line.masked for line in score.districts):
        shown = {"label": sheet.title, "n": len(drawn), "threshold": wording.threshold(score)}
        sheet.chart = Chart(sheet.title, 1, (6, 8), say("annex.chart.districts", **shown), line=9)
    return sheet


def _district_row(line: Score) -> Sequence[Entry]:
    bounds = line.bounds
    span = None
    if bounds is not None and bounds.of and not line.masked:
        span = Percent(bounds.high * 1000 // bounds.of - bounds.low * 1000 // bounds.of)
    judged = [span, _threshold(line.threshold), _need(line), _verdict(line.verdict)]
    return [line.id, line.label.said(lang()), *_figures_of(line), *judged]


def _by_month(book: _Book, score: Score, label: str) -> Sheet:
    rows: list[Sequence[Entry]] = []
    for name, answer in score.by_unit.items():
        key = "missing" if answer.missing else "yes" if answer.low else "no"
        tone = {"yes": Tone.GOOD, "no": Tone.BAD, "missing": Tone.UNSURE}[key]
        rows.append([book.unit(name), Cell(say(f"annex.month.{key}"), tone)])
    columns = [column("month", WORDS), column("answer", WIDE)]
    sheet = book.sheet("", columns, rows, label)
    sheet.name = score.label.said(lang())
    sheet.notes = [say("annex.month_note")]
    return sheet


# --- who is silent, who filed -----------------------------------------------------------------------------------


def _silent(book: _Book) -> Sheet:
    columns = [column("target", WIDE), column("district", WORDS), column("code", NARROW + 2), column("unit", WIDE)]
    rows: list[Sequence[Entry]] = [
        [label, book.district(code), code, book.unit(code)]
        for score, label in flat(book.one.scores)
        for code in score.silent
    ]
    sheet = book.sheet("silent", columns, rows)
    sheet.notes = [say("annex.silent_note")]
    return sheet


def _submission(book: _Book) -> Sheet:
    columns = [column("form", WORDS), column("due", FIGURE + 2)]
    columns += [Column(say(f"filing.{state}"), FIGURE + 2) for state in ("expected", *STATES)]
    rows: list[Sequence[Entry]] = [
        [line.form, line.due, len(line.filers), *(line.count(state) for state in STATES)]
        for line in book.one.submissions
    ]
    return book.sheet("submission", columns, rows)


def _filers(book: _Book) -> Sheet:
    columns = [column("form", FIGURE), column("agency", WORDS + 6), column("district", WORDS)]
    columns += [column("code", NARROW + 2), column("unit", WIDE)]
    columns += [column("filed", WORDS), column("received", FIGURE + 2)]
    rows: list[Sequence[Entry]] = []
    for line in book.one.submissions:
        for filer in line.filers:
            place = [book.district(filer.unit), filer.unit, book.unit(filer.unit)]
            state = Cell(say(f"filing.{filer.state}"), FILING_TONES[filer.state])
            rows.append([line.form, wording.agency(filer.agency), *place, state, filer.received_on])
    return book.sheet("filers", columns, rows)


# --- duties, figures of a measure -------------------------------------------------------------------------------


def _duties(book: _Book) -> Sheet:
    columns = [column("target", WIDE), column("duty", SENTENCE), column("agency", WORDS + 6)]
    columns += [column("code", NARROW), column("unit", WORDS), column("verdict", WORDS)]
    rows: list[Sequence[Entry]] = []
    for score in book.one.scores:
        for duty in score.duties:
            said = [wording.duty_label(book.one.plan, duty.id), wording.agency(duty.agency)]
            shown = Cell(say(f"duty.{duty.verdict.value}"), TONES[duty.verdict])
            rows.append([score.label.said(lang()), *said, duty.unit, book.unit(duty.unit), shown])
    return book.sheet("duties", columns, rows)


def _values(book: _Book) -> Sheet:
    columns = [column("target", WIDE), column("measure", WIDE), column("key", WORDS + 4), column("group", WIDE)]
    columns += [column("value"), column("qualifier", FIGURE), column("of", FIGURE + 4)]
    rows: list[Sequence[Entry]] = []
    for score in book.one.scores:
        for one in score.values:
            shown: Entry = wording.MASKED if one.value is None else one.value
            what = [one.label.said(lang()), one.key, book.names.group(one) if one.group else say("annex.whole")]
            rows.append([score.label.said(lang()), *what, shown, _qualifier(one.qualifier), one.unit.said(lang())])
    sheet = book.sheet("values", columns, rows)
    if any(one.masked for score in book.one.scores for one in score.values):
        sheet.notes = [say("outline.masked")]
    return sheet


def _qualifier(name: str) -> str:
    """ "trên", "gần", "khoảng"; nothing for an exact figure."""
    return say(f"qualifier.{name or 'exact'}", n="").strip()


def _timelines(book: _Book) -> Iterator[Sheet]:
    for line in book.one.timelines:
        peak = line.peak
        rows: list[Sequence[Entry]] = []
        for first, n in line.weeks:
            in_peak = peak is not None and first <= peak[1] and (peak[0] - first).days < 7
            rows.append([first, Cell(say("annex.peak"), Tone.UNSURE) if in_peak else None, n])
        columns = [column("week", FIGURE + 4), column("peak", WORDS), column("activities", FIGURE + 2)]
        sheet = book.sheet("timeline", columns, rows)
        sheet.title = f"{sheet.title}: {line.label.said(lang())}"
        told = {"label": line.label.said(lang()), "n": len(line.weeks)}
        sheet.chart = Chart(sheet.title, 0, (2,), say("annex.chart.timeline", **told), share=False)
        yield sheet


# --- what stands behind the figures -----------------------------------------------------------------------------


def _faults(book: _Book) -> Sheet:
    columns = [column("severity", FIGURE), column("code", NARROW), column("unit", WORDS + 8)]
    columns += [column("agency", WORDS), column("file", WORDS + 8), column("form", NARROW), column("cell", NARROW)]
    columns += [column("what", SENTENCE), column("fix", SENTENCE), column("problem", WORDS), column("waiver", WORDS)]
    rows: list[Sequence[Entry]] = []
    for one in book.one.faults:
        it = one.problem
        tone = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.UNSURE}.get(it.severity, Tone.QUIET)
        who = [one.unit, book.unit(one.unit) if one.unit else "", wording.agency(one.agency) if one.agency else ""]
        place = [one.name, it.form, f"{it.sheet}!{it.cell}" if it.sheet and it.cell else it.cell]
        grave = Cell(say(f"severity.{it.severity.value}"), tone)
        rows.append([grave, *who, *place, message(it), fix(it), it.code, one.waiver])
    return book.sheet("faults", columns, rows)


def _signals(book: _Book) -> Sheet:
    columns = [column("code", NARROW), column("unit", WORDS + 8), column("form", NARROW), column("file", WORDS + 8)]
    columns += [column("cell", FIGURE + 4), column("raw", WORDS), column("what", SENTENCE)]
    rows: list[Sequence[Entry]] = []
    for one in book.one.signals:
        said = wording.signal(one, book.names)
        place = f"{one.sheet}!{one.cell}" if one.sheet and one.cell else one.cell
        rows.append([one.unit, book.unit(one.unit), one.form, one.name, place, one.raw, said])
    sheet = book.sheet("signals", columns, rows)
    sheet.notes = [say("annex.signals_note")]
    return sheet


def _sources(book: _Book) -> Sheet:
    columns = [column("form", NARROW), column("code", NARROW), column("unit", WORDS + 8), column("agency", WORDS)]
    columns += [column("from", FIGURE + 2), column("to", FIGURE + 2), column("revision", NARROW)]
    columns += [column("received", FIGURE + 2), column("fate", WORDS), column("file", WIDE), column("hash", HASH)]
    rows: list[Sequence[Entry]] = []
    for one in book.one.sources:
        agency = wording.agency(one.agency) + (f" ({one.outlet})" if one.outlet else "")
        when = [one.period_from, one.period_to, one.revision, one.received_on]
        fate = say(f"annex.fate.{one.fate}")
        rows.append([one.form, one.unit, book.unit(one.unit), agency, *when, fate, one.name, one.sha256])
    return book.sheet("sources", columns, rows)
