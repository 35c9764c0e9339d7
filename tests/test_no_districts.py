"""After 1 July 2025 a province has no districts: a plan over an invented one works, and groups by what there is."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Figures, Plan, Run, Store
from returns_made import NONE, Return, activity, b01, b07, duty, item, model, of_province, place, whole_year
from tracker.plan_check import faults
from tracker.plans import load

PROVINCE = "99"
COMMUNES = tuple(f"990{number:02}" for number in range(1, 13))
YEAR = whole_year(2026)
HEADER = "code,name,kind,district_code,district_name,district_kind,province_code,province_name,valid_from,valid_to"
PLAN = """
id = "tinh-moi-2026"
title = { vi = "Tỉnh Mẫu: kế hoạch 2026", en = "Mẫu province: plan for 2026" }
area = "99"
life = { from = 2026-01-01, to = 2030-12-31 }

[citation]
number = "00/KH-UBND"
issued_by = { vi = "UBND tỉnh", en = "People's Committee" }

[[returns]]
forms = ["B00"]
filers = [{ agency = "CA", tier = "province" }]
reference = true

[[returns]]
forms = ["B01", "B02"]
filers = [{ agency = "UBND", tier = "commune" }]
periods = ["năm"]
due = { before = "12-15", cite = "mục 5" }

[[returns]]
forms = ["B04"]
filers = [{ agency = "UBND", tier = "commune" }]

[[returns]]
forms = ["B06"]
filers = [{ agency = "CA", tier = "province" }, { agency = "BCD", tier = "district" }]

[[returns]]
forms = ["B07"]
filers = [{ agency = "CA", tier = "province" }]

[[duties]]
id = "T1"
agency = "CA"
tier = "province"
label = { vi = "Việc của tỉnh", en = "The province's" }
cite = "mục 2"

[[duties]]
id = "T2"
agency = "BCD"
tier = "district"
label = { vi = "Việc của huyện", en = "The districts'" }
cite = "mục 2"

[[targets]]
id = "models"
kind = "share"
label = { vi = "Xã có mô hình", en = "Communes with a model" }
cite = "mục 1"
over = "communes"
test = { form = "B02", where = { field = "sessions", at_least = 1 } }
thresholds = [{ from = 2026-12-31, value = "2/3", cite = "mục 1" }]

[[targets]]
id = "reached"
kind = "persons"
label = { vi = "Người được cập nhật", en = "People informed" }
cite = "mục 1"
over = "hotspots"
form = "B01"
quantity = "informed_persons"
reference = "population"
thresholds = [{ from = 2026-12-31, value = "1/2", cite = "mục 1" }]

[[targets]]
id = "districts"
kind = "share"
label = { vi = "Huyện có hoạt động", en = "Districts active" }
cite = "mục 1"
over = "districts"
test = { form = "B04", with_children = true, where = { field = "sessions", at_least = 1 } }
thresholds = [{ from = 2026-12-31, value = "1", cite = "mục 1" }]

[[targets]]
id = "tasks"
kind = "duties"
label = { vi = "Nhiệm vụ", en = "Duties" }
cite = "mục 2"
duties = ["T1", "T2"]
thresholds = [{ from = 2026-01-01, value = "1", yearly = true, cite = "mục 2" }]

[[targets]]
id = "figures"
kind = "measure"
label = { vi = "Số liệu", en = "Figures" }
cite = "mục 3"

[[targets.values]]
key = "active"
label = { vi = "Xã có hoạt động", en = "Active communes" }
form = "B04"
count = "active"
unit = { vi = "xã", en = "communes" }

[[targets.values]]
key = "settings"
label = { vi = "Môi trường", en = "Settings" }
form = "B04"
count = "settings"
unit = { vi = "loại", en = "kinds" }

[[targets.values]]
key = "sessions"
label = { vi = "Số cuộc", en = "Sessions" }
form = "B04"
field = "sessions"
by = ["district"]
unit = { vi = "cuộc", en = "sessions" }

[[targets.values]]
key = "by_commune"
label = { vi = "Số cuộc", en = "Sessions" }
form = "B04"
field = "sessions"
by = ["commune"]
unit = { vi = "cuộc", en = "sessions" }

