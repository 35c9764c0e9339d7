"""The floor: python-calamine alone reads every sheet of every workbook, and nothing is done with what it reads.

python benchmarks/floor.py PROVINCE
"""

from __future__ import annotations

import sys
from pathlib import Path

from python_calamine import CalamineWorkbook


def main(province: Path) -> None:
    rows = 0
    for path in sorted((province / "returns").rglob("*.xlsx")):
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                rows += len(book.get_sheet_by_name(name).to_python())
    sys.stdout.write(f"{rows}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
