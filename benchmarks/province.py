"""A province of filled returns: the workbooks that the benchmarks read, and what is known to be wrong in them.

    python benchmarks/province.py FOLDER [--files 600]

One commune's workbook comes from `tracker template`; the others are made by writing their own names, days and figures
into its cells, as the officers of each commune would. Hà Nội's communes come first (their year 2020), then their
other years, then quarters and months, so that each of up to 60,000 returns has a key of its own. Places are real,
every figure is invented. The same arguments give the same bytes.

FOLDER gets `returns/`, `planted.csv` (the bad cells, each known beforehand), `units.csv` (commune, name, district:
what a pipeline needs to add up by district) and `reference/` (the list of communes that `tracker report` needs).
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

import answers
from answers import Answers, Period, Unit

PLAN, YEAR, FIRST = "ha-noi-2018-2020", 2020, "00004"
OTHER_YEARS = (2019, 2018, 2017, 2016, 2021, 2022, 2023, 2024)
LONG_AGO = (2017, 2016, 2021, 2022, 2023, 2024)  # years of which the plan asks nothing: any period may be filed
_CELL = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")?(?:/>|[^>]*?>.*?</c>)', re.DOTALL)
_NEW_YEAR_1980 = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Province:
    """Where a province lies."""

    folder: Path

    @property
    def returns(self) -> Path:
        return self.folder / "returns"

    @property
    def reference(self) -> Path:
        return self.folder / "reference"

    @property
    def units(self) -> Path:
        return self.folder / "units.csv"

    @property
    def planted(self) -> Path:
        return self.folder / "planted.csv"


def make(folder: Path, files: int) -> Province:
    """Writes so many returns; a fault is planted in every twentieth, in small provinces more often."""
    province, template = Province(folder), _template()
    every = min(20, max(2, files // len(answers.FAULTS)))
    planted, years = [], {YEAR: None}
    for number, (unit, period) in enumerate(islice(_keys(), files)):
        name = f"{period.name}/{unit.district}/{unit.code}_{period.name}.xlsx"
        answered = answers.of_return(unit, period)
        if number % every == 1:
            fault = answers.FAULTS[number // every % len(answers.FAULTS)]
            planted += [(name, *place) for place in fault(answered, period)]
        years[period.year] = None
        path = province.returns / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(template.filled(unit, period, answered))
    _write_csv(province.planted, ("file", "sheet", "cell"), planted)
    known = dict.fromkeys((one.code, one.name, one.district) for year in years for one in _units(year))
    _write_csv(province.units, ("code", "name", "district"), list(known))
    _write_reference(province.reference / "b00.csv", _units(YEAR))
    return province


def _keys() -> Iterator[tuple[Unit, Period]]:
    """Who reports for when: no two alike."""
    years = [Period("năm", year, 1, 12) for year in (YEAR, *OTHER_YEARS)]
    quarters = [Period("quý", year, first, first + 2) for year in LONG_AGO for first in (1, 4, 7, 10)]
    months = [Period("tháng", year, month, month) for year in LONG_AGO for month in range(1, 13)]
    for period in (*years, *quarters, *months):
        yield from ((unit, period) for unit in _units(period.year))


@cache
def _units(year: int) -> Sequence[Unit]:
    """Hà Nội's communes at the end of a year, as the tool lists them."""
    day = ("--on", f"{year}-12-31", "--format", "csv")
    districts = {row["code"]: row for row in _listed("--tier", "district", *day)}
    return [
        Unit(row["code"], f"{row['kind']} {row['name']}", row["parent"], _capital(districts[row["parent"]]))
        for row in _listed(*day)
    ]


def _capital(district: Mapping[str, str]) -> str:
    return f"{district['kind'].capitalize()} {district['name']}"


