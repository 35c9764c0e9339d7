"""Problems of files as text for people, as GitHub annotations and as JUnit.

The same problem in many cells is said once, with its cells. Knows no store and no option.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, NamedTuple, Protocol

from tracker.messages import fix, message, say
from tracker.problems import Problem, Severity
from tracker.report import entry
from tracker.report.characters import printable
from tracker.returns import Status
from tracker.writing import count

FEW_FILES = 10  # up to so many, every file has its line; beyond, only those that someone must look at
CELLS_NAMED = 12
KINDS_NAMED = 3  # of one kind of fault in one column, so many different sentences

STYLES = {
    Status.ACCEPTED: "green",
    Status.PARTIAL: "yellow",
    Status.REJECTED: "red",
    Status.QUARANTINED: "red",
    Status.UNREADABLE: "red",
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFO: "dim",
}


class Outcome(Protocol):
    """One file given, its status and its problems, gravest first and then in the order of the form."""

    @property
    def path(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def returns(self) -> Sequence[dict[str, Any]]: ...
    @property
    def problems(self) -> Sequence[Problem]: ...


class Outcomes(Protocol):
    """Files in their order; they are gone through once."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Outcome]: ...


Piece = str | tuple[str, str]
"""A part of a line: text, or text and its style."""


class Screen(Protocol):
    """What lines are written to, with so many columns."""

    @property
    def width(self) -> int: ...
    def line(self, *pieces: Piece, whole: bool = False) -> None:
        """Writes a line, broken where it is wider than the screen unless it is to stay `whole`."""


class Said(NamedTuple):
    """One sentence about one or more cells of one form, and the reason that answers it."""

    severity: Severity
    code: str
    where: str
    message: str
    fix: str
    waiver: str = ""

    @property
    def sentence(self) -> str:
        text = f"{self.message} {self.waiver or self.fix}"
        return f"{self.where}: {text}" if self.where else text


# --- the same problem once --------------------------------------------------------------------------------------


def grouped(problems: Iterable[Problem]) -> list[Said]:
    """Each sentence once, with the cells that it is about, in the order in which it was first met."""
    alike: dict[tuple[str, ...], list[Problem]] = {}
    for one in problems:
        said = (one.severity.value, one.code, one.form, one.sheet, message(one), fix(one), one.waiver)
        alike.setdefault(said, []).append(one)
    return list(_shortened(alike.values()))


def _shortened(alike: Iterable[list[Problem]]) -> Iterator[Said]:
    """At most KINDS_NAMED sentences of one kind of fault in one field; then one that names the other cells."""
    groups = list(alike)
    kinds: dict[tuple[str, ...], list[list[Problem]]] = {}
    for group in groups:
        kinds.setdefault(_kind(group[0]), []).append(group)
    for group in groups:
        of_kind = kinds[_kind(group[0])]
        number = next(n for n, one in enumerate(of_kind[: KINDS_NAMED + 1]) if one is group or n == KINDS_NAMED)
        if number < KINDS_NAMED:
            yield _said(group)
        elif of_kind[KINDS_NAMED] is group:
            others = [one for rest in of_kind[KINDS_NAMED:] for one in rest]
            first = others[0]
            yield Said(
                first.severity,
                first.code,
                _sheet(first),
                say("listing.alike", cells=_cells(others)),
                "",
                say("listing.waived", reason=printable(first.waiver)) if first.waiver else "",
            )


def _kind(one: Problem) -> tuple[str, ...]:
    kind = (one.code, one.form, one.sheet, one.field, one.facts.get("why", ""), one.waiver)
    return kind if one.cell else (*kind, message(one))


def _said(group: Sequence[Problem]) -> Said:
    first = group[0]
    text = printable(message(first))
    where = f"{_sheet(first)}{_cells(group)}"
    label = printable(str(first.facts.get("label", "")))
    if where and label and label not in text:
        where = f"{where} ({label})"
    waiver = say("listing.waived", reason=printable(first.waiver)) if first.waiver else ""
    return Said(first.severity, first.code, where, text, printable(fix(first)), waiver)


