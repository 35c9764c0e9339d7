"""However an office lays a form out, it says the same: the plain return's records, each figure at its own cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from layouts import (
    CODED,
    FORM_CODES,
    HEADERS,
    NOTED,
    READ_AS,
    ROWS,
    TABLES,
    Cell,
    Grid,
    Laid,
    after,
    down,
    moved,
    numbers,
    plain,
    received,
    relabelled,
    right,
    shuffled,
    spread,
    ttc,
    with_column,
    without_marks,
    write,
)
from tracker.forms import FORMS
from tracker.intake.grid import a1
from tracker.reading import raw_text
from tracker.returns import Received, Record, Status
from tracker.understand import understand

TITLES: Grid = [
    ["ỦY BAN NHÂN DÂN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["PHƯỜNG QUỲNH LÔI", None, None, "Độc lập - Tự do - Hạnh phúc"],
    [],
    ["Biểu số: 01", None, "BÁO CÁO NĂM 2018"],
    ["Ban hành kèm theo Kế hoạch số 17/KH-UBND"],
]
PREPARER, CHAIR = "Trần Thị Mẫu", "Lê Văn Ví Dụ"
SIGNATURES: dict[str, Grid] = {
    "two signers": [
        [],
        ["Ghi chú: số liệu lấy từ sổ theo dõi"],
        [None, None, "Hà Nội, ngày 05 tháng 12 năm 2018"],
        ["NGƯỜI LẬP BIỂU", None, "TM. ỦY BAN NHÂN DÂN"],
        ["(Ký, ghi rõ họ tên)", None, "CHỦ TỊCH"],
        [],
        [PREPARER, None, CHAIR],
    ],
    "no notes": [["Người lập biểu", None, "KT. CHỦ TỊCH"], [], [PREPARER, None, CHAIR]],
    "the chair to the right": [[None, "Nơi nhận:", None, "CHỦ TỊCH"], [None, "- Như trên;", None, CHAIR]],
    "a body unknown to any list first": [["CÁN BỘ THEO DÕI", None, "TM. ỦY BAN NHÂN DÂN"], [PREPARER, None, CHAIR]],
    "four signers": [
        ["NGƯỜI LẬP BIỂU", "NGƯỜI KIỂM TRA", "CÁN BỘ PHỤ TRÁCH", "CHỦ TỊCH"],
        [PREPARER, PREPARER, PREPARER, CHAIR],
    ],
    "day without a place": [["Ngày 05 tháng 12 năm 2018"], ["NGƯỜI LẬP BIỂU"], [PREPARER]],
}

every_form = pytest.mark.parametrize("form", FORM_CODES)
every_table = pytest.mark.parametrize("form", TABLES)


def records(file: Received) -> list[Record]:
    """The records of the one filing of the one return."""
    (one,) = file.returns
    (filing,) = one.filings
    return filing.records


def names_of(form: str) -> dict[tuple[int, int], tuple[int, str]]:
    """Place in the sample to record and field: by Mã số and heading, or by row and heading."""
    fields = [field for field in FORMS[form].fields if field.kept]
    labels = HEADERS[form]
    if form in CODED:
        rows = {row[1]: number for number, row in enumerate(ROWS[form])}
        return {(rows[f.code], labels.index(f.column)): (0, f.name) for f in fields if f.code in rows}
    return {
        (number, labels.index(field.label)): (number, field.name)
        for number in range(len(ROWS[form]))
        for field in fields
    }


def assert_same(file: Received, form: str, laid: Laid, *codes: str) -> None:
    """The records of the plain layout, each answer from the cell where it was written; no other problems."""
    assert sorted(one.code for one in file.problems) == sorted([*codes, *NOTED.get(form, [])])
    found = records(file)
    assert [dict(record.values) for record in found] == READ_AS[form]
    for (i, j), (number, name) in names_of(form).items():
        cell = ROWS[form][i][j]
        if cell is None:
            assert name not in found[number].values
            continue
        origin = found[number].origins[name]
        assert (origin.cell, origin.raw) == (a1(*laid.at[i, j]), raw_text(cell)), name
    assert {record.sheet for record in found} == {laid.name}


@every_form
def test_the_plain_layout_reads_as_the_contract_says(tmp_path: Path, form: str) -> None:
    """The ground on which the rest of this file stands."""
    laid = plain(form)
    file = received(tmp_path / "r.xlsx", form, laid)
    assert_same(file, form, laid)
    assert file.status is Status.ACCEPTED


def test_the_qualifiers_of_the_sample_are_kept(tmp_path: Path) -> None:
    """ "trên 310" stays over 310."""
    first, second = records(received(tmp_path / "r.xlsx", "B04", plain("B04")))
    assert (first.qualifier("attendances"), first.qualifier("sessions")) == ("over", "exact")
    assert second.qualifier("broadcasts") == "exact"


# Labels


def _tones_moved(label: str) -> str:
    for ours, theirs in (("òa", "oà"), ("óa", "oá"), ("úy", "uý"), ("ủy", "uỷ"), ("ũy", "uỹ"), ("ũa", "uã")):
        label = label.replace(ours, "\0").replace(theirs, ours).replace("\0", theirs)
    return label


SPELLINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "composed": lambda label: unicodedata.normalize("NFC", label),
    "in parts": lambda label: unicodedata.normalize("NFD", label),
    "no marks": without_marks,
    "no marks in capitals": lambda label: without_marks(label).upper(),
    "tone elsewhere": _tones_moved,
    "Icelandic": lambda label: label.replace("Đ", "Ð").replace("đ", "ð"),
    "line breaks": lambda label: label.replace(" ", "\n"),
    "Windows line breaks": lambda label: label.replace(" ", "\r\n"),
    "hard spaces": lambda label: "\u00a0" + label.replace(" ", "\u00a0\u00a0") + " ",
    "zero width": lambda label: "\u200b".join(label) + "\u00ad",
    "unit in brackets": lambda label: f"{label} (ĐVT: lượt)",
    "unit below": lambda label: f"{label}\n[người]",
    "colon": lambda label: f"{label}:",
    "colon apart": lambda label: f"{label} :",
    "unit and colon": lambda label: f"{label} (cuộc):",
}


@every_form
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_labels_match_however_they_are_written(tmp_path: Path, form: str, spelling: str) -> None:
    """Case, composition, marks, Đ and Ð, spaces, line breaks, a bracketed unit, a colon."""
    laid = relabelled(plain(form), SPELLINGS[spelling])
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


# Where the table stands


@every_form
@pytest.mark.parametrize("by", [1, 3, 8, 21, 38, 39])
def test_what_stands_above_does_not_matter(tmp_path: Path, form: str, by: int) -> None:
    """Titles and Quốc hiệu; the header may stand in any of the first 40 rows."""
    laid = down(plain(form), by, TITLES)
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_form
def test_a_header_below_the_first_forty_rows_is_missing(tmp_path: Path, form: str) -> None:
    """The sheet's name says the form, and the form is refused."""
    file = received(tmp_path / "r.xlsx", form, down(plain(form), 40, TITLES))
    assert [(one.code, one.form) for one in file.problems] == [("missing_header", form)]
    assert file.status is Status.REJECTED


