"""`tracker demo`: a store and samples in a new folder, every step with the command that does it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tracker.plans import shipped

if TYPE_CHECKING:
    from conftest import Run

Tracker = Callable[..., "Run"]


class Shown(NamedTuple):
    folder: Path
    run: Run


@pytest.fixture(scope="module")
def shown(tracker: Tracker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The demonstration, run once in an empty folder."""
    folder = tmp_path_factory.mktemp("trial")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield Shown(folder / "tracker-demo", tracker("demo"))


def typed(run: Run) -> list[list[str]]:
    """The commands that it says it ran, and the one that it proposes, as words."""
    lines = (line for line in run.err.splitlines() if line.startswith("$ tracker "))
    return [shlex.split(line.removeprefix("$ tracker ")) for line in lines]


def test_it_makes_a_store_and_a_copy_of_the_samples(shown: Shown) -> None:
    """Returns, received.csv, faulty files and the README that explains them; no script of the generator."""
    assert shown.run.status == 0
    assert (shown.folder / "tracker.db").is_file()
    samples = shown.folder / "sample_data"
    assert {path.name for path in samples.iterdir()} >= {"README.md", "faulty"}
    assert len(list(samples.glob("*/returns/*.xlsx"))) > 50
    assert list(samples.glob("*/returns/received.csv")) != []
    assert list(samples.rglob("*.py")) == []


def test_it_shows_status_and_report_of_every_year_of_the_samples(shown: Shown) -> None:
    """One ingest, then both commands for each year, then a proposal."""
    names = [next(word for word in words if word.isalpha()) for words in typed(shown.run)]
    years = (len(names) - 2) // 2
    assert names == ["ingest", *["status", "report"] * years, "check"]
    assert years >= 2


def test_a_command_that_it_shows_does_the_same_when_typed(
    shown: Shown, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it teaches is true: the report comes out alike, down to the last line."""
    monkeypatch.chdir(shown.folder.parent)
    reports = [words for words in typed(shown.run) if "report" in words]
    assert len(reports) >= len(shipped())
    for words in reports:
        again = tracker(*words)
        assert again.status == 0
        assert again.out in shown.run.out


def test_the_results_go_to_stdout_and_the_teaching_to_stderr(shown: Shown) -> None:
    """So that the output can be piped as that of any command."""
    assert "$ tracker" not in shown.run.out
    assert "570/579" in shown.run.out
    assert "570/579" not in shown.run.err


def test_in_english_the_commands_it_shows_are_english_too(tracker: Tracker, tmp_path: Path) -> None:
    """A reader who asked for English is not handed a Vietnamese command."""
    done = tracker("--lang", "en", "demo", tmp_path / "trial run")
    assert done.status == 0
    assert all(words[:2] == ["--lang", "en"] for words in typed(done))
    assert "insufficient data" in done.out
    assert str(tmp_path / "trial run" / "tracker.db") in typed(done)[0]


def test_a_second_run_is_refused_and_told_how_to_go_on(
    shown: Shown, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody's store is filled with invented figures; the folder that it proposes is free."""
    monkeypatch.chdir(shown.folder.parent)
    before = (shown.folder / "tracker.db").read_bytes()
    done = tracker("demo")
    assert (done.status, done.out) == (2, "")
    assert "tracker demo tracker-demo-2" in done.err
    assert (shown.folder / "tracker.db").read_bytes() == before


def test_a_file_in_the_way_is_wrong_use(tracker: Tracker, tmp_path: Path) -> None:
    """It stays as it is."""
    (tmp_path / "notes").write_text("mine", encoding="utf-8")
    assert tracker("demo", tmp_path / "notes").status == 2
    assert (tmp_path / "notes").read_text(encoding="utf-8") == "mine"
