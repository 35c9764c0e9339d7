"""Chỉ tiêu 4 of Hà Nội: 75 % of the people aged 14 to 60 in the hot-spots reached by 31/12/2020.

People, counted once, over the population of the province's list (B00); attendances are never people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from conftest import Figures, Plan, Store
from returns_made import (
    YES,
    Lines,
    Return,
    Row,
    activity,
    b01,
    by_district,
    communes,
    of_province,
    place,
    quarter,
    whole_year,
)

YEAR = whole_year(2020)
CODES = communes("01", date(2020, 12, 31))
PEOPLE = 8000
"""Residents of all ages of every commune here, unless said otherwise."""


def reached(aged: int, people: int | None, method: str | None = "A", **more: int) -> Lines:
    """B01 of a commune: residents 14-60 and how many of them were reached, and nobody of another age."""
    return {
        "0201": more.get("residents", PEOPLE),
        "0202": aged,
        "0211": people,
        "0213": more.get("under_14", 0),
        "0214": more.get("over_60", 0),
        "0215": None if people is None else people + more.get("under_14", 0) + more.get("over_60", 0),
        "0217": method,
    }


def told(lines: Sequence[Lines | None]) -> list[Return]:
    """Each of the first communes says its lines; None stays silent."""
    return [
        Return(code, YEAR, {"B01": b01(said)}) for code, said in zip(CODES, lines, strict=False) if said is not None
    ]


def listed(populations: Sequence[int | None], people: int = PEOPLE) -> Return:
    """The first communes as hot-spots with so many residents of 14-60."""
    rows = [place(code, aged=aged, people=people) for code, aged in zip(CODES, populations, strict=False)]
    return of_province("B00", rows, YEAR)


def scored(store: Store, populations: Sequence[int | None], lines: Sequence[Lines | None]) -> Plan:
    store.send("B00", [listed(populations)])
    store.send("B01", told(lines))
    return store.report(2020)


def figures(target: Figures) -> tuple[str, str, int, int, str]:
    return target["lower"], target["upper"], target["need"], target["missing"], target["verdict"]


# The worked examples


def test_the_share_is_of_all_people_and_not_the_mean_of_the_communes(store: Store) -> None:
    """Example 1: 97,5 %, 80 % and 52,8 % average above 75, but 8.940 of 12.000 people is less."""
    plan = scored(store, [4000, 3000, 5000], [reached(4000, 3900), reached(3000, 2400), reached(5000, 2640)])
    assert figures(plan.target("reach")) == ("8940/12000", "8940/12000", 60, 0, "not_met")


def test_people_are_counted_and_not_attendances(store: Store) -> None:
    """Example 2: 5.900 attendances at three sessions were 3.900 of 5.000 people."""
    sessions = [
        activity(f"1{n}/05/2020", times=n, attendances=many) for n, many in enumerate((2600, 1900, 1400), start=1)
    ]
    store.send("B00", [listed([5000])])
    store.send_book(Return(CODES[0], YEAR, {"B01": b01(reached(5000, 3900)), "B04": sessions}))
    assert figures(store.report(2020).target("reach")) == ("3900/5000", "3900/5000", 0, 0, "met")


def test_a_silent_commune_lies_between_nobody_and_everybody(store: Store) -> None:
    """Example 3: 2.000 of 20.000 people live in the silent one."""
    lines = [reached(6000, 4900), reached(6000, 4800), reached(6000, 4900), None]
    plan = scored(store, [6000, 6000, 6000, 2000], lines)
    assert figures(plan.target("reach")) == ("14600/20000", "16600/20000", 400, 1, "insufficient_data")


def test_more_people_than_there_are_is_refused_and_counts_as_silence(store: Store) -> None:
    """Example 4: 5.200 of 5.000; what the same return says of its documents still counts."""
    store.send("B00", [listed([5000])])
    done = store.send("B01", [Return(CODES[0], YEAR, {"B01": b01({**YES, **reached(5000, 5200)})})])
    assert "reached_exceeds_population" in done.codes()
    plan = store.report(2020)
    assert figures(plan.target("reach")) == ("0/5000", "5000/5000", 3750, 1, "insufficient_data")
    assert plan.target("materials")["numerator"] == 1


def test_estimates_from_attendances_prove_nothing(store: Store) -> None:
    """Example 5: 80 % claimed by method C everywhere."""
    plan = scored(store, [5000, 4000], [reached(5000, 4000, "C"), reached(4000, 3200, "C")])
    assert figures(plan.target("reach")) == ("0/9000", "7200/9000", 6750, 0, "insufficient_data")


def test_all_ages_are_shown_and_never_decide(store: Store) -> None:
    """Example 6: 76 % of those aged 14-60, 61 % of everybody."""
    store.send("B00", [listed([5000])])
    store.send("B01", told([reached(5000, 3800, under_14=700, over_60=380)]))
    plan = store.report(2020)
    target = plan.target("reach")
    aged, everybody = (plan.reading(target, name) for name in ("aged_14_60", "all_ages"))
    assert (aged["lower"], aged["verdict"]) == ("3800/5000", "met")
    assert (everybody["lower"], everybody["upper"], everybody["verdict"]) == ("4880/8000", "4880/8000", "not_met")
    assert target["verdict"] == "met"
    assert "reading_dependent" in target["flags"]


# The limit


@pytest.mark.parametrize(
    ("people", "need", "verdict"),
    [(8999, 1, "not_met"), (9000, 0, "met"), (9001, 0, "met")],
)
def test_nine_thousand_of_twelve_is_enough(store: Store, people: int, need: int, verdict: str) -> None:
    """75 % exactly, one less and one more."""
    plan = scored(store, [6000, 6000], [reached(6000, 4500), reached(6000, people - 4500)])
    assert figures(plan.target("reach")) == (f"{people}/12000", f"{people}/12000", need, 0, verdict)
    assert plan.target("reach")["threshold"] == "3/4"


@pytest.mark.parametrize(("estimate", "verdict"), [(2999, "not_met"), (3000, "insufficient_data")])
def test_an_estimate_can_keep_the_verdict_open_and_no_more(store: Store, estimate: int, verdict: str) -> None:
    """6.000 counted people and an estimate that just reaches 9.000 of 12.000, or just does not."""
    plan = scored(store, [8000, 4000], [reached(8000, 6000, residents=8000), reached(4000, estimate, "D")])
    assert figures(plan.target("reach")) == ("6000/12000", f"{6000 + estimate}/12000", 3000, 0, verdict)


# One commune: what its figure is worth


@pytest.mark.parametrize(
    ("method", "lower", "upper"),
    [
        ("A", 3000, 3000),  # a list
        ("B", 3000, 3000),  # a survey
        ("C", 0, 3000),  # from attendances
        ("D", 0, 3000),  # from what was broadcast
        (None, 0, 3000),  # not said: read as D
        ("a", 3000, 3000),
    ],
)
def test_the_method_says_what_a_figure_proves(store: Store, method: str | None, lower: int, upper: int) -> None:
    """A list or a survey proves people; an estimate only limits them."""
    target = scored(store, [5000], [reached(5000, 3000, method)]).target("reach")
    assert (target["lower"], target["upper"], target["missing"]) == (f"{lower}/5000", f"{upper}/5000", 0)


def test_a_figure_without_a_method_is_warned_about(store: Store) -> None:
    """`method_missing` is a warning: the return is accepted."""
    done = store.send("B01", told([reached(5000, 3000, None)]))
    assert "method_missing" in done.codes()
    assert done.status == 0


def test_an_estimate_is_cut_to_the_population_of_the_list(store: Store) -> None:
    """The commune counts 4.100 residents of 14-60, the list 4.000; it estimates 4.050 reached."""
    target = scored(store, [4000], [reached(4100, 4050, "C")]).target("reach")
    assert (target["lower"], target["upper"]) == ("0/4000", "4000/4000")


def test_an_unanswered_line_is_silence(store: Store) -> None:
    """Documents answered, people not: nobody to everybody."""
    target = scored(store, [5000], [YES]).target("reach")
    assert figures(target) == ("0/5000", "5000/5000", 3750, 1, "insufficient_data")


def test_nobody_reached_is_an_answer(store: Store) -> None:
    """0 is not blank."""
    target = scored(store, [5000], [reached(5000, 0)]).target("reach")
    assert figures(target) == ("0/5000", "0/5000", 3750, 0, "not_met")


def test_a_quarter_does_not_speak_for_the_year(store: Store) -> None:
    """Its figure is kept beside, not counted."""
    store.send("B00", [listed([5000])])
    store.send("B01", [Return(CODES[0], quarter(2020, 4), {"B01": b01(reached(5000, 4000))})])
    assert store.report(2020).target("reach")["upper"] == "5000/5000"


def test_the_population_is_that_of_the_list(store: Store) -> None:
    """The commune's own 5.100 is a cross-check; the denominator stays 5.000."""
    target = scored(store, [5000], [reached(5100, 3800)]).target("reach")
    assert figures(target) == ("3800/5000", "3800/5000", 0, 0, "met")


