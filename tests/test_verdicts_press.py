"""Chỉ tiêu 3 of Hà Nội: in every month since 01/2018, one item in any press agency of Hà Nội."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest

from conftest import Figures, Plan, Store
from returns_made import (
    NONE,
    UNANSWERED,
    Period,
    Return,
    Row,
    duty,
    item,
    month,
    of_province,
    outlet,
    quarter,
    span,
    whole_year,
    write_csv,
)

OUTLETS = [
    outlet("HN01"),
    outlet("HN02"),
    outlet("HN03", until="31/03/2019"),
    outlet("HN04", since="01/09/2019"),
    outlet("TW01", "Trung ương"),
    outlet("BG01", "địa phương khác"),
]
EVERY = range(1, 13)


def monthly(year: int, months: Iterable[int] = EVERY) -> list[Row]:
    """One item of one Hà Nội paper in each of these months."""
    return [item(f"05/{number:02}/{year}") for number in months]


def but(*absent: int) -> list[int]:
    return [number for number in EVERY if number not in absent]


def press(rows: Sequence[Row], period: Period) -> Return:
    """What the Sở Thông tin và Truyền thông sends; no row at all is said to be none."""
    return of_province("B03", rows or NONE, period)


def listed(store: Store, year: int = 2019) -> Store:
    """The store after the list of press agencies came."""
    store.send("B00P", [of_province("B00P", OUTLETS, whole_year(year))])
    return store


def scored(store: Store, rows: Sequence[Row], year: int = 2019, *options: str) -> Figures:
    """The target after the list and one complete return of the year."""
    listed(store, year).send("B03", [press(rows, whole_year(year))])
    return store.report(year, *options).target("press")


def figures(target: Figures) -> tuple[int, int, str, str, str]:
    return target["numerator"], target["missing"], target["lower"], target["upper"], target["verdict"]


MET = (12, 0, "12/12", "12/12", "met")
ONE_NO = (11, 0, "11/12", "11/12", "not_met")
ONE_MISSING = (11, 1, "11/12", "12/12", "insufficient_data")


# The worked examples


def test_one_item_by_one_outlet_is_enough_for_a_month(store: Store) -> None:
    """Example 1: each month any one agency of Hà Nội, not each agency."""
    rows = [*monthly(2019, but(2)), item("01/02/2019", "HN02"), item("06/03/2019", "HN02")]
    target = scored(store, rows)
    assert figures(target) == MET
    assert (target["denominator"], target["need"]) == (12, 0)


def test_a_month_without_an_item_in_a_complete_return_fails_the_year(store: Store) -> None:
    """Example 2: February 2018 is empty."""
    target = scored(store, monthly(2018, but(2)), 2018)
    assert figures(target) == ONE_NO
    assert target["need"] == 1


def test_a_month_that_is_not_over_is_missing_and_the_verdict_provisional(store: Store) -> None:
    """Example 3: on 29/11/2019 January to November have items, December cannot."""
    target = scored(store, monthly(2019, range(1, 12)), 2019, "--as-of", "2019-11-29")
    assert figures(target) == ONE_MISSING
    assert "provisional" in target["flags"]


@pytest.mark.parametrize(
    ("as_of", "missing", "verdict", "provisional"),
    [
        ("2019-11-29", 2, "insufficient_data", True),  # November may still come
        ("2019-11-30", 1, "not_met", True),  # November is over, without an item
        ("2019-12-30", 1, "not_met", True),
        ("2019-12-31", 0, "not_met", False),
    ],
)
def test_a_month_is_over_on_its_last_day(
    store: Store, as_of: str, missing: int, verdict: str, provisional: bool
) -> None:
    """With items from January to October and a return that covers the year."""
    target = scored(store, monthly(2019, range(1, 11)), 2019, "--as-of", as_of)
    assert (target["numerator"], target["missing"], target["verdict"]) == (10, missing, verdict)
    assert ("provisional" in target["flags"]) is provisional


@pytest.mark.parametrize(
    "other",
    [
        item("10/03/2019", "TW01", "báo chí Trung ương"),
        item("10/03/2019", "BG01", "báo chí địa phương khác"),
        item("10/03/2019", None, "truyền thanh cấp xã", runs=40),
        item("10/03/2019", None, "truyền thanh cấp huyện"),
        item("10/03/2019", None, "cổng TTĐT"),
        item("10/03/2019", None, "Facebook"),
        item("10/03/2019", None, "Zalo"),
    ],
    ids=lambda row: str(row[3]),
)
def test_what_is_not_the_press_of_ha_noi_does_not_fill_a_month(store: Store, other: Row) -> None:
    """Example 4: March has only this."""
    assert figures(scored(store, [*monthly(2019, but(3)), other])) == ONE_NO


def test_an_item_counts_in_the_month_of_its_own_date(store: Store) -> None:
    """Example 5: dated 31/01, it does nothing for February."""
    rows = [*monthly(2019, but(1, 2)), item("31/01/2019")]
    assert figures(scored(store, rows)) == ONE_NO


# Whose word closes a month


def test_a_gap_in_what_the_department_sent_leaves_its_months_open(store: Store) -> None:
    """The third quarter never came: its three months are missing, not empty."""
    listed(store).send(
        "B03", [press(monthly(2019, range(3 * q - 2, 3 * q + 1)), quarter(2019, q)) for q in (1, 2, 4)]
    )
    assert figures(store.report(2019).target("press")) == (9, 3, "9/12", "12/12", "insufficient_data")


@pytest.mark.parametrize(("gap_from", "seen"), [("16/02/2019", ONE_NO), ("17/02/2019", ONE_MISSING)])
def test_one_uncovered_day_leaves_the_month_open(
    store: Store, gap_from: str, seen: tuple[int, int, str, str, str]
) -> None:
    """Two returns meet in February, or leave 16/02 between them."""
    first = press(monthly(2019, [1]), span("01/01/2019", "15/02/2019"))
    second = press(monthly(2019, range(3, 13)), span(gap_from, "31/12/2019"))
    listed(store).send("B03", [first, second])
    assert figures(store.report(2019).target("press")) == seen


def test_returns_of_any_period_cover_the_year_together(store: Store) -> None:
    """Twelve monthly returns, February with none in words."""
    rows = {number: monthly(2019, [number]) for number in but(2)}
    listed(store).send("B03", [press(rows.get(number, []), month(2019, number)) for number in EVERY])
    assert figures(store.report(2019).target("press")) == ONE_NO


@pytest.mark.parametrize(
    ("supplement", "seen"),
    [
        (None, ONE_MISSING),
        ([], ONE_NO),
        ([item("20/12/2019")], MET),
    ],
    ids=["none sent", "sent, without an item", "sent, with one"],
)
def test_december_waits_for_its_supplement(
    store: Store, supplement: list[Row] | None, seen: tuple[int, int, str, str, str]
) -> None:
    """The year's return is due before 30/11 and ends there."""
    year = Period("năm", "01/01/2019", "29/11/2019")
    returns = [press(monthly(2019, range(1, 12)), year)]
    if supplement is not None:
        returns.append(press(supplement, span("30/11/2019", "31/12/2019")))
    listed(store).send("B03", returns)
    assert figures(store.report(2019).target("press")) == seen


