"""Files that try to hurt whoever opens them, each made small; and what `check` must say of each.

Sizes are those at which a reader without a guard hangs, swells or aborts.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping

import xlsxwriter

from archives import LINK, raw_zip, zipped
from test_intake_excel import number, xls
from test_intake_ods import cell, ods, row

SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "hahahahahahahahaha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 20}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/hostname">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x>'
MIB = 1 << 20
UNREADABLE, TOO_LARGE, OTHER = {"unreadable_file"}, {"file_too_large"}, {"not_a_spreadsheet"}
READ = {"missing_ttc"}
"""Read to its end, and found to be no return."""


def workbook() -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet("B01")
        sheet.write(0, 0, 1)
        sheet.write(0, 1, "x")
    return packed.getvalue()


def changed(parts: Mapping[str, Callable[[bytes], bytes]], more: Mapping[str, bytes] | None = None) -> bytes:
    """The workbook with some of its parts changed and some added."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as old:
        kept = {name: parts.get(name, bytes)(old.read(name)) for name in old.namelist()}
    return zipped({**kept, **(more or {})})


def with_rows(rows: str) -> bytes:
    return changed(
        {SHEET: lambda xml: re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), xml)}
    )


def with_doctype(part: str, doctype: str, shown: str = "&i;") -> bytes:
    return changed(
        {
            part: lambda xml: re.sub(rb"(\?>\s*)", rb"\1" + doctype.encode(), xml, count=1).replace(
                b">x<", f">{shown}<".encode()
            )
        }
    )


def with_strings(strings: str, sheet: str) -> bytes:
    return changed(
        {
            STRINGS: lambda xml: re.sub(rb"<si>.*</si>", strings.encode(), xml),
            SHEET: lambda xml: re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{sheet}</sheetData>".encode(), xml),
        }
    )


def sheets_of_one_part(count: int) -> bytes:
    listed = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="rId1"/>' for n in range(count))
    return changed({BOOK: lambda xml: re.sub(rb"<sheets>.*</sheets>", f"<sheets>{listed}</sheets>".encode(), xml)})


def nested(depth: int) -> bytes:
    data = workbook()
    for level in range(depth):
        data = zipped({f"{level}.zip": data})
    return data


def overlapping(times: int) -> bytes:
    """Many names for one and the same packed megabytes, as the zip bombs that need no nesting do it."""
    data = bytearray(zipped({"a.csv": bytes(8 * MIB)}))
    end = data.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, end + 16)[0]
    entry = bytes(data[start:end])
    directory = b"".join(entry.replace(b"a.csv", f"{n:05}".encode()) for n in range(times))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, times, times, len(directory), start, 0)
    return bytes(data[:start]) + directory + tail


