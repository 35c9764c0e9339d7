"""A report as headings, lines and grids of words, before it is drawn for a terminal or written as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.messages import lang, say
from tracker.problems import Severity
from tracker.report import wording
from tracker.report.content import Fault, PlanReport, Report, Signal, citation
from tracker.report.wording import NOTHING, Naming, naming
from tracker.rule import Done, DutyScore, Flag, Score, ValueScore, Verdict
from tracker.submission import STATES
from tracker.writing import count, day

DISTRICT_COLUMNS = 4  # targets beside each other before the next table begins
SILENT_NAMED = 10


class Tone(StrEnum):
    PLAIN = ""
    GOOD = "green"
    BAD = "red"
    UNSURE = "yellow"
    QUIET = "dim"


TONES = {
    Verdict.MET: Tone.GOOD,
    Verdict.NOT_MET: Tone.BAD,
    Verdict.INSUFFICIENT: Tone.UNSURE,
    Done.DONE: Tone.GOOD,
    Done.NOT_DONE: Tone.BAD,
    Done.INSUFFICIENT: Tone.UNSURE,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Words with a tone; `level` says how far a part stands under its whole."""

    text: str
    tone: Tone = Tone.PLAIN
    level: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    right: bool = False
    whole: bool = False
    """Whether its cells stay on one line."""


@dataclass(slots=True)
class Grid:
    """A table with its heading, and lines under it that explain it."""

    heading: str
    columns: Sequence[Column]
    rows: list[Sequence[Cell]]
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """One plan: its title, what it rests on, its grids, and the silent units beside the target."""

    title: str
    lines: list[str]
    grids: list[Grid]
    silent: list[tuple[str, str]]


def outline(report: Report) -> list[Section]:
    return [_section(report, one) for one in report.plans]


def next_step(report: Report) -> str:
    """What an analyst would sensibly do after reading the report."""
    if not report.plans:
        return say("outline.nothing", year=report.year)
    if not all(one.communes for one in report.plans):
        return say("outline.next_registry", day=day(report.as_of))
    missing = sum(line.count(state) for one in report.plans for line in one.submissions for state in STATES[2:])
    return say("outline.next_status" if missing else "outline.next_export", year=report.year, n=count(missing))


def _section(report: Report, one: PlanReport) -> Section:
    names = naming(one, report.as_of)
    grids = [_summary(one), *_by_district(report, one), _submission(one)]
    grids += [duties_grid(one, score, names) for score in one.scores if score.duties]
    grids += [values_grid(score, names) for score in one.scores if score.values]
    grids += [_timelines(one), _faults(one, names), _signals(one, names)]
    silent = list(_silent(one.scores, names))
    lines = [citation(one.plan, lang()), wording.basis(report, one)]
    return Section(one.plan.title.said(lang()), lines, [grid for grid in grids if grid.rows], silent)


# --- the targets ------------------------------------------------------------------------------------------------


def _summary(one: PlanReport) -> Grid:
    judged = [score for score in one.scores if score.kind != "measure"]
    flags = wording.flags_of(judged)
    columns = [
        Column(say("outline.target")),
        Column(say("outline.figure"), whole=True),
        Column(say("outline.threshold"), right=True, whole=True),
        Column(say("outline.need"), right=True, whole=True),
        Column(say("outline.missing"), right=True, whole=True),
        Column(say("outline.verdict"), whole=True),
    ]
    rows = [row for score in judged for row in _target_rows(score, flags)]
    notes = [say("outline.bounds")] if any(score.bounds for score in _flat(judged)) else []
    notes += [f"({number}) {say(f'flag.{flag.value}')}" for number, flag in enumerate(flags, start=1)]
    return Grid("", columns, rows, notes)


def _flat(scores: Iterable[Score]) -> Iterator[Score]:
    for score in scores:
        yield score
        yield from _flat(score.parts)


