"""Workbooks of Excel as cells, each at its place: .xlsx as two writers make it, .xls record by record."""

from __future__ import annotations

import datetime
import io
import re
import struct
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from tracker.intake import excel, guard, marks
from tracker.intake.grid import Sheet, Unreadable
from tracker.intake.read import read_bytes, read_file

HALF_PAST_EIGHT = datetime.datetime.fromisoformat("2024-07-30T08:30:00")  # a cell has no time zone


def saved(book: openpyxl.Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def one_sheet() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return book, sheet


def first(data: bytes) -> Sheet:
    return read_bytes(data).sheets[0]


def test_values_stand_where_they_were_typed(tmp_path: Path) -> None:
    path = tmp_path / "bieu.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("B01")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_string(3, 1, "00292")
    sheet.write_number(3, 2, 1.234)
    sheet.write_number(4, 0, 1234)
    sheet.write_boolean(4, 3, True)
    sheet.write_datetime(5, 2, datetime.date(2024, 7, 30), day)
    sheet.write_blank(9, 9, None, day)
    book.close()
    rows = read_file(path).sheets[0].rows
    assert rows == [
        [],
        [],
        [],
        [None, "00292", 1.234],
        [1234, None, None, True],
        [None, None, datetime.date(2024, 7, 30)],
    ]
    assert [type(rows[3][2]), type(rows[4][0]), type(rows[4][3])] == [float, int, bool]


def test_blank_text_is_no_value() -> None:
    """Text of no letter at all; a space is text, and what it means is not decided here."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        for column, text in enumerate(("", " ", "x")):
            sheet.write_string(0, column, text)
    assert first(data.getvalue()).rows == [[None, " ", "x"]]


def test_numbers_too_long_for_a_float_stay_floats() -> None:
    book, sheet = one_sheet()
    sheet["A1"], sheet["A2"] = 2**53 - 1, 12345678901234567890
    (exact,), (lost,) = first(saved(book)).rows
    assert (type(exact), type(lost)) == (int, float)


@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_come_out_the_same_in_both_date_systems(tmp_path: Path, since_1904: bool) -> None:
    path = tmp_path / "ngay.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": since_1904})
    sheet = book.add_worksheet()
    sheet.write_datetime(0, 0, datetime.date(2024, 7, 30), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_datetime(0, 1, HALF_PAST_EIGHT, book.add_format({"num_format": "dd/mm/yy hh:mm"}))
    book.close()
    assert read_file(path).sheets[0].rows == [[HALF_PAST_EIGHT.date(), HALF_PAST_EIGHT]]


def test_merged_cells_hold_their_value_in_the_corner() -> None:
    book, sheet = one_sheet()
    sheet["B2"], sheet["E2"] = "Tổng số", "Nữ"
    sheet.merge_cells("B2:C3")
    assert first(saved(book)).rows == [[], [None, "Tổng số", None, None, "Nữ"]]


def test_the_foreign_reader_is_given_cells_and_no_merged_ranges() -> None:
    """It would read every sheet a second time for those, and finds the same values without."""
    book, sheet = one_sheet()
    sheet["B2"], sheet["E2"] = "Tổng số", 7
    sheet.merge_cells("B2:C3")
    parts = guard.unpack(saved(book))
    cells = {path: guard.cells_of(part) for path, part in parts.items() if b"sheetData" in part}
    given = excel._for_calamine(parts, cells, failed=())
    assert given.keys() == parts.keys()
    sheets = [CalamineWorkbook.from_filelike(guard.repack(one)).get_sheet_by_index(0) for one in (parts, given)]
    assert [one.to_python() for one in sheets] == [[["Tổng số", "", "", 7.0]]] * 2
    assert [one.merged_cell_ranges for one in sheets] == [[((1, 1), (2, 2))], []]


def test_hidden_sheets_are_told_and_charts_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "an.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name in ("TTC", "B01", "cũ"):
        book.add_worksheet(name).write(0, 0, name)
    book.worksheets()[1].hide()
    book.worksheets()[2].very_hidden()
    book.add_chartsheet("Biểu đồ")
    book.close()
    assert [(sheet.name, sheet.hidden) for sheet in read_file(path).sheets] == [
        ("TTC", False),
        ("B01", True),
        ("cũ", True),
    ]


def test_hidden_rows_and_columns_are_told_within_what_is_filled() -> None:
    """Forms hide the unused columns to the right and rows below; that is nobody's secret."""
    book, sheet = one_sheet()
    for row in range(1, 5):
        for column in "ABCD":
            sheet[f"{column}{row}"] = row
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[40].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.column_dimensions.group("F", "XFD", hidden=True)
    found = first(saved(book))
    assert found.hidden_rows == {1}
    assert found.hidden_columns == {2}


def test_errors_are_told_from_blank_cells() -> None:
    book, sheet = one_sheet()
    sheet["A1"], sheet["B2"], sheet["C4"] = 1, "#REF!", "#DIV/0!"
    found = first(saved(book))
    assert found.errors == {(1, 1): "#REF!", (3, 2): "#DIV/0!"}
    assert found.rows == [[1], [None, None], [], [None, None, None]]


@pytest.mark.parametrize("error", ["#REF!", "#GETTING_DATA", "#ERROR!", "#BLOCKED!", "#PYTHON!", "Err:508"])
@pytest.mark.parametrize("hidden", [False, True])
def test_an_error_of_any_name_costs_its_cell_alone(error: str, hidden: bool) -> None:
    """Programs have errors of their own, and every year of Excel brings new ones."""
    book, sheet = one_sheet()
    sheet["A1"], sheet["B1"], sheet["C1"] = 7, 'x t="e" #1', 310
    if hidden:
        book.create_sheet("TTC")
        sheet.sheet_state = "hidden"
    failed = f'<c r="A1" t="e"><f>1/0</f><v>{error}</v></c>'.encode()
    found = first(with_part(saved(book), "xl/worksheets/sheet1.xml", rb'<c r="A1".*?</c>', failed))
    assert found.rows[0][1:] == ['x t="e" #1', 310]
    if not hidden:
        assert found.at(0, 0) is None
        assert found.errors == {(0, 0): error}


def test_formulas_that_no_program_has_calculated_are_told() -> None:
    book, sheet = one_sheet()
    sheet["A1"], sheet["A2"], sheet["B3"] = 1, 2, "=SUM(A1:A2)"
    found = first(saved(book))
    assert found.unvalued == {(2, 1)}
    assert found.at(2, 1) is None
    assert len(found.rows) == 3


def test_a_value_before_its_formula_is_told_as_missing() -> None:
    """No program of note writes them in this order, and the foreign reader drops the value without a word."""
    book, sheet = one_sheet()
    sheet["A1"] = 7
    data = with_part(saved(book), "xl/worksheets/sheet1.xml", b"<v>7</v>", b"<v>7</v><f>3+4</f>")
    assert first(data).unvalued == {(0, 0)}


def test_formulas_count_by_the_value_that_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "cong.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_formula(0, 0, "=1+1", None, 2)
    sheet.write_formula(0, 1, '=IF(1,"có","")', None, "có")
    sheet.write_formula(0, 2, "=NA()", None, "#N/A")
    book.close()
    found = read_file(path).sheets[0]
    assert found.rows == [[2, "có", None]]
    assert (found.errors, found.unvalued) == ({(0, 2): "#N/A"}, frozenset())


def test_a_formula_that_gives_no_text_has_a_value() -> None:
    book, sheet = one_sheet()
    sheet["A1"], sheet["B1"] = '=IF(1,"","x")', "x"
    data = with_part(
        saved(book),
        "xl/worksheets/sheet1.xml",
        rb'<c r="A1"><f>(.*?)</f><v ?/?>(</v>)?</c>',
        rb'<c r="A1" t="str"><f>\1</f><v></v></c>',
    )
    assert first(data).unvalued == frozenset()


def with_part(data: bytes, name: str, pattern: bytes, new: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as archive:
        for part in old.namelist():
            content = old.read(part)
            if part == name:
                content, times = re.subn(pattern, new, content)
                assert times
            archive.writestr(part, content)
    return packed.getvalue()


def test_struck_text_is_told_also_when_only_a_part_is() -> None:
    book, sheet = one_sheet()
    sheet["A1"], sheet["A2"], sheet["A3"] = 310, 320, 330
    sheet["A1"].font = Font(strike=True)
    sheet["B1"].font = Font(strike=True)  # nothing there
    sheet["A2"].font = Font(bold=True)
    sheet["B2"] = CellRichText(TextBlock(InlineFont(strike=True), "310"), " 320")
    found = first(saved(book))
    assert found.struck == {(0, 0), (1, 1)}
    assert found.rows[1] == [320, "310 320"]


def test_text_is_kept_as_typed() -> None:
    typed = unicodedata.normalize("NFD", "Phường Bạch Mai") + "\n\u200b \u00a0x"
    book, sheet = one_sheet()
    sheet["A1"] = typed
    assert first(saved(book)).rows == [[typed]]


def test_rich_text_is_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "dam.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet().write_rich_string(1, 1, "Số ", book.add_format({"bold": True}), "liệu", " 2024")
    book.close()
    assert read_file(path).sheets[0].at(1, 1) == "Số liệu 2024"


def test_cells_in_a_tcvn3_font_become_unicode_and_others_do_not() -> None:
    book, sheet = one_sheet()
    sheet["A1"], sheet["A2"], sheet["A3"] = "Cã", "Cã", "b¹ch mai"
    sheet["A1"].font, sheet["A3"].font = Font(name=".VnTime"), Font(name=".VnTimeH")
    found = read_bytes(saved(book))
    assert found.sheets[0].rows == [["Có"], ["Cã"], ["BẠCH MAI"]]
    assert found.encoding == "TCVN3"


def test_tcvn3_text_is_known_without_its_font_when_it_can_be_nothing_else() -> None:
    book, sheet = one_sheet()
    sheet["A1"], sheet["A2"], sheet["A3"] = "Ph\u00adêng B¹ch Mai", "Phường Bạch Mai", "5 µm, 50 m²"
    found = read_bytes(saved(book))
    assert found.sheets[0].rows == [["Phường Bạch Mai"], ["Phường Bạch Mai"], ["5 µm, 50 m²"]]
    assert found.encoding == "TCVN3"


def test_a_workbook_in_unicode_has_no_encoding_to_warn_of() -> None:
    book, sheet = one_sheet()
    sheet["A1"] = "Đã nhận tài liệu – “có” · 100 m²"
    assert read_bytes(saved(book)).encoding == ""


def test_sheets_without_marks_are_not_parsed_twice() -> None:
    """Speed rests on it: an ordinary form, totals with their values included, needs calamine alone."""
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
    assert not marks.looks_marked(sheet, marks.Styles())
    assert marks.looks_marked(sheet.replace(b"<v>2</v>", b""), marks.Styles())
    assert marks.looks_marked(sheet.replace(b"<v>2</v>", b"\n <v></v>"), marks.Styles())


def test_sheet_names_with_entities_keep_their_marks() -> None:
    book, sheet = one_sheet()
    sheet.title, sheet["A1"] = "B01 & <nữ>", "#N/A"
    found = first(saved(book))
    assert (found.name, found.errors) == ("B01 & <nữ>", {(0, 0): "#N/A"})


# .xls: BIFF8 records in a compound file, as Excel 97 to 2003 writes them.


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def text8(text: str, *, wide: bool = True) -> bytes:
    """A string with a count of two bytes, or of one."""
    return struct.pack("<HB" if wide else "<BB", len(text), 1) + text.encode("utf-16-le")


def font(*, strike: bool) -> bytes:
    return record(
        0x0031, struct.pack("<HHHHHBBBB", 200, 8 if strike else 0, 0, 400, 0, 0, 0, 0, 0) + text8("Arial", wide=False)
    )


def style(font_number: int, number_format: int = 0) -> bytes:
    return record(0x00E0, struct.pack("<HHH", font_number, number_format, 0) + bytes(14))


def beginning(part: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, part, 0, 0, 0, 0))


END = record(0x000A)


def xls(cells: bytes, *, hidden: bool = False, globals_: bytes = b"") -> bytes:
    fonts = b"".join(font(strike=n == 5) for n in (0, 1, 2, 3, 5))
    head = beginning(0x0005) + globals_ + fonts + style(0) + style(5) + style(0, 14)
    bound_size = len(record(0x0085, bytes(6) + text8("B01", wide=False)))
    offset = len(head) + bound_size + len(END)
    bound = record(0x0085, struct.pack("<IBB", offset, int(hidden), 0) + text8("B01", wide=False))
    return compound({"Workbook": head + bound + END + beginning(0x0010) + cells + END})


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of large streams: sector 0 the table, sector 1 the directory, then the streams."""
    entries = [directory_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    table, body = [0xFFFFFFFD, 0xFFFFFFFE], b""
    for name, content in streams.items():
        content = content.ljust(max(4096, -len(content) % 512 + len(content)), b"\0")
        start = len(table)
        table += [*range(start + 1, start + len(content) // 512), 0xFFFFFFFE]
        entries.append(directory_entry(name, 2, start, len(content)))
        body += content
    table += [0xFFFFFFFF] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (4 * 108)
    directory = b"".join(entries).ljust(512, b"\0")
    return header + struct.pack("<128I", *table) + directory + body


def directory_entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    encoded = name.encode("utf-16-le")
    entry = encoded.ljust(64, b"\0") + struct.pack(
        "<HBBIII", len(encoded) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child
    )
    return entry + bytes(36) + struct.pack("<III", start, size, 0)


def number(row: int, column: int, value: float, style_number: int = 0) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, style_number, value))


def error(row: int, column: int, code: int) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, code, 1))


def test_xls_values_errors_and_marks_are_read() -> None:
    cells = (
        record(0x007D, struct.pack("<HHHHHH", 1, 1, 2560, 0, 1, 0))
        + record(0x0208, struct.pack("<HHHHHHHH", 2, 0, 4, 255, 0, 0, 0x20, 0))
        + number(1, 1, 1.234)
        + number(1, 2, 310, 1)
        + record(0x0204, struct.pack("<HHH", 2, 0, 0) + text8("Có"))
        + error(2, 3, 0x17)
        + number(3, 0, 45503, 2)
        + record(0x00BD, struct.pack("<HHHIHIH", 4, 0, 0, 5 << 2 | 2, 1, 6 << 2 | 2, 1))
    )
    found = first(xls(cells))
    assert found.rows == [[], [None, 1.234, 310], ["Có", None, None, None], [datetime.date(2024, 7, 30)], [5, 6]]
    assert found.errors == {(2, 3): "#REF!"}
    assert found.struck == {(1, 2), (4, 1)}
    assert found.hidden_rows == {2}
    assert found.hidden_columns == {1}
    assert not found.hidden


def test_xls_hidden_sheet_and_1904_dates_are_known() -> None:
    found = first(xls(number(0, 0, 45503 - 1462, 2), hidden=True, globals_=record(0x0022, b"\x01\x00")))
    assert (found.rows, found.hidden) == ([[datetime.date(2024, 7, 30)]], True)


def test_xls_that_asks_for_a_password_is_called_encrypted() -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(xls(number(0, 0, 1), globals_=record(0x002F, bytes(54))))
    assert (caught.value.code, caught.value.facts) == ("encrypted_file", {"kind": "xls"})


def test_xls_with_values_in_both_corners_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(xls(number(0, 0, 1) + number(65_535, 255, 1)))
    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize("announced", [(1, 0xFFFFFFFF, 0, 0xFFFF), (60_000, 5, 0, 4), (0, 0, 200, 3)])
def test_xls_dimensions_are_not_believed(announced: tuple[int, int, int, int]) -> None:
    """calamine reserves room for as much and aborts."""
    dimensions = record(0x0200, struct.pack("<IIHHH", *announced, 0))
    assert first(xls(dimensions + number(0, 0, 7))).rows == [[7]]


def test_xls_with_more_strings_announced_than_there_is_room_is_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(xls(number(0, 0, 7), globals_=record(0x00FC, struct.pack("<II", 1, 0x7FFFFFFF))))
    assert caught.value.code == "unreadable_file"


def test_xls_numbers_of_a_chart_do_not_replace_those_of_the_cells() -> None:
    chart = beginning(0x0020) + number(0, 0, 999) + number(300, 3, 999) + END
    assert first(xls(number(0, 0, 7) + chart + number(1, 0, 8))).rows == [[7], [8]]


def test_xls_of_many_sectors_is_read_whole() -> None:
    cells = b"".join(number(row, column, row + column) for row in range(1_500) for column in range(2))
    assert first(xls(cells)).rows == [[row, row + 1] for row in range(1_500)]


@pytest.mark.parametrize("length", range(512, 1_800, 128))
def test_xls_cut_short_is_unreadable(length: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(xls(number(0, 0, 1) + number(5, 1, 7))[:length].ljust(700, b"\0"))
    assert caught.value.code in {"unreadable_file", "not_a_spreadsheet"}
