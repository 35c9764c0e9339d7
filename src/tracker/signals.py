"""Figures that deserve a second look, each with its cell. Never a verdict: nothing here is refused or left out.

Every rule states its thresholds. Figures of victims and cases are not looked at (section 9 of the contract), nor is
what stands in a refused part; a problem that says the same (`TOLD`) is taken over, not found a second time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

from tracker.checks import MOST_PER_SESSION
from tracker.problems import cell_order
from tracker.report.content import Fault, Signal
from tracker.seen import Row, Seen

TOLD = (
    "copied_from_other_unit",
    "copied_from_last_period",
    "reached_equals_attendances",
    "implausible_size",
    "round_average",
)
"""Problem codes that are signals as they stand."""

NAMED = 5  # other units, of those that say the same


def signals(seen: Seen, told: Iterable[Fault]) -> list[Signal]:
    """Every signal, kind after kind; in a kind the strongest first where there is a measure, else by unit and cell.

    `told` are all problems of the returns, notes among them; one with an accepted reason is explained.
    """
    found = sorted(_told(told), key=lambda one: (TOLD.index(one.code), one.unit, one.name, cell_order(one.cell)))
    return [*found, *(one for rule in RULES for one in rule(seen))]


def _told(told: Iterable[Fault]) -> Iterator[Signal]:
    for one in told:
        it = one.problem
        if it.code in TOLD and not one.waiver:
            yield Signal(it.code, one.unit, it.form, one.name, it.sheet, it.cell, it.found, it.facts)


# --- copies -----------------------------------------------------------------------------------------------------

COPIED_FIGURES, COPIED_ROWS = 3, 5
NO_CHANCE = 10
"""So many different figures of so many people each are hardly equal by chance: in one part of a form, in all rows."""


def _copied(seen: Seen) -> Iterator[Signal]:
    """All people figures of a part of B01, or all figures of all rows of a table form, are those of another unit.

    At least 3 different figures of 10 or more people in a part, 5 in rows. Joint activities are left out.
    """
    alike: dict[tuple[Any, ...], dict[str, tuple[Row, str]]] = defaultdict(dict)
    for row in seen.once:
        for part, people in _by_part(row).items():
            if _hardly_chance(people.values(), COPIED_FIGURES):
                said = alike[row.version.form, part, *sorted(people.items())]
                said.setdefault(row.version.unit, (row, _largest(people)))
    tables = [
        (form, rows)
        for form, rows in seen.tables
        if _hardly_chance((figure for row in rows for figure in row.people.values()), COPIED_ROWS)
    ]
    sums = Counter(_sum(form, rows) for form, rows in tables)
    for form, rows in tables:
        if sums[_sum(form, rows)] > 1:  # who says the same comes to the same sum
            said_by_rows = tuple(sorted(tuple(row.counts.items()) for row in rows))
            largest = max(rows, key=lambda row: max(row.people.values(), default=0))
            alike[form, said_by_rows].setdefault(largest.version.unit, (largest, _largest(largest.people)))
    for units in alike.values():
        for unit, (row, name) in units.items() if len(units) > 1 else ():
            others = sorted(units.keys() - {unit})
            yield row.signal("copied_figures", name, units=", ".join(others[:NAMED]), n=len(others))


def _sum(form: str, rows: Sequence[Row]) -> tuple[str, int, int]:
    return form, len(rows), sum(sum(row.people.values()) for row in rows)


def _by_part(row: Row) -> dict[str, dict[str, int]]:
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    for name, figure in row.people.items():
        parts[row.form.by_name[name].part][name] = figure
    return parts


def _hardly_chance(figures: Iterable[int], different: int) -> bool:
    return len({figure for figure in figures if figure >= NO_CHANCE}) >= different


def _largest(people: Mapping[str, int]) -> str:
    """The field of the largest figure; the first of equal ones."""
    return max(people, key=lambda name: people[name])


def _repeated(seen: Seen) -> Iterator[Signal]:
    """People reached exactly as the year before, in at least 3 different figures of 10 or more, and in all of them.

    A return that repeats in every answer has its own problem code.
    """
    for row, then in seen.pairs:
        now, old = (_reached(one) for one in (row, then))
        again = row.version.content == then.version.content
        if now == old and _hardly_chance(now.values(), COPIED_FIGURES) and not again:
            yield row.signal("repeated_figures", _largest(now), year=then.version.year)


def _reached(row: Row) -> dict[str, int]:
    return {name: figure for name, figure in row.people.items() if not name.startswith("population")}


SAME_FIGURE = 100


def _same_figure(seen: Seen) -> Iterator[Signal]:
    """One field of B04 with the same figure from two agencies of one unit: 100 or more, and not in whole hundreds.

    A joint activity that says so (Mã hoạt động chung) counts once and is no signal.
    """
    alike: dict[tuple[str, str, int], dict[str, Row]] = defaultdict(dict)
    tables = [rows for form, rows in seen.tables if form == "B04"]
    agencies_of_unit = Counter(rows[0].version.unit for rows in tables)
    for row in (row for rows in tables if agencies_of_unit[rows[0].version.unit] > 1 for row in rows):
        for name, figure in row.counts.items():
            if figure >= SAME_FIGURE and figure % 100:
                alike[row.version.unit, name, figure].setdefault(row.version.agency, row)
    shared = sorted((said, by_agency) for said, by_agency in alike.items() if len(by_agency) > 1)
    for (_, name, _), by_agency in shared:
        agencies = sorted(by_agency)
        yield by_agency[agencies[0]].signal("same_figure", name, agency=agencies[0], agencies=", ".join(agencies[1:]))


# --- jumps ------------------------------------------------------------------------------------------------------

BIG = 1000
JUMP = 50  # percent
SLIPS = (10, 100, 1000)
SLIP_WITHIN = 5  # percent


def _slipped(seen: Seen) -> Iterator[Signal]:
    """About 10, 100 or 1000 times the year before, or a 10th …, to within 5 percent; the larger one 1000 or more."""
    for row, name, new, old in _pairs(seen):
        factor = _slip(new, old)
        if factor:
            code = "slipped_up" if new > old else "slipped_down"
            yield row.signal(code, name, before=old, times=factor, year=_year(row) - 1)


def _slip(new: int, old: int) -> int:
    more, less = max(new, old), min(new, old)
    fits = (times for times in SLIPS if abs(more - times * less) * 100 <= SLIP_WITHIN * times * less)
    return next(fits, 0)


def _jumped(seen: Seen) -> Iterator[Signal]:
    """A people figure of 1000 or more, in either year, that changed by more than half against the year before.

    One for each return, the population before the people reached, the greatest change of them; greatest first.
    """
    worst: dict[tuple[str, ...], tuple[tuple[bool, Fraction], Signal]] = {}
    for row, name, new, old in _pairs(seen):
        if abs(new - old) * 100 > JUMP * old and not _slip(new, old):
            weight = (name.startswith("population"), Fraction(max(new, old), min(new, old)))
            key = (row.version.form, *row.filer)
            if key not in worst or weight > worst[key][0]:
                percent = f"{(new - old) * 100 // old:+}%"
                worst[key] = weight, row.signal("jumped", name, before=old, percent=percent, year=_year(row) - 1)
    by_weight = sorted(worst.values(), key=lambda one: one[0], reverse=True)
    yield from (signal for _, signal in by_weight)


def _pairs(seen: Seen) -> Iterator[tuple[Row, str, int, int]]:
    """Every people figure above 0 beside that of the year before, the larger of both big."""
    for row, then in seen.pairs:
        old = then.people
        for name, new in row.people.items():
            if new and old.get(name) and max(new, old[name]) >= BIG:
                yield row, name, new, old[name]


def _year(row: Row) -> int:
    return row.version.year or 0


# --- sizes ------------------------------------------------------------------------------------------------------

CROWD = 1000
TIMES_POPULATION = 2


def _crowded(seen: Seen) -> Iterator[Signal]:
    """Activities of more than 1000 attendances a session, largest first; beyond 2000 they have their problem code."""
    found = []
    for row in seen.of("B04"):
        sessions, attendances = row.figure("sessions"), row.figure("attendances")
        if sessions and attendances and CROWD * sessions < attendances <= MOST_PER_SESSION * sessions:
            each = attendances // sessions
            found.append((-each, row.signal("crowded_sessions", "attendances", sessions=sessions, each=each)))
    yield from (signal for _, signal in sorted(found, key=lambda one: one[0]))


def _above_population(seen: Seen) -> Iterator[Signal]:
    """A commune's attendances of the year are more than twice its population, as its own B01 of the year says."""
    population = {row.version.unit: row.figure("population") for row in seen.once if row.version.form == "B01"}
    for unit, rows in _by_unit(seen.of("B04")).items():
        people = population.get(unit)
        total = sum(row.figure("attendances") or 0 for row in rows)
        if people and total > TIMES_POPULATION * people:
            largest = max(rows, key=lambda row: row.figure("attendances") or 0)
            yield largest.signal("above_population", "attendances", total=total, population=people)


