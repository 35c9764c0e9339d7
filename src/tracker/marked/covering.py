"""The covering list of one district: which file goes back to which unit, and how much is wrong with it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from tracker.marked.rebuilt import CREATED
from tracker.messages import say
from tracker.returns import Status

COLUMNS = ("unit", "agency", "period", "forms", "status", "errors", "warnings", "returned", "received", "how")
_WIDTHS = (5, 26, 13, 22, 10, 13, 6, 9, 26, 26, 26)


@dataclass(frozen=True, slots=True)
class Line:
    """One file that goes back; the names are those of COLUMNS, and `codes` are those of its units."""

    codes: str
    unit: str
    agency: str
    period: str
    forms: str
    status: Status
    errors: int
    warnings: int
    returned: str
    received: str
    how: str


def covering_list(title: str, lines: Sequence[Line]) -> bytes:
    """The bytes of an .xlsx, the same bytes each time; the rows by the units' codes and the files."""
    import xlsxwriter

    from tracker.report.csv import escaped

    into = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    file = xlsxwriter.Workbook(into, options)
    file.set_properties({"created": CREATED})
    look = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True}
    boxed = file.add_format({**look, "border": 1})
    middle = file.add_format({**look, "border": 1, "align": "center"})
    head = file.add_format({**look, "border": 1, "bold": True, "align": "center", "bg_color": "#E7ECF3"})
    link = file.add_format({**look, "border": 1, "font_color": "#0B3D91", "underline": 1})
    sheet = file.add_worksheet(say("marked.list.sheet"))
    sheet.write_string(
        0, 0, say("marked.list.title"), file.add_format({**look, "bold": True, "font_size": 15, "text_wrap": False})
    )
    sheet.write_string(1, 0, title, file.add_format({**look, "bold": True, "text_wrap": False}))
    for column, (name, width) in enumerate(zip(("number", *COLUMNS), _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, say(f"marked.list.column.{name}"), head)
    for number, one in enumerate(sorted(lines, key=lambda it: (it.codes, it.returned, it.received)), 1):
        sheet.write_number(number + 3, 0, number, middle)
        for column, (name, value) in enumerate(zip(COLUMNS, astuple(one)[1:], strict=True), 1):
            at = (number + 3, column)
            if isinstance(value, int):
                sheet.write_number(*at, value, middle)
            elif name == "returned":
                sheet.write_url(*at, f"external:{value}", link, escaped(value))
            else:
                text = say(f"status.{value}") if name == "status" else value
                sheet.write_string(*at, escaped(text), boxed)
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")
    file.close()
    return into.getvalue()
