"""However an office lays a form out, it says the same: the plain return's records, each figure at its own cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from layouts import (
    CODED,
    FORM_CODES,
    HEADERS,
    PREPARER,
    ROWS,
    SIGNATURES,
    TABLES,
    TITLES,
    Cell,
    Grid,
    Laid,
    after,
    assert_same,
    down,
    moved,
    numbers,
    plain,
    received,
    records,
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
from tracker.returns import Received, Status
from tracker.understand import understand

every_form = pytest.mark.parametrize("form", FORM_CODES)
every_table = pytest.mark.parametrize("form", TABLES)


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


@pytest.mark.parametrize(
    ("form", "other"),
    # of two row-coded forms each holds the other's headings: there the name decides
    [(form, other) for form in FORM_CODES for other in ("B02", "B07") if not {form, other} <= set(CODED)],
)
def test_the_header_decides_when_the_name_is_of_another_form(tmp_path: Path, form: str, other: str) -> None:
    """A sheet copied and not renamed."""
    laid = plain(form)
    laid = Laid(other, laid.grid, laid.at)
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
