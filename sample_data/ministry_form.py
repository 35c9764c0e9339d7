"""Returns as files: workbooks laid out as a ministry's form or as a bare table, and CSVs of many units.

Every file comes out byte for byte the same each time: the date of creation is fixed and nothing is left to chance.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from forms import HEADERS, KEY, TITLES, Cell, Row

CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 -- a workbook's own date has no time zone
NOTICE = "Số liệu mô phỏng, không phải số liệu thật của đơn vị nào."
ROW_CODED = frozenset({"B01", "B05", "B07"})


@dataclass(frozen=True, slots=True)
class Cover:
    """The sheet TTC: who reports, for when."""

    unit: str
    reporter: str
    first: date
    last: date
    kind: str = "năm"
    agency: str = "UBND"
    revision: int = 1
    nil: bool = False
    prepared: date | None = None
    outlet: str | None = None

    def rows(self) -> list[Row]:
        return [
            ("T01", "Phiên bản biểu", "2026.1"),
            ("T02", "Đơn vị báo cáo", self.reporter),
            ("T03", "Mã đơn vị", self.unit),
            ("T04", "Cơ quan báo cáo", self.agency),
            ("T05", "Loại kỳ báo cáo", self.kind),
            ("T06", "Từ ngày", self.first),
            ("T07", "Đến ngày", self.last),
            ("T08", "Năm báo cáo", self.last.year),
            ("T09", "Lần báo cáo", self.revision),
            ("T10", "Ngày lập", self.prepared),
            ("T11", "Không phát sinh trong kỳ", "có" if self.nil else "không"),
            ("T12", "Chức vụ người lập", "Công chức văn hóa - xã hội"),
            ("T13", "Đã ký, đóng dấu", "có"),
            ("T14", "Mã cơ quan báo chí", self.outlet),
        ]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value that its workbook remembers; an empty one was never calculated."""

    text: str
    value: str


Sheets = dict[str, list[Row]]


