"""Finds the tables of the forms in a book: by the sheet's name, by the labels of the header, never by position.

Titles, merged header rows, the order of columns, number rows and what stands beside or below a table do not matter.
Knows labels, not meanings: what the rows say is for `records`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from tracker.folding import fold, fold_label
from tracker.form import Form, Layout
from tracker.intake.grid import Sheet, Value

HEADER_WITHIN = 40  # rows from the top of a sheet
_ABOVE, _BELOW = 3, 2  # merged header rows around the one that names most columns


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a form: the sheet, the row its header ends on, and the column of each heading (from 0)."""

    form: Form
    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]
    unknown: tuple[tuple[int, int, str], ...] = ()
    after: tuple[int, ...] = ()

    def rows(self) -> Iterator[tuple[int, RowSays]]:
        """Row numbers below the header with what each row is, down to the notes and the signature block."""
        places = sorted(self.columns.values())
        for number in range(self.header_row + 1, len(self.sheet.rows)):
            row = self.sheet.rows[number]
            says = _says([row[place] if place < len(row) else None for place in places], self)
            if says is RowSays.END:
                return
            if says is not RowSays.NOTHING:
                yield number, says


class RowSays(Enum):
    """What a row under a header is."""

    NOTHING = auto()  # blank, column numbers, or the header again
    DATA = auto()
    NONE_HERE = auto()  # "Không phát sinh"
    TOTAL = auto()
    END = auto()  # notes, place and date, signatures: nothing below belongs to the table


# --- which form a sheet is --------------------------------------------------------------------------------------

_NAME = re.compile(r"^(?:bieu so|bieu mau|bieu|b|mau)? ?0*(\d) ?(p)?(?: .*)?$")


def form_of_name(name: str, forms: Mapping[str, Form]) -> str | None:
    """The code that a sheet's name writes: "Biểu 01", "B.01", "BIEU SO 1 " and "01-PCMBN-X" are B01."""
    folded = fold(name)
    if folded in {"ttc", "thong tin chung"} or folded.startswith(("ttc ", "tc pcmbn")):
        return "TTC"
    match = _NAME.match(folded)
    code = f"B0{match[1]}{(match[2] or '').upper()}" if match else ""
    return code if code in forms else None


def tables_of(sheet: Sheet, forms: Iterable[Form], *, without: frozenset[int] = frozenset()) -> list[Table]:
    """The tables of the best matching form on a sheet, several when they stand side by side.

    `without` names columns that are not the form's: those that say who and when in a CSV. An empty list when no
    header of `forms` is there with all its required headings.
    """
    best: list[Table] = []
    best_score = 0
    for form in forms:
        found = _header(sheet, form, without)
        if found and (score := _score(found)) > best_score:
            best, best_score = found, score
    return best


def missing_labels(sheet: Sheet, form: Form) -> list[str]:
    """The required headings of `form` that no row of the sheet's top has."""
    seen = {fold_label(cell) for row in sheet.rows[:HEADER_WITHIN] for cell in row if isinstance(cell, str)}
    present = {label for folded, label in form.labels.items() if folded in seen}
    return [label for label in form.required_labels if label not in present]


def _score(tables: list[Table]) -> int:
    """How well a header fits: headings known, less those unknown; codes of the form in a row-coded one."""
    table = tables[0]
    score = 2 * len(table.columns) - len(table.unknown)
    if table.form.layout is Layout.ROWS:
        place = table.columns["Mã số"]
        codes = {row_code(row[place]) for row in table.sheet.rows[table.header_row + 1 :] if place < len(row)}
        score += 100 * bool(codes & table.form.row_codes) - 50 * (not codes & table.form.row_codes)
    return score


def row_code(value: Value) -> str:
    """Mã số as the form writes it: the number 101 and the text "0101 " are 0101."""
    if isinstance(value, int):
        return f"{value:04}"
    if isinstance(value, str):
        code = value.strip().strip(".")
        return code.zfill(4) if code.isdigit() and len(code) in (3, 4) else code.upper()
    return ""


# --- the header -------------------------------------------------------------------------------------------------


def _header(sheet: Sheet, form: Form, without: frozenset[int]) -> list[Table]:
    top = sheet.rows[:HEADER_WITHIN]
    matches = [_matches(row, form, without) for row in top]
    if not matches:
        return []
    anchor = max(range(len(matches)), key=lambda number: (len(set(matches[number].values())), -number))
    if len(set(matches[anchor].values())) < 2:
        return []
    places, bottom = _completed(matches, anchor)
    unknown = _unknown(sheet, anchor, places, without)
    groups = _side_by_side(places, form)
    return [
        Table(form, sheet, bottom, group, unknown if number == 0 else ())
        for number, group in enumerate(groups)
        if all(label in group for label in form.required_labels)
    ]


