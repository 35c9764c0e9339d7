"""The Word annex of a report: its numbers held to the JSON, its layout to Nghị định 30/2020, its blanks left so."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.shared import Mm

from libreoffice import convert
from shapes import BOTH, built, cut, members, shaped, told
from tracker.cli.report import Format
from tracker.messages import lang, say, speaking
from tracker.plan import Words
from tracker.plans import load
from tracker.report import paragraphs
from tracker.report.content import PlanReport, Report
from tracker.report.word import as_word
from tracker.report.wording import naming
from tracker.rule import Bounds, Flag, ReadingScore, Score, Verdict
from tracker.writing import count, fraction, percent

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@cache
def annex(db: Path, plan: str, language: str) -> bytes:
    content = shaped(built(db, plan), Format.DOCX, language)
    assert isinstance(content, bytes)
    return content


@cache
def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def tables(content: bytes, *keys: str) -> list[list[list[str]]]:
    """The rows of every table with these headings, without the headings."""
    headings = [say(key) for key in keys]
    grids = [[[cell.text for cell in row.cells] for row in table.rows] for table in opened(content).tables]
    return [rows[1:] for rows in grids if rows[0] == headings]


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in opened(content).paragraphs)


def shares(said: Any) -> tuple[str, str]:
    """Lower and upper bound as they are written."""
    of = said["denominator"]
    high = int(said["upper"].split("/")[0]) if of else 0
    return percent(said["numerator"], of), percent(high, of)


def figure(said: Any) -> str:
    """The text of a figure from the JSON alone."""
    if said.get("masked"):
        return "<5"
    if "numerator" not in said:
        return ""
    if said["kind"] == "growth":
        return say("outline.growth", now=count(said["numerator"]), before=count(said["denominator"]))
    low, high = shares(said)
    ends = [low] if said.get("lower") == said.get("upper") else [low, high]
    return f"{fraction(said['numerator'], said['denominator'])} = {' – '.join(ends)}"


def judged(plan: Any) -> Iterator[Any]:
    for target in plan["targets"]:
        if target["kind"] != "measure":
            yield from (target, *target.get("parts", ()))


@pytest.mark.parametrize(("plan", "language"), BOTH)
def test_the_table_of_results_says_what_the_json_says(sample_db: Path, plan: str, language: str) -> None:
    """Label, figure, threshold, what is needed, verdict: of every target and part."""
    said = told(built(sample_db, plan), language)
    content = annex(sample_db, plan, language)
    with speaking(language):
        keys = ("target", "figure", "threshold", "need", "verdict")
        found = [row for rows in tables(content, *(f"outline.{key}" for key in keys)) for row in rows]
        expected = list(judged(said))
        assert len(found) == len(expected)
        for row, score in zip(found, expected, strict=True):
            assert row[:2] == [score["label"], figure(score)]
            whole = Fraction(score["threshold"]) * 100 if "threshold" in score else None
            assert row[2] == (f"{whole}%" if whole is not None else "")
            need = 0 if score["kind"] == "growth" else score.get("need", 0)
            assert row[3] == (count(need) if need else "")
            verdict = say(f"verdict.{score['verdict']}") if score["verdict"] else ""
            assert row[4] == verdict + ("*" if "reading_dependent" in score["flags"] else "")


@pytest.mark.parametrize(("plan", "language"), BOTH)
def test_districts_submission_and_charts_say_what_the_json_says(sample_db: Path, plan: str, language: str) -> None:
    """Each line of each district; each form with its filers; and the same shares in the memory of the charts."""
    said = told(built(sample_db, plan), language)
    content = annex(sample_db, plan, language)
    scores = [score for score in judged(said) if score.get("districts")]
    with speaking(language):
        keys = ("district", "share", "lower", "upper", "missing_short", "need_short", "verdict")
        grids = tables(content, *(f"annex.column.{key}" for key in keys))
        assert len(grids) == len(scores)
        for rows, score in zip(grids, scores, strict=True):
            assert rows == [district(line) for line in score["districts"]]
        filed = [row for rows in tables(content, *FILED) for row in rows]
        states = ("expected", "on_time", "late", "returned", "missing")
        assert [[row[0], *row[2:]] for row in filed] == [
            [line["form"], *(count(line[state]) for state in states)] for line in said["submission"]
        ]
    drawn = [score for score in scores if not any(line.get("masked") for line in score["districts"])]
    charts = [one for one in charts_of(content) if len(one) > 1]
    assert len(charts) == len(drawn)
    for chart, score in zip(charts, drawn, strict=True):
        lows = [cut(line["lower"]) for line in score["districts"] if "lower" in line]
        highs = [cut(line["upper"]) for line in score["districts"] if "upper" in line]
        assert chart[0] == lows
        assert [low + span for low, span in zip(chart[0], chart[1], strict=True)] == highs
        assert set(chart[2]) == {int(Fraction(score["threshold"]) * 1000)}


FILED = (
    "outline.form",
    "outline.due",
    *(f"filing.{one}" for one in ("expected", "on_time", "late", "returned", "missing")),
)


def district(line: Any) -> list[str]:
    verdict = say(f"verdict.{line['verdict']}") if line["verdict"] else ""
    if line.get("masked"):
        return [line["name"], "<5", "", "", "", "", verdict]
    need = line.get("need", 0)
    figures = [fraction(line["numerator"], line["denominator"]), *shares(line), count(line["missing"])]
    return [line["name"], *figures, count(need) if need else "", verdict]


def charts_of(content: bytes) -> list[list[list[int]]]:
    """The figures that each chart remembers, series by series, in thousandths or as counts."""
    found = []
    files = members(content)
    for name in sorted((name for name in files if re.fullmatch(r"word/charts/chart\d+\.xml", name)), key=number):
        tree = ElementTree.fromstring(files[name])
        found.append([[thousandths(value.text or "") for value in one.iter(f"{CHART}v")]
                      for one in tree.iter(f"{CHART}val")])  # fmt: skip
    return found


def number(name: str) -> int:
    return int(re.findall(r"\d+", name)[-1])


def thousandths(text: str) -> int:
    return int(text.replace(".", "")) if "." in text else int(text)


@pytest.mark.parametrize(("plan", "language"), BOTH)
def test_every_target_has_a_paragraph_with_its_share_its_day_and_its_registry(
    sample_db: Path, plan: str, language: str
) -> None:
    """Plain words: the fraction, the per cent, the verdict; and what every share rests on."""
    said = told(built(sample_db, plan), language)
    text = text_of(annex(sample_db, plan, language))
    with speaking(language):
        units = count(said["registry"]["units"])
        for score in judged(said):
            if "lower" in score and not score.get("masked"):
                low, high = shares(score)
                assert f"{fraction(score['numerator'], score['denominator'])} ({low})" in text
                assert f"({high})" in text
            if score["verdict"]:
                assert say("annex.verdict", verdict=say(f"verdict.{score['verdict']}")).rstrip(".") in text
        assert units in text


def test_hanoi_in_words(sample_db: Path) -> None:
    """What a reader must find: why it is open, how many are needed, who is silent, which month has no item."""
    text = text_of(annex(sample_db, "ha-noi-2018-2020", "vi"))
    assert "chắc chắn có 570/579 (98,4%); nếu phần chưa rõ đều đạt thì là 579/579 (100,0%)" in text
    assert "Kết luận: chưa đủ số liệu, vì phần chắc chắn còn thấp hơn mức 100%" in text
    assert "Cần thêm ít nhất 9 để đạt mức." in text
    assert "Tháng không có tin, bài: 08/2020." in text
    assert "Nếu hiểu là “người dân mọi lứa tuổi” thì kết quả là 799.426/1.523.715 (52,4%), có thể đến" in text


# --- the layout -------------------------------------------------------------------------------------------------


def test_the_page_is_that_of_the_decree(sample_db: Path) -> None:
    """A4; 20, 20, 30 and 15 mm; Times New Roman 13; the page number at the top, not on the first page."""
    document = opened(annex(sample_db, "bac-giang-2024", "vi"))
    [page] = document.sections
    assert [round(one.mm) for one in (page.page_width, page.page_height)] == [210, 297]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(one.mm) for one in margins] == [20, 20, 30, 15]
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 13)
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header._element.xml
    assert page.first_page_header.paragraphs[0].text == ""


def test_headings_of_tables_repeat_and_rows_stay_whole(sample_db: Path) -> None:
    document = opened(annex(sample_db, "ha-noi-2018-2020", "vi"))
    ruled = [table for table in document.tables if table.style.name == "Table Grid"]
    assert len(ruled) > 5
    for table in ruled:
        assert table.rows[0]._tr.find(f".//{WORD}tblHeader") is not None
        assert all(row._tr.find(f".//{WORD}cantSplit") is not None for row in table.rows)
        assert sum(column.width for column in table.columns) <= Mm(166)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_lines_for_signatures_stay_on_one_page(sample_db: Path, language: str) -> None:
    """Whose signature it is and "(Ký …)" under it are not parted by the page's end."""
    closing = opened(annex(sample_db, "bac-giang-2024", language)).tables[-1]
    with speaking(language):
        assert say("annex.sign") in closing.rows[0].cells[0].text
    assert [row for row in closing.rows if row._tr.find(f".//{WORD}cantSplit") is None] == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_number_day_and_signature_are_left_to_people(sample_db: Path, language: str) -> None:
    """Dotted blanks where the office writes its name, its number and the day; no author in the properties."""
    content = annex(sample_db, "bac-giang-2024", language)
    document = opened(content)
    head = "\n".join(cell.text for cell in document.tables[0].rows[0].cells)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head
    assert "Độc lập - Tự do - Hạnh phúc" in head
    assert not re.search(r"\d", head)
    [goes_with] = [one.text for one in document.paragraphs if one.text.startswith("(")][:1]
    assert "………" in goes_with
    assert not re.search(r"\d", goes_with)
    about = document.core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert {about.created.date(), about.modified.date()} == {date(2024, 12, 31)}


