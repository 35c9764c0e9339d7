"""Returns with everything a ward's workbook may carry beside its figures, and the way of a file there and back.

The workbook is written with XlsxWriter, so that every part in it is known: what a marked copy must keep is compared
part by part.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from conftest import Run, run
from tracker.marked.own import MARK, MARK_OF_CSV, unworded

FAULTS = {"D6": "0102", "E9": "0201", "D11": "0211"}
"""Cells of sheet B01 with an error, and their line: an impossible day, too many women, too many reached."""

ROWS: tuple[tuple[str, str, Any, Any], ...] = (
    ("Đã nhận tài liệu chính sách", "0101", "có", None),
    ("Ngày nhận", "0102", "31/02/2018", None),
    ("Đã triển khai", "0103", "có", None),
    ("Nhận tài liệu truyền thông", "0105", "có", None),
    ("Dân số thường trú", "0201", 8000, 9000),
    ("Dân số 14–60", "0202", 5000, 2500),
    ("Người được tiếp cận", "0211", 5200, 2400),
    ("Phương pháp", "0217", "A", None),
    ("Tổng mọi lứa tuổi", "0215", "=D11+0", None),
)


def write_rich(path: Path, *, signed: str = "không") -> Path:
    """A B01 and a TTC in a workbook full of what programs lose; errors in FAULTS, a warning at TTC!C12."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2024, 5, 6), "author": "Văn phòng"})  # noqa: DTZ001 -- no zone there
        _cover(book, signed)
        sheet = book.add_worksheet("B01")
        _form(book, sheet)
        _decorate(book, sheet)
        notes = book.add_worksheet("Ghi chép")
        notes.write_row(0, 0, ["Dự kiến", 1, 2, 3])
        notes.write_comment("A1", "Chỉ để nhớ.", {"author": "Cán bộ"})
        notes.set_tab_color("#00B050")
        book.define_name("'Ghi chép'!Nho", "='Ghi chép'!$B$1")
        book.define_name("B01!Rieng", "=B01!$D$9")
    return path


def _cover(book: Any, signed: str) -> None:
    sheet = book.add_worksheet("TTC")
    cells = {
        "T01": "2026.1",
        "T02": "Phường Thanh Nhàn",
        "T03": "00271",
        "T04": "UBND",
        "T05": "năm",
        "T06": "01/01/2018",
        "T07": "31/12/2018",
        "T08": 2018,
        "T09": 1,
        "T11": "không",
        "T13": signed,
    }
    sheet.write_row(0, 0, ["Mã", "Nội dung", "Giá trị"])
    for row, (code, value) in enumerate(cells.items(), 1):
        sheet.write_row(row, 0, [code, f"Mục {code}", value])


def _form(book: Any, sheet: Any) -> None:
    white = book.add_format({"bold": True, "font_color": "white", "bg_color": "#1F3864", "border": 1})
    boxed = book.add_format({"border": 1, "num_format": "#,##0", "bg_color": "#E2EFDA", "locked": False})
    sheet.merge_range("A1:F1", "ỦY BAN NHÂN DÂN PHƯỜNG", book.add_format({"bold": True, "align": "center"}))
    sheet.write_rich_string("A2", "Biểu ", book.add_format({"bold": True}), "B01", " năm 2018")
    header = ("Chỉ tiêu", "Mã số", "Đơn vị tính", "Tổng số", "Trong đó: Nữ", "Ghi chú", "Người lập tự ghi")
    sheet.write_row(3, 0, header, white)
    for row, (label, code, total, women) in enumerate(ROWS, 4):
        sheet.write_row(row, 0, [label, code, "", None])
        if isinstance(total, str) and total.startswith("="):
            sheet.write_formula(row, 3, total, boxed, 5200)
        else:
            sheet.write(row, 3, total, boxed)
        if women is not None:
            sheet.write(row, 4, women, boxed)


