"""Explanations: a figure is followed from its verdict down to the cell, and what stands there is what is said."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from conftest import BAC_GIANG, HA_NOI, Run, Store
from tracker.cli.explain import as_json, context_of
from tracker.cli.report import Received
from tracker.explain import Context, explain, explanations, paths
from tracker.explain.lines import exact
from tracker.explanation import Line, Step
from tracker.messages import speaking
from tracker.place import load
from tracker.plans import load as load_plan
from tracker.report.content import PlanReport, Report
from tracker.report.content import as_json as report_json
from tracker.schema import texts

SAMPLE = Path(__file__).parents[1] / "sample_data"
HAI_BA_TRUNG, NINH_BINH = "hai-ba-trung-2019", "ninh-binh-2021"
YEARS = {HA_NOI: 2020, BAC_GIANG: 2024, HAI_BA_TRUNG: 2019, NINH_BINH: 2021}
SMALL_TARGETS = ("incidents", "cases/indicted", "victims_protected/verified", "victims_supported")
ROOM = 600_000  # bytes of explanations in a page that must stay under a megabyte


def opened(db: Path, plan: str, year: int, *, restricted: bool = False) -> Context:
    """What explanations of a plan are drawn from; the store stays open as long as the process."""
    from tracker.store import Store as Opened

    store = Opened(str(db))
    received = Received(store, store.filings(), store.names(), load())
    with speaking("vi"):
        return context_of(received, load_plan(plan), date(year, 12, 31), year, restricted=restricted)


@pytest.fixture(scope="module")
def sample(new_store: Callable[[], Store]) -> Store:
    """The sample returns of all four plans."""
    store = new_store()
    store.ingest(*(SAMPLE / plan / "returns" for plan in YEARS))
    return store


@pytest.fixture(scope="module")
def contexts(sample: Store) -> Mapping[str, Context]:
    return {plan: opened(sample.db, plan, year) for plan, year in YEARS.items()}


def report_of(context: Context) -> list[dict[str, Any]]:
    """The targets of the score report, as its JSON says them."""
    said = PlanReport(context.plan, 0, [], context.scores, {})
    day = context.scoring.as_of
    return list(report_json(Report(day.year, day, None, [said]), version="0", language="vi")["plans"][0]["targets"])


def steps(line: Line, step: Step) -> list[Line]:
    return [one for one in line.walk() if one.step is step]


def said(line: Line) -> str:
    return "\n".join(one.text for one in line.walk())


# --- the whole target -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", YEARS)
def test_every_target_is_explained_with_its_clause(contexts: Mapping[str, Context], plan: str) -> None:
    """Every target and part that the report has has a tree with its verdict and the document that it stands in."""
    context = contexts[plan]
    with speaking("vi"):
        for target in context.plan.targets:
            line = explain(context, target.id)
            assert line.key == target.id
            assert context.plan.citation.number in steps(line, Step.CLAUSE)[0].text
            assert target.cite in steps(line, Step.CLAUSE)[0].text


@pytest.mark.parametrize("plan", YEARS)
def test_the_formula_and_the_answers_are_those_of_the_report(contexts: Mapping[str, Context], plan: str) -> None:
    """Lower and upper bound, missing, need, verdict and readings come from the same scores."""
    for key, figures in judged(report_of(contexts[plan])):
        with speaking("vi"):
            line = explain(contexts[plan], key)
        assert line.facts.get("verdict") == figures["verdict"]
        if "lower" in figures:
            formula, *compared = [one.facts for one in line.below if one.step is Step.FORMULA]
            assert f"{formula['low']}/{formula['of']}" == figures["lower"]
            assert f"{formula['high']}/{formula['of']}" == figures["upper"]
            assert int(formula["missing"]) == figures["missing"]
            assert int(compared[0]["need"]) == figures["need"]
        readings = {one.facts["reading"]: one.facts["verdict"] for one in line.below if one.step is Step.READING}
        assert readings == {one["id"]: one["verdict"] for one in figures.get("readings", ())}


def judged(targets: list[dict[str, Any]], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Targets by key, and of those that are made of targets each of them."""
    for one in targets:
        yield f"{above}{one['id']}", one
        if one["kind"] == "all-of":
            yield from judged(one["parts"], f"{one['id']}/")


