"""Draws a table form: the columns that the plan uses, blank lines to fill, or lines whose first cells are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.form import Field, Kind
from tracker.intake.grid import a1
from tracker.messages import say
from tracker.template.asked import Asked
from tracker.template.entry import Lists, broken, first_cell, shape, validation
from tracker.template.page import (
    FIRST_ROW,
    HEADER_ROW,
    LEGEND_ROW,
    NUMBER_ROW,
    Page,
    finish,
    head,
    row_height,
    sign,
)
from tracker.template.stocks import Last
from tracker.writing import day

_WIDTHS = {Kind.DATE: 12.0, Kind.COUNT: 10.0, Kind.PERSONS: 11.0, Kind.YES_NO: 10.0, Kind.CHOICE: 17.0}
_CODE, _TEXT, _GAP, _PAST = 11.0, 26.0, 2.0, 20.0
_UNSAID = frozenset({"có/không", "ngày"})  # the cell itself shows it


@dataclass(frozen=True, slots=True)
class Rows:
    """A table form of a template; `printed` are the first cells of its lines, where they are known beforehand."""

    asked: Asked
    lists: Lists
    last: Last | None
    printed: Sequence[Sequence[str]] = ()

    def widths(self) -> tuple[float, ...]:
        return tuple(self._width(one) for one in self.asked.fields)

    def held(self) -> tuple[str, ...]:
        return tuple(one.label for one in self.asked.fields)

    def draw(self, page: Page) -> None:
        form = self.asked.form
        nil = say("template.legend_rows") if form.answered_by_nil else say("template.legend")
        head(page, form.code, form.title, say("template.legend_printed") if self.printed else nil)
        self._header(page)
        bottom = FIRST_ROW + (len(self.printed) or form.lines) - 1
        self._cells(page, bottom)
        self._rules(page, bottom)
        self._past(page, bottom)
        sign(page, bottom + 2)
        wide = 2 if self.printed else 0
        finish(page, bottom + 7, frozen=(FIRST_ROW, wide), repeated=(HEADER_ROW, NUMBER_ROW))

    def _width(self, one: Field) -> float:
        if one.name in self.asked.form.printed:
            return _CODE if one.kind is Kind.CODE else 1.6 * _TEXT
        return _WIDTHS.get(one.kind, _CODE if one.kind is Kind.CODE else _TEXT)

    def _header(self, page: Page) -> None:
        page.sheet.set_row(HEADER_ROW, 62)
        page.sheet.set_row(NUMBER_ROW, 14)
        for place, (one, number) in enumerate(zip(self.asked.fields, self._numbers(), strict=True)):
            unit = f"\n({one.measure})" if one.measure and one.measure not in _UNSAID else ""
            page.sheet.write_string(HEADER_ROW, place, one.label + unit, page.styles["head"])
            page.sheet.write_string(NUMBER_ROW, place, number, page.styles["numbers"])

    def _numbers(self) -> list[str]:
        """A B C … up to the first column of figures, from there 1 2 3 …"""
        counts = [one.kind in (Kind.COUNT, Kind.PERSONS) for one in self.asked.fields]
        letters = counts.index(True) if True in counts[1:] else len(counts)
        return [chr(65 + place) if place < letters else str(place - letters + 1) for place in range(len(counts))]

    def _cells(self, page: Page, bottom: int) -> None:
        looks = [self._look(page, one) for one in self.asked.fields]
        first = len(self.asked.form.printed) if self.printed else 0
        for number, row in enumerate(range(FIRST_ROW, bottom + 1)):
            for place, text in enumerate(self.printed[number] if self.printed else ()):
                page.sheet.write_string(row, place, text, page.styles["label" if place else "code"])
            if self.printed:
                page.sheet.set_row(row, row_height(self.printed[number][-1], self.widths()[first - 1]))
            for place in range(first, len(looks)):
                page.sheet.write_blank(row, place, None, looks[place])

    def _look(self, page: Page, one: Field) -> object:
        number, align = shape(one)
        return page.styles.entry(number, needed=one.name in self.asked.needed, align=align)

    def _rules(self, page: Page, bottom: int) -> None:
        form, year = self.asked.form, page.task.year
        places = {one.name: place for place, one in enumerate(self.asked.fields)}
        first = len(form.printed) if self.printed else 0
        for place, one in list(enumerate(self.asked.fields))[first:]:
            rule = dict(validation(form, one, year, self.lists))
            top = FIRST_ROW
            if not place and one.name in form.dated_by and form.answered_by_nil:
                page.sheet.data_validation(top, 0, top, 0, first_cell(rule, a1(top, 0)))
                top += 1
            page.sheet.data_validation(top, place, bottom, place, rule)
        for figures in form.figure_rules:
            if {figures.left, *figures.right} <= places.keys():
                place = places[figures.left]
                cells = {name: a1(FIRST_ROW, places[name]) for name in (figures.left, *figures.right)}
                look = {"type": "formula", "criteria": f"={broken(figures, cells)}", "format": page.styles["wrong"]}
                page.sheet.conditional_format(FIRST_ROW, place, bottom, place, look)

    def _past(self, page: Page, bottom: int) -> None:
        """The rows of last period beside the form, under a heading that no header row holds."""
        if self.last is None:
            return
        names = [name for name in self.asked.form.last_period if name in self.asked.form.by_name]
        first = page.last + 2
        page.sheet.set_column(first - 1, first - 1, _GAP)
        page.sheet.set_column(first, first + len(names) - 1, _PAST)
        when = f"{day(self.last.period.first)}–{day(self.last.period.last)}"
        said = say("template.last_period", period=when)
        for at, name in enumerate(names, first):
            text = f"{said}: {self.asked.form.by_name[name].label}"
            page.sheet.merge_range(LEGEND_ROW, at, HEADER_ROW, at, text, page.styles["past_head"])
        for row, record in enumerate(self.last.records[: bottom - FIRST_ROW + 1], FIRST_ROW):
            for at, name in enumerate(names, first):
                page.sheet.write_string(row, at, str(record.get(name, "")), page.styles["past_text"])
