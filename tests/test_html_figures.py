"""Every number of the JSON report stands on the page at its place. Input: the samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from html_pages import YEARS, Node, figures, tree
from tracker.report.wording import share
from tracker.writing import count, percent, qualified

Figures = Mapping[str, Any]
BORDERS = ("data-part", "data-reading", "data-month", "data-target")
PLANS = sorted(YEARS)


def own(node: Node, name: str) -> list[str]:
    """The texts of a figure of a target itself, not of its parts and readings."""
    return [one.text for one in node.own(*BORDERS) if one.attrs.get("data-is") == name]


def said(bound: str) -> str:
    low, of = map(int, bound.split("/"))
    return percent(low, of)


def shares(of: Figures) -> str:
    lower, upper = said(of["lower"]), said(of["upper"])
    return lower if of["lower"] == of["upper"] else f"{lower} – {upper}"


def held(node: Node, of: Figures) -> None:
    """The figures of a target or part against what the page shows of it."""
    if of.get("masked"):
        assert own(node, "share") == ["<5"]
        assert [one for name in ("low", "high", "of", "need", "missing") for one in own(node, name)] == []
    elif of.get("denominator") is not None:
        assert own(node, "low") == [count(of["numerator"])]
        assert set(own(node, "of")) == {count(of["denominator"])}
        if "lower" in of:
            assert own(node, "share") == [shares(of)]
            assert "upper" not in of or own(node, "high")
        for name in ("missing", "need"):
            if name in of:
                assert own(node, name) == [count(of[name])], name
    if "threshold" in of:
        assert own(node, "threshold") == [share(Fraction(of["threshold"]))]
    if of.get("verdict"):
        [badge] = [one for one in node.own(*BORDERS) if one.attrs.get("data-is") == "verdict"]
        assert badge.attrs["data-verdict"] == of["verdict"]


def possible(node: Node, of: Figures) -> None:
    """The upper bound as a number; where it is the lower one, that may stand alone."""
    if "upper" in of:
        high = [count(int(of["upper"].split("/")[0]))]
        assert own(node, "high") == high or (not own(node, "high") and of["upper"] == of["lower"])


def judged(plan: str) -> Iterator[Figures]:
    return (target for target in figures(plan)["targets"] if target["kind"] != "measure")


@pytest.mark.parametrize("plan", PLANS)
def test_each_target_has_a_card_with_its_figures_threshold_and_verdict(plan: str) -> None:
    """In the order of the plan."""
    cards = tree(plan).all("article", **{"aria-labelledby": ""}) or tree(plan).all("article")
    cards = [one for one in cards if "card" in one.classes]
    assert [one.attrs["data-target"] for one in cards] == [target["id"] for target in judged(plan)]
    for card, target in zip(cards, judged(plan), strict=True):
        held(card, target)
        possible(card, target)
        assert target["label"].casefold() == card.one("h4").text.casefold()
        assert target["citation"].casefold() in card.text.casefold()


@pytest.mark.parametrize("plan", PLANS)
def test_each_part_and_each_reading_stands_in_the_card_of_its_target(plan: str) -> None:
    """Parts with their verdict, and those without effect on it."""
    for target in judged(plan):
        card = card_of(plan, target["id"])
        for part in target.get("parts", ()):
            held(card.one(data_part=part["id"]), part)
            possible(card.one(data_part=part["id"]), part)
            readings_held(card.one(data_part=part["id"]), part)
        readings_held(card, target)


def card_of(plan: str, target: str) -> Node:
    return tree(plan).one("article", data_target=target)


def readings_held(node: Node, of: Figures) -> None:
    shown = [one for one in node.own("data-part") if "data-reading" in one.attrs]
    assert [one.attrs["data-reading"] for one in shown] == [one["id"] for one in of.get("readings", ())]
    for line, reading in zip(shown, of.get("readings", ()), strict=True):
        assert line.one(data_is="verdict").attrs["data-verdict"] == reading["verdict"]
        if "lower" in reading:
            assert line.one(data_is="share").text == shares(reading)
            assert line.one(data_is="low").text == count(int(reading["lower"].split("/")[0]))
            assert line.all(data_is="of")[0].text == count(int(reading["lower"].split("/")[1]))


def with_districts(plan: str) -> Iterator[tuple[str, Figures]]:
    for target in figures(plan)["targets"]:
        for path, score in (
            (target["id"], target),
            *((f"{target['id']}/{p['id']}", p) for p in target.get("parts", ())),
        ):
            if score.get("districts"):
                yield path, score


@pytest.mark.parametrize("plan", ["ha-noi-2018-2020", "bac-giang-2024"])
def test_each_district_stands_in_the_grid_and_in_the_bars_of_each_target(plan: str) -> None:
    """With numerator, denominator, both bounds, need and missing."""
    found = list(with_districts(plan))
    assert found
    for path, score in found:
        grid, bars = tree(plan).one(data_table="heat"), tree(plan).one(data_table="bars", data_target=path)
        for line in score["districts"]:
            cell = grid.one("td", data_district=line["code"], data_target=path)
            assert f"is-{line['verdict']}" in cell.classes
            assert f"{count(line['numerator'])}/{count(line['denominator'])}" in cell.text
            assert shares(line) in cell.text
            row = bars.one("tr", data_district=line["code"])
            held(row, certain(line))
            assert own(row, "high") == [count(int(line["upper"].split("/")[0]))]
            assert said(line["upper"]) in row.text
            assert line["name"] in row.text


def certain(line: Figures) -> Figures:
    """A row of bars prints what is certain as the share; what is possible and the threshold stand elsewhere."""
    return {name: figure for name, figure in line.items() if name != "threshold"} | {"upper": line["lower"]}


@pytest.mark.parametrize("plan", ["ha-noi-2018-2020"])
def test_bars_begin_with_the_district_that_is_furthest_from_the_target(plan: str) -> None:
    """Those that reach it come last."""
    for path, score in with_districts(plan):
        threshold = Fraction(score["threshold"])
        by_code = {line["code"]: threshold - Fraction(line["lower"]) for line in score["districts"]}
        bars = tree(plan).one(data_table="bars", data_target=path)
        order = [
            max(by_code[row.attrs["data-district"]], Fraction(0))
            for row in bars.all("tr")
            if "data-district" in row.attrs
        ]
        assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("plan", PLANS)
def test_each_value_of_a_measure_stands_in_its_section(plan: str) -> None:
    """Totals and groups, with their qualifier; a hidden one as <5."""
    for target in figures(plan)["targets"]:
        if not target.get("values"):
            continue
        section = tree(plan).one("section", data_target=target["id"])
        shown = {
            (one.attrs["data-key"], one.attrs.get("data-group")): one.one(data_is="value").text
            for one in section.walk()
            if "data-key" in one.attrs
        }
        wanted = {
            (one["key"], one["group"]): "<5" if one.get("masked") else qualified(one["value"], one["qualifier"])
            for one in target["values"]
        }
        assert shown == wanted


@pytest.mark.parametrize("plan", PLANS)
def test_each_duty_of_each_body_is_told_with_its_verdict(plan: str) -> None:
    for target in judged(plan):
        if not target.get("duties"):
            continue
        rows = [row for row in tree(plan).one("table", data_target=target["id"]).walk() if "data-duty" in row.attrs]
        shown = {
            (row.attrs["data-duty"], body.attrs["data-unit"]): body.attrs["data-verdict"]
            for row in rows
            for body in row.all("li")
        }
        assert shown == {(one["id"], one["unit"]): one["verdict"] for one in target["duties"]}


@pytest.mark.parametrize("plan", PLANS)
def test_who_has_filed_is_counted_by_form(plan: str) -> None:
    for line in figures(plan)["submission"]:
        row = tree(plan).one("tr", data_form=line["form"])
        for state in ("expected", "on_time", "late", "returned", "missing"):
            assert row.one(data_is=state).text == count(line[state])


def test_each_month_of_the_press_says_yes_no_or_missing() -> None:
    """August has nothing in the city's press although all returns of the quarter have come."""
    card = card_of("ha-noi-2018-2020", "press")
    months = {one.attrs["data-month"]: one.attrs["data-state"] for one in card.walk() if "data-month" in one.attrs}
    assert [month for month, state in months.items() if state == "no"] == ["2020-08"]
    assert list(months) == [f"2020-{month:02}" for month in range(1, 13)]


