"""What is said of a year is the same however many years lie beside it in the store, and costs no more."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from conftest import HA_NOI, run
from returns_made import (
    Return,
    Row,
    activity,
    communes,
    documents,
    item,
    model,
    month,
    of_province,
    outlet,
    whole_year,
    write_book,
)
from returns_made import place as hotspot
from stored import FULL
from tracker.cli.report import came_of
from tracker.place import load
from tracker.plans import load as load_plan
from tracker.store import Store
from tracker.understand import pack

YEAR = 2019
BESIDE = (2012, 2014, 2016, 2022)
UNITS = communes("01", date(YEAR, 12, 31))[:6]


def returns_of(year: int, chance: random.Random) -> Iterator[Return]:
    """Lists, documents, models, press and logs of six communes: corrected, contradicted, copied, joint, or silent."""
    if year not in BESIDE:  # lists speak of every later year, too
        hotspots = [hotspot(unit, people=8900, on=f"31/12/{year - 1}") for unit in UNITS]
        yield of_province("B00", hotspots, whole_year(year))
        yield of_province("B00P", [outlet("HN01"), outlet("HN02", since=f"01/06/{year}")], whole_year(year))
    news = [item(f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{year}") for _ in range(9)]
    yield of_province("B03", news, whole_year(year))
    for unit in chance.sample(UNITS, 5):
        lines = {**FULL, "0201": chance.choice((9000, 8900, 90000)), "0215": chance.choice((5000, 4900, 9000))}
        yield documents(unit, lines, year)
        if chance.random() < 0.5:
            yield documents(unit, {**lines, "0103": "không"}, year, revision=chance.choice((1, 2)))
        models = [model(name=f"Mô hình {number}", founded=f"01/0{number}/{year}") for number in (1, 2)]
        yield Return(unit, whole_year(year), {"B02": models})
        for number in chance.sample(range(1, 13), 2):
            yield Return(unit, month(year, number), {"B04": list(log(year, number, chance))})


def log(year: int, number: int, chance: random.Random) -> Iterator[Row]:
    for _ in range(3):
        joint = chance.choice(("", "", f"HĐC-{year}"))
        people = chance.choice((40, 400, 4000))
        yield activity(f"{chance.randint(1, 28):02}/{number:02}/{year}", attendances=people, joint=joint)


@pytest.fixture
def stores(place: str, tmp_path: Path) -> tuple[str, str]:
    """Where the year and the one before are alone, and where others lie beside them: of each year the same files."""
    alone, archive = Store(str(tmp_path / "hai-nam.db")), Store(place)
    for year in sorted((*BESIDE, YEAR - 1, YEAR)):
        take_in(year, [archive] if year in BESIDE else [archive, alone], tmp_path)
    alone.close()
    archive.close()
    return str(tmp_path / "hai-nam.db"), place


def take_in(year: int, stores: Sequence[Store], folder: Path) -> None:
    chance = random.Random(year)
    for number, one in enumerate(returns_of(year, chance)):
        path, day = write_book(folder / f"{year}-{number:02}.xlsx", one), date(year + 1, 1, chance.randint(1, 28))
        for store in stores:
            store.save(pack(path, path.name), day)
    for store in stores:
        counting = next(one.id for one in store.filings() if one.counts and one.year == year)
        store.decide([counting], "withdraw", "nhầm")


ASKED = [
    *(("report", "--format", shape) for shape in ("table", "md", "html", "json")),
    ("report", "--format", "md", "--known-on", f"{YEAR + 1}-01-10", "--restricted"),
    ("chase", "--format", "json"),
    ("status", "--format", "json"),
    ("compare", "--format", "json", "--base-year", f"{YEAR - 1}"),
    ("compare", "--format", "json", "--from", f"{YEAR}-06-30", "--to", f"{YEAR + 1}-01-15"),
    ("explain", "materials", "--format", "json"),
    ("explain", "press", "--format", "json", "--restricted"),
]


def test_the_years_beside_change_nothing(stores: tuple[str, str]) -> None:
    """Verdicts, faults, signals, lists of who would decide, explanations, comparisons: word for word."""
    for command in ASKED:
        said = [run("--db", where, *command, "--year", YEAR, "--plan", HA_NOI) for where in stores]
        assert said[0].status in (0, 1), said[0].err
        assert said[0].out == said[1].out, command
    signals = run("--db", stores[1], "report", "--year", YEAR, "--plan", HA_NOI, "--format", "md").out
    assert f"{YEAR - 1}" in signals  # compared with the year before, or the test would show nothing


def test_the_years_beside_are_not_read(stores: tuple[str, str]) -> None:
    """Of all that came, what speaks of the year and of the one before."""
    store, plan = Store(stores[1]), load_plan(HA_NOI)
    came, everything = came_of(store, [plan], (YEAR, YEAR - 1), load(), None), store.filings()
    store.close()
    assert {one.year for one in everything} == {YEAR - 1, YEAR, *BESIDE}
    assert came == [one for one in everything if one.year in (YEAR - 1, YEAR)]
