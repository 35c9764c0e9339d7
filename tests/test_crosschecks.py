"""What returns say of each other: versions, copies, lists, last year, mergers, plans; the same in either order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import Run, Store, run
from returns_made import (
    YES,
    Lines,
    Period,
    Return,
    Row,
    activity,
    b01,
    documents,
    item,
    line,
    model,
    of_province,
    outlet,
    place,
    quarter,
    whole_year,
    write_book,
    write_csv,
    write_received,
)

HERE, THERE = "00271", "00256"  # two communes of Hai Bà Trưng that no change touched
FULL: Lines = {
    **YES,
    "0201": 9000,
    "0202": 6000,
    "0203": 300,
    "0204": 1500,
    "0211": 4000,
    "0213": 900,
    "0214": 100,
    "0215": 5000,
    "0217": "A",
}
OTHER: Lines = {**FULL, "0201": 8000}

File = dict[str, Any]


def ingest(store: Store, *returns: Return, more: Sequence[object] = (), received: str = "2018-06-01") -> list[File]:
    """Each return in a workbook of its own, in one run; what is said of each."""
    paths = [write_book(store.path(".xlsx"), one) for one in returns]
    done = store.ingest(*paths, *more, received=received)  # type: ignore[arg-type]  # options, too
    files: list[File] = done.json()["files"]
    assert done.status == (0 if all(file["status"] == "accepted" for file in files) else 1)
    return files


def again(store: Store, number: int, *more: object) -> File:
    """The same file once more: what the store says of it now."""
    path = store.folder / f"return-{number:03}.xlsx"
    (file,) = store.ingest(path, *more).json()["files"]  # type: ignore[arg-type]  # options, too
    assert "identical_file" in codes(file)
    return dict(file)


def codes(file: Mapping[str, Any]) -> list[str]:
    return [one["code"] for one in file["problems"]]


def the(file: Mapping[str, Any], code: str) -> tuple[Any, ...]:
    """Severity, scope, form and cell of the only problem with a code."""
    (found,) = [one for one in file["problems"] if one["code"] == code]
    for text in (found["message"], found["fix"]):
        assert text
        assert not set("{}…") & set(text)
    return found["severity"], found["scope"], found["form"], found["cell"]


def b04(unit: str, *rows: Row, **about: Any) -> Return:
    return Return(unit, about.pop("period", whole_year(2018)), {"B04": rows}, **about)


# Versions


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_contents_under_one_revision_refuse_each_other(store: Store, order: tuple[int, int]) -> None:
    """revision_conflict: the second is refused at once, and the first when it is asked about again."""
    both = [documents(HERE, FULL, 2018), documents(HERE, OTHER, 2018)]
    (first,) = ingest(store, both[order[0]])
    assert first["status"] == "accepted"
    (second,) = ingest(store, both[order[1]])
    assert the(second, "revision_conflict") == ("error", "return", "B01", None)
    assert (second["status"], second["returns"][0]["status"]) == ("rejected", "rejected")
    assert again(store, 0)["status"] == "rejected"


def test_only_the_forms_that_differ_are_in_conflict(store: Store) -> None:
    """Versions are compared form by form: B02 is the same in both and stands."""
    forms: list[dict[str, Sequence[Row]]] = [{"B01": b01(lines), "B02": [model()]} for lines in (FULL, OTHER)]
    files = ingest(store, *(Return(HERE, whole_year(2018), one) for one in forms))
    for file in files:
        assert the(file, "revision_conflict") == ("error", "return", "B01", None)
        assert (file["status"], file["returns"][0]["status"]) == ("partial", "partial")


@pytest.mark.parametrize("kinds", [("đợt", "năm"), ("năm", "đợt")])
def test_the_same_answers_for_the_right_kind_of_period_count(store: Store, kinds: tuple[str, str]) -> None:
    """A wrong T05 put right is no second version in the way of the first, whichever came first."""
    for kind in kinds:
        period = replace(whole_year(2018), kind=kind)
        ingest(store, Return(HERE, period, {"B01": b01(FULL)}))
    assert store.report(2018).target("materials")["numerator"] == 1
    for file in sorted(store.folder.glob("*.xlsx")):
        verified = run("--db", store.db, "verify", file)
        assert verified.status == 0
        assert "Bản được tính là" not in verified.out


def test_a_higher_revision_ends_a_conflict(store: Store) -> None:
    """From then on neither of the two is in anybody's way."""
    ingest(store, documents(HERE, FULL, 2018), documents(HERE, OTHER, 2018))
    (third,) = ingest(store, documents(HERE, OTHER, 2018, revision=2))
    assert third["status"] == "accepted"
    assert "revision_conflict" not in codes(again(store, 0))


