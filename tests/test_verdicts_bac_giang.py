"""Bắc Giang's plan 112/KH-BCĐ of 2024: duties, the response of the districts, and counts without a percentage.

The campaign runs from 01/07 to the end of 30/09/2024. The province has 10 districts and 209 communes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from conftest import BAC_GIANG, Figures, Plan, Store
from returns_made import (
    NONE,
    Cell,
    Period,
    Return,
    Row,
    activity,
    b07,
    by_district,
    communes,
    duty,
    month,
    span,
    whole_year,
)

DAY = date(2024, 12, 31)
HOMES = by_district("24", DAY)
DISTRICTS = list(HOMES)
COMMUNES = communes("24", DAY)
WINDOW = span("01/07/2024", "30/09/2024")
SUMMER = span("01/06/2024", "31/10/2024")
"""Longer than the campaign, so that rows outside it are accepted."""
YEAR = whole_year(2024)
OF_AGENCIES = {
    **dict.fromkeys(("BG-CA1", "BG-CA3"), "CA"),
    **dict.fromkeys(("BG-TT1", "BG-TT2"), "TTTT"),
    **dict.fromkeys(("BG-VH1", "BG-VH2"), "VHTTDL"),
    "BG-GD1": "GDDT",
    "BG-NV1": "NGV",
    **dict.fromkeys(("BG-PN1", "BG-PN2", "BG-PN3", "BG-PN4"), "LHPN"),
}
OF_DISTRICTS = ("BG-HU1", "BG-HU3", "BG-HU4")


def tasks(unit: str, *rows: Row, agency: str = "BCD", period: Period = YEAR) -> Return:
    """B06 of a district's steering committee, or of an agency of the province."""
    return Return(unit, period, {"B06": rows}, agency=agency)


def events(unit: str, *rows: Row, agency: str = "UBND", period: Period = SUMMER) -> Return:
    """B04 of a commune, or of another agency."""
    return Return(unit, period, {"B04": rows or NONE}, agency=agency)


def scored(store: Store, *options: str) -> Plan:
    return store.report(2024, *options, plan=BAC_GIANG)


def figures(target: Figures) -> tuple[int, int, str, str, str]:
    return target["numerator"], target["missing"], target["lower"], target["upper"], target["verdict"]


# The duties: who owes which


@pytest.fixture(scope="module")
def silent(new_store: Callable[[], Store]) -> Plan:
    """Nobody has said anything but one agency whose return touches no duty of the plan's window."""
    store = new_store()
    store.send("B06", [tasks("24", duty("BG-CA2", first="01/05/2024"), agency="CA")])
    return scored(store)


def test_the_campaign_is_owed_by_the_police_and_ten_districts(silent: Plan) -> None:
    """Eleven rows, none of them known."""
    wanted = {("BG-CA2", "24"), *(("BG-HU5", district) for district in DISTRICTS)}
    assert silent.duties("campaign") == dict.fromkeys(wanted, "insufficient_data")
    assert figures(silent.target("campaign")) == (0, 11, "0/11", "11/11", "insufficient_data")


def test_forty_two_duties_are_owed_over_the_year(silent: Plan) -> None:
    """Twelve of six agencies, three of each district."""
    wanted = {(name, "24") for name in OF_AGENCIES}
    wanted |= {(name, district) for name in OF_DISTRICTS for district in DISTRICTS}
    assert set(silent.duties("duties")) == wanted
    assert figures(silent.target("duties")) == (0, 42, "0/42", "42/42", "insufficient_data")
    owners = {row["id"]: row["agency"] for row in silent.target("duties")["duties"]}
    assert owners == {**OF_AGENCIES, **dict.fromkeys(OF_DISTRICTS, "BCD")}


def test_a_share_of_duties_has_no_lines_of_districts(silent: Plan) -> None:
    """Its rows are listed instead."""
    for name in ("campaign", "duties"):
        assert "districts" not in silent.target(name)


def everything(done: str = "có") -> Iterator[Return]:
    """Every duty of the plan with a date in the window; BG-PN1 as told."""
    for agency in dict.fromkeys(OF_AGENCIES.values()):
        rows = [
            duty(name, done if name == "BG-PN1" else "có", first="15/07/2024")
            for name, owner in OF_AGENCIES.items()
            if owner == agency
        ]
        if agency == "CA":
            rows.append(duty("BG-CA2", first="01/07/2024"))
        yield tasks("24", *rows, agency=agency)
    for district in DISTRICTS:
        names = ("BG-HU1", "BG-HU2", "BG-HU3", "BG-HU4", "BG-HU5")
        yield tasks(district, *(duty(name, first="15/07/2024") for name in names))


