"""The report as people read it: in a terminal, as Markdown, as CSV. Input: the sample data, and scores made here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from rich.console import Console

from conftest import Run
from tracker.messages import set_language
from tracker.plan import Words
from tracker.plans import load
from tracker.report.content import PlanReport, Report
from tracker.report.csv import COLUMNS, as_csv, escaped
from tracker.report.disclosure import masked
from tracker.report.markdown import as_markdown
from tracker.report.outline import outline
from tracker.report.terminal import print_report
from tracker.report.wording import figure, share
from tracker.rule import Bounds, Flag, ReadingScore, Score, ValueScore, Verdict

SAMPLE = Path(__file__).parents[1] / "sample_data"
Tracker = Callable[..., Run]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory, tracker: Tracker) -> Path:
    """The sample returns of both provinces in one store."""
    store = tmp_path_factory.mktemp("report") / "store.db"
    folders = [SAMPLE / plan / "returns" for plan in ("ha-noi-2018-2020", "bac-giang-2024")]
    assert tracker("--db", store, "ingest", *folders, "--format", "json").status == 0
    return store


@pytest.fixture
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("vi")


def words(text: str) -> Words:
    return Words(vi=text, en=f"{text} in English")


def share_score(low: int, high: int, of: int, **more: object) -> Score:
    bounds = Bounds(low, high, of, high - low)
    threshold = Fraction(3, 4)
    verdict = bounds.verdict(threshold)
    return Score("t", words("Chỉ tiêu"), "mục 1", "share", verdict, bounds, threshold, **more)  # type: ignore[arg-type]


def report_of(*scores: Score) -> Report:
    plan = load("ha-noi-2018-2020")
    return Report(2020, date(2020, 12, 31), None, [PlanReport(plan, 579, [], scores, {"00001": "Phường Một"})])


def printed(report: Report, width: int = 100) -> str:
    screen = Console(file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False)
    print_report(report, screen)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (share_score(570, 579, 579), "570/579 = 98,4% – 100,0%"),
        (share_score(7496, 7496, 10000), "7.496/10.000 = 74,9%"),
        (share_score(0, 0, 0), "0/0 = –"),
    ],
)
def test_a_share_is_printed_with_its_denominator_and_cut(score: Score, text: str) -> None:
    assert figure(score) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(3, 4), "75%"), (Fraction(1), "100%"), (Fraction(35, 1000), "3,5%"), (Fraction(1, 3), "1/3")],
)
def test_a_threshold_is_said_exactly(value: Fraction, text: str) -> None:
    assert share(value) == text


def test_growth_prints_both_years() -> None:
    grown = Score("items", words("Tin, bài"), "", "growth", None, Bounds(824, 824, 700, 0))
    assert figure(grown) == "824, năm trước 700"


def test_the_terminal_says_target_figure_threshold_need_and_verdict_in_words(db: Path, tracker: Tracker) -> None:
    text = tracker("--db", db, "report", "--year", 2020).out
    line = next(line for line in text.splitlines() if "570/579" in line)
    assert " ".join(line.split()).endswith("570/579 = 98,4% – 100,0% 100% 9 9 chưa đủ số liệu")
    assert "danh mục hành chính ngày 31/12/2020: 579 xã, phường, thị trấn" in text
    assert text.rstrip().split("\n\n")[-1].startswith("Bước tiếp theo: “tracker status --year 2020”")


def test_a_reading_that_judges_otherwise_is_printed_under_its_target(db: Path, tracker: Tracker) -> None:
    text = tracker("--db", db, "report", "--year", 2020).out
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if "nếu hiểu là" in line)
    assert "799.426/1.523.715 = 52,4% – 67,2%" in lines[at]
    assert "(1) Hiểu chỉ tiêu theo cách khác sẽ cho kết luận khác." in lines


@pytest.mark.parametrize("year", [2020, 2024])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_wider_than_a_hundred_columns(db: Path, tracker: Tracker, year: int, language: str) -> None:
    text = tracker("--lang", language, "--db", db, "report", "--year", year).out
    set_language("vi")
    assert max(map(len, text.splitlines())) <= 100
    assert "…  " not in text, "a cell was cropped"


def test_silent_units_are_named_ten_and_then_counted() -> None:
    score = share_score(0, 12, 12, silent=[f"{n:05}" for n in range(1, 13)])
    label, names = outline(report_of(score))[0].silent[0]
    assert label == "Chỉ tiêu (12)"
    assert names.startswith("Phường Một, ")
    assert names.endswith(" … và 2 nữa")
    assert len(names.split(", ")) == 10


def test_silent_months_are_written_as_months() -> None:
    assert outline(report_of(share_score(11, 12, 12, silent=["2020-03"])))[0].silent[0][1] == "03/2020"


def test_a_masked_figure_prints_as_less_than_five_everywhere() -> None:
    """The total of a province stands; the districts it could be worked out from do not."""
    values = [
        ValueScore("victims", words("Nạn nhân"), 9, "exact", words("người")),
        ValueScore("victims", words("Nạn nhân"), 3, "exact", words("người"), "001", "district", small_cells=True),
        ValueScore("victims", words("Nạn nhân"), 6, "exact", words("người"), "002", "district", small_cells=True),
    ]
    report = report_of(*masked([Score("m", words("Số đo"), "mục 2", "measure", values=values)], restricted=False))
    terminal, markdown = printed(report), as_markdown(report)
    assert "Quận Ba Đình <5, Quận Hoàn Kiếm <5" in terminal
    assert "Quận Ba Đình <5, Quận Hoàn Kiếm <5" in markdown
    rows = list(csv.DictReader(io.StringIO(as_csv(report).removeprefix("\ufeff"))))
    assert [row["value"] for row in rows] == ["9", "<5", "<5"]


def test_a_masked_target_keeps_its_verdict_and_loses_its_figures() -> None:
    hidden = share_score(3, 3, 4, masked=True, flags={Flag.MASKED})
    text = printed(report_of(hidden))
    assert "3/4" not in text
    assert "<5" in text
    row = next(csv.DictReader(io.StringIO(as_csv(report_of(hidden)).removeprefix("\ufeff"))))
    assert (row["numerator"], row["lower"], row["need"], row["verdict"]) == ("<5", "", "", "met")


def test_the_readings_of_a_masked_target_are_masked_too() -> None:
    readings = [ReadingScore(name, words(name), Verdict.MET, Bounds(3, 3, 4, 0)) for name in ("một", "hai")]
    hidden = share_score(3, 3, 4, masked=True, flags={Flag.READING_DEPENDENT}, readings=readings)
    assert "3/4" not in printed(report_of(hidden))


def test_eighty_columns_crop_no_figure(db: Path, tracker: Tracker) -> None:
    text = " ".join(printed(report_of(share_score(651953, 826595, 981906)), width=80).split())
    assert "651.953/981.906" in text
    assert "84,1%" in text


def test_english_writes_figures_and_days_the_english_way(english: None) -> None:
    text = printed(report_of(share_score(7000, 7496, 10000)))
    assert "7,000/10,000 = 70.0% – 74.9%" in text
    assert "As of 31 Dec 2020; registry of 31 Dec 2020: 579 communes" in text


def test_markdown_holds_the_figures_of_the_terminal(db: Path, tracker: Tracker) -> None:
    text = tracker("--db", db, "report", "--year", 2020, "--format", "md").out
    assert "| Chỉ tiêu 1: xã nhận và triển khai tài liệu | 570/579 = 98,4% – 100,0% | 100% | 9 | 9 |" in text
    widths = [line.count(" | ") for line in text.splitlines() if line.startswith("| Chỉ tiêu ")]
    assert set(widths) == {5}


def test_markdown_takes_names_for_text_only() -> None:
    score = share_score(1, 2, 2, silent=["00001"])
    score.label = words("a|b *c* <img>")
    assert r"a\|b \*c\* \<img>" in as_markdown(report_of(score))


def test_csv_is_tidy_and_starts_with_a_bom(db: Path, tracker: Tracker) -> None:
    text = tracker("--db", db, "report", "--year", 2020, "--format", "csv").out
    assert text.startswith("\ufeffplan,year,as_of,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    whole = [row for row in rows if row["target"] == "materials" and not row["district"]]
    assert len(whole) == 1
    assert (whole[0]["numerator"], whole[0]["denominator"], whole[0]["lower"]) == ("570", "579", "98,4%")
    districts = [row for row in rows if row["target"] == "materials" and row["district"]]
    assert sum(int(row["numerator"]) for row in districts) == 570
    assert {row["part"] for row in rows if row["target"] == "models"} == {"", "dedicated", "integrated"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_a_formula(start: str) -> None:
    assert escaped(f"{start}1+1") == f"'{start}1+1"
    assert escaped("1+1") == "1+1"


def test_a_group_that_a_ward_typed_is_escaped_in_csv() -> None:
    value = ValueScore("x", words("Số đo"), 1, "over", words("người"), "=cmd()", "led_by")
    rows = csv.DictReader(
        io.StringIO(as_csv(report_of(Score("m", words("m"), "", "measure", values=[value]))).removeprefix("\ufeff"))
    )
    assert next(rows)["group"] == "'=cmd()"


def test_a_year_without_returns_says_what_to_do(db: Path, tracker: Tracker) -> None:
    done = tracker("--db", db, "report", "--year", 2017)
    assert done.status == 0
    assert "“tracker ingest …”" in done.out


def test_a_day_of_which_the_registry_knows_no_commune_is_said_so(db: Path, tracker: Tracker) -> None:
    """Its shares are of nothing; nobody should take that for a result."""
    asked = ("--db", db, "report", "--year", 2020, "--plan", "ha-noi-2018-2020")
    said = "Danh mục không có xã, phường, thị trấn nào của địa bàn ngày "
    assert f"{said}01/07/2025" in " ".join(tracker(*asked, "--as-of", "2025-07-01").out.split())
    assert said not in " ".join(tracker(*asked, "--as-of", "2025-06-30").out.split())
