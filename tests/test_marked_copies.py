"""What goes back to whom: copies of files that cannot carry marks, what is held back, folders, names and lists."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest

import libreoffice
from conftest import Run, run
from faults_made import b05
from marked_made import codes_at, listed, opened, parts_of, problems_of, send_back, the_copy, write_rich
from returns_made import KEY, YES, Return, activity, b01, line, model, whole_year, write_book, write_csv
from tracker.intake.arrivals import arrivals
from tracker.marked.own import REASON_LABELS
from tracker.marked.styles import FILLS
from tracker.messages import say, speaking
from tracker.problems import Severity

RED = FILLS[Severity.ERROR]
YEAR = whole_year(2018)
FAULTY = Path(__file__).parents[1] / "sample_data" / "faulty"


def faulty_b01(unit: str = "00271") -> Return:
    """A B01 that reached more people than live there."""
    return Return(unit, YEAR, {"B01": b01({**YES, "0202": 5000, "0211": (5200, None), "0217": "A"})})


def fields(path: Path) -> list[tuple[Any, ...]]:
    """The problems of a file without what its format has to do with."""
    return [(one["code"], one["form"], one["cell"], one["found"]) for one in problems_of(path)]


# --- files that cannot carry marks ------------------------------------------------------------------------------


def test_a_csv_comes_back_as_a_workbook_with_its_text_at_the_same_cells(tmp_path: Path) -> None:
    """Codes keep their zeros, dates stay as typed, and what is typed anew is text as well."""
    sent = write_csv(tmp_path / "xa.csv", "B01", [faulty_b01(), faulty_b01("00274")])
    copy = the_copy(tmp_path, sent)
    assert copy.name == "xa.xlsx"
    with sent.open(encoding="utf-8", newline="") as file:
        rows = [[cell or None for cell in row] for row in csv.reader(file)]
    sheet = opened(copy)["Số liệu"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == rows
    assert (sheet["A2"].value, sheet["A2"].number_format) == ("00271", "@")
    assert sorted({one["Ô"] for one in listed(copy)}) == sorted({cell for _, _, cell, _ in fields(sent)})
    assert {sheet[one["Ô"]].fill.fgColor.rgb for one in listed(copy)} == {RED}


def test_a_marked_csv_is_read_as_the_csv_that_it_was(tmp_path: Path) -> None:
    """Nobody misses a sheet TTC in it; the same problems stand at the same cells."""
    sent = write_csv(tmp_path / "xa.csv", "B01", [faulty_b01(), faulty_b01("00274")])
    copy = the_copy(tmp_path, sent)
    assert fields(copy) == fields(sent)
    back = tmp_path / "sua.xlsx"
    book = opened(copy)
    for one in listed(copy):
        book["Số liệu"][one["Ô"]] = "4900"
    book.save(back)
    assert codes_at(back) == set()
    assert run("check", back).status == 0


def test_a_marked_csv_that_comes_back_wrong_is_marked_again_whatever_its_sheet_is_called(tmp_path: Path) -> None:
    """The second copy is a marked CSV like the first."""
    sent = write_csv(tmp_path / "xa.csv", "B01", [faulty_b01(), faulty_b01("00274")])
    book = opened(the_copy(tmp_path, sent))
    book["Số liệu"].title = "Sheet1"
    book.save(tmp_path / "lai.xlsx")
    (tmp_path / "second").mkdir()
    again = the_copy(tmp_path / "second", tmp_path / "lai.xlsx")
    assert opened(again).sheetnames == ["Cần sửa", "Sheet1"]
    assert opened(again)["Sheet1"][listed(again)[0]["Ô"]].fill.fgColor.rgb == RED
    assert fields(again) == fields(sent)


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_kinds_of_workbooks_come_back_as_xlsx_with_the_same_content(kind: str, tmp_path: Path) -> None:
    """Values as typed at the same addresses, so that the same problems are found in the copy."""
    rich = write_rich(tmp_path / "rich.xlsx")
    sent = libreoffice.convert(rich, kind, tmp_path)
    copy = the_copy(tmp_path, sent)
    assert copy.name == "rich.xlsx"
    assert fields(copy) == fields(sent)
    assert opened(copy)["B01"]["E9"].fill.fgColor.rgb == RED
    assert [one["Ô"] for one in listed(copy)]


def test_a_table_saved_as_html_comes_back_as_a_workbook(tmp_path: Path) -> None:
    """An .xls that is a web page inside."""
    header = "".join(f"<td>{label}</td>" for label in ("Mã", "Nội dung", "Giá trị"))
    cells = {"T03": "00271", "T04": "UBND", "T06": "01/01/2018", "T07": "31/02/2018"}
    rows = "".join(f"<tr><td>{code}</td><td>{code}</td><td>{value}</td></tr>" for code, value in cells.items())
    sent = tmp_path / "web.xls"
    sent.write_text(f"<html><body><table><tr>{header}</tr>{rows}</table></body></html>", encoding="utf-8")
    copy = the_copy(tmp_path, sent)
    assert copy.name == "web.xlsx"
    assert {code for code, _ in codes_at(copy)} == {code for code, _ in codes_at(sent)}


def test_errors_of_formulas_are_errors_in_the_copy_too(tmp_path: Path) -> None:
    """In a workbook made anew they are no text."""
    personal = {"Liên hệ": [("Họ và tên", "Số điện thoại"), ("Văn A", "0912345678")]}
    sent = write_book(tmp_path / "ref.xlsx", faulty_b01(), extra=personal)
    book = opened(sent)
    book["B01"]["D6"] = "#REF!"
    book["B01"]["D6"].data_type = "e"
    book.save(sent)
    copy = the_copy(tmp_path, sent)
    assert ("error_value", "D6") in codes_at(copy)
    assert opened(copy)["B01"]["D6"].data_type == "e" or opened(copy, data_only=True)["B01"]["D6"].value == "#REF!"


# --- personal data ----------------------------------------------------------------------------------------------


def test_nothing_of_a_refused_sheet_is_in_any_part_of_the_copy(tmp_path: Path) -> None:
    """Not its cells, its comments, its name of an author, nor a list of texts that the sheets share."""
    personal = {"Liên hệ": [("Họ và tên", "Số điện thoại"), ("Trần Thị Bí Mật", "0912345678")]}
    sent = write_book(tmp_path / "xa.xlsx", faulty_b01(), extra=personal)
    book = opened(sent)
    book.properties.creator = "Trần Thị Bí Mật"
    book.save(sent)
    copy = the_copy(tmp_path, sent)
    assert opened(copy).sheetnames == ["Cần sửa", "TTC", "B01"]
    texts = [part.decode("utf-8", "replace") for part in parts_of(copy).values()]
    assert not [text for text in texts if "Bí Mật" in text or "0912345678" in text or "Họ và tên" in text]
    assert {one["Trang"] for one in listed(copy)} == {"B01", "Liên hệ"}
    said = {one["Trang"]: one for one in listed(copy)}["Liên hệ"]
    assert "A1" in said["Vấn đề"]


def test_a_quarantined_file_gets_a_note_that_names_only_sheets_and_cells(tmp_path: Path) -> None:
    """Neither a copy nor a word of what stands there, nor the file's own name, which may be a victim's."""
    rows = [*b05({"0501": 4}), ("Họ tên nạn nhân", "Nguyễn Văn Kín"), ("CCCD", "012345678901")]
    cover = Return("007", YEAR, {})
    sent = write_book(tmp_path / "Nguyễn Văn Kín.xlsx", cover, extra={"B05": rows})
    done, (note,) = send_back(tmp_path, sent)
    (file,) = done.json()["files"]
    assert file["status"] == "quarantined"
    assert note.name == f"tep-cach-ly-{file['sha256'][:12]}.xlsx.ghi-chu.txt"
    text = note.read_text(encoding="utf-8-sig")
    assert "B05!" in text
    assert "Quận Hai Bà Trưng (007)" in text
    assert "Kín" not in text
    assert "012345678901" not in text
    (folder,) = (tmp_path / "back").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["_danh-sach.xlsx", note.name]
    assert not [part for part in parts_of(folder / "_danh-sach.xlsx").values() if "Kín".encode() in part]


def test_a_csv_with_personal_data_gets_a_note(tmp_path: Path) -> None:
    """It is refused whole, so nothing is left to give back."""
    sent = write_csv(tmp_path / "xa.csv", "B02", [Return("00271", YEAR, {"B02": [model(name="gọi 0912345678")]})])
    _, (note,) = send_back(tmp_path, sent)
    assert note.suffix == ".txt"
    assert "0912345678" not in note.read_text(encoding="utf-8-sig")


def test_what_a_ward_typed_is_no_formula_on_our_sheets(tmp_path: Path) -> None:
    for number, typed in enumerate(("=1+1", "+84", "-5%", "@SUM(A1)")):
        sent = tmp_path / f"{typed[0]}{number}.csv"
        with sent.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow((*KEY[:3], "Chỉ số", "Số lượng"))
            writer.writerow(("00271", "01/01/2018", "31/12/2018", "Tờ rơi", typed))
        folder = tmp_path / str(number)
        folder.mkdir()
        assert [one["Đang ghi"] for one in listed(the_copy(folder, sent))] == [f"'{typed}"]


# --- folders, names, lists --------------------------------------------------------------------------------------


def test_copies_lie_in_a_folder_of_their_district_under_the_names_that_wards_gave(tmp_path: Path) -> None:
    """Two wards may send the same name; the units of several districts are their province's business."""
    returns = tmp_path / "returns"
    for unit, folder in (("00271", "a"), ("00274", "b"), ("09679", "c")):
        (returns / folder).mkdir(parents=True)
        write_book(returns / folder / "bao cao.xlsx", faulty_b01(unit))
    write_csv(returns / "tinh.csv", "B01", [faulty_b01("00280"), faulty_b01("09682")])
    _, copies = send_back(tmp_path, returns)
    assert [path.relative_to(tmp_path / "back").as_posix() for path in copies] == [
        "007-quan-hai-ba-trung/bao cao (2).xlsx",
        "007-quan-hai-ba-trung/bao cao.xlsx",
        "01-thanh-pho-ha-noi/tinh.xlsx",
        "271-huyen-ba-vi/bao cao.xlsx",
    ]


