"""Rows of the store out of what was understood of a file, and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from json.encoder import encode_basestring as quoted
from typing import Any, TypeAlias

from tracker import __version__
from tracker.folding import fold
from tracker.kept import HasText, Text, kept
from tracker.problems import Problem, Scope, Severity
from tracker.returns import Filing, FilingRows, Packed, Reason, Received, Record, RecordRow, Return, Status, Told

ACCEPTED, REJECTED, QUARANTINED = "accepted", "rejected", "quarantined"
QUALIFIERS = "~"
"""Key among a record's answers for the qualifiers ("over", "nearly") of those figures that have one."""

Filed: TypeAlias = tuple[int, str, str]
"""A filing by its number, with its form and its unit."""


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


def packed(received: Received) -> Packed:
    """The file in the rows that are stored of it."""
    return Packed(
        received.path,
        received.sha256,
        received.size,
        received.status,
        [summary(one) for one in received.returns],
        received.problems,
        received.known,
        received.enclosed,
        received.reasons,
        received.ignored,
        received.bad_lines,
        [
            _filing_rows(number, one, filing, received.status)
            for number, one in enumerate(received.returns)
            for filing in one.filings
        ],
    )


def _filing_rows(number: int, one: Return, filing: Filing, status: Status) -> FilingRows:
    """A filing of the return that is the file's `number`th."""
    row = filing_row(one, filing, status)
    row["return_no"] = number
    records = [*zip(filing.records, _qualifiers(filing.records), strict=True)]
    rows = [_record_row(record, some) for record, some in records]
    answers: list[Mapping[str, HasText]] = [
        {**record.told, QUALIFIERS: Text(some)} if some else record.told for record, some in records
    ]
    return FilingRows(row, rows, joint_codes(filing), kept(filing.form, answers))


def file_row(one: Packed) -> dict[str, Any]:
    return {
        "sha256": one.sha256,
        "size": one.size,
        "status": one.status.value,
        "returns": one.returns,
        "problems": [_plain_problem(it) for it in one.problems],
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


def _qualifiers(records: Sequence[Record]) -> Sequence[str]:
    """Of each record the qualifiers of those figures that have one, as JSON; "" where none has, as nearly always."""
    if {one.qualifier for record in records for one in record.told.values()} <= {"exact"}:
        return [""] * len(records)
    return [_qualified(record.told) for record in records]


def _qualified(told: Mapping[str, Told]) -> str:
    said = [f'"{name}":"{one.qualifier}"' for name, one in told.items() if one.qualifier != "exact"]
    return f"{{{','.join(said)}}}" if said else ""


def _record_row(record: Record, qualifiers: str) -> RecordRow:
    """The record in the texts that `json` would write without spaces; each answer knows its own."""
    told, letters, places, elsewhere = record.told, record.letters, record.places, record.elsewhere
    answers = [one.stored for one in told.values()]
    if qualifiers:
        answers.append(f'"{QUALIFIERS}":{qualifiers}')
    if places or elsewhere:
        cells = [_on(elsewhere.get(name), f'"{name}":["{record.cell(name)}{one.shown}') for name, one in told.items()]
    else:
        number = str(record.row)
        cells = [f'"{name}":["{letters[name]}{number}{one.shown}' for name, one in told.items()]
    return record.sheet, record.row, f"{{{','.join(answers)}}}", f"{{{','.join(cells)}}}"


def _on(sheet: str | None, origin: str) -> str:
    """An origin with the sheet that is not its record's."""
    return f"{origin[:-1]},{quoted(sheet)}]" if sheet else origin


def joint_code(answers: Mapping[str, Any]) -> str:
    """The code of the joint activity that a record is of, folded; "" for none."""
    return fold(str(answers.get("joint_code") or ""))


def joint_codes(filing: Filing) -> list[str]:
    """The codes of the joint activities of a filing, each once."""
    codes = [joint_code(one.values) for one in filing.records if "joint_code" in one.told]
    return [code for code in dict.fromkeys(codes) if code]


class Origins(Mapping[str, Any]):
    """Cell and raw text of each figure of a record, as they were written; read when one is first asked for."""

    __slots__ = ("_said", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._said: dict[str, Any] | None = None

    def _read(self) -> dict[str, Any]:
        if self._said is None:
            self._said = json.loads(self._text)
        return self._said

    def __getitem__(self, name: str) -> Any:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def kept_name(one: Packed) -> str:
    """The name of a file; none of a quarantined one, whose name may be a person's (section 9)."""
    return "" if one.status is Status.QUARANTINED else one.path


def waiver_rows(reasons: Iterable[Reason], filings: Sequence[Filed]) -> list[dict[str, Any]]:
    """Each reason of a file with its filing of that form, else with any of the unit; none without a filing."""
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
