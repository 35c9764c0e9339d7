"""Excel workbooks as cells: .xlsx and .xlsm, .xls. Values come from calamine, what it leaves out from elsewhere.

Merged cells hold their value in the top-left one. Known of .xlsx: errors, formulas without a value, struck-through
text, hidden rows and columns, cells in TCVN3 and VNI fonts. Of .xls the same, but for formulas without a value (it
stores a 0), text struck through only in part, and fonts.
"""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from tracker.intake import biff, guard, marks, ole, opc, tcvn3, vni
from tracker.intake.grid import At, Book, Rows, Sheet, Unreadable, Value, shown_as_percentage, trim
from tracker.intake.remembered import remembered

_FIRST_DAY = date(1899, 12, 31)
EXACT = float(2**53)  # from here on a float stands for several whole numbers


_SINCE_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")


_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):\1(\d{1,7})["']""")
_CELLS = b"<sheetData>"
_ERROR_CELL = re.compile(rb"""(<(?:[\w.-]+:)?c\s(?:[^<>]*\s)?t\s*=\s*)(?:"e"|'e')""")
_MERGED_MOST = 10_000  # cells of a sheet that are followed upwards: a clerk's merges are a few rows high


def read_xlsx(data: bytes) -> Book:
    """Raises Unreadable; never opens anything that the guard has not looked at."""
    parts = opc.in_place(guard.unpack(data))
    strings = _part(parts, "xl/sharedstrings.xml")
    try:
        listed = marks.sheet_parts(parts)
    except KeyError as cause:
        raise guard.damaged() from cause
    cells = {path: guard.cells_of(part) for path, part in parts.items() if b"sheetData" in part}
    linked = [cells.get(sheet.path, b"") for sheet in listed if sheet.path]  # one may stand behind several sheets
    guard.check_extent(linked if len(linked) > len(cells) else [*cells.values()])
    guard.check_texts([*cells.values()], strings)
    styles = marks.styles(_part(parts, "xl/styles.xml"), strings)
    if len({sheet.name for sheet in listed}) < len(listed):
        raise guard.damaged()
    path_of = {sheet.name: sheet.path for sheet in listed}
    since_1904 = _SINCE_1904.search(_part(parts, "xl/workbook.xml")) is not None
    sheets, encodings = [], set()
    failed = {path for path, sheet in cells.items() if b'"e"' in sheet or (b"'" in sheet and b"'e'" in sheet)}
    for name, hidden, values in _calamine(guard.repack(_for_calamine(parts, cells, failed))):
        path = path_of.get(name, "")
        part = parts.get(path, b"")
        written = cells.get(path, part)
        rows, merged = plain_rows(values), _merged_down(part[len(written) :] or part)
        unread = hidden and not (styles.legacy or styles.vni)  # a hidden sheet is only searched for personal data
        if unread or not (path in failed or marks.looks_marked(written, styles)):
            sheet = Sheet(name, trim(rows), hidden, merged=merged)
        else:
            found = marks.of_sheet(part, styles)
            _clear(rows, found.errors)
            show_percentages(rows, found.percents)
            encodings.add(_decode_fonts(rows, found))
            found.merged = merged
            sheet = sheet_of(name, rows, hidden, found)
        sheets.append(replace(sheet, since_1904=True) if since_1904 else sheet)
    return Book(sheets=tuple(sheets), encoding=max(encodings, default=""))


def _for_calamine(parts: Mapping[str, bytes], cells: Mapping[str, bytes], failed: Iterable[str]) -> dict[str, bytes]:
    """The parts with each sheet cut off behind its cells, and the list of merged ranges, an empty one, before them.

    calamine reads a sheet once more, as far as that list, though nobody asks it for ranges. Errors, of the sheets
    `failed`, are texts to it here: it gives up a workbook with one that it does not know, such as #GETTING_DATA or
    the #ERROR! of Google.
    """
    cut = {
        path: sheet.replace(_CELLS, b"<mergeCells/>" + _CELLS, 1) if len(sheet) < len(parts[path]) else sheet
        for path, sheet in cells.items()
    }
    return {**parts, **cut, **{path: _ERROR_CELL.sub(rb'\1"str"', cut[path]) for path in failed}}


def _clear(rows: Rows, places: Iterable[At]) -> None:
    for row, column in places:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = None


def _merged_down(part: bytes) -> Mapping[At, At]:
    """For each cell under the first of a merged range one column wide: the first, which holds the value.

    The ranges stand behind the cells of a sheet: that much of its part is enough.
    """
    begins = part.find(b"mergeCells")
    return _merged_in(part[begins : part.find(b"mergeCells", begins + 1)]) if begins >= 0 else {}


