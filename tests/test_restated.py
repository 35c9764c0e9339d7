"""Answers said for the units of another day: merged ones combined by their resolution, divided ones never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from returns_made import communes
from tracker.place import shipped
from tracker.restated import Origin, bounds_of, carried, lineage
from tracker.rule import MISSING, NO, YES, UnitAnswer

BEFORE, AFTER = date(2019, 12, 31), date(2020, 12, 31)
GONE, KEPT = "09730", "09733"
"""Merged on 01/03/2020 into one that kept the second's code."""

DIVIDED, HEIRS = "00253", ("00241", "00247")


@pytest.mark.parametrize(
    ("province", "before", "after"),
    [
        ("01", BEFORE, AFTER),
        ("01", AFTER, date(2025, 1, 1)),
        ("24", BEFORE, date(2025, 3, 1)),
        ("37", date(2018, 12, 31), date(2025, 3, 1)),
    ],
)
def test_every_unit_of_the_other_day_is_made_of_units_of_the_first(province: str, before: date, after: date) -> None:
    """No commune appears from nowhere and none is lost."""
    line = lineage(shipped(), province, before, after)
    assert {unit for unit in line.sources if len(unit) == 5} == set(communes(province, after))
    assert {unit for unit in line.heirs if len(unit) == 5} == set(communes(province, before))


def test_the_way_back_is_the_same_way() -> None:
    there, back = lineage(shipped(), "01", BEFORE, AFTER), lineage(shipped(), "01", AFTER, BEFORE)
    pairs = {(code, heir) for code, heirs in there.heirs.items() for heir in heirs}
    assert pairs == {(heir, code) for code, heirs in back.heirs.items() for heir in heirs}


@pytest.mark.parametrize(
    ("gone", "kept", "merged"),
    [(YES, YES, YES), (YES, NO, NO), (NO, NO, NO), (YES, MISSING, MISSING), (NO, MISSING, MISSING)],
)
def test_a_merged_unit_is_yes_when_all_are_no_when_any_is_and_missing_when_one_is_silent(
    gone: UnitAnswer, kept: UnitAnswer, merged: UnitAnswer
) -> None:
    line = lineage(shipped(), "01", BEFORE, AFTER)
    found, origins = carried({GONE: gone, KEPT: kept}, line, yes_no=True)
    assert found == {KEPT: merged}
    assert origins == {GONE: Origin.ABSORBED, KEPT: Origin.MERGED}


def test_the_people_of_merged_units_add_up() -> None:
    line = lineage(shipped(), "01", BEFORE, AFTER)
    said = {GONE: UnitAnswer(10, 30, 100, missing=False), KEPT: UnitAnswer(5, 5, 50, missing=False)}
    assert carried(said, line, yes_no=False)[0] == {KEPT: UnitAnswer(15, 35, 150, missing=False)}
    silent = {**said, GONE: UnitAnswer(0, 100, 100, missing=True)}
    assert carried(silent, line, yes_no=False)[0] == {KEPT: UnitAnswer(0, 150, 150, missing=True)}


def test_what_holds_part_of_a_divided_unit_is_missing_though_it_answered_itself() -> None:
    line = lineage(shipped(), "01", BEFORE, AFTER)
    found, origins = carried(dict.fromkeys((DIVIDED, *HEIRS, "00250"), YES), line, yes_no=True)
    assert found == dict.fromkeys(HEIRS, MISSING)
    assert {origins[unit] for unit in HEIRS} == {Origin.DIVIDED}


def test_the_people_of_a_divided_unit_stay_in_the_sum() -> None:
    """They are kept together with those of its heirs: nobody knows who went where."""
    line = lineage(shipped(), "01", BEFORE, AFTER)
    said = {code: UnitAnswer(1, 1, 100, missing=False) for code in (DIVIDED, *HEIRS, "00250", "00001")}
    found, _ = carried(said, line, yes_no=False)
    assert found["00241+00247"] == UnitAnswer(0, 400, 400, missing=True)
    assert bounds_of(found.values()).of == bounds_of(said.values()).of


def test_a_merged_unit_tells_nothing_of_those_it_was_made_of() -> None:
    """Back on the units before the merger, each of them is missing."""
    line = lineage(shipped(), "01", AFTER, BEFORE)
    found, origins = carried({KEPT: YES, "00001": YES}, line, yes_no=True)
    assert found == {"00001": YES, GONE: MISSING, KEPT: MISSING}
    assert set(origins.values()) == {Origin.DIVIDED}


def test_of_a_unit_that_is_only_partly_on_a_list_nobody_knows_whether_it_was() -> None:
    line = lineage(shipped(), "01", BEFORE, AFTER)
    found, origins = carried({GONE: YES}, line, yes_no=True)
    assert found == {KEPT: MISSING}
    assert origins[KEPT] is Origin.PARTLY_LISTED


def test_a_code_that_was_used_again_is_not_the_same_unit() -> None:
    """00292 was Quỳnh Lôi to 2024 and is Bạch Mai, with another's people, in 2025."""
    line = lineage(shipped(), "007", date(2019, 12, 31), date(2025, 3, 1))
    assert line.sources["00292"] == ("00286", "00292")
