"""Files read in child processes, each with a time limit and a memory cap: a file that kills its reader costs itself.

A child holds one file at a time, so when it dies, hangs or swells its neighbours lose nothing. Results come in the
order of the files. Nothing here knows what a return is: the function that reads is given.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")
Task = tuple[Any, str]
"""Where a file is, as the function that reads understands it, and the name to show."""
Understand = Callable[[Any, str], Result]
GiveUp = Callable[[str, str], Result]
"""What to answer for a file that could not be read: (name to show, why)."""
Recognise = Callable[[Any, str], "Result | None"]
"""The answer for a file that needs no reading; None for any other."""

SECONDS = 20.0  # the slowest honest return takes under one
MEMORY = 3 * 1024**3 // 2  # bytes of address space; an honest return needs a tenth
AHEAD = 64  # answers kept waiting for a slow neighbour, so that memory stays flat
DEBUG = "TRACKER_DEBUG"  # set by --debug: children then say what ended them
TRIES = 2  # a child may also die of something that was not its file


@dataclass
class _Child(Generic[Result]):
    """One child process and the file it is reading (its number among the files, or None)."""

    process: Any
    pipe: Connection
    task: int | None = None
    deadline: float = 0.0

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


@dataclass
class _Pool(Generic[Result]):
    understand: Understand[Result]
    give_up: GiveUp[Result]
    files: Sequence[Task]
    seconds: float
    recognise: Recognise[Result]
    children: list[_Child[Result]] = field(default_factory=list)
    answers: dict[int, Result] = field(default_factory=dict)
    tries: dict[int, int] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    next_file: int = 0
    next_answer: int = 0

    def start(self) -> _Child[Result]:
        context = _context()
        mine, theirs = context.Pipe()
        # A forked child holds copies of our ends of the pipes; while it does, no child would see us die.
        forked = context.get_start_method() == "fork"
        ours = [mine, *(child.pipe for child in self.children)] if forked else []
        process = context.Process(target=_serve, args=(theirs, self.understand, ours), daemon=True)  # type: ignore[attr-defined]
        process.start()
        theirs.close()
        child: _Child[Result] = _Child(process, mine)
        self.children.append(child)
        return child

    def next_task(self) -> int | None:
        """The number of a file that a child must read now; files before it that need none are answered."""
        if self.waiting:
            return self.waiting.pop()
        while self.next_file < len(self.files) and self.next_file - self.next_answer < AHEAD:
            number, self.next_file = self.next_file, self.next_file + 1
            answer = self.recognise(*self.files[number])
            if answer is None:
                return number
            self.answers[number] = answer
        return None

    def hand_out(self, workers: int) -> None:
        """Gives every child a file, as long as there are any; a child is started when there is one for it."""
        idle = [child for child in self.children if child.task is None]
        while idle or len(self.children) < workers:
            number = self.next_task()
            if number is None:
                return
            child = idle.pop() if idle else self.start()
            child.task, child.deadline = number, time.monotonic() + self.seconds
            try:
                child.pipe.send(self.files[number])
            except (BrokenPipeError, OSError):
                self.lost(child, "crashed")

    def collect(self) -> None:
        """Waits for the first child to answer, die or run out of time, if any is reading."""
        busy = [child for child in self.children if child.task is not None]
        if not busy:
            return
        limit = max(0.0, min(child.deadline for child in busy) - time.monotonic())
        ready = wait([child.pipe for child in busy], timeout=limit)
        for child in busy:
            if child.pipe in ready:
                self.receive(child)
            elif time.monotonic() >= child.deadline:
                self.lost(child, "too_slow", again=False)

    def receive(self, child: _Child[Result]) -> None:
        try:
            why, answer = child.pipe.recv()
        except (EOFError, OSError):
            self.lost(child, "crashed")
            return
        assert child.task is not None
        number, child.task = child.task, None
        self.answers[number] = self.give_up(self.files[number][1], why) if why else answer

    def lost(self, child: _Child[Result], why: str, *, again: bool = True) -> None:
        """A child is gone: its file is tried once more in a new one, or given up."""
        assert child.task is not None
        self.tries[child.task] = self.tries.get(child.task, 0) + 1
        if again and self.tries[child.task] < TRIES:
            self.waiting.append(child.task)
        else:
            self.answers[child.task] = self.give_up(self.files[child.task][1], why)
        self.children.remove(child)
        child.end()

    def run(self, workers: int) -> Iterator[Result]:
        while self.next_answer < len(self.files):
            self.hand_out(workers)
            self.collect()
            while self.next_answer in self.answers:
                answer = self.answers.pop(self.next_answer)
                self.next_answer += 1
                yield answer


def in_children(
    understand: Understand[Result],
    files: Sequence[Task],
    give_up: GiveUp[Result],
    *,
    workers: int,
    seconds: float = SECONDS,
    recognise: Recognise[Result] = lambda place, shown: None,
) -> Iterator[Result]:
    """What `understand` makes of each file, in order; `give_up` answers for one that killed or hung its child.

    One that `recognise` answers for is given to no child.
    """
    pool = _Pool(understand, give_up, files, seconds, recognise)
    try:
        yield from pool.run(max(1, workers))
    finally:
        for child in pool.children:
            child.end()


def _context() -> BaseContext:
    """Forked where that is safe and cheap (Linux, one thread); spawned elsewhere."""
    forks = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forks else "spawn")


def _serve(pipe: Connection, understand: Understand[Any], inherited: Sequence[Connection] = ()) -> None:
    """The life of a child: a file, an answer, the next file, to the end of its parent.

    Sends ("", answer), or (why, None). `inherited` are ends of pipes that are not its own.
    """
    for end in inherited:
        end.close()
    _limit_memory()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            place, shown = pipe.recv()
            try:
                said = ("", understand(place, shown))
            except MemoryError:
                said = ("too_much_memory", None)
            except RecursionError:
                said = ("malformed", None)
            pipe.send(said)


def _limit_memory() -> None:
    """Caps the address space where the system can, and silences the last words of a foreign reader that aborts."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not os.environ.get(DEBUG):
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
