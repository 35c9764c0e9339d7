"""Hà Nội, 2020: what happened, decided before a single return is written: who is silent, who did what."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from registry import Commune, by_district, communes_on

PLAN = "ha-noi-2018-2020"
YEAR = 2020
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
WORKBOOK_DISTRICTS = ("007", "272")
SILENT_DISTRICT = "282"  # its People's Committee sends no list of duties
NIL = "09778"  # nothing but B01 to report
HOT_SPOTS, DEDICATED, INTEGRATED_HOT, INTEGRATED_OTHER = 150, 48, 84, 217


@dataclass(frozen=True, slots=True)
class People:
    everyone: int
    women: int
    aged_14_60: int
    women_14_60: int
    aged_14_15: int
    under_14: int

    @property
    def over_60(self) -> int:
        return self.everyone - self.aged_14_60 - self.under_14


@dataclass(frozen=True, slots=True)
class Reached:
    """Who was reached in a hot-spot, and how the commune knows."""

    aged_14_60: int
    women_14_60: int
    aged_14_15: int
    under_14: int
    over_60: int
    method: str
    sample: int | None

    @property
    def everyone(self) -> int:
        return self.aged_14_60 + self.under_14 + self.over_60


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is decided about the year before a single return is written."""

    communes: list[Commune]
    people: dict[str, People]
    hot_spots: frozenset[str]
    silent: frozenset[str]
    without_models_return: frozenset[str]
    half_answered: str
    with_kit: str
    reached: dict[str, Reached]
    dedicated: frozenset[str]
    integrated: frozenset[str]

    def answers_models(self, code: str) -> bool:
        return code not in self.silent | self.without_models_return


def people_of(rng: random.Random) -> People:
    everyone = rng.randint(3_900, 16_400)
    aged = everyone * rng.randint(620, 668) // 1000
    return People(
        everyone=everyone,
        women=everyone * rng.randint(492, 511) // 1000,
        aged_14_60=aged,
        women_14_60=aged * rng.randint(493, 509) // 1000,
        aged_14_15=everyone * rng.randint(29, 37) // 1000,
        under_14=everyone * rng.randint(205, 238) // 1000,
    )


def decide(rng: random.Random) -> Outcome:
    """The year as it went: who is silent, where the hot-spots are, what each commune did."""
    communes = communes_on("01", LAST)
    codes = [commune.code for commune in communes]
    people = {code: people_of(rng) for code in codes}
    hot_spots = _hot_spots(rng, communes)
    in_csv = [c.code for c in communes if c.district not in WORKBOOK_DISTRICTS and c.code in hot_spots]
    plain = [c.code for c in communes if c.district not in WORKBOOK_DISTRICTS and c.code not in hot_spots]
    silent = frozenset([*rng.sample(in_csv, 5), plain[40], "00277", "09757"])
    without_models = frozenset([rng.choice([c for c in in_csv if c not in silent]), plain[90], plain[200]])
    answering = [code for code in codes if code not in silent | without_models | {NIL}]
    hot = [code for code in answering if code in hot_spots]
    other = [code for code in answering if code not in hot_spots]
    reporting_hot = sorted(hot_spots - silent)
    return Outcome(
        communes=communes,
        people=people,
        hot_spots=hot_spots,
        silent=silent,
        without_models_return=without_models,
        half_answered=plain[120],
        with_kit=plain[7],
        reached=_reached(rng, reporting_hot, people),
        dedicated=frozenset(rng.sample(hot, DEDICATED)),
        integrated=frozenset([*rng.sample(hot, INTEGRATED_HOT), *rng.sample(other, INTEGRATED_OTHER)]),
    )


def _hot_spots(rng: random.Random, communes: list[Commune]) -> frozenset[str]:
    """Two in every district, the rest anywhere; silent workbook communes and the nil one are kept out."""
    kept_out = {"00277", "09757", NIL}
    open_to_choice = [c for c in communes if c.code not in kept_out]
    chosen = {c.code for group in by_district(open_to_choice).values() for c in rng.sample(group, 2)}
    rest = [c.code for c in open_to_choice if c.code not in chosen]
    return frozenset(chosen | set(rng.sample(rest, HOT_SPOTS - len(chosen))))


def _reached(rng: random.Random, hot: list[str], people: dict[str, People]) -> dict[str, Reached]:
    """Four in five communes know by list or survey (A, B); the others only estimate (C, D), one names no method."""
    methods = {code: rng.choice("AAAB") for code in hot}
    estimating = sorted(rng.sample(hot, 27))
    methods |= {code: rng.choice("CD") for code in estimating} | {estimating[0]: ""}
    return {code: _reached_in(rng, people[code], methods[code]) for code in hot}


def _reached_in(rng: random.Random, people: People, method: str) -> Reached:
    rate = rng.randint(770, 905)
    return Reached(
        aged_14_60=people.aged_14_60 * rate // 1000,
        women_14_60=people.women_14_60 * (rate + rng.randint(-12, 8)) // 1000,
        aged_14_15=people.aged_14_15 * (rate - 40) // 1000,
        under_14=people.under_14 * rng.randint(240, 395) // 1000,
        over_60=people.over_60 * rng.randint(310, 480) // 1000,
        method=method,
        sample=rng.randint(120, 380) if method == "B" else None,
    )
