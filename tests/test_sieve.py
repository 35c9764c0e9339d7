"""What is asked of few values answers for all: short cuts in reading find what looking at every cell finds."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.folding import fold
from tracker.form import Form
from tracker.forms import FORMS
from tracker.intake import privacy, sieve, tables
from tracker.intake.grid import Sheet, Value, a1
from tracker.intake.headers import heading_rows, tables_of
from tracker.intake.privacy import Hit, hits
from tracker.intake.sieve import Sieve
from tracker.intake.tables import Table

EVERYTHING: Sieve[Value] = Sieve(lambda value: True)

PERSONAL = (
    *("Họ và tên", "Số CCCD", "Ngày sinh", "Tên nạn nhân", "Nạn nhân (ghi rõ họ tên)", "E-mail", "Điện thoại (DĐ)"),
    *(
        "001300009876",
        "0912 345 678",
        "０９１２３４５６７８",
        "ma@hop.vn",
        "CMND 012345678",
        "0912\u200b345\u200b678",
    ),
)
HARMLESS = (
    *("UBND phường Bạch Mai", "02438621234", "1.234.567.890", "23/03/2018–24/03/2018", "QĐ 123456789/QĐ-UBND"),
    *("https://trang.example/tin/123456789012", "ngõ 12", "hội nghị", "nạn nhân", "x" * 301),
)
TELLING = (
    *("Tổng số", "Cộng", "Lũy kế từ đầu năm", "Tổng cộng 12", "Tổng quý I", "Không phát sinh", "không có", "-"),
    *("Ghi chú: …", "TM. ỦY BAN NHÂN DÂN", "Chủ tịch", "Hà Nội, ngày 5 tháng 12 năm 2018", "(Ký, ghi rõ họ tên)"),
    *("A", "B", "1", "2", "(1)", "(2)", "3=1+2", "(người)", " ", "", "Số cuộc (cuộc)", "Loại hoạt động", "TỪ  NGÀY"),
)
NUMBERS = (1, 2, 3, 4, 5, 6, 7, 0, True, 1.0, 2.5, 123456789, 123456789.0, 1300009876, -912345678, date(2018, 3, 23))

ordinary = st.sampled_from((*HARMLESS, *NUMBERS, "có", "hội thảo", "Công an xã")) | st.none()
any_value = st.sampled_from((*PERSONAL, *TELLING)) | ordinary
long_numbers = st.integers(10**7, 10**13).map(str) | st.integers(-(10**13), 10**13)
grids = st.lists(st.lists(any_value | long_numbers, max_size=7), max_size=8)
headed = st.sampled_from([FORMS["B01"], FORMS["B02"], FORMS["B04"], FORMS["B05"]])


def sheet_of(form: Form, rows: list[list[Value]]) -> tuple[Sheet, list[Table]]:
    """The form's header with the rows under it, a running number before and a column of nobody's behind."""
    sheet = Sheet(form.code, [["Biểu"], ["TT", *form.header, "Thêm"], *rows])
    labels = frozenset(form.labels)
    return sheet, tables_of(sheet, [form], heading_rows(sheet, labels))


def found_everywhere(sheet: Sheet, of_form: list[Table]) -> list[Hit]:
    """The hits when every value is suspect."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(privacy, "_SUSPECTS", EVERYTHING)
        return hits(sheet, of_form)


@given(any_value | long_numbers | st.text(max_size=30), st.booleans())
def test_a_value_that_is_no_suspect_is_no_hit_in_any_column(value: Value, in_form: bool) -> None:
    """The question asked of each value once is at least as wide as those asked of its cell."""
    if privacy._may_be_personal(value):
        return
    if isinstance(value, str):
        assert not privacy._text_rule(value, is_figure=in_form)
        assert not privacy._is_personal_label(value)
    elif type(value) is int:
        assert abs(value) < privacy._LONG_FROM


@given(grids)
def test_a_sheet_of_no_form_has_the_hits_that_its_cells_have_each_alone(rows: list[list[Value]]) -> None:
    """Nothing is lost because another cell holds an equal value, or because it was harmless in a file before."""
    alone = [
        a1(number, column)
        for number, row in enumerate(rows)
        for column, value in enumerate(row)
        if found_everywhere(Sheet("", [[value]]), [])
    ]
    assert [hit.cell for hit in hits(Sheet("Sheet1", rows), [])] == alone


@settings(max_examples=300)
@given(headed, grids)
@example(FORMS["B04"], [[], ["STT", "Họ tên"], [1, None, "001300009876"]])
@example(FORMS["B04"], [["Họ và tên"], [None] * 5 + [123456789.0, 123456789]])
def test_the_hits_beside_a_form_are_those_of_looking_at_every_row(form: Form, rows: list[list[Value]]) -> None:
    """Above, in and under a form's table, and in merged headings."""
    heading: list[Value] = ["Họ và tên"]
    for grid in (rows, [heading, *rows]):
        sheet, of_form = sheet_of(form, grid)
        assert hits(sheet, of_form) == found_everywhere(sheet, of_form)


