"""Chỉ tiêu 1 of Hà Nội: communes that received and deployed both kinds of document.

The law: 75 % from 31/12/2018 and 100 % from 31/12/2020 of all communes (584, from 01/03/2020 579).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest

from conftest import Figures, Plan, Store, answer_of
from returns_made import (
    NO,
    YES,
    Cell,
    Lines,
    Look,
    Period,
    Return,
    b01,
    by_district,
    communes,
    documents,
    quarter,
    span,
    whole_year,
)

MATERIALS = ("materials", "models", "press", "reach", "duties")


def answers(year: int, yes: int, no: int, on: date | None = None) -> Iterator[Return]:
    """Returns of the first communes of the list; the others stay silent."""
    codes = communes("01", on or date(year, 12, 31))
    told = itertools.chain(itertools.repeat(YES, yes), itertools.repeat(NO, no))
    return (documents(code, lines, year) for code, lines in zip(codes, told, strict=False))


def figures(target: Figures) -> tuple[int, str, str, int, int, str]:
    return (
        target["missing"],
        target["lower"],
        target["upper"],
        target["denominator"],
        target["need"],
        target["verdict"],
    )


# The limits


@pytest.mark.parametrize(
    ("yes", "no", "silent", "lower", "upper", "need", "verdict"),
    [
        (438, 100, 46, "438/584", "484/584", 0, "met"),  # 75 % exactly
        (437, 120, 27, "437/584", "464/584", 1, "insufficient_data"),
        (430, 146, 8, "430/584", "438/584", 8, "insufficient_data"),  # the silent could just do it
        (430, 147, 7, "430/584", "437/584", 8, "not_met"),  # the silent could not
        (400, 184, 0, "400/584", "400/584", 38, "not_met"),
    ],
)
def test_the_verdict_of_2018_is_what_even_the_silent_could_not_change(
    store: Store, yes: int, no: int, silent: int, lower: str, upper: str, need: int, verdict: str
) -> None:
    """Worked examples 1 and 2, and both sides of each bound."""
    store.send("B01", answers(2018, yes, no))
    target = store.report(2018).target("materials")
    assert figures(target) == (silent, lower, upper, 584, need, verdict)
    assert (target["numerator"], target["threshold"]) == (yes, "3/4")


@pytest.mark.parametrize(
    ("yes", "no", "silent", "need", "verdict"),
    [
        (578, 0, 1, 1, "insufficient_data"),
        (578, 1, 0, 1, "not_met"),
        (579, 0, 0, 0, "met"),
    ],
)
def test_all_communes_are_asked_for_in_2020(
    store: Store, yes: int, no: int, silent: int, need: int, verdict: str
) -> None:
    """Worked example 3: one silence keeps 100 % open, one no ends it."""
    store.send("B01", answers(2020, yes, no))
    target = store.report(2020).target("materials")
    assert figures(target) == (silent, f"{yes}/579", f"{yes + silent}/579", 579, need, verdict)
    assert target["threshold"] == "1/1"


@pytest.fixture(scope="module")
def fallen(new_store: Callable[[], Store]) -> Store:
    """Met in 2018 with 438, then 430 yes and 154 no in 2019."""
    store = new_store()
    store.send("B01", answers(2018, 438, 146))
    store.send("B01", answers(2019, 430, 154))
    return store


def test_falling_below_three_quarters_in_2019_is_a_regression(fallen: Store) -> None:
    """Worked example 4: the milestone of 2018 still binds, in a year that is not one."""
    target = fallen.report(2019).target("materials")
    assert figures(target) == (0, "430/584", "430/584", 584, 8, "not_met")
    assert {"not_milestone_year", "regression"} <= set(target["flags"])


def test_the_milestone_year_itself_carries_neither_flag(fallen: Store) -> None:
    """2018 is a milestone and has nothing before it."""
    target = fallen.report(2018).target("materials")
    assert target["verdict"] == "met"
    assert not {"not_milestone_year", "regression"} & set(target["flags"])


@pytest.mark.parametrize(
    ("as_of", "verdict"),
    [("2018-12-30", "not_yet_due"), ("2018-12-31", "met")],
)
def test_the_milestone_falls_due_on_its_last_day(fallen: Store, as_of: str, verdict: str) -> None:
    """The day before, there are figures and no verdict."""
    target = fallen.report(2018, "--as-of", as_of).target("materials")
    assert (target["verdict"], target["lower"]) == (verdict, "438/584")


def test_no_regression_where_the_earlier_milestone_was_not_met(store: Store) -> None:
    """A target missed in 2018 and again in 2019 has not fallen."""
    store.send("B01", answers(2018, 437, 147))
    store.send("B01", answers(2019, 430, 154))
    target = store.report(2019).target("materials")
    assert target["verdict"] == "not_met"
    assert "regression" not in target["flags"]


def test_nothing_is_carried_forward_into_a_silent_year(fallen: Store) -> None:
    """2020 has no return: every commune is missing, whatever it said before."""
    target = fallen.report(2020).target("materials")
    assert figures(target) == (579, "0/579", "579/579", 579, 579, "insufficient_data")


@pytest.mark.parametrize("year", [2017, 2021])
@pytest.mark.parametrize("name", MATERIALS)
def test_the_plan_has_no_verdict_outside_its_life(fallen: Store, year: int, name: str) -> None:
    """It runs from 2018 to the end of 2020."""
    assert fallen.report(year).target(name)["verdict"] == "not_applicable"


@pytest.mark.parametrize(("as_of", "known"), [("2020-02-29", 584), ("2020-03-01", 579)])
def test_the_denominator_is_the_list_of_communes_on_the_day(fallen: Store, as_of: str, known: int) -> None:
    """Resolution 895 took effect on 01/03/2020."""
    plan = fallen.report(2020, "--as-of", as_of)
    assert plan.target("materials")["denominator"] == known
    assert plan.content["registry"]["units"] == known


def test_the_districts_add_up_to_the_city(fallen: Store) -> None:
    """Thirty lines, by the same formula, against the city's threshold."""
    target = fallen.report(2019).target("materials")
    lines = target["districts"]
    assert len(lines) == 30
    for key in ("numerator", "denominator", "missing"):
        assert sum(line[key] for line in lines) == target[key]
    assert {line["threshold"] for line in lines} == {"3/4"}


