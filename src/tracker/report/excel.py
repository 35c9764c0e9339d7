"""The report as an Excel workbook: real numbers, native charts, ready to filter and print; always the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from textwrap import wrap
from typing import Any

import xlsxwriter

from tracker.messages import lang, say
from tracker.report.characters import printable
from tracker.report.content import Report
from tracker.report.outline import Cell, Tone
from tracker.report.sheets import Chart, Entry, Percent, Sheet, sheets
from tracker.report.wording import MASKED

FONT, SIZE = "Times New Roman", 12
LINE_HEIGHT = 16.5  # points
A4 = 9
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LOCALES = {"vi": "[$-42A]", "en": "[$-409]"}
DAYS = {"vi": "dd/mm/yyyy", "en": "d mmm yyyy"}

Look = Mapping[str, Any]

TONES: Mapping[Tone, Look] = {
    Tone.PLAIN: {},
    Tone.GOOD: {"bg_color": "#E3F1E4", "font_color": "#1B5E20"},
    Tone.BAD: {"bg_color": "#FBE4E1", "font_color": "#8B1A10"},
    Tone.UNSURE: {"bg_color": "#FFF2CC", "font_color": "#6B4E00"},
    Tone.QUIET: {"font_color": "#595959", "italic": True},
}
JUDGING = (Tone.GOOD, Tone.BAD, Tone.UNSURE, Tone.QUIET)
TITLE: Look = {"bold": True, "font_size": 14, "text_wrap": True, "valign": "vcenter"}
ABOUT: Look = {"italic": True, "text_wrap": True, "valign": "vcenter"}
HEADING: Look = {
    "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter",
    "bg_color": "#DCE6F1", "border": 1, "border_color": "#8EA9C1",
}  # fmt: skip
PLAIN: Look = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}

BARS = ("#2F5F8F", "#B5CCE4")
LIMIT = "#C00000"


def as_excel(report: Report) -> bytes:
    """The whole workbook."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties(
        {"title": say("annex.title", year=report.year), "created": datetime.combine(report.as_of, time())}
    )
    looks = _Looks(book)
    pages = sheets(report) or [_nothing(report)]
    for number, sheet in enumerate(pages):
        _write(book, sheet, looks, first=number == 0)
    book.close()
    return file.getvalue()


def _nothing(report: Report) -> Sheet:
    said = say("outline.nothing", year=report.year)
    return Sheet(say("annex.sheet.summary"), said, [], [], [])


