"""Templates: who gets one, what stands in it, how it looks, what it shows of last period, how it is known again."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from conftest import Run
from templates_filled import Answers, cells, drawing_of, task_of, typed, write_template
from tracker.form import Kind
from tracker.forms import FORMS
from tracker.forms.ttc import FORM as TTC
from tracker.period import Kind as PeriodKind
from tracker.period import Period
from tracker.place import shipped as places
from tracker.plans import load
from tracker.problems import Problem
from tracker.returns import Received
from tracker.template.asked import asked
from tracker.template.mark import SHEET
from tracker.template.stocks import Last
from tracker.template.tasks import Task, tasks
from tracker.understand import understand

YEARS = {"ha-noi-2018-2020": 2020, "hai-ba-trung-2019": 2019, "bac-giang-2024": 2024, "ninh-binh-2021": 2021}
HA_NOI = ("ha-noi-2018-2020", 2020, "00001")
NEEDED = "FFFFF2CC"


def one_of_each_kind() -> list[Task]:
    """Of every plan, one body for each tier and set of forms."""
    found: dict[Any, Task] = {}
    for plan, year in YEARS.items():
        for task in tasks(load(plan), year, places()):
            found.setdefault((plan, len(task.unit.code), task.forms), task)
    return list(found.values())


KINDS = one_of_each_kind()
every_kind = pytest.mark.parametrize(
    "task", KINDS, ids=[f"{one.plan.id}-{one.unit.code}-{one.agency}" for one in KINDS]
)


@pytest.fixture
def commune(tmp_path: Path) -> Path:
    """A commune's template of Hà Nội's plan."""
    return write_template(tmp_path / "template.xlsx", task_of(*HA_NOI))


def opened(path: Path) -> Any:
    return load_workbook(path)


def read(path: Path) -> Received:
    return understand(path, path.name)


def fill(path: Path, answers: Answers, also: dict[tuple[str, str], Any] | None = None) -> Path:
    """Types the answers with openpyxl; `also` by sheet and cell."""
    book = opened(path)
    for (sheet, cell), value in {**cells(path, answers), **(also or {})}.items():
        book[sheet][cell] = typed(value)
    book.save(path)
    return path


def input_cells(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]


ANSWERED: Answers = {"B01": [{"policy_received": True, "policy_deployed": True}]}

# --- who gets one -----------------------------------------------------------------------------------------------


def test_every_body_of_the_province_gets_one_workbook() -> None:
    """579 communes with three forms, 30 districts, four agencies; nobody twice."""
    found = tasks(load("ha-noi-2018-2020"), 2020, places())
    assert Counter(len(one.unit.code) for one in found) == {5: 579, 3: 30, 2: 4}
    assert {one.forms for one in found if len(one.unit.code) == 5} == {("B01", "B02", "B04")}
    press_office = next(one for one in found if one.agency == "TTTT")
    assert press_office.forms == ("B00", "B00P", "B03", "B06")
    assert len({one.name for one in found}) == len(found)


def test_a_district_plan_asks_the_province_for_its_reference_list() -> None:
    """The populations of Hai Bà Trưng come from Hà Nội's office, since B00 is the province's form."""
    found = tasks(load("hai-ba-trung-2019"), 2019, places())
    assert [(one.unit.code, one.agency) for one in found if "B00" in one.forms] == [("01", "TTTT")]


def test_a_window_makes_a_campaign_and_no_window_a_year() -> None:
    """Bắc Giang's communes report on 01/07–30/09, its steering committees on the year."""
    commune, committee = (task_of("bac-giang-2024", 2024, *body) for body in (("07201",), ("217", "BCD")))
    assert (commune.kind, commune.period) == (PeriodKind.CAMPAIGN, Period(date(2024, 7, 1), date(2024, 9, 30)))
    assert (committee.kind, committee.period) == (PeriodKind.YEAR, Period(date(2024, 1, 1), date(2024, 12, 31)))


@pytest.fixture
def own_plan(tmp_path: Path) -> Path:
    """A plan file of one's own: the district's, two years long, its B05 every quarter."""
    path = tmp_path / "quan-ta.toml"
    source = (files("tracker.plans") / "hai-ba-trung-2019.toml").read_text(encoding="utf-8")
    changed = (
        source.replace('id = "hai-ba-trung-2019"', 'id = "quan-ta"')
        .replace("to = 2019-12-31", "to = 2020-12-31")
        .replace('forms = ["B05"]\nfilers = [{ agency = "UBND", tier = "district" }]\nperiods = ["năm"]', QUARTERLY)
    )
    assert changed.count("quý") == 1
    path.write_text(changed, encoding="utf-8")
    return path


