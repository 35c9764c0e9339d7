"""Asking a store about some units costs what they have sent and answers as if everything had been read."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import run
from listening import statements
from returns_made import Return, activity, b01, documents, model, of_province, whole_year, write_book, write_csv
from returns_made import place as hotspot
from stored import FULL, HERE, ON, YEAR, many, of_all_kinds
from tracker.crosschecks import bearing_on
from tracker.period import Period
from tracker.place import load
from tracker.store import Store
from tracker.understand import pack
from tracker.versions import Fate, Version, copy_key


@pytest.fixture
def kept(place: str, tmp_path: Path) -> Iterable[Store]:
    """Corrections, conflicts, copies, joint activities; one filing withdrawn, one that a person let count."""
    run("--db", place, "ingest", *of_all_kinds(tmp_path / "in"), *ON)
    store = Store(place)
    b01 = [one for one in store.filings(forms=["B01"]) if one.unit == "00262"]
    store.decide([b01[0].id], "replace", "xã xác nhận")
    store.decide([one.id for one in store.filings(forms=["B04"])][:1], "withdraw", "nhầm")
    yield store
    store.close()


def beside(store: Store, everything: Iterable[Version], units: set[str]) -> list[Version]:
    """What the answer has to be, out of everything: the units' own, their copies, their joint activities."""
    everything = list(everything)
    copies = {copy_key(one) for one in everything if one.unit in units and one.fate is Fate.COPIED}
    joint = store.joint(one.id for one in everything)
    own = {one.id for one in everything if one.unit in units}
    codes = {code for number, code in joint if number in own}
    partners = {number for number, code in joint if code in codes}
    return [
        one
        for one in everything
        if one.unit in units or one.id in partners or (one.fate is Fate.COPIED and copy_key(one) in copies)
    ]


@pytest.mark.parametrize("known_on", [None, date(2018, 11, 20), date(2018, 11, 19)])
def test_some_units_are_answered_as_out_of_everything(kept: Store, known_on: date | None) -> None:
    """Fates, order and all, for any choice of units."""
    everything = kept.filings(known_on=known_on)
    codes = sorted({one.unit for one in everything} | {"00004", "99999"})
    chance = random.Random(8)
    for size in (0, 1, 1, 1, 2, 2, 3, 5, len(codes)):
        units = set(chance.sample(codes, min(size, len(codes))))
        assert kept.filings(units=units, known_on=known_on) == beside(kept, everything, units)


def test_a_copy_and_a_partner_are_found_without_being_asked_for(kept: Store) -> None:
    """The store of this test has both; else the one above would show nothing."""
    copied = next(one for one in kept.filings() if one.fate is Fate.COPIED)
    assert len({one.unit for one in kept.filings(units=[copied.unit]) if one.fate is Fate.COPIED}) == 2
    assert {one.unit for one in kept.filings(units=["00268"]) if one.form == "B04"} == {"00265", "00268"}


def test_names_are_those_of_all_files(kept: Store) -> None:
    """Of the files asked about, the same names."""
    names = kept.names()
    some = sorted(names)[::2]
    assert kept.names(some) == {sha256: names[sha256] for sha256 in some}


def test_what_a_unit_costs_does_not_depend_on_the_archive(tmp_path: Path) -> None:
    """To ask about one commune takes the same statements and gives the same rows in a store of 4 and of 40."""
    costs = []
    for size in (4, 40):
        db = str(tmp_path / f"{size}.db")
        run("--db", db, "ingest", many(tmp_path / f"in{size}", size), *ON)
        store = Store(db)
        unit = store.filings()[0].unit
        with statements() as sent:
            filings = len(store.filings(units=[unit]))
        costs.append((filings, len(sent)))
        store.close()
    assert costs[0] == costs[1]
    assert costs[0][0] == 1


def test_what_bears_on_a_file_does_not_depend_on_the_years_of_its_unit(tmp_path: Path) -> None:
    """As many statements and filings for a commune's year in a store of 3 years of it and in one of 12."""
    costs = []
    for years in (3, 12):
        store = Store(str(tmp_path / f"{years}.db"))
        for year in range(2018, 2018 - years, -1):
            forms = {"B01": b01({**FULL, "0201": 7000 + year}), "B02": [model()], "B04": [activity(f"05/03/{year}")]}
            path = write_book(tmp_path / f"{years}-{year}.xlsx", Return(HERE, whole_year(year), forms))
            store.save(pack(path, path.name), date(2018, 11, 20))
        last = next(one.sha256 for one in store.filings() if one.year == 2018)
        with statements() as sent:
            filings = len(store.bearing_on([last], merged=[], provinces=["01"]))
        costs.append((filings, len(sent)))
        store.close()
    assert costs[0] == costs[1]
    assert costs[0][0] == 3 + 1  # its own forms and the B01 of the year before


