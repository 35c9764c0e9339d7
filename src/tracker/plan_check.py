"""Faults of a plan file, all in one pass, each with its key path: `targets[2].thresholds[0].cite`.

First those of its shape (see `plan_shape`), then what that cannot know: forms, fields, agencies, windows, duties.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from tracker.form import Field, Kind
from tracker.forms import FORMS
from tracker.forms.ttc import AGENCIES
from tracker.period import YearDay
from tracker.place import COUNTRY, Places, load
from tracker.plan import (
    AllTest,
    AnyOfTests,
    AnyTest,
    Chosen,
    DutyTest,
    FieldTest,
    Figure,
    FormTest,
    Plan,
    RecordTest,
    Threshold,
    UnitTest,
    Value,
)
from tracker.plan_shape import Fault, shape_faults

LIST_OF_PRESS, LIST_OF_PLACES, DUTIES = "B00P", "B00", "B06"
GROUPINGS = ("agency", "month", "province", "district", "commune")
"""What a measure may be grouped by beside the fields of its form."""
JUDGED = ("share", "persons", "ratio", "months", "duties")
"""Kinds of target that nobody can judge without a threshold; growth is held against the year before."""
_ID = re.compile(r"[a-z0-9-]{1,60}")  # stands in file names and on templates
_AGENCIES = frozenset(choice.value for choice in AGENCIES)


def faults(content: bytes) -> list[Fault]:
    """Every fault of a plan file; none means that it can be scored."""
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return [("", "not_utf8", {})]
    except tomllib.TOMLDecodeError as error:
        return [("", "not_toml", {"why": str(error)})]
    try:
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        return shape_faults(error, raw) if raw else [("", "empty", {})]
    return list(_Check(plan).faults())


class _Check:
    """One pass over a plan that has the right shape."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.places: Places = load()
        self.windows = frozenset(window.id for window in plan.windows)
        self.duties = frozenset(duty.id for duty in plan.duties)
        self.filed: dict[str, set[tuple[str, str]]] = {}  # by form: agency and tier of those who file it
        for expected in plan.returns:
            for form in expected.forms:
                self.filed.setdefault(form, set()).update((one.agency, one.tier) for one in expected.filers)

    def faults(self) -> Iterator[Fault]:
        yield from self._head()
        yield from self._windows()
        yield from self._returns()
        yield from self._duties()
        yield from _twice("targets", [target.id for target in self.plan.targets])
        for number, target in enumerate(self.plan.targets):
            yield from self._target(f"targets[{number}]", target)

    def _head(self) -> Iterator[Fault]:
        if not _ID.fullmatch(self.plan.id):
            yield "id", "not_an_id", {"found": self.plan.id}
        if self.plan.area != COUNTRY and not self.places.units_of_code(self.plan.area):
            yield "area", "unknown_place", {"found": self.plan.area}
        if self.plan.life.first > self.plan.life.last:
            yield "life", "life_order", {}

    def _windows(self) -> Iterator[Fault]:
        yield from _twice("windows", [window.id for window in self.plan.windows])
        for number, window in enumerate(self.plan.windows):
            path = f"windows[{number}]"
            yield from _cited(path, window.cite)
            for key, text in (("from", window.first), ("to", window.last)):
                if not _is_day(text):
                    yield f"{path}.{key}", "not_a_day", {"found": text}

    def _returns(self) -> Iterator[Fault]:
        for number, expected in enumerate(self.plan.returns):
            path = f"returns[{number}]"
            for place, form in enumerate(expected.forms):
                yield from _form(f"{path}.forms[{place}]", form)
            for place, filer in enumerate(expected.filers):
                yield from _agency(f"{path}.filers[{place}].agency", filer.agency)
                yield from _tier(f"{path}.filers[{place}].tier", filer.tier, expected.forms)
            yield from self._window(f"{path}.window", expected.window)
            if expected.due is not None:
                yield from _due(f"{path}.due", expected.due)

    def _duties(self) -> Iterator[Fault]:
        yield from _twice("duties", [duty.id for duty in self.plan.duties])
        for number, duty in enumerate(self.plan.duties):
            yield from self._filer(f"duties[{number}].agency", DUTIES, duty.agency, duty.tier)
            yield from _cited(f"duties[{number}]", duty.cite)

    def _window(self, path: str, name: str) -> Iterator[Fault]:
        if name and name not in self.windows:
            yield path, "unknown_window", {"found": name, "known": ", ".join(sorted(self.windows))}

    def _duty(self, path: str, name: str) -> Iterator[Fault]:
        if name not in self.duties:
            yield path, "unknown_duty", {"found": name}

    def _target(self, path: str, target: Any, form: str = "") -> Iterator[Fault]:
        """Each key of a target or of a part, whatever its kind: what the key names must exist.

        `form` is the target's form where a part has none of its own.
        """
        form = getattr(target, "form", "") or form
        if hasattr(target, "cite"):
            yield from _cited(path, target.cite)
        yield from self._thresholds(f"{path}.thresholds", target)
        yield from self._keys(path, target, form)
        readings, parts = getattr(target, "readings", ()), getattr(target, "parts", ())
        yield from _twice(f"{path}.readings", [one.id for one in readings])
        yield from _twice(f"{path}.parts", [one.id for one in parts])
        for number, reading in enumerate(readings):
            yield from self._keys(f"{path}.readings[{number}]", reading, form, getattr(target, "reference_form", ""))
        for number, part in enumerate(parts):
            yield from self._target(f"{path}.parts[{number}]", part, form)

    def _thresholds(self, path: str, target: Any) -> Iterator[Fault]:
        """Thresholds that can be met, each from its own day on which the plan is still in force."""
        thresholds: Sequence[Threshold] = getattr(target, "thresholds", ())
        if getattr(target, "kind", "") in JUDGED and not thresholds:
            yield path, "no_threshold", {}
        for number, one in enumerate(thresholds):
            yield from _cited(f"{path}[{number}]", one.cite)
            if not 0 < one.value <= 1:
                yield f"{path}[{number}].value", "not_a_share", {"found": str(one.value)}
            if one.first in (other.first for other in thresholds[:number]):
                yield f"{path}[{number}].from", "same_day", {"found": one.first.isoformat()}
            if one.first > self.plan.life.last:
                facts = {"found": one.first.isoformat(), "last": self.plan.life.last.isoformat()}
                yield f"{path}[{number}].from", "after_life", facts

    def _form(self, path: str, code: str) -> Iterator[Fault]:
        """A form that exists and that somebody files."""
        yield from _form(path, code)
        if code in FORMS and code not in self.filed:
            yield path, "nobody_files", {"found": code}

    def _filer(self, path: str, form: str, agency: str, tier: str = "") -> Iterator[Fault]:
        """An agency that exists and is among those who file the form, of the tier or of any."""
        yield from _agency(path, agency)
        filers = self.filed.get(form, set())
        known = (agency, tier) in filers if tier else any(agency == one for one, _ in filers)
        if agency in _AGENCIES and form in FORMS and not known:
            yield path, "no_filer", {"form": form, "found": f"{agency} ({tier})" if tier else agency}

    def _figure(self, path: str, figure: Figure) -> Iterator[Fault]:
        yield from self._form(f"{path}.form", figure.form)
        yield from _number(f"{path}.field", figure.form, figure.field)
        if figure.due:
            yield from _field(f"{path}.due", figure.form, f"{figure.field}_in_time")
        if figure.where is not None:
            yield from self._record_test(f"{path}.where", figure.where, figure.form)

    def _keys(self, path: str, one: Any, form: str, reference_form: str = "") -> Iterator[Fault]:
        """What the keys name; `form` and `reference_form` are those of the target, where a reading has none."""
        if getattr(one, "form", ""):
            yield from self._form(f"{path}.form", one.form)
        yield from self._window(f"{path}.window", getattr(one, "window", ""))
        if getattr(one, "test", None) is not None:
            yield from self._unit_test(f"{path}.test", one.test)
        if getattr(one, "where", None) is not None:
            yield from self._record_test(f"{path}.where", one.where, form)
        yield from self._over(f"{path}.over", getattr(one, "over", None))
        list_of_places = getattr(one, "reference_form", "") or reference_form or LIST_OF_PLACES
        for key, of in (("quantity", form), ("field", form), ("reference", list_of_places)):
            if getattr(one, key, ""):
                yield from _number(f"{path}.{key}", of, getattr(one, key))
        if getattr(one, "method", ""):
            yield from _field(f"{path}.method", form, one.method)
        yield from _counting(path, one, form)
        if getattr(one, "reference", "") or getattr(one, "reference_form", ""):
            key = "reference_form" if "reference_form" in one.model_fields_set else "reference"
            yield from self._form(f"{path}.{key}", list_of_places)
        for key in ("numerator", "denominator"):
            if getattr(one, key, None) is not None:
                yield from self._figure(f"{path}.{key}", getattr(one, key))
        for number, duty in enumerate(getattr(one, "duties", ())):
            yield from self._duty(f"{path}.duties[{number}]", duty)
        if getattr(one, "covered_by", ""):
            yield from self._filer(f"{path}.covered_by", form, one.covered_by)
        for number, agency in enumerate(getattr(one, "added_by", ())):
            yield from _agency(f"{path}.added_by[{number}]", agency)
        for number, value in enumerate(getattr(one, "values", ())):
            yield from self._value(f"{path}.values[{number}]", value)

    def _unit_test(self, path: str, test: UnitTest) -> Iterator[Fault]:
        if isinstance(test, AnyOfTests):
            for number, one in enumerate(test.any):
                yield from self._unit_test(f"{path}.any[{number}]", one)
            return
        yield from self._window(f"{path}.window", test.window)
        if isinstance(test, DutyTest):
            yield from self._duty(f"{path}.duty", test.duty)
        elif isinstance(test, FormTest):
            yield from self._form(f"{path}.form", test.form)
            yield from self._record_test(f"{path}.where", test.where, test.form)

    def _record_test(self, path: str, test: RecordTest, form: str) -> Iterator[Fault]:
        if isinstance(test, AllTest | AnyTest):
            key, inner = ("all", test.all) if isinstance(test, AllTest) else ("any", test.any)
            for number, one in enumerate(inner):
                yield from self._record_test(f"{path}.{key}[{number}]", one, form)
            return
        yield from _field(f"{path}.field", form, test.field)
        if set(test.model_fields_set) <= {"field", "dated"}:
            yield f"{path}.is", "missing_key", {}
        if test.dated:
            yield from _field(f"{path}.dated", form, test.dated, Kind.DATE)
        if test.listed_as:
            yield from self._form(f"{path}.listed_as", LIST_OF_PRESS)
        if form in FORMS and test.field in FORMS[form].by_name:
            yield from _answer(path, test, FORMS[form].by_name[test.field])

    def _value(self, path: str, value: Value) -> Iterator[Fault]:
        yield from self._keys(path, value, value.form)
        for number, name in enumerate(value.by):
            if name not in GROUPINGS:
                yield from _field(f"{path}.by[{number}]", value.form, name, beside=GROUPINGS)
        yield from self._places(f"{path}.within", value.within)

    def _over(self, path: str, over: Chosen | None) -> Iterator[Fault]:
        if over is not None:
            if over.of == "hotspots":
                yield from self._form(path, LIST_OF_PLACES)
            yield from self._places(f"{path}.within", over.within)
            yield from self._places(f"{path}.units", over.units)

    def _places(self, path: str, codes: Sequence[str]) -> Iterator[Fault]:
        """Places that exist, and lay in the area on some day."""
        area = self.plan.area
        anywhere = area == COUNTRY or not self.places.units_of_code(area)
        for number, code in enumerate(codes):
            if not self.places.units_of_code(code):
                yield f"{path}[{number}]", "unknown_place", {"found": code}
            elif not anywhere and code not in self.places.ever_in(area):
                yield f"{path}[{number}]", "outside_area", {"found": code, "area": area}