def _decorate(book: Any, sheet: Any) -> None:
    sheet.set_column("A:A", 34)
    sheet.set_column("D:E", 14)
    sheet.set_row(8, 24)
    sheet.data_validation("D5:D8", {"validate": "list", "source": ["có", "không"]})
    sheet.data_validation("D9:E12", {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.conditional_format("D9:D12", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format(
        "E9:E12", {"type": "cell", "criteria": ">", "value": 10_000, "format": book.add_format()}
    )
    sheet.add_sparkline("G9", {"range": "B01!D9:E9"})
    sheet.insert_textbox("H3", "Hướng dẫn của phường")
    sheet.insert_checkbox("G12", True)
    sheet.insert_image("H12", "dau.png", {"image_data": io.BytesIO(_dot())})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=B01!$D$9:$D$11"})
    sheet.insert_chart("J3", chart)
    sheet.write_comment("D9", "Số của công an phường.", {"author": "Cán bộ"})
    sheet.write_comment("D11", "Trạm y tế cung cấp.", {"author": "Cán bộ"})
    sheet.write_comment("B9", "Chỗ này để nguyên.", {"author": "Cán bộ"})
    sheet.write_url("A16", "internal:TTC!A1", string="Về trang bìa")
    sheet.set_row(17, None, None, {"hidden": 1})
    sheet.protect("", {"format_cells": True})
    sheet.freeze_panes(4, 2)
    sheet.print_area("A1:F13")
    sheet.repeat_rows(3)
    sheet.set_footer("&C&P")
    sheet.activate()


def _dot() -> bytes:
    """A PNG of one pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


def opened(path: Path, *, data_only: bool = False) -> openpyxl.Workbook:
    """The workbook as openpyxl reads it; that it will drop what it does not know is known."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*will be removed", category=UserWarning)
        return openpyxl.load_workbook(path, data_only=data_only)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def send_back(folder: Path, *paths: Path, received: str = "2018-11-20") -> tuple[Run, list[Path]]:
    """`ingest --returned` of files: how it ended, and the copies and notes that were written, lists apart."""
    back = folder / "back"
    asked = ("ingest", *paths, "--received", received, "--format", "json", "--returned", back)
    done = run("--db", folder / "store.db", *asked)
    assert done.status in {0, 1}, done.err
    return done, sorted(path for path in back.rglob("*") if path.is_file() and not path.name.startswith("_"))


def the_copy(folder: Path, *paths: Path) -> Path:
    """The one copy that goes back."""
    _, (copy,) = send_back(folder, *paths)
    return copy


def problems_of(path: Path, *more: object) -> list[dict[str, Any]]:
    """What `check` finds in a file."""
    (file,) = run("check", path, *more, "--format", "json").json()["files"]
    problems: list[dict[str, Any]] = file["problems"]
    return problems


def codes_at(path: Path) -> set[tuple[str, str | None]]:
    return {(one["code"], one["cell"]) for one in problems_of(path)}


def listed(path: Path, title: str = "Cần sửa") -> list[dict[str, Any]]:
    """The rows of the first sheet by their headings, with the row's number."""
    sheet = opened(path)[title]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(number for number, row in enumerate(rows) if row[0] in ("Mức độ", "Severity"))
    return [
        {**dict(zip(map(str, rows[top]), row, strict=True)), "row": number}
        for number, row in enumerate(rows[top + 1 :], top + 2)
        if row[0]
    ]


REASON = "Lý do, nếu số liệu đúng"


def reason_cells(path: Path) -> dict[tuple[str, str], str]:
    """Where a reason is typed, by code and cell of the problem."""
    sheet = opened(path)["Cần sửa"]
    column = next(cell.column_letter for row in sheet.iter_rows() for cell in row if cell.value == REASON)
    return {
        (one["code"], one["cell"]): f"{column}{row['row']}"
        for row in listed(path)
        if (one := unworded(row.get(MARK) or row.get(MARK_OF_CSV)))
    }


def typed_over(path: Path, into: Path, typed: Mapping[tuple[str, str], str | int]) -> Path:
    """The workbook with values typed into it and saved, as a program would that loses the formulas' values."""
    book = opened(path)
    for (sheet, cell), value in typed.items():
        book[sheet][cell] = value
    book.save(into)
    return into
