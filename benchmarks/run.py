"""What reading a province costs: the tool beside the floor and beside what its users would write instead.

    python benchmarks/run.py [--files 600] [--rounds 5] [--workers 1|2] [--write] [--json FILE]

All run in turn, round after round, on the same files: the floor (python-calamine alone), the installed `tracker
ingest` with every check, the same again on the unchanged folder, with two workers, and three pipelines. The floor
runs between any two of them; each cost is given as a ratio to the floor before and after it, so that the machine
matters little. At the end it is checked that all have named the same bad cells and found the same sums.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import agreement
import tables
from measuring import Cost, machine, mean, measure
from province import Province

HERE = Path(__file__).resolve().parent
READMES = (HERE.parent / "README.md", HERE / "README.md")
INGEST, AGAIN, TWO = "ingest", "ingest again", "ingest, 2 workers"
NEEDS = {"with_openpyxl": "pandera", "with_calamine": "pandas", "with_polars": "fastexcel"}
NAMES = {
    "floor": ("python-calamine, chỉ đọc", "python-calamine, reading alone"),
    INGEST: ("`tracker ingest`", "`tracker ingest`"),
    AGAIN: ("`tracker ingest` lần nữa, không gì thay đổi", "`tracker ingest` again, nothing changed"),
    TWO: ("`tracker ingest --workers 2`", "`tracker ingest --workers 2`"),
    "with_openpyxl": ("pandas + openpyxl + pandera", "pandas + openpyxl + pandera"),
    "with_calamine": ("pandas + calamine", "pandas + calamine"),
    "with_polars": ("fastexcel + polars", "fastexcel + polars"),
}
HEADS = (
    ("", "CPU: nhỏ nhất", "trung vị", "lớn nhất", "Thời gian: trung vị", "Bộ nhớ, MiB"),
    ("", "CPU: least", "median", "greatest", "Time: median", "Memory, MiB"),
)


class Measured(NamedTuple):
    """What a program cost, and what the floor cost about the same time."""

    cost: Cost
    floor: Cost


Costs = dict[str, list[Measured]]


def pipelines() -> list[str]:
    """Those whose libraries are installed."""
    return [name for name, needed in NEEDS.items() if find_spec(needed)]


def one_round(province: Province, work: Path, workers: int, first: int) -> Iterator[tuple[str, Measured]]:
    """Everything once. The pipelines take turns in beginning; `first` is the number of the round."""

    def script(name: str) -> Cost:
        return measure((sys.executable, HERE / f"{name}.py", province.folder), work / name, one_core=True)

    def tool(store: str, out: str, workers: int) -> Cost:
        command = (sys.executable, "-m", "tracker", "--db", work / store, "ingest", province.returns)
        return measure((*command, "--workers", str(workers)), work / out, one_core=workers == 1)

    for old in (*work.glob("store.db*"), *work.glob("two.db*")):
        old.unlink()
    scripts = pipelines()
    turn = first % (len(scripts) or 1)
    programs = {name: partial(script, name) for name in (*scripts[turn:], *scripts[:turn])}
    programs |= {name: partial(tool, "store.db", name, 1) for name in (INGEST, AGAIN)}
    if workers > 1:
        programs[TWO] = partial(tool, "two.db", "two", workers)
    before = script("floor")
    for name, run in programs.items():
        cost, after = run(), script("floor")
        yield name, Measured(cost, mean(before, after))
        yield "floor", Measured(after, after)
        before = after


def compare(province: Province, work: Path) -> list[str]:
    """Where what was found differs."""
    found = {name: agreement.of_pipeline(work / name) for name in pipelines()}
    found["tracker"] = agreement.of_tracker(province, work / "store.db")
    return list(agreement.differences(found, agreement.planted(province)))


def table(costs: Costs, language: int) -> str:
    rows = []
    for name, measured in costs.items():
        spent, floor = zip(*measured, strict=True)
        clock = tables.ratios(tables.wall(spent), tables.wall(floor))[1]
        cpu = tables.ratios(tables.cpu(spent), tables.cpu(floor))
        rows.append((NAMES[name][language], *cpu, clock, f"{tables.peak(spent):.0f}"))
    return tables.markdown(HEADS[language], rows)


def texts(costs: Costs, files: int) -> dict[str, str]:
    """The table in both languages, with what it was measured on."""
    rounds = len(costs[INGEST])
    each = f"{1000 * min(one.cost.cpu for one in costs['floor']) / files:.1f}"
    said = {
        "vi": (
            f"{files} sổ tính, {rounds} lượt, {date.today():%d/%m/%Y}; {machine()}. "  # noqa: DTZ011  # the machine's day
            f"Lần so với chỉ đọc ({tables.in_vietnamese(each)} ms CPU mỗi sổ); bộ nhớ của tiến trình lớn nhất."
        ),
        "en": (
            f"{files} workbooks, {rounds} rounds, {date.today():%d %B %Y}; {machine()}. "  # noqa: DTZ011
            f"Times the cost of reading alone ({each} ms CPU a workbook); memory of the largest process."
        ),
    }
    vi, en = table(costs, 0), table(costs, 1)
    return {"vi": f"{tables.in_vietnamese(vi)}\n\n{said['vi']}", "en": f"{en}\n\n{said['en']}"}


def main(files: int, rounds: int, workers: int) -> tuple[Costs, list[str], list[str]]:
    """What was spent, where what was found differs, and the cells that were planted."""
    costs: Costs = {}
    with tempfile.TemporaryDirectory() as folder:
        province, work = Province(Path(folder, "province")), Path(folder)
        make = (sys.executable, HERE / "province.py", province.folder, "--files", str(files))
        subprocess.run(list(map(str, make)), check=True)
        for number in range(rounds):
            for name, measured in one_round(province, work, workers, number):
                costs.setdefault(name, []).append(measured)
            print(f"round {number + 1} of {rounds}", file=sys.stderr)  # noqa: T201  # progress
        cells = sorted(map(" ".join, agreement.planted(province)))
        return {name: costs[name] for name in NAMES if name in costs}, compare(province, work), cells


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What reading a province costs.")
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2, choices=(1, 2))
    parser.add_argument("--write", action="store_true", help="put the table between the marks in the README")
    parser.add_argument("--json", type=Path, help="write what was measured to a file")
    asked = parser.parse_args()
    spent, differ, planted = main(asked.files, asked.rounds, asked.workers)
    told = texts(spent, asked.files)
    print(told["en"])  # noqa: T201
    print("\n".join(differ) or "All have named the same bad cells and found the same sums.")  # noqa: T201
    if asked.json:
        each = {name: [asdict(one.cost) for one in measured] for name, measured in spent.items()}
        measured = {"costs": each, "differences": differ, "planted": planted}
        asked.json.write_text(json.dumps(measured, indent=2), encoding="utf-8")
    if asked.write:
        tables.write("benchmark", told, READMES)
    sys.exit(1 if differ else 0)
