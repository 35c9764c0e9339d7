"""The smallest choice that brings enough to several sums, held against every choice there is."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tracker.covering import fewest_together

Gains = tuple[int, ...]


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[Gains], Gains]:
    """Up to seven units that bring something to one to four sums, and what is needed."""
    sums, most = draw(st.integers(1, 4)), draw(st.sampled_from((1, 3, 9)))
    gains = st.tuples(*[st.integers(0, most)] * sums)
    return draw(st.lists(gains, max_size=7)), draw(st.tuples(*[st.integers(-1, 3 * most)] * sums))


def enough(gains: list[Gains], needed: Gains) -> bool:
    return all(sum(gain[part] for gain in gains) >= one for part, one in enumerate(needed))


@given(asked())
def test_no_smaller_choice_brings_enough_to_every_sum(case: tuple[list[Gains], Gains]) -> None:
    gains, needed = case
    choices = (one for size in range(len(gains) + 1) for one in itertools.combinations(gains, size))
    least = next((len(one) for one in choices if enough(list(one), needed)), None)
    places = fewest_together(gains, needed)
    assert (None if places is None else len(places)) == least
    assert places is None or enough([gains[place] for place in places], needed)


def test_of_units_that_bring_the_same_the_first_are_taken() -> None:
    assert fewest_together([(0, 1), (1, 1), (0, 1), (1, 1), (0, 1)], (1, 3)) == [0, 1, 3]


def test_hundreds_of_units_are_no_obstacle() -> None:
    """Hot-spots that help both parts, and communes that help one: as many as the larger part takes."""
    assert len(fewest_together([(1, 1)] * 150 + [(0, 1)] * 429, (45, 290)) or ()) == 290
