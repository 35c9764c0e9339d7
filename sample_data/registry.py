"""The communes that were in force on a day, read from the registry that the project ships.

Only the list of units is taken from the project; everything that is expected of the sample data is worked out here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

UNITS = Path(__file__).resolve().parents[1] / "src" / "tracker" / "places" / "units.csv"


@dataclass(frozen=True, slots=True)
class Commune:
    code: str
    name: str
    kind: str
    district: str
    district_title: str

    @property
    def title(self) -> str:
        """The name as an office writes it: "Phường Bạch Mai"."""
        return f"{self.kind.capitalize()} {self.name}"


def communes_on(province: str, day: date) -> list[Commune]:
    """The communes of a province in force on `day`, by code."""
    iso = day.isoformat()
    with UNITS.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["province_code"] == province]
    held = (row for row in rows if row["valid_from"] <= iso and iso <= (row["valid_to"] or iso))
    return sorted((_commune(row) for row in held), key=lambda commune: commune.code)


def _commune(row: dict[str, str]) -> Commune:
    district_title = f"{row['district_kind'].capitalize()} {row['district_name']}"
    return Commune(row["code"], row["name"], row["kind"], row["district_code"], district_title)


def by_district(communes: list[Commune]) -> dict[str, list[Commune]]:
    """Communes grouped by the code of their district, both in order."""
    groups: dict[str, list[Commune]] = {}
    for commune in communes:
        groups.setdefault(commune.district, []).append(commune)
    return dict(sorted(groups.items()))
