"""`tracker chase` against every choice of units of a small plan: none smaller changes a verdict, the list does."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from conftest import Store, run
from returns_made import Lines, Return, b01, b05, by_district, documents, model, of_province, place, whole_year

UNITS = by_district("01", date(2020, 12, 31))["007"][:6]
CLUBS, BOTH, PEOPLE = UNITS[:4], UNITS[2:], UNITS[1:5]
YEAR = whole_year(2020)
HEAD = """
id = "own"
title = { vi = "Kế hoạch", en = "Plan" }
area = "01"
life = { from = 2020-01-01, to = 2020-12-31 }
citation = { number = "1", issued_by = { vi = "a", en = "a" } }
[[returns]]
forms = ["B00"]
filers = [{ agency = "TTTT", tier = "province" }]
reference = true
[[returns]]
forms = ["B01"]
filers = [{ agency = "UBND", tier = "commune" }]
periods = ["năm"]
[[returns]]
forms = ["B02"]
filers = [{ agency = "UBND", tier = "commune" }]
periods = ["năm"]
"""
KEPT = 'test = { form = "B01", where = { field = "policy_received", is = true } }'
HELD = 'test = { form = "B02", where = { field = "sessions", at_least = 1 } }'
REACHED = (
    'form = "B01"\nquantity = "reached_14_60"\nreference = "population_14_60"\n'
    'method = "reach_method"\ncounted = ["A", "B"]'
)


def target(name: str, kind: str, units: Sequence[str], threshold: str, rest: str, *, table: str = "targets") -> str:
    over = ", ".join(f'"{unit}"' for unit in units)
    return f"""
[[{table}]]
id = "{name}"
kind = "{kind}"
label = {{ vi = "{name}", en = "{name}" }}
cite = "1"
over = {{ units = [{over}] }}
thresholds = [{{ from = 2020-01-01, value = "{threshold}", yearly = true, cite = "1" }}]
{rest}
"""


def plan_of(path: Path, thresholds: Sequence[str]) -> Path:
    share, persons, *within = thresholds
    all_of = '[[targets]]\nid = "both"\nkind = "all-of"\nlabel = { vi = "b", en = "b" }\ncite = "1"\n'
    parts = [
        target("clubs", "share", CLUBS, within[0], HELD, table="targets.parts"),
        target("kept", "share", BOTH, within[1], KEPT, table="targets.parts"),
        target("people", "persons", PEOPLE, within[2], REACHED, table="targets.parts"),
    ]
    own = [target("docs", "share", UNITS, share, KEPT), target("reach", "persons", UNITS, persons, REACHED)]
    path.write_text("".join([HEAD, *own, all_of, *parts]), encoding="utf-8")
    return path


# --- what the law makes of answers ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What a unit answered: documents kept, method and people reached; None for no return. Clubs: with a session."""

    kept: bool | None = None
    method: str = ""
    people: int = 0
    clubs: bool | None = None


