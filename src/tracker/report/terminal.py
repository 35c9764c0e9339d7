"""The report in a terminal: tables of words in colours; the words alone say everything."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from tracker.messages import say
from tracker.report.characters import printable
from tracker.report.content import Report
from tracker.report.outline import Cell, Grid, Section, next_step, outline

if TYPE_CHECKING:
    from rich.console import Console

ROOMY = 96  # columns from which figures and verdicts need not be broken
LABEL_WIDTH = 18


def print_report(report: Report, console: Console) -> None:
    """Every plan with its tables, then the next sensible step."""
    for section in outline(report):
        _print_section(section, console)
    console.print(next_step(report))


def _print_section(section: Section, console: Console) -> None:
    from rich.text import Text

    console.print(section.title, style="bold")
    for line in section.lines:
        console.print(line)
    console.print()
    for grid in section.grids:
        print_grid(grid, console)
    if section.silent:
        console.print(say("outline.silent_heading"), style="bold")
        for label, names in section.silent:
            console.print(Text(f"{label}: ") + Text(names, "yellow"))
        console.print()


def print_grid(grid: Grid, console: Console) -> None:
    """Heading, table, notes, and a blank line."""
    from rich import box
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    if grid.heading:
        console.print(grid.heading, style="bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for number, column in enumerate(grid.columns):
        whole = column.whole and console.width >= ROOMY
        label = _stacked(column.label, [row[number] for row in grid.rows]) if whole else column.label
        table.add_column(Text(label), justify="right" if column.right else "left", no_wrap=whole, vertical="top")
    for row in grid.rows:
        texts = (Text(printable(cell.text), cell.tone.value) for cell in row)
        table.add_row(*(Padding(text, (0, 0, 0, 2 * cell.level)) for text, cell in zip(texts, row, strict=True)))
    console.print(table)
    for note in grid.notes:
        console.print(note, style="dim")
    console.print()


def _stacked(label: str, cells: Sequence[Cell]) -> str:
    """A heading on as many lines as its cells' width asks for."""
    width = max((len(cell.text) for cell in cells), default=0)
    return "\n".join(wrap(label, max(width, LABEL_WIDTH), break_long_words=False))
