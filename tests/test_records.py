"""Rows are read in the quickest way that does; whichever it is, they say the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from faults_made import COMMUNE, YEAR
from returns_made import Return, b01, write_book
from tracker.answers import Reading
from tracker.forms import FORMS
from tracker.intake.grid import Sheet
from tracker.intake.tables import RowSays, Table
from tracker.records import read_form
from tracker.understand import understand

B04 = FORMS["B04"]
LABELS = ("Từ ngày", "Đến ngày", "Loại hoạt động", "Đơn vị chủ trì", "Số cuộc", "Lượt người dự", "Hưởng ứng 30/7")
ODD = ("", "…", "hình như", "#REF!", "trên 310", "1.310 đại biểu", True, 12.5, -3, "x" * 60)
LINES = st.tuples(
    st.sampled_from([date(2026, 3, 5), "5/3/2026", None, *ODD]),
    st.sampled_from([date(2026, 3, 6), None, None, *ODD]),
    st.sampled_from(["hội nghị", "Hội nghị ", "hội thi", None, *ODD]),
    st.sampled_from(["UBND xã", None, *ODD]),
    st.sampled_from([1, 2, "3", None, *ODD]),
    st.sampled_from([100, 1310, "1.310", None, *ODD]),
    st.sampled_from(["có", "không", 1, 0, None, *ODD]),
).map(list)


def read(rows: list[list[Any]], *, special: bool) -> Reading:
    """The rows read as lines of B04; beside the table of a `special` sheet stands a formula without a value."""
    beside = frozenset((number, 30) for number in range(1, len(rows) + 1)) if special else frozenset()
    sheet = Sheet("B04", [[*LABELS], *rows], unvalued=beside)
    table = Table(B04, sheet, 0, {label: place for place, label in enumerate(LABELS)}, span=range(len(LABELS)))
    return read_form(B04, [(table, [(number, RowSays.DATA) for number in range(1, len(rows) + 1)])])


def kept(reading: Reading) -> list[tuple[Any, ...]]:
    records = reading.finish().records
    return [(one.sheet, one.row, [*one.values.items()], [*one.origins.items()]) for one in records]


@given(st.lists(LINES, max_size=6))
def test_a_row_read_at_once_says_what_it_says_cell_by_cell(rows: list[list[Any]]) -> None:
    """Answers, their order, their cells, the problems and what was refused."""
    at_once, by_cell = read(rows, special=False), read(rows, special=True)
    assert kept(at_once) == kept(by_cell)
    assert at_once.problems == by_cell.problems
    assert at_once.filing.refused_days == by_cell.filing.refused_days
    assert at_once.filing.refused_undated is by_cell.filing.refused_undated


def test_an_answer_that_the_integrated_kit_gives_stands_where_the_kit_does(tmp_path: Path) -> None:
    """0109 answers 0101 and 0105 where they are blank: whoever asks for their cell is led to that of 0109."""
    lines = {"0103": "có", "0107": "có", "0109": "có"}
    path = write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(lines)}))
    ((filing,),) = [one.filings for one in understand(path, "a.xlsx").returns]
    (record,) = filing.records
    kit = record.origins["integrated_kit"]
    assert record.values["policy_received"] is record.values["behaviour_received"] is True
    assert record.origins["policy_received"] == record.origins["behaviour_received"] == kit
    assert record.origins["policy_deployed"].cell != kit.cell