def _matches(row: Sequence[Value], form: Form, without: frozenset[int]) -> dict[int, str]:
    labels = form.labels
    found = {}
    for place, cell in enumerate(row):
        if isinstance(cell, str) and len(cell) < 200 and place not in without:
            label = labels.get(fold_label(cell))
            if label is not None:
                found[place] = label
    return found


def _completed(matches: list[dict[int, str]], anchor: int) -> tuple[dict[int, str], int]:
    """Headings of the anchor row, and those that merged rows just above or below it add; the last header row."""
    places, bottom = dict(matches[anchor]), anchor
    nearby = [*range(anchor + 1, anchor + 1 + _BELOW), *range(anchor - 1, anchor - 1 - _ABOVE, -1)]
    for number in nearby:
        if not 0 <= number < len(matches):
            continue
        if matches[number] == matches[anchor]:
            continue  # the header once more, on a new printed page
        present = set(places.values())
        added = {place: label for place, label in matches[number].items() if place not in places}
        for place, label in added.items():
            if label not in present:
                places[place] = label
                bottom = max(bottom, number)
    return places, bottom


def _side_by_side(places: Mapping[int, str], form: Form) -> list[dict[str, int]]:
    groups: list[dict[str, int]] = [{}]
    for place in sorted(places):
        label = places[place]
        if label in groups[-1] and all(needed in groups[-1] for needed in form.required_labels):
            groups.append({})
        groups[-1].setdefault(label, place)
    return groups


def _unknown(
    sheet: Sheet, row: int, places: Mapping[int, str], without: frozenset[int]
) -> tuple[tuple[int, int, str], ...]:
    cells = enumerate(sheet.rows[row])
    return tuple(
        (row, place, cell)
        for place, cell in cells
        if place not in without and place not in places and isinstance(cell, str) and fold(cell)
    )


# --- the rows under it ------------------------------------------------------------------------------------------

_NONE_HERE = {"khong phat sinh", "khong co", "khong phat sinh trong ky"}
_TOTAL = re.compile(
    r"^(?:tong so|tong cong|tong|cong|luy ke|cong don|tong hop)"
    r"(?: (?:to|thon|khu|xom|ca|toan|quy|thang|nam|ky|trang)\b.*| \d+)?$"
)
_END = re.compile(
    r"^(?:ghi chu|noi nhan|nguoi lap|lap bieu|nguoi tong hop|ky ghi ro|ky ten|ky dong dau|tm |kt |chu tich"
    r"|pho chu tich|thu truong|xac nhan cua|.*\bngay \d{0,2} ?thang \d{0,2} ?nam(?: ?\d{4})?$)"
)
_NUMBER_CELL = re.compile(r"^(?:[A-Z]|\d{1,2}|\d{1,2} ?= ?[\d+\- .=]+|\(\d{1,2}\)|\([A-Z]\))$")


def _says(cells: Sequence[Value], table: Table) -> RowSays:
    filled = [cell for cell in cells if cell is not None and not (isinstance(cell, str) and not cell.strip())]
    if not filled:
        return RowSays.NOTHING
    first = filled[0]
    if isinstance(first, str):
        folded = fold(first)
        if len(filled) == 1 and folded in _NONE_HERE:
            return RowSays.NONE_HERE
        if table.form.layout is Layout.TABLE:
            if len(filled) <= 3 and _END.match(folded) and all(isinstance(cell, str) for cell in filled):
                return RowSays.END
            if len(filled) > 1 and _TOTAL.match(folded):
                return RowSays.TOTAL
    if _is_number_row(filled) or _is_header_again(cells, table):
        return RowSays.NOTHING
    return RowSays.DATA


def _is_number_row(filled: Sequence[Value]) -> bool:
    if len(filled) < 3:
        return False
    if all(isinstance(cell, int) and not isinstance(cell, bool) for cell in filled):
        return list(filled) == list(range(1, len(filled) + 1))
    texts = [str(cell).strip() for cell in filled]
    return all(_NUMBER_CELL.match(text) for text in texts) and texts[0] in {"A", "1", "(1)", "(A)"}


def _is_header_again(cells: Sequence[Value], table: Table) -> bool:
    labels = [fold_label(cell) for cell in cells if isinstance(cell, str)]
    return len(labels) >= 2 and sum(label in table.form.labels for label in labels) * 2 > len(cells)