def test_communes_that_are_no_hotspots_are_not_asked(store: Store) -> None:
    """Their people are in neither number."""
    rows = [place(CODES[0], aged=5000), place(CODES[1], "không", aged=7000)]
    store.send("B00", [of_province("B00", rows, YEAR)])
    store.send("B01", told([reached(5000, 4000), reached(7000, 100)]))
    assert store.report(2020).target("reach")["lower"] == "4000/5000"


def test_the_population_is_the_latest_known_on_the_day(store: Store) -> None:
    """Rows of 01/01 and 01/07/2020 for the same commune."""
    rows: list[Row] = [
        place(CODES[0], aged=4000, on="01/01/2020"),
        place(CODES[0], aged=4800, on="01/07/2020"),
    ]
    store.send("B00", [of_province("B00", rows, YEAR)])
    for as_of, aged in (("2020-06-30", 4000), ("2020-07-01", 4800), ("2020-12-31", 4800)):
        assert store.report(2020, "--as-of", as_of).target("reach")["denominator"] == aged


def test_one_unknown_population_leaves_the_target_open(store: Store) -> None:
    """A hot-spot whose residents of 14-60 nobody knows: there is no whole to take a share of."""
    plan = scored(store, [5000, None], [reached(5000, 5000), reached(5000, 5000)])
    assert plan.target("reach")["verdict"] == "insufficient_data"


