"""Finds the tables of the forms in a book: by the sheet's name, by the labels of the header, never by position.

Titles, merged header rows, the order of columns, number rows and what stands beside or below a table do not matter.
Knows labels, not meanings: what the rows say is for `records`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from functools import cached_property, lru_cache
from typing import TypeAlias

from tracker.folding import fold, fold_label
from tracker.form import Field, Form, Kind, Layout, nearest_choice
from tracker.intake.grid import Sheet, Value

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta
"""What a filled cell holds."""

HEADER_WITHIN = 40  # rows from the top of a sheet
LONGEST_HEADING = 200  # characters
_SHORT = 40  # characters; a longer text is no code
_ABOVE, _BELOW = 3, 2  # merged header rows around the one that names most columns


@dataclass(frozen=True)
class Table:
    """One table of a form: the sheet, the row its header ends on, and the column of each heading (from 0).

    `span` are the columns that are the table's, those of no heading too, but for `without`; `until` is the row where
    the table of another form begins under it.
    """

    form: Form
    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]
    unknown: tuple[tuple[int, int, str], ...] = ()
    span: range = range(0)
    without: frozenset[int] = frozenset()
    until: int | None = None

    def rows(self) -> Sequence[tuple[int, RowSays]]:
        """Row numbers below the header with what each row is, down to the notes and the signature block."""
        return self._rows

    @cached_property
    def _rows(self) -> list[tuple[int, RowSays]]:
        return list(self._walk())

    def _walk(self) -> Iterator[tuple[int, RowSays]]:
        headings = {place: label for label, place in self.columns.items()}
        codes, code_column = self._codes()
        for number in range(self.header_row + 1, len(self.sheet.rows) if self.until is None else self.until):
            if codes and row_code(self.sheet.at(number, code_column)) in codes:
                yield number, RowSays.DATA
                continue
            filled = self.filled(number)
            if not filled:
                continue
            says = _says(filled, headings, self.form)
            if says is RowSays.END:
                if not self._has_key(number):
                    return
                says = RowSays.DATA
            if says is not RowSays.NOTHING:
                yield number, says

    def _codes(self) -> tuple[Set[str], int]:
        """The codes that make a row one of a row-coded form, and the column they stand in; none of a table form."""
        heading = {Layout.ROWS: "Mã số", Layout.KEYED: "Mã"}.get(self.form.layout, "")
        return (self.form.row_codes, self.columns[heading]) if heading in self.columns else (frozenset(), 0)

    def filled(self, number: int) -> dict[int, Cell]:
        """The filled cells of a row by column, of the table's columns alone."""
        row = self.sheet.rows[number][: self.span.stop]
        cells = ((place, row[place]) for place in range(self.span.start, len(row)) if place not in self.without)
        return {place: cell for place, cell in cells if cell is not None and not _is_blank(cell)}

    def _has_key(self, number: int) -> bool:
        """Whether the row says itself, in a CSV, who and when: then no signature stands in it."""
        return len(self.without) >= 3 and not any(_is_blank(self.sheet.at(number, place)) for place in self.without)


def _is_blank(cell: Value) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


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


def tables_of(sheet: Sheet, forms: Collection[Form], *, without: frozenset[int] = frozenset()) -> list[Table]:
    """The tables of the best matching form on a sheet, several when they stand side by side.

    `without` names columns that are not the form's: those that say who and when in a CSV. An empty list when no
    header of `forms` is there with all its required headings.
    """
    top = [_folded(row, without) for row in sheet.rows[:HEADER_WITHIN]]
    texts = {text for row in top for text in row.values()}
    likely = (form for form in forms if len(texts & form.labels.keys()) > 1)
    found = [tables for form in likely if (tables := _header(sheet, form, without, top))]
    best = max(found, key=_score, default=[])
    # One form alone was asked for by name: then its header is enough, with nothing known under it.
    return best if best and (len(forms) == 1 or _score(best) > 0) else []


def with_stacked(sheet: Sheet, tables: list[Table], forms: Collection[Form], labels: frozenset[str]) -> list[Table]:
    """The tables of a sheet, and those of other forms that stand over or under them.

    `labels` are all the folded headings that `forms` know.
    """
    if not tables:
        return tables
    heads = _other_headers(sheet, tables[0], forms, labels)
    over = [number for number in heads if number < tables[0].header_row]
    under = [number for number in heads if number > tables[0].header_row]
    found = list(tables)
    if over:
        upper = replace(sheet, rows=sheet.rows[: tables[0].header_row])
        above = with_stacked(upper, tables_of(upper, forms), forms, labels)
        end = _end_above(sheet, tables[0].header_row, over[-1])
        found = [*(replace(one, sheet=sheet, until=min(one.until or end, end)) for one in above), *found]
    if under:
        lower = replace(sheet, rows=sheet.rows[under[0] :])
        below = with_stacked(lower, tables_of(lower, forms), forms, labels)
        end = _end_above(sheet, under[0], tables[0].header_row)
        found = [one if one.until else replace(one, until=end) for one in found]
        found += [_moved(one, sheet, under[0]) for one in below]
    return found


