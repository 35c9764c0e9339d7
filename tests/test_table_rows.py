"""What a row under a header is: an answer, a total, nothing, or the notes and signatures that end the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import Store
from layouts import (
    CHAIR,
    CODED,
    FORM_CODES,
    HEADERS,
    PREPARER,
    READ_AS,
    ROWS,
    SIGNATURES,
    TABLES,
    Cell,
    Grid,
    Laid,
    after,
    assert_same,
    moved,
    plain,
    received,
    records,
    with_column,
)
from returns_made import Return, line, whole_year
from tracker.forms import FORMS
from tracker.intake.grid import a1
from tracker.returns import Status

every_form = pytest.mark.parametrize("form", FORM_CODES)
every_table = pytest.mark.parametrize("form", TABLES)


# What stands under the table


@every_form
@pytest.mark.parametrize("block", SIGNATURES)
def test_notes_and_signatures_under_the_table_are_dropped(tmp_path: Path, form: str, block: str) -> None:
    """And no name of them is kept anywhere."""
    laid = after(plain(form), SIGNATURES[block])
    file = received(tmp_path / "r.xlsx", form, laid)
    assert_same(file, form, laid)
    assert PREPARER not in repr(file)
    assert CHAIR not in repr(file)


@every_form
def test_signatures_may_begin_in_an_unknown_column(tmp_path: Path, form: str) -> None:
    """The block starts under the running numbers."""
    block: Grid = [[], ["NGƯỜI LẬP BIỂU"], [PREPARER, PREPARER]]
    laid = with_column(plain(form), 0, "STT", [])
    laid = after(laid, block)
    file = received(tmp_path / "r.xlsx", form, laid)
    assert_same(file, form, laid, "unknown_column")
    assert PREPARER not in repr(file)


BRIEF_ROWS: Sequence[tuple[str, Grid]] = [
    ("B03", [["Ngày đăng", "Nhóm phương tiện"], ["ngày 05 tháng 7 năm 2018", "Facebook"], ["06/07/2018", "Zalo"]]),
    ("B04", [["Từ ngày", "Loại hoạt động"], ["Ngày 5 tháng 7 năm 2018", "hội nghị"], ["06/07/2018", "hội thi"]]),
    ("B08", [["Chỉ số", "Số lượng", "Đơn vị tính"], ["Ký tên vào cam kết", "120", "bản"], ["Tờ rơi", "5", "tờ"]]),
    ("B00P", [["Mã cơ quan", "Tên cơ quan", "Cấp"], ["KT-DT", "Kinh tế", "địa phương"], ["TW", "Báo", "Trung ương"]]),
    ("B02", [["Tên mô hình", "Loại", "Tình trạng"], ["Chủ tịch hội phụ nữ với phòng ngừa", "lồng ghép", "tạm dừng"],
             ["Câu lạc bộ", "chuyên sâu", "tạm dừng"]]),
]  # fmt: skip


@pytest.mark.parametrize(("form", "rows"), BRIEF_ROWS, ids=[form for form, _ in BRIEF_ROWS])
def test_a_row_that_answers_is_no_signature(tmp_path: Path, form: str, rows: Grid) -> None:
    """A day in words, or a name that begins like a signer's title: such a row ends no table."""
    assert len(records(received(tmp_path / "r.xlsx", form, Laid(form, rows, {})))) == 2


@pytest.mark.parametrize("note", ["Ghi chú: bổ sung thêm", "Nơi nhận:"])
@pytest.mark.parametrize("form", ["B00P", "B02", "B03", "B04", "B06"])
def test_a_row_under_the_notes_is_not_read_and_not_passed_over_in_silence(
    tmp_path: Path, form: str, note: str
) -> None:
    """Whoever went on below a note learns that the row does not count."""
    laid = plain(form)
    below: Grid = [[note], [], [None, "Như trên"], [*laid.grid[1]]]
    file = received(tmp_path / "r.xlsx", form, after(laid, below))
    assert_same(file, form, laid, "unknown_row")
    (problem,) = file.problems
    assert problem.cell == a1(len(laid.grid) + 3, 0)


