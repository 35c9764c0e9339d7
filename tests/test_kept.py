"""What is kept of dated returns by field: whatever came and was decided, a report on it is that of the records."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from returns_made import YES, Period, Return, Row, activity, documents, month, span, write_book
from stored import asking
from tracker.facts import Facts
from tracker.forms import FORMS
from tracker.kept import DATED, Text, kept
from tracker.ledger import Ledger
from tracker.look_back import days_asked
from tracker.place import load
from tracker.plans import load as load_plan
from tracker.report.content import PlanReport, Report, as_json
from tracker.scores import Scoring, score_plan
from tracker.store import Store
from tracker.submission import submissions
from tracker.understand import pack
from tracker.versions import Version

PLAN = """
id = "thu"
title = { vi = "Thử", en = "Try" }
area = "VN"
life = { from = 2018-01-01, to = 2020-12-31 }
citation = { number = "01/KH", issued_by = { vi = "Thử", en = "Try" } }
returns = [
    { forms = ["B01"], filers = [{ agency = "UBND", tier = "commune" }], periods = ["năm"] },
    { forms = ["B04"], filers = [{ agency = "UBND", tier = "commune" }] },
]
windows = [{ id = "spring", label = { vi = "Xuân", en = "Spring" }, from = "02-10", to = "03-20", cite = "1" }]

[[targets]]
id = "spring"
kind = "share"
label = { vi = "Xuân", en = "Spring" }
cite = "2"
over = "communes"
test = { form = "B04", where = { field = "attendances", at_least = 30 }, window = "spring" }
thresholds = [{ from = 2018-01-01, value = "1/100", yearly = true, cite = "2" }]

[[targets]]
id = "grew"
kind = "growth"
label = { vi = "Tăng", en = "Growth" }
cite = "3"
form = "B04"
since = 2018-12-31
parts = [{ id = "turns", label = { vi = "Lượt", en = "Turns" }, count = "sum", field = "attendances" }]

[[targets]]
id = "activity"
kind = "measure"
label = { vi = "Hoạt động", en = "Activity" }
cite = "4"
"""
VALUES = (
    'key = "active", count = "active"',
    'key = "rows", count = "rows", by = ["activity", "month"]',
    'key = "turns", field = "attendances", by = ["province"]',
    'key = "turns_in_spring", field = "attendances", window = "spring", by = ["district"]',
    'key = "leaflets", field = "leaflets", by = ["month"], where = { field = "activity", is = "hội nghị" }',
)
NAMED = 'form = "B04", label = { vi = "a", en = "a" }, unit = { vi = "b", en = "b" }'
UNITS = ("00256", "00271", "07210", "14320", "00004")
"""Communes of three provinces."""


# --- what may happen --------------------------------------------------------------------------------------------


def log(chance: random.Random, unit: str) -> Return:
    """A month's, a quarter's or a campaign's log: rows that come twice, are joint, cross a window, or are refused."""
    year, number = chance.choice((2018, 2019)), chance.randint(1, 4)
    period = chance.choice((month(year, number), span(f"05/{number:02}/{year}", f"25/{number + 1:02}/{year}")))
    rows = [_row(chance, period) for _ in range(chance.randint(0, 3))]
    rows += rows[:1] if chance.random() < 0.3 else []
    return Return(unit, period, {"B04": rows or [("Không phát sinh",)]}, revision=chance.randint(1, 2))


def _row(chance: random.Random, period: Period) -> Row:
    first = chance.choice((period.first, period.last, "12/02/2018", "12/03/2019"))
    last = chance.choice(("", "", period.last))
    turns: Any = chance.choice((None, 10, 40, "trên 300", "khoảng 70", "1,5"))
    kind = chance.choice(("hội nghị", "mít tinh", "phát thanh"))
    joint, lead = chance.choice((None, None, "HD-1", "hd 1", "HD-2")), chance.choice((None, "UBND"))
    return activity(first, last, attendances=turns, kind=kind, joint=joint, lead=lead)


