"""Hà Nội, 2020: 579 communes, most of them in one CSV per district and form, two districts as ministry workbooks.

The returns are written from the plan of outcomes (`ha_noi_outcome`); so are the expected figures, on their own way.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

from expectation import Filing, Json
from forms import Answers, Cell, Row, b01_rows
from ha_noi_expected import expected
from ha_noi_outcome import (
    FIRST,
    LAST,
    NIL,
    PLAN,
    SILENT_DISTRICT,
    WORKBOOK_DISTRICTS,
    YEAR,
    Outcome,
    People,
    Reached,
    decide,
    people_of,
)
from ministry_form import Cover, Sheets, write_bare_return, write_csv, write_ministry_return, write_received
from press import LOCAL_OUTLETS, outlet_rows, quarter_rows
from registry import Commune, by_district

ON_TIME, ONE_DAY_LATE, LATE = date(YEAR, 11, 25), date(YEAR, 11, 30), date(YEAR, 12, 4)
LAST_DAY_ON_TIME = date(YEAR, 11, 29)
LATE_CSVS = {("B01", "018"): LATE, ("B02", "018"): LATE, ("B02", "280"): ONE_DAY_LATE}
LATE_WORKBOOKS = {"00262": ONE_DAY_LATE, "00283": LATE, "09769": LATE}
CORRECTED = "00256"  # sends a second version
FORECAST = "09775"  # its return was drawn up before the year was over
MERGED = Commune("00250", "Bùi Thị Xuân", "phường", "007", "Quận Hai Bà Trưng")  # part of 00241 from 01/03/2020


def write(folder: Path, rng: random.Random) -> Json:
    """Writes the returns and gives back what a report of them must say."""
    outcome = decide(rng)
    folder.mkdir(parents=True)
    received: dict[str, date] = {}
    filing = _filing(outcome)
    _write_reference(folder, outcome, received)
    _write_csvs(folder, outcome, rng, received, filing)
    _write_workbooks(folder, outcome, rng, received, filing)
    _write_agencies(folder, outcome, rng, received, filing)
    write_received(folder, received)
    return {"plan": PLAN, "folder": f"{PLAN}/returns", "runs": [expected(outcome, filing)]}


def _filing(outcome: Outcome) -> Filing:
    communes = frozenset((commune.code, "UBND") for commune in outcome.communes)
    agencies = {("01", agency) for agency in ("TTTT", "LHPN", "BC", "MTTQ")}
    districts = {(code, "UBND") for code in by_district(outcome.communes)}
    expected = {"B01": communes, "B02": communes, "B04": communes, "B03": frozenset({("01", "TTTT")})}
    return Filing({**expected, "B06": frozenset(agencies | districts)}, LAST_DAY_ON_TIME)


def _cover(commune: Commune) -> Cover:
    return Cover(commune.code, commune.title, FIRST, LAST)


def _write_reference(folder: Path, outcome: Outcome, received: dict[str, date]) -> None:
    name = "2020-danh-muc.xlsx"
    cover = Cover("01", "Sở Thông tin và Truyền thông", FIRST, LAST, agency="TTTT")
    write_ministry_return(folder / name, cover, {"B00": _b00(outcome), "B00P": outlet_rows()})
    received[name] = date(YEAR, 5, 15)


def _b00(outcome: Outcome) -> list[Row]:
    grounds = ("nhiều nguy cơ", "nhiều vụ việc", "nhiều người trở về")
    rows: list[Row] = []
    for index, commune in enumerate(outcome.communes):
        p = outcome.people[commune.code]
        counts = (p.everyone, p.women, p.aged_14_60, p.women_14_60, p.aged_14_15, p.under_14)
        hot: Row = ("không", None, None, None, None)
        if commune.code in outcome.hot_spots:
            hot = ("có", grounds[index % 3], "Văn bản mẫu 01", date(YEAR, 4, 1), None)
        rows.append((commune.code, commune.title, *hot, *counts, date(YEAR, 4, 1), "số liệu mô phỏng"))
    return rows


def _write_csvs(
    folder: Path, outcome: Outcome, rng: random.Random, received: dict[str, date], filing: Filing
) -> None:
    for district, communes in by_district(outcome.communes).items():
        if district in WORKBOOK_DISTRICTS:
            continue
        reporting = [c for c in communes if c.code not in outcome.silent]
        tables = {
            "B01": [(_cover(c), b01_rows(_b01(outcome, c.code, rng), every_line=False)) for c in reporting],
            "B02": [(_cover(c), _b02(outcome, c.code, rng)) for c in reporting if outcome.answers_models(c.code)],
        }
        for form, units in tables.items():
            name = f"2020-{form}-{district}.csv"
            write_csv(folder / name, form, units)
            received[name] = LATE_CSVS.get((form, district), ON_TIME)
            for cover, _ in units:
                filing.record(form, cover.unit, "UBND", received[name])


def _write_workbooks(
    folder: Path, outcome: Outcome, rng: random.Random, received: dict[str, date], filing: Filing
) -> None:
    reporting = [c for c in outcome.communes if c.district in WORKBOOK_DISTRICTS and c.code not in outcome.silent]
    for commune in reporting:
        answers = _b01(outcome, commune.code, rng) | _copies(rng)
        sheets: Sheets = {"B01": b01_rows(answers, every_line=True), "B02": [], "B04": []}
        if commune.code != NIL:
            sheets |= {"B02": _b02(outcome, commune.code, rng), "B04": _b04(rng)}
        day = LATE_WORKBOOKS.get(commune.code, ON_TIME)
        prepared = date(YEAR, 11, 20) if commune.code == FORECAST else None
        cover = replace(_cover(commune), nil=commune.code == NIL, prepared=prepared)
        name = f"2020-{commune.district}-{commune.code}.xlsx"
        if commune.code == CORRECTED:
            _write_first_version(folder, cover, sheets, answers)
            received[f"2020-{commune.district}-{commune.code}-lan1.xlsx"] = date(YEAR, 11, 16)
            cover = replace(cover, revision=2)
            day = date(YEAR, 11, 27)
            name = name.replace(".xlsx", "-lan2.xlsx")
        write_ministry_return(folder / name, cover, sheets)
        received[name] = day
        for form in sheets:
            filing.record(form, commune.code, "UBND", day)
    _write_merged(folder, rng, received)


def _write_first_version(folder: Path, cover: Cover, sheets: Sheets, answers: Answers) -> None:
    """What the commune sent first: the second kind of document was not deployed yet."""
    earlier = {**answers, "0107": ("không", None)}
    earlier.pop("0108", None)
    name = f"2020-007-{cover.unit}-lan1.xlsx"
    write_ministry_return(folder / name, cover, {**sheets, "B01": b01_rows(earlier, every_line=True)})


def _write_merged(folder: Path, rng: random.Random, received: dict[str, date]) -> None:
    """A ward that became part of another on 01/03/2020 reports as well; its successor's own return counts."""
    people = people_of(rng)
    answers: Answers = {**_documents(rng), **_population(people), **_copies(rng)}
    name = f"2020-{MERGED.district}-{MERGED.code}.xlsx"
    none: list[Row] = [("Không phát sinh",)]
    sheets: Sheets = {"B01": b01_rows(answers, every_line=True), "B02": none, "B04": none}
    write_ministry_return(folder / name, _cover(MERGED), sheets)
    received[name] = ON_TIME


