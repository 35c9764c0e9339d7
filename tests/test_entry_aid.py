"""`tracker check FILE` on one return, as the officer who filled it in or a district reads it: one screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run, run
from returns_made import YES, Return, activity, b01, model, whole_year, write_book, write_csv

YEAR = whole_year(2018)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A return with something wrong in three forms and on its cover."""
    forms = {
        "B04": [
            activity("10/10/2018", attendances=90_000),
            activity("01/02/2018", kind="hội ngị"),
            activity("05/02/2018", kind="hội ngị"),
            activity("06/02/2018", attendances="khoảng 50 người"),
        ],
        "B02": [model("lồng ghép", host=None)],
        "B01": b01({**YES, "0117": "1,234", "0102": "31/02/2018", "0202": 5000, "0211": (5200, None), "0217": "A"}),
    }
    sent = Return("00271", YEAR, forms, ttc={"T13": "không"})
    return run("check", write_book(tmp_path_factory.mktemp("one") / "xa.xlsx", sent))


def test_it_says_first_whose_return_it_is_and_for_when(said: Run) -> None:
    """Unit with its code, agency, period and revision, then how much is wrong in each form."""
    head, who, counts = said.out.splitlines()[:3]
    assert head.endswith("xa.xlsx: chấp nhận một phần")
    assert who == "  Phường Thanh Nhàn (00271) · Ủy ban nhân dân · kỳ 01/01/2018–31/12/2018 · lần 1"
    assert counts == "  TTC: 1 cảnh báo · B01: 3 lỗi · B02: 1 cảnh báo · B04: 2 lỗi, 1 cảnh báo, 1 ghi chú"


def test_the_forms_come_in_their_order_whatever_the_order_of_the_sheets(said: Run) -> None:
    """The cover sheet first; each form under its name."""
    heads = [line.strip() for line in said.out.splitlines() if " · " in line and ":" not in line and "kỳ" not in line]
    assert heads == [
        "TTC · Thông tin chung",
        "B01 · Tài liệu và người dân được tiếp cận",
        "B02 · Mô hình",
        "B04 · Hoạt động truyền thông",
    ]


def test_within_a_form_errors_come_first_and_cells_row_by_row(said: Run) -> None:
    """As one goes down the sheet; the same thing in two cells is said once."""
    lines = [line.split(":")[0].split() for line in said.out.splitlines() if "[B0" in line and line.startswith("  ")]
    b01_cells = [words[-1] for words in lines if "[B01]" in words[-1]]
    rows = [int(cell.rpartition("D")[2]) for cell in b01_cells]
    assert rows == sorted(rows)
    b04 = [line for line in said.out.splitlines() if "[B04]" in line]
    assert [line.split()[0] for line in b04] == ["lỗi", "cảnh", "ghi"]
    assert "[B04]C3, C4:" in b04[0]


def test_it_ends_with_whether_it_would_be_accepted(said: Run) -> None:
    """The last line is the answer."""
    assert said.out.splitlines()[-1] == "Tệp này chỉ được chấp nhận một phần: phần có lỗi sẽ không được tính."


def test_it_fits_on_a_screen(said: Run) -> None:
    """No line wider than 100 columns, and no more lines than a window shows."""
    lines = said.out.splitlines()
    assert max(map(len, lines[1:])) <= 100
    assert len(lines) <= 40


def test_a_good_return_takes_seven_lines(tmp_path: Path) -> None:
    sent = Return("00271", YEAR, {"B01": b01(YES), "B02": [model()]})
    done = run("check", write_book(tmp_path / "xa.xlsx", sent))
    lines = done.out.splitlines()
    assert lines[2] == "  B01: không có vấn đề · B02: không có vấn đề"
    assert (len(lines), lines[-1]) == (7, "Tệp này sẽ được chấp nhận.")


def test_many_units_in_one_file_are_only_counted(tmp_path: Path) -> None:
    units = ("00271", "00274", "00277", "00280")
    sent = write_csv(tmp_path / "xa.csv", "B02", [Return(unit, YEAR, {"B02": [model()]}) for unit in units])
    assert run("check", sent).out.splitlines()[1] == "  Báo cáo của 4 đơn vị trong một tệp"


def test_the_english_twin_has_the_same_lines(said: Run, tmp_path: Path) -> None:
    sent = Return("00271", YEAR, {"B01": b01({**YES, "0117": "1,234"})})
    path = write_book(tmp_path / "xa.xlsx", sent)
    lines = run("--lang", "en", "check", path).out.splitlines()
    assert lines[1].endswith("· period 01/01/2018–31/12/2018 · revision 1")
    assert lines[2] == "  B01 – errors: 1"
    assert lines[-1] == "This file would be accepted in part: what is faulty would not count."
