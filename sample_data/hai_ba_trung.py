"""Hai Bà Trưng, 2019: twenty wards and their district on residents informed, tips, cases, victims and coverage.

What each must come to is decided in the constants; the returns and the expected figures are written from them. The
counts of victims and cases are as invented as everything else here.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from expectation import Filing, Json, Span, total
from forms import HEADERS, Cell, Row, b01_rows
from ministry_form import Cover, write_bare_return, write_csv, write_ministry_return, write_received
from registry import Commune, communes_on

PLAN = "hai-ba-trung-2019"
YEAR, DISTRICT, TITLE = 2019, "007", "Quận Hai Bà Trưng"
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
RECEIVED = date(YEAR + 1, 1, 6)
SILENT = "00283"
MERGED_SINCE = {"00250": 4_327, "00253": 5_108}
"""Residents of the two wards that are no more in 2020; the first is what it says of itself in the city's samples."""
WORKBOOKS = ("00241", "00256", "00292")
INFORMED_OF_A_HUNDRED = 75
"""What the reporting wards reached, so that the silent one decides whether it is three quarters of all."""
NEWS = {2018: (24, 7), 2019: (31, 8)}
"""By year: different items, and minutes of each; the second item of 2019 is listed twice and counts once."""
THREE_QUARTERS, ALL = Fraction(3, 4), Fraction(1)

Flow = tuple[int, int, int, int, int]
"""Carried over, new, still in time, overdue, passed on."""

FLOWS: dict[str, tuple[str, Flow]] = {
    "0501": ("Tin báo, tố giác", (1, 8, 2, 0, 0)),
    "0511": ("Vụ việc có dấu hiệu tội phạm", (0, 2, 0, 0, 1)),
    "0521": ("Vụ án đề nghị truy tố", (0, 0, 0, 0, 0)),
    "0523": ("Vụ án đưa ra xét xử", (0, 0, 0, 0, 0)),
    "0531": ("Nạn nhân tiếp nhận", (0, 3, 0, 0, 0)),
}
STAGES: dict[str, tuple[str, int]] = {
    "0502": ("Tin báo đã phân loại", 9),
    "0503": ("Tin báo đã xử lý", 7),
    "0504": ("Tin báo đã xác minh", 7),
    "0512": ("Vụ việc đã khởi tố", 1),
    "0522": ("Vụ án đã truy tố", 0),
    "0524": ("Vụ án đã xét xử", 0),
    "0525": ("Vụ án xét xử điểm", 0),
    "0526": ("Vụ án xét xử lưu động", 0),
    "0532": ("Nạn nhân nữ", 2),
    "0535": ("Nạn nhân đã xác minh", 3),
    "0536": ("Đã kết luận xác định", 3),
    "0537": ("Được xác định là nạn nhân", 3),
    "0538": ("Nạn nhân được bảo vệ", 3),
    "0539": ("Nạn nhân có nhu cầu hỗ trợ", 2),
    "0540": ("Nạn nhân được hỗ trợ", 1),
}
PARTS: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "tips": (
        ("classified", "0502", "0501", False),
        ("processed", "0503", "0501", True),
        ("verified", "0504", "0501", True),
    ),
    "incidents": (("", "0512", "0511", True),),
    "cases": (("indicted", "0522", "0521", True), ("exemplary", "0525", "0523", True)),
    "victims_protected": (
        ("verified", "0535", "0531", True),
        ("concluded", "0536", "0531", True),
        ("protected", "0538", "0537", False),
    ),
    "victims_supported": (("", "0540", "0539", False),),
}
"""Of each target: its parts with the lines of the part and of the whole, and whether only what was due counts."""


@dataclass(frozen=True, slots=True)
class Ward:
    commune: Commune
    people: int
    informed: int | None


