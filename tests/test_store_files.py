"""The store may lie where it likes: beside the returns, under any name, named in any way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import run
from returns_made import YES, documents, write_book


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one return, which is also the current one."""
    here = tmp_path / "returns"
    here.mkdir()
    write_book(here / "a.xlsx", documents("00271", YES, 2018))
    monkeypatch.chdir(here)
    return here


@pytest.mark.parametrize("where", ["kho.db", "./kho.db", "../returns/kho.db", "{}/kho.db", "sqlite:///{}/kho.db"])
@pytest.mark.parametrize("given", [".", "../returns", "{}"])
def test_the_store_is_no_return_however_it_and_the_folder_are_named(folder: Path, where: str, given: str) -> None:
    """From the second run on it lies in the folder that is read."""
    db, path = where.format(folder.as_posix()), given.format(folder)
    for command in (("ingest",), ("ingest",), ("verify",), ("check",)):
        done = run("--db", db, *command, path)
        assert done.status == 0, done.out
        assert "kho.db" not in done.out


@pytest.mark.skipif(os.name != "posix", reason="links need a right elsewhere")
def test_a_store_behind_a_link_is_no_return(folder: Path) -> None:
    """What the database keeps beside it lies where the link leads."""
    (folder.parent / "link.db").symlink_to(folder / "kho.db")
    for _ in range(2):
        assert run("--db", folder.parent / "link.db", "ingest", ".").status == 0


@pytest.mark.skipif(os.name != "posix", reason="such names cannot be had elsewhere")
@pytest.mark.parametrize("name", ["kho số #1?.db", "50%20.db", "a b;c&d=e.db"])
def test_a_path_is_a_path_whatever_signs_are_in_it(folder: Path, name: str) -> None:
    """It is no URL, in which some of them mean something else."""
    db = folder.parent / name
    assert run("--db", db, "ingest", folder).status == 0
    assert db.is_file()
    assert run("--db", db, "backup", folder.parent / f"copy {name}").status == 0
    assert sorted(path.name for path in folder.parent.glob("*.db")) == sorted([name, f"copy {name}"])
