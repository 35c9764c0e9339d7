"""Kinds of mess 74 to 88 that no other test shows: what a row says instead of an answer, what else is in the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from layouts import Cell, Laid, plain, received, ttc
from returns_made import YES, documents, item, of_province, outlet, place, whole_year
from tracker.returns import Status

if TYPE_CHECKING:
    from conftest import Store

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.mark.parametrize(
    "row",
    [
        ["Đã báo cáo ở biểu khác"],
        ["abc", "test", 123],
        ["test"],
        [123],
        ["xxx", None, "hội nghị"],
    ],
)
def test_a_row_that_answers_something_else_is_refused_alone(tmp_path: Path, row: list[Cell]) -> None:
    """The rows beside it count; nothing is made of it."""
    grid = [*plain("B04").grid, row]
    found = received(tmp_path / "r.xlsx", "B04", Laid("B04", grid, {}))
    assert found.status is Status.PARTIAL
    assert len(found.returns[0].filings[0].records) == 2
    assert {one.cell[1:] for one in found.problems} == {str(len(grid))}


@pytest.mark.parametrize("cell", ["dự kiến 5", "5 (dự kiến)", "kế hoạch 10", "đã báo cáo"])
def test_a_figure_that_is_only_planned_is_none(tmp_path: Path, cell: str) -> None:
    grid = plain("B08").grid
    grid[1][1] = cell
    assert [one.code for one in received(tmp_path / "r.xlsx", "B08", Laid("B08", grid, {})).problems] == [
        "not_a_count"
    ]


def test_a_unit_outside_the_area_changes_nothing_of_a_plan(store: Store) -> None:
    """A ward of another province is kept and not counted."""
    store.send("B01", [documents("00292", YES, 2018)])
    before = store.report(2018).target("materials")
    store.send("B01", [documents("24040", YES, 2018)])
    assert store.report(2018).target("materials") == before


def test_a_return_that_is_no_one_s_of_the_press_list_fills_no_month(store: Store) -> None:
    """An outlet of another list is not local because somebody says so."""
    store.send("B00P", [of_province("B00P", [outlet("HN01")], whole_year(2018))])
    done = store.send("B03", [of_province("B03", [item("05/07/2018", "XX99")], whole_year(2018))])
    assert "unknown_outlet" in done.codes()


def test_pictures_and_properties_are_read_by_nobody(store: Store) -> None:
    """Neither the picture nor the author's name is in the store, nor in anything printed."""
    path = store.path(".xlsx")
    (store.folder / "card.png").write_bytes(PICTURE)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"author": "Trần Bí Ẩn", "title": "Danh sách mật", "comments": "0912345678"})
        for name, grid in (("TTC", ttc("B08")), ("B08", plain("B08").grid)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
        sheet.insert_image("F9", str(store.folder / "card.png"), {"description": "Chân dung Bí Ẩn"})
        sheet.insert_textbox("F20", "Lê Bí Ẩn")
    done = store.ingest(path)
    assert done.json()["files"][0]["status"] == "accepted"
    kept = b"".join(file.read_bytes() for file in store.folder.iterdir() if file.name.startswith("store.db"))
    for secret in ("Bí Ẩn", "Danh sách mật", "0912345678"):
        assert secret.encode() not in kept
        assert secret not in done.out + done.err
    assert PICTURE not in kept


@pytest.mark.parametrize("typed", ["99999", "07201", "Lê Đại Hành", "00999"])
def test_a_listed_commune_that_the_province_does_not_have_is_named(store: Store, typed: str) -> None:
    """One of Bắc Giang in the list of Hà Nội, a name for a code: whoever counts hot-spots should hear of it."""
    year = whole_year(2020)
    done = store.send_book(of_province("B00", [place("00256"), place(typed), place("00250"), place("259")], year))
    found = [one for one in done.json()["files"][0]["problems"] if one["code"] != "zeros_restored"]
    assert [(one["code"], one["severity"], one["cell"], one["found"]) for one in found] == [
        ("unknown_row", "warning", "A3", typed)
    ]
    assert store.report(2020).target("reach")["denominator"] == 10_000
