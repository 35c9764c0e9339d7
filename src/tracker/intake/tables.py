"""One table of a form on a sheet, and what each row under its header is: data, a total, notes, nothing.

Knows labels, not meanings: what the rows say is for `records`; where the headers stand is for `headers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from functools import cached_property, lru_cache
from typing import TypeAlias

from tracker.folding import fold, fold_label
from tracker.form import Field, Form, Kind, Layout, nearest_choice
from tracker.intake.grid import Sheet, Value
from tracker.intake.sieve import Sieve

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta
"""What a filled cell holds."""

_SHORT = 40  # characters; a longer text is no code
_CODES_UNDER: Mapping[Layout, str] = {Layout.ROWS: "Mã số", Layout.KEYED: "Mã"}


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

    @cached_property
    def coded(self) -> Mapping[int, str]:
        """The rows below the header in which a code of the form stands, with that code; none of a table form."""
        heading = _CODES_UNDER.get(self.form.layout, "")
        if heading not in self.columns:
            return {}
        place, codes = self.columns[heading], self.form.row_codes
        found = {}
        for number, row in enumerate(self.sheet.rows[self.header_row + 1 : self.until], self.header_row + 1):
            cell = row[place] if place < len(row) else None
            code = cell if type(cell) is str and cell in codes else row_code(cell)
            if code in codes:
                found[number] = code
        return found

    def _walk(self) -> Iterator[tuple[int, RowSays]]:
        headings = {place: label for label, place in self.columns.items()}
        places = sorted(headings)
        coded, tells_nothing, ended = self.coded, self._telling().isdisjoint, False
        for number, row in enumerate(self.sheet.rows[self.header_row + 1 : self.until], self.header_row + 1):
            if number in coded:
                yield number, _DATA
                continue
            if not row:
                continue
            says = _says_plainly(row, places) if tells_nothing(row) else None
            if says is None:
                says = _says(self.filled(number), headings, self.form)
            if (ended or says is _END_OF_TABLE) and not self._has_key(number):
                if not self.without:
                    return
                ended = True  # in a CSV a row further down may say itself whose it is
            elif says is not _NOTHING:
                yield number, _DATA if says is _END_OF_TABLE else says

    def below(self) -> list[int]:
        """Rows under the notes that answer as a row of the table must, and are not read: nobody should miss them."""
        if self.form.layout is not Layout.TABLE or self.without:
            return []
        last = self._rows[-1][0] if self._rows else self.header_row
        needed = {
            self.columns[one.label]: one for one in self.form.fields if one.required and one.label in self.columns
        }
        found = []
        for number, row in enumerate(self.sheet.rows[last + 1 : self.until], last + 1):
            if row and sum(place < len(row) and row[place] is not None for place in needed) > 1:
                filled = self.filled(number)
                if sum(place in filled and _looks_answered(one, filled[place]) for place, one in needed.items()) > 1:
                    found.append(number)
        return found

    def _telling(self) -> Set[str]:
        """The texts of the sheet that may make a row something else than one of the table, and its headings."""
        return _telling(self.form.folded_labels).among(self.sheet.texts)

    def filled(self, number: int) -> dict[int, Cell]:
        """The filled cells of a row by column, of the table's columns alone."""
        first, stop = self.span.start, self.span.stop
        cells = enumerate(self.sheet.rows[number][first:stop], first)
        return {
            place: cell
            for place, cell in cells
            if cell is not None and not is_blank(cell) and place not in self.without
        }

    def fills(self, number: int, places: Iterable[int]) -> bool:
        """Whether a row holds something in one of these columns of the table."""
        row = self.sheet.rows[number]
        return any(place < len(row) and not is_blank(row[place]) for place in places)

    def _has_key(self, number: int) -> bool:
        """Whether the row says itself, in a CSV, who and when: then no signature stands in it."""
        return len(self.without) >= 3 and not any(is_blank(self.sheet.at(number, place)) for place in self.without)


def is_blank(cell: Value) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


class RowSays(Enum):
    """What a row under a header is."""

    NOTHING = auto()  # blank, column numbers, or the header again
    DATA = auto()
    NONE_HERE = auto()  # "Không phát sinh"
    TOTAL = auto()
    END = auto()  # notes, place and date, signatures: nothing below belongs to the table


# What is asked of every row: a member of an enum is found in eight times the time that a name takes.
_NOTHING, _DATA, _END_OF_TABLE = RowSays.NOTHING, RowSays.DATA, RowSays.END

_NAME = re.compile(r"^(?:bieu so|bieu mau|bieu|b|mau)? ?0*(\d) ?(p)?(?: .*)?$")


