"""The command `tracker`: its options, its commands, and the one place where errors become an exit status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker import __version__
from tracker.cli import streams

if TYPE_CHECKING:
    import typer

STOPPED = 130
"""Exit status of a command that was interrupted, as shells have it."""

OBJECTS = 100_000
"""New objects between two searches for garbage: nearly all that a command makes lives until its end."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line and returns its exit status; nobody sees a traceback unless they ask with --debug."""
    gc.set_threshold(OBJECTS)
    try:
        if argv is None:
            streams.prepare()
        return _main(list(sys.argv[1:] if argv is None else argv))
    finally:
        if argv is None:
            gc.freeze()  # what is left goes with the process: to search it for garbage takes a tenth of a second


def _main(words: list[str]) -> int:
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none has a say here; to look for them takes time
    from tracker.messages import speaking
    from tracker.problems import TrackerError

    if "--debug" in words:
        os.environ["TRACKER_DEBUG"] = "1"
    try:
        with speaking(_language(words)):
            return _guarded(words)
    except TrackerError as error:
        return _refuse(error, words)


def _guarded(words: list[str]) -> int:
    """One command; whatever goes wrong becomes a sentence and an exit status."""
    from tracker.problems import TrackerError

    try:
        return _run(words)
    except TrackerError as error:
        return _refuse(error, words)
    except KeyboardInterrupt:
        return _stopped()
    except OSError as error:
        return _refuse(_environment(error), words)
    except Exception as error:  # noqa: BLE001  # the last line of defence: a bug must not show a clerk a traceback
        return _own_fault(error, words)


def _stopped() -> int:
    from tracker.messages import say

    sys.stderr.write(say("error.stopped") + "\n")
    return STOPPED


def _run(words: list[str]) -> int:
    status = _status(words)
    sys.stdout.flush()  # while a full disk can still be told
    return status


def _status(words: list[str]) -> int:
    if words == ["--version"]:
        sys.stdout.write(f"tracker {__version__}\n")
        return 0
    try:
        _app()(args=words, prog_name="tracker")
    except SystemExit as leaving:
        if leaving.code == STOPPED:  # what the library makes of a KeyboardInterrupt
            raise KeyboardInterrupt from leaving
        return leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    return 0


def _app() -> typer.Typer:
    """The command line; built after the language is known, since help speaks it."""
    import typer

    from tracker.cli.commands import PLAIN, Commands
    from tracker.cli.session import before
    from tracker.messages import say

    app = typer.Typer(name="tracker", cls=Commands, help=say("cli.help"), no_args_is_help=True, **PLAIN)
    app.callback()(before)
    return app


def _language(words: Sequence[str]) -> str:
    """The language asked for before anything is said: --lang, else TRACKER_LANG, else Vietnamese."""
    for number, word in enumerate(words):
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang" and number + 1 < len(words):
            return words[number + 1]
    return os.environ.get("TRACKER_LANG") or "vi"


def _refuse(error: Exception, words: Sequence[str]) -> int:
    from tracker.messages import say
    from tracker.problems import TrackerError

    if "--debug" in words or not isinstance(error, TrackerError):
        raise error
    sys.stderr.write(say(f"error.{error.code}", **error.facts) + "\n")
    return error.exit_status


def _environment(error: OSError) -> Exception:
    """A failing machine, said as such: full disk, a file held open by Excel, what may not be read or written."""
    import errno

    from tracker.problems import EnvironmentFailedError

    path = str(error.filename or "stdout")  # what is open under no name
    if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
        return EnvironmentFailedError("disk_full", path=path)
    return EnvironmentFailedError("cannot_open", path=path)


def _own_fault(error: Exception, words: Sequence[str]) -> int:
    from tracker.messages import say

    if "--debug" in words:
        raise error
    sys.stderr.write(say("error.own_fault", kind=type(error).__name__) + "\n")
    return 3


if __name__ == "__main__":
    sys.exit(main())
