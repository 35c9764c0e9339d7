"""Excel's XML of 2003 ("XML Spreadsheet"), often saved with the extension .xls, as cells.

Knows values, errors, formulas without a value, hidden sheets, rows and columns, struck-through text. Partly struck
text is taken as it is.
"""

from __future__ import annotations

from datetime import datetime
from xml.parsers import expat

from tracker.intake import guard, marks
from tracker.intake.excel import moment, plain, sheet_of
from tracker.intake.grid import At, Book, Rows, Sheet, Value, shown_as_percentage, shows_percent

_SS = "urn:schemas-microsoft-com:office:spreadsheet "
_X = "urn:schemas-microsoft-com:office:excel "


def read(data: bytes) -> Book:
    """Raises Unreadable."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError, ArithmeticError) as cause:
        raise guard.damaged() from cause
    return Book(sheets=tuple(reader.sheets))


def _refuse(*_: object) -> None:
    raise guard.damaged("dtd")


class _Reader:
    """Follows the tags; rows and columns count from 0."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._name, self._hidden = "", False
        self._struck_styles: set[str] = set()
        self._percent_styles: set[str] = set()
        self._style_id = self._type = ""
        self._text: list[str] | None = None
        self._value: Value = None
        self._across = self._cells = 0
        self._formula = self._struck = self._percent = self._aside = False
        self._begin_sheet("")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        at = {key.removeprefix(_SS): value for key, value in attributes.items()}
        match name.removeprefix(_SS):
            case "Style":
                self._style_id = at.get("ID", "")
            case "Font" if at.get("StrikeThrough", "0") != "0":
                self._struck_styles.add(self._style_id)
            case "NumberFormat" if at.get("Format") == "Percent" or shows_percent(at.get("Format", "")):
                self._percent_styles.add(self._style_id)
            case "Worksheet":
                self._begin_sheet(at.get("Name", ""))
            case "Column":
                self._begin_column(at)
            case "Row":
                self._begin_row(at)
            case "Cell":
                self._begin_cell(at)
            case "Comment":
                self._aside = True
            case "Data" if not self._aside:  # a comment's text is Data, too
                self._type, self._text = at.get("Type", "String"), []
            case _ if name == f"{_X}Visible":
                self._text = []

    def text(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        match name.removeprefix(_SS):
            case "Comment":
                self._aside = False
            case "Data" if not self._aside:
                self._value = _value(self._type, "".join(self._text or ()))
                self._text = None
            case "Cell":
                self._end_cell()
            case "Row":
                self._row += self._row_span
            case "Worksheet":
                self.sheets.append(sheet_of(self._name, self._rows, self._hidden, self._marks))
            case _ if name == f"{_X}Visible":
                self._hidden = "".join(self._text or ()).strip() != "SheetVisible"
                self._text = None

    def _begin_sheet(self, name: str) -> None:
        self._name, self._hidden = name, False
        self._rows: Rows = []
        self._marks = marks.Marks()
        self._row = self._column = self._listed_column = -1
        self._row_span = 0

    def _begin_column(self, at: dict[str, str]) -> None:
        before = self._listed_column
        first = _index(at, before + 1)
        self._listed_column = first + _count(at, "Span")
        if at.get("Hidden", "0") != "0" and first > before:  # in order, as Excel writes them
            self._marks.hidden_columns.update(range(first, min(self._listed_column + 1, guard.COLUMNS)))

    def _begin_row(self, at: dict[str, str]) -> None:
        self._row = _index(at, self._row + 1)
        self._column, self._row_span = -1, _count(at, "Span")
        if at.get("Hidden", "0") != "0":
            self._cells += 1 + self._row_span
            guard.check_cells(self._cells)
            self._marks.hidden_rows.update(range(self._row, self._row + self._row_span + 1))

    def _begin_cell(self, at: dict[str, str]) -> None:
        self._column = _index(at, self._column + 1)
        self._across = _count(at, "MergeAcross")
        self._formula = "Formula" in at
        self._struck = at.get("StyleID") in self._struck_styles
        self._percent = at.get("StyleID") in self._percent_styles
        self._value, self._type = None, ""

    def _end_cell(self) -> None:
        at = (max(self._row, 0), max(self._column, 0))
        if self._type == "Error":
            self._marks.errors[self._reach(at)] = str(self._value or "#N/A")
        elif self._formula and not self._type:
            self._marks.unvalued.add(self._reach(at))
        elif self._value is not None:
            row, column = self._reach(at)
            self._rows[row][column] = shown_as_percentage(self._value) if self._percent else self._value
            if self._struck:
                self._marks.struck.add(at)
        self._column += self._across
        self._type = ""

    def _reach(self, at: At) -> At:
        """Makes room for a cell, blank ones before it included, as long as the file stays within bounds."""
        row, column = at
        new_rows = max(row + 1 - len(self._rows), 0)
        known = len(self._rows[row]) if not new_rows else 0
        self._cells += new_rows + max(column + 1 - known, 0)
        guard.check_cells(self._cells)
        self._rows.extend([] for _ in range(new_rows))
        self._rows[row].extend([None] * (column + 1 - known))
        return at


def _index(at: dict[str, str], following: int) -> int:
    return int(at["Index"]) - 1 if "Index" in at else following


def _count(at: dict[str, str], name: str) -> int:
    return max(int(at.get(name, "0")), 0)


def _value(kind: str, text: str) -> Value:
    """The value of the type named; the text as written where that makes no sense."""
    try:
        return _typed(kind, text)
    except (ValueError, ArithmeticError):
        return text or None


def _typed(kind: str, text: str) -> Value:
    if kind == "Number":
        return plain(float(text))
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        return moment(datetime.fromisoformat(text.strip().removesuffix("Z")))
    return text or None
