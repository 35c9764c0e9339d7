"""Files read on the machines of a Dask cluster: bytes go out, what they say comes back in the order of the files.

The same function reads here and there, so the results are the same to the byte. A chunk whose worker dies is read
again elsewhere; one that no worker survives, or answers in time, is read here, each file in a child process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tracker.intake.content import Carried
from tracker.intake.workers import SECONDS, GiveUp, Task, Understand, in_children
from tracker.problems import EnvironmentFailedError, TrackerError

Result = TypeVar("Result")

CHUNK = 32  # files of one task: fewer pay for each message, more for each lost worker
CHUNK_BYTES = 4 << 20  # a chunk is sent before it is heavier
AHEAD = 3  # chunks under way for each thread of a worker, so that memory stays flat
PATIENCE = 15  # seconds to reach the scheduler


Carry = Callable[[Any, str], "Carried | Result"]
"""What to send of a file (place, name to show), or at once the answer of one that needs no reading."""


@dataclass(slots=True)
class _Chunk(Generic[Result]):
    """Files in their order: what goes out, and the answers that are known already, by number."""

    tasks: list[Task] = field(default_factory=list)
    known: dict[int, Result] = field(default_factory=dict)
    weight: int = 0
    future: Future[list[Result]] | None = None

    def __len__(self) -> int:
        return len(self.tasks) + len(self.known)

    @property
    def is_full(self) -> bool:
        return len(self) >= CHUNK or self.weight >= CHUNK_BYTES

    def add(self, carried: Carried | Result, shown: str) -> None:
        if isinstance(carried, Carried):
            self.tasks.append((carried, shown))
            self.weight += len(carried.data)
        else:
            self.known[len(self)] = carried

    def whole(self, answers: Iterable[Result]) -> Iterator[Result]:
        """Every answer of the chunk in the order of its files."""
        read = iter(answers)
        for number in range(len(self)):
            yield self.known[number] if number in self.known else next(read)


def on_cluster(
    understand: Understand[Result],
    files: Iterable[Task],
    give_up: GiveUp[Result],
    *,
    address: str,
    carry: Carry[Result],
) -> Iterator[Result]:
    """What `understand` makes of each file, in order, read by the workers of the scheduler at `address`.

    Raises EnvironmentFailedError: the extra is not installed (cluster_missing), nobody works at the address
    (cluster_gone), workers have another version of the tool, or another registry of units (cluster_differs).
    """
    client = _client(address)
    executor = client.get_executor(pure=False)
    try:
        most = _threads(client, address) * AHEAD
        yield from _in_order(executor, understand, _chunks(files, carry), give_up, most=most)
    except (OSError, CancelledError) as error:  # a scheduler that is gone takes its futures with it
        raise EnvironmentFailedError("cluster_gone", path=address) from error
    finally:
        executor.shutdown(wait=False)
        client.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise EnvironmentFailedError("cluster_missing", path=address) from error
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise EnvironmentFailedError("cluster_gone", path=address) from error


def _threads(client: Any, address: str) -> int:
    """Threads of all workers, each of which must have this version of the tool and this registry of units."""
    versions, own = client.run(_version), _version()
    if not versions:
        raise EnvironmentFailedError("cluster_gone", path=address)
    others = sorted(set(versions.values()) - {own})
    if others:
        raise EnvironmentFailedError("cluster_differs", path=address, found=", ".join(others), expected=own)
    return sum(client.nthreads().values())


def _version() -> str:
    """Runs on a worker, too: the tool and the registry in use, as "0.1.0/2f6e…"; "–" where either cannot be had."""
    try:
        from importlib.metadata import version

        from tracker.place import load

        return f"{version('pcmbn-tracker')}/{load().fingerprint()}"
    except (ImportError, TrackerError):
        return "–"


def _chunks(files: Iterable[Task], carry: Carry[Result]) -> Iterator[_Chunk[Result]]:
    chunk: _Chunk[Result] = _Chunk()
    for place, shown in files:
        chunk.add(carry(place, shown), shown)
        if chunk.is_full:
            yield chunk
            chunk = _Chunk()
    if len(chunk):
        yield chunk


def _in_order(
    executor: Executor,
    understand: Understand[Result],
    chunks: Iterable[_Chunk[Result]],
    give_up: GiveUp[Result],
    *,
    most: int,
) -> Iterator[Result]:
    """Keeps at most so many chunks under way, and hands on their answers in the order of the files."""
    waiting: deque[_Chunk[Result]] = deque()
    for chunk in chunks:
        if chunk.tasks:
            chunk.future = executor.submit(read_chunk, understand, chunk.tasks)
        waiting.append(chunk)
        if len(waiting) >= most:
            yield from _answers(waiting.popleft(), understand, give_up)
    while waiting:
        yield from _answers(waiting.popleft(), understand, give_up)


def _answers(chunk: _Chunk[Result], understand: Understand[Result], give_up: GiveUp[Result]) -> Iterator[Result]:
    if chunk.future is None:
        yield from chunk.whole(())
        return
    try:
        answers = chunk.future.result(timeout=SECONDS * len(chunk))
    except _lost_worker():
        # A file in it may be what kills workers, or hangs them: here it can only kill a child of ours.
        chunk.future.cancel()
        answers = list(in_children(understand, chunk.tasks, give_up, workers=1))
    yield from chunk.whole(answers)


def _lost_worker() -> tuple[type[BaseException], ...]:
    """What says that a chunk, not the cluster, is at fault."""
    from distributed.scheduler import KilledWorker

    return (KilledWorker, TimeoutError, MemoryError, RecursionError)


def read_chunk(understand: Understand[Result], tasks: Sequence[Task]) -> list[Result]:
    """What runs on a worker."""
    return [understand(carried, shown) for carried, shown in tasks]