@dataclass(frozen=True)
class World:
    """Everybody's answers, how many live where, and the thresholds."""

    answers: Mapping[str, Said]
    living: Mapping[str, int]
    thresholds: Sequence[str] = field(default=())

    def share(self, units: Iterable[str], of: Callable[[Said], bool | None]) -> tuple[int, int, int]:
        said = [of(self.answers[unit]) for unit in units]
        return said.count(True), said.count(True) + said.count(None), len(said)

    def people(self, units: Iterable[str]) -> tuple[int, int, int]:
        low = high = whole = 0
        for unit in units:
            one, live = self.answers[unit], self.living[unit]
            whole += live
            if one.kept is None:
                high += live
            elif one.method in ("A", "B"):
                low, high = low + one.people, high + one.people
            else:
                high += min(one.people, live)
        return low, high, whole

    def verdicts(self) -> dict[str, str]:
        found = [
            self.share(UNITS, lambda one: one.kept),
            self.people(UNITS),
            self.share(CLUBS, lambda one: one.clubs),
            self.share(BOTH, lambda one: one.kept),
            self.people(PEOPLE),
        ]
        names = ("docs", "reach", "clubs", "kept", "people")
        judged = {
            name: verdict(*bounds, Fraction(limit))
            for name, bounds, limit in zip(names, found, self.thresholds, strict=True)
        }
        return {**judged, "both": combined([judged[name] for name in names[2:]])}

    def after(self, units: Iterable[str], change: Callable[[str, Said], Said]) -> World:
        moved = {unit: change(unit, self.answers[unit]) for unit in units}
        return replace(self, answers={**self.answers, **moved})

    def reported(self, unit: str, one: Said) -> Said:
        """A return as favourable as it can be: what was silent is yes, what was estimated is counted in full."""
        live = self.living[unit]
        if one.kept is None:
            one = replace(one, kept=True, method="A", people=live)
        elif one.method not in ("A", "B"):
            one = replace(one, method="A", people=min(one.people, live))
        return replace(one, clubs=one.clubs is not False)

    def denied(self, unit: str, one: Said) -> Said:
        assert unit in self.living
        if one.kept is None or one.method not in ("A", "B"):
            one = replace(one, kept=bool(one.kept), method="A", people=0)
        return replace(one, clubs=bool(one.clubs))

    def acted(self, unit: str, one: Said) -> Said:
        return replace(one, kept=True, method="A", people=max(one.people, self.living[unit]), clubs=True)

    def met(self, name: str, units: Iterable[str]) -> bool:
        """Whether these units' returns, or where a target or part is not met their action, meet it."""
        chosen, now = list(units), self.verdicts()
        reported, acted = (self.after(chosen, how).verdicts() for how in (self.reported, self.acted))
        parts = ("clubs", "kept", "people") if name == "both" else (name,)
        return all((acted if now[part] == "not_met" else reported)[part] == "met" for part in parts)

    def missed(self, name: str, units: Iterable[str]) -> bool:
        return self.after(list(units), self.denied).verdicts()[name] == "not_met"


def verdict(low: int, high: int, of: int, limit: Fraction) -> str:
    return "met" if low >= limit * of else "not_met" if high < limit * of else "insufficient_data"


def combined(verdicts: Sequence[str]) -> str:
    if "not_met" in verdicts:
        return "not_met"
    return "met" if set(verdicts) == {"met"} else "insufficient_data"


def least(enough: Callable[[Sequence[str]], bool]) -> int | None:
    choices = (one for size in range(len(UNITS) + 1) for one in itertools.combinations(UNITS, size))
    return next((len(one) for one in choices if enough(one)), None)


# --- the same answers sent --------------------------------------------------------------------------------------


