"""A CSV carries one form of many units: each key is one return, accepted or rejected alone."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from layouts import FILERS, FORM_CODES, HEADERS, NOTED, READ_AS, ROWS, YEAR, Cell, without_marks
from tracker.intake import tcvn3
from tracker.period import Period, year_of
from tracker.reading import raw_text
from tracker.returns import Received, Return, Status
from tracker.understand import understand

KEY = ("Mã đơn vị", "Từ ngày", "Đến ngày")
OPTIONAL = ("Cơ quan báo cáo", "Mã cơ quan báo chí", "Loại kỳ", "Lần báo cáo")
Rows = Sequence[Sequence[Cell]]

BRIEF = (*KEY, "Từ ngày", "Loại hoạt động", "Số cuộc")
"""B04 with only what it needs."""

every_form = pytest.mark.parametrize("form", FORM_CODES)


def cells(*of_row: Cell) -> list[Cell]:
    return list(of_row)


def text_of(rows: Rows, separator: str = ",") -> str:
    """As Excel saves it: quotes only where they are needed, lines that end in CR LF."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([["" if cell is None else raw_text(cell) for cell in row] for row in rows])
    return file.getvalue()


def read(tmp_path: Path, data: bytes | str | Rows) -> Received:
    if isinstance(data, str):
        data = data.encode()
    elif not isinstance(data, bytes):
        data = text_of(data).encode()
    path = tmp_path / "return.csv"
    path.write_bytes(data)
    return understand(path, "return.csv")


def sheet(form: str) -> Rows:
    """The sample of a form with every column of the key."""
    unit, agency = FILERS[form]
    key = (unit, *YEAR, agency, None, "năm", 1)
    return [(*KEY, *OPTIONAL, *HEADERS[form]), *((*key, *row) for row in ROWS[form])]


def said(one: Return) -> list[dict[str, object]]:
    (filing,) = one.filings
    return [dict(record.values) for record in filing.records]


def assert_sample(file: Received, form: str, *codes: str) -> None:
    assert sorted(one.code for one in file.problems) == sorted([*codes, *NOTED.get(form, [])])
    (one,) = file.returns
    assert (one.unit, one.agency, one.period, one.revision) == (*FILERS[form], year_of(2018), 1)
    assert said(one) == READ_AS[form]
    assert file.status is Status.ACCEPTED


# The file


@every_form
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_of_four_separators_will_do(tmp_path: Path, form: str, separator: str) -> None:
    """Comma, semicolon, tab, bar."""
    assert_sample(read(tmp_path, text_of(sheet(form), separator)), form)


