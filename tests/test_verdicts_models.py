"""Chỉ tiêu 2 of Hà Nội: dedicated models in 30 % of the hot-spots and integrated ones in half of all communes.

Both are asked for from 31/12/2020. Which communes are hot-spots says the province's list (B00) and nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from conftest import Figures, Plan, Store, answer_of
from returns_made import (
    NONE,
    UNANSWERED,
    YES,
    Look,
    Period,
    Return,
    Row,
    b01,
    by_district,
    communes,
    model,
    of_province,
    place,
    quarter,
    whole_year,
)

YEAR = whole_year(2020)
CODES = communes("01", date(2020, 12, 31))
DEDICATED = 45
"""How many communes, the first of the list, have a dedicated model in the stores of the limits."""


def figures(part: Figures) -> tuple[str, str, int, str]:
    return part["lower"], part["upper"], part["need"], part["verdict"]


def b02(unit: str, *rows: Row, period: Period = YEAR) -> Return:
    return Return(unit, period, {"B02": rows or NONE})


def hotspots(codes: Sequence[str], **cells: str) -> Return:
    return of_province("B00", [place(code, **cells) for code in codes], YEAR)


def told(integrated: int, none: int) -> list[Return]:
    """Dedicated models in the first 45, integrated ones in the last so many; then silence in the middle."""
    answers: dict[str, list[Row]] = {code: [] for code in CODES[:none]}
    for code in CODES[len(CODES) - integrated :]:
        answers.setdefault(code, []).append(model("lồng ghép"))
    for code in CODES[:DEDICATED]:
        answers[code].append(model())
    return [b02(code, *rows) for code, rows in answers.items()]


@pytest.fixture(scope="module")
def half(new_store: Callable[[], Store]) -> Store:
    """Every commune answered, 290 have an integrated model; no list of hot-spots yet."""
    store = new_store()
    store.send("B02", told(290, 289))
    return store


# The limits


def copied(store: Store, folder: Path) -> Store:
    """The same store once more, to be sent something further."""
    for file in store.folder.glob("store.db*"):
        shutil.copy(file, folder)
    return Store(folder)


@pytest.mark.parametrize(
    ("count", "lower", "need", "part", "verdict"),
    [
        (150, "45/150", 0, "met", "met"),  # 30 % exactly
        (151, "45/151", 1, "not_met", "not_met"),  # 46 would be needed
    ],
)
def test_three_in_ten_hotspots_need_a_dedicated_model(
    half: Store, tmp_path: Path, count: int, lower: str, need: int, part: str, verdict: str
) -> None:
    """Worked examples 1 and 2; half of all communes have an integrated one."""
    store = copied(half, tmp_path)
    store.send("B00", [hotspots(CODES[:count])])
    plan = store.report(2020)
    dedicated = plan.part("models", "dedicated")
    assert figures(dedicated) == (lower, lower, need, part)
    assert dedicated["threshold"] == "3/10"
    assert figures(plan.part("models", "integrated")) == ("290/579", "290/579", 0, "met")
    assert plan.target("models")["verdict"] == verdict


@pytest.mark.parametrize(
    ("integrated", "none", "bounds", "need", "part", "verdict"),
    [
        (289, 290, ("289/579", "289/579"), 1, "not_met", "not_met"),  # worked example 3
        (270, 200, ("270/579", "379/579"), 20, "insufficient_data", "insufficient_data"),  # example 4
        (270, 289, ("270/579", "290/579"), 20, "insufficient_data", "insufficient_data"),
        (270, 290, ("270/579", "289/579"), 20, "not_met", "not_met"),
    ],
)
def test_half_of_all_communes_need_an_integrated_model(
    store: Store, integrated: int, none: int, bounds: tuple[str, str], need: int, part: str, verdict: str
) -> None:
    """The dedicated models are met, so this part decides both ways."""
    store.send("B02", told(integrated, none))
    store.send("B00", [hotspots(CODES[:150])])
    plan = store.report(2020)
    assert figures(plan.part("models", "integrated")) == (*bounds, need, part)
    assert plan.part("models", "integrated")["threshold"] == "1/2"
    assert plan.part("models", "dedicated")["verdict"] == "met"
    assert plan.target("models")["verdict"] == verdict


def test_one_part_not_met_outweighs_another_that_is_open(store: Store) -> None:
    """Dedicated fails for certain, integrated is not known: not met."""
    store.send("B02", [b02(code) for code in CODES[:100]])
    store.send("B00", [hotspots(CODES[:100])])
    plan = store.report(2020)
    assert plan.part("models", "dedicated")["verdict"] == "not_met"
    assert plan.part("models", "integrated")["verdict"] == "insufficient_data"
    assert plan.target("models")["verdict"] == "not_met"


def test_the_share_among_hotspots_is_shown_and_never_decides(half: Store, tmp_path: Path) -> None:
    """All 150 hot-spots of this list lie among the 289 communes without an integrated model."""
    store = copied(half, tmp_path)
    store.send("B00", [hotspots(CODES[:150])])
    plan = store.report(2020)
    part = plan.part("models", "integrated")
    everywhere, there = (plan.reading(part, name) for name in ("all_communes", "hotspots"))
    assert (everywhere["lower"], everywhere["verdict"]) == ("290/579", "met")
    assert (there["lower"], there["upper"], there["verdict"]) == ("0/150", "0/150", "not_met")
    assert part["verdict"] == "met"
    assert "reading_dependent" in part["flags"]


# The list


def test_without_a_list_of_hotspots_nothing_is_decided(half: Store) -> None:
    """The list comes from B00 only; the integrated models do not need it."""
    plan = half.report(2020)
    assert plan.part("models", "dedicated")["verdict"] == "insufficient_data"
    assert plan.part("models", "integrated")["verdict"] == "met"
    assert plan.target("models")["verdict"] == "insufficient_data"
    flags = {*plan.target("models").get("flags", []), *plan.part("models", "dedicated").get("flags", [])}
    assert "missing_reference" in flags


def test_a_reading_that_lacks_its_list_is_left_out(half: Store) -> None:
    """Without hot-spots there is no share among them, and so no dependence on it."""
    part = half.report(2020).part("models", "integrated")
    assert "reading_dependent" not in part.get("flags", [])


def test_a_population_list_that_names_no_hotspot_either_way_is_no_list(half: Store, tmp_path: Path) -> None:
    """Trọng điểm blank in every row answers nothing."""
    store = copied(half, tmp_path)
    store.send("B00", [of_province("B00", [place(code, "") for code in CODES], YEAR)])
    assert store.report(2020).part("models", "dedicated")["verdict"] == "insufficient_data"


def test_a_list_without_any_hotspot_leaves_nothing_to_judge(half: Store, tmp_path: Path) -> None:
    """Trọng điểm không everywhere: the dedicated models are nil and the integrated ones decide."""
    store = copied(half, tmp_path)
    store.send("B00", [of_province("B00", [place(code, "không") for code in CODES], YEAR)])
    plan = store.report(2020)
    assert plan.part("models", "dedicated")["verdict"] == "nil"
    assert plan.target("models")["verdict"] == "met"


@pytest.mark.parametrize(
    ("as_of", "known"),
    [("2020-03-31", 1), ("2020-04-01", 2), ("2020-06-30", 2), ("2020-07-01", 1)],
)
def test_a_hotspot_counts_while_its_listing_is_in_force(store: Store, as_of: str, known: int) -> None:
    """From its first to its last day, both included."""
    always = place(CODES[0])
    spring = place(CODES[1], since="01/04/2020", until="30/06/2020")
    store.send("B00", [of_province("B00", [always, spring], YEAR)])
    part = store.report(2020, "--as-of", as_of).part("models", "dedicated")
    assert part["denominator"] == known


def test_the_latest_word_on_a_commune_is_the_one_that_counts(store: Store) -> None:
    """Of two rows for one commune the later Ngày số liệu, up to the day asked for, says whether it is a hot-spot."""
    rows = [
        place(CODES[0], "có", on="01/01/2020"),
        place(CODES[0], "không", on="01/07/2020"),
        place(CODES[1], "có", on="01/01/2020"),
    ]
    store.send("B00", [of_province("B00", rows, YEAR)])
    for as_of, known in (("2020-06-30", 2), ("2020-07-01", 1)):
        assert store.report(2020, "--as-of", as_of).part("models", "dedicated")["denominator"] == known


# The day


@pytest.mark.parametrize(("as_of", "verdict"), [("2020-12-30", "not_yet_due"), ("2020-12-31", "met")])
def test_models_fall_due_on_the_last_day_of_2020(half: Store, tmp_path: Path, as_of: str, verdict: str) -> None:
    """The day before, the figures are shown without a verdict."""
    store = copied(half, tmp_path)
    store.send("B00", [hotspots(CODES[:150])])
    plan = store.report(2020, "--as-of", as_of)
    assert plan.target("models")["verdict"] == verdict
    assert plan.part("models", "dedicated")["lower"] == "45/150"


@pytest.mark.parametrize(
    ("year", "verdict"), [(2018, "not_yet_due"), (2019, "not_yet_due"), (2021, "not_applicable")]
)
def test_models_are_judged_in_2020_only(half: Store, year: int, verdict: str) -> None:
    """Before it they are not yet due, after it the plan has ended."""
    assert half.report(year).target("models")["verdict"] == verdict


# One commune: what its models say

CASES: list[tuple[str, Sequence[Row], str, str | None]] = [
    # what is told, the rows, dedicated, integrated (None: left open)
    ("a dedicated model", [model()], "yes", "no"),
    ("an integrated model", [model("lồng ghép")], "no", "yes"),
    ("three dedicated ones", [model(name=f"Câu lạc bộ {n}") for n in "abc"], "yes", "no"),
    ("one of each", [model(), model("lồng ghép")], "yes", "yes"),
    ("founded in December, no session", [model(founded="15/12/2020", sessions=0)], "no", "no"),
    ("founded on the last day, one session", [model(founded="31/12/2020")], "yes", "no"),
    ("no session in the year", [model("lồng ghép", sessions=0)], "no", "no"),
    ("paused", [model(status="tạm dừng", changed="01/10/2020", sessions=5)], "no", "no"),
    ("dissolved", [model(status="đã giải thể", changed="01/10/2020", sessions=0)], "no", "no"),
    ("one paused and one working", [model(status="tạm dừng", name="Cũ"), model()], "yes", "no"),
    ("nothing", NONE, "no", "no"),
    ("a kind nobody knows", [model("chuyên đề hẹp")], "missing", "missing"),
    ("sessions that are no number", [model(sessions="nhiều")], "missing", None),
    ("a refused row beside a good one", [model(sessions="nhiều"), model(name="Khác")], "yes", None),
    ("kinds in capitals without marks", [model("CHUYEN SAU", status="DANG HOAT DONG")], "yes", "no"),
]
HOMES = by_district("01", date(2020, 12, 31))


@pytest.fixture(scope="module")
def spread(new_store: Callable[[], Store]) -> Plan:
    """Each case told by the first commune of a district of its own, which is that district's only hot-spot."""
    store = new_store()
    asked = [codes[0] for codes in HOMES.values()]
    store.send("B00", [hotspots(asked)])
    store.send("B02", [b02(unit, *rows) for unit, (_, rows, _, _) in zip(asked, CASES, strict=False)])
    return store.report(2020)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case[0] for case in CASES])
