"""TCVN3 (ABC), the encoding of the .VnTime fonts: one byte a letter, in files of bytes and in cells of a workbook.

In a workbook the bytes were taken for Latin-1: "Phường" stands there as "Ph­êng", its ư as a soft hyphen. So this
runs before anything drops U+00AD. Letters that only a font of capitals (.VnTimeH) shows as capitals come out small.
"""

from __future__ import annotations

from tracker.intake.syllable import is_syllable, marked_words

_RUNS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
PAIRS = {start + i: letter for start, letters in _RUNS.items() for i, letter in enumerate(letters)}
"""The 74 bytes that are letters. Other bytes above 0x7F are what Windows-1252 has there: quotes, dashes, NBSP."""

SURE_LENGTH = 3

_PUNCTUATION = frozenset("\u00a0–—‘’“”…•→")


def decode(data: bytes) -> str:
    """The text of a TCVN3 file; a byte that stands for nothing becomes U+FFFD. Never raises."""
    return data.decode("cp1252", "replace").translate(PAIRS)


def repair(text: str) -> str | None:
    """The Unicode text of a cell typed with a .VnTime font; None when `text` may well be Unicode already.

    Cautious: every word must become a Vietnamese syllable, and one of three letters or more must not have been one
    before. "Cã" (Có) stays, for it could be a word as it is, and so does "µm".
    """
    converted = convert(text)
    if converted is None:
        return None
    garbled = (word for word in marked_words(text) if len(word) >= SURE_LENGTH and not is_syllable(word))
    return converted if any(garbled) else None


def convert(text: str) -> str | None:
    """The same for a cell whose font is known to be a TCVN3 one: ambiguous words are converted too."""
    if text.isascii() or not all(ord(c) in PAIRS or c.isascii() or c in _PUNCTUATION for c in text):
        return None
    converted = text.translate(PAIRS)
    words = marked_words(converted)
    readable = all(is_syllable(word) or word.isupper() for word in words)  # capitals: QĐ, BCĐ, LĐTBXH
    return converted if words and readable else None
