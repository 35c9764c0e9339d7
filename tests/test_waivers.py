"""Marked copies that come back: corrected, explained, sent again; and when a reason holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import libreoffice
from conftest import Run, run
from marked_made import (
    codes_at,
    listed,
    opened,
    reason_cells,
    the_copy,
    typed_over,
    write_rich,
)
from returns_made import YES, Return, activity, b01, of_province, place, whole_year, write_book, write_csv
from tracker.marked.styles import FILLS
from tracker.problems import Severity
from tracker.schema import check_report
from tracker.store import Store

YEAR = whole_year(2018)
WARNED = ("implausible_size", "H2")


def campaign(attendances: int = 90_000, unit: str = "00271", revision: int = 1) -> Return:
    """A B04 with one activity that so many attended: a warning and nothing else."""
    rows = [activity("10/10/2018", attendances=attendances)]
    return Return(unit, YEAR, {"B04": rows}, revision=revision)


def explained(copy: Path, into: Path, reasons: Mapping[tuple[str, str], str], **typed: int) -> Path:
    """The copy with reasons beside its problems, and values typed into cells of B04."""
    cells = reason_cells(copy)
    words: dict[tuple[str, str], str | int] = {("Cần sửa", cells[problem]): text for problem, text in reasons.items()}
    return typed_over(copy, into, {**words, **{("B04", cell): value for cell, value in typed.items()}})


def ingested(folder: Path, path: Path, day: str = "2018-11-25") -> dict[str, Any]:
    """What `ingest` says of a file."""
    done = run("--db", folder / "store.db", "ingest", path, "--received", day, "--format", "json")
    jsonschema.validate(done.json(), check_report())
    (file,) = done.json()["files"]
    assert isinstance(file, dict)
    return file


def waived(file: Mapping[str, Any]) -> dict[tuple[str, str], str | None]:
    """The reason of each warning, by code and cell."""
    warnings = (one for one in file["problems"] if one["severity"] == "warning")
    return {(one["code"], one["cell"]): one.get("waiver") for one in warnings}


def recorded(folder: Path) -> list[tuple[str, str, str, str]]:
    """Every reason in the store: code, cell, value and text."""
    store = Store(f"sqlite:///{folder / 'store.db'}")
    found = [(one.code, one.cell, one.found, one.reason) for one in store.waivers()]
    store.close()
    return found


# --- a reason ---------------------------------------------------------------------------------------------------


def test_a_reason_typed_beside_a_warning_is_recorded_and_shown(tmp_path: Path) -> None:
    """When, cell, value and text; the warning stays, with the reason beside it."""
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    back = explained(copy, tmp_path / "lai.xlsx", {WARNED: "Lễ phát động toàn thành phố, có danh sách."})
    file = ingested(tmp_path, back)
    assert file["status"] == "accepted"
    assert waived(file) == {WARNED: "Lễ phát động toàn thành phố, có danh sách."}
    assert recorded(tmp_path) == [(*WARNED, "90000", "Lễ phát động toàn thành phố, có danh sách.")]
    text = run("--db", tmp_path / "store.db", "ingest", back).out
    assert "Đã giải trình: “Lễ phát động toàn thành phố, có danh sách.”." in " ".join(text.split())


def test_an_explained_warning_does_not_fail_a_strict_check(tmp_path: Path) -> None:
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    back = explained(copy, tmp_path / "lai.xlsx", {WARNED: "Đúng theo danh sách ký nhận."})
    assert run("check", copy, "--strict").status == 1
    assert run("check", back, "--strict").status == 0


def test_a_copy_that_comes_back_unchanged_is_the_same_again(tmp_path: Path) -> None:
    """Other bytes, same content: no conflict, no new version, and the original has the reason, too."""
    sent = write_book(tmp_path / "xa.xlsx", campaign())
    copy = the_copy(tmp_path, sent)
    back = explained(copy, tmp_path / "lai.xlsx", {WARNED: "Đúng."})
    for path in (copy, back):
        assert "revision_conflict" not in {one["code"] for one in ingested(tmp_path, path)["problems"]}
    assert waived(ingested(tmp_path, sent)) == {WARNED: "Đúng."}
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    fates = sorted(one.fate.value for one in store.filings())
    store.close()
    assert fates == ["counts", "same_again", "same_again"]


def test_a_reason_lapses_when_the_value_changes_and_holds_while_it_stands(tmp_path: Path) -> None:
    """The next revision that says the same keeps it; the one with another figure does not."""
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    ingested(tmp_path, explained(copy, tmp_path / "lai.xlsx", {WARNED: "Đúng."}))
    same = write_book(tmp_path / "lan2.xlsx", campaign(revision=2))
    other = write_book(tmp_path / "lan3.xlsx", campaign(95_000, revision=3))
    assert waived(ingested(tmp_path, same)) == {WARNED: "Đúng."}
    assert waived(ingested(tmp_path, other)) == {WARNED: None}


def test_a_reason_left_beside_a_value_that_was_changed_is_not_taken(tmp_path: Path) -> None:
    """It was given for another figure."""
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    back = explained(copy, tmp_path / "lai.xlsx", {WARNED: "Đúng."}, H2=95_000)
    assert {one["code"] for one in ingested(tmp_path, back)["problems"]} == {"revision_conflict", "implausible_size"}
    assert recorded(tmp_path) == []


def test_a_reason_of_one_unit_answers_for_no_other(tmp_path: Path) -> None:
    """The same figure in the same cell of a neighbour is the neighbour's to explain."""
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    ingested(tmp_path, explained(copy, tmp_path / "lai.xlsx", {WARNED: "Đúng."}))
    neighbour = write_book(tmp_path / "xa2.xlsx", campaign(unit="00274"))
    assert waived(ingested(tmp_path, neighbour)) == {WARNED: None}


