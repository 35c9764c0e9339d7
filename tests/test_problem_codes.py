"""Every problem code of section 5 on a real file: its severity, scope, form and exact cell, the file's status and the exit.

Cells are looked up in the written file itself, by its headings and line codes, so that no position is taken on trust.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
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
    place,
    span,
    whole_year,
    write_book,
    write_csv,
)

COMMUNE, DISTRICT, PROVINCE = "00271", "007", "01"
YEAR = whole_year(2018)
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


def cell_of(path: Path, form: str, where: Where, header: Sequence[str]) -> str:
    """A1 of a cell, found by reading the file as a person would."""
    row_named, heading = where
    sheet = openpyxl.load_workbook(path)[form]
    grid = [[cell.value for cell in row] for row in sheet.iter_rows()]
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


@dataclass(frozen=True)
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


def set_cell(form: str, where: Where, value: object) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        book[form][_at(book, form, where)] = value

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
    warning("implausible_size", "B04", [activity("02/03/2018", times=9, attendances=17)], (1, "Lượt người dự"), "cell"),
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
        *("value_repaired", "B04", [activity("02/03/2018", attendances="310 đại biểu")], (1, "Lượt người dự"), "cell"),
        severity="info",
    ),
]
OF_TTC = [
    warning(
        *("zeros_restored", "B01", b01(YES), ("T03", "Giá trị"), "cell"), severity="info", ttc={"T03": "271"}
    ),
    warning("unsigned", "B01", b01(YES), ("T13", "Giá trị"), "cell", ttc={"T13": "không"}),
    warning(
        *("forecast", "B01", b01(YES), ("T10", "Giá trị"), "cell"), severity="info", ttc={"T10": "25/11/2018"}
    ),
]
IN_CELLS = [*B01_PARTS, *CELLS, *ROWS, *NOTES]


def expect(file: Mapping[str, Any], fault: Fault, cell: str | None, form: str | None) -> None:
    (found,) = named(file, fault.code)
    said = (found["severity"], found["scope"], found["form"], found["cell"])
    assert said == (fault.severity, fault.scope, form, cell)
    errors = [one["code"] for one in file["problems"] if one["severity"] == "error"]
    assert errors == ([fault.code] if fault.severity == "error" else [])
    assert file["status"] == fault.status


@pytest.mark.parametrize("fault", [*IN_CELLS, *B05_PARTS], ids=str)
def test_a_fault_is_said_at_its_cell_with_its_weight(fault: Fault, tmp_path: Path) -> None:
    """Code, severity, scope, form and cell; the file is partial or accepted, and the exit status says which."""
    path = fault.write(tmp_path / "a.xlsx")
    done, file = checked(path)
    assert fault.where is not None
    expect(file, fault, cell_of(path, fault.form, fault.where, HEADERS.get(fault.form, B05_HEADER)), fault.form)
    assert done.status == (0 if fault.status == "accepted" else 1)


@pytest.mark.parametrize("fault", IN_CELLS, ids=str)
def test_the_cell_is_right_under_a_letterhead_and_in_moved_columns(fault: Fault, tmp_path: Path) -> None:
    """Titles, a merged row above, a row of column numbers, a signature block, columns in another order."""
    if fault.change is not None:
        # openpyxl drops no title but the change itself is made by heading, so the same look-up serves
        path = fault.write(tmp_path / "a.xlsx", Look(titles=True, shuffled=True))
    else:
        path = fault.write(tmp_path / "a.xlsx", LETTERHEAD)
    _, file = checked(path)
    assert fault.where is not None
    (found,) = named(file, fault.code)
    if fault.code == "duplicate_row":
        where: Where = (fault.where[0], first_filled(path, fault.form, 2))
    else:
        where = fault.where
    assert found["cell"] == cell_of(path, fault.form, where, HEADERS[fault.form])
    assert file["status"] == fault.status


def first_filled(path: Path, form: str, row: int) -> str:
    """The heading of the leftmost filled cell of a row that a form reads; a duplicate row is shown there."""
    header = HEADERS[form]
    sheet = openpyxl.load_workbook(path)[form]
    for candidate in sheet.iter_cols():
        for label in header:
            at = cell_of(path, form, (row, label), header)
            if sheet[at].column == candidate[0].column and sheet[at].value is not None:
                return label
    raise AssertionError("an empty row")


@pytest.mark.parametrize("fault", OF_TTC, ids=str)
def test_what_the_heading_says_is_noted_at_its_own_cell(fault: Fault, tmp_path: Path) -> None:
    """Notes on TTC name the cell of TTC and no form."""
    path = fault.write(tmp_path / "a.xlsx")
    done, file = checked(path)
    assert fault.where is not None
    expect(file, fault, cell_of(path, "TTC", fault.where, HEADERS["TTC"]), None)
    assert (named(file, fault.code)[0]["sheet"], done.status) == ("TTC", 0)


@pytest.mark.parametrize("fault", IN_CELLS, ids=str)
def test_a_warning_fails_a_strict_check_and_a_note_does_not(fault: Fault, tmp_path: Path) -> None:
    """--strict: exit status 1 for warnings too."""
    done, _ = checked(fault.write(tmp_path / "a.xlsx"), "--strict")
    assert done.status == (0 if fault.severity == "info" else 1)


# The whole return


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
    refusal("empty_return", forms={"B01": []}),
    refusal("empty_return", forms={"B02": []}, T11="không"),
]


@pytest.mark.parametrize("case", REFUSALS, ids=str)
def test_a_return_that_cannot_stand_is_refused_whole(case: Refusal, tmp_path: Path) -> None:
    """Scope return, no cell; nothing else is an error, and the file is rejected."""
    done, file = checked(write_book(tmp_path / "a.xlsx", case.one))
    errors = [one for one in file["problems"] if one["severity"] == "error"]
    seen = [(one["code"], one["scope"], one["form"], one["cell"]) for one in errors]
    assert seen == [(case.code, "return", case.form, None)]
    assert (file["status"], [one["status"] for one in file["returns"]], done.status) == ("rejected", ["rejected"], 1)


def test_the_successor_of_a_unit_that_is_gone_is_named(tmp_path: Path) -> None:
    """unit_not_in_force: Ngô Thì Nhậm was divided between Phạm Đình Hổ and Nguyễn Du in 2020."""
    one = Return("00253", whole_year(2021), {"B01": b01(YES)})
    _, file = checked(write_book(tmp_path / "a.xlsx", one))
    (found,) = named(file, "unit_not_in_force")
    assert "00241" in found["fix"]
    assert "00247" in found["fix"]


def test_a_workbook_without_ttc_and_a_csv_without_its_key_say_missing_ttc(tmp_path: Path) -> None:
    """Who and when cannot be guessed; the file has no return."""
    book = openpyxl.Workbook()
    book.active.title = "B02"
    for row in (HEADERS["B02"], model()):
        book.active.append(list(row))
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text(",".join(f'"{one}"' for one in HEADERS["B02"]), encoding="utf-8")
    for name in ("a.xlsx", "b.csv"):
        done, file = checked(tmp_path / name)
        (found,) = file["problems"]
        assert (found["code"], found["scope"], found["cell"]) == ("missing_ttc", "return", None)
        assert (file["status"], file["returns"], done.status) == ("rejected", [], 1)


def test_nil_speaks_only_of_the_forms_it_answers(tmp_path: Path) -> None:
    """B01 beside a nil return is no contradiction, nor is a B02 that says "none"."""
    forms: dict[str, Sequence[Row]] = {"B01": b01(YES), "B02": (("Không phát sinh",),)}
    done, file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, forms, ttc={"T11": "có"})))
    assert (file["status"], done.status, file["problems"]) == ("accepted", 0, [])


# The whole form


def test_a_form_without_its_header_is_refused_and_the_others_stand(tmp_path: Path) -> None:
    """missing_header names the form and what is missing; B01 beside it is accepted."""
    headless: list[Row] = [("Tên mô hình", "Loại"), ("Câu lạc bộ", "chuyên sâu")]
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(YES)}), extra={"B02": headless})
    done, file = checked(path)
    (found,) = file["problems"]
    assert (found["code"], found["scope"], found["form"], found["cell"]) == ("missing_header", "form", "B02", None)
    assert "Tình trạng" in found["message"]
    assert (file["status"], done.status) == ("partial", 1)


def test_hidden_rows_and_columns_are_read_and_said_once_a_sheet(tmp_path: Path) -> None:
    """A warning of form scope; what stands in them counts like the rest."""
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01({**YES, "0201": "nhiều"})}))
    book = openpyxl.load_workbook(path)
    book["B01"].row_dimensions[6].hidden = True
    book.save(path)
    _, file = checked(path)
    (found,) = named(file, "hidden_rows")
    assert (found["severity"], found["scope"], found["form"], found["cell"]) == ("warning", "form", "B01", None)
    assert [one["cell"] for one in named(file, "not_a_count")] == ["D6"]


def test_a_hidden_sheet_is_not_read_and_said(tmp_path: Path) -> None:
    """hidden_sheet is a warning of file scope; a fault in it is not looked for."""
    forms: dict[str, Sequence[Row]] = {"B01": b01(YES), "B04": [activity("05/01/2019")]}
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, forms))
    book = openpyxl.load_workbook(path)
    book["B04"].sheet_state = "veryHidden"
    book.save(path)
    done, file = checked(path)
    (found,) = file["problems"]
    assert (found["code"], found["severity"], found["scope"], found["sheet"]) == (
        *("hidden_sheet", "warning", "file"),
        "B04",
    )
    assert (file["returns"][0]["forms"], done.status) == (["B01"], 0)


def test_an_unknown_column_is_shown_at_its_heading(tmp_path: Path) -> None:
    """A column no form knows is reported and the rest is read."""
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B02": TWO_MODELS}), LETTERHEAD)
    book = openpyxl.load_workbook(path)
    at = cell_of(path, "B02", (1, "Tên mô hình"), HEADERS["B02"])
    header_row = book["B02"][at].row - 2
    book["B02"].cell(header_row, 14, "Kinh phí (triệu đồng)")
    book.save(path)
    _, file = checked(path)
    (found,) = named(file, "unknown_column")
    assert (found["severity"], found["scope"], found["cell"]) == ("warning", "cell", f"N{header_row}")
    assert file["status"] == "accepted"


# The whole file


def test_files_that_give_no_cells_are_unreadable(tmp_path: Path) -> None:
    """Each kind of useless file has its code; scope file, no cell, no return, exit status 1."""
    whole = write_book(tmp_path / "whole.xlsx", Return(COMMUNE, YEAR, {"B01": b01(YES)})).read_bytes()
    locked = io.BytesIO()
    msoffcrypto = pytest.importorskip("msoffcrypto.format.ooxml", reason="needs the package that can lock a file")
    msoffcrypto.OOXMLFile(io.BytesIO(whole)).encrypt("mat-khau", locked)
    contents = {
        "empty.xlsx": (b"", "unreadable_file"),
        "cut.xlsx": (whole[: len(whole) // 2], "unreadable_file"),
        "locked.xlsx": (locked.getvalue(), "encrypted_file"),
        "print.xlsx": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_a_spreadsheet"),
    }
    for name, (data, code) in contents.items():
        (tmp_path / name).write_bytes(data)
        done, file = checked(tmp_path / name)
        (found,) = file["problems"]
        assert (found["code"], found["severity"], found["scope"], found["cell"]) == (code, "error", "file", None)
        assert (file["status"], file["returns"], done.status) == ("unreadable", [], 1)


def test_a_file_beyond_the_limit_is_too_large(tmp_path: Path) -> None:
    """file_too_large: the size is looked at before the content."""
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(80 * 1024 * 1024)
    done, said = checked(path)
    assert [one["code"] for one in said["problems"]] == ["file_too_large"]
    assert (said["status"], done.status) == ("unreadable", 1)


def test_two_headings_in_one_workbook_are_several_units(tmp_path: Path) -> None:
    """One workbook, one reporter: nothing of it is taken."""
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(YES)}))
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["TTC"]).title = "TTC (2)"
    book.save(path)
    done, file = checked(path)
    assert [(one["code"], one["scope"]) for one in file["problems"]] == [("several_units", "file")]
    assert (file["status"], file["returns"], done.status) == ("rejected", [], 1)


@pytest.mark.parametrize("encoding", ["cp1258", "tcvn3"])
def test_an_old_encoding_is_read_and_said(encoding: str, tmp_path: Path) -> None:
    """legacy_encoding: a warning of the file; what it says is read."""
    from tracker.intake.tcvn3 import TABLE  # the letters' places only

    whole = write_csv(tmp_path / "a.csv", "B02", [Return(COMMUNE, YEAR, {"B02": [model()]})])
    text = whole.read_text(encoding="utf-8")
    if encoding == "tcvn3":
        back = {letter: code for code, letter in TABLE.items()}
        data = "".join(back.get(letter, letter) for letter in text).encode("latin-1", "replace")
    else:
        import unicodedata

        plain = "".join(_in_1258(unicodedata.normalize("NFC", letter)) for letter in text)
        data = plain.encode("cp1258")
    whole.write_bytes(data)
    done, file = checked(whole)
    (found,) = file["problems"]
    assert (found["code"], found["severity"], found["scope"]) == ("legacy_encoding", "warning", "file")
    assert (file["status"], done.status) == ("accepted", 0)


def _in_1258(letter: str) -> str:
    """A letter as that code page has it: the base with its hat, then the tone mark."""
    import unicodedata

    try:
        letter.encode("cp1258")
        return letter
    except UnicodeEncodeError:
        split = unicodedata.normalize("NFD", letter)
        tones = [mark for mark in split[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"]
        rest = "".join(mark for mark in split if mark not in tones)
        return unicodedata.normalize("NFC", rest) + "".join(tones)


# What a fault takes with it, as the store keeps it


PARTS = {
    "documents": ({"0101": "không", "0103": "có"}, {}),
    "copies": ({"0111": 5, "0112": 6}, {}),
    "population": ({"0201": 100, "0202": 101}, {}),
    "reach": ({"0211": 50, "0212": 51, "0217": "A"}, {}),
    "informed": ({"0201": 100, "0216": 101}, {}),
}
IN_ORDER: Lines = {
    **YES,
    **{"0111": 9, "0112": 9, "0117": 4, "0201": 900, "0202": 500, "0211": 400, "0217": "B", "0218": 60, "0216": 300},
}


def filing(db: Path, form: str) -> Any:
    """The only filing of a form in a store, and the answers of its records."""
    from tracker.store import Store, database_url

    kept = Store(database_url(str(db)))
    (one,) = kept.filings(forms=[form])
    rows = [record["answers"] for record in kept.records([one.id])]
    kept.close()
    return one, rows


@pytest.mark.parametrize("refused", list(PARTS))
def test_an_error_in_b01_refuses_its_own_part_and_no_other(refused: str, tmp_path: Path) -> None:
    """Documents, copies, population, reach, informed: the filing stands, one part of it does not."""
    lines = {**IN_ORDER, **PARTS[refused][0]}
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(lines)}))
    done = run("--db", tmp_path / "s.db", "ingest", path, "--format", "json")
    one, rows = filing(tmp_path / "s.db", "B01")
    later = {"reach", "informed"} if refused == "population" else set()
    assert refused in one.refused_parts
    assert set(one.refused_parts) - {refused} <= later
    assert (one.status, len(rows)) == ("accepted", 1)
    if refused != "informed":
        assert rows[0]["informed_persons"] == 300
    if refused != "copies":
        assert rows[0]["copies_distributed"] == 4
    (file,) = done.json()["files"]
    assert (file["status"], file["returns"][0]["status"], done.status) == ("partial", "partial", 1)


@pytest.mark.parametrize(
    ("refused", "lines"),
    [
        ("tips", {"0501": 10, "0504": 11}),
        ("incidents", {"0511": 10, "0512": 11}),
        ("cases", {"0523": 10, "0524": 11}),
        ("victims", {"0531": 10, "0535": 11}),
    ],
)
def test_an_error_in_b05_refuses_one_of_its_four_parts(
    refused: str, lines: Mapping[str, Cell], tmp_path: Path
) -> None:
    """Tips, incidents, cases and victims are refused alone."""
    sound: dict[str, Cell] = {"0501": 20, "0511": 20, "0521": 20, "0531": 20, "0523": 20}
    rows = b05(dict(sorted({**sound, **lines}.items())))
    path = write_book(tmp_path / "a.xlsx", Return(DISTRICT, YEAR, {}), extra={"B05": rows})
    assert run("--db", tmp_path / "s.db", "ingest", path).status == 1
    one, _ = filing(tmp_path / "s.db", "B05")
    assert (one.status, list(one.refused_parts)) == ("accepted", [refused])


@pytest.mark.parametrize(
    ("form", "rows", "unit", "agency"),
    [
        ("B00", [place(COMMUNE), place("00256", people=100, aged=101)], PROVINCE, "UBND"),
        ("B02", [model(), line("B02", {"Tên mô hình": "A", "Loại": "chuyên sâu", "Tình trạng": "tạm dừng",
                                       "Thành viên": 3, "Nữ": 4})], COMMUNE, "UBND"),
        ("B07", [("Vụ", "0701", None, 3), ("Vụ", "0705", None, 4)], DISTRICT, "BCD"),
    ],
)  # fmt: skip
def test_a_form_that_is_one_part_goes_whole(
    form: str, rows: Sequence[Row], unit: str, agency: str, tmp_path: Path
) -> None:
    """Forms other than B01 and B05 are one part: part_exceeds_total refuses the form."""
    path = write_book(tmp_path / "a.xlsx", Return(unit, YEAR, {form: rows}, agency))
    done, file = checked(path)
    assert [(one["code"], one["scope"]) for one in file["problems"] if one["severity"] == "error"] == [
        ("part_exceeds_total", "part")
    ]
    assert (file["status"], done.status) == ("rejected", 1)


def test_a_cell_that_cannot_be_read_takes_its_row_in_a_table_form_only(tmp_path: Path) -> None:
    """In B04 the row goes; in B01 nothing but the answer itself."""
    forms: dict[str, Sequence[Row]] = {
        "B01": b01({**IN_ORDER, "0117": "nhiều"}),
        "B04": [OTHER_ROW, activity("05/04/2018", attendances="75%")],
    }
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, forms))
    assert run("--db", tmp_path / "s.db", "ingest", path).status == 1
    one, rows = filing(tmp_path / "s.db", "B04")
    assert ([row["from_date"] for row in rows], one.refused_days) == (["2018-03-02"], [["2018-04-05"] * 2])
    one, (answers,) = filing(tmp_path / "s.db", "B01")
    assert (answers["copies_received"], "copies_distributed" in answers, one.refused_parts) == (9, False, [])


def test_a_refused_row_without_a_readable_day_may_hide_any(tmp_path: Path) -> None:
    """missing_value at the day itself: the whole period counts as unknown."""
    rows = [OTHER_ROW, activity("sau Tết")]
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B04": rows}))
    run("--db", tmp_path / "s.db", "ingest", path)
    one, kept = filing(tmp_path / "s.db", "B04")
    assert (one.refused_undated, len(kept)) == (True, 1)


def test_an_unreadable_answer_is_not_taken_from_the_integrated_kit(tmp_path: Path) -> None:
    """0109 answers 0101 and 0105 where they are blank; where one cannot be read it stays missing."""
    lines = {"0101": "hình như", "0103": "có", "0107": "có", "0109": "có"}
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(lines)}))
    run("--db", tmp_path / "s.db", "ingest", path)
    _, (answers,) = filing(tmp_path / "s.db", "B01")
    assert "policy_received" not in answers
    assert answers["behaviour_received"] is True


# All at once, and no cell twice


def test_all_problems_of_a_file_are_found_in_one_pass(tmp_path: Path) -> None:
    """Heading, three forms, a hidden sheet: nobody sends a file back twice."""
    forms: dict[str, Sequence[Row]] = {
        "B01": b01({**YES, "0101": "không", "0102": "hôm qua", "0201": (10, 11), "0211": 5}),
        "B02": [model(status="đã giải thể"), model("lồng ghép", host=None), model("không rõ")],
        "B04": [activity("05/01/2019"), activity("", kind="phát thanh"), activity("01/02/2018", attendances=-1)],
    }
    one = Return(COMMUNE, YEAR, forms, ttc={"T13": "không", "T10": "01/12/2018", "T02": "Phường Hàng Bạc"})
    done, file = checked(write_book(tmp_path / "a.xlsx", one, extra={"Ghi chép": [("Một", "Hai")]}))
    assert {one["code"] for one in file["problems"]} == {
        *("deployed_without_received", "not_a_date", "part_exceeds_total", "method_missing"),
        *("model_closed_with_sessions", "integrated_without_host", "not_in_list"),
        *("row_outside_period", "missing_value", "not_a_count"),
        *("unsigned", "forecast", "unit_name_mismatch"),
    }
    assert (file["status"], done.status) == ("rejected", 1)


def test_a_cell_with_an_error_gets_no_second_one(tmp_path: Path) -> None:
    """Women over the total and over the women of 14 to 60: one cell, one error."""
    lines: Lines = {"0202": (100, 40), "0211": (90, 95), "0215": (50, 60), "0201": (60, 30), "0217": "A"}
    _, file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(lines)})))
    errors = [(one["sheet"], one["cell"]) for one in file["problems"] if one["severity"] == "error"]
    assert len(errors) > 2
    assert len(errors) == len(set(errors))


def test_a_fault_in_the_heading_is_said_once(tmp_path: Path) -> None:
    """A day of the period that is no date is period_invalid, not not_a_date as well."""
    one = Return(COMMUNE, Period("năm", "ba mươi", "31/12/2018"), {"B01": b01(YES)})
    _, file = checked(write_book(tmp_path / "a.xlsx", one))
    assert [one["code"] for one in file["problems"]] == ["period_invalid"]


# Swapped day and month


def test_where_only_the_swapped_day_falls_inside_it_is_proposed(tmp_path: Path) -> None:
    """06/11/2018 read day first lies outside quarter two; 11/06/2018 lies inside."""
    quarter = Period("quý", "01/04/2018", "30/06/2018")
    rows = [activity("06/11/2018"), activity("06/10/2019"), activity("25/12/2018")]
    _, file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, quarter, {"B04": rows})))
    first, other_year, impossible = named(file, "row_outside_period")
    assert "11/06/2018" in first["fix"]
    for one in (other_year, impossible):
        assert one["fix"] in first["fix"]  # the same remedy, without a proposal
        assert "/2018" not in one["fix"]
        assert "/2019" not in one["fix"]


def test_a_date_after_the_period_proposes_the_swapped_one(tmp_path: Path) -> None:
    """date_order: 02/11/2018 for a return to 30/06/2018 may mean the eleventh of February."""
    half = Period("6 tháng", "01/01/2018", "30/06/2018")
    lines = {**YES, "0102": "02/11/2018"}
    _, file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, half, {"B01": b01(lines)})))
    (found,) = named(file, "date_order")
    assert "11/02/2018" in found["fix"]


# The words


def everything(folder: Path) -> Iterator[Path]:
    """A file for each fault above."""
    folder.mkdir()
    for number, fault in enumerate([*IN_CELLS, *B05_PARTS, *OF_TTC]):
        yield fault.write(folder / f"{number:02}.xlsx")
    for number, case in enumerate(REFUSALS):
        yield write_book(folder / f"r{number:02}.xlsx", case.one)


def test_every_sentence_is_there_in_both_languages_and_filled(tmp_path: Path) -> None:
    """No brace and no ellipsis stands for a fact that was not given; the twins differ."""
    assert len(list(everything(tmp_path / "all"))) > 60
    said = {
        lang: [
            one
            for file in run("--lang", lang, "check", tmp_path / "all", "--format", "json").json()["files"]
            for one in file["problems"]
        ]
        for lang in ("vi", "en")
    }
    assert [one["code"] for one in said["vi"]] == [one["code"] for one in said["en"]]
    for vietnamese, english in zip(said["vi"], said["en"], strict=True):
        for part in ("message", "fix"):
            assert vietnamese[part] != english[part]
            for text in (vietnamese[part], english[part]):
                assert text.strip()
                assert not set("{}") & set(text), text
                assert "…" not in text.replace("– …", "").replace("…\u201d", ""), text


def test_the_text_output_names_cell_and_remedy(tmp_path: Path) -> None:
    """Where, what, how to put it right, also outside JSON."""
    fault = B01_PARTS[0]
    path = fault.write(tmp_path / "a.xlsx")
    for lang in ("vi", "en"):
        done = run("--lang", lang, "check", path)
        assert (done.status, "D4" in done.out) == (1, True)


def test_every_code_of_the_contract_is_in_the_catalogue_and_no_other() -> None:
    """65 codes, as section 5 lists them."""
    from tracker.problems import CODES

    assert len(CODES) == 65
    assert span("01/01/2018", "02/01/2018").kind == "đợt"
