"""Files that are stored together: the same as one after the other, each whole or not there at all."""

from __future__ import annotations

import json
import multiprocessing
import random
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from conftest import run
from returns_made import YES, Period, Return, activity, documents, model, month, of_province, whole_year, write_book
from returns_made import place as listed
from stored import FULL, ON, REFUSED, THERE, asking, counts, hash_of, many, of_all_kinds, said, started
from tracker.cli import ingest, outcomes
from tracker.cli.outcomes import _highest_revisions, _return_of, period_of
from tracker.crosschecks import Cross, bearing_on
from tracker.intake.arrivals import Arrival
from tracker.place import load
from tracker.plans import schedules
from tracker.problems import EnvironmentFailedError
from tracker.returns import Packed
from tracker.store import Store
from tracker.understand import pack
from tracker.unstored import Unstored
from tracker.versions import Version

DAY = date(2018, 11, 20)
Files = list[tuple[Packed, date]]


def files_of(folder: Path) -> Files:
    return [(pack(path, path.name), DAY) for path in sorted(folder.iterdir())]


def test_files_stored_together_are_as_stored_one_by_one(place: str, another_place: str, tmp_path: Path) -> None:
    """Conflicts, copies, refused and quarantined files: the same rows, and in the order given."""
    of_all_kinds(folder := tmp_path / "sent")
    files = files_of(folder)
    together, singly = Store(place), Store(another_place)
    assert together.save_many(files) == [one.sha256 for one, _ in files]
    assert all(singly.save(one, day) for one, day in files)
    assert [one.name for one in together.arrivals()] == [one.path for one, _ in files]
    assert together.filings() == singly.filings()
    numbers = [one.id for one in together.filings()]
    assert list(together.records(numbers, origins=True)) == list(singly.records(numbers, origins=True))
    together.close()
    singly.close()
    assert said(place) == said(another_place)


def test_one_content_under_two_names_of_a_batch_is_one_file(place: str, tmp_path: Path) -> None:
    """Both names are on the record; the rows are there once."""
    files = files_of(many(tmp_path / "sent", 2))
    again = (pack(tmp_path / "sent" / "000.csv", "lai.csv"), DAY)
    kept = Store(place)
    assert len(kept.save_many([*files, again, again])) == 2
    assert kept.save_many([again, files[0]]) == []
    assert [one.name for one in kept.arrivals()] == ["000.csv", "001.csv", "lai.csv"]
    kept.close()
    assert counts(place)["filing"] == 2


def test_what_a_colleague_has_stored_meanwhile_is_seen_under_the_lock(place: str, tmp_path: Path) -> None:
    """Two files of five are there already: only the day on which we received them is new."""
    files = files_of(many(tmp_path / "sent", 5))
    first, second = Store(place), Store(place)
    second.hashes()
    first.save_many(files[1:3])
    new = second.save_many([(one, date(2018, 11, 21)) for one, _ in files])
    assert new == [one.sha256 for number, (one, _) in enumerate(files) if number not in (1, 2)]
    first.close()
    second.close()
    assert (counts(place)["file"], counts(place)["arrival"], counts(place)["record"]) == (5, 7, 5)


def test_a_batch_that_fails_leaves_nothing_of_itself(place: str, tmp_path: Path) -> None:
    """The batch before it stays whole, and the next one can be stored."""
    files = files_of(many(tmp_path / "sent", 6))
    kept = Store(place)
    kept.save_many(files[:2])
    before = said(place)
    row = files[3][0].filings[0].row
    form, row["form"] = row["form"], None  # what the table refuses
    with pytest.raises(REFUSED):
        kept.save_many(files[2:])
    assert said(place) == before
    row["form"] = form
    assert len(kept.save_many(files)) == 4
    kept.close()


def test_a_disk_that_fills_up_leaves_whole_files(tmp_path: Path) -> None:
    """Said in plain words; every file of the batches before is there with all its rows, none of the last."""
    db = tmp_path / "s.db"
    files = files_of(many(tmp_path / "sent", 40))
    kept = Store(str(db))
    kept.save_many(files[:4])

    (free,) = kept.engine._idle  # the connection that comes next
    (pages,) = free.driver.execute("PRAGMA page_count").fetchone()
    free.driver.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(EnvironmentFailedError) as failed:
        kept.save_many(files[4:])
    assert failed.value.code == "disk_full"
    kept.close()
    assert {name: number for name, number in counts(db).items() if name in ("file", "filing", "record")} == {
        "file": 4,
        "filing": 4,
        "record": 4,
    }


def _store_in_batches(url: str, paths: list[str], go: Any) -> None:
    files = [(pack(Path(path), path), DAY) for path in paths]
    go.wait()
    store = Store(url)
    for start in range(0, len(files), 5):
        store.save_many(files[start : start + 5])
    store.close()


