"""A zip of returns is read as the folder it was packed from, and never unpacked to disk."""

from __future__ import annotations

import contextlib
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archives import ENCRYPTED, LINK, PIPE, UTF8, raw_zip, unicode_path, zipped
from layouts import ROWS, plain, ttc, write
from tracker.intake import archive, content, guard
from tracker.intake.grid import Unreadable

if TYPE_CHECKING:
    from conftest import Run, Store

Tracker = Callable[..., "Run"]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A return without a fault."""
    path = tmp_path_factory.mktemp("made") / "b02.xlsx"
    return write(path, [("TTC", ttc("B02")), ("B02", plain("B02").grid)]).read_bytes()


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A return of another unit."""
    path = tmp_path_factory.mktemp("made") / "b08.xlsx"
    return write(path, [("TTC", ttc("B08")), ("B08", plain("B08", ROWS["B08"]).grid)]).read_bytes()


def checked(tracker: Tracker, path: Path) -> dict[str, Any]:
    """Files by their shown name without the folder of the test."""
    report = tracker("check", path, "--format", "json").json()
    return {file["path"].removeprefix(f"{path.parent.as_posix()}/"): file for file in report["files"]}


def statuses(tracker: Tracker, path: Path) -> dict[str, str]:
    return {name: file["status"] for name, file in checked(tracker, path).items()}


def codes(tracker: Tracker, path: Path) -> dict[str, list[str]]:
    return {name: [one["code"] for one in file["problems"]] for name, file in checked(tracker, path).items()}


