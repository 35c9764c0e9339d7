"""Text of a return as it may be printed: what a ward typed must move no cursor, reverse no line and break no XML."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def printable(text: str) -> str:
    """The text on one line: line breaks, control characters, marks of direction and broken characters as a space."""
    return _UNPRINTABLE.sub(" ", text)