def _sheet(one: Problem) -> str:
    """The form, and the sheet where its name is another one: [B01], [B01 “Biểu 1”]."""
    sheet = printable(one.sheet)
    if not one.form:
        return f"[{sheet}]" if sheet else ""
    return f"[{one.form}]" if sheet in ("", one.form) else f"[{one.form} “{sheet}”]"


def _cells(group: Sequence[Problem]) -> str:
    cells = list(dict.fromkeys(one.cell for one in group if one.cell))
    text = ", ".join(cells[:CELLS_NAMED])
    return f"{text} {say('listing.more', n=count(len(cells) - CELLS_NAMED))}" if len(cells) > CELLS_NAMED else text


# --- text for people --------------------------------------------------------------------------------------------


def print_text(outcomes: Outcomes, screen: Screen, *, stored: bool, returned: str = "") -> None:
    """Every file that needs someone's eye, a summary, whether it is accepted, and the next sensible step.

    `returned` is the folder in which the files lie that go back, if any was asked for. One file that is only checked
    ends with whether it would be accepted: that is what its officer asks.
    """
    alone, few = len(outcomes) == 1, len(outcomes) <= FEW_FILES
    tally = _Tally(with_years=stored)
    for one in outcomes:
        tally.add(one)
        if alone:
            print_one(one, screen)
        elif few or _matters(one):
            _print_head(one, screen)
            _print_problems(one.problems, screen, with_notes=_has_error(one))
    if few or tally.matters:
        screen.line()
    screen.line((tally.summary(), "bold"))
    last = [_conclusion(tally, stored=stored), _next_step(tally, stored=stored, returned=returned)]
    for line in reversed(last) if alone and not stored else last:
        screen.line(line)


class _Tally:
    """What the end says of all files, counted as they pass."""

    def __init__(self, *, with_years: bool) -> None:
        self._with_years = with_years
        self._severities: Counter[Severity] = Counter()
        self.statuses: Counter[Status] = Counter()
        self.years: dict[int, bool] = {}  # in which any return ends, and whether a plan asks for any of them
        self.matters = False

    def add(self, one: Outcome) -> None:
        self.statuses[one.status] += 1
        self._severities.update(problem.severity for problem in one.problems)
        self.matters = self.matters or _matters(one)
        for said in one.returns if self._with_years else ():
            if said["period_to"] and not self.years.get(year := int(said["period_to"][:4])):
                self.years[year] = _is_asked(said["unit"], said["forms"], year)

    @property
    def files(self) -> int:
        return self.statuses.total()

    @property
    def bad(self) -> int:
        return self.files - self.statuses[Status.ACCEPTED]

    def summary(self) -> str:
        counts = self.statuses
        files = ", ".join(f"{count(counts[one])} {say(f'status.{one.value}')}" for one in Status if counts[one])
        problems = {f"{severity.value}s": count(self._severities[severity]) for severity in Severity}
        return say("listing.summary", n=count(self.files), files=files, **problems)


def _is_asked(unit: str, forms: Sequence[str], year: int) -> bool:
    """Whether a plan that holds in a year asks for any of the forms there."""
    from tracker.place import load
    from tracker.plans import schedules

    lives = load().units_of_code(unit)
    areas = {code for life in lives for code in (life.code, life.parent, life.province)}
    return any(plan.area in areas and plan.asks(forms, year) for plan in schedules())


def print_one(one: Outcome, screen: Screen) -> None:
    """One file for the officer who filled it in: who and when, then form by form what to do, in the forms' order."""
    _print_head(one, screen)
    for line in entry.who_and_when(one.returns):
        screen.line(f"  {printable(line)}", whole=True)
    by_form = entry.by_form(one.problems)
    if one.returns and (counts := entry.counts(one.returns, by_form)):
        screen.line(f"  {counts}")
    for form, problems in by_form.items():
        if len(by_form) > 1:
            screen.line((f"\n  {entry.form_title(form)}", "bold"))
        _print_problems(problems, screen, with_notes=True)


def _has_error(one: Outcome) -> bool:
    return any(problem.is_error for problem in one.problems)


def _matters(one: Outcome) -> bool:
    return one.status is not Status.ACCEPTED or any(it.severity is not Severity.INFO for it in one.problems)


