"""What lies in a folder beside plain files: links, pipes, sockets, folders named like workbooks, names of any bytes.

Each is listed by name with what is wrong, and costs nothing but itself.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import Run, run
from layouts import plain, ttc, write
from tracker.intake.arrivals import arrivals, read_received
from tracker.intake.content import content_of, name_of
from tracker.intake.grid import Unreadable
from tracker.understand import understand

if TYPE_CHECKING:
    from conftest import Store

Tracker = Callable[..., Run]
posix = pytest.mark.skipif(os.name != "posix", reason="the files of this test exist on Unix only")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any bytes as a file's name")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good return, which every run must still accept."""
    (tmp_path / "sent").mkdir()
    write(tmp_path / "sent" / "good.xlsx", [("TTC", ttc("B02")), ("B02", plain("B02").grid)])
    return tmp_path / "sent"


def checked(tracker: Tracker, folder: Path) -> dict[str, dict[str, Any]]:
    """Every file but the good one, which is accepted; the run ends with status 1."""
    done = tracker("check", folder, "--format", "json")
    files = {file["path"].removeprefix(f"{folder.as_posix()}/"): file for file in done.json()["files"]}
    assert files.pop("good.xlsx")["status"] == "accepted"
    assert done.status == 1
    assert done.err == ""
    return files


def said(tracker: Tracker, folder: Path) -> dict[str, str]:
    """What is said of each of them."""
    found = {}
    for name, file in checked(tracker, folder).items():
        (problem,) = file["problems"]
        assert (file["status"], problem["code"]) == ("unreadable", "unreadable_file")
        found[name] = problem["message"]
    return found


@posix
def test_a_link_in_a_folder_is_not_followed(folder: Path, tracker: Tracker) -> None:
    """Wherever it leads: out of the folder, to a folder, to itself, nowhere."""
    write(folder.parent / "outside.xlsx", [("TTC", ttc("B02"))])
    for name, target in {
        "a.xlsx": folder.parent / "outside.xlsx",
        "b.xlsx": folder.parent,
        "c.xlsx": folder / "c.xlsx",
        "d.xlsx": folder / "nowhere",
        "e.xlsx": Path("/dev/zero"),
    }.items():
        (folder / name).symlink_to(target)
    assert {name: "đường dẫn tắt" in text for name, text in said(tracker, folder).items()} == {
        f"{letter}.xlsx": True for letter in "abcde"
    }


@posix
def test_a_link_that_is_given_is_followed(folder: Path, tracker: Tracker) -> None:
    """Whoever runs the tool may name their files as they like."""
    link = folder.parent / "latest.xlsx"
    link.symlink_to(folder / "good.xlsx")
    report = tracker("check", link, "--format", "json").json()
    assert [(file["path"], file["status"]) for file in report["files"]] == [(link.as_posix(), "accepted")]


