"""Hai Bà Trưng district's targets for 2019: residents informed, tips, incidents, cases, victims, and more coverage.

The district had 20 wards in 2019. Of B05 the district's own return counts; small figures of victims and cases are
masked unless the report is restricted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from conftest import Figures, Plan, Run, Store
from returns_made import (
    NONE,
    Cell,
    Return,
    Row,
    b01,
    b05,
    b07,
    by_district,
    flow,
    line,
    of_province,
    place,
    span,
    whole_year,
)

PLAN = "hai-ba-trung-2019"
DISTRICT = "007"
WARDS = by_district("01", date(2019, 12, 31))[DISTRICT]
YEAR = whole_year(2019)
OPEN = ("--restricted",)

Flows = Mapping[str, Cell | Sequence[Cell]]


def scored(store: Store, *options: str) -> Plan:
    return store.report(2019, *options, plan=PLAN)


def counted(figures: Figures) -> tuple[int, int, str]:
    """Numerator, denominator and verdict."""
    return figures["numerator"], figures["denominator"], figures["verdict"]


# Residents informed (HBT-M)


def populations(of_each: int = 15_000) -> Return:
    """B00 of the province with the twenty wards."""
    return of_province("B00", [place(code, "không", people=of_each, on="01/01/2019") for code in WARDS], YEAR)


def informed(told: Mapping[str, Cell]) -> Iterator[Return]:
    for code, persons in told.items():
        yield Return(code, YEAR, {"B01": b01({"0216": persons})})


def wards(reached: int, silent: int = 0) -> dict[str, Cell]:
    """So many residents over the wards that report, as evenly as whole persons go."""
    reporting = WARDS[silent:]
    each, rest = divmod(reached, len(reporting))
    return {code: each + (number < rest) for number, code in enumerate(reporting)}


def test_the_district_had_twenty_wards_in_2019() -> None:
    """The denominator of submission; the figures below divide by it."""
    assert len(WARDS) == 20


@pytest.mark.parametrize(
    ("told", "lower", "upper", "need", "verdict"),
    [
        (wards(225_000), "225000/300000", "225000/300000", 0, "met"),
        (wards(224_999), "224999/300000", "224999/300000", 1, "not_met"),
        (wards(219_000, silent=1), "219000/300000", "234000/300000", 6_000, "insufficient_data"),
        (wards(210_000, silent=1), "210000/300000", "225000/300000", 15_000, "insufficient_data"),
        (wards(209_999, silent=1), "209999/300000", "224999/300000", 15_001, "not_met"),
        (wards(225_000, silent=1), "225000/300000", "240000/300000", 0, "met"),
    ],
)
def test_residents_informed_are_judged_by_what_the_silent_could_add(
    store: Store, told: Mapping[str, Cell], lower: str, upper: str, need: int, verdict: str
) -> None:
    """Three quarters of the residents of the whole district; a silent ward may have informed all of its 15.000."""
    store.send("B00", [populations()])
    store.send("B01", informed(told))
    target = scored(store).target("informed")
    said = (target["lower"], target["upper"], target["threshold"], target["need"], target["verdict"])
    assert said == (lower, upper, "3/4", need, verdict)
    assert target["missing"] == 20 - len(told)


def test_a_plan_of_one_district_has_no_lines_of_districts(store: Store) -> None:
    """Its registry counts the wards."""
    store.send("B00", [populations()])
    report = scored(store)
    assert report.content["registry"] == {"date": "2019-12-31", "units": 20}
    assert all("districts" not in target for target in report.content["targets"])


def test_a_share_is_cut_and_never_rounded_up(store: Store, tracker: Callable[..., Run]) -> None:
    """224.999 of 300.000 prints 74,9 %."""
    store.send("B00", [populations()])
    store.send("B01", informed(wards(224_999)))
    printed = tracker("--db", store.db, "report", "--year", 2019, "--plan", PLAN, "--format", "md").out
    assert "74,9%" in printed
    assert "75,0%" not in printed


def test_without_the_list_of_populations_nobody_knows_the_share(store: Store) -> None:
    """A ward's own word about its population is no list."""
    store.send("B01", [Return(code, YEAR, {"B01": b01({"0201": 15_000, "0216": 15_000 - n})})
                       for n, code in enumerate(WARDS)])  # fmt: skip
    target = scored(store).target("informed")
    assert (target["verdict"], target["flags"]) == ("insufficient_data", ["missing_reference"])
    assert "denominator" not in target