def test_again_gives_the_same_bytes_and_no_more_files(tmp_path: Path) -> None:
    """Also of files that were known before: --returned asks for their copies again."""
    write_book(tmp_path / "xa.xlsx", faulty_b01())
    write_csv(tmp_path / "xa.csv", "B01", [faulty_b01("00274")])
    first, paths = send_back(tmp_path, tmp_path / "xa.xlsx", tmp_path / "xa.csv")
    before = {path: path.read_bytes() for path in (tmp_path / "back").rglob("*.*")}
    again, same = send_back(tmp_path, tmp_path / "xa.xlsx", tmp_path / "xa.csv")
    assert same == paths
    assert {path: path.read_bytes() for path in (tmp_path / "back").rglob("*.*")} == before
    assert "identical_file" in again.codes() - first.codes()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file that lies there under the same name stays as it is."""
    (tmp_path / "back" / "007-quan-hai-ba-trung").mkdir(parents=True)
    other = tmp_path / "back" / "007-quan-hai-ba-trung" / "xa.xlsx"
    other.write_bytes(b"of somebody")
    write_book(tmp_path / "xa.xlsx", faulty_b01())
    _, paths = send_back(tmp_path, tmp_path / "xa.xlsx")
    assert [path.name for path in paths] == ["xa (2).xlsx", "xa.xlsx"]
    assert other.read_bytes() == b"of somebody"


def test_the_originals_are_not_touched_and_the_folder_must_lie_elsewhere(tmp_path: Path) -> None:
    returns = tmp_path / "returns"
    returns.mkdir()
    sent = write_book(returns / "xa.xlsx", faulty_b01())
    before = sent.read_bytes()
    send_back(tmp_path, returns)
    assert sent.read_bytes() == before
    assert [path.name for path in returns.iterdir()] == ["xa.xlsx"]
    for inside in (returns, returns / "tra"):
        done = run("--db", tmp_path / "store.db", "ingest", returns, "--returned", inside)
        assert (done.status, "nằm trong thư mục báo cáo" in done.err) == (2, True)


def test_files_in_a_zip_come_back_as_files(tmp_path: Path) -> None:
    """Under the names that they have in the zip."""
    book = write_book(tmp_path / "trong.xlsx", faulty_b01())
    with zipfile.ZipFile(tmp_path / "goi.zip", "w") as archive:
        archive.write(book, "huyện/xã.xlsx")
    _, (copy,) = send_back(tmp_path, tmp_path / "goi.zip")
    assert copy.name == "xã.xlsx"
    assert codes_at(copy) == codes_at(book)


def test_the_list_says_what_goes_back_to_whom(tmp_path: Path) -> None:
    write_book(tmp_path / "xa.xlsx", faulty_b01())
    write_csv(tmp_path / "xa2.csv", "B01", [faulty_b01("00274")])
    send_back(tmp_path, tmp_path / "xa.xlsx", tmp_path / "xa2.csv")
    sheet = opened(tmp_path / "back" / "007-quan-hai-ba-trung" / "_danh-sach.xlsx").active
    assert sheet is not None
    assert str(sheet["A2"].value) == "Quận Hai Bà Trưng (007)"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    about = ["Ủy ban nhân dân", "01/01/2018–31/12/2018", "B01", "chấp nhận một phần", 1, 0]
    assert [row[1:9] for row in rows] == [
        ["Phường Thanh Nhàn (00271)", *about, "xa.xlsx"],
        ["Phường Cầu Dền (00274)", *about, "xa2.xlsx"],
    ]
    assert sheet["I5"].hyperlink is not None


def test_lists_and_notes_are_no_returns_but_copies_are(tmp_path: Path) -> None:
    """The folder of what went back can be taken in whole once the copies are corrected."""
    write_book(tmp_path / "xa.xlsx", faulty_b01())
    (tmp_path / "ảnh.pdf").write_bytes(b"%PDF-1.4")
    send_back(tmp_path, tmp_path / "xa.xlsx", tmp_path / "ảnh.pdf")
    assert [Path(one.shown).name for one in arrivals([tmp_path / "back"])] == ["xa.xlsx"]


def test_a_good_file_does_not_come_back(tmp_path: Path) -> None:
    sent = write_csv(tmp_path / "xa.csv", "B01", [Return("00271", YEAR, {"B01": b01(YES)})])
    done = run("--db", tmp_path / "s.db", "ingest", sent, "--returned", tmp_path / "back")
    assert done.status == 0
    assert "Không có tệp nào phải gửi trả" in done.err
    assert not (tmp_path / "back").exists()


def test_stdout_is_json_alone_and_the_counts_go_to_stderr(tmp_path: Path) -> None:
    sent = write_book(tmp_path / "xa.xlsx", faulty_b01())
    done: Run
    done, _ = send_back(tmp_path, sent)
    assert done.json()["summary"]["files"] == 1
    assert "1 bản đánh dấu, 0 tệp lời nhắn, 1 danh sách" in done.err


def test_the_english_copy_is_english_and_read_back_by_anyone(tmp_path: Path) -> None:
    """Its sheet is known by what it says, not by its language."""
    sent = write_book(tmp_path / "xa.xlsx", faulty_b01())
    back = tmp_path / "back"
    run("--lang", "en", "--db", tmp_path / "s.db", "ingest", sent, "--returned", back)
    (copy,) = back.rglob("xa.xlsx")
    assert opened(copy).sheetnames[0] == "To correct"
    assert opened(copy)["B01"]["D7"].comment is not None
    assert codes_at(copy) == codes_at(sent)


def test_the_column_of_reasons_is_found_by_its_heading_in_both_languages() -> None:
    found = []
    for language in ("vi", "en"):
        with speaking(language):
            found.append(say("marked.column.reason"))
    assert tuple(found) == REASON_LABELS


def test_more_problems_than_a_drawing_has_numbers_are_marked_in_one_file(tmp_path: Path) -> None:
    """A big CSV with a fault in every row comes back, too."""
    rows = [activity("01/02/2018", kind="hội ngị") for _ in range(1100)]
    sent = write_csv(tmp_path / "to.csv", "B04", [Return("00271", YEAR, {"B04": rows})])
    copy = the_copy(tmp_path, sent)
    assert len(listed(copy)) == 1100
    assert opened(copy)["Số liệu"]["J1101"].fill.fgColor.rgb == RED
    assert b'data="1,2"' in parts_of(copy)["xl/drawings/vmlDrawing1.vml"]


def test_every_planted_fault_comes_back_with_the_same_problems(tmp_path: Path) -> None:
    """Whatever is wrong, marking it changes nothing of what is read."""
    sent, copies = send_back(tmp_path, FAULTY)
    before, after = (_by_stem(done) for done in (sent, run("check", tmp_path / "back", "--format", "json")))
    assert len(after) >= 15
    assert after == {stem: problems for stem, problems in before.items() if stem in after}
    assert len(copies) == len(list(FAULTY.iterdir()))


def _by_stem(done: Run) -> dict[str, list[tuple[Any, ...]]]:
    """The problems of each file by its name without suffix; lateness apart, which `check` knows nothing of."""
    return {
        Path(file["path"]).stem: [
            (one["code"], one["form"], one["cell"], one["found"]) for one in file["problems"] if one["code"] != "late"
        ]
        for file in done.json()["files"]
        if file["status"] not in ("quarantined", "unreadable")
    }


def test_a_line_of_a_form_with_a_blank_answer_is_shown_as_blank(tmp_path: Path) -> None:
    """What stands in a cell is what the list says stands there."""
    rows = [line("B02", {"Tên mô hình": "Câu lạc bộ", "Loại": "chuyên sâu", "Số buổi": 2})]
    copy = the_copy(tmp_path, write_book(tmp_path / "b02.xlsx", Return("00271", YEAR, {"B02": rows})))
    assert {one["Ô"]: one["Đang ghi"] for one in listed(copy)} == {"H2": None}