def test_every_chart_has_words_for_who_cannot_see_it(sample_db: Path) -> None:
    content = annex(sample_db, "ha-noi-2018-2020", "vi")
    described = re.findall(r'<wp:docPr[^>]* descr="([^"]+)"', members(content)["word/document.xml"].decode())
    assert len(described) == len(charts_of(content)) == 5
    assert all("Biểu đồ cột" in one for one in described)
    assert len(set(described)) == 5


# --- in words ---------------------------------------------------------------------------------------------------


def score(low: int, high: int, of: int, **more: Any) -> Score:
    bounds, threshold = Bounds(low, high, of, high - low), Fraction(3, 4)
    verdict = more.pop("verdict", bounds.verdict(threshold))
    words = Words(vi="Chỉ tiêu", en="Target")
    return Score("t", words, "mục 1", "share", verdict, bounds, threshold, **more)


def said(one: Score, language: str = "vi") -> str:
    report = Report(2020, date(2020, 12, 31), None, [])
    plan = PlanReport(load("ha-noi-2018-2020"), 579, [], [one], {"00001": "Phường Một"})
    with speaking(language):
        return paragraphs.target(one, report, plan, naming(plan, report.as_of))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (score(438, 500, 584), "đạt, vì phần chắc chắn đã không thấp hơn mức 75%"),
        (score(438, 438, 584), "đạt, vì kết quả không thấp hơn mức 75%"),
        (score(400, 437, 584), "chưa đạt, vì kể cả khi phần chưa rõ đều đạt cũng chỉ là 437/584 (74,8%)"),
        (score(437, 437, 584), "chưa đạt, vì kết quả thấp hơn mức 75%"),
        (score(437, 438, 584), "chưa đủ số liệu, vì phần chắc chắn còn thấp hơn mức 75% nhưng phần chưa rõ (1)"),
        (score(0, 0, 0), "không phát sinh, vì không có gì phát sinh"),
        (score(1, 1, 2, verdict=Verdict.NOT_YET_DUE), "chưa đến mốc, vì chưa đến mốc đầu tiên"),
        (score(1, 1, 2, verdict=Verdict.NOT_APPLICABLE), "không áp dụng, vì năm này ở ngoài thời gian"),
    ],
)
def test_a_verdict_is_said_with_its_reason(one: Score, why: str) -> None:
    assert f"Kết luận: {why}" in said(one)


