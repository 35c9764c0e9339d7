"""An explanation as a tree in a terminal: plain words, which alone say everything, with a colour for the verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.explanation import Line, Step
from tracker.messages import say
from tracker.report.characters import printable
from tracker.writing import count

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

NAMED = 40
"""Units named in one line; the others are counted."""

STYLES = {
    Step.VERDICT: "bold",
    Step.FORMULA: "bold",
    Step.ANSWER: "bold",
    Step.CLAUSE: "dim",
    Step.NOTE: "dim",
}


def print_tree(line: Line, console: Console) -> None:
    """The line and all that stands under it."""
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(printable(line.text), "bold"), guide_style="dim")
    _grow(tree, line.below)
    console.print(tree)


def _grow(tree: Tree, lines: Sequence[Line]) -> None:
    from rich.text import Text

    leaves = [one for one in lines if one.step is Step.UNIT and not one.below]
    for one in lines:
        if one.step is not Step.UNIT or one.below:
            _grow(tree.add(Text(printable(one.text), STYLES.get(one.step, ""))), one.below)
    if leaves:
        tree.add(Text(printable(named(leaves))))


def named(leaves: Sequence[Line]) -> str:
    """Units with nothing under them, side by side."""
    text = "; ".join(one.text for one in leaves[:NAMED])
    left = len(leaves) - NAMED
    return f"{text} {say('explain.group_more', n=count(left))}" if left > 0 else text