def in_cp1258(text: str) -> bytes:
    """As Windows types it: the letter with its hat composed, the tone after it."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", letter)
            tones = "".join(c for c in marks[1:] if c in "\u0300\u0301\u0303\u0309\u0323")
            hats = "".join(c for c in marks[1:] if c not in tones)
            out += (unicodedata.normalize("NFC", marks[0] + hats) + tones).encode("cp1258")
    return out


TCVN3 = {letter: bytes([byte]) for byte, letter in tcvn3.PAIRS.items()}


def in_tcvn3(text: str) -> bytes:
    """Capitals with marks have no code of their own: typed in small letters."""
    letters = (c if c in TCVN3 or c.isascii() else c.lower() for c in unicodedata.normalize("NFC", text))
    return b"".join(TCVN3.get(letter) or letter.encode("cp1252") for letter in letters)


@every_form
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_needs_no_note(tmp_path: Path, form: str, encoding: str) -> None:
    """With or without a mark at its beginning."""
    assert_sample(read(tmp_path, text_of(sheet(form)).encode(encoding)), form)


@every_form
def test_windows_1258_is_read_with_a_warning(tmp_path: Path, form: str) -> None:
    """The same answers to the letter."""
    assert_sample(read(tmp_path, in_cp1258(text_of(sheet(form), ";"))), form, "legacy_encoding")


@every_form
def test_tcvn3_is_read_with_a_warning(tmp_path: Path, form: str) -> None:
    """The same answers but for the case of letters, which the font decides there."""
    file = read(tmp_path, in_tcvn3(text_of(sheet(form), ";")))
    assert "legacy_encoding" in {one.code for one in file.problems}
    assert [one for one in file.problems if one.is_error] == []
    (one,) = file.returns
    lower = [{k: v.lower() if isinstance(v, str) else v for k, v in row.items()} for row in said(one)]
    assert lower == [{k: v.lower() if isinstance(v, str) else v for k, v in row.items()} for row in READ_AS[form]]


@every_form
def test_letters_in_parts_and_labels_without_marks_will_do(tmp_path: Path, form: str) -> None:
    """As macOS writes it, and as a machine without a keyboard for it."""
    rows = list(sheet(form))
    assert_sample(read(tmp_path, unicodedata.normalize("NFD", text_of(rows))), form)
    rows[0] = [without_marks(str(label)).upper() for label in rows[0]]
    assert_sample(read(tmp_path, rows), form)


@every_form
def test_each_figure_knows_its_cell_and_raw_text(tmp_path: Path, form: str) -> None:
    """A1 is the first cell of the file."""
    (one,) = read(tmp_path, sheet(form)).returns
    rows = list(sheet(form))
    for record in one.filings[0].records:
        for name, origin in record.origins.items():
            letters, digits = origin.cell.rstrip("0123456789"), origin.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            column = sum((ord(c) - 64) * 26**n for n, c in enumerate(reversed(letters))) - 1
            assert raw_text(rows[int(digits) - 1][column] or 0) == origin.raw, (name, origin)


def test_cells_are_named_as_excel_would(tmp_path: Path) -> None:
    """A line break or a separator inside quotes moves no row and no column."""
    rows: Rows = [
        ["Đơn vị: \nphòng Nội vụ, quận"],
        [],
        BRIEF,
        ["00292", *YEAR, "05/07/2018", "hội nghị", 3],
        [],
        ["00292", *YEAR, "ngày 06\ntháng 7 năm 2018", "hội\nnghị", "1,5"],
    ]
    file = read(tmp_path, rows)
    assert [(one.code, one.sheet, one.cell) for one in file.problems] == [("not_a_count", "", "F6")]
    (filing,) = file.returns[0].filings
    assert [(r.row, r.origins["sessions"].cell) for r in filing.records] == [(4, "F4")]


def test_the_line_that_names_the_separator_is_no_row(tmp_path: Path) -> None:
    """Excel obeys it and does not show it."""
    text = "sep=;\r\n" + text_of([BRIEF, ["00292", *YEAR, "05/07/2018", "hội nghị", "x"]], ";")
    assert [one.cell for one in read(tmp_path, text).problems] == ["F2"]


def test_titles_may_stand_above_the_header(tmp_path: Path) -> None:
    """Within the first 40 rows."""
    rows: list[Sequence[Cell]] = [["BÁO CÁO"], *[[]] * 37, ["tổng hợp"], BRIEF]
    rows.append(["00292", *YEAR, "05/07/2018", "hội nghị", 3])
    (one,) = read(tmp_path, rows).returns
    assert one.filings[0].records[0].origins["sessions"].cell == "F41"


# The columns of the key


@every_form
def test_the_optional_columns_may_be_left_out(tmp_path: Path, form: str) -> None:
    """Each has its default, without a warning: UBND, what the dates fit, the first time."""
    unit, _ = FILERS[form]
    file = read(tmp_path, [(*KEY, *HEADERS[form]), *((unit, *YEAR, *row) for row in ROWS[form])])
    assert [one.code for one in file.problems] == NOTED.get(form, [])
    (one,) = file.returns
    assert (one.agency, one.outlet, one.kind.value, one.revision) == ("UBND", "", "năm", 1)
    assert said(one) == READ_AS[form]


@pytest.mark.parametrize("order", [(6, 5, 4, 3, 2, 1, 0), (2, 0, 1, 3, 4, 5, 6), (3, 4, 5, 6, 0, 1, 2)])
@every_form
def test_the_columns_of_the_key_may_stand_in_any_order(tmp_path: Path, form: str, order: tuple[int, ...]) -> None:
    """Before the form's; of B04 the first "Từ ngày" is the key's, the second the row's."""
    rows = [[*(row[n] for n in order), *reversed(row[7:])] for row in sheet(form)]
    if form == "B04":
        rows = [[*(row[n] for n in order), *row[7:]] for row in sheet(form)]
    assert_sample(read(tmp_path, rows), form)