def test_a_row_with_a_fault_ends_no_table(tmp_path: Path) -> None:
    """The fault is reported and the next row read."""
    rows: Grid = [
        ["Từ ngày", "Loại hoạt động", "Đơn vị chủ trì"],
        ["31/6/2018", "hội nghị", "Chủ tịch Hội phụ nữ"],
        ["06/07/2018", "hội thi", "Hội phụ nữ"],
    ]
    file = received(tmp_path / "r.xlsx", "B04", Laid("B04", rows, {}))
    assert [(one.code, one.cell) for one in file.problems] == [("not_a_date", "A2")]
    assert [record.row for record in records(file)] == [3]


# Nothing happened


@pytest.mark.parametrize("form", ["B02", "B03", "B04"])
@pytest.mark.parametrize(
    "row",
    [
        ["Không phát sinh"],
        ["KHÔNG PHÁT SINH."],
        ["khong phat sinh"],
        ["Không có"],
        [None, None, "Không phát sinh"],
        [None, "  Không phát sinh trong kỳ "],
        ["Không phát sinh", 0, "-", None, "0"],
    ],
)
def test_a_row_may_say_that_nothing_happened(tmp_path: Path, form: str, row: list[Cell]) -> None:
    """In its first filled cell, alone under the header: an answer, and no record."""
    file = received(tmp_path / "r.xlsx", form, after(plain(form, []), [row]))
    assert file.problems == []
    (filing,) = file.returns[0].filings
    assert (filing.none, filing.records, filing.answered) == (True, [], True)


@pytest.mark.parametrize("form", ["B02", "B03", "B04"])
def test_nothing_may_have_happened_beside_running_numbers(tmp_path: Path, form: str) -> None:
    """The first filled cell is then the number of the row, or the words stand in its place."""
    both: Grid = [[1, "Không phát sinh"], ["Không phát sinh"]]
    for cells in both:
        laid = after(with_column(plain(form, []), 0, "STT", []), [cells])
        file = received(tmp_path / "r.xlsx", form, laid)
        assert [one.code for one in file.problems] == ["unknown_column"]
        assert file.returns[0].filings[0].none


@every_form
def test_a_header_with_nothing_under_it_answers_nothing(tmp_path: Path, form: str) -> None:
    """Not none, not zero: not answered; the form came all the same, and goes back."""
    file = received(tmp_path / "r.xlsx", form, plain(form, []))
    assert [one.code for one in file.problems] == ["empty_return"]
    (filing,) = file.returns[0].filings
    assert (filing.form, filing.answered, filing.refused) == (form, False, True)
    assert file.status is Status.REJECTED


def test_a_model_without_a_code_is_still_a_model(tmp_path: Path) -> None:
    """ "Không có" in the first cell of a row that goes on is that cell's answer alone."""
    row = [*ROWS["B02"][0]]
    row[0] = "Không có"
    file = received(tmp_path / "r.xlsx", "B02", plain("B02", [row]))
    assert [record.values["sessions"] for record in records(file)] == [4]


# Totals


def _total(form: str, label: str, rows: Sequence[Sequence[Cell]], wrong: int = 0) -> list[Cell]:
    """A row with the sum of each column of whole numbers in it."""
    sums: list[Cell] = [label]
    for column in range(1, len(HEADERS[form])):
        figures = [row[column] for row in rows]
        known = [figure for figure in figures if isinstance(figure, int)]
        sums.append(sum(known) + wrong if known and len(known) == sum(f is not None for f in figures) else None)
    return sums


WORDS = ["Tổng số", "Cộng", "TỔNG CỘNG:", "Lũy kế", "Luỹ kế từ đầu năm", "Tổng cộng (1+2)", "cong", "Lũy kế đến nay"]


