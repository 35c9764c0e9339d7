"""Excel's XML of 2003."""

from __future__ import annotations

import datetime

import pytest

from tracker.intake.grid import Sheet, Unreadable
from tracker.intake.read import read_bytes


def workbook(table: str, *, head: str = "", after: str = "", dtd: str = "") -> bytes:
    return (
        f"<?xml version='1.0'?>{dtd}<?mso-application progid='Excel.Sheet'?>"
        "<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'"
        " xmlns:x='urn:schemas-microsoft-com:office:excel' xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>"
        f"<Styles>{head}</Styles><Worksheet ss:Name='B01'><Table>{table}</Table>{after}</Worksheet></Workbook>"
    ).encode()


def sheet_of(table: str, **more: str) -> Sheet:
    return read_bytes(workbook(table, **more)).sheets[0]


AT_2, MERGED, STRUCK, FORMULA = "ss:Index='2'", "ss:MergeAcross='1'", "ss:StyleID='s1'", "ss:Formula='=1+1'"


def cell(kind: str, text: str, more: str = "") -> str:
    return f"<Cell {more}><Data ss:Type='{kind}'>{text}</Data></Cell>"


def test_values_stand_at_their_index() -> None:
    sheet = sheet_of(
        f"<Row ss:Index='3'>{cell('String', '00292', AT_2)}{cell('Number', '1.234')}</Row>"
        f"<Row>{cell('Number', '310', MERGED)}{cell('Boolean', '1')}</Row>"
        f"<Row ss:Span='1'/><Row>{cell('DateTime', '2024-07-30T00:00:00.000')}</Row>"
    )
    assert sheet.name == "B01"
    assert sheet.rows == [[], [], [None, "00292", 1.234], [310, None, True], [], [], [datetime.date(2024, 7, 30)]]


def test_errors_blank_formulas_and_marks_are_told() -> None:
    sheet = sheet_of(
        "<Column ss:Index='2' ss:Hidden='1'/>"
        f"<Row>{cell('Error', '#REF!')}<Cell ss:Formula='=1+1'/>{cell('Number', '5', STRUCK)}</Row>"
        f"<Row ss:Hidden='1'>{cell('Number', '2', FORMULA)}</Row>",
        head="<Style ss:ID='s1'><Font ss:StrikeThrough='1'/></Style>",
        after="<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>",
    )
    assert sheet.rows == [[None, None, 5], [2]]
    assert sheet.errors == {(0, 0): "#REF!"}
    assert sheet.unvalued == {(0, 1)}
    assert sheet.struck == {(0, 2)}
    assert sheet.hidden_rows == sheet.hidden_columns == {1}
    assert sheet.hidden


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (workbook("", dtd="<!DOCTYPE a [<!ENTITY b 'c'>]>"), "unreadable_file"),
        (workbook(f"<Row ss:Index='2500000'>{cell('Number', '1')}</Row>"), "file_too_large"),
        (workbook(f"<Row ss:Index='2500000'>{cell('Error', '#N/A')}</Row>"), "file_too_large"),
        (workbook("<Row ss:Index='x'/>"), "unreadable_file"),
        (workbook("<Row>")[:-30], "unreadable_file"),
    ],
)
def test_traps_and_damage_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data)
    assert caught.value.code == code


def test_utf16_is_read_too() -> None:
    data = workbook(f"<Row>{cell('String', 'Phường')}</Row>").decode().encode("utf-16")
    assert read_bytes(data).sheets[0].rows == [["Phường"]]


def test_a_number_that_is_none_is_read_as_text() -> None:
    """It costs its cell and not the file."""
    assert read_bytes(workbook(f"<Row>{cell('Number', 'x')}</Row>")).sheets[0].rows == [["x"]]


def test_the_text_of_a_comment_is_no_value_of_its_cell() -> None:
    """It is called Data as the value is, and stands behind it."""
    comment = "<Comment ss:Author='x'><ss:Data><b xmlns='urn:html'>12</b></ss:Data></Comment>"
    filled = cell("Number", "670").replace("</Cell>", f"{comment}</Cell>")
    assert sheet_of(f"<Row>{filled}<Cell>{comment}</Cell>{cell('Number', '5')}</Row>").rows == [[670, None, 5]]


@pytest.mark.parametrize("shown", ["Percent", "0.0%"])
def test_a_number_that_is_shown_as_a_percentage_is_one(shown: str) -> None:
    """100% stands in the file as 1."""
    head = f"<Style ss:ID='s1'><NumberFormat ss:Format='{shown}'/></Style>"
    assert sheet_of(f"<Row>{cell('Number', '1', STRUCK)}{cell('Number', '1')}</Row>", head=head).rows == [["100%", 1]]
