"""Kinds of mess 1 to 17: the same return in every kind of file, and files that are none."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter

from layouts import READ_AS, ROWS, Cell, Facts, plain, ttc, write
from tracker.returns import Received, Status
from tracker.understand import understand

if TYPE_CHECKING:
    from conftest import Run

Tracker = Callable[..., "Run"]
FORM = "B08"
SHEETS = [("TTC", ttc(FORM)), (FORM, plain(FORM).grid)]
CSV_KEY = ("Mã đơn vị", "Từ ngày", "Đến ngày", "Cơ quan báo cáo")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return write(tmp_path / "plain.xlsx", SHEETS)


def facts(found: Received) -> list[Facts]:
    """What its one form says."""
    assert found.status is Status.ACCEPTED, found.problems
    (one,) = found.returns
    (filing,) = one.filings
    return [{name: value for name, value in record.values.items() if value is not None} for record in filing.records]


def renamed(path: Path, name: str) -> Path:
    return Path(shutil.copy(path, path.with_name(name)))


def as_csv(separator: str = ";") -> bytes:
    rows = [[*CSV_KEY, *SHEETS[1][1][0]], *(["37", "01/01/2018", "31/12/2018", "LDTBXH", *row] for row in ROWS[FORM])]
    return "\n".join(separator.join("" if cell is None else str(cell) for cell in row) for row in rows).encode()


def as_html(sheets: Sequence[tuple[str, Sequence[Sequence[Cell]]]]) -> bytes:
    """As web systems write what they call Excel."""
    named = "".join(f"<x:Name>{name}</x:Name>" for name, _ in sheets)
    tables = "".join(
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{_text(c)}</td>" for c in row) + "</tr>" for row in grid)
        + "</table>"
        for _, grid in sheets
    )
    return f"<html><head><meta charset=utf-8><xml>{named}</xml></head><body>{tables}</body></html>".encode()


def as_spreadsheetml(sheets: Sequence[tuple[str, Sequence[Sequence[Cell]]]]) -> bytes:
    """Excel's XML of 2003."""
    body = "".join(
        f'<Worksheet ss:Name="{name}"><Table>'
        + "".join(
            "<Row>" + "".join(f'<Cell><Data ss:Type="String">{_text(c)}</Data></Cell>' for c in row) + "</Row>"
            for row in grid
        )
        + "</Table></Worksheet>"
        for name, grid in sheets
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">{body}</Workbook>'.encode()


def _text(cell: Cell) -> str:
    return "" if cell is None else escape(str(cell))


@pytest.mark.needs("soffice")
def test_the_same_return_in_the_files_of_other_programs(workbook: Path) -> None:
    """Excel 97, OpenDocument, a web page, and .xlsx as LibreOffice writes it; WPS's .et is an Excel 97 file."""
    out = workbook.parent / "converted"
    profile = f"-env:UserInstallation=file://{workbook.parent.as_posix()}/profile"
    for form in ("xls", "ods", "html", "xlsx"):
        command = ["soffice", "--headless", profile, "--convert-to", form, "--outdir", str(out), str(workbook)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    renamed(out / "plain.xls", "plain.et")
    found = {path.suffix: facts(understand(path, path.name)) for path in out.iterdir()}
    assert found == dict.fromkeys((".xls", ".ods", ".html", ".xlsx", ".et"), READ_AS[FORM])


@pytest.mark.parametrize("name", ["r.xls", "r.xlsx", "r.htm"])
def test_a_web_page_saved_as_excel_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(as_html(SHEETS))
    assert facts(understand(tmp_path / name, name)) == READ_AS[FORM]


@pytest.mark.parametrize("name", ["r.xls", "r.xlsx", "r.txt", "r"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_csv_by_another_name_is_read(tmp_path: Path, name: str, separator: str) -> None:
    (tmp_path / name).write_bytes(as_csv(separator))
    assert facts(understand(tmp_path / name, name)) == READ_AS[FORM]


def test_a_workbook_named_csv_is_read(workbook: Path) -> None:
    """The reverse: the bytes decide."""
    assert facts(understand(renamed(workbook, "r.csv"), "r.csv")) == READ_AS[FORM]


@pytest.mark.parametrize("name", ["r.xls", "r.xml"])
def test_excel_s_xml_of_2003_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(as_spreadsheetml(SHEETS))
    assert facts(understand(tmp_path / name, name)) == READ_AS[FORM]


def with_parts(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_macros_links_and_connections_are_never_looked_at(workbook: Path) -> None:
    """What they hold is no XML at all, so that any reader of them would stumble; values are read."""
    path = with_parts(
        workbook,
        {
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 no macro",
            "xl/embeddings/oleObject1.bin": b"\x00",
            "xl/media/image1.png": b"\x89PNG no picture",
        },
    )
    assert facts(understand(renamed(path, "r.xlsm"), "r.xlsm")) == READ_AS[FORM]


def test_a_link_to_another_file_counts_by_its_last_value(tmp_path: Path) -> None:
    """The clerk's D: drive is not asked."""
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, grid in SHEETS:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
        sheet.write_formula(1, 1, "='D:\\bao cao\\[2018.xls]Sheet1'!B2", None, 824)
    assert facts(understand(path, "r.xlsx")) == READ_AS[FORM]


def test_text_written_into_the_cells_themselves_is_read(tmp_path: Path) -> None:
    """Without a table of shared strings, as Google Sheets and some programs write it."""
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        for name, grid in SHEETS:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
    with zipfile.ZipFile(path) as archive:
        assert b"inlineStr" in archive.read("xl/worksheets/sheet1.xml")
    assert facts(understand(path, "r.xlsx")) == READ_AS[FORM]


def test_a_million_formatted_rows_cost_nothing(tmp_path: Path) -> None:
    """Formats down to the last row of the sheet hold no answers."""
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, grid in SHEETS:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
            sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
            sheet.set_row(1_048_575, 30)
    assert facts(understand(path, "r.xlsx")) == READ_AS[FORM]


def one_problem(tracker: Tracker, path: Path) -> tuple[str, dict[str, Any]]:
    done = tracker("check", path, "--format", "json")
    (file,) = done.json()["files"]
    assert done.status == 1
    assert file["path"] == path.as_posix()
    (problem,) = file["problems"]
    return file["status"], problem


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("mau.doc", b"{\\rtf1 x}", "Word"),
        ("bieu.pdf", b"%PDF-1.7\n", "PDF"),
        ("zalo.jpg", b"\xff\xd8\xff\xe0" + bytes(40), "ảnh"),
        ("anh.heic", b"\x00\x00\x00\x18ftypheic" + bytes(40), "ảnh"),
        ("tai.xlsx.crdownload", b"", "rỗng"),
        ("rong.xlsx", b"", "rỗng"),
        ("cut.xlsx", b"PK\x03\x04" + bytes(50), "cụt"),
        ("nen.rar", b"Rar!\x1a\x07\x01\x00", "nén"),
    ],
)
def test_what_is_no_spreadsheet_is_listed_with_what_to_do(
    tmp_path: Path, tracker: Tracker, name: str, data: bytes, word: str
) -> None:
    """Received, and not readable."""
    (tmp_path / name).write_bytes(data)
    status, problem = one_problem(tracker, tmp_path / name)
    assert status == "unreadable"
    assert word in problem["message"]
    assert problem["fix"].startswith("Đề nghị")


def test_a_word_file_of_any_make_is_one(tmp_path: Path, tracker: Tracker) -> None:
    """A .docx is a zip, and is not taken for an archive of returns."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    (tmp_path / "r.xlsx").write_bytes(packed.getvalue())
    assert "Word" in one_problem(tracker, tmp_path / "r.xlsx")[1]["message"]


def test_copies_are_one_return_and_lock_files_none(workbook: Path, tracker: Tracker) -> None:
    """Whatever was added to their names."""
    for name in ("plain (1).xlsx", "plain - Copy.xlsx", "plain bản sửa final_final.xlsx"):
        renamed(workbook, name)
    (workbook.parent / "~$plain.xlsx").write_bytes(b"\x05clerk" + bytes(159))
    done = tracker("--db", workbook.parent / "store.db", "ingest", workbook.parent, "--format", "json")
    names = [Path(file["path"]).name for file in done.json()["files"]]
    assert [name for name in names if name.endswith(".xlsx")] == sorted(
        ["plain (1).xlsx", "plain - Copy.xlsx", "plain bản sửa final_final.xlsx", "plain.xlsx"]
    )
    assert len({file["sha256"] for file in done.json()["files"] if file["path"].endswith(".xlsx")}) == 1


def test_a_table_of_the_district_is_no_return_of_its_wards(tmp_path: Path) -> None:
    """One row a ward, put together by the district: nothing of it is filed for the wards."""
    rows: list[list[Cell]] = [
        ["STT", "Mã xã", "Tên xã", "Số mô hình", "Số người được tiếp cận"],
        [1, "00292", "Quỳnh Lôi", 2, 5000],
        [2, "00286", "Bạch Mai", 1, 4000],
    ]
    path = write(tmp_path / "r.xlsx", [("TTC", ttc("B06")), ("Tổng hợp", rows)])
    found = understand(path, "r.xlsx")
    assert found.status is Status.REJECTED
    assert {one.unit for one in found.returns} <= {"007"}


def test_a_workbook_that_openpyxl_wrote_is_read(tmp_path: Path) -> None:
    """As scripts make them."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, grid in SHEETS:
        sheet = book.create_sheet(name)
        for row in grid:
            sheet.append(row)
    book.save(tmp_path / "r.xlsx")
    assert facts(understand(tmp_path / "r.xlsx", "r.xlsx")) == READ_AS[FORM]
