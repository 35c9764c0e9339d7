"""Bombs and traps are refused before calamine opens anything: these run in this very process."""

from __future__ import annotations

import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.intake import guard
from tracker.intake.grid import Book, Unreadable
from tracker.intake.read import read_bytes

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def workbook() -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet("B01")
    sheet.write(0, 0, 1)
    sheet.write(0, 1, "x")
    book.close()
    return packed.getvalue()


def changed(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part of its zip changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return packed.getvalue()


def with_rows(rows: str) -> bytes:
    return changed(
        SHEET, lambda xml: re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), xml)
    )


def refusal(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data)
    return caught.value


A1 = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "last",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c s='0' r = 'XFD1048576' ><v>1</v></c></row>",
        '<row r="9"><c r="A9" r="XFD1048576"><v>1</v></c></row>',
        '<row r="9"><c r="A9" s=">" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c t="str" r="XFD1048576"><v>x</v></c></row>',
        '<row r="1048576"><c r="A2" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD1048576"><f>1</f></c></row>',
        '<row r="1048576"><c r="XFD1"><v>1</v></c><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1048576"><c r="XFC1"/><c><v>1</v></c></row><row r="1048575"/><row><c><v>1</v></c></row>',
        '<y:row xmlns:y="u" r="1048576"><y:c r="XFD1048576"><y:v>1</y:v></y:c></y:row>',
        '<row r="99999999"><c><v>1</v></c></row>',
        '<row r="1"><c r="AAAAAAA9999"><v>1</v></c></row>',
    ],
)
def test_values_in_both_corners_are_refused_however_they_are_written(last: str) -> None:
    assert refusal(with_rows(A1 + last)).code in {"file_too_large", "unreadable_file"}


def test_corner_cell_names_what_is_too_much() -> None:
    error = refusal(with_rows(A1 + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert (error.code, error.facts) == ("file_too_large", {"of": "cells", "limit": "2000000"})


def test_formats_in_the_last_row_are_harmless_and_fast() -> None:
    ghosts = "".join(
        f'<row r="{row}"><c r="A{row}" s="0"/><c r="XFD{row}" s="0"></c></row>' for row in range(9_999, 30_000)
    )
    begun = time.process_time()
    book = read_bytes(with_rows(A1 + ghosts + '<row r="1048576" s="0" customFormat="1"/>'))
    assert book.sheets[0].rows == [[1]]
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("lie", [b"A1:XFD1048576", b"A1", b"A1:ZZZZZZ99999999999"])
def test_the_announced_dimension_is_not_believed(lie: bytes) -> None:
    book = read_bytes(changed(SHEET, lambda xml: xml.replace(b'"A1:B1"', b'"' + lie + b'"')))
    assert book.sheets[0].rows == [[1, "x"]]


def test_the_announced_number_of_strings_is_not_believed() -> None:
    """calamine reserves room for as many and aborts."""
    lie = changed(STRINGS, lambda xml: xml.replace(b'ount="1"', b'ount="99999999999"'))
    assert read_bytes(lie).sheets[0].rows == [[1, "x"]]


def test_cells_without_names_follow_each_other() -> None:
    rows = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="4"><c r="C4"><v>3</v></c><c><v>4</v></c></row>'
    assert read_bytes(with_rows(rows)).sheets[0].rows == [[1, 2], [], [], [None, None, 3, 4]]


@pytest.mark.parametrize(
    "dtd",
    [
        b'<!DOCTYPE worksheet [<!ENTITY a "9">]><worksheet',
        b'<!DOCTYPE w SYSTEM "file:///etc/hostname"><worksheet',
        b'<!DOCTYPE w [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet',
    ],
)
def test_entities_are_refused(dtd: bytes) -> None:
    error = refusal(changed(SHEET, lambda xml: xml.replace(b"<worksheet", dtd)))
    assert (error.code, error.facts) == ("unreadable_file", {"reason": "dtd"})


def test_utf16_parts_are_refused_for_calamine_reads_nothing_there() -> None:
    error = refusal(changed(SHEET, lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")))
    assert error.facts == {"reason": "encoding"}


@pytest.mark.parametrize(
    "written", ["6<!-- > -->70", "6<?a?>70", "<![CDATA[670]]>", "&#54;7&#x30;", "6<!-- <![CDATA[ --><![CDATA[70]]>"]
)
def test_a_number_in_pieces_is_read_whole(written: str) -> None:
    """The foreign reader takes the first piece for all of it."""
    assert read_bytes(with_rows(f'<row r="1"><c r="A1"><v>{written}</v></c></row>')).sheets[0].rows == [[670]]


def test_references_that_are_needed_stay() -> None:
    strings = changed(STRINGS, lambda xml: xml.replace(b">x<", b">&#60;a&#38;&#x22;&#10;&#7879;&#65;<"))
    assert read_bytes(strings).sheets[0].rows == [[1, '<a&"\nệA']]


@pytest.mark.parametrize("opening", [b"<!--", b"<![CDATA[", b"<?"])
def test_what_is_opened_a_hundred_thousand_times_and_never_closed_is_refused_at_once(opening: bytes) -> None:
    started = time.perf_counter()
    refusal(changed(SHEET, lambda xml: xml.replace(b"<sheetData", opening * 100_000 + b"<sheetData")))
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("customXml/item1.xml", '<?xml version="1.0" encoding="utf-16"?><DataMashup/>'.encode("utf-16")),
        ("customXml/item2.xml", b"<!DOCTYPE a><a/>"),
        ("xl/comments1.xml", b"<comments><!-- "),
        ("xl/comments/comment2.xml", b"<!DOCTYPE a>"),
        ("xl/threadedComments/threadedComment1.xml", b"\x00"),
        ("xl/pivotCache/pivotCacheRecords1.xml", b"<?a"),
        ("xl/externalLinks/externalLink1.xml", b"<!-- "),
        ("xl/queryTables/queryTable1.xml", b"\xff\xfe"),
    ],
)
def test_a_part_without_cells_costs_no_workbook(name: str, part: bytes) -> None:
    """Power Query keeps its queries in UTF-16; whoever reads cells has no business there."""
    packed = io.BytesIO(workbook())
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(name, part)
    assert read_bytes(packed.getvalue()).sheets[0].rows == [[1, "x"]]


def test_cdata_is_read_like_any_text() -> None:
    book = read_bytes(changed(STRINGS, lambda xml: xml.replace(b">x<", b"><![CDATA[a < b & c]]><")))
    assert book.sheets[0].rows == [[1, "a < b & c"]]


def test_a_part_that_packs_like_nothing_but_a_bomb_is_refused() -> None:
    error = refusal(changed(SHEET, lambda xml: xml + b" " * (guard.RATIO_FROM + 1)))
    assert (error.code, error.facts["of"]) == ("file_too_large", "ratio")


def test_what_unpacks_to_too_much_is_refused_without_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "UNPACKED_LIMIT", 5_000)
    assert refusal(workbook()).facts["of"] == "unpacked"


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "ENTRY_LIMIT", 5)
    assert refusal(workbook()).facts["of"] == "entries"


