"""What of a version does not count: its errors, and what they took with them.

An error refuses the smallest scope that holds it, so a version that counts may still count in part only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.form import Layout
from tracker.forms import FORMS
from tracker.problems import Problem, Scope
from tracker.versions import Version
from tracker.waivers import unit_of

if TYPE_CHECKING:
    from tracker.crosschecks import Cross


@dataclass(frozen=True, slots=True)
class Refused:
    """What errors took from a version that counts: parts of its form by name, rows, single cells."""

    parts: tuple[str, ...]
    rows: int
    cells: int


def errors(
    versions: Sequence[Version], own: Mapping[str, Sequence[Problem]], cross: Cross
) -> dict[int, list[Problem]]:
    """By the number of each filing its errors: those of its file (`own`, by hash), those other returns give it."""
    beside: dict[int, list[Problem]] = defaultdict(list)
    for told in cross.problems({one.sha256 for one in versions}, with_dates=False).values():
        for filing, it in told:
            beside[filing.id].append(it)
    found = {}
    for one in versions:
        said = [it for it in own.get(one.sha256, ()) if it.form in ("", one.form) and unit_of(it) in ("", one.unit)]
        at_fault = {(it.sheet, it.cell) for it in said if it.is_error and it.cell}
        more = [it for it in beside[one.id] if (it.sheet, it.cell) not in at_fault]
        found[one.id] = [it for it in (*said, *more) if it.is_error]
    return found


def refused(one: Version, errors: Sequence[Problem]) -> Refused:
    """What its errors took from a version; of a form without parts a part is the whole form, so none is named."""
    form = FORMS[one.form]
    named = {form.by_name[it.field].part for it in errors if it.scope is Scope.PART and it.field in form.by_name}
    rows, cells = set(), set()
    for it in errors:
        if it.scope is Scope.ROW or (it.scope is Scope.CELL and form.layout is Layout.TABLE):
            rows.add((it.sheet, it.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
        elif it.scope is Scope.CELL:
            cells.add((it.sheet, it.cell))
    parts = tuple(part for part in form.parts if part in named or part in one.refused_parts)
    return Refused(parts, len(rows), len(cells))
