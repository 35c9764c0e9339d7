"""The committed schemas are fresh, the command says when they are not, and forms and plans hold to theirs."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conftest import Run
from tracker import plans, schema
from tracker.forms import FORMS

ROOT = Path(__file__).parents[1]
Tracker = Callable[..., Run]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "schemas", tmp_path / "schemas"))


def test_the_committed_schemas_are_fresh() -> None:
    """Run `tracker schemas --write` when this fails."""
    assert schema.stale(ROOT / "schemas") == []


def test_every_form_and_report_has_its_schema() -> None:
    forms = {f"form-{code}.json" for code in (*FORMS, "TTC")}
    reports = {
        "check-report.json",
        "score-report.json",
        "status-report.json",
        "chase-report.json",
        "compare-report.json",
        "explain-report.json",
    }
    assert set(schema.texts()) == forms | reports | {"plan.json"}


@pytest.mark.parametrize("name", schema.texts())
def test_every_schema_is_a_schema_of_draft_2020_12(name: str) -> None:
    declared = json.loads(schema.texts()[name])
    assert declared["$schema"] == schema.DIALECT
    jsonschema.Draft202012Validator.check_schema(declared)


def test_fresh_schemas_pass(copy: Path, tracker: Tracker) -> None:
    done = tracker("schemas", "--out", copy)
    assert done.status == 0
    assert str(len(schema.texts())) in done.out


def test_stale_missing_and_left_over_schemas_fail_and_are_named(copy: Path, tracker: Tracker) -> None:
    (copy / "form-B01.json").write_text("{}", "utf-8")
    (copy / "form-B02.json").unlink()
    (copy / "form-B99.json").write_text("{}", "utf-8")
    done = tracker("schemas", "--out", copy)
    assert done.status == 1
    named = {Path(line.split(": ")[1]).name for line in done.out.splitlines()[:-1]}
    assert named == {"form-B01.json", "form-B02.json", "form-B99.json"}


def test_write_puts_everything_right_and_the_same_twice(copy: Path, tracker: Tracker) -> None:
    (copy / "form-B99.json").write_text("{}", "utf-8")
    (copy / "plan.json").unlink()
    assert tracker("schemas", "--write", "--out", copy).status == 0
    first = {file.name: file.read_bytes() for file in copy.iterdir()}
    assert tracker("schemas", "--write", "--out", copy).status == 0
    assert first == {file.name: file.read_bytes() for file in copy.iterdir()}
    assert set(first) == set(schema.texts())


def plain(value: Any) -> Any:
    """TOML as JSON has it: days as texts."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("name", plans.shipped())
def test_the_shipped_plans_hold_to_the_schema_of_plans(name: str) -> None:
    text = (ROOT / "src" / "tracker" / "plans" / f"{name}.toml").read_text("utf-8")
    jsonschema.validate(plain(tomllib.loads(text)), json.loads(schema.texts()["plan.json"]))


def test_a_record_of_a_form_is_refused_where_the_form_refuses_it() -> None:
    declared = json.loads(schema.texts()["form-B02.json"])
    model = {"model_name": "CLB", "kind": "chuyên sâu", "status": "đang hoạt động"}
    required = {one.name for one in FORMS["B02"].fields if one.required}
    record = {name: value for name, value in model.items() if name in required}
    assert set(record) == required
    jsonschema.validate(record, declared)
    with pytest.raises(jsonschema.ValidationError, match="chuyên đề"):
        jsonschema.validate({**record, "kind": "chuyên đề"}, declared)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**record, "sessions": -1}, declared)
