"""What Excel knows of a cell: formulas, errors, hidden and struck-through cells, the date system; days outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from layouts import (
    Grid,
    Laid,
    assert_same,
    plain,
    received,
    records,
    ttc,
    write,
)
from tracker.returns import Received
from tracker.understand import understand

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


def test_a_cell_merged_down_over_rows_is_said_of_each(tmp_path: Path) -> None:
    """A date and a kind are; a count stands once, in its first row, and is not multiplied."""
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("TTC")
        for number, row in enumerate(ttc("B04")):
            sheet.write_row(number, 0, row)
        sheet = book.add_worksheet("B04")
        sheet.write_row(0, 0, ["Từ ngày", "Loại hoạt động", "Số cuộc", "Tờ rơi"])
        sheet.merge_range("A2:A4", "05/07/2018")
        sheet.merge_range("B2:B3", "hội nghị")
        sheet.merge_range("C2:C4", 5)
        sheet.write("B4", "tọa đàm")
        for number in (1, 2, 3):
            sheet.write(number, 3, 100 * number)
    file = understand(path, "r.xlsx")
    assert file.problems == []
    said = [[record.values.get(name) for name in ("activity", "sessions", "leaflets")] for record in records(file)]
    assert said == [["hội nghị", 5, 100], ["hội nghị", None, 200], ["tọa đàm", None, 300]]
    assert {f"{record.values['from_date']}" for record in records(file)} == {"2018-07-05"}