def _listed(*options: str) -> list[dict[str, str]]:
    text = tracker("units", "list", "--area", "01", *options)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def tracker(*arguments: str, faults: bool = False) -> str:
    """What a command of the installed tool prints; status 1 is good where it may find faults."""
    command = (sys.executable, "-m", "tracker", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in (0, int(faults)):
        raise SystemExit(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}")
    return done.stdout


# --- workbooks --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Template:
    """The parts of one template's zip, as text, and where each sheet lies in it."""

    parts: Mapping[str, str]
    sheets: Mapping[str, str]

    def filled(self, unit: Unit, period: Period, answered: Answers) -> bytes:
        """The workbook of another unit and period, with its answers typed in."""
        texts: list[str] = []
        parts = dict(self.parts)
        known = _renamed(parts["xl/sharedStrings.xml"], unit, period)
        count = known.count("<si>")
        for sheet, cells in answered.items():
            parts[self.sheets[sheet]] = _with_cells(parts[self.sheets[sheet]], cells, texts, count)
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        parts["xl/sharedStrings.xml"] = known.replace("</sst>", f"{items}</sst>")
        return _zipped(parts)


def _template() -> Template:
    with tempfile.TemporaryDirectory() as folder:
        tracker("template", "--plan", PLAN, "--year", str(YEAR), "--unit", FIRST, "--out", folder)
        [path] = Path(folder).rglob("*.xlsx")
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
    names = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"])
    return Template(parts, {name: f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, 1)})


def _renamed(strings: str, unit: Unit, period: Period) -> str:
    """The template's own texts, where they speak of its unit and period."""
    first = next(one for one in _units(YEAR) if one.code == FIRST)
    for old, new in (
        (first.name, unit.name),
        (FIRST, unit.code),
        (first.district_name, unit.district_name),
        (f"năm, từ ngày 01/01/{YEAR} đến ngày 31/12/{YEAR}", period.in_words),
        (f"01/01/{YEAR}–31/12/{YEAR}", f"{period.first:%d/%m/%Y}–{period.last:%d/%m/%Y}"),
        (f"<t>{YEAR}</t>", f"<t>{period.year}</t>"),
        ("<t>năm</t>", f"<t>{period.kind}</t>"),
    ):
        strings = strings.replace(old, new)
    return strings


def _with_cells(sheet: str, cells: Mapping[str, int | str | date], texts: list[str], count: int) -> str:
    """A sheet's XML with values in its empty cells; new texts are added to the list, numbered from `count`."""

    def cell(found: re.Match[str]) -> str:
        name, style = found[1], found[2] or ""
        value = cells.get(name)
        if value is None:
            return found[0]
        if isinstance(value, str):
            texts.append(value)
            return f'<c r="{name}"{style} t="s"><v>{count + len(texts) - 1}</v></c>'
        number = (value - date(1899, 12, 30)).days if isinstance(value, date) else value
        return f'<c r="{name}"{style}><v>{number}</v></c>'

    return _CELL.sub(cell, sheet)


def _zipped(parts: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _NEW_YEAR_1980), text.encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# --- beside the returns -----------------------------------------------------------------------------------------


def _write_reference(path: Path, units: Sequence[Unit]) -> None:
    """B00 of the province: every commune a hot-spot, with the population that it reports itself."""
    period = Period("năm", YEAR, 1, 12)
    who = ("01", f"{period.first:%d/%m/%Y}", f"{period.last:%d/%m/%Y}", "TTTT", "năm")
    head = ("Mã đơn vị", "Từ ngày", "Đến ngày", "Cơ quan báo cáo", "Loại kỳ", "Mã xã", "Tên xã", "Trọng điểm")
    rows = []
    for unit in units:
        people = answers.residents(unit, YEAR)
        rows.append((*who, unit.code, unit.name, "có", people.everyone, people.aged_14_60, "31/12/2020"))
    _write_csv(path, (*head, "Dân số", "Dân số 14-60", "Ngày số liệu"), rows)


def _write_csv(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes a province of filled returns.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=600)
    asked = parser.parse_args()
    make(asked.folder, asked.files)