def _counting(path: str, one: Any, form: str) -> Iterator[Fault]:
    """What a value or a part of growth counts: a sum takes a field, news items are those of one form."""
    count = getattr(one, "count", "")
    if count in ("sum", "latest") and not one.field:
        yield f"{path}.field", "missing_key", {}
    for counted, only in (("items", "B03"), ("minutes", "B03"), ("settings", "B04")):
        if count == counted and form != only:
            yield f"{path}.count", "not_allowed", {"found": f"{count} ({form})", "allowed": f"{count} ({only})"}


def _number(path: str, form: str, name: str) -> Iterator[Fault]:
    """A field that can be added up."""
    yield from _field(path, form, name)
    field = FORMS[form].by_name.get(name) if form in FORMS else None
    if field is not None and field.kept and field.kind not in (Kind.COUNT, Kind.PERSONS):
        yield path, "not_that_kind", {"field": name, "kind": field.kind.value}


def _answer(path: str, test: FieldTest, field: Field) -> Iterator[Fault]:
    """Whether what is asked of a field is something that it can say."""
    if isinstance(test.equals, str):
        allowed = [choice.value for choice in field.choices]
        if allowed and test.equals not in allowed:
            yield f"{path}.is", "not_allowed", {"found": test.equals, "allowed": ", ".join(allowed)}
    if isinstance(test.equals, bool) and field.kind is not Kind.YES_NO:
        yield f"{path}.is", "not_that_kind", {"field": field.name, "kind": field.kind.value}
    if (test.by_as_of or test.in_year) and field.kind is not Kind.DATE:
        yield f"{path}.field", "not_that_kind", {"field": field.name, "kind": field.kind.value}
    for key, limit in (("at_least", test.at_least), ("at_most", test.at_most)):
        if limit is not None and field.kind not in (Kind.COUNT, Kind.PERSONS):
            yield f"{path}.{key}", "not_that_kind", {"field": field.name, "kind": field.kind.value}
    if test.listed_as:
        levels = [choice.value for choice in FORMS[LIST_OF_PRESS].by_name["level"].choices]
        if test.listed_as not in levels:
            yield f"{path}.listed_as", "not_allowed", {"found": test.listed_as, "allowed": ", ".join(levels)}


