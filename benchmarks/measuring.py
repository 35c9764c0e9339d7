"""Programs run and measured: processor time, time on the clock, memory of the largest process.

The processor time is that of a program and of all the processes that it started and waited for, as the system counts
it. This module imports little, and so must whatever imports it: what a program's memory is measured against begins
with the memory of the process that starts it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor, seconds on the clock, MiB of the largest process."""

    cpu: float
    wall: float
    peak: float


def mean(one: Cost, other: Cost) -> Cost:
    """Between two costs; the memory of the larger."""
    return Cost((one.cpu + other.cpu) / 2, (one.wall + other.wall) / 2, max(one.peak, other.peak))


def measure(
    command: Sequence[str | Path], out: Path, *, one_core: bool = False, settings: Mapping[str, str] | None = None
) -> Cost:
    """Runs a program to its end, with some `settings` in its environment; its output goes to a file.

    Statuses 0 and 1 are good: 1 is what the tool says when it found faults.
    """
    with out.open("wb") as stdout, _one_core() if one_core else _any_core():
        start = time.perf_counter()
        own = _environment() | dict(settings or {})
        process = subprocess.Popen(list(map(str, command)), stdout=stdout, stderr=subprocess.PIPE, env=own)
        assert process.stderr is not None
        told = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(map(str, command))}: status {process.returncode}\n{told.decode()}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2))


def _environment() -> dict[str, str]:
    """Nobody's own settings reach the tool."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}


@contextmanager
def _any_core() -> Iterator[None]:
    yield


@contextmanager
def _one_core() -> Iterator[None]:
    """What starts meanwhile stays on one core, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def machine() -> str:
    """Processor, cores that may be used, system, Python."""
    import platform

    names = [line for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    name = names[0].partition(":")[2].strip() if names else platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