@posix
def test_pipes_and_sockets_are_no_files(folder: Path, tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor do they make anyone wait."""
    os.mkfifo(folder / "pipe.xlsx")
    monkeypatch.chdir(folder)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.csv")
        found = said(tracker, folder)
    assert found.keys() == {"pipe.xlsx", "socket.csv"}
    assert all("không phải là một tệp thông thường" in text for text in found.values())


def test_an_empty_folder_named_like_a_workbook_is_listed(folder: Path, tracker: Tracker) -> None:
    """Somebody thinks that they sent it."""
    (folder / "x.xlsx").mkdir()
    (folder / "empty").mkdir()
    assert said(tracker, folder).keys() == {"x.xlsx"}
    alone = tracker("check", folder / "x.xlsx")
    assert alone.status == 1
    assert "x.xlsx" in alone.out


def test_a_folder_named_like_a_workbook_is_gone_through(folder: Path, tracker: Tracker) -> None:
    """It is a folder, whatever it is called."""
    (folder / "x.xlsx").mkdir()
    (folder / "x.xlsx" / "y.csv").write_bytes(b"")
    assert said(tracker, folder).keys() == {"x.xlsx/y.csv"}


@posix
def test_received_csv_may_be_anything_but_a_trap(folder: Path, tracker: Tracker) -> None:
    """A pipe of that name makes nobody wait, and a link of that name is not followed."""
    os.mkfifo(folder / "received.csv")
    assert tracker("check", folder).status == 0
    (folder / "received.csv").unlink()
    (folder / "received.csv").symlink_to("/dev/zero")
    done = tracker("check", folder)
    assert done.status == 0
    assert "received.csv, dòng 1:" in done.err  # it gives no file a day, which somebody may have counted on
    assert read_received(folder / "received.csv") == {}


def _as_somebody(paths: list[str], answer: Any) -> None:
    """Runs `check` as a user whom modes bind; root is bound by none."""
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    answer.put(run("check", *paths, "--format", "json"))


@posix
def test_what_may_not_be_read_is_unreadable_when_it_is_named_itself(folder: Path) -> None:
    """As it is in a folder: no wrong use, for which the good return beside it would not be read either."""
    good, *forbidden = given = [folder / "good.xlsx", folder / "locked.xlsx", folder / "locked"]
    forbidden[0].write_bytes(good.read_bytes())
    forbidden[1].mkdir()
    understand(good, run("check", good).out)  # the child has no right to load modules any more
    for parent in (folder, *(one for one in folder.parents if Path(tempfile.gettempdir()) in one.parents)):
        parent.chmod(0o755)
    for path in forbidden:
        path.chmod(0)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_as_somebody, args=(list(map(str, given)), answer))
    child.start()
    done = answer.get(timeout=60)
    child.join(60)
    forbidden[1].chmod(0o755)
    files = done.json()["files"]
    assert (done.status, [file["status"] for file in files]) == (1, ["accepted", "unreadable", "unreadable"])
    assert ["Không có quyền đọc" in file["problems"][0]["message"] for file in files[1:]] == [True, True]


def test_received_csv_is_found_in_any_case_of_its_name(tmp_path: Path) -> None:
    """As it is in a zip, and on systems that do not tell the cases apart."""
    (tmp_path / "Received.CSV").write_text("file,received\na.csv,2018-11-20\n", encoding="utf-8")
    (tmp_path / "a.csv").write_bytes(b"1")
    assert [(one.shown, one.received_on) for one in arrivals([tmp_path])] == [
        ((tmp_path / "a.csv").as_posix(), date(2018, 11, 20))
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x00",
        b"file,received\n",
        b'file,received\n"x',
        b"\xff\xfe\xfd",
        b"a,b\n1,2\n",
        b"file\n" + b"x" * 200_000,
    ],
)
def test_nonsense_in_received_csv_dates_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "received.csv").write_bytes(content)
    assert read_received(tmp_path / "received.csv") == {}


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("file,received\nx.csv,2020-11-28\n\n", []),
        ("file,received\nx.csv,2020-13-28\n,2020-11-28\ny.csv,\nz.csv,28/11/2020\n", [2, 3, 4]),
        ("tệp,ngày\nx.csv,2020-11-28\n", [1]),
        ("file;received\nx.csv;hôm qua\n", [2]),
    ],
)
def test_a_line_of_received_csv_that_cannot_be_read_is_told_by_its_number(
    folder: Path, tracker: Tracker, content: str, lines: list[int]
) -> None:
    """On stderr, and the run goes on; a blank line is no mistake."""
    (folder / "received.csv").write_text(content, "utf-8")
    done = tracker("check", folder)
    assert done.status == 0
    assert [line for line in range(1, 9) if f"received.csv, dòng {line}:" in done.err] == lines


def test_a_list_further_off_is_read_only_for_a_file_that_the_nearer_one_leaves_out(tmp_path: Path) -> None:
    """Whoever has a day from its own folder needs no other list; the next file of that folder may."""
    (tmp_path / "a").mkdir()
    for name in ("1.xlsx", "2.xlsx", "3.xlsx"):
        (tmp_path / "a" / name).touch()
    (tmp_path / "received.csv").write_text("file,received\na/2.xlsx,2018-12-02\nnothing\n", "utf-8")
    (tmp_path / "a" / "received.csv").write_text("file,received\n1.xlsx,2018-12-01\n3.xlsx,2018-12-03\n", "utf-8")
    told: list[int] = []
    days = []
    for one in arrivals([tmp_path], lambda path, number: told.append(number)):
        days.append((str(one.received_on), list(told)))
    assert days == [("2018-12-01", []), ("2018-12-02", [3]), ("2018-12-03", [3])]


def test_received_csv_names_files_relative_to_its_folder(tmp_path: Path) -> None:
    """The nearest one that names the file counts; Excel's semicolons and Windows' slashes are read, too."""
    (tmp_path / "q1").mkdir()
    for name in ("q1/a.xlsx", "q1/b.xlsx", "c.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "received.csv").write_text(
        "file;received\nq1\\a.xlsx;01/12/2018\nQ1/B.xlsx;2018-12-02\nc.xlsx;2018-12-03\n", encoding="utf-8"
    )
    (tmp_path / "q1" / "received.csv").write_text("file,received\nb.xlsx,2018-12-24\n", encoding="utf-8")
    days = {name_of(one.place): f"{one.received_on:%d/%m}" for one in arrivals([tmp_path])}
    assert days == {"a.xlsx": "01/12", "b.xlsx": "24/12", "c.xlsx": "03/12"}


# --- names ------------------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize(
    "name",
    [
        "báo\ncáo.xlsx",
        "a\x1b[31mđỏ\x1b]0;t\x07.xlsx",
        "🚸🙂.xlsx",
        "\u202egpj.xlsx",
        "x" * 200 + ".xlsx",
        "-x.xlsx",
        " .xlsx",
    ],
)
def test_any_name_is_named_and_moves_no_cursor(folder: Path, tracker: Tracker, name: str) -> None:
    """In JSON as it is, on a terminal without what a terminal obeys."""
    (folder / name).write_bytes(b"")
    assert list(said(tracker, folder)) == [name]
    for form in ("text", "github", "junit"):
        out = tracker("check", folder, "--format", form).out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", out)
        assert name[-5:] in out


@linux
def test_a_name_that_is_no_utf_8_is_shown_as_well_as_can_be(folder: Path, store: Store) -> None:
    """And stored, and printed as JSON that is UTF-8: in a process of its own, bytes and all."""
    path = os.fsencode(folder) + b"/Ph\xad\xeang.xlsx"
    Path(os.fsdecode(path)).write_bytes((folder / "good.xlsx").read_bytes() + b"\0")
    arguments = [sys.executable, "-m", "tracker", "--db", str(store.db), "ingest", str(folder), "--format", "json"]
    done = subprocess.run(arguments, capture_output=True, timeout=60, check=False)
    report = json.loads(done.stdout.decode("utf-8"))
    assert sorted(Path(file["path"]).name for file in report["files"]) == ["Ph\ufffd\ufffdng.xlsx", "good.xlsx"]
    assert done.stderr == b""
    assert done.returncode in (0, 1)


@linux
def test_a_missing_file_of_such_a_name_is_a_wrong_use(tmp_path: Path) -> None:
    """The message is UTF-8, too."""
    arguments = [sys.executable, "-m", "tracker", "check", os.fsdecode(os.fsencode(tmp_path) + b"/\xff.xlsx")]
    done = subprocess.run(arguments, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "Không có tệp" in done.stderr.decode("utf-8")
    assert done.stdout == b""


# --- files that change ------------------------------------------------------------------------------------------


def test_a_file_that_vanishes_after_it_was_listed_says_so(tmp_path: Path) -> None:
    """Between the listing and the reading."""
    (tmp_path / "x.xlsx").write_bytes(b"x")
    (one,) = arrivals([tmp_path])
    (tmp_path / "x.xlsx").unlink()
    with pytest.raises(Unreadable) as caught:
        content_of(one.place)
    assert caught.value.facts == {"reason": "vanished"}


@posix
def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_followed(tmp_path: Path) -> None:
    """Nor a folder on its way there that was a folder when it was listed: only the name itself is held to."""
    (tmp_path / "x.xlsx").write_bytes(b"x")
    (one,) = arrivals([tmp_path])
    (tmp_path / "x.xlsx").unlink()
    (tmp_path / "x.xlsx").symlink_to("/etc/hostname")
    with pytest.raises(Unreadable) as caught:
        content_of(one.place)
    assert caught.value.facts == {"reason": "link"}


@posix
def test_a_folder_that_cannot_be_looked_into_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs itself; here it is gone by the time it is opened."""
    (tmp_path / "gone").mkdir()
    (tmp_path / "x.csv").write_bytes(b"x")
    looked = os.scandir

    @contextmanager
    def look(here: str) -> Iterator[Any]:
        with looked(here) as entries:
            yield list(entries)
        if Path(here) == tmp_path:
            (tmp_path / "gone").rmdir()

    monkeypatch.setattr(os, "scandir", look)
    assert [name_of(one.place) for one in arrivals([tmp_path])] == ["gone", "x.csv"]


def test_folders_in_folders_may_be_deep(tmp_path: Path) -> None:
    """Deeper than Python calls functions in each other."""
    deep = tmp_path
    for _ in range(300):
        deep = deep / "a"
    deep.mkdir(parents=True)
    (deep / "x.csv").write_bytes(b"x")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        assert len(list(arrivals([tmp_path]))) == 1
    finally:
        sys.setrecursionlimit(limit)


@linux
def test_a_file_longer_than_its_size_says_is_read_whole() -> None:
    """As one is that grows while it is read; the system's own files say that they have no size."""
    path = Path("/proc/version")
    assert path.stat().st_size == 0
    assert content_of(path) == path.read_bytes() != b""