def test_a_ward_without_a_population_in_the_list_leaves_the_share_unknown(store: Store) -> None:
    """Nineteen of twenty are not the district."""
    rows = [place(code, "không", people=15_000 if code != WARDS[3] else None) for code in WARDS]
    store.send("B00", [of_province("B00", rows, YEAR)])
    store.send("B01", informed(wards(300_000)))
    target = scored(store).target("informed")
    assert (target["verdict"], target["flags"]) == ("insufficient_data", ["missing_reference"])


# Tips, incidents, cases, victims (HBT-1 … HBT-4)

NOTHING: dict[str, Cell | Sequence[Cell]] = {
    **dict.fromkeys(("0501", "0511", "0521", "0523", "0531"), flow(0, 0)),
    **dict.fromkeys(("0502", "0503", "0504", "0512", "0522", "0524", "0525", "0526"), 0),
    **dict.fromkeys(("0535", "0536", "0537", "0538", "0539", "0540"), 0),
}


def police(lines: Flows, unit: str = DISTRICT) -> Return:
    """B05, complete: what is not given is 0."""
    return Return(unit, YEAR, {"B05": b05({**NOTHING, **lines})})


Expected = Mapping[str, tuple[int, int, str] | str]
"""By target, or "target part": numerator, denominator and verdict; a verdict alone where there is no figure."""