def test_the_days_of_the_key_and_of_the_row_are_told_apart(tmp_path: Path) -> None:
    """B04 has both a period and days of its own."""
    rows: Rows = [
        (*KEY, "Từ ngày", "Đến ngày", "Loại hoạt động"),
        ("00292", *YEAR, "05/07/2018", "06/07/2018", "hội thi"),
    ]
    (one,) = read(tmp_path, rows).returns
    assert one.period == Period(date(2018, 1, 1), date(2018, 12, 31))
    assert said(one) == [{"from_date": date(2018, 7, 5), "to_date": date(2018, 7, 6), "activity": "hội thi"}]


def _brief(**more: Cell) -> tuple[tuple[str, ...], list[Cell]]:
    """Header and row of B04 with further columns of the key."""
    return (*KEY, *more, *BRIEF[3:]), ["00292", *YEAR, *more.values(), "05/07/2018", "hội nghị", 3]


@pytest.mark.parametrize(
    ("column", "typed", "field", "value"),
    [
        ("Cơ quan báo cáo", "CA", "agency", "CA"),
        ("Cơ quan báo cáo", "công an", "agency", "CA"),
        ("Cơ quan báo cáo", "", "agency", "UBND"),
        ("Loại kỳ", "đợt", "kind", "đợt"),
        ("Loại kỳ", "NĂM", "kind", "năm"),
        ("Lần báo cáo", "3", "revision", 3),
        ("Lần báo cáo", "", "revision", 1),
    ],
)
def test_what_the_optional_columns_say(tmp_path: Path, column: str, typed: str, field: str, value: object) -> None:
    """As TTC would."""
    file = read(tmp_path, _brief(**{column: typed}))
    assert file.problems == []
    assert getattr(file.returns[0], field) == value


def test_an_outlet_is_read_where_the_press_reports(tmp_path: Path) -> None:
    """The code of the press agency is a part of the key only then."""
    header = (*KEY, "Cơ quan báo cáo", "Mã cơ quan báo chí", "Ngày đăng", "Nhóm phương tiện")
    rows: Rows = [
        header,
        ["01", *YEAR, "BC", "HN01", "05/07/2018", "Zalo"],
        ["01", *YEAR, "TTTT", "HN01", "05/07/2018", "Zalo"],
    ]
    file = read(tmp_path, rows)
    assert [(one.agency, one.outlet) for one in file.returns] == [("BC", "HN01"), ("TTTT", "")]


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        ("Cơ quan báo cáo", "đội bóng", "not_in_list"),
        ("Loại kỳ", "tuần", "not_in_list"),
        ("Lần báo cáo", "lần đầu", "not_a_count"),
        ("Lần báo cáo", "0", "not_a_count"),
    ],
)
def test_a_cell_of_the_key_that_cannot_be_read_is_named(tmp_path: Path, column: str, typed: str, code: str) -> None:
    """At its cell, with what stands there."""
    file = read(tmp_path, _brief(**{column: typed}))
    assert [(one.code, one.cell, one.found) for one in file.problems] == [(code, "D2", typed)]
    assert file.status is not Status.ACCEPTED


