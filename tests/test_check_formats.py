"""What `check` and `ingest` say of files: as text, as GitHub annotations, as JUnit. Input: the planted faults."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from conftest import Run
from tracker.cli.screen import Plain
from tracker.problems import Problem, Severity, problem
from tracker.report.problems import github, grouped, junit, print_text
from tracker.returns import Status

FAULTY = Path(__file__).parents[1] / "sample_data" / "faulty"
Tracker = Callable[..., Run]


@dataclass
class File:
    """One file as the commands report it."""

    path: str = "xa.xlsx"
    status: Status = Status.ACCEPTED
    problems: list[Problem] = field(default_factory=list)
    returns: list[dict[str, Any]] = field(default_factory=list)


def said(*files: File, stored: bool = False, width: int = 100) -> str:
    page = io.StringIO()
    print_text(files, Plain(page, width), stored=stored)
    return page.getvalue()


def missing(cell: str, label: str = "Ngày đăng") -> Problem:
    return problem("missing_value", form="B03", sheet="B03", cell=cell, field="published_on", label=label)


def test_the_same_problem_in_many_cells_prints_once_with_its_cells() -> None:
    """Thirty empty dates are one thing to say, not thirty."""
    text = said(File(status=Status.PARTIAL, problems=[missing(f"A{row}") for row in range(3, 18)]))
    assert text.count("Ngày đăng") == 1
    assert "[B03]A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14 và 3 ô nữa: " in text
    assert "Lỗi: 15," in text


def test_different_things_found_in_one_column_are_shown_three_times_and_then_counted_by_cell() -> None:
    found = [
        problem("not_a_count", form="B04", cell=f"H{n}", field="sessions", found=f"a{n}", label="Số cuộc")
        for n in range(2, 8)
    ]
    sentences = [one.sentence for one in grouped(found)]
    assert len(sentences) == 4
    assert sentences[-1].startswith("[B04]: Lỗi cùng loại ở các ô khác: H5, H6, H7.")


def test_a_sheet_of_another_name_is_named_beside_its_form() -> None:
    """The officer looks for the tab, not for the code."""
    assert grouped([problem("not_yes_no", form="B01", sheet="Biểu 1", cell="D3", label="Đã nhận")])[0].where == (
        "[B01 “Biểu 1”]D3"
    )


def test_the_label_is_said_where_the_message_does_not_name_it() -> None:
    named = grouped([problem("round_average", form="B04", cell="I4", found="120", label="Lượt người dự")])
    assert named[0].where == "[B04]I4 (Lượt người dự)"
    assert grouped([missing("A3")])[0].where == "[B03]A3"


def test_accepted_files_without_problems_are_only_counted_when_there_are_many() -> None:
    few, many = said(*[File(f"{n}.xlsx") for n in range(10)]), said(*[File(f"{n}.xlsx") for n in range(11)])
    assert "3.xlsx: chấp nhận" in few
    assert "xlsx" not in many
    assert "Số tệp: 11 (11 chấp nhận)." in many


def test_notes_are_counted_and_listed_only_for_a_single_file_or_beside_errors() -> None:
    note = problem("zeros_restored", form="TTC", cell="C3", found="241", value="00241")
    assert "đã đọc là 00241" in said(File(problems=[note]))
    both = said(File("a.xlsx", problems=[note]), File("b.xlsx", Status.PARTIAL, [missing("A3"), note]))
    assert both.count("đã đọc là 00241") == 1
    assert "ghi chú: 2." in both


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status.ACCEPTED, "Tệp này sẽ được chấp nhận."),
        (Status.REJECTED, "Tệp này sẽ bị trả lại: không phần nào được tính."),
        (Status.QUARANTINED, "Tệp này sẽ bị cách ly: nội dung không được lưu."),
    ],
)
def test_one_file_is_told_plainly_whether_it_would_be_accepted(status: Status, sentence: str) -> None:
    assert sentence in said(File(status=status)).splitlines()


def test_after_ingest_the_next_step_is_the_report_of_the_year_of_the_returns() -> None:
    about: dict[str, Any] = {
        "unit": "00271",
        "agency": "UBND",
        "outlet": "",
        "period_from": None,
        "revision": 1,
        "forms": [],
    }
    returns: list[dict[str, Any]] = [{**about, "period_to": day} for day in ("2019-12-31", "2020-12-31", None)]
    assert "“tracker report --year 2020”" in said(File(returns=returns), stored=True).splitlines()[-2]


def test_where_copies_were_written_the_next_step_is_to_send_them(tracker: Tracker, tmp_path: Path) -> None:
    """Not to make them."""
    done = tracker("--db", tmp_path / "s.db", "ingest", FAULTY / "not_a_count.xlsx", "--returned", tmp_path / "back")
    last = " ".join(done.out.split("Bước tiếp theo:")[1].split())
    assert last.startswith("gửi các tệp trong “")
    assert "--returned" not in last


def test_the_next_step_names_no_year_that_no_plan_asks_for(tracker: Tracker, tmp_path: Path) -> None:
    """Of Hà Nội no plan is in force in 2021; the report of that year says so, not that nothing came."""
    both = (FAULTY / "not_a_count.xlsx", FAULTY.parent / "ha-noi-2018-2020" / "returns" / "2020-007-00241.xlsx")
    db = tmp_path / "s.db"
    assert "“tracker report --year 2020”" in " ".join(tracker("--db", db, "ingest", *both).out.split())
    alone = tracker("--db", tmp_path / "t.db", "ingest", both[0])
    assert "tracker report" not in alone.out
    said_of_2021 = " ".join(tracker("--db", db, "report", "--year", 2021).out.split())
    assert "Trong kho không có báo cáo năm 2021 nào thuộc một kế hoạch có hiệu lực năm đó." in said_of_2021
    assert "“tracker plans list”" in said_of_2021


def test_no_line_of_a_problem_is_wider_than_the_screen_or_padded() -> None:
    text = said(File(status=Status.PARTIAL, problems=[missing("A3", "Ngày đăng tin, bài " * 12)]), width=80)
    problem_lines = [line for line in text.splitlines() if line.startswith("  ")]
    assert len(problem_lines) > 2
    assert all(len(line) <= 80 and line == line.rstrip() for line in problem_lines)


def test_what_a_ward_typed_moves_no_cursor() -> None:
    text = said(File("a\x1b[2Jb.xlsx", Status.PARTIAL, [missing("A3", "x\x1b[31m\u202ey\nz")]))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "“x [31m y z”" in text


def test_github_annotations_escape_what_would_end_them() -> None:
    one = problem("not_a_count", form="B01", cell="D4", found="75%", label="Đã nhận", why="percent")
    line = github([File("thư mục,1:a%.xlsx", Status.PARTIAL, [one])])
    assert line.startswith("::error file=thư mục%2C1%3Aa%25.xlsx,title=not_a_count::[B01]D4: ")
    assert "“75%25”" in line
    assert "\n" not in line


def test_github_levels_are_error_warning_and_notice() -> None:
    problems = [Problem("unsigned", severity=severity) for severity in Severity]
    levels = [line.split(" ")[0] for line in github([File(problems=problems)]).splitlines()]
    assert levels == ["::error", "::warning", "::notice"]


def test_junit_has_a_case_for_each_file_and_fails_those_with_errors(tracker: Tracker) -> None:
    done = tracker("check", FAULTY / "not_a_count.xlsx", FAULTY / "missing_value.xlsx", "--format", "junit")
    suite = ElementTree.fromstring(done.out.encode()).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "2")
    for case in suite.iter("testcase"):
        failure = case.find("failure")
        assert failure is not None
        assert failure.get("type") == Path(case.get("name", "")).stem
    assert done.status == 1


def test_junit_is_xml_whatever_the_cells_hold() -> None:
    text = junit([File("<&>\x0b.xlsx", Status.PARTIAL, [missing("A3", "]]>\x00\ud800")])])
    case = ElementTree.fromstring(text.encode()).find("testsuite/testcase")
    assert case is not None
    assert case.get("name") == "<&> .xlsx"


def test_the_text_of_every_planted_fault_names_file_status_and_cell(tracker: Tracker) -> None:
    done = tracker("check", FAULTY)
    lines = done.out.splitlines()
    assert any(line.endswith("not_a_count.xlsx: chấp nhận một phần") for line in lines)
    assert any(line.startswith("  lỗi [B01]D16: “Tài liệu đã cấp phát” là số lẻ 1.234") for line in lines)
    assert lines[-1].startswith("Bước tiếp theo: sửa các ô đã nêu")
    assert max(map(len, lines)) <= 100
    assert done.status == 1


def test_the_english_twin_says_the_same(tracker: Tracker) -> None:
    done = tracker("--lang", "en", "check", FAULTY / "not_a_count.xlsx")
    tracker("--lang", "vi", "--version")
    assert "not_a_count.xlsx: accepted in part" in done.out
    assert "This file would be accepted in part: what is faulty would not count." in done.out.splitlines()
