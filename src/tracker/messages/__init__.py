"""Every sentence a person reads, by key, in Vietnamese or English. Knows no form, no plan and no output.

The sentences are in the `<language>.toml` and `<language>.<subject>.toml` files beside this module; the key of
`[verdict]` `met` is "verdict.met". A problem carries no sentence, only its code and facts: `message` says what is
there, `fix` what to do. Where it is (file, sheet, cell) is said by whoever prints it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.problems import TrackerError

if TYPE_CHECKING:
    from tracker.problems import Problem

LANGUAGES = ("vi", "en")
HINTS = ("nearest", "proposed", "successors")
"""Facts that, when filled, add a sentence of their own to the remedy."""

FIGURES = ("sum", "total", "population", "base", "before")
"""Facts that are whole numbers: they are written with the separators of the language."""

UNKNOWN = "…"
"""What a placeholder prints whose fact is not given."""

_chosen = ""


def set_language(language: str) -> None:
    """Speaks `language` from now on, in this process. Raises TrackerError for one that is not in LANGUAGES."""
    global _chosen
    if language not in LANGUAGES:
        raise TrackerError("bad_language", found=language)
    _chosen = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks `language` for a while, then what was spoken before."""
    global _chosen
    before = _chosen
    set_language(language)
    try:
        yield
    finally:
        _chosen = before


def lang() -> str:
    """The language chosen, else that of TRACKER_LANG, else Vietnamese."""
    preferred = _chosen or os.environ.get("TRACKER_LANG", "")
    return preferred if preferred in LANGUAGES else LANGUAGES[0]


def say(key: str, /, **facts: object) -> str:
    """The sentence of `key`, its placeholders filled. Raises KeyError for a key that no file has: that is a bug."""
    return _filled(key, facts)


def has(key: str) -> bool:
    return key in catalogue(lang())


def message(problem: Problem) -> str:
    """What is wrong: one sentence about what stands there."""
    said = _filled(_key(problem, "message"), _facts(problem))
    return say("problem_of_unit", unit=problem.facts["unit"], said=said) if problem.facts.get("unit") else said


def fix(problem: Problem) -> str:
    """How to put it right: one sentence, and one more for each of HINTS that the problem can give."""
    facts = _facts(problem)
    hints = (f"hint.{name}" for name in HINTS if problem.facts.get(name))
    return " ".join(_filled(key, facts) for key in (_key(problem, "fix"), *hints))


class Catalogue(Mapping[str, str]):
    """The sentences of a language by their dotted keys: those of a table are read when one of them is asked for.

    Raises ValueError when two files give a key.
    """

    def __init__(self, language: str, folder: Path) -> None:
        self._texts: dict[str, list[tuple[str, str]]] = {}  # what stands under the heads of a table, in which files
        self._tables: dict[str, Mapping[str, str]] = {}  # those that were read
        self._said: dict[str, str] = {}
        for file, text in _files(language, folder):
            for table, body in _bodies(text):
                self._texts.setdefault(table, []).append((file, body))

    def __getitem__(self, key: str) -> str:
        if key not in self._said:
            table = key
            while table:  # the table of "a.b.c" is a.b, unless a line of another table is itself dotted
                table = table.rpartition(".")[0]
                self._read(table)
        return self._said[key]

    def __iter__(self) -> Iterator[str]:
        """In the order of the files."""
        for table in self._texts:
            self._read(table)
        return (key for table in self._texts for key in self._tables[table])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _read(self, table: str) -> None:
        if table in self._tables:
            return
        import tomllib

        self._tables[table] = sentences = {}
        for file, body in self._texts.get(table, ()):
            for key, sentence in _flat(tomllib.loads(body), f"{table}." if table else ""):
                if key in self._said:
                    raise ValueError(f"{file}: {key} is already in another file")
                self._said[key] = sentences[key] = sentence


@cache
def catalogue(language: str) -> Catalogue:
    """Every sentence of a language by its dotted key."""
    return Catalogue(language, Path(__file__).parent)


def _files(language: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Names and texts of the files of a language."""
    for file in sorted(folder.glob(f"{language}.*")):
        if file.suffix == ".toml":
            yield file.name, file.read_text(encoding="utf-8")


def _bodies(text: str) -> Iterator[tuple[str, str]]:
    """The tables of a file, not yet read: name ("" before the first head) and what stands under its head."""
    parts = re.split(r"^\[([\w.]+)\]$", text, flags=re.MULTILINE)
    return zip(("", *parts[1::2]), parts[::2], strict=True)


def _flat(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        elif isinstance(value, str):
            yield f"{above}{name}", value
        else:
            raise TypeError(f"{above}{name} is no sentence")


class _Facts(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return UNKNOWN


def _filled(key: str, facts: Mapping[str, object]) -> str:
    return catalogue(lang())[key].format_map(_Facts(facts))


def _key(problem: Problem, which: str) -> str:
    """The sentence of the reason, where the problem gives one and it has its own; else that of the code."""
    reason = problem.facts.get("why")
    special = f"problem.{problem.code}.{reason}.{which}"
    return special if reason and has(special) else f"problem.{problem.code}.{which}"


def _facts(problem: Problem) -> dict[str, object]:
    place = {"form": problem.form, "sheet": problem.sheet, "cell": problem.cell}
    shown = {"found": problem.found, "label": problem.field, **place}
    facts: dict[str, object] = {name: value for name, value in shown.items() if value}
    facts.update(problem.facts)
    facts.update((name, grouped(int(str(facts[name])))) for name in FIGURES if str(facts.get(name, "")).isdigit())
    if problem.code == "unit_wrong_tier":
        facts.update((name, _tiers(str(facts[name]))) for name in ("found", "expected") if name in facts)
    return facts


def grouped(n: int) -> str:
    """A whole number with the separators of the language: 6254 is "6.254", in English "6,254"."""
    figure = f"{n:,}"
    return figure if lang() == "en" else figure.replace(",", ".")


def _tiers(codes: str) -> str:
    """ "district, province" in words; words stay as they are."""
    words = (f"tier.{code}" for code in codes.split(", "))
    return ", ".join(say(key) if has(key) else key.removeprefix("tier.") for key in words)