EXAMPLES: dict[str, tuple[Flows, Expected]] = {
    "seven tips, two still in time": (
        {"0501": flow(1, 6, in_time=2), "0502": 7, "0503": 5, "0504": 5},
        {
            "tips": "met",
            "tips classified": (7, 7, "met"),
            "tips processed": (5, 5, "met"),
            "tips verified": (5, 5, "met"),
        },
    ),
    "one tip is overdue": (
        {"0501": flow(1, 6, in_time=1, overdue=1), "0502": 7, "0503": 6, "0504": 5},
        {"tips": "not_met", "tips processed": (6, 6, "met"), "tips verified": (5, 6, "not_met")},
    ),
    "one tip was never classified": (
        {"0501": flow(0, 7), "0502": 6, "0503": 7, "0504": 7},
        {"tips": "not_met", "tips classified": (6, 7, "not_met"), "tips verified": (7, 7, "met")},
    ),
    "nothing occurred": (
        {},
        {
            **dict.fromkeys(("tips", "incidents", "cases", "victims_protected", "victims_supported"), "nil"),
            "tips classified": (0, 0, "nil"),
            "cases indicted": (0, 0, "nil"),
        },
    ),
    "both incidents were prosecuted": (
        {"0511": flow(0, 2), "0512": 2},
        {"incidents": (2, 2, "met"), "tips": "nil"},
    ),
    "one incident was passed on": (
        {"0511": flow(0, 2, moved=1), "0512": 1},
        {"incidents": (1, 1, "met")},
    ),
    "one incident is overdue": (
        {"0511": flow(0, 1, overdue=1), "0512": 0},
        {"incidents": (0, 1, "not_met")},
    ),
    "a case was tried, but not as exemplary": (
        {"0521": flow(0, 1), "0522": 1, "0523": flow(0, 1), "0524": 1, "0525": 0},
        {"cases": "not_met", "cases indicted": (1, 1, "met"), "cases exemplary": (0, 1, "not_met")},
    ),
    "an exemplary trial is no mobile one": (
        {"0523": flow(0, 1), "0524": 1, "0525": 0, "0526": 1},
        {"cases": "not_met", "cases exemplary": (0, 1, "not_met")},
    ),
    "one case is indicted, none is due for trial": (
        {"0521": flow(0, 1), "0522": 1, "0523": flow(1, 0, in_time=1)},
        {"cases": "met", "cases indicted": (1, 1, "met"), "cases exemplary": (0, 0, "nil")},
    ),
    "the only case is still being investigated in time": (
        {"0521": flow(0, 1, in_time=1)},
        {"cases": "nil", "cases indicted": (0, 0, "nil")},
    ),
    "three victims received, two of them with a need": (
        {"0531": flow(0, 3), "0535": 3, "0536": 3, "0537": 3, "0538": 3, "0539": 2, "0540": 2},
        {
            "victims_protected": "met",
            "victims_protected verified": (3, 3, "met"),
            "victims_protected concluded": (3, 3, "met"),
            "victims_protected protected": (3, 3, "met"),
            "victims_supported": (2, 2, "met"),
        },
    ),
    "of three received one was found to be no victim": (
        {"0531": flow(0, 3), "0535": 3, "0536": 3, "0537": 2, "0538": 2, "0539": 0},
        {
            "victims_protected": "met",
            "victims_protected concluded": (3, 3, "met"),
            "victims_protected protected": (2, 2, "met"),
            "victims_supported": (0, 0, "nil"),
        },
    ),
    "one victim, verification still in time": (
        {"0531": flow(0, 1, in_time=1)},
        {"victims_protected": "nil", "victims_supported": "nil"},
    ),
    "one of two with a need was supported": (
        {"0531": flow(0, 2), "0535": 2, "0536": 2, "0537": 2, "0538": 2, "0539": 2, "0540": 1},
        {"victims_protected": "met", "victims_supported": (1, 2, "not_met")},
    ),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_b05_is_scored_on_what_was_due(store: Store, example: str) -> None:
    """Due is the total less those in time and those passed on; every stage must reach all of it."""
    lines, expected = EXAMPLES[example]
    assert store.send("B05", [police(lines)]).codes() == set()
    report = scored(store, *OPEN)
    for name, wanted in expected.items():
        target, _, part = name.partition(" ")
        figures = report.part(target, part) if part else report.target(target)
        said = figures["verdict"] if isinstance(wanted, str) else counted(figures)
        assert said == wanted, name


def test_nothing_occurred_is_never_a_hundred_per_cent(store: Store, tracker: Callable[..., Run]) -> None:
    """0 of 0 has no bounds and no percentage in any shape."""
    store.send("B05", [police({})])
    for target in ("tips", "cases", "victims_protected"):
        for part in scored(store).target(target)["parts"]:
            assert (part["verdict"], part["numerator"], part["denominator"]) == ("nil", 0, 0)
            assert not {"lower", "upper"} & part.keys()
    rows = as_csv(store, tracker)
    nil = [row for row in rows if row["verdict"] == "nil"]
    assert len(nil) >= 10
    assert {(row["lower"], row["upper"]) for row in nil} == {("", "")}
    for shape in ("table", "md"):
        lines = printed(store, tracker, shape).splitlines()
        nils = [one for one in lines if "0/0" in one]
        assert [one for one in nils if "100,0%" in one] == []


def test_no_return_is_insufficient_and_not_nil(store: Store) -> None:
    """Silence is no zero."""
    store.send("B00", [populations()])
    report = scored(store)
    for target in ("tips", "incidents", "cases", "victims_protected", "victims_supported"):
        assert report.target(target)["verdict"] == "insufficient_data", target


def test_a_ticked_nothing_to_report_is_nil(store: Store) -> None:
    """T11 answers B05: no tip, no case, no victim."""
    sent = store.send_book(Return(DISTRICT, YEAR, {}, ttc={"T11": "có"}))
    assert sent.status == 0
    report = scored(store)
    for target in ("tips", "incidents", "cases", "victims_protected", "victims_supported"):
        assert report.target(target)["verdict"] == "nil", target


def test_a_blank_total_is_not_answered(store: Store) -> None:
    """Blank is never 0: the other stages still count."""
    store.send("B05", [police({"0501": flow(0, 7), "0502": 7, "0503": 7, "0504": None})])
    report = scored(store, *OPEN)
    assert report.part("tips", "verified")["verdict"] == "insufficient_data"
    assert counted(report.part("tips", "processed")) == (7, 7, "met")
    assert report.target("tips")["verdict"] == "insufficient_data"


def test_a_refused_part_of_b05_is_missing_and_the_others_count(store: Store) -> None:
    """Seven tips of which eight were dealt with: the tips are refused, the incidents stand."""
    wrong: list[Cell] = [1, 6, 7, 6, 2, 0, 0]
    sent = store.send("B05", [police({"0501": wrong, "0511": flow(0, 6), "0512": 6})])
    assert sent.codes() == {"parts_do_not_add_up"}
    report = scored(store)
    assert report.target("tips")["verdict"] == "insufficient_data"
    assert counted(report.target("incidents")) == (6, 6, "met")
    assert report.target("victims_supported")["verdict"] == "nil"


def test_a_stage_beyond_its_base_is_refused(store: Store) -> None:
    """Eight prosecuted of seven incidents."""
    sent = store.send("B05", [police({"0511": flow(0, 7), "0512": 8})])
    assert sent.codes() == {"stages_exceed_base"}
    assert scored(store).target("incidents")["verdict"] == "insufficient_data"


def test_a_ward_s_b05_is_never_added_to_the_district_s(store: Store) -> None:
    """The wards' counts are for reconciliation: neither more tips nor an answer for a silent district."""
    tips: Flows = {"0501": flow(0, 9, overdue=9), "0502": 0}
    store.send("B05", [police(tips, unit=code) for code in WARDS[:3]])
    assert scored(store, *OPEN).target("tips")["verdict"] == "insufficient_data"
    store.send("B05", [police({"0501": flow(0, 7), "0502": 7, "0503": 7, "0504": 7})])
    report = scored(store, *OPEN)
    assert counted(report.part("tips", "verified")) == (7, 7, "met")
    assert report.submission("B05") == {
        "form": "B05", "expected": 1, "on_time": 1, "late": 0, "returned": 0, "missing": 0,
    }  # fmt: skip


def test_a_quarter_s_b05_is_kept_and_not_added(store: Store) -> None:
    """The plan's kind of period is the year; the quarter is reconciled."""
    quarter = Return(DISTRICT, span("01/01/2019", "31/03/2019"), {"B05": b05({**NOTHING, "0501": flow(0, 9)})})
    store.send("B05", [quarter, police({"0501": flow(0, 7), "0502": 7, "0503": 7, "0504": 7})])
    assert counted(scored(store).part("tips", "classified")) == (7, 7, "met")


# More coverage than the year before (HBT-F)


def news(year: int, items: int, minutes: int, /, **cells: Cell) -> Return:
    """B03 of the district: different items, the minutes spread over them; the first takes what is left."""
    each, rest = divmod(minutes, items)
    rows = [
        line(
            "B03",
            {
                "Ngày đăng": f"{1 + number % 28:02}/{1 + number // 28:02}/{year}",
                "Tên phương tiện": "Đài truyền thanh quận",
                "Nhóm phương tiện": "truyền thanh cấp huyện",
                "Tên tin bài": f"Bản tin số {number}",
                "Thời lượng (phút)": each + (rest if number == 0 else 0),
                **cells,
            },
        )
        for number in range(items)
    ]
    return Return(DISTRICT, whole_year(year), {"B03": rows})


@pytest.mark.parametrize(
    ("before", "now", "items", "minutes", "verdict"),
    [
        ((40, 1200), (38, 1500), "not_met", "met", "not_met"),
        ((40, 1200), (41, 1201), "met", "met", "met"),
        ((40, 1200), (40, 1201), "not_met", "met", "not_met"),
        ((40, 1200), (41, 1200), "met", "not_met", "not_met"),
    ],
)
def test_coverage_grew_only_when_both_items_and_minutes_did(
    store: Store, before: tuple[int, int], now: tuple[int, int], items: str, minutes: str, verdict: str
) -> None:
    """Equal is not more; no size of the increase is asked."""
    store.send("B03", [news(2018, *before), news(2019, *now)])
    report = scored(store)
    assert counted(report.part("coverage_grew", "items")) == (now[0], before[0], items)
    assert counted(report.part("coverage_grew", "minutes")) == (now[1], before[1], minutes)
    target = report.target("coverage_grew")
    assert target["verdict"] == verdict
    assert not {"numerator", "denominator", "lower", "upper", "threshold", "need"} & target.keys()


@pytest.mark.parametrize("year", [2018, 2019])
def test_a_year_without_a_return_cannot_be_compared(store: Store, year: int) -> None:
    """Neither a missing baseline nor a missing year is nothing."""
    store.send("B03", [news(year, 5, 50)])
    assert scored(store).target("coverage_grew")["verdict"] == "insufficient_data"


def with_refused(sent: Mapping[int, Return], year: int) -> dict[int, Return]:
    """The returns of both years, that of one with an item more whose group no list knows."""
    bad = line("B03", {"Ngày đăng": f"05/05/{year}", "Nhóm phương tiện": "loa", "Thời lượng (phút)": 5})
    return {**sent, year: replace(sent[year], forms={"B03": [*sent[year].forms["B03"], bad]})}


@pytest.mark.parametrize(
    ("before", "now", "refused", "items", "verdict"),
    [
        ((40, 1200), (41, 1201), 2018, "insufficient_data", "insufficient_data"),  # 2018 may have been the greater
        ((40, 1200), (41, 1201), 2019, "met", "met"),  # more than enough already
        ((40, 1200), (40, 1200), 2019, "insufficient_data", "insufficient_data"),  # 2019 may have more
        ((40, 1200), (40, 1200), 2018, "not_met", "not_met"),
    ],
)
def test_a_refused_item_is_missing_and_never_nothing(
    store: Store, before: tuple[int, int], now: tuple[int, int], refused: int, items: str, verdict: str
) -> None:
    """What was refused can only add to its year: it leaves open whether coverage grew unless that is sure without."""
    sent = with_refused({2018: news(2018, *before), 2019: news(2019, *now)}, refused)
    assert "not_in_list" in store.send("B03", [*sent.values()]).codes()
    report = scored(store)
    assert counted(report.part("coverage_grew", "items")) == (now[0], before[0], items)
    assert report.target("coverage_grew")["verdict"] == verdict


@pytest.mark.parametrize(("now", "lesser"), [((41, 1201), 2018), ((40, 1200), 2019)])
def test_the_year_whose_refused_rows_leave_growth_open_is_named(
    store: Store, tracker: Callable[..., Run], now: tuple[int, int], lesser: int
) -> None:
    """Both explain and chase say where to look; the other year has nothing refused."""
    sent = {2018: news(2018, 40, 1200), 2019: news(2019, *now)}
    store.send("B03", [*with_refused(sent, lesser).values()])
    asked = ("--db", store.db, "--lang", "en")
    explained = tracker(*asked, "explain", "coverage_grew", "--year", 2019, "--plan", PLAN, "--format", "json").out
    assert f"a refused row of {lesser} may add" in explained
    chased = tracker(*asked, "chase", "--year", 2019, "--plan", PLAN, "--format", "json").out
    assert ("part of form B03 for 2018 was refused" in chased) == (lesser == 2018)
    assert ("part of form B03 was refused" in chased) == (lesser == 2019)


def test_a_year_in_which_nothing_was_carried_is_a_baseline(store: Store) -> None:
    """ "Không phát sinh" is an answer: from none to one is more."""
    store.send("B03", [Return(DISTRICT, whole_year(2018), {"B03": NONE}), news(2019, 1, 3)])
    report = scored(store)
    assert counted(report.part("coverage_grew", "minutes")) == (3, 0, "met")
    assert report.target("coverage_grew")["verdict"] == "met"


def test_an_item_counts_once_and_its_minutes_are_times_broadcast_by_length(store: Store) -> None:
    """The same outlet, day and title, written otherwise, is one item; blank times broadcast is one."""

    def item(title: str, runs: Cell, length: Cell) -> Row:
        cells = {"Ngày đăng": "05/03/2019", "Mã cơ quan": "Q01", "Nhóm phương tiện": "truyền thanh cấp huyện"}
        return line("B03", {**cells, "Tên tin bài": title, "Số lần phát": runs, "Thời lượng (phút)": length})

    rows = [
        item("Phòng ngừa", 3, 10),
        item("PHÒNG  NGỪA", 3, 10),
        item("Cảnh giác", None, 4),
        item("Lời khuyên", 2, 5),
    ]
    store.send("B03", [news(2018, 2, 40), Return(DISTRICT, YEAR, {"B03": rows})])
    report = scored(store)
    assert counted(report.part("coverage_grew", "items")) == (3, 2, "met")
    assert counted(report.part("coverage_grew", "minutes")) == (3 * 10 + 4 + 2 * 5, 40, "met")


def test_a_ward_s_loudspeaker_is_not_the_district_s_coverage(store: Store) -> None:
    """The table of returns has the district as the filer of B03."""
    ward = Return(
        WARDS[0], YEAR, {"B03": [line("B03", {"Ngày đăng": "02/02/2019", "Nhóm phương tiện": "truyền thanh cấp xã"})]}
    )
    store.send("B03", [news(2018, 3, 30), news(2019, 3, 30), ward])
    assert counted(scored(store).part("coverage_grew", "items")) == (3, 3, "not_met")


# Small figures of victims and cases


def printed(store: Store, tracker: Callable[..., Run], shape: str, *options: str) -> str:
    done = tracker("--db", store.db, "report", "--year", 2019, "--plan", PLAN, "--format", shape, *options)
    assert done.status == 0, done.err
    return done.out


def as_csv(store: Store, tracker: Callable[..., Run], *options: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(printed(store, tracker, "csv", *options).lstrip("\ufeff"))))


