"""A bar on the terminal while files are read: how many of how many, and the time that is left at the pace so far."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

from tracker.messages import say

Item = TypeVar("Item")
EVERY = 0.1  # seconds between two drawings


def watched(items: Iterable[Item], total: int) -> Iterator[Item]:
    """The items, with a bar on stderr where that is a terminal; elsewhere nothing is shown.

    The time left follows the last half minute, so that a few slow files at the beginning do not spoil it; the bar
    goes with the last item. More items than announced (the files of an archive) make the total grow.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from tracker.cli.session import console

    columns = (TextColumn(say("cli.reading")), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Drawn by hand: a thread that draws would keep readers from being forked.
    bar = Progress(
        *columns, console=console(errors=True), transient=True, speed_estimate_period=30, auto_refresh=False
    )
    with bar as progress:
        task, drawn = progress.add_task("", total=total), 0.0
        for number, item in enumerate(items, start=1):
            yield item
            now = monotonic()
            progress.update(task, completed=number, total=max(total, number), refresh=now - drawn > EVERY)
            drawn = now if now - drawn > EVERY else drawn
