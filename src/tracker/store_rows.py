"""Rows of the store out of what was understood of a file, and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker import __version__
from tracker.folding import fold
from tracker.problems import Problem, Scope, Severity
from tracker.returns import Filing, Reason, Received, Record, Return, Status

ACCEPTED, REJECTED, QUARANTINED = "accepted", "rejected", "quarantined"
QUALIFIERS = "~"
"""Key among a record's answers for the qualifiers ("over", "nearly") of those figures that have one."""


@dataclass(frozen=True, slots=True)
class Known:
    """A file that the store holds already: what it said of it when it first came."""

    id: int
    sha256: str
    size: int
    status: Status
    returns: list[dict[str, Any]]
    problems: list[Problem]
    first_received: date


def file_row(received: Received) -> dict[str, Any]:
    return {
        "sha256": received.sha256,
        "size": received.size,
        "status": received.status.value,
        "returns": [summary(one) for one in received.returns],
        "problems": [_plain_problem(one) for one in received.problems],
        "made_by": __version__,
    }


def filing_row(one: Return, filing: Filing, status: Status) -> dict[str, Any]:
    quarantined = status is Status.QUARANTINED
    refused = one.refused or filing.refused
    return {
        "unit": one.unit,
        "agency": one.agency,
        "outlet": one.outlet,
        "form": filing.form,
        "period_from": one.period.first if one.period else None,
        "period_to": one.period.last if one.period else None,
        "kind": one.kind.value,
        "year": one.year,
        "revision": one.revision,
        "prepared_on": one.prepared_on,
        "nil": one.nil,
        "status": QUARANTINED if quarantined else REJECTED if refused else ACCEPTED,
        "none": filing.none,
        "refused_parts": sorted(filing.refused_parts),
        "refused_days": [[day.first.isoformat(), day.last.isoformat()] for day in filing.refused_days],
        "refused_undated": filing.refused_undated,
        "content": filing.content,
        "figures": filing.figures,
    }


def record_row(filing_id: int, record: Record) -> dict[str, Any]:
    answers = {name: _plain(value) for name, value in record.values.items() if value is not None}
    qualified = {name: one.qualifier for name, one in record.origins.items() if one.qualifier != "exact"}
    if qualified:
        answers[QUALIFIERS] = qualified
    origins = {name: [one.cell, one.raw, *([one.sheet] if one.sheet else [])] for name, one in record.origins.items()}
    return {
        "filing_id": filing_id,
        "sheet": record.sheet,
        "row": record.row,
        "answers": json.dumps(answers, ensure_ascii=False, separators=(",", ":")),
        "origins": json.dumps(origins, ensure_ascii=False, separators=(",", ":")),
    }


def joint_code(answers: Mapping[str, Any]) -> str:
    """The code of the joint activity that a record is of, folded; "" for none."""
    return fold(str(answers.get("joint_code") or ""))


def joint_rows(filing_id: int, filing: Filing) -> list[dict[str, Any]]:
    """The codes of the joint activities of a filing, each once."""
    codes = dict.fromkeys(joint_code(record.values) for record in filing.records)
    return [{"filing_id": filing_id, "code": code} for code in codes if code]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def kept_name(received: Received) -> str:
    """The name of a file; none of a quarantined one, whose name may be a person's (section 9)."""
    return "" if received.status is Status.QUARANTINED else received.path


def waiver_rows(reasons: Iterable[Reason], filings: Sequence[tuple[int, str, str]]) -> list[dict[str, Any]]:
    """Each reason with the filing of its form, else with any of its unit; none without a filing.

    `filings` are the file's, as (number, form, unit).
    """
    rows = {}
    for one in reasons:
        of_unit = [(number, form) for number, form, unit in filings if one.unit in ("", unit)]
        own = next((number for number, form in of_unit if form == one.form), next(iter(of_unit), (0, ""))[0])
        if own:
            said = {name: getattr(one, name) for name in ("code", "sheet", "cell", "field", "found")}
            rows[(own, *said.values())] = {**said, "filing_id": own, "reason": one.text}
    return list(rows.values())


def summary(one: Return) -> dict[str, Any]:
    """What a return is, as the check report says it."""
    return {
        "unit": one.unit,
        "agency": one.agency,
        "outlet": one.outlet,
        "period_from": one.period.first.isoformat() if one.period else None,
        "period_to": one.period.last.isoformat() if one.period else None,
        "revision": one.revision,
        "forms": [filing.form for filing in one.filings],
        "status": one.status.value,
    }


def _plain_problem(one: Problem) -> dict[str, Any]:
    return {
        "code": one.code,
        "form": one.form,
        "sheet": one.sheet,
        "cell": one.cell,
        "field": one.field,
        "found": one.found,
        "facts": dict(one.facts),
        "severity": one.severity.value,
        "scope": one.scope.value,
    }


def problem_of(said: Mapping[str, Any]) -> Problem:
    return Problem(**{**said, "severity": Severity(said["severity"]), "scope": Scope(said["scope"])})
