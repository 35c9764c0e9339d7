"""A PostgreSQL server of the tests' own, on loopback, and the places of stores that both engines are tried with.

Debian keeps the programs out of PATH. The server runs as another user where the tests run as root, sorts text the
Vietnamese way so that no report can lean on the order of a database, asks for a password, and is gone at the end.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

PROGRAMS = Path("/usr/lib/postgresql")
USER, PASSWORD = "tracker", "mật:khẩu@/?#1"
SECONDS = 60


def program(name: str) -> Path | None:
    """Where a program of PostgreSQL is, of the newest version that this machine has."""
    found = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3].split(".")[0]))
    on_path = shutil.which(name)
    return found[-1] if found else Path(on_path) if on_path else None


@dataclass
class Server:
    """A server with its data in a folder of its own; `stop` and `start` keep the data."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        return f"postgresql+psycopg://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """The URL of a new, empty database."""
        name = f"kho_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, statement: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def address(self, database: str) -> str:
        """The same for psycopg itself."""
        return self.url(database).replace("+psycopg", "")

    def make(self) -> None:
        words = self.folder / "password"
        words.write_text(PASSWORD, encoding="utf-8")
        if os.getuid() == 0:
            for path in (self.folder, words):
                shutil.chown(path, "postgres", "postgres")
        line = ["--pgdata", self.data, "--username", USER, "--pwfile", words, "--auth", "scram-sha-256"]
        text = ["--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "vi"]
        self._run("initdb", *line, *text, "--no-sync").wait(SECONDS)
        assert (self.data / "PG_VERSION").exists(), self.log.read_text(errors="replace")

    def start(self) -> None:
        """Starts on the port it had, or on a free one, and waits until it answers."""
        self.port = self.port or _free_port()
        quick = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "16MB"}
        here = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": ""}
        options = [word for name, value in {**quick, **here}.items() for word in ("-c", f"{name}={value}")]
        self.process = self._run("postgres", "-D", self.data, *options)
        until = time.monotonic() + SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text(errors="replace")
            assert time.monotonic() < until, self.log.read_text(errors="replace")
            time.sleep(0.02)

    def stop(self, *, how: signal.Signals = signal.SIGINT) -> None:
        """Ends it and every connection to it: SIGINT in good order, SIGQUIT as if the power had failed."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(SECONDS)
            self.process = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def _answers(self) -> bool:
        import psycopg

        with suppress(psycopg.OperationalError):
            psycopg.connect(self.address("postgres"), connect_timeout=5).close()
            return True
        return False

    def _run(self, name: str, *arguments: object) -> subprocess.Popen[bytes]:
        path = program(name)
        assert path is not None
        other = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        line = [str(path), *map(str, arguments)]
        with self.log.open("ab") as log:
            return subprocess.Popen(line, stdout=log, stderr=log, cwd=self.folder, env=_plain(), **other)  # type: ignore[call-overload,no-any-return]  # by name


def _plain() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def skip_without_postgresql() -> None:
    """Skips with the reason, or fails where TRACKER_CI promises the programs."""
    lacking = [name for name in ("initdb", "postgres") if program(name) is None] if os.name == "posix" else ["POSIX"]
    if lacking:
        reason = f"needs {', '.join(lacking)} of PostgreSQL, which this machine does not have"
        if os.environ.get("TRACKER_CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests of this process."""
    skip_without_postgresql()
    folder = Path(tempfile.mkdtemp(prefix="tracker-postgresql-"))
    one = Server(folder)
    try:
        one.make()
        one.start()
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be made, as `--db` wants it: each test runs once on each engine."""
    if request.param == "sqlite":
        return str(tmp_path / "s.db")
    one: Server = request.getfixturevalue("server")
    return one.fresh()


@pytest.fixture
def another_place(place: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A second one of the same engine."""
    if "://" not in place:
        return str(tmp_path / "other.db")
    one: Server = request.getfixturevalue("server")
    return one.fresh()