QUARTERLY = 'forms = ["B05"]\nfilers = [{ agency = "UBND", tier = "district" }]\nperiods = ["quý"]'


def test_a_plan_file_of_ones_own_gives_a_workbook_for_each_quarter(own_plan: Path, tmp_path: Path) -> None:
    """Four B05 of the district beside its B03 of the year; each is sound when it comes back."""
    found = [one for one in tasks(load(str(own_plan)), 2020, places()) if one.unit.code == "007"]
    assert {one.label: one.forms for one in found} == {
        "2020": ("B03",),
        **{f"2020-Q{quarter}": ("B05",) for quarter in range(1, 5)},
    }
    for one in found:
        filled = fill(write_template(tmp_path / "a.xlsx", one), {"B05": [{"tips": 1}]} if "B05" in one.forms else {})
        codes = [problem.code for problem in read(filled).problems]
        assert codes == ([] if "B05" in one.forms else ["empty_return"])


def test_a_window_that_is_no_quarter_makes_a_campaign(tmp_path: Path) -> None:
    """Else whatever is typed into the template would be refused for its period."""
    path = tmp_path / "plan.toml"
    example = (Path(__file__).parents[1] / "docs" / "vi-du-ke-hoach.toml").read_text(encoding="utf-8")
    path.write_text(
        example.replace('forms = ["B04"]\n', 'forms = ["B04"]\nwindow = "he"\nperiods = ["quý"]\n'), "utf-8"
    )
    [task] = [one for one in tasks(load(str(path)), 2022, places()) if one.forms == ("B04",)]
    assert (task.kind, task.period) == (PeriodKind.CAMPAIGN, Period(date(2022, 6, 1), date(2022, 8, 31)))
    assert [one.code for one in read(write_template(tmp_path / "a.xlsx", task)).problems] == ["empty_return"]


# --- what stands in it ------------------------------------------------------------------------------------------


@every_kind
def test_an_empty_template_is_an_empty_return_and_nothing_else(task: Task, tmp_path: Path) -> None:
    """Neither lists nor explanations nor printed lines are taken for data, and no sheet is missed as hidden."""
    received = read(write_template(tmp_path / "template.xlsx", task))
    assert [one.code for one in received.problems] == ["empty_return"]
    one = received.returns[0]
    assert (one.unit, one.agency, one.period, one.revision) == (task.unit.code, task.agency, task.period, 1)


@every_kind
def test_the_same_task_makes_the_same_bytes(task: Task) -> None:
    """Whatever the day and the order."""
    assert drawing_of(task.plan, task.year).book(task, {}) == drawing_of(task.plan, task.year).book(task, {})


def test_a_form_holds_what_its_plan_uses() -> None:
    """The district's plan needs the informed and the population; Hà Nội's does not count copies."""
    district = asked(load("hai-ba-trung-2019"), FORMS["B01"])
    assert {one.name for one in district.fields} == {"population", "informed_persons"}
    province = {one.name for one in asked(load("ha-noi-2018-2020"), FORMS["B01"]).fields}
    assert {"policy_received", "reached_14_60_women", "reach_method", "reached_over_60"} <= province
    assert not any(name.startswith("copies") for name in province)


@pytest.mark.parametrize("plan", YEARS)
def test_what_a_rule_holds_against_a_field_that_is_asked_is_asked_too(plan: str) -> None:
    """Otherwise an officer could be told of a fault that the template has no cell to put right."""
    for code in {code for expected in load(plan).returns for code in expected.forms}:
        shown = {one.name for one in asked(load(plan), FORMS[code]).fields}
        assert {one.name for one in FORMS[code].fields if one.required} <= shown
        for rule in FORMS[code].figure_rules:
            assert rule.left not in shown or set(rule.right) <= shown, (code, rule)