def form_of_name(name: str, forms: Mapping[str, Form]) -> str | None:
    """The code that a sheet's name writes: "Biểu 01", "B.01", "BIEU SO 1 " and "01-PCMBN-X" are B01."""
    folded = fold(name)
    if folded in {"ttc", "thong tin chung"} or folded.startswith(("ttc ", "tc pcmbn")):
        return "TTC"
    match = _NAME.match(folded)
    code = f"B0{match[1]}{(match[2] or '').upper()}" if match else ""
    return code if code in forms else None


def row_code(value: Value) -> str:
    """Mã số as the form writes it: the number 101 and the texts "0101 ", "'0101" are 0101."""
    if isinstance(value, str):
        return _typed_code(value if len(value) <= _SHORT else value.strip()[:_SHORT])
    return f"{value:04}" if isinstance(value, int) else ""


@lru_cache(maxsize=4096)
def _typed_code(text: str) -> str:
    code = fold(text).upper()
    return code.zfill(4) if code.isdigit() and len(code) in (3, 4) else code


# --- the rows under it ------------------------------------------------------------------------------------------

NONE_HERE = {"khong phat sinh", "khong co", "khong phat sinh trong ky"}
_ZERO = {"", "0", "khong"} | NONE_HERE  # "" is a dash
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
BRACKETED = re.compile(r"^[(\[][^()\[\]]*[)\]]$")
_FIRST_NUMBERS = {"A", "1", "(1)", "(A)"}
_NUMBER_CELL = re.compile(r"^(?:[A-Z]|\d{1,2}|\d{1,2} ?= ?[\d+\- .=]+|\(\d{1,2}\)|\([A-Z]\))$")


def _tells(text: str) -> bool:
    """Whether a text has words or signs by which a row may be no data: all that is looked for below."""
    bare, begins = text.strip(), text[:_LONG]
    if bare in _FIRST_NUMBERS or BRACKETED.match(bare):
        return True
    first = fold_label(begins)
    if first in NONE_HERE or _TOTAL.match(first) or _TOTAL_OF.match(first):
        return True
    return bool(_END.match(fold(begins)) or (len(text) < _LONG and _SIGNER.match(fold(text))))


@lru_cache(maxsize=16)
def _telling(labels: frozenset[str]) -> Sieve[str]:
    """Lets through the texts by which a row may be no data, and those that write one of these folded headings."""
    return Sieve(lambda text: _tells(text) or fold_label(text) in labels, finds_words=True)


def _says_plainly(row: Sequence[Value], places: Sequence[int]) -> RowSays | None:
    """What a row is in which no text tells anything; None where its numbers, from 1, may be those of the columns."""
    for place in places:
        if place < len(row) and not is_blank(row[place]):
            return None if isinstance(row[place], int) and 1 in row[: place + 1] else _DATA
    return _NOTHING


def _says(filled: Mapping[int, Cell], headings: Mapping[int, str], form: Form) -> RowSays:
    """What a row is by its filled cells, those under a heading and those beside."""
    known = {place: cell for place, cell in filled.items() if place in headings}
    words = _words(filled, headings)
    if words:
        says = _says_instead(words, known, headings, form)
        if says is not None:
            return says
    if not known or _is_number_row([*filled.values()]):
        return _NOTHING
    if len(known) < len(filled) and _is_number_row([*known.values()]):
        return _NOTHING
    return _NOTHING if _is_header_again(known, headings, form) else _DATA


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
    if first in NONE_HERE and all(map(_is_zero, words)):
        return RowSays.NONE_HERE
    if form.layout is not Layout.TABLE or not first:
        return None
    texts = [cell for cell in words if isinstance(cell, str)]
    if len(texts) == len(words) and _is_signed(texts):
        alone = len(words) == 1 and _END.match(fold(texts[0][:_LONG]))
        return _END_OF_TABLE if alone or not _answers(known, headings, form) else None
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
            return is_figure(cell)
        case Kind.YES_NO:
            return fold(cell) in _SAID
        case Kind.CODE:
            return bool(_CODE.match(cell.strip()))
    return False


def is_figure(cell: Value) -> bool:
    """Whether a cell holds a number, or a text that begins with one as figures do: "trên 310"."""
    if isinstance(cell, str):
        return bool(_FIGURE.match(fold(cell)))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _is_number_row(filled: Sequence[Cell]) -> bool:
    if len(filled) >= 2 and all(isinstance(cell, str) and BRACKETED.match(cell.strip()) for cell in filled):
        return True  # (1) (2), or the units of the columns: (người) (lượt)
    if len(filled) < 3:
        return False
    if all(isinstance(cell, int) and not isinstance(cell, bool) for cell in filled):
        return list(filled) == list(range(1, len(filled) + 1))
    if str(filled[0]).strip() not in _FIRST_NUMBERS:
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
