"""Quality signals: each kind just inside and just outside its limit, and none on clean returns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import BAC_GIANG, HA_NOI, Run, Store
from returns_made import YES, Lines, Return, activity, by_district, documents, line, model, whole_year
from tracker.cli.report import build
from tracker.cli.session import SESSION
from tracker.messages import catalogue, speaking
from tracker.report import wording
from tracker.report.content import Signal
from tracker.report.wording import Naming
from tracker.signals import RULES, TOLD, _slip

SAMPLE = Path(__file__).parents[1] / "sample_data"
HERE, THERE = "00271", "00256"  # two communes of Hai Bà Trưng that no change touched
DISTRICT = "007"
PEOPLE: Lines = {
    **YES, "0201": 9133, "0202": 6127, "0203": 311, "0204": 1502,
    "0211": 4021, "0213": 907, "0214": 104, "0215": 5032, "0217": "A",
}  # fmt: skip
ELSE: Lines = {**PEOPLE, "0201": 8211, "0202": 6001, "0203": 287, "0204": 1411}


def signals(db: Path, year: int = 2020, plan: str = HA_NOI) -> list[Signal]:
    SESSION.db = str(db)
    (one,) = build(year=year, plans=[plan], as_of=None, known_on=None, restricted=False).plans
    return list(one.signals)


def found(store: Store, *returns: Return, form: str = "B01", year: int = 2020) -> list[tuple[str, str, str]]:
    """Code, unit and raw text of every signal when these were sent."""
    store.send(form, returns)
    return [(one.code, one.unit, one.raw) for one in signals(store.db, year)]


def activities(unit: str, *rows: Any, agency: str = "UBND") -> Return:
    return Return(unit, whole_year(2020), {"B04": list(rows)}, agency=agency)


def days(n: int, **cells: Any) -> list[Any]:
    return [activity(f"{date(2020, 3, 1) + timedelta(days=number):%d/%m/%Y}", **cells) for number in range(n)]


# --- clean returns ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "plan"),
    [(2020, HA_NOI), (2019, "hai-ba-trung-2019"), (2024, BAC_GIANG), (2021, "ninh-binh-2021")],
)
def test_clean_returns_give_no_signal(store: Store, year: int, plan: str) -> None:
    """The sample returns of a whole province look like what people count."""
    store.ingest(SAMPLE / plan / "returns")
    assert signals(store.db, year, plan) == []


# --- copies -----------------------------------------------------------------------------------------------------


def test_the_same_people_in_two_communes_is_a_signal_at_both(store: Store) -> None:
    """Their populations differ, so it is no copy of the whole form."""
    assert found(store, documents(HERE, PEOPLE, 2020), documents(THERE, ELSE, 2020)) == [
        ("copied_figures", THERE, "5032"),
        ("copied_figures", HERE, "5032"),
    ]


def test_one_figure_more_is_no_copy(store: Store) -> None:
    other = {**ELSE, "0214": 105, "0215": 5033}
    assert found(store, documents(HERE, PEOPLE, 2020), documents(THERE, other, 2020)) == []


def test_few_or_small_figures_may_agree_by_chance(store: Store) -> None:
    few: Lines = {**YES, "0211": 4021, "0215": 4021, "0213": 9, "0217": "A"}
    other: Lines = {**few, "0109": "có"}
    assert found(store, documents(HERE, few, 2020), documents(THERE, other, 2020)) == []


def rows_of_five(leaflets: int) -> list[Any]:
    cells: dict[str, Any] = {"Loại hoạt động": "hội nghị", "Số cuộc": 1, "Tờ rơi": leaflets}
    counts = ((47, 25), (136, 73), (88, 41))
    return [
        line("B04", {**cells, "Từ ngày": f"0{number}/03/2020", "Lượt người dự": all_, "Nữ": women})
        for number, (all_, women) in enumerate(counts, start=1)
    ]


def test_a_table_copied_row_by_row_is_a_signal(store: Store) -> None:
    sent = activities(HERE, *rows_of_five(200)), activities(THERE, *rows_of_five(200))
    assert [one[:2] for one in found(store, *sent, form="B04")] == [
        ("copied_figures", THERE), ("copied_figures", HERE),
    ]  # fmt: skip


def test_a_table_with_other_leaflets_is_none(store: Store) -> None:
    sent = activities(HERE, *rows_of_five(200)), activities(THERE, *rows_of_five(210))
    assert found(store, *sent, form="B04") == []


def test_people_reached_as_in_the_year_before_is_a_signal(store: Store) -> None:
    """The documents differ, so the form is not the same as a whole."""
    store.send("B01", [documents(HERE, {**PEOPLE, "0107": "không"}, 2019)])
    assert found(store, documents(HERE, PEOPLE, 2020)) == [("repeated_figures", HERE, "5032")]


def test_a_form_that_repeats_in_every_answer_is_said_once(store: Store) -> None:
    store.send("B01", [documents(HERE, PEOPLE, 2019)])
    assert [code for code, _, _ in found(store, documents(HERE, PEOPLE, 2020))] == ["copied_from_last_period"]


@pytest.mark.parametrize(("figure", "joint", "n"), [(750, None, 1), (700, None, 0), (99, None, 0), (750, "HD1", 0)])
def test_two_agencies_with_one_figure_is_a_signal(store: Store, figure: int, joint: str | None, n: int) -> None:
    """750 banners from the police and the Women's Union; not whole hundreds, small figures or a joint activity."""
    row = line(
        "B04",
        {"Từ ngày": "05/03/2021", "Loại hoạt động": "treo băng rôn pano", "Băng rôn": figure,
         "Mã hoạt động chung": joint},
    )  # fmt: skip
    for agency in ("CA", "LHPN"):
        store.send("B04", [Return("37", whole_year(2021), {"B04": [row]}, agency=agency)])
    said = [one for one in signals(store.db, 2021, "ninh-binh-2021") if one.code == "same_figure"]
    assert len(said) == n
    assert all((one.facts["agency"], one.facts["agencies"]) == ("CA", "LHPN") for one in said)