FEW: Flows = {
    "0501": flow(0, 3), "0502": 3, "0503": 3, "0504": 3,
    "0511": flow(0, 9), "0512": 9,
    "0521": flow(0, 6), "0522": 2, "0523": flow(0, 0),
    "0531": flow(0, 3), "0535": 3, "0536": 3, "0537": 3, "0538": 3, "0539": 2, "0540": 2,
}  # fmt: skip
"""Few tips (not masked), nine incidents (not small), six cases of which two were indicted, three victims."""

HIDDEN = ("cases indicted", "victims_protected verified", "victims_protected protected", "victims_supported")
SHOWN = {"tips verified": (3, 3, "met"), "incidents": (9, 9, "met"), "cases exemplary": (0, 0, "nil")}


def named(report: Plan, name: str) -> Any:
    target, _, part = name.partition(" ")
    return report.part(target, part) if part else report.target(target)


def test_figures_from_one_to_four_are_null_in_json(store: Store) -> None:
    """Bounds and need are left out, the verdict stays, the flag stands at the figure and at its target."""
    store.send("B05", [police(FEW)])
    report, restricted = scored(store), scored(store, *OPEN)
    for name in HIDDEN:
        figures, whole = named(report, name), named(restricted, name)
        assert (figures["numerator"], figures["denominator"], figures["masked"]) == (None, None, True), name
        assert not {"lower", "upper", "need"} & figures.keys(), name
        assert figures["verdict"] == whole["verdict"], name
        assert "masked" in figures["flags"], name
        assert "masked" in report.target(name.partition(" ")[0])["flags"], name
    for name, wanted in SHOWN.items():
        assert counted(named(report, name)) == wanted
        assert "masked" not in named(report, name)


