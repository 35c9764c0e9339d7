"""Section 9: what counts as personal data, what does not, and that nothing of it is left anywhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from conftest import run
from returns_made import (
    YES,
    Cell,
    Look,
    Return,
    Row,
    activity,
    b01,
    duty,
    item,
    line,
    whole_year,
    write_book,
    write_csv,
)
from tracker.folding import fold

COMMUNE, DISTRICT = "00271", "007"
YEAR = whole_year(2018)
NAME, CARD, MOBILE, MAIL = "Nguyễn Thị Bí Mật", "001300009876", "0912 345 678", "bimat@hopthu.vn"
SECRETS = (NAME, "Bí Mật", CARD, MOBILE, MAIL, "Ngõ 99 phố Kín")
B05_HEADER = (
    *("Chỉ tiêu", "Mã số", "Đơn vị tính", "Tồn kỳ trước", "Mới trong kỳ", "Tổng số", "Đã giải quyết"),
    *("Đang giải quyết trong hạn", "Quá hạn", "Chuyển cơ quan khác", "Ghi chú"),
)
PERSONS: list[Row] = [
    ("STT", "Họ và tên nạn nhân", "Ngày sinh", "Số CCCD", "Điện thoại", "Email", "Địa chỉ"),
    (1, NAME, "01/02/2003", CARD, MOBILE, MAIL, "Ngõ 99 phố Kín"),
]


def checked(path: Path) -> dict[str, Any]:
    (file,) = run("check", path, "--format", "json").json()["files"]
    return dict(file)


def book(folder: Path, *, extra: Mapping[str, Sequence[Row]], hide: str = "") -> Path:
    """B01 of a commune with further sheets, one of them hidden if asked."""
    path = write_book(folder / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(YES)}), extra=extra)
    if hide:
        opened = openpyxl.load_workbook(path)
        opened[hide].sheet_state = "hidden"
        opened.save(path)
    return path


# What is a hit


HEADINGS = (
    *("Họ tên", "HỌ VÀ TÊN", "Ho ten", "Ngày sinh", "Ngày tháng năm sinh", "Năm sinh", "CCCD", "Số CCCD", "CMND"),
    *("Số CMND", "Căn cước công dân", "Số định danh", "Hộ chiếu", "Số hộ chiếu", "Số điện thoại", "Điện thoại"),
    *("SĐT", "Email", "Địa chỉ", "Địa chỉ thường trú", "Nơi thường trú", "Nơi đăng ký thường trú", "Quê quán"),
    *("Họ tên (ghi rõ)", "Số CMND/CCCD", "Số CCCD/Hộ chiếu", "Họ và  tên:", "Số\nđiện thoại"),
    *("Họ, chữ đệm và tên", "Số thẻ CCCD", "Số giấy CMND", "Số CMND hoặc hộ chiếu", "Mã số định danh", "Passport"),
    *("Số giấy tờ tùy thân", "ĐTDĐ", "Địa chỉ nơi ở", "Chỗ ở hiện tại", "Tên người bị hại"),
)
OF_VICTIMS = ("Tên nạn nhân", "Tên, tuổi, địa chỉ nạn nhân", "Danh tính nạn nhân")
PERSONAL: tuple[Cell, ...] = (
    *("012345678", "001300009876", 912345678, 123456789012, "CCCD 001300009876", "CCCD: 001300009876."),
    *("CCCD001300009876", "001 300 009 876", "001.300.009.876", "0013 0000 9876", "001\u00a0300\u00a0009\u00a0876"),
    *("0912345678", "0912 345 678", "0912.345.678", "+84 912 345 678", "84912345678", "(+84) 912345678", 84912345678),
    *("ĐT: 0387654321", "SĐT0912345678", "ĐT.0912345678", "0912\u00a0345\u00a0678", "0912\u200b345678"),
    *("0168 234 5678", "gọi 0568123456 (chị Bình)", "0\u20119\u201112345678", "a.b@xa.gov.vn"),
    *("(0912) 345-678", "(0912)345678", "CMND số 012.345.678", "012345678 đ/c Bình"),
    "Thư: ubnd-phuong@hanoi.gov.vn, gửi trước 30/11",
)
NOBODYS: tuple[Cell, ...] = (
    *("024 3825 1234", "(024) 38251234", "0204.3854.123", "0229 3871 234", "030 3871 234", "111", "113", "1800 1567"),
    *(
        "18001567",
        "gọi 111 hoặc 113, 1800 1567",
        "17/KH-UBND",
        "Số 1234567/QĐ",
        "01/01/2018 - 31/12/2018",
        "20181130",
    ),
    *("1.234.567 đồng", 12345678, 1234567890, "Phường Địa Chỉ Mới", "Tên mô hình", "Tổ dân phố số 9"),
    *("Điện thoại thông minh cho trẻ em", "HDC-201800001", "Tên mô hình cho người bị hại", "Địa chỉ tin cậy"),
    *(
        "150 000 000 đồng",
        "Kinh phí 150000000đ",
        "250 000 000 VNĐ",
        "123.456.789",
        "(0240) 3854 123",
        "Truyền thông về căn cước công dân",
    ),
)


def test_headings_and_values_of_persons_are_hits(tmp_path: Path) -> None:
    """Headings folded, with or without anything under them; numbers and addresses however they are spaced."""
    extra: dict[str, Sequence[Row]] = {
        "Tiêu đề": [("STT", *HEADINGS)],
        "Giá trị": [("STT", "Ghi chép"), *((number, value) for number, value in enumerate(PERSONAL))],
    }
    path = book(tmp_path, extra=extra)
    file = checked(path)
    (found,) = file["problems"]
    assert (found["code"], found["severity"], found["scope"]) == ("personal_data_sheet", "error", "form")
    assert ("found" in found, found["cell"], file["status"]) == (False, None, "partial")
    said = set(found["message"].replace("(", " ").replace(")", " ").replace(",", " ").split())
    cells = {f"đề!{get_column_letter(number)}1": text for number, text in enumerate(HEADINGS, start=2)}
    cells |= {f"trị!B{number}": str(value) for number, value in enumerate(PERSONAL, start=2)}
    assert {text for cell, text in cells.items() if cell not in said} == set()


@pytest.mark.parametrize("heading", OF_VICTIMS)
def test_a_heading_that_names_victims_quarantines(heading: str, tmp_path: Path) -> None:
    """Who is a victim may be told by a list without any number."""
    assert checked(book(tmp_path, extra={"Phụ lục": [("STT", heading), (1, "A")]}))["status"] == "quarantined"


def test_offices_hotlines_and_figures_are_no_hits(tmp_path: Path) -> None:
    """Landlines, 111, 113, 1800 1567, document numbers, dates, amounts."""
    rows: list[Row] = [("STT", "Ghi chép"), *((number, value) for number, value in enumerate(NOBODYS))]
    assert checked(book(tmp_path, extra={"Ghi chép": rows}))["problems"] == []


def test_figures_in_count_columns_may_be_long(tmp_path: Path) -> None:
    """A ninefold figure under Tổng số or Số lượng is a count, wherever it stands."""
    path = write_book(
        tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01({**YES, "0111": 123456789, "0201": "912 345 678"})})
    )
    assert checked(path)["problems"] == []


@pytest.mark.parametrize(
    "link", ["https://zalo.example/0912345678", "0912345678", "https://trang.example/@ai/x", "a@b.example"]
)
def test_a_link_is_no_hit(link: str, tmp_path: Path) -> None:
    """The column Liên kết is left alone; it is not stored either."""
    row = line("B03", {"Ngày đăng": "05/03/2018", "Nhóm phương tiện": "Zalo", "Liên kết": link})
    path = write_book(tmp_path / "a.xlsx", Return("01", YEAR, {"B03": [row]}, agency="TTTT"))
    assert checked(path)["problems"] == []
    run("--db", tmp_path / "s.db", "ingest", path)
    assert link.encode() not in everything_in(tmp_path, "s.db")


@pytest.mark.parametrize("gap", [1, 2, 3])
def test_text_above_a_header_and_the_signature_block_are_no_hits(gap: int, tmp_path: Path) -> None:
    """An office's letterhead and a signature name people and numbers; both are dropped."""
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(YES)}), Look(signature=True))
    opened = openpyxl.load_workbook(path)
    sheet = opened["B01"]
    sheet.insert_rows(1, 5)
    sheet.cell(6 - gap, 1, "Điện thoại")
    sheet.cell(6 - gap, 2, MOBILE)
    sheet.cell(6 - gap, 3, MAIL)
    last = sheet.max_row
    sheet.cell(last + 1, 6, NAME)
    sheet.cell(last + 2, 1, f"Người lập: {NAME}, ĐT {MOBILE}")
    opened.save(path)
    assert checked(path)["problems"] == []
    run("--db", tmp_path / "s.db", "ingest", path)
    kept = everything_in(tmp_path, "s.db")
    assert not [secret for secret in SECRETS if secret.encode() in kept]


