"""Ninh Bình's counted results of 2021: every quantity by agency and kind, with trên, gần and hơn kept through sums.

The text sets no target. Six agencies of the province report; what communes report of themselves is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from conftest import Plan, Run, Store
from returns_made import NONE, Cell, Period, Return, Row, line, whole_year

PLAN = "ninh-binh-2021"
PROVINCE = "37"
YEAR = whole_year(2021)
SIX = ("LDTBXH", "CA", "BDBP", "TTTT", "MTTQ", "LHPN")

SESSIONS, PEOPLE, STAFF = "Số cuộc", "Lượt người dự", "Lượt cán bộ"
LEAFLETS, BOOKS, BANNERS, BOARDS = "Tờ rơi", "Sách, bộ tài liệu", "Băng rôn", "Pano"
RUNS, ITEMS, PAGES, GROUPS = "Số lần phát", "Tin, bài", "Trang Facebook", "Nhóm Zalo"


def did(kind: str, day: str = "30/07/2021", /, **cells: Any) -> Row:
    """A row of B04; keywords are written with the labels above."""
    return line("B04", {"Từ ngày": day, "Loại hoạt động": kind, **cells})


def counted(indicator: str, amount: Cell, unit: str = "trang") -> Row:
    return line("B08", {"Chỉ số": indicator, "Số lượng": amount, "Đơn vị tính": unit})


REPORT = line("B03", {"Ngày đăng": "20/07/2021", "Nhóm phương tiện": "báo chí địa phương", "Thể loại": "phóng sự"})
SENT: Mapping[str, Mapping[str, Sequence[Row]]] = {
    "LDTBXH": {
        "B04": [
            did("hội nghị", "05/05/2021", **{SESSIONS: 2, PEOPLE: "trên 310"}),
            did("phát thanh", **{RUNS: 60}),
            did("cấp phát tài liệu", "06/05/2021", **{LEAFLETS: "7.000"}),
            did("phát thanh", **{ITEMS: 104}),
            did("tuyên truyền lưu động"),
            did("treo băng rôn pano", **{BANNERS: 186, BOARDS: 88}),
            did("cấp phát tài liệu", **{LEAFLETS: 4500}),
            did("hội nghị", "10/09/2021", **{SESSIONS: 8, PEOPLE: "trên 760 đại biểu"}),
            did("diễn đàn", "12/09/2021", **{SESSIONS: 1}),
        ],
        "B03": [REPORT],
        "B08": [counted("Xã được cấp kinh phí hỗ trợ", 2, "xã")],
    },
    "CA": {
        "B04": [
            did("khác", **{ITEMS: 87}),
            did("cấp phát tài liệu", **{LEAFLETS: 10_000}),
            did("treo băng rôn pano", **{BANNERS: 750}),
            did("tuyên truyền lưu động", **{SESSIONS: 1000}),
            did("hội nghị", **{"Hình thức": "lồng ghép", PEOPLE: 17_121}),
        ]
    },
    "BDBP": {"B04": [did("phát thanh", **{RUNS: 5})]},
    "TTTT": {
        "B04": [did("đăng mạng xã hội", **{ITEMS: 20})],
        "B08": [counted("Trang TTĐT được rà soát", 2000), counted("Trang TTĐT bị lợi dụng", 0)],
    },
    "MTTQ": {
        "B04": [
            did("đăng mạng xã hội", **{ITEMS: 15}),
            did("nói chuyện chuyên đề", **{STAFF: "gần 1.300 lượt"}),
            did("lớp tập huấn", **{SESSIONS: "02 lớp", PEOPLE: "trên 400"}),
        ]
    },
    "LHPN": {
        "B04": [
            did("sinh hoạt lồng ghép", **{SESSIONS: 351, PEOPLE: 17_550}),
            did("đăng mạng xã hội", **{PAGES: 310, GROUPS: 539, ITEMS: 598}),
            did("cấp phát tài liệu", **{BOOKS: "hơn 7.000 bộ"}),
            did("treo băng rôn pano", **{BANNERS: 750}),
        ],
        "B08": [counted("Trang TTĐT của Hội", 1)],
    },
}

QUANTITIES: Mapping[str, tuple[str, str, int, str]] = {
    "NB-01": ("sessions", "LDTBXH · hội nghị", 2 + 8, "exact"),
    "NB-02": ("attendances", "LDTBXH · hội nghị", 310 + 760, "over"),
    "NB-03": ("other", "LDTBXH · Xã được cấp kinh phí hỗ trợ", 2, "exact"),
    "NB-04": ("broadcasts", "LDTBXH · phát thanh", 60, "exact"),
    "NB-05": ("leaflets", "LDTBXH · cấp phát tài liệu", 7000 + 4500, "exact"),
    "NB-06": ("items", "LDTBXH · phát thanh", 104, "exact"),
    "NB-08": ("banners", "LDTBXH · treo băng rôn pano", 186, "exact"),
    "NB-09": ("billboards", "LDTBXH · treo băng rôn pano", 88, "exact"),
    "NB-11": ("meetings", "LDTBXH", 10, "exact"),
    "NB-12": ("meeting_attendances", "LDTBXH · hội nghị", 1070, "over"),
    "NB-13": ("published", "LDTBXH · báo chí địa phương", 1, "exact"),
    "NB-13b": ("sessions", "LDTBXH · diễn đàn", 1, "exact"),
    "NB-14": ("items", "CA · khác", 87, "exact"),
    "NB-15": ("leaflets", "CA · cấp phát tài liệu", 10_000, "exact"),
    "NB-16": ("banners", "CA · treo băng rôn pano", 750, "exact"),
    "NB-17": ("sessions", "CA · tuyên truyền lưu động", 1000, "exact"),
    "NB-18": ("attendances", "CA · hội nghị", 17_121, "exact"),
    "NB-19": ("broadcasts", "BDBP · phát thanh", 5, "exact"),
    "NB-20": ("items", "TTTT · đăng mạng xã hội", 20, "exact"),
    "NB-21": ("other", "TTTT · Trang TTĐT được rà soát", 2000, "exact"),
    "NB-21, none of them": ("other", "TTTT · Trang TTĐT bị lợi dụng", 0, "exact"),
    "NB-22": ("items", "MTTQ · đăng mạng xã hội", 15, "exact"),
    "NB-23": ("staff_turns", "MTTQ · nói chuyện chuyên đề", 1300, "nearly"),
    "NB-24": ("sessions", "MTTQ · lớp tập huấn", 2, "exact"),
    "NB-25": ("attendances", "MTTQ · lớp tập huấn", 400, "over"),
    "NB-26": ("sessions", "LHPN · sinh hoạt lồng ghép", 351, "exact"),
    "NB-27": ("attendances", "LHPN · sinh hoạt lồng ghép", 17_550, "exact"),
    "NB-28": ("other", "LHPN · Trang TTĐT của Hội", 1, "exact"),
    "NB-29": ("facebook_pages", "LHPN", 310, "exact"),
    "NB-30": ("zalo_groups", "LHPN", 539, "exact"),
    "NB-31": ("books", "LHPN · cấp phát tài liệu", 7000, "over"),
    "NB-32": ("banners", "LHPN · treo băng rôn pano", 750, "exact"),
    "NB-33": ("items", "LHPN · đăng mạng xã hội", 598, "exact"),
}
TOTALS: Mapping[str, tuple[int, str]] = {
    "items": (824, "exact"),
    "leaflets": (21_500, "exact"),
    "broadcasts": (65, "exact"),
    "meetings": (12, "exact"),
    "meeting_attendances": (1470, "over"),
    "published": (1, "exact"),
}
"""What may be added; attendances of meetings and of other gatherings, banners and slogans, may not."""


def agency(code: str, **forms: Sequence[Row]) -> Return:
    return Return(PROVINCE, YEAR, forms or SENT[code], agency=code)


def send_all(store: Store, **instead: Return) -> list[Run]:
    return [store.send_book(instead.get(code, agency(code))) for code in SIX]


def values(plan: Plan) -> dict[tuple[str, str | None], tuple[Any, str]]:
    """Value and qualifier by key and group; the total has no group."""
    return {(one["key"], one["group"]): (one["value"], one["qualifier"]) for one in plan.target("counts")["values"]}


def scored(store: Store, *options: str) -> Plan:
    return store.report(2021, *options, plan=PLAN)


@pytest.fixture(scope="module")
def full(new_store: Callable[[], Store]) -> tuple[Store, list[Run]]:
    """All six agencies have reported all of it."""
    store = new_store()
    return store, send_all(store)


@pytest.fixture(scope="module")
def figures(full: tuple[Store, list[Run]]) -> dict[tuple[str, str | None], tuple[Any, str]]:
    return values(scored(full[0]))


def test_every_return_is_accepted_without_a_warning(full: tuple[Store, list[Run]]) -> None:
    """What is typed as an office types it leaves notes at most."""
    problems = [one for run in full[1] for file in run.json()["files"] for one in file["problems"]]
    assert {one["severity"] for one in problems} == {"info"}
    assert [run.status for run in full[1]] == [0] * 6


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_counted_quantity_is_told_by_agency_and_kind(
    figures: Mapping[tuple[str, str | None], tuple[Any, str]], quantity: str
) -> None:
    """With its qualifier, also where two rows of one kind were added."""
    key, group, value, qualifier = QUANTITIES[quantity]
    assert figures[key, group] == (value, qualifier)


def test_only_what_may_be_added_has_a_total(figures: Mapping[tuple[str, str | None], tuple[Any, str]]) -> None:
    """824 items, 21.500 leaflets, 65 broadcasts, 12 meetings with over 1.470 delegates, and no other sum."""
    assert {key: value for (key, group), value in figures.items() if group is None} == TOTALS


def test_meetings_without_one_of_the_two_numbers_are_not_among_the_twelve(
    figures: Mapping[tuple[str, str | None], tuple[Any, str]],
) -> None:
    """The police told delegates and no number of meetings."""
    told = {group for key, group in figures if key == "meetings"}
    assert told == {None, "LDTBXH", "MTTQ"}


def test_nothing_is_told_that_nobody_reported(figures: Mapping[tuple[str, str | None], tuple[Any, str]]) -> None:
    """Every group is one of the quantities or a meeting's second view of it."""
    named = {(key, group) for key, group, _, _ in QUANTITIES.values()}
    second = {("meetings", "MTTQ"), ("meeting_attendances", "MTTQ · lớp tập huấn")}
    assert {(key, group) for key, group in figures if group is not None} - named == second


