"""`tracker status`: who has filed. Input: the sample returns of both provinces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from tracker.messages import set_language
from tracker.submission import STATES

SAMPLE = Path(__file__).parents[1] / "sample_data"
Tracker = Callable[..., Run]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory, tracker: Tracker) -> Path:
    store = tmp_path_factory.mktemp("status") / "store.db"
    folders = [SAMPLE / plan / "returns" for plan in ("ha-noi-2018-2020", "bac-giang-2024")]
    assert tracker("--db", store, "ingest", *folders, "--format", "json").status == 0
    return store


def forms(done: Run) -> dict[str, Any]:
    return {form["form"]: form for plan in done.json()["plans"] for form in plan["forms"]}


def test_the_states_add_up_to_the_expected_in_every_form_and_district(db: Path, tracker: Tracker) -> None:
    for form in forms(tracker("--db", db, "status", "--year", 2020, "--format", "json")).values():
        for line in (form, *form["districts"]):
            assert sum(line[state] for state in STATES) == line["expected"]
        for count in ("expected", *STATES):
            assert sum(line[count] for line in form["districts"]) == form[count]


def test_the_figures_are_those_of_the_report(db: Path, tracker: Tracker) -> None:
    found = forms(tracker("--db", db, "status", "--year", 2020, "--format", "json"))
    report = tracker("--db", db, "report", "--year", 2020, "--format", "json").json()
    for line in report["plans"][0]["submission"]:
        assert {key: found[line["form"]][key] for key in line} == line


def test_the_wanting_are_named(db: Path, tracker: Tracker) -> None:
    found = forms(tracker("--db", db, "status", "--year", 2020, "--format", "json"))["B01"]
    assert len(found["wanting"]) == found["missing"] + found["returned"]
    assert {"unit": "00079", "name": "Phường Tràng Tiền", "agency": "UBND", "state": "missing"} in found["wanting"]
    text = tracker("--db", db, "status", "--year", 2020).out
    assert "Chưa nộp (8): Phường Tràng Tiền, Phường Cát Linh, " in text


def test_a_long_list_is_cut_with_its_count_and_a_district_shows_all(db: Path, tracker: Tracker) -> None:
    whole = " ".join(tracker("--db", db, "status", "--year", 2020).out.split())
    assert "… và 532 đơn vị nữa" in whole
    one = " ".join(tracker("--db", db, "status", "--year", 2020, "--district", "001").out.split())
    assert "Chưa nộp (14): " in one
    assert "đơn vị nữa" not in one


def test_a_district_shows_only_its_own(db: Path, tracker: Tracker) -> None:
    found = forms(tracker("--db", db, "status", "--year", 2024, "--district", "213", "--format", "json"))
    assert {name: form["expected"] for name, form in found.items()} == {"B04": 16, "B06": 1, "B07": 1}
    assert {line["code"] for form in found.values() for line in form["districts"]} == {"213"}


def test_only_what_had_been_received_by_a_day_counts(db: Path, tracker: Tracker) -> None:
    late = forms(tracker("--db", db, "status", "--year", 2020, "--format", "json"))["B01"]
    early = forms(
        tracker("--db", db, "status", "--year", 2020, "--plan", "ha-noi-2018-2020", "--known-on", "2020-11-29",
                "--format", "json")
    )["B01"]  # fmt: skip
    assert early["late"] == 0
    assert early["missing"] == late["missing"] + late["late"]


def test_the_text_carries_its_day_the_registry_and_the_next_step(db: Path, tracker: Tracker) -> None:
    text = tracker("--db", db, "status", "--year", 2024).out
    assert "Tính đến 31/12/2024; danh mục hành chính ngày 31/12/2024: 209 xã" in text
    assert "“tracker status --year 2024 --remind THƯ-MỤC”" in " ".join(text.split("Bước tiếp theo")[1].split())
    assert max(map(len, text.splitlines())) <= 100


def test_it_speaks_english(db: Path, tracker: Tracker) -> None:
    text = tracker("--lang", "en", "--db", db, "status", "--year", 2024).out
    set_language("vi")
    assert "Form  Last day  Expected  On time  Late  Returned  Missing" in text


@pytest.mark.parametrize(
    ("options", "status"),
    [(("--year", 2020, "--district", "999"), 2), (("--year", 20), 2), (("--year", 2017), 0), ((), 2)],
)
def test_wrong_use_is_told_apart_from_an_empty_year(
    db: Path, tracker: Tracker, options: tuple[object, ...], status: int
) -> None:
    assert tracker("--db", db, "status", *options).status == status
