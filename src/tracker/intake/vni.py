"""VNI, the encoding of the VNI-Times fonts: a letter and its mark are two characters, in files and in workbooks.

"Phường Bạch Mai" stands there as "Phöôøng Baïch Mai". Some of its letters are letters of Unicode Vietnamese too
("hoà" is "hồ"), so text is converted only where it can be nothing else.
"""

from __future__ import annotations

import re

from tracker.intake.syllable import is_syllable, marked_words

_TONES = {"ù": "áéóúýớứ", "ø": "àèòùỳờừ", "û": "ảẻỏủỷởử", "õ": "ãẽõũỹỡữ", "ï": "ạẹọụỵợự"}  # after a e o u y ô ö
_HATS = {"â": "âêô", "á": "ấếố", "à": "ầềồ", "å": "ẩểổ", "ã": "ẫễỗ", "ä": "ậệộ"}  # after a e o
_BREVES = {"ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ"}  # after a
_ALONE = {"ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}
_LOWER = {
    **{
        base + mark: letter
        for mark, letters in _TONES.items()
        for base, letter in zip("aeouyôö", letters, strict=True)
    },
    **{base + mark: letter for mark, letters in _HATS.items() for base, letter in zip("aeo", letters, strict=True)},
    **{"a" + mark: letter for mark, letter in _BREVES.items()},
    **_ALONE,
}
PAIRS = {
    **{pair.upper(): letter.upper() for pair, letter in _LOWER.items()},
    **{pair.capitalize(): letter.upper() for pair, letter in _LOWER.items()},
    **_LOWER,
}
"""Each letter as VNI writes it, in one character or two, small and capital."""

FOREIGN = re.compile("[åäëïöûüøæñîÅÄËÏÖÛÜØÆÑÎ]")
"""Letters that Vietnamese in Unicode never uses, and VNI all the time."""

SURE_LENGTH = 3

_LETTER = re.compile("|".join(sorted(PAIRS, key=len, reverse=True)))
_MARKS = frozenset("".join(PAIRS))
_PUNCTUATION = frozenset("\u00a0–—‘’“”…•→")


def decode(data: bytes) -> str:
    """The text of a VNI file; a byte that stands for nothing becomes U+FFFD. Never raises."""
    return _translated(data.decode("cp1252", "replace"))


def _translated(text: str) -> str:
    return _LETTER.sub(lambda match: PAIRS[match[0]], text)


def repair(text: str) -> str | None:
    """The Unicode text of a cell typed with a VNI font; None when `text` may well be Unicode already.

    Every word must become a Vietnamese syllable, and one of three letters or more must show a letter of FOREIGN.
    """
    sure = any(len(word) >= SURE_LENGTH and FOREIGN.search(word) for word in marked_words(text))
    return convert(text) if sure else None


def convert(text: str) -> str | None:
    """The same for a cell that is known to be in VNI: ambiguous words are converted too."""
    if text.isascii() or not all(c.isascii() or c in _MARKS or c in _PUNCTUATION for c in text):
        return None
    converted = _translated(text)
    words = marked_words(converted)
    readable = all(is_syllable(word) or word.isupper() for word in words)
    return converted if words and readable else None
