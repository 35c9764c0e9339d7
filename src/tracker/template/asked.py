"""What a plan asks of a form: the fields that its targets need, and those without which these could not be checked.

Knows plans and forms; nothing of sheets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from tracker.form import Field, Form, Layout
from tracker.plan import LIST_OF_PLACES, Chosen, DutiesTarget, Figure, GrowthTarget, Plan, Value, Words

_DUE = ("_in_time", "_transferred")  # a figure that is due is its total less these
_OWN_NAMES = ("id", "key")  # what a declaration is called may be what a field is called
_OF_DUTIES = ("B06", ("duty", "done"))
_COMPANIONS = {"hotspot": ("basis", "document", "valid_from", "valid_to"), "reach_method": ("survey_n",)}
"""Fields that explain another one and are asked with it."""
_OF_GROWTH = {"items": ("outlet", "title"), "minutes": ("broadcasts", "minutes")}


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of a form that a template shows, in the form's order, and which of them are to be filled.

    In a table form these are what a target asks of each row; figures that are only added up are filled where there
    are any.
    """

    form: Form
    fields: tuple[Field, ...]
    needed: frozenset[str]

    @property
    def codes(self) -> tuple[str, ...]:
        """The rows of a row-coded form."""
        return tuple(dict.fromkeys(one.code for one in self.fields if one.code))

    def at(self, code: str, heading: str) -> Field | None:
        return next((one for one in self.fields if one.code == code and one.column == heading), None)

    def headings(self) -> tuple[str, ...]:
        """The columns of figures of a row-coded form, in the form's order."""
        used = {one.column for one in self.fields}
        return tuple(heading for heading in self.form.header if heading in used)


def asked(plan: Plan, form: Form) -> Asked:
    """What a template of a plan asks in a form; a form of which the plan uses no field is asked whole."""
    required = {one.name for one in form.fields if one.required}
    named = {name for code, name, _ in _named(plan, "") if code == form.code} & form.by_name.keys()
    tested = {name for code, name, added in _named(plan, "") if code == form.code and not added}
    needed = required | (named & tested if form.layout is Layout.TABLE else named)
    whole = set(form.by_name)
    shown = _closed(form, named | required | set(form.core) | set(form.dated_by)) if named | required else whole
    return Asked(form, tuple(one for one in form.fields if one.name in shown), frozenset(needed))


def _named(node: object, form: str, *, added: bool = False) -> Iterator[tuple[str, str, bool]]:
    """Every word of a plan that may be a field: the form named nearest to it, the word, whether it is only summed."""
    if isinstance(node, Words):
        return
    if isinstance(node, BaseModel):
        form = str(getattr(node, "form", form) or form)
        yield from ((*found, False) for found in _by_kind(node, form))
        for name in type(node).model_fields:
            value = getattr(node, name)
            if name == "reference":
                yield str(getattr(node, "reference_form", "") or LIST_OF_PLACES), str(value), False
            if name not in _OWN_NAMES:
                yield from _named(value, form, added=isinstance(node, Value) and name == "field")
    elif isinstance(node, tuple):
        for one in node:
            yield from _named(one, form)
    elif isinstance(node, str):
        yield form, node, added


def _by_kind(node: BaseModel, form: str) -> Iterator[tuple[str, str]]:
    """Fields that a kind of target uses without naming them."""
    if isinstance(node, Figure) and node.due:
        yield from ((form, node.field + suffix) for suffix in _DUE)
    elif isinstance(node, Value) and node.count == "settings":
        yield form, "setting"
    elif isinstance(node, Chosen) and node.of == "hotspots":
        yield LIST_OF_PLACES, "hotspot"
    elif isinstance(node, DutiesTarget):
        yield from ((_OF_DUTIES[0], name) for name in _OF_DUTIES[1])
    elif isinstance(node, GrowthTarget):
        for part in node.parts:
            yield from ((form, name) for name in _OF_GROWTH.get(part.count, ()))


def _closed(form: Form, names: set[str]) -> set[str]:
    """The fields with all that the form's rules hold against them."""
    shown, before = set(names), set[str]()
    while shown != before:
        before = set(shown)
        for rule in form.figure_rules:
            shown |= set(rule.right) if rule.left in shown else set()
        for deployed in form.deployed_rules:
            pair = {deployed.received, deployed.deployed}
            shown |= pair if pair & shown else set()
        shown |= {other for name in shown for other in _COMPANIONS.get(name, ()) if other in form.by_name}
    return shown
