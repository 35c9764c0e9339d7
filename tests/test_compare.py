"""`tracker compare`: whatever came, was corrected or withdrawn, the parts add up to the change, and say who moved."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import HA_NOI, Store, run
from returns_made import (
    NO,
    YES,
    Lines,
    Return,
    b01,
    b05,
    by_district,
    communes,
    documents,
    flow,
    item,
    month,
    of_province,
    outlet,
    place,
    whole_year,
    write_csv,
)
from test_report_json import faults
from tracker.acts import Acting, Decision
from tracker.compare import Cause, changes, receipts
from tracker.store import RESTORE, WITHDRAW
from tracker.store import Store as TheStore
from tracker.versions import Fate

Found = dict[str, Any]
HAI_BA_TRUNG = "hai-ba-trung-2019"
CODES = communes("01", date(2018, 12, 31))
NAMES = ("numerator", "possible", "denominator", "missing")
PLANS = Path(__file__).parents[1] / "src" / "tracker" / "plans"
FIRST, LAST = "2018-11-10", "2018-11-20"


def compare(store: Store, year: int, *options: object, plan: str = HA_NOI) -> dict[str, Found]:
    """The targets of one plan by id."""
    done = run("--db", store.db, "compare", "--year", year, "--plan", plan, "--format", "json", *options)
    assert done.status == 0, done.err
    assert faults("compare-report", done.json()) == []
    targets = done.json()["plans"][0]["targets"]
    for target in targets:
        for one in (target, *target.get("parts", ())):
            assert_adds_up(one)
    return {target["id"]: target for target in targets}


def assert_adds_up(target: Found) -> None:
    """Before, and all causes, are after: for the bounds, the denominator and the missing."""
    for name in NAMES:
        moved = [cause[name] for cause in target["causes"]]
        if None not in (*moved, target["before"][name], target["after"][name]):
            assert target["before"][name] + sum(moved) == target["after"][name]


def cause(target: Found, name: str) -> Found:
    return next(one for one in target["causes"] if one["cause"] == name)


def moved(target: Found) -> dict[str, tuple[int, int]]:
    """Numerator and missing by cause, of those that did anything."""
    told = {one["cause"]: (one["numerator"], one["missing"]) for one in target["causes"]}
    return {name: figures for name, figures in told.items() if figures != (0, 0)}


def between(store: Store, *options: object, first: str = FIRST, last: str = LAST) -> Found:
    return compare(store, 2018, "--from", first, "--to", last, *options)["materials"]


# Between two receipt dates


def test_new_returns_and_corrections_are_told_apart(store: Store) -> None:
    """One commune files for the first time, one corrects a no to a yes, one files what is refused."""
    store.send("B01", [documents(CODES[0], NO, 2018), documents(CODES[1], YES, 2018)], received="2018-11-01")
    store.send("B01", [documents(CODES[0], YES, 2018, revision=2)], received="2018-11-15")
    store.send("B01", [documents(CODES[2], YES, 2018)], received="2018-11-15")
    store.send("B01", [documents(CODES[3], {**YES, "0101": "không"}, 2018)], received="2018-11-15")
    target = between(store)
    assert moved(target) == {"new_returns": (1, -1), "corrections": (1, 0)}
    (unit,) = cause(target, "corrections")["units"]
    assert unit["key"] == CODES[0]
    assert (unit["before"]["numerator"], unit["after"]["numerator"]) == (0, 1)
    assert [(one["revision"], one["counts"]) for one in unit["returns"]] == [(1, False), (2, True)]
    assert unit["returns"][1]["received"] == "2018-11-15"


def test_both_ends_are_what_the_report_says_of_these_days(store: Store) -> None:
    store.send("B01", [documents(code, YES, 2018) for code in CODES[:30]], received=FIRST)
    store.send("B01", [documents(code, NO, 2018) for code in CODES[30:50]], received=LAST)
    target = between(store)
    for side, day in (("before", FIRST), ("after", LAST)):
        told = store.report(2018, "--known-on", day).target("materials")
        assert {name: told[name] for name in ("numerator", "denominator", "missing", "verdict")} == {
            name: target[side][name] for name in ("numerator", "denominator", "missing", "verdict")
        }


def test_a_conflict_that_arose_is_a_correction_and_so_is_its_end(store: Store) -> None:
    store.send("B01", [documents(CODES[0], YES, 2018)], received="2018-11-01")
    store.send("B01", [documents(CODES[0], NO, 2018)], received="2018-11-15")
    store.send("B01", [documents(CODES[0], YES, 2018, revision=2)], received="2018-11-25")
    assert moved(between(store)) == {"corrections": (-1, 1)}
    assert moved(between(store, first=LAST, last="2018-11-30")) == {"corrections": (1, -1)}


FULL: Lines = {**YES, "0201": 9000, "0202": 6000, "0211": 4000, "0213": 900, "0214": 100, "0215": 5000, "0217": "A"}


def test_a_copy_of_another_unit_is_a_conflict_and_no_new_return(store: Store) -> None:
    """It takes the other's return out of the count as well."""
    store.send("B01", [documents(CODES[0], FULL, 2018)], received="2018-11-01")
    store.send("B01", [documents(CODES[1], FULL, 2018)], received="2018-11-15")
    target = between(store)
    assert moved(target) == {"corrections": (-1, 1)}
    assert [unit["key"] for unit in cause(target, "corrections")["units"]] == [CODES[0]]


