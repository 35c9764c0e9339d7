"""Counts, shares and days as people read them; a printed share never flatters."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.messages import set_language
from tracker.writing import NO_SHARE, count, day, fraction, percent, qualified


@pytest.mark.parametrize(
    ("numerator", "denominator", "vietnamese", "english"),
    [
        (7496, 10000, "74,9%", "74.9%"),  # cut, not rounded to 75,0
        (437, 584, "74,8%", "74.8%"),
        (438, 584, "75,0%", "75.0%"),
        (1, 1, "100,0%", "100.0%"),
        (0, 584, "0,0%", "0.0%"),
        (999_999, 1_000_000, "99,9%", "99.9%"),  # not yet everybody
        (1, 3000, "0,0%", "0.0%"),
        (25, 2, "1.250,0%", "1,250.0%"),
        (-1, 3000, "-0,1%", "-0.1%"),  # a loss is not made smaller either
        (0, 0, NO_SHARE, NO_SHARE),
    ],
)
def test_percentages_are_cut_to_one_decimal(numerator: int, denominator: int, vietnamese: str, english: str) -> None:
    """74,96 % prints 74,9: below a threshold of 75 % nothing may look like 75."""
    assert percent(numerator, denominator) == vietnamese
    set_language("en")
    assert percent(numerator, denominator) == english


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**12))
def test_a_printed_percentage_never_exceeds_the_exact_one(numerator: int, denominator: int) -> None:
    """And it is less than a tenth of a point below it, for figures that floats would lose too."""
    printed = Fraction(percent(numerator, denominator).replace(".", "").replace(",", ".").removesuffix("%"))
    exact = Fraction(100 * numerator, denominator)
    assert printed <= exact < printed + Fraction(1, 10)


@pytest.mark.parametrize(
    ("n", "vietnamese", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1234, "1.234", "1,234"),
        (-7000, "-7.000", "-7,000"),
        (1234567, "1.234.567", "1,234,567"),
    ],
)
def test_thousands_are_marked_as_the_language_does(n: int, vietnamese: str, english: str) -> None:
    """A dot in Vietnamese, a comma in English."""
    assert count(n) == vietnamese
    set_language("en")
    assert count(n) == english


@pytest.mark.parametrize(
    ("qualifier", "vietnamese", "english"),
    [
        ("", "1.470", "1,470"),
        ("exact", "1.470", "1,470"),
        ("over", "trên 1.470", "over 1,470"),
        ("nearly", "gần 1.470", "nearly 1,470"),
        ("about", "khoảng 1.470", "about 1,470"),
    ],
)
def test_a_qualifier_stays_with_its_figure(qualifier: str, vietnamese: str, english: str) -> None:
    """ "Over 1.470" is never printed as 1.470."""
    assert qualified(1470, qualifier) == vietnamese
    set_language("en")
    assert qualified(1470, qualifier) == english


def test_a_fraction_is_printed_as_it_was_counted() -> None:
    """438 of 584 communes, not three quarters."""
    assert fraction(438, 584) == "438/584"
    assert fraction(12345, 67890) == "12.345/67.890"


@pytest.mark.parametrize(
    ("on", "vietnamese", "english"),
    [(date(2024, 7, 30), "30/07/2024", "30 Jul 2024"), (date(2018, 12, 5), "05/12/2018", "5 Dec 2018")],
)
def test_days_are_written_day_first(on: date, vietnamese: str, english: str) -> None:
    """English names the month, so that nobody swaps it with the day."""
    assert day(on) == vietnamese
    set_language("en")
    assert day(on) == english
