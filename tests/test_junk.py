"""Whatever stands in the cells: problems with known codes at real cells, never an exception, never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from layouts import CODED, FILERS, FORM_CODES, HEADERS, ROWS, YEAR, Cell, Grid, plain, ttc
from tracker.form import Field
from tracker.form import Kind as FieldKind
from tracker.forms import FORMS, TTC
from tracker.intake.grid import Book, Sheet, Value
from tracker.intake.read import Unreadable, read_bytes
from tracker.messages import fix, message, set_language
from tracker.parse import looks_right, parse
from tracker.place import load
from tracker.problems import CODES, WITHOUT_CELL, Problem
from tracker.reading import ABOUT, EXACT, NEARLY, OVER, Answer, Fault, raw_text, read
from tracker.returns import Answered, Received, Status
from tracker.writing import qualified

FIELDS = [field for form in (*FORMS.values(), TTC) for field in form.fields if field.kept]
KINDS = {field.kind: field for field in FIELDS}
A1 = re.compile(r"^[A-Z]{1,3}[1-9]\d*$")

SIGNING = [
    *("Nơi nhận:", "NGƯỜI LẬP BIỂU", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "CHỦ TỊCH", "(Ký, đóng dấu)"),
    "Hà Nội, ngày 05 tháng 12 năm 2018",
]
WORDS = [
    *SIGNING,
    *("Không phát sinh", "Không có", "Tổng số", "Cộng", "Tổng cộng thôn 1", "Lũy kế từ đầu năm", "Ghi chú: như trên"),
    *("ngày 5 tháng 7 năm 2018", "05/07/2018", "31/6/2018", "5-7-18", "2018"),
    *("x", "X", "v", "✓", "có", "không", "rồi", "chưa", "-", "—", "…", "...", "n/a", "0", "1", "'", "’", "''"),
    *(
        "1.234",
        "1,234",
        "1 234",
        "74,8",
        "75%",
        "trên 310",
        "gần 1.300",
        "~500",
        ">",
        "5²",
        "½",
        "５",
        "5 cuộc/7",
        "1E+05",
    ),
    *(
        "#REF!",
        "=1+2",
        "@SUM(A1)",
        "A",
        "(1)",
        "3=1+2",
        "TTC",
        "T03",
        "0101",
        "0999",
        "00292",
        "đang hoạt động",
        "hội nghị",
    ),
    *(
        "chuyên sâu",
        "Facebook",
        "khác",
        "địa phương",
        "\u200b",
        "\u00a0",
        "Mã số",
        "Từ ngày",
        "Ð",
        "ﬁ",
        "İ",
        "ß",
        "💥",
    ),
]
text = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.sampled_from("0123456789.,'-–+/%~<>=() xvođĐÐnghìgầkh\u0300\u00a0\u200b²½٣"), max_size=12),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
)
filled: st.SearchStrategy[Any] = st.one_of(
    text,
    st.integers(-(10**18), 10**18),
    st.integers(-3, 70000),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer()),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
cell: st.SearchStrategy[Any] = st.one_of(st.none(), filled)
quick = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


# One cell


def is_of_kind(field: Field, value: Answered) -> bool:
    match field.kind:
        case FieldKind.COUNT | FieldKind.PERSONS:
            return type(value) is int and value >= 0
        case FieldKind.YES_NO:
            return type(value) is bool
        case FieldKind.DATE:
            return type(value) is date
        case FieldKind.CHOICE:
            return value in [choice.value for choice in field.choices]
    return type(value) is str and value == " ".join(value.split()) != ""


CODE_OF = {
    FieldKind.COUNT: "not_a_count",
    FieldKind.PERSONS: "not_a_count",
    FieldKind.DATE: "not_a_date",
    FieldKind.YES_NO: "not_yes_no",
    FieldKind.CHOICE: "not_in_list",
}


@quick
@given(field=st.sampled_from(FIELDS), value=filled)
@example(field=KINDS[FieldKind.COUNT], value="'")
@example(field=KINDS[FieldKind.COUNT], value="’ ")
def test_a_cell_is_read_as_its_kind_or_refused_with_the_code_of_its_kind(field: Field, value: object) -> None:
    """No third way, and text is never refused."""
    found = read(field, cast("str", value))
    if isinstance(found, Fault):
        assert found.code == CODE_OF[field.kind]
    else:
        assert found.value is None or is_of_kind(field, found.value)
        assert found.qualifier in {EXACT, OVER, NEARLY, ABOUT}


def written(field: Field, answer: Answer) -> list[str | int | date]:
    """Ways in which an answer may be written out again."""
    value = answer.value
    if isinstance(value, bool):
        return ["có" if value else "không", "Có" if value else "KHÔNG"]
    if isinstance(value, int):
        exact: list[str | int | date] = [value, str(value)] if answer.qualifier == EXACT else []
        return [*exact, qualified(value, answer.qualifier)]
    if isinstance(value, date):
        return [value, raw_text(value), f"{value:%d-%m-%Y}", f"ngày {value:%d} tháng {value.month} năm {value.year}"]
    assert isinstance(value, str)
    return [value, unicodedata.normalize("NFD", value), f" {value}\n"]


@quick
@given(field=st.sampled_from(FIELDS), value=filled)
def test_what_was_accepted_reads_back_the_same_when_it_is_written_out(field: Field, value: object) -> None:
    """Marked copies, exports and templates carry answers as people write them."""
    set_language("vi")
    found = read(field, cast("str", value))
    if isinstance(found, Answer) and found.value is not None:
        for one in written(field, found):
            again = read(field, one)
            assert isinstance(again, Answer), (one, again)
            assert (again.value, again.qualifier, again.repaired) == (found.value, found.qualifier, False)


@quick
@given(st.integers(0, 10**12), st.sampled_from([EXACT, OVER, NEARLY, ABOUT]))
def test_every_count_reads_back_with_its_qualifier(number: int, qualifier: str) -> None:
    """However large."""
    set_language("vi")
    assert read(KINDS[FieldKind.COUNT], qualified(number, qualifier)) == Answer(number, qualifier)


@quick
@given(st.integers(1, 999), st.integers(0, 999))
def test_a_float_is_never_taken_for_thousands(whole: int, thousandths: int) -> None:
    """1.234 may have been 1.234 or 1234: the fault proposes, the person decides."""
    assume(thousandths)
    found = read(KINDS[FieldKind.COUNT], whole + thousandths / 1000)
    assert isinstance(found, Fault)
    assert found.attempt == str(whole * 1000 + thousandths)


# Whole sheets


def assert_sound(received: Received, sheets: Sequence[Sheet]) -> None:
    """Problems that the contract knows, at cells that are there; sentences in both languages; a fitting status."""
    by_name = {sheet.name: sheet for sheet in sheets}
    for one in received.problems:
        assert CODES[one.code]
        assert bool(one.cell) <= (one.scope not in WITHOUT_CELL)
        if one.cell:
            assert A1.match(one.cell)
            assert one.sheet in by_name
        for language in ("vi", "en"):
            set_language(language)
            assert message(one)
            assert fix(one) is not None
    set_language("vi")
    assert_places(received)
    errors = any(one.is_error for one in received.problems)
    assert errors == (received.status is not Status.ACCEPTED)
    cells = [(one.sheet, one.cell) for one in received.problems if one.is_error and one.cell]
    assert len(cells) == len(set(cells))


def assert_places(received: Received) -> None:
    for filing in (filing for one in received.returns for filing in one.filings):
        form = FORMS[filing.form]
        for record in filing.records:
            form.model.model_validate(dict(record.values))
            assert set(record.origins) <= set(record.values)
            assert all(A1.match(origin.cell) for origin in record.origins.values())


def understood(*sheets: Sheet, is_csv: bool = False) -> Received:
    return parse(Book(sheets, is_csv=is_csv), Received("junk"), load())


def sheet_of(name: str, grid: Grid) -> Sheet:
    return Sheet(name, cast("Sequence[Sequence[Value]]", grid))


junk_rows = st.lists(st.lists(cell, max_size=12), max_size=8)


@pytest.mark.parametrize("form", FORM_CODES)
@settings(quick, max_examples=40)
@given(data=st.data(), rows=junk_rows)
def test_junk_under_a_header_gives_problems_and_no_exception(form: str, data: st.DataObject, rows: Grid) -> None:
    """Any rows under any form's header, above it, or among good rows."""
    good = data.draw(st.lists(st.sampled_from(ROWS[form]), max_size=3))
    mixed = data.draw(st.permutations([*rows, *good]))
    above = data.draw(st.lists(st.lists(cell, max_size=4), max_size=3))
    grid: Grid = [*above, list(HEADERS[form]), *mixed]
    sheets = [sheet_of("TTC", ttc(form)), sheet_of(form, grid)]
    assert_sound(understood(*sheets), sheets)