def _moved(table: Table, sheet: Sheet, by: int) -> Table:
    """A table found in the lower part of a sheet, at its place in the whole."""
    until = None if table.until is None else table.until + by
    return replace(table, sheet=sheet, header_row=table.header_row + by, until=until, unknown=())


def _end_above(sheet: Sheet, header: int, top: int) -> int:
    """Where the table over a header ends: the titles of the next form are not its rows."""
    while header > top + 1 and _is_title(sheet.rows[header - 1]):
        header -= 1
    return header


def _other_headers(sheet: Sheet, table: Table, forms: Collection[Form], labels: frozenset[str]) -> list[int]:
    """Rows that head another form, and head it better than they head this one."""
    found = []
    for number, row in enumerate(sheet.rows):
        if number == table.header_row or len(row) < 3:
            continue
        texts = [fold_label(cell) for cell in row if type(cell) is str and len(cell) < LONGEST_HEADING]
        if len(labels.intersection(texts)) < 3:
            continue
        heads = {form.code: set(_matches(_folded(row), form).values()) for form in forms}
        own = len(heads.get(table.form.code, ()))
        if any(len(heads[form.code]) > own and heads[form.code].issuperset(form.required_labels) for form in forms):
            found.append(number)
    return found


def _is_title(row: Sequence[Value]) -> bool:
    """A blank row, or one line of text that is no answer."""
    filled = [cell for cell in row if not _is_blank(cell)]
    return not filled or (len(filled) == 1 and isinstance(filled[0], str) and fold(filled[0]) not in _NONE_HERE)


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
    if isinstance(value, str):
        return _typed_code(value if len(value) <= _SHORT else value.strip()[:_SHORT])
    return f"{value:04}" if isinstance(value, int) else ""


@lru_cache(maxsize=4096)
def _typed_code(text: str) -> str:
    code = text.strip().strip(".")
    return code.zfill(4) if code.isdigit() and len(code) in (3, 4) else code.upper()


# --- the header -------------------------------------------------------------------------------------------------


def _header(sheet: Sheet, form: Form, without: frozenset[int], top: Sequence[Mapping[int, str]]) -> list[Table]:
    """The tables that the headings among the `top` rows, folded, make for a form."""
    matches = [_matches(row, form) for row in top]
    distinct = [len(set(match.values())) for match in matches]
    most = max(distinct, default=0)
    if most < 2:
        return []
    anchor = distinct.index(most)
    places, bottom = _completed(matches, anchor, sheet.rows[:HEADER_WITHIN])
    groups = _side_by_side(places, form)
    known = {place for group in groups for place in group.values()}
    unknown = _unknown(sheet, anchor, known, without)
    tables = []
    for number, group in enumerate(groups):
        first = min(group.values()) if number else 0
        stop = min(groups[number + 1].values()) if number + 1 < len(groups) else max(map(len, sheet.rows))
        if all(label in group for label in form.required_labels):
            about = (unknown if number == 0 else (), range(first, stop), without)
            tables.append(Table(form, sheet, bottom, group, *about))
    return [one for table in tables for one in _stacked(table)] if form.layout is Layout.KEYED else tables


def _stacked(table: Table) -> list[Table]:
    """A keyed table, and one more for each time that it says otherwise whom it is from: blocks under each other."""
    key = next(one.code for one in table.form.fields if one.required)
    code, value = table.columns["Mã"], table.columns["Giá trị"]
    numbers = [
        n for n in range(table.header_row + 1, len(table.sheet.rows)) if row_code(table.sheet.at(n, code)) == key
    ]
    said = [(n, table.sheet.at(n, value)) for n in numbers if not _is_blank(table.sheet.at(n, value))]
    return [table, *(replace(table, header_row=n - 1) for n, cell in said if cell != said[0][1])]


def _folded(row: Sequence[Value], without: frozenset[int] = frozenset()) -> dict[int, str]:
    """The texts of a row that are short enough for a heading, folded, by column."""
    return {
        place: fold_label(cell)
        for place, cell in enumerate(row)
        if type(cell) is str and len(cell) < LONGEST_HEADING and place not in without
    }


def _matches(folded: Mapping[int, str], form: Form) -> dict[int, str]:
    """The headings of a form among folded texts, by column."""
    labels = form.labels
    return {place: labels[text] for place, text in folded.items() if text in labels}