def write(folder: Path, rng: random.Random, residents: Mapping[str, int]) -> Json:
    """Writes the returns and gives back what a report of them must say.

    `residents` are those of the city's samples, so that both can stand in one store without contradicting each other.
    """
    folder.mkdir(parents=True)
    wards = _decide(rng, {**MERGED_SINCE, **residents})
    names = [_write_list(folder, wards), *_write_wards(folder, wards, rng)]
    names += [_write_news(folder, year) for year in NEWS]
    names.append("2019-007-B05.xlsx")
    write_bare_return(folder / names[-1], Cover(DISTRICT, f"UBND {TITLE}", FIRST, LAST), {"B05": _b05()})
    write_received(folder, dict.fromkeys(names, RECEIVED))
    return {"plan": PLAN, "folder": f"{PLAN}/returns", "runs": _runs(wards)}


def _decide(rng: random.Random, residents: Mapping[str, int]) -> list[Ward]:
    wards = []
    for commune in (one for one in communes_on("01", LAST) if one.district == DISTRICT):
        people = residents[commune.code]
        reached = people * INFORMED_OF_A_HUNDRED // 100 + rng.randint(-90, 90)
        wards.append(Ward(commune, people, None if commune.code == SILENT else reached))
    return wards


# Returns


def _write_list(folder: Path, wards: list[Ward]) -> str:
    name = "2019-01-TTTT-B00.csv"
    cover = Cover("01", "Sở Thông tin và Truyền thông", FIRST, LAST, agency="TTTT")
    rows = [_place(ward) for ward in wards]
    write_csv(folder / name, "B00", [(cover, rows)])
    return name


def _place(ward: Ward) -> Row:
    before: Row = (ward.commune.code, ward.commune.title, "không", None, None, None, None, ward.people)
    return (*before, None, None, None, None, None, FIRST, "Số liệu mô phỏng")


def _write_wards(folder: Path, wards: list[Ward], rng: random.Random) -> list[str]:
    covers = {ward: Cover(ward.commune.code, ward.commune.title, FIRST, LAST) for ward in wards if ward.informed}
    b01 = {ward: b01_rows({"0216": (ward.informed, None)}, every_line=False) for ward in covers}
    b04 = {ward: [_activity(rng)] for ward in covers}
    in_csv = [ward for ward in covers if ward.commune.code not in WORKBOOKS]
    names = ["2019-007-B01.csv", "2019-007-B04.csv"]
    write_csv(folder / names[0], "B01", [(covers[ward], b01[ward]) for ward in in_csv])
    write_csv(folder / names[1], "B04", [(covers[ward], b04[ward]) for ward in in_csv])
    for ward in covers:
        if ward.commune.code in WORKBOOKS:
            names.append(f"2019-007-{ward.commune.code}.xlsx")
            write_ministry_return(folder / names[-1], covers[ward], {"B01": b01[ward], "B04": b04[ward]})
    return names


def _activity(rng: random.Random) -> Row:
    day = FIRST + timedelta(days=rng.randrange(364))
    before: Row = (day, day, "nói chuyện chuyên đề", "địa bàn dân cư", "chuyên đề", "Hội LHPN", 1)
    return (*before, rng.randint(31, 92), *(None,) * (len(HEADERS["B04"]) - 8))


def _write_news(folder: Path, year: int) -> str:
    items, minutes = NEWS[year]
    rows = [_item(year, number, minutes) for number in range(items)]
    if year == YEAR:
        rows.append(rows[1])
    name = f"{year}-007-B03.csv"
    cover = Cover(DISTRICT, f"UBND {TITLE}", date(year, 1, 1), date(year, 12, 31))
    write_csv(folder / name, "B03", [(cover, rows)])
    return name


def _item(year: int, number: int, minutes: int) -> Row:
    day = date(year, 1, 4) + timedelta(days=11 * number)
    about: Row = (day, "MAU-007", "Đài truyền thanh quận (mẫu)", "truyền thanh cấp huyện", "truyền thanh", "bài")
    return (*about, f"Bản tin mẫu số {number + 1}", None, 2, minutes, "chuyên đề", "có", None)