def decide(store: Store, unit: str, action: str) -> None:
    """As the office decides today."""
    the_store = TheStore(str(store.db), Acting("office", "withdraw"))
    wanted = [one.id for one in the_store.filings() if one.unit == unit]
    the_store.decide(wanted, action, "nhầm đơn vị")
    the_store.close()


def test_a_withdrawal_counts_from_the_day_on_which_it_was_made(store: Store) -> None:
    """Made today: up to yesterday the return counts, from today on it does not; then it is restored."""
    store.send("B01", [documents(CODES[0], YES, 2018)], received="2018-11-01")
    decide(store, CODES[0], WITHDRAW)
    today = datetime.now(UTC).astimezone().date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    assert moved(between(store, first="2018-11-01", last=str(yesterday))) == {}
    target = between(store, first="2018-11-01", last=str(tomorrow))
    assert moved(target) == {"withdrawals": (-1, 1)}
    assert cause(target, "withdrawals")["units"][0]["returns"][0]["counts"] is False
    decide(store, CODES[0], RESTORE)
    assert moved(between(store, first="2018-11-01", last=str(tomorrow))) == {}


def test_months_name_the_return_that_brought_the_item(store: Store) -> None:
    year = whole_year(2018)
    store.send("B00P", [of_province("B00P", [outlet("HN01")], year)], received="2018-01-05")
    store.send("B03", [of_province("B03", [item("05/01/2018")], month(2018, 1))], received="2018-02-01")
    store.send("B03", [of_province("B03", [item("05/02/2018")], month(2018, 2))], received="2018-11-15")
    target = compare(store, 2018, "--from", FIRST, "--to", LAST)["press"]
    (unit,) = cause(target, "new_returns")["units"]
    assert (unit["key"], unit["returns"][0]["form"]) == ("2018-02", "B03")


def test_another_population_in_the_list_moves_the_denominator(store: Store) -> None:
    """The list of the province is a return like any other."""
    year = whole_year(2018)
    lists = [of_province("B00", [place(CODES[0], aged=aged, on="01/01/2018")], year) for aged in (4000, 5000)]
    store.send("B00", [lists[0]], received="2018-11-01")
    later = Return(lists[1].unit, year, lists[1].forms, agency="TTTT", revision=2)
    store.send("B00", [later], received="2018-11-15")
    target = compare(store, 2018, "--from", FIRST, "--to", LAST)["reach"]
    assert cause(target, "corrections")["denominator"] == 1000
    assert cause(target, "corrections")["units"][0]["returns"][-1]["form"] == "B00"


def test_a_change_of_rules_is_a_cause_of_its_own(store: Store, tmp_path: Path) -> None:
    """The earlier plan asked for one of the documents only."""
    store.send("B01", [documents(CODES[0], NO, 2018)], received="2018-11-01")
    plan = (PLANS / f"{HA_NOI}.toml").read_text("utf-8")
    wanted = '{ field = "behaviour_deployed", is = true'
    assert wanted in plan
    earlier = tmp_path / "earlier.toml"
    earlier.write_text(plan.replace(wanted, '{ field = "behaviour_received", is = true'), "utf-8")
    target = between(store, "--plan-before", str(earlier))
    assert moved(target) == {"rules": (-1, 0)}


def test_an_earlier_version_of_another_plan_is_wrong_usage(store: Store) -> None:
    store.send("B01", [documents(CODES[0], NO, 2018)], received="2018-11-01")
    dates = ("--from", FIRST, "--to", LAST)
    done = run("--db", store.db, "compare", "--year", 2018, "--plan", HA_NOI, *dates, "--plan-before", HAI_BA_TRUNG)
    assert done.status == 2
    assert HAI_BA_TRUNG in done.err


