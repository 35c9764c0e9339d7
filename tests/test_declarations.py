"""What is declared is complete: forms that can be told apart, plans that name only what exists and cite their clause.

Adding a form or a plan touches one place; these tests fail when that place is unfinished.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from pydantic import BaseModel, ValidationError

from tracker.folding import fold, fold_label
from tracker.form import Field, Form, Kind, Layout
from tracker.forms import FORMS, TTC
from tracker.forms.ttc import AGENCIES
from tracker.place import Places
from tracker.place import shipped as shipped_places
from tracker.plan import (
    DutiesTarget,
    DutyTest,
    FieldTest,
    Figure,
    PersonsPart,
    PersonsTarget,
    Plan,
    Reading,
    Threshold,
    Value,
    Words,
)
from tracker.plans import load, shipped
from tracker.returns import told

ALL_FORMS = {**FORMS, TTC.code: TTC}
FIELDS = [(form, one) for form in ALL_FORMS.values() for one in form.fields]
CLOSED = [(form, one) for form, one in FIELDS if one.kind is Kind.CHOICE]
REFERENCE_OF_PERSONS = "B00"
LIST_OF_OUTLETS = "B00P"

every_form = pytest.mark.parametrize("form", list(ALL_FORMS.values()), ids=list(ALL_FORMS))
every_plan = pytest.mark.parametrize("plan", [load(name) for name in shipped()], ids=shipped())


@pytest.fixture(scope="module")
def places() -> Places:
    return shipped_places()


def more_than_once(values: Iterable[object]) -> set[object]:
    return {value for value, times in Counter(values).items() if times > 1}


# --- forms ------------------------------------------------------------------------------------------------------


TYPICAL = {Kind.COUNT: 5, Kind.PERSONS: 5, Kind.YES_NO: True, Kind.DATE: date(2026, 1, 1)}
OF_ANY_KIND = (1, -1, True, "", "khác", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), 1.0, None)


@every_form
def test_the_border_of_a_form_passes_what_its_model_passes(form: Form) -> None:
    """Records are checked in bulk, and by the model elsewhere: both say the same of every value of every field."""
    whole = {
        one.name: one.choices[0].value if one.choices else TYPICAL.get(one.kind, "x") for one in form.kept_fields
    }
    assert form.border.validate_python([whole]) == [form.model.model_validate(whole).model_dump()]
    odd = [{**whole, one.name: value} for one in form.kept_fields for value in OF_ANY_KIND]
    short = [{name: value for name, value in whole.items() if name != left} for left in whole]
    for record in (*odd, *short, {**whole, "nobody": 1}):
        answered = {name: value for name, value in record.items() if value is not None}
        assert passes(form.model.model_validate, answered) is passes(form.border.validate_python, [answered]), record


def passes(validate: Callable[[object], object], value: object) -> bool:
    try:
        validate(value)
    except ValidationError:
        return False
    return True


@every_form
def test_no_two_headings_of_a_form_fold_to_the_same(form: Form) -> None:
    """A column is found by its folded label alone, in any of its spellings."""
    said = [
        text
        for head in form.header
        for text in {fold_label(label) for label in (head, *form.header_also.get(head, ()))}
    ]
    assert more_than_once(said) == set()
    assert "" not in said


@every_form
def test_no_two_fields_of_a_form_share_a_name_or_a_place(form: Form) -> None:
    """Names are keys of records; a row code and a column name one cell."""
    assert more_than_once(one.name for one in form.fields) == set()
    if form.layout is not Layout.TABLE:
        assert len(form.by_code) == len(form.fields)


@every_form
def test_names_of_fields_sort_alike_alone_and_in_the_text_that_is_hashed(form: Form) -> None:
    """A filing's hash has its answers by name; what is sorted for it is their texts, `"sessions": [3, "exact"]`."""
    names = sorted(one.name for one in form.kept_fields)
    texts = sorted(told(name, 3, "3").hashed for name in names)
    assert [*json.loads(f"{{{', '.join(texts)}}}")] == names


@every_form
def test_the_columns_of_the_fields_stand_in_the_header(form: Form) -> None:
    """Otherwise a field could never be read."""
    columns = {one.label if form.layout is Layout.TABLE else one.column for one in form.fields}
    assert columns <= set(form.header)