def _completed(
    matches: list[dict[int, str]], anchor: int, top: Sequence[Sequence[Value]]
) -> tuple[dict[int, str], int]:
    """Headings of the anchor row, and those that merged rows just above or below it add; the last header row."""
    places, bottom = dict(matches[anchor]), anchor
    below = _header_rows_below(matches, anchor, top)
    above = range(anchor - 1, max(anchor - 1 - _ABOVE, -1), -1)
    for number in (*below, *above):
        if matches[number] == matches[anchor]:
            continue  # the header once more, on a new printed page
        present = set(places.values())
        added = {place: label for place, label in matches[number].items() if place not in places}
        for place, label in added.items():
            if label not in present:
                places[place] = label
                bottom = max(bottom, number)
    return places, bottom


def _header_rows_below(matches: list[dict[int, str]], anchor: int, top: Sequence[Sequence[Value]]) -> Iterator[int]:
    """Rows that may still belong to the header: under a heading they hold nothing, a label or a bracketed unit."""
    for number in range(anchor + 1, min(anchor + 1 + _BELOW, len(matches))):
        for place, cell in enumerate(top[number]):
            unit = isinstance(cell, str) and _BRACKETED.match(cell.strip())
            if place in matches[anchor] and place not in matches[number] and not unit and not _is_blank(cell):
                return
        yield number


def _side_by_side(places: Mapping[int, str], form: Form) -> list[dict[str, int]]:
    """The columns of each table: another one begins where a heading comes again and the table before is whole.

    A heading that comes again without beginning a whole table is no heading: its column belongs to no table.
    """
    groups: list[dict[str, int]] = [{}]
    for place in sorted(places):
        label = places[place]
        if label in groups[-1] and _whole(groups[-1], form):
            groups.append({})
        groups[-1].setdefault(label, place)
    tables = groups[:1]
    for group in groups[1:]:
        if _whole(group, form):
            tables.append(group)
        else:
            tables[-1].update({label: place for label, place in group.items() if label not in tables[-1]})
    return tables


def _whole(group: Mapping[str, int], form: Form) -> bool:
    return all(label in group for label in form.required_labels)


def _unknown(
    sheet: Sheet, row: int, known: Collection[int], without: frozenset[int]
) -> tuple[tuple[int, int, str], ...]:
    cells = enumerate(sheet.rows[row])
    return tuple(
        (row, place, cell)
        for place, cell in cells
        if place not in without and place not in known and isinstance(cell, str) and fold(cell)
    )


# --- the rows under it ------------------------------------------------------------------------------------------

_NONE_HERE = {"khong phat sinh", "khong co", "khong phat sinh trong ky"}
_ZERO = {"", "0", "khong"} | _NONE_HERE  # "" is a dash
_TOTAL = re.compile(r"^(?:tong so|tong cong|tong|cong|cong don|tong hop|luy ke(?: (?:tu|den|tinh|ca|trong)\b.*)?)$")
_TOTAL_OF = re.compile(
    r"^(?:tong so|tong cong|tong|cong|luy ke)"
    r"(?: (?:to|thon|khu|xom|ca|toan|quy|thang|nam|ky|trang|tu|den|tinh)\b.*| [\d ]+)$"
)
_END = re.compile(
    r"^(?:ghi chu|noi nhan|nguoi lap|lap bieu|nguoi tong hop|ky ghi ro|ky ten|ky dong dau|tm |kt |chu tich"
    r"|pho chu tich|thu truong|xac nhan cua|.*\bngay \d{0,2} ?thang \d{0,2} ?nam(?: ?\d{4})?$)"
)
_SIGNER = re.compile(
    r"^(?:noi nhan|nguoi lap(?: bieu| bao cao)?|(?:tm|kt) .*|(?:pho )?chu tich|thu truong(?: don vi| co quan)?"
    r"|xac nhan cua .*|ky(?: ten| ghi ro| dong dau).*|.+ ngay \d{0,2} ?thang \d{0,2} ?nam(?: ?\d{4})?)$"
)
_LONG = 100  # what marks a row stands at the beginning of a cell, or in a short one
_BRACKETED = re.compile(r"^[(\[][^()\[\]]*[)\]]$")
_NUMBER_CELL = re.compile(r"^(?:[A-Z]|\d{1,2}|\d{1,2} ?= ?[\d+\- .=]+|\(\d{1,2}\)|\([A-Z]\))$")


def _says(filled: Mapping[int, Cell], headings: Mapping[int, str], form: Form) -> RowSays:
    """What a row is by its filled cells, those under a heading and those beside."""
    known = {place: cell for place, cell in filled.items() if place in headings}
    words = _words(filled, headings)
    if words:
        says = _says_instead(words, known, headings, form)
        if says is not None:
            return says
    if not known or _is_number_row([*filled.values()]):
        return RowSays.NOTHING
    if len(known) < len(filled) and _is_number_row([*known.values()]):
        return RowSays.NOTHING
    return RowSays.NOTHING if _is_header_again(known, headings, form) else RowSays.DATA