def test_batches_that_overlap_at_the_same_moment_lose_and_double_nothing(place: str, tmp_path: Path) -> None:
    """Two processes, most files in common and in other batches, let go at once."""
    paths = [path.as_posix() for path in sorted(many(tmp_path / "sent", 16).iterdir())]
    context = multiprocessing.get_context("spawn")
    go = context.Barrier(2)
    orders = (paths[:13], paths[:2:-1])
    writers = [context.Process(target=_store_in_batches, args=(place, one, go)) for one in orders]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0, 0]
    found = counts(place)
    assert {name: found[name] for name in ("file", "arrival", "filing", "record")} == dict.fromkeys(
        ("file", "arrival", "filing", "record"), 16
    )


# Taking in


def test_more_files_than_a_batch_holds_come_in_the_order_given(place: str, tmp_path: Path) -> None:
    """Several batches and the rest; one of them has the same content as a file of an earlier batch."""
    folder = many(tmp_path / "sent", ingest.FILES_AT_ONCE + 9)
    (folder / "999.csv").write_bytes((folder / "000.csv").read_bytes())
    done = run("--db", place, "ingest", folder, *ON, "--format", "json", "--workers", "2")
    kept = Store(place)
    names = [Path(one.name).name for one in kept.arrivals()]
    kept.close()
    assert names == [f"{number:03}.csv" for number in range(ingest.FILES_AT_ONCE + 9)]
    assert [one for one in done.json()["files"] if "identical_file" in [it["code"] for it in one["problems"]]] == [
        one for one in done.json()["files"] if one["path"].endswith("999.csv")
    ]


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, EnvironmentFailedError])
def test_what_was_read_before_a_stop_is_stored(stopped: type[BaseException]) -> None:
    """Ctrl-C, or a cluster that goes away, in the middle of a batch: it is handed on before the reading ends."""

    def reading() -> Iterator[tuple[Arrival, Packed]]:
        yield Arrival(Path("a.csv"), "a.csv", None), Packed("a.csv")
        raise stopped("cluster_gone")

    batches = ingest._batches(reading())
    assert [read.path for _, read in next(batches)] == ["a.csv"]
    with pytest.raises(stopped):
        next(batches)


def test_a_folder_that_is_known_is_read_by_no_other_process(place: str, tmp_path: Path, monkeypatch: Any) -> None:
    """Hashes are enough; one new file among the known ones still gets a process of its own."""
    folder = many(tmp_path / "sent", 30)
    run("--db", place, "ingest", folder, *ON)
    begun: list[int] = []
    start = multiprocessing.process.BaseProcess.start

    def begin(process: multiprocessing.process.BaseProcess) -> None:
        begun.append(1)
        start(process)

    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", begin)
    assert run("--db", place, "ingest", folder, *ON).status == 0
    assert begun == []
    write_book(folder / "new.xlsx", documents(THERE, YES, 2018))
    run("--db", place, "ingest", folder, *ON, "--workers", "1")
    assert begun == [1]
    assert hash_of(folder / "new.xlsx") in {row[2:66] for row in said(place)[0]}


def test_a_known_file_keeps_its_place_and_its_problems(place: str, tmp_path: Path) -> None:
    """Taken in again between new ones: what was said of it then, and that nothing changes."""
    of_all_kinds(folder := tmp_path / "sent")
    with started(place, folder / "05.xlsx") as process:
        process.communicate(timeout=120)
    done = run("--db", place, "ingest", folder, *ON, "--format", "json")
    names = [Path(one["path"]).name for one in done.json()["files"]]
    again = ["identical_file" in [it["code"] for it in one["problems"]] for one in done.json()["files"]]
    assert names == sorted(names)
    assert [name for name, known in zip(names, again, strict=True) if known] == ["05.xlsx"]