def test_the_head_says_who_for_when_and_until_when(commune: Path) -> None:
    """Form number, plan, due, body, code with its district, receiver, period."""
    sheet = opened(commune)["B01"]
    text = "\n".join(str(cell.value) for row in sheet["A1:F6"] for cell in row if cell.value)
    for said in ("B01", "17/KH-UBND", "30/11/2020", "UBND phường Phúc Xá", "00001 – Quận Ba Đình", "31/12/2020"):
        assert said in text
    assert [cell.value for cell in sheet[8]] == ["A", "B", "C", "1", "2", "3"]
    below = [str(cell.value) for row in sheet.iter_rows(min_row=25) for cell in row if cell.value]
    assert {"Người lập biểu", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"} <= set(below)


def test_the_number_row_says_what_adds_up(tmp_path: Path) -> None:
    """Tổng số of B05 is both sums, as the form's rules declare."""
    sheet = opened(write_template(tmp_path / "t.xlsx", task_of("hai-ba-trung-2019", 2019, "007")))["B05"]
    assert [cell.value for cell in sheet[8]][3:6] == ["1", "2", "3=1+2=4+5+6+7"]


def test_duties_and_communes_are_printed(tmp_path: Path) -> None:
    """B06 lists the duties of its body, B00 every commune in force on the last day of the year."""
    book = opened(write_template(tmp_path / "t.xlsx", task_of("ha-noi-2018-2020", 2020, "01", "TTTT")))
    assert [row[0].value for row in book["B06"].iter_rows(min_row=9, max_row=10)] == ["HN-V1", None]
    communes = [row[0].value for row in book["B00"].iter_rows(min_row=9) if row[0].value and row[0].value.isdigit()]
    assert len(communes) == 579


def test_the_explanations_come_from_the_declarations(commune: Path) -> None:
    """The sum of a row, the limit of another, and the values of a list."""
    sheet = opened(commune)["Giải thích"]
    said = {str(row[0].value): str(row[2].value) for row in sheet.iter_rows(min_row=2) if row[2].value}
    total = next(text for entry, text in said.items() if entry.startswith("0215"))
    assert "0211 + 0213 + 0214" in total
    assert "đang hoạt động, tạm dừng, đã giải thể" in said["Tình trạng"]


# --- how it looks -----------------------------------------------------------------------------------------------


@every_kind
def test_a_template_is_locked_but_for_its_cells_to_fill_and_prints_on_a4(task: Task, tmp_path: Path) -> None:
    """Protection without a password, Times New Roman, fit to width, headings repeated and frozen."""
    book = opened(write_template(tmp_path / "template.xlsx", task))
    assert book.sheetnames == ["TTC", *task.forms, "Giải thích", SHEET]
    assert book[SHEET].sheet_state == "veryHidden"
    for sheet in book.worksheets[:-1]:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert (str(sheet.page_setup.paperSize), sheet.page_setup.fitToHeight) == ("9", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.freeze_panes is not None
        assert {cell.font.name for row in sheet.iter_rows() for cell in row} == {"Times New Roman"}
    for code in task.forms:
        assert book[code].print_title_rows == "$7:$8"
        assert input_cells(book[code])


@every_kind
def test_every_cell_to_fill_has_a_hint_and_a_closed_list_its_values(task: Task, tmp_path: Path) -> None:
    """A drop-down goes by a defined name: a reference to another sheet would be lost when openpyxl saves it."""
    book = opened(write_template(tmp_path / "template.xlsx", task))
    for sheet in (book["TTC"], *(book[code] for code in task.forms)):
        rules = sheet.data_validations.dataValidation
        assert all(rule.prompt and len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32 for rule in rules)
        ruled = {cell for rule in rules for area in rule.sqref.ranges for row in area.rows for cell in row}
        notes = {cell.column for row in sheet.iter_rows(max_row=7) for cell in row if cell.value == "Ghi chú"}
        bare = {cell for cell in input_cells(sheet) if cell.column not in notes}
        assert {(cell.row, cell.column) for cell in bare} <= ruled
        for rule in rules:
            if rule.type == "list":
                assert rule.formula1 in book.defined_names
                assert book.defined_names[rule.formula1].attr_text.startswith(f"{SHEET}!$")


def test_the_rules_of_cells_are_those_of_their_kinds(commune: Path) -> None:
    """Counts from 0, days inside the period of TTC, yes or no, the values of a list."""
    book = opened(commune)
    rules = {str(rule.sqref): rule for rule in book["B01"].data_validations.dataValidation}
    places = {name: cell for (_, cell), name in _names(commune, "B01").items()}
    count, yes_no = rules[places["population"]], rules[places["policy_received"]]
    assert (count.type, count.operator, count.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert _values(book, yes_no.formula1) == ["có", "không"]
    assert _values(book, rules[places["reach_method"]].formula1) == ["A", "B", "C", "D"]
    days = next(rule for rule in book["B04"].data_validations.dataValidation if str(rule.sqref).startswith("B9"))
    assert (days.type, days.formula1, days.formula2) == ("date", "period_first", "period_last")
    received = rules[places["policy_received_date"]]
    assert (received.formula1, received.formula2) == ("DATE(1945,9,2)", "period_last")
    assert book.defined_names["period_first"].attr_text == "TTC!$C$13"


def _names(path: Path, form: str) -> dict[tuple[str, str], str]:
    names = [one.name for one in asked(load(HA_NOI[0]), FORMS[form]).fields]
    return dict(zip(cells(path, {form: [dict.fromkeys(names, 1)]}), names, strict=True))


def _values(book: Workbook, name: str) -> list[object]:
    _, area = book.defined_names[name].attr_text.split("!")
    return [cell[0].value for cell in book[SHEET][area.replace("$", "")]]


def test_cells_that_a_target_rests_on_are_shaded(commune: Path) -> None:
    """Women's population is there for a check only; women reached have a target of their own."""
    sheet = opened(commune)["B01"]
    grounds = {name: sheet[cell].fill.start_color.rgb for (_, cell), name in _names(commune, "B01").items()}
    assert grounds["reached_14_60_women"] == NEEDED
    assert grounds["population_women"] != NEEDED


def test_a_figure_that_breaks_a_rule_turns_red(commune: Path) -> None:
    """The rule of the form as the condition of its cell."""
    sheet = opened(commune)["B01"]
    place = {name: cell for (_, cell), name in _names(commune, "B01").items()}
    found = [rule.formula[0] for area in sheet.conditional_formatting for rule in area.rules]
    total, parts = place["reached_total"], [place[f"reached_{one}"] for one in ("14_60", "under_14", "over_60")]
    assert f"AND(COUNT({','.join([total, *parts])})=4,{total}<>{'+'.join(parts)})" in found


# --- last period ------------------------------------------------------------------------------------------------


def test_last_years_stocks_stand_beside_the_form_and_are_not_read(
    tmp_path: Path, tracker: Callable[..., Run]
) -> None:
    """Population, reach and models of 2019 in the template of 2020; a return of 2018 does not matter."""
    db, sent = tmp_path / "store.db", tmp_path / "sent.xlsx"
    for year, population in ((2018, 20_000), (2019, 21_000)):
        answers: Answers = {
            "B01": [{"population": population}],
            "B02": [{"model_name": f"Mô hình {year}", "kind": "lồng ghép", "status": "tạm dừng"}],
        }
        fill(write_template(sent, task_of(HA_NOI[0], year, HA_NOI[2])), answers)
        assert tracker("--db", db, "ingest", sent, "--received", f"{year}-11-01").status == 0
    make = ("template", "--plan", HA_NOI[0], "--year", 2020, "--unit", HA_NOI[2], "--out", tmp_path / "out")
    assert tracker("--db", db, *make).status == 0
    path = next((tmp_path / "out").rglob("*.xlsx"))
    book = opened(path)
    beside = {cell.value for row in book["B01"].iter_rows(min_col=8) for cell in row if cell.value is not None}
    assert 21_000 in beside
    assert 20_000 not in beside
    models = {cell.value for row in book["B02"].iter_rows(min_col=10) for cell in row if cell.value is not None}
    assert {"Mô hình 2019", "lồng ghép", "tạm dừng"} <= models
    assert all(cell.protection.locked for row in book["B02"].iter_rows(min_col=10) for cell in row)
    assert [one.code for one in read(path).problems] == ["empty_return"]
    read_back = read(fill(path, ANSWERED))
    assert read_back.problems == []
    assert [sorted(record.values) for record in read_back.returns[0].filings[0].records] == [
        ["policy_deployed", "policy_received"]
    ]


def test_small_figures_of_victims_are_masked_also_in_a_template(tmp_path: Path) -> None:
    """What was open last year: three victims print as <5, nowhere as 3; tips are no secret."""
    task = task_of("hai-ba-trung-2019", 2019, "007")
    from tracker.template.stocks import _shown

    answers = {f"{name}_{end}": n for name, n in (("tips", 1), ("victims_received", 2)) for end in ("in_time",)}
    answers |= {"tips_overdue": 2, "victims_received_overdue": 1, "cases_for_trial_in_time": 2}
    shown = _shown(FORMS["B05"], answers)
    assert shown == {"tips_carried": 3, "victims_received_carried": "<5"}  # cases: a part is not known
    last = {"B05": Last(Period(date(2018, 1, 1), date(2018, 12, 31)), (shown,))}
    book = opened(write_template(tmp_path / "t.xlsx", task, last))
    values = [cell.value for row in book["B05"].iter_rows(min_col=13) for cell in row if cell.value is not None]
    assert values[1:] == [3, "<5"]
    hints = [rule.prompt for rule in book["B05"].data_validations.dataValidation if "Kỳ trước" in rule.prompt]
    assert sorted(hint.rpartition(": ")[2] for hint in hints) == ["3.", "<5."]
    assert [one.code for one in read(tmp_path / "t.xlsx").problems] == ["empty_return"]


# --- recognised when it comes back ------------------------------------------------------------------------------


def said(path: Path) -> list[tuple[str, str, str]]:
    return [(one.code, one.facts.get("why", ""), one.found) for one in read(path).problems]


def test_a_template_of_another_version_is_refused_even_when_its_number_was_changed_by_hand(commune: Path) -> None:
    """What its codes meant then is not what they mean now; said once."""
    fill(commune, ANSWERED, {(SHEET, "B2"): "2025.2"})
    assert said(commune) == [("unknown_form_version", "template", "2025.2")]
    fill(commune, ANSWERED, {("TTC", "C8"): "2025.2"})
    assert [code for code, _, _ in said(commune)] == ["unknown_form_version"]


def test_a_template_of_another_unit_is_said_so_and_counted_for_the_one_it_names(commune: Path) -> None:
    """The neighbour typed its own name and code over ours: a warning, since it is rightly filled."""
    fill(commune, ANSWERED, {("TTC", "C9"): "UBND phường Trúc Bạch", ("TTC", "C10"): "00004"})
    assert said(commune) == [("hidden_sheet", "other_body", "00004 UBND")]
    assert read(commune).returns[0].unit == "00004"
    assert not any(one.is_error for one in read(commune).problems)


def test_last_years_template_with_new_days_is_said_so(commune: Path) -> None:
    """The days of TTC are not those that it was made for."""
    days = {("TTC", "C13"): date(2019, 1, 1), ("TTC", "C14"): date(2019, 12, 31), ("TTC", "C15"): 2019}
    fill(commune, ANSWERED, days)
    assert said(commune) == [("hidden_sheet", "other_period", "01/01/2019–31/12/2019")]


def test_a_template_that_lost_rows_columns_or_a_form_is_said_so(commune: Path) -> None:
    """All that is gone in one sentence; what is left is read."""
    book = opened(commune)
    book["B01"].delete_rows(26)
    book["B04"].delete_cols(5)
    del book["B02"]
    book.save(commune)
    fill(commune, {"B01": [{"policy_received": True}]})
    assert said(commune) == [("hidden_sheet", "changed", "B01: 0213; B02; B04: Số cuộc")]
    assert [filing.form for filing in read(commune).returns[0].filings] == ["B01"]


def test_a_template_of_a_plan_that_is_not_here_is_said_so_unless_it_was_a_file(commune: Path) -> None:
    """A plan of one's own is known to nobody else, and that is no fault."""
    fill(commune, ANSWERED, {(SHEET, "B3"): "lao-cai-2023"})
    assert said(commune) == [("hidden_sheet", "other_plan", "lao-cai-2023")]
    fill(commune, {}, {(SHEET, "B4"): "file"})
    assert said(commune) == []


def test_a_hidden_sheet_that_only_looks_like_ours_is_not_repeated(commune: Path) -> None:
    """Whatever else was typed there stays unsaid."""
    fill(commune, ANSWERED, {(SHEET, "B5"): "Nguyễn Thị A"})
    assert said(commune) == []


def test_a_form_of_another_program_is_said_to_be_one(tmp_path: Path) -> None:
    """No TTC and none of our forms."""
    book = Workbook()
    for row in (["STT", "Tên hoạt động", "Số người"], [1, "Hội nghị", 50]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "foreign.xlsx")
    assert said(tmp_path / "foreign.xlsx") == [("missing_ttc", "foreign", "")]


def test_printed_lines_that_nobody_answered_are_no_rows_but_half_answered_ones_are(tmp_path: Path) -> None:
    """A duty without a word is not answered; one with a date alone lacks its answer."""
    path = write_template(tmp_path / "t.xlsx", task_of("bac-giang-2024", 2024, "217", "BCD"))
    fill(path, {"B06": [{"done": False}]})
    assert said(path) == []
    assert [record.values["duty"] for record in read(path).returns[0].filings[0].records] == ["BG-HU1"]
    fill(path, {"B06": [{}, {"started_on": date(2024, 7, 1)}]})
    problems: list[Problem] = read(path).problems
    assert [(one.code, one.field) for one in problems] == [("missing_value", "done")]


# --- the command ------------------------------------------------------------------------------------------------


def test_a_district_gets_its_own_and_its_communes(tmp_path: Path, tracker: Callable[..., Run]) -> None:
    """One folder, ready to be handed over; run again it changes nothing, and a filled file is never overwritten."""
    make = ("template", "--plan", HA_NOI[0], "--year", 2020, "--district", "001", "--out", tmp_path / "out")
    assert tracker("--db", tmp_path / "none.db", *make).status == 0
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert len(files) == 15
    assert files[0] == "001-quan-ba-dinh/00001_UBND_phuong-phuc-xa_ha-noi-2018-2020_2020.xlsx"
    again = tracker("--db", tmp_path / "none.db", *make)
    assert (again.status, "15 tệp" in again.out) == (0, True)
    filled = fill(tmp_path / "out" / files[0], ANSWERED)
    content = filled.read_bytes()
    refused = tracker("--db", tmp_path / "none.db", *make)
    assert refused.status == 2
    assert str(filled) in refused.err
    assert filled.read_bytes() == content


@pytest.mark.parametrize(
    "options",
    [
        ("--year", 2020),
        ("--year", 2020, "--all", "--unit", "00001"),
        ("--year", 2021, "--all"),
        ("--year", 0, "--all"),
        ("--year", 20200, "--all"),
        ("--year", 2020, "--unit", "99999"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(
    options: tuple[object, ...], tmp_path: Path, tracker: Callable[..., Run]
) -> None:
    """Nobody chosen, two at once, a year outside the plan's life or of no calendar, a unit that files nothing."""
    done = tracker("template", "--plan", HA_NOI[0], *options, "--out", tmp_path / "out")
    assert done.status == 2
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_english_hints_leave_the_words_of_the_form_vietnamese(tmp_path: Path, tracker: Callable[..., Run]) -> None:
    """The reader finds a form by its Vietnamese headings, whoever made the template."""
    make = ("template", "--plan", HA_NOI[0], "--year", 2020, "--unit", HA_NOI[2], "--out", tmp_path / "out")
    assert tracker("--lang", "en", "--db", tmp_path / "none.db", *make).status == 0
    path = next((tmp_path / "out").rglob("*.xlsx"))
    hints = [rule.prompt for rule in opened(path)["B01"].data_validations.dataValidation]
    assert any("Persons, each counted once" in hint for hint in hints)
    assert [one.code for one in read(path).problems] == ["empty_return"]
    shutil.copy(path, tmp_path / "filled.xlsx")
    assert read(fill(tmp_path / "filled.xlsx", ANSWERED)).problems == []


# --- the declarations -------------------------------------------------------------------------------------------


def test_every_explanation_is_of_a_field_that_exists() -> None:
    """A field that was renamed would lose its words without anybody seeing it."""
    from tracker.messages import catalogue

    forms = {**FORMS, TTC.code: TTC}
    keys = [key.split(".")[1:] for key in catalogue("vi") if key.startswith("meaning.")]
    assert [f"{form}.{name}" for form, name in keys if name not in forms[form].by_name] == []


def test_every_count_says_what_is_counted() -> None:
    """Đơn vị tính is empty for no figure but those that carry it in their own label or row."""
    unsaid = {
        f"{form.code}.{one.name}"
        for form in FORMS.values()
        for one in form.fields
        if one.kind in (Kind.COUNT, Kind.PERSONS) and not one.measure and "(" not in one.label
    }
    assert unsaid == {"B08.amount"}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_a_form_says_of_templates_names_its_own_fields(form: Any) -> None:
    """Core, printed and remembered fields exist; only counts are added up."""
    sources = {name for names in form.last_period.values() for name in names}
    assert {*form.core, *form.printed, *form.last_period, *sources} <= form.by_name.keys()
    sums = {name for names in form.last_period.values() if len(names) > 1 for name in names}
    assert {form.by_name[name].kind for name in sums} <= {Kind.COUNT}