def test_a_personal_heading_merged_down_over_the_header_is_a_hit(tmp_path: Path) -> None:
    """The heading stands one row above the others and nothing below it: a column like them."""
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B04": [activity("05/03/2018")]}))
    opened = openpyxl.load_workbook(path)
    sheet = opened["B04"]
    sheet.insert_rows(1, 2)
    sheet.cell(2, 25, "Họ và tên người dự")
    sheet.cell(4, 25, NAME)
    sheet.cell(2, 26, "Họ và tên")
    opened.save(path)
    assert "personal_data_sheet" in {one["code"] for one in checked(path)["problems"]}


def test_a_list_of_persons_under_a_form_is_a_hit(tmp_path: Path) -> None:
    """Below the signature, where only a signature is expected, a table of victims is found by its headings."""
    for heading in (PERSONS[0], ("STT", "Họ tên nạn nhân", "Tuổi")):
        rows = [
            B05_HEADER,
            ("Tin báo", "0501", None, None, None, 3),
            (),
            ("Người lập biểu",),
            (),
            heading,
            PERSONS[1],
        ]
        path = write_book(tmp_path / "a.xlsx", Return(DISTRICT, YEAR, {}), extra={"B05": rows})
        assert checked(path)["status"] == "quarantined"


# Where victims are concerned the whole file goes