def test_all_done_is_met(store: Store) -> None:
    """Eleven, forty-two and ten."""
    store.send("B06", everything())
    plan = scored(store)
    assert figures(plan.target("campaign")) == (11, 0, "11/11", "11/11", "met")
    assert figures(plan.target("duties")) == (42, 0, "42/42", "42/42", "met")
    assert figures(plan.target("response_30_7")) == (10, 0, "10/10", "10/10", "met")


def test_one_duty_denied_is_not_met(store: Store) -> None:
    """The women's union says it has not led the work in the communities."""
    store.send("B06", everything("không"))
    plan = scored(store)
    assert plan.duties("duties")["BG-PN1", "24"] == "not_done"
    assert figures(plan.target("duties")) == (41, 0, "41/42", "41/42", "not_met")
    assert plan.target("campaign")["verdict"] == "met"


# One duty: what a row says

ROWS: list[tuple[str, Row, str, str]] = [
    # what is told, the row, over the campaign, over the year
    ("không", duty("", "không"), "not_done", "not_done"),
    ("có without any date", duty(""), "insufficient_data", "insufficient_data"),
    ("begun on the first day", duty("", first="01/07/2024", last="01/07/2024"), "done", "done"),
    ("begun on the last day", duty("", first="30/09/2024", last="30/09/2024"), "done", "done"),
    ("over the day before", duty("", first="20/06/2024", last="30/06/2024"), "insufficient_data", "done"),
    ("begun the day after", duty("", first="01/10/2024", last="05/10/2024"), "insufficient_data", "done"),
    ("begun before, ended within", duty("", first="20/06/2024", last="01/07/2024"), "done", "done"),
    ("around the whole campaign", duty("", first="01/06/2024", last="31/10/2024"), "done", "done"),
    ("a numbered document of its days", duty("", number="12/KH-BCĐ", issued="05/07/2024"), "done", "done"),
    ("a numbered document of before", duty("", number="12/KH-BCĐ", issued="30/06/2024"), "insufficient_data", "done"),
]


def named(row: Row, name: str) -> Row:
    return [name, f"Nhiệm vụ {name}", *row[2:]]


@pytest.fixture(scope="module")
def told(new_store: Callable[[], Store]) -> Plan:
    """Each case told by a district of its own, of one duty of the campaign and one of the year."""
    store = new_store()
    rows = zip(DISTRICTS, (case[1] for case in ROWS), strict=True)
    store.send("B06", [tasks(unit, named(row, "BG-HU5"), named(row, "BG-HU1")) for unit, row in rows])
    return scored(store)


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[case[0] for case in ROWS])
def test_a_duty_is_done_when_its_dates_meet_its_time(told: Plan, number: int) -> None:
    """A yes needs a date, its own or its numbered document's, in the campaign or in the year."""
    _, _, campaign, year = ROWS[number]
    assert told.duties("campaign")["BG-HU5", DISTRICTS[number]] == campaign
    assert told.duties("duties")["BG-HU1", DISTRICTS[number]] == year


@pytest.mark.parametrize("row", [duty("BG-HU5"), duty("BG-HU5", number="12/KH-BCĐ")])
def test_a_yes_without_any_date_is_warned_about(store: Store, row: Row) -> None:
    """`evidence_missing`: accepted, and it proves nothing."""
    done = store.send("B06", [tasks("213", row)])
    assert (done.status, done.codes()) == (0, {"evidence_missing"})
    assert scored(store).duties("campaign")["BG-HU5", "213"] == "insufficient_data"


@pytest.mark.parametrize("code", ["bg-hu5", "BG HU 5", "BG.HU5", "BGHU5"])
def test_the_code_of_a_duty_may_be_written_apart_or_together(store: Store, code: str) -> None:
    done = store.send("B06", [tasks("213", duty(code, first="05/07/2024"))])
    assert done.codes() == set()
    assert scored(store).duties("campaign")["BG-HU5", "213"] == "done"


@pytest.mark.parametrize("code", ["HU5", "BG-HU55", "BG-CA2", "Đợt cao điểm"])
def test_a_row_that_names_no_duty_of_its_body_is_not_passed_over_in_silence(store: Store, code: str) -> None:
    """The duty meant stays open, and the codes that would count are named."""
    done = store.send("B06", [tasks("213", duty(code, first="05/07/2024"))])
    (found,) = done.json()["files"][0]["problems"]
    assert (done.status, found["code"], found["severity"], found["found"]) == (0, "unknown_row", "warning", code)
    assert "BG-HU5" in found["fix"]
    assert scored(store).duties("campaign")["BG-HU5", "213"] == "insufficient_data"