@pytest.mark.parametrize("order", [(4000, 5000), (5000, 4000)])
def test_a_population_that_a_list_tells_in_two_ways_is_unknown(store: Store, order: tuple[int, int]) -> None:
    """Two rows of one commune and one day: the last one is no better than the first."""
    rows: list[Row] = [*(place(CODES[0], aged=aged, people=8000) for aged in order), place(CODES[1], aged=5000)]
    done = store.send("B00", [of_province("B00", rows, YEAR)])
    assert [one["found"] for one in done.json()["files"][0]["problems"]] == [str(order[1])]
    assert done.codes() == {"duplicate_row"}
    store.send("B01", told([reached(4500, 4000), reached(5000, 4000)]))
    assert store.report(2020).target("reach")["verdict"] == "insufficient_data"


COPIED = {**reached(5000, 4000, under_14=700, over_60=380)}
"""More than five figures above 0."""


@pytest.mark.parametrize("first", [0, 1])
def test_two_communes_with_one_and_the_same_form_both_go_back(store: Store, first: int) -> None:
    """Whichever came first; a correction of either releases both."""
    store.send("B00", [listed([5000, 5000])])
    same = told([COPIED, COPIED])
    store.send("B01", [same[first]])
    store.send("B01", [same[1 - first]])
    assert figures(store.report(2020).target("reach")) == ("0/10000", "10000/10000", 7500, 2, "insufficient_data")
    corrected = {**COPIED, "0211": 3900, "0215": 3900 + 700 + 380}
    store.send("B01", [Return(CODES[0], YEAR, {"B01": b01(corrected)}, revision=2)])
    assert figures(store.report(2020).target("reach")) == ("7900/10000", "7900/10000", 0, 0, "met")


# The list, the day, the mergers


def test_without_a_list_nothing_is_decided(store: Store) -> None:
    """Hot-spots and their people come from B00 only."""
    store.send("B01", told([reached(5000, 5000)]))
    target = store.report(2020).target("reach")
    assert target["verdict"] == "insufficient_data"
    assert "missing_reference" in target["flags"]


def test_a_list_without_hotspots_leaves_nothing_to_judge(store: Store) -> None:
    """Nobody lives in no commune: nil, not met and not 0 %."""
    store.send("B00", [of_province("B00", [place(CODES[0], "không")], YEAR)])
    assert store.report(2020).target("reach")["verdict"] == "nil"


@pytest.mark.parametrize(("as_of", "verdict"), [("2020-12-30", "not_yet_due"), ("2020-12-31", "met")])
def test_reach_falls_due_on_the_last_day_of_2020(store: Store, as_of: str, verdict: str) -> None:
    """The day before, the figures are shown without a verdict."""
    store.send("B00", [listed([5000])])
    store.send("B01", told([reached(5000, 3750)]))
    target = store.report(2020, "--as-of", as_of).target("reach")
    assert (target["lower"], target["verdict"]) == ("3750/5000", verdict)


