"""Whether all found the same: the cells that are known to be bad, and the same sums by district.

What the tool says is read from its own JSON: the problems from `tracker ingest`, the sums from `tracker report`.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from province import PLAN, YEAR, Province, tracker

Cell = tuple[str, str, str]


@dataclass
class Found:
    """Bad cells (file, sheet, cell), sums by (figure, district), and attendances in the plan's window."""

    bad: set[Cell] = field(default_factory=set)
    sums: Counter[tuple[str, str]] = field(default_factory=Counter)
    attended: int = 0


def of_pipeline(out: Path) -> Found:
    """What `asked.say` has printed."""
    found = Found()
    for line in out.read_text(encoding="utf-8").splitlines():
        what, *told = line.split("\t")
        if what == "bad":
            found.bad.add((told[0], told[1], told[2]))
        else:
            for name, number in zip(("materials", "integrated", "reach"), told[1:4], strict=True):
                found.sums[name, told[0]] = int(number)
            found.attended += int(told[4])
    return found


def of_tracker(province: Province, store: Path) -> Found:
    """What the tool says of the returns that the store has; the province's list of communes is added to it."""
    found = Found()
    for file in _json(store, "ingest", province.returns)["files"]:
        name = Path(file["path"]).relative_to(province.returns).as_posix()
        errors = [one for one in file["problems"] if one["severity"] == "error"]
        found.bad |= {(name, str(one["sheet"]), str(one["cell"])) for one in errors}
    _json(store, "ingest", province.reference)
    [plan] = _json(store, "report", "--year", YEAR, "--plan", PLAN)["plans"]
    targets = {one["id"]: one for one in plan["targets"]}
    parts = {one["id"]: one for one in targets["models"]["parts"]}
    for name, target in {**targets, "integrated": parts["integrated"]}.items():
        if name in ("materials", "integrated", "reach"):
            for district in target["districts"]:
                found.sums[name, district["code"]] = district["numerator"]
    values = [one for one in targets["response"]["values"] if one["key"] == "attendances_response"]
    found.attended = next((int(one["value"] or 0) for one in values if one["group"] is None), 0)
    return found


def _json(store: Path, *arguments: object) -> Any:
    return json.loads(tracker("--db", str(store), *map(str, arguments), "--format", "json", faults=True))


def planted(province: Province) -> set[Cell]:
    with province.planted.open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["sheet"], row["cell"]) for row in csv.DictReader(file)}


def differences(found: dict[str, Found], known: set[Cell]) -> Iterator[str]:
    """In words, for each that disagrees with what was planted or with the tool's sums; nothing when all is well."""
    tool = found["tracker"]
    for name, one in found.items():
        for cell in sorted(one.bad ^ known):
            yield f"{name} {'names' if cell in one.bad else 'does not name'} {' '.join(cell)}"
        for figure, district in sorted({*one.sums, *tool.sums}):
            mine, its = one.sums[figure, district], tool.sums[figure, district]
            if mine != its:
                yield f"{name} adds up {figure} of district {district} to {mine}, tracker to {its}"
        if one.attended != tool.attended:
            yield f"{name} adds up attendances to {one.attended}, tracker to {tool.attended}"