def test_whom_no_plan_gives_a_duty_may_name_any(store: Store) -> None:
    """Before the plan, here."""
    done = store.send("B06", [tasks("213", duty("T1", first="05/07/2023"), period=whole_year(2023))])
    assert done.codes() == set()


def test_a_duty_both_done_and_denied_in_one_return_is_open(store: Store) -> None:
    """Which of the two rows is meant is not for us to guess; two that agree are no contradiction."""
    both = [duty("BG-HU5", first="05/07/2024"), duty("bg-hu5", "không")]
    twice = [duty("BG-HU1", first="05/07/2024"), duty("BG-HU1", first="06/08/2024")]
    done = store.send("B06", [tasks("213", *both, *twice)])
    assert [one["cell"] for one in done.json()["files"][0]["problems"] if one["code"] == "duplicate_row"] == ["M3"]
    plan = scored(store)
    assert plan.duties("campaign")["BG-HU5", "213"] == "insufficient_data"
    assert plan.duties("duties")["BG-HU1", "213"] == "done"


def test_a_duty_that_ended_before_it_began_is_asked_about(store: Store) -> None:
    """`date_order` refuses its row, and so the duty is open."""
    done = store.send("B06", [tasks("213", duty("BG-HU5", first="30/09/2024", last="01/07/2024"))])
    (found,) = done.json()["files"][0]["problems"]
    assert (found["code"], found["severity"], found["scope"]) == ("date_order", "error", "row")
    assert scored(store).duties("campaign")["BG-HU5", "213"] == "insufficient_data"


def test_another_agency_cannot_answer_for_the_one_that_owes(store: Store) -> None:
    """A duty of the police told by the women's union is not theirs to tell."""
    store.send("B06", [tasks("24", duty("BG-CA2", first="05/07/2024"), agency="LHPN")])
    assert scored(store).duties("campaign")["BG-CA2", "24"] == "insufficient_data"


def test_a_return_of_the_campaign_is_as_good_as_one_of_the_year(store: Store) -> None:
    """B06 may come for a window or for the year."""
    store.send("B06", [tasks("213", duty("BG-HU5", first="05/07/2024"), period=WINDOW)])
    assert scored(store).duties("campaign")["BG-HU5", "213"] == "done"


def test_a_nil_return_says_nothing_of_duties(store: Store) -> None:
    """T11 answers B04 and B07 with none, B06 not."""
    store.send_book(Return("213", YEAR, {"B04": []}, agency="BCD", ttc={"T11": "có"}))
    assert scored(store).duties("campaign")["BG-HU5", "213"] == "insufficient_data"


# The response to 30/7, district by district

MARKED: dict[str, Cell] = {"response": "có"}


@pytest.mark.parametrize(
    ("returns", "seen"),
    [
        ([tasks("213", duty("BG-HU2", first="30/07/2024"))], "yes"),
        ([tasks("213", duty("BG-HU2"))], "missing"),
        ([tasks("213", duty("BG-HU2", first="30/06/2024", last="30/06/2024"))], "missing"),
        ([tasks("213", duty("BG-HU2", "không"))], "no"),
        ([tasks("213", duty("BG-HU2", "không")), events(HOMES["213"][0], activity("30/07/2024", **MARKED))], "yes"),
        ([tasks("213", duty("BG-HU2", "không")), events(HOMES["213"][0], activity("30/06/2024", **MARKED))], "no"),
        ([tasks("213", duty("BG-HU2", "không")), events(HOMES["213"][0], activity("30/07/2024"))], "no"),
        ([tasks("213", duty("BG-HU2", "không")), events(HOMES["215"][0], activity("30/07/2024", **MARKED))], "no"),
        (
            [
                tasks("213", duty("BG-HU2", "không")),
                events(HOMES["213"][0], activity("30/07/2024", times="nhiều", **MARKED)),
            ],
            "missing",  # the refused row may have been the response
        ),
        ([events("213", activity("30/07/2024", **MARKED), agency="BCD")], "yes"),
        ([events(HOMES["213"][0], activity("30/06/2024", **MARKED))], "missing"),
        ([events(HOMES["213"][0], activity("01/07/2024", **MARKED))], "yes"),
        ([events(HOMES["213"][0], activity("30/09/2024", **MARKED))], "yes"),
        ([events(HOMES["213"][0], activity("01/10/2024", **MARKED))], "missing"),
        ([events(HOMES["213"][0], activity("30/07/2024", response="không"))], "missing"),
        ([events(HOMES["213"][0], activity("30/07/2024"))], "missing"),
    ],
)
def test_a_district_responds_by_its_duty_or_by_one_marked_activity(
    store: Store, returns: Sequence[Return], seen: str
) -> None:
    """Yes by either, no by a denial without any such activity, else missing."""
    for one in returns:
        store.send(next(iter(one.forms)), [one])
    target = scored(store).target("response_30_7")
    elsewhere = int(any(one.unit in HOMES["215"] for one in returns))
    here = (target["numerator"] - elsewhere, target["missing"] - 9 + elsewhere)
    assert here == {"yes": (1, 0), "no": (0, 0), "missing": (0, 1)}[seen]
    assert target["denominator"] == 10