@pytest.mark.parametrize("form", CODED)
@settings(quick, max_examples=40)
@given(data=st.data())
def test_junk_beside_the_codes_of_a_form_gives_problems_and_no_exception(form: str, data: st.DataObject) -> None:
    """Every line of the form, junk in all its columns."""
    codes = data.draw(st.lists(st.sampled_from(sorted(FORMS[form].row_codes)), max_size=6))
    width = len(HEADERS[form]) - 2
    rows: Grid = [["Chỉ tiêu", code, *data.draw(st.lists(cell, max_size=width))] for code in codes]
    sheets = [sheet_of("TTC", ttc(form)), sheet_of(form, [list(HEADERS[form]), *rows])]
    assert_sound(understood(*sheets), sheets)


@quick
@given(values=st.dictionaries(st.sampled_from([f"T{n:02}" for n in range(1, 15)]), cell))
def test_junk_in_ttc_gives_problems_and_no_exception(values: dict[str, Cell]) -> None:
    """Whatever it says of who and when."""
    sheets = [sheet_of("TTC", ttc("B04", **values)), sheet_of("B04", plain("B04").grid)]
    assert_sound(understood(*sheets), sheets)


@quick
@given(
    grids=st.lists(junk_rows, max_size=3), names=st.lists(st.one_of(text, st.sampled_from(FORM_CODES)), min_size=3)
)
def test_sheets_of_junk_alone_give_problems_and_no_exception(grids: list[Grid], names: list[str]) -> None:
    """No header anywhere, and any names."""
    sheets = [
        sheet_of(f"{name}{n}" if n else name, grid) for n, (name, grid) in enumerate(zip(names, grids, strict=False))
    ]
    assert_sound(understood(*sheets), sheets)


