"""What is printed: in UTF-8 on every system, and nowhere once its reader has gone.

`tracker … | head` reads a few lines and goes. The command still has its work to do, such as writing marked copies,
and an exit status to give, which speaks of the data and not of who read on.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any


class Outlet(io.FileIO):
    """A pipe or a file. After a write that failed it leads nowhere, and a failure that is `forgiven` is not raised.

    Any other is raised once: what waits to be written would fail in the same way when the process ends.
    """

    def __init__(self, descriptor: int, forgiven: type[OSError]) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.forgiven = forgiven

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            self._lead_nowhere()
            if not isinstance(error, self.forgiven):
                raise
            return memoryview(data).nbytes

    def _lead_nowhere(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def prepare() -> None:
    """Both streams of this process as described above; one that was closed beforehand leads nowhere.

    A result that cannot be written is an error; a note that cannot is no reason to stop.
    """
    sys.stdout = _prepared(sys.stdout, BrokenPipeError)
    sys.stderr = _prepared(sys.stderr, OSError)


def _prepared(stream: Any, forgiven: type[OSError]) -> Any:
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if stream.isatty():
        stream.reconfigure(encoding="utf-8", errors="replace")
        return stream
    kept = {"line_buffering": stream.line_buffering, "write_through": stream.write_through}
    outlet = io.BufferedWriter(Outlet(stream.fileno(), forgiven))
    return io.TextIOWrapper(outlet, encoding="utf-8", errors="replace", **kept)
