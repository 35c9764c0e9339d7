"""What the records of an .xls workbook say that calamine does not: how far cells reach, errors, what is hidden,
which numbers are percentages.

Understands BIFF8 and BIFF5 (Excel 5 to 2003) as far as needed; values and texts are calamine's business.
A formula without a cached value is not known here: the format has no such thing, it stores a 0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.intake.grid import At, shows_percent

STREAMS = ("workbook", "book")

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FONT = 0x0809, 0x000A, 0x002F, 0x0085, 0x0031
_XF, _ROW, _COLINFO, _MULRK, _BOOLERR = 0x00E0, 0x0208, 0x007D, 0x00BD, 0x0205
_FORMULAS = frozenset({0x0006, 0x0206, 0x0406})
_CELLS = frozenset({0x0203, 0x027E, 0x0204, 0x00FD, 0x00D6, _BOOLERR, *_FORMULAS})
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_WORKSHEET = 0
_DIMENSIONS, _STRINGS = 0x0200, 0x00FC
_STRING_BYTES = 3  # an empty string takes as many
_IGNORED = 0  # no record has this number
_FORMAT = 0x041E
_PERCENTAGES = frozenset({9, 10})
_STRIKE, _HIDDEN_ROW, _HIDDEN_COLUMN = 0x0008, 0x0020, 0x0001


@dataclass(slots=True)
class SheetRecords:
    """One sheet's cells as its records tell: `height` and `width` from A1 to the last value."""

    is_worksheet: bool = True
    height: int = 0
    width: int = 0
    errors: dict[At, str] = field(default_factory=dict)
    struck: set[At] = field(default_factory=set)
    percents: set[At] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def reach(self, row: int, column: int) -> None:
        self.height = max(self.height, row + 1)
        self.width = max(self.width, column + 1)


def is_encrypted(stream: bytes) -> bool:
    """Whether the workbook asks for a password to open. Raises ValueError on a stream that is none."""
    return any(kind == _FILEPASS for _, _, kind, _ in _records(stream, 0))


def disarm(stream: bytes) -> bytes:
    """The stream without the records that mislead calamine; all others keep their place.

    It reserves memory for the announced dimensions of a sheet and aborts when they are absurd, and takes the numbers
    that a chart inside a sheet keeps for cells of that sheet. Raises struct.error or ValueError on nonsense.
    """
    harmless = bytearray(stream)
    for offset, _ in _globals(stream).sheets:
        for depth, at, kind, _ in _records(stream, offset):
            if depth > 1 or kind == _DIMENSIONS:
                struct.pack_into("<H", harmless, at, _IGNORED)
    return bytes(harmless)


def scan(stream: bytes) -> list[SheetRecords]:
    """The sheets in the order of the workbook. Raises struct.error or ValueError on records that make no sense."""
    book = _globals(stream)
    sheets = []
    for offset, is_worksheet in book.sheets:
        sheet = SheetRecords(is_worksheet=is_worksheet)
        _scan_sheet(sheet, ((kind, body) for depth, _, kind, body in _records(stream, offset) if depth == 1), book)
        sheets.append(sheet)
    return sheets


@dataclass(frozen=True, slots=True)
class _Globals:
    """Where each sheet begins and whether it is a worksheet; the cell formats that strike text through, or show
    percentages.
    """

    sheets: list[tuple[int, bool]]
    struck: frozenset[int]
    percent: frozenset[int]


def _globals(stream: bytes) -> _Globals:
    sheets: list[tuple[int, bool]] = []
    fonts: list[bool] = []
    styles: list[tuple[bool, bool]] = []
    percentages = set(_PERCENTAGES)
    for _, _, kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET:
            offset, sort = struct.unpack_from("<IxB", body)
            sheets.append((offset, sort == _WORKSHEET))
        elif kind == _FONT:
            fonts.append(bool(struct.unpack_from("<H", body, 2)[0] & _STRIKE))
            if len(fonts) == 4:
                fonts.append(False)  # the format never uses number 4
        elif kind == _XF:
            font, shown = struct.unpack_from("<HH", body)
            styles.append((font < len(fonts) and fonts[font], shown in percentages))
        elif kind == _FORMAT and shows_percent(body[2:].replace(b"\0", b"").decode("latin-1")):
            percentages.add(struct.unpack_from("<H", body)[0])
        elif kind == _STRINGS and struct.unpack_from("<I", body, 4)[0] * _STRING_BYTES > len(stream):
            raise ValueError("more strings than room")  # calamine reserves memory for as many
    if len({offset for offset, _ in sheets}) < len(sheets):
        raise ValueError("one sheet twice")
    struck = frozenset(number for number, (strikes, _) in enumerate(styles) if strikes)
    return _Globals(sheets, struck, frozenset(number for number, (_, percent) in enumerate(styles) if percent))


def _scan_sheet(sheet: SheetRecords, records: Iterator[tuple[int, bytes]], book: _Globals) -> None:
    for kind, body in records:
        if kind in _CELLS:
            row, column, style = struct.unpack_from("<HHH", body)
            sheet.reach(row, column)
            _mark(sheet, (row, column), style, book)
            if error := _error(kind, body):
                sheet.errors[row, column] = error
        elif kind == _MULRK:
            _scan_numbers(sheet, body, book)
        elif kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", body)
            if flags & _HIDDEN_ROW:
                sheet.hidden_rows.add(row)
        elif kind == _COLINFO:
            first, last, flags = struct.unpack_from("<HH4xH", body)
            if flags & _HIDDEN_COLUMN:
                sheet.hidden_columns.update(range(first, min(last, 255) + 1))


def _mark(sheet: SheetRecords, at: At, style: int, book: _Globals) -> None:
    if style in book.struck:
        sheet.struck.add(at)
    if style in book.percent:
        sheet.percents.add(at)


def _scan_numbers(sheet: SheetRecords, body: bytes, book: _Globals) -> None:
    """MULRK: several numbers side by side."""
    row, first = struct.unpack_from("<HH", body)
    (last,) = struct.unpack_from("<H", body, len(body) - 2)
    sheet.reach(row, last)
    styles = (struct.unpack_from("<H", body, 4 + 6 * i)[0] for i in range((len(body) - 6) // 6))
    for column, style in enumerate(styles, first):
        _mark(sheet, (row, column), style, book)


def _error(kind: int, body: bytes) -> str:
    if kind == _BOOLERR:
        code, is_error = struct.unpack_from("<BB", body, 6)
        return _ERRORS.get(code, "#ERR!") if is_error else ""
    if kind in _FORMULAS and body[12:14] == b"\xff\xff" and body[6:7] == b"\x02":
        return _ERRORS.get(body[8], "#ERR!")
    return ""


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, int, int, bytes]]:
    """Depth, place, kind and body of the records of the part at `offset`, to its end; depth 2 is a chart within it.

    Raises ValueError when no part begins there or a record is cut short.
    """
    depth, end = 0, len(stream)
    while offset + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, offset)
        depth += kind == _BOF
        if depth == 0 or offset + 4 + length > end:
            raise ValueError("no part, or not all of it")
        yield depth, offset, kind, stream[offset + 4 : offset + 4 + length]
        depth -= kind == _EOF
        if depth == 0:
            return
        offset += 4 + length
    raise ValueError("no end")
