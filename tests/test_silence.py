"""Silence never helps and never hurts for certain: whoever stops reporting only widens the bounds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Figures, Plan, Store
from returns_made import Cell, Return, Row, b01, by_district, model, of_province, place, whole_year

HOMES = by_district("01", date(2019, 12, 31))
TOLD = {code: district for district in ("001", "003") for code in HOMES[district][:4]}
"""Communes that may report, in two districts; the other 576 are silent throughout."""
HOTSPOTS = [*HOMES["001"][:3], *HOMES["003"][:2]]
YEAR = whole_year(2019)
AGED = 5000
SHARES = ("materials", "models", "reach")

yes_no = st.sampled_from(["có", "không", None])
methods = st.sampled_from(["A", "B", "C", "D"])
kinds = st.sampled_from(["chuyên sâu", "lồng ghép"])
said = st.fixed_dictionaries(
    {
        "policy": st.tuples(yes_no, yes_no),
        "behaviour": st.tuples(yes_no, yes_no),
        "people": st.one_of(st.none(), st.tuples(st.integers(0, AGED), methods)),
        "models": st.one_of(st.none(), st.lists(st.tuples(kinds, st.integers(0, 2)), max_size=2)),
    }
)


@st.composite
def returns(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """What some communes say, and which of them stops saying it."""
    units = draw(st.lists(st.sampled_from(sorted(TOLD)), min_size=1, unique=True))
    told = {unit: draw(said) for unit in units}
    return told, draw(st.sampled_from(units))


def lines(at: int, unit: Mapping[str, Any]) -> dict[str, Cell]:
    """B01 of a commune; its residents differ from every other's, so that no form looks copied."""
    cells: dict[str, Cell] = dict(
        zip(("0101", "0103", "0105", "0107"), (*unit["policy"], *unit["behaviour"]), strict=True)
    )
    cells["0201"] = 8000 + at
    if unit["people"]:
        people, method = unit["people"]
        cells |= {"0211": people, "0213": 0, "0214": 0, "0215": people, "0217": method}
    return cells


def rows(unit: Mapping[str, Any]) -> list[Row]:
    return [model(kind, sessions=sessions, name=f"Số {n}") for n, (kind, sessions) in enumerate(unit["models"])] or [
        ("Không phát sinh",)
    ]


def scored(told: Mapping[str, Any]) -> Plan:
    """The report of a fresh store after these communes reported."""
    numbered = {code: at for at, code in enumerate(sorted(TOLD))}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.send("B00", [of_province("B00", [place(code, aged=AGED, on="01/01/2019") for code in HOTSPOTS], YEAR)])
        if told:
            store.send("B01", [Return(u, YEAR, {"B01": b01(lines(numbered[u], told[u]))}) for u in told])
        if with_models := [u for u in told if told[u]["models"] is not None]:
            store.send("B02", [Return(u, YEAR, {"B02": rows(told[u])}) for u in with_models])
        return store.report(2019)


def everything_with_bounds(node: Any, where: str = "") -> Iterator[tuple[str, Figures]]:
    """Targets, parts, readings and districts, by where they stand."""
    if isinstance(node, dict):
        if "lower" in node and "upper" in node:
            yield where, node
        for key, value in node.items():
            yield from everything_with_bounds(value, f"{where}/{key}")
    elif isinstance(node, list):
        for at, value in enumerate(node):
            name = value.get("id", value.get("code", at)) if isinstance(value, dict) else at
            yield from everything_with_bounds(value, f"{where}/{name}")


def share(text: str) -> Fraction:
    """A fraction as the report writes it; over nothing it is no share at all."""
    over, under = text.split("/")
    return Fraction(int(over), int(under)) if int(under) else Fraction(0)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(returns())
def test_taking_a_return_away_only_widens_the_bounds(case: tuple[dict[str, Any], str]) -> None:
    """No lower bound rises, no upper bound falls, nobody leaves the denominator, and the unit is missing."""
    told, gone = case
    before = scored(told)
    after = scored({unit: words for unit, words in told.items() if unit != gone})
    for name in SHARES:
        old = dict(everything_with_bounds(before.target(name), name))
        new = dict(everything_with_bounds(after.target(name), name))
        assert set(new) == set(old)
        for where, figures in old.items():
            assert share(new[where]["lower"]) <= share(figures["lower"]), where
            assert share(new[where]["upper"]) >= share(figures["upper"]), where
            if "denominator" in figures:
                assert new[where]["denominator"] == figures["denominator"], where
                assert new[where]["missing"] >= figures["missing"], where
    still = sum(unit in told and unit != gone for unit in HOMES[TOLD[gone]])
    district = after.district(after.target("materials"), TOLD[gone])
    assert district["missing"] >= district["denominator"] - still
