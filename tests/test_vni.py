"""VNI text: decoded where it can be nothing else, in workbooks by its font or its letters, in CSV by its bytes."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from layouts import plain, relabelled, ttc, write
from tracker.intake import vni
from tracker.intake.read import read_bytes
from tracker.returns import Status
from tracker.understand import understand

AS_TYPED = {letter: pair for pair, letter in reversed(vni.PAIRS.items())}


def typed(text: str) -> str:
    """The text as it stands in a file that was typed with a VNI font."""
    return "".join(AS_TYPED.get(c, c) for c in unicodedata.normalize("NFC", text))


def test_every_letter_of_vietnamese_has_its_pair() -> None:
    """Small and capital, each one's own."""
    marked = {
        unicodedata.normalize("NFC", f"{base}{tone}")
        for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    } - set("aeiouyAEIOUY") | {"đ", "Đ"}
    assert set(vni.PAIRS.values()) == marked
    assert len({AS_TYPED[letter] for letter in marked}) == len(marked) == 134
    assert all(pair.encode("cp1252") for pair in vni.PAIRS)


@pytest.mark.parametrize(
    ("as_typed", "meant"),
    [
        ("Phöôøng Baïch Mai", "Phường Bạch Mai"),
        ("UÛY BAN NHAÂN DAÂN", "ỦY BAN NHÂN DÂN"),
        ("Tuyeân truyeàn löu ñoäng, 30/7", "Tuyên truyền lưu động, 30/7"),
        ("Quaän Hai Baø Tröng – QÑ 12", "Quận Hai Bà Trưng – QĐ 12"),
        ("Maõ ñôn vò", "Mã đơn vị"),
    ],
)
def test_what_can_only_be_vni_is_converted(as_typed: str, meant: str) -> None:
    assert vni.repair(as_typed) == meant
    assert typed(meant) == as_typed


@pytest.mark.parametrize(
    "text",
    [
        "hoà",
        "coù",
        "Phường Bạch Mai",
        "Bạch Maï",
        "Müller",
        "naïve",
        "Señor",
        "Größe",
        "Zoë",
        "ö",
        "100 µm",
        "",
        "abc",
    ],
)
def test_what_may_be_something_else_stays(text: str) -> None:
    """Unicode Vietnamese, other languages, single letters."""
    assert vni.repair(text) is None


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệ .,()0123456789", max_size=40))
def test_unicode_text_is_never_touched(text: str) -> None:
    """Whatever is written in letters of Vietnamese has no letter that only VNI uses."""
    assert vni.repair(text) is None


def test_a_return_typed_in_vni_is_read(tmp_path: Path) -> None:
    """Sheet by sheet, headings and answers, with one warning."""
    form, heading = plain("B02"), ttc("B02")
    vni_form = relabelled(form, typed)
    rows = [[typed(cell) if isinstance(cell, str) else cell for cell in row] for row in vni_form.grid[1:]]
    head = [[typed(cell) if isinstance(cell, str) else cell for cell in row] for row in heading]
    path = write(tmp_path / "vni.xlsx", [("TTC", head), ("B02", [vni_form.grid[0], *rows])])
    plainly = understand(write(tmp_path / "x.xlsx", [("TTC", heading), ("B02", form.grid)]), "x.xlsx")
    found = understand(path, "vni.xlsx")
    assert found.status is Status.ACCEPTED
    assert [one.code for one in found.problems] == ["legacy_encoding"]
    assert found.problems[0].facts["encoding"] == "VNI"
    values = [
        [dict(record.values) for record in one.filings[0].records] for one in (found.returns[0], plainly.returns[0])
    ]
    assert values[0] == values[1]


def test_a_cell_in_a_vni_font_is_converted_though_its_text_is_doubtful(tmp_path: Path) -> None:
    """ "coù" in the font VNI-Times is "có"; beside it, in another font, it stays what it is."""
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("B01")
        sheet.write(0, 0, "coù", book.add_format({"font_name": "VNI-Times"}))
        sheet.write(0, 1, "coù")
        sheet.write(0, 2, "đã có")
    found = read_bytes(path.read_bytes())
    assert found.sheets[0].rows == [["có", "coù", "đã có"]]
    assert found.encoding == "VNI"


def test_doubtful_cells_of_a_sheet_all_in_vni_are_converted_and_those_beside_unicode_are_not(tmp_path: Path) -> None:
    """One letter that VNI does not have says that not all was typed in it."""
    for more, read_as in (([], "có"), (["Phường"], "coù")):
        path = write(tmp_path / f"{len(more)}.xlsx", [("B02", [["Phöôøng Baïch Mai", "coù", *more]])])
        assert read_bytes(path.read_bytes()).sheets[0].rows[0][:2] == ["Phường Bạch Mai", read_as]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16"])
def test_a_csv_in_vni_is_read(encoding: str) -> None:
    """As bytes of the font, or as somebody saved those in Unicode."""
    text = "Mã đơn vị;Từ ngày;Đến ngày;Chỉ số;Số lượng\n00292;01/01/2018;31/12/2018;Tờ rơi đã cấp;5\n"
    book = read_bytes(typed(text).encode(encoding))
    assert book.encoding == "VNI"
    assert book.sheets[0].rows[0] == ["Mã đơn vị", "Từ ngày", "Đến ngày", "Chỉ số", "Số lượng"]
    assert book.sheets[0].rows[1][3] == "Tờ rơi đã cấp"
