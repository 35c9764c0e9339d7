"""Who did what, when, with which version: written with the first thing that a command writes, never without one."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from conftest import run
from returns_made import YES, documents, write_book
from stored import FULL, HERE, ON, REFUSED, THERE, asking, counts, hash_of
from tracker import __version__
from tracker.acts import Acting
from tracker.cli.session import system_user
from tracker.store import REPLACE, RESTORE, WITHDRAW, Store
from tracker.understand import pack
from tracker.versions import Fate

DAY = date(2018, 11, 20)


@contextmanager
def opened(place: str, by: str = "Lan", command: str = "withdraw") -> Iterator[Store]:
    kept = Store(place, Acting(by, command))
    try:
        yield kept
    finally:
        kept.close()


def book(folder: Path, name: str, unit: str = HERE, revision: int = 1, figures: object = FULL) -> Path:
    return write_book(folder / name, documents(unit, figures, 2018, revision=revision))  # type: ignore[arg-type]  # lines


# What an act says


def test_an_act_says_who_when_with_what_and_what_it_was_about(place: str, tmp_path: Path) -> None:
    """Of `ingest`: the number of files given; the arrivals name it."""
    start = datetime.now(UTC)
    paths = [book(tmp_path, "a.xlsx"), book(tmp_path, "b.xlsx", THERE, figures=YES)]
    assert run("--db", place, "--by", "Nguyễn Thị Lan", "ingest", *paths, *ON).status == 0
    with opened(place) as kept:
        (act,) = kept.acts()
        arrived = kept.arrivals()
    assert (act.made_by, act.command, act.tool, act.said) == ("Nguyễn Thị Lan", "ingest", __version__, {"files": 2})
    assert act.made_at.utcoffset() == timedelta()
    assert start <= act.made_at <= datetime.now(UTC)
    assert [(one.sha256, one.name, one.received_on, one.act_id) for one in arrived] == [
        (hash_of(path), path.as_posix(), DAY, act.id) for path in paths
    ]


def test_a_decision_names_its_act_and_its_reason(place: str, tmp_path: Path) -> None:
    """`--replace --reason`: who decided stands with the decision and with the act."""
    first, second = book(tmp_path, "a.xlsx"), book(tmp_path, "b.xlsx", figures=YES)
    run("--db", place, "--by", "Lan", "ingest", first, second, *ON)
    done = run("--db", place, "--by", "Hùng", "ingest", second, "--replace", "--reason", "Phường xác nhận", *ON)
    assert done.status == 0
    with opened(place) as kept:
        acts, (decision,) = kept.acts(), kept.decisions()
        counting = [one.sha256 for one in kept.filings() if one.counts]
    assert [(one.made_by, one.said) for one in acts] == [
        ("Lan", {"files": 2}),
        ("Hùng", {"files": 1, "reason": "Phường xác nhận"}),
    ]
    assert (decision.action, decision.reason, decision.made_by) == (REPLACE, "Phường xác nhận", "Hùng")
    assert decision.act_id == acts[1].id
    assert abs(decision.made_at - acts[1].made_at) < timedelta(seconds=5)
    assert counting == [hash_of(second)]


def test_the_name_comes_from_the_option_else_the_environment_else_the_system(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--by`, TRACKER_BY, the user of the computer."""
    run("--db", place, "ingest", book(tmp_path, "a.xlsx"), *ON)
    monkeypatch.setenv("TRACKER_BY", "Tổ thống kê")
    run("--db", place, "ingest", book(tmp_path, "b.xlsx", revision=2), *ON)
    run("--db", place, "--by", "Lan", "ingest", book(tmp_path, "c.xlsx", revision=3), *ON)
    with opened(place) as kept:
        assert [one.made_by for one in kept.acts()] == [getpass.getuser(), "Tổ thống kê", "Lan"]


