"""Reminders: who has yet to send or mend what, in short texts that can be pasted into a message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import takewhile

import pytest

from conftest import HA_NOI, Run, Store
from returns_made import YES, Lines, Return, activity, b05, by_district, documents, duty, flow, model, whole_year

Tracker = Callable[..., Run]
HERE, THERE, DISTRICT = "00271", "00256", "007"
TOO_MANY: Lines = {**YES, "0201": 9000, "0202": 6000, "0211": 7000, "0217": "A"}
HAI_BA_TRUNG = "007-quan-hai-ba-trung.txt"
PROVINCE = "01-thanh-pho-ha-noi.txt"


def texts(store: Store, tracker: Tracker, year: int = 2020, *options: object, lang: str = "vi") -> dict[str, str]:
    """Every text that `status --remind` writes, by file name."""
    folder = store.folder / "nhac"
    done = tracker("--lang", lang, "--db", store.db, "status", "--year", year, "--remind", folder, *options)
    assert done.status == 0, done.err
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))}


def section(text: str, heading: str) -> list[str]:
    """The lines under a numbered heading."""
    below = text.splitlines()
    (at,) = [number for number, line in enumerate(below) if heading in line]
    return list(takewhile(lambda line: line.startswith("- "), below[at + 1 :]))


def test_there_is_a_text_for_each_district_and_one_for_the_province(store: Store, tracker: Tracker) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    found = texts(store, tracker)
    districts = by_district("01", date(2020, 12, 31))
    assert {name[:3] for name in found} == {*districts, "01-"}
    assert all(name == name.lower() and name.isascii() for name in found)


def test_who_has_not_filed_is_named_with_the_last_day(store: Store, tracker: Tracker) -> None:
    """Communes that lack the same forms share a line."""
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    text = texts(store, tracker)[HAI_BA_TRUNG]
    lines = section(text, "Chưa nộp:")
    (without_b01,) = [line for line in lines if line.startswith("- B02, B04:")]
    assert without_b01 == "- B02, B04: Phường Thanh Nhàn"
    assert any(line.startswith("- B01, B02, B04: ") and line.count(",") > 10 for line in lines)
    assert "- B06: Quận Hai Bà Trưng" in lines
    assert "Hạn nộp B01, B02, B04, B06: hết ngày 29/11/2020." in text


def test_what_came_back_is_named_with_cell_and_reason_and_without_any_figure(store: Store, tracker: Tracker) -> None:
    wrong = Return(HERE, whole_year(2020), {"B02": [model(name="Mô hình 77")]}, ttc={"T11": "có"})
    store.send_book(wrong, received="2020-11-01")
    store.send("B01", [documents(THERE, TOO_MANY, 2020)], received="2020-11-01")
    text = texts(store, tracker)[HAI_BA_TRUNG]
    assert section(text, "bị trả lại") == ["- Phường Thanh Nhàn (B02): Ghi không phát sinh mà có số"]
    (mended,) = section(text, "còn phần có lỗi")
    assert mended.startswith("- Phường ")
    assert "(B01): Người tiếp cận vượt dân số (ô " in mended
    assert "7000" not in text.replace(".", "")
    assert "77" not in text
    assert "return-0" not in text


def test_a_quarantined_return_is_asked_for_again_without_personal_data_and_nothing_more(
    store: Store, tracker: Tracker
) -> None:
    rows = b05({"0531": flow(0, 43)})
    one = Return(DISTRICT, whole_year(2019), {"B05": rows}, agency="UBND")
    store.send_book(one, extra={"Nạn nhân": [("Họ tên", "Ngày sinh"), ("Nguyễn Thị X", "01/01/2001")]})
    store.send("B01", [documents(HERE, YES, 2019)])
    text = texts(store, tracker, 2019, "--plan", "hai-ba-trung-2019")[HAI_BA_TRUNG]
    assert section(text, "không kèm thông tin cá nhân") == ["- B05: Quận Hai Bà Trưng"]
    assert "Nguyễn Thị X" not in text
    assert "Nạn nhân" not in text
    assert "ô " not in text.split("không kèm thông tin cá nhân")[1].split("\n\n")[0]


def test_a_body_of_the_province_is_asked_by_its_name(store: Store, tracker: Tracker) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    text = texts(store, tracker)[PROVINCE]
    assert text.startswith("Kính gửi: Các cơ quan, đơn vị thuộc Thành phố Hà Nội\n")
    assert "Sở Thông tin và Truyền thông Thành phố Hà Nội" in "\n".join(section(text, "Chưa nộp:"))


def test_any_one_of_several_forms_is_said_so(store: Store, tracker: Tracker) -> None:
    rows = [activity("05/03/2021")]
    store.send("B04", [Return("37", whole_year(2021), {"B04": rows}, agency="CA")])
    (text,) = texts(store, tracker, 2021).values()
    assert "- một trong các biểu B03, B04, B08: " in text
    assert "Công an" not in text


def test_a_district_that_has_done_everything_is_thanked(store: Store, tracker: Tracker) -> None:
    """Its text says so; it takes the place of the one that asked."""
    first = [Return(DISTRICT, whole_year(2020), {"B06": [duty("HN-V5", first="01/03/2020")]})]
    communes = by_district("01", date(2020, 12, 31))[DISTRICT]
    every = [Return(code, whole_year(2020), {"B01": documents(code, YES, 2020).forms["B01"]}) for code in communes]
    store.send("B06", first)
    store.send("B01", every)
    assert "Chưa nộp:" in texts(store, tracker)[HAI_BA_TRUNG]
    store.send("B02", [Return(code, whole_year(2020), {"B02": [model()]}) for code in communes])
    store.send("B04", [Return(code, whole_year(2020), {"B04": [activity("05/03/2020")]}) for code in communes])
    text = texts(store, tracker)[HAI_BA_TRUNG]
    assert "đã đủ và không còn phần phải sửa" in text
    assert "Chưa nộp" not in text


# --- files ------------------------------------------------------------------------------------------------------


def test_the_texts_are_the_same_again(store: Store, tracker: Tracker) -> None:
    store.send("B01", [documents(HERE, TOO_MANY, 2020)], received="2020-11-01")
    folder = store.folder / "nhac"
    first = texts(store, tracker), (folder / ".tracker-remind.json").read_bytes()
    assert first == (texts(store, tracker), (folder / ".tracker-remind.json").read_bytes())


def test_a_text_that_someone_edited_stays_and_is_told(store: Store, tracker: Tracker) -> None:
    """Others are written anew; the edited one keeps every word."""
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    texts(store, tracker)
    folder = store.folder / "nhac"
    (folder / HAI_BA_TRUNG).write_text("Đã sửa tay", "utf-8")
    (folder / "ghi-chu.txt").write_text("của tôi", "utf-8")
    store.send("B01", [documents("00001", YES, 2020)], received="2020-11-01")
    done = tracker("--db", store.db, "status", "--year", 2020, "--remind", folder)
    assert (folder / HAI_BA_TRUNG).read_text("utf-8") == "Đã sửa tay"
    assert (folder / "ghi-chu.txt").read_text("utf-8") == "của tôi"
    assert HAI_BA_TRUNG in done.err
    assert "Số văn bản nhắc đã ghi: 30 (" in done.err  # of 30 districts and the province
    assert "- B02, B04: Phường Phúc Xá" in (folder / "001-quan-ba-dinh.txt").read_text("utf-8")


def test_one_district_and_what_was_known_on_a_day(store: Store, tracker: Tracker) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-20")
    found = texts(store, tracker, 2020, "--district", DISTRICT, "--known-on", "2020-11-19", "--plan", HA_NOI)
    assert list(found) == [HAI_BA_TRUNG]
    assert "các báo cáo nhận được đến hết ngày 19/11/2020" in found[HAI_BA_TRUNG]
    assert "- B02, B04:" not in found[HAI_BA_TRUNG]


def test_json_stays_alone_on_stdout(store: Store, tracker: Tracker) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    folder = store.folder / "nhac"
    done = tracker("--db", store.db, "status", "--year", 2020, "--format", "json", "--remind", folder)
    assert done.json()["year"] == 2020
    assert str(folder) in done.err


def test_a_folder_that_is_a_file_is_told_clearly(store: Store, tracker: Tracker) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    place = store.folder / "nhac"
    place.write_text("tệp", "utf-8")
    done = tracker("--db", store.db, "status", "--year", 2020, "--remind", place)
    assert done.status == 3
    assert str(place) in done.err
    assert place.read_text("utf-8") == "tệp"


def test_english_says_the_same(store: Store, tracker: Tracker) -> None:
    store.send("B01", [documents(THERE, TOO_MANY, 2020)], received="2020-11-01")
    text = texts(store, tracker, lang="en")[HAI_BA_TRUNG]
    assert text.startswith("To: People’s Committee of Quận Hai Bà Trưng\n")
    assert "Reached exceeds the population (cell " in text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_next_step_after_writing_is_to_send(store: Store, tracker: Tracker, lang: str) -> None:
    store.send("B01", [documents(HERE, YES, 2020)], received="2020-11-01")
    folder = store.folder / "n"
    done = tracker("--lang", lang, "--db", store.db, "status", "--year", 2020, "--remind", folder)
    last = " ".join(done.out.split("\n\n")[-1].split())
    assert "tracker ingest" in last
    assert "--remind" not in last