def _by_unit(rows: Iterable[Row]) -> dict[str, list[Row]]:
    units: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        units[row.version.unit].append(row)
    return units


# --- estimates --------------------------------------------------------------------------------------------------

SAME_AVERAGE = 5
MOST = Fraction(4, 5)


def _constant(seen: Seen) -> Iterator[Signal]:
    """At least 5 activities of one reporter, and 4 in 5 of its activities, have one and the same whole average.

    The average is attendances by session, 10 or more; a column of equal attendances shows itself so, too.
    """
    filers: dict[tuple[str, str], list[tuple[Row, tuple[int, int]]]] = defaultdict(list)
    for row in seen.of("B04"):
        sessions, attendances = row.figure("sessions"), row.figure("attendances")
        if sessions and attendances:
            filers[row.filer].append((row, _average(attendances, sessions)))
    for rows in filers.values():
        averages = Counter(average for _, average in rows)
        n = max(averages.values())
        average = max(Fraction(*one) for one in averages if averages[one] == n)
        if n >= SAME_AVERAGE and n >= MOST * len(rows) and average >= NO_CHANCE and average.denominator == 1:
            first = next(row for row, one in rows if one == (average.numerator, 1))
            yield first.signal("constant_average", "attendances", average=average, n=n, of=len(rows))