def test_a_restricted_report_shows_every_figure(store: Store) -> None:
    """Nothing is masked, nothing is flagged."""
    store.send("B05", [police(FEW)])
    report = scored(store, *OPEN)
    assert counted(report.part("cases", "indicted")) == (2, 6, "not_met")
    assert report.part("cases", "indicted")["need"] == 4
    assert counted(report.target("victims_supported")) == (2, 2, "met")
    assert "masked" not in {flag for target in report.content["targets"] for flag in target["flags"]}


def test_figures_from_one_to_four_are_less_than_five_in_csv(store: Store, tracker: Callable[..., Run]) -> None:
    """`<5` stands for both, and no other column gives them away."""
    store.send("B05", [police(FEW)])
    rows = {(row["target"], row["part"]): row for row in as_csv(store, tracker)}
    for name in HIDDEN:
        target, _, part = name.partition(" ")
        row = rows[target, part]
        assert (row["numerator"], row["denominator"]) == ("<5", "<5"), name
        assert {row[column] for column in ("lower", "upper", "need", "value")} == {""}, name
    assert rows["incidents", ""]["numerator"] == "9"
    [shown] = [row for row in as_csv(store, tracker, *OPEN) if row["target"] == "victims_supported"]
    assert (shown["numerator"], shown["denominator"]) == ("2", "2")