def saved(folder: Path, data: bytes, name: str = "nop.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


# --- what is in it ----------------------------------------------------------------------------------------------


def test_the_files_in_a_zip_are_read_as_in_a_folder(
    tmp_path: Path, tracker: Tracker, good: bytes, other: bytes
) -> None:
    """Nested folders too; the zip itself is no return and is not listed."""
    path = saved(tmp_path, zipped({"quận/b/x.xlsx": good, "y.xlsx": other}))
    assert statuses(tracker, path) == {"nop.zip/quận/b/x.xlsx": "accepted", "nop.zip/y.xlsx": "accepted"}
    assert list(tmp_path.iterdir()) == [path]


def test_a_zip_lies_in_a_folder_among_others(tmp_path: Path, tracker: Tracker, good: bytes, other: bytes) -> None:
    """Its files stand at its place, between those before and after it."""
    saved(tmp_path, good, "a.xlsx")
    saved(tmp_path, zipped({"x.xlsx": other}), "b.zip")
    saved(tmp_path, b"%PDF-1.4", "c.pdf")
    report = tracker("check", tmp_path, "--format", "json").json()
    assert [Path(file["path"]).relative_to(tmp_path).as_posix() for file in report["files"]] == [
        "a.xlsx",
        "b.zip/x.xlsx",
        "c.pdf",
    ]
    assert report["summary"]["files"] == 3


def test_the_bytes_decide_what_is_an_archive(tmp_path: Path, tracker: Tracker, good: bytes) -> None:
    """A workbook named .zip is a workbook; a zip named .xlsx holds files."""
    assert statuses(tracker, saved(tmp_path, good, "w.zip")) == {"w.zip": "accepted"}
    assert statuses(tracker, saved(tmp_path, zipped({"a.xlsx": good}), "z.xlsx")) == {"z.xlsx/a.xlsx": "accepted"}


@pytest.mark.parametrize("lost", [1, 300])
def test_a_damaged_workbook_is_no_archive(tmp_path: Path, tracker: Tracker, good: bytes, lost: int) -> None:
    """Bytes lost in its middle do not turn its parts into files that somebody sent."""
    path = saved(tmp_path, good[:900] + good[900 + lost :], "w.xlsx")
    assert codes(tracker, path) == {"w.xlsx": ["unreadable_file"]}


def test_a_package_of_another_program_is_no_archive(tmp_path: Path, tracker: Tracker) -> None:
    """Apple's Numbers, Visio and the like."""
    for number, part in enumerate(("Index/Document.iwa", "[Content_Types].xml", "META-INF/container.xml")):
        path = saved(tmp_path, zipped({part: b"x", "preview.jpg": b"x"}), f"{number}.numbers")
        assert codes(tracker, path) == {path.name: ["not_a_spreadsheet"]}


def test_a_folder_named_like_the_inside_of_a_document_is_no_document(
    tmp_path: Path, tracker: Tracker, good: bytes
) -> None:
    """Only a part at the root of a zip tells what it is."""
    names = {"password/documents.xlsx": good, "axl/workbook.xml.xlsx": good}
    assert len(statuses(tracker, saved(tmp_path, zipped(names)))) == 2


@pytest.mark.parametrize(
    "name", ["~$x.xlsx", "a/~$x.xlsx", "__MACOSX/._x.xlsx", ".DS_Store", "a/.DS_Store", "Thumbs.db", "received.csv"]
)
def test_what_programs_leave_behind_is_no_return(tmp_path: Path, tracker: Tracker, good: bytes, name: str) -> None:
    """Lock files, the Mac's forks and the like are passed over."""
    path = saved(tmp_path, zipped({"x.xlsx": good, name: b"x"}))
    assert list(statuses(tracker, path)) == ["nop.zip/x.xlsx"]


def test_an_archive_without_returns_says_so(tmp_path: Path, tracker: Tracker) -> None:
    """Empty, or nothing but what programs leave behind."""
    for number, data in enumerate((zipped({}), zipped({".DS_Store": b"x"}), zipped({"folder/": b""}))):
        path = saved(tmp_path, data, f"{number}.zip")
        (problem,) = checked(tracker, path)[path.name]["problems"]
        assert problem["code"] == "not_a_spreadsheet"
        assert "không có tệp báo cáo nào" in problem["message"]


def test_a_bad_file_in_a_zip_costs_itself(tmp_path: Path, tracker: Tracker, good: bytes) -> None:
    """Its neighbours are read, and it is named."""
    files = {"a.xlsx": good, "b.xlsx": good[: len(good) // 2], "c.pdf": b"%PDF-1.4", "d.xlsx": b""}
    assert codes(tracker, saved(tmp_path, zipped(files))) == {
        "nop.zip/a.xlsx": [],
        "nop.zip/b.xlsx": ["unreadable_file"],
        "nop.zip/c.pdf": ["not_a_spreadsheet"],
        "nop.zip/d.xlsx": ["unreadable_file"],
    }


def test_an_encrypted_entry_is_called_so_and_others_are_read(tmp_path: Path, tracker: Tracker, good: bytes) -> None:
    """A zip may hold both."""
    inner = raw_zip([(b"kin.xlsx", good)], flags=ENCRYPTED)
    path = saved(tmp_path, zipped({"a.xlsx": good, "b.zip": inner}))
    assert codes(tracker, path) == {"nop.zip/a.xlsx": [], "nop.zip/b.zip/kin.xlsx": ["encrypted_file"]}


@pytest.mark.parametrize(("mode", "said"), [(LINK, "đường dẫn tắt"), (PIPE, "không phải là một tệp thông thường")])
def test_an_entry_that_is_no_plain_file_is_refused(tmp_path: Path, tracker: Tracker, mode: int, said: str) -> None:
    """A link in a zip leads nowhere, whatever it names."""
    path = saved(tmp_path, raw_zip([(b"x.xlsx", b"/etc/hostname")], mode=mode))
    (problem,) = checked(tracker, path)["nop.zip/x.xlsx"]["problems"]
    assert problem["code"] == "unreadable_file"
    assert said in problem["message"]


@pytest.mark.parametrize("magic", [b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\x00\x04", b"\x1f\x8b\x08\x00"])
def test_other_archives_are_refused_with_advice(tmp_path: Path, tracker: Tracker, magic: bytes) -> None:
    """They are not opened; the remedy names what can be."""
    (problem,) = checked(tracker, saved(tmp_path, magic + bytes(64), "x.zip"))["x.zip"]["problems"]
    assert problem["code"] == "not_a_spreadsheet"
    assert ".zip" in problem["fix"]


# --- zips in zips -----------------------------------------------------------------------------------------------


def test_a_zip_in_a_zip_is_gone_into_once(tmp_path: Path, tracker: Tracker, good: bytes, other: bytes) -> None:
    """Districts send zips, and the province zips them; one more level is named and left."""
    third = zipped({"c.xlsx": good})
    path = saved(tmp_path, zipped({"h/b.zip": zipped({"a.xlsx": other, "sâu.zip": third})}))
    assert codes(tracker, path) == {
        "nop.zip/h/b.zip/a.xlsx": [],
        "nop.zip/h/b.zip/sâu.zip": ["not_a_spreadsheet"],
    }


def test_limits_hold_for_all_zips_in_a_file_together(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small zips are as much as one large one."""
    inner = zipped({f"{number}.csv": b"x" for number in range(6)})
    many = zipped({f"{number}.zip": inner for number in range(4)})
    assert len(archive.listed(many)) == 24
    monkeypatch.setattr(guard, "ENTRY_LIMIT", 27)
    with pytest.raises(Unreadable) as caught:
        archive.listed(many)
    assert (caught.value.code, caught.value.facts) == ("file_too_large", {"of": "entries", "limit": "27"})


def test_what_it_unpacks_to_is_weighed_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes that the directory announces are added up."""
    monkeypatch.setattr(guard, "ARCHIVE_LIMIT", 999)
    with pytest.raises(Unreadable) as caught:
        archive.listed(zipped({"a.csv": bytes(500), "b.csv": bytes(500)}))
    assert (caught.value.code, caught.value.facts["of"]) == ("file_too_large", "unpacked")


def test_a_file_in_a_zip_may_not_be_larger_than_one_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """One too large costs itself."""
    data = zipped({"a.csv": bytes(500)})
    (one,) = archive.listed(data)
    monkeypatch.setattr(guard, "FILE_LIMIT", 499)
    with pytest.raises(Unreadable) as caught:
        content.entry_content(content.open_zip(data), *one.way[-1])
    assert caught.value.code == "file_too_large"


# --- names ------------------------------------------------------------------------------------------------------

WARD = "Phường Bạch Mai.xlsx"


@pytest.mark.parametrize(
    ("name", "flags", "shown"),
    [
        (WARD.encode(), UTF8, WARD),
        (WARD.encode(), 0, WARD),
        (unicodedata.normalize("NFD", WARD).encode(), 0, WARD),
        (unicodedata.normalize("NFD", WARD).encode(), UTF8, WARD),
        (WARD.encode().decode("cp437").encode(), UTF8, WARD),
        (WARD.encode().decode("latin-1").encode(), UTF8, WARD),
        ("Phươ\u0300ng Ba\u0323ch Mai.xlsx".encode("cp1258"), 0, WARD),
        ("Xa\u0303 Đông My\u0303.xlsx".encode("cp1258"), 0, "Xã Đông Mỹ.xlsx"),
        (b"Ph\xad\xeang B\xb9ch Mai.xlsx", 0, WARD),
        (b"x\x01.xlsx", 0, "x\x01.xlsx"),
        ("🚸 báo cáo.xlsx".encode(), UTF8, "🚸 báo cáo.xlsx"),
        (b"../../etc/x.xlsx", 0, "etc/x.xlsx"),
        (b"/etc/x.xlsx", 0, "etc/x.xlsx"),
        (b"a\\b\\x.xlsx", 0, "a/b/x.xlsx"),
        (b"a//./b/x.xlsx", 0, "a/b/x.xlsx"),
        (b"..", 0, "?"),
    ],
)
def test_names_are_shown_as_people_wrote_them(name: bytes, flags: int, shown: str) -> None:
    """In whatever code page the zip was made; a path that climbs is a name like any other."""
    (one,) = archive.listed(raw_zip([(name, b"x")], flags=flags))
    assert one.name == shown


def test_a_name_given_beside_the_plain_one_is_taken() -> None:
    """As WinRAR and Info-ZIP write it."""
    (one,) = archive.listed(raw_zip([(b"Ph??ng.xlsx", b"x")], extra=unicode_path(WARD, b"Ph??ng.xlsx")))
    assert one.name == WARD


def test_two_entries_of_one_name_are_two_files(tmp_path: Path, tracker: Tracker, good: bytes, other: bytes) -> None:
    """Neither hides the other."""
    path = saved(tmp_path, raw_zip([(b"x.xlsx", good), (b"x.xlsx", other)]))
    report = tracker("check", path, "--format", "json").json()
    assert [file["returns"][0]["forms"] for file in report["files"]] == [["B02"], ["B08"]]


# --- when -------------------------------------------------------------------------------------------------------


def received(store: Store, path: Path) -> dict[str, str]:
    """Day of receipt of each return by its file, as the store has it."""
    store.ingest(path)
    with contextlib.closing(sqlite3.connect(store.db)) as base:
        rows = base.execute("SELECT name, received_on FROM arrival").fetchall()
    return {name.removeprefix(f"{path.parent.as_posix()}/"): str(day) for name, day in rows}


def test_received_csv_in_a_zip_dates_its_files(store: Store, good: bytes, other: bytes) -> None:
    """By the name relative to its folder; the nearest one counts."""
    files = {
        "a/x.xlsx": good,
        "y.xlsx": other,
        "received.csv": b"file,received\na/x.xlsx,2018-12-01\ny.xlsx,02/12/2018\n",
        "a/received.csv": b"\xef\xbb\xbffile;received\nx.xlsx;2018-12-24\n",
    }
    assert received(store, saved(store.folder, zipped(files))) == {
        "nop.zip/a/x.xlsx": "2018-12-24",
        "nop.zip/y.xlsx": "2018-12-02",
    }


def test_a_bad_line_of_received_csv_in_a_zip_is_told_as_outside(store: Store, good: bytes) -> None:
    """With the way to it, also through a second zip; the good lines still hold."""
    files = {
        "x.xlsx": good,
        "received.csv": b"file,received\nx.xlsx,2018-12-01\ny.xlsx,20181202\n",
        "b.zip": zipped({"a/received.csv": b"tep,ngay\n", "a/y.csv": b"1"}),
    }
    path = saved(store.folder, zipped(files))
    told = [line.partition(": ")[0] for line in store.ingest(path).err.splitlines()]
    name = path.as_posix()
    assert told == [f"{name}/received.csv, dòng 3", f"{name}/b.zip/a/received.csv, dòng 1"]
    assert received(store, path)["nop.zip/x.xlsx"] == "2018-12-01"


def test_the_day_of_a_zip_is_that_of_its_files(store: Store, good: bytes) -> None:
    """A received.csv beside it speaks of the zip."""
    (store.folder / "received.csv").write_text("file,received\nnop.zip,2018-11-30\n", encoding="utf-8")
    assert received(store, saved(store.folder, zipped({"x.xlsx": good}))) == {"nop.zip/x.xlsx": "2018-11-30"}


def test_the_same_file_in_a_zip_and_beside_it_is_one(store: Store, good: bytes) -> None:
    """Its hash tells."""
    first = store.ingest(saved(store.folder, good, "x.xlsx")).json()["files"][0]
    again = store.ingest(saved(store.folder, zipped({"copy.xlsx": good}))).json()["files"][0]
    assert again["sha256"] == first["sha256"]
    assert "identical_file" in [one["code"] for one in again["problems"]]


# --- a zip that changes or lies ---------------------------------------------------------------------------------


def place(path: Path, number: int = 0) -> content.Member:
    return content.Member(path, archive.listed(path.read_bytes())[number].way)


def reason(where: content.Place) -> str:
    with pytest.raises(Unreadable) as caught:
        content.content_of(where)
    return caught.value.facts.get("reason", caught.value.code)


def test_a_zip_that_is_replaced_between_listing_and_reading_is_noticed(tmp_path: Path) -> None:
    """What was listed must be what is read."""
    path = saved(tmp_path, zipped({"a.csv": b"1", "b.csv": b"2"}))
    first, second = place(path), place(path, 1)
    assert content.content_of(second) == b"2"
    saved(tmp_path, zipped({"a.csv": b"new", "c.csv": b"3333"}))
    assert content.content_of(first) == b"new"
    assert reason(second) == "vanished"
    path.unlink()
    assert reason(first) == "vanished"


def test_an_entry_that_is_damaged_or_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The checksum of what comes out must be right."""
    data = zipped({"a.csv": b"a" * 5_000}, packed=zipfile.ZIP_STORED)
    assert reason(place(saved(tmp_path, data.replace(b"aaaa", b"aaab", 1), "x.zip"))) == "malformed"
    lying = data.replace((5_000).to_bytes(4, "little"), (4_000).to_bytes(4, "little"))
    assert reason(place(saved(tmp_path, lying, "y.zip"))) == "malformed"


def test_a_packing_that_no_office_uses_is_refused(tmp_path: Path) -> None:
    """bzip2 and LZMA unpack without a limit."""
    path = saved(tmp_path, zipped({"a.csv": b"a" * 500}, packed=zipfile.ZIP_LZMA))
    assert reason(place(path)) == "malformed"


def test_a_directory_too_long_to_be_read_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting its entries costs nothing."""
    data = zipped({f"{number}": b"" for number in range(30)})
    monkeypatch.setattr(guard, "ENTRY_LIMIT", 10)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(Unreadable) as caught:
        content.open_zip(data)
    assert caught.value.code == "file_too_large"


def test_a_cut_off_zip_of_workbooks_is_unreadable(tmp_path: Path, tracker: Tracker, good: bytes) -> None:
    """A download that broke off."""
    data = zipped({"a.xlsx": good, "b.xlsx": good})
    for number, share in enumerate((0.3, 0.6, 0.99)):
        path = saved(tmp_path, data[: int(len(data) * share)], f"{number}.zip")
        (problem,) = checked(tracker, path)[path.name]["problems"]
        assert problem["code"] == "unreadable_file"
