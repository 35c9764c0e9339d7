"""What an invented commune answers in its return, and the faults that are planted in some of them.

Answers lie by sheet and cell, as the template of the plan places them. A clean return passes every check; a fault
spoils exactly the cells that it names.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SEED = 20200730
Answers = dict[str, dict[str, int | str | date]]
Place = tuple[str, str]
"""Sheet and cell."""


@dataclass(frozen=True)
class Unit:
    """A commune: its name with its kind, its district's code, and that one's name with its kind."""

    code: str
    name: str
    district: str
    district_name: str


@dataclass(frozen=True)
class Period:
    """Whole months of one year."""

    kind: str
    year: int
    first_month: int
    last_month: int

    @property
    def first(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.last_month, monthrange(self.year, self.last_month)[1])

    @property
    def name(self) -> str:
        months = {"năm": "", "quý": f"-q{self.last_month // 3}", "tháng": f"-{self.last_month:02}"}
        return f"{self.year}{months[self.kind]}"

    @property
    def in_words(self) -> str:
        return f"{self.kind}, từ ngày {self.first:%d/%m/%Y} đến ngày {self.last:%d/%m/%Y}"


@dataclass(frozen=True)
class Residents:
    everyone: int
    aged_14_60: int
    aged_14_15: int
    under_14: int


def residents(unit: Unit, year: int) -> Residents:
    """A commune's population: its own size, growing by a hundredth a year."""
    random = Random(f"{SEED} {unit.code}")
    everyone = random.randint(4000, 24000) * (100 + year - 2016) // 100
    aged_14_60 = everyone * random.randint(600, 680) // 1000
    return Residents(everyone, aged_14_60, aged_14_60 // 21, everyone * random.randint(190, 230) // 1000)


def of_return(unit: Unit, period: Period) -> Answers:
    """A clean return: some 58 rows that say something."""
    random = Random(f"{SEED} {unit.code} {period.name}")
    return {
        "TTC": {
            "C9": f"UBND {unit.name}",
            "C12": period.kind,
            "C13": period.first,
            "C14": period.last,
            "C15": period.year,
            "C17": period.last + timedelta(days=3),
            "C18": "không",
            "C20": "có",
            "C19": "công chức văn hóa - xã hội",
        },
        "B01": {**_documents(random, period), **_people(random, unit, period)},
        "B02": _models(random, period),
        "B04": _activities(random, unit, period),
    }


def _documents(random: Random, period: Period) -> dict[str, int | str | date]:
    """Both kinds received; both deployed in nine communes of ten."""
    day = period.first + timedelta(days=random.randint(0, 9))
    answered: dict[str, int | str | date] = {"D10": "có", "D11": day, "D12": "có", "D13": day + timedelta(days=5)}
    answered |= {"D14": "có", "D15": day}
    if random.random() < 0.9:
        return answered | {"D16": "có", "D17": day + timedelta(days=8)}
    return answered | {"D16": "không"}


def _people(random: Random, unit: Unit, period: Period) -> dict[str, int | str | date]:
    """Population and persons reached: every year a little more of them, never more than there are."""
    people = residents(unit, period.year)
    share = 500 + 30 * (period.year - 2016) + random.randint(0, 20) + period.last_month  # thousandths
    reached, children = people.aged_14_60 * share // 1000, people.under_14 * share // 2000
    old = (people.everyone - people.aged_14_60 - people.under_14) * share // 1000
    method = random.choice("AAABCD")
    answered: dict[str, int | str | date] = {
        "D19": people.everyone,
        "E19": people.everyone * 51 // 100,
        "D20": people.aged_14_60,
        "E20": people.aged_14_60 // 2,
        "D21": people.aged_14_15,
        "D22": people.under_14,
        "D24": reached,
        "E24": reached // 2,
        "D25": people.aged_14_15 * share // 1000,
        "D26": children,
        "D27": old,
        "D28": reached + children + old,
        "D29": method,
    }
    return answered | ({"D30": random.randint(100, 400)} if method == "B" else {})


_PROGRAMMES = ("Câu lạc bộ Gia đình hạnh phúc", "Tổ dân phố văn hóa", "Câu lạc bộ Phụ nữ với pháp luật")


def _models(random: Random, period: Period) -> dict[str, int | str | date]:
    """Five models; a third of the communes have none that is integrated and at work."""
    answered: dict[str, int | str | date] = {}
    works = random.random() < 2 / 3
    for number in range(1, 6):
        row, integrated = 8 + number, number > 2
        status = "đang hoạt động" if works or not integrated else "tạm dừng"
        answered |= {
            f"A{row}": f"MH{number:02}",
            f"B{row}": f"Mô hình phòng ngừa số {number}",
            f"C{row}": "lồng ghép" if integrated else "chuyên sâu",
            f"F{row}": status,
            f"E{row}": date(2015, random.randint(1, 12), random.randint(1, 28)),
            f"H{row}": random.randint(1, 12),
        }
        if integrated:
            answered[f"D{row}"] = random.choice(_PROGRAMMES)
        if status == "tạm dừng":
            answered |= {f"G{row}": period.first, f"H{row}": 0}
    return answered


_ACTIVITIES = ("hội nghị", "hội thảo", "lớp tập huấn", "nói chuyện chuyên đề", "tuyên truyền lưu động", "phát thanh")
_LED_BY = ("Hội Liên hiệp Phụ nữ", "Công an", "Đoàn Thanh niên", "Ban Văn hóa")


def _activities(random: Random, unit: Unit, period: Period) -> dict[str, int | str | date]:
    """Twenty-one activities in the order of their days; none crosses the edge of a month."""
    months = range(period.first_month, period.last_month + 1)
    days = sorted(date(period.year, random.choice(months), random.randint(2, 20)) for _ in range(21))
    answered: dict[str, int | str | date] = {}
    for row, day in enumerate(days, 9):
        answered |= {
            f"A{row}": day,
            f"C{row}": random.choice(_ACTIVITIES),
            f"E{row}": random.randint(1, 5),
            f"D{row}": f"{random.choice(_LED_BY)} {unit.name}",
            f"F{row}": 20 * row + random.randint(1, 19),
        }
        if random.random() < 0.3:
            answered[f"B{row}"] = day + timedelta(days=2)
    return answered


# --- faults -----------------------------------------------------------------------------------------------------


def _words_for_a_count(answered: Answers, _: Period) -> list[Place]:
    answered["B01"]["D24"] = "75%"
    return [("B01", "D24")]


def _neither_yes_nor_no(answered: Answers, _: Period) -> list[Place]:
    answered["B01"]["D10"] = "chưa rõ lắm"
    return [("B01", "D10")]


def _deployed_too_early(answered: Answers, period: Period) -> list[Place]:
    answered["B01"] |= {"D11": period.first + timedelta(days=9), "D13": period.first}
    return [("B01", "D13")]


def _more_women_than_people(answered: Answers, _: Period) -> list[Place]:
    answered["B01"]["E20"] = int(str(answered["B01"]["D20"])) + 3
    return [("B01", "E20")]


def _more_reached_than_there_are(answered: Answers, _: Period) -> list[Place]:
    cells = answered["B01"]
    more = int(str(cells["D20"])) + 7
    cells["D28"] = int(str(cells["D28"])) - int(str(cells["D24"])) + more
    cells["D24"] = more
    return [("B01", "D24")]


def _unknown_status(answered: Answers, _: Period) -> list[Place]:
    answered["B02"]["F11"] = "rất tốt"
    return [("B02", "F11")]


def _sessions_in_words(answered: Answers, _: Period) -> list[Place]:
    answered["B02"]["H12"] = "mười hai buổi"
    return [("B02", "H12")]


def _outside_the_period(answered: Answers, period: Period) -> list[Place]:
    answered["B04"]["A9"] = period.first - timedelta(days=20)
    answered["B04"].pop("B9", None)
    return [("B04", "A9")]


def _comma_in_a_count(answered: Answers, _: Period) -> list[Place]:
    answered["B04"] |= {"F20": "1,234", "C15": "liên hoan phim"}
    return [("B04", "F20"), ("B04", "C15")]


FAULTS: Sequence[Callable[[Answers, Period], list[Place]]] = (
    _words_for_a_count,
    _neither_yes_nor_no,
    _deployed_too_early,
    _more_women_than_people,
    _more_reached_than_there_are,
    _unknown_status,
    _sessions_in_words,
    _outside_the_period,
    _comma_in_a_count,
)
"""Each spoils a clean return and says where."""
