"""Looks for personal data before anything else is read. Source: the contract, section 9.

It tells places, never contents: a hit is the rule and the cell, and what stood there is not kept anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tracker.folding import fold, fold_label, tidy
from tracker.form import Kind, Layout
from tracker.forms import b05
from tracker.intake.grid import Sheet, Value, a1
from tracker.intake.sieve import Sieve
from tracker.intake.tables import Table, form_of_name, row_code


@dataclass(frozen=True, slots=True)
class Hit:
    """A cell that names or holds personal data, and by which rule: header, identity, mobile or email."""

    rule: str
    sheet: str
    cell: str


_LABEL = re.compile(
    r"^(?:ho (?:va )?ten|ten nan nhan|ten (?:bo|cha|me|chong|vo|con)|(?:ngay|nam) sinh|ngay thang nam sinh"
    r"|(?:so )?(?:the |giay )?(?:cccd|cmnd|cmt|cmtnd)|(?:so )?(?:the )?can cuoc(?: cong dan)?"
    r"|(?:so )?(?:giay )?chung minh(?: nhan dan| thu)?|so giay to tuy than|(?:ma )?so dinh danh|ma dinh danh|so ddcn"
    r"|(?:so )?(?:ho chieu|passport)|(?:so )?(?:dien thoai|dt|dtdd|sdt|di dong)|e ?mail|thu dien tu"
    r"|dia chi(?: thuong tru| nha| cu tru| lien he| noi o)?|(?:noi|cho) o"
    r"|(?:noi )?(?:dang ky )?(?:ho khau )?(?:cu tru|thuong tru|tam tru)|ho khau|que quan"
    r"|so tai khoan|tai khoan ngan hang|anh chan dung)"
    r"(?: (?:nan nhan|cua nan nhan|nguoi bi hai|nguoi than|bo|me|chong|vo|lien he|ca nhan|hien nay|hien tai"
    r"|thuong tru|(?:hoac )?(?:cccd|cmnd|ho chieu|passport)|cong dan|nhan dan|di dong))*$"
    r"|^ho (?:(?:chu |ten )?dem )?(?:va )?ten\b|^ten (?:nguoi )?bi hai\b"
)
_LABEL_OF_VICTIM = re.compile(
    r"\b(?:ho )?ten (?:tuoi )?(?:dia chi )?(?:cua )?nan nhan\b|^nan nhan ghi ro (?:ho )?(?:va )?ten\b"
    r"|^danh tinh (?:cua )?nan nhan$"
)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_IDENTITY = re.compile(
    r"(?:(?<![\w/\-])(?<!\d[.,])|(?:cccd|cmnd|cmt)\W{0,3})"
    r"(?:\d{9}|\d{12}|\d{3} \d{3} \d{3}(?: \d{3})?|0\d\d(?:\.\d{3}){2,3}|0\d{3} \d{4} \d{4})(?![\w/\-]|[.,]\d|"
    r" ?(?:đồng|đ|vnđ|vnd|lượt)\b(?![/.]))"  # an amount, however it is spaced
    r"|(?<!\d)(?<!\d[.,])0\d{11}(?!\d|[.,]\d)",  # twelve digits from 0 are no figure, whatever stands beside them
    re.IGNORECASE,
)
_GAP = r"[ .\-\u2010-\u2015]?"
_MOBILE = re.compile(
    r"(?<!\d)(?<!\d[.,/])(?:\(?\+?84\)?|0)"
    + _GAP
    # the prefixes of today, and those of eleven digits that were in use to 2018; 02 is a landline, as 030 once was
    + rf"(?:3{_GAP}[2-9]|5{_GAP}[25689]|7{_GAP}[06-9]|8{_GAP}[1-9]|9{_GAP}\d"
    + rf"|1{_GAP}(?:2{_GAP}\d|6{_GAP}[2-9]|8{_GAP}[68]|9{_GAP}9))"
    + rf"(?:{_GAP}\d){{7}}(?![\w]|[.,]\d)"
)
_BRACKETED = re.compile(r"\((0\d{2,3})\)")  # (0912) 345 678
_EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]+\.[\w\-]")  # begun once a word: a long one costs no square
_MAYBE_DIGIT = re.compile(r"[^\s!-/:-~\u00c0-\u024f\u1ea0-\u1ef9]")  # no space, no sign, no letter of Vietnamese
_NO_FIGURE = re.compile(r"^\W*0\d{8,}")  # a count does not begin with 0
_USUAL_SHEET_NAME = re.compile(
    r"(?:(?:[a-z]?\d{1,4}[a-z]?|[a-z]|(?:nam|quy|thang|dot|ky)(?= \d)"
    r"|(?:so|bieu|bang|mau|sheet|trang|phu luc|pl|kem theo|dinh kem|ttc|pcmbn|thong tin chung|bao cao|bc|danh sach|ds"
    r"|chi tiet|tong hop|th|du lieu|so lieu|luu|ghi chu|theo doi|nan nhan|nn|vu viec|vu an|ho so|doi tuong|nguoi"
    r"|hoi nghi|tiep nhan|ho tro|giai cuu|tro ve|xac minh|quan ly|thong ke|bang ke|ke khai|bo sung|mua ban nguoi|mbn"
    r"|giai thich|can sua|huong dan|danh muc|cac|va|cua|copy|data|list|victims?|cases?|details?)\d{0,4})(?: |$))+"
)
"""The name of a sheet may be a person's, where there is one for each victim; these name none."""
_SHORT = 60  # characters; longer texts are no labels
_KNOWN = 300  # characters; longer texts are somebody's own
_LONG_FIGURE = (9, 12)
_LONG_FROM = 10**8  # nothing shorter is an identity number or a mobile one
_LOST_ZEROS = (10, 11)  # a number of twelve digits whose zeros Excel dropped; in a form nothing else is so long