def test_the_plan_is_summed_up_in_a_sentence_and_the_undecided_name_who_decides() -> None:
    lede = next(one for one in tree("ha-noi-2018-2020").walk() if "lede" in one.classes)
    assert "Trong 5 chỉ tiêu: 1 đạt, 1 chưa đạt, 3 chưa đủ số liệu." in lede.text
    assert "Chỉ tiêu 1: Cần thêm 9; 9 đơn vị chưa có số liệu. Phường Tràng Tiền" in lede.text
    assert "Cần thêm 84.477 người" in lede.text


def test_the_silent_stand_under_their_district_with_the_targets_that_wait() -> None:
    """As many marks in a column as its heading counts."""
    table = next(one for one in tree("ha-noi-2018-2020").walk() if "silent" in one.classes)
    heads = [one for one in table.all("th") if "data-silent" in one.attrs]
    rows = [row for row in table.all("tr") if "data-unit" in row.attrs]
    marks = [[cell.text for cell in row.all("td")] for row in rows]
    assert heads[0].attrs["data-silent"] == "materials"
    for at, head in enumerate(heads):
        assert head.one("b").text == count(sum(bool(row[at]) for row in marks))


@pytest.mark.parametrize("plan", PLANS)
def test_every_table_and_card_with_shares_says_its_day_and_the_day_of_the_registry(plan: str) -> None:
    registry = figures(plan)["registry"]
    day = "/".join(reversed(registry["date"].split("-")))
    basis = f"Tính đến {day}; danh mục hành chính ngày {day}: {count(registry['units'])} xã, phường, thị trấn."
    page = tree(plan)
    sharing: Sequence[Node] = [one for one in page.walk() if {"card", "measure"} & one.classes]
    sharing = [*sharing, *(one.one("caption") for one in page.all("table") if {"heat", "bars"} & one.classes)]
    assert sharing
    assert [one.text[:80] for one in sharing if basis not in one.text] == []