def history(folder: Path, store: Store, chance: random.Random) -> None:
    """Logs come, some again, some corrected or contradicted; people withdraw, restore and decide."""
    for number in range(24):
        unit = chance.choice(UNITS)
        one = log(chance, unit) if chance.random() < 0.85 else documents(unit, YES, chance.choice((2018, 2019)))
        path = write_book(folder / f"{number}.xlsx", one)
        store.save(pack(path, path.name), date(2019, 1, chance.randint(1, 28)))
        if chance.random() < 0.3:
            filings = [one.id for one in store.filings()]
            store.decide([chance.choice(filings)], chance.choice(("withdraw", "restore", "replace")), "thử")


# --- the same two ways ------------------------------------------------------------------------------------------


def by_records(store: Store, plan: Any, year: int, known_on: date | None) -> dict[str, Any]:
    """The report out of everything, record by record: what it has to be."""
    versions = store.filings(known_on=known_on)
    return _reported(plan, year, versions, Ledger([one for one in versions if one.counts], store.records, FORMS))


def by_field(store: Store, plan: Any, year: int, known_on: date | None) -> dict[str, Any]:
    """The report as the command makes it."""
    units, days = load().ever_in(plan.area), days_asked([plan], year)
    versions = store.filings(units=units, speaking_of=days, known_on=known_on)
    ledger = Ledger([one for one in versions if one.counts], store.records, FORMS, store.kept)
    return _reported(plan, year, versions, ledger)


def _reported(plan: Any, year: int, versions: Sequence[Any], ledger: Ledger) -> dict[str, Any]:
    day, places = date(year, 12, 31), load()
    scores = score_plan(Scoring(plan, ledger, places, year, day))
    told = submissions(plan, versions, places, year, day)
    report = Report(year, day, None, [PlanReport(plan, 0, told, scores, {})])
    return as_json(report, version="", language="en")


@pytest.fixture
def plan(tmp_path: Path) -> Any:
    file = tmp_path / "thu.toml"
    values = ", ".join(f"{{ {one}, {NAMED} }}" for one in VALUES)
    file.write_text(f"{PLAN}values = [{values}]\n", encoding="utf-8")
    return load_plan(str(file))


@pytest.mark.parametrize("seed", range(8))
def test_a_report_by_field_is_the_report_by_records(place: str, plan: Any, tmp_path: Path, seed: int) -> None:
    """After every history: corrections, conflicts, withdrawals, joint activities, rows that come twice or cross."""
    store = Store(place)
    history(tmp_path, store, random.Random(seed))
    for year in (2018, 2019):
        for known_on in (None, date(2019, 1, 14)):
            assert by_field(store, plan, year, known_on) == by_records(store, plan, year, known_on)
    store.close()


@pytest.mark.parametrize("seed", [11, 12])
def test_rows_by_field_are_the_rows_of_the_records(place: str, tmp_path: Path, seed: int) -> None:
    """Every column with its type, in the same order; of all filings, of some, and where some are not kept."""
    store = Store(place)
    history(tmp_path, store, random.Random(seed))
    filings = [one for one in store.filings() if one.counts and one.form == "B04"]
    known = dict(store.kept([one.id for one in filings]))
    assert len(known) > 3

    def some(ids: Sequence[int]) -> Iterator[Any]:
        return ((number, said) for number, said in store.kept(ids) if number % 2)

    for loaded in (store.kept, some):
        ledger = Ledger(filings, store.records, FORMS, loaded)
        for asked in (filings, filings[::2], []):
            slow = Ledger(filings, store.records, FORMS).rows("B04", asked)
            pd.testing.assert_frame_equal(ledger.rows("B04", asked), slow)
    store.close()


