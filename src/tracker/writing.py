"""How counts, shares and days are written for people, in the language of `tracker.messages`.

Vietnamese: 1.234 and 74,9% and 30/07/2024; English: 1,234 and 74.9% and 30 Jul 2024. Integers in, text out: no
float, so nothing is ever rounded up. Neither files nor JSON are written with it.
"""

from __future__ import annotations

from datetime import date

from tracker.messages import grouped, lang, say

NO_SHARE = "–"
"""The percentage of nothing."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def count(n: int) -> str:
    """1234 → "1.234" in Vietnamese, "1,234" in English."""
    return grouped(n)


def qualified(n: int, qualifier: str) -> str:
    """A count with its qualifier, exact, over, nearly or about: (1470, "over") → "trên 1.470". "" is exact."""
    return say(f"qualifier.{qualifier or 'exact'}", n=count(n))


def percent(numerator: int, denominator: int) -> str:
    """The share in percent with one decimal, cut: 7496 of 10000 → "74,9%". `denominator` ≥ 0; of 0, NO_SHARE.

    A difference below zero is cut downward too, so that what is printed never exceeds the exact value.
    """
    if denominator == 0:
        return NO_SHARE
    tenths = numerator * 1000 // denominator
    whole, tenth = divmod(abs(tenths), 10)
    sign, point = "-" if tenths < 0 else "", "." if lang() == "en" else ","
    return f"{sign}{count(whole)}{point}{tenth}%"


def fraction(numerator: int, denominator: int) -> str:
    """A share as the two counts that it is of, not reduced: "437/584"."""
    return f"{count(numerator)}/{count(denominator)}"


def day(on: date) -> str:
    """30/07/2024 in Vietnamese, 30 Jul 2024 in English, whatever the locale of the machine."""
    if lang() == "en":
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    return f"{on.day:02}/{on.month:02}/{on.year:04}"
