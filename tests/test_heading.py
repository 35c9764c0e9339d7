"""Who reports and for when: every rule of TTC, with what refuses a return, what is noted and what takes a default."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from layouts import FILERS, Cell, Grid, plain, received, ttc, write
from tracker.messages import message
from tracker.period import Kind, Period
from tracker.problems import CODES, Problem, Severity
from tracker.returns import Received, Return, Status
from tracker.understand import understand

NONE: Grid = [["Không phát sinh"]]
BRIEF: Grid = [["Từ ngày", "Loại hoạt động"], *NONE]
B08: Grid = [["Chỉ số", "Số lượng"], ["Tờ rơi", 5]]


def send(tmp_path: Path, form: str = "B04", grid: Grid | None = None, **cells: Cell) -> Received:
    """A workbook whose TTC says `cells` by code; B04 says that nothing happened."""
    heading = [row for row in ttc("B04", **cells) if row[2] is not None]
    body = BRIEF if grid is None and form == "B04" else grid
    sheets = [("TTC", heading), (form, plain(form).grid if body is None else body)]
    return understand(write(tmp_path / "return.xlsx", sheets), "return.xlsx")


def only(file: Received) -> Return:
    (one,) = file.returns
    return one


def codes(file: Received) -> list[str]:
    return [one.code for one in file.problems]


def problem(file: Received, code: str) -> Problem:
    (one,) = [one for one in file.problems if one.code == code]
    return one


def assert_refused(file: Received, code: str) -> Problem:
    """One error of the return's scope, and nothing of the return is left."""
    assert codes(file) == [code]
    one = problem(file, code)
    assert (one.severity, one.cell) == (Severity.ERROR, "")
    assert file.status is Status.REJECTED
    assert [found.status for found in file.returns] == [Status.REJECTED]
    return one


# T01


@pytest.mark.parametrize("typed", ["2026.1", " 2026.1 ", 2026.1, None])
def test_the_version_is_the_current_one(tmp_path: Path, typed: Cell) -> None:
    """Also where Excel took it for a number, and where it is blank."""
    assert codes(send(tmp_path, T01=typed)) == []


@pytest.mark.parametrize("typed", ["2025.1", "2026.10", "2026", "mới nhất", 2026, 2027.1])
def test_an_unknown_version_refuses_the_return(tmp_path: Path, typed: Cell) -> None:
    """What its columns mean is not known."""
    assert assert_refused(send(tmp_path, T01=typed), "unknown_form_version").found == str(typed)


# T02 and T03: the unit


@pytest.mark.parametrize(
    "name",
    [
        *("Quỳnh Lôi", "Phường Quỳnh Lôi", "phường quỳnh lôi", "PHƯỜNG QUỲNH LÔI", "P. Quỳnh Lôi", "P.Quỳnh Lôi"),
        *(
            "UBND phường Quỳnh Lôi",
            "UBND Quỳnh Lôi",
            "Ủy ban nhân dân phường Quỳnh Lôi",
            "Uỷ ban nhân dân P. Quỳnh Lôi",
        ),
        *(
            "BCĐ phường Quỳnh Lôi",
            "Ban Chỉ đạo phường Quỳnh Lôi",
            "quynh loi",
            "Phuong Quynh Loi",
            "Phường Quỳnh  Lôi",
        ),
        *("Qu\u0079\u0300nh Lôi", "phường\nQuỳnh Lôi", "Quỳnh\u00a0Lôi"),
    ],
)
@pytest.mark.parametrize("agency", ["UBND", "BCD"])
def test_the_name_may_be_written_in_many_ways(tmp_path: Path, name: str, agency: str) -> None:
    """With or without its kind, UBND and BCĐ."""
    file = send(tmp_path, T02=name, T04=agency)
    assert (only(file).unit, codes(file)) == ("00292", [])


