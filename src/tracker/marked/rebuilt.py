"""A workbook with the same content as a file that cannot carry marks: the same sheets, cells, and values as typed.

CSV cells are text and stay text, whatever is typed over them. Formulas come as their values; what is hidden stays
hidden, what is struck through struck.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from tracker.intake.grid import Book, Rows, Sheet, Value
from tracker.reading import raw_text
from tracker.report.characters import printable

CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 -- a workbook's own date has no time zone
_FIRST_YEAR = 1900
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_ROWS, _COLUMNS, _TEXT = 1_048_576, 16_384, 32_767
_SAMPLED, _NARROWEST, _WIDEST = 60, 9, 42


def names_of(book: Book, of_csv: str) -> tuple[str, ...]:
    """The name of each sheet in the workbook to be made: as it is, as far as Excel allows it."""
    names: list[str] = []
    for sheet in book.sheets:
        wished = _FORBIDDEN.sub(" ", printable(sheet.name)).strip(" '")[:_LONGEST_NAME] or of_csv
        numbered = (f"{wished[: _LONGEST_NAME - 6]} ({n})" for n in range(2, 1000))
        taken = {name.casefold() for name in names}
        names.append(next(name for name in (wished, *numbered) if name.casefold() not in taken))
    return tuple(names)


def workbook(book: Book, names: Sequence[str]) -> bytes:
    """The bytes of an .xlsx with the sheets of a file under these names, the same bytes each time."""
    import xlsxwriter

    into = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "date_1904": any(sheet.since_1904 for sheet in book.sheets),
        "default_date_format": "dd/mm/yyyy",
    }
    file = xlsxwriter.Workbook(into, options)
    file.set_properties({"created": CREATED})
    looks = _looks(file)
    for name, sheet in zip(names, book.sheets, strict=True):
        _write(file.add_worksheet(name), sheet, looks, as_text=book.is_csv)
    file.close()
    return into.getvalue()


def _looks(file: Any) -> dict[str, Any]:
    plain = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True}
    more: dict[str, dict[str, Any]] = {
        "plain": {},
        "text": {"num_format": "@", "text_wrap": False},
        "struck": {"font_strikeout": True},
        "day": {"num_format": "dd/mm/yyyy"},
        "moment": {"num_format": "dd/mm/yyyy hh:mm"},
        "time": {"num_format": "hh:mm:ss"},
    }
    return {name: file.add_format({**plain, **one}) for name, one in more.items()}


def _write(into: Any, sheet: Sheet, looks: Mapping[str, Any], *, as_text: bool) -> None:
    for column, width in enumerate(_widths(sheet.rows)):
        hidden = {"hidden": 1} if column in sheet.hidden_columns else {}
        into.set_column(column, column, width, looks["text"] if as_text else None, hidden)
    for number in sheet.hidden_rows:
        into.set_row(number, None, None, {"hidden": 1})
    for number, row in enumerate(sheet.rows[:_ROWS]):
        for column, value in enumerate(row[:_COLUMNS]):
            at = (number, column)
            failed = sheet.errors.get(at)
            if failed:
                into.write_formula(*at, "=NA()", looks["plain"], failed)
            elif value is not None:
                look = "struck" if at in sheet.struck else "text" if as_text else ""
                _write_value(into, at, value, looks, look)
    _merge(into, sheet, looks)
    if as_text:
        into.ignore_errors({"number_stored_as_text": f"A1:XFD{_ROWS}"})
        into.freeze_panes(1, 0)
    if sheet.hidden:
        into.hide()


def _write_value(into: Any, at: tuple[int, int], value: Value, looks: Mapping[str, Any], look: str) -> None:
    match value:
        case bool():
            into.write_boolean(*at, value, looks[look or "plain"])
        case str():
            into.write_string(*at, value[:_TEXT], looks[look or "plain"])
        case int() | float():
            into.write_number(*at, value, looks[look or "plain"])
        case date() if value.year <= _FIRST_YEAR:  # before the days that Excel counts
            into.write_string(*at, raw_text(value), looks["plain"])
        case datetime():
            into.write_datetime(*at, value, looks["moment"])
        case date():
            into.write_datetime(*at, value, looks["day"])
        case time() | timedelta():
            into.write_datetime(*at, value, looks["time"])


def _merge(into: Any, sheet: Sheet, looks: Mapping[str, Any]) -> None:
    """Cells merged downwards are merged again: what stands in the first is said of all."""
    ends: dict[tuple[int, int], int] = {}
    for (row, _), first in sheet.merged.items():
        ends[first] = max(ends.get(first, 0), row)
    for (row, column), last in ends.items():
        value = sheet.at(row, column)
        into.merge_range(row, column, last, column, "", looks["plain"])
        if value is not None and (row, column) not in sheet.errors:
            _write_value(into, (row, column), value, looks, "day" if type(value) is date else "")


def _widths(rows: Rows | Iterable[Any]) -> list[int]:
    """Widths of columns by what stands in their first rows."""
    widths: list[int] = []
    for row in list(rows)[:_SAMPLED]:
        widths += [_NARROWEST] * (len(row) - len(widths))
        for column, value in enumerate(row):
            if value is not None:
                lines = str(value).split("\n")
                widths[column] = max(widths[column], min(max(map(len, lines)) + 2, _WIDEST))
    return widths
