"""CSV as it comes: encodings, separators, quotes; every value stays text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest

from tracker.folding import fold_label
from tracker.intake import csv, tcvn3
from tracker.intake.grid import Unreadable, Value
from tracker.intake.read import read_bytes
from tracker.intake.syllable import is_syllable, likeness

LABELS = {fold_label(label) for label in ("Mã đơn vị", "Từ ngày", "Tên mô hình", "Loại", "Tình trạng", "Số buổi")}
HEADER = ["Mã đơn vị", "Từ ngày", "Tên mô hình", "Loại", "Tình trạng", "Số buổi"]
ROW = ["00292", "01/01/2020", "Câu lạc bộ phòng ngừa, bảo vệ trẻ em", "lồng ghép", "đang hoạt động", "1.234"]
TCVN3_BYTES = {letter: bytes([byte]) for byte, letter in tcvn3.PAIRS.items()}


def labels_found(rows: Sequence[Sequence[Value]]) -> float:
    """What a caller that knows the forms gives: how many labels stand in the best row."""
    return max((sum(fold_label(str(value)) in LABELS for value in row if value) for row in rows), default=0)


def written(separator: str = ";", rows: Sequence[Sequence[str]] = (HEADER, ROW)) -> str:
    return "\r\n".join(separator.join(f'"{value}"' if separator in value else value for value in row) for row in rows)


def in_tcvn3(text: str) -> bytes:
    return b"".join(TCVN3_BYTES.get(letter) or letter.encode("cp1252") for letter in text)


def in_cp1258(text: str) -> bytes:
    """As Windows types it: the letter with its hat composed, the tone after it."""
    out = b""
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, tone = unicodedata.normalize("NFD", letter)[:-1], unicodedata.normalize("NFD", letter)[-1]
            if tone in "\u0302\u0306\u031b":  # the hat sorts after a tone below
                base, tone = base[0] + tone, base[1:]
            out += (unicodedata.normalize("NFC", base) + tone).encode("cp1258")
    return out


@pytest.mark.parametrize("separator", csv.SEPARATORS)
@pytest.mark.parametrize("score", [None, labels_found])
def test_every_separator_is_found(separator: str, score: csv.Score | None) -> None:
    book = read_bytes(written(separator).encode(), score=score)
    assert book.sheets[0].rows == [HEADER, ROW]
    assert (book.is_csv, book.encoding) == (True, "")


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (written().encode(), ""),
        (written().encode("utf-8-sig"), ""),
        (written().encode("utf-16"), ""),
        (b"\xfe\xff" + written().encode("utf-16-be"), ""),
        (written().encode("utf-16-le"), ""),
        (written().encode("utf-16-be"), ""),
        (written().encode("utf-32"), ""),
        (in_cp1258(written()), "windows-1258"),
        (in_tcvn3(written()), "TCVN3"),
    ],
)
@pytest.mark.parametrize("score", [None, labels_found])
def test_every_encoding_gives_the_same_text(encoded: bytes, encoding: str, score: csv.Score | None) -> None:
    book = read_bytes(encoded, score=score)
    assert book.sheets[0].rows == [HEADER, ROW]
    assert book.encoding == encoding


def test_capitals_of_an_abbreviation_do_not_hide_tcvn3() -> None:
    text, encoding = csv.decode(in_tcvn3("QĐ của BCĐ phường;có"))
    assert (text, encoding) == ("QĐ của BCĐ phường;có", "TCVN3")


def test_one_bad_byte_does_not_make_utf8_something_else() -> None:
    text, encoding = csv.decode("Phường Bạch Mai, quận Hai Bà Trưng".encode() + "ữ".encode()[:2])
    assert (text, encoding) == ("Phường Bạch Mai, quận Hai Bà Trưng\ufffd", "")


def test_the_74_letters_of_tcvn3_are_distinct_vietnamese_letters() -> None:
    letters = set(tcvn3.PAIRS.values())
    assert len(tcvn3.PAIRS) == len(letters) == 74
    assert letters == {unicodedata.normalize("NFC", letter) for letter in letters}
    assert {tcvn3.PAIRS[0xAD], tcvn3.PAIRS[0xA7], tcvn3.PAIRS[0xFE]} == {"ư", "Đ", "ỵ"}


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ("Ph\u00adêng B¹ch Mai", "Phường Bạch Mai"),
        ("§Þa bµn d©n c\u00ad", "Địa bàn dân cư"),
        ("Quyết định", None),
        ("Xã", None),
        ("Cã", None),
        ("50 m², 5 µm ± 2°", None),
        ("Café", None),
        ("plain", None),
        ("“Có” – không", None),
    ],
)
def test_only_what_cannot_be_unicode_is_repaired(typed: str, repaired: str | None) -> None:
    assert tcvn3.repair(typed) == repaired


def test_syllables_are_told_by_their_shape() -> None:
    good = ["Phường", "nghiêng", "khuỷu", "ngừa", "quyết", "xoài", "giữa", "Ấp", "ƯỚC", "yêu", "hoà", "thuở", "đi"]
    bad = ["Ph\u00adêng", "B¹ch", "thÓ", "nÕu", "Café", "xyz", "áà"]
    assert [word for word in good if not is_syllable(word)] == []
    assert [word for word in bad if is_syllable(word)] == []
    assert likeness("123, abc") == 1.0


def test_quoted_fields_keep_separators_line_breaks_and_quotes() -> None:
    book = read_bytes(b'a,b,c\n"1,5","x\ny","say ""hi"""\n\n,,z\n')
    assert book.sheets[0].rows == [["a", "b", "c"], ["1,5", "x\ny", 'say "hi"'], [], [None, None, "z"]]