@pytest.mark.parametrize("command", ["ingest", "check"])
def test_files_finished_in_portions_are_told_the_same(
    command: str, another_place: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Conflicts, copies, joint activities and lists reach over the portions' ends."""
    of_all_kinds(folder := tmp_path / "sent")
    options = ON if command == "ingest" else ()
    whole = run("--db", place, command, folder, *options, "--format", "json")
    monkeypatch.setattr(outcomes, "FINISHED_AT_ONCE", 2)
    assert run("--db", another_place, command, folder, *options, "--format", "json") == whole
    assert whole.status == 1


@pytest.mark.parametrize(("stored", "sizes"), [(True, [2, 2, 1]), (False, [5])])
def test_only_what_is_in_a_store_is_finished_in_portions(
    stored: bool, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each portion of what is only checked would look at all that was read."""
    monkeypatch.setattr(outcomes, "FINISHED_AT_ONCE", 2)
    taken = outcomes.Outcomes(Unstored(), stored=stored)
    for number in range(5):
        taken.taken.add(outcomes.Taken(f"{number}.xlsx", f"{number}.xlsx", ""))
    assert [len(one) for one in taken.portions()] == sizes


def of_many_years(folder: Path) -> Path:
    """All kinds of a year; what bears on them from other years; what does not."""
    of_all_kinds(folder)
    others = [
        documents("00256", {**FULL, "0201": 8000 + year}, year, revision=revision)
        for year in (2015, 2016, 2017, 2019)
        for revision in (1, 2)
    ]
    others += [documents("00271", FULL, 2017), documents("00259", {**FULL, "0215": 9900}, 2017)]
    shared = {"B04": [activity("05/03/2016", joint="HDC-1")]}
    others += [Return("00259", whole_year(2016), shared), Return("00262", whole_year(2020), {})]
    for number, one in enumerate(others):
        write_book(folder / f"other-{number:02}.xlsx", one)
    write_book(folder / "no-year.xlsx", Return("00262", Period("năm", "", ""), {"B02": [model()]}))
    return folder


def test_what_does_not_bear_on_a_file_changes_nothing_that_is_said(place: str, tmp_path: Path) -> None:
    """Of each file alone: the same from the filings that bear on it as from all that was ever received."""
    kept = Store(place)
    kept.save_many(files_of(of_many_years(tmp_path / "sent")))
    told = [said_alike(kept, sha256) for sha256 in kept.hashes()]
    kept.close()
    assert sum(fewer for fewer, _ in told) > 5
    assert sum(found > 0 for _, found in told) > 5


@pytest.mark.parametrize("seed", range(6))
def test_what_bears_on_a_file_is_found_in_any_history(place: str, tmp_path: Path, seed: int) -> None:
    """Corrections, contradictions, copies, joint activities and merged units, in any order, with decisions."""
    chance = random.Random(seed)
    kept = Store(place)
    sent = [write_book(tmp_path / f"{number:02}.xlsx", by_chance(chance)) for number in range(40)]
    kept.save_many([(pack(path, path.name), date(2021, 1, 5)) for path in sent])
    numbers = [one.id for one in kept.filings()]
    for action in ("withdraw", "restore", "replace"):
        kept.decide(chance.sample(numbers, 5), action, "thử")
    told = [said_alike(kept, sha256) for sha256 in kept.hashes()]
    kept.close()
    assert all(fewer for fewer, _ in told)
    assert sum(found > 0 for _, found in told) > 5


def by_chance(chance: random.Random) -> Return:
    """A return of one of some communes, two of which became one, that may repeat, contradict or copy another."""
    unit, year = chance.choice(("00256", "00262", "00259", "00241", "00250")), chance.choice((2018, 2019, 2020))
    if chance.random() < 0.2:
        code = chance.choice(("HDC-1", "HDC-2"))
        return Return(unit, month(year, chance.randint(1, 2)), {"B04": [activity(f"05/01/{year}", joint=code)]})
    figures = {**FULL, "0201": 8000 + chance.randint(0, 1), "0215": 900 + chance.randint(0, 1)}
    if chance.random() < 0.1:
        hotspots = [listed("00256", on=f"31/12/{year - 1}"), listed("00259", people=7000, on=f"31/12/{year - 1}")]
        return of_province("B00", hotspots, whole_year(year))
    return documents(unit, figures, year, revision=chance.randint(1, 2))


def said_alike(kept: Store, sha256: str) -> tuple[bool, int]:
    """Whether fewer filings bear on a file than the store holds, and how much the returns of all say of it."""
    places, plans = load(), schedules()
    returns = [(said["unit"], period_of(said)) for said in kept.known([sha256])[sha256].returns]
    whole, part = kept.filings(), bearing_on(kept, [sha256], returns, places)
    said = [
        Cross(one, kept.names(), kept, places, plans).problems([sha256], with_dates=True) for one in (whole, part)
    ]
    assert said[0] == said[1]
    assert _of(whole, sha256) == _of(part, sha256)
    highest = [_highest_revisions(one) for one in (whole, part)]
    assert highest[1].items() <= highest[0].items()
    assert all(highest[1].get(key) == highest[0].get(key) for key in map(_return_of, _of(part, sha256)))
    return len(part) < len(whole), len(said[0].get(sha256, ()))


def _of(versions: Iterable[Version], sha256: str) -> list[Version]:
    return [one for one in versions if one.sha256 == sha256]


def test_numbers_that_were_taken_are_given_to_nobody_else(place: str, tmp_path: Path) -> None:
    """What another program adds without a number of its own gets the next one."""
    kept = Store(place)
    kept.save_many(files_of(many(tmp_path / "sent", 3)))
    kept.close()
    columns = "made_at, made_by, tool, command, said"
    with asking(place) as connection:
        taken = connection.exec_driver_sql("SELECT max(id) FROM act").scalar_one()
        connection.exec_driver_sql(f"INSERT INTO act ({columns}) SELECT {columns} FROM act WHERE id = {taken}")
        assert connection.exec_driver_sql("SELECT max(id), count(*) FROM act").one() == (taken + 1, 2)
    assert counts(place)["act"] == 1


def test_the_report_as_json_is_written_as_json_writes_it(place: str, tmp_path: Path) -> None:
    """File by file, and the same to the byte as in one piece; an archive of nothing has no files."""
    folder = many(tmp_path / "sent", 3)
    with ZipFile(tmp_path / "none.zip", "w") as empty:
        empty.mkdir("in it")
    for given in (folder, tmp_path / "none.zip"):
        done = run("--db", place, "ingest", given, *ON, "--format", "json")
        assert done.out == json.dumps(done.json(), ensure_ascii=False, indent=1) + "\n"