@pytest.mark.parametrize("form", FORM_CODES)
@settings(quick, max_examples=30)
@given(data=st.data(), rows=st.lists(st.lists(st.one_of(st.none(), text), max_size=12), max_size=8))
def test_junk_in_a_csv_gives_problems_and_no_exception(form: str, data: st.DataObject, rows: Grid) -> None:
    """In the columns of the key, too."""
    header: list[Cell] = ["Mã đơn vị", "Từ ngày", "Đến ngày", "Cơ quan báo cáo", "Lần báo cáo", *HEADERS[form]]
    good: Grid = [[FILERS[form][0], *YEAR, FILERS[form][1], "1", *map(_as_text, row)] for row in ROWS[form]]
    mixed = data.draw(st.permutations([*rows, *good]))
    sheet = sheet_of("", [header, *mixed])
    assert_sound(understood(sheet, is_csv=True), [sheet])


def _as_text(value: Cell) -> str | None:
    return None if value is None else raw_text(value)


@quick
@given(st.one_of(st.binary(max_size=300), text.map(str.encode), st.lists(text).map(lambda t: ";".join(t).encode())))
def test_any_bytes_are_a_book_or_say_why_not(data: bytes) -> None:
    """And what is a book gives problems and no exception."""
    try:
        book, refused = read_bytes(data, "junk.csv", score=looks_right), ""
    except Unreadable as cause:
        book, refused = Book(()), cause.code
    assert refused in {"", *CODES}
    if not refused:
        assert_sound(parse(book, Received("junk"), load()), book.sheets)


# What one bad cell may harm


def problems_elsewhere(received: Received, row: int) -> list[Problem]:
    return [one for one in received.problems if one.is_error and one.cell and not one.cell.endswith(str(row))]


@pytest.mark.parametrize("form", ["B02", "B03", "B04", "B06", "B08", "B00", "B00P"])
@settings(quick, max_examples=60)
@given(data=st.data(), junk=filled)
def test_one_bad_cell_harms_no_other_row(form: str, data: st.DataObject, junk: object) -> None:
    """Not even one that says "Ghi chú", "Cộng" or "Chủ tịch": the rows after it are read as before."""
    first, second = ROWS[form]
    place = data.draw(st.integers(0, len(first) - 1))
    # Of B08 the figure alone tells an indicator from a signer: "Tin bài | Nơi nhận: | tin" could be either.
    assume(form != "B08" or HEADERS[form][place] != "Số lượng" or junk not in SIGNING)
    bad = list(first)
    bad[place] = cast("Cell", junk)
    sheets = [sheet_of("TTC", ttc(form)), sheet_of(form, [list(HEADERS[form]), bad, list(second)])]
    received = understood(*sheets)
    assume("personal_data_sheet" not in {one.code for one in received.problems})
    assume(received.status is not Status.QUARANTINED)
    rows = {record.row for one in received.returns for filing in one.filings for record in filing.records}
    assert 3 in rows, [one.code for one in received.problems]
    assert problems_elsewhere(received, 2) == []
    if 2 not in rows:
        assert received.problems, "a row is gone and nothing was said"


@pytest.mark.parametrize("form", CODED)
@settings(quick, max_examples=40)
@given(data=st.data(), junk=filled)
def test_one_bad_cell_harms_no_other_line_of_a_row_coded_form(form: str, data: st.DataObject, junk: object) -> None:
    """Only what it says itself, and what its own part demands."""
    number = data.draw(st.integers(0, len(ROWS[form]) - 1))
    column = HEADERS[form].index("Tổng số")
    rows = [list(row) for row in ROWS[form]]
    rows[number][column] = cast("Cell", junk)
    sheets = [sheet_of("TTC", ttc(form)), sheet_of(form, [list(HEADERS[form]), *rows])]
    received = understood(*sheets)
    assume(received.status is not Status.QUARANTINED)
    assume("personal_data_sheet" not in {one.code for one in received.problems})
    (filing,) = received.returns[0].filings
    said = {name for record in filing.records for name in record.values}
    others = {
        field.name
        for field in FORMS[form].fields
        for n, row in enumerate(ROWS[form])
        if field.code == row[1] and n != number and row[HEADERS[form].index(field.column)] is not None
    }
    assert others <= said