@every_form
def test_everything_a_form_says_of_its_fields_names_one_of_them(form: Form) -> None:
    """Rules, dates, keys of sameness and parts, all by name."""
    rules = {name for rule in form.figure_rules for name in (rule.left, *rule.right)}
    deployed = {name for rule in form.deployed_rules for name in (rule.received, rule.deployed)}
    named = {*rules, *deployed, *form.dated_by, *form.same_when, *form.small_cells}
    assert named - set(form.by_name) == set()
    assert {one.part for one in form.fields} == (set(form.parts) or {""})
    assert set(form.header_also) <= set(form.header)


@pytest.mark.parametrize(("form", "field"), CLOSED, ids=[f"{form.code}-{field.name}" for form, field in CLOSED])
def test_no_two_values_of_a_closed_list_fold_to_the_same(form: Form, field: Field) -> None:
    """A cell that says one value never says two; other spellings included."""
    said = [text for choice in field.choices for text in dict.fromkeys(map(fold, (choice.value, *choice.also)))]
    assert more_than_once(said) == set()
    assert said
    assert "" not in said


def test_only_closed_lists_have_values() -> None:
    """A free text with a list beside it would be read as free text."""
    assert [f"{form.code}.{one.name}" for form, one in FIELDS if one.choices and one.kind is not Kind.CHOICE] == []


@every_form
def test_the_schema_of_a_form_has_its_fields(form: Form) -> None:
    """One declaration gives the reader and the schema alike."""
    assert list(form.schema()["properties"]) == [one.name for one in form.kept_fields]


def test_what_is_never_kept_is_not_in_any_schema() -> None:
    """Notes, links, evidence and positions may hold a name, so no record has room for them."""
    unkept = {(form.code, one.name) for form, one in FIELDS if not one.kept}
    assert {("TTC", "preparer_position"), ("B03", "link"), ("B06", "evidence")} <= unkept
    assert [name for code, name in unkept if name in ALL_FORMS[code].schema()["properties"]] == []


# --- plans ------------------------------------------------------------------------------------------------------


def parts_of(node: object, form: str = "") -> Iterator[tuple[BaseModel, str]]:
    """Every declaration inside a plan, with the form that the nearest one around it names."""
    if isinstance(node, BaseModel):
        form = getattr(node, "form", form) if "form" in type(node).model_fields else form
        yield node, form
        for name in type(node).model_fields:
            yield from parts_of(getattr(node, name), form)
    elif isinstance(node, tuple):
        for one in node:
            yield from parts_of(one, form)


def texts(node: BaseModel, *names: str) -> set[str]:
    """What stands in some keys of a declaration, where it has them: texts, or those of a list."""
    found: set[str] = set()
    for name in type(node).model_fields.keys() & set(names):
        value = getattr(node, name)
        found |= {value} if isinstance(value, str) else set(value) if isinstance(value, tuple) else set()
    return found - {""}


def fields_named(plan: Plan) -> Iterator[tuple[str, str]]:
    """Form and field, wherever a plan names one."""
    for node, form in parts_of(plan.targets):
        if isinstance(node, (FieldTest, Figure)):
            yield form, node.field
        if isinstance(node, Value) and node.field:
            yield form, node.field
        if isinstance(node, FieldTest) and node.dated:
            yield form, node.dated
        if isinstance(node, PersonsTarget) and node.method:
            yield form, node.method
        if isinstance(node, (PersonsTarget, PersonsPart, Reading)) and node.quantity:
            yield form, node.quantity
            yield REFERENCE_OF_PERSONS, node.reference


@every_plan
def test_every_field_that_a_plan_names_exists(plan: Plan) -> None:
    """A misspelt field would silently count nobody."""
    named = set(fields_named(plan))
    assert named
    assert sorted(f"{form}.{name}" for form, name in named if name not in FORMS[form].by_name) == []