def _field(
    path: str, form: str, name: str, kind: Kind | None = None, *, beside: Sequence[str] = ()
) -> Iterator[Fault]:
    """A field of the form; `beside` are other names that could stand there."""
    if form not in FORMS:
        return
    kept = {one.name: one for one in FORMS[form].kept_fields}
    field = kept.get(name)
    if field is None:
        yield path, "unknown_field", {"found": name, "form": form, "nearest": _nearest(name, [*beside, *kept])}
    elif kind is not None and field.kind is not kind:
        yield path, "not_that_kind", {"field": name, "kind": field.kind.value}


def _form(path: str, code: str) -> Iterator[Fault]:
    if code not in FORMS:
        yield path, "unknown_form", {"found": code, "known": ", ".join(FORMS)}


def _agency(path: str, code: str) -> Iterator[Fault]:
    if code not in _AGENCIES:
        yield path, "unknown_agency", {"found": code, "known": ", ".join(sorted(_AGENCIES))}


def _tier(path: str, tier: str, forms: Sequence[str]) -> Iterator[Fault]:
    """A tier whose units may file one of the forms; a return of another is refused (`unit_wrong_tier`)."""
    allowed = {one for form in forms if form in FORMS for one in FORMS[form].tiers}
    if allowed and tier not in allowed:
        yield path, "not_allowed", {"found": f"{tier} ({', '.join(forms)})", "allowed": ", ".join(sorted(allowed))}


def _cited(path: str, cite: str) -> Iterator[Fault]:
    if not cite.strip():
        yield f"{path}.cite", "not_cited", {}


def _twice(path: str, names: Sequence[str]) -> Iterator[Fault]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield f"{path}[{number}].id", "same_name", {"found": name}


def _due(path: str, due: Any) -> Iterator[Fault]:
    if bool(due.before) == bool(due.by):
        yield path, "before_or_by", {}
    for key in ("before", "by"):
        text = getattr(due, key)
        if text and not (len(text) == len("11-30") and _is_day(text)):
            yield f"{path}.{key}", "not_a_day", {"found": text}
    yield from _cited(path, due.cite)


def _is_day(text: str) -> bool:
    try:
        if len(text) == len("11-30"):
            YearDay.parse(text)
        else:
            date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _nearest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(name, known, n=2) or known[:5])