def _b01(outcome: Outcome, code: str, rng: random.Random) -> Answers:
    answers = {**_documents(rng), **_population(outcome.people[code])}
    if code == outcome.half_answered:
        del answers["0107"], answers["0108"]
    if code == outcome.with_kit:
        answers = {line: cell for line, cell in answers.items() if line not in ("0101", "0105")}
        answers["0109"] = ("có", None)
    if code in outcome.reached:
        answers |= _reach_lines(outcome.reached[code])
    return dict(sorted(answers.items()))


def _documents(rng: random.Random) -> Answers:
    dates = [date(YEAR, month, rng.randint(1, 28)) for month in (rng.randint(1, 3), rng.randint(4, 10))]
    later = [date(YEAR, month, rng.randint(1, 28)) for month in (rng.randint(1, 4), rng.randint(5, 10))]
    values: tuple[Cell, ...] = ("có", dates[0], "có", dates[1], "có", later[0], "có", later[1])
    return {f"01{line:02}": (value, None) for line, value in enumerate(values, 1)}


def _population(people: People) -> Answers:
    return {"0201": (people.everyone, people.women), "0202": (people.aged_14_60, people.women_14_60)}


def _reach_lines(reached: Reached) -> Answers:
    lines: Answers = {
        "0211": (reached.aged_14_60, reached.women_14_60),
        "0212": (reached.aged_14_15, None),
        "0213": (reached.under_14, None),
        "0214": (reached.over_60, None),
        "0215": (reached.everyone, None),
    }
    if reached.method:
        lines["0217"] = (reached.method, None)
    if reached.sample is not None:
        lines["0218"] = (reached.sample, None)
    return lines