@every_form
@pytest.mark.parametrize("by", [1, 3, 30])
def test_the_table_may_stand_further_right(tmp_path: Path, form: str, by: int) -> None:
    """Empty columns before it."""
    laid = right(plain(form), by)
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_form
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_columns_may_stand_in_any_order(tmp_path: Path, form: str, seed: int) -> None:
    """Even those that say which row it is."""
    laid = shuffled(plain(form), seed)
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


# Headers of more than one row, number rows, headers again


@every_form
@pytest.mark.parametrize("above", [1, 2])
def test_a_merged_row_above_the_labels_does_not_matter(tmp_path: Path, form: str, above: int) -> None:
    """What it groups is said by the labels under it."""
    groups: Grid = [["PHẦN SỐ LIỆU"], ["Thông tin chung", None, "Chia ra"]]
    laid = down(plain(form), above, groups[:above])
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_form
@pytest.mark.parametrize("lower", [1, 2, 99])
def test_some_labels_may_stand_a_row_lower(tmp_path: Path, form: str, lower: int) -> None:
    """Merged over two rows: the first columns, or all but the last ones, with a group's name above the others."""
    laid = moved(plain(form), {n + 1: n + 2 for n in range(len(ROWS[form]))}, {})
    width = len(HEADERS[form])
    for column in range(max(1, width - lower) if lower < 99 else 2, width):
        laid.grid[1][column], laid.grid[0][column] = laid.grid[0][column], None
    laid.grid[0][max(2, width - lower)] = "Chia ra" if lower < 99 else None
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_form
@pytest.mark.parametrize("style", ["letters", "figures", "brackets", "sums"])
def test_a_row_of_column_numbers_is_skipped(tmp_path: Path, form: str, style: str) -> None:
    """A B C 1 2 3, 1 2 3, (1) (2) (3), 3=1+2."""
    laid = spread(plain(form), [numbers(form, style)])
    laid.grid[3:-1] = [row if n % 2 else [] for n, row in enumerate(laid.grid[3:-1])]
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_form
@pytest.mark.parametrize("blank", [1, 2, 7])
def test_blank_rows_between_the_rows_do_not_matter(tmp_path: Path, form: str, blank: int) -> None:
    """A table does not end at a blank row."""
    rows: list[list[Cell]] = [["  "] if n == 1 else [] for n in range(blank)]
    laid = spread(plain(form), rows)
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_form
def test_a_header_on_every_printed_page_is_read_once(tmp_path: Path, form: str) -> None:
    """Header and number row between all rows."""
    header: list[Cell] = list(HEADERS[form])
    laid = spread(plain(form), [[], header, numbers(form, "letters")])
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@pytest.mark.parametrize("form", ["B02", "B04"])
def test_a_header_of_two_rows_on_every_printed_page_is_read_once(tmp_path: Path, form: str) -> None:
    """Of the second of its rows most cells are blank."""
    laid = moved(plain(form), {1: 2, 2: 5}, {})
    column = HEADERS[form].index("Nữ")
    for top in (0, 3):
        laid.grid[top] = [label if n not in (column, column + 1) else None for n, label in enumerate(HEADERS[form])]
        laid.grid[top + 1] = [HEADERS[form][n] if n in (column, column + 1) else None for n in range(column + 2)]
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