@pytest.mark.parametrize(
    ("year", "verdict"),
    [(2017, "not_applicable"), (2018, "not_yet_due"), (2019, "not_yet_due"), (2021, "not_applicable")],
)
def test_reach_is_judged_in_2020_only(store: Store, year: int, verdict: str) -> None:
    """Before it is not yet due, outside the plan it does not apply."""
    rows = [place(CODES[0], aged=5000, on="01/01/2017")]
    store.send("B00", [of_province("B00", rows, whole_year(year))])
    assert store.report(year).target("reach")["verdict"] == verdict


def test_the_people_of_a_merged_ward_are_its_successors(store: Store) -> None:
    """00250 went wholly into 00241, silent itself: its 2.000 people reached are 00241's."""
    rows = [place("00241", aged=5000), place("00247", aged=4000)]
    store.send("B00", [of_province("B00", rows, YEAR)])
    said = [("00250", reached(2500, 2000)), ("00253", reached(3500, 3000))]
    store.send("B01", [Return(code, YEAR, {"B01": b01(lines)}) for code, lines in said])
    target = store.report(2020).target("reach")
    # the divided 00253 speaks for neither; 00247 is silent
    assert figures(target) == ("2000/9000", "6000/9000", 4750, 1, "not_met")


@pytest.mark.parametrize(
    ("lines", "bounds"),
    [
        (reached(2500, 2000, "C"), ("0/5000", "2000/5000")),  # an estimate stays one
        (reached(2500, 2600), ("0/5000", "5000/5000")),  # refused: nobody has spoken for 00241
        (YES, ("0/5000", "5000/5000")),
    ],
)
def test_a_merged_wards_figure_is_worth_what_it_was_worth(
    store: Store, lines: Lines, bounds: tuple[str, str]
) -> None:
    """By its method, and only if it was accepted."""
    store.send("B00", [of_province("B00", [place("00241", aged=5000)], YEAR)])
    store.send("B01", [Return("00250", YEAR, {"B01": b01(lines)})])
    target = store.report(2020).target("reach")
    assert (target["lower"], target["upper"]) == bounds


@pytest.mark.parametrize("own", [reached(5000, 5200), reached(5000, None), YES])
def test_a_successors_own_return_wins_also_where_it_says_nothing_of_people(store: Store, own: Lines) -> None:
    """00241 has filed, its figure is refused or blank: what 00250 counted before the merger is not its answer."""
    store.send("B00", [of_province("B00", [place("00241", aged=5000)], YEAR)])
    said = [("00241", own), ("00250", reached(2500, 2000))]
    store.send("B01", [Return(code, YEAR, {"B01": b01(lines)}) for code, lines in said])
    assert figures(store.report(2020).target("reach")) == ("0/5000", "5000/5000", 3750, 1, "insufficient_data")


# What has no verdict


def test_women_and_children_are_shown_without_a_say(store: Store) -> None:
    """Four parts, each over its own population, none of which counts."""
    whole = place(CODES[0], people=8000, women=4100, aged=5000, aged_women=2600, aged_14_15=200, under_14=1500)
    lines: Lines = {
        "0201": (8000, 4100),
        "0202": (5000, 2600),
        "0203": (200, 100),
        "0204": (1500, 700),
        "0211": (4000, 1900),
        "0212": (150, 70),
        "0213": (300, 140),
        "0214": (200, 90),
        "0215": (4500, 2130),
        "0217": "A",
    }
    store.send("B00", [of_province("B00", [whole], YEAR)])
    store.send("B01", told([lines]))
    plan = store.report(2020)
    shown = {part["id"]: (part["lower"], part["counts"]) for part in plan.target("reach")["parts"]}
    assert shown == {
        "women": ("1900/2600", False),
        "aged_14_15": ("150/200", False),
        "under_14": ("300/1500", False),
        "all_ages": ("4500/8000", False),
    }
    assert plan.target("reach")["verdict"] == "met"


def test_each_district_has_the_line_of_its_own_hotspots(store: Store) -> None:
    """The same formula on its own people, against the city's threshold."""
    homes = by_district("01", date(2020, 12, 31))
    one, other = homes["001"][0], homes["002"][0]
    rows = [place(one, aged=5000), place(other, aged=4000)]
    store.send("B00", [of_province("B00", rows, YEAR)])
    said = [(one, reached(5000, 4000)), (other, reached(4000, 2999))]
    store.send("B01", [Return(code, YEAR, {"B01": b01(lines)}) for code, lines in said])
    plan = store.report(2020)
    target = plan.target("reach")
    seen = [plan.district(target, code) for code in ("001", "002")]
    assert [(line["lower"], line["verdict"]) for line in seen] == [("4000/5000", "met"), ("2999/4000", "not_met")]
    assert figures(target) == ("6999/9000", "6999/9000", 0, 0, "met")
