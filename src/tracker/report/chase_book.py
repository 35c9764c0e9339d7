"""The chase as a workbook to send out: one sheet a plan, by district, with filters; the same bytes every time."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tracker.messages import lang, say
from tracker.report.chasing import SHEET_COLUMNS, sheet_rows
from tracker.report.csv import escaped
from tracker.writing import count, day

if TYPE_CHECKING:
    from tracker.chase import Chase, PlanChase

MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # a fixed day: the same chase gives the same bytes
HEADING = 3  # rows above the headings of the columns
LINE = 15  # points
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
SHEET_NAME = 31


def as_workbook(chase: Chase) -> bytes:
    """An .xlsx with a sheet for each plan; one sheet that says so where there is nothing to chase."""
    from xlsxwriter import Workbook

    held = io.BytesIO()
    book = Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": say("chase.title", year=chase.year), "created": MADE})
    for one in chase.plans:
        _sheet(book, chase, one)
    if not chase.plans:
        book.add_worksheet(str(chase.year)).write_string(0, 0, say("outline.nothing", year=chase.year))
    book.close()
    return held.getvalue()


def _sheet(book: Any, chase: Chase, one: PlanChase) -> None:
    sheet = book.add_worksheet(FORBIDDEN.sub(" ", one.plan.id)[:SHEET_NAME])
    rows = sheet_rows(chase, one)
    bold, head = (book.add_format(style) for style in ({"bold": True, "font_size": 13}, _HEAD))
    sheet.write_string(0, 0, f"{say('chase.title', year=chase.year)} – {one.plan.title.said(lang())}", bold)
    sheet.write_string(1, 0, basis(chase, one))
    for number, (name, width) in enumerate(SHEET_COLUMNS.items()):
        sheet.set_column(number, number, width)
        sheet.write_string(HEADING, number, say(f"chase.sheet.{name}"), head)
    sheet.set_row(HEADING, 2 * LINE)
    formats = [book.add_format(style) for style in (_TEXT, {**_TEXT, "num_format": "#,##0"}, _DAY)]
    for at, row in enumerate(rows, start=HEADING + 1):
        for number, cell in enumerate(row):
            _write(sheet, at, number, cell, formats)
        sheet.set_row(at, LINE * _lines(row))  # not every program measures wrapped text when it opens a file
    last = len(SHEET_COLUMNS) - 1
    sheet.autofilter(HEADING, 0, HEADING + max(1, len(rows)), last)
    sheet.freeze_panes(HEADING + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING)


_TEXT = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D0D0D0"}
_DAY = {**_TEXT, "num_format": "dd/mm/yyyy", "align": "left"}
_HEAD = {**_TEXT, "bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"}


def _lines(row: list[str | int | date | None]) -> int:
    """How many lines the longest cell of a row takes in its column."""
    texts = (cell if isinstance(cell, str) else "" for cell in row)
    return max(-(-len(text) // width) for text, width in zip(texts, SHEET_COLUMNS.values(), strict=True)) or 1


def _write(sheet: Any, row: int, column: int, cell: str | int | date | None, formats: list[Any]) -> None:
    text, figure, when = formats
    if cell is None:
        sheet.write_blank(row, column, None, text)
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell, figure)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), when)  # noqa: DTZ001
    else:
        sheet.write_string(row, column, escaped(cell), text)


def basis(chase: Chase, one: PlanChase) -> str:
    """What the lists rest on: the day, the registry's day and size, and what had been received."""
    known = say("outline.known_on", day=day(chase.known_on)) if chase.known_on else say("outline.known_all")
    return say("outline.basis", day=day(chase.as_of), units=count(one.communes), known=known)
