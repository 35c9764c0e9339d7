"""How two pieces of Vietnamese text are found to say the same: the only place that folds.

Folding forgets case, composition (NFC or NFD), tone marks and where they sit (hoà, hòa), Đ, Ð and D, every kind
of space, dash and zero-width character, and punctuation. It is for comparing, never for showing or storing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
MULTIPLE = re.compile(r"\b(?:nghin|ngan|tram|trieu|ty|1(?: ?000)+)\b")
"""Of folded text: words and numbers by which a unit multiplies, as in "nghìn người" and "1.000 tờ"."""

_WORDS_ONLY = bytes(byte if chr(byte).isascii() and chr(byte).isalnum() else 32 for byte in range(256)).lower()
"""For `translate`: letters in small, digits as they are, a space for all else."""
_FOREIGN = re.compile("[^\x00-\x7f\u0300-\u034e]")  # neither ASCII nor a mark that combines with the letter before
_INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u2060\ufeff"
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # directions, pasted with what they stand by
    "\ufe0e\ufe0f"  # how a sign such as ✔ is drawn
)
_NOT_SEEN = re.compile(f"[{_INVISIBLE}]")
# Letters that look like Latin ones in every font of an office and are typed or pasted by mistake.
_LOOK_ALIKE = zip(
    "аеорсухіјѕԁԛԝһАВЕКМНОРСТУХІЈЅ" + "đĐðÐ",
    "aeopcyxijsdqwhABEKMHOPCTYXIJS" + "dDdD",
    strict=True,
)
_PLAIN = dict.fromkeys(_INVISIBLE, "") | dict(_LOOK_ALIKE)
_NOT_PLAIN = re.compile(f"[{''.join(_PLAIN)}]")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Words of `text` in plain lower-case ASCII, one space apart: "Trong đó:  Nữ" → "trong do nu"."""
    if not text.isascii():
        text = _NOT_PLAIN.sub(lambda match: _PLAIN[match[0]], text)
        text = unicodedata.normalize("NFKD", text).lower()
        text = _FOREIGN.sub(lambda match: "" if unicodedata.combining(match[0]) else " ", text)
    return b" ".join(text.encode("ascii", "ignore").translate(_WORDS_ONLY).split()).decode("ascii")


@lru_cache(maxsize=16384)
def fold_label(text: str) -> str:
    """The same for a column heading, whose bracketed unit does not count: "Thời lượng (phút)" → "thoi luong".

    One that multiplies does: under "Dân số (nghìn người)" stand other figures than under "Dân số".
    """
    bare = _BRACKETS.sub(lambda match: match[0] if MULTIPLE.search(fold(match[0])) else " ", text)
    return fold(bare) or fold(text)


def fold_code(text: str) -> str:
    """The same for a code, whose parts may be written apart or together: "BG-HU 5" and "bg hu5" → "bghu5"."""
    return fold(text).replace(" ", "")


def tidy(text: str) -> str:
    """`text` as it is shown and stored: NFC, no invisible characters, one space between words."""
    composed = unicodedata.normalize("NFC", _NOT_SEEN.sub("", text))
    return " ".join(composed.split())