def test_the_day_of_receipt_decides_what_was_known(store: Store) -> None:
    """`--known-on` leaves out what came later; without it everything counts, however late it came."""
    codes = communes("01", date(2018, 12, 31))
    first = [documents(code, YES, 2018) for code in codes[:400]]
    second = [documents(code, YES, 2018) for code in codes[400:438]]
    store.send("B01", first, received="2018-11-29")
    store.send("B01", second, received="2019-01-15")
    before = store.report(2018, "--known-on", "2019-01-14").target("materials")
    after = store.report(2018, "--known-on", "2019-01-15").target("materials")
    assert figures(before) == (184, "400/584", "584/584", 584, 38, "insufficient_data")
    assert figures(after) == figures(store.report(2018).target("materials"))
    assert figures(after) == (146, "438/584", "584/584", 584, 0, "met")


# The two readings


@pytest.fixture(scope="module")
def readings(new_store: Callable[[], Store]) -> Plan:
    """432 communes hold both kinds, 41 more only one of them."""
    store = new_store()
    only_law = {**YES, "0105": "không", "0107": "không"}
    only_behaviour = {**YES, "0101": "không", "0103": "không"}
    told = (
        [YES] * 432 + [only_law] * 30 + [only_behaviour] * 11 + [{**only_law, "0101": "không", "0103": "không"}] * 111
    )
    codes = communes("01", date(2018, 12, 31))
    store.send("B01", [documents(code, lines, 2018) for code, lines in zip(codes, told, strict=True)])
    return store.report(2018)