@every_plan
def test_every_value_that_a_plan_asks_for_is_in_the_list_of_its_field(plan: Plan) -> None:
    """The same for values of closed lists, and yes or no for a yes-no."""
    wrong = []
    for node, form in parts_of(plan.targets):
        if isinstance(node, PersonsTarget) and node.method:
            allowed = {choice.value for choice in FORMS[form].by_name[node.method].choices}
            wrong += [value for value in node.counted if value not in allowed]
        if isinstance(node, FieldTest) and node.listed_as:
            levels = {choice.value for one in FORMS[LIST_OF_OUTLETS].fields for choice in one.choices}
            wrong += [node.listed_as] if node.listed_as not in levels else []
        if isinstance(node, FieldTest) and node.equals is not None:
            asked = FORMS[form].by_name[node.field]
            fits = isinstance(node.equals, bool) == (asked.kind is Kind.YES_NO)
            if asked.kind is Kind.CHOICE:
                fits = node.equals in {choice.value for choice in asked.choices}
            wrong += [] if fits else [f"{form}.{node.field} = {node.equals}"]
    assert wrong == []


@every_plan
def test_every_threshold_and_every_demand_cites_its_clause(plan: Plan) -> None:
    """Targets, thresholds, duties, windows and deadlines."""
    citing = [node for node, _ in parts_of(plan) if "cite" in type(node).model_fields]
    assert len(citing) >= len(plan.targets)
    assert [repr(node) for node in citing if not any(map(str.strip, texts(node, "cite")))] == []
    assert plan.citation.number


@every_plan
def test_a_threshold_is_a_share_and_its_days_do_not_repeat(plan: Plan) -> None:
    """More than nothing and at most everything; a day has one threshold."""
    for node, _ in parts_of(plan.targets):
        thresholds: tuple[Threshold, ...] = getattr(node, "thresholds", ())
        assert all(0 < one.value <= 1 and isinstance(one.value, Fraction) for one in thresholds)
        assert more_than_once(one.first for one in thresholds) == set()


@every_plan
def test_the_forms_agencies_and_windows_that_a_plan_names_exist(plan: Plan) -> None:
    """So do the duties, and no identity is given twice."""
    windows = {window.id for window in plan.windows}
    duties = {duty.id for duty in plan.duties}
    agencies = {choice.value for choice in AGENCIES}
    assert len(windows) == len(plan.windows)
    assert len(duties) == len(plan.duties)
    assert more_than_once(target.id for target in plan.targets) == set()
    for node, _ in parts_of(plan):
        assert texts(node, "form", "forms") <= set(FORMS)
        assert texts(node, "window") <= windows
        assert texts(node, "duty") <= duties
        assert texts(node, "agency", "covered_by", "added_by") <= agencies


@every_plan
def test_every_duty_of_a_plan_is_asked_for_by_a_target(plan: Plan) -> None:
    """A duty that nobody scores would look done."""
    nodes = [node for node, _ in parts_of(plan.targets)]
    asked = {name for node in nodes if isinstance(node, DutiesTarget) for name in node.duties}
    tested = {node.duty for node in nodes if isinstance(node, DutyTest)}
    assert asked | tested == {duty.id for duty in plan.duties}


@every_plan
def test_every_form_that_a_target_reads_is_in_the_table_of_returns(plan: Plan) -> None:
    """What nobody is expected to send cannot be scored."""
    expected = {form for one in plan.returns for form in one.forms}
    read = {form for _, form in parts_of(plan.targets) if form}
    assert read <= expected


@every_plan
def test_who_is_expected_to_file_a_form_may_file_it(plan: Plan) -> None:
    """The tier of each filer is one of the form's."""
    assert [
        (form, filer.tier)
        for one in plan.returns
        for form in one.forms
        for filer in one.filers
        if filer.tier not in FORMS[form].tiers
    ] == []


@every_plan
def test_the_places_that_a_plan_names_exist_in_its_life(plan: Plan, places: Places) -> None:
    """Its area, and the districts that some of its figures are kept to."""
    named = {plan.area}.union(*(texts(node, "within") for node, _ in parts_of(plan)))
    assert [code for code in named if places.unit(code, plan.life.first) is None] == []


@every_plan
def test_everything_that_is_read_is_said_in_both_languages(plan: Plan) -> None:
    """Titles, labels, units and issuing bodies."""
    words = [node for node, _ in parts_of(plan) if isinstance(node, Words)]
    assert len(words) > len(plan.targets)
    assert [node for node in words if not node.vi.strip() or not node.en.strip()] == []


@every_plan
def test_a_plan_s_id_is_its_file_name(plan: Plan) -> None:
    """So that `--plan ID` and the report agree."""
    assert load(plan.id) is plan
