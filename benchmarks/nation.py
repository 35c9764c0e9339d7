"""A national year in a store: some 10,600 communes with monthly logs, and what a report on all of it costs.

    python benchmarks/nation.py FOLDER [--communes 10600] [--years 1] [--rounds 3] [--write]

FOLDER gets a registry (the shipped communes, and invented provinces beside them) and `nation.db`: for each commune
twelve months of B04 and a year of B01 and B02, for each province its list B00, some four million figures in all. Few
returns are corrected, contradicted, withdrawn or sent again; some activities are joint, some rows come twice. What is
stored is what `tracker ingest` stores of such returns, made without the workbooks; every figure is invented, and the
same arguments give the same rows. `--years 3` puts two more years before it, of which the report asks nothing. Then
the plan `nation.toml` is scored. A store that is there already is taken as it is.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from statistics import median

from openpyxl.utils import get_column_letter

import tables
from measuring import Cost, machine, measure
from run import HERE, READMES
from tracker.form import Form
from tracker.forms import FORMS
from tracker.forms.b04 import ACTIVITIES, SETTINGS
from tracker.parse import content_of
from tracker.period import Kind, Period
from tracker.place import COLUMNS, COUNTRY, load
from tracker.returns import Answered, Filing, Received, Record, Return, told
from tracker.store import WITHDRAW, Store
from tracker.store_rows import packed

PLAN, YEAR = HERE / "nation.toml", 2020
LAST_DAY = date(YEAR, 12, 31)
DISTRICTS = 10  # of an invented province
AT_ONCE = 500
HEADS = {
    "vi": ("Hỏi", "CPU, giây: nhỏ nhất", "trung vị", "Thời gian, giây: trung vị", "Bộ nhớ, MiB"),
    "en": ("Asked", "CPU seconds: least", "median", "Seconds: median", "Memory, MiB"),
}


# --- the registry -----------------------------------------------------------------------------------------------


def write_registry(folder: Path, communes: int) -> None:
    """So many communes in force at the end of the year: those shipped, the rest in invented provinces."""
    shipped = load()
    rows = list(islice(_invented(), max(0, communes - len(shipped.communes(COUNTRY, LAST_DAY)))))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])


def _invented() -> Iterator[Sequence[str]]:
    """A commune in each district in turn, then the next in each: districts are of one size, whatever their number."""
    taken = {unit.province for unit in load().communes(COUNTRY, LAST_DAY)}
    provinces = [code for code in (f"{number:02}" for number in range(1, 100)) if code not in taken][:60]
    districts = [
        (province, f"{400 + number}") for number, province in enumerate(provinces * DISTRICTS) if number < 600
    ]
    number = 40000
    while True:
        for province, district in districts:
            number += 1
            place = (district, f"Huyện {district}", "huyện", province, f"Tỉnh {province}")
            yield (str(number), f"Xã {number}", "xã", *place, "", "")


# --- what is reported -------------------------------------------------------------------------------------------


@dataclass
class Author:
    """Whoever fills in the returns of one unit for one year; the same unit and year say the same."""

    unit: str
    year: int

    def __post_init__(self) -> None:
        self.random = random.Random(f"{self.unit} {self.year}")  # invented figures, no secrets

    def files(self) -> Iterator[tuple[Return, date]]:
        """The returns of the year, and when each came."""
        for month in range(1, 13):
            log = self.log(month)
            yield log, date(self.year, month, 28)
            if self.random.random() < 0.02:  # one in fifty is corrected, or contradicted
                yield self.log(month, self.random.choice((1, 2, 2, 2))), date(self.year, month, 28)
        if self.random.random() < 0.98:  # one in fifty is silent
            year = Period(date(self.year, 1, 1), date(self.year, 12, 31))
            forms = [self._filing("B01", [self._materials()]), self._filing("B02", [*self._models()])]
            yield self._return(Kind.YEAR, year, forms), date(self.year, 12, self.random.randint(1, 31))

    def log(self, month: int, revision: int = 1) -> Return:
        """One month's activities."""
        days = Period(date(self.year, month, 1), date(self.year, month, monthrange(self.year, month)[1]))
        rows = [self._activity(days) for _ in range(self.random.randint(2, 4))]
        if self.random.random() < 0.01:  # a row that was typed twice
            rows.append(rows[-1])
        return self._return(Kind.MONTH, days, [self._filing("B04", rows)], revision)

    def _activity(self, days: Period) -> dict[str, Answered]:
        rolled = self.random
        begun = days.first.replace(day=rolled.randint(1, days.days))
        turns = rolled.randint(20, 400)
        said: dict[str, Answered] = {
            "from_date": begun,
            "to_date": begun,
            "activity": rolled.choice(ACTIVITIES).value,
            "setting": rolled.choice(SETTINGS).value,
            "sessions": rolled.randint(1, 4),
            "attendances": turns,
            "attendances_women": rolled.randint(0, turns),
            "leaflets": rolled.randint(0, 500),
            "mode": rolled.choice(("chuyên đề", "lồng ghép")),
        }
        if days.first.month in (7, 8):
            said["response_30_7"] = rolled.random() < 0.9
        if rolled.random() < 0.005:
            said["joint_code"] = f"LN-{days.first.year}-{rolled.randint(1, 400)}"
        return said

    def _materials(self) -> dict[str, Answered]:
        rolled = self.random
        people = rolled.randint(4000, 20000)
        grown, old = people * 64 // 100, people * 12 // 100
        reached = grown * rolled.randint(40, 99) // 100
        counts = {name: rolled.randint(1, 300) for name in ("leaflet", "poster", "handbook", "media", "other")}
        said: dict[str, Answered] = {f"copies_{name}": count for name, count in counts.items()}
        for name in ("policy", "behaviour"):
            for done in ("received", "deployed"):
                said[f"{name}_{done}"] = rolled.random() < 0.95
                said[f"{name}_{done}_date"] = date(self.year, 5, rolled.randint(1, 31))
        said |= {"copies_received": sum(counts.values()), "copies_distributed": sum(counts.values()) // 2}
        said |= {"population": people, "population_14_60": grown, "population_women": people // 2}
        said |= {"population_14_15": people // 40, "population_under_14": people - grown - old}
        said |= {"reached_14_60": reached, "reached_14_60_women": reached // 2, "reached_14_15": people // 80}
        said |= {"reached_under_14": people // 50, "reached_over_60": people // 60}
        said["reached_total"] = reached + people // 50 + people // 60
        return said | {"informed_persons": reached, "reach_method": rolled.choice("AAABCD"), "survey_n": 200}

    def _models(self) -> Iterator[dict[str, Answered]]:
        for number in range(self.random.randint(1, 3)):
            members = self.random.randint(5, 60)
            yield {
                "model_code": f"M{number + 1}",
                "model_name": f"Mô hình số {number + 1}",
                "kind": self.random.choice(("chuyên sâu", "lồng ghép")),
                "style": "Câu lạc bộ",
                "established_on": date(2016, self.random.randint(1, 12), 1),
                "status": self.random.choice(("đang hoạt động", "đang hoạt động", "tạm dừng")),
                "sessions": self.random.randint(0, 12),
                "members": members,
                "members_women": members // 2,
                "attendances": self.random.randint(0, 900),
            }

    def _return(self, kind: Kind, period: Period, filings: list[Filing], revision: int = 1) -> Return:
        return Return(self.unit, "UBND", "", period, kind, self.year, revision, filings=filings)

    @staticmethod
    def _filing(form: str, rows: Sequence[dict[str, Answered]]) -> Filing:
        return filing(FORMS[form], rows)


def filing(form: Form, rows: Sequence[dict[str, Answered]]) -> Filing:
    """A form with its answers, each in the cell in which a template would have it."""
    records = []
    for row, said in enumerate(rows, start=9):
        cells = {one.name: _cell(form, number, row) for number, one in enumerate(form.kept_fields)}
        told_of = {name: told(name, value, str(value)) for name, value in said.items()}
        records.append(Record(form.code, row, {}, dict(said), told_of, cells))
    made = Filing(form.code, records)
    made.content = content_of(made)
    counted = (value for said in rows for value in said.values())
    made.figures = sum(isinstance(value, int) and not isinstance(value, bool) and value > 0 for value in counted)
    return made


def _cell(form: Form, number: int, row: int) -> str:
    """Where the answer to one field stands: a row-coded form has a row for it, a table a column."""
    return f"D{row + number}" if form.one_record else f"{get_column_letter(number + 1)}{row}"


def list_of_places(province: str, communes: Sequence[str]) -> Return:
    """A province's B00: every fourth commune is a hot-spot."""
    rolled = random.Random(province)
    rows: list[dict[str, Answered]] = []
    for number, commune in enumerate(communes):
        people = rolled.randint(4000, 20000)
        grown = people * 64 // 100
        rows.append({"commune": commune, "hotspot": number % 4 == 0, "population": people, "population_14_60": grown})
    year = Period(date(YEAR, 1, 1), LAST_DAY)
    return Return(province, "UBND", "", year, Kind.YEAR, YEAR, 1, filings=[filing(FORMS["B00"], rows)])


# --- the store --------------------------------------------------------------------------------------------------


def fill(url: str, registry: Path, years: Sequence[int]) -> int:
    """Stores the years, in the order of units as their files would come; how many figures they have."""
    places, store, figures = load(registry), Store(url), 0
    try:
        batch: list[tuple[Return, date]] = []
        for province in places.provinces(LAST_DAY):
            communes = [unit.code for unit in places.communes(province.code, LAST_DAY)]
            batch.append((list_of_places(province.code, communes), LAST_DAY))
            for unit in communes:
                for year in years:
                    batch += Author(unit, year).files()
                if len(batch) >= AT_ONCE:
                    figures += _save(store, batch)
                    batch.clear()
        figures += _save(store, batch)
        filings = [one.id for one in store.filings(forms=["B04"], units=[*places.ever_in("01")])]
        store.decide(filings[::1000], WITHDRAW, "gửi nhầm")
    finally:
        store.close()
    return figures


def _save(store: Store, batch: Sequence[tuple[Return, date]]) -> int:
    files = []
    for one, day in batch:
        path = f"{one.unit}/{one.period}_{one.revision}_{'_'.join(it.form for it in one.filings)}.xlsx"
        known = sha256(f"{path} {[it.content for it in one.filings]}".encode()).hexdigest()
        files.append((packed(Received(path, known, 20000, returns=[one])), day))
    store.save_many(files)
    return sum(len(it.values) for one, _ in batch for filed in one.filings for it in filed.records)


# --- what it costs ----------------------------------------------------------------------------------------------


def measured(store: Path, registry: Path, rounds: int) -> dict[str, list[Cost]]:
    """The report on the country, and on one province from the same store."""
    tool = (sys.executable, "-m", "tracker", "--db", store)
    report = (*tool, "report", "--year", str(YEAR), "--format", "json", "--plan")
    own = {"TRACKER_REGISTRY": str(registry)}
    costs: dict[str, list[Cost]] = {"nation": [], "province": []}
    for _ in range(rounds):
        for name, plan in (("nation", PLAN), ("province", "ha-noi-2018-2020")):
            costs[name].append(measure((*report, plan), store.parent / f"{name}.json", one_core=True, settings=own))
    return costs


def texts(costs: dict[str, list[Cost]], said: str) -> dict[str, str]:
    names = {
        "vi": {"nation": "cả nước, một năm", "province": "một tỉnh (Hà Nội), cùng kho"},
        "en": {"nation": "the country, one year", "province": "one province (Hà Nội), same store"},
    }
    found = {}
    for language, head in HEADS.items():
        rows = [
            (
                names[language][name],
                min(tables.cpu(of)),
                median(tables.cpu(of)),
                median(tables.wall(of)),
                tables.peak(of),
            )
            for name, of in costs.items()
        ]
        table = tables.markdown(head, rows)
        found[language] = f"{tables.in_vietnamese(table) if language == 'vi' else table}\n\n{said}"
    return found


def _summed_up(costs: Sequence[Cost]) -> tuple[float, ...]:
    cpu = tables.cpu(costs)
    return min(cpu), median(cpu), median(tables.wall(costs)), tables.peak(costs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A national year in a store, and what a report on it costs.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--communes", type=int, default=10600)
    parser.add_argument(
        "--years", type=int, default=1, help="how many years the store holds, up to the one asked for"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table between the marks in the README")
    asked = parser.parse_args()
    registry, store = asked.folder / "registry", asked.folder / "nation.db"
    if not store.exists():
        write_registry(registry, asked.communes)
        made = fill(str(store), registry, range(YEAR - asked.years + 1, YEAR + 1))
        print(f"{made:,} figures, {store.stat().st_size / 1024**2:.0f} MiB")  # noqa: T201
    shown = texts(measured(store, registry, asked.rounds), f"{date.today():%d/%m/%Y}; {machine()}.")  # noqa: DTZ011
    print(shown["en"])  # noqa: T201
    if asked.write:
        tables.write("nation", shown, READMES)