def test_what_a_commune_has(spread: Plan, number: int) -> None:
    """A working model with a session in the year, of the kind asked for; a refused row is neither yes nor no."""
    district = list(HOMES)[number]
    for part, answer in zip(("dedicated", "integrated"), CASES[number][2:], strict=True):
        if answer is not None:
            assert answer_of(spread.district(spread.part("models", part), district)) == answer, part


@pytest.mark.parametrize(("as_of", "answer"), [("2020-06-29", "no"), ("2020-06-30", "yes")])
def test_a_model_exists_from_the_day_it_was_founded(store: Store, as_of: str, answer: str) -> None:
    """The day before there is none."""
    store.send("B00", [hotspots(CODES[:1])])
    store.send("B02", [b02(CODES[0], model(founded="30/06/2020"))])
    plan = store.report(2020, "--as-of", as_of)
    assert answer_of(plan.part("models", "dedicated")) == answer


def integrated(store: Store) -> str:
    """What the one commune told of its integrated models."""
    return answer_of(store.report(2020).part("models", "integrated"))


def test_a_nil_return_says_there_is_no_model(store: Store) -> None:
    """T11 answers B02 with none."""
    store.send_book(Return(CODES[0], YEAR, {"B01": b01(YES)}, ttc={"T11": "có"}))
    assert integrated(store) == "no"