def test_what_is_needed_is_said_only_where_something_is(sample_db: Path) -> None:
    assert "Cần thêm ít nhất 1 để đạt mức." in said(score(437, 438, 584))
    assert "Cần thêm" not in said(score(438, 438, 584))


def test_many_silent_units_are_counted_and_few_are_named() -> None:
    assert "Chưa có số liệu (1): Phường Một." in said(score(1, 2, 3, silent=["00001"]))
    assert "Chưa có số liệu: 13 nơi" in said(score(1, 14, 20, silent=["00001"] * 13))


def test_a_masked_target_says_that_it_is_masked_and_no_figure() -> None:
    readings = [
        ReadingScore(name, Words(vi=name, en=name), Verdict.MET, Bounds(3, 3, 4, 0)) for name in ("một", "hai")
    ]
    one = score(3, 3, 4, masked=True, flags={Flag.MASKED}, readings=readings)
    for language in ("vi", "en"):
        text = said(one, language)
        assert "<5" in text
        assert not re.search(r"\b(3/4|75[.,]0%)", text)
    assert "Nếu hiểu là “hai” thì kết luận: đạt." in said(one)


def test_a_masked_figure_is_nowhere_in_the_annex() -> None:
    """Not in a table, not in a chart's memory, not in the workbook behind a chart."""
    lines = [
        Score(code, Words(vi=code, en=code), "", "district", Verdict.MET, Bounds(low, low, of, 0), masked=True)
        for code, low, of in (("d1", 33, 37), ("d2", 77, 91))
    ]
    one = score(108, 108, 128, districts=lines, flags={Flag.MASKED})
    report = Report(2020, date(2020, 12, 31), None, [PlanReport(load("ha-noi-2018-2020"), 579, [], [one], {})])
    content = as_word(report)
    assert charts_of(content) == []
    text = re.sub(r"<[^>]+>", " ", members(content)["word/document.xml"].decode())
    assert not {"33/37", "77/91", "33", "37", "77", "91"} & set(re.findall(r"[\d/]+", text))
    assert tables_of(content, "d1") == [["d1", "<5", "", "", "", "", "đạt"]]


def tables_of(content: bytes, first: str) -> list[list[str]]:
    """The rows that begin with a text."""
    rows = [[cell.text for cell in row.cells] for table in opened(content).tables for row in table.rows]
    return [row for row in rows if row[0] == first]


def test_a_report_of_nothing_is_an_annex_that_says_so() -> None:
    assert lang() == "vi"
    assert "2020" in text_of(as_word(Report(2020, date(2020, 12, 31), None, [])))


@pytest.mark.needs("lowriter")
def test_libreoffice_reads_every_table_and_every_chart(sample_db: Path, tmp_path: Path) -> None:
    """Opened and saved again: the same words in the same tables, the same number of charts with the same figures."""
    content = annex(sample_db, "bac-giang-2024", "vi")
    path = tmp_path / "annex.docx"
    path.write_bytes(content)
    again = convert(path, "docx", tmp_path / "again").read_bytes()
    assert [[[cell.text for cell in row.cells] for row in table.rows] for table in opened(content).tables] == [
        [[cell.text for cell in row.cells] for row in table.rows] for table in opened(again).tables
    ]
    assert text_of(content).split() == text_of(again).split()
    assert len(charts_of(again)) == len(charts_of(content)) == 2