def test_a_row_under_a_shorter_header_is_no_second_header_row(tmp_path: Path) -> None:
    """A word in an unknown column that is another column's label makes the row no header: it is an answer."""
    labels: list[Cell] = ["Tên mô hình", "Loại", "Tình trạng", "Thành phần"]
    rows: Grid = [
        labels,
        ["Câu lạc bộ", "chuyên sâu", "tạm dừng", "Nữ"],
        ["Tổ tư vấn", "lồng ghép", "tạm dừng", "Nam"],
    ]
    file = received(tmp_path / "r.xlsx", "B02", Laid("B02", rows, {}))
    assert [record.values["model_name"] for record in records(file)] == ["Câu lạc bộ", "Tổ tư vấn"]
    assert "unknown_column" in {one.code for one in file.problems}


# Columns that no form knows


@every_form
@pytest.mark.parametrize("at", ["first", "middle", "last"])
def test_an_unknown_column_is_reported_and_changes_nothing(tmp_path: Path, form: str, at: str) -> None:
    """A warning at its heading; a number of the row is the commonest."""
    place = {"first": 0, "middle": 2, "last": len(HEADERS[form])}[at]
    laid = with_column(plain(form), place, "STT", range(1, 30))
    file = received(tmp_path / "r.xlsx", form, laid)
    assert_same(file, form, laid, "unknown_column")
    assert (file.problems[0].cell, file.problems[0].found) == (a1(0, place), "STT")
    assert file.status is Status.ACCEPTED


@every_form
@pytest.mark.parametrize("style", ["letters", "figures", "brackets"])
def test_the_number_row_may_begin_over_an_unknown_column(tmp_path: Path, form: str, style: str) -> None:
    """The first number of the row stands in the column of running numbers."""
    laid = spread(plain(form), [[], []])
    laid = with_column(laid, 0, "STT", [])
    last: dict[str, Cell] = {"letters": "99", "figures": len(HEADERS[form]) + 1, "brackets": "(99)"}
    laid.grid[1] = [*numbers(form, style), last[style]]
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid, "unknown_column")