def test_a_district_that_acted_and_sent_no_duties(store: Store) -> None:
    """Worked example 5: its response is seen from B04, its campaign is not known."""
    rows = [activity(f"{n:02}/07/2024", **MARKED) for n in range(1, 13)]
    store.send("B04", [events("213", *rows, agency="BCD")])
    plan = scored(store)
    assert plan.target("response_30_7")["numerator"] == 1
    assert plan.duties("campaign")["BG-HU5", "213"] == "insufficient_data"


@pytest.mark.parametrize(
    ("responding", "denying", "verdict"),
    [(10, 0, "met"), (9, 0, "insufficient_data"), (9, 1, "not_met")],
)
def test_all_ten_districts_are_asked(store: Store, responding: int, denying: int, verdict: str) -> None:
    """One silence keeps it open, one no ends it."""
    rows = [duty("BG-HU2", first="30/07/2024")] * responding + [duty("BG-HU2", "không")] * denying
    store.send("B06", [tasks(district, row) for district, row in zip(DISTRICTS, rows, strict=False)])
    target = scored(store).target("response_30_7")
    assert figures(target) == (responding, 10 - responding - denying, f"{responding}/10", target["upper"], verdict)


# The window, by what is summed in it


def measured(store: Store) -> list[Any]:
    """Every value of the measure."""
    return [value["value"] for value in scored(store).target("activity")["values"]]


def whole(values: Sequence[Any]) -> set[int]:
    return {value for value in values if isinstance(value, int)}


def test_the_window_holds_its_first_and_its_last_day(store: Store) -> None:
    """Worked examples 1 to 3: 30/6 out, 1/7 in, 30/9 in, 1/10 out; a row across an end is left out."""
    rows = [
        activity("30/06/2024", attendances=1009),
        activity("01/07/2024", attendances=101),
        activity("30/09/2024", attendances=211),
        activity("01/10/2024", attendances=2003),
        activity("28/06/2024", "03/07/2024", attendances=1511),
        activity("29/09/2024", "02/10/2024", attendances=1621),
    ]
    done = store.send("B04", [events(COMMUNES[0], *rows)])
    assert done.status == 0
    numbers = whole(measured(store))
    assert 312 in numbers
    assert {101, 211} <= numbers  # by month
    assert not [number for number in numbers if number >= 1009]
    values = scored(store).target("activity")["values"]
    listed = [one["group"] for one in values if one["key"] == "active_communes_crossing"]
    spans = ("28/06/2024–03/07/2024", "29/09/2024–02/10/2024")
    assert listed == [f"{COMMUNES[0]} · {days}" for days in spans]


def test_a_day_is_the_same_day_however_it_is_written(store: Store) -> None:
    """Worked example 4: text and serial numbers of 30/9/2024, and 45566 is the day after."""
    days: list[Cell] = ["30/9/24", "30.9.2024", "30-9-2024", "ngày 30 tháng 9 năm2024", 45565]
    rows = [activity(day, attendances=101 + at) for at, day in enumerate(days)]
    store.send_book(events(COMMUNES[0], *rows, activity(45566, attendances=1009)))
    numbers = whole(measured(store))
    assert sum(range(101, 106)) in numbers
    assert not [number for number in numbers if number >= 1009]


def test_a_return_of_any_length_is_summed_by_the_dates_of_its_rows(store: Store) -> None:
    """Monthly returns and one of the campaign, each from another commune."""
    monthly = [
        events(COMMUNES[0], activity("02/07/2024", attendances=101), period=month(2024, 7)),
        events(COMMUNES[0], activity("02/08/2024", attendances=103), period=month(2024, 8)),
        events(COMMUNES[1], activity("02/09/2024", attendances=107), period=WINDOW),
    ]
    store.send("B04", monthly)
    assert {101, 103, 107, 311} <= whole(measured(store))


