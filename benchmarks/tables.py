"""Measured costs as ratios to the cheapest thing that could be done, in a Markdown table, and put into a README."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from measuring import Cost

LANGUAGES = ("vi", "en")


def ratios(costs: Sequence[float], base: Sequence[float]) -> tuple[float, float, float]:
    """Least, median and greatest of what was measured round by round."""
    each = [one / floor for one, floor in zip(costs, base, strict=True)]
    return min(each), median(each), max(each)


def cpu(costs: Sequence[Cost]) -> list[float]:
    return [one.cpu for one in costs]


def wall(costs: Sequence[Cost]) -> list[float]:
    return [one.wall for one in costs]


def peak(costs: Sequence[Cost]) -> float:
    return max(one.peak for one in costs)


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Numbers to two figures after the point below ten, to one above; the first column is text."""
    lines = [list(head), ["---", *["---:"] * (len(head) - 1)], *([_shown(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}" if cell < 10 else f"{cell:.1f}" if cell < 100 else f"{cell:.0f}"
    return str(cell)


def in_vietnamese(table: str) -> str:
    """Decimal commas."""
    return re.sub(r"(?<=\d)\.(?=\d)", ",", table)


def write(name: str, texts: Mapping[str, str], files: Sequence[Path]) -> None:
    """Puts each text between its marks, `<!-- name:language -->` and `<!-- /name:language -->`."""
    written = 0
    for file in files:
        before = file.read_text(encoding="utf-8")
        after = before
        for language, text in texts.items():
            first, last = f"<!-- {name}:{language} -->", f"<!-- /{name}:{language} -->"
            head, begun, rest = after.partition(f"{first}\n")
            _, ended, tail = rest.partition(last)
            if begun and ended:
                after, written = f"{head}{begun}{text}\n{ended}{tail}", written + 1
        if after != before:
            file.write_text(after, encoding="utf-8", newline="\n")
    if not written:
        raise SystemExit(f"no marks <!-- {name}:… --> in {', '.join(map(str, files))}")