def spreadsheetml(rows: str, doctype: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{doctype}<?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="B01"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def in_content(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """An .ods with its content.xml changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return zipped(
            {name: change(old.read(name)) if name == "content.xml" else old.read(name) for name in old.namelist()}
        )


A1 = '<row r="1"><c r="A1"><v>1</v></c></row>'
WIDE = "".join(f'<row r="{n + 1}">' + "<c><v>1</v></c>" * 16_384 + "</row>" for n in range(130))
LONG = "ạ" * MIB

XLSX: dict[str, tuple[bytes, set[str]]] = {
    "bomb.xlsx": (changed({}, {"xl/worksheets/sheet2.xml": bytes(40 * MIB)}), TOO_LARGE),
    "laughs-in-sheet.xlsx": (with_doctype(SHEET, LAUGHS), UNREADABLE),
    "laughs-in-strings.xlsx": (with_doctype(STRINGS, LAUGHS), UNREADABLE),
    "laughs-in-book.xlsx": (with_doctype(BOOK, LAUGHS), UNREADABLE),
    "outside-in-strings.xlsx": (with_doctype(STRINGS, OUTSIDE), UNREADABLE),
    "remote-in-sheet.xlsx": (with_doctype(SHEET, REMOTE), UNREADABLE),
    "utf-16.xlsx": (
        changed({SHEET: lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")}),
        UNREADABLE,
    ),
    "lying-dimension.xlsx": (changed({SHEET: lambda xml: xml.replace(b'"A1:B1"', b'"A1:XFD1048576"')}), READ),
    "lying-strings.xlsx": (changed({STRINGS: lambda xml: xml.replace(b'ount="1"', b'ount="99999999999"')}), READ),
    "corner.xlsx": (with_rows(A1 + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), TOO_LARGE),
    "corner-of-format.xlsx": (with_rows(A1 + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'), READ),
    "beyond-the-corner.xlsx": (
        with_rows(A1 + '<row r="99999999"><c r="ZZZZZZZ99999999"><v>1</v></c></row>'),
        {*UNREADABLE, *TOO_LARGE},
    ),
    "one-wide-row.xlsx": (with_rows('<row r="1">' + "<c><v>1</v></c>" * 16_384 + "</row>"), READ),
    "wide-rows.xlsx": (with_rows(WIDE), TOO_LARGE),
    "long-cell.xlsx": (with_rows(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{LONG}</t></is></c></row>'), TOO_LARGE),
    "long-number.xlsx": (with_rows(f'<row r="1"><c r="A1"><v>{"9" * 100_000}</v></c></row>'), {*READ, *UNREADABLE}),
    "one-string-everywhere.xlsx": (
        with_strings(
            f"<si><t>{'x' * 30_000}</t></si>",
            "".join(f'<row r="{n + 1}">' + '<c t="s"><v>0</v></c>' * 100 + "</row>" for n in range(1_000)),
        ),
        TOO_LARGE,
    ),
    "string-that-is-not-there.xlsx": (
        with_strings("<si><t>x</t></si>", '<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>'),
        {*READ, *UNREADABLE},
    ),
    "deep-sheet.xlsx": (with_rows("<row>" * 200_000 + "</row>" * 200_000), {*READ, *UNREADABLE}),
    "deep-styles.xlsx": (
        changed({"xl/styles.xml": lambda xml: xml.replace(b"<fonts", b"<strike>" * 200_000 + b"<fonts")}),
        UNREADABLE,
    ),
    "many-sheets.xlsx": (sheets_of_one_part(20_000), {*READ, *TOO_LARGE}),
    "no-sheets.xlsx": (sheets_of_one_part(0), {*READ, *UNREADABLE}),
    "sheet-nowhere.xlsx": (
        changed(
            {"xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"worksheets/sheet1", b"../../../etc/passwd")}
        ),
        {*READ, *UNREADABLE},
    ),
    "outside-link.xlsx": (
        changed(
            {},
            {
                "xl/externalLinks/externalLink1.xml": b"<x/>",
                "xl/vbaProject.bin": b"\x00",
                "xl/connections.xml": b"<connections/>",
            },
        ),
        READ,
    ),
    "two-parts-of-a-name.xlsx": (raw_zip([(b"xl/workbook.xml", b"<a/>"), (b"xl/Workbook.xml", b"<b/>")]), UNREADABLE),
    "many-parts.xlsx": (zipped({BOOK: b"<workbook/>", **{f"xl/{n}.xml": b"" for n in range(10_001)}}), TOO_LARGE),
    "cut.xlsx": (workbook()[:-400], UNREADABLE),
    "half.xlsx": (workbook()[:2_000], UNREADABLE),
    "beginning.xlsx": (workbook()[:60], UNREADABLE),
    "strict.xlsx": (changed({SHEET: lambda xml: xml[:-30]}), UNREADABLE),
}

OTHERS: dict[str, tuple[bytes, set[str]]] = {
    "bomb.ods": (
        zipped(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "META-INF/manifest.xml": b"<m/>",
                "content.xml": b" " * 40 * MIB,
            }
        ),
        TOO_LARGE,
    ),
    "laughs.ods": (
        in_content(
            ods(row(cell("string", "", "x"))),
            lambda xml: xml.replace(b"?>", b"?>" + LAUGHS.encode()).replace(b">x<", b">&i;<"),
        ),
        UNREADABLE,
    ),
    "repeated.ods": (
        ods(
            row(
                cell("float", "1", more="table:number-columns-repeated='16384'"),
                more="table:number-rows-repeated='1048576'",
            )
        ),
        TOO_LARGE,
    ),
    "repeated-long.ods": (
        ods(
            row(
                cell("string", "", "x" * 30_000, more="table:number-columns-repeated='16384'"),
                more="table:number-rows-repeated='100'",
            )
        ),
        {*READ, *TOO_LARGE},
    ),
    "spaces.ods": (ods(row(cell("string", "", "<text:s text:c='999999999'/>" * 40_000))), {*TOO_LARGE}),
    "deep.ods": (ods("<table:table-row>" * 100_000 + "</table:table-row>" * 100_000), {*READ, *UNREADABLE}),
    "cut.ods": (ods(row(cell("float", "1")))[:-100], UNREADABLE),
    "corner.xls": (xls(number(0, 0, 1) + number(65_535, 255, 1)), TOO_LARGE),
    "lying-strings.xls": (xls(number(0, 0, 7), globals_=struct.pack("<HHII", 0x00FC, 8, 1, 0x7FFFFFFF)), UNREADABLE),
    "cut.xls": (xls(number(0, 0, 1))[:1_200].ljust(1_600, b"\0"), {*UNREADABLE, *OTHER}),
    "laughs.xls": (spreadsheetml("<Row><Cell><Data>&i;</Data></Cell></Row>", LAUGHS), UNREADABLE),
    "far.xls": (
        spreadsheetml('<Row ss:Index="999999999"><Cell><Data ss:Type="Number">1</Data></Cell></Row>'),
        TOO_LARGE,
    ),
    "deep.xls": (spreadsheetml("<Row>" * 300_000), UNREADABLE),
    "deep-closed.xls": (spreadsheetml("<Row>" * 300_000 + "</Row>" * 300_000), {*READ, *UNREADABLE}),
    "spans.xls": (b"<table>" + b"<tr><td colspan=65534 rowspan=65534>1</td>" * 500, TOO_LARGE),
    "unclosed.xls": (b"<table><tr><td>" + b"<!--" * 200_000, READ),
    "tables.xls": (b"<html>" + b"<table>" * 200_000, {*READ, *OTHER}),
    "tags.xls": (b"<table>" + b"<td a='" * 200_000, READ),
    "entities.xls": (b"<table><tr><td>" + b"&#9999999999;&amp" * 100_000, TOO_LARGE),
    "one-line.csv": (b"x" * 20 * MIB, TOO_LARGE),
    "separators.csv": (b";" * 3 * MIB, TOO_LARGE),
    "lines.csv": (b"\n" * 3 * MIB + b"x", TOO_LARGE),
    "quotes.csv": (b'a,"b\n' * 40_000, READ),
    "one-quote.csv": (b'"' + b"a,b\n" * 100_000, READ),
    "at.csv": (b"@" + b"a.a-" * 8_000 + b"\n" + (b"a" * 30_000 + b"@,") * 30, {*READ, "personal_data_sheet"}),
    "digits.csv": (b"0" * 30_000 + b"," + b"1 " * 15_000 + b"\n" + b"+84 9." * 5_000, {*READ, "personal_data_sheet"}),
    "brackets.csv": (b"(" * 30_000 + b"," + b"[(" * 15_000, READ),
    "nuls.csv": (b"a,b\n\x00\x00" * 3_000, {*READ, *OTHER}),
    "wide.csv": (("Mã đơn vị," + "Từ ngày," * 200_000).encode(), READ | {"missing_header"}),
    "nothing.csv": (b"", UNREADABLE),
    "mark.csv": (b"\xef\xbb\xbf", {*READ, *UNREADABLE}),
    "wide-mark.csv": (b"\xff\xfe", {*READ, *UNREADABLE}),
    "program.xlsx": (b"MZ\x90\x00" + bytes(range(256)) * 20, OTHER),
    "picture.xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(100), OTHER),
    "bomb.zip": (zipped({"a.csv": bytes(70 * MIB)}), TOO_LARGE),
    "overlapping.zip": (overlapping(2_000), TOO_LARGE),
    "nested.zip": (nested(40), OTHER),
    "many.zip": (raw_zip([(b"%05d.csv" % n, b"") for n in range(10_001)]), TOO_LARGE),
    "up.zip": (raw_zip([(b"../../../../tmp/x.xlsx", workbook()), (b"/etc/y.xlsx", workbook())]), READ),
    "link.zip": (raw_zip([(b"x.xlsx", b"/etc/passwd")], mode=LINK), UNREADABLE),
    "cut.zip": (zipped({"a.xlsx": workbook()})[:-30], UNREADABLE),
}