def test_a_warning_that_is_explained_does_not_go_back(tmp_path: Path) -> None:
    """The second time nothing is left to ask."""
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    back = explained(copy, tmp_path / "lai.xlsx", {WARNED: "Đúng."})
    done = run("--db", tmp_path / "store.db", "ingest", back, "--returned", tmp_path / "again")
    assert "Không có tệp nào phải gửi trả" in done.err


def test_a_warning_that_other_returns_give_can_be_explained(tmp_path: Path) -> None:
    """Population against the province's list: not in the file, and still the ward's to explain."""
    db = tmp_path / "store.db"
    listing = of_province("B00", [place("00271", people=8000, aged=5000)], YEAR)
    run("--db", db, "ingest", write_csv(tmp_path / "b00.csv", "B00", [listing]), "--received", "2018-01-05")
    sent = Return("00271", YEAR, {"B01": b01({**YES, "0201": 8800, "0202": 5000})})
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", sent))
    (found,) = listed(copy)
    asked = ("population_differs", found["Ô"])
    file = ingested(tmp_path, explained(copy, tmp_path / "lai.xlsx", {asked: "Có 800 người mới chuyển đến."}))
    assert waived(file) == {asked: "Có 800 người mới chuyển đến."}


def test_reasons_in_a_marked_csv_belong_each_to_its_unit(tmp_path: Path) -> None:
    sent = write_csv(tmp_path / "xa.csv", "B04", [campaign(), campaign(unit="00274")])
    copy = the_copy(tmp_path, sent)
    one, other = sorted(reason_cells(copy))
    back = explained(copy, tmp_path / "lai.xlsx", {other: "Chỉ phường thứ hai giải trình."})
    file = ingested(tmp_path, back)
    assert waived(file) == {one: None, other: "Chỉ phường thứ hai giải trình."}


# --- what is not taken ------------------------------------------------------------------------------------------


def test_an_error_cannot_be_explained_away(tmp_path: Path) -> None:
    """A reason typed beside one is not taken, and its sender is told."""
    copy = the_copy(tmp_path, write_rich(tmp_path / "xa.xlsx", signed="có"))
    cells = reason_cells(copy)
    error = next(one for one in cells if one[0] == "not_a_date")
    back = typed_over(copy, tmp_path / "lai.xlsx", {("Cần sửa", cells[error]): "Ngày này đúng."})
    done = run("--db", tmp_path / "s.db", "ingest", back, "--format", "json")
    assert f"lý do ở ô {cells[error]} của trang “Cần sửa” không được nhận vì đây là lỗi" in done.err
    assert not [one for file in done.json()["files"] for one in file["problems"] if "waiver" in one]


