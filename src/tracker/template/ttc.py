"""Draws TTC, the sheet that says who and when: what is known beforehand is filled in and locked."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.form import Field
from tracker.forms import FORMS, TTC
from tracker.forms.ttc import VERSION
from tracker.messages import say
from tracker.template.entry import FIRST_DAY, LAST_DAY, Lists, meaning, shape, validation
from tracker.template.page import FIRST_ROW, HEADER_ROW, Page, finish, head, reporter, row_height
from tracker.template.tasks import Task

WIDTHS = (8.0, 30.0, 36.0, 48.0)
_VALUE, _HOW = 2, 3  # columns
_NAMES = {"period_from": FIRST_DAY, "period_to": LAST_DAY}
_PERIOD = ("period_type", "period_from", "period_to", "year")
_NEEDED = ("reporter_code", "period_from", "period_to", "prepared_on", "signed", "outlet")
_STATED = {int: "filled_number", date: "filled_day"}


def draw(book: Any, page: Page, lists: Lists) -> None:
    """The answers, then where the forms of the file are; the two days of the period get their defined names."""
    sheet, styles, task = page.sheet, page.styles, page.task
    head(page, TTC.code, TTC.title, say("template.legend"))
    sheet.set_row(HEADER_ROW, 24)
    for place, text in enumerate((*TTC.header, say("template.how"))):
        sheet.write_string(HEADER_ROW, place, text, styles["head"])
    filled = _filled(task)
    fields = [one for one in TTC.fields if one.name != "outlet" or task.agency == "BC"]
    for row, one in enumerate(fields, FIRST_ROW - 1):
        _draw_answer(page, row, one, filled.get(one.name), lists)
        if one.name in _NAMES:
            book.define_name(_NAMES[one.name], f"={TTC.code}!$C${row + 1}")
    bottom = FIRST_ROW + len(fields)
    sheet.write_string(bottom, 1, say("template.forms_here"), styles["small_bold"])
    for row, code in enumerate(task.forms, bottom + 1):
        sheet.write_url(row, 1, f"internal:'{code}'!A1", styles["small"], f"{code} · {FORMS[code].title}")
    finish(page, bottom + len(task.forms) + 1, frozen=(HEADER_ROW + 1, 0), repeated=None)


def _filled(task: Task) -> dict[str, object]:
    return {
        "form_version": VERSION,
        "reporter_name": reporter(task),
        "reporter_code": task.unit.code,
        "agency": task.agency,
        "period_type": task.kind.value,
        "period_from": task.period.first,
        "period_to": task.period.last,
        "year": task.period.last.year,
        "revision": 1,
    }


def _draw_answer(page: Page, row: int, one: Field, value: object, lists: Lists) -> None:
    sheet, styles, task = page.sheet, page.styles, page.task
    is_open = value is None or one.name == "revision" or (not task.fixed and one.name in _PERIOD)
    hint = meaning(TTC, one, task.year) if is_open else ""
    sheet.write_string(row, 0, one.code, styles["code"])
    sheet.write_string(row, 1, one.label, styles["label"])
    sheet.write_string(row, _HOW, hint, styles["label"])
    sheet.set_row(row, row_height(hint, WIDTHS[_HOW]))
    look = styles[_STATED.get(type(value), "filled")]
    if is_open:
        look = styles.entry(shape(one)[0], needed=one.name in _NEEDED, align="left")
        sheet.data_validation(row, _VALUE, row, _VALUE, dict(validation(TTC, one, task.year, lists)))
    _write(sheet, (row, _VALUE), value, look)


def _write(sheet: Any, at: tuple[int, int], value: object, look: Any) -> None:
    if value is None:
        sheet.write_blank(*at, None, look)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, look)
    elif isinstance(value, int):
        sheet.write_number(*at, value, look)
    else:
        sheet.write_string(*at, str(value), look)