@pytest.mark.parametrize("name", ["Phường Thanh Nhàn", "Xã Quỳnh Lôi", "Quỳnh Lôi 2", "Quận Hai Bà Trưng", "abc"])
@pytest.mark.parametrize("agency", [None, "UBND", "BCD"])
def test_a_name_of_another_unit_refuses_the_return(tmp_path: Path, name: str, agency: str | None) -> None:
    """Neither the name nor the code is taken for granted."""
    one = assert_refused(send(tmp_path, T02=name, T04=agency), "unit_name_mismatch")
    assert (one.found, one.facts["name"]) == (name, "Phường Quỳnh Lôi")


@pytest.mark.parametrize("name", ["Công an phường Bạch Mai", "Hội Phụ nữ", "bất kỳ", None])
def test_the_name_of_another_agency_is_free_text(tmp_path: Path, name: Cell) -> None:
    """Only UBND and BCĐ are called like their unit."""
    assert codes(send(tmp_path, T02=name, T04="CA")) == []


def test_a_name_that_was_good_on_one_day_of_the_period_is_good(tmp_path: Path) -> None:
    """00292 is Quỳnh Lôi to the end of 2024 and Bạch Mai from then on."""
    for name in ("Quỳnh Lôi", "Bạch Mai"):
        file = send(tmp_path, T02=name, T05="đợt", T06="01/12/2024", T07="31/01/2025")
        assert (only(file).unit, codes(file)) == ("00292", [])


@pytest.mark.parametrize(
    ("year", "name", "good"),
    [(2024, "Quỳnh Lôi", True), (2024, "Thanh Nhàn", False), (2025, "Bạch Mai", True), (2025, "Quỳnh Lôi", False)],
)
def test_a_code_that_is_used_again_is_another_unit_in_another_year(
    tmp_path: Path, year: int, name: str, good: bool
) -> None:
    """The day tells which."""
    file = send(tmp_path, T02=name, T05="tháng", T06=f"01/06/{year}", T07=f"30/06/{year}")
    assert codes(file) == ([] if good else ["unit_name_mismatch"])


@pytest.mark.parametrize(
    ("code", "name", "day", "registry"),
    [
        ("00067", "Phường Chương Dương Độ", "2018-06-30", "00067"),
        ("07540", "Xã Sa Lý", "2018-06-30", "07540"),
        ("07234", "Thị trấn Phồn Xương", "2020-06-30", "07288"),
        ("07234", None, "2020-06-30", "07288"),
        ("00292", "Phường Bạch Mai", "2024-06-30", "00286"),
    ],
)
def test_second_names_and_codes_of_the_registry_are_put_right_with_a_note(
    tmp_path: Path, code: str, name: Cell, day: str, registry: str
) -> None:
    """As GSO's own exports carried them."""
    last = date.fromisoformat(day)
    file = send(tmp_path, T02=name, T03=code, T05="tháng", T06=f"01/06/{last.year}", T07=f"30/06/{last.year}")
    assert (only(file).unit, codes(file)) == (registry, ["value_repaired"])
    assert file.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("typed", "form", "unit", "agency"),
    [
        (292, "B04", "00292", "UBND"),
        ("292", "B04", "00292", "UBND"),
        (4, "B01", "00004", "UBND"),
        (7, "B05", "007", "UBND"),
        ("07", "B06", "007", "UBND"),
        (1, "B03", "01", "TTTT"),
        (37, "B08", "37", "LDTBXH"),
        (271, "B06", "271", "UBND"),
        (271, "B01", "00271", "UBND"),
    ],
)
def test_lost_zeros_are_restored_with_a_note(tmp_path: Path, typed: Cell, form: str, unit: str, agency: str) -> None:
    """A number has none; the form says how many digits the code has."""
    file = send(tmp_path, form, plain(form).grid, T03=typed, T04=agency)
    assert only(file).unit == unit
    noted = [one for one in file.problems if one.code == "zeros_restored"]
    assert [(one.severity, one.sheet, one.cell) for one in noted] == (
        [(Severity.INFO, "TTC", "C3")] if str(typed) != unit else []
    )
    assert [one for one in file.problems if one.is_error] == []