# --- jumps ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "old", "times"),
    [(40000, 4000, 10), (42000, 4000, 10), (42001, 4000, 0), (400, 4000, 10), (4000, 4, 1000), (4000, 41, 100),
     (8000, 4000, 0), (4000, 4000, 0)],
)  # fmt: skip
def test_a_slipped_digit_is_ten_a_hundred_or_a_thousand_to_within_five_percent(
    new: int, old: int, times: int
) -> None:
    assert _slip(new, old) == times


def informed(n: int) -> Lines:
    return {**YES, "0216": n}


@pytest.mark.parametrize(
    ("before", "now", "codes"),
    [
        (2000, 3000, []),
        (2000, 3001, ["jumped"]),
        (2000, 1000, []),
        (2000, 999, ["jumped"]),
        (100, 999, []),
        (200, 2000, ["slipped_up"]),
        (2000, 200, ["slipped_down"]),
        (0, 2000, []),
    ],
)
def test_a_big_figure_that_changes_by_more_than_half_is_a_signal(
    store: Store, before: int, now: int, codes: list[str]
) -> None:
    store.send("B01", [documents(HERE, informed(before), 2019)])
    assert [code for code, _, _ in found(store, documents(HERE, informed(now), 2020))] == codes


def test_each_return_has_one_jump_and_populations_come_first(store: Store) -> None:
    store.send("B01", [documents(HERE, {"0201": 9000, "0202": 6000, "0216": 1000}, 2019),
                       documents(THERE, {"0201": 9000, "0216": 1000}, 2019)])  # fmt: skip
    sent = (documents(HERE, {"0201": 14000, "0202": 10000, "0216": 5000}, 2020),
            documents(THERE, {"0201": 9100, "0216": 6000}, 2020))  # fmt: skip
    assert [one for one in found(store, *sent) if one[0] == "jumped"] == [
        ("jumped", HERE, "10000"), ("jumped", THERE, "6000"),
    ]  # fmt: skip


