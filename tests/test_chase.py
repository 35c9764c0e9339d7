"""`tracker chase`: the shortest lists, held against every other list and against the verdicts themselves."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import BAC_GIANG, HA_NOI, Store, run
from returns_made import (
    NO,
    YES,
    Lines,
    Return,
    b01,
    b05,
    by_district,
    communes,
    documents,
    duty,
    flow,
    item,
    model,
    month,
    of_province,
    outlet,
    place,
    whole_year,
)
from test_report_json import faults
from tracker.asks import to_miss
from tracker.covering import fewest
from tracker.rule import Bounds, Verdict

Found = dict[str, Any]
YEAR = whole_year(2020)
CODES = communes("01", date(2020, 12, 31))
OF_2018 = communes("01", date(2018, 12, 31))


def chase(store: Store, year: int, *options: object, plan: str = HA_NOI) -> dict[str, Found]:
    """The targets of one plan by id."""
    done = run("--db", store.db, "chase", "--year", year, "--plan", plan, "--format", "json", *options)
    assert done.status == 0, done.err
    assert faults("chase-report", done.json()) == []
    return {target["id"]: target for target in done.json()["plans"][0]["targets"]}


def units(target: Found, way: str = "") -> list[str]:
    """The units of a list in their order, or those of the list for one verdict."""
    return [one["unit"] for one in target["units"] if not way or one[way]]


def lacks(target: Found, unit: str) -> list[str]:
    return [lack["code"] for one in target["units"] if one["unit"] == unit for lack in one["lacks"]]


# The arithmetic


@given(st.lists(st.integers(0, 9), max_size=7), st.integers(-3, 40))
def test_no_shorter_list_reaches_what_is_needed(gains: list[int], needed: int) -> None:
    """Against every subset there is."""
    subsets = (one for size in range(len(gains) + 1) for one in itertools.combinations(gains, size))
    reaching = [len(one) for one in subsets if sum(one) >= needed]
    assert fewest(gains, needed) == (min(reaching) if reaching else None)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=5))
def test_so_many_answers_and_no_fewer_change_the_verdict(units_of: list[tuple[int, int, int]]) -> None:
    """Persons: each unit's low, open and unreached people; every choice of favourable and unfavourable answers."""
    threshold = Fraction(3, 4)
    low = sum(one[0] for one in units_of)
    high = low + sum(one[1] for one in units_of)
    bounds = Bounds(low, high, sum(map(sum, units_of)), 0)
    if bounds.of == 0 or bounds.verdict(threshold) is not Verdict.INSUFFICIENT:
        return
    gains = [one[1] for one in units_of]
    subsets = [one for size in range(len(gains) + 1) for one in itertools.combinations(range(len(gains)), size)]

    def first(verdict: Verdict) -> int:
        sizes = []
        for subset in subsets:
            gain = sum(gains[number] for number in subset)
            lower, upper = (gain, 0) if verdict is Verdict.MET else (0, gain)
            if Bounds(low + lower, high - upper, bounds.of, 0).verdict(threshold) is verdict:
                sizes.append(len(subset))
        return min(sizes)

    assert fewest(gains, bounds.need(threshold)) == first(Verdict.MET)
    assert fewest(gains, to_miss(bounds, threshold)) == first(Verdict.NOT_MET)


# What returns decide


def test_a_share_names_how_many_returns_decide_it_either_way(store: Store) -> None:
    """437 yes, 120 no, 27 silent of 584: one more yes meets 438, all 27 no would miss it."""
    said = [documents(code, YES, 2018) for code in OF_2018[:437]]
    said += [documents(code, NO, 2018) for code in OF_2018[437:557]]
    store.send("B01", said)
    target = chase(store, 2018)["materials"]
    assert (target["verdict"], target["way"]) == ("insufficient_data", "return")
    assert (target["to_meet"], target["to_miss"], target["spare"]) == (1, 27, 0)
    assert set(units(target)) == set(OF_2018[557:])
    assert len(units(target, "for_met")) == 1
    assert {one["due"] for one in target["units"]} == {"2018-11-29"}


def test_a_unit_whose_return_was_refused_comes_first_with_its_errors(store: Store) -> None:
    """The ward has the return already: correcting it costs the least."""
    refused = OF_2018[-1]
    broken: Lines = {**YES, "0101": "không"}
    done = store.send(
        "B01", [*(documents(code, YES, 2018) for code in OF_2018[:437]), documents(refused, broken, 2018)]
    )
    assert "deployed_without_received" in done.codes()
    target = chase(store, 2018)["materials"]
    assert units(target, "for_met") == [refused]
    (lack,) = target["units"][0]["lacks"]
    assert lack["code"] == "refused"
    assert target["units"][0]["standing"] == "sent"
    assert "0103" in lack["text"] or "Đã triển khai" in lack["text"]