def made(seed: int) -> World:
    chance = random.Random(seed)
    living = {unit: chance.choice((1000, 1000, 2000, 3000, 5000)) for unit in UNITS}
    silence = chance.choice((0.2, 0.5, 0.8))
    answers = {}
    for unit in UNITS:
        one = Said(clubs=None if chance.random() < silence else chance.random() < 0.5)
        if chance.random() >= silence:
            people = chance.choice((0, living[unit] // 2, living[unit] - 1, living[unit]))
            one = replace(one, kept=chance.random() < 0.5, method=chance.choice("AACD"), people=people)
        answers[unit] = one
    return World(answers, living, [chance.choice(("1/3", "1/2", "3/5", "2/3", "3/4", "1")) for _ in range(5)])


def sent(store: Store, world: World) -> None:
    lists = [place(unit, people=9000, aged=live) for unit, live in world.living.items()]
    store.send("B00", [of_province("B00", lists, YEAR)])
    books = [
        Return(unit, YEAR, {"B01": b01(lines(one))}) for unit, one in world.answers.items() if one.kept is not None
    ]
    clubs = [
        Return(unit, YEAR, {"B02": [model(sessions=int(one.clubs))]})
        for unit, one in world.answers.items()
        if one.clubs is not None
    ]
    for form, returns in (("B01", books), ("B02", clubs)):
        if returns:
            store.send(form, returns)


def lines(one: Said) -> Lines:
    said = "có" if one.kept else "không"
    people: Lines = {"0211": one.people, "0213": 0, "0214": 0, "0215": one.people, "0217": one.method}
    return {"0101": said, "0103": said, "0105": "có", "0107": "có", **people}


def chased(store: Store, plan: Path) -> dict[str, dict[str, Any]]:
    done = run("--db", store.db, "chase", "--year", 2020, "--plan", plan, "--format", "json")
    assert done.status == 0, done.err
    return {one["id"]: one for one in done.json()["plans"][0]["targets"]}


def listed(one: Mapping[str, Any], which: str) -> set[str]:
    """The units of a list, or of those of its parts together."""
    return {ask["unit"] for part in one.get("parts") or [one] for ask in part["units"] if ask[which]}


@pytest.mark.parametrize("seed", [2, 9, 16, 31, 42, 47])
def test_no_shorter_list_changes_a_verdict_and_the_list_does(store: Store, seed: int) -> None:
    """A share, a share of persons, and an all-of of three parts over overlapping units."""
    world = made(seed)
    sent(store, world)
    verdicts = world.verdicts()
    for name, one in chased(store, plan_of(store.folder / "own.toml", world.thresholds)).items():
        assert one["verdict"] == verdicts[name]
        open_to = verdicts[name] != "met"
        waiting = verdicts[name] == "insufficient_data"
        assert one["to_meet"] == (least(lambda units: world.met(name, units)) if open_to else None)  # noqa: B023
        assert one["to_miss"] == (least(lambda units: world.missed(name, units)) if waiting else None)  # noqa: B023
        if one["to_meet"] is not None:
            assert len(listed(one, "for_met")) == one["to_meet"]
            assert world.met(name, listed(one, "for_met"))
        if one["to_miss"] is not None:
            assert world.missed(name, listed(one, "for_not_met"))


# --- where no number would be true ------------------------------------------------------------------------------


def test_nobody_can_meet_an_all_of_while_a_part_of_it_is_not_due(store: Store) -> None:
    """The verdict stays open whatever comes; but one part can still fail."""
    plan = plan_of(store.folder / "own.toml", ["1", "1", "1", "1", "1"])
    later = plan.read_text(encoding="utf-8").rpartition("from = 2020-01-01")
    plan.write_text("from = 2020-12-31".join((later[0], later[2])), encoding="utf-8")
    sent(store, World(dict.fromkeys(UNITS, Said()), dict.fromkeys(UNITS, 1000), ["1"] * 5))
    store.send("B01", [documents(unit, {"0101": "có"}, 2020) for unit in UNITS[:1]])
    done = run(
        *("--db", store.db, "chase", "--year", 2020, "--plan", plan, "--format", "json", "--as-of", "2020-12-30")
    )
    both = next(one for one in done.json()["plans"][0]["targets"] if one["id"] == "both")
    assert (both["verdict"], both["to_meet"], both["to_miss"]) == ("insufficient_data", None, 1)


def test_without_the_list_no_number_of_returns_is_promised(store: Store) -> None:
    """The list may show that the target is met, or that it is far from it."""
    plan = plan_of(store.folder / "own.toml", ["1", "1", "1", "1", "1"])
    store.send("B01", [documents(unit, {"0101": "có"}, 2020) for unit in UNITS[:1]])
    reach = chased(store, plan)["reach"]
    assert [one["form"] for one in reach["units"]] == ["B00"]
    assert (reach["to_meet"], reach["to_miss"]) == (None, None)
    for lang, words in (("vi", "Nhận được báo cáo này"), ("en", "once this return is here")):
        assert words in run("--lang", lang, "--db", store.db, "chase", "--year", 2020, "--plan", plan).out


def test_a_share_of_cases_that_must_be_whole_and_lacks_one_is_not_promised_to_be_met(store: Store) -> None:
    """One district has helped 8 of 9; whatever the silent ones say, it will never be all."""
    plan = store.folder / "own.toml"
    returns = '[[returns]]\nforms = ["B05"]\nfilers = [{ agency = "UBND", tier = "district" }]\nperiods = ["năm"]\n'
    figures = (
        'numerator = { form = "B05", field = "victims_supported" }\n'
        'denominator = { form = "B05", field = "victims_need_support" }'
    )
    share = target("helped", "ratio", (), "1", figures).replace("over = { units = [] }\n", "")
    plan.write_text("".join([HEAD, returns, share]), encoding="utf-8")
    store.send_book(Return("007", YEAR, {"B05": b05({"0539": 9, "0540": 8})}))
    done = run("--db", store.db, "chase", "--year", 2020, "--plan", plan, "--format", "json", "--restricted")
    (helped,) = done.json()["plans"][0]["targets"]
    assert (helped["verdict"], helped["to_meet"]) == ("insufficient_data", None)
    assert helped["to_miss"] == len(helped["units"]) == 29