def _target_rows(score: Score, flags: Sequence[Flag], level: int = 0) -> Iterator[Sequence[Cell]]:
    """The target, the readings that judge it otherwise, its parts."""
    marks = "".join(f" ({flags.index(flag) + 1})" for flag in flags if flag in score.flags)
    yield (
        Cell(score.label.said(lang()), level=level),
        Cell(wording.figure(score)),
        Cell(wording.threshold(score)),
        Cell(wording.need(score)),
        Cell(wording.missing(score)),
        Cell(wording.verdict(score.verdict) + marks, _tone(score.verdict)),
    )
    if Flag.READING_DEPENDENT in score.flags:
        yield from _reading_rows(score, level + 1)
    for part in score.parts:
        yield from _target_rows(part, flags, level + 1)


def _reading_rows(score: Score, level: int) -> Iterator[Sequence[Cell]]:
    for one in score.readings[1:]:
        shown = "" if one.bounds is None else wording.figures(one.bounds.low, one.bounds.high, one.bounds.of)
        yield (
            Cell(say("outline.reading", label=one.label.said(lang())), Tone.QUIET, level),
            Cell(wording.MASKED if score.masked else shown),
            Cell(wording.threshold(score)),
            Cell(""),
            Cell(""),
            Cell(wording.verdict(one.verdict), _tone(one.verdict)),
        )


def _tone(verdict: Verdict | Done | None) -> Tone:
    return TONES.get(verdict, Tone.QUIET) if verdict else Tone.PLAIN


# --- by district ------------------------------------------------------------------------------------------------


def _by_district(report: Report, one: PlanReport) -> Iterator[Grid]:
    """Districts down, targets across; several tables where the targets would not fit beside each other."""
    across = [score for score in _flat(one.scores) if score.districts]
    for start in range(0, len(across), DISTRICT_COLUMNS):
        yield _district_grid(report, one, across[start : start + DISTRICT_COLUMNS])


def _district_grid(report: Report, one: PlanReport, across: Sequence[Score]) -> Grid:
    lines = [{line.id: line for line in score.districts} for score in across]
    names = {line.id: line.label.said(lang()) for score in across for line in score.districts}
    wide = [max(len(wording.short_figure(line)) for line in column.values()) for column in lines]
    rows: list[Sequence[Cell]] = [
        (Cell(name), *(_district_cell(column.get(code), width) for column, width in zip(lines, wide, strict=True)))
        for code, name in sorted(names.items())
    ]
    columns = [
        Column(say("outline.district"), whole=True),
        *(Column(_with_threshold(score), whole=True) for score in across),
    ]
    note = say("outline.district_note", basis=wording.basis(report, one))
    return Grid(say("outline.by_district"), columns, rows, [note])


def _with_threshold(score: Score) -> str:
    label = score.label.said(lang())
    return f"{label} ({wording.threshold(score)})" if score.threshold is not None else label


def _district_cell(line: Score | None, width: int) -> Cell:
    if line is None:
        return Cell(NOTHING, Tone.QUIET)
    word = say(f"outline.brief.{line.verdict.value}") if line.verdict else ""
    return Cell(f"{wording.short_figure(line):>{width}} {word}".rstrip(), _tone(line.verdict))


# --- who filed, duties, measures, silence -----------------------------------------------------------------------


def _submission(one: PlanReport) -> Grid:
    columns = [Column(say("outline.form")), Column(say("outline.due"))]
    columns += [Column(say(f"filing.{state}"), right=True) for state in ("expected", *STATES)]
    rows: list[Sequence[Cell]] = [
        (
            Cell(line.form),
            Cell(day(line.due) if line.due else NOTHING),
            Cell(count(len(line.filers))),
            *(filed(line.count(state), state) for state in STATES),
        )
        for line in one.submissions
    ]
    return Grid(say("outline.submission"), columns, rows)


FILING_TONES = {"on_time": Tone.GOOD, "late": Tone.UNSURE, "returned": Tone.BAD, "missing": Tone.BAD}


def filed(n: int, state: str) -> Cell:
    """How many filers are in a state; none is quiet."""
    return Cell(count(n), FILING_TONES[state] if n else Tone.QUIET)


