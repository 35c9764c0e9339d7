"""Draws a row-coded form: the rows and columns of figures that the plan uses, and last period's beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.form import Compare, Field
from tracker.intake.grid import a1
from tracker.messages import has, say
from tracker.template.asked import Asked
from tracker.template.entry import Lists, broken, shape, validation
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
from tracker.writing import count, day

LABEL, CODE, UNIT, NOTE = "Chỉ tiêu", "Mã số", "Đơn vị tính", "Ghi chú"
_WIDTHS = {LABEL: 44.0, CODE: 8.0, UNIT: 10.0, NOTE: 22.0}
_FIGURE, _GAP, _PAST = 13.0, 2.0, 14.0
_STUB = (LABEL, CODE, UNIT)


@dataclass(frozen=True, slots=True)
class Coded:
    """A row-coded form of a template."""

    asked: Asked
    lists: Lists
    last: Last | None

    def columns(self) -> tuple[str, ...]:
        return (*_STUB, *self.asked.headings(), NOTE)

    def widths(self) -> tuple[float, ...]:
        return tuple(_WIDTHS.get(name, _FIGURE) for name in self.columns())

    def held(self) -> tuple[str, ...]:
        """What the mark remembers: headings and row codes."""
        return (*self.columns(), *self.asked.codes)

    def draw(self, page: Page) -> None:
        form = self.asked.form
        head(page, form.code, form.title, say("template.legend"))
        self._header(page)
        places = dict(self._rows(page))
        bottom = max(row for row, _ in places.values()) if places else NUMBER_ROW
        self._watch(page, places)
        self._past(page, places)
        sign(page, bottom + 2)
        repeated = (HEADER_ROW, NUMBER_ROW)
        finish(page, bottom + 7, frozen=(FIRST_ROW, 2), repeated=repeated)

    def _header(self, page: Page) -> None:
        headings = self.asked.headings()
        page.sheet.set_row(HEADER_ROW, 48)
        page.sheet.set_row(NUMBER_ROW, 14)
        numbers = [*"ABC", *self._numbers(), str(len(headings) + 1)]
        for place, (name, number) in enumerate(zip(self.columns(), numbers, strict=True)):
            page.sheet.write_string(HEADER_ROW, place, name, page.styles["head"])
            page.sheet.write_string(NUMBER_ROW, place, number, page.styles["numbers"])

    def _numbers(self) -> Iterator[str]:
        """The number of each column of figures, and of what it is the sum: "3=1+2=4+5+6+7"."""
        headings = self.asked.headings()
        order = {name: number for number, name in enumerate(headings, 1)}
        for name, number in order.items():
            sums = dict.fromkeys(self._sums(name, order))
            yield "=".join([str(number), *sums])

    def _sums(self, heading: str, order: dict[str, int]) -> Iterator[str]:
        by_name = self.asked.form.by_name
        for rule in self.asked.form.figure_rules:
            left, right = by_name[rule.left], [by_name[name] for name in rule.right]
            across = all(one.code == left.code and one.column in order for one in right)
            if rule.compare is Compare.ADDS_UP and left.column == heading and across:
                yield "+".join(str(order[one.column]) for one in right)

    def _rows(self, page: Page) -> Iterator[tuple[str, tuple[int, int]]]:
        """Draws each row; the place of every field."""
        row, part = FIRST_ROW, ""
        for code in self.asked.codes:
            first = next(one for one in self.asked.fields if one.code == code)
            if first.part != part:
                part = first.part
                self._section(page, row, part)
                row += 1
            yield from self._row(page, row, code)
            row += 1

    def _section(self, page: Page, row: int, part: str) -> None:
        key = f"template.part.{part}"
        page.sheet.write_string(row, 0, say(key) if has(key) else part, page.styles["section"])
        for place in range(1, page.last + 1):
            page.sheet.write_blank(row, place, None, page.styles["section"])

    def _row(self, page: Page, row: int, code: str) -> Iterator[tuple[str, tuple[int, int]]]:
        whole = next(one for one in self.asked.form.fields if one.code == code and one.column == "Tổng số")
        inner = "label_in" if self._is_within(whole) else "label"
        page.sheet.set_row(row, row_height(whole.label, _WIDTHS[LABEL] - 3 * (inner == "label_in")))
        page.sheet.write_string(row, 0, whole.label, page.styles[inner])
        page.sheet.write_string(row, 1, code, page.styles["code"])
        page.sheet.write_string(row, 2, whole.measure, page.styles["code"])
        for place, heading in enumerate(self.asked.headings(), len(_STUB)):
            one = self.asked.at(code, heading)
            if one is None:
                page.sheet.write_blank(row, place, None, page.styles["closed"])
            else:
                self._cell(page, (row, place), one)
                yield one.name, (row, place)
        page.sheet.write_blank(row, page.last, None, page.styles.entry("@", needed=False, align="left"))

    def _cell(self, page: Page, at: tuple[int, int], one: Field) -> None:
        form = self.asked.form
        number, align = shape(one)
        look = page.styles.entry(number, needed=one.name in self.asked.needed, align=align)
        page.sheet.write_blank(*at, None, look)
        past = self._past_figure(one.name)
        more = say("template.last_figure", figure=past) if past else ""
        page.sheet.data_validation(*at, *at, dict(validation(form, one, page.task.year, self.lists, more)))

    def _is_within(self, whole: Field) -> bool:
        """Whether a row is a part of another one: it is printed further in."""
        by_name = self.asked.form.by_name
        shown = {one.name for one in self.asked.fields}
        for rule in self.asked.form.figure_rules:
            other_rows = shown & {name for name in (rule.left, *rule.right) if by_name[name].code != whole.code}
            if rule.compare is Compare.ADDS_UP and whole.name in rule.right and other_rows:
                return True
            if rule.compare is Compare.PART_OF and rule.left == whole.name and other_rows:
                return True
        return False

    # --- what is wrong shows at once ----------------------------------------------------------------------------

    def _watch(self, page: Page, places: dict[str, tuple[int, int]]) -> None:
        """A figure that breaks a rule of the form turns red while it is typed."""
        for rule in self.asked.form.figure_rules:
            if {rule.left, *rule.right} <= places.keys():
                cells = {name: a1(*places[name]) for name in (rule.left, *rule.right)}
                look = {"type": "formula", "criteria": f"={broken(rule, cells)}", "format": page.styles["wrong"]}
                page.sheet.conditional_format(*places[rule.left], *places[rule.left], look)

    # --- last period --------------------------------------------------------------------------------------------

    def _past_figure(self, name: str) -> str:
        if self.last is None:
            return ""
        figure = self.last.records[0].get(name, "")
        return count(figure) if isinstance(figure, int) else str(figure)

    def _past(self, page: Page, places: dict[str, tuple[int, int]]) -> None:
        """Beside the form, under a heading that no header row holds: the reader takes it for no column."""
        if self.last is None:
            return
        record = self.last.records[0]
        columns = sorted({place for name, (_, place) in places.items() if name in record})
        beside = {place: page.last + 2 + number for number, place in enumerate(columns)}
        if not beside:
            return
        page.sheet.set_column(page.last + 1, page.last + 1, _GAP)
        page.sheet.set_column(page.last + 2, page.last + 1 + len(columns), _PAST)
        when = f"{day(self.last.period.first)}–{day(self.last.period.last)}"
        said = say("template.last_period", period=when)
        for place, at in beside.items():
            text = f"{said}: {self.columns()[place]}"
            page.sheet.merge_range(LEGEND_ROW, at, HEADER_ROW, at, text, page.styles["past_head"])
        for name, (row, place) in places.items():
            if name in record:
                page.sheet.write(row, beside[place], record[name], page.styles["past"])