def test_a_quote_that_never_closes_does_not_swallow_the_rest() -> None:
    rows = read_bytes(b'a,b,c\n1,"2,3\n4,5,6\n"7,7",8,9\n').sheets[0].rows
    assert rows == [["a", "b", "c"], ["1", '"2', "3"], ["4", "5", "6"], ["7,7", "8", "9"]]


def test_quotes_inside_a_field_stay_as_typed() -> None:
    assert read_bytes(b'a,b\n"Hai" v"x",5\n"1,5",6\n').sheets[0].rows == [
        ["a", "b"],
        ['"Hai" v"x"', "5"],
        ["1,5", "6"],
    ]


def test_many_stray_quotes_take_no_long_time() -> None:
    rows = read_bytes(b'"x,1\n' * 5_001).sheets[0].rows
    assert rows == [['"x', "1"]] * 5_001


def test_nul_characters_are_dropped() -> None:
    assert read_bytes(b"a,b\x00,c\n1,2,3\n").sheets[0].rows == [["a", "b", "c"], ["1", "2", "3"]]


def test_fields_are_read_as_long_as_a_cell_may_be() -> None:
    """A longer one is no cell that a person filled."""
    rows = read_bytes(b"a,b\n" + b"x" * 32_767 + b",y\n").sheets[0].rows
    assert rows[1] == ["x" * 32_767, "y"]
    with pytest.raises(Unreadable) as caught:
        read_bytes(b"a,b\n" + b"x" * 32_768 + b",y\n")
    assert (caught.value.code, caught.value.facts["of"]) == ("file_too_large", "cell_text")


def test_the_line_for_excel_names_the_separator_and_is_no_row() -> None:
    assert read_bytes(b"sep=|\r\na|b,c,d\r\n1|2,3,4\r\n").sheets[0].rows == [["a", "b,c,d"], ["1", "2,3,4"]]


def test_blank_ends_are_trimmed_and_blank_starts_are_not() -> None:
    assert read_bytes(b"\n,,\na,b,,\n,,\n\n").sheets[0].rows == [[], [], ["a", "b"]]


WITHOUT_QUOTES = [
    # A number with a comma, in a row that has a cell too many for it; the other row stays as it is.
    (["1", "234", "x"], ["7", "250"], ["1,234", "x"]),
    (["1", "234", None], ["7", "250"], ["1,234", None]),
    (["1", "234", "567", "x"], ["7", "250"], ["1,234,567", "x"]),
    # Nothing fell apart: as wide as the header, or every row ends in a separator.
    (["1", "234"], ["7", "250"], ["1", "234"]),
    (["1", "234", None], ["7", "250", None], ["1", "234"]),
]


@pytest.mark.parametrize(("row", "other", "read_as"), WITHOUT_QUOTES)
def test_a_number_with_an_unquoted_comma_is_one_cell(
    row: list[str | None], other: list[str | None], read_as: list[str | None]
) -> None:
    """1,234 stays what was typed, to be asked about; the cells after it stand under their own headings."""
    lines: list[Sequence[str | None]] = [HEADER[:2], row, other]
    text = "\n".join(",".join(cell or "" for cell in line) for line in lines)
    found = csv.read(text.encode(), labels_found).sheets[0].rows
    assert [*found[1], None, None][: len(read_as)] == read_as
    assert [*found[2]][:2] == ["7", "250"]


def test_a_heading_with_an_unquoted_comma_is_one_cell() -> None:
    """So that no figure stands under the heading beside its own."""
    text = "Mã đơn vị,Tên, mô hình,Loại\n00292,Câu lạc bộ,lồng ghép"
    assert csv.read(text.encode(), labels_found).sheets[0].rows[0] == ["Mã đơn vị", "Tên, mô hình", "Loại"]


def test_decimal_commas_do_not_win_over_the_separator() -> None:
    assert read_bytes(b"a;b\n1,5;2,5\n3,5;4,5\n").sheets[0].rows[1] == ["1,5", "2,5"]


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        read_bytes(b"," * 2_100_000)
    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize("written", ['="00256"', '"=""00256"""'])
def test_a_formula_that_only_keeps_the_zeros_of_a_code_is_the_code(written: str) -> None:
    """Programs write codes so for Excel, which shows 00256; any other formula stays the text that it is."""
    sheet = csv.read(f'a;{written};="";=1+1;="a"&"b"\n'.encode()).sheets[0]
    assert sheet.rows == [["a", "00256", None, "=1+1", '="a"&"b"']]
