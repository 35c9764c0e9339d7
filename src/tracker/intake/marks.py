"""What the XML of an .xlsx says of its cells that calamine leaves out: errors, formulas without a value, what is
hidden or struck through, which numbers are percentages, which fonts are TCVN3 and VNI ones.

`looks_marked` is cheap and may say yes without need; only then is a sheet parsed, by `of_sheet`. The parts come
from `guard.unpack`: without DTD, in UTF-8.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from tracker.intake import guard
from tracker.intake.grid import At, shows_percent
from tracker.intake.remembered import remembered

_UNVALUED = re.compile(rb"(?:</f>|<f(?:\s[^<>]*)?/>)(?!<v>[^<])")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true|on)["']""")
_STYLE = re.compile(rb' s="([0-9]{1,9})"')
_SINGLE_QUOTED = re.compile(rb"=\s*'")  # an attribute may stand in single quotes
_PERCENT = re.compile(rb"""numFmtId=["'](?:9|10)["']|%""")
_PERCENTAGES = frozenset({"9", "10"})  # 0% and 0.00%, which every program knows by their numbers
_OPENING = 16_384
_RELATIONS = "xl/_rels/workbook.xml.rels"
_TRUE = frozenset({"1", "true", "on"})
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook part lists it. `path` is "" when its relationship leads nowhere."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Styles:
    """Numbers of the cell formats and shared strings that matter; `legacy` and `vni` are those of old fonts.

    `percent` are the formats that show a number as a percentage.
    """

    struck: frozenset[int] = frozenset()
    legacy: frozenset[int] = frozenset()
    vni: frozenset[int] = frozenset()
    legacy_capitals: frozenset[int] = frozenset()
    percent: frozenset[int] = frozenset()
    struck_strings: frozenset[int] = frozenset()

    @property
    def cells(self) -> frozenset[int]:
        return self.struck | self.legacy | self.vni | self.percent


@dataclass(slots=True)
class Marks:
    """Places of special cells of one sheet. `legacy` says whether the font of a TCVN3 cell shows capitals.

    `merged` is that of `grid.Sheet`.
    """

    errors: dict[At, str] = field(default_factory=dict)
    unvalued: set[At] = field(default_factory=set)
    struck: set[At] = field(default_factory=set)
    percents: set[At] = field(default_factory=set)
    legacy: dict[At, bool] = field(default_factory=dict)
    vni: set[At] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: Mapping[At, At] = field(default_factory=dict)


def looks_marked(sheet: bytes, styles: Styles) -> bool:
    """Whether a worksheet part, or all of it to the end of its cells, may hold anything that `of_sheet` finds.

    But for errors: whoever asks has looked for them.
    """
    cells = sheet[max(sheet.find(b"sheetData"), 0) :]
    return bool(
        styles.struck_strings
        or (styles.cells and not styles.cells.isdisjoint(map(int, _STYLE.findall(sheet))))
        or (b"'" in sheet and _SINGLE_QUOTED.search(sheet))
        or (b"f" in cells and b"</f>" in cells and _UNVALUED.search(cells))  # one byte is found in no time
        or (b"hidden" in sheet and _HIDDEN.search(sheet))
        or (b"k" in cells and b"strike" in cells)
        or (not sheet.endswith(guard.CELLS_END) and b":sheetData" in sheet[:_OPENING])
    )


