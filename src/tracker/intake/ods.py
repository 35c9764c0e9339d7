"""OpenDocument spreadsheets (.ods, .fods) as cells, read from content.xml itself.

calamine is not asked: it gives booleans as numbers and cells hidden under merged ones as values, and says nothing
of errors, of what is hidden or struck through. Partly struck text is known, as it is there. Nested tables are not.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from tracker.intake import guard, marks
from tracker.intake.excel import moment, plain, sheet_of
from tracker.intake.grid import ERRORS, Book, Rows, Sheet, Unreadable, Value, shown_as_percentage

_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?")
_NUMBERS = frozenset({"float", "percentage", "currency"})
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_ASIDE = ("office:annotation", "draw:", "table:shapes", "table:tracked-changes", "table:detective", "text:ruby-text")
_HIDDEN = frozenset({"collapse", "filter"})
_ERROR_NUMBER = re.compile(r"Err:[0-9]{3}")


def read(data: bytes) -> Book:
    """Raises Unreadable."""
    parts = guard.unpack(data)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unreadable("encrypted_file", kind="ods")
    if "content.xml" not in parts:
        raise guard.damaged()
    return _book(parts["content.xml"])


def read_flat(data: bytes) -> Book:
    """The same of a .fods, which is one XML part. Raises Unreadable."""
    return _book(guard.checked(data))


def _book(content: bytes) -> Book:
    reader = _Reader()
    marks.parse(content, reader.start, reader.end, reader.text)
    return Book(sheets=tuple(reader.sheets))


class _Reader:
    """Follows content.xml; rows and columns count from 0."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._style = ""
        self._hidden_tables: set[str] = set()
        self._struck_styles: set[str] = set()
        self._depth = self._aside = self._cells = 0
        self._paragraphs: list[str] = []
        self._cell: dict[str, str] | None = None
        self._in_paragraph = 0
        self._struck: list[bool] = []
        self._was_struck = self._covered = False
        self._begin_table({})
        self._begin_row({})

    def start(self, name: str, at: dict[str, str]) -> None:
        if self._aside or name.startswith(_ASIDE):
            self._aside += 1
        elif name.startswith("style:"):
            self._begin_style(name, at)
        elif name == "table:table":
            self._begin_table(at)
        elif name == "table:table-column":
            self._begin_column(at)
        elif name == "table:table-row":
            self._begin_row(at)
        elif name in _CELLS:
            self._cell, self._paragraphs, self._was_struck = at, [], False
            self._covered = name == "table:covered-table-cell"
        elif self._cell is not None:
            self._begin_text(name, at)

    def end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
        elif name in _CELLS:
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()
        elif name == "table:table":
            self.sheets.append(sheet_of(self._name, self._rows, self._hidden, self._marks))
        elif name == "text:p":
            self._in_paragraph = 0
        elif name in ("text:span", "text:a") and self._struck:
            self._struck.pop()

    def text(self, text: str) -> None:
        if self._in_paragraph and not self._aside:
            self._paragraphs[-1] += text
            if len(self._paragraphs[-1]) > guard.CELL_TEXT_LIMIT:
                raise guard.too_large("cell_text", guard.CELL_TEXT_LIMIT)
            self._was_struck = self._was_struck or any(self._struck)

    def _begin_style(self, name: str, at: dict[str, str]) -> None:
        if name == "style:style":
            self._style = at.get("style:name", "")
        elif at.get("table:display") == "false":
            self._hidden_tables.add(self._style)
        elif at.get("style:text-line-through-style", "none") != "none":
            self._struck_styles.add(self._style)

    def _begin_table(self, at: dict[str, str]) -> None:
        self._name = at.get("table:name", "")
        self._hidden = at.get("table:style-name") in self._hidden_tables
        self._rows: Rows = []
        self._blank_rows = self._column = 0
        self._marks = marks.Marks()

    def _begin_column(self, at: dict[str, str]) -> None:
        first, self._column = self._column, self._column + _repeated(at, "columns")
        if at.get("table:visibility") in _HIDDEN:
            self._marks.hidden_columns.update(range(first, min(self._column, guard.COLUMNS)))

    def _begin_row(self, at: dict[str, str]) -> None:
        self._row_attributes = at
        self._row: list[Value] = []
        self._blank_cells = 0
        self._row_marks = marks.Marks()

    def _begin_text(self, name: str, at: dict[str, str]) -> None:
        if name == "text:p":
            self._paragraphs.append("")
            self._in_paragraph, self._struck = 1, []
        elif not self._in_paragraph:
            return
        elif name == "text:s":
            self.text(" " * min(int(at.get("text:c", "1")), 1_000))
        elif name in ("text:tab", "text:line-break"):
            self.text("\t" if name == "text:tab" else "\n")
        elif name in ("text:span", "text:a"):
            self._struck.append(at.get("text:style-name") in self._struck_styles)

    def _end_cell(self) -> None:
        at, text = self._cell or {}, "\n".join(self._paragraphs)
        times = _repeated(at, "columns")
        error = at.get("calcext:value-type") == "error" or ("table:formula" in at and _shows_error(text))
        unvalued = "table:formula" in at and "office:value-type" not in at
        value = None if self._covered or error else _value(at, text)
        self._cell = None
        if value is None and not error and not unvalued:
            self._blank_cells += times  # written only when a filled cell follows
            return
        guard.check_cells(len(self._row) + self._blank_cells + times)
        self._row.extend([None] * self._blank_cells)
        self._blank_cells = 0
        columns = range(len(self._row), len(self._row) + times)
        self._row.extend([value] * times)
        places = [(0, column) for column in columns]
        if error:
            self._row_marks.errors.update(dict.fromkeys(places, text or "#N/A"))
        if unvalued:
            self._row_marks.unvalued.update(places)
        if self._was_struck or at.get("table:style-name") in self._struck_styles:
            self._row_marks.struck.update(places)

    def _end_row(self) -> None:
        times = _repeated(self._row_attributes, "rows")
        if not self._row:
            self._blank_rows += times
            return
        first = len(self._rows) + self._blank_rows
        self._cells += self._blank_rows + times * len(self._row)
        guard.check_cells(self._cells)
        if self._row_attributes.get("table:visibility") in _HIDDEN:
            self._marks.hidden_rows.update(range(first, first + times))
        self._rows.extend([] for _ in range(self._blank_rows))
        self._blank_rows = 0
        for row in range(first, first + times):
            self._rows.append(list(self._row))
            self._note(row)

    def _note(self, row: int) -> None:
        found = self._row_marks
        self._marks.errors.update({(row, column): text for (_, column), text in found.errors.items()})
        self._marks.unvalued.update((row, column) for _, column in found.unvalued)
        self._marks.struck.update((row, column) for _, column in found.struck)


