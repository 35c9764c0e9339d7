"""The page as a document: it stands alone, is accessible, escapes what wards typed and hides what is masked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise

import pytest

from html_pages import YEARS, db, page, read, tree
from tracker.explanation import Line, Step
from tracker.messages import catalogue, set_language
from tracker.plan import Words
from tracker.plans import load
from tracker.problems import problem
from tracker.report.content import Fault, PlanReport, Report, Signal, Source, Timeline
from tracker.report.disclosure import masked
from tracker.report.html import page as pages
from tracker.report.html.page import as_html
from tracker.rule import Bounds, ReadingScore, Score, UnitAnswer, ValueScore, Verdict

PLANS = sorted(YEARS)
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e&amp;'{{ 7*7 }}"


# --- it stands alone ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS)
def test_the_page_asks_for_nothing_outside_itself(plan: str) -> None:
    """No address but anchors of its own, and a policy that would forbid any other."""
    root = tree(plan)
    assert [one.tag for one in root.walk() if {"src", "srcset", "style", "action"} & set(one.attrs)] == []
    assert {one.attrs["href"][0] for one in root.walk() if "href" in one.attrs} == {"#"}
    assert {one.tag for one in root.walk()} & {"link", "img", "iframe", "object", "base", "form"} == set()
    assert "http" not in page(plan).replace("http-equiv", "")
    assert set(re.findall(r"url\((.)", page(plan))) == {"#"}
    assert "@import" not in page(plan)
    [policy] = [one.attrs["content"] for one in root.all("meta") if "http-equiv" in one.attrs]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_the_page_of_a_city_of_579_communes_is_under_a_megabyte() -> None:
    """With every explanation down to the cell."""
    assert len(page("ha-noi-2018-2020").encode()) < 1_000_000
    assert 'class="version"' in page("ha-noi-2018-2020")


@pytest.mark.parametrize("plan", PLANS)
def test_ids_are_used_once_and_every_link_leads_to_one(plan: str) -> None:
    ids = [one.attrs["id"] for one in tree(plan).walk() if "id" in one.attrs]
    assert len(ids) == len(set(ids))
    links = {one.attrs["href"][1:] for one in tree(plan).walk() if "href" in one.attrs}
    assert len(links) > 5
    assert links - set(ids) == set()


def test_the_same_store_gives_the_same_bytes_in_another_process() -> None:
    command = (sys.executable, "-m", "tracker", "--db", str(db()), "report", "--year", "2021", "--format", "html")
    done = subprocess.run(
        command, capture_output=True, timeout=120, check=True, env={**os.environ, "PYTHONHASHSEED": "7"}
    )
    assert done.stdout.decode() == page("ninh-binh-2021")


# --- accessible ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_headings_descend_by_single_steps_from_one_first(plan: str, language: str) -> None:
    levels = [int(one.tag[1]) for one in tree(plan, language).walk() if re.fullmatch("h[1-6]", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


@pytest.mark.parametrize("plan", PLANS)
def test_landmarks_languages_and_names_are_there_for_those_who_hear_the_page(plan: str) -> None:
    root = tree(plan)
    assert root.one("html").attrs["lang"] == "vi"
    assert tree(plan, "en").one("html").attrs["lang"] == "en"
    assert [len(root.all(tag)) for tag in ("main", "nav", "h1", "head")] == [1, 1, 1, 1]
    assert root.one("head").one("title").text.startswith("Kết quả thực hiện chỉ tiêu năm ")
    assert root.one("body").inside[1].attrs["class"] == "skip"  # type: ignore[union-attr]
    assert [one.text for one in root.all("table") if not one.all("caption")] == []
    assert [one.text for one in root.all("th") if "scope" not in one.attrs] == []
    named = {one.attrs["id"] for one in root.walk() if "id" in one.attrs}
    described = [one.attrs["aria-labelledby"].split() for one in root.walk() if "aria-labelledby" in one.attrs]
    assert {id for ids in described for id in ids} - named == set()


@pytest.mark.parametrize("plan", PLANS)
def test_each_drawing_is_named_and_described_or_kept_from_those_who_cannot_see_it(plan: str) -> None:
    for drawing in tree(plan).all("svg"):
        if drawing.attrs.get("role") == "img":
            assert drawing.one("title").text
            assert drawing.one("desc").text
        else:
            assert drawing.attrs["aria-hidden"] == "true"


def test_no_verdict_is_told_by_colour_alone() -> None:
    """Each carries its word, at least for those who hear it, and a sign."""
    verdicts = {"is-met", "is-not_met", "is-insufficient_data"}
    coloured = [one for one in tree("ha-noi-2018-2020").walk() if one.classes & verdicts]
    told = [one for one in coloured if one.tag in ("td", "li", "span")]
    assert verdicts <= {name for one in told for name in one.classes}
    for one in told:
        assert one.all("use"), one.text
        assert one.text or "swatch" in one.classes


STYLE = files("tracker.report.html").joinpath("style.css").read_text(encoding="utf-8")
TEXTS = [
    *((ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "card")),
    ("ink", "track"),
    ("ink", "peak"),
    ("muted", "peak"),
    ("accent", "peak"),
    *(("ink", f"{tone}-tint{step}") for tone in ("bad", "open") for step in ("", "-2", "-3")),
    ("ink", "good-tint"),
    ("good", "good-tint"),
    ("bad", "bad-tint-2"),
    ("open", "open-tint-2"),
    ("plain", "plain-tint"),
    *((tone, ground) for tone in ("good", "bad", "open") for ground in ("paper", "card")),
]
DRAWN = [
    *(
        (tone, ground)
        for tone in ("good", "bad", "open-fill", "plain", "accent", "edge")
        for ground in ("paper", "card")
    ),
    *((tone, "track") for tone in ("good", "bad", "open-fill", "plain", "ink")),
    *(("bad", f"bad-tint{step}") for step in ("", "-2", "-3")),
    *(("open", f"open-tint{step}") for step in ("", "-2", "-3")),
    ("accent", "peak"),
    ("edge", "track"),
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        for block in re.findall(r":root \{([^}]*--ink[^}]*)\}", STYLE)
    )
    assert len(light) == len(dark) > 20
    return light if scheme == "light" else dark


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (DRAWN, 3.0)], ids=["text", "drawings"])
def test_colours_keep_the_contrast_of_wcag_aa(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    found = colours(scheme)
    weak = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert {pair: value for pair, value in weak.items() if value < least} == {}


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#ffffff", "#e0a030") == pytest.approx(2.27, abs=0.01)


def test_vietnamese_is_neither_set_in_capitals_nor_spaced() -> None:
    assert "uppercase" not in STYLE
    assert "letter-spacing" not in STYLE
    assert "small-caps" not in STYLE


def test_numbers_stay_on_the_line_of_their_unit() -> None:
    assert "9\u00a0đơn vị chưa có số liệu" in page("ha-noi-2018-2020")


# --- made here ----------------------------------------------------------------------------------------------------


def words(text: str) -> Words:
    return Words(vi=text, en=f"{text} in English")


def report_of(*scores: Score, **more: object) -> Report:
    names = {"00001": "Phường Phúc Xá", "001": "Quận Ba Đình"}
    one = PlanReport(load("ha-noi-2018-2020"), 579, [], scores, names)
    return Report(2020, date(2020, 12, 31), None, [replace(one, **more)])  # type: ignore[arg-type]


def share_score(low: int, high: int, of: int, name: str = "t", **more: object) -> Score:
    threshold = Fraction(3, 4)
    bounds = Bounds(low, high, of, high - low)
    score = Score(name, words("Chỉ tiêu 9: thử"), "mục 1", "share", bounds.verdict(threshold), bounds, threshold)
    return replace(score, **more)  # type: ignore[arg-type]


def test_what_wards_typed_is_text_and_nothing_else() -> None:
    """Names of units, files, sheets, groups; sentences of faults, signals and explanations."""
    fault = Fault(
        "00001", "UBND", HOSTILE, "ab" * 32, problem("not_a_count", sheet=HOSTILE, cell="A1", found=HOSTILE)
    )
    signal = Signal("round_average", "00001", "B04", HOSTILE, HOSTILE, "A1", HOSTILE, {})
    source = Source("B01", "00001", "UBND", HOSTILE, None, None, 1, date(2020, 11, 1), "counts", "ab" * 32, HOSTILE)
    value = ValueScore("k", words("Số đo"), 7, "exact", words("cái"), HOSTILE, "activity")
    report = report_of(
        share_score(1, 2, 4, silent=["00001"]),
        Score("m", words(HOSTILE), HOSTILE, "measure", values=[value]),
        names={"00001": HOSTILE, "001": HOSTILE},
        faults=[fault],
        signals=[signal],
        sources=[source],
        explanations={"t": Line(Step.VERDICT, "t", HOSTILE, {}, [Line(Step.UNIT, f"t/{HOSTILE}", HOSTILE)])},
    )
    root = read(as_html(report))
    assert len(root.all("script")) == 1
    assert root.all("img") == []
    assert [one for one in root.walk() for name in one.attrs if name.startswith("on")] == []
    assert root.text.count("<script>alert(1)</script>") > 8
    assert "\u202e" not in as_html(report)
    assert "{{ 7*7 }}" in root.text


def hidden_page(*lows: int) -> str:
    """A hidden target with hidden lines of districts, a hidden reading, and hidden values."""
    lines = [
        share_score(low, low, 9, name=f"{at:03}", verdict=Verdict.NOT_MET, masked=True)
        for at, low in enumerate(lows, start=1)
    ]
    reading = ReadingScore("other", words("khác"), Verdict.NOT_MET, Bounds(lows[0], 9, 9, 0))
    target = share_score(lows[0], lows[0] + 1, 27, districts=lines, readings=[reading], masked=True)
    target.verdict, target.by_unit = Verdict.NOT_MET, {"001": UnitAnswer(lows[0], 9, 9, False)}
    value = ValueScore("v", words("Nạn nhân"), None, "exact", words("người"), "001", "district", masked=True)
    return as_html(report_of(target, Score("m", words("Số đo"), "", "measure", values=[value])))


def test_a_hidden_figure_leaves_no_trace_on_the_page() -> None:
    """Other hidden figures give the same bytes: no text, attribute, bar, order or shade tells them apart."""
    assert hidden_page(3, 1, 4) == hidden_page(1, 4, 2)
    assert read(hidden_page(3, 1, 4)).text.count("<5") >= 9


def test_a_hidden_target_keeps_its_verdict_and_shows_nothing_else() -> None:
    """Neither its share nor that of its readings; no drawing of it."""
    [hidden] = masked([share_score(3, 3, 4, small_cells=True)], restricted=False)
    text = as_html(report_of(hidden))
    card = read(text).one("article", data_target="t")
    assert card.one(data_is="share").text == "<5"
    assert card.all(data_is="verdict")[0].attrs["data-verdict"] == "met"
    assert "3/4" not in text
    assert [one for one in card.all("svg") if one.attrs.get("role") == "img"] == []


def test_restricted_figures_are_shown_to_those_who_may_see_them() -> None:
    [shown] = masked([share_score(3, 3, 4, small_cells=True)], restricted=True)
    assert read(as_html(report_of(shown))).one("article", data_target="t").one("dl").all(data_is="low")[0].text == "3"


def test_a_percentage_is_cut_and_not_rounded() -> None:
    assert "74,9%" in read(as_html(report_of(share_score(7496, 7496, 10000)))).one("article", data_target="t").text


# --- explanations -------------------------------------------------------------------------------------------------


def explained(cells: int) -> dict[str, Line]:
    """A target with 200 units, each with a version and so many cells under it."""
    units = [f"{code:05}" for code in range(200)]
    whole = [Line(Step.ANSWER, "t:yes", "Có: 200", {}, [Line(Step.UNIT, f"t/{one}", f"Xã {one}") for one in units])]
    found = {"t": Line(Step.VERDICT, "t", "Chỉ tiêu 9: đạt", {}, whole)}
    for one in units:
        below = [Line(Step.CELL, f"t/{one}/v/{n}", f"ô A{n}: “có”") for n in range(cells)]
        version = Line(Step.VERSION, f"t/{one}/v", f"tệp {one}.csv", {}, below)
        found[f"t/{one}"] = Line(Step.UNIT, f"t/{one}", f"Xã {one}: có", {}, [version])
    return found


def test_a_unit_named_under_its_target_is_explained_there_down_to_the_cell() -> None:
    text = as_html(report_of(share_score(3, 3, 4), explanations=explained(2)))
    unit = read(text).one("li", id="p1/why/t/00007")
    assert [part in unit.text for part in ("Xã 00007: có", "tệp 00007.csv", "ô A0: “có”", "ô A1: “có”")] == [True] * 4
    assert text.count("tệp 00007.csv") == 1


def test_figures_lead_to_their_explanation_and_those_without_one_lead_nowhere() -> None:
    root = read(as_html(report_of(share_score(3, 3, 4), share_score(2, 2, 4, name="u"), explanations=explained(1))))
    assert root.one("article", data_target="t").one(data_is="share").attrs["href"] == "#p1/why/t"
    assert "href" not in root.one("article", data_target="u").one(data_is="share").attrs


def test_a_page_that_grows_too_large_leaves_off_the_cells_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the versions, then the units; never what stands above them, and no link is left without its end."""
    full = as_html(report_of(share_score(3, 3, 4), explanations=explained(30)))
    assert "tracker explain" not in full
    for limit, gone, kept in ((len(full) // 2, "ô A1", "00007.csv"), (1, "Xã 00007", "Có: 200")):
        monkeypatch.setattr(pages, "LARGEST", limit)
        text = as_html(report_of(share_score(3, 3, 4, silent=["00007"]), explanations=explained(30)))
        assert gone not in text
        assert kept in text
        assert "“tracker explain”" in text
        root = read(text)
        ids = {one.attrs["id"] for one in root.walk() if "id" in one.attrs}
        assert {one.attrs["href"][1:] for one in root.walk() if "href" in one.attrs} <= ids


# --- the campaign, and nothing at all -------------------------------------------------------------------------------


def weeks(*counts: int, peak: bool = True) -> Timeline:
    first = date(2020, 7, 1)
    days = [(date.fromordinal(first.toordinal() + 7 * at), n) for at, n in enumerate(counts)]
    return Timeline(
        "w", words("Đợt"), first, date(2020, 8, 1), days, (date(2020, 7, 25), date(2020, 7, 31)) if peak else None
    )


def test_activities_by_week_are_drawn_and_told_with_the_peak() -> None:
    figure = read(as_html(report_of(timelines=[weeks(1, 3, 0, 39, 0)]))).one("figure")
    assert (
        "có 43 hoạt động; nhiều nhất là tuần 22/07/2020–28/07/2020: 39. Những ngày cao điểm: 25/07/2020–31/07/2020."
        in figure.text
    )
    assert [one.text for one in figure.all(data_is="week")] == ["1", "3", "0", "39", "0"]
    peak = next(one for one in figure.all("rect") if one.classes == {"peak"})
    assert (peak.attrs["x"], peak.attrs["width"]) == ("75%", "21.87%")
    assert len([row for row in figure.all("tr") if "cao điểm" in row.text]) == 2


def test_a_campaign_in_which_nothing_was_reported_is_said_to_have_none() -> None:
    figure = read(as_html(report_of(timelines=[weeks(0, 0, peak=False)]))).one("figure")
    assert "chưa có hoạt động nào được báo cáo" in figure.text


def test_a_year_without_any_return_says_what_to_do() -> None:
    root = read(as_html(Report(2031, date(2031, 12, 31), None, [])))
    assert "tracker ingest" in root.one("main").text


def test_faults_are_told_by_district_with_file_sheet_and_cell_and_counted_by_kind() -> None:
    told = problem(
        "not_a_count", form="B01", sheet="B.01", cell="D14", field="Người được tiếp cận", found="x", label="Người"
    )
    fault = Fault("00001", "UBND", "phuc-xa.xlsx", "ab" * 32, told, waiver="đã xác nhận")
    source = Source("B01", "00001", "UBND", "", None, None, 1, date(2020, 11, 1), "counts", "ab" * 32, "phuc-xa.xlsx")
    root = read(as_html(report_of(faults=[fault], sources=[source])))
    row = root.one("tr", data_code="not_a_count")
    assert "phuc-xa.xlsx, B01, trang “B.01”, ô D14" in row.text
    assert "đã xác nhận" in row.text
    assert row.one("a").attrs["href"][1:] == root.one("tr", data_file="ab" * 32).attrs["id"]


def test_a_commune_that_is_no_more_keeps_its_name_and_its_district() -> None:
    """Bùi Thị Xuân was merged on 1 March 2020; what it sent before stands under Hai Bà Trưng."""
    fault = Fault("00250", "UBND", "a.xlsx", "ab" * 32, problem("late", received="", due="", days="1"))
    group = read(as_html(report_of(faults=[fault]))).one("section", id="p1/faults").one("details")
    assert group.one("summary").text.startswith("Quận Hai Bà Trưng")
    assert group.one("tr", data_code="late").one("th").text == "Phường Bùi Thị Xuân"


def test_of_very_many_faults_the_first_are_told_and_the_rest_counted() -> None:
    told = [
        Fault("00001", "UBND", "a.xlsx", "ab" * 32, problem("missing_value", form="B01", cell=f"A{n}", label="Mã"))
        for n in range(1, 702)
    ]
    root = read(as_html(report_of(faults=told)))
    assert len(root.all("tr", data_code="missing_value")) == 500
    assert "Chưa liệt kê 201\u00a0lỗi" in as_html(report_of(faults=told))


def test_the_page_speaks_english() -> None:
    set_language("en")
    text = read(as_html(report_of(share_score(570, 579, 579), timelines=[weeks(1, 2)]))).text
    assert "Of 1 target: 1 met." in text
    assert "98.4% – 100.0%" in text
    assert "1 Jul" in text


def test_the_texts_of_the_template_are_all_used() -> None:
    """None is missing (the page would not come out), and none is left over."""
    template = files("tracker.report.html").joinpath("page.html.jinja").read_text(encoding="utf-8")
    said = {key.removeprefix(pages.WORDS) for key in catalogue("vi") if key.startswith(pages.WORDS)}
    assert said == set(re.findall(r"\bw\.(\w+)", template))