def _print_head(one: Outcome, screen: Screen) -> None:
    status = say(f"status.{one.status.value}")
    screen.line((printable(one.path), "bold"), ": ", (status, STYLES[one.status]), whole=True)


def _print_problems(problems: Iterable[Problem], screen: Screen, *, with_notes: bool) -> None:
    shown = [it for it in grouped(problems) if with_notes or it.severity is not Severity.INFO]
    wide = max((len(_severity(it)) for it in shown), default=0)
    for said in shown:
        lines = wrap(said.sentence.rstrip(), max(40, screen.width - wide - 3), break_long_words=False)
        head = (f"  {_severity(said):<{wide}} ", "dim" if said.waiver else STYLES[said.severity])
        screen.line(head, f"\n{' ' * (wide + 3)}".join(lines), whole=True)


def _severity(said: Said) -> str:
    return say(f"severity.{said.severity.value}")


def _conclusion(tally: _Tally, *, stored: bool) -> str:
    """Whether it is, or would be, accepted: for one file in one plain line."""
    when = "stored" if stored else "checked"
    if tally.files == 1:
        (status,) = tally.statuses
        return say(f"listing.{when}.{status.value}")
    return say(f"listing.{when}.some", n=count(tally.bad)) if tally.bad else say(f"listing.{when}.all")


def _next_step(tally: _Tally, *, stored: bool, returned: str) -> str:
    if not stored:
        return say("listing.next_fix_and_check" if tally.bad else "listing.next_ingest")
    year = _year(tally.years, asked=bool(tally.bad))
    if tally.bad and returned:
        return say("listing.next_send_and_report" if year else "listing.next_send", folder=returned, year=year)
    if year is None:
        return say("listing.next_fix_and_ingest")
    return say("listing.next_fix_and_report" if tally.bad else "listing.next_report", year=year)


def _year(years: Mapping[int, bool], *, asked: bool) -> str | None:
    """The latest year of the returns, of those first that a plan asks for; None: no such year, if it must be `asked`
    for, or no period at all."""
    found = [year for year in years if years[year]] or [year for year in years if not asked]
    return str(max(found)) if found else None


# --- for machines -----------------------------------------------------------------------------------------------

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(outcomes: Outcomes) -> str:
    """Workflow commands that GitHub shows beside the files: one a line, the gravest of each file first."""
    return "\n".join(
        f"::{_LEVELS[said.severity]} file={_property(outcome.path)},title={_property(said.code)}"
        f"::{_data(said.sentence.rstrip())}"
        for outcome in outcomes
        for said in grouped(outcome.problems)
    )


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def junit(outcomes: Sequence[Outcome]) -> str:
    """JUnit XML: the run is a suite, a file a case; its errors fail it, its warnings and notes are its output."""
    from xml.etree import ElementTree as Xml

    suites = Xml.Element("testsuites", name="tracker")
    failed = [one for one in outcomes if _fails(one)]
    suite = Xml.SubElement(
        suites, "testsuite", name="tracker check", tests=str(len(outcomes)), failures=str(len(failed)), errors="0"
    )
    for one in outcomes:
        _case(Xml.SubElement(suite, "testcase", classname="tracker", name=printable(one.path)), one)
    Xml.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode")


def _fails(one: Outcome) -> bool:
    return one.status is not Status.ACCEPTED or _has_error(one)


def _case(case: Any, one: Outcome) -> None:
    from xml.etree import ElementTree as Xml

    errors = [said for said in grouped(one.problems) if said.severity is Severity.ERROR]
    others = [said for said in grouped(one.problems) if said.severity is not Severity.ERROR]
    if _fails(one):
        status = say(f"status.{one.status.value}")
        failure = Xml.SubElement(case, "failure", type=errors[0].code if errors else one.status.value, message=status)
        failure.text = "\n".join(f"{said.code}: {said.sentence.rstrip()}" for said in errors)
    if others:
        lines = (f"{said.severity.value} {said.code}: {said.sentence.rstrip()}" for said in others)
        Xml.SubElement(case, "system-out").text = "\n".join(lines)
