"""Kinds of mess 36 to 73 that no other test shows: multiples, other time zones, months without days, typing slips."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

import libreoffice
from layouts import HEADERS, READ_AS, Cell, Laid, assert_same, plain, received, relabelled, ttc, write
from tracker.folding import fold_label
from tracker.forms import FORMS, TTC
from tracker.returns import Received, Status
from tracker.understand import understand

SOFFICE = pytest.mark.needs("soffice")


def codes(path: Path, form: str, row: int, column: int, cell: Cell) -> list[str]:
    """What is said when one cell of the plain return holds something else."""
    grid = plain(form).grid
    grid[row][column] = cell
    return [one.code for one in received(path, form, Laid(form, grid, {})).problems]


@pytest.mark.parametrize("heading", ["Dân số (nghìn người)", "Dân số (1.000 người)", "Dân số [triệu người]"])
def test_a_heading_in_thousands_is_another_column(tmp_path: Path, heading: str) -> None:
    """12 under "nghìn người" is not 12 people: the column is not read and is named."""
    laid = relabelled(plain("B00"), lambda label: heading if label == "Dân số" else label)
    laid.grid[1][7] = 12
    found = received(tmp_path / "r.xlsx", "B00", laid)
    assert "unknown_column" in [one.code for one in found.problems]
    assert all("population" not in record.values for record in found.returns[0].filings[0].records)


@pytest.mark.parametrize("heading", ["Dân số (người)", "Dân số [1]", "Dân số (người, tròn số)"])
def test_a_heading_with_a_plain_unit_is_the_same_column(heading: str) -> None:
    assert fold_label(heading) == "dan so"


@pytest.mark.parametrize("cell", ["75%", "74,8%", 0.748, "0,75", "trung bình 75%"])
def test_a_percentage_is_no_count_and_so_never_averaged(tmp_path: Path, cell: Cell) -> None:
    assert codes(tmp_path / "r.xlsx", "B08", 1, 1, cell) == ["not_a_count"]


PERCENTAGES = [(1, "0%", "100%"), (0.748, "0.00%", "74,8%"), (12, "0.0 %", "1200%"), (0.5, "[Red]0%;-0%", "50%")]
NO_PERCENTAGES = [(0, "0%"), (5, "General"), (75, '0"%"'), (60, "0\\%")]


@pytest.mark.parametrize("kind", ["xlsx", pytest.param("xls", marks=SOFFICE), pytest.param("ods", marks=SOFFICE)])
def test_a_number_that_is_shown_as_a_percentage_is_no_count(tmp_path: Path, kind: str) -> None:
    """100% stands in the file as 1, which is not one person; 0 is none either way."""
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, grid in (("TTC", ttc("B08")), ("B08", plain("B08").grid[:1])):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
        shown = [*((value, code) for value, code, _ in PERCENTAGES), *NO_PERCENTAGES]
        for number, (value, code) in enumerate(shown, start=1):
            sheet.write_string(number, 0, f"Chỉ số {number}")
            sheet.write_number(number, 1, value, book.add_format({"num_format": code}))
    copy = path if kind == "xlsx" else libreoffice.convert(path, kind, tmp_path)
    found = understand(copy, copy.name)
    assert [(one.code, one.found, one.facts["why"]) for one in found.problems] == [
        ("not_a_count", said, "percent") for _, _, said in PERCENTAGES
    ]
    records = found.returns[0].filings[0].records
    assert [one.values["amount"] for one in records] == [value for value, _ in NO_PERCENTAGES]


@pytest.mark.parametrize("cell", ["2018-07-04T17:00:00Z", "2018-07-05T00:00:00+07:00"])
def test_a_time_of_another_zone_is_no_day(tmp_path: Path, cell: str) -> None:
    """Midnight in one zone is the day before in another; nothing is guessed."""
    assert codes(tmp_path / "r.xlsx", "B04", 1, 0, cell) == ["not_a_date"]


@pytest.mark.parametrize("cell", ["T7/2018", "tháng 7", "Quý III", "6 tháng đầu năm", "31/6", "28-30/7", "18-24"])
def test_a_month_is_no_day(tmp_path: Path, cell: str) -> None:
    assert codes(tmp_path / "r.xlsx", "B04", 1, 0, cell) == ["not_a_date"]


def begun_on(path: Path, cell: str, first: str, last: str) -> Received:
    """A return of the days from first to last with one activity that begins on what the cell says."""
    heading = ttc("B04", T05="đợt", T06=first, T07=last, T08=2024)
    return received(path, "B04", Laid("B04", [[*HEADERS["B04"]], [cell, None, "hội nghị"]], {}), heading=heading)


@pytest.mark.parametrize("cell", ["30/9", "30-9", "30.9", "ngày 30 tháng 9", "30 tháng 9", "ngày 30/9", "30 – 9."])
@pytest.mark.parametrize("first", ["15/12/2023", "01/07/2024"])
def test_a_day_without_a_year_is_the_one_of_its_period(tmp_path: Path, first: str, cell: str) -> None:
    """A row lies in the period of its return, so only one year can be meant; it is told all the same."""
    found = begun_on(tmp_path / "r.xlsx", cell, first, "30/09/2024")
    (told,) = found.problems
    assert (told.code, told.cell, told.facts["value"]) == ("value_repaired", "A2", "30/09/2024")
    assert found.returns[0].filings[0].records[0].values["from_date"] == date(2024, 9, 30)


@pytest.mark.parametrize(("first", "last"), [("01/10/2023", "29/09/2024"), ("01/09/2023", "30/09/2024")])
def test_a_day_without_a_year_is_asked_about_where_none_or_two_would_do(
    tmp_path: Path, first: str, last: str
) -> None:
    (told,) = begun_on(tmp_path / "r.xlsx", "30/9", first, last).problems
    assert (told.code, told.facts["why"]) == ("not_a_date", "no_year")


def test_a_day_that_may_lie_outside_the_period_needs_its_year(tmp_path: Path) -> None:
    """A model may have been founded in any year."""
    assert codes(tmp_path / "r.xlsx", "B02", 1, 6, "5/3") == ["not_a_date"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("treo băng rôm panoo", "treo băng rôn pano"), ("mít tin", "mít tinh"), ("hội ngị", "hội nghị")],
)
def test_a_typing_slip_in_a_list_names_what_was_meant(tmp_path: Path, typed: str, meant: str) -> None:
    """And is not taken for it."""
    grid = plain("B04").grid
    grid[1][2] = typed
    (problem,) = received(tmp_path / "r.xlsx", "B04", Laid("B04", grid, {})).problems
    assert (problem.code, problem.facts["nearest"]) == ("not_in_list", meant)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("Đ", "\u00d0").replace("đ", "\u00f0"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: "\u200b".join(text),
        lambda text: text.replace("a", "\u0430").replace("o", "\u043e"),
        lambda text: f"\t{text}\n",
        lambda text: text.replace("oà", "òa").replace("oá", "óa"),
    ],
    ids=["NFD", "Icelandic", "hard spaces", "zero width", "Cyrillic", "tabs", "tone"],
)
def test_letters_of_another_make_say_the_same(tmp_path: Path, change: object) -> None:
    """In the headings and in the cells of lists, yes-no answers and dates."""
    assert callable(change)
    grid = [[change(cell) if isinstance(cell, str) else cell for cell in row] for row in plain("B04").grid]
    path = write(tmp_path / "r.xlsx", [("TTC", ttc("B04")), ("B04", grid)])
    found = understand(path, "r.xlsx")
    assert found.status is Status.ACCEPTED, found.problems
    said = [
        {name: value for name, value in record.values.items() if value is not None and name != "audience"}
        for record in found.returns[0].filings[0].records
    ]
    assert said == [{name: value for name, value in row.items() if name != "audience"} for row in READ_AS["B04"]]


@pytest.mark.parametrize("form", ["B01", "B05", "B07"])
@pytest.mark.parametrize("mark", ["\u200b", "\u200e", "\u202c", "\ufeff", "\u00a0", "'"], ids=ascii)
def test_a_code_is_found_whatever_stands_unseen_beside_it(tmp_path: Path, form: str, mark: str) -> None:
    """Codes of rows and of TTC are copied from letters and chats; a row must not be lost for what nobody sees."""
    codes = FORMS[form].row_codes | TTC.row_codes
    laid = plain(form)
    grid, head = (
        [[f"{mark}{c}" if c in codes else c for c in row] for row in rows] for rows in (laid.grid, ttc(form))
    )
    path = write(tmp_path / "r.xlsx", [("TTC", head), (form, grid)])
    assert_same(understand(path, "r.xlsx"), form, laid)


def test_a_number_too_great_for_a_share_is_left_for_what_it_may_be(tmp_path: Path) -> None:
    """An identity number is found whatever its cell looks like."""
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, grid in (("TTC", ttc("B08")), ("B08", plain("B08").grid)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
        sheet.write_number(1, 5, 123456789012, book.add_format({"num_format": "0%"}))
    assert [one.code for one in understand(path, "r.xlsx").problems] == ["personal_data_sheet"]
