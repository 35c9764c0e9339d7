"""One workbook to fill, as bytes: TTC, the forms, the explanations, and the hidden sheet with the mark and the lists.

The same task and the same figures of last period give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker.form import Layout
from tracker.forms import FORMS, TTC
from tracker.forms.ttc import VERSION
from tracker.intake.grid import column_name
from tracker.messages import lang, say
from tracker.place import Places
from tracker.plan import Duty, Plan
from tracker.template import explanations, ttc
from tracker.template.asked import Asked, asked
from tracker.template.coded import Coded
from tracker.template.entry import Lists
from tracker.template.mark import SHEET, Mark, shown_period
from tracker.template.page import Page
from tracker.template.rows import Rows
from tracker.template.stocks import Last
from tracker.template.style import DEFAULT, Styles
from tracker.template.tasks import Task

_LISTS_FROM = 3  # column of the hidden sheet; the mark stands in the first two


@dataclass(slots=True)
class Drawing:
    """What all the workbooks of a plan's year share; `source` says where the plan came from (see `mark`)."""

    plan: Plan
    year: int
    source: str
    places: Places
    _asked: dict[str, Asked] = field(default_factory=dict)
    _pages: dict[Any, list[explanations.Line]] = field(default_factory=dict)

    def asked(self, form: str) -> Asked:
        if form not in self._asked:
            self._asked[form] = asked(self.plan, FORMS[form])
        return self._asked[form]

    def book(self, task: Task, last: Mapping[str, Last]) -> bytes:
        """The workbook of one task, with what its body reported last."""
        from xlsxwriter import Workbook

        target = io.BytesIO()
        book = Workbook(target, {"in_memory": True, "default_format_properties": DEFAULT})
        made = datetime(self.year, 1, 1)  # noqa: DTZ001  # not today, so that the bytes are the same tomorrow
        book.set_properties({"title": task.name.rpartition("/")[2], "created": made})
        styles, lists = Styles(book), Lists()
        forms = [self._form(task, code, lists, last.get(code)) for code in task.forms]
        ttc.draw(book, Page(book.add_worksheet(TTC.code), styles, task, ttc.WIDTHS), lists)
        for one in forms:
            sheet = book.add_worksheet(one.asked.form.code)
            one.draw(Page(sheet, styles, task, one.widths()))
        page = book.add_worksheet(say("template.explanations"))
        explanations.draw(page, styles, self._explained(task))
        held = {one.asked.form.code: one.held() for one in forms}
        _hide(book, self._mark(task, held), lists)
        book.close()
        return target.getvalue()

    def _form(self, task: Task, code: str, lists: Lists, last: Last | None) -> Coded | Rows:
        one = self.asked(code)
        if one.form.layout is Layout.ROWS:
            return Coded(one, lists, last)
        return Rows(one, lists, last, self._printed(task, code))

    def _printed(self, task: Task, code: str) -> Sequence[tuple[str, str]]:
        """The first cells of the lines of a form that the plan or the registry knows."""
        if code == "B06":
            return [(duty.id, duty.label.said("vi")) for duty in self._duties(task)]
        if code == "B00":
            communes = self.places.communes(self.plan.area, date(self.year, 12, 31))
            return [(unit.code, unit.full_name) for unit in communes]
        return ()

    def _duties(self, task: Task) -> list[Duty]:
        tier = str(task.unit.tier)
        return [duty for duty in self.plan.duties if (duty.agency, str(duty.tier)) == (task.agency, tier)]

    def _explained(self, task: Task) -> list[explanations.Line]:
        duties = tuple(self._duties(task))
        key = (task.forms, tuple(duty.id for duty in duties), lang())
        if key not in self._pages:
            self._pages[key] = explanations.lines(map(self.asked, task.forms), duties, self.year)
        return self._pages[key]

    def _mark(self, task: Task, held: Mapping[str, tuple[str, ...]]) -> Mark:
        period = shown_period(task.period) if task.fixed else ""
        return Mark(VERSION, self.plan.id, self.source, task.unit.code, task.agency, str(self.year), period, held)


def _hide(book: Any, mark: Mark, lists: Lists) -> None:
    """The hidden sheet: the mark, and the values of every list under a defined name."""
    sheet = book.add_worksheet(SHEET)
    for row, words in enumerate(mark.rows()):
        for place, word in enumerate(words):
            sheet.write_string(row, place, word)
    for place, (values, name) in enumerate(lists.names.items(), _LISTS_FROM):
        sheet.write_column(0, place, values)
        column = column_name(place)
        book.define_name(name, f"={SHEET}!${column}$1:${column}${len(values)}")
    sheet.very_hidden()
    sheet.protect()