def test_no_target_and_no_percentage_is_invented(full: tuple[Store, list[Run]], tracker: Callable[..., Run]) -> None:
    """A measure has a null verdict, and nothing that would make a share."""
    target = scored(full[0]).target("counts")
    assert target["verdict"] is None
    assert not {"numerator", "denominator", "lower", "upper", "threshold", "need", "districts"} & target.keys()
    shown = tracker("--db", full[0].db, "report", "--year", 2021, "--plan", PLAN, "--format", "md").out
    assert "%" not in shown


def test_a_qualified_sum_is_printed_with_its_word(full: tuple[Store, list[Run]], tracker: Callable[..., Run]) -> None:
    """trên 1.470 đại biểu, gần 1.300 lượt cán bộ; and in English."""
    command = ("--db", full[0].db, "report", "--year", 2021, "--plan", PLAN, "--format", "md")
    shown, english = tracker(*command).out, tracker("--lang", "en", *command).out
    assert "trên 1.470" in shown
    assert "gần 1.300" in shown
    assert "trên 1.470" not in english
    assert "over 1" in english


def test_a_plan_without_a_due_date_has_six_filers_on_time(full: tuple[Store, list[Run]]) -> None:
    """One return each with any of the three forms."""
    assert scored(full[0]).content["submission"] == [
        {"form": "B03, B04, B08", "expected": 6, "on_time": 6, "late": 0, "returned": 0, "missing": 0}
    ]
    assert scored(full[0]).content["registry"]["units"] == 143


