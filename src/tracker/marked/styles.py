"""xl/styles.xml, extended: formats that differ from the ward's own in their fill alone, and those of our sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tracker.marked.markup import (
    Element,
    NotEditableError,
    Splice,
    appended,
    is_closed,
    retagged,
    root,
    spliced,
    with_attributes,
)
from tracker.problems import Severity

FILLS = {Severity.ERROR: "FFFFA8A0", Severity.WARNING: "FFFFD54F"}
"""ARGB of marked cells: stronger than the tints of any form. Black text on them is far above what WCAG asks."""

_OURS = frozenset(argb[-6:] for argb in FILLS.values())
_HIDDEN = "FE"
_READABLE = 4.5
_BLACKS = frozenset({"0", "8", "64"})  # numbers of black among the old colours
_DARK_THEMES = frozenset({"1", "3"})  # text and dark text of any theme


def luminance(argb: str) -> float:
    """Relative luminance of a colour as WCAG defines it."""
    channels = [int(argb[-6:][at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@dataclass(slots=True)
class _List:
    """A list of the part (fonts, fills, borders, cellXfs), and what is added to it."""

    element: Element
    added: list[bytes] = field(default_factory=list)

    def add(self, text: bytes) -> int:
        if text not in self.added:
            self.added.append(text)
        return len(self.element.children) + self.added.index(text)


class Styles:
    """The formats of one workbook; numbers are those of cellXfs. Raises NotEditableError."""

    def __init__(self, part: bytes) -> None:
        self._part = part
        top = root(part)
        lists = {one.name: one for one in top.children}
        try:
            self._lists = {name: _List(lists[name]) for name in ("fonts", "fills", "borders", "cellXfs")}
        except KeyError as cause:
            raise NotEditableError from cause
        self._x = top.prefix.encode()
        self._formats = self._lists["cellXfs"].element.children
        if not self._formats:
            raise NotEditableError
        self.ours = self._marked_before()

    # --- the ward's cells ---------------------------------------------------------------------------------------

    def marked(self, number: int, severity: Severity) -> int:
        """The format `number` with the fill of a severity, and a text that is readable on it."""
        fill = self.fill(FILLS[severity], behind=self._own_fill(number))
        return self._clone(number, {"fillId": str(fill), "applyFill": "1", **self._readable(number, FILLS[severity])})

    def plain(self, number: int) -> int:
        """The format `number`, which an earlier copy marked, with the fill that it had before."""
        own = self._own_fill(number)
        return self._clone(number, {"fillId": str(self.fill(own) if own else 0), "applyFill": "1" if own else None})

    def _own_fill(self, number: int) -> str:
        """ARGB of the ward's own fill; "" for none, or one of another kind.

        Our marks carry it as their background, which a solid fill does not show, with _HIDDEN for its opacity: other
        programs write backgrounds of their own there.
        """
        used = int(self._formats[number].attributes.get("fillId", "0") if number < len(self._formats) else "0")
        fills = self._lists["fills"].element.children
        patterns = fills[used].named("patternFill") if used < len(fills) else []
        solid = [one for one in patterns if one.attributes.get("patternType") == "solid"]
        colours = solid[0].named("bgColor" if number in self.ours else "fgColor") if solid else []
        argb = colours[0].attributes.get("rgb", "") if colours else ""
        known = re.fullmatch("[0-9A-Fa-f]{8}", argb) and (number not in self.ours or argb.startswith(_HIDDEN))
        return f"FF{argb[2:]}" if known else ""

    def _clone(self, number: int, changes: dict[str, str | None]) -> int:
        if not 0 <= number < len(self._formats):
            raise NotEditableError
        one = self._formats[number]
        tag = with_attributes(self._part[one.start : one.opened], changes)
        return self._lists["cellXfs"].add(tag + self._part[one.opened : one.end])

    def _readable(self, number: int, fill: str) -> dict[str, str | None]:
        """Another font, where the text of a format is light: the same without its colour."""
        used = int(self._formats[number].attributes.get("fontId", "0") if number < len(self._formats) else "0")
        fonts = self._lists["fonts"].element.children
        if used >= len(fonts):
            raise NotEditableError
        font = fonts[used]
        light = [one for one in font.named("color") if not _is_dark(one.attributes, fill)]
        if not light:
            return {}
        inside = spliced(self._part[: font.end], [Splice(one.start, one.end) for one in light])[font.start :]
        return {"fontId": str(self._lists["fonts"].add(inside)), "applyFont": "1"}

    def _marked_before(self) -> frozenset[int]:
        """Formats of cells that an earlier copy marked."""
        fills = {
            number
            for number, fill in enumerate(self._lists["fills"].element.children)
            for colour in fill.all("fgColor")
            if colour.attributes.get("rgb", "")[-6:].upper() in _OURS
        }
        used = [one.attributes.get("fillId", "0") for one in self._formats]
        return frozenset(number for number, fill in enumerate(used) if fill.isdigit() and int(fill) in fills)

    # --- our own sheet ------------------------------------------------------------------------------------------

    def fill(self, argb: str, *, behind: str = "") -> int:
        colours = f'<fgColor rgb="{argb}"/>' + (f'<bgColor rgb="{_HIDDEN}{behind[2:]}"/>' if behind else "")
        return self._lists["fills"].add(
            self._tags(f'<fill><patternFill patternType="solid">{colours}</patternFill></fill>')
        )

    def font(self, size: int, *, bold: bool = False, argb: str = "FF000000", underlined: bool = False) -> int:
        """A font of our sheet, Times New Roman as all office papers."""
        marks = "<b/>" * bold + "<u/>" * underlined
        return self._lists["fonts"].add(
            self._tags(
                f'<font>{marks}<sz val="{size}"/><color rgb="{argb}"/><name val="Times New Roman"/>'
                '<family val="1"/></font>'
            )
        )

    def border(self, argb: str) -> int:
        sides = "".join(
            f'<{side} style="thin"><color rgb="{argb}"/></{side}>' for side in ("left", "right", "top", "bottom")
        )
        return self._lists["borders"].add(self._tags(f"<border>{sides}<diagonal/></border>"))

    def format(
        self, font: int, *, fill: int = 0, border: int = 0, aligned: str = "left", vertical: str = "top"
    ) -> int:
        """A format of our sheet: text, wrapped, that may be changed."""
        return self._lists["cellXfs"].add(
            self._tags(
                f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
                ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"'
                ' applyProtection="1">'
                f'<alignment horizontal="{aligned}" vertical="{vertical}" wrapText="1"/><protection locked="0"/></xf>'
            )
        )

    def _tags(self, text: str) -> bytes:
        """Tags as this part writes them, with its prefix."""
        return re.sub(rb"<(/?)", rb"<\1" + self._x, text.encode())

    def written(self) -> bytes:
        """The part with all that was added; the same bytes when nothing was."""
        splices = []
        for one in self._lists.values():
            if not one.added:
                continue
            count = str(len(one.element.children) + len(one.added))
            inside = b"".join(one.added)
            if is_closed(self._part, one.element):
                splices.append(appended(self._part, one.element, inside))
            else:
                splices += [retagged(self._part, one.element, {"count": count})]
                splices += [appended(self._part, one.element, inside)]
        return spliced(self._part, splices)


def _is_dark(colour: dict[str, str], fill: str) -> bool:
    if "rgb" in colour:
        rgb = colour["rgb"][-6:]
        return bool(re.fullmatch("[0-9A-Fa-f]{6}", rgb)) and contrast(rgb, fill) >= _READABLE
    if "theme" in colour:
        return colour["theme"] in _DARK_THEMES and not colour.get("tint", "").lstrip("-0.")
    return colour.get("indexed", "64") in _BLACKS or colour.get("auto", "0") in ("1", "true")
