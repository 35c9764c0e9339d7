"""Files read on a Dask cluster on loopback: the same to the byte as read here, also when a worker is killed."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conftest import run
from returns_made import YES, Return, b01, communes, whole_year, write_book
from tracker.intake import cluster
from tracker.intake.cluster import on_cluster
from tracker.intake.workers import in_children
from tracker.returns import Packed
from tracker.understand import carry, given_up, pack

distributed = pytest.importorskip("distributed", reason="needs the extra cluster")

ENDED_BY_US = 60  # seconds that a start or an end may take at most on a busy machine


@dataclass
class Machines:
    """A scheduler and its workers, each a process of its own that we started."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self) -> None:
        command = [sys.executable, "-m", "distributed.cli.dask_worker", self.address, "--host", "127.0.0.1"]
        self.workers.append(subprocess.Popen([*command, "--nthreads", "1", "--no-dashboard"], **_SILENT))

    def wait_for_workers(self, count: int) -> None:
        with distributed.Client(self.address, timeout=ENDED_BY_US, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=ENDED_BY_US)


_SILENT: dict[str, Any] = {
    "env": {**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    "stdout": subprocess.DEVNULL,
    "stderr": subprocess.DEVNULL,
    "start_new_session": True,
}


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    """A scheduler with two workers, each watched by the nanny that restarts it."""
    port = _free_port()
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    scheduler = subprocess.Popen([*command, "--port", str(port), "--no-dashboard"], **_SILENT)
    started = Machines(f"tcp://127.0.0.1:{port}", scheduler)
    try:
        for _ in range(2):
            started.start_worker()
        started.wait_for_workers(2)
        yield started
    finally:
        for process in (*started.workers, scheduler):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(ENDED_BY_US)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More workbooks than one chunk holds, a file that is none, an empty one, and a link that leads nowhere."""
    folder = tmp_path_factory.mktemp("returns")
    period = whole_year(2018)
    for unit in communes("01", date(2018, 12, 31))[: cluster.CHUNK + 8]:
        write_book(folder / f"{unit}.xlsx", Return(unit, period, {"B01": b01(YES)}))
    (folder / "anh.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (folder / "rong.xlsx").touch()
    (folder / "dan.xlsx").symlink_to(folder / "khong-co.xlsx")
    return folder


def tasks(folder: Path) -> list[tuple[Path, str]]:
    return [(path, path.name) for path in sorted(folder.iterdir())]


def read_here(folder: Path) -> list[Packed]:
    return list(in_children(pack, tasks(folder), given_up, workers=1))


def test_a_cluster_says_of_every_file_what_this_machine_says(machines: Machines, folder: Path) -> None:
    """The order, the hashes, the records and the problems are the same, for good files and for bad ones."""
    read = on_cluster(pack, tasks(folder), given_up, address=machines.address, carry=carry)
    assert list(read) == read_here(folder)


def test_a_file_that_is_known_is_not_sent(machines: Machines, folder: Path) -> None:
    """Its hash is enough, and it keeps its place among the others."""
    here = read_here(folder)
    known = frozenset({here[3].sha256})
    sent = list(
        on_cluster(pack, tasks(folder), given_up, address=machines.address, carry=partial(carry, known=known))
    )
    assert [one.known for one in sent] == [number == 3 for number in range(len(here))]
    assert not sent[3].returns
    assert sent[4:] == here[4:]


def test_a_killed_worker_costs_a_retry_and_no_return(machines: Machines, folder: Path) -> None:
    """What it was reading is read by the other one."""
    with distributed.Client(machines.address, timeout=ENDED_BY_US, set_as_default=False) as client:
        victim = min(client.run(os.getpid).values())
    read = on_cluster(pack, tasks(folder), given_up, address=machines.address, carry=carry)
    first = next(read)
    os.kill(victim, signal.SIGKILL)
    assert [first, *read] == read_here(folder)
    machines.wait_for_workers(2)


def deadly(place: Any, shown: str) -> Packed:
    """A reader that one file kills, wherever it runs."""
    if shown.startswith("00"):
        return pack(place, shown)
    os._exit(9)


def test_a_file_that_kills_every_worker_is_given_up_alone(machines: Machines, folder: Path) -> None:
    """Its neighbours in the chunk are read; it is said to have ended its reader."""
    given = [*tasks(folder)[:3], (folder / "anh.xlsx", "anh.xlsx")]
    read = list(on_cluster(deadly, given, given_up, address=machines.address, carry=carry))
    assert [(one.path, one.status.value) for one in read] == [
        *((shown, "accepted") for _, shown in given[:3]),
        ("anh.xlsx", "unreadable"),
    ]
    machines.wait_for_workers(2)


# --- the command ------------------------------------------------------------------------------------------------


def test_a_store_filled_through_a_cluster_is_the_one_filled_here(
    machines: Machines, folder: Path, tmp_path: Path
) -> None:
    """The same report of the run, and the same rows in every table but the log."""
    told = {}
    for name, where in (("here", ()), ("there", ("--cluster", machines.address))):
        done = run(
            "--db", tmp_path / f"{name}.db", "ingest", folder, "--received", "2018-11-20", *where, "--format", "json"
        )
        assert done.status == 1, done.err
        told[name] = (done.json(), said(tmp_path / f"{name}.db"))
    assert told["there"] == told["here"]


def said(db: Path) -> list[tuple[Any, ...]]:
    query = """
        SELECT file.sha256, file.status, file.problems, filing.unit, filing.content, record.answers, record.origins
        FROM file LEFT JOIN filing ON filing.file_id = file.id LEFT JOIN record ON record.filing_id = filing.id
        ORDER BY file.id, filing.id, record.id
    """
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(query).fetchall()


def test_an_address_where_nobody_answers_is_said_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 3, and nothing is stored."""
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    address = f"tcp://127.0.0.1:{_free_port()}"
    done = run("--db", tmp_path / "store.db", "--lang", "en", "ingest", folder, "--cluster", address)
    assert done.status == 3
    assert "nobody answers" in done.err
    assert "Traceback" not in done.err
