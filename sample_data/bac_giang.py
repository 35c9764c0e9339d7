"""Bắc Giang, 2024: the activities of 209 communes in the campaign of 01/07–30/09, ten committees, six agencies.

What each must come to is decided in the constants; the returns and the expected figures are written from them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from expectation import Filing, Json, Span, share
from forms import Row, b07_rows
from ministry_form import Cover, Sheets, write_bare_return, write_csv, write_ministry_return, write_received
from registry import Commune, by_district, communes_on

PLAN = "bac-giang-2024"
YEAR = 2024
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
OPENED, CLOSED = date(YEAR, 7, 1), date(YEAR, 9, 30)
RECEIVED = date(YEAR, 10, 8)
WORKBOOK_DISTRICTS = ("213", "222")
SILENT = ("07219", "07777")
"""Two silent communes with workbooks; five more are chosen among those in CSVs."""
NIL_COMMUNES = 12
BOUNDARY = "07780"  # reports for the whole year, with activities on either side of both limits
SILENT_COMMITTEE = "220"  # and no commune of it marks an activity as a response to 30/7
REFUSED_CAMPAIGN = "219"  # its committee answers không for BG-HU5
NOT_RESPONDED = "215"  # its committee answers không for BG-HU2, yet its communes marked activities
UNMARKED = "217"  # no commune marks an activity, its committee did respond
SILENT_AGENCY = "NGV"
WITHOUT_DATE = "BG-PN3"  # có, but neither date nor document
AGENCIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "CA": ("Công an tỉnh", ("BG-CA1", "BG-CA2", "BG-CA3")),
    "TTTT": ("Sở Thông tin và Truyền thông", ("BG-TT1", "BG-TT2")),
    "VHTTDL": ("Sở Văn hóa, Thể thao và Du lịch", ("BG-VH1", "BG-VH2")),
    "GDDT": ("Sở Giáo dục và Đào tạo", ("BG-GD1",)),
    "NGV": ("Sở Ngoại vụ", ("BG-NV1",)),
    "LHPN": ("Hội Liên hiệp Phụ nữ tỉnh", ("BG-PN1", "BG-PN2", "BG-PN3", "BG-PN4")),
}
COMMITTEE_DUTIES = ("BG-HU1", "BG-HU2", "BG-HU3", "BG-HU4", "BG-HU5")
CAMPAIGN = ("BG-CA2", "BG-HU5")
RESPONSE = "BG-HU2"
ALL = Fraction(1)


@dataclass(frozen=True, slots=True)
class Activity:
    first: date
    last: date
    kind: str
    place: str
    meetings: int
    people: int
    leaflets: int
    marked: bool
    joint: str | None = None

    def row(self) -> Row:
        women, children = self.people * 54 // 100, self.people // 11
        before: Row = (self.first, self.last, self.kind, self.place, "chuyên đề", "Hội LHPN", self.meetings)
        counted: Row = (self.people, women, children, None, "người dân", self.leaflets)
        return (*before, *counted, *(None,) * 9, "có" if self.marked else "không", self.joint)

    @property
    def in_window(self) -> bool:
        return self.first >= OPENED and self.last <= CLOSED


@dataclass
class Campaign:
    """What happened: the activities of every commune that has answered; no activity is an answer too."""

    communes: list[Commune]
    activities: dict[str, list[Activity]] = field(default_factory=dict)

    def counted(self) -> list[Activity]:
        """The activities inside the window, in order of commune; a joint one counts once, for the first commune."""
        seen: set[str] = set()
        kept = []
        for activity in (a for code in sorted(self.activities) for a in self.activities[code] if a.in_window):
            if activity.joint is None or activity.joint not in seen:
                kept.append(activity)
            if activity.joint:
                seen.add(activity.joint)
        return kept

    def active(self) -> list[bool | None]:
        """By commune: active in the window, not active, or silent."""
        return [
            any(a.in_window for a in self.activities[c.code]) if c.code in self.activities else None
            for c in self.communes
        ]

    def marked_districts(self) -> set[str]:
        return {c.district for c in self.communes if any(a.marked for a in self.activities.get(c.code, []))}


def decide(rng: random.Random) -> Campaign:
    campaign = Campaign(communes_on("24", LAST))
    in_csv = [c.code for c in campaign.communes if c.district not in WORKBOOK_DISTRICTS]
    silent = {*SILENT, *rng.sample(in_csv, 5)}
    nil = set(rng.sample([code for code in in_csv if code not in silent], NIL_COMMUNES))
    for commune in campaign.communes:
        if commune.code == BOUNDARY:
            campaign.activities[commune.code] = _boundary_activities()
        elif commune.code not in silent:
            campaign.activities[commune.code] = [] if commune.code in nil else _activities(rng, commune.district)
    _join(campaign)
    return campaign


def _activities(rng: random.Random, district: str) -> list[Activity]:
    marks = district not in (SILENT_COMMITTEE, UNMARKED)
    days = sorted(rng.sample(range((CLOSED - OPENED).days - 2), rng.randint(1, 3)))
    return [_activity(rng, OPENED + timedelta(days=day), marks=marks) for day in days]


def _activity(rng: random.Random, day: date, *, marks: bool) -> Activity:
    kinds = ("hội nghị", "nói chuyện chuyên đề", "tọa đàm", "tuyên truyền lưu động", "ngoại khóa", "phát thanh")
    places = ("địa bàn dân cư", "trường học", "cơ quan", "đơn vị", "doanh nghiệp", "nơi công cộng")
    meetings = rng.randint(1, 3)
    return Activity(
        first=day,
        last=day + timedelta(days=rng.choice((0, 0, 0, 1))),
        kind=rng.choice(kinds),
        place=rng.choice(places),
        meetings=meetings,
        people=meetings * rng.randint(31, 92) + 1,
        leaflets=rng.randint(0, 260),
        marked=marks and ((day.month == 7 and day.day >= 15) or rng.random() < 0.1),
    )


def _boundary_activities() -> list[Activity]:
    """The last day before, the first and the last day inside, the first day after, and one across the opening."""
    days = (date(YEAR, 6, 30), OPENED, CLOSED, date(YEAR, 10, 1))
    single = [
        Activity(day, day, "hội nghị", "địa bàn dân cư", 1, 41 + 6 * index, 0, marked=False)
        for index, day in enumerate(days)
    ]
    across = Activity(
        date(YEAR, 6, 28), date(YEAR, 7, 3), "tuyên truyền lưu động", "nơi công cộng", 12, 505, 0, False
    )
    return [across, *single]


def _join(campaign: Campaign) -> None:
    """Two neighbouring communes of Tân Yên report one and the same contest."""
    pair = [c.code for c in campaign.communes if c.district == "216" and campaign.activities.get(c.code)][:2]
    day = date(YEAR, 8, 17)
    contest = Activity(day, day, "hội thi", "nhà văn hóa", 1, 233, 0, marked=False, joint="HD-216-01")
    for code in pair:
        campaign.activities[code].append(contest)


# Returns


def write(folder: Path, rng: random.Random) -> Json:
    """Writes the returns and gives back what a report of them must say."""
    campaign = decide(rng)
    folder.mkdir(parents=True)
    received: dict[str, date] = {}
    filing = _filing(campaign)
    for district, communes in by_district(campaign.communes).items():
        reporting = [commune for commune in communes if commune.code in campaign.activities]
        write_communes = _write_workbooks if district in WORKBOOK_DISTRICTS else _write_csv
        for name in write_communes(folder, reporting, campaign):
            received[name] = RECEIVED
        for commune in reporting:
            filing.record("B04", commune.code, "UBND", RECEIVED)
    _write_committees(folder, campaign, rng, received, filing)
    _write_agencies(folder, rng, received, filing)
    write_received(folder, received)
    return _expected(campaign, filing)


def _filing(campaign: Campaign) -> Filing:
    communes = frozenset((commune.code, "UBND") for commune in campaign.communes)
    committees = {(code, "BCD") for code in by_district(campaign.communes)}
    offices = frozenset(committees | {("24", agency) for agency in AGENCIES})
    return Filing({"B04": communes, "B06": offices, "B07": offices})


def _cover(commune: Commune) -> Cover:
    if commune.code == BOUNDARY:
        return Cover(commune.code, commune.title, FIRST, LAST)
    return Cover(commune.code, commune.title, OPENED, CLOSED, kind="đợt")


def _b04(campaign: Campaign, code: str) -> list[Row]:
    rows = [activity.row() for activity in campaign.activities[code]]
    return rows or [("Không phát sinh",) + (None,) * 23]


def _write_csv(folder: Path, communes: list[Commune], campaign: Campaign) -> list[str]:
    name = f"2024-B04-{communes[0].district}.csv"
    write_csv(folder / name, "B04", [(_cover(c), _b04(campaign, c.code)) for c in communes])
    return [name]


def _write_workbooks(folder: Path, communes: list[Commune], campaign: Campaign) -> list[str]:
    names = []
    for commune in communes:
        names.append(f"2024-{commune.district}-{commune.code}.xlsx")
        write_ministry_return(folder / names[-1], _cover(commune), {"B04": _b04(campaign, commune.code)})
    return names


def _write_committees(
    folder: Path, campaign: Campaign, rng: random.Random, received: dict[str, date], filing: Filing
) -> None:
    for district, communes in by_district(campaign.communes).items():
        if district == SILENT_COMMITTEE:
            continue
        cover = Cover(district, f"BCĐ {communes[0].district_title}", OPENED, CLOSED, kind="đợt", agency="BCD")
        duties = [_duty(rng, duty, _answer(duty, district)) for duty in COMMITTEE_DUTIES]
        name = f"2024-{district}-BCD.xlsx"
        sheets: Sheets = {"B06": duties, "B07": b07_rows(_committee_counts(rng))}
        write_ministry_return(folder / name, cover, sheets)
        received[name] = RECEIVED
        for form in sheets:
            filing.record(form, district, "BCD", RECEIVED)


def _write_agencies(folder: Path, rng: random.Random, received: dict[str, date], filing: Filing) -> None:
    for agency, (reporter, duties) in AGENCIES.items():
        if agency == SILENT_AGENCY:
            continue
        cover = Cover("24", reporter, FIRST, LAST, agency=agency)
        counts = _police_counts(rng) if agency == "CA" else _products(rng)
        rows = [_duty(rng, duty, _answer(duty, "24")) for duty in duties]
        name = f"2024-{agency}.xlsx"
        write_bare_return(folder / name, cover, {"B06": rows, "B07": b07_rows(counts)})
        received[name] = RECEIVED
        for form in ("B06", "B07"):
            filing.record(form, "24", agency, RECEIVED)


def _answer(duty: str, unit: str) -> str:
    """What the office says of a duty: done, not_done, or insufficient_data (silent, or có without any date)."""
    if unit == SILENT_COMMITTEE or duty == WITHOUT_DATE or duty == "BG-NV1":
        return "insufficient_data"
    refused = (duty, unit) in (("BG-HU5", REFUSED_CAMPAIGN), (RESPONSE, NOT_RESPONDED))
    return "not_done" if refused else "done"


def _duty(rng: random.Random, duty: str, answer: str) -> Row:
    if answer == "not_done":
        return (duty, "Nhiệm vụ được giao", "không", None, None, "không", None, None, None)
    if answer == "insufficient_data":
        return (duty, "Nhiệm vụ được giao", "không", None, None, "có", None, None, None)
    begun, ended = date(YEAR, 7, rng.randint(1, 12)), date(YEAR, 9, rng.randint(10, 30))
    if duty == RESPONSE:
        begun, ended = date(YEAR, 7, rng.randint(25, 29)), date(YEAR, 7, 30)
    if duty in CAMPAIGN:
        begun, ended = OPENED, CLOSED
    issued = date(YEAR, 7, 1)
    number = f"{rng.randint(11, 240)}/KH-MAU"
    return (duty, "Nhiệm vụ được giao", "có", number, issued, "có", begun, ended, "Báo cáo kết quả")


def _committee_counts(rng: random.Random) -> dict[str, int]:
    cases = rng.choice((0, 0, 0, 1))
    counts = {"0701": cases, "0702": cases, "0703": 2 * cases, "0704": cases, "0705": 0}
    inspected = rng.randint(6, 31)
    more = {"0706": inspected, "0707": inspected // 6, "0708": rng.randint(0, 24), "0709": rng.randint(5, 40)}
    return counts | more | _products(rng)


def _police_counts(rng: random.Random) -> dict[str, int]:
    counts = {"0701": 3, "0702": 2, "0703": 5, "0704": 4, "0705": 1}
    return counts | {"0706": 96, "0707": 11, "0708": 132, "0709": 287} | _products(rng)


def _products(rng: random.Random) -> dict[str, int]:
    return {"0711": rng.randint(1, 14), "0712": rng.randint(2, 19), "0713": rng.randint(8, 65)}


# Expected figures


def _expected(campaign: Campaign, filing: Filing) -> Json:
    verdicts = _duty_verdicts(campaign)
    counted = campaign.counted()
    active = share(campaign.active())
    run = {
        "year": YEAR,
        "args": [],
        "registry_units": len(campaign.communes),
        "submission": filing.counts(),
        "targets": [
            _expected_duties("campaign", [duty for duty in verdicts if duty["id"] in CAMPAIGN]),
            _expected_response(campaign, verdicts),
            _expected_duties("duties", [duty for duty in verdicts if duty["id"] not in (*CAMPAIGN, RESPONSE)]),
            {"id": "activity", "verdict": None},
        ],
        "in_window": {
            "communes_active": active.figures(),
            "activities": len(counted),
            "meetings": sum(activity.meetings for activity in counted),
            "attendances": sum(activity.people for activity in counted),
        },
    }
    return {"plan": PLAN, "folder": f"{PLAN}/returns", "runs": [run]}


def _duty_verdicts(campaign: Campaign) -> list[dict[str, str]]:
    of_agencies = [(duty, agency, "24") for agency, (_, duties) in AGENCIES.items() for duty in duties]
    districts = by_district(campaign.communes)
    of_committees = [(duty, "BCD", district) for duty in COMMITTEE_DUTIES for district in districts]
    return [
        {"id": duty, "agency": agency, "unit": unit, "verdict": _answer(duty, unit)}
        for duty, agency, unit in (*of_agencies, *of_committees)
    ]


def _duty_span(duties: list[dict[str, str]]) -> Span:
    known: dict[str, bool | None] = {"done": True, "not_done": False, "insufficient_data": None}
    return share(known[duty["verdict"]] for duty in duties)


def _expected_duties(target: str, duties: list[dict[str, str]]) -> Json:
    return {"id": target, **_duty_span(duties).judged(ALL), "duties": duties}


def _expected_response(campaign: Campaign, verdicts: list[dict[str, str]]) -> Json:
    """A district responded when its committee says so or a commune of it marked an activity."""
    marked = campaign.marked_districts()
    said = {duty["unit"]: duty["verdict"] for duty in verdicts if duty["id"] == RESPONSE}
    known: dict[str, bool | None] = {"done": True, "not_done": False, "insufficient_data": None}
    return {"id": "response_30_7", **share(unit in marked or known[said[unit]] for unit in said).judged(ALL)}
