"""Ninh Bình, 2021: six agencies of the province on what they did, some of it only roughly counted.

Every figure is invented. What a report must tell is worked out from the same list that the returns are written from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from expectation import Filing, Json
from forms import HEADERS, Cell, Row
from ministry_form import Cover, write_bare_return, write_received
from registry import communes_on

PLAN = "ninh-binh-2021"
YEAR, PROVINCE = 2021, "37"
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
RECEIVED = date(YEAR, 12, 20)
OFFICES = {
    "LDTBXH": "Sở Lao động - Thương binh và Xã hội",
    "CA": "Công an tỉnh",
    "BDBP": "Bộ Chỉ huy Bộ đội Biên phòng tỉnh",
    "TTTT": "Sở Thông tin và Truyền thông",
    "MTTQ": "Ủy ban Mặt trận Tổ quốc tỉnh",
    "LHPN": "Hội Liên hiệp Phụ nữ tỉnh",
}
WORDS = {"exact": "", "over": "trên ", "nearly": "gần ", "about": "khoảng "}
COLUMNS = {
    "sessions": "Số cuộc",
    "attendances": "Lượt người dự",
    "staff_turns": "Lượt cán bộ",
    "leaflets": "Tờ rơi",
    "books": "Sách, bộ tài liệu",
    "banners": "Băng rôn",
    "billboards": "Pano",
    "broadcasts": "Số lần phát",
    "items": "Tin, bài",
    "facebook_pages": "Trang Facebook",
    "zalo_groups": "Nhóm Zalo",
}
ADDED = ("items", "leaflets", "broadcasts")
"""What has a total: the other columns mix what must not be added."""
BY_AGENCY_ALONE = ("facebook_pages", "zalo_groups")
MEETINGS = ("hội nghị", "lớp tập huấn")

Quantity = tuple[int, str]
"""A number and how exactly it is meant."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A row of B04."""

    agency: str
    day: date
    kind: str
    told: dict[str, Quantity] = field(default_factory=dict)

    def row(self) -> Row:
        cells: dict[str, Cell] = {"Từ ngày": self.day, "Loại hoạt động": self.kind}
        cells |= {COLUMNS[name]: _written(*quantity) for name, quantity in self.told.items()}
        return tuple(cells.get(label) for label in HEADERS["B04"])

    @property
    def is_counted_meeting(self) -> bool:
        return self.kind in MEETINGS and {"sessions", "attendances"} <= self.told.keys()


def _written(number: int, how: str) -> Cell:
    """As an office types it: a bare number, or a word before one with dots between the thousands."""
    return number if how == "exact" else WORDS[how] + f"{number:,}".replace(",", ".")


def _of(number: int, how: str = "exact") -> Quantity:
    return number, how


DEEDS = (
    Deed("LDTBXH", date(YEAR, 4, 22), "hội nghị", {"sessions": _of(3), "attendances": _of(420, "over")}),
    Deed("LDTBXH", date(YEAR, 6, 3), "phát thanh", {"broadcasts": _of(44), "items": _of(61)}),
    Deed("LDTBXH", date(YEAR, 7, 30), "cấp phát tài liệu", {"leaflets": _of(3_850)}),
    Deed("LDTBXH", date(YEAR, 9, 16), "hội nghị", {"sessions": _of(5), "attendances": _of(512)}),
    Deed("CA", date(YEAR, 5, 11), "cấp phát tài liệu", {"leaflets": _of(6_240)}),
    Deed("CA", date(YEAR, 7, 28), "tuyên truyền lưu động", {"sessions": _of(133)}),
    Deed("CA", date(YEAR, 7, 30), "treo băng rôn pano", {"banners": _of(212), "billboards": _of(37)}),
    Deed("CA", date(YEAR, 10, 5), "hội nghị", {"attendances": _of(4_318)}),
    Deed("BDBP", date(YEAR, 7, 30), "phát thanh", {"broadcasts": _of(9)}),
    Deed("TTTT", date(YEAR, 8, 2), "đăng mạng xã hội", {"items": _of(27)}),
    Deed("MTTQ", date(YEAR, 6, 17), "lớp tập huấn", {"sessions": _of(3), "attendances": _of(260, "over")}),
    Deed("MTTQ", date(YEAR, 11, 18), "nói chuyện chuyên đề", {"staff_turns": _of(870, "nearly")}),
    Deed("LHPN", date(YEAR, 3, 8), "sinh hoạt lồng ghép", {"sessions": _of(87), "attendances": _of(3_913)}),
    Deed("LHPN", date(YEAR, 7, 30), "cấp phát tài liệu", {"books": _of(2_100, "over")}),
    Deed(
        "LHPN",
        date(YEAR, 10, 20),
        "đăng mạng xã hội",
        {"facebook_pages": _of(96), "zalo_groups": _of(141), "items": _of(208)},
    ),
)
OTHERS = (("TTTT", "Trang TTĐT được rà soát", 640), ("LDTBXH", "Xã được hỗ trợ kinh phí", 3))
NEWS = (("LDTBXH", date(YEAR, 7, 24), "Phóng sự mẫu ngày 30/7"),)