def duties_grid(one: PlanReport, score: Score, names: Naming) -> Grid:
    """A row for each duty: how many bodies did it, and which did not or did not say."""
    columns = [
        Column(say("outline.duty")),
        Column(say("outline.agency")),
        Column(say("outline.done"), right=True, whole=True),
    ]
    columns += [Column(say("outline.not_done")), Column(say("outline.unknown"))]
    by_duty: dict[tuple[str, str], list[DutyScore]] = {}
    for duty in score.duties:
        by_duty.setdefault((duty.id, duty.agency), []).append(duty)
    rows: list[Sequence[Cell]] = []
    for (name, agency), bodies in by_duty.items():
        done = sum(body.verdict is Done.DONE for body in bodies)
        left = [_bodies(bodies, state, names) for state in (Done.NOT_DONE, Done.INSUFFICIENT)]
        shown = Cell(f"{count(done)}/{count(len(bodies))}", Tone.GOOD if done == len(bodies) else Tone.UNSURE)
        rows.append((Cell(wording.duty_label(one.plan, name)), Cell(wording.agency(agency)), shown, *left))
    return Grid(score.label.said(lang()), columns, rows)


def _bodies(bodies: Sequence[DutyScore], state: Done, names: Naming) -> Cell:
    return Cell(_named([body.unit for body in bodies if body.verdict is state], names), TONES[state])


def values_grid(score: Score, names: Naming) -> Grid:
    """A row for each family of figures: its total, and the groups that add up to it."""
    families: dict[str, list[ValueScore]] = {}
    for one in score.values:
        families.setdefault(one.key, []).append(one)
    columns = [Column(say("outline.measure")), Column(say("outline.total")), Column(say("outline.breakdown"))]
    rows: list[Sequence[Cell]] = [
        _family(key, family, families, names) for key, family in families.items() if not _belongs(key, families)
    ]
    notes = [say("outline.masked")] if any(one.masked for one in score.values) else []
    return Grid(score.label.said(lang()), columns, rows, notes)


COMPANIONS = ("upper", "missing", "of")
"""Figures that say something of another: "active_communes_of" of "active_communes"."""


def _belongs(key: str, families: dict[str, list[ValueScore]]) -> bool:
    main, _, last = key.rpartition("_")
    return last in COMPANIONS and main in families


def _family(
    key: str, family: Sequence[ValueScore], families: dict[str, list[ValueScore]], names: Naming
) -> Sequence[Cell]:
    totals = [one for one in family if not one.group]
    groups = ", ".join(f"{names.group(one)} {wording.value(one)}" for one in family if one.group)
    beside = {name: families[f"{key}_{name}"][0].value for name in COMPANIONS if f"{key}_{name}" in families}
    unit = family[0].unit.said(lang())
    return (Cell(family[0].label.said(lang())), Cell(_total(totals, beside, unit)), Cell(groups))


def _total(totals: Sequence[ValueScore], beside: dict[str, int | None], unit: str) -> str:
    if not totals:
        return NOTHING
    value, of, upper = totals[0].value, beside.get("of"), beside.get("upper")
    if value is not None and of is not None:
        if upper is not None:
            return wording.figures(value, upper, of)
        return say("outline.beside", n=count(value), of=count(of), unit=unit)
    return f"{wording.value(totals[0])} {unit}"


def _silent(scores: Sequence[Score], names: Naming) -> Iterator[tuple[str, str]]:
    for score in _flat(scores):
        if score.silent:
            label = say("outline.silent", label=score.label.said(lang()), n=count(len(score.silent)))
            yield label, _named(score.silent, names, SILENT_NAMED)


def _named(codes: Sequence[str], names: Naming, limit: int = 1000) -> str:
    text = ", ".join(names.unit(code) for code in codes[:limit])
    return f"{text} {say('outline.more', n=count(len(codes) - limit))}" if len(codes) > limit else text


# --- what stands behind the figures -----------------------------------------------------------------------------