def test_small_figures_of_victims_are_hidden_with_their_changes(store: Store) -> None:
    """From 12 to 14 of 20 victims: neither figure is small, what lies between them is."""

    def victims(supported: int) -> dict[str, Any]:
        return {"0531": flow(0, 20), "0539": 20, "0540": supported}

    year = whole_year(2019)
    for revision, supported in ((1, 12), (2, 14)):
        one = Return("007", year, {"B05": b05(victims(supported))}, revision=revision)
        store.send("B05", [one], received=f"2019-12-{revision:02}")
    dates = ("--from", "2019-12-01", "--to", "2019-12-02")
    hidden, shown = (
        compare(store, 2019, *dates, *more, plan=HAI_BA_TRUNG)["victims_supported"]
        for more in ((), ("--restricted",))
    )
    assert hidden["masked"]
    assert [hidden["before"]["numerator"], cause(hidden, "corrections")["numerator"]] == [None, None]
    assert [unit["before"] for unit in cause(hidden, "corrections")["units"]] == [None]
    assert cause(shown, "corrections")["numerator"] == 2


# Whatever came


ANSWERS: Sequence[Lines] = (YES, NO, {"0101": "có"})
Event = tuple[int, int, int, int]
"""Day, unit, revision, answer."""


def days_of(number: int) -> date:
    return date(2018, 11, 1) + timedelta(days=number)


events = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(1, 2), st.integers(0, 2)), min_size=1, max_size=7
)
decisions = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 6), st.sampled_from([WITHDRAW, RESTORE])), max_size=4
)


@settings(max_examples=10, deadline=None)
@given(events, decisions, st.integers(0, 9), st.integers(0, 9))
def test_the_steps_lead_from_what_counted_to_what_counts(
    came: list[Event], made: list[tuple[int, int, str]], first: int, last: int
) -> None:
    """For any returns, corrections and withdrawals: the ends are right, and each step does only its own."""
    first, last = sorted((first, last))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for number, (day, unit, revision, answer) in enumerate(came):
            file = write_csv(
                store.path(".csv"), "B01", [documents(CODES[unit], ANSWERS[answer], 2018, revision=revision)]
            )
            file.write_text(file.read_text("utf-8") + "\n" * number, "utf-8")
            store.ingest(file, received=str(days_of(day)))
        the_store = TheStore(str(store.db))
        known = {day: the_store.filings(known_on=days_of(day)) for day in (first, last)}
        filings = [one.id for one in the_store.filings()]
        the_store.close()
    said = [
        Decision(
            number, filings[at % len(filings)], action, "", datetime(2018, 11, 1 + day, 12, tzinfo=UTC), "", None
        )
        for number, (day, at, action) in enumerate(sorted(made), start=1)
    ]
    steps = receipts(known[last], said, days_of(first), days_of(last))
    assert [step[0] for step in steps] == [None, Cause.NEW, Cause.CORRECTIONS, Cause.WITHDRAWALS]
    if not said:
        assert counting(steps[0][1]) == counting(known[first])
        assert counting(steps[-1][1]) == counting(known[last])
        assert not changes(steps[-2][1], steps[-1][1], 2018)
    before = {one.key for one in known[first]}
    news = changes(steps[0][1], steps[1][1], 2018)
    assert all(one.version.key not in before and one.counts for one in news)
    withdrawn = {one.id for one in steps[-1][1] if one.fate is Fate.WITHDRAWN}
    assert withdrawn <= {one.filing_id for one in said}


def counting(versions: Sequence[Any]) -> set[int]:
    return {one.id for one in versions if one.counts}


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_add_up_on_every_target_of_a_plan(store: Store, seed: int) -> None:
    """Returns of many kinds, some corrected, over three weeks; `compare` checks every sum that it is given."""
    import random

    dice = random.Random(seed)
    of_district = by_district("01", date(2019, 12, 31))["007"]
    year = whole_year(2019)
    rows = [place(code, people=dice.randrange(5000, 9000), on="01/01/2019") for code in of_district]
    store.send("B00", [of_province("B00", rows, year)], received="2019-11-01")
    for _ in range(12):
        day = dice.randrange(1, 22)
        code, revision = dice.choice(of_district[:6]), dice.randrange(1, 4)
        lines = {**dice.choice(ANSWERS), "0216": dice.randrange(4000)}
        one = Return(code, year, {"B01": b01(lines)}, revision=revision)
        store.send("B01", [one], received=f"2019-11-{day:02}")
    decide(store, of_district[0], WITHDRAW)
    found = compare(store, 2019, "--from", "2019-11-10", "--to", "2100-01-01", plan=HAI_BA_TRUNG)
    assert found["informed"]["before"] != found["informed"]["after"]


