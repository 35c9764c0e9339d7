"""OpenDocument spreadsheets, as LibreOffice writes their content."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest

from tracker.intake.grid import Sheet, Unreadable
from tracker.intake.read import read_bytes

NAMES = ("office", "table", "text", "style", "calcext", "draw", "fo")


def ods(table: str, *, styles: str = "", table_style: str = "ta1", manifest: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in NAMES)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet><table:table table:name='B01'"
        f" table:style-name='{table_style}'>{table}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", content)
    return packed.getvalue()


def flat(data: bytes, mimetype: str = "spreadsheet") -> bytes:
    """The same workbook as one XML file, as LibreOffice's .fods is."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml").decode()
    kind = f'office:mimetype="application/vnd.oasis.opendocument.{mimetype}"'
    opened = content.replace("<office:document-content", f"<office:document {kind}")
    return opened.replace("office:document-content", "office:document").encode()


def sheet_of(table: str, **more: str) -> Sheet:
    return read_bytes(ods(table, **more)).sheets[0]


def cell(kind: str, value: str = "", text: str = "", more: str = "") -> str:
    name = {"float": "value", "percentage": "value", "string": "string-value"}.get(kind, f"{kind}-value")
    noted = f" office:{name}='{value}'" if value else ""
    return f"<table:table-cell office:value-type='{kind}'{noted} {more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


BLANK = "<table:table-cell table:number-columns-repeated='{}'/>"


def test_values_of_every_type_stand_at_their_place() -> None:
    sheet = sheet_of(
        row(BLANK.format(1024), more="table:number-rows-repeated='2'")
        + row(BLANK.format(1), cell("string", "", "00292"), cell("float", "1.234"), cell("percentage", "0.75"))
        + row(
            cell("date", "2024-07-30"),
            cell("boolean", "true"),
            cell("time", "PT08H30M00S"),
            cell("float", "310", more="table:number-columns-repeated='2'"),
            BLANK.format(1000),
        )
        + row(BLANK.format(1024), more="table:number-rows-repeated='1048570'")
    )
    assert sheet.rows == [
        [],
        [],
        [None, "00292", 1.234, "75%"],
        [datetime.date(2024, 7, 30), True, datetime.time(8, 30), 310, 310],
    ]


def test_text_keeps_its_lines_and_leaves_out_comments() -> None:
    comment = "<office:annotation><text:p>ghi chú</text:p></office:annotation>"
    text = f"{comment}<text:p>a<text:s text:c='2'/>b</text:p><text:p>c</text:p>"
    assert sheet_of(row(f"<table:table-cell office:value-type='string'>{text}</table:table-cell>")).rows == [
        ["a  b\nc"]
    ]


def test_merged_cells_hold_their_value_in_the_corner() -> None:
    covered = "<table:covered-table-cell office:value-type='float' office:value='9'/>"
    sheet = sheet_of(row(cell("float", "1", more="table:number-columns-spanned='2'"), covered, cell("float", "2")))
    assert sheet.rows == [[1, None, 2]]


def test_marks_are_told() -> None:
    sheet = sheet_of(
        "<table:table-column/><table:table-column table:visibility='collapse'/>"
        + row(cell("string", "", "#REF!", "calcext:value-type='error'"), "<table:table-cell table:formula='of:=1'/>")
        + row(
            cell("float", "5", "5", "table:style-name='ce1'"),
            cell("string", "", "<text:span text:style-name='ce1'>310</text:span> 320"),
            more="table:visibility='filter'",
        ),
        styles="<style:style style:name='ce1'><style:text-properties style:text-line-through-style='solid'/>"
        "</style:style>"
        "<style:style style:name='ta2'><style:table-properties table:display='false'/></style:style>",
        table_style="ta2",
    )
    assert sheet.rows == [[None, None], [5, "310 320"]]
    assert sheet.errors == {(0, 0): "#REF!"}
    assert sheet.unvalued == {(0, 1)}
    assert sheet.struck == {(1, 0), (1, 1)}
    assert sheet.hidden_rows == sheet.hidden_columns == {1}
    assert sheet.hidden


@pytest.mark.parametrize("shown", ["#REF!", "#DIV/0!", "Err:502"])
def test_a_failed_formula_is_no_zero_where_a_zero_is_noted_beside_it(shown: str) -> None:
    """OpenOffice writes errors so; a 0 that somebody typed stays one."""
    failed = cell("float", "0", shown, "table:formula='of:=1/0'")
    sheet = sheet_of(row(failed, cell("float", "0", "0", "table:formula='of:=0'"), cell("float", "0", "0")))
    assert sheet.rows == [[None, 0, 0]]
    assert sheet.errors == {(0, 0): shown}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ods("", manifest="<m:encryption-data/>"), "encrypted_file"),
        (ods(row(cell("float", "1"), more="table:number-rows-repeated='2500000'")), "file_too_large"),
        (ods(row(cell("float", "1", more="table:number-columns-repeated='999999999'"))), "file_too_large"),
        (ods(cell("float", "1") + "</table:table-row>"), "unreadable_file"),
    ],
)
def test_traps_and_damage_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("kind", "noted", "shown"),
    [
        ("float", "x", "12"),
        ("time", "09:55:33", "09:55:33"),
        ("date", "30/07/2024", "30/07/2024"),
        ("float", "", "?"),
    ],
)
def test_a_value_that_makes_no_sense_is_read_as_it_is_shown(kind: str, noted: str, shown: str) -> None:
    """Some writers note values in forms of their own; that costs the number and not the file."""
    assert sheet_of(row(cell(kind, noted, shown))).rows == [[shown]]


def test_a_workbook_in_one_xml_file_is_read_like_one_in_a_zip() -> None:
    """Its marks, too; a text or a drawing in one XML file is no spreadsheet, and a DTD is refused here as there."""
    data = ods(row(cell("float", "670", "670"), cell("string", "", "#REF!", "calcext:value-type='error'")))
    sheet = read_bytes(flat(data)).sheets[0]
    assert (sheet.name, sheet.rows, sheet.errors) == ("B01", [[670, None]], {(0, 1): "#REF!"})
    for file, code in (
        (flat(data, "text"), "not_a_spreadsheet"),
        (flat(data).replace(b"?>", b"?><!DOCTYPE a>"), "unreadable_file"),
    ):
        with pytest.raises(Unreadable) as caught:
            read_bytes(file)
        assert caught.value.code == code
