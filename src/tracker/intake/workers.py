"""Files read in child processes, each with a time limit and a memory cap: a file that kills its reader costs itself.

A child reads one file at a time, so when it dies, hangs or swells its neighbours lose nothing: files that wait for it
go to another. Results come in the order of the files. Nothing here knows what a return is: the function that reads is
given.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

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
QUEUE = 4  # files handed to a child before it has answered, so that it never waits for us
LIGHT = 4096  # bytes of a task that any pipe takes at once, however busy the child is
DEBUG = "TRACKER_DEBUG"  # set by --debug: children then say what ended them
TRIES = 2  # a child may also die of something that was not its file


@dataclass
class _Child(Generic[Result]):
    """One child process and the files that it was handed, by number: it reads the first of them."""

    process: Any
    pipe: Connection
    tasks: deque[int] = field(default_factory=deque)
    deadline: float = 0.0

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


@dataclass
class _Pool(Generic[Result]):
    understand: Understand[Result]
    give_up: GiveUp[Result]
    files: Iterator[Task]
    seconds: float
    recognise: Recognise[Result]
    children: list[_Child[Result]] = field(default_factory=list)
    tasks: dict[int, Task] = field(default_factory=dict)
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
        while self.next_file - self.next_answer < AHEAD:
            task = next(self.files, None)
            if task is None:
                return None
            number, self.next_file = self.next_file, self.next_file + 1
            answer = self.recognise(*task)
            if answer is None:
                self.tasks[number] = task
                return number
            self.answers[number] = answer
        return None

    def hand_out(self, workers: int) -> None:
        """Gives every child files, as long as there are any; a child is started when there is one for it."""
        while len(self.children) < workers or any(len(child.tasks) < QUEUE for child in self.children):
            number = self.next_task()
            if number is None:
                return
            task = _pickled(self.tasks[number])
            child = self.free_for(task, workers)
            if child is None:
                self.waiting.append(number)
                return
            self.hand_to(child, number, task)

    def free_for(self, task: memoryview, workers: int) -> _Child[Result] | None:
        """The child that has least to do, or a new one; a heavy task waits for one that has nothing to do."""
        child = min(self.children, key=lambda one: len(one.tasks), default=None)
        if child is None or (child.tasks and len(self.children) < workers):
            return self.start()
        return child if len(child.tasks) < (QUEUE if len(task) <= LIGHT else 1) else None

    def hand_to(self, child: _Child[Result], number: int, task: memoryview) -> None:
        child.tasks.append(number)
        if len(child.tasks) == 1:
            child.deadline = time.monotonic() + self.seconds
        try:
            child.pipe.send_bytes(task)
        except (BrokenPipeError, OSError):
            self.lost(child, "crashed")

    def collect(self) -> None:
        """Waits for the first child to answer, die or run out of time, if any is reading."""
        busy = [child for child in self.children if child.tasks]
        if not busy:
            return
        from multiprocessing.connection import wait

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
        number = child.tasks.popleft()
        child.deadline = time.monotonic() + self.seconds  # of the next one
        _, shown = self.tasks.pop(number)
        self.answers[number] = self.give_up(shown, why) if why else answer

    def lost(self, child: _Child[Result], why: str, *, again: bool = True) -> None:
        """A child is gone: the file that it was reading is tried once more in a new one, or given up.

        Those that waited for it go to others, and nothing is held against them.
        """
        number = child.tasks.popleft()
        self.waiting += reversed(child.tasks)
        self.tries[number] = self.tries.get(number, 0) + 1
        if again and self.tries[number] < TRIES:
            self.waiting.append(number)
        else:
            _, shown = self.tasks.pop(number)
            self.answers[number] = self.give_up(shown, why)
        self.children.remove(child)
        child.end()

    def run(self, workers: int) -> Iterator[Result]:
        while True:
            self.hand_out(workers)
            if self.next_answer == self.next_file:
                return
            self.collect()
            while self.next_answer in self.answers:
                answer = self.answers.pop(self.next_answer)
                self.next_answer += 1
                yield answer


def in_children(
    understand: Understand[Result],
    files: Iterable[Task],
    give_up: GiveUp[Result],
    *,
    workers: int,
    seconds: float = SECONDS,
    recognise: Recognise[Result] = lambda place, shown: None,
) -> Iterator[Result]:
    """What `understand` makes of each file, in order; `give_up` answers for one that killed or hung its child.

    One that `recognise` answers for is given to no child.
    """
    pool = _Pool(understand, give_up, iter(files), seconds, recognise)
    try:
        yield from pool.run(max(1, workers))
    finally:
        for child in pool.children:
            child.end()


def _pickled(task: Task) -> memoryview:
    """As a pipe takes it. What has to do with processes is imported with the first file that needs one."""
    from multiprocessing.reduction import ForkingPickler

    return ForkingPickler.dumps(task)


def _context() -> BaseContext:
    """Forked where that is safe and cheap (Linux, one thread); spawned elsewhere."""
    import multiprocessing

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