@pytest.mark.parametrize("target", ["materials", "models/dedicated", "models/integrated", "press"])
def test_the_units_of_each_answer_add_up_to_the_bounds(contexts: Mapping[str, Context], target: str) -> None:
    """Yes is the numerator, missing the silent, and every unit stands under one answer."""
    with speaking("vi"):
        line = explain(contexts[HA_NOI], target)
    counts = {one.facts["answer"]: len(one.below) for one in steps(line, Step.ANSWER)}
    formula = steps(line, Step.FORMULA)[0].facts
    assert counts["yes"] == int(formula["low"])
    assert counts["missing"] == int(formula["missing"])
    assert sum(counts.values()) == int(formula["of"])


def test_the_formula_says_the_comparison_with_its_numbers(contexts: Mapping[str, Context]) -> None:
    """570 of 579, what 100 % asks, and how many are wanting: in words that can be read out."""
    with speaking("vi"):
        texts_said = [one.text for one in steps(explain(contexts[HA_NOI], "materials"), Step.FORMULA)]
    assert texts_said == [
        "Chắc chắn 570/579 = 98,4%; cao nhất có thể 579/579 = 100,0% (còn thiếu: 9).",
        "Mức 100% của 579 là 579. 570 < 579 ≤ 579: chưa đủ số liệu để kết luận. Cần thêm 9.",
    ]


def test_a_threshold_that_is_no_whole_number_is_said_exactly(contexts: Mapping[str, Context]) -> None:
    """Three quarters of 981 906 people are 736 429 and a half, and nobody is half reached."""
    for language, wanted in (
        ("vi", "là 736.429,5, nên cần ít nhất 736.430."),
        ("en", "736,429.5, so at least 736,430"),
    ):
        with speaking(language):
            compared = steps(explain(contexts[HA_NOI], "reach"), Step.FORMULA)[1].text
        assert wanted in compared
    with speaking("vi"):
        shown = [exact(Fraction(*it)) for it in ((1743, 4), (1307, 3), (3, 40), (579, 1))]
    assert shown == ["435,75", "435 2/3", "0,075", "579"]


@pytest.mark.parametrize(
    ("plan", "path", "heading"),
    [
        (HAI_BA_TRUNG, "tips/classified", "Thông tin được phân loại, xử lý, xác minh – được phân loại: "),
        (HA_NOI, "models/dedicated", "Chỉ tiêu 2: xã có mô hình phòng ngừa – "),
        (HA_NOI, "reach/women", "Chỉ tiêu 4: người dân địa bàn trọng điểm được tiếp cận – "),
    ],
)
def test_a_part_asked_for_alone_is_called_with_its_target(
    contexts: Mapping[str, Context], plan: str, path: str, heading: str
) -> None:
    """Under its target it is called by its own name alone."""
    with speaking("vi"):
        alone = explain(contexts[plan], path)
        whole = explain(contexts[plan], path.partition("/")[0])
    assert alone.text.startswith(heading)
    assert heading not in said(whole)


def test_a_figure_of_a_measure_says_that_something_is_hidden_only_where_it_is(
    contexts: Mapping[str, Context],
) -> None:
    """The campaign's arrests are hidden by district; who attended the conferences is not."""
    context = contexts[BAC_GIANG]
    shown = {path: f"{path.partition('/')[0]}:masked" for path in paths(context) if path.startswith("activity/")}
    values = next(score for score in context.scores if score.id == "activity").values
    hidden = {f"activity/{one.key}" for one in values if one.masked}
    assert hidden
    with speaking("vi"):
        found = {path for path, key in shown.items() if key in [one.key for one in explain(context, path).walk()]}
        assert "activity:masked" in [one.key for one in explain(context, "activity").walk()]
        one_group = explain(context, "activity/attendances/hội nghị")
    assert found == hidden
    assert "activity:masked" not in [one.key for one in one_group.walk()]


# --- down to the cell -------------------------------------------------------------------------------------------


