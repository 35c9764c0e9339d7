"""`tracker` that is killed (SIGKILL, by itself) at the n-th moment it has to do with its database.

Moments are: before and after each statement, begin and commit among them. Files are stored three at a time, so that a
small folder has moments inside and between batches. Run as a program, its first argument is n, the rest is the
command line. With n = 0 nothing is killed, and how many moments there were is said last on stderr.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import AbstractContextManager
from itertools import count

from listening import listening
from tracker.__main__ import main
from tracker.cli import ingest


def killing(number: int) -> AbstractContextManager[None]:
    """Counts the moments of this process meanwhile, up to the one that is the last."""
    moments = count(1)

    def pass_by(*_: object) -> None:
        KILLED_AT[0] = next(moments)
        if KILLED_AT[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return listening(before=pass_by, after=pass_by)


KILLED_AT = [0]

if __name__ == "__main__":
    ingest.FILES_AT_ONCE = 3
    with killing(int(sys.argv[1])):
        status = main(sys.argv[2:])
    sys.stderr.write(f"{KILLED_AT[0]}\n")
    sys.exit(status)
