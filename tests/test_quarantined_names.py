"""A quarantined file's name, or a sheet's, may be a victim's: what is kept of it, and said later, does without."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from conftest import Store, run
from returns_made import Return, Row, b05, flow, whole_year, write_book

NAME = "Nguyen Thi Bi Mat"
PERSONS: list[Row] = [("Họ và tên nạn nhân", "Số CCCD"), ("A", "001300009876")]
PLAN = "hai-ba-trung-2019"
LATER = (
    ("history", "007", "--all"),
    ("report", "--year", "2019", "--plan", PLAN, "--format", "json"),
    ("report", "--year", "2019", "--plan", PLAN, "--format", "html"),
    ("explain", "victims_supported", "--year", "2019", "--plan", PLAN, "--unit", "007"),
    ("explain", "victims_supported", "--year", "2019", "--plan", PLAN, "--unit", "007", "--format", "json"),
    ("chase", "--year", "2019", "--plan", PLAN),
    ("compare", "--year", "2019", "--plan", PLAN, "--from", "2019-01-01", "--to", "2999-12-31", "--format", "json"),
)


@pytest.fixture(scope="module")
def kept(new_store: Callable[[], Store]) -> Store:
    """B05 with a sheet of persons beside it, in a file that is called as one of them."""
    store = new_store()
    path = store.folder / f"{NAME}.xlsx"
    write_book(path, Return("007", whole_year(2019), {"B05": b05({"0531": flow(0, 8)})}), extra={"PL": PERSONS})
    assert store.ingest(path).json()["files"][0]["status"] == "quarantined"
    return store


def test_the_store_does_not_hold_the_name(kept: Store) -> None:
    files = [path.read_bytes() for path in kept.folder.glob("store.db*")]
    assert files
    assert not [data for data in files if NAME.encode() in data]


@pytest.mark.parametrize("command", LATER, ids=" ".join)
def test_no_command_says_it_later(kept: Store, command: tuple[str, ...]) -> None:
    done = run("--db", kept.db, *command)
    assert done.status == 0, done.err
    assert NAME not in done.out + done.err


def test_the_export_does_not_say_it(kept: Store) -> None:
    assert run("--db", kept.db, "export", "--out", kept.folder / "tables", "--restricted").status == 0
    tables = [path.read_text(encoding="utf-8") for path in (kept.folder / "tables").iterdir()]
    assert [text for text in tables if "quarantined" in text]
    assert not [text for text in tables if NAME in text]


@pytest.mark.parametrize(("lang", "known"), [("vi", "đã nhận ngày"), ("en", "received")])
def test_the_file_is_known_again_under_another_name(kept: Store, lang: str, known: str) -> None:
    again = shutil.copy(kept.folder / f"{NAME}.xlsx", kept.folder / "tep-khac.xlsx")
    done = run("--lang", lang, "--db", kept.db, "verify", again)
    assert done.status == 1
    assert known in done.out
    assert NAME not in done.out


def test_an_earlier_copy_does_not_bring_the_name_in(store: Store) -> None:
    """The same bytes under two names: the copy that came first is read last, and its day is written down."""
    later, earlier = store.folder / "a.xlsx", store.folder / f"{NAME}.xlsx"
    write_book(later, Return("007", whole_year(2019), {"B05": b05({"0531": flow(0, 8)})}), extra={"PL": PERSONS})
    shutil.copy(later, earlier)
    store.ingest(later, received="2019-12-05")
    store.ingest(earlier, received="2019-11-20")
    assert "20/11/2019" in run("--db", store.db, "verify", later).out
    assert not [path for path in store.folder.glob("store.db*") if NAME.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("sheet", "called"),
    [
        ("Tran Thi Kin", "#3!"),
        ("B05 Tran Thi Kin", "#3!"),
        ("0912345678", "#3!"),
        ("Danh sách nạn nhân", "Danh sách nạn nhân!"),
        ("Sheet1", "Sheet1!"),
        ("Phụ lục 2", "Phụ lục 2!"),
        ("B05 (2)", "B05 (2)!"),
        ("Hướng dẫn", "Hướng dẫn!"),
        ("Nạn nhân tiếp nhận năm 2019", "Nạn nhân tiếp nhận năm 2019!"),
        ("Nam", "#3!"),
    ],
)
def test_a_sheet_that_may_be_called_as_a_victim_goes_by_its_number(sheet: str, called: str, store: Store) -> None:
    """One sheet for each victim: neither what is printed nor the store has the name."""
    path = store.path(".xlsx")
    write_book(path, Return("007", whole_year(2019), {"B05": b05({"0531": flow(0, 8)})}), extra={sheet: PERSONS})
    done = store.ingest(path)
    (found,) = done.json()["files"][0]["problems"]
    assert f"({called}A1, {called}B1, {called}B2)" in found["message"]
    assert found["sheet"] == called.removesuffix("!")
    files = [file.read_bytes() for file in store.folder.glob("store.db*")]
    kept = sheet in done.out or any(sheet.encode() in data for data in files)
    assert kept is (found["sheet"] == sheet)


def test_a_web_page_called_as_a_victim_leaves_no_name(store: Store) -> None:
    """HTML saved as .xls has no sheet name of its own: the reader calls its sheet as the file is called."""
    path = store.folder / "Tran Thi Kin.xls"
    path.write_text("<html><table><tr><td>Họ tên nạn nhân</td></tr><tr><td>A</td></tr></table></html>", "utf-8")
    (file,) = store.ingest(path).json()["files"]
    assert (file["status"], file["problems"][0]["sheet"]) == ("quarantined", "#1")
    assert not [kept for kept in store.folder.glob("store.db*") if b"Tran Thi Kin" in kept.read_bytes()]