@remembered(most=128, longest=8_192)
def _merged_in(ranges: bytes) -> Mapping[At, At]:
    found: dict[At, At] = {}
    for letters, above, below in _MERGED.findall(ranges):
        top, bottom = int(above) - 1, int(below) - 1
        if 0 < bottom - top <= _MERGED_MOST - len(found):
            column = guard.place(f"{letters.decode()}1")[1]
            found |= {(row, column): (top, column) for row in range(top + 1, bottom + 1)}
    return found


def _part(parts: dict[str, bytes], name: str) -> bytes:
    return next((part for path, part in parts.items() if path.lower() == name), b"")


def read_xls(data: bytes) -> Book:
    """Raises Unreadable."""
    stream, records = _records(data)
    guard.check_cells(sum(sheet.height * sheet.width for sheet in records))
    loaded = _calamine(io.BytesIO(stream))
    worksheets = [sheet for sheet in records if sheet.is_worksheet]
    if len(worksheets) != len(loaded):
        raise guard.damaged()
    sheets = []
    for (name, hidden, values), known in zip(loaded, worksheets, strict=True):
        rows = plain_rows(values)
        show_percentages(rows, known.percents)
        found = marks.Marks(
            errors=known.errors,
            struck=known.struck,
            hidden_rows=known.hidden_rows,
            hidden_columns=known.hidden_columns,
        )
        sheets.append(sheet_of(name, rows, hidden, found))
    return Book(sheets=tuple(sheets))


def _records(data: bytes) -> tuple[bytes, list[biff.SheetRecords]]:
    """The workbook in a fresh file that holds nothing else, and what its records say."""
    try:
        streams = ole.OleFile(data)
        name = next(name for name in biff.STREAMS if name in streams)
        stream = biff.disarm(streams.read(name))
        return ole.wrap(name.capitalize(), stream), biff.scan(stream)
    except (ValueError, StopIteration, struct.error, LookupError) as cause:
        raise guard.damaged() from cause


def _calamine(source: io.BytesIO) -> list[tuple[str, bool, Sequence[Sequence[Value]]]]:
    """Name, whether hidden, values of each worksheet; charts and macro sheets hold no cells and are left out."""
    try:
        book = CalamineWorkbook.from_filelike(source)
        return [
            (
                sheet.name,
                sheet.visible != SheetVisibleEnum.Visible,
                book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False),
            )
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as cause:
        raise Unreadable("encrypted_file", kind="xls") from cause
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as cause:  # a foreign reader: its panics are no Exceptions, its errors are many
        raise guard.damaged() from cause


def plain_rows(rows: Sequence[Sequence[Value]]) -> Rows:
    return [[(value or None) if type(value) is str else plain(value) for value in row] for row in rows]


def plain(value: Value) -> Value:
    """A value as the grid wants it: whole floats as int. 1.234 stays a float: it may have been 1234."""
    if type(value) is float:
        if value.is_integer() and -EXACT < value < EXACT:
            return int(value)
        return value if math.isfinite(value) else str(value)
    return value


def show_percentages(rows: Rows, places: Iterable[At]) -> None:
    """Puts the percentages among numbers as they are shown, in place: 1 is "100%", which is no count."""
    for row, column in places:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = shown_as_percentage(rows[row][column])


def moment(value: datetime) -> date | datetime | time:
    """A date without a time of day as a date, a time without a date as a time."""
    if value.date() <= _FIRST_DAY:
        return value.time()
    return value if value.time() != time(0) else value.date()


def _decode_fonts(rows: Rows, found: marks.Marks) -> str:
    """Puts the text of cells in old fonts into Unicode, in place; the encoding when there was any."""
    encoding = ""
    for (row, column), capitals in found.legacy.items():
        text = _converted(rows, row, column, tcvn3.convert)
        if text is not None:
            rows[row][column] = text.upper() if capitals else text
            encoding = "TCVN3"
    for row, column in found.vni:
        text = _converted(rows, row, column, vni.convert)
        if text is not None:
            rows[row][column] = text
            encoding = "VNI"
    return encoding


def _converted(rows: Rows, row: int, column: int, convert: Callable[[str], str | None]) -> str | None:
    value = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
    return convert(value) if isinstance(value, str) else None


def sheet_of(name: str, rows: Rows, hidden: bool, found: marks.Marks) -> Sheet:
    return Sheet(
        name=name,
        rows=trim(rows, keep=found.errors.keys() | found.unvalued),
        hidden=hidden,
        hidden_rows=frozenset(row for row in found.hidden_rows if row < len(rows)),
        hidden_columns=frozenset(found.hidden_columns).intersection(range(max(map(len, rows), default=0))),
        errors=found.errors,
        unvalued=frozenset(found.unvalued),
        struck=frozenset(found.struck),
        merged=found.merged,
    )