def write(folder: Path) -> Json:
    """Writes the returns and gives back what a report of them must say."""
    folder.mkdir(parents=True)
    names = []
    for agency, office in OFFICES.items():
        names.append(f"2021-37-{agency}.xlsx")
        sheets = {"B04": [deed.row() for deed in DEEDS if deed.agency == agency]}
        if news := [_item(day, title) for of, day, title in NEWS if of == agency]:
            sheets["B03"] = news
        if others := [(name, number, None, None) for of, name, number in OTHERS if of == agency]:
            sheets["B08"] = list(others)
        write_bare_return(folder / names[-1], Cover(PROVINCE, office, FIRST, LAST, agency=agency), sheets)
    write_received(folder, dict.fromkeys(names, RECEIVED))
    return {"plan": PLAN, "folder": f"{PLAN}/returns", "runs": [_run()]}


def _item(day: date, title: str) -> Row:
    about: Row = (day, "MAU-37", "Đài tỉnh (mẫu)", "báo chí địa phương", "báo hình", "phóng sự", title)
    return (*about, None, 1, 12, "chuyên đề", "có", None)


# Expected figures


def _run() -> Json:
    filers = frozenset((PROVINCE, agency) for agency in OFFICES)
    filing = Filing({"B03, B04, B08": filers})
    for unit, agency in filers:
        filing.record("B03, B04, B08", unit, agency, RECEIVED)
    return {
        "year": YEAR,
        "args": [],
        "registry_units": len(communes_on(PROVINCE, LAST)),
        "submission": filing.counts(),
        "targets": [{"id": "counts", "verdict": None, "values": _values()}],
    }


def _values() -> list[Json]:
    lines: list[Json] = []
    for name in COLUMNS:
        told = [deed for deed in DEEDS if name in deed.told]
        if name in ADDED:
            lines.append(_line(name, None, (deed.told[name] for deed in told)))
        lines += _groups(name, name, told, alone=name in BY_AGENCY_ALONE)
    held = [deed for deed in DEEDS if deed.is_counted_meeting]
    for key, name in (("meetings", "sessions"), ("meeting_attendances", "attendances")):
        lines.append(_line(key, None, (deed.told[name] for deed in held)))
        lines += _groups(key, name, held, alone=key == "meetings")
    lines.append(_line("published", None, [_of(len(NEWS))]))
    lines += [_line("published", f"{agency} · báo chí địa phương", [_of(1)]) for agency, _, _ in NEWS]
    lines += [_line("other", f"{agency} · {name}", [_of(number)]) for agency, name, number in OTHERS]
    return lines


def _groups(key: str, name: str, deeds: list[Deed], *, alone: bool) -> list[Json]:
    groups: dict[str, list[Quantity]] = {}
    for deed in deeds:
        groups.setdefault(deed.agency if alone else f"{deed.agency} · {deed.kind}", []).append(deed.told[name])
    return [_line(key, group, quantities) for group, quantities in sorted(groups.items())]


def _line(key: str, group: str | None, quantities: Iterable[Quantity]) -> Json:
    listed = list(quantities)
    value, how = sum(number for number, _ in listed), {how for _, how in listed} - {"exact"}
    return {"key": key, "group": group, "value": value, "qualifier": _together(how)}


def _together(how: set[str]) -> str:
    """Exact with over is over, exact with nearly is nearly, over with nearly only about."""
    return "about" if len(how) > 1 else next(iter(how), "exact")
