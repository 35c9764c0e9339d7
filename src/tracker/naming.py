"""How the name of a unit may be written by the people who work there, and what of a text is the name.

Knows the kinds of units, their short forms and the bodies that sign for a unit; knows no unit. Text is compared
folded. A form is built from the name and looked for in the text, never cut from the text by guess: "Phương Liệt"
folds to "phuong liet", and is no "phường Liệt".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tracker.folding import fold, tidy

KINDS = {
    "phường": ("p", "ph"),
    "xã": ("x",),
    "thị trấn": ("tt", "t t"),
    "đặc khu": ("dk",),
    "quận": ("q",),
    "huyện": ("h",),
    "thị xã": ("tx", "t x"),
    "thành phố": ("tp", "t p"),
    "tỉnh": ("t",),
}
"""Every kind of unit with the short forms that stand for it, folded."""

_COMMITTEE = re.compile(r"(?:(?:hdnd|hoi dong nhan dan) (?:va )?)?(?:ubnd|u b n d|uy ban nhan dan) ")
_STEERING = re.compile(r"(?:bcd|b c d|ban chi dao) ")
_TOPICS = re.compile(
    r"138|35|389|pctp|pcmbn|pcmt|tnxh|antq|phong|chong|toi|pham|te|nan|xa|hoi|mua|ban|nguoi|ma|tuy|hiv|aids|va|cong|tac"
    r"|xay|dung|trao|toan|dan|bao|ve|an|ninh|to|quoc|cap|thuc|hien|ke|hoach|chuong|trinh"
)
"""Words of what a steering committee steers: they stand between "Ban Chỉ đạo" and the unit."""
_LEADING_ZEROS = re.compile(r"\b0+(?=\d)")
_CUT = re.compile(r"[,;(/]|\s[-–—]\s")


@lru_cache(maxsize=65536)
def forms(kind: str, name: str) -> frozenset[str]:
    """What a unit is called: its bare name, and with the kind in full or short, all folded."""
    bare = _folded(name)
    return frozenset((bare, *_with_kind(kind, bare)))


@lru_cache(maxsize=65536)
def kind_forms(kind: str, name: str) -> frozenset[str]:
    """The same without the bare name."""
    return frozenset(_with_kind(kind, _folded(name)))


def says(text: str, chain: Sequence[tuple[str, str]]) -> bool:
    """Whether `text` names the first (kind, name) of `chain`, and of those above it only what follows in `chain`.

    A unit's committee or steering committee may stand in front, the units above it behind, each with its kind or
    without. A wrong kind, a wrong parent or any other word makes it another name.
    """
    names = [forms(kind, name) for kind, name in chain]
    first_with_kind = kind_forms(*chain[0])
    return any(
        _reads(rest, [first_with_kind if needs_kind else names[0], *names[1:]])
        for rest, needs_kind in _without_body(_folded(text))
    )


def bare_names(text: str) -> frozenset[str]:
    """What of `text` may be the bare name: for proposals only."""
    found: set[str] = set()
    for part in {text, _CUT.split(tidy(text), maxsplit=1)[0]}:
        for rest, _ in _without_body(_folded(part)):
            found.add(rest)
            found.update(rest.removeprefix(word + " ") for word in _kind_words() if rest.startswith(word + " "))
    return frozenset(found - {""})


def bare_name(name: str) -> str:
    return _folded(name)


def plain(name: str) -> str:
    """A name as a part of a file's, in letters that any system and any mail takes: "phuong-phuc-xa"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def file_name(code: str, full_name: str) -> str:
    """What the files and folders of a unit are called: "007-quan-hai-ba-trung"."""
    return f"{code}-{plain(full_name)}"


def numbers(folded: str) -> list[str]:
    """The numbers in a folded name: what tells numbered units apart."""
    return re.findall(r"\d+", folded)


def without_kind(text: str) -> tuple[str, str]:
    """Kind and name as GSO's lists join them: "Thị trấn Phùng" → ("thị trấn", "Phùng"). No kind: ("", text)."""
    whole = tidy(text)
    for kind in sorted(KINDS, key=len, reverse=True):
        if whole.lower().startswith(kind + " "):
            return kind, whole[len(kind) + 1 :]
    return "", whole


def _folded(text: str) -> str:
    return _LEADING_ZEROS.sub("", fold(text))


def _with_kind(kind: str, bare: str) -> Iterator[str]:
    for word in (fold(kind), *KINDS.get(kind, ())):
        yield f"{word} {bare}"


@lru_cache(maxsize=1)
def _kind_words() -> tuple[str, ...]:
    return tuple(word for kind, short in KINDS.items() for word in (fold(kind), *short))


def _without_body(words: str) -> Iterator[tuple[str, bool]]:
    """`words`, then what follows the body named in front; True where only a kind tells that the name begins."""
    yield words, False
    if match := _COMMITTEE.match(words):
        yield words[match.end() :], False
    if match := _STEERING.match(words):
        left = words[match.end() :].split()
        topic_only = True
        for at in range(len(left)):
            yield " ".join(left[at:]), not topic_only
            topic_only = topic_only and bool(_TOPICS.fullmatch(left[at]))


def _reads(words: str, chain: Sequence[frozenset[str]]) -> bool:
    """Whether `words` is a form of the first of `chain`, alone or followed by forms of later ones in order."""
    above = range(1, len(chain))
    return any(
        words == form
        or (words.startswith(form + " ") and any(_reads(words[len(form) + 1 :], chain[at:]) for at in above))
        for form in chain[0]
    )