def test_an_outlet_may_add_an_item_of_its_own(store: Store) -> None:
    """A B03 of the agency itself fills the month that the department left empty."""
    listed(store).send("B03", [press(monthly(2019, but(3)), whole_year(2019))])
    own = Return("01", month(2019, 3), {"B03": [item("09/03/2019", "HN02")]}, agency="BC", outlet="HN02")
    store.send("B03", [own])
    assert figures(store.report(2019).target("press")) == MET


def test_what_outlets_send_does_not_close_a_month(store: Store) -> None:
    """Only the department's returns can say that a month was empty."""
    own = Return("01", whole_year(2019), {"B03": monthly(2019, [1, 2])}, agency="BC", outlet="HN01")
    listed(store).send("B03", [own])
    assert figures(store.report(2019).target("press")) == (2, 10, "2/12", "12/12", "insufficient_data")


def test_a_commune_cannot_fill_a_month(store: Store) -> None:
    """Its B03 is for its loudspeaker."""
    listed(store).send("B03", [press(monthly(2019, but(3)), whole_year(2019))])
    store.send("B03", [Return("00001", whole_year(2019), {"B03": [item("09/03/2019")]})])
    assert figures(store.report(2019).target("press")) == ONE_NO


def test_no_return_at_all_leaves_every_month_open(store: Store) -> None:
    """Silence is not an empty year."""
    assert figures(listed(store).report(2019).target("press")) == (0, 12, "0/12", "12/12", "insufficient_data")