def test_long_strings_shown_by_many_cells_are_refused() -> None:
    """A hundred kilobytes of zip would become gigabytes of text."""
    cells = "".join(f'<row r="{row}">' + f'<c r="A{row}" t="s"><v>0</v></c>' + "</row>" for row in range(1, 9_000))
    data = with_rows(cells)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b">x<", b">" + b"x" * 32_767 + b"<") if name == STRINGS else part)
    assert refusal(packed.getvalue()).facts["of"] == "text"


def test_one_part_behind_many_sheets_counts_every_time() -> None:
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (i, i) for i in range(2, 90))
    box = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9000"><c r="J9000"><v>1</v></c></row>'
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(with_rows(box))) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(
                name, part.replace(b"</sheets>", sheets + b"</sheets>") if name == "xl/workbook.xml" else part
            )
    assert refusal(packed.getvalue()).facts["of"] == "cells"


def test_ordinary_large_sheet_is_read() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 12_001))
    book: Book = read_bytes(with_rows(rows))
    assert len(book.sheets[0].rows) == 12_000
    assert book.sheets[0].rows[-1] == [12_000]


def test_two_parts_of_one_name_are_refused() -> None:
    packed = io.BytesIO(workbook())
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("XL/worksheets/Sheet1.xml", b"<worksheet/>")
    assert refusal(packed.getvalue()).code == "unreadable_file"


