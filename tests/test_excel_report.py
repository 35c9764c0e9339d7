"""The workbook of a report: every number is read back and held to the JSON, in both languages, for every plan."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from conftest import Run, run
from libreoffice import convert
from shapes import BOTH, PLANS, built, cut, members, shaped, targets, told
from tracker.cli.report import Format
from tracker.messages import say, speaking
from tracker.plan import Words
from tracker.plans import load
from tracker.report.content import PlanReport, Report
from tracker.report.excel import as_excel
from tracker.report.sheets import Percent
from tracker.report.sheets import cut as cut_share
from tracker.rule import Bounds, Flag, Score, ValueScore, Verdict

Rows = list[list[Any]]


@cache
def workbook(db: Path, plan: str, language: str) -> bytes:
    content = shaped(built(db, plan), Format.XLSX, language)
    assert isinstance(content, bytes)
    return content


@cache
def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def table(content: bytes, name: str) -> Rows:
    """The rows of a sheet under its column headings, which are the row that the filter stands in."""
    page = opened(content)[name]
    first, last = re.findall(r"\d+", page.auto_filter.ref)
    return [[cell.value for cell in row] for row in page.iter_rows(min_row=int(first) + 1, max_row=int(last))]


def share(value: Any) -> int | None:
    """A cell of percent in thousandths."""
    return None if value is None else round(value * 1000)


def bounds_of(said: Any) -> list[Any]:
    """What the cells from the numerator to the upper bound must hold."""
    if said.get("masked"):
        return ["<5", None, "<5", None, None, None]
    if "numerator" not in said and "lower" not in said:
        return [None] * 6
    lower, upper = said.get("lower"), said.get("upper")
    if "numerator" not in said:  # a reading
        said = {"numerator": int(lower.split("/")[0]), "denominator": int(lower.split("/")[1])}
    high = int(upper.split("/")[0]) if upper else said["numerator"] if "missing" in said else None
    shares = [cut(one) if one else None for one in (lower, upper)]
    return [said["numerator"], high, said["denominator"], said.get("missing"), *shares]


def read(row: list[Any], start: int) -> list[Any]:
    """The same cells of a row of the workbook."""
    return [*row[start : start + 4], *map(share, row[start + 4 : start + 6])]


def limit(said: Any) -> int | str | None:
    """The threshold as its cell says it: thousandths where they are exact."""
    if "threshold" not in said:
        return None
    exact = Fraction(said["threshold"]) * 1000
    return int(exact) if exact.denominator == 1 else said["threshold"]


@pytest.mark.parametrize(("plan", "language"), BOTH)
def test_every_figure_of_the_summary_is_that_of_the_json(sample_db: Path, plan: str, language: str) -> None:
    """Targets, their other readings and their parts, row by row; numbers are numbers, shares are cut."""
    said = told(built(sample_db, plan), language)
    with speaking(language):
        rows = table(workbook(sample_db, plan, language), say("annex.sheet.summary")) if judged(said) else []
        expected = [(one, kind) for target, one in judged(said) for kind in (one, *one.get("readings", [])[1:])]
        assert len(rows) == len(expected)
        for row, (score, line) in zip(rows, expected, strict=True):
            if line is score:
                assert (row[0], row[11]) == (score["label"], score["citation"])
                assert row[8] == (None if score.get("masked") or score["kind"] == "growth" else score.get("need"))
                missing = score.get("missing")
                assert read(row, 1) == bounds_of(score), score["id"]
                assert row[4] == missing
            else:
                found, wanted = read(row, 1), bounds_of(line)
                assert [found[0], found[2], *found[4:]] == [wanted[0], wanted[2], *wanted[4:]], line["id"]
            verdict = line["verdict"]
            assert row[9] == (say(f"verdict.{verdict}") if verdict else None)
            asked = row[7] if isinstance(row[7], str) or row[7] is None else share(row[7])
            assert asked == limit(score)


def judged(plan: Any) -> list[tuple[Any, Any]]:
    return [(target, one) for target, one in targets(plan) if target["kind"] != "measure"]


@pytest.mark.parametrize(("plan", "language"), BOTH)
def test_every_district_has_its_figures_and_a_chart_of_them(sample_db: Path, plan: str, language: str) -> None:
    """A sheet for each target with districts; the chart holds the same shares, beside the threshold."""
    said = told(built(sample_db, plan), language)
    content = workbook(sample_db, plan, language)
    book = opened(content)
    with_districts = [one for _, one in judged(said) if one.get("districts")]
    sheets = [page for page in book if page.max_row > 3 and has_columns(page, language, "code", "district")]
    assert len(sheets) == len(with_districts)
    for page, score in zip(sheets, with_districts, strict=True):
        rows = table(content, page.title)
        assert [row[0] for row in rows] == [line["code"] for line in score["districts"]]
        for row, line in zip(rows, score["districts"], strict=True):
            assert row[1] == line["name"]
            assert read(row, 2) == bounds_of(line)
            assert row[10] == (None if line.get("masked") else line.get("need"))
        assert len(page._charts) == (0 if any(line.get("masked") for line in score["districts"]) else 1)
        for chart in page._charts:
            assert chart.series or chart._charts


def has_columns(page: Any, language: str, *names: str) -> bool:
    """Whether a table of districts begins in this sheet."""
    if not page.auto_filter.ref:
        return False
    row = int(re.findall(r"\d+", page.auto_filter.ref)[0])
    with speaking(language):
        wanted = [say(f"annex.column.{name}") for name in (*names, "numerator")]
    return [page.cell(row, column + 1).value for column in range(len(wanted))] == wanted


@pytest.mark.parametrize(("plan", "language"), BOTH)
def test_submission_duties_and_values_are_those_of_the_json(sample_db: Path, plan: str, language: str) -> None:
    """Forms with their filers, each duty with its verdict, each figure with its qualifier."""
    report = built(sample_db, plan)
    said, content = told(report, language), workbook(sample_db, plan, language)
    with speaking(language):
        rows = table(content, say("annex.sheet.submission"))
        keys = ("form", "expected", "on_time", "late", "returned", "missing")
        assert [[row[0], *row[2:]] for row in rows] == [[line[key] for key in keys] for line in said["submission"]]
        duties = [duty for target in said["targets"] for duty in target.get("duties", ())]
        if duties:
            rows = table(content, say("annex.sheet.duties"))
            assert [(row[3], row[5]) for row in rows] == [
                (one["unit"], say(f"duty.{one['verdict']}")) for one in duties
            ]
        values = [value for target in said["targets"] for value in target.get("values", ())]
        if values:
            rows = table(content, say("annex.sheet.values"))
            shown = ["<5" if one.get("masked") else one["value"] for one in values]
            assert [(row[2], row[4]) for row in rows] == list(zip([one["key"] for one in values], shown, strict=True))
            assert [row[6] for row in rows] == [one["unit"] for one in values]
            for row, one in zip(rows, values, strict=True):
                assert bool(row[5]) == (one["qualifier"] != "exact")


def test_silent_units_filers_faults_and_sources_are_listed_one_by_one(sample_db: Path) -> None:
    """As many silent units as the target misses; every version with its hash; every fault with its cell."""
    report = built(sample_db, "ha-noi-2018-2020")
    content = workbook(sample_db, "ha-noi-2018-2020", "vi")
    [plan] = report.plans
    silent = table(content, "Chưa có số liệu")
    assert sum(row[0].startswith("Chỉ tiêu 1") for row in silent) == 9
    assert ["00079", "Phường Tràng Tiền"] in [row[2:] for row in silent]
    filers = table(content, "Từng nơi nộp")
    assert len(filers) == sum(len(line.filers) for line in plan.submissions)
    received = [row[6] for row in filers if row[6] is not None]
    assert received
    assert all(isinstance(day, datetime) for day in received)
    sources = table(content, "Nguồn")
    assert [row[10] for row in sources] == [one.sha256 for one in plan.sources]
    assert {row[2] for row in sources if row[1] == "00250"} == {"Phường Bùi Thị Xuân"}  # merged before the day
    assert len(table(content, "Lỗi số liệu")) == len(plan.faults)


def test_activities_by_week_are_those_of_the_window(sample_db: Path) -> None:
    [plan] = built(sample_db, "bac-giang-2024").plans
    rows = table(workbook(sample_db, "bac-giang-2024", "vi"), "Diễn biến theo tuần")
    [line] = plan.timelines
    assert [(row[0].date(), row[2]) for row in rows] == list(line.weeks)
    assert [row[0].date() for row in rows if row[1]] == [date(2024, 7, 22), date(2024, 7, 29)]


# --- how it is made ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("plan", "language"), BOTH)
def test_a_sheet_is_ready_to_filter_and_to_print(sample_db: Path, plan: str, language: str) -> None:
    """Frozen headings, a filter, A4, as wide as the page, headings on every page; names that Excel takes."""
    book = opened(workbook(sample_db, plan, language))
    for page in book:
        assert page.freeze_panes is not None
        assert page.auto_filter.ref is not None
        assert (page.page_setup.paperSize, page.page_setup.fitToWidth or 1) == (9, 1)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows is not None
        assert page.sheet_state == "visible"
        assert len(page.title) <= 31
        assert not set(page.title) & set("[]:*?/\\'")
        assert {cell.font.name for row in page.iter_rows() for cell in row if cell.value is not None} == {
            "Times New Roman"
        }


@pytest.mark.parametrize(("language", "count", "day"), [
    ("vi", "[$-42A]#,##0", "[$-42A]dd/mm/yyyy"), ("en", "[$-409]#,##0", "[$-409]d mmm yyyy"),
])  # fmt: skip
def test_numbers_are_written_as_the_language_writes_them(
    sample_db: Path, language: str, count: str, day: str
) -> None:
    book = opened(workbook(sample_db, "ha-noi-2018-2020", language))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    shares = count[:7] + "0.0%"
    assert {cell.number_format for cell in cells if isinstance(cell.value, int)} == {count, shares}
    assert {cell.number_format for cell in cells if isinstance(cell.value, float)} == {shares}
    assert {cell.number_format for cell in cells if isinstance(cell.value, datetime)} == {day}


@pytest.mark.parametrize(
    ("numerator", "denominator", "thousandths"),
    [(7496, 10000, 749), (74999, 100000, 749), (3, 4, 750), (0, 9, 0), (9, 9, 1000)],
)
def test_a_share_is_cut_before_a_spreadsheet_can_round_it(numerator: int, denominator: int, thousandths: int) -> None:
    """74,96 % is stored as 74,9 %; the exact share is the two counts beside it."""
    assert cut_share(numerator, denominator) == Percent(thousandths)
    assert cut_share(0, 0) is None


def score(**more: Any) -> Score:
    words = Words(vi="=1+1", en="=1+1")
    return Score("t", words, "@mục", "share", Verdict.NOT_MET, Bounds(7496, 7496, 10000, 0), Fraction(3, 4), **more)


def report_of(*scores: Score) -> Report:
    plan = load("ha-noi-2018-2020")
    return Report(2020, date(2020, 12, 31), None, [PlanReport(plan, 579, [], list(scores), {})])


def test_a_text_that_begins_like_a_formula_is_text() -> None:
    """Marked with the quote that Excel itself would put, so that editing it changes nothing."""
    page = load_workbook(io.BytesIO(as_excel(report_of(score()))))["Tổng hợp"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value in ("=1+1", "@mục")]
    assert len(cells) == 2
    assert {cell.data_type for cell in cells} == {"s"}
    [row] = [row for row in page.iter_rows() if row[11].value == "@mục"]
    assert row[11].quotePrefix
    assert (row[5].value, row[5].number_format) == (0.749, "[$-42A]0.0%")


def test_a_masked_figure_is_nowhere_in_the_workbook() -> None:
    """Not in a cell, not in a chart's memory, not in the properties: districts of 3 of 4 victims, out of 9 of 12."""
    hidden = [
        Score(
            code,
            Words(vi=code, en=code),
            "",
            "district",
            Verdict.MET,
            Bounds(low, low, of, 0),
            Fraction(3, 4),
            masked=True,
        )
        for code, low, of in (("d1", 3, 5), ("d2", 77, 91))
    ]
    value = ValueScore(
        "victims", Words(vi="x", en="x"), None, "exact", Words(vi="x", en="x"), "d1", "district", True, True
    )
    whole = score(districts=hidden, flags={Flag.MASKED})
    measure = Score("m", Words(vi="m", en="m"), "", "measure", values=[value])
    content = as_excel(report_of(whole, measure))
    book = opened(content)
    figures = [
        cell.value
        for page in book
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float))
    ]
    assert not {3, 5, 77, 91, 0.6, 0.846} & set(figures)
    assert not [name for name in members(content) if "chart" in name]
    assert [row[2] for row in table(content, "=1+1")] == ["<5", "<5"]