def test_a_number_of_the_key_that_may_be_two_says_what_to_type(tmp_path: Path) -> None:
    """As for any other count."""
    [one] = read(tmp_path, _brief(**{"Lần báo cáo": "1,000"})).problems
    assert (one.code, one.facts["why"], one.facts["try"]) == ("not_a_count", "comma", "1000")


@pytest.mark.parametrize("typed", ["đội bóng", "0"])
def test_what_cannot_be_placed_is_refused(tmp_path: Path, typed: str) -> None:
    """An agency or a revision that cannot be read leaves no key."""
    column = "Lần báo cáo" if typed == "0" else "Cơ quan báo cáo"
    file = read(tmp_path, _brief(**{column: typed}))
    assert [one.status for one in file.returns] == [Status.REJECTED]
    assert file.status is Status.REJECTED


@pytest.mark.parametrize("absent", KEY)
def test_without_who_or_when_it_is_no_return(tmp_path: Path, absent: str) -> None:
    """The three leading columns are required."""
    header = [*KEY, *HEADERS["B02"]]
    row = ["00292", *YEAR, *ROWS["B02"][0]]
    place = header.index(absent)
    file = read(tmp_path, [[c for n, c in enumerate(line) if n != place] for line in (header, row)])
    assert [one.code for one in file.problems] == ["missing_ttc"]
    assert file.status is Status.REJECTED


def test_a_csv_of_no_form_has_no_header(tmp_path: Path) -> None:
    """Who and when alone say nothing."""
    file = read(tmp_path, [[*KEY, "Số điểm"], ["00292", *YEAR, 5]])
    assert [one.code for one in file.problems] == ["missing_header"]
    assert file.status is Status.REJECTED


def test_an_unknown_column_is_reported_once_however_many_units_there_are(tmp_path: Path) -> None:
    """It is a fault of the file's header, not of each unit."""
    rows: Rows = [
        [*BRIEF, "Thời tiết"],
        *([code, *YEAR, "05/07/2018", "hội thi", 1, "nắng"] for code in ("00292", "00286")),
    ]
    file = read(tmp_path, rows)
    assert [(one.code, one.cell) for one in file.problems] == [("unknown_column", "G1")]
    assert file.status is Status.ACCEPTED


# Many units


def _units(rows: Mapping[str, Sequence[Cell]]) -> Rows:
    return [BRIEF, *([code, *YEAR, *cells] for code, cells in rows.items())]


def test_each_key_is_a_return_of_its_own(tmp_path: Path) -> None:
    """Its rows need not stand together."""
    rows: Rows = [
        BRIEF,
        *(cells(code, *YEAR, "05/07/2018", "hội thi", n) for n, code in enumerate(["00292", "00286", "00292"])),
    ]
    file = read(tmp_path, rows)
    assert {one.unit: [r.values["sessions"] for r in one.filings[0].records] for one in file.returns} == {
        "00292": [0, 2],
        "00286": [1],
    }
    assert file.status is Status.ACCEPTED


def test_periods_agencies_and_revisions_make_keys_of_their_own(tmp_path: Path) -> None:
    """The same unit may speak more than once."""
    header = [*KEY, "Cơ quan báo cáo", "Lần báo cáo", *BRIEF[3:]]
    row = cells("05/07/2018", "hội thi", 1)
    rows: Rows = [
        header,
        ["00292", *YEAR, "UBND", 1, *row],
        ["00292", *YEAR, "UBND", 2, *row],
        ["00292", *YEAR, "CA", 1, *row],
        ["00292", "01/07/2018", "31/07/2018", "UBND", 1, *row],
    ]
    file = read(tmp_path, rows)
    assert [(one.agency, one.revision, one.kind.value) for one in file.returns] == [
        ("UBND", 1, "năm"),
        ("UBND", 2, "năm"),
        ("CA", 1, "năm"),
        ("UBND", 1, "tháng"),
    ]


