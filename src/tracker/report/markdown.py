"""The report as Markdown: the same headings, tables and notes as in the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.messages import say
from tracker.report.characters import printable
from tracker.report.content import Report
from tracker.report.outline import Cell, Grid, Section, next_step, outline

INDENT = "&emsp;"


def as_markdown(report: Report) -> str:
    """CommonMark with the usual tables; ends with a line break."""
    parts = [line for section in outline(report) for line in _section(section)]
    if not report.plans:
        parts = [next_step(report)]
    return "\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"# {_plain(section.title)}"
    for line in section.lines:
        yield from ("", _plain(line))
    for grid in section.grids:
        yield from ("", *grid_lines(grid))
    if section.silent:
        yield from ("", f"## {say('outline.silent_heading')}", "")
        yield from (f"- {_plain(label)}: {_plain(names)}" for label, names in section.silent)
    yield ""


def grid_lines(grid: Grid) -> Iterator[str]:
    yield f"## {_plain(grid.heading or say('outline.target'))}"
    yield ""
    yield _row([_plain(column.label) for column in grid.columns])
    yield _row(["---:" if column.right else "---" for column in grid.columns])
    for row in grid.rows:
        yield _row([_cell(cell) for cell in row])
    for note in grid.notes:
        yield from ("", _plain(note))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    return INDENT * cell.level + _plain(cell.text.strip())


def _plain(text: str) -> str:
    """Text that Markdown takes for nothing but text."""
    return re.sub(r"([\\`*_\[\]|#~]|<(?=[A-Za-z/!?]))", r"\\\1", printable(text))
