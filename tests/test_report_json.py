"""The JSON of every command is valid against the published schemas, and the schemas refuse what they should."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conftest import Run
from tracker.schema import shipped

SAMPLE = Path(__file__).parents[1] / "sample_data"
Tracker = Callable[..., Run]


def validator(name: str) -> Any:
    schema = json.loads((shipped() / f"{name}.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def faults(name: str, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(value)]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json") / "store.db"


@pytest.fixture(scope="module")
def ingested(db: Path, tracker: Tracker) -> Any:
    folders = [SAMPLE / plan / "returns" for plan in ("ha-noi-2018-2020", "bac-giang-2024")]
    return tracker("--db", db, "ingest", *folders, "--format", "json").json()


@pytest.fixture(scope="module")
def scored(db: Path, ingested: Any, tracker: Tracker) -> Any:
    return tracker("--db", db, "report", "--year", 2024, "--format", "json").json()


def test_the_report_of_ingest_is_valid(ingested: Any) -> None:
    assert faults("check-report", ingested) == []


def test_the_report_of_check_is_valid_for_every_planted_fault(tracker: Tracker) -> None:
    report = tracker("check", SAMPLE / "faulty", "--format", "json").json()
    assert faults("check-report", report) == []
    private = [one for file in report["files"] for one in file["problems"] if one["code"].startswith("personal_data")]
    assert private
    assert not any("found" in one for one in private)


def test_personal_data_with_what_was_found_is_refused(tracker: Tracker) -> None:
    report = tracker("check", SAMPLE / "faulty" / "personal_data.xlsx", "--format", "json").json()
    report["files"][0]["problems"][0]["found"] = "x"
    assert len(faults("check-report", report)) == 1


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2024])
@pytest.mark.parametrize("options", [(), ("--restricted",)])
def test_the_score_report_is_valid(
    db: Path, ingested: Any, tracker: Tracker, year: int, options: tuple[str, ...]
) -> None:
    plan = "bac-giang-2024" if year == 2024 else "ha-noi-2018-2020"
    done = tracker("--db", db, "report", "--year", year, "--plan", plan, "--format", "json", *options)
    assert faults("score-report", done.json()) == []


def test_a_plan_that_is_named_twice_is_reported_once(db: Path, ingested: Any, tracker: Tracker) -> None:
    twice = ("--plan", "bac-giang-2024", "--plan", "bac-giang-2024")
    done = tracker("--db", db, "report", "--year", "2024", *twice, "--format", "json")
    assert [plan["id"] for plan in done.json()["plans"]] == ["bac-giang-2024"]


def test_a_plan_outside_its_life_is_valid_too(db: Path, ingested: Any, tracker: Tracker) -> None:
    """Targets without any figure: absent keys mean not applicable."""
    done = tracker("--db", db, "report", "--year", 2023, "--plan", "ha-noi-2018-2020", "--format", "json")
    assert faults("score-report", done.json()) == []


def test_the_status_report_is_valid(db: Path, ingested: Any, tracker: Tracker) -> None:
    done = tracker("--db", db, "status", "--year", 2020, "--format", "json")
    assert faults("status-report", done.json()) == []


def first_value(report: Any, masked: bool) -> Any:
    targets = report["plans"][0]["targets"]
    return next(one for target in targets for one in target.get("values", ()) if ("masked" in one) is masked)


def test_a_masked_figure_must_be_null_and_another_must_not(scored: Any) -> None:
    assert first_value(scored, masked=True)["value"] is None
    for masked, value in ((True, 3), (False, None)):
        changed = deepcopy(scored)
        first_value(changed, masked=masked)["value"] = value
        assert len(faults("score-report", changed)) == 1


@pytest.mark.parametrize(
    ("key", "value"), [("lower", "0.75"), ("lower", 0.75), ("verdict", "passed"), ("need", -1), ("surprise", 1)]
)
def test_a_target_that_is_not_as_declared_is_refused(scored: Any, key: str, value: Any) -> None:
    changed = deepcopy(scored)
    changed["plans"][0]["targets"][0][key] = value
    assert faults("score-report", changed) != []


def test_a_masked_target_may_not_carry_its_bounds(scored: Any) -> None:
    changed = deepcopy(scored)
    target = changed["plans"][0]["targets"][0]
    target |= {"masked": True, "numerator": None, "denominator": None}
    assert faults("score-report", changed) != []
    for name in ("lower", "upper", "need", "missing"):
        del target[name]
    assert faults("score-report", changed) == []