def everything_in(folder: Path, name: str) -> bytes:
    """The bytes of a store, its log and whatever else stands beside it."""
    files = sorted(folder.glob(f"{name}*"))
    assert files
    return b"".join(file.read_bytes() for file in files)


VICTIMS: Mapping[str, Mapping[str, Sequence[Row]]] = {
    "a sheet of victims": {"Nạn nhân": [PERSONS[0], *[PERSONS[1]] * 3]},
    "a sheet that speaks of them": {"Sheet9": [("Danh sách nạn nhân được hỗ trợ",), PERSONS[0], PERSONS[1]]},
    "in capitals": {"PL": [("NẠN NHÂN",), ("ghi chép", f"{NAME} {CARD}")]},
    "decomposed": {"PL": [("Na\u0323n nha\u0302n",), ("ghi chép", f"{NAME} {MOBILE}")]},
    "B05 itself": {
        "B05": [B05_HEADER, ("Tin", "0501", None, None, None, 3, None, None, None, None, f"{NAME} {CARD}")]
    },
    "a sheet named B05 without its header": {"Biểu 05": [("Nội dung",), (f"{NAME} {MOBILE}",)]},
}


@pytest.mark.parametrize("hide", [False, True])
@pytest.mark.parametrize("kind", list(VICTIMS))
def test_a_file_with_a_victims_data_is_quarantined_and_leaves_nothing(kind: str, hide: bool, tmp_path: Path) -> None:
    """Kept: hash, unit, agency, forms, period, rule, cells; nothing else in store, log, stdout or stderr."""
    extra = VICTIMS[kind]
    path = book(tmp_path, extra=extra, hide=next(iter(extra)) if hide else "")
    runs = [
        run("--db", tmp_path / "s.db", "ingest", path, "--format", "json"),
        run("--db", tmp_path / "s.db", "ingest", path),
        run("--lang", "en", "--debug", "check", path),
        run("check", path, "--format", "github"),
        run("check", path, "--format", "junit"),
    ]
    (file,) = runs[0].json()["files"]
    (found,) = [one for one in file["problems"] if one["severity"] == "error"]
    assert (file["status"], found["code"], found["scope"], found["cell"]) == (
        "quarantined",
        "personal_data",
        "file",
        None,
    )
    assert "found" not in found
    (one,) = file["returns"]
    assert (one["unit"], one["agency"], one["period_to"], one["forms"][0]) == (COMMUNE, "UBND", "2018-12-31", "B01")
    assert {done.status for done in runs} == {1}
    said = "".join(done.out + done.err for done in runs)
    kept = everything_in(tmp_path, "s.db")
    for secret in SECRETS:
        assert secret not in said
        assert secret.encode() not in kept
        assert fold(secret) not in fold(said)
    assert b"policy_received" not in kept  # of B01 beside it, too


def test_the_debug_output_of_a_process_shows_nothing_either(tmp_path: Path) -> None:
    """--debug in a process of its own, with every stream read."""
    path = book(tmp_path, extra=VICTIMS["B05 itself"])
    line_ = [sys.executable, "-m", "tracker", "--debug", "--db", str(tmp_path / "s.db"), "ingest", str(path)]
    done = subprocess.run(line_, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)
    assert done.returncode == 1
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]


def test_a_csv_of_victims_is_quarantined(tmp_path: Path) -> None:
    """B05 as CSV: the key is kept, the rows are not."""
    path = tmp_path / "a.csv"
    header = ["Mã đơn vị", "Từ ngày", "Đến ngày", *B05_HEADER]
    rows = [
        [DISTRICT, "01/01/2018", "31/12/2018", "Tin báo", "0501", "", "1", "2", "3", "", "", "", "", ""],
        [
            DISTRICT,
            "01/01/2018",
            "31/12/2018",
            "Nạn nhân",
            "0531",
            "",
            "1",
            "2",
            "3",
            "",
            "",
            "",
            "",
            f"{NAME} {CARD}",
        ],
    ]
    path.write_text("\n".join(";".join(row) for row in (header, *rows)), encoding="utf-8")
    done = run("--db", tmp_path / "s.db", "ingest", path, "--format", "json")
    (file,) = done.json()["files"]
    assert (file["status"], file["returns"][0]["unit"], file["returns"][0]["forms"]) == (
        "quarantined",
        DISTRICT,
        ["B05"],
    )
    kept = everything_in(tmp_path, "s.db")
    assert not [secret for secret in SECRETS if secret.encode() in kept or secret in done.out + done.err]
    assert b'"tips"' not in kept


