"""Workbooks whose parts stand elsewhere than Excel puts them, as their relationships say."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from tracker.intake import opc
from tracker.intake.guard import repack, unpack
from tracker.intake.read import read_bytes


def workbook() -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    for name in ("TTC", "B01"):
        book.add_worksheet(name).write_row(0, 0, [name, 310])
    book.add_format({"num_format": "dd/mm/yyyy"})
    book.close()
    return packed.getvalue()


def renamed(names: dict[str, str], links: dict[str, str]) -> bytes:
    """The workbook with parts of its package renamed, and what is written in its lists of parts changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            for before, after in links.items() if name.endswith((".rels", "[Content_Types].xml")) else ():
                part = part.replace(before, after)
            new.writestr(names.get(name, name), part)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("names", "links"),
    [
        (
            {
                "xl/workbook.xml": "xl/workbook2.xml",
                "xl/_rels/workbook.xml.rels": "xl/_rels/workbook2.xml.rels",
                "xl/sharedStrings.xml": "xl/sharedStrings2.xml",
                "xl/styles.xml": "xl/styles2.xml",
            },
            {
                "workbook.xml": "workbook2.xml",
                "sharedStrings.xml": "sharedStrings2.xml",
                "styles.xml": "styles2.xml",
            },
        ),
        ({"xl/sharedStrings.xml": "xl/strings/all.xml"}, {"sharedStrings.xml": "strings/all.xml"}),
        ({}, {"worksheets/": "../xl/worksheets/"}),
        ({}, {"worksheets/": "./worksheets/"}),
        (
            {
                "xl/workbook.xml": "book/main.xml",
                "xl/_rels/workbook.xml.rels": "book/_rels/main.xml.rels",
                "xl/worksheets/sheet1.xml": "book/worksheets/sheet1.xml",
                "xl/worksheets/sheet2.xml": "book/worksheets/sheet2.xml",
            },
            {"xl/workbook.xml": "/book/main.xml", '"sharedStrings.xml': '"/xl/sharedStrings.xml'},
        ),
    ],
    ids=["Office 365", "strings in a folder", "up and down", "here", "another folder"],
)
def test_parts_are_found_where_the_links_lead(names: dict[str, str], links: dict[str, str]) -> None:
    sheets = read_bytes(renamed(names, links)).sheets
    assert [(sheet.name, sheet.rows) for sheet in sheets] == [("TTC", [["TTC", 310]]), ("B01", [["B01", 310]])]


def test_a_package_that_is_as_excel_writes_it_is_not_written_again() -> None:
    parts = unpack(workbook())
    assert opc.in_place(parts) is parts


def test_a_part_that_no_link_leads_to_gives_way_to_the_one_that_is_meant() -> None:
    """A workbook may keep an old list of strings; the names it once had are not what counts."""
    parts = unpack(renamed({"xl/sharedStrings.xml": "xl/new.xml"}, {"sharedStrings.xml": "new.xml"}))
    stale = parts["xl/new.xml"].replace(b"B01", b"B02")
    placed = opc.in_place({**parts, "xl/SharedStrings.xml": stale})
    assert placed["xl/sharedStrings.xml"] == parts["xl/new.xml"]
    assert stale not in placed.values()


@pytest.mark.parametrize("links", [b"", b"<", b"<Relationships/>"])
def test_a_package_without_links_is_left_as_it_is(links: bytes) -> None:
    parts = {**unpack(workbook()), "_rels/.rels": links}
    assert opc.in_place(parts) is parts


@pytest.mark.parametrize("kind", ["xlMacrosheet", "xlIntlMacrosheet"])
def test_a_sheet_of_macros_costs_no_workbook(kind: str) -> None:
    """Those of Excel 4 linger, hidden, in many an old office's files; they are left out, as charts are."""
    parts = unpack(workbook())
    listed, link = (
        b'<sheet name="Kangatang" sheetId="9" state="veryHidden" r:id="rId9"/>',
        f"2006/relationships/{kind}",
    )
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<sheets>", b"<sheets>" + listed)
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="rId9" Type="urn:office/{link}"'.encode() + b' Target="macrosheets/sheet1.xml"/>'
        b"</Relationships>",
    )
    parts["xl/macrosheets/sheet1.xml"] = b"<macrosheet><sheetData/></macrosheet>"
    sheets = read_bytes(repack(parts).getvalue()).sheets
    assert [(sheet.name, sheet.rows) for sheet in sheets] == [("TTC", [["TTC", 310]]), ("B01", [["B01", 310]])]
