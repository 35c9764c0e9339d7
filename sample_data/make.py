"""Makes the sample data: invented returns of four plans, faulty files, and what must come of them.

    python sample_data/make.py [FOLDER]

Writes into the folder of this script, or into FOLDER. The seed is fixed, so every run gives the same bytes. No figure
is anyone's: places and their codes are real, everything reported of them is made up.
"""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import bac_giang
import faults
import ha_noi
import ha_noi_outcome
import hai_ba_trung
import ninh_binh
from expectation import dumps
from readme import readme

SEED = 20200730
MADE = (ha_noi_outcome.PLAN, bac_giang.PLAN, hai_ba_trung.PLAN, ninh_binh.PLAN, "faulty")


def make(folder: Path) -> None:
    """Writes everything anew; what an earlier run left in these folders is removed."""
    for name in MADE:
        shutil.rmtree(folder / name, ignore_errors=True)
    people = ha_noi_outcome.decide(random.Random(SEED)).people
    residents = {code: of_commune.everyone for code, of_commune in people.items()}
    plans = [
        ha_noi.write(folder / ha_noi_outcome.PLAN / "returns", random.Random(SEED)),
        bac_giang.write(folder / bac_giang.PLAN / "returns", random.Random(SEED + 1)),
        hai_ba_trung.write(folder / hai_ba_trung.PLAN / "returns", random.Random(SEED + 3), residents),
        ninh_binh.write(folder / ninh_binh.PLAN / "returns"),
    ]
    manifest = faults.write(folder / "faulty", random.Random(SEED + 2), people)
    _write(folder / "expected.json", dumps({"plans": plans}))
    _write(folder / "faulty.json", dumps(manifest))
    _write(folder / "README.md", readme(plans, manifest))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
