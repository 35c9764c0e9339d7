"""From the cells of a form's tables to valid records, or to problems at their cells.

Reads rows, not meanings: what figures of one return demand of each other is in `checks`. A cell that cannot be read
refuses itself; in a table form its row goes with it. Nothing here knows who reports or for when.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tracker.answers import Reading, Row
from tracker.folding import fold_label, tidy
from tracker.form import Field, Form, Kind, Layout
from tracker.intake.grid import ERRORS, At, Sheet, Value, a1
from tracker.intake.tables import RowSays, Table, row_code
from tracker.problems import Problem, problem
from tracker.reading import Fault, raw_text, read
from tracker.returns import Origin

COUNTED = (Kind.COUNT, Kind.PERSONS)
DAYS_TO_1904 = 1462  # from the first day of the one date system to that of the other
_CODE_LIKE = re.compile(r"^0\d{3}$")


def read_form(form: Form, tables: Iterable[tuple[Table, Iterable[tuple[int, RowSays]]]]) -> Reading:
    """Every answer of a form, from all the tables that carry it, in one pass."""
    reading = Reading(form)
    reading.filing.form = form.code
    said_none = False
    for table, rows in tables:
        _report_unknown_columns(reading, table)
        numbered = list(rows)
        if form.layout is Layout.TABLE:
            _read_table(reading, table, numbered)
        else:
            _read_coded(reading, table, numbered)
        said_none = said_none or any(says is RowSays.NONE_HERE for _, says in numbered)
    reading.filing.none = said_none and not reading.rows
    _validate(reading)
    return reading


def _report_unknown_columns(reading: Reading, table: Table) -> None:
    for row, column, text in table.unknown:
        reading.problems.append(
            problem(
                "unknown_column",
                form=reading.form.code,
                sheet=table.sheet.name,
                cell=a1(row, column),
                found=tidy(text),
            )
        )


# --- table forms ------------------------------------------------------------------------------------------------


def _read_table(reading: Reading, table: Table, rows: list[tuple[int, RowSays]]) -> None:
    fields = _fields_by_column(table)
    columns = {one.name: column for column, one in fields}
    read_rows: list[Row] = []
    since_total: list[Row] = []
    for number, says in rows:
        if says is RowSays.TOTAL:
            _check_total(
                reading, Row(table.sheet.name, number, columns), table.sheet, fields, (read_rows, since_total)
            )
            since_total = []
        elif says is RowSays.DATA:
            row = _read_row(reading, Row(table.sheet.name, number, columns), table.sheet, fields)
            read_rows.append(row)
            since_total.append(row)
    reading.rows.extend(read_rows)


def _fields_by_column(table: Table) -> list[tuple[int, Field]]:
    by_label = {one.label: one for one in table.form.fields}
    return sorted(((place, by_label[label]) for label, place in table.columns.items()), key=lambda pair: pair[0])


def _read_row(reading: Reading, row: Row, sheet: Sheet, fields: list[tuple[int, Field]]) -> Row:
    faulty = False
    cells = sheet.rows[row.number]
    plain = not (sheet.merged or sheet.errors or sheet.unvalued)
    for column, one in fields:
        if plain and not one.required and (column >= len(cells) or cells[column] is None):
            continue  # most cells of a wide form are blank
        faulty |= _read_cell(reading, row, one, sheet, (row.number, column))
        if one.required and row.values.get(one.name) is None:
            reading.report("missing_value", row, one.name)
            faulty = True
    if faulty:
        reading.refuse_row(row)
    return row


def _read_cell(reading: Reading, row: Row, one: Field, sheet: Sheet, at: At) -> bool:
    """Reads one cell into the row; True when it holds an error."""
    if not one.kept:
        return False
    value = sheet.at(*at)
    if value is None and sheet.merged and reading.form.layout is Layout.TABLE and one.kind not in COUNTED:
        # A date or a kind merged over rows is said of each of them; a count is not.
        value = sheet.at(*sheet.merged.get(at, at))
    if sheet.since_1904 and one.kind is Kind.DATE and isinstance(value, int | float):
        value += DAYS_TO_1904
    if value is None and at not in sheet.errors and at not in sheet.unvalued:
        return False
    row.places[one.name] = a1(*at)
    failed = sheet.errors.get(at) or _error_typed(value)
    if failed:
        reading.report("error_value", row, one.name, found=failed)
        return True
    if value is None:
        reading.report("formula_without_value", row, one.name)
        return True
    raw = raw_text(value)
    answer = read(one, value)
    if isinstance(answer, Fault):
        _report_fault(reading, row, one, raw, answer)
        return True
    if answer.value is None:
        return False
    row.values[one.name] = answer.value
    elsewhere = row.elsewhere.get(one.name, "")
    row.origins[one.name] = Origin(row.places[one.name], raw, answer.qualifier, elsewhere)
    if answer.repaired:
        reading.report("value_repaired", row, one.name, value=str(answer.value))
    if at in sheet.struck:
        reading.report("value_struck", row, one.name)
    return False


def _error_typed(value: Value) -> str:
    """The error that a cell shows as text, as HTML and CSV have it; "" for any other cell."""
    return value if isinstance(value, str) and "#" in value and value.strip().upper() in ERRORS else ""


def _report_fault(reading: Reading, row: Row, one: Field, raw: str, fault: Fault) -> None:
    facts = {"found": raw}
    if fault.why:
        facts["why"] = fault.why
    if fault.attempt:
        facts["try"] = fault.attempt
    if fault.code == "not_in_list":
        facts |= {"nearest": fault.nearest, "allowed": ", ".join(choice.value for choice in one.choices)}
    reading.report(fault.code, row, one.name, **facts)


def _check_total(
    reading: Reading, total: Row, sheet: Sheet, fields: list[tuple[int, Field]], sums_of: tuple[list[Row], list[Row]]
) -> None:
    """A total row is never added; it must be the sum of all rows above, or of those since the last total."""
    for column, one in fields:
        value = sheet.at(total.number, column)
        if one.kind not in COUNTED or value is None or _unread(reading, sums_of[0], one.name):
            continue
        answer = read(one, value)
        sums = [_sum(rows, one.name) for rows in sums_of]
        if not isinstance(answer, Fault) and isinstance(answer.value, int) and answer.value not in sums:
            total.places[one.name] = a1(total.number, column)
            reading.report("total_row_wrong", total, one.name, found=raw_text(value), sum=str(sums[0]))


def _unread(reading: Reading, rows: Iterable[Row], name: str) -> bool:
    """Whether a cell of the column holds an error, so that its sum is not known."""
    return any((row.sheet, row.places.get(name, "")) in reading.error_cells for row in rows)


def _sum(rows: Iterable[Row], name: str) -> int:
    return sum(value for row in rows if isinstance(value := row.values.get(name), int))


# --- row-coded forms --------------------------------------------------------------------------------------------


def _read_coded(reading: Reading, table: Table, rows: list[tuple[int, RowSays]]) -> None:
    """All rows of a row-coded form make one record; Mã số says which answer a row is."""
    form = table.form
    row = reading.rows[0] if reading.rows else Row(table.sheet.name, table.header_row, table.columns)
    code_column = table.columns["Mã số"]
    headings = [
        (place, fold_label(label)) for label, place in sorted(table.columns.items(), key=lambda pair: pair[1])
    ]
    seen = _codes_answered(reading, row)
    for number, _ in rows:
        code = row_code(table.sheet.at(number, code_column))
        if code not in form.row_codes:
            _report_unknown_row(reading, table, number, code, code_column)
            continue
        if code in seen:
            why = "contradicts" if _contradicted(reading, row, table, number, code) else ""
            again = _at_code("duplicate_row", reading, table, number, code_column, code)
            reading.problems.append(replace(again, facts={**again.facts, "why": why}))
            continue
        seen.add(code)
        for column, heading in headings:
            one = form.by_code.get((code, heading))
            if one is not None:
                row.places[one.name] = a1(number, column)
                if table.sheet.name != row.sheet:
                    row.elsewhere[one.name] = table.sheet.name
                _read_cell(reading, row, one, table.sheet, (number, column))
    if not reading.rows and (row.values or _refused_cells(reading)):
        reading.rows.append(row)


def _contradicted(reading: Reading, row: Row, table: Table, number: int, code: str) -> bool:
    """Drops answers of a code that a second row contradicts: which of the two is meant is not for us to guess."""
    dropped = False
    for label, column in table.columns.items():
        one = reading.form.by_code.get((code, fold_label(label)))
        value = table.sheet.at(number, column)
        if one is None or value is None or one.name not in row.values:
            continue
        answer = read(one, value)
        if isinstance(answer, Fault) or (answer.value is not None and answer.value != row.values[one.name]):
            del row.values[one.name]
            row.origins.pop(one.name, None)
            dropped = True
    return dropped


def _codes_answered(reading: Reading, row: Row) -> set[str]:
    """Codes that another table of the form has answered already, or tried to."""
    tried = {(one.sheet, one.cell) for one in reading.problems if one.is_error}
    names = (name for name, cell in row.places.items() if name in row.values or (row.sheet, cell) in tried)
    return {reading.form.by_name[name].code for name in names}


def _refused_cells(reading: Reading) -> bool:
    return any(one.is_error for one in reading.problems)


def _report_unknown_row(reading: Reading, table: Table, number: int, code: str, column: int) -> None:
    if _CODE_LIKE.match(code):
        reading.problems.append(_at_code("unknown_row", reading, table, number, column, code))


def _at_code(code: str, reading: Reading, table: Table, number: int, column: int, found: str) -> Problem:
    cell = a1(number, column)
    return problem(code, form=reading.form.code, sheet=table.sheet.name, cell=cell, found=found, other=found)


def _validate(reading: Reading) -> None:
    """The border: what was read must be what the form's Pydantic model says a record is."""
    for row in reading.rows:
        if not row.refused:
            reading.form.model.model_validate(row.values)


def read_keyed(form: Form, table: Table) -> tuple[Row, Reading]:
    """TTC: the answers by their code in the column Mã, whatever else the sheet says."""
    reading = Reading(form)
    row = Row(table.sheet.name, table.header_row, table.columns)
    by_code: Mapping[str, Field] = {one.code: one for one in form.fields}
    code_column, value_column = table.columns["Mã"], table.columns["Giá trị"]
    for number, _ in table.rows():
        one = by_code.get(row_code(table.sheet.at(number, code_column)))
        if one is not None and one.name not in row.places:
            row.places[one.name] = a1(number, value_column)
            _read_cell(reading, row, one, table.sheet, (number, value_column))
    return row, reading
