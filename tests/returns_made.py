"""Returns as an office would send them, written from the description of the forms and not from the tool's own.

Only the registry's list of codes is taken from the tool; headers, line codes and the words in the cells are
spelled out here.
"""

from __future__ import annotations

import calendar
import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import xlsxwriter

Cell = str | int | float | None
Row = Sequence[Cell]
Lines = Mapping[str, Cell | tuple[Cell, Cell]]
"""Of B01, by line code: the total or answer, or the total and how many of them are women."""

UNITS = Path(__file__).resolve().parents[1] / "src" / "tracker" / "places" / "units.csv"
KEY = (
    *("Mã đơn vị", "Từ ngày", "Đến ngày"),
    *("Cơ quan báo cáo", "Mã cơ quan báo chí", "Loại kỳ", "Lần báo cáo"),
)
HEADERS = {
    form: tuple(label.strip() for label in header.split("|"))
    for form, header in {
        "TTC": "Mã | Nội dung | Giá trị",
        "B00": "Mã xã | Tên xã | Trọng điểm | Căn cứ | Văn bản | Hiệu lực từ | Hiệu lực đến | Dân số | Trong đó: Nữ"
        " | Dân số 14-60 | Nữ 14-60 | Dân số 14-dưới 16 | Dân số dưới 14 | Ngày số liệu | Nguồn",
        "B00P": "Mã cơ quan | Tên cơ quan | Cấp | Hiệu lực từ | Hiệu lực đến",
        "B01": "Chỉ tiêu | Mã số | Đơn vị tính | Tổng số | Trong đó: Nữ | Ghi chú",
        "B02": "Mã mô hình | Tên mô hình | Loại | Hình thức | Chương trình lồng ghép | Đơn vị chủ trì"
        " | Ngày thành lập | Tình trạng | Ngày thay đổi tình trạng | Số buổi | Thành viên | Nữ | Lượt người dự",
        "B03": "Ngày đăng | Mã cơ quan | Tên phương tiện | Nhóm phương tiện | Loại hình | Thể loại | Tên tin bài"
        " | Liên kết | Số lần phát | Thời lượng (phút) | Trọng tâm | Về địa bàn | Chủ đề",
        "B04": "Từ ngày | Đến ngày | Loại hoạt động | Môi trường | Hình thức | Đơn vị chủ trì | Số cuộc"
        " | Lượt người dự | Nữ | Dưới 16 tuổi | Lượt cán bộ | Đối tượng | Tờ rơi | Sách, bộ tài liệu | Băng rôn"
        " | Pano | Số lần phát | Thời lượng (phút) | Tin, bài | Trang Facebook | Nhóm Zalo | Bản cam kết"
        " | Hưởng ứng 30/7 | Mã hoạt động chung",
        "B05": "Chỉ tiêu | Mã số | Đơn vị tính | Tồn kỳ trước | Mới trong kỳ | Tổng số | Đã giải quyết"
        " | Đang giải quyết trong hạn | Quá hạn | Chuyển cơ quan khác | Ghi chú",
        "B06": "Mã nhiệm vụ | Nhiệm vụ | Đã ban hành kế hoạch | Số hiệu | Ngày ban hành | Đã thực hiện"
        " | Ngày bắt đầu | Ngày kết thúc | Minh chứng",
        "B07": "Chỉ tiêu | Mã số | Đơn vị tính | Tổng số | Ghi chú",
        "B08": "Chỉ số | Số lượng | Đơn vị tính | Ghi chú",
    }.items()
}
NONE: tuple[Row, ...] = (("Không phát sinh",),)
"""Under a table form's header: nothing happened, which is an answer."""

UNANSWERED: tuple[Row, ...] = ()
"""A header with nothing under it."""

YES: dict[str, Cell] = {"0101": "có", "0103": "có", "0105": "có", "0107": "có"}
NO: dict[str, Cell] = {**YES, "0107": "không"}


# Who exists when


@cache
def _units() -> tuple[dict[str, str], ...]:
    with UNITS.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _in_force(province: str, on: date) -> tuple[dict[str, str], ...]:
    return tuple(
        unit
        for unit in _units()
        if unit["province_code"] == province
        and (unit["valid_from"] or "0001-01-01") <= on.isoformat() <= (unit["valid_to"] or "9999-12-31")
    )


@cache
def communes(province: str, on: date) -> tuple[str, ...]:
    """Codes in force on a day, in the registry's order."""
    return tuple(unit["code"] for unit in _in_force(province, on))


@cache
def by_district(province: str, on: date) -> dict[str, tuple[str, ...]]:
    """The communes of each district on a day; the districts in the order of their codes."""
    homes: dict[str, list[str]] = {}
    for unit in sorted(_in_force(province, on), key=lambda unit: (unit["district_code"], unit["code"])):
        homes.setdefault(unit["district_code"], []).append(unit["code"])
    return {district: tuple(codes) for district, codes in homes.items()}


# When


@dataclass(frozen=True)
class Period:
    """T05 to T07 as they are typed: the kind, the first and the last day."""

    kind: str
    first: str
    last: str


