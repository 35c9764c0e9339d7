"""The store as tidy tables: every figure with its place, every column explained, nothing that may not be told."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from conftest import Store, run
from returns_made import YES, Return, b01, b05, documents, flow, whole_year, write_csv
from tracker.export import HIDDEN, TABLES
from tracker.forms import FORMS

UNIT, OTHER = "00271", "00256"
PEOPLE = {**YES, "0201": 9000, "0202": 6000, "0211": "trên 4.000", "0217": "A"}

Rows = list[dict[str, str]]


def exported(store: Store, *words: str) -> dict[str, Rows]:
    folder = store.folder / "ra"
    done = run("--db", store.db, "export", "--out", folder, *words)
    assert done.status == 0, done.err
    return {path.stem: table(path) for path in folder.iterdir()}


def table(path: Path) -> Rows:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def filled(store: Store) -> Store:
    store.send_book(Return(UNIT, whole_year(2018), {"B01": b01(PEOPLE)}), received="2018-11-20")
    store.send("B01", [documents(OTHER, YES, 2018)], received="2018-11-21")
    return store


def test_every_answer_is_exported_with_the_cell_it_stands_in(filled: Store) -> None:
    """The file that came, opened by another program, holds the raw text at that sheet and cell."""
    rows = [row for row in exported(filled)["figures"] if row["unit"] == UNIT]
    assert len(rows) == len(YES) + 4
    book = openpyxl.load_workbook(rows[0]["file"])
    for row in rows:
        assert str(book[row["sheet"]][row["cell"]].value) == row["raw"]
    reached = next(row for row in rows if row["field"] == "reached_14_60")
    assert (reached["value"], reached["qualifier"], reached["code"]) == ("4000", "over", "0211")
    assert (reached["unit_name"], reached["district"], reached["year"]) == ("Phường Thanh Nhàn", "007", "2018")


def test_the_code_book_explains_every_column_and_the_fields_every_field(filled: Store) -> None:
    tables = exported(filled)
    explained = {(row["table"], row["column"]) for row in tables["codebook"] if row["meaning"]}
    for name, rows in tables.items():
        if rows and name != "codebook":
            assert {(name, column) for column in rows[0]} <= explained
    assert {(row["form"], row["field"]) for row in tables["fields"]} == {
        (form.code, one.name) for form in FORMS.values() for one in form.kept_fields
    }
    assert set(tables) == {"codebook", *(one.name for one in TABLES)}


def test_only_what_counts_is_marked_as_counting(filled: Store) -> None:
    """The version before a correction stays in the tables, as superseded."""
    corrected = Return(UNIT, whole_year(2018), {"B01": b01({**PEOPLE, "0201": 9100})}, revision=2)
    filled.send_book(corrected, received="2018-11-25")
    fates = {row["revision"]: row["fate"] for row in exported(filled)["returns"] if row["unit"] == UNIT}
    assert fates == {"1": "superseded", "2": "counts"}


def test_small_figures_of_victims_and_all_that_would_give_them_away_are_left_out(store: Store) -> None:
    """Of every unit below the province, raw text too; --restricted has them."""
    period = whole_year(2019)
    store.send_book(Return("007", period, {"B05": b05({"0531": flow(4, 9, in_time=3), "0501": flow(2, 1)})}))
    store.send_book(Return("005", period, {"B05": b05({"0531": flow(40, 90, in_time=30)})}))
    hidden = [row for row in exported(store)["figures"] if row["field"].startswith("victims_received")]
    assert len(hidden) > 8
    assert {(row["value"], row["raw"]) for row in hidden} == {(HIDDEN, HIDDEN)}
    tips = [row["value"] for row in exported(store)["figures"] if row["field"] == "tips_carried"]
    assert "2" in tips  # tips are no victims
    shown = [row for row in exported(store, "--restricted")["figures"] if row["field"] == "victims_received_carried"]
    assert sorted(row["value"] for row in shown) == ["4", "40"]


def test_problems_that_other_returns_give_are_exported_with_the_return_they_are_of(store: Store) -> None:
    """Two contents under one revision, a late return; a file's own problem names no return."""
    store.send_book(Return(UNIT, whole_year(2018), {"B01": b01(PEOPLE)}), received="2018-11-20")
    store.send_book(Return(UNIT, whole_year(2018), {"B01": b01({**PEOPLE, "0201": 9100})}), received="2018-11-20")
    faulty = Return(OTHER, whole_year(2018), {"B01": b01({**PEOPLE, "0117": "x"})})
    store.send_book(faulty, received="2018-12-20")
    tables = exported(store)
    units = {row["return"]: row["unit"] for row in tables["returns"]}
    found = sorted((units.get(row["return"], ""), row["code"]) for row in tables["problems"])
    assert found == [
        ("", "not_a_count"),
        (OTHER, "late"),
        (UNIT, "revision_conflict"),
        (UNIT, "revision_conflict"),
    ]


def test_the_same_store_is_exported_to_the_same_bytes(filled: Store) -> None:
    exported(filled)
    first = {path.name: path.read_bytes() for path in (filled.folder / "ra").iterdir()}
    exported(filled)
    assert {path.name: path.read_bytes() for path in (filled.folder / "ra").iterdir()} == first


def test_a_cell_that_begins_like_a_formula_is_escaped(store: Store) -> None:
    lines = {**YES, "0217": "A"}
    path = write_csv(store.folder / "=cong.csv", "B01", [documents(UNIT, lines, 2018)])
    assert run("--db", store.db, "withdraw", "x", "--reason", "y").status == 2  # no store yet
    store.ingest(path)
    name = next(row["return"] for row in exported(store)["returns"])
    assert run("--db", store.db, "withdraw", name, "--reason", '=HYPERLINK("x")').status == 0
    assert exported(store)["decisions"][0]["reason"] == '\'=HYPERLINK("x")'


def test_a_file_in_the_place_of_the_folder_is_refused(filled: Store) -> None:
    (filled.folder / "tep").touch()
    assert run("--db", filled.db, "export", "--out", filled.folder / "tep").status == 2