# Between two years, and on other units


@pytest.fixture(scope="module")
def years(new_store: Callable[[], Store]) -> Store:
    """2019: all of two merged, one of two others; the divided ones and another yes. 2020: that other says no."""
    store = new_store()
    said = {"09730": YES, "09733": YES, "10282": YES, "00253": YES, "00241": YES, "00001": YES}
    store.send("B01", [documents(code, lines, 2019) for code, lines in said.items()])
    store.send("B01", [documents("00001", NO, 2020), documents("09733", YES, 2020), documents("00004", YES, 2020)])
    return store


def test_the_change_between_two_years_is_split_into_boundaries_and_answers(years: Store) -> None:
    target = compare(years, 2020, "--base-year", "2019")["materials"]
    assert [target[side]["denominator"] for side in ("before", "after")] == [584, 579]
    assert (target["before"]["numerator"], target["after"]["numerator"]) == (6, 2)
    # two yes make one; one of two is silent; the divided one and what holds part of it are missing
    assert cause(target, "boundaries")["numerator"] == -4
    assert cause(target, "boundaries")["denominator"] == -5
    answers = {unit["key"]: unit for unit in cause(target, "answers")["units"]}
    assert set(answers) == {"00001", "00004"}
    assert (answers["00001"]["before"]["numerator"], answers["00001"]["after"]["numerator"]) == (1, 0)
    assert answers["00004"]["before"]["missing"]


def test_a_year_can_be_restated_on_the_communes_of_another_day(years: Store) -> None:
    """Merged units by their resolution, divided ones flagged and missing."""
    target = compare(years, 2019, "--communes-of", "2020-12-31")["materials"]
    assert (target["after"]["denominator"], target["after"]["numerator"]) == (579, 2)
    origins = {unit["key"]: unit["origin"] for unit in cause(target, "boundaries")["units"]}
    assert (origins["09733"], origins["09730"]) == ("merged", "absorbed")
    assert origins["00241"] == origins["00247"] == "divided"


def test_a_year_restated_on_its_own_communes_is_the_same(years: Store) -> None:
    target = compare(years, 2019, "--communes-of", "2019-12-31")["materials"]
    assert target["before"] == target["after"]
    assert cause(target, "boundaries")["units"] == []


# Use and shapes


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--from", FIRST),
        ("--from", LAST, "--to", FIRST),
        ("--from", FIRST, "--to", LAST, "--base-year", "2019"),
        ("--base-year", "2018"),
        ("--base-year", "2019", "--plan-before", HA_NOI),
        ("--communes-of", "1890-01-01"),
        ("--from", "soon", "--to", LAST),
    ],
)
def test_what_is_not_one_comparison_is_wrong_usage(years: Store, options: Sequence[str]) -> None:
    done = run("--db", years.db, "compare", "--year", 2018, "--plan", HA_NOI, *options)
    assert done.status == 2
    assert done.err.strip()
    assert "Traceback" not in done.err


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("shape", ["table", "md", "csv"])
def test_every_shape_says_the_same_twice_and_names_the_units(
    years: Store, tmp_path: Path, lang: str, shape: str
) -> None:
    files = [tmp_path / name for name in ("a", "b")]
    for file in files:
        options = ("compare", "--year", 2020, "--base-year", 2019, "--plan", HA_NOI, "--format", shape, "--out", file)
        assert run("--lang", lang, "--db", years.db, *options).status == 0
    text = files[0].read_text("utf-8")
    assert text == files[1].read_text("utf-8")
    assert "Phường Phúc Xá" in text
    assert "579" in text


def test_the_rows_of_the_csv_add_up(years: Store) -> None:
    done = run("--db", years.db, "compare", "--year", 2020, "--base-year", 2019, "--plan", HA_NOI, "--format", "csv")
    assert done.out.startswith("\ufeff")
    rows = [
        row for row in csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"))) if row["target"] == "materials"
    ]
    figures = {row["cause"]: int(row["numerator"]) for row in rows if not row["unit"]}
    assert figures.pop("after") == sum(figures.values())