@pytest.mark.parametrize(
    ("typed", "name", "unit"),
    [
        (4, "Phường Trúc Bạch", "00004"),
        (4, "Quận Long Biên", "004"),
        (7, "Phường Cống Vị", "00007"),
        (7, "UBND quận Hai Bà Trưng", "007"),
        (1, "Phường Phúc Xá", "00001"),
        (1, "Quận Ba Đình", "001"),
        (1, "Thành phố Hà Nội", "01"),
        (271, "Phường Thanh Nhàn", "00271"),
        ("271", "Phường Thanh Nhàn", "00271"),
        (271, "Huyện Ba Vì", "271"),
    ],
)
def test_the_name_tells_which_zeros_were_lost(tmp_path: Path, typed: Cell, name: str, unit: str) -> None:
    """B04 may come from any tier."""
    file = send(tmp_path, T03=typed, T02=name)
    assert only(file).unit == unit
    assert [one for one in file.problems if one.is_error] == []


@pytest.mark.parametrize("typed", ["99999", "abc", "00292A", "000292", "0", 0, -292, 2.92, "Quỳnh Lôi", "292,293"])
def test_a_code_that_is_no_units_refuses_the_return(tmp_path: Path, typed: Cell) -> None:
    """And the return keeps what was typed."""
    file = send(tmp_path, T03=typed)
    assert assert_refused(file, "unknown_unit").found == str(typed)


@pytest.mark.parametrize(("typed", "form"), [("007", "B01"), ("01", "B05"), ("01", "B02")])
def test_a_code_that_begins_with_a_zero_has_lost_none(tmp_path: Path, typed: str, form: str) -> None:
    """A district's code under a commune's form is the wrong tier, and no commune's."""
    file = send(tmp_path, form, plain(form).grid, T03=typed)
    assert only(file).unit == typed
    assert "unit_wrong_tier" in codes(file)


def test_a_code_is_required(tmp_path: Path) -> None:
    """A name alone is not enough; units of that name are proposed."""
    one = assert_refused(send(tmp_path, T03=None, T02="Phường Quỳnh Lôi"), "unknown_unit")
    assert ("00292" in one.facts["nearest"], message(one)) == (True, "Chưa ghi mã đơn vị.")


@pytest.mark.parametrize(
    ("code", "first", "last", "successors"),
    [
        ("00253", "01/03/2020", "31/03/2020", ["00241", "00247"]),
        ("09637", "01/06/2025", "30/06/2025", ["09646"]),
    ],
)
def test_a_unit_out_of_force_refuses_the_return_and_names_its_successor(
    tmp_path: Path, code: str, first: str, last: str, successors: list[str]
) -> None:
    """It existed on no day of the period."""
    one = assert_refused(send(tmp_path, T03=code, T05="tháng", T06=first, T07=last), "unit_not_in_force")
    assert one.found == code
    assert all(successor in one.facts["successors"] for successor in successors)


@pytest.mark.parametrize(("first", "good"), [("29/02/2020", True), ("01/03/2020", False)])
def test_one_day_in_force_is_enough(tmp_path: Path, first: str, good: bool) -> None:
    """00253 ended with the 29th of February 2020."""
    file = send(tmp_path, T03="00253", T05="đợt", T06=first, T07="31/12/2020")
    assert codes(file) == ([] if good else ["unit_not_in_force"])


@pytest.mark.parametrize(
    ("form", "unit", "good"),
    [
        *(("B00", "01", True), ("B00", "007", False), ("B00", "00292", False), ("B00P", "01", True)),
        *(("B01", "00292", True), ("B01", "007", False), ("B01", "01", False), ("B02", "007", False)),
        *(("B05", "007", True), ("B05", "00292", True), ("B05", "01", False)),
        *(("B06", "007", True), ("B06", "01", True), ("B06", "00292", False)),
        *(("B07", "007", True), ("B07", "01", True), ("B07", "00292", False)),
        *(("B08", "01", True), ("B08", "007", True), ("B08", "00292", True)),
        *(("B03", "01", True), ("B03", "007", True), ("B03", "00292", True)),
    ],
)
def test_each_form_is_for_certain_tiers(tmp_path: Path, form: str, unit: str, good: bool) -> None:
    """Another tier's return is refused."""
    file = send(tmp_path, form, plain(form).grid, T03=unit)
    assert ("unit_wrong_tier" in codes(file)) is not good
    assert (file.status is Status.ACCEPTED) is good


