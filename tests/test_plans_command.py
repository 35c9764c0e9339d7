"""`tracker plans`: list, show, check. The faulty plans are a shipped one with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from tracker.plan_check import faults
from tracker.plans import shipped

PLANS = Path(__file__).parents[1] / "src" / "tracker" / "plans"
HA_NOI = (PLANS / "ha-noi-2018-2020.toml").read_text("utf-8")
BAC_GIANG = (PLANS / "bac-giang-2024.toml").read_text("utf-8")
Tracker = Callable[..., Run]


def found(text: str) -> list[tuple[str, str]]:
    return [(path, key) for path, key, _ in faults(text.encode())]


def changed(text: str, before: str, after: str) -> str:
    assert before in text
    return text.replace(before, after, 1)


def test_the_shipped_plans_are_sound(tracker: Tracker) -> None:
    done = tracker("plans", "check")
    assert done.status == 0
    assert [line.split(".toml")[0] for line in done.out.splitlines()] == list(shipped())


@pytest.mark.parametrize(
    ("before", "after", "path", "key"),
    [
        (
            'field = "policy_received"',
            'field = "policy_recieved"',
            "targets[0].test.where.all[0].field",
            "unknown_field",
        ),
        (
            'dated = "policy_received_date"',
            'dated = "policy_deployed"',
            "targets[0].test.where.all[0].dated",
            "not_that_kind",
        ),
        ('is = "chuyên sâu"', 'is = "chuyên đề"', "targets[1].parts[0].test.where.all[0].is", "not_allowed"),
        ('listed_as = "địa phương"', 'listed_as = "huyện"', "targets[2].where.all[1].listed_as", "not_allowed"),
        ('[targets.test]\nform = "B01"', '[targets.test]\nform = "B91"', "targets[0].test.form", "unknown_form"),
        ('forms = ["B02"]', 'forms = ["B2"]', "returns[3].forms[0]", "unknown_form"),
        ('agency = "LHPN"', 'agency = "PHLN"', "returns[6].filers[1].agency", "unknown_agency"),
        ('duties = ["HN-V1"', 'duties = ["HN-V9"', "targets[4].duties[0]", "unknown_duty"),
        ('window = "peak"', 'window = "peek"', "targets[5].values[3].window", "unknown_window"),
        ('value = "3/4"', 'value = "5/4"', "targets[0].thresholds[0].value", "not_a_share"),
        ("from = 2020-12-31\nvalue", "from = 2018-12-31\nvalue", "targets[0].thresholds[1].from", "same_day"),
        (
            'value = "3/10", cite = "Phần I, mục 2, Chỉ tiêu 2"',
            'value = "3/10", cite = " "',
            "targets[1].parts[0].thresholds[0].cite",
            "not_cited",
        ),
        (
            'value = "3/10", cite = "Phần I, mục 2, Chỉ tiêu 2"',
            'value = "3/10"',
            "targets[1].parts[0].thresholds[0].cite",
            "missing_key",
        ),
        (
            'over = "communes"',
            'over = { of = "communes", within = ["905"] }',
            "targets[0].over.within[0]",
            "unknown_place",
        ),
        ('by = ["activity"]', 'by = ["month", "weather"]', "targets[5].values[0].by[1]", "unknown_field"),
        ('over = "communes"', 'over = "villages"', "targets[0].over", "not_allowed"),
        ('kind = "months"', 'kind = "weeks"', "targets[2]", "not_allowed"),
        ('area = "01"', 'area = "00"', "area", "unknown_place"),
        ('id = "ha-noi-2018-2020"', 'id = "../Kế hoạch"', "id", "not_an_id"),
        ("to = 2020-12-31 }", "to = 2017-12-31 }", "life", "life_order"),
        ('from = "07-25"', 'from = "07-35"', "windows[1].from", "not_a_day"),
        ('id = "peak"', 'id = "response"', "windows[1].id", "same_name"),
        ('before = "11-30"', 'before = "11-30", by = "11-30"', "returns[2].due", "before_or_by"),
        ('quantity = "reached_14_60"', 'quantity = "reached"', "targets[3].quantity", "unknown_field"),
        ('reference = "population_14_15"', 'reference = "people"', "targets[3].parts[1].reference", "unknown_field"),
        ('within = ["005"', 'within = ["995"', "targets[6].values[0].within[0]", "unknown_place"),
        ("from = 2020-12-31\nvalue", "from = 2021-01-01\nvalue", "targets[0].thresholds[1].from", "after_life"),
        ('forms = ["B02"]', 'forms = ["B05"]', "targets[1].parts[0].test.form", "nobody_files"),
        ('forms = ["B00P"]', 'forms = ["B05"]', "targets[2].where.all[1].listed_as", "nobody_files"),
        ('value = "3/4"', "value = 0.75", "targets[0].thresholds[0].value", "share_as_text"),
        ("from = 2018-12-31", 'from = "cuối năm"', "targets[0].thresholds[0].from", "needs_day"),
        ('covered_by = "TTTT"', "covered_by = 7", "targets[2].covered_by", "needs_text"),
        ('covered_by = "TTTT"', 'covered_by = "TTTT"\nfirst_day = 30', "targets[2].first_day", "number_at_most"),
        ('forms = ["B02"]', 'forms = "B02"', "returns[3].forms", "needs_list"),
        ('by = ["activity"]', 'by = ["activity"], total = "có"', "targets[5].values[0].total", "needs_yes_no"),
        ('over = "communes"', "over = 7", "targets[0].over", "needs_table"),
    ],
)
def test_each_fault_has_its_key_path(before: str, after: str, path: str, key: str) -> None:
    assert (path, key) in found(changed(HA_NOI, before, after))


def test_a_target_that_is_judged_needs_a_threshold() -> None:
    """Without one nobody could ever say whether it is met; a measure needs none."""
    plan = BAC_GIANG.replace("thresholds = [", "thresholds = []  # [")
    assert found(plan) == [(f"targets[{number}].thresholds", "no_threshold") for number in range(3)]


def test_what_a_fault_says_is_vietnamese(tracker: Tracker, tmp_path: Path) -> None:
    """No sentence of a library stands among ours."""
    path = tmp_path / "plan.toml"
    path.write_text(changed(HA_NOI, 'covered_by = "TTTT"', 'covered_by = "TTTT"\nfirst_day = 30'), "utf-8")
    said = " ".join(tracker("plans", "check", path).out.split())
    assert "targets[2].first_day" in said
    assert "số không được quá 28" in said
    assert "Input" not in said


def test_one_change_is_one_fault() -> None:
    """No echo from the alternatives that the file does not mean."""
    assert found(changed(HA_NOI, 'field = "policy_received"', 'field = "x"')) == [
        ("targets[0].test.where.all[0].field", "unknown_field")
    ]
    assert found(changed(HA_NOI, "at_least = 1", 'at_least = "one"')) == [
        ("targets[1].parts[0].test.where.all[3].at_least", "needs_number")
    ]
    assert found(changed(HA_NOI, '{ field = "sessions", at', '{ feld = "sessions", at')) == [
        ("targets[1].parts[0].test.where.all[3]", "no_alternative")
    ]
    assert found(changed(BAC_GIANG, '{ duty = "BG-HU2"', '{ duty = "BG-HU9"')) == [
        ("targets[1].test.any[0].duty", "unknown_duty")
    ]


def test_all_faults_are_found_in_one_pass() -> None:
    text = changed(changed(HA_NOI, 'agency = "LHPN"', 'agency = "X"'), 'value = "3/4"', 'value = "0"')
    assert found(text) == [
        ("returns[6].filers[1].agency", "unknown_agency"),
        ("duties[1].agency", "no_filer"),
        ("targets[0].thresholds[0].value", "not_a_share"),
    ]


@pytest.mark.parametrize(
    ("content", "key"), [(b"", "empty"), (b"id = ", "not_toml"), ("ă".encode("cp1258"), "not_utf8")]
)
def test_a_file_that_is_no_plan_at_all_is_one_fault(content: bytes, key: str) -> None:
    assert [(path, name) for path, name, _ in faults(content)] == [("", key)]


def test_the_command_prints_path_fault_and_remedy_and_fails(tmp_path: Path, tracker: Tracker) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(changed(HA_NOI, 'is = "chuyên sâu"', 'is = "chuyên đề"'), "utf-8")
    done = tracker("plans", "check", file)
    assert done.status == 1
    assert done.out.splitlines()[0] == (
        f"{file}: targets[1].parts[0].test.where.all[0].is: Ghi “chuyên đề”; chọn một trong: chuyên sâu, lồng ghép."
    )


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path, tracker: Tracker) -> None:
    done = tracker("plans", "check", tmp_path / "none.toml")
    assert done.status == 2
    assert "none.toml" in done.err


def test_the_list_has_every_plan_with_area_life_and_number_of_targets(tracker: Tracker) -> None:
    done = tracker("plans", "list")
    line = next(line for line in done.out.splitlines() if line.startswith("bac-giang-2024"))
    assert "24 Tỉnh Bắc Giang" in line
    assert "01/01/2024 – 31/12/2024" in line
    assert line.split()[-1] == "4"
    assert all(name in done.out for name in shipped())


def test_show_gives_thresholds_by_date_readings_windows_filers_and_clauses(tracker: Tracker) -> None:
    text = " ".join(tracker("plans", "show", "ha-noi-2018-2020").out.split())
    for said in (
        "75% từ 31/12/2018",
        "30% từ 31/12/2020",
        "both_kinds:",
        "01/07 – 01/08",
        "Phần V, mục 1",
        "trước 30/11",
    ):
        assert said in text, said


def test_show_takes_a_file_and_refuses_an_unknown_id(tracker: Tracker) -> None:
    assert "Bắc Giang" in tracker("plans", "show", PLANS / "bac-giang-2024.toml").out
    done = tracker("plans", "show", "nowhere")
    assert done.status == 2
    assert "ha-noi-2018-2020" in done.err