# --- sizes and estimates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attendances", "codes"), [(2000, []), (2001, ["crowded_sessions"]), (4001, ["implausible_size"])]
)
def test_over_a_thousand_a_session_is_a_signal(store: Store, attendances: int, codes: list[str]) -> None:
    sent = activities(HERE, activity("01/03/2020", times=2, attendances=attendances))
    assert [code for code, _, _ in found(store, sent, form="B04")] == codes


@pytest.mark.parametrize(("attendances", "n"), [(1000, 0), (1001, 1)])
def test_attendances_beyond_twice_the_population_are_a_signal(store: Store, attendances: int, n: int) -> None:
    store.send("B01", [documents(HERE, {**YES, "0201": 500}, 2020)])
    rows = activity("01/03/2020", times=3, attendances=attendances - 333), activity("02/03/2020", attendances=333)
    said = found(store, activities(HERE, *rows), form="B04")
    assert said == [("above_population", HERE, str(attendances - 333))] * n


@pytest.mark.parametrize(("equal", "others", "n"), [(5, 1, 1), (4, 0, 0), (5, 2, 0)])
def test_one_and_the_same_average_is_a_signal(store: Store, equal: int, others: int, n: int) -> None:
    """Five activities of fifty each, and at least four in five of all."""
    rows = [*days(equal, times=2, attendances=94), *days(equal + others, attendances=61)[equal:]]
    rows = [*rows[:equal], *(activity(f"0{k}/06/2020", attendances=61 + k) for k in range(1, others + 1))]
    assert found(store, activities(HERE, *rows), form="B04") == [("constant_average", HERE, "94")] * n


def test_a_round_average_is_taken_over_from_the_check(store: Store) -> None:
    sent = activities(HERE, activity("01/03/2020", times=351, attendances=17550))
    assert found(store, sent, form="B04") == [("round_average", HERE, "17550")]


@pytest.mark.parametrize(("lines", "n"), [
    ({"0201": 9000, "0202": 6100, "0204": 1500, "0211": 4021}, 1),
    ({"0201": 9000, "0202": 6100, "0204": 1502, "0211": 4021}, 0),
    ({"0201": 9000, "0202": 6100, "0204": 1500, "0211": 4021, "0213": 1001}, 0),
])  # fmt: skip
def test_figures_in_whole_hundreds_are_a_signal(store: Store, lines: Lines, n: int) -> None:
    """Three of four end in 00; not two of four, nor three of five."""
    codes = [code for code, _, _ in found(store, documents(HERE, {**YES, **lines, "0217": "A"}, 2020))]
    assert codes == ["round_figures"] * n


@pytest.mark.parametrize(("equal", "n"), [(4, 1), (3, 0)])
def test_one_figure_in_most_communes_of_a_district_is_a_signal(store: Store, equal: int, n: int) -> None:
    """Five of five with the one more that is always there; four of five are too few."""
    communes = by_district("01", date(2020, 12, 31))[DISTRICT][:5]
    sent = [documents(code, informed(731 if at <= equal else 802), 2020) for at, code in enumerate(communes)]
    assert [code for code, _, _ in found(store, *sent)] == ["same_everywhere"] * n


def test_digits_that_people_prefer_show_in_a_district(store: Store) -> None:
    """Twenty-one of forty figures end in 0 or 5, then twenty."""
    communes = by_district("01", date(2020, 12, 31))[DISTRICT]
    rows = [(code, 4 * number + at) for number, code in enumerate(communes[:10]) for at in range(4)]

    def sent(ending: int) -> list[Return]:
        figures = {(code, at): 1000 + 10 * at + (5 if at < ending else 3) for code, at in rows}
        lines = ("0201", "0202", "0204", "0216")
        return [
            documents(code, {one: figures[code, 4 * number + at] for at, one in enumerate(reversed(lines))}, 2020)
            for number, code in enumerate(communes[:10])
        ]

    said = [one for one in found(store, *sent(21)) if one[0] == "digit_preference"]
    assert said == [("digit_preference", DISTRICT, "")]