# T04 and T14


@pytest.mark.parametrize(
    "agency",
    [
        *("UBND", "BCD", "CA", "TTTT", "VHTTDL", "DL", "GDDT", "NGV", "TP", "LHPN", "LDTBXH", "MTTQ", "BDBP"),
        *("DTN", "CD", "PTTH", "VKS", "TAND", "BC"),
    ],
)
def test_every_agency_of_the_contract_is_known(tmp_path: Path, agency: str) -> None:
    """By its code, in any case."""
    for typed in (agency, agency.lower()):
        file = send(tmp_path, T04=typed)
        assert (only(file).agency, codes(file)) == (agency, [])


@pytest.mark.parametrize(
    ("typed", "agency"), [("Công an", "CA"), ("BCĐ", "BCD"), ("công đoàn", "CD"), (None, "UBND")]
)
def test_an_agency_may_be_written_out_and_defaults_to_ubnd(tmp_path: Path, typed: Cell, agency: str) -> None:
    """Blank is UBND."""
    assert only(send(tmp_path, T04=typed)).agency == agency


@pytest.mark.parametrize("typed", ["Hội cựu chiến binh", "XYZ", 5])
def test_an_unknown_agency_leaves_the_return_without_a_key(tmp_path: Path, typed: Cell) -> None:
    """Named at its cell; the return is refused."""
    file = send(tmp_path, T04=typed)
    assert [(one.code, one.sheet, one.cell, one.found) for one in file.problems] == [
        ("not_in_list", "TTC", "C4", str(typed))
    ]
    assert only(file).status is Status.REJECTED
    assert file.status is Status.REJECTED


@pytest.mark.parametrize(("agency", "outlet"), [("BC", "HN01"), ("TTTT", ""), ("UBND", "")])
def test_an_outlet_belongs_to_the_press_alone(tmp_path: Path, agency: str, outlet: str) -> None:
    """T14 of anybody else is not part of the key."""
    file = send(tmp_path, T03="01", T04=agency, T14="hn01")
    assert (only(file).outlet, [one for one in file.problems if one.is_error]) == (outlet, [])


# T05 to T08: the period

FITTING = [
    (Kind.MONTH, "01/07/2018", "31/07/2018"),
    (Kind.MONTH, "01/02/2020", "29/02/2020"),
    (Kind.MONTH, "15/06/2018", "14/07/2018"),
    (Kind.MONTH, "15/12/2017", "14/01/2018"),
    (Kind.QUARTER, "01/07/2018", "30/09/2018"),
    (Kind.QUARTER, "15/06/2018", "14/09/2018"),
    (Kind.QUARTER, "15/12/2017", "14/03/2018"),
    (Kind.HALF, "01/01/2018", "30/06/2018"),
    (Kind.HALF, "01/07/2018", "31/12/2018"),
    (Kind.HALF, "15/12/2017", "14/06/2018"),
    (Kind.HALF, "15/06/2018", "14/12/2018"),
    (Kind.YEAR, "01/01/2018", "31/12/2018"),
    (Kind.YEAR, "15/12/2017", "14/12/2018"),
    (Kind.YEAR, "01/12/2017", "29/11/2018"),
    (Kind.YEAR, "01/01/2020", "31/12/2020"),
]
NOT_FITTING = [
    (Kind.MONTH, "01/07/2018", "30/07/2018"),
    (Kind.MONTH, "01/07/2018", "31/08/2018"),
    (Kind.MONTH, "15/06/2018", "15/07/2018"),
    (Kind.MONTH, "14/06/2018", "14/07/2018"),
    (Kind.QUARTER, "01/02/2018", "30/04/2018"),
    (Kind.QUARTER, "15/07/2018", "14/10/2018"),
    (Kind.QUARTER, "01/07/2018", "14/09/2018"),
    (Kind.HALF, "01/04/2018", "30/09/2018"),
    (Kind.HALF, "15/03/2018", "14/09/2018"),
    (Kind.YEAR, "01/07/2018", "31/12/2018"),
]


