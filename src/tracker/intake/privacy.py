"""Looks for personal data before anything else is read. Source: the contract, section 9.

It tells places, never contents: a hit is the rule and the cell, and what stood there is not kept anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.folding import fold, fold_label
from tracker.form import Kind, Layout
from tracker.intake.grid import Sheet, Value, a1
from tracker.intake.tables import Table, row_code


@dataclass(frozen=True, slots=True)
class Hit:
    """A cell that names or holds personal data, and by which rule: header, identity, mobile or email."""

    rule: str
    sheet: str
    cell: str


_LABEL = re.compile(
    r"^(?:ho (?:va )?ten|ten nan nhan|ten (?:bo|cha|me|chong|vo|con)|(?:ngay|nam) sinh|ngay thang nam sinh"
    r"|(?:so )?(?:cccd|cmnd|cmt|cmtnd)|(?:so )?(?:the )?can cuoc(?: cong dan)?|(?:so )?chung minh(?: nhan dan| thu)?"
    r"|(?:so|ma) dinh danh|(?:so )?ho chieu|(?:so )?(?:dien thoai|dt|sdt|di dong)|sdt|e ?mail|thu dien tu"
    r"|dia chi(?: thuong tru| nha| cu tru| lien he)?|(?:noi|cho) o|noi cu tru|ho khau|thuong tru|que quan"
    r"|so tai khoan|tai khoan ngan hang|anh chan dung)"
    r"(?: (?:nan nhan|cua nan nhan|nguoi bi hai|nguoi than|bo|me|chong|vo|lien he|ca nhan|hien nay|thuong tru"
    r"|cccd|cmnd|ho chieu|cong dan|nhan dan|di dong))*$"
)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_IDENTITY = re.compile(r"(?<![\w.,/\-])(?:\d{9}|\d{12}|\d{3} \d{3} \d{3}(?: \d{3})?)(?![\w/\-]|[.,]\d)")
_MOBILE = re.compile(r"(?<![\w.,])(?:\+?84|0)[ .\-]?[35789](?:[ .\-]?\d){8}(?![\w]|[.,]\d)")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+")
_LONG_FIGURE = {9, 12}


def speaks_of_victims(sheet: Sheet) -> bool:
    """Whether a sheet concerns victims or cases: any cell of it, hidden or not, says so."""
    texts = (cell for row in sheet.rows for cell in row if isinstance(cell, str))
    return any("nan nhan" in fold(text) for text in texts) or "nan nhan" in fold(sheet.name)


def hits(sheet: Sheet, tables: Sequence[Table]) -> list[Hit]:
    """Every personal cell of a sheet, given the form tables that were found on it.

    What stands above a form's header and the signature block under it is dropped unread, so it holds no hits; but a
    second table of persons under the form does.
    """
    if not tables:
        return list(_scan(sheet, 0, len(sheet.rows), frozenset()))
    top = min(_first_header_row(table) for table in tables)
    bottom = max(_last_row(table) for table in tables) + 1
    exempt = _exempt_columns(tables)
    below = [hit for number in range(bottom, len(sheet.rows)) for hit in _person_header(sheet, number)]
    if below:
        bottom = len(sheet.rows)
    return list(_scan(sheet, top, bottom, exempt))


def _first_header_row(table: Table) -> int:
    return max(table.header_row - 2, 0)


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


def _exempt_columns(tables: Sequence[Table]) -> frozenset[int]:
    """Columns of figures, and of links: a long figure or an address of a page is no personal datum there."""
    columns: set[int] = set()
    for table in tables:
        kinds: Mapping[str, Kind] = {one.label: one.kind for one in table.form.fields}
        for label, column in table.columns.items():
            figures = kinds.get(label) in (Kind.COUNT, Kind.PERSONS) or label in _FIGURE_HEADINGS
            if figures or label == "Liên kết":
                columns.add(column)
    return frozenset(columns)


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


def _scan(sheet: Sheet, first: int, last: int, exempt: frozenset[int]) -> Iterator[Hit]:
    for number in range(first, min(last, len(sheet.rows))):
        for column, cell in enumerate(sheet.rows[number]):
            if cell is None:
                continue
            rule = _rule(cell, column in exempt)
            if rule:
                yield Hit(rule, sheet.name, a1(number, column))


def _rule(cell: Value, exempt: bool) -> str:
    if isinstance(cell, str):
        return _text_rule(cell, exempt)
    if isinstance(cell, int) and not isinstance(cell, bool) and not exempt and len(str(abs(cell))) in _LONG_FIGURE:
        return "identity"
    return ""


def _text_rule(text: str, exempt: bool) -> str:
    if len(text) <= 60 and _LABEL.match(fold_label(text)):
        return "header"
    if "@" in text and _EMAIL.search(text):
        return "email"
    if not exempt and sum(map(str.isdigit, text)) >= 9:
        bare = _URL.sub(" ", text)
        if _MOBILE.search(bare):
            return "mobile"
        if _IDENTITY.search(bare):
            return "identity"
    return ""


def _person_header(sheet: Sheet, number: int) -> Iterator[Hit]:
    """Hits of a row under the form that heads a list of persons: two personal labels or more side by side."""
    found = [
        Hit("header", sheet.name, a1(number, column))
        for column, cell in enumerate(sheet.rows[number])
        if isinstance(cell, str) and len(cell) <= 60 and _LABEL.match(fold_label(cell))
    ]
    yield from found if len(found) >= 2 else ()
