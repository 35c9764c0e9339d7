"""Tables of an HTML page that was saved as .xls: each outermost table is a sheet.

Knows merged cells, rows that are not shown, struck-through text and the exact numbers that Excel and LibreOffice
note beside what is shown. Formulas do not exist here; text outside tables is left out. Tags are split by hand: the
library's parser takes the square of the time on a page of unclosed comments, and stumbles over Microsoft's marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from tracker.intake import csv as text_file
from tracker.intake import guard, marks
from tracker.intake.excel import plain, sheet_of
from tracker.intake.grid import ERRORS, Book, Rows, Sheet, Unreadable, Value

_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,64})</x:Name>")
_WESTERN = re.compile(rb"""charset\s*=\s*["']?\s*(?:windows-1252|iso-8859-1|us-ascii)\b""", re.IGNORECASE)
_ESCAPED = re.compile(rb"&#(?:78[4-9]\d|79[0-2]\d|x1e[a-f][0-9a-f]);", re.IGNORECASE)  # Ạ to ỹ
_OPENING = 4_096  # bytes in which a page says how it is encoded
_TAG = re.compile(r"(/?)([a-zA-Z][\w:.-]*)")
_ATTRIBUTE = re.compile(r"""([^\s"'=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")
_LONGEST_TAG = 2_000  # what stands beyond is style; no span or number hides there
_STRUCK = frozenset({"s", "strike", "del"})
_SILENT = frozenset({"script", "style"})
_LONGEST_SPAN = 65_534
_BREAK = "\x00"  # stands for <br> until white space is put together


def read(data: bytes, name: str = "") -> Book:
    """`name` names a lone table that has no name. Raises Unreadable when there is no table or too much of one."""
    text = _decoded(data).replace("\x00", "")
    names = _SHEET_NAME.findall(text)
    reader = _Reader()
    for tag, attributes, shown in _pieces(_without_comments(text)):
        if tag.startswith("/"):
            reader.end(tag[1:])
        else:
            reader.start(tag, attributes)
        reader.text(shown)
    reader.end_table(every=True)
    if not reader.tables:
        raise Unreadable("not_a_spreadsheet", kind="html")
    if len(names) != len(reader.tables):
        names = [name] if len(reader.tables) == 1 else [""] * len(reader.tables)
    return Book(sheets=tuple(table.sheet(title) for table, title in zip(reader.tables, names, strict=True)))


def _decoded(data: bytes) -> str:
    """As the page says where it means it: Excel's own "web page" is Western, with all other letters escaped."""
    text, guessed = text_file.decode(data)
    if (guessed or "\ufffd" in text) and _WESTERN.search(data[:_OPENING]) and _ESCAPED.search(data):
        return data.decode("cp1252", "replace")
    return text


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start)
        at = end + 3 if end >= 0 else len(text)
    return "".join([*kept, text[at:]])


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Tag ("td", "/td", "" for a < that begins none), its attributes as written, and the text after it."""
    for piece in text.split("<")[1:]:
        match = _TAG.match(piece)
        if match is None:
            yield "", "", piece.partition(">")[2] if piece.startswith(("!", "?", "/")) else f"<{piece}"
            continue
        inside, closed, shown = piece.partition(">")
        if closed:
            yield match[0].lower(), inside[match.end() : _LONGEST_TAG], shown


def _attributes(written: str) -> dict[str, str]:
    return {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(written)}


class _Table:
    """Rows under way; `covered` tells for how many more rows a merged cell above covers a column."""

    def __init__(self) -> None:
        self.rows: Rows = []
        self.marks = marks.Marks()
        self.covered: dict[int, int] = {}

    def begin_row(self, hidden: bool) -> None:
        self.covered = {column: left - 1 for column, left in self.covered.items() if left > 1}
        if hidden:
            self.marks.hidden_rows.add(len(self.rows))
        self.rows.append([])

    def put(self, value: Value, *, down: int, across: int, struck: bool) -> None:
        row = self.rows[-1]
        while len(row) in self.covered:
            row.append(None)
        if struck and value is not None:
            self.marks.struck.add((len(self.rows) - 1, len(row)))
        if down > 1:
            self.covered.update(dict.fromkeys(range(len(row), len(row) + across), down))
        row += [value] + [None] * (across - 1)

    def sheet(self, name: str) -> Sheet:
        return sheet_of(name, self.rows, False, self.marks)


class _Reader:
    """Follows the tags of a page."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self._depth = self._struck = self._silent = self._cells = 0
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._was_struck = False

    def start(self, tag: str, written: str) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(_Table())
        elif tag in _SILENT:
            self._silent += 1
        elif tag in _STRUCK:
            self._struck += 1
        elif tag in ("br", "p", "div") and self._text:
            self._text.append(_BREAK)
        elif self._depth == 1 and tag == "tr":
            self._end_cell()
            self._begin_row(written)
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
            if not self.tables[-1].rows:
                self._begin_row("")
            self._cell, self._text, self._was_struck = _attributes(written), [], False

    def end(self, tag: str) -> None:
        if tag == "table":
            self.end_table()
        elif tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _STRUCK:
            self._struck = max(self._struck - 1, 0)
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._end_cell()

    def text(self, shown: str) -> None:
        if shown and self._cell is not None and not self._silent:
            self._text.append(unescape(shown))
            self._was_struck = self._was_struck or bool(self._struck and shown.strip())

    def end_table(self, *, every: bool = False) -> None:
        if self._depth == 1 or every:
            self._end_cell()
        self._depth = 0 if every else max(self._depth - 1, 0)

    def _begin_row(self, written: str) -> None:
        style = _attributes(written).get("style", "").replace(" ", "").lower()
        self.tables[-1].begin_row("display:none" in style)
        self._count(1)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        across = min(_span(self._cell, "colspan"), guard.COLUMNS)
        self._count(across + len(self.tables[-1].covered))
        self.tables[-1].put(
            _value(self._cell, "".join(self._text)),
            down=_span(self._cell, "rowspan"),
            across=across,
            struck=self._was_struck,
        )
        self._cell, self._text = None, []

    def _count(self, cells: int) -> None:
        self._cells += cells
        guard.check_cells(self._cells)


def _span(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "").strip()
    return min(max(int(text), 1), _LONGEST_SPAN) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _value(attributes: dict[str, str], text: str) -> Value:
    """The number beside the text where the writer noted one (x:num, sdval), else the text as a browser shows it."""
    shown = "\n".join(" ".join(re.split(r"[ \t\r\n\f]+", line)).strip(" ") for line in text.split(_BREAK)).strip("\n")
    if shown.upper() in ERRORS or shown.endswith("%"):  # 1 that is shown as 100% is no count
        return shown or None
    for name in ("x:num", "sdval"):
        if name in attributes:
            try:
                return plain(float(attributes[name] or shown))
            except ValueError:
                continue
    return shown or None
