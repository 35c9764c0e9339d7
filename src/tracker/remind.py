"""Reminders: for each district a short text to paste into a message, saying who has yet to send or mend what.

A text names bodies, forms, cells and kinds of fault: no person, no figure, no file name, and of a quarantined file
only that it must be sent again. It depends on nothing but what has been received.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from tracker.messages import lang, say
from tracker.naming import file_name
from tracker.plan import Plan
from tracker.problems import Problem, cell_order
from tracker.report.wording import agency
from tracker.submission import Filer, Submission
from tracker.writing import count, day

PROVINCE_CODE = 2  # digits
REASONS = 3
CELLS = 4
PRIVATE = "personal_data"

Body = tuple[str, str]
"""A unit and its agency."""


class Filed(Protocol):
    """One plan in one year: who was to file what, and where they belong (see `cli.status.Filed`)."""

    @property
    def plan(self) -> Plan: ...
    @property
    def submissions(self) -> Sequence[Submission]: ...
    def district(self, filer: Filer) -> str: ...
    def name(self, code: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A plan, and the errors of the returns that still stand, by body."""

    filed: Filed
    errors: Mapping[Body, Sequence[Problem]]


@dataclass(slots=True)
class Left:
    """What one district has left to do for one plan: forms by body."""

    missing: dict[Body, list[str]] = field(default_factory=dict)
    returned: dict[Body, list[str]] = field(default_factory=dict)
    mended: dict[Body, list[str]] = field(default_factory=dict)
    private: dict[Body, list[str]] = field(default_factory=dict)
    dues: dict[str, date | None] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.dues


def texts(asked: Sequence[Asked], *, year: int, known_on: date | None) -> dict[str, str]:
    """Text by file name, one for each district and one for the bodies of a province, also where nothing is left."""
    places = {code: one.filed.name(code) for one in asked for code in _places(one.filed)}
    return {
        f"{file_name(code, name)}.txt": _text(asked, code, name, year=year, known_on=known_on)
        for code, name in sorted(places.items())
    }


def _places(filed: Filed) -> set[str]:
    return {filed.district(filer) for line in filed.submissions for filer in line.filers}


def _text(asked: Iterable[Asked], place: str, name: str, *, year: int, known_on: date | None) -> str:
    whom = "province" if len(place) == PROVINCE_CODE else "district"
    lines = [say(f"remind.to_{whom}", name=name), ""]
    todo = [(one, left) for one in asked if not (left := _left(one, place)).is_empty]
    known = say("remind.known_on", day=day(known_on)) if known_on else say("remind.known_all")
    if todo:
        lines += [say("remind.opening", year=year, known=known)]
        for one, left in todo:
            lines += ["", one.filed.plan.title.said(lang()), *_sections(one, left)]
        lines += ["", say("remind.closing")]
    else:
        lines += [say("remind.complete", year=year, known=known)]
    return "\n".join([*lines, say("remind.thanks"), ""])


def _left(one: Asked, place: str) -> Left:
    left = Left()
    for line in one.filed.submissions:
        for filer in line.filers:
            if one.filed.district(filer) == place:
                _add(left, line, filer, one.errors.get((filer.unit, filer.agency), ()))
    return left


def _add(left: Left, line: Submission, filer: Filer, errors: Sequence[Problem]) -> None:
    of_form = [it for it in errors if it.form in ("", *line.form.split(", "))]
    if filer.state == "missing":
        kind = left.missing
    elif any(it.code == PRIVATE for it in of_form):
        kind = left.private
    elif filer.state == "returned":
        kind = left.returned
    elif of_form:
        kind = left.mended
    else:
        return
    kind.setdefault((filer.unit, filer.agency), []).append(line.form)
    left.dues[line.form] = line.due


# --- in words ---------------------------------------------------------------------------------------------------


def _sections(one: Asked, left: Left) -> Iterator[str]:
    """Each thing to do that there is, with its lines; then until when."""
    sections = {
        "missing": _together(one, left.missing),
        "returned": _with_reasons(one, left.returned),
        "mended": _with_reasons(one, left.mended),
        "private": _together(one, left.private),
    }
    filled = {heading: lines for heading, lines in sections.items() if lines}
    for number, (heading, lines) in enumerate(filled.items(), start=1):
        yield f"{number}. {say(f'remind.{heading}')}"
        yield from (f"- {line}" for line in lines)
    by_due: dict[date, list[str]] = {}
    for form, due in left.dues.items():
        if due is not None:
            by_due.setdefault(due, []).append(form)
    for due, forms in sorted(by_due.items()):
        yield say("remind.due", forms=_forms(forms), day=day(due))


def _together(one: Asked, bodies: Mapping[Body, Sequence[str]]) -> list[str]:
    """Bodies that lack the same forms on one line."""
    alike: dict[tuple[str, ...], list[Body]] = {}
    for body, forms in bodies.items():
        alike.setdefault(tuple(forms), []).append(body)
    return [
        say("remind.line", who=_forms(forms), what=", ".join(_body(one, it) for it in these))
        for forms, these in alike.items()
    ]


def _with_reasons(one: Asked, bodies: Mapping[Body, Sequence[str]]) -> list[str]:
    return [_with_reason(one, body, forms) for body, forms in bodies.items()]


def _with_reason(one: Asked, body: Body, forms: Sequence[str]) -> str:
    """A body with its forms, and in a few words why they came back."""
    single = {form for said in forms for form in said.split(", ")}
    alike: dict[tuple[str, str], list[str]] = {}
    for it in one.errors.get(body, ()):
        if it.form in ("", *single):
            named = "" if single == {it.form} else it.form  # not the one that is named already
            alike.setdefault((it.code, named), []).append(it.cell)
    reasons = [_reason(*kind, cells) for kind, cells in alike.items()]
    shown = reasons[:REASONS]
    if len(reasons) > REASONS:
        shown.append(say("remind.more_reasons", n=count(len(reasons) - REASONS)))
    who = f"{_body(one, body)} ({_forms(forms)})"
    return say("remind.line", who=who, what="; ".join(shown)) if shown else who


def _reason(code: str, form: str, cells: Iterable[str]) -> str:
    named = sorted({cell for cell in cells if cell}, key=cell_order)
    said = ", ".join(named[:CELLS]) + (" …" if len(named) > CELLS else "")
    where = " ".join(part for part in (form, say("remind.cell", cells=said) if named else "") if part)
    return f"{say(f'fault.{code}')} ({where})" if where else say(f"fault.{code}")


def _forms(forms: Iterable[str]) -> str:
    """ "B01, B02"; a line of which any form will do says so."""
    return ", ".join(say("remind.any_of", forms=form) if ", " in form else form for form in forms)


def _body(one: Asked, body: Body) -> str:
    unit, of = body
    name = one.filed.name(unit)
    return name if of == "UBND" else f"{agency(of)} {name}"