def _average(attendances: int, sessions: int) -> tuple[int, int]:
    """In lowest terms; Python's own fractions are ten times as dear to make."""
    common = gcd(attendances, sessions)
    return attendances // common, sessions // common


ROUND_FIGURES = 3


def _round(seen: Seen) -> Iterator[Signal]:
    """A B01 with at least 3 people figures of 1000 or more, 3 in 4 of which end in 00."""
    for row in seen.once:
        big = {name: figure for name, figure in row.people.items() if figure >= BIG}
        ending = [name for name, figure in big.items() if figure % 100 == 0]
        if len(ending) >= ROUND_FIGURES and len(ending) * 4 >= 3 * len(big):
            yield row.signal("round_figures", ending[0], n=len(ending), of=len(big))


EQUAL_UNITS = 5
SAME_FIELD = 100


def _same_everywhere(seen: Seen) -> Iterator[Signal]:
    """The same people figure, 100 or more, in at least 5 returns of one district and 4 in 5 of those that have it."""
    columns: dict[tuple[str, str, str], list[tuple[int, Row]]] = defaultdict(list)
    for row in seen.once:
        for name, figure in row.people.items():
            columns[seen.district_of(row.version.unit), row.version.form, name].append((figure, row))
    for (district, _, name), cells in sorted(columns.items(), key=lambda one: one[0]):
        figure, n = max(Counter(figure for figure, _ in cells).items(), key=lambda one: (one[1], one[0]))
        if n >= EQUAL_UNITS and n >= MOST * len(cells) and figure >= SAME_FIELD:
            first = next(row for found, row in cells if found == figure)
            yield first.signal("same_everywhere", name, n=n, of=len(cells), place=district)


DIGITS = 40
DIGIT_FROM = 100


def _digits(seen: Seen) -> Iterator[Signal]:
    """Of at least 40 people figures of 100 or more of a district, more than half end in 0 or 5; 1 in 5 is usual.

    The signal is the district's and has no cell.
    """
    figures: dict[str, list[int]] = defaultdict(list)
    for row in seen.now:
        figures[seen.district_of(row.version.unit)] += [one for one in row.people.values() if one >= DIGIT_FROM]
    for district, found in sorted(figures.items()):
        ending = sum(figure % 5 == 0 for figure in found)
        if len(found) >= DIGITS and ending * 2 > len(found):
            yield Signal("digit_preference", district, "", "", "", "", "", {"n": str(ending), "of": str(len(found))})


RULES: Sequence[Callable[[Seen], Iterator[Signal]]] = (
    _copied,
    _repeated,
    _same_figure,
    _slipped,
    _jumped,
    _crowded,
    _above_population,
    _constant,
    _round,
    _same_everywhere,
    _digits,
)
