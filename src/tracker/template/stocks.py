"""What a body reported last, as far as it helps to fill the next return: carried-over cases, populations, models.

Shown for reference only. A small figure of victims or cases is masked here as in every other output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.form import Form, Layout
from tracker.forms import FORMS
from tracker.period import Period
from tracker.report.wording import MASKED
from tracker.template.tasks import Task
from tracker.versions import Version

Load = Callable[[Sequence[int]], Iterable[Mapping[str, Any]]]
Shown = Mapping[str, int | str]
"""By field: what stood there last time."""

SMALL = range(1, 5)


@dataclass(frozen=True, slots=True)
class Last:
    """What one form of a body said last: the days it was for, and one record (of a row-coded form) or more."""

    period: Period
    records: tuple[Shown, ...]


@dataclass(slots=True)
class Stocks:
    """The returns that count, and their records on demand."""

    versions: Iterable[Version] = ()
    load: Load = lambda _: ()
    _by_body: dict[tuple[str, str, str], list[Version]] = field(default_factory=dict)

    def of(self, task: Task) -> dict[str, Last]:
        """By form code; a form that has nothing to show has no entry."""
        if not self._by_body:
            for one in self.versions:
                if one.counts and one.period is not None and FORMS[one.form].last_period:
                    self._by_body.setdefault((one.unit, one.agency, one.form), []).append(one)
        found = {code: self._last(task, code) for code in task.forms if FORMS[code].last_period}
        return {code: last for code, last in found.items() if last is not None and last.records}

    def _last(self, task: Task, code: str) -> Last | None:
        earlier = [
            (one.period.last, one.period.days, one.id, one)
            for one in self._by_body.get((task.unit.code, task.agency, code), ())
            if one.period is not None and one.period.last < task.period.first
        ]
        if not earlier:
            return None
        version = max(earlier, key=lambda found: found[:3])[3]
        assert version.period is not None
        form = FORMS[code]
        answers = [_standing(form, version, one["answers"]) for one in self.load([version.id])]
        return Last(version.period, tuple(filter(None, (_shown(form, one) for one in answers))))


def _standing(form: Form, version: Version, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a record without those of its refused parts and those that are not exact."""
    vague = answers.get("~") or {}
    refused = {one.name for one in form.fields if one.part in version.refused_parts}
    return {name: answer for name, answer in answers.items() if name not in refused and name not in vague}


def _shown(form: Form, answers: Mapping[str, Any]) -> dict[str, int | str]:
    found: dict[str, int | str] = {}
    for name, sources in form.last_period.items():
        said = [answers[source] for source in sources if answers.get(source) is not None]
        if len(said) < len(sources):
            continue  # a part that nobody knows makes no sum
        figure = sum(said) if len(said) > 1 else said[0]
        small = form.layout is Layout.ROWS and set(sources) & set(form.small_cells) and figure in SMALL
        found[name] = MASKED if small else _plain(figure)
    return found


def _plain(value: Any) -> int | str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value