def _copies(rng: random.Random) -> Answers:
    parts = [rng.randint(310, 960), rng.randint(11, 74), rng.randint(21, 160), rng.randint(0, 9), rng.randint(0, 30)]
    lines: Answers = {f"01{line}": (count, None) for line, count in enumerate(parts, 12)}
    return {"0111": (sum(parts), None), **lines, "0117": (sum(parts) - rng.randint(3, 190), None)}


def _b02(outcome: Outcome, code: str, rng: random.Random) -> list[Row]:
    rows: list[Row] = []
    if code in outcome.dedicated:
        rows.append(_model(rng, f"{code}-CS1", "chuyên sâu", None))
    elif rng.random() < 0.06:
        rows.append(_ended_model(rng, f"{code}-CS1"))
    if code in outcome.integrated:
        rows.append(_model(rng, f"{code}-LG1", "lồng ghép", rng.choice(("bình đẳng giới", "nông thôn mới"))))
    return rows or [("Không phát sinh",) + (None,) * 12]


def _model(rng: random.Random, code: str, kind: str, host: str | None) -> Row:
    founded = date(rng.randint(2016, 2019), rng.randint(1, 12), rng.randint(1, 28))
    members, sessions = rng.randint(18, 64), rng.randint(2, 12)
    women = members * rng.randint(55, 90) // 100
    name = "CLB Phòng, chống mua bán người" if host is None else "CLB Phụ nữ và pháp luật"
    attendances = sessions * members - rng.randint(3, 30)
    status = ("đang hoạt động", None, sessions, members, women, attendances)
    return (code, name, kind, "câu lạc bộ", host, "Hội LHPN", founded, *status)


def _ended_model(rng: random.Random, code: str) -> Row:
    status, day = rng.choice((("tạm dừng", date(YEAR, 2, 10)), ("đã giải thể", date(YEAR, 1, 15))))
    founded = date(2017, rng.randint(1, 12), rng.randint(1, 28))
    name = "Địa chỉ tin cậy tại cộng đồng"
    return (code, name, "chuyên sâu", "địa chỉ tin cậy", None, "Hội LHPN", founded, status, day, 0, 22, 17, 0)


