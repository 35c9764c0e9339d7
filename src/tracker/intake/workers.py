"""Many files in child processes: one that dies costs its own file, not its neighbours'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from tracker.problems import problem
from tracker.returns import Received, Status

Understand = Callable[[Path, str], Received]


def in_children(understand: Understand, files: Sequence[tuple[Path, str]], workers: int) -> Iterator[Received]:
    """What `understand` makes of each file, in order.

    When a child dies, every file that had no answer yet is tried once more alone; the one that kills its child again
    is reported as unreadable.
    """
    context = get_context("spawn")
    pending: list[Future[Received]] = []
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        pending = [pool.submit(understand, path, shown) for path, shown in files]
        for (path, shown), future in zip(files, pending, strict=True):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield _alone(understand, path, shown)


def _alone(understand: Understand, path: Path, shown: str) -> Received:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(understand, path, shown).result()
        except BrokenProcessPool:
            crashed = problem("unreadable_file", why="crashed")
            return Received(shown, status=Status.UNREADABLE, problems=[crashed])
