"""A worksheet part with other formats on some of its cells, and a place for comments; all the rest byte for byte.

One pass with expat finds where rows and cells stand. A cell that is not there yet is put in at its place, with the
format that its row or column gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from tracker.intake import guard
from tracker.intake.grid import At, Unreadable, a1
from tracker.marked.markup import (
    MAIN,
    RELATIONSHIPS,
    Element,
    NotEditableError,
    Splice,
    appended,
    close,
    is_closed,
    parse,
    prefix_of,
    retagged,
    said,
    spliced,
    tag_end,
    with_attributes,
)

NewFormat = Callable[[int], int]
"""The number of a cell's format to the one that it gets."""

_BEHIND_COMMENTS = frozenset(
    {
        *("legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
        *("webPublishItems", "tableParts", "extLst", "AlternateContent"),
    }
)
"""What the order of a worksheet puts behind the reference to its comments."""

_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 64, 20  # pixels


@dataclass(slots=True)
class _Row:
    element: Element
    cells: dict[int, Element] = field(default_factory=dict)


@dataclass(slots=True)
class Layout:
    """What a comment must know to be as large as its text: widths of columns and heights of rows, in pixels."""

    widths: dict[int, int] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)

    def width(self, column: int) -> int:
        return self.widths.get(column, _DEFAULT_WIDTH)

    def height(self, row: int) -> int:
        return self.heights.get(row, _DEFAULT_HEIGHT)


