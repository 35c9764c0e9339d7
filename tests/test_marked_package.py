"""The ward's own workbook with marks in it: compared part by part with what was sent, and opened elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

import libreoffice
from marked_made import FAULTS, codes_at, listed, opened, parts_of, the_copy, write_rich
from tracker.intake.read import read_file
from tracker.marked.own import without_own_sheet
from tracker.marked.styles import FILLS, contrast
from tracker.problems import Severity

RED, YELLOW = FILLS[Severity.ERROR], FILLS[Severity.WARNING]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook full of what programs lose."""
    return write_rich(tmp_path_factory.mktemp("sent") / "Báo cáo.xlsx")


@pytest.fixture(scope="module")
def copy(sent: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its marked copy."""
    return the_copy(tmp_path_factory.mktemp("back"), sent)


def test_every_part_that_needs_no_mark_is_the_same_byte_for_byte(sent: Path, copy: Path) -> None:
    """Drawings, charts, images, themes, strings, controls: nothing is read and written again."""
    before, after = parts_of(sent), parts_of(copy)
    assert before.keys() <= after.keys()
    assert {name for name in before if before[name] != after[name]} == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }


def test_a_marked_sheet_differs_only_in_the_formats_of_its_marked_cells(sent: Path, copy: Path) -> None:
    """Validations, conditional formats, formulas with their values, sparklines, protection: all as they were."""
    name = "xl/worksheets/sheet2.xml"
    before, after = parts_of(sent)[name].decode(), parts_of(copy)[name].decode()
    for cell in (*FAULTS, "G4"):
        pattern = rf'<c\b[^>]*\br="{cell}"[^>]*>'
        (old,), (new,) = re.findall(pattern, before), re.findall(pattern, after)
        assert old != new
        after = after.replace(new, old)
    assert after == before.replace(' tabSelected="1"', "")


def test_a_marked_cell_keeps_its_number_format_border_and_protection(sent: Path, copy: Path) -> None:
    """Only its fill is another."""
    old, new = (opened(path)["B01"]["E9"] for path in (sent, copy))
    assert (old.number_format, old.border.left.style, old.protection.locked) == ("#,##0", "thin", False)
    assert (new.number_format, new.border.left.style, new.protection.locked) == ("#,##0", "thin", False)
    assert (old.fill.fgColor.rgb, new.fill.fgColor.rgb) == ("FFE2EFDA", RED)


def test_errors_and_warnings_have_each_their_colour_and_a_comment(copy: Path) -> None:
    book = opened(copy)
    assert {book["B01"][cell].fill.fgColor.rgb for cell in FAULTS} == {RED}
    assert book["TTC"]["C12"].fill.fgColor.rgb == YELLOW
    comment = book["B01"]["E9"].comment
    assert comment is not None
    assert comment.text.startswith("[Lỗi]\n“Dân số thường trú, nữ” ghi 9000, nhiều hơn")
    assert "Một phần không thể lớn hơn tổng" in comment.text
    warning = book["TTC"]["C12"].comment
    assert warning is not None
    assert warning.text.startswith("[Cảnh báo]\n")
    assert "Cần sửa" in warning.text


def test_light_text_becomes_readable_on_a_mark(sent: Path, copy: Path) -> None:
    """A heading that no form knows stands in white on dark blue; white on yellow nobody could read."""
    old, new = (opened(path)["B01"]["G4"] for path in (sent, copy))
    assert old.font.color.rgb == "FFFFFFFF"
    assert (new.fill.fgColor.rgb, new.font.b) == (YELLOW, True)
    assert new.font.color is None


def test_the_colours_of_marks_are_readable_and_told_apart_without_colour() -> None:
    """Black on them passes WCAG's strictest rule; the words “Lỗi” and “Cảnh báo” say the same as the colours."""
    assert min(contrast("FF000000", argb) for argb in FILLS.values()) > 7
    assert len(set(FILLS.values())) == 2


def test_a_ward_s_own_comment_stays(sent: Path, copy: Path) -> None:
    """Ours would stand under it; where none of ours belongs, it is not touched."""
    before, after = (opened(path) for path in (sent, copy))
    for sheet, cell in (("B01", "D9"), ("B01", "B9"), ("Ghi chép", "A1")):
        old, new = before[sheet][cell].comment, after[sheet][cell].comment
        assert old is not None
        assert new is not None
        assert new.text == old.text
    both = after["B01"]["D11"].comment
    assert both is not None
    assert both.text.startswith("Trạm y tế cung cấp.\n[Lỗi]\n“Người 14–60 tuổi được tiếp cận”")


def test_formulas_keep_their_cached_values(copy: Path) -> None:
    """So that our own copy reads back with every value."""
    assert opened(copy)["B01"]["D13"].value == "=D11+0"
    assert opened(copy, data_only=True)["B01"]["D13"].value == 5200


def test_the_copy_reads_as_what_was_sent(sent: Path, copy: Path) -> None:
    """Cell by cell; the same problems; our sheet and our comments are no data."""
    assert without_own_sheet(read_file(copy)).book == read_file(sent)
    assert codes_at(copy) == codes_at(sent)


def test_the_first_sheet_is_open_alone_and_names_of_sheets_still_mean_the_same(sent: Path, copy: Path) -> None:
    """Two selected sheets would be typed into together; local names count sheets by their place."""
    before, after = opened(sent), opened(copy)
    assert after.sheetnames == ["Cần sửa", *before.sheetnames]
    assert after.active is not None
    assert after.active.title == "Cần sửa"
    assert [sheet.title for sheet in after if sheet.sheet_view.tabSelected] == ["Cần sửa"]
    for name in before.sheetnames:
        assert after[name].defined_names.keys() == before[name].defined_names.keys()
        assert after[name].print_area == before[name].print_area


def test_the_list_leads_to_every_cell(copy: Path) -> None:
    """Each row has a link to the cell that it speaks of."""
    sheet = opened(copy)["Cần sửa"]
    links = {one.ref: one.location for one in (cell.hyperlink for row in sheet.iter_rows() for cell in row) if one}
    rows = listed(copy)
    assert {one["Ô"] for one in rows} == {*FAULTS, "C12", "G4"}
    assert {links[f"C{one['row']}"] for one in rows} == {f"'{one['Trang']}'!{one['Ô']}" for one in rows}


def test_the_list_says_what_stands_there_what_is_wrong_and_what_to_do(copy: Path) -> None:
    found = {one["Ô"]: one for one in listed(copy)}["D6"]
    assert (found["Mức độ"], found["Trang"], found["Đang ghi"]) == ("Lỗi", "B01", "31/02/2018")
    assert "không có trong lịch" in found["Vấn đề"]
    assert found["Cách sửa"].startswith("Đề nghị kiểm tra lại ngày")
    assert found["Lý do, nếu số liệu đúng"] == "—"
    assert {one["Ô"]: one for one in listed(copy)}["C12"]["Lý do, nếu số liệu đúng"] is None


def test_every_changed_part_is_well_formed(copy: Path) -> None:
    for name, part in parts_of(copy).items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(part)


@pytest.mark.needs("soffice")
def test_another_program_shows_marks_comments_links_and_everything_else(copy: Path, tmp_path: Path) -> None:
    """LibreOffice opens the copy and saves it anew: what it kept is what it saw."""
    book = opened(libreoffice.convert(copy, "xlsx", tmp_path))
    sheet = book["B01"]
    assert {sheet[cell].fill.fgColor.rgb for cell in FAULTS} == {RED}
    assert all((comment := sheet[cell].comment) and "[Lỗi]" in comment.text for cell in FAULTS)
    assert {str(one.sqref) for one in sheet.data_validations.dataValidation} == {"D5:D8", "D9:E12"}
    assert sheet["D13"].value == "=D11+0"
    listing = book["Cần sửa"]
    links = [cell.hyperlink.location for row in listing.iter_rows() for cell in row if cell.hyperlink]
    assert any(str(link).replace("$", "").endswith("D11") for link in links)


# --- packages built in other ways -------------------------------------------------------------------------------


def rewritten(path: Path, into: Path, **changes: tuple[bytes, bytes]) -> Path:
    """A package with bytes of single parts replaced everywhere; names with __ for slashes and dots."""
    with zipfile.ZipFile(into, "w") as new:
        for name, part in parts_of(path).items():
            for ending, (old, fresh) in changes.items():
                if name.endswith(ending.replace("__", ".")):
                    assert old in part, name
                    part = part.replace(old, fresh)
            new.writestr(name, part)
    return into


def prefixed(part: bytes) -> bytes:
    """The part with a prefix before every name of its main vocabulary."""
    text = re.sub(rb"<(/?)(?=[A-Za-z])(?![A-Za-z0-9]+:)", rb"<\1x:", part)
    return text.replace(
        b'xmlns="http://schemas.openxmlformats.org/spr', b'xmlns:x="http://schemas.openxmlformats.org/spr'
    )


def test_a_package_whose_parts_have_prefixes_is_edited_in_their_words(sent: Path, tmp_path: Path) -> None:
    """As some programs write them: <x:c>, <x:row>."""
    odd = tmp_path / "prefix.xlsx"
    with zipfile.ZipFile(odd, "w") as new:
        for name, part in parts_of(sent).items():
            plain = name in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml")
            new.writestr(name, prefixed(part) if plain else part)
    copy = the_copy(tmp_path, odd)
    book = opened(copy)
    assert book["TTC"]["C12"].fill.fgColor.rgb == YELLOW
    assert book["TTC"]["C12"].comment is not None
    assert b"<x:sheet " in parts_of(copy)["xl/workbook.xml"]


def test_cells_without_names_are_counted(sent: Path, tmp_path: Path) -> None:
    """The standard lets a writer leave out r="…"."""
    odd = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(odd, "w") as new:
        for name, part in parts_of(sent).items():
            bare = re.sub(rb'(<(?:c|row)) r="[A-Z0-9]+"', rb"\1", part) if name.endswith("sheet1.xml") else part
            new.writestr(name, bare)
    copy = the_copy(tmp_path, odd)
    assert opened(copy)["TTC"]["C12"].fill.fgColor.rgb == YELLOW
    assert parts_of(copy)["xl/charts/chart1.xml"] == parts_of(sent)["xl/charts/chart1.xml"]


def test_a_blank_cell_that_is_not_in_the_file_is_put_in_at_its_place(tmp_path: Path) -> None:
    """A required cell that nobody filled is marked, too, with the format of its column."""
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "TTC"
    rows = {"T03": "00271", "T04": "UBND", "T05": "năm", "T06": "01/01/2018", "T07": "31/12/2018"}
    for row in (("Mã", "Nội dung", "Giá trị"), *((code, code, value) for code, value in rows.items())):
        cover.append(row)
    sheet = book.create_sheet("B02")
    sheet.append(("Mã mô hình", "Tên mô hình", "Loại", "Tình trạng", "Số buổi"))
    sheet["B2"], sheet["E2"] = "Câu lạc bộ", 3
    book.save(tmp_path / "b02.xlsx")
    copy = the_copy(tmp_path, tmp_path / "b02.xlsx")
    marked = opened(copy)["B02"]
    assert [marked[cell].fill.fgColor.rgb for cell in ("C2", "D2")] == [RED, RED]
    part = parts_of(copy)["xl/worksheets/sheet2.xml"]
    assert re.findall(rb'<c r="([A-Z]+2)"', part) == [b"B2", b"C2", b"D2", b"E2"]


def test_a_package_that_is_not_understood_gives_way_to_one_with_the_same_content(sent: Path, tmp_path: Path) -> None:
    """Without a table of styles there is nothing to take a format from."""
    odd = tmp_path / "no_styles.xlsx"
    with zipfile.ZipFile(odd, "w") as new:
        for name, part in parts_of(sent).items():
            if name == "xl/styles.xml":
                continue
            new.writestr(name, re.sub(rb' s="[0-9]+"', b"", part) if "worksheets/sheet" in name else part)
    copy = the_copy(tmp_path, odd)
    assert codes_at(copy) == codes_at(odd)
    assert opened(copy)["B01"]["E9"].fill.fgColor.rgb == RED


def test_merged_cells_are_marked_where_they_show(tmp_path: Path) -> None:
    """The comment of a covered cell is one that nobody can see."""
    path = write_rich(tmp_path / "merged.xlsx")
    book = opened(path)
    book["TTC"].merge_cells("C12:D12")
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())
    assert opened(the_copy(tmp_path, path))["TTC"]["C12"].fill.fgColor.rgb == YELLOW