@every_form
def test_running_numbers_of_empty_rows_are_no_rows(tmp_path: Path, form: str) -> None:
    """A template numbers more rows than are filled."""
    laid = with_column(after(plain(form), [[], [], []]), 0, "STT", range(1, 30))
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid, "unknown_column")


@every_table
def test_a_column_whose_heading_comes_twice_loses_no_other(tmp_path: Path, form: str) -> None:
    """The first one counts, the second is reported, and those after it are read."""
    label = next(f.label for f in FORMS[form].fields if not f.required)
    place = HEADERS[form].index(label)
    laid = with_column(plain(form), place + 1, label, [])
    file = received(tmp_path / "r.xlsx", form, laid)
    assert_same(file, form, laid, "unknown_column")
    assert file.problems[0].cell == a1(0, place + 1)


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
    """Not none, not zero: not answered."""
    file = received(tmp_path / "r.xlsx", form, plain(form, []))
    assert [one.code for one in file.problems] == ["empty_return"]
    assert file.returns[0].filings == []
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
def test_a_line_given_on_two_sheets_is_not_changed_in_silence(tmp_path: Path, form: str) -> None:
    """A copy of the sheet with another figure in it: the first stands, the second is warned of."""
    other = [list(row) for row in ROWS[form][-1:]]
    column = HEADERS[form].index("Tổng số")
    other[0][column] = "B" if form == "B01" else 1
    second = plain(form, other)
    file = received(tmp_path / "r.xlsx", form, plain(form), Laid(f"{form} (2)", second.grid, {}))
    assert "duplicate_row" in {one.code for one in file.problems}
    assert [dict(record.values) for record in records(file)] == READ_AS[form]


# Sheet names


def _names(form: str) -> list[str]:
    short = form.removeprefix("B")
    long, bare = (short, short[1:])
    return [
        form,
        form.lower(),
        f"Biểu {long}",
        f"B.{long}",
        f"BIEU SO {bare} ",
        f"Biểu số {long}",
        f"{long}-PCMBN-X",
        f"Biểu {bare}",
        f"{form} (2)",
        unicodedata.normalize("NFD", f"Biểu {long}"),
        "Sheet1",
        "Dữ liệu",
    ]


@pytest.mark.parametrize(("form", "name"), [(form, name) for form in FORM_CODES for name in _names(form)])
def test_a_sheet_is_found_by_its_name_or_its_header(tmp_path: Path, form: str, name: str) -> None:
    """Folded; a name that says nothing leaves it to the labels."""
    laid = plain(form)
    laid = Laid(name, laid.grid, laid.at)
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_form
@pytest.mark.parametrize("other", ["B02", "B07"])
def test_the_header_decides_when_the_name_is_of_another_form(tmp_path: Path, form: str, other: str) -> None:
    """A sheet copied and not renamed."""
    laid = plain(form)
    laid = Laid(other, laid.grid, laid.at)
    if {form, other} <= set(CODED):
        pytest.skip("both headers are there: the name decides")
    assert_same(received(tmp_path / "r.xlsx", form, laid), form, laid)


@every_form
def test_other_sheets_do_not_matter(tmp_path: Path, form: str) -> None:
    """A guide, a cover, an empty sheet."""
    guide: Grid = [["HƯỚNG DẪN"], ["Cột", "Giải thích"], ["Tổng số", "ghi số người"]]
    laid = plain(form)
    cover: Grid = [["BÁO CÁO"]]
    sheets = [("Bìa", cover), ("TTC", ttc(form)), ("Hướng dẫn", guide), (form, laid.grid), ("Sheet3", [])]
    assert_same(understand(write(tmp_path / "r.xlsx", sheets), "r.xlsx"), form, laid)


# TTC in the same disguises


def _key(file: Received) -> tuple[object, ...]:
    (one,) = file.returns
    return one.unit, one.agency, one.period, one.kind, one.year, one.revision, one.status