def test_several_plans_have_sheets_of_their_own() -> None:
    """Numbered in front; the same name twice gets another number behind."""
    plans = [PlanReport(load(name), 1, [], [score(), score()], {}) for name in PLANS]
    content = as_excel(Report(2020, date(2020, 12, 31), None, plans))
    assert load_workbook(io.BytesIO(content)).sheetnames == [f"{number}. Tổng hợp" for number in range(1, 5)]


def test_a_report_of_nothing_is_a_workbook_that_says_so() -> None:
    book = load_workbook(io.BytesIO(as_excel(Report(2020, date(2020, 12, 31), None, []))))
    assert "2020" in str(book.worksheets[0]["A1"].value)


@pytest.mark.needs("soffice")
def test_libreoffice_reads_every_cell_and_every_chart(sample_db: Path, tmp_path: Path) -> None:
    """Opened and saved again: the same values in the same cells, the same number of charts."""
    path = tmp_path / "report.xlsx"
    path.write_bytes(workbook(sample_db, "bac-giang-2024", "vi"))
    again = convert(path, "xlsx", tmp_path / "again")
    ours, theirs = opened(path.read_bytes()), opened(again.read_bytes())
    assert ours.sheetnames == theirs.sheetnames
    for page, other in zip(ours, theirs, strict=True):
        values = {cell.coordinate: cell.value for row in page.iter_rows() for cell in row if cell.value is not None}
        assert values == {
            cell.coordinate: cell.value for row in other.iter_rows() for cell in row if cell.value is not None
        }
        assert len(page._charts) == len(other._charts)
    assert sum(len(page._charts) for page in ours) == 2