def test_any_kind_is_shown_and_never_decides(readings: Plan) -> None:
    """Worked example 6: 432 of 584 strictly, 473 leniently."""
    target = readings.target("materials")
    strict, lenient = (readings.reading(target, name) for name in ("both_kinds", "any_kind"))
    assert (strict["lower"], strict["upper"], strict["verdict"]) == ("432/584", "432/584", "not_met")
    assert (lenient["lower"], lenient["upper"], lenient["verdict"]) == ("473/584", "473/584", "met")
    assert target["verdict"] == "not_met"
    assert "reading_dependent" in target["flags"]


def test_readings_that_agree_are_not_flagged(fallen: Store) -> None:
    """In 2018 the same 438 communes hold both kinds and every commune one kind at least: met either way."""
    target = fallen.report(2018).target("materials")
    assert "reading_dependent" not in target["flags"]


# One commune: what its answers say

DATED = {"0102": "05/01/2019", "0104": "06/02/2019", "0106": "05/01/2019", "0108": "31/12/2019"}
KIT = {"0109": "có", "0103": "có", "0107": "có"}
YEAR = whole_year(2019)

ONE_RETURN: list[tuple[str, dict[str, Cell], str, str]] = [
    # what is answered, the lines, both kinds, any kind
    ("four times yes without a date", {**YES}, "yes", "yes"),
    ("four times yes with dates up to the last day", {**YES, **DATED}, "yes", "yes"),
    ("policy not received", {**YES, "0101": "không", "0103": "không"}, "no", "yes"),
    ("policy not deployed", {**YES, "0103": "không"}, "no", "yes"),
    ("behaviour not received", {**YES, "0105": "không", "0107": "không"}, "no", "yes"),
    ("behaviour not deployed", {**NO}, "no", "yes"),
    ("neither deployed", {**YES, "0103": "không", "0107": "không"}, "no", "no"),
    ("one line blank", {**YES, "0107": None}, "missing", "yes"),
    ("one line not known", {**YES, "0103": "…"}, "missing", "yes"),
    ("a blank beside a no", {**YES, "0103": "không", "0107": None}, "no", "missing"),
    ("an unreadable answer", {**YES, "0107": "có lẽ"}, "missing", "yes"),
    ("the integrated kit", {**KIT}, "yes", "yes"),
    ("the integrated kit, one kind not deployed", {**KIT, "0107": "không"}, "no", "yes"),
    ("the kit does not overrule an answer", {**KIT, "0105": "không", "0107": "không"}, "no", "yes"),
    ("deployed without received", {**YES, "0101": "không"}, "missing", "missing"),
    ("deployed before received", {**YES, "0102": "05/03/2019", "0104": "04/03/2019"}, "missing", "missing"),
    ("deployed after the period", {**YES, "0108": "01/01/2020"}, "missing", "missing"),
    ("yes said with a mark", {"0101": "x", "0103": "✓", "0105": "1", "0107": "rồi"}, "yes", "yes"),
    ("no said otherwise", {"0101": "CÓ", "0103": "co", "0105": "v", "0107": "chưa"}, "no", "yes"),
]

PERIODS: list[tuple[str, Sequence[tuple[Period, dict[str, Cell]]], str]] = [
    ("a year of 15/12 to 14/12", [(Period("năm", "15/12/2018", "14/12/2019"), {**YES})], "yes"),
    ("a year of 330 days", [(Period("năm", "01/01/2019", "26/11/2019"), {**YES})], "yes"),
    ("a year of 329 days", [(Period("năm", "01/01/2019", "25/11/2019"), {**YES})], "missing"),
    ("a quarter, which the plan does not ask for", [(quarter(2019, 4), {**YES})], "missing"),
    ("a campaign of a year's length", [(span("01/01/2019", "31/12/2019"), {**YES})], "missing"),
    ("last year's return", [(whole_year(2018), {**YES})], "missing"),
    (
        "two years that end in 2019: the later end counts",
        [(Period("năm", "01/01/2019", "30/11/2019"), {**NO}), (Period("năm", "15/12/2018", "14/12/2019"), {**YES})],
        "yes",
    ),
    (
        "the same, told the other way round",
        [(Period("năm", "15/12/2018", "14/12/2019"), {**NO}), (Period("năm", "01/01/2019", "30/11/2019"), {**YES})],
        "no",
    ),
]