def _b05() -> list[Row]:
    rows: dict[str, Row] = {}
    for code, (label, (carried, new, in_time, overdue, moved)) in FLOWS.items():
        whole = carried + new
        columns = (carried, new, whole, whole - in_time - overdue - moved, in_time, overdue, moved)
        rows[code] = (label, code, "vụ, người", *columns, None)
    for code, (label, number) in STAGES.items():
        columns_of_stage: tuple[Cell, ...] = (None, None, number, None, None, None, None)
        rows[code] = (label, code, "vụ, người", *columns_of_stage, None)
    return [rows[code] for code in sorted(rows)]


# Expected figures


def _runs(wards: list[Ward]) -> list[Json]:
    openly: Json = {
        "year": YEAR,
        "args": ["--restricted"],
        "registry_units": len(wards),
        "submission": _filing(wards).counts(),
        "targets": [_informed(wards), *(_stages(target) for target in PARTS), _grew()],
    }
    masked: Json = {
        "year": YEAR,
        "args": [],
        "registry_units": len(wards),
        "submission": openly["submission"],
        "targets": [_masked(target) for target in openly["targets"]],
    }
    return [openly, masked]


def _filing(wards: list[Ward]) -> Filing:
    of_wards = frozenset((ward.commune.code, "UBND") for ward in wards)
    of_district = frozenset({(DISTRICT, "UBND")})
    filing = Filing({"B01": of_wards, "B04": of_wards, "B03": of_district, "B05": of_district})
    for form, filers in filing.expected.items():
        for unit, agency in filers:
            if unit != SILENT:
                filing.record(form, unit, agency, RECEIVED)
    return filing


def _informed(wards: list[Ward]) -> Json:
    silent = [Span(0, ward.people, ward.people, 1) for ward in wards if ward.informed is None]
    told = [Span(ward.informed, ward.informed, ward.people, 0) for ward in wards if ward.informed is not None]
    return {"id": "informed", **total([*silent, *told]).judged(THREE_QUARTERS)}


def _due(code: str, *, only_due: bool) -> int:
    if code in STAGES:
        return STAGES[code][1]
    carried, new, in_time, _, moved = FLOWS[code][1]
    return carried + new - (in_time + moved if only_due else 0)


def _stages(target: str) -> Json:
    lines = [_stage(*part) for part in PARTS[target]]
    if not lines[0]["id"]:
        return {**lines[0], "id": target}
    verdicts = {line["verdict"] for line in lines}
    worst = next((one for one in ("not_met", "insufficient_data", "met") if one in verdicts), "nil")
    return {"id": target, "verdict": worst, "no_figures": True, "parts": lines}


def _stage(name: str, part: str, whole: str, only_due: bool) -> Json:
    span = Span(_due(part, only_due=False), _due(part, only_due=False), _due(whole, only_due=only_due), 0)
    if span.whole == 0:
        return {"id": name, "numerator": 0, "denominator": 0, "verdict": "nil"}
    return {"id": name, **span.judged(ALL)}


def _grew() -> Json:
    (items, minutes), (items_before, minutes_before) = NEWS[YEAR], NEWS[YEAR - 1]
    pairs = {"items": (items, items_before), "minutes": (2 * items * minutes, 2 * items_before * minutes_before)}
    parts = [
        {"id": name, "numerator": now, "denominator": before, "verdict": "met" if now > before else "not_met"}
        for name, (now, before) in pairs.items()
    ]
    verdict = "met" if all(part["verdict"] == "met" for part in parts) else "not_met"
    return {"id": "coverage_grew", "verdict": verdict, "no_figures": True, "parts": parts}


SPEAK_OF_PERSONS = ("incidents", "cases", "victims_protected", "victims_supported")


def _masked(target: Json) -> Json:
    """The same without --restricted: of cases and victims, figures from 1 to 4 are null."""
    if target["id"] not in SPEAK_OF_PERSONS:
        return target
    if "parts" in target:
        return {**target, "parts": [_hidden(part) for part in target["parts"]]}
    return _hidden(target)


def _hidden(line: Json) -> Json:
    if not {line["numerator"], line["denominator"]} & set(range(1, 5)):
        return line
    kept = {key: line[key] for key in ("id", "threshold", "verdict")}
    return {**kept, "numerator": None, "denominator": None, "masked": True}