@settings(max_examples=300)
@given(headed, st.lists(st.lists(ordinary | st.sampled_from(TELLING), max_size=9), max_size=10))
@example(FORMS["B02"], [[1, 2, 3, 4, 5, 6, 7, 8, 9]])
@example(FORMS["B02"], [[None, 1, 2, 3, 4, 5, 6, 7, 8, "x"]])
@example(FORMS["B02"], [[3]])
@example(FORMS["B02"], [[1, 2, 3], [2, 1, 3], [None, 2, 1]])
@example(FORMS["B04"], [["", 1, 2, 3], [12, 1, 2], [True, 2, 3]])
@example(FORMS["B02"], [[None, "Ghi chú: ước tính"], [None, "MH01"]])
@example(FORMS["B02"], [[None, "(người)", "(lượt)"], [None, "(mã)"]])
@example(FORMS["B02"], [[None, *FORMS["B02"].header], [None, "Mã mô hình"], ["x", "Tình trạng", "Loại"]])
def test_rows_say_the_same_when_each_is_looked_at_closely(form: Form, rows: list[list[Value]]) -> None:
    """A row in which no text tells anything is what the close look says: data, or nothing."""
    _, (table, *_) = sheet_of(form, rows)
    quick = list(table.rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_telling", lambda labels: EVERYTHING)
        _, (again, *_) = sheet_of(form, rows)
        assert list(again.rows()) == quick


def test_codes_are_known_however_they_are_typed_and_at_their_rows() -> None:
    """As text, as the number that Excel made of it, or with a stop; a code that the form has not is none."""
    rows: list[list[Value]] = [["0101"], [102], [], ["0103. "], ["9999"], [None], ["0101"], [9999], [104.5]]
    column = 1 + FORMS["B01"].header.index("Mã số")
    _, (table, *_) = sheet_of(FORMS["B01"], [[*[None] * column, *row] for row in rows])
    below = table.header_row + 1
    assert table.coded == {below: "0101", below + 1: "0102", below + 3: "0103", below + 6: "0101"}


def folded_by_letters(text: str) -> str:
    """Folding as it is defined, a letter at a time."""
    letters = str.maketrans(
        "аеорсухіјѕԁԛԝһАВЕКМНОРСТУХІЈЅđĐðÐ",
        "aeopcyxijsdqwhABEKMHOPCTYXIJSdDdD",
        "\u00ad\u200b\u200c\u200d\u2060\ufeff"
        "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufe0e\ufe0f",
    )
    plain = unicodedata.normalize("NFKD", text.translate(letters)).lower()
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isascii() and c.isalnum() else " " for c in bare).split())


@given(st.text())
def test_folding_is_what_it_is_defined_to_be(text: str) -> None:
    """For any text at all."""
    assert fold(text) == folded_by_letters(text)


@pytest.mark.parametrize("block", range(0, 0x3000, 0x400), ids=hex)
def test_every_letter_and_mark_of_the_first_blocks_folds_as_defined(block: int) -> None:
    """Latin, Cyrillic and Greek letters, marks, dashes, spaces and symbols, each inside a word."""
    letters = [chr(code) for code in range(block, block + 0x400)]
    assert [one for one in letters if fold(f"a{one}b") != folded_by_letters(f"a{one}b")] == []


def test_a_sieve_forgets_what_it_looks_for() -> None:
    """Personal data is never remembered; what is ordinary is asked about once."""
    asked: list[Value] = []

    def is_secret(value: Value) -> bool:
        asked.append(value)
        return value == "001300009876"

    one = Sieve(is_secret)
    for _ in range(2):
        assert one.among({"001300009876", "hội nghị", 3}) == {"001300009876"}
    assert sorted(map(str, asked)) == ["001300009876", "001300009876", "3", "hội nghị"]
    assert "001300009876" not in one._kept_back


def test_a_sieve_that_finds_words_asks_of_each_only_once_and_finds_it_again() -> None:
    """Headings come back with every file; what is too long for one is asked about each time and never held."""
    asked: list[str] = []

    def is_word(text: str) -> bool:
        asked.append(text)
        return text.startswith("t")

    one, long = Sieve(is_word, finds_words=True), "t" * 301
    for _ in range(2):
        assert one.among({"tổng số", "xã", long}) == {"tổng số", long}
    assert one.among({"tổng số"}) == {"tổng số"}
    assert sorted(asked) == sorted(["tổng số", "xã", long, long])
    for start in range(0, 5 * sieve._MOST, 1000):
        one.among({f"t{number}" for number in range(start, start + 1000)})
    assert len(one._words) <= sieve._MOST
    assert one.among({"tổng số"}) == {"tổng số"}


def test_a_sieve_stays_small_and_keeps_no_long_text() -> None:
    """However many files pass, and whatever they hold."""
    one: Sieve[Value] = Sieve(lambda value: False)
    for start in range(0, 5 * sieve._MOST, 1000):
        assert one.among(frozenset(range(start, start + 1000))) == set()
    assert one.among({"x" * 301, *range(2 * sieve._MOST)}) == set()
    assert len(one._kept_back) <= sieve._MOST
    assert "x" * 301 not in one._kept_back