def test_after_the_refused_come_those_who_were_late_last_year(store: Store) -> None:
    late = OF_2018[200]
    store.send("B01", [documents(late, YES, 2017)], received="2018-02-01")
    store.send("B01", [documents(code, YES, 2018) for code in OF_2018[300:]])
    assert units(chase(store, 2018)["materials"])[0] == late


def test_the_districts_with_the_most_missing_come_before_the_others(store: Store) -> None:
    """Two districts are silent; the larger one is asked first."""
    homes = by_district("01", date(2018, 12, 31))
    crowded = max(homes, key=lambda code: len(homes[code]))
    silent = {*homes[crowded], *homes["001"]}
    telling = [code for code in OF_2018 if code not in silent]
    store.send("B01", [documents(code, NO if at < 110 else YES, 2018) for at, code in enumerate(telling)])
    districts = [one["district"] for one in chase(store, 2018)["materials"]["units"]]
    assert districts == [crowded] * len(homes[crowded]) + ["001"] * (len(districts) - len(homes[crowded]))


def hotspots(populations: list[int]) -> Return:
    rows = [place(code, aged=aged) for code, aged in zip(CODES, populations, strict=False)]
    return of_province("B00", rows, YEAR)


def reached(aged: int, people: int, method: str = "A") -> Lines:
    return {"0201": 9000, "0202": aged, "0211": people, "0213": 0, "0214": 0, "0215": people, "0217": method}


def test_persons_are_weighed_by_how_many_live_there(store: Store) -> None:
    """5.000 of 15.000 known; 6.250 more are needed, and 3.751 less would miss it: the two largest, then one."""
    populations = [6000, 4000, 3000, 2000]
    store.send("B00", [hotspots(populations)])
    store.send("B01", [Return(CODES[0], YEAR, {"B01": b01(reached(6000, 5000))})])
    target = chase(store, 2020)["reach"]
    assert (target["to_meet"], target["to_miss"]) == (2, 1)
    assert units(target, "for_met") == [CODES[1], CODES[2]]
    assert units(target, "for_not_met") == [CODES[1]]
    assert [one["gain"] for one in target["units"]] == [4000, 3000]


@pytest.mark.parametrize(("answering", "verdict"), [(1, "insufficient_data"), (2, "met")])
def test_the_listed_returns_do_what_they_promise_and_one_fewer_does_not(
    store: Store, answering: int, verdict: str
) -> None:
    """The list is held against the verdict of the report itself."""
    populations = [6000, 4000, 3000, 2000]
    store.send("B00", [hotspots(populations)])
    store.send("B01", [Return(CODES[0], YEAR, {"B01": b01(reached(6000, 5000))})])
    listed = units(chase(store, 2020)["reach"], "for_met")[:answering]
    people = dict(zip(CODES, populations, strict=False))
    store.send("B01", [Return(code, YEAR, {"B01": b01(reached(people[code], people[code]))}) for code in listed])
    assert store.report(2020).target("reach")["verdict"] == verdict


def test_an_estimate_is_told_to_be_counted(store: Store) -> None:
    store.send("B00", [hotspots([6000])])
    store.send("B01", [Return(CODES[0], YEAR, {"B01": b01(reached(6000, 5000, "C"))})])
    target = chase(store, 2020)["reach"]
    assert lacks(target, CODES[0]) == ["estimated"]
    assert target["units"][0]["gain"] == 5000


def test_months_are_named_and_those_that_are_not_over_cannot_be_missed_yet(store: Store) -> None:
    """January to March are covered; as of 10 May four months are silent and over, May is open."""
    store.send("B00P", [of_province("B00P", [outlet("HN01")], YEAR)])
    sent = [of_province("B03", [item(f"05/{number:02}/2020")], month(2020, number)) for number in (1, 2, 3)]
    store.send("B03", sent)
    target = chase(store, 2020, "--as-of", "2020-05-10")["press"]
    assert (target["to_meet"], target["to_miss"]) == (9, 1)
    assert [one["item"] for one in target["units"]] == [f"2020-{number:02}" for number in range(4, 13)]
    assert [one["loss"] for one in target["units"]] == [1, *[0] * 8]


def test_one_return_of_a_body_answers_all_of_its_duties(store: Store) -> None:
    """Every duty is unknown: the districts' committees owe most."""
    done = [duty("BG-GD1", first="02/05/2024", last="03/05/2024")]
    store.send("B06", [Return("24", whole_year(2024), {"B06": done}, agency="GDDT")])
    target = chase(store, 2024, plan=BAC_GIANG)["duties"]
    assert "GDDT" not in [one["agency"] for one in target["units"]]
    assert target["to_meet"] == len(target["units"])
    assert target["to_miss"] == 1
    assert target["units"][0]["item"].count(",") == target["units"][0]["gain"] - 1


