"""One return as the officer who filled it in sees it: who and when, and its problems in the order of the forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.messages import say
from tracker.problems import Problem, Severity, cell_order
from tracker.writing import count

MOST_RETURNS = 3  # so many are named each; of more, only their number
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_COVER = "TTC"


def who_and_when(returns: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each return: unit, agency, period, revision; for many, how many there are."""
    if len(returns) > MOST_RETURNS:
        return [say("marked.about_several", n=count(len(returns)))]
    return [
        say(
            "marked.about",
            unit=_unit(one),
            agency=say(f"agency.{one['agency']}"),
            period=_period(one),
            revision=str(one["revision"]),
        )
        for one in returns
    ]


def by_form(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """The problems of each form in the order of the forms; within one, errors first, then row by row.

    What concerns the whole file or return stands under "", what is wrong on the cover sheet under "TTC".
    """
    found: dict[str, list[Problem]] = {}
    for one in sorted(problems, key=_order):
        found.setdefault(_form_of(one), []).append(one)
    return found


def counts(returns: Iterable[Mapping[str, Any]], problems: Mapping[str, Sequence[Problem]]) -> str:
    """Every form that was filed with how much is wrong in it: "B01: 2 errors, 1 warning · B02: no problem"."""
    filed = dict.fromkeys(form for one in returns for form in one["forms"])
    forms = sorted({*filed, *problems} - {""}, key=_rank)
    said = {form: _how_many(problems.get(form, ())) for form in forms}
    return " · ".join(say("entry.counted", form=form, counts=counted) for form, counted in said.items())


def form_title(form: str) -> str:
    """ "B02 · Mô hình"; of the whole file, words that say so."""
    from tracker.forms import FORMS, TTC

    if not form:
        return say("entry.whole")
    known = {_COVER: TTC, **FORMS}.get(form)
    return say("entry.form", form=form, title=known.title) if known else form


def _how_many(problems: Sequence[Problem]) -> str:
    numbers = {one: sum(it.severity is one for it in problems) for one in _SEVERITIES}
    said = [say(f"entry.{one.value}s", n=count(n)) for one, n in numbers.items() if n]
    return ", ".join(said) or say("entry.clean")


def _form_of(one: Problem) -> str:
    return one.form or (_COVER if one.cell else "")


def _order(one: Problem) -> tuple[tuple[int, str], int, str, tuple[int, int, str]]:
    return _rank(_form_of(one)), _SEVERITIES.index(one.severity), one.sheet, cell_order(one.cell)


def _rank(form: str) -> tuple[int, str]:
    """The whole first, then the cover sheet, then the forms by their codes."""
    return (("", _COVER).index(form) if form in ("", _COVER) else 2, form)


def _unit(said: Mapping[str, Any]) -> str:
    from tracker.place import load

    lives = load().units_of_code(said["unit"])
    last = date.fromisoformat(said["period_to"]) if said["period_to"] else None
    known = [one for one in lives if last and one.valid.first <= last] or lives[-1:]
    return f"{known[-1].full_name} ({said['unit']})" if known else said["unit"] or "…"


def _period(said: Mapping[str, Any]) -> str:
    days = (said["period_from"], said["period_to"])
    return "–".join(f"{date.fromisoformat(day):%d/%m/%Y}" if day else "…" for day in days)