@pytest.mark.parametrize("form", ["B00", "B02", "B03", "B04", "B08"])
@pytest.mark.parametrize("word", WORDS)
def test_a_total_row_is_never_added(tmp_path: Path, form: str, word: str) -> None:
    """A right one leaves no trace."""
    laid = after(plain(form), [_total(form, word, ROWS[form])])
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@pytest.mark.parametrize("form", ["B00", "B02", "B03", "B04"])
def test_a_total_row_that_is_wrong_is_warned_of(tmp_path: Path, form: str) -> None:
    """At each of its cells; the rows stand."""
    total = _total(form, "Cộng", ROWS[form], wrong=1)
    laid = after(plain(form), [total])
    file = received(tmp_path / "r.xlsx", form, laid)
    row = len(ROWS[form]) + 1
    expected = [a1(row, column) for column, cell in enumerate(total) if isinstance(cell, int)]
    assert expected
    assert [(one.code, one.cell) for one in file.problems] == [("total_row_wrong", cell) for cell in expected]
    assert [dict(record.values) for record in records(file)] == READ_AS[form]
    assert file.status is Status.ACCEPTED


@pytest.mark.parametrize("form", ["B02", "B03", "B04"])
def test_subtotals_are_held_against_their_own_rows(tmp_path: Path, form: str) -> None:
    """Two parts with a subtotal each, and a total of both."""
    first, second = ROWS[form]
    grid: Grid = [
        list(HEADERS[form]),
        list(first),
        _total(form, "Cộng thôn 1", [first]),
        list(second),
        _total(form, "Cộng thôn 2", [second]),
        _total(form, "Tổng cộng", [first, second]),
    ]
    at = {(i, j): (1 + 2 * i, j) for i in range(2) for j in range(len(HEADERS[form]))}
    laid = Laid(form, grid, at)
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@pytest.mark.parametrize("form", ["B02", "B03", "B04"])
def test_a_total_without_figures_is_no_row(tmp_path: Path, form: str) -> None:
    """The word alone, as templates print it."""
    laid = after(plain(form), [["Tổng cộng"]])
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@pytest.mark.parametrize("form", ["B02", "B03", "B04"])
def test_a_total_may_be_named_in_an_unknown_column(tmp_path: Path, form: str) -> None:
    """The word stands under the running numbers."""
    laid = with_column(plain(form), 0, "STT", [1, 2])
    laid = after(laid, [["Tổng cộng", None, *_total(form, "", ROWS[form])[1:]]])
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid, "unknown_column")


def test_a_total_over_a_cell_that_cannot_be_read_is_not_called_wrong(tmp_path: Path) -> None:
    """Who is to blame is known: the cell has its own error."""
    rows: Grid = [
        ["Từ ngày", "Loại hoạt động", "Lượt người dự"],
        ["05/07/2018", "hội nghị", 10],
        ["06/07/2018", "hội thi", "1,234"],
        ["Cộng", None, 1244],
    ]
    file = received(tmp_path / "r.xlsx", "B04", Laid("B04", rows, {}))
    assert [(one.code, one.cell) for one in file.problems] == [("not_a_count", "C3")]


def test_an_indicator_that_begins_like_a_total_is_an_indicator(tmp_path: Path) -> None:
    """Of B08 the first column is free text."""
    rows: Grid = [["Chỉ số", "Số lượng"], ["Tổng số tờ rơi đã phát", 5], ["Cộng tác viên", 7]]
    file = received(tmp_path / "r.xlsx", "B08", Laid("B08", rows, {}))
    assert [record.values["amount"] for record in records(file)] == [5, 7]


@pytest.mark.parametrize("form", CODED)
def test_a_total_row_without_a_code_is_no_answer(tmp_path: Path, form: str) -> None:
    """Rows are found by Mã số alone."""
    laid = after(plain(form), [["Tổng số", None, None, 99, 99, 99], ["Cộng", "", None, 1, 2, 3]])
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


# Row codes