def _words(filled: Mapping[int, Cell], headings: Mapping[int, str]) -> list[Cell]:
    """The cells from the first one that is not the running number of the row."""
    cells = list(filled.items())
    while cells and cells[0][0] not in headings and fold(str(cells[0][1])).isdigit():
        cells.pop(0)
    return [cell for _, cell in cells]


def _says_instead(
    words: Sequence[Cell], known: Mapping[int, Cell], headings: Mapping[int, str], form: Form
) -> RowSays | None:
    """None when nothing in the row says that it is no row of the table."""
    first = fold_label(words[0][:_LONG]) if isinstance(words[0], str) else ""
    if first in _NONE_HERE and all(map(_is_zero, words)):
        return RowSays.NONE_HERE
    if form.layout is not Layout.TABLE or not first:
        return None
    texts = [cell for cell in words if isinstance(cell, str)]
    if len(texts) == len(words) and _is_signed(texts):
        alone = len(words) == 1 and _END.match(fold(texts[0][:_LONG]))
        return RowSays.END if alone or not _answers(known, headings, form) else None
    if _TOTAL.match(first):
        return None if _answers(known, headings, form) - {Kind.COUNT} else RowSays.TOTAL
    if _TOTAL_OF.match(first):
        return None if _answers(known, headings, form) else RowSays.TOTAL
    return None


def _is_zero(cell: Cell) -> bool:
    return fold(cell[:_LONG]) in _ZERO if isinstance(cell, str) else cell == 0


def _is_signed(texts: Sequence[str]) -> bool:
    """Whether a row of text may be notes or signatures: its first words, or a signer's title in any cell."""
    if _END.match(fold(texts[0][:_LONG])):
        return True
    return any(_SIGNER.match(fold(text)) for text in texts if len(text) < _LONG)


def says_total(cell: Value) -> bool:
    """Whether a cell holds the words of a total row: for the columns that are not the form's."""
    return isinstance(cell, str) and bool(_TOTAL.match(fold_label(cell)))


_DAY = re.compile(r"^(?:ngay ?)?\d{1,4} ?(?:thang ?)?\d{1,2} ?(?:nam ?)?\d{2,4}\b")
_FIGURE = re.compile(r"^(?:(?:tren|hon|gan|khoang) )?\d")
_CODE = re.compile(r"^\S*\d\S*$")
_SAID = {"co", "khong", "ko", "x", "v", "1", "0", "roi", "da", "chua"}


def _answers(known: Mapping[int, Cell], headings: Mapping[int, str], form: Form) -> set[Kind]:
    """The kinds of required answers that the row shows: a day, a word of a list. Notes and signers show none."""
    required = {one.label: one for one in form.fields if one.required}
    pairs = ((required[headings[place]], cell) for place, cell in known.items() if headings[place] in required)
    return {one.kind for one, cell in pairs if _looks_answered(one, cell)}


def _looks_answered(one: Field, cell: Cell) -> bool:
    if not isinstance(cell, str):
        return True
    match one.kind:
        case Kind.CHOICE:
            return nearest_choice(one, cell) is not None
        case Kind.DATE:
            return bool(_DAY.match(fold(cell)))
        case Kind.COUNT | Kind.PERSONS:
            return bool(_FIGURE.match(fold(cell)))
        case Kind.YES_NO:
            return fold(cell) in _SAID
        case Kind.CODE:
            return bool(_CODE.match(cell.strip()))
    return False


def _is_number_row(filled: Sequence[Cell]) -> bool:
    if len(filled) >= 2 and all(isinstance(cell, str) and _BRACKETED.match(cell.strip()) for cell in filled):
        return True  # (1) (2), or the units of the columns: (người) (lượt)
    if len(filled) < 3:
        return False
    if all(isinstance(cell, int) and not isinstance(cell, bool) for cell in filled):
        return list(filled) == list(range(1, len(filled) + 1))
    if str(filled[0]).strip() not in {"A", "1", "(1)", "(A)"}:
        return False
    return all(_NUMBER_CELL.match(str(cell).strip()) for cell in filled)


def _is_header_again(known: Mapping[int, Cell], headings: Mapping[int, str], form: Form) -> bool:
    """Whether the cells are the headings of their own columns, or most of them headings at all."""
    texts = {place: fold_label(cell) for place, cell in known.items() if type(cell) is str}
    if form.labels.keys().isdisjoint(texts.values()):
        return False
    if len(texts) == len(known) and all(form.labels.get(text) == headings[place] for place, text in texts.items()):
        return True
    labels = sum(text in form.labels for text in texts.values())
    return labels >= 2 and labels * 2 > len(known)
