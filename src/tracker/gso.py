"""GSO's export of administrative units: one sheet, labels in its first row, text in every cell, no dates at all.

The export says what was in force on the day it was taken and nothing more, so its rows are compared with the
registry of that day and get their dates from there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker import naming
from tracker.folding import fold, tidy
from tracker.period import DAY
from tracker.place import COLUMNS, FIRST_DAY, LAST_DAY, Places, Unit

_LABELS = {
    "province_name": "Tỉnh Thành Phố",
    "province_code": "Mã TP",
    "district_name": "Quận Huyện",
    "district_code": "Mã QH",
    "name": "Phường Xã",
    "code": "Mã PX",
    "kind": "Cấp",
}
_WIDTHS = {"province_code": 2, "district_code": 3, "code": 5}
_REQUIRED = ("province_name", "province_code", "name", "code")

Row = dict[str, str]
"""A row in the columns of units.csv."""


class NotAnExportError(Exception):
    """The file cannot be read as an export; `missing` names the columns that it lacks, if it is a workbook."""

    def __init__(self, missing: str = "") -> None:
        super().__init__(missing)
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Export:
    """What an export lists: communes, and the districts that have none (islands), in the order of the file."""

    communes: list[Row]
    islands: list[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One code that the export and the registry of the day do not say the same of; a side may lack it."""

    code: str
    registry: str
    export: str


def read(path: Path) -> Export:
    """Raises NotAnExportError for a file that is no workbook or has no sheet with the columns of an export."""
    sheet = _first_sheet(path)
    labels = [fold(str(cell)) for cell in sheet[0]] if sheet else []
    at = {field: labels.index(fold(label)) for field, label in _LABELS.items() if fold(label) in labels}
    if missing := [_LABELS[field] for field in _REQUIRED if field not in at]:
        raise NotAnExportError(", ".join(missing))
    communes: list[Row] = []
    islands: list[str] = []
    for cells in sheet[1:]:
        row = {field: _text(cells[column], _WIDTHS.get(field, 0)) for field, column in at.items()}
        if row["code"]:
            communes.append(_commune(row))
        elif any(row.values()):
            islands.append(row.get("district_name", "") or row["name"])
    return Export(communes, islands)


def differences(export: Export, places: Places, on: date) -> list[Difference]:
    """Where the export disagrees with the registry of `on`, for the provinces that the registry knows on that day."""
    listed = {row["code"]: row for row in export.communes if places.unit(row["province_code"], on)}
    provinces = {row["province_code"] for row in listed.values()}
    known = {unit.code: unit for province in provinces for unit in places.communes(province, on)}
    return [
        Difference(code, _named(known.get(code), places, on), _row_named(listed.get(code)))
        for code in sorted(listed.keys() | known.keys())
        if code not in listed or code not in known or not _same(listed[code], known[code])
    ]


def new_provinces(export: Export, places: Places, on: date) -> list[str]:
    """Codes of the provinces of the export of which the registry says nothing on that day."""
    return sorted({row["province_code"] for row in export.communes if not places.unit(row["province_code"], on)})


def dated(export: Export, places: Places, shipped: Places, on: date) -> list[Row]:
    """The communes of an export with dates, in the columns of units.csv.

    A unit that the registry knows on that day keeps its dates there. Another begins on `on`, and ends before the
    next life of its code or, where the shipped registry speaks for the province, with what that knows.
    """
    return [_dated(row, places, shipped, on) for row in export.communes]


def merged(earlier: Iterable[Row], fresh: Sequence[Row], on: date) -> list[Row]:
    """Rows of an earlier import brought up to date: what is no longer listed on `on` ends the day before."""
    provinces = {row["province_code"] for row in fresh}
    rows = {(row["code"], row["valid_from"]): row for row in fresh}
    for row in earlier:
        key = row["code"], row["valid_from"]
        in_force = row["valid_from"] <= on.isoformat() <= (row["valid_to"] or LAST_DAY.isoformat())
        if key in rows or (in_force and row["valid_from"] == on.isoformat() and row["province_code"] in provinces):
            continue
        ended = in_force and row["province_code"] in provinces
        rows[key] = row | {"valid_to": (on - DAY).isoformat()} if ended else row
    return [rows[key] for key in sorted(rows)]


def as_csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _first_sheet(path: Path) -> list[list[object]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        return [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    except (CalamineError, OSError, ValueError) as error:
        raise NotAnExportError from error


def _text(cell: object, width: int) -> str:
    """A cell as text; a code that a spreadsheet made a number gets its zeros back."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else tidy(str(cell))
    return text.zfill(width) if text and width else text


def _commune(row: Row) -> Row:
    kind, name = naming.without_kind(row["name"])
    district_kind, district = naming.without_kind(row.get("district_name", ""))
    return {
        "code": row["code"],
        "name": name,
        "kind": kind or row.get("kind", "").lower(),
        "district_code": row.get("district_code", ""),
        "district_name": district,
        "district_kind": district_kind,
        "province_code": row["province_code"],
        "province_name": naming.without_kind(row["province_name"])[1],
        "valid_from": "",
        "valid_to": "",
    }


def _same(row: Row, unit: Unit) -> bool:
    parent = row["district_code"] or row["province_code"]
    return (fold(row["name"]), row["kind"], parent) == (fold(unit.name), unit.kind, unit.parent)


def _named(unit: Unit | None, places: Places, on: date) -> str:
    if unit is None:
        return ""
    parent = places.unit(unit.parent, on)
    return f"{unit.full_name}, {parent.full_name}" if parent else unit.full_name


def _row_named(row: Row | None) -> str:
    if row is None:
        return ""
    above = f"{row['district_kind'].capitalize()} {row['district_name']}".strip() or row["province_name"]
    return f"{row['kind'].capitalize()} {row['name']}, {above}"


def _dated(row: Row, places: Places, shipped: Places, on: date) -> Row:
    known = places.unit(row["code"], on)
    if known and _same(row, known):
        first, last = known.valid.first, known.valid.last
    else:
        first = on
        later = [life.valid.first - DAY for life in places.units_of_code(row["code"]) if life.valid.first > on]
        province = shipped.unit(row["province_code"], on)
        last = min([LAST_DAY, *later, *([province.valid.last] if province else [])])
    return row | {
        "valid_from": "" if first == FIRST_DAY else first.isoformat(),
        "valid_to": "" if last == LAST_DAY else last.isoformat(),
    }