def _b04(rng: random.Random) -> list[Row]:
    kinds = ("hội nghị", "nói chuyện chuyên đề", "tọa đàm", "sinh hoạt lồng ghép", "tuyên truyền lưu động")
    places = ("địa bàn dân cư", "trường học", "nhà văn hóa", "doanh nghiệp")
    rows: list[Row] = []
    for month in sorted(rng.sample(range(2, 11), rng.randint(1, 3))):
        day = date(YEAR, month, rng.randint(2, 28))
        meetings = rng.randint(1, 3)
        people = meetings * rng.randint(37, 88) + 1
        row: Row = (day, day, rng.choice(kinds), rng.choice(places), "lồng ghép", "UBND xã", meetings, people)
        rows.append((*row, people * 53 // 100, people // 9, None, "người dân", rng.randint(21, 240)))
    peak = date(YEAR, 7, 27)
    closing: Row = (None,) * 11
    rows.append((peak, date(YEAR, 7, 30), "treo băng rôn pano", "nơi công cộng", "chuyên đề", "UBND xã", 1, *closing))
    return [(*row, *(None,) * (22 - len(row)), "có" if row[0] == peak else "không", None) for row in rows]


def _write_agencies(
    folder: Path, outcome: Outcome, rng: random.Random, received: dict[str, date], filing: Filing
) -> None:
    for quarter in range(1, 5):
        first = date(YEAR, 3 * quarter - 2, 1)
        last = date(YEAR, 3 * quarter, 31 if quarter in (1, 4) else 30)
        cover = Cover("01", "Sở Thông tin và Truyền thông", first, last, kind="quý", agency="TTTT")
        name = f"2020-TTTT-quy-{quarter}.xlsx"
        write_ministry_return(folder / name, cover, {"B03": quarter_rows(rng, quarter)})
        received[name] = date(YEAR + quarter // 4, 3 * quarter % 12 + 1, 8)
        filing.record("B03", "01", "TTTT", received[name])
    for name, agency, reporter, outlet, duty, done, day in (
        ("TTTT", "TTTT", "Sở Thông tin và Truyền thông", None, "HN-V1", True, ON_TIME),
        ("LHPN", "LHPN", "Hội Liên hiệp Phụ nữ thành phố", None, "HN-V2", True, ON_TIME),
        ("BC-HN01", "BC", LOCAL_OUTLETS["HN01"], "HN01", "HN-V4", False, ON_TIME),
        ("BC-HN02", "BC", LOCAL_OUTLETS["HN02"], "HN02", "HN-V4", True, ON_TIME),
        ("MTTQ", "MTTQ", "Ủy ban Mặt trận Tổ quốc thành phố", None, "HN-V6", True, LATE),
    ):
        cover = Cover("01", reporter, FIRST, LAST, agency=agency, outlet=outlet)
        received[f"2020-nhiem-vu-{name}.xlsx"] = day
        write_bare_return(folder / f"2020-nhiem-vu-{name}.xlsx", cover, {"B06": [_duty(rng, duty, done=done)]})
        filing.record("B06", "01", agency, day)
    _write_district_duties(folder, outcome, rng, received, filing)


def _write_district_duties(
    folder: Path, outcome: Outcome, rng: random.Random, received: dict[str, date], filing: Filing
) -> None:
    districts = [group[0] for code, group in by_district(outcome.communes).items() if code != SILENT_DISTRICT]
    units = [(Cover(c.district, c.district_title, FIRST, LAST), [_duty(rng, "HN-V5", done=True)]) for c in districts]
    name = "2020-B06-quan-huyen.csv"
    write_csv(folder / name, "B06", units)
    received[name] = ON_TIME
    for cover, _ in units:
        filing.record("B06", cover.unit, "UBND", ON_TIME)


def _duty(rng: random.Random, duty: str, *, done: bool) -> Row:
    if not done:
        return (duty, "Nhiệm vụ được giao", "không", None, None, "không", None, None, None)
    issued = date(YEAR, rng.randint(1, 3), rng.randint(2, 28))
    begun = date(YEAR, rng.randint(4, 6), rng.randint(2, 28))
    ended = date(YEAR, rng.randint(7, 10), rng.randint(2, 28))
    number = f"{rng.randint(11, 240)}/KH-MAU"
    return (duty, "Nhiệm vụ được giao", "có", number, issued, "có", begun, ended, "Báo cáo kết quả")