def test_an_average_of_exactly_fifty_is_noted(full: tuple[Store, list[Run]]) -> None:
    """17.550 at 351 gatherings was estimated; a note, the figure counts."""
    problems = [one for run in full[1] for file in run.json()["files"] for one in file["problems"]]
    [note] = [one for one in problems if one["code"] == "round_average"]
    assert (note["severity"], note["form"], note["field"], note["found"]) == ("info", "B04", "attendances", "17550")


@pytest.mark.parametrize(
    ("sessions", "people", "noted"), [(351, 17_551, False), (351, 17_550, True), (2, 310, False)]
)
def test_only_a_round_average_over_many_gatherings_is_noted(
    store: Store, sessions: int, people: int, noted: bool
) -> None:
    """Two classes of 155 may well be; 351 gatherings of exactly 50 may not."""
    row = did("sinh hoạt lồng ghép", **{SESSIONS: sessions, PEOPLE: people})
    sent = store.send_book(agency("LHPN", B04=[row]))
    assert ("round_average" in sent.codes()) is noted


def test_what_communes_report_of_themselves_is_never_added(store: Store) -> None:
    """Nor what a district or another agency of the province sends."""
    send_all(store)
    before = values(scored(store))
    rows = [did("phát thanh", **{RUNS: 9, ITEMS: 9, LEAFLETS: 900}), did("hội nghị", **{SESSIONS: 1, PEOPLE: 99})]
    store.send("B04", [Return("14740", YEAR, {"B04": rows}), Return("375", YEAR, {"B04": rows}, agency="LDTBXH")])
    store.send_book(Return(PROVINCE, YEAR, {"B04": rows}, agency="DTN"))
    assert values(scored(store)) == before