def test_keys_that_say_the_same_are_one(tmp_path: Path) -> None:
    """Days written otherwise, a default left blank or written out."""
    header = [*KEY, "Cơ quan báo cáo", "Loại kỳ", "Lần báo cáo", *BRIEF[3:]]
    row = ["05/07/2018", "hội thi"]
    rows: Rows = [
        header,
        ["00292", "01/01/2018", "31/12/2018", "", "", "", *row, 1],
        ["00292", "1-1-18", "31.12.2018", "UBND", "năm", 1, *row, 2],
        ["00292", "ngày 01 tháng 01 năm 2018", "31/12/18", "ubnd", "", "01", *row, 3],
        ["00292", "1/1/2018", "31/12/2018", "", "Năm", 1, *row, 4],
    ]
    (one,) = read(tmp_path, rows).returns
    assert [r.values["sessions"] for r in one.filings[0].records] == [1, 2, 3, 4]


def test_a_code_with_and_without_its_zeros_is_one_unit(tmp_path: Path) -> None:
    """Excel took them from some of the rows only."""
    rows: Rows = [BRIEF, *(cells(code, *YEAR, "05/07/2018", "hội thi", n) for n, code in enumerate(["00292", "292"]))]
    file = read(tmp_path, rows)
    assert [one.unit for one in file.returns] == ["00292"]


def test_one_unit_is_rejected_and_the_others_stand(tmp_path: Path) -> None:
    """An unknown code, one out of force, a period upside down."""
    row = ("05/07/2018", "hội thi", 1)
    rows: list[Sequence[Cell]] = [
        *_units({"00292": row, "99999": row, "00286": row}),
        ["00001", *reversed(YEAR), *row],
    ]
    file = read(tmp_path, rows)
    assert {one.unit: one.status for one in file.returns} == {
        "00292": Status.ACCEPTED,
        "99999": Status.REJECTED,
        "00286": Status.ACCEPTED,
        "00001": Status.REJECTED,
    }
    assert sorted(one.code for one in file.problems) == ["period_invalid", "unknown_unit"]
    assert file.status is Status.PARTIAL


def test_a_bad_row_refuses_itself_in_its_own_return(tmp_path: Path) -> None:
    """The other row of the unit stands, and so do the other units."""
    rows: list[Sequence[Cell]] = [
        *_units({"00292": ("05/07/2018", "hội thi", "75%"), "00286": ("05/07/2018", "hội thi", 1)})
    ]
    rows.append(["00292", *YEAR, "06/07/2018", "hội thi", 2])
    file = read(tmp_path, rows)
    assert {one.unit: one.status for one in file.returns} == {"00292": Status.PARTIAL, "00286": Status.ACCEPTED}
    assert [(one.code, one.cell) for one in file.problems] == [("not_a_count", "F2")]
    assert {one.unit: len(one.filings[0].records) for one in file.returns} == {"00292": 1, "00286": 1}


def test_all_units_rejected_reject_the_file(tmp_path: Path) -> None:
    """Nothing of it is left."""
    assert read(tmp_path, _units({"99999": ("05/07/2018", "hội thi", 1)})).status is Status.REJECTED


def test_a_unit_may_say_that_nothing_happened(tmp_path: Path) -> None:
    """Beside its key, among units with rows."""
    rows: list[Sequence[Cell]] = [
        *_units({"00292": ("05/07/2018", "hội thi", 1)}),
        ["00286", *YEAR, "Không phát sinh"],
    ]
    file = read(tmp_path, rows)
    assert file.problems == []
    assert {one.unit: one.filings[0].none for one in file.returns} == {"00292": False, "00286": True}