def test_a_user_whom_the_system_has_no_name_for_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs under a bare user id."""

    def nobody() -> str:
        raise KeyError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert system_user().isdigit() or system_user() == "?"


# No act without a deed, no deed without an act


@pytest.mark.parametrize(
    "command",
    [
        lambda path: ("ingest", path, *ON),
        lambda path: ("check", path),
        lambda _: ("report", "--year", 2018),
        lambda _: ("status", "--year", 2018),
        lambda path: ("backup", path.with_suffix(".copy")),
    ],
    ids=["ingest again", "check", "report", "status", "backup"],
)
def test_a_command_that_writes_nothing_leaves_no_act(
    place: str, tmp_path: Path, command: Callable[[Path], tuple[object, ...]]
) -> None:
    """The audit tells of changes."""
    path = book(tmp_path, "a.xlsx")
    run("--db", place, "ingest", path, *ON)
    assert run("--db", place, *command(path)).status == 0
    assert counts(place)["act"] == 1


def test_the_act_of_a_file_that_failed_is_gone_with_it(place: str, tmp_path: Path) -> None:
    """What the same run stores next has an act that exists."""
    bad = pack(book(tmp_path, "a.xlsx"), "a.xlsx")
    good = pack(book(tmp_path, "b.xlsx", THERE), "b.xlsx")
    bad.filings[0].row["form"] = None  # what the table refuses
    with opened(place) as kept:
        with pytest.raises(REFUSED):
            kept.save(bad, DAY)
        assert counts(place)["act"] == 0
        assert kept.save(good, DAY)
        ((act,), (arrival,)) = kept.acts(), kept.arrivals()
    assert arrival.act_id == act.id


def test_one_command_has_one_act(place: str, tmp_path: Path) -> None:
    """However many files and decisions."""
    with opened(place) as kept:
        for number, unit in enumerate((HERE, THERE)):
            kept.save(pack(book(tmp_path, f"{number}.xlsx", unit), f"{number}.xlsx"), DAY)
        kept.decide([1, 2], WITHDRAW, "Gửi nhầm")
        (act,) = kept.acts()
        assert {one.act_id for one in kept.arrivals()} == {one.act_id for one in kept.decisions()} == {act.id}


# Withdrawn and back


def test_a_filing_is_withdrawn_as_long_as_that_is_the_last_word(place: str, tmp_path: Path) -> None:
    """Withdrawn, restored, withdrawn again: the earlier version counts meanwhile; each word stays on the record."""
    with opened(place) as kept:
        for revision in (1, 2):
            path = book(tmp_path, f"{revision}.xlsx", revision=revision, figures={**FULL, "0201": 9000 + revision})
            kept.save(pack(path, path.name), DAY)
        first, second = kept.filings()
        assert (first.fate, second.fate) == (Fate.SUPERSEDED, Fate.COUNTS)
        expected = {WITHDRAW: (Fate.COUNTS, Fate.WITHDRAWN), RESTORE: (Fate.SUPERSEDED, Fate.COUNTS)}
        words = (WITHDRAW, RESTORE, WITHDRAW, WITHDRAW, RESTORE)
        for action in words:
            kept.decide([second.id], action, "Xã đề nghị")
            first, second = kept.filings()
            assert (first.fate, second.fate) == expected[action]
            assert (first.withdrawn, second.withdrawn) == (False, action == WITHDRAW)
        assert [one.action for one in kept.decisions()] == list(words)


def test_a_restored_version_has_the_decision_that_it_had(place: str, tmp_path: Path) -> None:
    """It was decided that it counts against another content; undoing its withdrawal brings that back."""
    with opened(place) as kept:
        for name, figures in (("a.xlsx", FULL), ("b.xlsx", YES)):
            kept.save(pack(book(tmp_path, name, figures=figures), name), DAY)
        chosen = kept.filings()[0].id
        kept.decide([chosen], REPLACE, "Phường xác nhận")
        kept.decide([chosen], WITHDRAW, "Nhầm")
        assert {one.id: one.fate for one in kept.filings()}[chosen] is Fate.WITHDRAWN
        kept.decide([chosen], RESTORE, "Không nhầm")
        assert {one.id: one.fate for one in kept.filings()}[chosen] is Fate.COUNTS


def test_nothing_to_decide_is_no_decision(place: str) -> None:
    """No filing, no row, no act."""
    with opened(place) as kept:
        kept.decide([], WITHDRAW, "Không có gì")
    assert counts(place)["decision"] == counts(place)["act"] == 0


def test_a_decision_about_a_filing_that_is_not_there_is_refused(place: str) -> None:
    """Both engines hold to their references."""
    with opened(place) as kept, pytest.raises(REFUSED):
        kept.decide([77], WITHDRAW, "Không có")
    with asking(place) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM act").scalar() == 0
