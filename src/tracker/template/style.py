"""The look of a template: one font, four grounds, thin lines; each format is made once a workbook."""

from __future__ import annotations

from typing import Any

FONT = "Times New Roman"
SIZE = 12
NEEDED, HEAD, CLOSED, SECTION, PAST = "#FFF2CC", "#DDE6F0", "#E7E6E6", "#F3F6FA", "#EDF3E6"
WRONG = "#F8CBAD"
DEFAULT = {"font_name": FONT, "font_size": SIZE}
NUMBER, DAY, PLAIN = "#,##0", "dd/mm/yyyy", "@"

_GRID = {"border": 1, "border_color": "#808080", "valign": "vcenter"}
_WORDS: dict[str, dict[str, Any]] = {
    "small": {"font_size": 11},
    "small_bold": {"font_size": 11, "bold": True},
    "note": {"font_size": 10, "italic": True, "text_wrap": True, "valign": "vcenter"},
    "title": {"font_size": 14, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True},
    "middle": {"italic": True, "align": "center", "valign": "vcenter"},
    "block": {"font_size": 11, "text_wrap": True, "valign": "vcenter"},
    "block_bold": {"font_size": 11, "bold": True, "text_wrap": True, "valign": "vcenter"},
    "sign": {"bold": True, "align": "center"},
    "sign_below": {"italic": True, "align": "center"},
    "head": {**_GRID, "bold": True, "align": "center", "text_wrap": True, "bg_color": HEAD, "font_size": 11},
    "numbers": {**_GRID, "italic": True, "align": "center", "font_size": 9, "bg_color": HEAD},
    "label": {**_GRID, "text_wrap": True, "indent": 1},
    "label_in": {**_GRID, "text_wrap": True, "indent": 3},
    "code": {**_GRID, "align": "center", "num_format": PLAIN},
    "section": {**_GRID, "bold": True, "indent": 1, "bg_color": SECTION},
    "closed": {**_GRID, "bg_color": CLOSED, "align": "center", "font_color": "#808080"},
    "filled": {**_GRID, "text_wrap": True, "bold": True, "indent": 1},
    "filled_day": {**_GRID, "bold": True, "num_format": DAY, "align": "left", "indent": 1},
    "filled_number": {**_GRID, "bold": True, "num_format": "0", "align": "left", "indent": 1},
    "past": {
        **_GRID,
        "bg_color": PAST,
        "font_color": "#595959",
        "italic": True,
        "num_format": NUMBER,
        "align": "right",
    },
    "past_text": {**_GRID, "bg_color": PAST, "font_color": "#595959", "italic": True, "text_wrap": True, "indent": 1},
    "past_head": {**_GRID, "bg_color": PAST, "italic": True, "text_wrap": True, "align": "center", "font_size": 10},
    "wrong": {"bg_color": WRONG},
}


class Styles:
    """The formats of one workbook, by name."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[Any, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format(({} if name == "wrong" else DEFAULT) | _WORDS[name])
        return self._made[name]

    def entry(self, shape: str, *, needed: bool, align: str = "right") -> Any:
        """A cell to fill: unlocked, on yellow ground where a target needs it."""
        key = (shape, needed, align)
        if key not in self._made:
            look: dict[str, Any] = {**DEFAULT, **_GRID, "num_format": shape, "locked": False, "align": align}
            look |= {"bg_color": NEEDED} if needed else {}
            look |= {"text_wrap": True} if shape == PLAIN else {}
            look |= {} if align == "center" else {"indent": 1}
            self._made[key] = self._book.add_format(look)
        return self._made[key]