def test_a_note_between_two_units_ends_nothing(tmp_path: Path) -> None:
    """A row that says whose it is, and for when, is read wherever it stands."""
    rows: list[Sequence[Cell]] = [
        *_units({"00292": ("05/07/2018", "hội thi", 1)}),
        [None, None, None, "Ghi chú: bổ sung"],
        *_units({"00286": ("06/07/2018", "hội thi", 2)}),
    ]
    file = read(tmp_path, rows)
    assert {one.unit: len(one.filings[0].records) for one in file.returns} == {"00292": 1, "00286": 1}


def test_a_key_with_nothing_beside_it_is_an_empty_return(tmp_path: Path) -> None:
    """A unit that is listed and says nothing has not answered."""
    rows: list[Sequence[Cell]] = [*_units({"00292": ("05/07/2018", "hội thi", 1)}), ["00286", *YEAR]]
    file = read(tmp_path, rows)
    assert {one.unit: one.status for one in file.returns} == {"00292": Status.ACCEPTED, "00286": Status.REJECTED}
    assert [one.code for one in file.problems] == ["empty_return"]


@pytest.mark.parametrize("rows", [[], [["Ghi chú: đề nghị gửi trước 30/11"]]])
def test_a_heading_without_any_unit_under_it_is_an_empty_return(tmp_path: Path, rows: list[Sequence[Cell]]) -> None:
    """Nobody reports anything in it: not a file that was accepted."""
    file = read(tmp_path, [*_units({}), *rows])
    assert (file.status, file.returns) == (Status.REJECTED, [])
    assert [one.code for one in file.problems] == ["empty_return"]


def test_a_total_row_under_the_units_is_no_unit(tmp_path: Path) -> None:
    """The word stands in the first column, which is the code's."""
    rows: list[Sequence[Cell]] = [
        *_units({"00292": ("05/07/2018", "hội thi", 1)}),
        ["Tổng cộng", None, None, None, None, 1],
    ]
    file = read(tmp_path, rows)
    assert ([one.unit for one in file.returns], file.problems) == (["00292"], [])


def test_a_header_that_comes_again_between_the_units_is_no_unit(tmp_path: Path) -> None:
    """Two files pasted into one."""
    rows = _units({"00292": ("05/07/2018", "hội thi", 1)})
    file = read(tmp_path, [*rows, *_units({"00286": ("05/07/2018", "hội thi", 1)})])
    assert ([one.unit for one in file.returns], file.problems) == (["00292", "00286"], [])


def test_lost_zeros_of_a_code_are_restored_with_a_note(tmp_path: Path) -> None:
    """What Excel makes of a CSV that it opened and saved."""
    file = read(tmp_path, _units({"292": ("05/07/2018", "hội thi", 1)}))
    assert [(one.code, one.form, one.cell, one.found) for one in file.problems] == [
        ("zeros_restored", "B04", "A2", "292")
    ]
    assert file.returns[0].unit == "00292"
    assert file.status is Status.ACCEPTED


def test_lines_of_many_units_in_a_row_coded_form(tmp_path: Path) -> None:
    """Each unit's lines make one record."""
    header = (*KEY, *HEADERS["B01"])
    units = ["00292", "00286", "00271"]
    lines = [[unit, *YEAR, *row] for row in ROWS["B01"] for unit in units]
    file = read(tmp_path, [header, *lines])
    assert [one.unit for one in file.returns] == units
    assert all(said(one) == READ_AS["B01"] for one in file.returns)


@pytest.mark.parametrize("code", ["271", "274", "277", "280"])
def test_a_commune_whose_code_without_zeros_is_a_districts_is_still_the_commune(tmp_path: Path, code: str) -> None:
    """B01 is filed by communes only, so the code of a district there has lost its zeros."""
    file = read(tmp_path, [(*KEY, *HEADERS["B01"]), *([code, *YEAR, *row] for row in ROWS["B01"])])
    assert [one.unit for one in file.returns] == [f"00{code}"]
    assert [one.code for one in file.problems] == ["zeros_restored"]