class Book:
    """A workbook under construction; `ministry` sheets have titles, number rows and a place for signatures."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: Any = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
        self._file.set_properties({"title": NOTICE, "created": CREATED})
        self._plain = self._style()
        self._date = self._style(num_format="dd/mm/yyyy")
        self._bold = self._style(bold=True, align="center", text_wrap=True, valign="vcenter")
        self._boxed = self._style(bold=True, align="center", text_wrap=True, valign="vcenter", border=1)
        self._middle = self._style(align="center")

    def _style(self, **properties: Any) -> Any:
        return self._file.add_format({"font_name": "Times New Roman", "font_size": 12, **properties})

    def bare(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell | Formula]]) -> None:
        """A sheet with its header in the first row and nothing else."""
        sheet = self._file.add_worksheet(name)
        for column, label in enumerate(header):
            sheet.write_string(0, column, label, self._boxed)
        self._write_rows(sheet, 1 if header else 0, rows)
        sheet.set_column(0, max(len(header), 5), 16)

    def ministry(self, form: str, header: Sequence[str], rows: Sequence[Row], cover: Cover, title: str) -> None:
        """A sheet as a ministry prints it: Quốc hiệu, form number, number row, note and signature block."""
        sheet = self._file.add_worksheet(form)
        last = len(header) - 1
        self._titles(sheet, form, last, cover, title)
        top = 6
        if form == "B01":
            self._across(sheet, top, 3, 4, "Số lượng", self._boxed)
        for column, label in enumerate(header):
            sheet.write_string(top + 1, column, label, self._boxed)
        top += 2
        if form != "TTC":
            for column, number in enumerate(_number_row(form, len(header))):
                sheet.write_string(top, column, number, self._middle)
            top += 1
        self._write_rows(sheet, top, rows)
        self._foot(sheet, top + len(rows) + 1, last, cover)
        sheet.set_column(0, last, 15)
        if form in ROW_CODED or form == "TTC":
            sheet.set_column(0 if form in ROW_CODED else 1, 0 if form in ROW_CODED else 2, 46)

    def _titles(self, sheet: Any, form: str, last: int, cover: Cover, title: str) -> None:
        half = last // 2
        number = "TC" if form == "TTC" else form.removeprefix("B")
        self._across(sheet, 0, 0, half, cover.reporter.upper(), self._bold)
        self._across(sheet, 0, half + 1, last, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", self._bold)
        self._across(sheet, 1, half + 1, last, "Độc lập - Tự do - Hạnh phúc", self._bold)
        sheet.write_string(2, 0, f"Biểu số: {number}-PCMBN/X", self._plain)
        self._across(sheet, 3, 0, last, title.upper(), self._bold)
        period = f"({cover.kind.capitalize()}: từ {cover.first:%d/%m/%Y} đến {cover.last:%d/%m/%Y})"
        self._across(sheet, 4, 0, last, period, self._middle)

    def _foot(self, sheet: Any, row: int, last: int, cover: Cover) -> None:
        """The note and the places for two signatures; nobody has signed, and no name is invented."""
        right = max(last - 1, 1)
        head = "TM. BAN CHỈ ĐẠO" if cover.agency == "BCD" else "THỦ TRƯỞNG ĐƠN VỊ"
        if cover.agency == "UBND":
            head = "TM. ỦY BAN NHÂN DÂN"
        sheet.write_string(row, 0, f"Ghi chú: {NOTICE}", self._plain)
        sheet.write_string(row + 1, right, f"..., ngày ... tháng ... năm {cover.last.year}", self._plain)
        sheet.write_string(row + 2, 0, "Người lập biểu", self._bold)
        sheet.write_string(row + 2, right, head, self._bold)
        sheet.write_string(row + 3, 0, "(Ký, ghi rõ họ, tên)", self._plain)
        sheet.write_string(row + 3, right, "(Ký, đóng dấu, ghi rõ họ, tên)", self._plain)

    def _across(self, sheet: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
        if first < last:
            sheet.merge_range(row, first, row, last, text, style)
        else:
            sheet.write_string(row, first, text, style)

    def _write_rows(self, sheet: Any, top: int, rows: Iterable[Sequence[Cell | Formula]]) -> None:
        for index, row in enumerate(rows, top):
            for column, value in enumerate(row):
                self._write(sheet, index, column, value)

    def _write(self, sheet: Any, row: int, column: int, value: Cell | Formula) -> None:
        if isinstance(value, Formula):
            sheet.write_formula(row, column, value.text, self._plain, value.value)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._date)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self._plain)
        elif value is not None:
            sheet.write_number(row, column, value, self._plain)

    def close(self) -> None:
        self._file.close()


def _number_row(form: str, columns: int) -> list[str]:
    letters = ["A", "B", "C"] if form in ROW_CODED else []
    return letters + [str(number) for number in range(1, columns - len(letters) + 1)]


def write_ministry_return(path: Path, cover: Cover, sheets: Sheets) -> None:
    """One reporter's workbook laid out as the ministry's form."""
    book = Book(path)
    book.ministry("TTC", ("Mã", "Nội dung", "Giá trị"), cover.rows(), cover, "Thông tin chung")
    for form, rows in sheets.items():
        book.ministry(form, HEADERS[form], rows, cover, TITLES[form])
    book.close()


def write_bare_return(path: Path, cover: Cover, sheets: Sheets) -> None:
    """One reporter's workbook with nothing but tables."""
    book = Book(path)
    book.bare("TTC", ("Mã", "Nội dung", "Giá trị"), cover.rows())
    for form, rows in sheets.items():
        book.bare(form, HEADERS[form], rows)
    book.close()


def write_csv(path: Path, form: str, units: Iterable[tuple[Cover, list[Row]]]) -> None:
    """One CSV of one form with many units."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*KEY, *HEADERS[form]))
        for cover, rows in units:
            key = (cover.unit, _text(cover.first), _text(cover.last), cover.agency, cover.kind)
            writer.writerows((*key, *map(_text, row)) for row in rows)


def write_received(folder: Path, received: dict[str, date]) -> None:
    """When each file of the folder arrived."""
    with (folder / "received.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "received"))
        writer.writerows((name, day.isoformat()) for name, day in sorted(received.items()))


def _text(value: Cell) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)