def test_a_reason_with_personal_data_is_not_stored(tmp_path: Path) -> None:
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    back = explained(copy, tmp_path / "lai.xlsx", {WARNED: "Hỏi chị Lan 0912 345 678"})
    done = run("--db", tmp_path / "store.db", "ingest", back, "--format", "json")
    assert "có dữ liệu cá nhân nên không được lưu" in done.err
    assert recorded(tmp_path) == []
    assert b"0912 345 678" not in (tmp_path / "store.db").read_bytes()
    (file,) = done.json()["files"]
    assert waived(file) == {WARNED: None}
    assert file["status"] == "accepted"


def test_our_sheet_is_never_read_as_data(tmp_path: Path) -> None:
    """Even hidden, renamed, and full of what would be personal data on any other sheet."""
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    book = opened(copy)
    sheet = book["Cần sửa"]
    sheet["A40"], sheet["B40"] = "Họ và tên nạn nhân", "0912345678"
    sheet.title = "Xem rồi"
    sheet.sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "lai.xlsx")
    assert codes_at(tmp_path / "lai.xlsx") == {WARNED}


# --- corrected and sent again -----------------------------------------------------------------------------------


def test_a_corrected_copy_of_a_refused_return_is_simply_accepted(tmp_path: Path) -> None:
    """Nothing of it counted, so the revision stays."""
    sent = Return("00271", YEAR, {"B04": [activity("10/10/2018")]}, ttc={"T07": "31/02/2018"})
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", sent))
    assert "Giữ nguyên “Lần báo cáo” (T09)" in _text_above(copy)
    back = typed_over(copy, tmp_path / "lai.xlsx", {("TTC", "C7"): "31/12/2018"})
    file = ingested(tmp_path, back)
    assert (file["status"], file["problems"]) == ("accepted", [])


def test_the_copy_of_a_return_that_counts_in_part_says_which_revision_comes_next(tmp_path: Path) -> None:
    """So that the correction replaces it, instead of contradicting it."""
    copy = the_copy(tmp_path, write_rich(tmp_path / "xa.xlsx"))
    assert "ghi “Lần báo cáo” (T09) là 2" in _text_above(copy)
    right: dict[tuple[str, str], str | int] = {
        ("B01", "D6"): "28/02/2018",
        ("B01", "E9"): 4000,
        ("B01", "D11"): 4900,
        ("B01", "D13"): 4900,
    }
    file = ingested(tmp_path, typed_over(copy, tmp_path / "lai.xlsx", {**right, ("TTC", "C10"): 2}))
    assert "revision_conflict" not in {one["code"] for one in file["problems"]}
    assert not [one for one in file["problems"] if one["severity"] == "error"]
    again = ingested(tmp_path, typed_over(copy, tmp_path / "lai1.xlsx", right))
    assert not [one for one in again["problems"] if one["code"] == "revision_conflict"]  # the second one counts


def _text_above(copy: Path) -> str:
    sheet = opened(copy)["Cần sửa"]
    return "\n".join(str(sheet.cell(row, 1).value) for row in range(1, 10))