def speaks_of_victims(sheet: Sheet) -> bool:
    """Whether a sheet concerns victims or cases: its name or any cell of it, hidden or not, says so."""
    if form_of_name(sheet.name, {b05.FORM.code: b05.FORM}) == b05.FORM.code:
        return True
    for row in sheet.rows:
        for cell in row:
            if type(cell) is str and (_names_victims(cell) if len(cell) <= _KNOWN else "nan nhan" in fold(cell)):
                return True
    return "nan nhan" in fold(sheet.name)


@lru_cache(maxsize=16384)
def _names_victims(text: str) -> bool:
    return "nan nhan" in fold(text)


def hits(sheet: Sheet, tables: Sequence[Table]) -> list[Hit]:
    """Every personal cell of a sheet, given the form tables that were found on it.

    What stands above a form's header and the signature block under it is dropped unread, so it holds no hits; but a
    second table of persons under the form does, and an identity number, which no signature carries.
    """
    suspects = _SUSPECTS.among(sheet.distinct)
    if not suspects:
        return []
    rows = [number for number, row in enumerate(sheet.rows) if not suspects.isdisjoint(row)]
    if not tables:
        return list(_scan(sheet, rows))
    top = min(_first_header_row(table) for table in tables)
    bottom = max(_last_row(table) for table in tables) + 1
    figures, links = _figure_columns(tables), _columns(tables, {"Liên kết"})
    if any(_heads_persons(sheet.rows[number]) for number in rows if number >= bottom):
        bottom = len(sheet.rows)
    beneath = [hit for hit in _scan(sheet, [one for one in rows if one >= bottom]) if hit.rule == "identity"]
    merged = _merged_headers(sheet, top, max(table.header_row for table in tables))
    return [*merged, *_scan(sheet, [one for one in rows if top <= one < bottom], figures, links), *beneath]


def named_safely(hit: Hit, number: int) -> Hit:
    """The hit on the sheet of that number, by which the sheet goes unless its name is a usual one."""
    return hit if _USUAL_SHEET_NAME.fullmatch(fold(hit.sheet)) else replace(hit, sheet=f"#{number}")


def _may_be_personal(value: Value) -> bool:
    """Whether a value is personal data in some column of some sheet."""
    if isinstance(value, str):
        return bool(_text_rule(value, is_figure=False))
    return isinstance(value, int | float) and abs(value) >= _LONG_FROM


_SUSPECTS = Sieve[Value](_may_be_personal)


def _first_header_row(table: Table) -> int:
    """The first of the rows, up to four above its last, that holds one of the table's own headings."""
    nearby = range(max(table.header_row - 4, 0), table.header_row)
    labels = table.form.labels
    places = {
        (number, column): table.sheet.at(number, column) for number in nearby for column in table.columns.values()
    }
    found = [number for (number, _), cell in places.items() if isinstance(cell, str) and fold_label(cell) in labels]
    return min(found, default=table.header_row)


