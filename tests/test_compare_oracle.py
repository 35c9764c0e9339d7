"""`tracker compare` over histories of all kinds: the parts add up, and both ends are what the report says."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import HA_NOI, Store, run
from returns_made import Lines, Return, b01, communes, model, of_province, place, whole_year
from tracker.history import names_of_returns
from tracker.restated import Origin
from tracker.store import Store as Kept

Found = dict[str, Any]
YEAR = whole_year(2020)
CODES = communes("01", date(2020, 12, 31))[:6]
FIGURES = ("numerator", "possible", "denominator", "missing")
MUCH_LATER = "2999-12-31"
NEVER = "2001-01-01"


def compared(db: Path, *options: object, year: int = 2020) -> list[Found]:
    """Every target and every part of one."""
    asked = ("compare", "--year", year, "--plan", HA_NOI, "--format", "json", *options)
    done = run("--db", db, *asked)
    assert done.status == 0, done.err
    targets = done.json()["plans"][0]["targets"]
    return [one for target in targets for one in (target, *target.get("parts", ()))]


def reported(db: Path, known_on: str) -> list[Found]:
    done = run(*("--db", db, "report", "--year", 2020, "--plan", HA_NOI, "--format", "json", "--known-on", known_on))
    targets = done.json()["plans"][0]["targets"]
    return [one for target in targets if target["kind"] != "measure" for one in (target, *target.get("parts", ()))]


def adds_up(movements: list[Found]) -> bool:
    """Before and all parts make after, wherever both ends have figures."""
    ends = [
        (one, name) for one in movements for name in FIGURES if None not in (one["before"][name], one["after"][name])
    ]
    assert ends
    return all(
        one["before"][name] + sum(cause[name] for cause in one["causes"]) == one["after"][name] for one, name in ends
    )


# --- receipts ---------------------------------------------------------------------------------------------------


def day(chance: random.Random) -> str:
    return f"2020-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def returned(chance: random.Random) -> Return:
    """B01 or B02 of some commune, now and then one that is refused, of some revision."""
    people, beside = chance.choice((0, 100, 900)), chance.choice((0, 7, 9))
    lines: Lines = {
        "0101": "có",
        "0103": chance.choice(("có", "không")),
        "0105": "có",
        "0107": "có",
        "0201": 3000,
        "0211": "1,5" if chance.random() < 0.15 else people,
        "0213": 0,
        "0214": beside,
        "0215": people + beside,
        "0202": 1000,
        "0217": chance.choice("ABD"),
    }
    forms = {"B01": b01(lines)} if chance.random() < 0.7 else {"B02": [model(sessions=chance.randint(0, 1))]}
    return Return(chance.choice(CODES), YEAR, forms, revision=chance.choice((1, 1, 2, 3)))


@pytest.fixture(scope="module")
def histories(new_store: Callable[[], Store]) -> list[tuple[Store, random.Random]]:
    """Returns, corrections, contradictions and refusals in any order; then withdrawals, undone or not, a decision."""
    found = []
    for seed in (1, 3):
        store, chance = new_store(), random.Random(seed)
        store.send("B00", [of_province("B00", [place(one, aged=1000) for one in CODES[:4]], YEAR)], received=NEVER)
        for _ in range(12):
            store.send_book(returned(chance), received=day(chance))
        kept = Kept(str(store.db))
        names = sorted(set(names_of_returns(kept.filings()).values()))
        kept.close()
        for name in chance.sample(names, 3):
            run("--db", store.db, "withdraw", name, "--reason", "nhầm")
            if chance.random() < 0.3:
                run("--db", store.db, "withdraw", name, "--reason", "không nhầm", "--undo")
        store.ingest(*sorted(store.folder.glob("return-*"))[-3:])
        found.append((store, chance))
    return found


def pairs(chance: random.Random) -> Iterator[tuple[str, str]]:
    first, last = sorted((day(chance), day(chance)))
    yield from ((first, last), (first, MUCH_LATER), (NEVER, last), (NEVER, MUCH_LATER))


def test_the_parts_add_up_between_any_two_days(histories: list[tuple[Store, random.Random]]) -> None:
    for store, chance in histories:
        assert all(adds_up(compared(store.db, "--from", first, "--to", last)) for first, last in pairs(chance))


def test_between_a_day_and_itself_nothing_moves(histories: list[tuple[Store, random.Random]]) -> None:
    for store, chance in histories:
        one = day(chance)
        moved = compared(store.db, "--from", one, "--to", one)
        assert not [cause for it in moved for cause in it["causes"] for name in FIGURES if cause[name]]


def test_the_last_day_is_what_the_report_says(histories: list[tuple[Store, random.Random]]) -> None:
    for store, _ in histories:
        said = {one["id"]: one for one in reported(store.db, MUCH_LATER)}
        for one in compared(store.db, "--from", NEVER, "--to", MUCH_LATER):
            told = said.get(one["id"], {})
            for name in ("numerator", "denominator", "missing"):
                assert one["after"][name] == told.get(name)


def test_the_parts_add_up_though_the_figures_were_gone_in_between(store: Store) -> None:
    """A second list contradicts the first until it is withdrawn: hot-spots as before, and one model more."""
    first, second = ([place(one, aged=1000) for one in CODES[:many]] for many in (4, 2))
    store.send("B00", [of_province("B00", first, YEAR)], received="2020-02-01")
    store.send("B02", [Return(CODES[0], YEAR, {"B02": [model()]})], received="2020-03-01")
    path = store.send("B00", [of_province("B00", second, YEAR)], received="2020-06-01").json()["files"][0]
    store.send("B02", [Return(CODES[0], YEAR, {"B02": [model(sessions=0)]}, revision=2)], received="2020-07-01")
    assert run("--db", store.db, "withdraw", path["sha256"], "--reason", "sai danh mục").status == 0
    moved = compared(store.db, "--from", "2020-05-01", "--to", MUCH_LATER)
    dedicated = next(one for one in moved if one["id"] == "dedicated")
    assert (dedicated["before"]["numerator"], dedicated["after"]["numerator"]) == (1, 0)
    assert adds_up([dedicated])


# --- years and boundaries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "base"), [(2020, 2019), (2019, 2020), (2020, 2018)])
def test_years_add_up_over_the_mergers_between_them(sample_db: Path, year: int, base: int) -> None:
    """Also of the parts that have no verdict of their own."""
    assert adds_up(compared(sample_db, "--base-year", base, year=year))


def test_the_people_of_the_parts_are_said_on_the_other_units_too(sample_db: Path) -> None:
    """The population of a part does not change with the boundaries; who is known to be reached can."""
    moved = compared(sample_db, "--communes-of", "2025-01-01")
    women = next(one for one in moved if one["id"] == "women")
    assert women["after"]["denominator"] == women["before"]["denominator"]
    assert women["after"]["missing"] >= women["before"]["missing"]


@pytest.mark.parametrize("base", [2016, 2027])
def test_a_year_outside_the_plan_has_no_figures(sample_db: Path, base: int) -> None:
    for one in compared(sample_db, "--base-year", base):
        assert [one["before"][name] for name in FIGURES] == [None] * 4


def test_no_district_appears_because_a_code_was_entered_later(sample_db: Path) -> None:
    """Bạch Mai had its new code from 01/01/2025; the registry was told on 01/02/2025."""
    moved = compared(sample_db, "--communes-of", "2025-01-01")
    duties = next(one for one in moved if one["id"] == "duties")
    assert duties["after"]["denominator"] == duties["before"]["denominator"]
    assert Origin.DIVIDED not in [unit["origin"] for cause in duties["causes"] for unit in cause["units"]]