def vn(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def whole_year(year: int) -> Period:
    return Period("năm", f"01/01/{year}", f"31/12/{year}")


def quarter(year: int, number: int) -> Period:
    last = 3 * number
    return Period("quý", f"01/{last - 2:02}/{year}", f"{calendar.monthrange(year, last)[1]}/{last:02}/{year}")


def month(year: int, number: int) -> Period:
    return Period("tháng", f"01/{number:02}/{year}", f"{calendar.monthrange(year, number)[1]}/{number:02}/{year}")


def span(first: str, last: str) -> Period:
    """Any days at all: a campaign, a supplement."""
    return Period("đợt", first, last)


# What: one return, in a CSV or a workbook


@dataclass(frozen=True)
class Return:
    """One TTC with its forms; `ttc` adds to or overrides its cells by code."""

    unit: str
    period: Period
    forms: Mapping[str, Sequence[Row]]
    agency: str = "UBND"
    outlet: str = ""
    revision: int = 1
    ttc: Mapping[str, Cell] = field(default_factory=dict)


def write_csv(path: Path, form: str, returns: Iterable[Return]) -> Path:
    """One form of many returns as a CSV with every column of the key."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow((*KEY, *HEADERS[form]))
        for one in returns:
            key = (one.unit, one.period.first, one.period.last, one.agency, one.outlet, one.period.kind, one.revision)
            rows.writerows((*key, *_padded(form, row)) for row in one.forms[form])
    return path


def write_received(folder: Path, days: Mapping[str, str]) -> Path:
    """The `received.csv` of a folder: file name to day of receipt, as typed."""
    path = folder / "received.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((("file", "received"), *days.items()))
    return path


@dataclass(frozen=True)
class Look:
    """What offices add around a form; none of it changes what the return says."""

    titles: bool = False
    merged_header: bool = False
    number_row: bool = False
    shuffled: bool = False
    signature: bool = False


PLAIN = Look()


def write_book(path: Path, one: Return, look: Look = PLAIN, extra: Mapping[str, Sequence[Row]] | None = None) -> Path:
    """A workbook of one return; `extra` are further sheets, by name, written as they are."""
    with xlsxwriter.Workbook(str(path)) as book:
        _sheet(book, "TTC", _ttc(one), look)
        for form, rows in one.forms.items():
            _sheet(book, form, rows, look)
        for name, rows in (extra or {}).items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def _ttc(one: Return) -> list[Row]:
    cells: dict[str, Cell] = {
        "T01": "2026.1",
        "T03": one.unit,
        "T04": one.agency,
        "T05": one.period.kind,
        "T06": one.period.first,
        "T07": one.period.last,
        "T09": one.revision,
        "T14": one.outlet or None,
        **one.ttc,
    }
    return [(code, f"Mục {code}", value) for code, value in cells.items()]


def _sheet(book: xlsxwriter.Workbook, form: str, rows: Sequence[Row], look: Look) -> None:
    sheet = book.add_worksheet(form)
    header = HEADERS[form]
    order = list(range(len(header)))
    if look.shuffled and form != "TTC":
        random.Random(form).shuffle(order)
    at = 0
    if look.titles:
        sheet.write(at, 0, "ỦY BAN NHÂN DÂN")
        sheet.write(at + 1, 0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        sheet.write(at + 3, 0, f"Biểu số: {form}")
        at += 5
    if look.merged_header:
        sheet.merge_range(at, 0, at, len(header) - 1, "PHẦN SỐ LIỆU")
        at += 1
    sheet.write_row(at, 0, [header[column] for column in order])
    if look.number_row:
        at += 1
        sheet.write_row(at, 0, [str(number) for number in range(1, len(header) + 1)])
    for row in rows:
        at += 1
        # "Không phát sinh" stands in the first cell of the sheet, whatever column came to be first
        cells = row if len(row) == 1 else [_padded(form, row)[column] for column in order]
        sheet.write_row(at, 0, cells)
    if look.signature:
        sheet.write(at + 2, 0, "NGƯỜI LẬP BIỂU")
        sheet.write(at + 2, len(header) - 1, "TM. ỦY BAN NHÂN DÂN")
        sheet.write(at + 3, len(header) - 1, "(Ký, đóng dấu)")


def _padded(form: str, row: Row) -> list[Cell]:
    return [*row, *[None] * (len(HEADERS[form]) - len(row))]


# The rows of the forms


def line(form: str, cells: Mapping[str, Cell]) -> Row:
    """A row of a table form from its cells by column label."""
    if unknown := set(cells) - set(HEADERS[form]):
        raise KeyError(f"{form} has no column {unknown}")
    return [cells.get(label) for label in HEADERS[form]]


def b01(lines: Lines) -> list[Row]:
    """B01 with the lines given and no others."""
    pairs = {code: value if isinstance(value, tuple) else (value, None) for code, value in lines.items()}
    return [(f"Chỉ tiêu {code}", code, None, *pair, None) for code, pair in pairs.items()]


def flow(carried: int, new: int, /, in_time: int = 0, overdue: int = 0, moved: int = 0) -> list[Cell]:
    """The seven columns of a flow of B05; what is neither waiting, overdue nor passed on has been resolved."""
    total = carried + new
    return [carried, new, total, total - in_time - overdue - moved, in_time, overdue, moved]


def b05(lines: Mapping[str, Cell | Sequence[Cell]]) -> list[Row]:
    """B05 with the lines given and no others: a flow of seven columns, or Tổng số alone."""
    rows: list[Row] = []
    for code, value in lines.items():
        if isinstance(value, (str, int, float)) or value is None:
            value = (None, None, value, None, None, None, None)
        rows.append((f"Chỉ tiêu {code}", code, None, *value, None))
    return rows


def b07(lines: Mapping[str, Cell]) -> list[Row]:
    """B07 with the lines given and no others."""
    return [(f"Chỉ tiêu {code}", code, None, value, None) for code, value in lines.items()]


def place(code: str, hotspot: str = "có", /, **cells: Cell) -> Row:
    """A row of B00; keyword names: on, since, until, people, women, aged, aged_women, aged_14_15, under_14."""
    return line(
        "B00",
        {
            "Mã xã": code,
            "Trọng điểm": hotspot or None,
            "Hiệu lực từ": cells.get("since"),
            "Hiệu lực đến": cells.get("until"),
            "Dân số": cells.get("people", 8000),
            "Trong đó: Nữ": cells.get("women"),
            "Dân số 14-60": cells.get("aged", 5000),
            "Nữ 14-60": cells.get("aged_women"),
            "Dân số 14-dưới 16": cells.get("aged_14_15"),
            "Dân số dưới 14": cells.get("under_14"),
            "Ngày số liệu": cells.get("on", "01/01/2020"),
        },
    )


def outlet(code: str, level: str = "địa phương", since: str = "01/01/2010", until: str = "") -> Row:
    """A row of B00P."""
    return (code, f"Cơ quan báo chí {code}", level, since, until or None)


def model(kind: str = "chuyên sâu", /, **cells: Cell) -> Row:
    """A working model of B02 with one session; keyword names: name, founded, status, changed, sessions, host."""
    return line(
        "B02",
        {
            "Tên mô hình": cells.get("name", f"Câu lạc bộ {kind}"),
            "Loại": kind,
            "Chương trình lồng ghép": cells.get("host", None if kind == "chuyên sâu" else "bình đẳng giới"),
            "Ngày thành lập": cells.get("founded", "01/03/2018"),
            "Tình trạng": cells.get("status", "đang hoạt động"),
            "Ngày thay đổi tình trạng": cells.get("changed"),
            "Số buổi": cells.get("sessions", 1),
        },
    )


def item(day: str, code: str | None = "HN01", group: str = "báo chí địa phương", **cells: Cell) -> Row:
    """A row of B03; keyword names: title, local, runs."""
    return line(
        "B03",
        {
            "Ngày đăng": day,
            "Mã cơ quan": code,
            "Tên phương tiện": f"Phương tiện {code or group}",
            "Nhóm phương tiện": group,
            "Loại hình": "báo in" if code else "truyền thanh",
            "Thể loại": "tin",
            "Tên tin bài": cells.get("title", f"Phòng ngừa, bản tin ngày {day}"),
            "Số lần phát": cells.get("runs"),
            "Về địa bàn": cells.get("local", "có"),
        },
    )


def activity(first: Cell, last: str = "", /, **cells: Cell) -> Row:
    """A row of B04; keyword names: kind, setting, times, attendances, response, joint, lead."""
    return line(
        "B04",
        {
            "Từ ngày": first,
            "Đến ngày": last or None,
            "Loại hoạt động": cells.get("kind", "nói chuyện chuyên đề"),
            "Môi trường": cells.get("setting", "địa bàn dân cư"),
            "Đơn vị chủ trì": cells.get("lead"),
            "Số cuộc": cells.get("times", 1),
            "Lượt người dự": cells.get("attendances", 40),
            "Hưởng ứng 30/7": cells.get("response"),
            "Mã hoạt động chung": cells.get("joint"),
        },
    )


def duty(code: str, done: str = "có", /, **cells: Cell) -> Row:
    """A row of B06; keyword names: first, last, number, issued."""
    return line(
        "B06",
        {
            "Mã nhiệm vụ": code,
            "Nhiệm vụ": f"Nhiệm vụ {code}",
            "Số hiệu": cells.get("number"),
            "Ngày ban hành": cells.get("issued"),
            "Đã thực hiện": done or None,
            "Ngày bắt đầu": cells.get("first"),
            "Ngày kết thúc": cells.get("last"),
        },
    )


# Whole returns that many tests send


def documents(unit: str, lines: Lines, year: int, **rest: int) -> Return:
    """B01 of a commune for a year; keyword: revision."""
    return Return(unit, whole_year(year), {"B01": b01(lines)}, revision=rest.get("revision", 1))


def of_province(form: str, rows: Sequence[Row], period: Period, province: str = "01") -> Return:
    """A form of the province's department of information: the lists and the press."""
    return Return(province, period, {form: rows}, agency="TTTT")