def test_the_same_row_in_two_returns_of_a_unit_counts_once(store: Store) -> None:
    """Told in July's return and again in the campaign's."""
    row = activity("02/07/2024", attendances=101)
    store.send("B04", [events(COMMUNES[0], row, period=month(2024, 7)), events(COMMUNES[0], row, period=WINDOW)])
    numbers = whole(measured(store))
    assert 101 in numbers
    assert 202 not in numbers


def test_a_joint_activity_counts_once(store: Store) -> None:
    """Two communes report the same one."""
    row = activity("02/07/2024", attendances=101, joint="C-01")
    store.send("B04", [events(unit, row) for unit in COMMUNES[:2]])
    numbers = whole(measured(store))
    assert 101 in numbers
    assert 202 not in numbers


def test_a_joint_activity_of_several_rows_counts_with_all_of_its_reporters_rows(store: Store) -> None:
    """The code tells units apart, not rows: a conference and its leaflets are two rows of one commune."""
    days = {"02/07/2024": 101, "03/07/2024": 107}
    rows = [activity(day, attendances=people, joint="C-01") for day, people in days.items()]
    store.send("B04", [events(COMMUNES[0], *rows), events(COMMUNES[1], rows[0])])
    assert 208 in whole(measured(store))


def bounds_of_active(store: Store) -> set[str]:
    """The shares of 209 that the measure shows."""
    return {value for value in measured(store) if isinstance(value, str) and value.endswith("/209")}


@pytest.mark.parametrize(
    ("months", "lower", "upper"),
    [
        ((7, 8, 9), "5/209", "192/209"),  # three returns cover the campaign: 17 communes did nothing
        ((7, 9), "5/209", "209/209"),  # August is not covered: they may have
    ],
)
def test_returns_cover_the_campaign_together(store: Store, months: tuple[int, ...], lower: str, upper: str) -> None:
    """A unit has answered for the window when its accepted returns cover it."""
    quiet = [events(unit, period=month(2024, number)) for unit in COMMUNES[:17] for number in months]
    active = [events(unit, activity("05/08/2024", attendances=40 + at)) for at, unit in enumerate(COMMUNES[17:22])]
    store.send("B04", [*quiet, *active])
    values = measured(store)
    as_shares = bounds_of_active(store)
    as_counts = {int(lower.split("/")[0]), int(upper.split("/")[0])}
    assert {lower, upper} <= as_shares or as_counts <= whole(values)


def test_a_refused_row_keeps_its_commune_open(store: Store) -> None:
    """Seventeen returns cover the campaign; the one row of the first, of July, cannot be counted."""
    refused = events(COMMUNES[0], activity("05/07/2024", times="nhiều"), period=WINDOW)
    quiet = [events(unit, period=WINDOW) for unit in COMMUNES[1:17]]
    assert "not_a_count" in store.send("B04", [refused, *quiet]).codes()
    values = measured(store)
    assert "193/209" in bounds_of_active(store) or 193 in whole(values)


def test_a_refused_row_of_the_campaign_keeps_it_open_whatever_its_return_is_of(store: Store) -> None:
    """Seventeen returns cover the campaign; a row of July that cannot be counted stands in one of the spring."""
    quiet = [events(unit, period=WINDOW) for unit in COMMUNES[:17]]
    store.send("B04", quiet)
    assert 192 in whole(measured(store))
    spring = span("01/04/2024", "30/06/2024")
    store.send("B04", [events(COMMUNES[0], activity("05/07/2024", times="nhiều"), period=spring)])
    assert 193 in whole(measured(store))


def test_the_campaigns_own_figures_are_shown(store: Store) -> None:
    """B07 by district or in sum; mít tinh is nobody's secret."""
    told = [
        Return(unit, WINDOW, {"B07": b07({"0711": many})}, agency="BCD")
        for unit, many in (("213", 301), ("215", 709))
    ]
    store.send("B07", told)
    numbers = whole(measured(store))
    assert {301, 709} <= numbers or 1010 in numbers


def test_no_percentage_is_invented(silent: Plan) -> None:
    """Worked example 6: the plan sets no number, so there is no threshold and no verdict."""
    target = silent.target("activity")
    assert target["verdict"] is None
    assert "threshold" not in target


@pytest.mark.parametrize("year", [2023, 2025])
def test_the_plan_is_of_one_year(store: Store, year: int) -> None:
    """The year before and the year after it does not apply."""
    store.send("B06", [tasks("213", duty("BG-HU5", first="05/07/2024"))])
    plan = store.report(year, plan=BAC_GIANG)
    assert {plan.target(name)["verdict"] for name in ("campaign", "response_30_7", "duties")} == {"not_applicable"}