def test_the_analyst_ends_a_conflict_with_a_reason(store: Store) -> None:
    """--replace --reason: the file given counts, the other no longer stands against it."""
    ingest(store, documents(HERE, FULL, 2018), documents(HERE, OTHER, 2018))
    decided = again(store, 1, "--replace", "--reason", "Điện thoại xác nhận của phường")
    assert decided["status"] == "accepted"
    assert "revision_conflict" not in codes(again(store, 0))
    path = store.folder / "return-000.xlsx"
    assert run("--db", store.db, "ingest", path, "--replace").status == 2  # without a reason


def test_a_later_decision_overrules_an_earlier_one(store: Store) -> None:
    """The analyst who finds that the other file was the right one after all says so in the same way."""
    ingest(store, documents(HERE, FULL, 2018), documents(HERE, OTHER, 2018))
    for number in (0, 1, 0):
        decided = replacing(store, store.folder / f"return-{number:03}.xlsx")
        assert (decided.status, decided.err) == (0, "")
        assert counting(store) == number


def replacing(store: Store, *paths: Path) -> Run:
    """The decision that these files count."""
    return run("--db", store.db, "ingest", *paths, "--received", "2018-06-01", "--replace", "--reason", "Xác nhận")


def counting(store: Store) -> int:
    """The number of the file whose version counts."""
    (name,) = [file.name for file in sorted(store.folder.glob("*.xlsx")) if "được tính" in verified(store, file)]
    return int(name[len("return-") : -len(".xlsx")])


def verified(store: Store, path: Path) -> str:
    """The line that says which version a file is."""
    return run("--db", store.db, "verify", path).out.splitlines()[1].rpartition(": ")[2]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], ["không làm thay đổi gì"]),
        ([documents(HERE, OTHER, 2018, revision=2)], ["(lần 2)"]),
        ([documents(HERE, OTHER, 2018, revision=2), documents(HERE, FULL, 2018, revision=2)], ["đang mâu thuẫn"]),
    ],
)
def test_a_decision_that_changes_nothing_is_told(store: Store, more: list[Return], said: list[str]) -> None:
    """Nothing stands against the file, or what counts has a higher revision: the file is fine, but does not count."""
    for one in (documents(HERE, FULL, 2018), *more):
        store.ingest(write_book(store.path(".xlsx"), one))
    done = replacing(store, store.folder / "return-000.xlsx")
    assert done.status == 0
    (line_,) = done.err.splitlines()
    assert [word for word in said if word in line_] == said


def test_a_decision_for_two_rivals_at_once_says_which_one_does_not_count(store: Store) -> None:
    """Both cannot: the one named last counts, and once more with the same files changes nothing."""
    both = [write_book(store.path(".xlsx"), documents(HERE, lines, 2018)) for lines in (FULL, OTHER)]
    for _ in range(2):
        done = replacing(store, *both)
        (line_,) = done.err.splitlines()
        assert line_.startswith(f"{both[0].as_posix()}: B01")
        assert counting(store) == 1


def test_a_decision_for_what_was_withdrawn_says_so(store: Store) -> None:
    """It stays withdrawn until somebody undoes that."""
    ingest(store, documents(HERE, FULL, 2018))
    path = store.folder / "return-000.xlsx"
    name = store.ingest(path).json()["files"][0]["sha256"][:12]
    assert run("--db", store.db, "withdraw", name, "--reason", "Nhận nhầm").status == 0
    done = replacing(store, path)
    assert f"tracker withdraw {name}/B01 --undo" in done.err


def test_other_bytes_with_the_same_answers_are_no_conflict(store: Store) -> None:
    """A file saved again, with another look, says the same."""
    from returns_made import Look

    one = documents(HERE, FULL, 2018)
    ingest(store, one)
    path = write_book(store.path(".xlsx"), one, Look(titles=True, shuffled=True, signature=True))
    (file,) = store.ingest(path, received="2018-06-01").json()["files"]
    assert (file["status"], codes(file)) == ("accepted", [])


