"""What a template says of itself on its hidden sheet, and how it is known again when it comes back.

The mark decides nothing that the return says itself: it tells when a file is not the template that was sent out, or
no longer whole. Imports nothing of plans, so that reading a file stays cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from tracker.folding import fold_label
from tracker.form import Form, Layout
from tracker.forms import FORMS
from tracker.forms.ttc import VERSION
from tracker.heading import Heading
from tracker.intake.grid import Book, Sheet, Value
from tracker.intake.tables import RowSays, Table, row_code
from tracker.period import Period
from tracker.problems import Problem, problem

SHEET = "_tracker"
FIRST = ("tracker", "template")
SHIPPED, OWN = "shipped", "file"
_WORDS = {
    "version": re.compile(r"[\d.]{1,12}"),
    "plan": re.compile(r"[a-z0-9-]{1,60}"),
    "source": re.compile(f"{SHIPPED}|{OWN}"),
    "unit": re.compile(r"\d{2,5}"),
    "agency": re.compile(r"[A-Z]{2,8}"),
    "year": re.compile(r"\d{4}"),
    "period": re.compile(r"(?:\d\d/\d\d/\d{4}–\d\d/\d\d/\d{4})?"),
}
"""What the words of a mark look like."""
_MOST_SHOWN = 6  # of what is missing; a form that lost more has lost its shape


@dataclass(frozen=True, slots=True)
class Mark:
    """The words of the hidden sheet: form version, plan, body, days, and what each form held.

    `source` says whether the plan was shipped or a file of one's own; `period` is "" where the body may choose it.
    `forms` leads from a form's code to its headings and row codes.
    """

    version: str
    plan: str
    source: str
    unit: str
    agency: str
    year: str
    period: str = ""
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Key and value of each line, all text."""
        yield FIRST
        yield from (("version", self.version), ("plan", self.plan), ("source", self.source))
        yield from (("unit", self.unit), ("agency", self.agency), ("year", self.year), ("period", self.period))
        yield from ((f"form {code}", "|".join(held)) for code, held in self.forms.items())


def is_own(sheet: Sheet) -> bool:
    """Whether a sheet is the hidden one of a template, whatever it is called by now."""
    return (sheet.at(0, 0), sheet.at(0, 1)) == FIRST


def mark_of(book: Book) -> Mark | None:
    """The mark of a template; None in any other file and where it says what no template says."""
    sheet = next((one for one in book.sheets if is_own(one)), None)
    if sheet is None:
        return None
    said = {str(row[0]): str(row[1] or "") for row in sheet.rows[1:] if len(row) > 1 and row[0] is not None}
    words = {name: said.get(name, "") for name in _WORDS}
    if not all(form.fullmatch(words[name]) for name, form in _WORDS.items()):
        return None
    held = {code: said[f"form {code}"] for code in FORMS if f"form {code}" in said}
    return Mark(**words, forms={code: _known(code, line) for code, line in held.items()})


@lru_cache(maxsize=256)
def _known(code: str, line: str) -> tuple[str, ...]:
    """The headings and row codes of a form in a line of the mark, which many templates have in common."""
    form = FORMS[code]
    return tuple(word for word in line.split("|") if word in form.header or word in form.row_codes)


# --- what the mark holds against the file -----------------------------------------------------------------------


def recognised(mark: Mark, heading: Heading, tables: Mapping[str, Sequence[Table]], others: Sequence[str]) -> None:
    """Adds to the heading what tells that a file is an old, a foreign or a changed template.

    An old one is refused: what its codes meant is not what they mean now. All else is a warning, since the return
    says itself whose it is and for when. `others` are the forms whose sheets are refused anyway.
    """
    if mark.version != VERSION:
        if not any(one.code == "unknown_form_version" for one in heading.problems):
            facts = {"expected": VERSION, "why": "template"}
            heading.problems.append(problem("unknown_form_version", found=mark.version, facts=facts))
        return
    body, reporter = (mark.unit, mark.agency), (heading.unit, heading.agency)
    if body != reporter:
        heading.problems.append(_warning("other_body", " ".join(body), " ".join(reporter)))
    period = _shown(heading.period)
    if mark.period and period and mark.period != period:
        heading.problems.append(_warning("other_period", mark.period, period))
    if mark.source == SHIPPED and not _is_shipped(mark.plan):
        heading.problems.append(_warning("other_plan", "", mark.plan))
    lost = [words for code in mark.forms if code not in others and (words := _lost(mark, code, tables))]
    if lost:
        heading.problems.append(_warning("changed", "", "; ".join(lost)))


def shown_period(period: Period) -> str:
    """As the mark keeps it: a text that no program takes for a date."""
    return f"{period.first:%d/%m/%Y}–{period.last:%d/%m/%Y}"


def _shown(period: Period | None) -> str:
    return shown_period(period) if period else ""


def _warning(why: str, expected: str, found: str) -> Problem:
    return problem("hidden_sheet", sheet=SHEET, found=found, expected=expected, why=why)


@cache
def _is_shipped(plan: str) -> bool:
    """Asked of the files: whoever reads a return needs no plan."""
    return (files("tracker") / "plans" / f"{plan}.toml").is_file()


def _lost(mark: Mark, code: str, tables: Mapping[str, Sequence[Table]]) -> str:
    """What a form has lost of its headings and rows: "B01: 0103, 0104"; its code alone when it is gone."""
    form, found = FORMS.get(code), tables.get(code, ())
    if form is None or not found:
        return code
    present = {label for table in found for label in table.columns}
    if form.layout is Layout.ROWS:
        present.update(table.coded[number] for table in found for number, _ in table.rows() if number in table.coded)
    gone = set(mark.forms[code]) - present
    if gone and form.layout is Layout.ROWS:
        present.update(row_code(cell) for table in found for cell in _codes(table))
    folded = {fold_label(text) for text in present} if gone else set()
    lost = [held for held in mark.forms[code] if held in gone and fold_label(held) not in folded]
    more = ["…"] if len(lost) > _MOST_SHOWN else []
    return f"{code}: {', '.join([*lost[:_MOST_SHOWN], *more])}" if lost else ""


def _codes(table: Table) -> list[Value]:
    return [table.sheet.at(number, table.columns["Mã số"]) for number, _ in table.rows()]


# --- what a template fills in itself ----------------------------------------------------------------------------


def answered(table: Table, mark: Mark | None) -> list[tuple[int, RowSays]]:
    """The rows of a table that somebody has answered: in a template, not those that hold only what it printed."""
    rows = list(table.rows())
    if mark is None or not table.form.printed:
        return rows
    printed = _printed_columns(table.form, table)
    asked = [place for place in table.columns.values() if place not in printed]
    data = RowSays.DATA
    return [one for one in rows if one[1] is not data or table.fills(one[0], asked)]


def _printed_columns(form: Form, table: Table) -> set[int]:
    return {table.columns[label] for name in form.printed if (label := form.by_name[name].label) in table.columns}