def test_parts_are_found_behind_the_slashes_of_windows() -> None:
    """Some programs write them into a zip, against its rules."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name.replace("/", "\\")), old.read(name))
    assert read_bytes(packed.getvalue()).sheets[0].rows == [[1, "x"]]


def test_a_comment_that_closes_the_cells_loses_none() -> None:
    rows = A1 + '<!-- </sheetData> --><row r="2"><c r="A2"><v>2</v></c></row>'
    assert read_bytes(with_rows(rows)).sheets[0].rows == [[1], [2]]


@pytest.mark.parametrize(
    "before",
    ["</sheetData><sheetData>", "<?a </sheetData>?>", '<row r="2" x="</sheetData>"/>', "</sheetData ><sheetData >"],
)
@pytest.mark.parametrize("end", ["", "</sheetData >", "<!-- "])
def test_a_corner_cell_behind_what_looks_like_the_end_never_reaches_the_foreign_reader(before: str, end: str) -> None:
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    data = changed(
        SHEET, lambda xml: re.sub(rb"<sheetData>.*", f"<sheetData>{A1}{before}{corner}{end}".encode(), xml)
    )
    assert refusal(data).code in {"file_too_large", "unreadable_file"}


def test_a_sheet_cut_off_after_its_cells_is_damaged() -> None:
    assert refusal(changed(SHEET, lambda xml: xml[:-30])).facts == {"reason": "malformed"}


def test_a_sheet_ends_with_its_cells_only_where_it_is_whole_and_ends_plainly() -> None:
    begin, end = b'<worksheet><sheetData><row r="1"/></sheetData>', b"<pageMargins/></worksheet>"
    assert guard.cells_of(begin + end) == guard.cells_of(begin + end + b"\r\n") == begin
    for other in (begin + b"<pageMar", begin + b"<!-- -->" + end, begin + b'<x y="sheetData"/>' + end, end):
        assert guard.cells_of(other) == other


def test_a_sheet_without_cell_names_is_measured_though_drop_downs_follow() -> None:
    """Its exact extent is found by a parser, which gets no more of the part than the foreign reader."""
    rows = '<row r="999999"><c><v>1</v></c></row><row r="1"><c r="Z1"><v>1</v></c></row>'
    error = refusal(with_rows(rows + '</sheetData><dataValidations count="0"/><sheetData>'))
    assert (error.code, error.facts["of"]) == ("file_too_large", "cells")


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_a_part_known_from_another_file_is_still_held_against_its_checksum(part: str) -> None:
    honest = workbook()
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        checksum = archive.getinfo(part).CRC.to_bytes(4, "little")
    assert read_bytes(honest).sheets[0].rows == [[1, "x"]]
    assert refusal(honest.replace(checksum, b"\0\0\0\1")).facts == {"reason": "malformed"}


def test_a_dtd_in_a_part_is_refused_every_time() -> None:
    styles = changed("xl/styles.xml", lambda xml: xml.replace(b"<styleSheet", b"<!DOCTYPE s><styleSheet"))
    for _ in range(2):
        assert refusal(styles).facts == {"reason": "dtd"}


@pytest.mark.parametrize("end", ["</si>", "</si >", "</s:si>"])
def test_long_strings_are_told_apart_however_their_tags_are_written(end: str) -> None:
    """A hundred thousand cells that show short strings are no danger, however long the table of strings is."""
    long = b"<si><t>" + b"x" * 30_000 + b"</t>" + end.encode()
    strings = b"<sst>" + (b"<si><t>y</t>" + end.encode()) * 9 + long + b"</sst>"
    cell = b'<c r="A1" t="s"><v>%d</v></c>'
    guard.check_texts([cell % 0 * 100_000], strings)
    with pytest.raises(Unreadable):
        guard.check_texts([cell % 9 * 100_000], strings)


# What inflates


def _inflated(part: bytes, size: int, crc: int) -> bytes | str:
    try:
        return guard._inflate(part, zipfile.ZIP_DEFLATED, size, crc)
    except Unreadable as refused:
        return refused.facts["reason"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_part_is_the_same_and_as_damaged_whatever_inflates_it(
    data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut, lengthened, with other bytes, with a wrong size: only what is whole comes out."""
    level = data.draw(st.sampled_from([0, 1, 6, 9]))
    whole = data.draw(st.binary(max_size=40)) * data.draw(st.sampled_from([1, 3, 2000])) + b"<a/>"
    whole = whole.replace(b"\0", b" ")
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    part = bytearray(packer.compress(whole) + packer.flush())
    for at in data.draw(st.lists(st.integers(0, len(part) - 1), max_size=2)):
        part[at] = data.draw(st.integers(0, 255))
    part = part[: data.draw(st.sampled_from([len(part), len(part) // 2]))] + data.draw(st.binary(max_size=2))
    size = len(whole) + data.draw(st.sampled_from([0, 0, 1, -1]))
    fast = _inflated(bytes(part), size, zlib.crc32(whole))
    with monkeypatch.context() as patch:
        patch.setattr(guard, "_LIBRARIES", (zlib,))
        plain = _inflated(bytes(part), size, zlib.crc32(whole))
    assert fast == plain
    assert isinstance(fast, str) or size == len(whole)
