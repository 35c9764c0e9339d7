"""Whether cost per return and memory stay as they are when there are ten and a hundred times as many returns.

    python benchmarks/scale.py [--sizes 600 6000 60000] [--write]

For each size a fresh store takes in a whole province with `tracker ingest`, on one core; then Hà Nội's year is scored
from it with `tracker report`. The year is the same whatever else the store holds, so its cost should be, too.
60,000 workbooks take some 2 GB of disk while this runs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tables
from measuring import Cost, machine, measure
from province import PLAN, YEAR, Province, tracker
from run import HERE, READMES

HEADS = {
    "vi": ("Báo cáo", "CPU mỗi báo cáo, ms", "so với cỡ nhỏ nhất", "Bộ nhớ, MiB", "Kho, MiB", "`report`, giây CPU"),
    "en": ("Returns", "CPU a return, ms", "to the smallest", "Memory, MiB", "Store, MiB", "`report`, CPU seconds"),
}


@dataclass(frozen=True)
class Size:
    """What one size cost."""

    returns: int
    ingest: Cost
    store: float
    report: Cost

    @property
    def each(self) -> float:
        """Milliseconds of processor a return."""
        return 1000 * self.ingest.cpu / self.returns


def measured(returns: int) -> Size:
    with tempfile.TemporaryDirectory() as folder:
        province, store = Province(Path(folder, "province")), Path(folder, "store.db")
        make = (sys.executable, HERE / "province.py", province.folder, "--files", str(returns))
        subprocess.run(list(map(str, make)), check=True)
        tool = (sys.executable, "-m", "tracker", "--db", store)
        out = Path(folder, "out")
        spent = measure((*tool, "ingest", province.returns, "--workers", "1"), out, one_core=True)
        tracker("--db", str(store), "ingest", str(province.reference), faults=True)
        report = (*tool, "report", "--year", str(YEAR), "--plan", PLAN, "--format", "json")
        return Size(returns, spent, store.stat().st_size / 1024**2, measure(report, out, one_core=True))


def table(sizes: Sequence[Size], language: str) -> str:
    rows = [
        (f"{one.returns}", one.each, one.each / sizes[0].each, f"{one.ingest.peak:.0f}", one.store, one.report.cpu)
        for one in sizes
    ]
    return tables.markdown(HEADS[language], rows)


def texts(sizes: Sequence[Size]) -> dict[str, str]:
    said = f"{date.today():%d/%m/%Y}; {machine()}."  # noqa: DTZ011  # the machine's own day
    vi, en = table(sizes, "vi"), table(sizes, "en")
    return {"vi": f"{tables.in_vietnamese(vi)}\n\n{said}", "en": f"{en}\n\n{said}"}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Cost and memory against the number of returns.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[600, 6000, 60000])
    parser.add_argument("--write", action="store_true", help="put the table between the marks in the README")
    asked = parser.parse_args()
    told = texts([measured(size) for size in asked.sizes])
    print(told["en"])  # noqa: T201
    if asked.write:
        tables.write("scale", told, READMES)