@pytest.mark.parametrize(("kind", "first", "last"), FITTING)
def test_a_period_fits_its_kind_by_the_calendar_or_from_the_15th_to_the_14th(
    tmp_path: Path, kind: Kind, first: str, last: str
) -> None:
    """Nghị định 09/2019 has the twins."""
    file = send(tmp_path, T05=kind.value, T06=first, T07=last)
    assert (only(file).kind, codes(file)) == (kind, [])


@pytest.mark.parametrize(("kind", "first", "last"), FITTING)
def test_without_a_kind_the_dates_say_it(tmp_path: Path, kind: Kind, first: str, last: str) -> None:
    """T05 may stay blank."""
    file = send(tmp_path, T05=None, T06=first, T07=last)
    assert (only(file).kind, codes(file)) == (kind, [])


@pytest.mark.parametrize(("kind", "first", "last"), NOT_FITTING)
def test_a_period_of_another_length_refuses_the_return(tmp_path: Path, kind: Kind, first: str, last: str) -> None:
    """The same days are good for a campaign."""
    one = assert_refused(send(tmp_path, T05=kind.value, T06=first, T07=last), "period_invalid")
    assert one.facts["why"] == "length"
    assert codes(send(tmp_path, T05="đợt", T06=first, T07=last)) == []
    assert only(send(tmp_path, T05=None, T06=first, T07=last)).kind is not kind


@pytest.mark.parametrize(("days", "good"), [(329, False), (330, True), (365, True), (366, True), (367, False)])
def test_a_year_has_330_to_366_days(tmp_path: Path, days: int, good: bool) -> None:
    """A plan's year may stop at its deadline."""
    first = date(2018, 12, 31) - timedelta(days - 1)
    file = send(tmp_path, T05="năm", T06=f"{first:%d/%m/%Y}", T07="31/12/2018")
    assert codes(file) == ([] if good else ["period_invalid"])


@pytest.mark.parametrize(("first", "last"), [("05/07/2018", "05/07/2018"), ("25/07/2018", "31/07/2018")])
def test_a_campaign_may_have_any_days(tmp_path: Path, first: str, last: str) -> None:
    """One day is enough."""
    assert codes(send(tmp_path, T05="đợt", T06=first, T07=last)) == []


@pytest.mark.parametrize("typed", ["6 tháng", "SÁU THÁNG", "6 thang", "6  tháng"])
def test_the_kind_matches_after_folding(tmp_path: Path, typed: str) -> None:
    """As any closed list."""
    assert only(send(tmp_path, T05=typed, T06="01/01/2018", T07="30/06/2018")).kind is Kind.HALF


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("31/12/2018", "01/01/2018", "order"),
        (None, "31/12/2018", "missing"),
        ("01/01/2018", None, "missing"),
        ("2018", "31/12/2018", "unreadable"),
        ("01/01/2018", "31/13/2018", "unreadable"),
        ("đầu năm", "cuối năm", "unreadable"),
    ],
)
def test_a_period_that_is_none_refuses_the_return_once(tmp_path: Path, first: Cell, last: Cell, why: str) -> None:
    """One problem, not one for each date."""
    one = assert_refused(send(tmp_path, T05=None, T06=first, T07=last), "period_invalid")
    assert one.facts["why"] == why


@pytest.mark.parametrize("typed", [43101, date(2018, 1, 1), "1-1-18", "ngày 01 tháng 01 năm2018"])
def test_the_days_are_read_like_any_date(tmp_path: Path, typed: Cell) -> None:
    """Serials and words, too."""
    assert only(send(tmp_path, T06=typed)).period == Period(date(2018, 1, 1), date(2018, 12, 31))