@pytest.mark.parametrize(
    ("delegates", "total"),
    [
        ("400", (1470, "over")),
        ("gần 400", (1470, "about")),
        (">400", (1470, "over")),
        ("khoảng 400", (1470, "about")),
        ("hơn 400", (1470, "over")),
    ],
)
def test_a_mixture_of_qualifiers_is_about(store: Store, delegates: str, total: tuple[int, str]) -> None:
    """Exact with over is over; over with nearly can lie on either side."""
    send_all(store, MTTQ=agency("MTTQ", B04=[did("lớp tập huấn", **{SESSIONS: 2, PEOPLE: delegates})]))
    assert values(scored(store))["meeting_attendances", None] == total


def test_exact_with_nearly_is_nearly(store: Store) -> None:
    """Two rows of one agency and kind."""
    rows = [did("khác", **{STAFF: 200}), did("khác", "01/08/2021", **{STAFF: "gần 1.300"})]
    store.send_book(agency("MTTQ", B04=rows))
    assert values(scored(store))["staff_turns", "MTTQ · khác"] == (1500, "nearly")


def test_two_agencies_may_well_report_the_same_number(store: Store) -> None:
    """Equal rows of one reporter count once, those of two reporters are two."""
    row = did("treo băng rôn pano", **{BANNERS: 750})
    store.send_book(agency("CA", B04=[row, row]))
    store.send_book(agency("LHPN", B04=[row]))
    told = values(scored(store))
    assert told["banners", "CA · treo băng rôn pano"] == (750, "exact")
    assert told["banners", "LHPN · treo băng rôn pano"] == (750, "exact")