# --- what needs the neighbours ----------------------------------------------------------------------------------


def test_with_a_commune_its_mergers_and_its_province_are_asked_about(tmp_path: Path) -> None:
    """Whoever took another over is looked at with it, and it with them; the lists of the province with both."""
    places, year = load(), 2020
    during = [
        one for one in places.changes if one.action == "merge" and date(year, 1, 1) < one.on < date(year, 12, 1)
    ]
    change = next(one for one in during if one.to_codes == ("00241",))
    (into,) = change.to_codes
    gone = set(change.from_codes) - {into}
    province = places.units_of_code(into)[0].province
    units = [into, *sorted(gone), "00004"]
    sent = [documents(code, {**FULL, "0201": 8000 + number}, year) for number, code in enumerate(units)]
    sent.append(of_province("B00", [hotspot(into)], whole_year(year), province))
    store = Store(str(tmp_path / "store.db"))
    for number, one in enumerate(sent):
        path = write_book(tmp_path / f"{number}.xlsx", one)
        store.save(pack(path, path.name), date(year, 11, 20))
    file_of = {one.unit: one.sha256 for one in store.filings()}
    days = Period(date(year, 1, 1), date(year, 12, 31))
    found = {
        code: {one.unit for one in bearing_on(store, [file_of[code]], [(code, days)], places)}
        for code in (into, *gone)
    }
    store.close()
    assert gone
    assert found[into] >= {into, *gone, province}
    assert all({code, into, province} <= found[code] for code in gone)


def told(done: Any) -> dict[str, list[tuple[str, ...]]]:
    """Every problem of every file by name, without those that speak of receipt."""
    skipped = {"late", "identical_file"}
    return {
        Path(file["path"]).name: [
            (one["code"], one["severity"], str(one["cell"]), one["message"])
            for one in file["problems"]
            if one["code"] not in skipped
        ]
        for file in done.json()["files"]
    }


def test_check_says_what_ingest_says(tmp_path: Path) -> None:
    """Without a store: conflicts, copies, joint activities, the same file twice, reference lists."""
    paths = of_all_kinds(tmp_path / "in")
    again = tmp_path / "in" / "again.xlsx"
    again.write_bytes(paths[2].read_bytes())
    checked = run("check", tmp_path / "in", "--format", "json")
    stored = run("--db", tmp_path / "s.db", "ingest", tmp_path / "in", "--format", "json", *ON)
    assert told(checked) == told(stored)
    statuses = [{file["path"]: file["status"] for file in done.json()["files"]} for done in (checked, stored)]
    assert statuses[0] == statuses[1]
    assert any(code == "joint_activity_twice" for said in told(checked).values() for code, *_ in said)
    assert any(code == "copied_from_other_unit" for said in told(checked).values() for code, *_ in said)


def test_a_correction_is_seen_beside_what_came_before(tmp_path: Path) -> None:
    """One file at a time: a conflict, a joint activity, a copy are told of files of earlier runs."""
    db = tmp_path / "s.db"
    first = write_csv(tmp_path / "a.csv", "B01", [documents(HERE, FULL, 2018)])
    other = write_csv(tmp_path / "b.csv", "B01", [documents(HERE, {**FULL, "0101": "không", "0103": "không"}, 2018)])
    copy = write_csv(tmp_path / "c.csv", "B01", [documents("00256", {**FULL, "0202": 5900}, 2018)])
    same = write_csv(tmp_path / "d.csv", "B01", [documents("00259", {**FULL, "0202": 5900}, 2018)])
    joint = [
        write_book(tmp_path / f"{unit}.xlsx", Return(unit, YEAR, {"B04": [activity("05/03/2018", joint="HDC-1")]}))
        for unit in ("00265", "00268")
    ]
    codes = [
        run("--db", db, "ingest", path, "--format", "json", *ON).codes()
        for path in (first, other, copy, same, *joint)
    ]
    assert "revision_conflict" in codes[1]
    assert "copied_from_other_unit" in codes[3]
    assert "joint_activity_twice" not in codes[4]
    assert "joint_activity_twice" in codes[5]
