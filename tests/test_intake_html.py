"""HTML tables that were saved with the extension of a workbook."""

from __future__ import annotations

import contextlib
import time

import pytest

from tracker.intake.grid import Book, Unreadable
from tracker.intake.read import read_bytes


def book_of(body: str) -> Book:
    return read_bytes(f"<html><head><meta charset=utf-8></head><body>{body}</body></html>".encode(), "B01.xls")


def test_cells_stand_where_a_browser_shows_them() -> None:
    book = book_of(
        "<h1>Quốc hiệu</h1><table><tr><th rowspan=2>Mã<th colspan=2>Trong đó</tr><tr><td>Nữ<td>Nam</tr>"
        "<tr><td>0201</td><td></td><td> 1.234&nbsp;<br>\n người </td></tr></table>"
    )
    assert book.sheets[0].name == "B01"
    assert book.sheets[0].rows == [
        ["Mã", "Trong đó"],
        [None, "Nữ", "Nam"],
        ["0201", None, "1.234\u00a0\nngười"],
    ]


def test_numbers_noted_beside_the_text_are_taken() -> None:
    book = book_of("<table><tr><td x:num='1234.5'>1.234,5<td sdval='310'>310,00<td x:num>7<td x:num>x</tr></table>")
    assert book.sheets[0].rows == [[1234.5, 310, 7, "x"]]


def test_a_number_that_is_shown_as_a_percentage_is_one() -> None:
    """100% stands beside its text as 1."""
    assert book_of("<table><tr><td sdval='1'>100%<td x:num='0.75'>75%</tr></table>").sheets[0].rows == [
        ["100%", "75%"]
    ]


def test_each_outer_table_is_a_sheet_with_the_name_that_excel_noted() -> None:
    names = "<!--[if gte mso 9]><xml><x:Name>TTC</x:Name><x:Name>B01</x:Name></xml><![endif]-->"
    book = book_of(f"{names}<table><td>a<table><tr><td>inner</table></table><![if x]><table><td>b</table>")
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [("TTC", [["ainner"]]), ("B01", [["b"]])]


def test_hidden_rows_and_struck_text_are_told() -> None:
    sheet = book_of("<table><tr><td>1<tr style='display: none'><td>2<td><s>3</s> 4</table>").sheets[0]
    assert sheet.rows == [["1"], ["2", "3 4"]]
    assert sheet.hidden_rows == {1}
    assert sheet.struck == {(1, 1)}


@pytest.mark.parametrize("span", ["0", "-3", "x", "99999999999", "²"])
def test_absurd_spans_are_one(span: str) -> None:
    assert book_of(f"<table><td colspan={span} rowspan={span}>a<td>b</table>").sheets[0].rows == [["a", "b"]]


def test_spans_that_would_fill_the_memory_are_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        book_of("<table>" + "<tr><td colspan=16384 rowspan=65534>a" * 200 + "</table>")
    assert caught.value.code == "file_too_large"


def test_page_in_tcvn3_is_read_as_unicode() -> None:
    data = b"<html><table><tr><td>Ph\xad\xeang B\xb9ch Mai</table></html>"
    assert read_bytes(data).sheets[0].rows == [["Phường Bạch Mai"]]


@pytest.mark.parametrize("junk", ["<!--", "<!", "<![", "</", "<", "&", "<td a=", "<td a='", "<script>", "<table>"])
def test_pages_of_broken_marks_take_no_long_time(junk: str) -> None:
    """Each takes a parser that looks ahead the square of its length: minutes."""
    begun = time.process_time()
    with contextlib.suppress(Unreadable):  # some of it is shown, as one cell that is too long
        book_of("<table><tr><td>a</td></tr></table><table><tr><td>" + junk * 200_000)
    assert time.process_time() - begun < 5


def test_signs_that_begin_no_tag_are_text() -> None:
    assert book_of("<table><td>a < b & c<!-- no --><![if x]> &lt;d&gt;</table>").sheets[0].rows == [["a < b & c <d>"]]


@pytest.mark.parametrize("charset", ["charset=windows-1252", 'charset="ISO-8859-1"'])
def test_excels_own_web_page_is_western_with_the_other_letters_escaped(charset: str) -> None:
    """Its bytes could be Windows-1258, where ò would be another letter: "Phịng"."""
    text = "Phòng, chống mua bán người; có"
    cells = text.encode("cp1252", "xmlcharrefreplace")
    page = f"<html><head><meta http-equiv=Content-Type content='text/html; {charset}'></head><table><tr><td>".encode()
    assert read_bytes(page + cells + b"</table></html>").sheets[0].rows == [[text]]


def test_a_page_that_is_not_what_it_says_is_read_by_its_spelling() -> None:
    """Windows-1258 under a Western name: the letters that only it has are not escaped, for it has them."""
    written = "Ba\u0323ch Mai, pho\u0300ng, chô\u0301ng mua ba\u0301n ngươ\u0300i".encode("cp1258")
    page = b"<html><meta charset=windows-1252><table><tr><td>" + written + b"</table></html>"
    assert read_bytes(page).sheets[0].rows == [["Bạch Mai, phòng, chống mua bán người"]]