@pytest.mark.parametrize(
    ("lead", "told_by"),
    [("Công an tỉnh", "CA"), ("CA", "CA"), ("Hội Liên hiệp Phụ nữ tỉnh", "LHPN"), ("Hội LHPN", "LHPN")],
)
def test_a_joint_activity_is_that_of_the_agency_that_led_it(store: Store, lead: str, told_by: str) -> None:
    """However "Đơn vị chủ trì" spells the agency; the other counted other people at the same meeting."""
    for code, people in (("CA", 101), ("LHPN", 103)):
        joint = {SESSIONS: 1, PEOPLE: people, "Đơn vị chủ trì": lead, "Mã hoạt động chung": "HN-01"}
        store.send_book(agency(code, B04=[did("hội nghị", **joint)]))
    attended = {group: value for (key, group), value in values(scored(store)).items() if key == "attendances"}
    assert attended == {f"{told_by} · hội nghị": ({"CA": 101, "LHPN": 103}[told_by], "exact")}


def test_one_news_item_in_two_returns_counts_once(store: Store) -> None:
    """The same outlet, day and title; an item without a title is one of its own."""
    cells = {"Ngày đăng": "20/07/2021", "Mã cơ quan": "NB01", "Nhóm phương tiện": "báo chí địa phương"}
    titled = line("B03", {**cells, "Tên tin bài": "Cảnh giác"})
    store.send_book(agency("TTTT", B03=[titled, line("B03", cells)]))
    store.send_book(agency("CA", B03=[line("B03", {**cells, "Tên tin bài": "CẢNH GIÁC"})]))
    told = values(scored(store))
    assert told["published", None] == (2, "exact")
    assert told["published", "CA · báo chí địa phương"] == (1, "exact")


def test_a_corrected_return_replaces_the_figures(store: Store) -> None:
    """The higher revision counts alone."""
    send_all(store)
    better = replace(agency("BDBP", B04=[did("phát thanh", **{RUNS: 7})]), revision=2)
    store.send_book(better)
    assert values(scored(store))["broadcasts", None] == (67, "exact")


def test_other_quantities_of_half_a_year_are_not_taken_for_the_years(store: Store) -> None:
    """Of B08 the plan asks one return a year; another is kept, and the unit is told that it does not count."""
    first_half = Period("6 tháng", "01/01/2021", "30/06/2021")
    half = Return(PROVINCE, first_half, {"B08": [counted("Trang", 9)]}, agency="TTTT")
    assert store.send_book(half).codes() == {"period_not_expected"}
    assert not any(key == "other" for key, _ in values(scored(store)))


def test_pages_of_two_half_years_are_those_of_the_second(store: Store, tracker: Callable[..., Run]) -> None:
    """A page kept all year is one page; what was done in each half is added."""
    halves = [Period("6 tháng", "01/01/2021", "30/06/2021"), Period("6 tháng", "01/07/2021", "31/12/2021")]
    for period, day, pages in zip(halves, ("01/03/2021", "01/09/2021"), (300, "hơn 310"), strict=True):
        rows = [did("đăng mạng xã hội", day, **{PAGES: pages, ITEMS: 20}), did("phát thanh", day, **{RUNS: 4})]
        store.send_book(Return(PROVINCE, period, {"B04": rows}, agency="LHPN"))
    told = values(scored(store))
    assert told["facebook_pages", "LHPN"] == (310, "over")
    assert told["items", "LHPN · đăng mạng xã hội"] == (40, "exact")
    assert told["broadcasts", None] == (8, "exact")
    options = ("--year", 2021, "--plan", PLAN, "--format", "json")
    shown = tracker("--db", store.db, "explain", "counts/facebook_pages/LHPN", *options)
    assert "hơn 310" in shown.out
    assert '"300"' not in shown.out


def test_nothing_to_report_is_filed_and_adds_nothing(store: Store) -> None:
    """The border guard says none; five others are silent."""
    store.send_book(agency("BDBP", B04=NONE))
    plan = scored(store)
    assert plan.content["submission"][0]["on_time"] == 1
    assert values(plan)["broadcasts", None] == (0, "exact")


def test_other_years_are_not_told(full: tuple[Store, list[Run]]) -> None:
    """The plan's life is 2021."""
    assert full[0].report(2022, plan=PLAN).target("counts")["values"] == []
