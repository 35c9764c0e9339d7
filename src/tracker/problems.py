"""What can be wrong with a return, how grave it is and how much of it is refused. Imports nothing of the project.

A problem is data: a code, a place and the facts that its message needs. The sentences are in `messages/`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Scope(StrEnum):
    """How much of a file a problem concerns; an error refuses that much."""

    CELL = "cell"
    ROW = "row"
    PART = "part"
    FORM = "form"
    RETURN = "return"
    FILE = "file"


WITHOUT_CELL = frozenset({Scope.FORM, Scope.RETURN, Scope.FILE})


def _catalogue() -> Iterator[tuple[str, Severity, Scope]]:
    table: dict[tuple[Severity, Scope], str] = {
        (Severity.ERROR, Scope.FILE): "unreadable_file encrypted_file not_a_spreadsheet file_too_large"
        " several_units personal_data",
        (Severity.ERROR, Scope.RETURN): "missing_ttc unknown_form_version unknown_unit unit_not_in_force"
        " unit_name_mismatch unit_wrong_tier period_invalid revision_conflict nil_with_figures empty_return",
        (Severity.ERROR, Scope.FORM): "missing_header personal_data_sheet copied_from_other_unit",
        (Severity.ERROR, Scope.PART): "deployed_without_received date_order parts_do_not_add_up"
        " part_exceeds_total reached_exceeds_population stages_exceed_base",
        (Severity.ERROR, Scope.ROW): "row_outside_period model_closed_with_sessions unknown_outlet",
        (Severity.ERROR, Scope.CELL): "not_a_count not_a_date not_yes_no not_in_list formula_without_value"
        " error_value missing_value",
        (Severity.WARNING, Scope.FILE): "legacy_encoding hidden_sheet",
        (Severity.WARNING, Scope.RETURN): "predecessor_and_successor unit_divided",
        (Severity.WARNING, Scope.FORM): "hidden_rows copied_from_last_period period_not_expected",
        (Severity.WARNING, Scope.ROW): "row_crosses_period model_without_sessions integrated_without_host"
        " duplicate_row joint_activity_twice unknown_row evidence_missing",
        (Severity.WARNING, Scope.CELL): "value_struck unknown_column reached_equals_attendances reached_fell"
        " population_differs total_row_wrong implausible_size unsigned method_missing",
        (Severity.INFO, Scope.FILE): "identical_file",
        (Severity.INFO, Scope.RETURN): "late",
        (Severity.INFO, Scope.ROW): "round_average",
        (Severity.INFO, Scope.CELL): "value_repaired zeros_restored forecast",
    }
    for (severity, scope), codes in table.items():
        for code in codes.split():
            yield code, severity, scope


CODES: Mapping[str, tuple[Severity, Scope]] = {code: (severity, scope) for code, severity, scope in _catalogue()}
"""Every problem code of the contract (section 5) with its usual severity and scope."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or worth a note, at one place of one file.

    `cell` is in A1 style and stays empty for a form, a return or a file. `found` is what stands there; it is never
    given where privacy forbids it. `facts` are the words and figures that the message names. `waiver` is the reason
    that the unit gave for a warning and that still holds.
    """

    code: str
    form: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    found: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    severity: Severity = Severity.ERROR
    scope: Scope = Scope.CELL
    waiver: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def problem(
    code: str,
    *,
    form: str = "",
    sheet: str = "",
    cell: str = "",
    field: str = "",
    found: str = "",
    severity: Severity | None = None,
    scope: Scope | None = None,
    facts: Mapping[str, str] | None = None,
    **more: str,
) -> Problem:
    """A problem with the severity and scope of its code, unless others are given.

    `facts`, and any further word given by name, fill the message.
    """
    usual_severity, usual_scope = CODES[code]
    scope = scope or usual_scope
    return Problem(
        code=code,
        form=form,
        sheet=sheet,
        cell="" if scope in WITHOUT_CELL else cell,
        field=field,
        found=found,
        facts={**(facts or {}), **more},
        severity=severity or usual_severity,
        scope=scope,
    )


def cell_order(cell: str) -> tuple[int, int, str]:
    """Sorts cells as a person goes through a form: row by row, then A … Z, AA …"""
    letters = cell.rstrip("0123456789")
    row = cell[len(letters) :]
    return (int(row) if row else 0, len(letters), letters)


class TrackerError(Exception):
    """The tool was used wrongly: exit status 2. `code` names the message, `facts` fill it."""

    exit_status = 2

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class EnvironmentFailedError(TrackerError):
    """The machine failed (disk full, store locked, server gone), not the data: exit status 3."""

    exit_status = 3