def test_a_marked_copy_of_a_marked_copy_has_the_marks_of_today_only(tmp_path: Path) -> None:
    """Corrected cells lose their colour and comment; our sheet is there once; the ward's own comment stays."""
    copy = the_copy(tmp_path, write_rich(tmp_path / "xa.xlsx"))
    book = opened(copy)
    book["B01"]["D6"] = "28/02/2018"
    book["B01"]["D13"] = 5200
    book["TTC"]["C10"] = 2
    book.save(tmp_path / "xa2.xlsx")
    (tmp_path / "second").mkdir()
    again = the_copy(tmp_path / "second", tmp_path / "xa2.xlsx")
    book = opened(again)
    assert book.sheetnames == ["Cần sửa", "TTC", "B01", "Ghi chép"]
    sheet = book["B01"]
    assert sheet["D6"].comment is None
    assert sheet["D6"].fill.fgColor.rgb == "FFE2EFDA"  # what the ward had chosen
    assert sheet["E9"].fill.fgColor.rgb == FILLS[Severity.ERROR]
    assert sheet["E9"].comment is not None
    assert sheet["E9"].comment.text.count("[Lỗi]") == 1
    assert sheet["D11"].comment is not None
    assert sheet["D11"].comment.text.startswith("Trạm y tế cung cấp.\n[Lỗi]")
    assert sheet["D11"].comment.text.count("[Lỗi]") == 1
    assert sheet["B9"].comment is not None
    assert sheet["B9"].comment.text == "Chỗ này để nguyên."
    assert {one["Ô"] for one in listed(again)} == {"E9", "D11", "C12", "G4"}
    assert codes_at(again) == codes_at(tmp_path / "xa2.xlsx")


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".xls"])
def test_a_copy_corrected_and_explained_in_another_program_is_understood(suffix: str, tmp_path: Path) -> None:
    """LibreOffice opens it, types, and saves in three formats: corrected cells clear, reasons are taken."""
    rows = [activity("10/10/2018", attendances=90_000), activity("01/02/2018", kind="hội ngị")]
    sent = Return("00271", YEAR, {"B04": rows})
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", sent))
    reason = reason_cells(copy)[WARNED]
    typed: dict[tuple[str, str], str | int] = {
        ("Cần sửa", reason): "Đúng theo danh sách.",
        ("B04", "C3"): "hội nghị",
        ("TTC", "C8"): 2,
    }
    back = tmp_path / f"lai{suffix}"
    libreoffice.type_into(copy, {**typed}, [back])
    file = ingested(tmp_path, back)
    assert (file["status"], file["returns"][0]["revision"]) == ("accepted", 2)
    assert waived(file) == {WARNED: "Đúng theo danh sách."}
    assert {one["code"] for one in file["problems"]} == {"implausible_size"}


@pytest.mark.needs("soffice")
def test_a_copy_saved_by_another_program_and_sent_back_again_is_marked_anew(tmp_path: Path) -> None:
    """The marks of the first round are found in what LibreOffice wrote, too."""
    rows = [activity("01/03/2018", kind="hội ngị"), activity("01/02/2018", kind="hội ngị")]
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", Return("00271", YEAR, {"B04": rows})))
    back = tmp_path / "lai.xlsx"
    libreoffice.type_into(copy, {("B04", "C3"): "hội nghị", ("TTC", "C8"): 2}, [back])
    (tmp_path / "second").mkdir()
    sheet = opened(the_copy(tmp_path / "second", back))["B04"]
    assert sheet["C2"].fill.fgColor.rgb == FILLS[Severity.ERROR]
    assert sheet["C3"].fill.fill_type is None
    assert (sheet["C2"].comment is None, sheet["C3"].comment is None) == (False, True)


def test_a_killed_or_repeated_run_records_a_reason_once(tmp_path: Path) -> None:
    """It is written with its file, and a file is written once."""
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    back = explained(copy, tmp_path / "lai.xlsx", {WARNED: "Đúng."})
    for _ in range(2):
        done: Run = run("--db", tmp_path / "store.db", "ingest", back, "--format", "json")
        assert waived(done.json()["files"][0]) == {WARNED: "Đúng."}
    assert len(recorded(tmp_path)) == 1


def test_a_reason_is_found_with_its_day_among_more_units_than_one_statement_takes(tmp_path: Path) -> None:
    """For the history of a unit, and for a file of very many."""
    copy = the_copy(tmp_path, write_book(tmp_path / "xa.xlsx", campaign()))
    ingested(tmp_path, explained(copy, tmp_path / "lai.xlsx", {WARNED: "Đúng."}))
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    (one,) = store.waivers()
    (free,) = store.engine._idle  # the connection that comes next
    free.driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    assert store.waivers(["00271", *(f"{number:05}" for number in range(1000))]) == [one]
    store.close()
    assert one.made_at.date() >= date(2020, 1, 1)
    assert (one.unit, one.form, one.sheet, one.field) == ("00271", "B04", "B04", "attendances")