def test_the_same_file_again_is_identical(store: Store) -> None:
    """identical_file: a note with the day it first came, beside what was said of the file then."""
    one = documents(HERE, {**FULL, "0101": "không"}, 2018)
    ingest(store, one, received="2018-11-20")
    file = again(store, 0)
    assert the(file, "identical_file") == ("info", "file", None, None)
    assert "deployed_without_received" in codes(file)
    assert file["status"] == "partial"
    assert any("20/11/2018" in problem["message"] for problem in file["problems"])


# Copies


@pytest.mark.parametrize("order", [(HERE, THERE), (THERE, HERE)])
def test_a_copy_is_refused_with_its_original_whichever_came_first(store: Store, order: tuple[str, str]) -> None:
    """copied_from_other_unit: nobody can tell who copied."""
    (first,) = ingest(store, documents(order[0], FULL, 2018))
    assert first["status"] == "accepted"
    (second,) = ingest(store, documents(order[1], FULL, 2018))
    assert the(second, "copied_from_other_unit") == ("error", "form", "B01", None)
    assert second["status"] == "rejected"
    assert the(again(store, 0), "copied_from_other_unit")[0] == "error"


@pytest.mark.parametrize("corrected", [HERE, THERE])
def test_a_correction_of_either_releases_both(store: Store, corrected: str) -> None:
    """The versions that would count are compared."""
    ingest(store, documents(HERE, FULL, 2018), documents(THERE, FULL, 2018))
    (file,) = ingest(store, documents(corrected, OTHER, 2018, revision=2))
    assert file["status"] == "accepted"
    for number in (0, 1):
        assert "copied_from_other_unit" not in codes(again(store, number))


def test_the_analyst_releases_a_copy_with_a_reason(store: Store) -> None:
    """--replace --reason of one of them releases both."""
    ingest(store, documents(HERE, FULL, 2018), documents(THERE, FULL, 2018))
    assert again(store, 1, "--replace", "--reason", "Đã kiểm tra")["status"] == "accepted"
    assert again(store, 0)["status"] == "accepted"


@pytest.mark.parametrize(
    ("lines", "other"),
    [
        ({**YES, "0201": 9, "0202": 6, "0203": 3, "0204": 2}, {}),  # four figures above 0
        ({**FULL, "0216": 0}, {"0201": 9001}),  # other populations
    ],
)
def test_what_may_be_chance_is_no_copy(store: Store, lines: Lines, other: Lines) -> None:
    """Fewer than five figures above 0, or another population: two returns."""
    files = ingest(store, documents(HERE, lines, 2018), documents(THERE, {**lines, **other}, 2018))
    assert [file["status"] for file in files] == ["accepted", "accepted"]


def test_the_same_figures_for_another_period_are_no_copy_of_another_unit(store: Store) -> None:
    """One reports 2018, the other 2019."""
    files = ingest(store, documents(HERE, FULL, 2018), documents(THERE, FULL, 2019))
    assert [codes(file) for file in files] == [[], []]


def test_last_years_figures_are_noticed(store: Store) -> None:
    """copied_from_last_period: a warning on the later one only."""
    files = ingest(store, documents(HERE, FULL, 2018), documents(HERE, FULL, 2019))
    assert codes(files[0]) == []
    assert the(files[1], "copied_from_last_period") == ("warning", "form", "B01", None)


def test_reached_people_do_not_become_fewer(store: Store) -> None:
    """reached_fell: cumulative since the plan began; shown at the later figure."""
    files = ingest(store, documents(HERE, FULL, 2018), documents(HERE, {**FULL, "0211": 3999, "0215": 4999}, 2019))
    assert [codes(file) for file in files] == [[], ["reached_fell"]]
    assert the(files[1], "reached_fell") == ("warning", "cell", "B01", "D10")


def test_attendances_written_as_people_are_noticed(store: Store) -> None:
    """reached_equals_attendances: 0211 is to the unit what its B04 adds up to."""
    rows = [activity("02/03/2018", attendances=1500), activity("05/06/2018", times=2, attendances=2500)]
    forms: dict[str, Sequence[Row]] = {"B01": b01(FULL), "B04": rows}
    (file,) = ingest(store, Return(HERE, whole_year(2018), forms))
    assert the(file, "reached_equals_attendances") == ("warning", "cell", "B01", "D10")
    (near,) = ingest(
        store, Return(THERE, whole_year(2018), {**forms, "B01": b01({**FULL, "0211": 3990, "0215": 4990})})
    )
    assert "reached_equals_attendances" not in codes(near)