@pytest.mark.parametrize("typed", [2018, "2018", None])
def test_the_year_is_that_of_the_last_day(tmp_path: Path, typed: Cell) -> None:
    """Blank, it is taken from there."""
    file = send(tmp_path, T06="15/12/2017", T07="14/12/2018", T08=typed)
    assert (only(file).year, codes(file)) == (2018, [])


@pytest.mark.parametrize("typed", [2017, "2019", 18])
def test_another_year_than_that_of_the_last_day_refuses_the_return(tmp_path: Path, typed: Cell) -> None:
    """Last year's form, or last year's date."""
    one = assert_refused(send(tmp_path, T06="15/12/2017", T07="14/12/2018", T08=typed), "period_invalid")
    assert (one.facts["why"], one.found, one.facts["expected"]) == ("year", str(typed), "2018")


def test_a_return_whose_period_cannot_be_read_is_of_the_year_it_names(tmp_path: Path) -> None:
    """So that it is known as returned in that year."""
    file = send(tmp_path, T06="đầu năm", T07="cuối năm", T08=2018)
    assert (only(file).period, only(file).year, only(file).unit) == (None, 2018, "00292")


# T09 to T13


@pytest.mark.parametrize(("typed", "revision"), [(None, 1), (1, 1), (2, 2), ("02", 2), ("lần 3", None), (12, 12)])
def test_the_revision_is_1_unless_it_says_more(tmp_path: Path, typed: Cell, revision: int | None) -> None:
    """What is no number leaves the return without a key."""
    file = send(tmp_path, T09=typed)
    if revision is None:
        assert codes(file) == ["not_a_count"]
        assert file.status is Status.REJECTED
    else:
        assert (only(file).revision, codes(file)) == (revision, [])


@pytest.mark.parametrize("typed", [0, "0", -1, "1,5", 1.5])
def test_a_revision_below_1_refuses_the_return(tmp_path: Path, typed: Cell) -> None:
    """At its cell."""
    file = send(tmp_path, T09=typed)
    assert [(one.code, one.sheet, one.found) for one in file.problems] == [("not_a_count", "TTC", str(typed))]
    assert file.status is Status.REJECTED


@pytest.mark.parametrize(
    ("prepared", "noted"),
    [("30/12/2018", True), ("30/11/2018", True), ("31/12/2018", False), ("05/01/2019", False), (None, False)],
)
def test_figures_made_before_the_end_are_a_forecast(tmp_path: Path, prepared: Cell, noted: bool) -> None:
    """A note, and the return stands."""
    file = send(tmp_path, T10=prepared)
    assert codes(file) == (["forecast"] if noted else [])
    assert [one.severity for one in file.problems] == [Severity.INFO] * noted
    assert file.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("typed", "warned"), [("không", True), ("chưa", True), (0, True), ("có", False), ("x", False), (None, False)]
)
def test_a_return_that_says_it_is_not_signed_is_warned_of(tmp_path: Path, typed: Cell, warned: bool) -> None:
    """With the words that are there; blank stays unknown."""
    file = send(tmp_path, T13=typed)
    assert [(one.code, one.found) for one in file.problems] == ([("unsigned", str(typed))] if warned else [])
    assert file.status is Status.ACCEPTED


def test_the_position_of_who_prepared_it_is_not_kept(tmp_path: Path) -> None:
    """A name might stand there."""
    file = send(tmp_path, T12="Trần Thị Mẫu")
    assert codes(file) == []
    assert "Trần Thị Mẫu" not in repr(file)


@pytest.mark.parametrize("typed", ["có", "x", 1])
def test_nothing_occurred_answers_the_forms_of_what_occurs(tmp_path: Path, typed: Cell) -> None:
    """B02 to B05 and B07 with "none"; of B01 and B06 it says nothing."""
    sheets = [("TTC", ttc("B04", T11=typed))]
    sheets += [(form, plain(form, []).grid) for form in ("B01", "B02", "B03", "B04")]
    file = understand(write(tmp_path / "r.xlsx", sheets), "r.xlsx")
    assert {one.form: one.none for one in only(file).filings} == {"B02": True, "B03": True, "B04": True}
    assert codes(file) == []


