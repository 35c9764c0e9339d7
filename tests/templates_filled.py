"""Templates for the tests: made as the command makes them, and what an officer would type into their cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from tracker.folding import fold_label
from tracker.form import Form, Layout
from tracker.forms import FORMS
from tracker.place import shipped
from tracker.plan import Plan
from tracker.plans import load
from tracker.template.book import Drawing
from tracker.template.mark import OWN, SHIPPED
from tracker.template.stocks import Last
from tracker.template.tasks import Task, tasks

Answer = int | str | bool | date
Answers = Mapping[str, Sequence[Mapping[str, Answer]]]
"""By form: one record, or one for each row."""


@cache
def drawing(plan: str, year: int) -> Drawing:
    return Drawing(load(plan), year, OWN if plan.endswith(".toml") else SHIPPED, shipped())


def task_of(plan: str, year: int, unit: str, agency: str = "UBND") -> Task:
    found = [one for one in tasks(load(plan), year, shipped()) if (one.unit.code, one.agency) == (unit, agency)]
    assert len(found) == 1
    return found[0]


def write_template(path: Path, task: Task, last: Mapping[str, Last] | None = None) -> Path:
    path.write_bytes(drawing_of(task.plan, task.year).book(task, last or {}))
    return path


def drawing_of(plan: Plan, year: int) -> Drawing:
    from tracker.plans import shipped as known

    return drawing(plan.id, year) if plan.id in known() else Drawing(plan, year, OWN, shipped())


def cells(path: Path, answers: Answers) -> dict[tuple[str, str], int | str | date]:
    """Sheet and cell of each answer, found by headings and codes as a person finds them."""
    book = load_workbook(path)
    found: dict[tuple[str, str], int | str | date] = {}
    for code, records in answers.items():
        places = _coded(book, FORMS[code]) if FORMS[code].layout is Layout.ROWS else _columns(book, FORMS[code])
        for number, record in enumerate(records):
            for name, answer in record.items():
                column, row = places[name]
                found[code, f"{column}{row + number}"] = typed(answer)
    return found


def typed(answer: Answer) -> int | str | date:
    if isinstance(answer, bool):
        return "có" if answer else "không"
    return answer


def _header(sheet: Any, needed: Iterable[str]) -> tuple[int, dict[str, str]]:
    """The row of the headings, and the letter of each column by its folded heading."""
    for row in sheet.iter_rows(min_row=1, max_row=15):
        heads = {
            fold_label(str(cell.value)): get_column_letter(cell.column) for cell in row if cell.value is not None
        }
        if set(map(fold_label, needed)) <= heads.keys():
            return row[0].row, heads
    raise AssertionError(f"no header in {sheet.title}")


def _columns(book: Workbook, form: Form) -> dict[str, tuple[str, int]]:
    row, heads = _header(book[form.code], form.required_labels)
    return {
        one.name: (heads[fold_label(one.label)], row + 2) for one in form.fields if fold_label(one.label) in heads
    }


def _coded(book: Workbook, form: Form) -> dict[str, tuple[str, int]]:
    sheet = book[form.code]
    row, heads = _header(sheet, form.required_labels)
    rows = {str(sheet[f"{heads['ma so']}{number}"].value): number for number in range(row + 1, sheet.max_row + 1)}
    return {
        one.name: (heads[fold_label(one.column)], rows[one.code])
        for one in form.fields
        if one.code in rows and fold_label(one.column) in heads
    }
