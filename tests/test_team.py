"""A team on one store: several processes ingest and report at once, and each report sees one state of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import HA_NOI, run
from listening import listening
from returns_made import YES, documents, write_book
from stored import FULL, HERE, ON, THERE, counts, many, of_all_kinds, report, said, settled, started, tracking
from tracker.store import Store

COMMAND = ("report", "--year", "2018", "--plan", HA_NOI, "--format", "json")


def test_a_team_loses_and_doubles_nothing(place: str, another_place: str, tmp_path: Path) -> None:
    """Four analysts, two with the same folder, two with folders that overlap; reports run meanwhile."""
    first, second, third = (
        many(tmp_path / "first", 10),
        many(tmp_path / "second", 10, after=5),
        tmp_path / "third",
    )
    of_all_kinds(third)
    run("--db", place, "ingest", write_book(tmp_path / "a.xlsx", documents("00277", YES, 2018)), *ON)
    folders = (first, first, second, third)
    team = [started(place, folder, by=f"{number}") for number, folder in enumerate(folders)]
    reports = []
    while any(one.poll() is None for one in team):
        with tracking("--db", place, *COMMAND) as one:
            reports.append((*one.communicate(timeout=120), one.returncode))
    ends = [(one.communicate(timeout=120), one.returncode) for one in team]
    assert all(status in {0, 1} for _, status in ends), ends
    run("--db", another_place, "ingest", tmp_path / "a.xlsx", *ON)
    for folder in (first, second, third):
        run("--db", another_place, "ingest", folder, *ON)
    assert settled(place) == settled(another_place)
    assert report(place) == report(another_place)
    alone = counts(another_place)
    assert {**counts(place), "act": 0, "arrival": 0} == {**alone, "act": 0, "arrival": 0}
    assert set(said(another_place)[0]) == set(said(place)[0])
    assert reports
    assert {status for *_, status in reports} == {0}, [err for _, err, status in reports if status]
    heard = [json.loads(out)["plans"][0]["targets"][0]["missing"] for out, *_ in reports]
    assert heard == sorted(heard, reverse=True)  # later reports know of more returns, never of fewer


# One state from start to end


@contextmanager
def after_the_first(word: str, then: Callable[[], Any]) -> Iterator[list[int]]:
    """Does something as soon as a statement with this word has been answered, once; says how often it was sent."""
    seen: list[int] = []

    def listen(statement: str) -> None:
        if word in statement:
            seen.append(1)
            if len(seen) == 1:
                then()

    with listening(after=listen):
        yield seen


@pytest.fixture
def waiting(place: str, tmp_path: Path) -> Callable[[], None]:
    """A store with one return, and what a colleague takes in when called: another process, another return."""
    run("--db", place, "ingest", write_book(tmp_path / "a.xlsx", documents(HERE, FULL, 2018)), *ON)
    more = write_book(tmp_path / "b.xlsx", documents(THERE, YES, 2018))

    def ingest() -> None:
        with started(place, more) as process:
            out, err = process.communicate(timeout=120)
        assert process.returncode == 0, (out, err)

    return ingest


@pytest.mark.parametrize(
    "command",
    [COMMAND, ("status", "--year", "2018", "--plan", HA_NOI, "--format", "json")],
    ids=["report", "status"],
)
def test_what_comes_in_while_a_report_reads_shows_in_the_next_one(
    place: str, waiting: Callable[[], None], command: tuple[str, ...]
) -> None:
    """A colleague's return lands between two reads: this report is of the state before, whole."""
    before = run("--db", place, *command)
    with after_the_first("FROM filing", waiting) as seen:
        during = run("--db", place, *command)
    assert seen
    assert counts(place)["file"] == 2
    assert during == before
    assert run("--db", place, *command) != before


def test_all_reads_of_a_snapshot_are_of_one_state(place: str, waiting: Callable[[], None]) -> None:
    """Files, what counts, records, decisions, acts: none of them moves until the snapshot is left."""
    kept = Store(place)

    def seen() -> tuple[object, ...]:
        versions = kept.filings()
        numbers = [one.id for one in versions]
        return (versions, list(kept.records(numbers)), kept.names(), kept.hashes(), kept.acts(), kept.decisions())

    with kept.snapshot():
        before = seen()
        waiting()
        with kept.snapshot():  # one inside another is the same
            assert seen() == before
        assert seen() == before
    after = seen()
    kept.close()
    assert [len(part) for part in after] == [2, 2, 2, 2, 2, 0]  # type: ignore[arg-type]  # all have a length


def test_a_snapshot_is_for_reading(place: str) -> None:
    """What is written inside would not be seen inside: that is a mistake of ours."""
    kept = Store(place)
    with kept.snapshot(), pytest.raises(AssertionError, match="for reading"):
        kept.decide([1], "withdraw", "Không")
    kept.close()


def test_two_analysts_decide_at_once_and_both_words_stand(place: str, tmp_path: Path) -> None:
    """Each for their own file of one conflict: both are on the record, and the later one counts."""
    first, second = (
        write_book(tmp_path / f"{number}.xlsx", documents(THERE, {**YES, "0201": number}, 2018)) for number in (7, 8)
    )
    run("--db", place, "ingest", first, second, *ON)
    both = [
        tracking("--db", place, "--by", name, "ingest", path, *ON, "--replace", "--reason", f"{name} xác nhận")
        for path, name in ((first, "Lan"), (second, "Hùng"))
    ]
    ends = [(one.communicate(timeout=120), one.returncode) for one in both]
    assert {status for _, status in ends} <= {0, 1}, ends
    kept = Store(place)
    decisions = kept.decisions()
    counting = [one.id for one in kept.filings() if one.counts]
    kept.close()
    assert {one.made_by for one in decisions} <= {"Lan", "Hùng"}
    assert decisions
    assert counting == [decisions[-1].filing_id]
