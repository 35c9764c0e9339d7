"""`tracker` that is killed (SIGKILL, by itself) at the n-th moment it has to do with its database.

Moments are: each begin, before and after each statement, each commit. Files are stored three at a time, so that a
small folder has moments inside and between batches. Run as a program, its first argument is n, the rest is the
command line. With n = 0 nothing is killed, and how many moments there were is said last on stderr.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

from sqlalchemy import Engine, event

from tracker.__main__ import main
from tracker.cli import ingest


def kill_at(number: int) -> None:
    """Counts moments of every engine of this process from now on, up to the one that is the last."""
    moments = count(1)

    def pass_by(*_: object) -> None:
        KILLED_AT[0] = next(moments)
        if KILLED_AT[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(Engine, name, pass_by)
    for name in ("begin", "commit"):
        event.listen(Engine, name, pass_by)


KILLED_AT = [0]

if __name__ == "__main__":
    ingest.FILES_AT_ONCE = 3
    kill_at(int(sys.argv[1]))
    status = main(sys.argv[2:])
    sys.stderr.write(f"{KILLED_AT[0]}\n")
    sys.exit(status)