def test_without_the_list_of_the_province_it_is_the_list_that_is_missing(store: Store) -> None:
    store.send("B01", [documents(CODES[0], YES, 2020)])
    target = chase(store, 2020)["reach"]
    assert [(one["unit"], one["form"]) for one in target["units"]] == [("01", "B00")]
    assert [note["code"] for note in target["notes"]] == ["reference"]


def test_a_unit_that_helps_both_parts_of_an_all_of_is_asked_once(store: Store) -> None:
    """Ten hot-spots need 3 dedicated models; 579 communes need 290 integrated ones, hot-spots first among them."""
    store.send("B00", [hotspots([5000] * 10)])
    target = chase(store, 2020)["models"]
    dedicated, integrated = target["parts"]
    assert (dedicated["to_meet"], integrated["to_meet"], target["to_meet"]) == (3, 290, 290)
    assert set(units(dedicated, "for_met")) <= set(units(integrated, "for_met"))
    assert target["to_miss"] == 8


# What takes action


def test_units_that_miss_the_fewest_conditions_are_asked_to_act(store: Store) -> None:
    """438 of 584 are needed; two have three, the others two of the four documents."""
    less: Lines = {"0101": "có", "0103": "không", "0105": "có", "0107": "không"}
    near = OF_2018[-2:]
    said = [documents(code, YES, 2018) for code in OF_2018[:436]]
    said += [documents(code, NO if code in near else less, 2018) for code in OF_2018[436:]]
    store.send("B01", said)
    target = chase(store, 2018)["materials"]
    assert (target["verdict"], target["way"], target["to_meet"]) == ("not_met", "action", 2)
    assert units(target) == list(near)
    assert lacks(target, near[0]) == ["says_no"]
    assert "0107" in target["units"][0]["lacks"][0]["text"]


def test_a_model_without_sessions_is_told_so(store: Store) -> None:
    """Of all models of a unit the nearest one counts; a unit without any lacks all conditions."""
    store.send("B00", [hotspots([5000, 5000, 5000])])
    nothing: list[Any] = [("Không phát sinh",)]
    rows: dict[str, list[Any]] = {CODES[0]: [model(sessions=0)], CODES[1]: nothing, CODES[2]: nothing}
    store.send("B02", [Return(code, YEAR, {"B02": said}) for code, said in rows.items()])
    part = chase(store, 2020)["models"]["parts"][0]
    assert part["verdict"] == "not_met"
    assert units(part) == [CODES[0]]
    assert [lack["code"] for lack in part["units"][0]["lacks"]] == ["less"]
    assert "Số buổi" in part["units"][0]["lacks"][0]["text"]


def test_people_not_yet_reached_are_counted_where_they_live(store: Store) -> None:
    """2.000 of 9.000 short of 6.750: the commune with the most people left is enough."""
    store.send("B00", [hotspots([5000, 4000])])
    said = [(CODES[0], reached(5000, 1000)), (CODES[1], reached(4000, 3900))]
    store.send("B01", [Return(code, YEAR, {"B01": b01(lines)}) for code, lines in said])
    target = chase(store, 2020)["reach"]
    assert (target["way"], target["to_meet"], units(target)) == ("action", 1, [CODES[0]])
    assert target["units"][0]["gain"] == 4000


def test_a_month_that_is_over_cannot_be_made_up_for(store: Store) -> None:
    store.send("B00P", [of_province("B00P", [outlet("HN01")], YEAR)])
    store.send("B03", [of_province("B03", [item("05/01/2020")], whole_year(2020))])
    target = chase(store, 2020)["press"]
    assert (target["verdict"], target["way"], target["units"]) == ("not_met", "nothing", [])
    assert "02/2020" in target["notes"][0]["text"]


def test_a_duty_both_done_and_denied_is_named_as_such(store: Store) -> None:
    """It has a date, so that nobody is asked for one."""
    rows = [duty("BG-HU5", "không"), duty("BG-HU5", first="05/07/2024")]
    store.send("B06", [Return("213", whole_year(2024), {"B06": rows}, agency="BCD")])
    target = chase(store, 2024, plan=BAC_GIANG)["campaign"]
    assert lacks(target, "213") == ["duty_contradicted"]


def test_a_duty_that_was_not_done_in_time_says_that_the_time_is_over(store: Store) -> None:
    store.send("B06", [Return("213", whole_year(2024), {"B06": [duty("BG-HU5", "không")]}, agency="BCD")])
    target = chase(store, 2024, plan=BAC_GIANG)["campaign"]
    assert target["way"] == "action"
    assert "duty_not_done" in lacks(target, "213")
    assert "window_over" in [note["code"] for note in target["notes"]]


def test_a_met_target_cannot_be_changed_by_anybody(store: Store) -> None:
    store.send("B01", [documents(code, YES, 2018) for code in OF_2018[:438]])
    target = chase(store, 2018)["materials"]
    assert (target["way"], target["units"]) == ("nothing", [])
    assert [note["code"] for note in target["notes"]] == ["settled_met"]