def test_a_nil_return_of_the_department_empties_the_year(store: Store) -> None:
    """T11 answers B03 with none."""
    listed(store).send_book(Return("01", whole_year(2019), {"B03": UNANSWERED}, agency="TTTT", ttc={"T11": "có"}))
    assert figures(store.report(2019).target("press")) == (0, 0, "0/12", "0/12", "not_met")


def test_a_header_with_nothing_under_it_empties_nothing(store: Store) -> None:
    """Not answered is not none."""
    listed(store).send_book(Return("01", whole_year(2019), {"B03": UNANSWERED}, agency="TTTT", ttc={"T11": "không"}))
    assert figures(store.report(2019).target("press")) == (0, 12, "0/12", "12/12", "insufficient_data")


# Refused rows and the list of press agencies


@pytest.mark.parametrize(
    "refused",
    [
        item("10/03/2019", "HN99"),  # in no list
        item("10/03/2019", "TW01"),  # listed, but not of Hà Nội
        item("10/03/2019", group="báo chí nào đó"),
        item("10/03/2019", group=""),
        item("10/03/2019", runs="nhiều"),
    ],
    ids=["unknown outlet", "central outlet as local", "unknown group", "no group", "runs are no number"],
)
def test_a_refused_row_with_a_date_makes_its_month_missing(store: Store, refused: Row) -> None:
    """There may have been an item: March is not empty, but not shown either."""
    assert figures(scored(store, [*monthly(2019, but(3)), refused])) == ONE_MISSING


def test_a_row_outside_its_return_keeps_its_month_open(store: Store) -> None:
    """An April item in the first quarter's return is refused; the second quarter's return has none of April."""
    first = press([*monthly(2019, [1, 2, 3]), item("02/04/2019")], quarter(2019, 1))
    rest = [press(monthly(2019, set(range(3 * q - 2, 3 * q + 1)) - {4}), quarter(2019, q)) for q in (2, 3, 4)]
    assert "row_outside_period" in listed(store).send("B03", [first, *rest]).codes()
    assert figures(store.report(2019).target("press")) == ONE_MISSING


@pytest.mark.parametrize(
    ("code", "day", "seen"),
    [
        ("HN03", "31/03/2019", MET),  # its last day as a press agency of Hà Nội
        ("HN03", "01/04/2019", ONE_MISSING),
        ("HN04", "31/08/2019", ONE_MISSING),
        ("HN04", "01/09/2019", MET),  # its first
    ],
)
def test_an_outlet_counts_on_the_days_it_is_listed(
    store: Store, code: str, day: str, seen: tuple[int, int, str, str, str]
) -> None:
    """A row of an outlet that is not local on that day is refused."""
    rows = [*monthly(2019, but(int(day[3:5]))), item(day, code)]
    assert figures(scored(store, rows)) == seen


def test_without_the_list_nothing_is_decided(store: Store) -> None:
    """The list of press agencies comes from B00P only."""
    store.send("B03", [press(monthly(2019), whole_year(2019))])
    target = store.report(2019).target("press")
    assert target["verdict"] == "insufficient_data"
    assert "missing_reference" in target["flags"]


def test_the_list_may_come_after_the_items(store: Store) -> None:
    """The order of arrival never matters."""
    store.send("B03", [press(monthly(2019), whole_year(2019))])
    assert figures(listed(store).report(2019).target("press")) == MET