@pytest.mark.parametrize(
    ("form", "unit"), [("B02", "00292"), ("B03", "00292"), ("B04", "00292"), ("B07", "007"), ("B05", "007")]
)
def test_figures_beside_nothing_occurred_refuse_the_return(tmp_path: Path, form: str, unit: str) -> None:
    """A row, or a count above 0."""
    file = send(tmp_path, form, plain(form).grid, T03=unit, T11="có")
    assert "nil_with_figures" in codes(file)
    assert only(file).status is Status.REJECTED


@pytest.mark.parametrize(("form", "unit"), [("B01", "00292"), ("B06", "007"), ("B08", "007")])
def test_nothing_occurred_says_nothing_of_these_forms(tmp_path: Path, form: str, unit: str) -> None:
    """They stand as they are."""
    file = send(tmp_path, form, plain(form).grid, T03=unit, T11="có")
    assert [one for one in file.problems if one.is_error] == []
    assert form in {one.form for one in only(file).filings if one.records}


def test_zeros_do_not_deny_that_nothing_occurred(tmp_path: Path) -> None:
    """Of B05 and B07 a count of 0 says the same."""
    grid: Grid = [["Chỉ tiêu", "Mã số", "Tổng số"], ["Vụ", "0701", 0], ["Vụ", "0702", "-"]]
    file = send(tmp_path, "B07", grid, T03="007", T11="có")
    assert (codes(file), file.status) == ([], Status.ACCEPTED)


# The sheet itself


def test_a_workbook_without_ttc_is_nobodys(tmp_path: Path) -> None:
    """Refused, whatever it holds."""
    file = understand(write(tmp_path / "r.xlsx", [("B04", plain("B04").grid)]), "r.xlsx")
    assert codes(file) == ["missing_ttc"]
    assert file.status is Status.REJECTED


def test_a_workbook_of_several_units_is_refused_whole(tmp_path: Path) -> None:
    """One workbook, one reporter."""
    sheets = [("TTC", ttc("B04")), ("TTC (2)", ttc("B04", T03="00286")), ("B04", plain("B04").grid)]
    file = understand(write(tmp_path / "r.xlsx", sheets), "r.xlsx")
    assert (codes(file), file.returns, file.status) == (["several_units"], [], Status.REJECTED)
    assert CODES["several_units"][1].value == "file"


def test_two_blocks_of_ttc_on_one_sheet_are_several_units(tmp_path: Path) -> None:
    """One under the other, as when returns are pasted together: neither may win in silence."""
    stacked = [*ttc("B04"), [], *ttc("B04", T03="00286")]
    file = received(tmp_path / "r.xlsx", "B04", plain("B04"), heading=stacked)
    assert codes(file) == ["several_units"]
    assert file.status is Status.REJECTED


def test_a_hidden_ttc_is_none(tmp_path: Path) -> None:
    """Hidden sheets are not read."""
    import openpyxl

    path = write(tmp_path / "r.xlsx", [("TTC", ttc("B04")), ("B04", plain("B04").grid)])
    book = openpyxl.load_workbook(path)
    book["TTC"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    file = understand(path, "r.xlsx")
    assert sorted(codes(file)) == ["hidden_sheet", "missing_ttc"]
    assert file.status is Status.REJECTED


def test_all_problems_of_a_heading_are_found_in_one_pass(tmp_path: Path) -> None:
    """The officer is asked once."""
    file = send(tmp_path, T01="2019.1", T03="99999", T05="quý", T13="không", T09="x")
    assert sorted(codes(file)) == [
        "not_a_count",
        "period_invalid",
        "unknown_form_version",
        "unknown_unit",
        "unsigned",
    ]


@pytest.mark.parametrize("form", FILERS)
def test_every_form_is_taken_from_who_may_send_it(tmp_path: Path, form: str) -> None:
    """The samples of these tests themselves."""
    file = send(tmp_path, form, plain(form).grid, T03=FILERS[form][0], T04=FILERS[form][1])
    assert file.status is Status.ACCEPTED