def _ttc_layouts() -> dict[str, Callable[[Grid], Grid]]:
    def laid(change: Callable[[Laid], Laid]) -> Callable[[Grid], Grid]:
        return lambda grid: change(Laid("TTC", grid, {})).grid

    spelt = {
        f"labels: {name}": laid(lambda one, change=change: relabelled(one, change))  # type: ignore[misc]
        for name, change in SPELLINGS.items()
    }
    return {
        **spelt,
        "lower": laid(lambda one: down(one, 8, TITLES)),
        "at row 39": laid(lambda one: down(one, 38, TITLES)),
        "further right": laid(lambda one: right(one, 2)),
        "other order": laid(lambda one: moved(one, {}, {0: 2, 1: 0, 2: 1})),
        "numbered columns": laid(lambda one: spread(one, [["A", "B", "1"]])),
        "blank rows": laid(lambda one: spread(one, [[], []])),
        "header on each page": laid(lambda one: spread(one, [["Mã", "Nội dung", "Giá trị"]])),
        "running numbers": laid(lambda one: with_column(one, 0, "STT", range(1, 20))),
        "guide beside": laid(lambda one: with_column(one, 3, "Hướng dẫn", ["ghi theo mẫu"] * 3)),
        "signed below": laid(lambda one: after(one, SIGNATURES["two signers"])),
        "last line first": laid(lambda one: moved(one, {n: len(one.grid) - n for n in range(1, len(one.grid))}, {})),
        "codes in small letters": lambda grid: [grid[0], *([str(row[0]).lower(), *row[1:]] for row in grid[1:])],
    }


@pytest.mark.parametrize("layout", _ttc_layouts())
def test_ttc_is_read_however_it_is_laid_out(tmp_path: Path, layout: str) -> None:
    """By code, under its header."""
    expected = _key(received(tmp_path / "plain.xlsx", "B04", plain("B04")))
    heading = _ttc_layouts()[layout](ttc("B04"))
    file = received(tmp_path / "r.xlsx", "B04", plain("B04"), heading=heading)
    assert _key(file) == expected
    assert {one.code for one in file.problems} <= {"unknown_column"}
    assert PREPARER not in repr(file)


@pytest.mark.parametrize("name", ["TTC", "ttc", " TTC ", "Thông tin chung", "THONG TIN CHUNG", "Sheet1", "Trang 1"])
def test_ttc_is_found_by_its_name_or_its_header(tmp_path: Path, name: str) -> None:
    """As any other sheet."""
    sheets = [(name, ttc("B04")), ("B04", plain("B04").grid)]
    file = understand(write(tmp_path / "r.xlsx", sheets), "r.xlsx")
    assert (file.problems, file.status) == ([], Status.ACCEPTED)


# What Excel knows of a cell


def test_a_formula_counts_by_its_last_value(tmp_path: Path) -> None:
    """One saved without a value, and an error, are errors that say so."""
    path = tmp_path / "r.xlsx"
    write(path, [("TTC", ttc("B04")), ("B04", plain("B04").grid)])
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("TTC")
        for number, row in enumerate(ttc("B04")):
            sheet.write_row(number, 0, row)
        sheet = book.add_worksheet("B04")
        sheet.write_row(0, 0, ["Từ ngày", "Loại hoạt động", "Lượt người dự"])
        sheet.write_row(1, 0, ["05/07/2018", "hội nghị"])
        sheet.write_formula(1, 2, "=30+10", None, 40)
        sheet.write_row(2, 0, ["06/07/2018", "hội thi"])
        sheet.write_formula(2, 2, "=A1/0", None, "#DIV/0!")
        sheet.write_row(3, 0, ["07/07/2018", "hội thi"])
        sheet.write_formula(3, 2, "=#REF!+1", None, "#REF!")
    file = understand(path, "r.xlsx")
    found = [(one.code, one.cell, one.found) for one in file.problems]
    assert found == [("error_value", "C3", "#DIV/0!"), ("error_value", "C4", "#REF!")]
    assert [(record.row, record.values["attendances"]) for record in records(file)] == [(2, 40)]