# Elsewhere: the sheet goes, the rest stands


def test_a_sheet_with_personal_data_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    """An attendance list in B04's sheet: B01 is accepted, B04 is not, and nothing of the sheet is kept."""
    forms: dict[str, Sequence[Row]] = {
        "B01": b01(YES),
        "B04": [activity("05/03/2018"), [*activity("06/03/2018")[:11], f"{NAME} {MOBILE}"]],
    }
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, forms))
    done = run("--db", tmp_path / "s.db", "ingest", path, "--format", "json")
    (file,) = done.json()["files"]
    (found,) = [one for one in file["problems"] if one["severity"] == "error"]
    assert (found["code"], found["scope"], found["form"], found["cell"]) == (
        "personal_data_sheet",
        "form",
        "B04",
        None,
    )
    assert "B04!L3" in found["message"]
    assert (file["status"], file["returns"][0]["status"], done.status) == ("partial", "partial", 1)
    kept = everything_in(tmp_path, "s.db")
    assert not [secret for secret in SECRETS if secret.encode() in kept or secret in done.out + done.err]
    assert "2018-03-05" not in kept.decode("latin-1")
    assert b"policy_received" in kept


def test_a_file_whose_only_form_is_refused_is_rejected(tmp_path: Path) -> None:
    """Nothing of it stands."""
    rows = [[*activity("06/03/2018")[:11], MAIL]]
    file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B04": rows})))
    assert (file["status"], file["returns"][0]["status"]) == ("rejected", "rejected")


def test_a_csv_with_personal_data_is_refused(tmp_path: Path) -> None:
    """One sheet is all there is; the rows are not kept."""
    rows = [[*activity("06/03/2018")[:11], f"{NAME} {MOBILE}"]]
    path = write_csv(tmp_path / "a.csv", "B04", [Return(COMMUNE, YEAR, {"B04": rows})])
    done = run("--db", tmp_path / "s.db", "ingest", path, "--format", "json")
    (file,) = done.json()["files"]
    assert ([one["code"] for one in file["problems"]], file["status"]) == (["personal_data_sheet"], "rejected")
    kept = everything_in(tmp_path, "s.db")
    assert not [secret for secret in SECRETS if secret.encode() in kept or secret in done.out + done.err]


def test_notes_evidence_and_position_are_never_stored(tmp_path: Path) -> None:
    """Free text that nobody counts: a name typed there is not found again."""
    forms: dict[str, Sequence[Row]] = {
        "B06": [[*duty("HN-V5", first="05/03/2018")[:8], f"Biên bản do bà {NAME} ký"]],
        "B07": [("Vụ phát hiện", "0701", None, 3, f"do {NAME} báo")],
    }
    one = Return(DISTRICT, YEAR, forms, ttc={"T12": f"Bà {NAME}"})
    run("--db", tmp_path / "s.db", "ingest", write_book(tmp_path / "a.xlsx", one))
    rows = [[*b01(YES)[0][:5], f"theo {NAME}"], *b01(YES)[1:]]
    run("--db", tmp_path / "s.db", "ingest", write_book(tmp_path / "b.xlsx", Return(COMMUNE, YEAR, {"B01": rows})))
    extra: dict[str, Sequence[Row]] = {
        "B08": [("Chỉ số", "Số lượng", "Đơn vị tính", "Ghi chú"), ("Tờ rơi", 5, "tờ", f"in ở nhà {NAME}")]
    }
    run("--db", tmp_path / "s.db", "ingest", write_book(tmp_path / "c.xlsx", Return(COMMUNE, YEAR, {}), extra=extra))
    kept = everything_in(tmp_path, "s.db")
    assert b"HN-V5" in kept
    assert b"policy_received" in kept
    assert "Tờ rơi".encode() in kept
    assert not [secret for secret in SECRETS if secret.encode() in kept]


def test_an_ordinary_return_has_no_hits(tmp_path: Path) -> None:
    """Press items, activities and B01 with a letterhead and signatures pass."""
    forms: dict[str, Sequence[Row]] = {
        "B03": [item("05/03/2018", None, "truyền thanh cấp xã")],
        "B04": [activity("05/03/2018")],
    }
    look = Look(titles=True, merged_header=True, number_row=True, signature=True)
    file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(YES), **forms}), look))
    assert (file["status"], file["problems"]) == ("accepted", [])