# --- what is never looked at ------------------------------------------------------------------------------------


def test_a_refused_part_gives_no_signal(store: Store) -> None:
    """More reached than live there: the part is refused, and its figures are nobody's."""
    wrong = {**PEOPLE, "0211": 7000, "0215": 8011}
    assert "copied_figures" not in [
        code
        for code, _, _ in found(store, documents(HERE, wrong, 2020), documents(THERE, wrong | {"0201": 8000}, 2020))
    ]


def test_figures_said_to_be_estimates_give_no_signal(store: Store) -> None:
    lines = {"0201": "khoảng 9000", "0202": "khoảng 6100", "0204": "khoảng 1500"}
    assert found(store, documents(HERE, lines, 2020)) == []


def test_figures_of_victims_give_no_signal(store: Store) -> None:
    from returns_made import b05, flow

    for year, victims in ((2018, 100), (2019, 1000)):
        lines = {"0531": flow(0, victims)}
        store.send("B05", [Return(DISTRICT, whole_year(year), {"B05": b05(lines)})])
    assert signals(store.db, 2019, "hai-ba-trung-2019") == []


# --- in words ---------------------------------------------------------------------------------------------------


def test_signals_are_the_same_in_whatever_order_returns_came(store: Store, new_store: Callable[[], Store]) -> None:
    sent = [documents(HERE, PEOPLE, 2020), documents(THERE, ELSE, 2020), documents("00259", informed(9000), 2020)]
    other = new_store()
    for one in sent:
        store.send("B01", [one])
    for one in reversed(sent):
        other.send("B01", [one])
    assert [(one.code, one.unit, one.cell) for one in signals(store.db)] == [
        (one.code, one.unit, one.cell) for one in signals(other.db)
    ]


def test_a_signal_has_its_cell_and_a_sentence_in_both_languages(store: Store) -> None:
    store.send("B01", [documents(HERE, PEOPLE, 2020), documents(THERE, ELSE, 2020)])
    one = signals(store.db)[0]
    assert (one.form, Path(one.name).name, bool(one.cell)) == ("B01", "return-000.csv", True)
    names = Naming(lambda code: f"Phường {code}")
    assert wording.signal(one, names).endswith("trùng khớp với 1 đơn vị khác (Phường 00271).")
    with speaking("en"):
        assert wording.signal(one, names).endswith("(number: 1; Phường 00271).")


def test_the_text_shows_kinds_with_their_first_and_never_a_verdict(store: Store, tracker: Callable[..., Run]) -> None:
    store.send("B01", [documents(HERE, PEOPLE, 2020), documents(THERE, ELSE, 2020)])
    before = tracker("--db", store.db, "report", "--year", 2020, "--plan", HA_NOI, "--format", "md").out
    section = before.split("## Dấu hiệu cần xem lại")[1]
    assert "Số trùng với đơn vị khác | 2 |" in section
    assert "không phải lỗi" in section


def test_every_signal_has_a_sentence_and_a_name() -> None:
    codes = {key.removeprefix("signal.") for key in catalogue("vi") if key.startswith("signal.")}
    names = {key.removeprefix("signal_kind.") for key in catalogue("vi") if key.startswith("signal_kind.")}
    assert codes == names
    assert set(TOLD) < codes
    assert len(codes) >= len(RULES) + len(TOLD)


def test_models_of_one_session_each_are_no_signal(store: Store) -> None:
    """B02 counts sessions and members; equal sessions are what models have."""
    sent = [Return(code, whole_year(2020), {"B02": [model(), model("lồng ghép")]}) for code in (HERE, THERE)]
    assert found(store, *sent, form="B02") == []
