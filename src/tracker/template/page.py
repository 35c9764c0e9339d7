"""What every sheet of a template has around its table: the head of a ministry form, signatures, print, protection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.intake.grid import column_name
from tracker.messages import lang, say
from tracker.period import DAY, Kind
from tracker.template.style import Styles
from tracker.template.tasks import Task
from tracker.writing import day

A4 = 9
PORTRAIT_FITS = 125  # characters across; wider sheets are printed lengthwise
TITLE_ROW, PERIOD_ROW, LEGEND_ROW, HEADER_ROW = 3, 4, 5, 6
NUMBER_ROW = HEADER_ROW + 1
FIRST_ROW = HEADER_ROW + 2
_LINE = 16.5  # points


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to draw on: the sheet of XlsxWriter, the formats, whose it is, and the widths of its columns."""

    sheet: Any
    styles: Styles
    task: Task
    widths: tuple[float, ...]

    @property
    def last(self) -> int:
        return len(self.widths) - 1


def reporter(task: Task) -> str:
    """The name of the body: "UBND phường Phúc Xá", "Sở Thông tin và Truyền thông thành phố Hà Nội"."""
    unit = f"{task.unit.kind} {task.unit.name}".strip()
    short = {"UBND": "UBND", "BCD": "BCĐ"}
    return f"{short.get(task.agency) or say(f'agency.{task.agency}')} {unit}"


def head(page: Page, form: str, title: str, legend: str) -> None:
    """Number, plan and due on the left, who and to whom on the right, title and period in the middle."""
    task = page.task
    within = say("template.code_within", code=task.unit.code, parent=task.parent.full_name if task.parent else "")
    code = within if task.parent else say("template.code", code=task.unit.code)
    left = (
        say("template.number", form=form),
        say("template.plan", number=task.plan.citation.number),
        _due(task, form),
    )
    issuer = task.plan.citation.issued_by.said(lang())
    right = (say("template.reporter", name=reporter(task)), code, say("template.receiver", name=issuer))
    middle = _middle(page.widths)
    for number, texts in enumerate(zip(left, right, strict=True)):
        bold = "block_bold" if not number else "block"
        _across(page, number, (0, middle), texts[0], bold)
        _across(page, number, (middle + 1, page.last), texts[1], "block_bold" if not number else "block")
        page.sheet.set_row(
            number, _LINE * max(_lines(page, (0, middle), texts[0]), _lines(page, (middle + 1, page.last), texts[1]))
        )
    _across(page, TITLE_ROW, (0, page.last), title.upper(), "title")
    page.sheet.set_row(TITLE_ROW, 24)
    _across(page, PERIOD_ROW, (0, page.last), _period(task), "middle")
    _across(page, LEGEND_ROW, (0, page.last), legend, "note")
    page.sheet.set_row(LEGEND_ROW, 14 * _lines(page, (0, page.last), legend) + 3)


def _due(task: Task, form: str) -> str:
    due = task.due(form) or task.first_due
    if due is None:
        return say("template.no_due")
    last = due.last_day(task.year)
    return say("template.due_before", day=day(last + DAY)) if due.before else say("template.due_by", day=day(last))


def _period(task: Task) -> str:
    if not task.fixed:
        return say("template.period_open")
    kind = say(f"period_kind.{Kind(task.kind).name.lower()}")
    return say("template.period", kind=kind, first=day(task.period.first), last=day(task.period.last))


def _middle(widths: tuple[float, ...]) -> int:
    """The last column of the left half."""
    sums, total = 0.0, sum(widths)
    for number, width in enumerate(widths[:-1]):
        sums += width
        if sums >= 0.45 * total:
            return number
    return max(len(widths) - 2, 0)


def _across(page: Page, row: int, columns: tuple[int, int], text: str, style: str) -> None:
    first, last = columns
    if first < last:
        page.sheet.merge_range(row, first, row, last, text, page.styles[style])
    else:
        page.sheet.write_string(row, first, text, page.styles[style])


def _lines(page: Page, columns: tuple[int, int], text: str) -> int:
    width = sum(page.widths[columns[0] : columns[1] + 1])
    return max(1, -(-len(text) // max(int(width * 1.05), 1)))


def row_height(text: str, width: float, least: float = 20) -> float:
    """Points that a wrapped text needs in a column, since not every program finds them itself."""
    lines = max(1, -(-len(text) // max(int(width * 1.0), 1)))
    return max(least, lines * 15.75 + 2)


def sign(page: Page, row: int) -> None:
    """The places to sign under a table; no names."""
    middle = _middle(page.widths)
    left, right = (0, middle), (middle + 1, page.last)
    chief = {"UBND": ("committee", "chair"), "BCD": ("steering", "leader")}.get(page.task.agency, ("", "head"))
    lines = (
        ("", "place", "sign_below"),
        ("maker", chief[0] or chief[1], "sign"),
        ("maker_below", chief[1] if chief[0] else "below", "sign_below"),
        ("", "below" if chief[0] else "", "sign_below"),
    )
    for number, (maker, signer, style) in enumerate(lines):
        for columns, key in ((left, maker), (right, signer)):
            bold = "sign" if key == chief[1] else style
            if key:
                _across(page, row + number, columns, say(f"template.sign.{key}"), bold)


def finish(page: Page, last_row: int, *, frozen: tuple[int, int], repeated: tuple[int, int] | None) -> None:
    """Columns, print on A4 to the width of the sheet, frozen headings, locked cells."""
    sheet = page.sheet
    for number, width in enumerate(page.widths):
        sheet.set_column(number, number, width)
    sheet.set_paper(A4)
    if sum(page.widths) > PORTRAIT_FITS:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.print_area(f"A1:{column_name(page.last)}{last_row + 1}")
    if repeated:
        sheet.repeat_rows(*repeated)
    who = reporter(page.task).replace("&", "&&")
    sheet.set_footer(f'&L&"Times New Roman,Italic"&10{who}&R&"Times New Roman,Italic"&10{say("template.page")}')
    sheet.freeze_panes(*frozen)
    sheet.hide_gridlines(2)
    protect(sheet)


def protect(sheet: Any) -> None:
    """Everything but the cells to fill is locked, without a password; rows may be inserted and made higher."""
    sheet.protect("", {"insert_rows": True, "format_rows": True, "format_columns": True})