class _Looks:
    """Formats by what they look like, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, *looks: Look) -> Any:
        look = {"font_name": FONT, "font_size": SIZE}
        for one in looks:
            look |= one
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _write(book: Any, sheet: Sheet, looks: _Looks, *, first: bool) -> None:
    page = book.add_worksheet(sheet.name)
    width = sum(column.width for column in sheet.columns) or 100
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width, looks())
    row = _heading(page, sheet, looks, width)
    _table(page, sheet, looks, row)
    below = row + 1 + len(sheet.rows)
    for note in sheet.notes:
        below = _line(page, below, note, looks(ABOUT), sheet, width)
    if sheet.chart is not None:
        _chart(book, page, sheet, (row + 1, row + len(sheet.rows)), below + 1)
    _print_setup(page, row, on_one_page=sheet.chart is not None)
    if first:
        page.activate()


def _heading(page: Any, sheet: Sheet, looks: _Looks, width: int) -> int:
    """Title and what the figures rest on; returns the row of the column headings."""
    row = _line(page, 0, sheet.title, looks(TITLE), sheet, width * 6 // 7)
    for text in sheet.lines:
        row = _line(page, row, text, looks(ABOUT), sheet, width)
    return row


def _line(page: Any, row: int, text: str, look: Any, sheet: Sheet, width: int) -> int:
    """A line of text over the whole width of the table; returns the row under it."""
    page.set_row(row, LINE_HEIGHT * max(1, len(wrap(text, width))))
    if len(sheet.columns) > 1:
        page.merge_range(row, 0, row, len(sheet.columns) - 1, "", look)
    page.write_string(row, 0, printable(text), look)
    return row + 1


def _table(page: Any, sheet: Sheet, looks: _Looks, top: int) -> None:
    if not sheet.columns:
        return
    page.set_row(top, _height(sheet, [column.label for column in sheet.columns]) + 6)
    for number, column in enumerate(sheet.columns):
        page.write_string(top, number, column.label, looks(HEADING))
    for down, row in enumerate(sheet.rows, start=top + 1):
        page.set_row(down, _height(sheet, row))
        for number, entry in enumerate(row):
            _entry(page, (down, number), entry, looks)
    page.freeze_panes(top + 1, 1)
    page.autofilter(top, 0, top + len(sheet.rows), len(sheet.columns) - 1)


def _entry(page: Any, place: tuple[int, int], entry: Entry, looks: _Looks) -> None:
    locale = LOCALES[lang()]
    match entry:
        case None | "":
            page.write_blank(*place, None, looks(PLAIN))
        case Percent(thousandths):
            page.write_number(*place, thousandths / 1000, looks(PLAIN, {"num_format": f"{locale}0.0%"}))
        case int():
            page.write_number(*place, entry, looks(PLAIN, {"num_format": f"{locale}#,##0"}))
        case date():
            look = {"num_format": locale + DAYS[lang()], "align": "center"}
            page.write_datetime(*place, datetime.combine(entry, time()), looks(PLAIN, look))
        case Cell(text, tone, level):
            indent = {"align": "left", "indent": level} if level else {"align": "center"} if tone in JUDGING else {}
            page.write_string(*place, printable(text), looks(PLAIN, TONES[tone], indent))
        case str():
            quoted = {"quote_prefix": True} if entry.startswith(FORMULA_SIGNS) else {}
            right = {"align": "right"} if entry == MASKED else {}
            page.write_string(*place, printable(entry), looks(PLAIN, quoted, right))


def _height(sheet: Sheet, texts: Sequence[Entry]) -> float:
    """Of a row: as high as the cell that takes most lines; only texts take more than one."""
    lines = 1
    for column, entry in zip(sheet.columns, texts, strict=True):
        text = entry.text if isinstance(entry, Cell) else entry
        if isinstance(text, str):
            lines = max(lines, len(wrap(text, column.width * 6 // 5)))
    return LINE_HEIGHT * lines


def _print_setup(page: Any, heading: int, *, on_one_page: bool) -> None:
    """A4: a table with its chart upright on one page; others on their side, the headings on every page."""
    page.set_paper(A4)
    if on_one_page:
        page.set_portrait()
        page.fit_to_pages(1, 1)
    else:
        page.set_landscape()
        page.fit_to_pages(1, 0)
    page.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    page.center_horizontally()
    page.repeat_rows(heading)
    page.set_footer(f'&L&"{FONT}"&9&A&R&"{FONT}"&9&P/&N')


# --- charts -----------------------------------------------------------------------------------------------------


def _chart(book: Any, page: Any, sheet: Sheet, rows: tuple[int, int], below: int) -> None:
    asked = sheet.chart
    assert asked is not None
    drawn = book.add_chart({"type": "column", "subtype": "stacked"})
    for number, colour in zip(asked.bars, BARS, strict=False):
        drawn.add_series({**_series(sheet, number, rows), "fill": {"color": colour}, "gap": 40})
    if asked.line is not None:
        limit = book.add_chart({"type": "line"})
        line = {"color": LIMIT, "width": 1.75, "dash_type": "dash"}
        limit.add_series({**_series(sheet, asked.line, rows), "line": line})
        drawn.combine(limit)
    _dress(drawn, asked)
    place = {"description": asked.described, "object_position": 2, "x_offset": 4, "y_offset": 4}
    page.insert_chart(below, 0, drawn, place)


def _series(sheet: Sheet, number: int, rows: tuple[int, int]) -> dict[str, Any]:
    assert sheet.chart is not None
    names = sheet.chart.names
    return {
        "name": sheet.columns[number].label,
        "categories": [sheet.name, rows[0], names, rows[1], names],
        "values": [sheet.name, rows[0], number, rows[1], number],
    }


def _dress(drawn: Any, asked: Chart) -> None:
    """Sober: one font, thin lines, per cent from 0 to 100 where it is a share."""
    font = {"name": FONT, "size": 10}
    drawn.set_title({"name": asked.title, "name_font": {"name": FONT, "size": 13, "bold": True}, "overlay": False})
    grid = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}}
    locale = LOCALES[lang()]
    scale = {"min": 0, "max": 1, "num_format": f"{locale}0%"} if asked.share else {"min": 0, "num_format": "0"}
    drawn.set_y_axis({**scale, "num_font": font, "major_gridlines": grid, "line": {"none": True}})
    days = {"num_format": "dd/mm", "text_axis": True} if not asked.share else {}
    drawn.set_x_axis({"num_font": {**font, "rotation": -45}, **days})
    legend = {"position": "bottom", "font": font}
    drawn.set_legend(legend if asked.share else {"none": True})
    drawn.set_size({"width": 1040, "height": 420})
