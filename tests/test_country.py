"""A plan of the whole country (`area = "VN"`): all that the registry has, with a line for each province."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import Store, run
from returns_made import YES, Return, activity, communes, documents, month, of_province, place, whole_year
from tracker.place import COUNTRY, load

PLAN = """
id = "ca-nuoc"
title = { vi = "Cả nước", en = "The country" }
area = "VN"
life = { from = 2018-01-01, to = 2020-12-31 }
citation = { number = "01/KH", issued_by = { vi = "Thử", en = "Try" } }
returns = [
    { forms = ["B00"], filers = [{ agency = "UBND", tier = "province" }], reference = true },
    { forms = ["B01"], filers = [{ agency = "UBND", tier = "commune" }], periods = ["năm"] },
    { forms = ["B04"], filers = [{ agency = "LHPN", tier = "province" }, { agency = "UBND", tier = "commune" }] },
]

[[targets]]
id = "materials"
kind = "share"
label = { vi = "Tài liệu", en = "Materials" }
cite = "1"
over = "communes"
test = { form = "B01", where = { field = "policy_received", is = true } }
thresholds = [{ from = 2018-01-01, value = "1/2", yearly = true, cite = "1" }]

[[targets]]
id = "reach"
kind = "persons"
label = { vi = "Tiếp cận", en = "Reach" }
cite = "2"
over = "hotspots"
form = "B01"
quantity = "reached_14_60"
reference = "population_14_60"
thresholds = [{ from = 2018-01-01, value = "1/2", yearly = true, cite = "2" }]

[[targets]]
id = "unions"
kind = "share"
label = { vi = "Hội các tỉnh", en = "Unions of the provinces" }
cite = "3"
over = "provinces"
test = { form = "B04", where = { field = "attendances", at_least = 1 } }
thresholds = [{ from = 2018-01-01, value = "1", yearly = true, cite = "3" }]

[[targets]]
id = "turns"
kind = "measure"
label = { vi = "Lượt", en = "Turns" }
cite = "4"

[[targets.values]]
key = "turns"
label = { vi = "Lượt", en = "Turns" }
form = "B04"
field = "attendances"
by = ["province"]
unit = { vi = "lượt", en = "turns" }
"""
HA_NOI, BAC_GIANG, NINH_BINH = "01", "24", "37"
DAY = date(2018, 12, 31)


@pytest.fixture
def targets(store: Store, tmp_path: Path) -> dict[str, Any]:
    """The year 2018 of three provinces, in each of which two communes and the women's union have reported."""
    file = tmp_path / "ca-nuoc.toml"
    file.write_text(PLAN, encoding="utf-8")
    for number, province in enumerate((HA_NOI, BAC_GIANG, NINH_BINH), start=1):
        first, second = communes(province, DAY)[:2]
        spots = [place(first, people=900 * number, aged=600 * number, on="31/12/2017")]
        store.send_book(of_province("B00", spots, whole_year(2018), province))
        store.send_book(documents(first, {**YES, "0202": 600 * number, "0211": 400 * number, "0217": "A"}, 2018))
        store.send_book(documents(second, {"0101": "không"}, 2018))
        log = Return(
            province, month(2018, 3), {"B04": [activity("05/03/2018", attendances=10 * number)]}, agency="LHPN"
        )
        store.send_book(log)
    done = run("--db", store.db, "report", "--year", 2018, "--plan", file, "--format", "json")
    assert done.status == 0, done.err
    [plan] = done.json()["plans"]
    return {one["id"]: one for one in plan["targets"]} | {"plan": plan}


def lines(target: Any, key: str) -> dict[str, Any]:
    return {one["code"]: one[key] for one in target["districts"]}


def test_the_country_is_all_that_the_registry_has() -> None:
    """Each commune, district and province once."""
    places = load()
    provinces = [unit.code for unit in places.provinces(DAY)]
    assert provinces == [HA_NOI, BAC_GIANG, NINH_BINH]
    for of in (places.communes, places.districts):
        assert {unit.code for unit in of(COUNTRY, DAY)} == {unit.code for one in provinces for unit in of(one, DAY)}


def test_every_commune_is_counted_and_each_province_has_its_line(targets: dict[str, Any]) -> None:
    """One yes and one no in each of three provinces, all other communes silent."""
    everybody = {code: len(communes(code, DAY)) for code in (HA_NOI, BAC_GIANG, NINH_BINH)}
    materials = targets["materials"]
    assert (materials["numerator"], materials["denominator"]) == (3, sum(everybody.values()))
    assert lines(materials, "denominator") == everybody
    assert lines(materials, "numerator") == dict.fromkeys(everybody, 1)
    assert targets["plan"]["registry"]["units"] == sum(everybody.values())


def test_the_lists_of_all_provinces_count(targets: dict[str, Any]) -> None:
    """A hot-spot of each: 400, 800 and 1.200 reached of 600, 1.200 and 1.800."""
    assert (targets["reach"]["numerator"], targets["reach"]["denominator"]) == (2400, 3600)
    assert lines(targets["reach"], "numerator") == {HA_NOI: 400, BAC_GIANG: 800, NINH_BINH: 1200}


def test_what_a_province_files_is_expected_of_each(targets: dict[str, Any]) -> None:
    """Three unions and every commune are filers of B04; the three have filed."""
    [line] = [one for one in targets["plan"]["submission"] if one["form"] == "B04"]
    assert line["expected"] == 3 + targets["plan"]["registry"]["units"]
    assert line["on_time"] == 3
    assert targets["unions"]["denominator"] == 3


def test_a_measure_may_be_grouped_by_province(targets: dict[str, Any]) -> None:
    """The total first."""
    values = {one["group"] or "": one["value"] for one in targets["turns"]["values"]}
    assert values == {"": 60, HA_NOI: 10, BAC_GIANG: 20, NINH_BINH: 30}


@pytest.mark.parametrize("shape", ["table", "md", "csv", "html"])
def test_every_shape_shows_it(store: Store, tmp_path: Path, shape: str) -> None:
    """And the names of the provinces, and the list of plans its area."""
    file = tmp_path / "ca-nuoc.toml"
    file.write_text(PLAN, encoding="utf-8")
    store.send_book(documents(communes(HA_NOI, DAY)[0], YES, 2018))
    done = run("--db", store.db, "report", "--year", 2018, "--plan", file, "--format", shape)
    assert done.status == 0, done.err
    assert "Bắc Giang" in done.out
    for command in (("status",), ("chase",), ("explain", "materials")):
        asked = run("--db", store.db, *command, "--year", 2018, "--plan", file)
        assert asked.status == 0, asked.err
    assert "cả nước" in run("plans", "show", file).out