class Worksheet:
    """One worksheet part, scanned. `wanted` are the rows to be changed; other rows are only walked past.

    `ours` are formats of an earlier copy's marks: their cells are found, too. Raises NotEditableError.
    """

    def __init__(self, part: bytes, wanted: Iterable[int], ours: frozenset[int] = frozenset()) -> None:
        self.part = part
        self.layout = Layout()
        self.marked_before: dict[At, int] = {}
        self.merged: list[tuple[At, At]] = []
        self._wanted = frozenset(wanted)
        self._ours = ours
        self._row: Element | None = None
        self._rows: dict[int, _Row] = {}
        self._starts: list[tuple[int, int]] = []
        self._columns: list[tuple[int, int, int]] = []
        self._children: list[Element] = []
        self._open: list[Element] = []
        self._depth = 0
        self._at = (-1, -1)
        self._unplaced = False
        self._scan()

    # --- reading ------------------------------------------------------------------------------------------------

    def _scan(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        try:
            parse(self.part, self._parser)
        except Unreadable as cause:
            raise NotEditableError from cause
        if prefix_of(self.root, MAIN) != self.root.prefix:
            raise NotEditableError  # of another dialect

    def _element(self, tag: str, attributes: dict[str, str]) -> Element:
        at = self._parser.CurrentByteIndex
        return Element(tag, attributes, at, tag_end(self.part, at))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        depth, self._depth = self._depth, self._depth + 1
        if depth < 2:
            one = self._element(tag, attributes)
            if depth:
                self._children.append(one)
            else:
                self.root = one
            self._open.append(one)
        elif depth == 2:
            self._start_inside(tag, attributes)
        elif depth == 3 and tag.rpartition(":")[2] == "c":
            self._walk_past(attributes)
            if self._at[0] in self._wanted:
                self._rows[self._at[0]].cells[self._at[1]] = self._element(tag, attributes)

    def _start_inside(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self._begin_row(self._element(tag, attributes))
            case "col":
                self._column(attributes)
            case "mergeCell":
                first, _, last = attributes.get("ref", "").partition(":")
                self.merged.append((guard.place(first), guard.place(last or first)))

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if self._depth < 2:
            close(self.part, self._open.pop(), self._parser.CurrentByteIndex)
        elif self._depth == 2 and self._row is not None:
            close(self.part, self._row, self._parser.CurrentByteIndex)
            self._row = None

    def _begin_row(self, one: Element) -> None:
        self._unplaced |= "r" not in one.attributes
        number = int(one.attributes["r"]) - 1 if "r" in one.attributes else self._at[0] + 1
        self._at = (number, -1)
        self._starts.append((number, one.start))
        if "ht" in one.attributes:
            self.layout.heights[number] = round(float(one.attributes["ht"]) * 4 / 3)
        if number in self._wanted:
            self._row = one
            self._rows[number] = _Row(one)

    def _walk_past(self, attributes: Mapping[str, str]) -> None:
        """Notes the place of a cell, and whether an earlier copy marked it."""
        if "r" in attributes:
            self._at = guard.place(attributes["r"])
        else:
            self._at = (self._at[0], self._at[1] + 1)
            self._unplaced = True
        style = attributes.get("s", "0")
        if self._ours and style.isdigit() and int(style) in self._ours:
            self.marked_before[self._at] = int(style)

    def _column(self, attributes: Mapping[str, str]) -> None:
        first, last = int(attributes.get("min", "1")) - 1, int(attributes.get("max", "1")) - 1
        self._columns.append((first, last, int(attributes.get("style", "0"))))
        if "width" in attributes and last - first < guard.COLUMNS:
            pixels = round(float(attributes["width"]) * 7)
            hidden = attributes.get("hidden", "0") in ("1", "true")
            self.layout.widths |= dict.fromkeys(range(first, min(last, first + 200) + 1), 0 if hidden else pixels)

    def shown_at(self, at: At) -> At:
        """The cell that shows what stands at a place: the first of the cells it is merged with."""
        inside = (top for top, end in self.merged if top[0] <= at[0] <= end[0] and top[1] <= at[1] <= end[1])
        return next(inside, at)

    # --- writing ------------------------------------------------------------------------------------------------

    def restyled(self, formats: Mapping[At, NewFormat]) -> list[Splice]:
        """Gives each of these cells a new format, made from the one it has."""
        new_rows: dict[int, list[At]] = {}
        new_cells: dict[int, list[At]] = {}
        splices = []
        for at in sorted(formats):
            row = self._rows.get(at[0])
            if row is None:
                new_rows.setdefault(at[0], []).append(at)
            elif (cell := row.cells.get(at[1])) is None:
                new_cells.setdefault(at[0], []).append(at)
            else:
                style = int(cell.attributes.get("s", "0"))
                splices.append(retagged(self.part, cell, {"s": str(formats[at](style))}))
        if self._unplaced and (new_rows or new_cells):
            raise NotEditableError  # a cell put among cells without names would shift them
        for number, places in new_cells.items():
            splices += self._with_cells(self._rows[number], places, formats)
        return splices + self._with_rows(new_rows, formats)

    def _with_cells(self, row: _Row, places: list[At], formats: Mapping[At, NewFormat]) -> list[Splice]:
        style = (
            row.element.attributes.get("s", "") if row.element.attributes.get("customFormat") in ("1", "true") else ""
        )
        by_place: dict[int, bytes] = {}
        for at in places:
            after = [cell.start for column, cell in row.cells.items() if column > at[1]]
            where = min(after, default=row.element.closing)
            by_place[where] = by_place.get(where, b"") + self._cell(at, formats, style)
        tag = with_attributes(self.part[row.element.start : row.element.opened], {"spans": None})
        if is_closed(self.part, row.element):
            inside = b"".join(by_place.values())
            tag = b"%s>%s</%s>" % (tag[:-2].rstrip(), inside, row.element.tag.encode())
            return [Splice(row.element.start, row.element.opened, tag)]
        opened = [Splice(row.element.start, row.element.opened, tag)]
        return opened + [Splice(where, where, text) for where, text in by_place.items()]

    def _with_rows(self, rows: Mapping[int, list[At]], formats: Mapping[At, NewFormat]) -> list[Splice]:
        if not rows:
            return []
        data = next((one for one in self._children if one.name == "sheetData"), None)
        if data is None:
            raise NotEditableError
        x = self.root.prefix.encode()
        by_place: dict[int, bytes] = {}
        for number, places in sorted(rows.items()):
            where = min((start for row, start in self._starts if row > number), default=data.closing)
            cells = b"".join(self._cell(at, formats, "") for at in places)
            text = b'<%srow r="%d">%s</%srow>' % (x, number + 1, cells, x)
            by_place[where] = by_place.get(where, b"") + text
        if is_closed(self.part, data):
            return [appended(self.part, data, b"".join(by_place.values()))]
        return [Splice(where, where, text) for where, text in by_place.items()]

    def _cell(self, at: At, formats: Mapping[At, NewFormat], row_style: str) -> bytes:
        of_column = next((style for first, last, style in self._columns if first <= at[1] <= last), 0)
        style = formats[at](int(row_style) if row_style else of_column)
        return b'<%sc r="%s" s="%d"/>' % (self.root.prefix.encode(), a1(*at).encode(), style)

    def comments_reference(self) -> str:
        """The relationship that leads to the drawing of the comments; "" when there is none yet."""
        found = [one for one in self._children if one.name == "legacyDrawing"]
        ids = [value for one in found for name, value in one.attributes.items() if name.rpartition(":")[2] == "id"]
        return ids[0] if ids else ""

    def refer_to_comments(self, relationship: str) -> Splice:
        """Puts the reference to a drawing of comments where the order of a worksheet wants it."""
        r = prefix_of(self.root, RELATIONSHIPS)
        declared = b"" if r else b' xmlns:r="%s"' % RELATIONSHIPS.encode()
        name = self.root.prefix.encode() + b"legacyDrawing"
        element = b'<%s%s %sid="%s"/>' % (name, declared, (r or "r:").encode(), said(relationship))
        behind = [one.start for one in self._children if one.name in _BEHIND_COMMENTS]
        where = min(behind, default=self.root.closing)
        return Splice(where, where, element)

    def unselected(self) -> list[Splice]:
        """Takes the sheet out of the selection: the first sheet alone is to be selected."""
        found = []
        for views in (one for one in self._children if one.name == "sheetViews"):
            at = views.opened
            while at < views.closing:
                start = self.part.find(b"<", at, views.closing)
                if start < 0 or self.part[start : start + 4] == b"<!--":
                    break
                at = tag_end(self.part, start)
                tag = self.part[start:at]
                if b"tabSelected" in tag:
                    found.append(Splice(start, at, with_attributes(tag, {"tabSelected": None})))
        return found


def edited(part: bytes, splices: Iterable[Splice]) -> bytes:
    """The part with all splices; the same bytes without any."""
    found = list(splices)
    return spliced(part, found) if found else part
