"""What may be typed into a cell to fill: its rule, its list and its hint, from the declaration of the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.form import Compare, Field, FigureRule, Form, Kind, Layout
from tracker.messages import has, say
from tracker.template.style import DAY, NUMBER, PLAIN

FIRST_DAY, LAST_DAY = "period_first", "period_last"
"""Defined names of the two cells of TTC: a day that must lie within the period is held against them."""

YES_NO = ("có", "không")
_NO_LIMIT = {"minimum": "=DATE(1945,9,2)", "maximum": "=DATE(2100,12,31)"}
_HINT, _TITLE = 255, 32  # what Excel takes


@dataclass(slots=True)
class Lists:
    """The closed lists of a workbook by their defined name; equal lists share one."""

    names: dict[tuple[str, ...], str] = field(default_factory=dict)

    def name(self, values: tuple[str, ...]) -> str:
        return self.names.setdefault(values, f"list_{len(self.names) + 1}")


def shape(one: Field) -> tuple[str, str]:
    """Number format and alignment of a cell to fill."""
    if one.kind in (Kind.COUNT, Kind.PERSONS):
        return NUMBER, "right"
    if one.kind is Kind.DATE:
        return DAY, "center"
    return PLAIN, "left" if one.kind in (Kind.TEXT, Kind.NOTE) else "center"


def meaning(form: Form, one: Field, year: int) -> str:
    """What the field means where that needs a word, else how its kind is filled."""
    own = f"meaning.{form.code}.{one.name}"
    return say(own) if has(own) else say(f"template.kind.{_kind(form, one)}", year=year)


def sentences(form: Form, one: Field, year: int) -> tuple[str, ...]:
    """What the field means and how a cell of its kind is filled; of a text with a meaning of its own, that alone."""
    filling = say(f"template.kind.{_kind(form, one)}", year=year)
    own = meaning(form, one, year)
    return (own,) if one.kind in (Kind.TEXT, Kind.CODE, Kind.NOTE) else tuple(dict.fromkeys((own, filling)))


def _kind(form: Form, one: Field) -> str:
    return "date_within" if one.kind is Kind.DATE and _within_period(form, one) else one.kind.value


def _within_period(form: Form, one: Field) -> bool:
    return one.name in form.dated_by


def validation(form: Form, one: Field, year: int, lists: Lists, more: str = "") -> Mapping[str, Any]:
    """The data-validation rule of a cell, with a hint; `more` is said after it."""
    texts = [*sentences(form, one, year), *filter(None, (more,))]
    while len(" ".join(texts)) > _HINT and len(texts) > 1:
        del texts[1]
    return {
        **_rule(form, one, year, lists),
        "input_title": _cut(f"{one.code} {one.label}".strip(), _TITLE),
        "input_message": _cut(" ".join(texts), _HINT),
        "error_title": _cut(say("template.wrong.title"), _TITLE),
    }


def _rule(form: Form, one: Field, year: int, lists: Lists) -> dict[str, Any]:
    match one.kind:
        case Kind.COUNT | Kind.PERSONS:
            # "trên 310" is an answer in a table of activities: there the rule asks, elsewhere it stops
            stop = "stop" if form.layout is not Layout.TABLE else "warning"
            rule = {"validate": "integer", "criteria": ">=", "value": 0, "error_type": stop}
            return {**rule, "error_message": say("template.wrong.count")}
        case Kind.DATE:
            key, limits = _limits(form, one)
            said = say(f"template.wrong.{key}", year=year)
            return {"validate": "date", "criteria": "between", **limits, "error_message": said}
        case Kind.YES_NO | Kind.CHOICE:
            values = YES_NO if one.kind is Kind.YES_NO else tuple(choice.value for choice in one.choices)
            rule = {"validate": "list", "source": f"={lists.name(values)}"}
            return {**rule, "error_message": say("template.wrong.list")}
        case _:
            return {"validate": "any"}


def _limits(form: Form, one: Field) -> tuple[str, Mapping[str, str]]:
    """Within the period, not after it (what was received may have come before it), or any day of our times."""
    if _within_period(form, one):
        return "date_within", {"minimum": f"={FIRST_DAY}", "maximum": f"={LAST_DAY}"}
    handed = {f"{name}_date" for rule in form.deployed_rules for name in (rule.received, rule.deployed)}
    if one.name in handed:
        return "date_until", {**_NO_LIMIT, "maximum": f"={LAST_DAY}"}
    return "date", _NO_LIMIT


def first_cell(rule: Mapping[str, Any], cell: str) -> dict[str, Any]:
    """The rule of a day in the first cell of a table, where "Không phát sinh" may stand as well."""
    day = f"AND(ISNUMBER({cell}),{cell}>={FIRST_DAY},{cell}<={LAST_DAY})"
    kept = {name: value for name, value in rule.items() if name not in ("criteria", "minimum", "maximum")}
    said = {"error_message": say("template.wrong.first")}
    return {**kept, "validate": "custom", "value": f"=OR({day},ISTEXT({cell}))", **said}


def broken(rule: FigureRule, cells: Mapping[str, str]) -> str:
    """The formula that is true where a rule does not hold between filled cells, named by field."""
    left, right = cells[rule.left], [cells[name] for name in rule.right]
    filled = f"COUNT({','.join([left, *right])})={1 + len(right)}"
    sign = "<>" if rule.compare is Compare.ADDS_UP else ">"
    return f"AND({filled},{left}{sign}{'+'.join(right)})"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip(" ,.;:") + "…"
