"""Several forms on one sheet, one under the other: each is read where it stands, and none is lost in silence."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from layouts import READ_AS, Grid, plain, ttc, write
from tracker.understand import understand

OF_A_COMMUNE = ("B01", "B02", "B04")
GAPS: dict[str, Grid] = {
    "directly": [],
    "after blank rows": [[], []],
    "under a title": [[], ["BIỂU TIẾP THEO"], []],
    "after a signature": [[], ["Người lập biểu", "TM. ỦY BAN NHÂN DÂN"], ["(Ký, ghi rõ họ, tên)"], []],
}


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("forms", list(permutations(OF_A_COMMUNE, 2)), ids="-".join)
def test_two_forms_under_each_other_are_both_read(tmp_path: Path, forms: tuple[str, str], gap: str) -> None:
    """As if each had a sheet of its own; the cells are those of the one sheet."""
    grid: Grid = [*plain(forms[0]).grid, *GAPS[gap], *plain(forms[1]).grid]
    file = understand(write(tmp_path / "r.xlsx", [("TTC", ttc(forms[0])), ("Báo cáo", grid)]), "r.xlsx")
    assert [one.code for one in file.problems if one.is_error] == []
    [returned] = file.returns
    found = {filing.form: [dict(record.values) for record in filing.records] for filing in returned.filings}
    assert found == {form: READ_AS[form] for form in forms}


def test_who_and_when_may_stand_above_the_form(tmp_path: Path) -> None:
    """The whole return on one sheet."""
    grid: Grid = [*ttc("B04"), [], *plain("B04").grid]
    file = understand(write(tmp_path / "r.xlsx", [("Báo cáo", grid)]), "r.xlsx")
    assert [one.code for one in file.problems if one.is_error] == []
    [returned] = file.returns
    assert [dict(record.values) for record in returned.filings[0].records] == READ_AS["B04"]