def spread(store: Store, cases: Sequence[Sequence[tuple[Period, dict[str, Cell]]]]) -> Plan:
    """Each case told by the first commune of a district of its own."""
    asked = [codes[0] for codes in by_district("01", date(2019, 12, 31)).values()]
    store.send(
        "B01",
        [
            Return(unit, period, {"B01": b01(lines)})
            for unit, told in zip(asked, cases, strict=False)
            for period, lines in told
        ],
    )
    return store.report(2019)


@pytest.fixture(scope="module")
def single(new_store: Callable[[], Store]) -> Plan:
    return spread(new_store(), [[(YEAR, lines)] for _, lines, _, _ in ONE_RETURN])


@pytest.fixture(scope="module")
def periods(new_store: Callable[[], Store]) -> Plan:
    return spread(new_store(), [told for _, told, _ in PERIODS])


def nth(plan: Plan, number: int) -> str:
    district = list(by_district("01", date(2019, 12, 31)))[number]
    return answer_of(plan.district(plan.target("materials"), district))


@pytest.mark.parametrize("number", range(len(ONE_RETURN)), ids=[case[0] for case in ONE_RETURN])
def test_what_a_commune_answers_for_both_kinds(single: Plan, number: int) -> None:
    """Yes needs four times yes, no needs one no in an accepted part, the rest is missing."""
    assert nth(single, number) == ONE_RETURN[number][2]


def test_what_the_same_communes_answer_for_any_kind(single: Plan) -> None:
    """Either kind received and deployed is yes; no only where both kinds are denied."""
    told = [case[3] for case in ONE_RETURN]
    reading = single.reading(single.target("materials"), "any_kind")
    assert reading["lower"] == f"{told.count('yes')}/584"
    assert reading["upper"] == f"{584 - told.count('no')}/584"


@pytest.mark.parametrize("number", range(len(PERIODS)), ids=[case[0] for case in PERIODS])
def test_which_returns_speak_for_a_year(periods: Plan, number: int) -> None:
    """A year of 330 to 366 days that ends in it; of several, the one that ends last."""
    assert nth(periods, number) == PERIODS[number][2]


@pytest.mark.parametrize(("as_of", "answer"), [("2019-06-29", "missing"), ("2019-06-30", "yes")])
def test_a_deed_after_the_day_asked_for_is_not_yet_a_yes(store: Store, as_of: str, answer: str) -> None:
    """Nor is it a no: the return does not deny it."""
    [(district, (unit, *_)), *_] = by_district("01", date(2019, 12, 31)).items()
    store.send("B01", [documents(unit, {**YES, "0108": "30/06/2019"}, 2019)])
    plan = store.report(2019, "--as-of", as_of)
    assert answer_of(plan.district(plan.target("materials"), district)) == answer


@pytest.mark.parametrize(
    "look",
    [
        Look(),
        Look(titles=True, merged_header=True, number_row=True, shuffled=True, signature=True),
        Look(shuffled=True, number_row=True),
        Look(titles=True, signature=True),
    ],
)
def test_a_workbook_says_the_same_however_it_is_dressed(store: Store, look: Look) -> None:
    """Titles, merged headers, rows of column numbers, the order of columns and the foot do not matter."""
    done = store.send_book(documents("00001", YES, 2019), look)
    assert done.status == 0
    plan = store.report(2019)
    assert answer_of(plan.district(plan.target("materials"), "001")) == "yes"


