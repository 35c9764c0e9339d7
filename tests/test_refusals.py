"""What is refused and what stands: the whole file, return or form, a part, a row; each on a real file."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import run
from faults_made import (
    COMMUNE,
    DISTRICT,
    LETTERHEAD,
    OTHER_ROW,
    PROVINCE,
    REFUSALS,
    TWO_MODELS,
    YEAR,
    Refusal,
    b05,
    cell_of,
    checked,
    named,
)
from returns_made import (
    HEADERS,
    YES,
    Cell,
    Lines,
    Return,
    Row,
    activity,
    b01,
    line,
    model,
    place,
    whole_year,
    write_book,
    write_csv,
)
from tracker.intake import tcvn3

# The whole return


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
    sheet = book.create_sheet("B02", 0)
    for row in (HEADERS["B02"], model()):
        sheet.append(list(row))
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
    contents = {
        "empty.xlsx": (b"", "unreadable_file"),
        "cut.xlsx": (whole[: len(whole) // 2], "unreadable_file"),
        "locked.xlsx": (_locked(whole), "encrypted_file"),
        "print.xlsx": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_a_spreadsheet"),
    }
    for name, (data, code) in contents.items():
        (tmp_path / name).write_bytes(data)
        done, file = checked(tmp_path / name)
        (found,) = file["problems"]
        assert (found["code"], found["severity"], found["scope"], found["cell"]) == (code, "error", "file", None)
        assert (file["status"], file["returns"], done.status) == ("unreadable", [], 1)


def _locked(data: bytes) -> bytes:
    """The same archive with every part marked as encrypted: the lowest bit of the flags, in both of its lists."""
    marked = bytearray(data)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            marked[at + flags] |= 1
            at = data.find(signature, at + 1)
    return bytes(marked)


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
    whole = write_csv(tmp_path / "a.csv", "B02", [Return(COMMUNE, YEAR, {"B02": [model()]})])
    text = unicodedata.normalize("NFC", whole.read_text(encoding="utf-8"))
    whole.write_bytes(b"".join(_in_tcvn3(one) if encoding == "tcvn3" else _in_1258(one) for one in text))
    done, file = checked(whole)
    (found,) = file["problems"]
    assert (found["code"], found["severity"], found["scope"]) == ("legacy_encoding", "warning", "file")
    assert (file["status"], done.status) == ("accepted", 0)


def _in_tcvn3(letter: str) -> bytes:
    return {letter: bytes([byte]) for byte, letter in tcvn3.PAIRS.items()}.get(letter) or letter.encode("cp1252")


def _in_1258(letter: str) -> bytes:
    """A letter as that code page has it: the base with its hat, then the tone mark."""
    split = unicodedata.normalize("NFD", letter)
    tones = [mark for mark in split[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"]
    base = unicodedata.normalize("NFC", "".join(mark for mark in split if mark not in tones))
    return (base + "".join(tones)).encode("cp1258")


# What a fault takes with it, as the store keeps it


PARTS: Mapping[str, Lines] = {
    "documents": {"0101": "không", "0103": "có"},
    "copies": {"0111": 5, "0112": 6},
    "population": {"0201": 100, "0202": 101},
    "reach": {"0211": 50, "0212": 51, "0217": "A"},
    "informed": {"0216": 901},
}
SOUND: Lines = {
    "0111": 9,
    "0112": 9,
    "0117": 4,
    "0201": 900,
    "0202": 500,
    "0211": 400,
    "0217": "B",
    "0218": 60,
    "0216": 300,
}
IN_ORDER: Lines = {**YES, **SOUND}


def filing(db: Path, form: str) -> Any:
    """The only filing of a form in a store, and the answers of its records."""
    from tracker.store import Store

    kept = Store(str(db))
    (one,) = kept.filings(forms=[form])
    rows = [record["answers"] for record in kept.records([one.id])]
    kept.close()
    return one, rows


@pytest.mark.parametrize("refused", list(PARTS))
def test_an_error_in_b01_refuses_its_own_part_and_no_other(refused: str, tmp_path: Path) -> None:
    """Documents, copies, population, reach, informed: the filing stands, one part of it does not."""
    lines = {**IN_ORDER, **PARTS[refused]}
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