def _shows_error(text: str) -> bool:
    """Whether a formula failed: OpenOffice, and LibreOffice long ago, note a 0 beside what such a cell shows."""
    return text in ERRORS or _ERROR_NUMBER.fullmatch(text) is not None


def _repeated(at: dict[str, str], what: str) -> int:
    return max(int(at.get(f"table:number-{what}-repeated", "1")), 1)


def _value(at: dict[str, str], text: str) -> Value:
    """The value noted beside the text; the text as shown where that note makes no sense."""
    try:
        return _typed(at, text)
    except (ValueError, KeyError, ArithmeticError):
        return text or None


def _typed(at: dict[str, str], text: str) -> Value:
    kind = at.get("office:value-type", "")
    if kind in _NUMBERS:
        value = plain(float(at["office:value"]))
        return shown_as_percentage(value) if kind == "percentage" else value
    if kind == "boolean":
        return at.get("office:boolean-value") == "true"
    if kind == "date":
        return moment(datetime.fromisoformat(at["office:date-value"].removesuffix("Z")))
    if kind == "time":
        return _time(at["office:time-value"])
    return text or at.get("office:string-value") or None


def _time(text: str) -> time | timedelta:
    """A time of day below 24 hours, as Excel's readers give it, else a duration."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    sign, days, hours, minutes, seconds, fraction = match.groups(default="0")
    micro = int(f"{fraction:0<6}"[:6])
    span = timedelta(int(days), int(seconds), micro, minutes=int(minutes), hours=int(hours))
    if sign == "-" or span >= timedelta(days=1):
        return -span if sign == "-" else span
    return time(span.seconds // 3600, span.seconds // 60 % 60, span.seconds % 60, span.microseconds)
