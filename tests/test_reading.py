"""Reading one cell: each sentence of section 4 of the contract, what it accepts and what it must refuse and why."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta

import pytest

from tracker.form import Field, Kind, choices
from tracker.forms import FORMS, TTC
from tracker.reading import (
    ABOUT,
    EXACT,
    NEARLY,
    OVER,
    SAID,
    Answer,
    Cell,
    Fault,
    combined,
    raw_text,
    read,
    said,
    swapped,
)

COUNT = FORMS["B04"].by_name["attendances"]
PERSONS = FORMS["B01"].by_name["population"]
YES_NO = FORMS["B06"].by_name["done"]
DATE = FORMS["B03"].by_name["published_on"]
CHANNEL = FORMS["B03"].by_name["channel"]
STATUS = FORMS["B02"].by_name["status"]
EVERY_KIND = [Field("one", "Một", kind, choices=choices("khác")) for kind in Kind]


def answer(field: Field, cell: Cell) -> Answer:
    found = read(field, cell)
    assert isinstance(found, Answer), f"{cell!r} was refused: {found}"
    return found


def fault(field: Field, cell: Cell) -> Fault:
    found = read(field, cell)
    assert isinstance(found, Fault), f"{cell!r} was accepted: {found}"
    return found


# Blank, not known, none


@pytest.mark.parametrize("field", EVERY_KIND, ids=lambda field: field.kind)
@pytest.mark.parametrize("cell", ["", " ", "\u00a0", "\n", "\u200b", "…", "...", "....", "n/a", "N/A", " … "])
def test_blank_and_not_known_are_no_answer(field: Field, cell: str) -> None:
    """Never 0 and never "no"."""
    assert answer(field, cell) == Answer(None)


@pytest.mark.parametrize(
    "cell", [0, "0", "-", "–", "—", "−", " - ", "không", "Không", "KHÔNG CÓ", "không có", "khong"]
)
@pytest.mark.parametrize("field", [COUNT, PERSONS], ids=["count", "persons"])
def test_these_say_none_in_a_count(field: Field, cell: Cell) -> None:
    """A dash means that it does not occur."""
    assert answer(field, cell) == Answer(0)


# Counts


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (1, 1),
        (5048, 5048),
        (1_234_567, 1_234_567),
        ("7", 7),
        (" 7 ", 7),
        ("1234", 1234),
        ("1.234", 1234),
        ("12.345", 12345),
        ("123.456", 123456),
        ("1.234.567", 1234567),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        ("1\u2009234", 1234),
        ("1 234 567", 1234567),
        ("21.500", 21500),
        ("１２", 12),
        ("'123", 123),
    ],
)
def test_a_count_is_read_without_a_note(cell: Cell, number: int) -> None:
    """Dots and any kind of space part thousands."""
    assert answer(COUNT, cell) == Answer(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("310 đại biểu", 310),
        ("02 lớp", 2),
        ("60 lượt", 60),
        ("1.470 đại biểu", 1470),
        ("310 người.", 310),
        ("12 thôn", 12),
        ("3 phóng sự", 3),
        ("2 hội thảo", 2),
        ("5 thông điệp", 5),
        ("4 buổi truyền thông", 4),
        ("1 phòng", 1),
        ("6 tuyên truyền viên", 6),
    ],
)
def test_words_that_name_what_is_counted_are_left_out_with_a_note(text: str, number: int) -> None:
    """The figure stands; `value_repaired` tells that something was left out."""
    assert answer(COUNT, text) == Answer(number, EXACT, repaired=True)


def test_words_typed_with_letters_in_parts_are_the_same_words() -> None:
    """NFD, as macOS writes it."""
    assert answer(COUNT, unicodedata.normalize("NFD", "310 đại biểu")) == Answer(310, EXACT, repaired=True)


@pytest.mark.parametrize(
    ("text", "number", "qualifier"),
    [
        ("trên 310", 310, OVER),
        ("Trên 1.470", 1470, OVER),
        ("hơn 7.000", 7000, OVER),
        ("HƠN 7 000", 7000, OVER),
        (">100", 100, OVER),
        ("> 100", 100, OVER),
        ("gần 1.300", 1300, NEARLY),
        ("~500", 500, ABOUT),
        ("~ 500", 500, ABOUT),
        ("khoảng 500", 500, ABOUT),
        (unicodedata.normalize("NFD", "gần 1.300"), 1300, NEARLY),
        (unicodedata.normalize("NFD", "khoảng 500"), 500, ABOUT),
    ],
)
def test_a_qualifier_stays_with_the_figure(text: str, number: int, qualifier: str) -> None:
    """Over, nearly, about: the figure is read and what was said of it is kept."""
    assert answer(COUNT, text) == Answer(number, qualifier)


def test_a_qualifier_and_a_word_may_stand_together() -> None:
    """As the reports write it."""
    assert answer(COUNT, "trên 1.470 đại biểu") == Answer(1470, OVER, repaired=True)


@pytest.mark.parametrize(
    ("cell", "why", "attempt"),
    [
        (1.234, "float", "1234"),
        (12.345, "float", "12345"),
        (1.5, "float", "1500"),
        (2.3456, "fraction", ""),
        (0.75, "percent", ""),
        (0.2, "percent", ""),
        ("1,234", "comma", "1234"),
        ("1,234,567", "comma", "1234567"),
        ("75%", "percent", ""),
        ("75 %", "percent", ""),
        ("74,8%", "percent", ""),
        ("0,75", "percent", ""),
        ("0.75", "percent", ""),
        ("74,8", "fraction", ""),
        ("2,5", "fraction", ""),
        ("1.23", "fraction", ""),
        (-1, "negative", ""),
        (-3.0, "negative", ""),
        ("-5", "negative", ""),
        ("−5", "negative", ""),
        ("5 cuộc/120 người", "two_numbers", ""),
        ("18-24", "two_numbers", ""),
        ("2 lớp, 60 người", "two_numbers", ""),
        ("12 34", "two_numbers", ""),
        ("1E+05", "two_numbers", ""),
        ("x", "mark", ""),
        ("X", "mark", ""),
        ("v", "mark", ""),
        ("✓", "mark", ""),
        ("hai hội nghị", "words", ""),
        (date(2024, 2, 18), "date", ""),
        (datetime.fromisoformat("2024-02-18T00:00:00"), "date", ""),
    ],
)
def test_what_could_be_two_things_is_no_count(cell: Cell, why: str, attempt: str) -> None:
    """The fault says why, and what to type where that is likely."""
    found = fault(COUNT, cell)
    assert (found.code, found.why, found.attempt) == ("not_a_count", why, attempt)


@pytest.mark.parametrize(
    "cell",
    [
        *("1'2", "1,2345", "1.2345", "1.234,5", "1..234", "01.234", "1.2.3", "5+3", "5+", "1/2", "½", "5½"),
        *("5 nghìn", "1,5 triệu", "2 chục", "5k", "5 tr", "2 tá", "10 ngàn người"),
        *("trên", "gần", ">", "~", "trên một trăm", "từ 5 đến 7", "dưới 100", "không quá 100", "10 người trở lên"),
        *("'", "’", "''", "' '", ",", ";", "%", "(5)", "5²", "310¹", "#REF!", "5*", "=5", "dự kiến 5", "5 (dự kiến)"),
        *("x 5", "không 5", "abc", "test", "O", "l2", "1O", "9" * 20, "0" * 40 + "9" * 16),
        *(True, False, float(2**60), time(5, 30), timedelta(days=3)),
    ],
)
def test_nothing_doubtful_becomes_a_count(cell: Cell) -> None:
    """Never a silent guess, and never an exception."""
    assert fault(COUNT, cell).code == "not_a_count"


def test_leading_zeros_do_not_hide_a_figure() -> None:
    """However many there are."""
    assert answer(COUNT, "02") == Answer(2)
    assert answer(COUNT, "0" * 40 + "5") == Answer(5)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (set(), EXACT),
        ({EXACT}, EXACT),
        ({OVER}, OVER),
        ({EXACT, OVER}, OVER),
        ({NEARLY}, NEARLY),
        ({EXACT, NEARLY}, NEARLY),
        ({ABOUT}, ABOUT),
        ({EXACT, ABOUT}, ABOUT),
        ({OVER, NEARLY}, ABOUT),
        ({OVER, ABOUT}, ABOUT),
        ({NEARLY, ABOUT}, ABOUT),
        ({EXACT, OVER, NEARLY, ABOUT}, ABOUT),
    ],
)
def test_the_qualifier_of_a_sum(parts: set[str], whole: str) -> None:
    """Exact with over is over, exact with nearly is nearly, any other mixture is about."""
    assert combined(parts) == whole


# Yes or no


@pytest.mark.parametrize(
    "cell",
    [
        "có",
        "Có",
        "CÓ",
        "co",
        "Co",
        unicodedata.normalize("NFD", "có"),
        *("x", "X", "v", "V"),
        "✓",
        "1",
        1,
        "rồi",
        "Rồi",
        "roi",
    ],
)
def test_these_say_yes(cell: Cell) -> None:
    """In any case and with or without marks."""
    assert answer(YES_NO, cell) == Answer(True)


@pytest.mark.parametrize("cell", ["không", "Không", "KHÔNG", "khong", "Khong", "0", 0, "chưa", "Chưa", "chua"])
def test_these_say_no(cell: Cell) -> None:
    """A blank is not among them."""
    assert answer(YES_NO, cell) == Answer(False)


@pytest.mark.parametrize(
    "cell",
    [
        *("có/không", "-", "đang làm", "2", 2, -1, 1.5, "một phần", "không rõ", "75%", "có 2 lần", "05/07/2024"),
        *(date(2024, 7, 5), time(1), timedelta(1)),
    ],
)
def test_anything_else_is_neither_yes_nor_no(cell: Cell) -> None:
    """Not counted as either."""
    assert fault(YES_NO, cell).code == "not_yes_no"


# Dates


@pytest.mark.parametrize(
    "cell",
    [
        date(2024, 7, 5),
        datetime.fromisoformat("2024-07-05T17:30:00"),
        45478,
        "05/07/2024",
        "5/7/2024",
        "05-07-2024",
        "5-7-24",
        "5/7/24",
        "5.7.2024",
        "05 / 07 / 2024",
        "05–07–2024",
        "ngày 05 tháng 7 năm 2024",
        "Ngày 5 tháng 7 năm 2024",
        "ngày 5 tháng 7 năm2024",
        "5 tháng 7 năm 2024",
        "ngày 5/7/2024",
        "Ngày 05-07-2024",
        "'05/07/2024",
        "ngay 05 thang 7 nam 2024",
        unicodedata.normalize("NFD", "ngày 05 tháng 7 năm 2024"),
        "ngày\u00a005 tháng\n7 năm 2024",
        "2024-07-05",
        "2024-07-05T00:00:00.000Z",
        "\u200e05/07/2024\u202c",
    ],
)
def test_the_fifth_of_july_is_read_however_it_is_written(cell: Cell) -> None:
    """The day stands first, always."""
    assert answer(DATE, cell) == Answer(date(2024, 7, 5))


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("30.7.2024", date(2024, 7, 30)),
        ("ngày 30 tháng 9 năm2024", date(2024, 9, 30)),
        (45503, date(2024, 7, 30)),
        ("45503", date(2024, 7, 30)),  # as a CSV has it
        (43101, date(2018, 1, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("12/11/2018", date(2018, 11, 12)),
    ],
)
def test_other_days(cell: Cell, day: date) -> None:
    """A serial is a day of the date system that Excel starts with."""
    assert answer(DATE, cell) == Answer(day)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("31/6/2024", "impossible"),
        ("29/02/2019", "impossible"),
        ("07/30/2024", "impossible"),
        ("05/07/1024", "impossible"),
        (date(1066, 10, 14), "impossible"),
        ("28/6–03/7", "range"),
        ("05/07/2024 - 09/07/2024", "range"),
        ("15/6/2024 âm lịch", "lunar"),
        ("2024", "year_only"),
        ("năm 2024", "year_only"),
        (2024, "year_only"),
    ],
)
def test_a_day_that_is_none_says_why(cell: Cell, why: str) -> None:
    """Impossible, a span, lunar, or only a year."""
    found = fault(DATE, cell)
    assert (found.code, found.why) == ("not_a_date", why)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "30/7",
            "T7/2024",
            "tháng 7",
            "Quý III",
            "6 tháng đầu năm",
            "x",
            "-",
            "không",
            "abc",
            "5/7/20245",
            "ngày 5",
            "00123",
            "99999",
            "7/2024",
        ),
        *(1, 0, -45503, 20240705, 1.5, True, time(8), timedelta(days=45503)),
    ],
)
def test_anything_else_is_no_date(cell: Cell) -> None:
    """Nothing is filled in for what is not written."""
    assert fault(DATE, cell).code == "not_a_date"


def test_day_and_month_the_other_way_round() -> None:
    """For the proposal; the 30th of July has no twin."""
    assert swapped(date(2024, 7, 5)) == date(2024, 5, 7)
    assert swapped(date(2024, 7, 30)) is None


# Lists, text, what a person sees


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (CHANNEL, "báo chí địa phương", "báo chí địa phương"),
        (CHANNEL, "Báo chí Địa phương", "báo chí địa phương"),
        (CHANNEL, "BAO CHI DIA PHUONG", "báo chí địa phương"),
        (CHANNEL, "báo chí Ðịa phương", "báo chí địa phương"),
        (CHANNEL, "  báo  chí\nđịa phương. ", "báo chí địa phương"),
        (CHANNEL, unicodedata.normalize("NFD", "cổng TTĐT"), "cổng TTĐT"),
        (CHANNEL, "facebook", "Facebook"),
        (CHANNEL, "Khác", "khác"),
        (STATUS, "Đang hoạt động", "đang hoạt động"),
        (STATUS, "dang hoat dong", "đang hoạt động"),
        (STATUS, "tạm dừng", "tạm dừng"),
        (FORMS["B04"].by_name["setting"], "nhà văn hoá", "nhà văn hóa"),
        (FORMS["B04"].by_name["activity"], "toạ đàm", "tọa đàm"),
        (FORMS["B03"].by_name["about_local"], "không rõ", "không rõ"),
        (FORMS["B00P"].by_name["level"], "trung ương", "Trung ương"),
    ],
)
def test_a_closed_list_matches_after_folding(field: Field, text: str, value: str) -> None:
    """The value is kept as the contract writes it."""
    assert answer(field, text) == Answer(value)


@pytest.mark.parametrize(
    ("field", "text", "nearest"),
    [
        (CHANNEL, "báo chí địa phươg", "báo chí địa phương"),
        (STATUS, "còn hoạt động", "đang hoạt động"),
        (STATUS, "đã giải tán", "đã giải thể"),
    ],
)
def test_an_unknown_value_names_the_nearest(field: Field, text: str, nearest: str) -> None:
    """Proposed, never taken."""
    found = fault(field, text)
    assert (found.code, found.nearest) == ("not_in_list", nearest)


@pytest.mark.parametrize("cell", [5, -1.5, True, date(2024, 7, 5), time(1), "zzzz", "💥", "-"])
def test_what_is_in_no_list_is_refused(cell: Cell) -> None:
    """Numbers, dates and signs, too."""
    assert fault(STATUS, cell).code == "not_in_list"


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.code)
def test_every_value_of_every_closed_list_reads_as_itself(form: object) -> None:
    """As written, in capitals and in parts."""
    from tracker.form import Form

    assert isinstance(form, Form)
    for one in form.fields:
        for choice in one.choices:
            for text in (choice.value, choice.value.upper(), unicodedata.normalize("NFD", choice.value)):
                assert answer(one, text) == Answer(choice.value), (one.name, text)


def test_text_is_kept_tidy_and_codes_as_typed() -> None:
    """One space between words, letters composed; a number typed as a code keeps its digits."""
    title, code = FORMS["B03"].by_name["title"], FORMS["B03"].by_name["outlet"]
    assert answer(title, unicodedata.normalize("NFD", " Phòng,\n chống\u00a0 mua bán ")) == Answer(
        "Phòng, chống mua bán"
    )
    assert answer(code, 12) == Answer("12")
    assert answer(code, "0012") == Answer("0012")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (5048, "5048"),
        (1.234, "1.234"),
        ("trên 310", "trên 310"),
        (date(2018, 3, 23), "23/03/2018"),
        (datetime.fromisoformat("2018-03-23T08:30:00"), "23/03/2018"),
        (True, "TRUE"),
    ],
)
def test_the_raw_text_is_what_a_person_sees(cell: Cell, shown: str) -> None:
    """Not what Python calls it."""
    assert raw_text(cell) == shown


@pytest.mark.parametrize("values", [(1, True, 1.0), (True, 1.0, 1), (1.0, True, 1)])
def test_what_equals_another_value_is_not_read_as_it(values: tuple[Cell, ...]) -> None:
    """1, TRUE and 1.0 are equal and yet other cells: what was read of one is never remembered for another."""
    count = Field("n", "Số", Kind.COUNT)
    found = {type(value): read(count, value) for value in values}
    assert found[int] == Answer(1)
    assert isinstance(found[bool], Fault)
    assert isinstance(found[float], Fault)
    assert [said(count, value).raw for value in values] == [raw_text(value) for value in values]


def test_what_is_remembered_of_cells_stays_bounded_and_holds_no_long_text() -> None:
    """However many files one process reads, and whatever they hold."""
    note, count = Field("t", "Ghi", Kind.TEXT), Field("n", "Số", Kind.COUNT)
    long = "x" * 41
    assert said(note, long).raw == long
    most = 0
    for number in range(10_000):
        assert said(count, number).answer == Answer(number)
        most = max(most, len(SAID))
    assert 1_000 < most < 10_000
    assert all(len(str(value)) <= 40 for _, _, value in SAID)


def test_a_moment_in_another_time_zone_is_no_day() -> None:
    """Midnight in Hà Nội is five in the afternoon of the day before there: which day was meant is not guessed."""
    fault = read(DATE, "2024-07-04T17:00:00.000Z")
    assert isinstance(fault, Fault)
    assert fault.code == "not_a_date"


@pytest.mark.parametrize("cell", ["00256", "'00256", "’00256", " '00256 "])
def test_a_code_is_read_without_the_apostrophe_that_keeps_its_zeros(cell: str) -> None:
    """Excel hides it where it was typed once; a file of another program may show it."""
    code = TTC.by_name["reporter_code"]
    assert answer(code, cell) == Answer("00256")
    assert answer(code, "'") == Answer(None)
