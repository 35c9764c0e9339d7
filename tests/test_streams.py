"""Where output goes when nobody takes it: a reader who has gone, a stream that was closed, a disk that is full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tracker.__main__ import STOPPED

SAMPLES = Path(__file__).parents[1] / "sample_data"
FAULTY = SAMPLES / "faulty" / "date_order.xlsx"
TRACKER = (sys.executable, "-m", "tracker")
FULL = Path("/dev/full")


def into_nobody(*words: str) -> tuple[int, str]:
    """Exit status and stderr of a command whose stdout is a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*TRACKER, *words], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    finally:
        os.close(writer)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("plans", "list"), 0),
        (("plans", "show", "ha-noi-2018-2020"), 0),
        (("units", "list"), 0),
        (("check", str(FAULTY)), 1),
        (("check", str(FAULTY), "--format", "json"), 1),
    ],
)
def test_the_exit_status_speaks_of_the_data_and_not_of_who_read_on(words: tuple[str, ...], status: int) -> None:
    """As under `set -o pipefail` with `| head`, whatever draws the output."""
    assert into_nobody(*words) == (status, "")


def test_a_reader_who_goes_does_not_keep_the_marked_copies_from_being_written(tmp_path: Path) -> None:
    """They are written after the output, which a clerk may have looked at with `| head`."""
    words = ("--db", str(tmp_path / "s.db"), "ingest", str(FAULTY), "--returned", str(tmp_path / "back"))
    status, err = into_nobody(*words)
    assert (status, err.count("\n")) == (1, 1), err
    assert [path.name for path in (tmp_path / "back").rglob(FAULTY.name)] == [FAULTY.name]


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(
    "words", [("--version",), ("--help",), ("plans", "list"), ("check", str(FAULTY), "--format", "json")]
)
def test_a_result_that_finds_no_room_is_told_once(words: tuple[str, ...]) -> None:
    """Also what is so short that only the end of the command writes it."""
    english = {**os.environ, "TRACKER_LANG": "en"}
    with FULL.open("w") as full:
        done = subprocess.run(
            [*TRACKER, *words], stdout=full, stderr=subprocess.PIPE, env=english, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (3, "The disk is full; please free some space and run again.\n")


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a stream cannot be closed for a command")
def test_streams_that_were_closed_stop_nothing() -> None:
    """As a scheduler may start it."""
    script = 'exec "$@" >&- 2>&-'
    done = subprocess.run(["sh", "-c", script, "sh", *TRACKER, "check", str(FAULTY)], check=False)
    assert done.returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="elsewhere no such signal is sent to one process")
def test_who_stops_a_command_is_told_that_nothing_is_lost() -> None:
    """Ctrl-C while it prints more than a pipe holds: it cannot have come to its end."""
    line = [*TRACKER, "--lang", "en", "units", "list"]
    hearing = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # what runs in the background may be deaf to it
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hearing) as process:
        assert process.stdout is not None
        assert process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == STOPPED
    assert err.decode().startswith("Stopped as you asked. What was stored stands")
