"""The vocabulary of an explanation: a tree of lines from a verdict down to a cell. Imports nothing of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Step(StrEnum):
    """What a line says; each stands under the one before it."""

    VERDICT = "verdict"
    CLAUSE = "clause"  # document, number, date, section
    FORMULA = "formula"  # with the numbers in it
    READING = "reading"  # what another way to understand the clause would give
    ANSWER = "answer"  # the units that answered alike: yes, no, missing
    UNIT = "unit"
    VERSION = "version"  # file, hash, revision, receipt, whether it counts and why not
    CELL = "cell"  # sheet, cell, raw text, how it was read
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of an explanation, in the language spoken, with the facts it is made of and what stands under it.

    `key` tells the line from all others of its report and serves as an anchor: "materials", "materials/00265".
    """

    step: Step
    key: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    below: Sequence[Line] = ()

    def walk(self) -> Iterator[Line]:
        yield self
        for line in self.below:
            yield from line.walk()
