"""What starting costs, beside starting Python, and what a report costs, beside importing pandas.

    python benchmarks/startup.py [--rounds 9] [--files 579] [--write]

`check` reads one workbook. `report` scores Hà Nội's year from a store with so many returns. All take turns; the least
processor time of the rounds is compared, since whatever else the machine does can only add to it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import tables
from measuring import machine, measure
from province import PLAN, YEAR, Province, tracker
from run import HERE, READMES

PASS, PANDAS = 'python -c "pass"', 'python -c "import pandas"'
HEADS = {"vi": ("", "CPU, ms", f"so với `{PASS}`"), "en": ("", "CPU, ms", f"to `{PASS}`")}
Times = dict[str, float]


def commands(province: Province, store: Path) -> dict[str, tuple[str | Path, ...]]:
    tool = (sys.executable, "-m", "tracker")
    one = next(province.returns.rglob("*.xlsx"))
    report = (*tool, "--db", store, "report", "--year", str(YEAR), "--plan", PLAN)
    return {
        PASS: (sys.executable, "-c", "pass"),
        "tracker --version": (*tool, "--version"),
        "tracker --help": (*tool, "--help"),
        "tracker check": (*tool, "check", one),
        PANDAS: (sys.executable, "-c", "import pandas"),
        f"tracker report --year {YEAR}": report,
    }


def main(rounds: int, files: int) -> Times:
    """Seconds of processor, by command."""
    with tempfile.TemporaryDirectory() as folder:
        province, store = Province(Path(folder, "province")), Path(folder, "store.db")
        make = (sys.executable, HERE / "province.py", province.folder, "--files", str(files))
        subprocess.run(list(map(str, make)), check=True)
        tracker("--db", str(store), "ingest", str(province.returns), str(province.reference), faults=True)
        asked = commands(province, store)
        times: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(rounds):
            for name, command in asked.items():
                times[name].append(measure(command, Path(folder, "out")).cpu)
    return {name: min(each) for name, each in times.items()}


def table(times: Times, language: str) -> str:
    rows = [(f"`{name}`", f"{1000 * cpu:.0f}", cpu / times[PASS]) for name, cpu in times.items()]
    return tables.markdown(HEADS[language], rows)


def texts(times: Times) -> dict[str, str]:
    said = f"{date.today():%d/%m/%Y}; {machine()}."  # noqa: DTZ011  # the machine's own day
    [report] = [cpu for name, cpu in times.items() if "report" in name]
    ratio = report / times[PANDAS]
    vi = f"Chấm một năm bằng {tables.in_vietnamese(f'{ratio:.1f}')} lần thời gian nạp pandas. {said}"
    en = f"Scoring a year takes {ratio:.1f} times as long as importing pandas. {said}"
    return {
        "vi": f"{tables.in_vietnamese(table(times, 'vi'))}\n\n{vi}",
        "en": f"{table(times, 'en')}\n\n{en}",
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What starting costs.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--files", type=int, default=579)
    parser.add_argument("--write", action="store_true", help="put the table between the marks in the README")
    arguments = parser.parse_args()
    told = texts(main(arguments.rounds, arguments.files))
    print(told["en"])  # noqa: T201
    if arguments.write:
        tables.write("startup", told, READMES)