@pytest.mark.parametrize("shape", ["table", "md"])
def test_figures_from_one_to_four_are_less_than_five_where_people_read_them(
    store: Store, tracker: Callable[..., Run], shape: str
) -> None:
    """Of the figures of cases and victims only `<5` is left; the restricted report has them."""
    store.send("B05", [police({**FEW, "0501": flow(0, 0), "0502": 0, "0503": 0, "0504": 0})])
    masked, shown = printed(store, tracker, shape), printed(store, tracker, shape, *OPEN)
    small = ("2/6 =", "3/3 =", "2/2 =", "33,3%")
    assert [text for text in small if text in masked] == []
    assert [text for text in small if text not in shown] == []
    assert masked.count("<5") >= 5
    assert "<5" not in shown
    assert "9/9 =" in masked


def test_all_that_adds_up_to_a_printed_total_is_masked_when_one_of_it_is(store: Store) -> None:
    """Cases of Bắc Giang's districts: two and nine add up to a printed eleven, so both are hidden."""
    days = span("01/07/2024", "30/09/2024")
    found = {"213": 2, "215": 9, "216": 0}
    store.send(
        "B07",
        [
            Return(code, days, {"B07": b07({"0701": cases, "0706": cases + 1})}, agency="BCD")
            for code, cases in found.items()
        ],
    )
    values = store.report(2024, plan="bac-giang-2024").target("activity")["values"]
    cases = {one["group"]: (one["value"], one.get("masked", False)) for one in values if one["key"] == "cases_found"}
    assert cases == {None: (11, False), "213": (None, True), "215": (None, True), "216": (None, True)}
    inspected = {one["group"]: one["value"] for one in values if one["key"] == "businesses_inspected"}
    assert inspected == {None: 14, "213": 3, "215": 10, "216": 1}


def test_a_flow_that_does_not_balance_shows_at_its_total(store: Store) -> None:
    """One carried over and one new are not three; the part of the victims is refused."""
    sent = store.send("B05", [police({"0531": [1, 1, 3, 3, 0, 0, 0]})])
    [problem] = sent.json()["files"][0]["problems"]
    said = (problem["code"], problem["scope"], problem["form"], problem["field"])
    assert said == ("parts_do_not_add_up", "part", "B05", "victims_received")
    report = scored(store)
    assert report.target("victims_protected")["verdict"] == "insufficient_data"
    assert report.target("incidents")["verdict"] == "nil"
