"""Hostile files through the real command, in a process of its own with its real children: none hurts, none is silent.

All lie in one folder with good returns between them, and are read in one run.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hostile import OTHERS, XLSX, workbook
from layouts import plain, ttc, write
from test_intake_excel import number, xls
from test_intake_ods import cell, ods, row
from tracker.intake import guard
from tracker.intake.content import content_of

FILES = {**XLSX, **OTHERS}
RUN_SECONDS = 150


@dataclass(frozen=True)
class Ran:
    """How the command ended and what it said of each file by name."""

    status: int
    out: str
    err: str

    def files(self) -> dict[str, list[dict[str, Any]]]:
        """Files by the first step of their name under the folder, for an archive all those in it."""
        found: dict[str, list[dict[str, Any]]] = {}
        for file in json.loads(self.out)["files"]:
            found.setdefault(Path(file["path"]).parts[len(FOLDER.parts)], []).append(file)
        return found


FOLDER = Path("sent")


def ran(folder: Path, *arguments: str) -> Ran:
    command = [sys.executable, "-m", "tracker", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=RUN_SECONDS, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder above the one with every hostile file, and a good return before, among and after them."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / FOLDER).mkdir()
    for name, (data, _) in FILES.items():
        (folder / FOLDER / name).write_bytes(data)
    for name in ("0-good.xlsx", "m-good.xlsx", "zz-good.xlsx"):
        write(folder / FOLDER / name, [("TTC", ttc("B02")), ("B02", plain("B02").grid)])
    return folder


@pytest.fixture(scope="module")
def checked(sent: Path) -> Iterator[Ran]:
    """One run over all of them."""
    before = {path: path.stat().st_size for path in sent.rglob("*")}
    yield ran(sent, "check", str(FOLDER), "--format", "json", "--workers", "2")
    assert {path: path.stat().st_size for path in sent.rglob("*")} == before


def test_the_run_ends_as_one_with_bad_data_does(checked: Ran) -> None:
    """Not as one that failed, and with nothing on stderr."""
    assert checked.status == 1
    assert checked.err == ""


def test_no_good_return_is_lost(checked: Ran) -> None:
    """Whatever lies beside it."""
    files = checked.files()
    assert [files[name][0]["status"] for name in ("0-good.xlsx", "m-good.xlsx", "zz-good.xlsx")] == ["accepted"] * 3
    assert files.keys() == {*FILES, "0-good.xlsx", "m-good.xlsx", "zz-good.xlsx"}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_for_what_it_is(checked: Ran, name: str) -> None:
    """By the guard or by the form, with a sentence; no reader of it crashed, hung or swelled."""
    for file in checked.files()[name]:
        codes = {problem["code"] for problem in file["problems"]}
        assert codes & FILES[name][1], file
        assert file["status"] in {"unreadable", "rejected"}
        said = " ".join(problem["message"] for problem in file["problems"])
        assert not any(word in said for word in ("dừng đột ngột", "quá lâu", "quá nhiều bộ nhớ")), said
        assert all(problem["message"] and problem["fix"] for problem in file["problems"])


FEW = ("bomb.xlsx", "corner.xlsx", "laughs.xls", "cut.ods", "quotes.csv", "nested.zip", "up.zip", "long-cell.xlsx")


@pytest.fixture
def few(sent: Path, tmp_path: Path) -> Path:
    """The folder above one with some of them and a good return."""
    (tmp_path / FOLDER).mkdir()
    for name in (*FEW, "zz-good.xlsx"):
        (tmp_path / FOLDER / name).write_bytes((sent / FOLDER / name).read_bytes())
    return tmp_path


def test_text_names_every_file_and_shows_no_traceback(few: Path) -> None:
    """As the clerk sees it."""
    done = ran(few, "check", str(FOLDER))
    assert (done.status, done.err) == (1, "")
    assert {name for name in FEW if name not in done.out} == set()
    assert "Traceback" not in done.out


def test_they_may_be_stored_as_well(few: Path) -> None:
    """A run that keeps what it can, twice over."""
    for _ in range(2):
        done = ran(few, "--db", "store.db", "ingest", str(FOLDER), "--format", "json")
        assert (done.status, done.err) == (1, "")
        assert done.files()["zz-good.xlsx"][0]["status"] == "accepted"


def test_a_file_far_over_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    """Only as far as shows that it is too large: a reader who took in more would end for want of memory or time."""
    with (tmp_path / "x.csv").open("wb") as file:
        file.truncate(40 << 30)  # of which nothing is on disk
    done = ran(tmp_path, "check", "x.csv", "--format", "json")
    (problem,) = json.loads(done.out)["files"][0]["problems"]
    assert (done.status, problem["code"]) == (1, "file_too_large")
    assert len(content_of(tmp_path / "x.csv")) == guard.FILE_LIMIT + 1


SOUND = {
    "a.xlsx": workbook(),
    "b.xls": xls(number(0, 0, 1) + number(1, 1, 2)),
    "c.ods": ods(row(cell("float", "1"), cell("string", "", "x"))),
    "d.xls": b"<html><table><tr><td>1<td>x</tr></table>",
    "e.csv": "Mã đơn vị;Từ ngày\n00292;01/01/2018\n".encode("utf-16"),
}


def test_files_with_bytes_changed_cut_or_doubled_are_read_or_refused(tmp_path: Path) -> None:
    """Some hundred of them, in one run, with the real children: every one is answered for."""
    chance = random.Random(2024)
    for name, data in SOUND.items():
        for number_ in range(30):
            (tmp_path / f"{name[0]}{number_:03}{Path(name).suffix}").write_bytes(_damaged(data, chance))
    done = ran(tmp_path, "check", ".", "--format", "json", "--workers", "2")
    files = json.loads(done.out)["files"]
    assert (done.status, done.err) == (1, "")
    assert len({file["path"].split("/")[0] for file in files}) == 30 * len(SOUND)
    assert {file["status"] for file in files} <= {"unreadable", "rejected"}
    assert not [file for file in files if "đột ngột" in file["problems"][0]["message"]]


def _damaged(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    match chance.randrange(3):
        case 0:
            for _ in range(chance.randint(1, 20)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        case 1:
            del damaged[chance.randrange(1, len(damaged)) :]
        case _:
            at = chance.randrange(len(damaged))
            damaged[at:at] = damaged[at : at + chance.randint(1, 500)]
    return bytes(damaged)