def test_the_list_may_come_with_the_items(store: Store) -> None:
    """Two files of one command, the items first."""
    items = write_csv(store.path(".csv"), "B03", [press(monthly(2019), whole_year(2019))])
    outlets = write_csv(store.path(".csv"), "B00P", [of_province("B00P", OUTLETS, whole_year(2019))])
    assert store.ingest(items, outlets).status == 0
    assert figures(store.report(2019).target("press")) == MET


# Readings, years, the years together


def test_items_about_the_city_are_a_reading_of_their_own(store: Store) -> None:
    """May has only an item about elsewhere: met as decided, not met strictly."""
    plan_rows = [*monthly(2019, but(5)), item("08/05/2019", local="không")]
    listed(store).send("B03", [press(plan_rows, whole_year(2019))])
    plan = store.report(2019)
    target = plan.target("press")
    any_outlet, about_local = (plan.reading(target, name) for name in ("any_outlet", "about_local"))
    assert (any_outlet["lower"], any_outlet["verdict"]) == ("12/12", "met")
    assert (about_local["lower"], about_local["verdict"]) == ("11/12", "not_met")
    assert target["verdict"] == "met"
    assert "reading_dependent" in target["flags"]


@pytest.fixture(scope="module")
def three_years(new_store: Callable[[], Store]) -> Store:
    """2018 without February, 2019 and 2020 complete."""
    store = new_store()
    for year, months in ((2018, but(2)), (2019, but()), (2020, but())):
        listed(store, year).send("B03", [press(monthly(year, months), whole_year(year))])
    return store


@pytest.mark.parametrize(
    ("year", "verdict", "together"),
    [(2018, "not_met", "11/12"), (2019, "met", "23/24"), (2020, "met", "35/36")],
)
def test_each_year_is_judged_and_the_months_since_2018_are_counted(
    three_years: Store, year: int, verdict: str, together: str
) -> None:
    """The part since 01/2018 grows by twelve months a year and has no say."""
    plan: Plan = three_years.report(year)
    assert plan.target("press")["verdict"] == verdict
    part = plan.part("press", "since_2018")
    assert (part["lower"], part["upper"], part["counts"]) == (together, together, False)


@pytest.mark.parametrize("year", [2017, 2021])
def test_the_press_is_not_judged_outside_the_plan(three_years: Store, year: int) -> None:
    """The plan begins in 2018 and ends in 2020."""
    assert three_years.report(year).target("press")["verdict"] == "not_applicable"


def test_a_year_still_running_is_judged_from_january_2018(store: Store) -> None:
    """There is no milestone to wait for: an empty January 2018 is not met as soon as it is over."""
    target = scored(store, monthly(2018, but(1)), 2018, "--as-of", "2018-01-31")
    assert target["verdict"] == "not_met"


def test_other_forms_of_the_department_do_not_cover_a_month(store: Store) -> None:
    """A return without B03 says nothing of the press."""
    done = Return("01", whole_year(2019), {"B06": [duty("HN-V1", first="01/03/2019")]}, agency="TTTT")
    listed(store).send_book(done)
    assert store.report(2019).target("press")["missing"] == 12


@pytest.mark.parametrize("levels", [("địa phương", "Trung ương"), ("Trung ương", "địa phương")])
def test_an_outlet_that_a_list_has_twice_is_neither(store: Store, levels: tuple[str, str]) -> None:
    """Local and central for the same days: its items prove nothing until the list is put right."""
    rows = [*(outlet("HN01", level) for level in levels), outlet("HN02"), outlet("HN02")]
    done = store.send("B00P", [of_province("B00P", rows, whole_year(2019))])
    assert (done.status, done.codes()) == (0, {"duplicate_row"})
    sent = store.send("B03", [press([item("05/01/2019", "HN01"), item("05/02/2019", "HN02")], whole_year(2019))])
    assert sent.codes() == {"unknown_outlet"}
    target = store.report(2019).target("press")
    assert (target["numerator"], target["missing"]) == (1, 1)
