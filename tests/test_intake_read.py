"""The door: any file, any bytes, give cells or one of four reasons; nothing else ever comes out."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.intake import guard
from tracker.intake.content import content_of
from tracker.intake.grid import Book, Unreadable
from tracker.intake.read import read_bytes, read_file
from tracker.problems import CODES


def workbook() -> bytes:
    packed = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "TTC"
    for row in (["Mã", "Nội dung", "Giá trị"], ["T03", "Mã đơn vị", "00292"], ["T09", "Lần", "=1+1"]):
        sheet.append(row)
    book.save(packed)
    return packed.getvalue()


WORKBOOK = workbook()


def refusal(data: bytes, name: str = "x.xlsx") -> tuple[str, dict[str, str]]:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data, name)
    return caught.value.code, caught.value.facts


def archive(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "facts"),
    [
        (b"", "unreadable_file", {"reason": "empty"}),
        (b"%PDF-1.4\n", "not_a_spreadsheet", {"kind": "pdf"}),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "not_a_spreadsheet", {"kind": "image"}),
        (b"Rar!\x1a\x07\x00", "not_a_spreadsheet", {"kind": "archive"}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xaa" * 5_000, "not_a_spreadsheet", {"kind": "ole"}),
        (bytes(range(256)) * 4, "not_a_spreadsheet", {"kind": "unknown"}),
        (archive(**{"word/document.xml": b"<w/>"}), "not_a_spreadsheet", {"kind": "word"}),
        (archive(**{"xl/workbook.bin": b"\x00"}), "not_a_spreadsheet", {"kind": "xlsb"}),
        (archive(**{"a.xlsx": WORKBOOK}), "not_a_spreadsheet", {"kind": "archive"}),
        (archive(**{"xl/workbook.xml": b"<workbook>"}), "unreadable_file", {"reason": "malformed"}),
        (WORKBOOK[: len(WORKBOOK) // 2], "unreadable_file", {"reason": "truncated"}),
        ("<html><p>Mời đăng nhập</p></html>".encode(), "not_a_spreadsheet", {"kind": "html"}),
    ],
)
def test_what_gives_no_cells_says_why(data: bytes, code: str, facts: dict[str, str]) -> None:
    assert refusal(data) == (code, facts)
    assert code in CODES


def test_password_protected_workbook_is_called_encrypted() -> None:
    msoffcrypto = pytest.importorskip(
        "msoffcrypto.format.ooxml", reason="msoffcrypto-tool, which makes it, is absent"
    )
    locked = io.BytesIO()
    msoffcrypto.OOXMLFile(io.BytesIO(WORKBOOK)).encrypt("mat-khau", locked)
    assert refusal(locked.getvalue()) == ("encrypted_file", {"kind": "xlsx"})


def test_zip_with_a_password_is_called_encrypted() -> None:
    flagged = bytearray(WORKBOOK)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = flagged.find(mark)
        while at >= 0:
            flagged[at + offset] |= 1
            at = flagged.find(mark, at + 4)
    assert refusal(bytes(flagged)) == ("encrypted_file", {"kind": "zip"})


@pytest.mark.parametrize("name", ["x.csv", "x.xls", "x.pdf", "báo cáo 🙂\nquý.xlsx", "x"])
def test_the_name_decides_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(WORKBOOK)
    book = read_file(path)
    assert book.sheets[0].rows[1] == ["T03", "Mã đơn vị", "00292"]
    assert book.sheets[0].unvalued == {(2, 2)}


def reason(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        read_file(path)
    assert caught.value.code == "unreadable_file"
    return caught.value.facts["reason"]


def test_folder_named_like_a_workbook_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").mkdir()
    assert reason(tmp_path / "x.xlsx") == "not_regular"


def test_file_that_is_gone_says_so(tmp_path: Path) -> None:
    assert reason(tmp_path / "x.xlsx") == "vanished"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe_that_nobody_writes_to_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.xlsx")
    assert reason(tmp_path / "x.xlsx") == "not_regular"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no devices among its files")
def test_device_is_no_file() -> None:
    assert reason(Path("/dev/zero")) == "not_regular"


def test_name_that_no_system_allows_is_unreadable() -> None:
    assert reason(Path("a\x00b.xlsx")) == "io"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_forbidden_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(WORKBOOK)
    (tmp_path / "x.xlsx").chmod(0)
    assert reason(tmp_path / "x.xlsx") == "no_permission"


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="this system tells the size of every file")
def test_file_whose_size_is_not_told_is_read_whole() -> None:
    assert content_of(Path("/proc/version")) == Path("/proc/version").read_bytes() != b""


def test_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.xlsx").write_bytes(WORKBOOK)
    monkeypatch.setattr(guard, "FILE_LIMIT", len(WORKBOOK) - 1)
    with pytest.raises(Unreadable) as caught:
        read_file(tmp_path / "x.xlsx")
    assert (caught.value.code, caught.value.facts["of"]) == ("file_too_large", "file")


def test_books_and_refusals_travel_between_processes(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(WORKBOOK)
    (tmp_path / "y.xlsx").write_bytes(b"%PDF-")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        good, bad = (pool.submit(read_file, tmp_path / name) for name in ("x.xlsx", "y.xlsx"))
        assert good.result() == read_file(tmp_path / "x.xlsx")
        refused = bad.exception()
    assert isinstance(refused, Unreadable)
    assert (refused.code, refused.facts) == ("not_a_spreadsheet", {"kind": "pdf"})
    assert pickle.loads(pickle.dumps(refused)).facts == {"kind": "pdf"}


def outcome(data: bytes) -> str:
    try:
        book = read_bytes(data, "x")
    except Unreadable as refused:
        return refused.code
    assert isinstance(book, Book)
    for sheet in book.sheets:
        places = {*sheet.errors, *sheet.unvalued}
        assert all(row < len(sheet.rows) and column < len(sheet.rows[row]) for row, column in places)
        assert not any(value == "" for row in sheet.rows for value in row)
    return "book"


OUTCOMES = {"book", "unreadable_file", "encrypted_file", "not_a_spreadsheet", "file_too_large"}
BEGINNINGS = [
    b"",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"<html><table><tr><td colspan=3 rowspan=2>",
    b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>",
]


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=600))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_book_or_a_reason(beginning: bytes, rest: bytes) -> None:
    assert outcome(beginning + rest) in OUTCOMES


@given(st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_workbook_with_flipped_bytes_gives_a_book_or_a_reason(flips: list[tuple[int, int]]) -> None:
    data = bytearray(WORKBOOK)
    for at, byte in flips:
        data[at] = byte
    assert outcome(bytes(data)) in OUTCOMES


SHEET_PIECES = st.lists(
    st.sampled_from(
        [
            *("<row>", '<row r="3">', "</row>", "<c>", '<c r="B2">', '<c r="AB7" t="s">', '<c t="e" r="A1">'),
            *('<c r=""/>', '<c t="str">', "</c>", "<v>", "</v>", "<v/>", "<f>", "</f>", "<f/>", "0", "1", "7"),
            *("1e999", "x", "#REF!", "<is>", "<t>", "</t>", "</is>", "<!-- -->", "<strike/>"),
        ]
    ),
    max_size=25,
)


@given(SHEET_PIECES)
@settings(max_examples=200, deadline=None)
def test_a_workbook_with_any_cells_gives_a_book_or_a_reason(pieces: list[str]) -> None:
    body = "".join(pieces)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start, end = part.index(b"<sheetData>") + 11, part.index(b"</sheetData>")
                part = part[:start] + body.encode() + part[end:]
            new.writestr(name, part)
    assert outcome(packed.getvalue()) in OUTCOMES
