"""`--district`: one district of what a command says; every command takes the same codes and refuses the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import BAC_GIANG, HA_NOI, Run, run

Arguments = tuple[object, ...]
COMMANDS: tuple[Arguments, ...] = (
    ("report", "--year", 2020),
    ("status", "--year", 2020),
    ("chase", "--year", 2020),
    ("template", "--plan", HA_NOI, "--year", 2020, "--out", "forms"),
)


def of_district(db: Path, command: Arguments, code: str) -> Run:
    return run("--db", db, *command, "--district", code)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
@pytest.mark.parametrize("code", ["00256", "999", "01", "213"], ids=["commune", "nothing", "province", "elsewhere"])
def test_only_a_district_of_the_plan_is_taken(
    sample_db: Path, command: Arguments, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commune's code would otherwise print its province's figures under its own name."""
    monkeypatch.chdir(tmp_path)
    done = of_district(sample_db, command, code)
    assert (done.status, done.out, code in done.err) == (2, "", True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS[:3], ids=lambda command: str(command[0]))
def test_a_district_is_taken_where_one_of_the_years_plans_has_it(sample_db: Path, command: Arguments) -> None:
    """Of 2019 two plans have returns; only one of them has Ba Đình, the other is left out."""
    done = of_district(sample_db, (command[0], "--year", 2019, "--format", "json"), "001")
    assert done.status == 0, done.err
    assert [one["id"] for one in done.json()["plans"]] == [HA_NOI]


@pytest.mark.parametrize(("plan", "year", "district"), [(HA_NOI, 2020, "007"), (BAC_GIANG, 2024, "213")])
def test_the_report_of_a_district_has_its_line_only_in_parts_as_in_targets(
    sample_db: Path, plan: str, year: int, district: str
) -> None:
    asked = ("report", "--year", year, "--plan", plan, "--district", district, "--format", "json")
    targets = run("--db", sample_db, *asked).json()["plans"][0]["targets"]
    figures = [it for one in targets for it in (one, *one.get("parts", []))]
    lines = [line["code"] for it in figures for line in it.get("districts", [])]
    assert lines
    assert set(lines) == {district}
