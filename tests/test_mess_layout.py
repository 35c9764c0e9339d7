"""Kinds of mess 18 to 35 that no other test shows: what is blank, what stands beside the cell, what only looks."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from layouts import READ_AS, Cell, Facts, Laid, plain, received, ttc, write
from tracker.returns import Received, Status
from tracker.understand import understand


def facts(found: Received, form: str) -> list[Facts]:
    filings = {filing.form: filing for filing in found.returns[0].filings}
    return [
        {name: value for name, value in record.values.items() if value is not None}
        for record in filings[form].records
    ]


def laid(form: str, grid: list[list[Cell]]) -> Laid:
    return Laid(form, grid, {})


def test_a_blank_is_no_zero(tmp_path: Path) -> None:
    """An empty line is missing; a 0 is an answer."""
    grid = plain("B01").grid
    grid[3][3], grid[4][3], grid[4][4] = None, 0, None
    (said,) = facts(received(tmp_path / "r.xlsx", "B01", laid("B01", grid)), "B01")
    assert "copies_leaflet" not in said
    assert said["population"] == 0


def test_an_answer_in_the_column_of_notes_is_not_taken(tmp_path: Path) -> None:
    """The line stays unanswered, and what stands beside it is no figure."""
    grid = plain("B01").grid
    grid[4][3], grid[4][4], grid[4][5] = None, None, 12000
    (said,) = facts(received(tmp_path / "r.xlsx", "B01", laid("B01", grid)), "B01")
    assert "population" not in said
    assert 12000 not in said.values()


@pytest.mark.parametrize("unit", ["nghìn người", "Ngàn người", "1000 người", "1.000 người"])
def test_a_line_in_thousands_is_asked_about(tmp_path: Path, unit: str) -> None:
    """5 nghìn người are not 5 people, and what is meant is typed in full."""
    grid = plain("B01").grid
    place = next(number for number, row in enumerate(grid) if row[1] == "0201")
    grid[place][2:5] = [unit, 12, None]
    file = received(tmp_path / "r.xlsx", "B01", laid("B01", grid))
    assert [(one.code, one.cell) for one in file.problems] == [("not_a_count", f"D{place + 1}")]
    assert "population" not in facts(file, "B01")[0]


@pytest.mark.parametrize(
    "over",
    [
        "Đơn vị tính: nghìn người",
        "(ĐVT: 1.000 người)",
        "Đơn vị: Ngàn người",
        "ĐVT: nghìn",
        "Đơn vị tính: |Nghìn người",
    ],
)
@pytest.mark.parametrize(("form", "row", "column"), [("B01", "0201", 3), ("B00", "00292", 7)])
def test_a_table_in_thousands_is_asked_about(tmp_path: Path, form: str, row: str, column: int, over: str) -> None:
    """The unit stands over the headings, where the printed form has its titles, in one cell or in two."""
    grid: list[list[Cell]] = [[None, None, *over.split("|")], [], *plain(form).grid]
    place = next(number for number, cells in enumerate(grid) if row in cells)
    found = received(tmp_path / "r.xlsx", form, laid(form, grid))
    assert ("not_a_count", f"{'ABCDEFGH'[column]}{place + 1}") in [(one.code, one.cell) for one in found.problems]
    assert "population" not in [name for said in facts(found, form)[:1] for name in said]


def test_a_unit_under_a_heading_is_that_of_its_column(tmp_path: Path) -> None:
    """Others of the table are as they were, and so is a column with a figure in brackets, which is no unit."""
    head, *rows = plain("B04").grid
    rows[0][head.index("Tờ rơi")] = "(1.000)"
    units: list[Cell] = [f"({'nghìn lượt' if label == 'Lượt người dự' else 'đv'})" for label in head]
    found = received(tmp_path / "r.xlsx", "B04", laid("B04", [head, units, *rows]))
    cells = {one.cell[0] for one in found.problems if one.code == "not_a_count"}
    assert cells == {"H", "M"}
    assert len([one for one in found.problems if one.cell[0] == "M"]) == 1


def test_the_total_of_figures_in_thousands_is_not_held_against_them(tmp_path: Path) -> None:
    """None of them is read, so that nothing is known of their sum."""
    head, *rows = plain("B04").grid
    total: list[Cell] = ["Tổng số", *[None] * 6, 99]
    found = received(tmp_path / "r.xlsx", "B04", laid("B04", [["ĐVT: nghìn lượt"], [], head, *rows, total]))
    assert {one.code for one in found.problems} == {"not_a_count"}


@pytest.mark.parametrize("over", ["ĐVT: người", "ĐVT: triệu đồng, người", "Đơn vị báo cáo: Nghìn", "Nghìn người"])
def test_a_plain_unit_over_a_table_changes_nothing(tmp_path: Path, over: str) -> None:
    """Money is counted in millions, and no form asks for it."""
    found = received(tmp_path / "r.xlsx", "B01", laid("B01", [[over], [], *plain("B01").grid]))
    assert facts(found, "B01") == READ_AS["B01"]


def test_a_unit_over_a_table_is_that_of_what_it_names(tmp_path: Path) -> None:
    """Thousands of persons are not thousands of leaflets."""
    found = received(tmp_path / "r.xlsx", "B01", laid("B01", [["ĐVT: nghìn người"], [], *plain("B01").grid]))
    (said,) = facts(found, "B01")
    assert "copies_leaflet" in said
    assert "population" not in said


@pytest.mark.parametrize(("unit", "codes"), [("nghìn tờ", ["not_a_count"]), ("triệu đồng", []), ("tờ", [])])
def test_a_quantity_in_thousands_is_asked_about(tmp_path: Path, unit: str, codes: list[str]) -> None:
    """B08 says in each row what is counted, whatever stands over the table."""
    grid: list[list[Cell]] = [["ĐVT: nghìn người"], [], *plain("B08").grid[:1], ["Tờ gấp", 5, unit]]
    found = received(tmp_path / "r.xlsx", "B08", laid("B08", grid))
    assert [one.code for one in found.problems] == codes


def test_an_inserted_line_with_a_figure_is_said_not_to_be_read(tmp_path: Path) -> None:
    """It has no code; a heading among the lines has no figure, and a total says that it is one."""
    grid = plain("B01").grid
    grid[3:3] = [["Trong đó: học sinh", None, "người", 300, None, None], ["I. Dân số"], ["Cộng", None, None, 9]]
    file = received(tmp_path / "r.xlsx", "B01", laid("B01", grid))
    assert [(one.code, one.cell) for one in file.problems] == [("unknown_row", "B4")]


def test_what_stands_in_a_comment_is_not_read(tmp_path: Path) -> None:
    """A bubble with the real number leaves the cell as it is."""
    path = write(tmp_path / "r.xlsx", [("TTC", ttc("B08")), ("B08", plain("B08").grid)])
    book = openpyxl.load_workbook(path)
    book["B08"]["B2"].comment = Comment("Số đúng là 900", "x")
    book["B08"]["B9"].comment = Comment("17", "x")
    book.save(path)
    found = understand(path, "r.xlsx")
    assert found.status is Status.ACCEPTED
    assert facts(found, "B08") == READ_AS["B08"]


def test_colours_say_nothing(tmp_path: Path) -> None:
    """A yellow cell is neither missing nor more than it says."""
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        yellow = book.add_format({"bg_color": "yellow"})
        for name, grid in (("TTC", ttc("B08")), ("B08", plain("B08").grid)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row, yellow)
            sheet.write_blank(20, 2, None, yellow)
    found = understand(path, "r.xlsx")
    assert found.status is Status.ACCEPTED
    assert facts(found, "B08") == READ_AS["B08"]


@pytest.mark.parametrize("label", ["Cộng thôn 1", "Tổng tổ dân phố số 3", "Cộng khu 2"])
def test_a_subtotal_of_a_hamlet_is_not_added(tmp_path: Path, label: str) -> None:
    """It is known by its first cell."""
    grid = plain("B04").grid
    total: list[Cell] = [None] * len(grid[0])
    total[0], total[6] = label, 2
    found = received(tmp_path / "r.xlsx", "B04", laid("B04", [*grid[:2], total, *grid[2:]]))
    assert found.status is Status.ACCEPTED
    assert facts(found, "B04") == READ_AS["B04"]