def test_small_figures_of_victims_are_in_no_list(store: Store) -> None:
    """Two of three victims supported: one is missing, and nothing says so unless it may."""
    lines: dict[str, Any] = {"0531": flow(0, 3), "0539": 3, "0540": 2}
    store.send("B05", [Return("007", whole_year(2019), {"B05": b05(lines)})])
    plan = "hai-ba-trung-2019"
    hidden, shown = (chase(store, 2019, *more, plan=plan)["victims_supported"] for more in ((), ("--restricted",)))
    assert hidden["masked"]
    assert (hidden["to_meet"], hidden["units"][0]["gain"], lacks(hidden, "007")) == (None, None, ["figure_short"])
    assert (shown["to_meet"], shown["units"][0]["gain"], lacks(shown, "007")) == (1, 1, ["figure_more"])


# Shapes


@pytest.fixture(scope="module")
def asked(new_store: Callable[[], Store]) -> Store:
    """Four hot-spots, and 500 communes of 579 that hold the documents."""
    store = new_store()
    store.send("B00", [hotspots([5000] * 4)])
    store.send("B01", [documents(code, YES, 2020) for code in CODES[:500]])
    return store


def test_the_spreadsheet_is_the_same_twice_and_can_be_filtered(asked: Store, tmp_path: Path) -> None:
    """One sheet for the plan, by district, its heading frozen."""
    books = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for book in books:
        assert run("--db", asked.db, "chase", "--year", 2020, "--format", "xlsx", "--out", book).status == 0
    assert books[0].read_bytes() == books[1].read_bytes()
    (sheet,) = openpyxl.load_workbook(books[0]).worksheets
    assert sheet.title == HA_NOI
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref.startswith("A4:")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    listed = chase(asked, 2020)
    total = sum(len(one["units"]) for target in listed.values() for one in target.get("parts", [target]))
    assert len(rows) == total
    homes = [
        next(one for one, codes in by_district("01", date(2020, 12, 31)).items() if row[2] in codes)
        for row in rows
        if len(str(row[2])) == 5
    ]
    assert homes == sorted(homes)


def test_the_csv_has_a_row_for_each_unit_of_each_list_and_no_formula(asked: Store) -> None:
    done = run("--db", asked.db, "chase", "--year", 2020, "--format", "csv")
    assert done.out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"))))
    materials = [row["unit"] for row in rows if row["target"] == "materials"]
    assert materials == units(chase(asked, 2020)["materials"])
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_tables_name_units_and_end_with_the_next_step(asked: Store, lang: str) -> None:
    done = run("--lang", lang, "--db", asked.db, "chase", "--year", 2020)
    assert done.status == 0
    assert "579" in done.out
    assert "tracker chase --year 2020 --format xlsx" in done.out
    assert "…" not in done.out.split("\n")[-2].replace("…”", "")


def test_what_a_return_lacks_is_said_and_no_more(store: Store) -> None:
    """One cell is blank, or the part is; the form itself came and has answers."""
    people: dict[str, Any] = {"0201": 9000, "0202": 6000, "0211": 4000, "0217": "A"}
    one_blank = {code: value for code, value in YES.items() if code != "0107"}
    store.send("B01", [documents(CODES[0], one_blank, 2020), documents(CODES[1], people, 2020)])
    target = chase(store, 2020)["materials"]
    lacks = {one["unit"]: [(lack["code"], lack["text"]) for lack in one["lacks"]] for one in target["units"]}
    assert lacks[CODES[0]] == [("blank", "“0107 Đã triển khai tài liệu thay đổi hành vi” để trống")]
    assert lacks[CODES[1]] == [("part_blank", "biểu B01 chưa có phần tài liệu")]


def test_one_district_sees_its_own_units_only(asked: Store) -> None:
    everywhere, here = (chase(asked, 2020, *more)["materials"] for more in ((), ("--district", "282")))
    assert {one["district"] for one in here["units"]} == {"282"}
    assert set(units(here)) < set(units(everywhere))
    assert here["to_meet"] == everywhere["to_meet"]


def test_a_district_that_the_plan_does_not_have_is_wrong_usage(asked: Store) -> None:
    done = run("--db", asked.db, "chase", "--year", 2020, "--district", "999")
    assert done.status == 2
    assert "999" in done.err


def test_what_had_not_come_by_a_day_is_still_to_be_sent(store: Store) -> None:
    store.send("B01", [documents(code, YES, 2018) for code in OF_2018], received="2018-11-20")
    assert chase(store, 2018)["materials"]["way"] == "nothing"
    assert chase(store, 2018, "--known-on", "2018-11-19")["materials"]["to_meet"] == 438