# The lists


@pytest.mark.parametrize(
    ("population", "said"),
    [
        (10500, None),  # 5 % exactly
        (10501, ("warning", "cell", "B01", "D6")),
        (9499, ("warning", "cell", "B01", "D6")),
        (13000, ("warning", "cell", "B01", "D6")),  # 30 % exactly
        (13001, ("error", "part", "B01", "D6")),
        (6999, ("error", "part", "B01", "D6")),
    ],
)
def test_population_is_held_against_the_list(store: Store, population: int, said: tuple[str, ...] | None) -> None:
    """population_differs: over 5 % a warning, over 30 % the part of populations is refused."""
    listed = of_province("B00", [place(HERE, people=10000, aged=0, on="31/12/2017")], whole_year(2018))
    _, file = ingest(store, listed, documents(HERE, {**YES, "0201": population}, 2018))
    if said is None:
        assert codes(file) == []
    else:
        assert the(file, "population_differs") == said
        assert any(
            "Dân số thường trú" in one["message"] for one in file["problems"]
        )  # the form's words, no field name
        assert file["status"] == ("partial" if said[0] == "error" else "accepted")


def test_the_list_of_the_time_is_the_measure(store: Store) -> None:
    """A commune that grew by a merger is not held against what it became later."""
    rows = [place(HERE, people=10000, aged=0, on="31/12/2017"), place(HERE, people=20000, aged=0, on="01/04/2020")]
    listed = of_province("B00", rows, whole_year(2020))
    _, file = ingest(store, listed, documents(HERE, {**YES, "0201": 10100}, 2018))
    assert "population_differs" not in codes(file)


OUTLETS = [
    outlet("HN01"),
    outlet("HN02", until="30/06/2018"),
    outlet("TW01", level="Trung ương"),
]


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (item("05/03/2018", "HN01"), True),
        (item("05/03/2018", "hn01"), True),
        (item("05/03/2018", "HN02"), True),
        (item("05/07/2018", "HN02"), False),  # no longer
        (item("05/03/2018", "TW01"), False),  # listed, but not as local
        (item("05/03/2018", "XX99"), False),
        (item("05/03/2018", "XX99", "báo chí Trung ương"), True),  # claims nothing local
    ],
)
def test_local_press_is_what_the_list_has_as_local_on_the_day(store: Store, row: Row, known: bool) -> None:
    """unknown_outlet refuses the row and shows the outlet's cell."""
    files = ingest(
        store,
        of_province("B00P", OUTLETS, whole_year(2018)),
        of_province("B03", [item("01/02/2018"), row], whole_year(2018)),
    )
    if known:
        assert codes(files[1]) == []
    else:
        assert the(files[1], "unknown_outlet") == ("error", "row", "B03", "B3")
        assert files[1]["status"] == "partial"


def test_a_list_of_another_province_says_nothing(store: Store) -> None:
    """Without a list of its own province an outlet is neither known nor unknown."""
    files = ingest(
        store,
        of_province("B00P", OUTLETS, whole_year(2018)),
        of_province("B03", [item("01/02/2018", "BG01")], whole_year(2018), province="24"),
    )
    assert codes(files[1]) == []


# Joint activities


def test_a_joint_activity_of_two_units_is_said_to_both(store: Store) -> None:
    """joint_activity_twice, at the code; a unit's own row twice is no joint activity."""
    row = activity("05/03/2018", joint="HDC-01")
    files = ingest(store, b04(HERE, row, activity("06/03/2018")), b04(THERE, activity("06/04/2018"), row))
    assert the(files[0], "joint_activity_twice") == ("warning", "row", "B04", "X2")
    assert the(files[1], "joint_activity_twice") == ("warning", "row", "B04", "X3")


def test_two_agencies_of_one_province_are_two_who_report(store: Store) -> None:
    """They share the province's code and are told apart by their agency."""
    row = activity("05/03/2018", joint="HDC-01")
    files = ingest(store, b04("01", row, agency="LHPN"), b04("01", row, agency="MTTQ"))
    for file in files:
        assert the(file, "joint_activity_twice")[:3] == ("warning", "row", "B04")


# Mergers


def test_predecessor_and_successor_for_one_year_are_both_told(store: Store) -> None:
    """00250 was merged into 00241 on 01/03/2020; both report for 2020."""
    files = ingest(store, documents("00250", YES, 2020), documents("00241", YES, 2020))
    for file in files:
        assert the(file, "predecessor_and_successor") == ("warning", "return", None, None)
        assert file["status"] == "accepted"