@pytest.mark.parametrize("form", CODED)
def test_line_codes_may_have_lost_their_zero(tmp_path: Path, form: str) -> None:
    """Typed as numbers."""
    laid = plain(form)
    for number, row in enumerate(ROWS[form]):
        laid.grid[number + 1][1] = int(str(row[1]))
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@pytest.mark.parametrize("form", CODED)
def test_lines_may_stand_in_any_order(tmp_path: Path, form: str) -> None:
    """Last first."""
    last = len(ROWS[form])
    laid = moved(plain(form), {n: last + 1 - n for n in range(1, last + 1)}, {})
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@pytest.mark.parametrize("form", CODED)
def test_a_line_with_a_code_of_no_form_is_warned_of(tmp_path: Path, form: str) -> None:
    """At its code; the rest is read."""
    laid = after(plain(form), [["Chỉ tiêu lạ", "0999", None, 5]])
    file = received(tmp_path / "r.xlsx", form, laid)
    assert_same(file, form, laid, "unknown_row")
    assert next(one.cell for one in file.problems if one.code == "unknown_row") == a1(len(laid.grid) - 1, 1)


@pytest.mark.parametrize("form", CODED)
@pytest.mark.parametrize(("code", "why"), [("O101", ""), ("01012", ""), (None, "blank"), ("0101a", "")])
def test_figures_beside_no_code_of_the_form_are_warned_of(
    tmp_path: Path, form: str, code: str | None, why: str
) -> None:
    """A figure that nobody reads must not go unseen: the letter O, a digit too many, a code that was cleared."""
    laid = after(plain(form), [["Poster", code, None, 5], ["Tổng cộng", None, None, 5], ["Mục II", "II", None, None]])
    file = received(tmp_path / "r.xlsx", form, laid)
    assert_same(file, form, laid, "unknown_row")
    said = [(one.cell, one.facts.get("why", "")) for one in file.problems if one.code == "unknown_row"]
    assert said == [(a1(len(laid.grid) - 3, 1), why)]


@pytest.mark.parametrize("form", CODED)
def test_a_line_that_comes_twice_counts_once(tmp_path: Path, form: str) -> None:
    """The first one, with a warning at the second."""
    laid = after(plain(form), [list(ROWS[form][-1])])
    file = received(tmp_path / "r.xlsx", form, laid)
    assert_same(file, form, laid, "duplicate_row")
    assert next(one.cell for one in file.problems if one.code == "duplicate_row") == a1(len(laid.grid) - 1, 1)


# Several tables of one form


@every_form
@pytest.mark.parametrize("gap", [0, 2])
def test_two_tables_may_stand_side_by_side(tmp_path: Path, form: str, gap: int) -> None:
    """The first rows in the left one, the rest in the right one; the left one longer, too."""
    width, half = len(HEADERS[form]), (len(ROWS[form]) + 1) // 2
    grid: Grid = [[None] * (2 * width + gap) for _ in range(half + 1)]
    at: dict[tuple[int, int], tuple[int, int]] = {}
    grid[0][:width] = grid[0][width + gap :] = list(HEADERS[form])
    for i, row in enumerate(ROWS[form]):
        left = 0 if i < half else width + gap
        for j, cell in enumerate(row):
            at[i, j] = (1 + i % half, left + j)
            grid[1 + i % half][left + j] = cell
    laid = Laid(form, grid, at)
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_table
def test_a_table_may_go_on_on_a_second_sheet(tmp_path: Path, form: str) -> None:
    """Each record knows its own sheet."""
    first, second = plain(form, ROWS[form][:1]), plain(form, ROWS[form][1:])
    file = received(tmp_path / "r.xlsx", form, first, Laid(f"{form} (2)", second.grid, {}))
    assert [one.code for one in file.problems] == []
    found = records(file)
    assert [dict(record.values) for record in found] == READ_AS[form]
    assert [(record.sheet, record.row) for record in found] == [(form, 2), (f"{form} (2)", 2)]


