"""Where a result goes: into a file, whole or not at all, or to stdout."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tracker.problems import EnvironmentFailedError, TrackerError

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def write_file(path: Path, content: str | bytes) -> None:
    """Writes beside the file and renames: a failing write leaves what stood there before, and nothing half done.

    Text is UTF-8 with line feeds. Raises EnvironmentFailedError for a full disk and a path that cannot be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    target = path.resolve()  # the file that a link leads to, not the link
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder")
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a device or a pipe has nothing to rename
        else:
            with whole(target) as file:
                file.write(data)
    except OSError as error:
        raise failed(error, path) from error


def failed(error: OSError, path: Path) -> EnvironmentFailedError:
    """A failing write, said as such: no room, or a place that cannot be written."""
    code = "no_room" if error.errno in _FULL else "cannot_write"
    return EnvironmentFailedError(code, path=str(path))


@contextmanager
def whole(target: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of `target` at the end; on any error nothing has changed."""
    unfinished = target.with_name(f".tracker-{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            unfinished.chmod(target.stat().st_mode & 0o777)
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def refuse_a_terminal() -> None:
    """Raises TrackerError where stdout is a terminal, which bytes would only upset."""
    if sys.stdout.isatty():
        raise TrackerError("needs_out")


def write_bytes(content: bytes) -> None:
    """Bytes to stdout, past its encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