def test_rows_read_in_portions_are_the_rows_read_at_once(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fields a portion answers: one that it leaves out is blank in its rows."""
    store = Store(place)
    history(tmp_path, store, random.Random(11))
    filings = [one for one in store.filings() if one.counts]
    for form in ("B01", "B04"):
        of_form = [one for one in filings if one.form == form]
        ledgers = [Ledger(filings, store.records, FORMS, store.kept) for _ in range(2)]
        whole = ledgers[0].rows(form, of_form)
        with monkeypatch.context() as patch:
            patch.setattr("tracker.ledger.PORTION", 2)
            pd.testing.assert_frame_equal(ledgers[1].rows(form, of_form), whole)
    store.close()


def test_what_lies_between_the_filings_asked_for_is_passed_over(place: str, tmp_path: Path) -> None:
    """Close together they are asked for from the first to the last, far apart one by one: only these are given."""
    store = Store(place)
    history(tmp_path, store, random.Random(12))
    every = [number for number, _ in store.kept(one.id for one in store.filings())]
    assert len(every) > 4
    for asked in (every, every[:1], every[:2] + every[3:], every[::4]):
        assert [number for number, _ in store.kept(asked)] == asked
    store.close()


def test_answers_of_a_refused_part_are_blank_in_its_filing_alone() -> None:
    """Days, counts and texts of it; a count next to a blank one is exact however large it is."""
    form = FORMS["B01"]
    part = form.by_name["policy_received_date"].part
    filings = [_version(1, part), _version(2)]
    said = {"policy_received": True, "policy_received_date": "2018-05-01", "population": 2**53 + 1}
    records = [{"filing_id": number, "answers": said} for number in (1, 2)] + [{"filing_id": 2, "answers": {}}]
    rows = Ledger(filings, lambda _: records, FORMS).rows("B01", filings)
    of_part = [one.name for one in form.kept_fields if one.part == part]
    assert "population" not in of_part
    assert rows.loc[0, of_part].isna().all()
    assert rows.loc[1, "policy_received_date"] == pd.Timestamp(2018, 5, 1)
    assert rows["population"].to_list() == [2**53 + 1, 2**53 + 1, pd.NA]


def _version(number: int, *refused: str) -> Version:
    days = (date(2018, 1, 1), date(2018, 12, 31))
    of = (number, UNITS[0], "UBND", "", "B01", *days, "năm", 2018, 1)
    return Version(*of, False, "accepted", False, refused, (), False, "", 0, "", date(2019, 1, 1))


def test_only_dated_forms_are_kept_and_only_with_rows() -> None:
    """A form of one record would be the same once more."""
    assert {code for code, form in FORMS.items() if form.dated_by} == DATED
    assert kept("B01", [{"population": Text("9")}]) == kept("B04", []) == ""
    assert (
        kept("B04", [{"sessions": Text("1")}, {"leaflets": Text("2")}]) == '{"sessions":[1,null],"leaflets":[null,2]}'
    )


def test_a_report_of_years_ago_reads_no_filing_of_other_years(place: str, plan: Any, tmp_path: Path) -> None:
    """Of each unit what may speak of the days, and lists; the year before where a target must grow."""
    store = Store(place)
    for number, year in enumerate(range(2014, 2021)):
        path = write_book(
            tmp_path / f"{year}.xlsx", Return(UNITS[0], month(year, 1), {"B04": [activity(f"03/01/{year}")]})
        )
        store.save(pack(path, path.name), date(2020, 1, 1 + number))
    found = store.filings(units=[UNITS[0]], speaking_of=days_asked([plan], 2018))
    assert [one.year for one in found] == [2017, 2018]
    store.close()


def test_facts_of_a_window_are_made_once(plan: Any) -> None:
    """Ten figures of one window are not ten passes over its rows."""
    facts = Facts(Ledger([], lambda _: [], FORMS), load(), plan.area, 2018, date(2018, 12, 31))
    window = plan.window("", 2018)
    assert facts.rows_in("B04", window, []) is facts.rows_in("B04", window, [])


# --- a store of before ------------------------------------------------------------------------------------------


def test_a_store_of_version_3_keeps_by_field_what_it_has(tmp_path: Path) -> None:
    """Brought up to date it has the rows that a store of today would have."""
    db = tmp_path / "kho.db"
    shutil.copy(Path(__file__).with_name("stores") / "version-3.db", db)
    store = Store(str(db))
    of_form = {one.id: one.form for one in store.filings()}
    answers: dict[int, list[dict[str, Text]]] = {}
    for record in store.records(list(of_form)):
        said = {
            name: Text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
            for name, value in record["answers"].items()
        }
        answers.setdefault(record["filing_id"], []).append(said)
    store.close()
    expected = [(number, told) for number, said in answers.items() if (told := kept(of_form[number], said))]
    with asking(db) as connection:
        rows = connection.execute(text("SELECT filing_id, answers FROM kept ORDER BY filing_id"))
        assert [tuple(row) for row in rows] == expected
    assert len(expected) > 3