def test_a_formula_saved_without_a_value_is_an_error(tmp_path: Path) -> None:
    """As a program writes it that does not calculate."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, grid in (("TTC", ttc("B04")), ("B04", [["Từ ngày", "Loại hoạt động", "Lượt người dự"]])):
        sheet = book.create_sheet(name)
        for row in grid:
            sheet.append(row)
    book["B04"].append(["05/07/2018", "hội nghị", "=30+10"])
    book["B04"].append(["06/07/2018", "hội thi", 5])
    book.save(tmp_path / "r.xlsx")
    file = understand(tmp_path / "r.xlsx", "r.xlsx")
    assert [(one.code, one.cell) for one in file.problems] == [("formula_without_value", "C2")]
    assert [record.row for record in records(file)] == [3]


def _book_with(tmp_path: Path, change: Callable[[openpyxl.Workbook], object]) -> Received:
    path = write(tmp_path / "r.xlsx", [("TTC", ttc("B04")), ("B04", plain("B04").grid)])
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return understand(path, "r.xlsx")


def test_hidden_rows_and_columns_are_read_with_a_warning(tmp_path: Path) -> None:
    """A filter must not change what a unit did."""

    def hide_row(book: openpyxl.Workbook) -> None:
        book["B04"].row_dimensions[3].hidden = True

    def hide_column(book: openpyxl.Workbook) -> None:
        book["B04"].column_dimensions["H"].hidden = True

    for change in (hide_row, hide_column):
        assert_same(_book_with(tmp_path, change), "B04", plain("B04"), "hidden_rows")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_is_warned_of(tmp_path: Path, state: str) -> None:
    """Last year's figures are often there."""

    def hide(book: openpyxl.Workbook) -> None:
        old = book.copy_worksheet(book["B04"])
        old.title = "Biểu 04 (cũ)"
        old.sheet_state = "hidden" if state == "hidden" else "veryHidden"

    assert_same(_book_with(tmp_path, hide), "B04", plain("B04"), "hidden_sheet")


def test_struck_through_text_is_read_with_a_warning(tmp_path: Path) -> None:
    """It may have been meant as deleted: somebody must ask."""

    def strike(book: openpyxl.Workbook) -> None:
        book["B04"]["G2"].font = Font(strike=True)

    file = _book_with(tmp_path, strike)
    assert_same(file, "B04", plain("B04"), "value_struck")
    assert file.problems[0].cell == "G2"


@pytest.mark.parametrize("since_1904", [False, True])
def test_a_serial_is_a_day_of_the_date_system_of_its_workbook(tmp_path: Path, since_1904: bool) -> None:
    """The cell lost its date format: 05/07/2018 is 43286, and 41824 in a workbook that starts with 1904."""
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": since_1904}) as book:
        for name, grid in (("TTC", ttc("B04")), ("B04", [["Từ ngày", "Loại hoạt động"]])):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
        sheet.write_row(1, 0, [41824 if since_1904 else 43286, "hội nghị"])
    file = understand(path, "r.xlsx")
    assert file.problems == []
    assert [f"{record.values['from_date']}" for record in records(file)] == ["2018-07-05"]


# Days of the rows


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [("07/05/2019", ""), ("03/12/2017", ""), ("12/03/2018", "03/12/2018"), ("31/01/2018", "")],
)
def test_a_day_outside_the_period_proposes_its_twin_where_that_falls_inside(
    tmp_path: Path, typed: str, proposed: str
) -> None:
    """Only the swapped day and month are ever proposed, and the row is refused all the same."""
    heading = ttc("B04", T05="đợt", T06="01/06/2018", T07="31/12/2018")
    rows: Grid = [["Từ ngày", "Loại hoạt động"], [typed, "hội nghị"], ["05/07/2018", "hội thi"]]
    file = received(tmp_path / "r.xlsx", "B04", Laid("B04", rows, {}), heading=heading)
    (one,) = file.problems
    assert (one.code, one.cell, one.facts["proposed"]) == ("row_outside_period", "A2", proposed)
    assert [record.row for record in records(file)] == [3]