[[targets.values]]
key = "cases_found"
label = { vi = "Vụ", en = "Cases" }
form = "B07"
field = "cases_found"
by = ["district"]
unit = { vi = "vụ", en = "cases" }
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with twelve communes directly below a province of code 99, in force since 01/07/2025."""
    folder = tmp_path_factory.mktemp("registry")
    rows = [f"{code},Mẫu {number},xã,,,,99,Mẫu,2025-07-01," for number, code in enumerate(COMMUNES, 1)]
    (folder / "units.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_REGISTRY", str(folder))
        yield folder


@pytest.fixture(scope="module")
def filled(registry: Path, new_store: Callable[[], Store]) -> tuple[Store, Path]:
    """Eight of twelve communes have a model, three have none, one is silent; four are hot-spots."""
    store = new_store()
    plan = store.folder / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    people = [
        place(code, "có" if code in COMMUNES[:4] else "không", people=10_000, on="01/01/2026") for code in COMMUNES
    ]
    sent = [store.send("B00", [Return(PROVINCE, YEAR, {"B00": people}, agency="CA")])]
    for number, code in enumerate(COMMUNES[:11]):
        models = [model(founded="01/03/2026")] if number < 8 else NONE
        informed = b01({"0216": 6000 - number})
        sent.append(store.send_book(Return(code, YEAR, {"B01": informed, "B02": models}), received="2026-12-14"))
    rows = [activity("05/08/2026", setting="trường học", times=3)]
    sent.append(
        store.send("B04", [Return(COMMUNES[0], YEAR, {"B04": rows}), Return(COMMUNES[1], YEAR, {"B04": NONE})])
    )
    done = Return(PROVINCE, YEAR, {"B06": [duty("T1", first="01/04/2026")], "B07": b07({"0701": 2})}, agency="CA")
    sent.append(store.send_book(done))
    assert {run.status for run in sent} == {0}
    return store, plan


def printed(tracker: Callable[..., Run], filled: tuple[Store, Path], shape: str) -> Run:
    store, plan = filled
    done = tracker("--db", store.db, "report", "--year", 2026, "--plan", plan, "--format", shape)
    assert done.status == 0, done.err
    return done


@pytest.fixture(scope="module")
def report(tracker: Callable[..., Run], filled: tuple[Store, Path]) -> Plan:
    return Plan(printed(tracker, filled, "json").json()["plans"][0])


def figures(target: Figures) -> tuple[int, int, int, str]:
    return target["numerator"], target["denominator"], target["missing"], target["verdict"]


def test_the_plan_has_no_fault_and_its_area_twelve_communes(filled: tuple[Store, Path], report: Plan) -> None:
    """The registry's rows of the folder are enough."""
    assert faults(filled[1].read_bytes()) == []
    assert load(str(filled[1])).area == PROVINCE
    assert report.content["registry"] == {"date": "2026-12-31", "units": 12}


def test_there_are_no_lines_of_districts(report: Plan) -> None:
    """Neither at a target nor at a part."""
    assert [one["id"] for one in report.content["targets"] if "districts" in one] == []


def test_shares_and_persons_are_scored_over_communes(report: Plan) -> None:
    """8 of 12 is two thirds; four hot-spots informed 23.994 of 40.000."""
    assert figures(report.target("models")) == (8, 12, 1, "met")
    assert figures(report.target("reached")) == (23_994, 40_000, 0, "met")


def test_a_target_over_districts_has_nothing_to_score(report: Plan) -> None:
    """0 of 0 is nil."""
    assert figures(report.target("districts")) == (0, 0, 0, "nil")


def test_a_duty_of_districts_falls_away_where_there_are_none(report: Plan) -> None:
    """Only the province's own is left."""
    assert report.duties("tasks") == {("T1", PROVINCE): "done"}
    assert figures(report.target("tasks")) == (1, 1, 0, "met")


def test_submission_expects_communes_and_province_and_no_district(report: Plan) -> None:
    """Eleven on time with either form; B06 from one body; B04 from two of twelve."""
    said = {one["form"]: (one["expected"], one["on_time"], one["missing"]) for one in report.content["submission"]}
    assert said == {"B01, B02": (12, 11, 1), "B04": (12, 2, 10), "B06": (1, 1, 0), "B07": (1, 1, 0)}


def test_measures_are_grouped_by_what_the_registry_has(report: Plan) -> None:
    """By district is by the province itself; by commune is by commune; the province's two cases may be told."""
    values = {
        (one["key"], one["group"]): (one["value"], one.get("masked")) for one in report.target("figures")["values"]
    }
    assert values["sessions", None] == values["sessions", PROVINCE] == (3, None)
    assert values["by_commune", COMMUNES[0]] == (3, None)
    assert values["cases_found", PROVINCE] == values["cases_found", None] == (2, None)
    assert (values["active", None], values["active_upper", None], values["active_of", None]) == (
        (1, None), (11, None), (12, None),
    )  # fmt: skip
    assert [group for key, group in values if key == "settings"] == []


@pytest.mark.parametrize("shape", ["table", "md", "csv"])
def test_every_shape_is_printed(tracker: Callable[..., Run], filled: tuple[Store, Path], shape: str) -> None:
    """Nothing breaks, and the share of models is there."""
    shown = printed(tracker, filled, shape).out
    assert "8" in shown
    assert "Traceback" not in shown
    if shape == "csv":
        rows = list(csv.DictReader(io.StringIO(shown.lstrip("\ufeff"))))
        [models] = [row for row in rows if row["target"] == "models"]
        assert (models["numerator"], models["denominator"], models["district"]) == ("8", "12", "")
    else:
        assert "8/12" in shown


def test_an_item_of_the_province_and_its_status(tracker: Callable[..., Run], filled: tuple[Store, Path]) -> None:
    """A further return of the province is accepted and the figures stay."""
    store, _ = filled
    news = of_province("B03", [item("05/05/2026")], YEAR, PROVINCE)
    assert store.send("B03", [news]).status == 0
    assert figures(Plan(printed(tracker, filled, "json").json()["plans"][0]).target("models")) == (8, 12, 1, "met")


def test_the_day_before_there_was_no_such_province(tracker: Callable[..., Run], filled: tuple[Store, Path]) -> None:
    """A return for days on which the unit did not exist is refused, with its code."""
    store, _ = filled
    early = Return(COMMUNES[0], whole_year(2024), {"B04": NONE})
    assert store.send("B04", [early]).codes() == {"unit_not_in_force"}