def _timelines(one: PlanReport) -> Grid:
    columns = [Column(say("timeline_page.window")), Column(say("timeline_page.weeks"))]
    columns += [Column(say("timeline_page.total"), right=True, whole=True)]
    rows: list[Sequence[Cell]] = [
        (
            Cell(line.label.said(lang())),
            Cell(" · ".join(count(n) for _, n in line.weeks)),
            Cell(count(sum(n for _, n in line.weeks))),
        )
        for line in one.timelines
    ]
    notes = [say("timeline_page.note", first=day(line.first)) for line in one.timelines[:1]]
    return Grid(say("timeline_page.heading"), columns, rows, notes)


FAULTS_SHOWN = 8
PLACES_NAMED = 2
GRAVE = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.UNSURE, Severity.INFO: Tone.QUIET}


def _faults(one: PlanReport, names: Naming) -> Grid:
    """A row for each kind of fault, gravest and most frequent first: how many, of how many units, where."""
    kinds: dict[tuple[Severity, str], list[Fault]] = {}
    for fault in one.faults:
        kinds.setdefault((fault.problem.severity, fault.problem.code), []).append(fault)
    order = list(Severity)
    by_weight = sorted(kinds.items(), key=lambda kind: (order.index(kind[0][0]), -len(kind[1]), kind[0][1]))
    columns = [Column(say("fault_page.code")), Column(say("fault_page.severity"), whole=True)]
    columns += [Column(say(f"fault_page.{name}"), right=True, whole=True) for name in ("n", "units", "waived")]
    columns += [Column(say("fault_page.where"))]
    rows = [_fault_row(*kind, found, names) for kind, found in by_weight[:FAULTS_SHOWN]]
    left = len(by_weight) - FAULTS_SHOWN
    return Grid(say("fault_page.heading"), columns, rows, [say("fault_page.more", n=count(left))] if left > 0 else [])


def _fault_row(severity: Severity, code: str, found: Sequence[Fault], names: Naming) -> Sequence[Cell]:
    units, waived = {fault.unit for fault in found if fault.unit}, sum(bool(fault.waiver) for fault in found)
    return (
        Cell(say(f"fault.{code}")),
        Cell(say(f"severity.{severity.value}"), GRAVE[severity]),
        Cell(count(len(found))),
        Cell(count(len(units)) if units else NOTHING),
        Cell(count(waived) if waived else ""),
        Cell(_most([names.districts(fault.unit) for fault in found], names)),
    )


def _most(districts: Iterable[str], names: Naming) -> str:
    """ "Quận Hai Bà Trưng 12, Huyện Sóc Sơn 3": the places with most of them, then by code."""
    counts = sorted(Counter(districts).items(), key=lambda one: (-one[1], one[0]))
    named = [f"{names.place(code) or say('fault_page.unknown')} {count(n)}" for code, n in counts[:PLACES_NAMED]]
    if len(counts) > PLACES_NAMED:
        named.append(say("fault_page.elsewhere", n=count(len(counts) - PLACES_NAMED)))
    return ", ".join(named)


SIGNALS_NAMED = 2


def _signals(one: PlanReport, names: Naming) -> Grid:
    """A row for each kind of signal with the first of them."""
    kinds: dict[str, list[Signal]] = {}
    for signal in one.signals:
        kinds.setdefault(signal.code, []).append(signal)
    columns = [Column(say("signal_page.kind")), Column(say("signal_page.n"), right=True, whole=True)]
    columns += [Column(say("signal_page.first"))]
    rows: list[Sequence[Cell]] = [
        (Cell(say(f"signal_kind.{code}")), Cell(count(len(found))), Cell(_first(found, names)))
        for code, found in kinds.items()
    ]
    return Grid(say("signal_page.heading"), columns, rows, [say("signal_page.note")])


def _first(found: Sequence[Signal], names: Naming) -> str:
    said = [_where(one, names) + wording.signal(one, names) for one in found[:SIGNALS_NAMED]]
    more = [say("signal_page.more", n=count(len(found) - SIGNALS_NAMED))] if len(found) > SIGNALS_NAMED else []
    return " ".join([*said, *more])


def _where(one: Signal, names: Naming) -> str:
    place = " ".join(part for part in (names.place(one.unit), wording.at_cell(one)) if part)
    return f"{place} ({one.raw}): " if one.raw else f"{place}: "