@pytest.mark.parametrize("form", CODED)
def test_a_row_coded_form_may_go_on_on_a_second_sheet(tmp_path: Path, form: str) -> None:
    """The answers of both are one record."""
    half = len(ROWS[form]) // 2
    first, second = plain(form, ROWS[form][:half]), plain(form, ROWS[form][half:])
    file = received(tmp_path / "r.xlsx", form, first, Laid(f"{form} (2)", second.grid, {}))
    values = {name: value for record in records(file) for name, value in record.values.items()}
    assert values == READ_AS[form][0]


@pytest.mark.parametrize("form", CODED)
def test_a_fault_on_the_second_sheet_of_a_row_coded_form_is_named_there(tmp_path: Path, form: str) -> None:
    """Sheet and cell are what the officer is sent to."""
    half = len(ROWS[form]) // 2
    rest = [list(row) for row in ROWS[form][half:]]
    column = HEADERS[form].index("Tổng số")
    rest[0][column] = "5 cuộc/120 người"
    first, second = plain(form, ROWS[form][:half]), plain(form, rest)
    file = received(tmp_path / "r.xlsx", form, first, Laid(f"{form} (2)", second.grid, {}))
    errors = [(one.sheet, one.cell) for one in file.problems if one.is_error]
    assert errors == [(f"{form} (2)", a1(1, column))]


@pytest.mark.parametrize("form", CODED)
def test_a_line_given_twice_with_different_answers_says_nothing(tmp_path: Path, form: str) -> None:
    """A copy of the sheet with another figure in it: neither is believed, and a warning says so."""
    other = [list(row) for row in ROWS[form][-1:]]
    column = HEADERS[form].index("Tổng số")
    other[0][column] = "B" if form == "B01" else 7
    second = plain(form, other)
    file = received(tmp_path / "r.xlsx", form, plain(form), Laid(f"{form} (2)", second.grid, {}))
    assert ("duplicate_row", "contradicts") in {(one.code, one.facts.get("why")) for one in file.problems}
    field = FORMS[form].by_code[str(ROWS[form][-1][1]), "tong so"].name
    [wanted] = READ_AS[form]
    assert [dict(record.values) for record in records(file)] == [{k: v for k, v in wanted.items() if k != field}]


# A refused row


def test_a_row_with_an_unreadable_cell_is_held_to_every_rule_that_its_other_cells_allow(store: Store) -> None:
    """One pass: the leaflets cannot be read, more women came than people, and the day lies in another year."""
    day: dict[str, Any] = {"Từ ngày": "05/03/2019", "Loại hoạt động": "hội nghị", "Số cuộc": 1}
    cells: dict[str, Any] = {**day, "Lượt người dự": 40, "Nữ": 41}
    sent = Return("00271", whole_year(2020), {"B04": [line("B04", {**cells, "Tờ rơi": "nhiều"})]})
    found = store.send("B04", [sent], "2020-11-01").codes()
    assert found == {"not_a_count", "part_exceeds_total", "row_outside_period"}


@pytest.mark.parametrize(
    ("form", "cells"),
    [
        ("B02", {"Tên mô hình": "Câu lạc bộ", "Loại": "chuyên sâu", "Tình trạng": "đã giải thể", "Số buổi": 3,
                 "Ngày thay đổi tình trạng": "đầu năm"}),
        ("B04", {"Từ ngày": "31/12/2019", "Đến ngày": "giữa tháng", "Loại hoạt động": "hội nghị"}),
        ("B06", {"Mã nhiệm vụ": "HN-V5", "Đã thực hiện": "có", "Ngày bắt đầu": "đầu năm"}),
    ],
)  # fmt: skip
def test_no_rule_is_tried_that_needs_the_unreadable_cell(store: Store, form: str, cells: dict[str, object]) -> None:
    """Whether the model was dissolved in the year, the activity reached into it, or the duty has a date is open."""
    unit = "007" if form == "B06" else "00271"
    sent = Return(unit, whole_year(2020), {form: [line(form, cells)]})  # type: ignore[arg-type]  # plain cells
    assert store.send(form, [sent], "2020-11-01").codes() == {"not_a_date"}