def _merged_headers(sheet: Sheet, top: int, bottom: int) -> Iterator[Hit]:
    """Personal headings above the first row of the header that are merged down over it: nothing stands below."""
    for number in range(max(top - 2, 0), top):
        for column, cell in enumerate(sheet.rows[number]):
            if _is_personal_label(cell) and all(sheet.at(row, column) is None for row in range(top, bottom + 1)):
                yield Hit("header", sheet.name, a1(number, column))


def _last_row(table: Table) -> int:
    """The last row that belongs to the table: the last known code, or the last row before notes and signatures."""
    last = table.header_row
    coded = table.form.layout is not Layout.TABLE
    for number, _ in table.rows():
        if not coded or row_code(table.sheet.at(number, _code_column(table))) in table.form.row_codes:
            last = number
    return last


def _code_column(table: Table) -> int:
    return table.columns["Mã số" if "Mã số" in table.columns else "Mã"]


def _figure_columns(tables: Sequence[Table]) -> frozenset[int]:
    """Columns of figures: a long one is no identity number there."""
    kinds: Mapping[str, Kind] = {one.label: one.kind for table in tables for one in table.form.fields}
    figures = {label for label, kind in kinds.items() if kind in (Kind.COUNT, Kind.PERSONS)}
    return _columns(tables, figures | _FIGURE_HEADINGS)


def _columns(tables: Sequence[Table], labels: set[str]) -> frozenset[int]:
    return frozenset(column for table in tables for label, column in table.columns.items() if label in labels)


_FIGURE_HEADINGS = {
    "Tổng số",
    "Trong đó: Nữ",
    "Tồn kỳ trước",
    "Mới trong kỳ",
    "Đã giải quyết",
    "Đang giải quyết trong hạn",
    "Quá hạn",
    "Chuyển cơ quan khác",
}


def _scan(
    sheet: Sheet, rows: Iterable[int], figures: frozenset[int] = frozenset(), links: frozenset[int] = frozenset()
) -> Iterator[Hit]:
    for number in rows:
        for column, cell in enumerate(sheet.rows[number]):
            if type(cell) is str:
                rule = _text_rule(cell, is_figure=column in figures)
            elif type(cell) is int and abs(cell) >= _LONG_FROM and column not in figures:
                rule = _whole_rule(abs(cell), bool(figures))
            else:
                continue
            if rule and column not in links:
                yield Hit(rule, sheet.name, a1(number, column))


def _whole_rule(number: int, in_form: bool) -> str:
    long = _LONG_FIGURE + _LOST_ZEROS if in_form else _LONG_FIGURE
    return "identity" if len(str(number)) in long else _number_rule(str(number))


def _is_personal_label(cell: Value) -> bool:
    return isinstance(cell, str) and len(cell) <= _SHORT and _names_a_person(cell)


@lru_cache(maxsize=16384)
def _names_a_person(label: str) -> bool:
    return any(
        _LABEL.match(folded) or ("nan nhan" in folded and _LABEL_OF_VICTIM.search(folded))
        for folded in {fold_label(label), fold(label)}
    )


def _text_rule(text: str, *, is_figure: bool) -> str:
    if _is_personal_label(text):
        return "header"
    if "@" in text and _EMAIL.search(text):
        return "email"
    return "" if is_figure and not _NO_FIGURE.match(text) else _number_rule(text)


def _number_rule(text: str) -> str:
    if len(_MAYBE_DIGIT.findall(text)) >= 9 and sum(map(str.isdigit, text)) >= 9:
        # spaces of every kind, invisible characters and full-width digits are typed and pasted, too
        bare = _BRACKETED.sub(r"\1", unicodedata.normalize("NFKC", tidy(_URL.sub(" ", text))))
        if _MOBILE.search(bare):
            return "mobile"
        if _IDENTITY.search(bare):
            return "identity"
    return ""


def _heads_persons(row: Sequence[Value]) -> bool:
    """Whether a row under the form heads a list: two personal labels side by side, or one of a victim."""
    labels = [cell for cell in row if isinstance(cell, str) and _is_personal_label(cell)]
    return len(labels) >= 2 or any("nan nhan" in fold(label) for label in labels)
