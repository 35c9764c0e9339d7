"""What stands behind a report: sources, faults, activities by week; hidden figures stay hidden there, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import BAC_GIANG, HA_NOI, Run, Store
from returns_made import (
    YES,
    Lines,
    Return,
    activity,
    b01,
    b05,
    documents,
    flow,
    model,
    of_province,
    place,
    span,
    whole_year,
    write_csv,
)
from tracker.cli.report import build
from tracker.cli.session import SESSION
from tracker.messages import message
from tracker.report.content import PlanReport

SAMPLE = Path(__file__).parents[1] / "sample_data"
HERE, THERE, DISTRICT = "00271", "00256", "007"  # two communes of Hai Bà Trưng, and the district
TOO_MANY: Lines = {**YES, "0201": 9000, "0202": 6000, "0211": 7000, "0217": "A"}


def reported(
    db: Path, year: int = 2020, plan: str = HA_NOI, known_on: date | None = None, **options: Any
) -> PlanReport:
    SESSION.db = str(db)
    (one,) = build(
        year=year, plans=[plan], as_of=None, known_on=known_on, restricted=options.get("restricted", False),
        district=options.get("district", ""),
    ).plans  # fmt: skip
    return one


def codes(one: PlanReport) -> list[tuple[str, str]]:
    return [(fault.unit, fault.problem.code) for fault in one.faults]


# --- sources ----------------------------------------------------------------------------------------------------


def test_every_version_is_a_source_with_its_file_and_its_fate(store: Store) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    store.send("B01", [documents(HERE, {**YES, "0107": "không"}, 2020, revision=2)], received="2020-11-20")
    found = [(one.unit, one.form, one.revision, one.fate, Path(one.name).name) for one in reported(store.db).sources]
    assert found == [
        (HERE, "B01", 1, "superseded", "return-000.csv"),
        (HERE, "B01", 2, "counts", "return-001.csv"),
    ]


def test_sources_are_those_of_the_plan_the_area_and_the_year(store: Store) -> None:
    """Left out: another province, another year, a form that the plan does not ask for."""
    store.send("B01", [documents(HERE, YES, 2020), documents(HERE, YES, 2019), documents("07201", YES, 2020)])
    store.send("B05", [Return(DISTRICT, whole_year(2020), {"B05": b05({"0501": flow(1, 2)})})])
    assert [(one.unit, one.form, one.period_to) for one in reported(store.db).sources] == [
        (HERE, "B01", date(2020, 12, 31))
    ]


def test_a_reference_list_is_a_source_of_later_years_too(store: Store) -> None:
    """Also of the plan of one district, whose list the province sends."""
    store.ingest(write_csv(store.path(".csv"), "B00", [of_province("B00", [place(HERE)], whole_year(2018))]))
    assert [one.form for one in reported(store.db, 2020).sources] == ["B00"]
    assert [one.unit for one in reported(store.db, 2019, "hai-ba-trung-2019").sources] == ["01"]
    assert reported(store.db, 2017).sources == []


def test_what_came_later_is_no_source_of_an_earlier_view(store: Store) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    assert reported(store.db, known_on=date(2020, 10, 31)).sources == []


# --- faults -----------------------------------------------------------------------------------------------------


def test_a_fault_knows_its_unit_also_in_a_file_of_many(store: Store) -> None:
    store.send("B01", [documents(THERE, YES, 2020), documents(HERE, TOO_MANY, 2020)], received="2020-11-01")
    (fault,) = reported(store.db).faults
    assert (fault.unit, fault.agency, fault.problem.code, Path(fault.name).name) == (
        HERE, "UBND", "reached_exceeds_population", "return-000.csv",
    )  # fmt: skip
    assert HERE not in message(fault.problem)


def test_what_was_corrected_is_no_fault_any_more(store: Store) -> None:
    store.send("B01", [documents(HERE, TOO_MANY, 2020)], received="2020-11-01")
    assert codes(reported(store.db)) == [(HERE, "reached_exceeds_population")]
    store.send("B01", [documents(HERE, {**TOO_MANY, "0211": 5000}, 2020, revision=2)], received="2020-11-02")
    assert codes(reported(store.db)) == []


def test_a_rejected_return_is_no_fault_once_another_counts(store: Store) -> None:
    """A nil return with figures is refused whole, and then sent again under the same revision."""
    wrong = Return(HERE, whole_year(2020), {"B02": [model()]}, ttc={"T11": "có"})
    store.send_book(wrong, received="2020-11-01")
    assert codes(reported(store.db)) == [(HERE, "nil_with_figures")]
    store.send_book(Return(HERE, whole_year(2020), {"B02": [model()]}), received="2020-11-02")
    assert codes(reported(store.db)) == []


def test_being_late_is_a_fault_and_other_notes_are_not(store: Store) -> None:
    store.send("B01", [documents(HERE, {**YES, "0201": "9.000"}, 2020)], received="2020-12-01")
    assert codes(reported(store.db)) == [(HERE, "late")]


def test_what_other_returns_say_is_among_the_faults(store: Store) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    store.send("B01", [documents(HERE, {**YES, "0107": "không"}, 2020)], received="2020-11-02")
    assert codes(reported(store.db)) == [(HERE, "revision_conflict")] * 2


def test_faults_come_gravest_first_and_in_one_order(store: Store, new_store: Callable[[], Store]) -> None:
    sent = [
        ("B01", documents(HERE, TOO_MANY, 2020)),
        ("B02", Return(THERE, whole_year(2020), {"B02": [model(sessions=0)]})),
        ("B01", documents(THERE, {**TOO_MANY, "0211": 8000}, 2020)),
    ]
    other = new_store()
    for form, one in sent:
        store.send(form, [one], received="2020-11-01")
    for form, one in reversed(sent):
        other.send(form, [one], received="2020-11-01")
    wanted = [
        (THERE, "reached_exceeds_population"),
        (HERE, "reached_exceeds_population"),
        (THERE, "model_without_sessions"),
    ]
    assert codes(reported(store.db)) == codes(reported(other.db)) == wanted


def test_a_code_that_no_unit_ever_had_is_shown_beside_those_of_its_file(store: Store) -> None:
    store.send("B01", [documents(HERE, YES, 2020), documents("99999", YES, 2020)], received="2020-11-01")
    assert codes(reported(store.db)) == [("99999", "unknown_unit")]


def test_a_district_has_its_own_sources_and_faults_only(store: Store) -> None:
    store.send("B01", [documents(HERE, TOO_MANY, 2020), documents("00001", TOO_MANY, 2020)], received="2020-11-01")
    one = reported(store.db, district=DISTRICT)
    assert {it.unit for it in one.sources} == {HERE}
    assert {it.unit for it in one.faults} == {HERE}


@pytest.mark.parametrize(("restricted", "told"), [(False, False), (True, True)])
def test_a_fault_tells_no_figure_of_victims(store: Store, *, restricted: bool, told: bool) -> None:
    """77 rescued of 43 received in the district: neither stands in the sentence, unless asked for."""
    lines: dict[str, Any] = {"0531": flow(0, 43), "0532": 77}
    store.send("B05", [Return(DISTRICT, whole_year(2019), {"B05": b05(lines)})], received="2019-12-01")
    (fault,) = reported(store.db, 2019, "hai-ba-trung-2019", restricted=restricted).faults
    assert fault.problem.code == "part_exceeds_total"
    said = f"{message(fault.problem)} {fault.problem.found} {dict(fault.problem.facts)}"
    assert ("77" in said, "43" in said) == (told, told)
    assert fault.problem.cell


def test_a_figure_of_the_whole_file_needs_one_look_into_the_store(store: Store) -> None:
    """A thousand hashes are asked for in a few queries, and unknown ones are simply not there."""
    from tracker.store import Store as Kept

    store.send("B01", [documents(HERE, TOO_MANY, 2020)])
    kept = Kept(f"sqlite:///{store.db}")
    known = next(iter(kept.hashes()))
    found = kept.problems([f"{number:064}" for number in range(1200)] + [known])
    kept.close()
    assert {sha256: [one.code for one in of] for sha256, of in found.items()} == {
        known: ["reached_exceeds_population"]
    }


# --- activities by week -----------------------------------------------------------------------------------------


def campaign(unit: str, *rows: Any) -> Return:
    return Return(unit, span("01/07/2024", "30/09/2024"), {"B04": list(rows)})


def test_activities_by_week_start_with_the_window_and_show_the_peak(store: Store) -> None:
    """First day, seventh, eighth and last day of the window; a joint activity of two communes counts once."""
    joint = activity("26/07/2024", joint="HD1", attendances=70)
    store.send(
        "B04",
        [
            campaign("07201", activity("01/07/2024"), activity("07/07/2024"), activity("08/07/2024"), joint),
            campaign("07204", joint, activity("30/09/2024")),
        ],
    )
    (line,) = reported(store.db, 2024, BAC_GIANG).timelines
    assert (line.window, line.first, line.last) == ("campaign", date(2024, 7, 1), date(2024, 9, 30))
    assert line.peak == (date(2024, 7, 25), date(2024, 7, 31))
    assert [n for _, n in line.weeks] == [2, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert line.weeks[1][0] == date(2024, 7, 8)
    assert line.weeks[-1][0] == date(2024, 9, 30)


def test_what_crosses_the_window_or_lies_outside_is_in_no_week(store: Store) -> None:
    rows = [activity("30/06/2024", "02/07/2024"), activity("01/10/2024"), activity("05/07/2024")]
    whole = Return("07201", whole_year(2024), {"B04": rows})
    store.send("B04", [whole])
    (line,) = reported(store.db, 2024, BAC_GIANG).timelines
    assert sum(n for _, n in line.weeks) == 1


def test_nobody_having_reported_is_no_line_of_zeros(store: Store) -> None:
    store.send("B01", [documents(HERE, YES, 2020)])
    assert reported(store.db).timelines == []


def test_the_weeks_add_up_to_the_figure_of_the_measure(store: Store) -> None:
    store.ingest(SAMPLE / BAC_GIANG / "returns")
    one = reported(store.db, 2024, BAC_GIANG)
    (activities,) = [
        value.value for score in one.scores for value in score.values if value.key == "activities" and not value.group
    ]
    assert sum(n for _, n in one.timelines[0].weeks) == activities


# --- in words ---------------------------------------------------------------------------------------------------


def test_the_text_counts_faults_by_kind_and_place(store: Store, tracker: Callable[..., Run]) -> None:
    store.send("B01", [documents(HERE, TOO_MANY, 2020), documents("00001", TOO_MANY, 2020)], received="2020-11-01")
    for shape in ("table", "md"):
        text = " ".join(
            tracker("--db", store.db, "report", "--year", 2020, "--plan", HA_NOI, "--format", shape).out.split()
        )
        assert "Lỗi và cảnh báo trong các báo cáo đã nhận" in text
        assert "Người tiếp cận vượt dân số" in text
        assert "Quận Ba Đình 1, Quận Hai Bà Trưng 1" in text


def test_the_text_has_the_weeks_as_a_line_of_numbers(store: Store, tracker: Callable[..., Run]) -> None:
    store.send("B04", [Return(HERE, whole_year(2020), {"B04": [activity("02/07/2020"), activity("30/07/2020")]})])
    text = tracker("--db", store.db, "report", "--year", 2020, "--plan", HA_NOI).out
    assert "1 · 0 · 0 · 0 · 1" in text


def test_every_fault_has_a_short_name() -> None:
    from tracker.messages import catalogue
    from tracker.problems import CODES, Severity

    wanted = {code for code, (severity, _) in CODES.items() if severity is not Severity.INFO} | {"late"}
    for language in ("vi", "en"):
        names = {key.removeprefix("fault.") for key in catalogue(language) if key.startswith("fault.")}
        assert names == wanted


def test_b01_of_the_json_is_as_before(store: Store, tracker: Callable[..., Run]) -> None:
    """The score report is a closed list of keys: what stands behind it is shown elsewhere."""
    store.send("B01", [Return(HERE, whole_year(2020), {"B01": b01(TOO_MANY)})])
    (plan,) = tracker("--db", store.db, "report", "--year", 2020, "--format", "json", "--plan", HA_NOI).json()[
        "plans"
    ]
    assert set(plan) == {"id", "title", "citation", "registry", "submission", "targets"}