def cells(line: Line) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    """Each cell with the version that it stands in."""

    def below(one: Line, version: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
        version = one.facts if "sha256" in one.facts else version
        if one.step is Step.CELL and "cell" in one.facts:
            yield version, one.facts
        for it in one.below:
            yield from below(it, version)

    yield from below(line, {})


@cache
def book(path: str) -> Any:
    return openpyxl.load_workbook(path, data_only=True)


@cache
def table(path: str) -> list[list[str]]:
    text = Path(path).read_text(encoding="utf-8-sig")
    dialect = max(",;\t|", key=text.splitlines()[0].count)
    return list(csv.reader(text.splitlines(), delimiter=dialect))


def stands_there(path: str, sheet: str, cell: str) -> str:
    """What the unit's own file has in a cell, as a person sees it; read with other readers than the tool's."""
    if path.endswith(".csv"):
        row, column = coordinate_to_tuple(cell)
        return str(table(path)[row - 1][column - 1]).strip()
    value = book(path)[sheet][cell].value
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    return str(value)


ASKED = [
    *((HA_NOI, key) for key in ("materials", "models/dedicated", "models/integrated", "press", "reach", "duties")),
    *((BAC_GIANG, key) for key in ("campaign", "response_30_7", "duties")),
    *((HAI_BA_TRUNG, key) for key in ("informed", "tips/classified", "tips/processed", "coverage_grew")),
]


@pytest.mark.parametrize(("plan", "target"), ASKED)
def test_every_cell_named_holds_exactly_the_text_that_is_said(
    contexts: Mapping[str, Context], plan: str, target: str
) -> None:
    """Of a random choice of units: the file, the sheet and the cell, opened with another reader."""
    context = contexts[plan]
    keys = [key for key in all_explained(context) if key.startswith(f"{target}/")]
    units = sorted({key.removeprefix(f"{target}/").partition("/")[0] for key in keys} - {"items", "minutes"})
    units = [unit for unit in units if unit[:2].isdigit()]
    found = 0
    for unit in random.Random(target).sample(units, min(12, len(units))):
        with speaking("vi"):
            line = explain(context, target, unit)
        for version, cell in cells(line):
            assert version["file"], cell
            assert stands_there(version["file"], cell["sheet"], cell["cell"]) == cell["raw"].strip()
            found += 1
    assert found > 1


_EXPLAINED: dict[int, Mapping[str, Line]] = {}


def all_explained(context: Context) -> Mapping[str, Line]:
    """The short explanations of a plan, made once."""
    if id(context) not in _EXPLAINED:
        with speaking("vi"):
            _EXPLAINED[id(context)] = explanations(context)
    return _EXPLAINED[id(context)]


@pytest.mark.parametrize(
    ("plan", "figure"), [(BAC_GIANG, "activity/attendances/hội nghị"), (NINH_BINH, "counts/items")]
)
def test_the_rows_of_a_measure_lead_to_their_cells(contexts: Mapping[str, Context], plan: str, figure: str) -> None:
    """The figures of its rows add up to it, and each stands where it is said to stand."""
    unit = "37" if plan == NINH_BINH else ""
    with speaking("vi"):
        line = explain(contexts[plan], figure, unit)
    shown = next(one for one in line.walk() if one.key == figure)
    field = "attendances" if plan == BAC_GIANG else "items"
    total = 0
    for version, cell in cells(line):
        assert stands_there(version["file"], cell["sheet"], cell["cell"]) == cell["raw"].strip()
        total += int(cell["raw"]) if cell["field"] == field else 0
    assert total == int(shown.facts["figure"])


def test_an_answer_on_a_second_sheet_is_found_there(store: Store, tmp_path: Path) -> None:
    """A row-coded form that goes on on another sheet: each answer keeps the sheet that it stands on."""
    from returns_made import HEADERS, Return, b01, whole_year, write_book

    first, second = b01({"0101": "có", "0103": "có"}), b01({"0105": "có", "0107": "không"})
    sent = write_book(
        tmp_path / "00001.xlsx",
        Return("00001", whole_year(2020), {"B01": first}),
        extra={"B01 (tiếp)": [("Biểu số: B01",), HEADERS["B01"], *second]},
    )
    store.ingest(sent)
    with speaking("vi"):
        line = explain(opened(store.db, HA_NOI, 2020), "materials", "00001")
    where = {cell["field"]: (cell["sheet"], cell["cell"]) for _, cell in cells(line)}
    assert where["policy_received"] == ("B01", "D2")
    assert where["behaviour_deployed"] == ("B01 (tiếp)", "D4")
    for version, cell in cells(line):
        assert stands_there(version["file"], cell["sheet"], cell["cell"]) == cell["raw"]


# --- a unit -----------------------------------------------------------------------------------------------------


def test_every_version_that_came_is_told_with_its_fate(contexts: Mapping[str, Context]) -> None:
    """00256 sent a first version without deployment and then a better one: only the second has cells."""
    with speaking("vi"):
        line = explain(contexts[HA_NOI], "materials", "00256")
    first, second = steps(line, Step.VERSION)
    assert (first.facts["revision"], first.facts["fate"], len(first.below)) == ("1", "superseded", 0)
    assert (second.facts["revision"], second.facts["fate"]) == ("2", "counts")
    assert [one.facts["field"] for one in steps(second, Step.CELL) if one.facts.get("truth")] == [
        *("policy_received", "policy_deployed"),
        *("behaviour_received", "behaviour_deployed"),
    ]
    assert "đã có bản sau thay thế" in first.text


def test_a_late_return_says_by_how_many_days(contexts: Mapping[str, Context]) -> None:
    """Six wards of district 018 sent after 29 November."""
    with speaking("vi"):
        line = explain(contexts[HA_NOI], "materials", "00262")
    late = [one for one in steps(line, Step.VERSION) if "late_days" in one.facts]
    assert late
    assert f"muộn {late[0].facts['late_days']} ngày" in late[0].text


def test_a_unit_that_sent_nothing_says_so(contexts: Mapping[str, Context]) -> None:
    with speaking("en"):
        missing = next(
            one
            for one in steps(explain(contexts[HA_NOI], "materials"), Step.ANSWER)
            if one.facts["answer"] == "missing"
        )
        silent = [explain(contexts[HA_NOI], "materials", one.facts["unit"]) for one in missing.below]
    assert sum("no B01 for 2020 has come" in said(line) for line in silent) == 8
    assert sum("blank" in said(line) for line in silent) == 1


def test_a_month_without_an_item_shows_what_was_there_and_who_covers_it(contexts: Mapping[str, Context]) -> None:
    """August 2020 had items of the central press and of another province, and the quarter is covered."""
    with speaking("vi"):
        line = explain(contexts[HA_NOI], "press", "2020-08")
    outlets = {cell["raw"] for _, cell in cells(line) if cell["field"] == "outlet"}
    assert outlets == {"TW01", "DP01"}
    assert [one.facts["answer"] for one in steps(line, Step.UNIT)] == ["no"]
    assert "kỳ 01/07/2020–30/09/2020" in said(line)


def test_persons_show_the_population_of_the_list(contexts: Mapping[str, Context]) -> None:
    """The denominator of a commune is a cell of the province's B00."""
    with speaking("vi"):
        line = explain(contexts[HAI_BA_TRUNG], "informed", "00262")
    [population] = [cell for version, cell in cells(line) if version["form"] == "B00"]
    unit = steps(line, Step.UNIT)[0]
    assert population["field"] == "population"
    assert population["raw"] == unit.facts["of"]


def test_a_unit_is_answered_through_those_merged_into_it(store: Store, tmp_path: Path) -> None:
    """A ward without a return of its own: those that became it speak for it, each with its own files."""
    from returns_made import YES, Return, b01, whole_year

    heir, merged = next(
        (unit.code, load().merged_into(unit.code, date(2020, 12, 31)))
        for unit in load().communes("01", date(2020, 12, 31))
        if load().merged_into(unit.code, date(2020, 12, 31))
    )
    store.send("B01", [Return(code, whole_year(2020), {"B01": b01(YES)}) for code in merged])
    with speaking("vi"):
        line = explain(opened(store.db, HA_NOI, 2020), "materials", heir)
    assert steps(line, Step.UNIT)[0].facts["answer"] == "yes"
    assert {one.facts["unit"] for one in steps(line, Step.VERSION)} == set(merged)
    assert f"({merged[0]}), đã sáp nhập vào" in said(line)


def test_versions_that_lost_their_standing_say_why(store: Store, tmp_path: Path) -> None:
    """Rejected, conflicting, and quarantined; of the last not even the name of its file is told."""
    from returns_made import HEADERS, YES, Return, b01, b05, flow, whole_year, write_book

    year = whole_year(2020)
    for number, answer in enumerate(("có", "không")):
        lines = {**YES, "0107": answer}
        store.ingest(write_book(tmp_path / f"{number}.xlsx", Return("00001", year, {"B01": b01(lines)})))
    bad = {**YES, "0101": "không"}
    store.ingest(write_book(tmp_path / "bad.xlsx", Return("00004", year, {"B01": b01(bad)})))
    victims = b05({"0531": flow(0, 3)})
    private = [("Họ tên", "Ngày sinh"), ("Nguyễn Thị X", "01/01/2000"), HEADERS["B05"]]
    secret = tmp_path / "Nguyen-Thi-X.xlsx"
    store.ingest(
        write_book(
            secret, Return("00006", year, {"B01": b01(YES), "B05": victims}), extra={"Danh sách nạn nhân": private}
        )
    )
    context = opened(store.db, HA_NOI, 2020)
    with speaking("en"):
        conflict, refused, hidden = (explain(context, "materials", code) for code in ("00001", "00004", "00006"))
    assert [one.facts["fate"] for one in steps(conflict, Step.VERSION)] == ["conflicting", "conflicting"]
    assert [one.facts["answer"] for one in steps(conflict, Step.UNIT)] == ["missing"]
    assert "deployed_without_received" in {one.facts.get("code") for one in refused.walk()}
    assert [one.facts["fate"] for one in steps(hidden, Step.VERSION)] == ["quarantined"]
    assert "Nguyen" not in said(hidden)
    assert "Nguyễn" not in said(hidden)
    assert list(cells(hidden)) == []


def test_a_figure_that_was_repaired_says_what_stood_there(store: Store) -> None:
    """ "310 người" is read as 310: both are told."""
    from returns_made import Return, b01, place, whole_year

    year = whole_year(2019)
    store.send("B00", [Return("01", year, {"B00": [place("00262", on="01/01/2019")]}, agency="TTTT")])
    store.send("B01", [Return("00262", year, {"B01": b01({"0216": "310 người"})})])
    with speaking("vi"):
        line = explain(opened(store.db, HAI_BA_TRUNG, 2019), "informed", "00262")
    [figure] = [cell for _, cell in cells(line) if cell["field"] == "informed_persons"]
    assert (figure["raw"], figure["value"], figure.get("repaired")) == ("310 người", "310", "true")


def test_a_warning_is_told_with_the_reason_that_was_given_for_it(contexts: Mapping[str, Context]) -> None:
    """A waived warning stands under its version, with its code and the unit's own words."""
    context = contexts[HA_NOI]
    warned = next(one for one in context.faults if one.problem.code == "predecessor_and_successor")
    waived = replace(context, faults=[replace(warned, waiver="Đã đối chiếu hai báo cáo.")])
    with speaking("vi"):
        notes = [one for one in explain(waived, "materials", warned.unit).walk() if "waiver" in one.facts]
    assert [one.facts["code"] for one in notes] == ["predecessor_and_successor"]
    assert notes[0].text.endswith("Đơn vị giải trình: Đã đối chiếu hai báo cáo.")


def test_what_another_reading_gives_is_said_of_the_unit_too(contexts: Mapping[str, Context]) -> None:
    """One commune deployed one kind of document only and left the other blank: missing, but yes if either will do."""
    context = contexts[HA_NOI]
    strict, loose = (one.by_unit for one in context.scores[0].readings)
    [code] = [unit for unit, answer in strict.items() if answer != loose[unit]]
    with speaking("en"):
        line = explain(context, "materials", code)
    told = {
        one.facts["reading"]: one.facts.get("answer")
        for one in steps(line, Step.UNIT)[0].below
        if "reading" in one.facts
    }
    assert told == {"both_kinds": "missing", "any_kind": "yes"}


# --- what may not be shown --------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", SMALL_TARGETS)
def test_small_figures_of_victims_and_cases_are_hidden(
    contexts: Mapping[str, Context], sample: Store, target: str
) -> None:
    """Neither in the formula nor in a cell, nor in the figures that it is reckoned from; --restricted shows them."""
    with speaking("vi"):
        shown = explain(contexts[HAI_BA_TRUNG], target, "007")
        whole = explain(contexts[HAI_BA_TRUNG], target)
        page = all_explained(contexts[HAI_BA_TRUNG])[f"{target}/007"]
    small = [cell for _, cell in cells(shown)]
    hidden = [cell for cell in small if cell["raw"] in "1234"]
    assert hidden == []
    if target != "cases/indicted":  # there were none: 0 is no secret
        assert {cell["raw"] for cell in small} == {"<5"}
        for line in (shown, whole, page):
            numbers = [one.text.rpartition(":")[2] for one in line.walk() if one.step in (Step.CELL, Step.UNIT)]
            assert not any(any(f"“{n}”" in text or text.endswith(f" {n}") for n in "1234") for text in numbers)
        with speaking("vi"):
            open_ = explain(opened(sample.db, HAI_BA_TRUNG, 2019, restricted=True), target, "007")
        assert {cell["raw"] for _, cell in cells(open_)} & set("1234")


def test_hidden_groups_of_a_measure_hide_their_cells_too(contexts: Mapping[str, Context]) -> None:
    """Victims rescued by district: the total of the province is printed, no district's figure is."""
    with speaking("vi"):
        line = explain(contexts[BAC_GIANG], "activity/victims_rescued", "219")
    assert {cell["raw"] for _, cell in cells(line) if cell["field"] == "victims_rescued"} == {"<5"}
    assert {one.facts["figure"] for one in steps(line, Step.UNIT)} == {"<5"}


def test_a_test_of_victims_hides_the_figures_that_it_asks(store: Store, tmp_path: Path) -> None:
    """A share of one's own plan that asks a count of victims: the answer is told, the figure is not."""
    from returns_made import Return, b05, flow, whole_year

    plan = tmp_path / "own.toml"
    plan.write_text(VICTIMS_PLAN, encoding="utf-8")
    rows = b05({"0531": flow(0, 3), "0539": 3, "0540": 3})
    store.send("B05", [Return("007", whole_year(2019), {"B05": rows})])
    for restricted, shown in ((False, "<5"), (True, "3")):
        context = opened(store.db, str(plan), 2019, restricted=restricted)
        with speaking("vi"):
            line = explain(context, "supported", "007")
        assert steps(line, Step.UNIT)[0].facts["answer"] == "yes"
        assert {cell["raw"] for _, cell in cells(line)} == {shown}


VICTIMS_PLAN = """
id = "own"
title = { vi = "Kế hoạch thử", en = "A plan to try" }
area = "007"
life = { from = 2019-01-01, to = 2019-12-31 }
citation = { number = "Số 1", issued_by = { vi = "Quận", en = "District" } }
returns = [{ forms = ["B05"], filers = [{ agency = "UBND", tier = "district" }], periods = ["năm"] }]

[[targets]]
id = "supported"
kind = "share"
label = { vi = "Có hỗ trợ", en = "Supported" }
cite = "mục 1"
over = "area"
test = { form = "B05", where = { field = "victims_supported", at_least = 1 } }
thresholds = [{ from = 2019-01-01, value = "1", yearly = true, cite = "mục 1" }]
"""


# --- for the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", YEARS)
def test_every_unit_of_every_target_has_an_explanation(contexts: Mapping[str, Context], plan: str) -> None:
    """Keyed by target and "target/unit", each key once, and the key of a line is its own."""
    found = all_explained(contexts[plan])
    assert all(line.key == key for key, line in found.items())
    for target, score in zip(contexts[plan].plan.targets, contexts[plan].scores, strict=True):
        assert target.id in found
        for part in score.parts:
            assert f"{target.id}/{part.id}" in found
        for code in [one.unit for one in score.duties] or score.by_unit:
            assert f"{target.id}/{code}" in found


@pytest.mark.parametrize("plan", YEARS)
def test_no_two_lines_share_a_key(contexts: Mapping[str, Context], plan: str) -> None:
    """An anchor leads to one place; a unit that is named under its answer is the same as its explanation."""
    every = paths(contexts[plan])
    for path in random.Random(plan).sample(every, min(10, len(every))):
        with speaking("vi"):
            keys = [one.key for one in explain(contexts[plan], path).walk()]
        assert len(keys) == len(set(keys)), path
    page = all_explained(contexts[plan])
    for line in page.values():
        keys = [one.key for one in line.walk()]
        assert len(keys) == len(set(keys)), line.key


def test_a_page_has_room_for_the_explanations_of_ha_noi(contexts: Mapping[str, Context]) -> None:
    """579 communes and four targets, with the markup that stands around each line."""
    found = all_explained(contexts[HA_NOI])
    size = sum(60 + len(one.text.encode()) for line in found.values() for one in line.walk())
    assert size < ROOM + 150_000  # units named under their answers are told once on the page


def test_explanations_are_the_same_each_time(sample: Store) -> None:
    """Byte by byte, from two readings of one store."""
    with speaking("vi"):
        twice = [explanations(opened(sample.db, NINH_BINH, 2021)) for _ in range(2)]
    first, second = ([json.dumps(as_json(line)) for line in found.values()] for found in twice)
    assert first == second


# --- the command ------------------------------------------------------------------------------------------------


def test_the_json_is_as_its_schema_says(sample: Store, tracker: Callable[..., Run]) -> None:
    done = tracker("--db", sample.db, "explain", "response_30_7", "--year", 2024, "--unit", "215", "--format", "json")
    assert done.status == 0, done.err
    jsonschema.validate(done.json(), json.loads(texts()["explain-report.json"]))
    assert done.json()["unit"] == "215"


def test_every_way_to_say_yes_is_told_with_its_days(sample: Store, tracker: Callable[..., Run]) -> None:
    """The response of a district is shown by its duty or by a row of its communes, both in the window."""
    done = tracker("--db", sample.db, "explain", "response_30_7", "--year", 2024, "--format", "json")
    asked = [one["text"] for one in done.json()["explanation"]["below"] if ":asks" in one["key"]]
    assert [name in text for text, name in zip(asked, ("BG-HU2", "B04"), strict=True)] == [True, True]
    assert all("01/07/2024" in text and "30/09/2024" in text for text in asked)


@pytest.mark.parametrize(("language", "word"), [("vi", "Căn cứ"), ("en", "Source")])
def test_the_text_is_a_tree_of_plain_words(
    sample: Store, tracker: Callable[..., Run], language: str, word: str, tmp_path: Path
) -> None:
    """In both languages, without a colour where there is no terminal; --out writes the same."""
    asked = ("--lang", language, "--db", sample.db, "explain", "counts/items", "--year", 2021)
    shown = tracker(*asked)
    assert shown.status == 0, shown.err
    assert word in shown.out
    assert "\x1b" not in shown.out
    assert tracker(*asked, "--out", tmp_path / "why.txt").out == ""
    assert (tmp_path / "why.txt").read_text(encoding="utf-8") == shown.out


@pytest.mark.parametrize(
    ("year", "asked", "said_there"),
    [
        (2024, ("nothing",), "response_30_7"),
        (2021, ("counts/nothing",), "counts/items"),
        (2019, ("tips", "--unit", "007"), "tips/classified"),
        (2024, ("response_30_7", "--unit", "99999"), "213"),
        (2020, ("materials", "--unit", "007"), "00001"),
        (2020, ("materials", "--unit", "01"), "00001"),
        (2024, ("response_30_7", "--unit", "07192"), "213"),
        (2030, ("materials",), "2030"),
    ],
)
def test_a_wrong_question_names_the_possible_ones(
    sample: Store, tracker: Callable[..., Run], year: int, asked: tuple[str, ...], said_there: str
) -> None:
    done = tracker("--db", sample.db, "explain", *asked, "--year", year)
    assert done.status == 2
    assert said_there in done.err
    assert done.out == ""


def test_a_target_that_several_plans_have_needs_its_plan(
    sample: Store, tracker: Callable[..., Run], tmp_path: Path
) -> None:
    """The plan before the target, or --plan."""
    copy = tmp_path / "again.toml"
    text = (Path(__file__).parents[1] / "src" / "tracker" / "plans" / f"{NINH_BINH}.toml").read_text(encoding="utf-8")
    copy.write_text(text.replace(f'id = "{NINH_BINH}"', 'id = "again"'), encoding="utf-8")
    both = ("--year", 2021, "--plan", NINH_BINH, "--plan", copy)
    done = tracker("--db", sample.db, "explain", "counts", *both)
    assert done.status == 2
    assert f"{NINH_BINH}, again" in done.err
    assert tracker("--db", sample.db, "explain", "again/counts", *both).status == 0
