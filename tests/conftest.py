"""The command line run in this process, fresh stores, and the marker of tests that need another program."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from returns_made import PLAIN, Look, Return, Row, write_book, write_csv
from servers import another_place, place, server  # noqa: F401  # fixtures

HA_NOI = "ha-noi-2018-2020"
BAC_GIANG = "bac-giang-2024"

Figures = dict[str, Any]
"""Of a target, a part, a reading or a district: the report's keys and values."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`needs(program)`: skipped where the program is absent, failed there when TRACKER_CI promises it."""
    for mark in item.iter_markers("needs"):
        for program in mark.args:
            if shutil.which(program) is None:
                reason = f"needs {program}, which this machine does not have"
                if os.environ.get("TRACKER_CI"):
                    pytest.fail(reason, pytrace=False)
                pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """The store and the language of whoever runs the tests do not reach them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TRACKER_BY", "TRACKER_DB", "TRACKER_LANG", "TRACKER_REGISTRY"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def _no_language_from_the_test_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has chosen a language yet, whatever an earlier test spoke."""
    monkeypatch.setattr("tracker.messages._chosen", "")


@dataclass(frozen=True)
class Run:
    """How one command ended and what it printed."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise AssertionError(
                f"stdout is not JSON ({error}); status {self.status}\n{self.out}\n{self.err}"
            ) from error

    def codes(self) -> set[str]:
        """Codes of the problems that `ingest` or `check --format json` found."""
        return {problem["code"] for file in self.json()["files"] for problem in file["problems"]}


def run(*arguments: object) -> Run:
    """`tracker` with these arguments, in this process; not caught: what the command line lets through."""
    from tracker.__main__ import main

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(argument) for argument in arguments])
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return Run(status, *texts)


@dataclass(frozen=True)
class Plan:
    """One plan of a report, asked by name."""

    content: Figures

    def target(self, name: str) -> Figures:
        return _named(self.content["targets"], "id", name)

    def part(self, target: str, name: str) -> Figures:
        return _named(self.target(target)["parts"], "id", name)

    def reading(self, figures: Figures, name: str) -> Figures:
        return _named(figures["readings"], "id", name)

    def district(self, figures: Figures, code: str) -> Figures:
        return _named(figures["districts"], "code", code)

    def duties(self, target: str) -> dict[tuple[str, str], str]:
        """The verdict of each duty row by duty and unit."""
        rows = self.target(target)["duties"]
        found = {(row["id"], row["unit"]): row["verdict"] for row in rows}
        assert len(found) == len(rows)
        return found

    def submission(self, form: str) -> Figures:
        return _named(self.content["submission"], "form", form)


def _named(rows: Sequence[Figures], key: str, name: str) -> Figures:
    found = [row for row in rows if row.get(key) == name]
    assert len(found) == 1, f"{len(found)} rows with {key} {name} among {[row.get(key) for row in rows]}"
    return found[0]


@dataclass(frozen=True)
class Store:
    """A store in a folder of its own, and the returns sent to it."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def db(self) -> Path:
        return self.folder / "store.db"

    def path(self, suffix: str) -> Path:
        """Where the next file goes."""
        return self.folder / f"return-{next(self.numbers):03}{suffix}"

    def ingest(self, *paths: Path, received: str = "") -> Run:
        """`tracker ingest` of files or folders: all good, or something in them is not."""
        dated = ("--received", received) if received else ()
        done = run("--db", self.db, "ingest", *paths, "--format", "json", *dated)
        # a command that never looked at the file would otherwise pass for a unit that stayed silent
        assert done.status in {0, 1}, done.err
        return done

    def send(self, form: str, returns: Iterable[Return], received: str = "") -> Run:
        """One CSV of one form."""
        return self.ingest(write_csv(self.path(".csv"), form, returns), received=received)

    def send_book(
        self, one: Return, look: Look = PLAIN, extra: Mapping[str, Sequence[Row]] | None = None, received: str = ""
    ) -> Run:
        """One workbook."""
        return self.ingest(write_book(self.path(".xlsx"), one, look, extra), received=received)

    def report(self, year: int, *options: str, plan: str = HA_NOI) -> Plan:
        done = run("--db", self.db, "report", "--year", year, "--plan", plan, "--format", "json", *options)
        plans = done.json()["plans"]
        assert done.status == 0, done.err
        assert [one["id"] for one in plans] == [plan]
        return Plan(plans[0])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path)


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Store]:
    """Empty stores for the fixtures that a whole module reads."""
    return lambda: Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def tracker() -> Callable[..., Run]:
    """The command line: `tracker("check", path, "--format", "json")` gives status, out, err and json()."""
    return run


def answer_of(figures: Figures, asked: int = 1) -> str:
    """What the one asked unit of a district says, all others being silent: yes, no or missing."""
    silent = figures["denominator"] - asked
    seen = (figures["numerator"], figures["missing"] - silent)
    return {(1, 0): "yes", (0, 0): "no", (0, 1): "missing"}.get(seen, f"numerator, missing {seen}")


@pytest.fixture(scope="session")
def sample_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample returns of every plan in one store, for tests that only read it."""
    db = tmp_path_factory.mktemp("samples") / "store.db"
    samples = Path(__file__).parents[1] / "sample_data"
    done = run("--db", db, "ingest", *sorted(samples.glob("*/returns")), "--format", "json")
    assert done.status == 0, done.err
    return db