# --- where it goes ----------------------------------------------------------------------------------------------


def report(db: Path, shape: str, out: Path) -> Run:
    return run("--db", db, "report", "--year", 2021, "--plan", "ninh-binh-2021", "--format", shape, "--out", out)


@pytest.mark.parametrize("shape", list(Format))
def test_every_shape_is_written_to_a_file_whole(sample_db: Path, tmp_path: Path, shape: str) -> None:
    """Over an older and longer file, with nothing else left in the folder."""
    path = tmp_path / "report.out"
    path.write_bytes(b"old" * 1_000_000)
    assert report(sample_db, shape, path).status == 0
    assert 500 < path.stat().st_size < 1_000_000
    assert b"oldold" not in path.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["report.out"]


@pytest.mark.parametrize("shape", ["xlsx", "json", "table"])
def test_a_path_that_cannot_be_written_is_a_failing_environment(sample_db: Path, tmp_path: Path, shape: str) -> None:
    """A folder, a folder that is not there, a full disk: exit status 3, the path named, nothing left."""
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "none" / "report", Path("/dev/full")):
        done = report(sample_db, shape, path)
        assert (done.status, done.out) == (3, ""), path
        assert str(path) in done.err
        assert "Traceback" not in done.err
    assert [one.name for one in tmp_path.rglob("*")] == ["folder"]


def test_bytes_go_to_a_pipe_as_they_are(sample_db: Path, tmp_path: Path) -> None:
    """Without --out and without a terminal, stdout is the workbook."""
    import subprocess
    import sys

    words = ["--db", str(sample_db), "report", "--year", "2021", "--plan", "ninh-binh-2021", "--format", "xlsx"]
    done = subprocess.run([sys.executable, "-m", "tracker", *words], capture_output=True, check=True, timeout=120)
    assert load_workbook(io.BytesIO(done.stdout)).sheetnames[0] == "Tình hình nộp"


def test_bytes_do_not_go_to_a_terminal(sample_db: Path) -> None:
    """Wrong usage, said before anything is scored."""
    import os
    import pty
    import subprocess
    import sys

    ours, theirs = pty.openpty()
    words = ["--db", str(sample_db), "report", "--year", "2021", "--format", "docx"]
    done = subprocess.run(
        [sys.executable, "-m", "tracker", *words], stdout=theirs, stderr=subprocess.PIPE, timeout=120, check=False
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert "--out" in done.stderr.decode()