def parse(part: bytes, start: object, end: object = None, text: object = None) -> None:
    """Runs the handlers over an XML part; tags come as written, prefixes too. Raises Unreadable."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.EndElementHandler = end  # type: ignore[assignment]
    parser.CharacterDataHandler = text  # type: ignore[assignment]
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError, ArithmeticError) as cause:
        raise guard.damaged() from cause


def sheet_parts(parts: Mapping[str, bytes]) -> list[SheetPart]:
    """The sheets of xl/workbook.xml in their order."""
    names = {name.lower(): name for name in parts}
    relations = parts[names[_RELATIONS]] if _RELATIONS in names else None
    listed = _listed(parts[names["xl/workbook.xml"]], relations)
    return [SheetPart(name, names.get(path, "")) for name, path in listed]


@remembered(most=64, longest=65_536)
def _listed(workbook: bytes, relations: bytes | None) -> tuple[tuple[str, str], ...]:
    """Name and path in small letters of each sheet."""
    targets: dict[str, str] = {}
    listed: list[tuple[str, str]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "sheet":
            ids = [value for name, value in attributes.items() if local(name) == "id"]
            listed.append((attributes.get("name", ""), ids[0] if ids else ""))

    parse(workbook, sheet)
    if relations is not None:
        parse(relations, relation)
    return tuple((name, _path(targets.get(id_, "")).lower()) for name, id_ in listed)


def _path(target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(target if target.startswith("xl/") else f"xl/{target}")


def local(tag: str) -> str:
    return tag.rpartition(":")[2]


def styles(style_part: bytes, strings: bytes) -> Styles:
    """The formats of xl/styles.xml and the strings of xl/sharedStrings.xml that are struck through or TCVN3."""
    formats = _formats(style_part)
    if b"strike" not in strings:
        return formats
    struck = _StruckStrings()
    parse(strings, struck.start)
    return replace(formats, struck_strings=frozenset(struck.found))


@remembered(most=64, longest=65_536)
def _formats(style_part: bytes) -> Styles:
    formats = _Formats()
    if b"strike" in style_part or b".Vn" in style_part or b"VNI-" in style_part or _PERCENT.search(style_part):
        parse(style_part, formats.start, formats.end)
    return Styles(
        struck=frozenset(n for n, font in enumerate(formats.used) if font in formats.struck),
        legacy=frozenset(n for n, font in enumerate(formats.used) if formats.name(font).startswith(".Vn")),
        vni=frozenset(n for n, font in enumerate(formats.used) if formats.name(font).startswith("VNI-")),
        legacy_capitals=frozenset(n for n, font in enumerate(formats.used) if formats.name(font).endswith("H")),
        percent=frozenset(formats.percent),
    )


class _Formats:
    """Follows xl/styles.xml: the fonts, which font each cell format uses, and which formats show percentages."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.struck: set[int] = set()
        self.used: list[int] = []
        self.percent: set[int] = set()
        self._percentages = set(_PERCENTAGES)
        self._inside = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag in ("fonts", "cellXfs"):
            self._inside = tag
        elif self._inside == "fonts":
            if tag == "font":
                self.names.append("")
            elif tag == "name" and self.names:
                self.names[-1] = attributes.get("val", "")
            elif tag == "strike" and is_on(attributes):
                self.struck.add(len(self.names) - 1)
        elif tag == "numFmt" and shows_percent(attributes.get("formatCode", "")):
            self._percentages.add(attributes.get("numFmtId", ""))
        elif self._inside == "cellXfs" and tag == "xf":
            if attributes.get("numFmtId") in self._percentages:
                self.percent.add(len(self.used))
            self.used.append(number(attributes.get("fontId", "0")))

    def end(self, name: str) -> None:
        if local(name) == self._inside:
            self._inside = ""

    def name(self, font: int) -> str:
        return self.names[font] if 0 <= font < len(self.names) else ""


class _StruckStrings:
    """Follows xl/sharedStrings.xml: the strings with a run struck through."""

    def __init__(self) -> None:
        self.found: set[int] = set()
        self._at = -1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "si":
            self._at += 1
        elif tag == "strike" and is_on(attributes):
            self.found.add(self._at)


def is_on(attributes: Mapping[str, str]) -> bool:
    return attributes.get("val", "1").lower() not in _OFF


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1


def of_sheet(sheet: bytes, styles: Styles) -> Marks:
    """The marks of one worksheet part, parsed in full."""
    reader = _SheetReader(styles)
    parse(sheet, reader.start, reader.end, reader.text)
    return reader.marks


class _SheetReader:
    """Follows the tags of a worksheet and notes what is special. Rows and columns count from 0."""

    def __init__(self, styles: Styles) -> None:
        self.marks = Marks()
        self._styles = styles
        self._row = self._column = -1
        self._last_col = 0
        self._type, self._style = "", 0
        self._formula = self._in_value = self._struck = False
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "v":
            self._in_value = True
        elif tag == "f":
            self._formula, self._value = True, []  # a value before its formula is lost to calamine
        elif tag == "strike":
            self._struck = self._struck or is_on(attributes)
        elif tag == "row":
            self._row = number(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
            if attributes.get("hidden", "0").lower() in _TRUE:
                self.marks.hidden_rows.add(self._row)
        elif tag == "col" and attributes.get("hidden", "0").lower() in _TRUE:
            first, last = number(attributes.get("min", "")), number(attributes.get("max", ""))
            first, self._last_col = max(first - 1, self._last_col), max(last, self._last_col)
            self.marks.hidden_columns.update(range(first, min(last, guard.COLUMNS)))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if "r" in attributes:
            self._row, self._column = guard.place(attributes["r"])
        self._type, self._style = attributes.get("t", "n"), number(attributes.get("s", "0"))
        self._formula = self._struck = False
        self._value = []

    def text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)

    def end(self, name: str) -> None:
        tag = local(name)
        if tag == "v":
            self._in_value = False
        elif tag == "c":
            self._end_cell((self._row, self._column), "".join(self._value).strip())

    def _end_cell(self, at: At, value: str) -> None:
        marks, styles = self.marks, self._styles
        if self._type == "e":
            marks.errors[at] = value or "#N/A"
        elif self._formula and not value and self._type != "str":
            marks.unvalued.add(at)
        filled = bool(value) or self._type == "inlineStr"
        shared = number(value) if self._type == "s" else -1
        if filled and (self._struck or self._style in styles.struck or shared in styles.struck_strings):
            marks.struck.add(at)
        if value and self._type == "n" and self._style in styles.percent:
            marks.percents.add(at)
        if filled and self._style in styles.legacy:
            marks.legacy[at] = self._style in styles.legacy_capitals
        elif filled and self._style in styles.vni:
            marks.vni.add(at)
