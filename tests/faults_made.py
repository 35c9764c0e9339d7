"""Returns with one thing wrong, each with what must be said of it; and where a cell is in a written file.

Cells are looked up in the written file itself, by its headings and line codes, so that no position is taken on trust.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from conftest import Run, run
from returns_made import (
    HEADERS,
    PLAIN,
    YES,
    Cell,
    Lines,
    Look,
    Period,
    Return,
    Row,
    activity,
    b01,
    duty,
    line,
    model,
    whole_year,
    write_book,
)

COMMUNE, DISTRICT, PROVINCE = "00271", "007", "01"
YEAR = whole_year(2018)
NEW_YEAR = date(2018, 1, 1)
LETTERHEAD = Look(titles=True, merged_header=True, number_row=True, shuffled=True, signature=True)
B05_HEADER = (
    *("Chỉ tiêu", "Mã số", "Đơn vị tính", "Tồn kỳ trước", "Mới trong kỳ", "Tổng số", "Đã giải quyết"),
    *("Đang giải quyết trong hạn", "Quá hạn", "Chuyển cơ quan khác", "Ghi chú"),
)

Where = tuple[str | int, str]
"""A line code, or the number of a row from 1, and the heading of its column."""

Change = Callable[[openpyxl.Workbook], None]
Problems = list[dict[str, Any]]


def b05(lines: Mapping[str, Mapping[str, Cell] | Cell]) -> list[Row]:
    """A whole B05 sheet with its header: by line code the total, or cells by heading."""
    rows: list[Row] = [B05_HEADER]
    for code, said in lines.items():
        cells = said if isinstance(said, Mapping) else {"Tổng số": said}
        rows.append([*(f"Chỉ tiêu {code}", code, None), *(cells.get(label) for label in B05_HEADER[3:])])
    return rows


def checked(path: Path, *more: object) -> tuple[Run, dict[str, Any]]:
    """`tracker check` of one file: the run, and what it says of the file."""
    done = run("check", path, *more, "--format", "json")
    (file,) = done.json()["files"]
    return done, file


def named(file: Mapping[str, Any], code: str) -> Problems:
    return [one for one in file["problems"] if one["code"] == code]


@cache
def grid_of(path: Path, form: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[form].iter_rows()]


def cell_of(path: Path, form: str, where: Where, header: Sequence[str]) -> str:
    """A1 of a cell, found by reading the file as a person would."""
    row_named, heading = where
    grid = grid_of(path, form)
    top = next(number for number, row in enumerate(grid) if sum(label in row for label in header[:4]) >= 3)
    column = grid[top].index(heading)
    if isinstance(row_named, str):
        codes = grid[top].index("Mã số" if "Mã số" in header else "Mã")
        row = next(number for number in range(top + 1, len(grid)) if grid[number][codes] == row_named)
    else:
        below = range(top + 1, len(grid))
        row = [number for number in below if grid[number][0] != "1"][row_named - 1]
    return f"{get_column_letter(column + 1)}{row + 1}"


# One fault in one form


@dataclass(frozen=True, eq=False)
class Fault:
    """A form with one thing wrong, and what must be said of it."""

    code: str
    form: str
    rows: Sequence[Row]
    where: Where | None
    severity: str
    scope: str
    status: str = "partial"
    unit: str = COMMUNE
    agency: str = "UBND"
    period: Period = YEAR
    ttc: Mapping[str, Cell] = field(default_factory=dict)
    change: Change | None = None

    def __str__(self) -> str:
        return f"{self.code}-{self.form}-{self.where and self.where[0]}"

    def write(self, path: Path, look: Look = PLAIN) -> Path:
        bare = self.form in HEADERS
        forms: dict[str, Sequence[Row]] = {self.form: self.rows} if bare else {"B01": b01(YES)}
        one = Return(self.unit, self.period, forms if self.unit == COMMUNE or bare else {}, self.agency, ttc=self.ttc)
        write_book(path, one, look, None if bare else {self.form: self.rows})
        if self.change:
            book = openpyxl.load_workbook(path)
            self.change(book)
            book.save(path)
        return path


def part(code: str, lines: Lines, where: Where) -> Fault:
    """An error that refuses a part of B01."""
    return Fault(code, "B01", b01(lines), where, "error", "part")


def cell(code: str, lines: Lines, where: Where) -> Fault:
    return Fault(code, "B01", b01(lines), where, "error", "cell")


def warning(code: str, form: str, rows: Sequence[Row], where: Where | None, scope: str, **more: Any) -> Fault:
    return Fault(code, form, rows, where, more.pop("severity", "warning"), scope, "accepted", **more)


def b05_part(code: str, lines: Mapping[str, Mapping[str, Cell] | Cell], where: Where) -> Fault:
    return Fault(code, "B05", b05(lines), where, "error", "part", unit=DISTRICT)


def set_cell(form: str, where: Where, value: str) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        book[form][_at(book, form, where)].value = value

    return change


def strike(form: str, where: Where) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        book[form][_at(book, form, where)].font = Font(strike=True)

    return change


def _at(book: openpyxl.Workbook, form: str, where: Where) -> str:
    with io.BytesIO() as copy:
        book.save(copy)
        return cell_of(copy, form, where, HEADERS[form])  # type: ignore[arg-type]  # openpyxl reads streams, too


TWO_MODELS = [model(), model("lồng ghép")]
OTHER_ROW = activity("02/03/2018", setting="trường học")

B01_PARTS = [
    part("deployed_without_received", {**YES, "0101": "không"}, ("0103", "Tổng số")),
    part("date_order", {**YES, "0102": "05/06/2018", "0104": "01/05/2018"}, ("0104", "Tổng số")),
    part("date_order", {**YES, "0106": "03/01/2019"}, ("0106", "Tổng số")),
    part(
        "parts_do_not_add_up",
        {**YES, "0111": 30, "0112": 10, "0113": 10, "0114": 5, "0115": 0, "0116": 4},
        ("0111", "Tổng số"),
    ),
    part("reached_exceeds_population", {**YES, "0202": 100, "0211": "hơn 100", "0217": "A"}, ("0211", "Tổng số")),
    part("reached_exceeds_population", {**YES, "0202": 100, "0211": "gần 150", "0217": "A"}, ("0211", "Tổng số")),
    part("parts_do_not_add_up", {**YES, "0111": 30, "0112": 20, "0113": 11}, ("0111", "Tổng số")),
    part(
        "parts_do_not_add_up",
        {**YES, "0211": 30, "0213": 10, "0214": 5, "0215": 46, "0217": "A"},
        ("0215", "Tổng số"),
    ),
    part("part_exceeds_total", {**YES, "0201": (100, 101)}, ("0201", "Trong đó: Nữ")),
    part("part_exceeds_total", {**YES, "0201": 100, "0202": 101}, ("0202", "Tổng số")),
    part("part_exceeds_total", {**YES, "0202": 100, "0203": 101}, ("0203", "Tổng số")),
    part("part_exceeds_total", {**YES, "0211": (50, 51), "0217": "A"}, ("0211", "Trong đó: Nữ")),
    part("reached_exceeds_population", {**YES, "0202": 100, "0211": 101, "0217": "A"}, ("0211", "Tổng số")),
    part(
        "reached_exceeds_population",
        {**YES, "0202": (100, 40), "0211": (90, 41), "0217": "A"},
        ("0211", "Trong đó: Nữ"),
    ),
    part("reached_exceeds_population", {**YES, "0201": 100, "0216": 101}, ("0216", "Tổng số")),
]
B05_PARTS = [
    b05_part("stages_exceed_base", {"0501": 10, "0502": 11}, ("0502", "Tổng số")),
    b05_part("stages_exceed_base", {"0511": 3, "0512": 4}, ("0512", "Tổng số")),
    b05_part("stages_exceed_base", {"0521": 3, "0522": 4}, ("0522", "Tổng số")),
    b05_part("stages_exceed_base", {"0537": 3, "0538": 4}, ("0538", "Tổng số")),
    b05_part(
        "parts_do_not_add_up", {"0501": {"Tồn kỳ trước": 2, "Mới trong kỳ": 3, "Tổng số": 6}}, ("0501", "Tổng số")
    ),
    b05_part("part_exceeds_total", {"0531": 3, "0532": 4}, ("0532", "Tổng số")),
]
CELLS = [
    *(
        cell("not_a_count", {**YES, "0211": typed, "0217": "A"}, ("0211", "Tổng số"))
        for typed in ("75%", "0,75", -5, 1.5, 1.234, "1,234", "x", "12 và 13")
    ),
    cell("not_a_date", {**YES, "0102": "31/02/2018"}, ("0102", "Tổng số")),
    cell("not_yes_no", {**YES, "0109": "có lẽ"}, ("0109", "Tổng số")),
    cell("not_in_list", {**YES, "0211": 5, "0217": "Z"}, ("0217", "Tổng số")),
    Fault(
        *("formula_without_value", "B01", b01({**YES, "0201": 9}), ("0201", "Tổng số"), "error", "cell"),
        change=set_cell("B01", ("0201", "Tổng số"), "=4+5"),
    ),
    Fault(
        *("error_value", "B01", b01({**YES, "0201": 9}), ("0201", "Tổng số"), "error", "cell"),
        change=set_cell("B01", ("0201", "Tổng số"), "#REF!"),
    ),
    Fault(
        *("missing_value", "B04", [OTHER_ROW, line("B04", {"Từ ngày": "01/02/2018", "Số cuộc": 1})]),
        *((2, "Loại hoạt động"), "error", "cell"),
    ),
    Fault("not_in_list", "B02", [*TWO_MODELS, model(status="hoạt độngg")], (3, "Tình trạng"), "error", "cell"),
]
ROWS = [
    Fault("row_outside_period", "B04", [OTHER_ROW, activity("05/01/2019")], (2, "Từ ngày"), "error", "row"),
    Fault(
        *("model_closed_with_sessions", "B02", [*TWO_MODELS, model(status="đã giải thể", sessions=4)]),
        *((3, "Số buổi"), "error", "row"),
    ),
    warning("row_crosses_period", "B04", [activity("28/12/2018", "03/01/2019")], (1, "Đến ngày"), "row"),
    warning("model_without_sessions", "B02", [model(sessions=0)], (1, "Số buổi"), "row"),
    warning("integrated_without_host", "B02", [model("lồng ghép", host=None)], (1, "Chương trình lồng ghép"), "row"),
    warning("duplicate_row", "B04", [OTHER_ROW, OTHER_ROW], (2, "Từ ngày"), "row"),
    warning("evidence_missing", "B06", [duty("HN-V5")], (1, "Đã thực hiện"), "row", unit=DISTRICT),
    warning(
        *("round_average", "B04", [activity("02/03/2018", times=30, attendances=1500)], (1, "Lượt người dự"), "row"),
        severity="info",
    ),
    warning("unknown_row", "B01", [*b01(YES), ("Khác", "0199", None, 3)], ("0199", "Mã số"), "row"),
]
NOTES = [
    warning("method_missing", "B01", b01({**YES, "0211": 50}), ("0211", "Tổng số"), "cell"),
    warning("method_missing", "B01", b01({**YES, "0211": 50, "0217": None}), ("0217", "Tổng số"), "cell"),
    warning("implausible_size", "B04", [activity("02/03/2018", attendances=2001)], (1, "Lượt người dự"), "cell"),
    warning(
        "implausible_size", "B04", [activity("02/03/2018", times=9, attendances=17)], (1, "Lượt người dự"), "cell"
    ),
    warning(
        *("total_row_wrong", "B04"),
        [OTHER_ROW, line("B04", {"Từ ngày": "Tổng số", "Số cuộc": 1, "Lượt người dự": 41})],
        *((2, "Lượt người dự"), "cell"),
    ),
    warning(
        *("value_struck", "B01", b01({**YES, "0201": 9}), ("0201", "Tổng số"), "cell"),
        change=strike("B01", ("0201", "Tổng số")),
    ),
    warning(
        *(
            "value_repaired",
            "B04",
            [activity("02/03/2018", attendances="310 đại biểu")],
            (1, "Lượt người dự"),
            "cell",
        ),
        severity="info",
    ),
]
OF_TTC = [
    warning(*("zeros_restored", "B01", b01(YES), ("T03", "Giá trị"), "cell"), severity="info", ttc={"T03": "4"}),
    warning("unsigned", "B01", b01(YES), ("T13", "Giá trị"), "cell", ttc={"T13": "không"}),
    warning(*("forecast", "B01", b01(YES), ("T10", "Giá trị"), "cell"), severity="info", ttc={"T10": "25/11/2018"}),
]
IN_CELLS = [*B01_PARTS, *CELLS, *ROWS, *NOTES]


# Returns that are refused whole


@dataclass(frozen=True)
class Refusal:
    """A return that is refused whole, and by which code."""

    code: str
    one: Return
    form: str | None = None

    def __str__(self) -> str:
        return f"{self.code}-{self.one.unit}"


def refusal(code: str, form: str | None = None, /, **about: Any) -> Refusal:
    one = Return(
        about.pop("unit", COMMUNE),
        about.pop("period", YEAR),
        about.pop("forms", {"B01": b01(YES)}),
        about.pop("agency", "UBND"),
        ttc=about,
    )
    return Refusal(code, one, form)


REFUSALS = [
    refusal("unknown_form_version", T01="1999.1"),
    refusal("unknown_unit", unit="99999"),
    refusal("unit_not_in_force", unit="00253", period=whole_year(2021)),
    refusal("unit_name_mismatch", T02="Phường Hàng Bạc"),
    refusal("unit_wrong_tier", "B01", unit=DISTRICT),
    refusal("unit_wrong_tier", "B07", forms={"B07": [("Vụ phát hiện", "0701", None, 3)]}),
    refusal("period_invalid", period=Period("năm", "31/12/2018", "01/01/2018")),
    refusal("period_invalid", period=Period("quý", "01/01/2018", "31/12/2018")),
    refusal("period_invalid", period=Period("năm", "01/01/2018", "")),
    refusal("period_invalid", period=Period("năm", "01/01/2018", "cuối năm")),
    refusal("period_invalid", T08=2019),
    refusal("nil_with_figures", "B02", forms={"B02": [model()]}, T11="có"),
    refusal("nil_with_figures", "B04", forms={"B04": [OTHER_ROW]}, T11="x"),
    refusal("empty_return", forms={"B01": b01({"0101": None})}),
    refusal("empty_return", forms={"B02": []}, T11="không"),
]
