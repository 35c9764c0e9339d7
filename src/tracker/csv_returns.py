"""A CSV: one form, many units; each key in it is one return, accepted or rejected alone.

Source: the contract, section 3, CSV. The leading columns take the place of TTC.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.answers import Says
from tracker.folding import fold_label
from tracker.form import Field
from tracker.forms.ttc import FORM as TTC
from tracker.intake.grid import Sheet, a1
from tracker.intake.headers import HEADER_WITHIN
from tracker.intake.tables import RowSays, Table, says_total
from tracker.problems import Problem, problem
from tracker.reading import Fault, facts_of, raw_text, read
from tracker.returns import Answered

KEYS: Mapping[str, str] = {
    "Mã đơn vị": "reporter_code",
    "Từ ngày": "period_from",
    "Đến ngày": "period_to",
    "Cơ quan báo cáo": "agency",
    "Mã cơ quan báo chí": "outlet",
    "Loại kỳ": "period_type",
    "Lần báo cáo": "revision",
}
REQUIRED = ("reporter_code", "period_from", "period_to")
KEY_LABELS = {fold_label(label): name for label, name in KEYS.items()} | {
    fold_label("Loại kỳ báo cáo"): "period_type",
    fold_label("Mã xã phường"): "reporter_code",
}
_FIELDS: Mapping[str, Field] = TTC.by_name

Rows = list[tuple[int, RowSays]]


def key_columns(sheet: Sheet) -> dict[str, int]:
    """Column of each leading heading; where one comes twice, the second is the form's."""
    best: dict[str, int] = {}
    for row in sheet.rows[:HEADER_WITHIN]:
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            name = KEY_LABELS.get(fold_label(cell)) if isinstance(cell, str) else None
            if name is not None:
                found.setdefault(name, column)
        if len(found) > len(best):
            best = found
    return best


def by_key(sheet: Sheet, keys: Mapping[str, int], table: Table) -> list[tuple[Says, list[Problem], Rows]]:
    """For each key: what it says, the faults of its cells, and its rows, in the order of the file.

    Keys that read the same are one, however they are typed. A key with nothing beside it has no rows.
    """
    kinds = dict(table.rows())
    typed: dict[tuple[str, ...], tuple[int, Rows]] = {}
    for number in range(table.header_row + 1, len(sheet.rows)):
        key = {name: _typed(sheet, number, column) for name, column in keys.items()}
        if _is_of_a_unit(key, kinds.get(number), blank=not table.filled(number)):
            _, rows = typed.setdefault(tuple(key.values()), (number, []))
            rows += [(number, kinds[number])] if number in kinds else []
    merged: dict[tuple[object, ...], tuple[Says, list[Problem], Rows]] = {}
    for number, rows in typed.values():
        says, problems = _says(sheet, keys, number)
        first = merged.setdefault(_same(says, number), (says, [], []))
        first[1].extend(problems)
        first[2].extend(rows)
    return list(merged.values())


def _is_of_a_unit(key: Mapping[str, str], kind: RowSays | None, *, blank: bool) -> bool:
    """Whether a row speaks for some unit: no total of all units, no header again, no note."""
    if any(map(says_total, key.values())):
        return False
    if kind is None:
        return blank and all(key.get(name) for name in REQUIRED)
    return kind is RowSays.DATA or any(key.values())


def _same(says: Says, number: int) -> tuple[object, ...]:
    """What makes two rows one return: the key with its defaults; a key that cannot be read stands alone."""
    if says.faulty - {"period_type"}:
        return (number,)
    agency = says.values.get("agency") or "UBND"
    outlet = says.values.get("outlet") if agency == "BC" else None
    return (*(says.values.get(name) for name in REQUIRED), agency, outlet, says.values.get("revision", 1))


def _typed(sheet: Sheet, number: int, column: int) -> str:
    value = sheet.at(number, column)
    return "" if value is None else raw_text(value).strip()


def _says(sheet: Sheet, keys: Mapping[str, int], number: int) -> tuple[Says, list[Problem]]:
    values: dict[str, Answered] = {}
    faulty: set[str] = set()
    problems: list[Problem] = []
    cells = {name: a1(number, column) for name, column in keys.items()}
    for name, column in keys.items():
        value = sheet.at(number, column)
        answer = read(_FIELDS[name], value) if value is not None else None
        if isinstance(answer, Fault):
            faulty.add(name)
            if name not in ("period_from", "period_to"):
                problems.append(_fault_at(name, cells[name], raw_text(value), answer))
        elif answer is not None and answer.value is not None:
            values[name] = answer.value
    typed = {name: _typed(sheet, number, column) for name, column in keys.items()}
    return Says(values, sheet.name, cells, frozenset(faulty), typed), problems


def _fault_at(name: str, cell: str, found: str, fault: Fault) -> Problem:
    one = _FIELDS[name]
    return problem(fault.code, cell=cell, field=name, found=found, label=one.label, facts=facts_of(one, fault))