def test_a_nil_return_with_a_model_says_nothing(store: Store) -> None:
    """It contradicts itself: refused, and the commune is missing."""
    done = store.send_book(Return(CODES[0], YEAR, {"B02": [model("lồng ghép")]}, ttc={"T11": "có"}))
    assert "nil_with_figures" in done.codes()
    assert integrated(store) == "missing"


def test_a_header_with_nothing_under_it_is_no_answer(store: Store) -> None:
    """Blank is not none."""
    store.send_book(Return(CODES[0], YEAR, {"B01": b01(YES), "B02": UNANSWERED}))
    assert integrated(store) == "missing"


def test_none_in_words_is_an_answer_in_a_workbook_too(store: Store) -> None:
    """Không phát sinh alone under the header."""
    store.send_book(Return(CODES[0], YEAR, {"B01": b01(YES), "B02": NONE}))
    assert integrated(store) == "no"


@pytest.mark.parametrize(
    "look",
    [
        Look(shuffled=True),
        Look(titles=True, merged_header=True, number_row=True, signature=True),
        Look(titles=True, merged_header=True, number_row=True, shuffled=True, signature=True),
    ],
)
def test_a_table_says_the_same_however_it_is_dressed(store: Store, look: Look) -> None:
    """Titles above, columns in any order, a foot below."""
    done = store.send_book(Return(CODES[0], YEAR, {"B02": [model("lồng ghép")]}), look)
    assert done.status == 0
    assert integrated(store) == "yes"


def test_models_of_a_quarter_are_not_those_of_the_year(store: Store) -> None:
    """The plan asks for the year; a quarter is kept beside it and not counted."""
    done = store.send("B02", [b02(CODES[0], model("lồng ghép"), period=quarter(2020, 3))])
    assert "period_not_expected" in done.codes()
    assert integrated(store) == "missing"


def test_the_models_of_a_merged_ward_are_those_of_its_successor(store: Store) -> None:
    """00250 went wholly into 00241, which is silent; the divided 00253 answers for nobody."""
    store.send("B02", [b02("00250", model("lồng ghép")), b02("00253", model("lồng ghép"))])
    assert integrated(store) == "yes"


def test_a_merged_ward_whose_only_model_was_refused_answers_nothing(store: Store) -> None:
    """Nor does its successor then: missing, not no."""
    store.send("B02", [b02("00250", model("chuyên đề hẹp"))])
    assert integrated(store) == "missing"