def test_a_divided_unit_does_not_answer_for_what_it_became(store: Store) -> None:
    """unit_divided: 00253 Ngô Thì Nhậm, in force in January 2020, and in all of 2019."""
    files = ingest(store, documents("00253", YES, 2020), documents("00253", YES, 2019))
    assert the(files[0], "unit_divided") == ("warning", "return", None, None)
    assert codes(files[1]) == []


# The plans


@pytest.mark.parametrize(
    ("form", "rows", "expected"),
    [
        ("B01", b01(YES), ["period_not_expected"]),
        ("B02", [model()], ["period_not_expected"]),
        ("B04", [activity("05/02/2018")], []),
    ],
)
def test_forms_that_count_by_kind_of_period_say_when_it_is_another(
    store: Store, form: str, rows: Sequence[Row], expected: list[str]
) -> None:
    """period_not_expected: a quarter where the plan wants the year; dated rows count from any period."""
    (file,) = ingest(store, Return(HERE, quarter(2018, 1), {form: rows}))
    assert codes(file) == expected
    if expected:
        assert the(file, "period_not_expected") == ("warning", "form", form, None)
    assert file["status"] == "accepted"


def test_late_is_by_the_day_of_received_csv(store: Store) -> None:
    """Before 30/11 is to the end of 29/11; a note with the days that are over, and the return counts."""
    folder = store.folder / "sent"
    folder.mkdir()
    for name, unit in (("a.xlsx", HERE), ("b.xlsx", THERE)):
        write_book(folder / name, documents(unit, YES, 2018))
    write_received(folder, {"a.xlsx": "29/11/2018", "b.xlsx": "2018-12-02"})
    done = store.ingest(folder)
    first, second = done.json()["files"]
    assert (codes(first), codes(second), done.status) == ([], ["late"], 0)
    assert the(second, "late") == ("info", "return", None, None)
    assert all(part in second["problems"][0]["message"] for part in ("02/12/2018", "29/11/2018", "3"))


def test_a_form_without_a_due_day_is_never_late(store: Store) -> None:
    """Hai Bà Trưng 2019 names none."""
    rows = [item("05/03/2019")]
    (file,) = ingest(store, Return("007", whole_year(2019), {"B03": rows}), received="2020-06-01")
    assert "late" not in codes(file)


# Many units in one file


def test_in_a_csv_each_key_is_refused_alone(store: Store) -> None:
    """Of three units one conflicts, one is unknown; the third is accepted."""
    ingest(store, documents(HERE, OTHER, 2018))
    returns = [documents(HERE, FULL, 2018), documents(THERE, YES, 2018), documents("99999", YES, 2018)]
    (file,) = store.ingest(write_csv(store.path(".csv"), "B01", returns), received="2018-06-01").json()["files"]
    assert [one["status"] for one in file["returns"]] == ["rejected", "accepted", "rejected"]
    assert (file["status"], sorted(codes(file))) == ("partial", ["revision_conflict", "unknown_unit"])


def test_a_campaign_of_any_days_is_expected_by_a_plan_with_a_window(store: Store) -> None:
    """Bắc Giang 2024: B07 of a district for the window or the year."""
    rows = [("Vụ phát hiện", "0701", None, 3, None)]
    window = Period("đợt", "01/07/2024", "30/09/2024")
    (file,) = ingest(store, Return("218", window, {"B07": rows}, agency="BCD"))
    assert codes(file) == []
    (other,) = ingest(store, Return("218", quarter(2024, 1), {"B07": rows}, agency="BCD"))
    assert codes(other) == ["period_not_expected"]


def test_a_row_that_was_typed_twice_counts_once_and_is_said(store: Store) -> None:
    """duplicate_row by outlet, day and folded title."""
    rows = [
        line("B03", {"Ngày đăng": "05/03/2018", "Nhóm phương tiện": "Zalo", "Mã cơ quan": "Z1", "Tên tin bài": title})
        for title in ("Phòng ngừa mua bán người", "PHÒNG NGỪA  mua bán người", "Tin khác")
    ]
    (file,) = ingest(store, of_province("B03", rows, whole_year(2018)))
    assert the(file, "duplicate_row") == ("warning", "row", "B03", "A3")