# Mergers of 2020


def in_2020(**told: Lines) -> list[Return]:
    return [documents(unit.removeprefix("u"), lines, 2020) for unit, lines in told.items()]


@pytest.mark.parametrize(
    ("told", "district", "seen"),
    [
        # 00250 Bùi Thị Xuân went wholly into 00241 Nguyễn Du
        (in_2020(u00241=YES, u00250=NO), "007", (1, 17)),  # its own return wins
        (in_2020(u00241=NO, u00250=YES), "007", (0, 17)),
        (in_2020(u00250=YES), "007", (1, 17)),  # silent itself: its predecessor speaks
        (in_2020(u00250=NO), "007", (0, 17)),
        (in_2020(u00250={**YES, "0101": "không"}), "007", (0, 18)),  # refused: nobody has spoken
        (in_2020(u00250={**YES, "0107": None}), "007", (0, 18)),  # neither yes nor no
        # 00253 Ngô Thì Nhậm was divided between 00241 and 00247
        (in_2020(u00253=YES), "007", (0, 18)),
        (in_2020(u00253=NO), "007", (0, 18)),
        (in_2020(u00253=NO, u00250=YES), "007", (1, 17)),
        # 09736 Cẩm Đình into 09727, 09730 Phương Độ into 09733, 10285 Thụy Phú into 10282
        (in_2020(u09736=YES, u09730=NO), "272", (1, 19)),
        (in_2020(u09727=YES, u09736=NO), "272", (1, 20)),
        (in_2020(u10285=YES), "280", (1, 26)),
    ],
)
def test_a_merged_commune_answers_itself_or_by_those_that_went_into_it(
    store: Store, told: list[Return], district: str, seen: tuple[int, int]
) -> None:
    """Numerator and missing of the district; a divided ward never answers for those that took its parts."""
    store.send("B01", told)
    plan = store.report(2020)
    line = plan.district(plan.target("materials"), district)
    assert (line["numerator"], line["missing"]) == seen


def test_before_the_merger_each_ward_answers_for_itself(store: Store) -> None:
    """On 29/02/2020 Hai Bà Trưng still has its 20 wards."""
    store.send("B01", in_2020(u00250=YES, u00253=YES, u00241=NO))
    plan = store.report(2020, "--as-of", "2020-02-29")
    line = plan.district(plan.target("materials"), "007")
    assert (line["denominator"], line["numerator"], line["missing"]) == (20, 2, 17)


@pytest.mark.parametrize(
    ("name", "period", "fits"),
    [
        ("Xuân Phú", whole_year(2019), True),
        ("Xuân Đình", whole_year(2019), False),
        ("Xuân Phú", whole_year(2020), True),  # both were its name on some day of 2020
        ("UBND xã Xuân Đình", whole_year(2020), True),
        ("Xuân Phú", quarter(2020, 2), False),
        ("Xuân Đình", quarter(2020, 2), True),
    ],
)
def test_a_code_that_was_kept_goes_by_the_name_of_its_day(
    store: Store, name: str, period: Period, fits: bool
) -> None:
    """09727 is Xuân Phú until 29/02/2020 and Xuân Đình from 01/03/2020."""
    done = store.send_book(Return("09727", period, {"B01": b01(YES)}, ttc={"T02": name}))
    assert ("unit_name_mismatch" not in done.codes()) is fits


@pytest.mark.parametrize(("year", "known"), [(2020, True), (2021, False)])
def test_a_merged_ward_reports_for_the_year_of_its_end_and_no_later(store: Store, year: int, known: bool) -> None:
    """00250 existed on some day of 2020 and on none of 2021."""
    done = store.send("B01", [documents("00250", YES, year)])
    assert ("unit_not_in_force" not in done.codes()) is known
    assert done.status == (0 if known else 1)
