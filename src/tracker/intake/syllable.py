"""Whether text reads like Vietnamese, judged by the shape of its syllables; decides between encodings.

Knows spelling only, no words: it tells "Phường" from "Ph­êng", not "xã" from "xó".
"""

from __future__ import annotations

import re
import unicodedata

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"[^\W\d_]+(?:[\u00ad\u00a1-\u00bf][^\W\d_]*)*|[\u00ad\u00a1-\u00bf]+[^\W\d_]+")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
    r"(?:[iu]?[aăâeêioôơuưy]|oo|iê|yê|uyê|uya|ươ|ưa|uâ|oă|oe|oa)"
    r"(?:ng|nh|ch|[cmnptiouy])?"
)
_DOUBLED_FINAL = re.compile(r"(?:oai|oay|oao|oeo|uây|uôi|ươi|ươu|iêu|yêu|uyu|uya|uai|uay)$")


def is_syllable(word: str) -> bool:
    """Whether `word` is written like one Vietnamese syllable: onset, nucleus, coda; one tone; no capital inside."""
    if word not in (word.lower(), word.upper(), word.capitalize()):
        return False
    parts = unicodedata.normalize("NFD", word.lower())
    if sum(c in _TONES for c in parts) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return bool(_SYLLABLE.fullmatch(bare)) or bool(_SYLLABLE.fullmatch(_DOUBLED_FINAL.sub("a", bare)))


def marked_words(text: str) -> list[str]:
    """The words that ASCII cannot write, symbols inside a word included ("Ph­êng" is one word)."""
    return [word for word in _WORD.findall(text) if not word.isascii()]


def likeness(text: str) -> float:
    """The share of `marked_words` that are syllables, 0 to 1; 1 for text that has none.

    Abbreviations in capitals (QĐ) say nothing; a character that could not be decoded counts as a bad word.
    """
    syllables = [is_syllable(word) for word in marked_words(text) if not word.isupper()]
    judged = len(syllables) + text.count("\ufffd")
    return sum(syllables) / judged if judged else 1.0
