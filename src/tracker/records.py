"""From the cells of a form's tables to valid records, or to problems at their cells.

Reads rows, not meanings: what figures of one return demand of each other is in `checks`. A cell that cannot be read
refuses itself; in a table form its row goes with it. Of its return a form knows the period alone, whose year is that
of a day without one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from tracker.answers import Reading, Row
from tracker.folding import fold_label, tidy
from tracker.form import Field, Form, Kind, Layout
from tracker.intake.grid import ERRORS, At, Sheet, a1, column_name
from tracker.intake.multiples import COUNTED, Multiples, multiples
from tracker.intake.tables import RowSays, Table, is_figure, row_code, says_total
from tracker.period import Period
from tracker.problems import Problem, problem
from tracker.reading import NO_YEAR, SAID, Cell, Fault, day_within, facts_of, raw_text, read
from tracker.returns import told as told_of

DAYS_TO_1904 = 1462  # from the first day of the one date system to that of the other
_CODE_LIKE = re.compile(r"^0\d{3}$")


def read_form(
    form: Form, tables: Iterable[tuple[Table, Iterable[tuple[int, RowSays]]]], period: Period | None = None
) -> Reading:
    """Every answer of a form, from all the tables that carry it, in one pass; `period` is its return's."""
    reading = Reading(form, period)
    reading.filing.form = form.code
    said_none = False
    for table, rows in tables:
        _report_unknown_columns(reading, table)
        _report_rows_below(reading, table)
        numbered = list(rows)
        if form.layout is Layout.TABLE:
            _read_table(reading, table, numbered)
        else:
            _read_coded(reading, table, numbered)
        said_none = said_none or (not reading.rows and any(says is RowSays.NONE_HERE for _, says in numbered))
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


def _report_rows_below(reading: Reading, table: Table) -> None:
    """What stands under the notes is not read, but may well have been meant."""
    sheet, form = table.sheet, reading.form
    for number in table.below():
        column, value = next(iter(table.filled(number).items()))
        cell, found = a1(number, column), raw_text(value)
        reading.problems.append(
            problem("unknown_row", form=form.code, sheet=sheet.name, cell=cell, found=found, why="below")
        )


# --- table forms ------------------------------------------------------------------------------------------------


class _Column(NamedTuple):
    """A column that answers a field: its number, from 0, and its letters."""

    number: int
    letters: str
    field: Field


class _Columns(NamedTuple):
    """The columns of a table: letters by field, those that are read, what answers in each place, what must answer."""

    letters: Mapping[str, str]
    read: Sequence[_Column]
    by_place: Sequence[Field | None]
    required: Set[str]


Placed: TypeAlias = tuple[tuple[str, int], ...]
"""Headings of a form with their columns: those of a table, which are the same in file after file."""


@lru_cache(maxsize=256)
def _columns(fields: tuple[Field, ...], placed: Placed) -> _Columns:
    by_label = {one.label: one for one in fields}
    columns = [
        _Column(place, column_name(place), by_label[label]) for label, place in sorted(placed, key=itemgetter(1))
    ]
    read = [one for one in columns if one.field.kept]
    at = {one.number: one.field for one in read}
    return _Columns(
        {one.field.name: one.letters for one in columns},
        read,
        [at.get(place) for place in range(max(at, default=-1) + 1)],
        frozenset(one.field.name for one in read if one.field.required),
    )


_Line: TypeAlias = tuple[Sheet, int, bool]
"""A row of a sheet by its number; True when nothing is special about its cells, so that their values say it all."""


def _read_table(reading: Reading, table: Table, rows: list[tuple[int, RowSays]]) -> None:
    sheet, told_in = table.sheet, multiples(table)
    columns = _columns(table.form.fields, tuple(table.columns.items()))
    special = _special_rows(sheet)
    read_rows: list[Row] = []
    since_total = 0
    of_total, of_data = RowSays.TOTAL, RowSays.DATA
    for number, says in rows:
        if says is of_total:
            total = Row(sheet.name, number + 1, columns.letters)
            _check_total(reading, total, sheet, columns.read, (read_rows, read_rows[since_total:]))
            since_total = len(read_rows)
        elif says is of_data:
            plain = number not in special
            row = _plain_row(sheet, number, columns) if plain else None
            row = row or _any_row(reading, (sheet, number, plain), columns)
            if told_in and _refuse_multiples(reading, row, columns.read, told_in, number) and not row.refused:
                reading.refuse_row(row)
            read_rows.append(row)
    reading.rows.extend(read_rows)


def _plain_row(sheet: Sheet, number: int, columns: _Columns) -> Row | None:
    """The row of a line that has all it must and nothing but plain answers, as nearly all have; None for another."""
    told = {
        one.name: SAID[one, type(value), value].plain
        for value, one in zip(sheet.rows[number], columns.by_place)  # noqa: B905 - rows are ragged
        if value is not None and one is not None
    }
    values = {name: one.value for name, one in told.items() if one is not None}
    if len(values) < len(told) or not columns.required <= told.keys():
        return None
    return Row(sheet.name, number + 1, columns.letters, values, told)  # type: ignore[arg-type]  # each of them told


def _any_row(reading: Reading, line: _Line, columns: _Columns) -> Row:
    sheet, number, _ = line
    row = Row(sheet.name, number + 1, columns.letters)
    if _read_line(reading, row, line, columns.read):
        reading.refuse_row(row)
    return row


def _special_rows(sheet: Sheet) -> Container[int]:
    """Rows about whose cells something is special."""
    if sheet.since_1904:
        return range(len(sheet.rows))
    return {row for row, _ in (*sheet.errors, *sheet.unvalued, *sheet.struck, *sheet.merged)}


def _read_line(reading: Reading, row: Row, line: _Line, columns: Iterable[_Column]) -> bool:
    """Reads the cells of a line into the row; True when one holds an error, or nothing where something must stand."""
    faulty = False
    sheet, number, plain = line
    cells = sheet.rows[number]
    width = len(cells)
    for column, letters, one in columns:
        if not plain:
            faulty |= _read_special(reading, row, one, sheet, (number, column))
        elif column < width and (value := cells[column]) is not None:  # most cells of a wide form are blank
            faulty |= _take(reading, row, one, f"{letters}{number + 1}", value)
        if one.required and one.name not in row.values:
            reading.report("missing_value", row, one.name)
            faulty = True
    return faulty


def _read_special(reading: Reading, row: Row, one: Field, sheet: Sheet, at: At) -> bool:
    """Reads a cell about which something may be special into the row; True when it holds an error."""
    value = sheet.at(*at)
    if value is None and sheet.merged and reading.form.layout is Layout.TABLE and one.kind not in COUNTED:
        # A date or a kind merged over rows is said of each of them; a count is not.
        value = sheet.at(*sheet.merged.get(at, at))
    if sheet.since_1904 and one.kind is Kind.DATE and isinstance(value, int | float):
        value += DAYS_TO_1904
    failed = sheet.errors.get(at)
    if value is None and failed is None and at not in sheet.unvalued:
        return False
    cell = a1(*at)
    if failed or value is None:
        row.places[one.name] = cell
        reading.report("error_value" if failed else "formula_without_value", row, one.name, found=failed or "")
        return True
    faulty = _take(reading, row, one, cell, value)
    if at in sheet.struck and one.name in row.values:
        reading.report("value_struck", row, one.name)
    return faulty


def _take(reading: Reading, row: Row, one: Field, cell: str, value: Cell) -> bool:
    """Takes what a filled cell says into the row; True when it cannot be read."""
    name = one.name
    what = SAID[one, type(value), value]
    if what.plain is not None:
        row.take(what.plain)
        return False
    raw, answer = what.raw, what.answer
    row.places[name] = cell
    if "#" in raw and raw.strip().upper() in ERRORS:  # as HTML and CSV show it
        reading.report("error_value", row, name, found=raw)
        return True
    if isinstance(answer, Fault) and answer.why == NO_YEAR and name in reading.form.dated_by:
        answer = day_within(reading.period, raw) or answer
    if isinstance(answer, Fault):
        reading.report(answer.code, row, name, found=raw, **facts_of(one, answer))
        return True
    if answer.value is not None:
        row.take(told_of(name, answer.value, raw, answer.qualifier))
        if answer.repaired:
            reading.report("value_repaired", row, name, value=raw_text(answer.value))
    return False


def _check_total(
    reading: Reading, total: Row, sheet: Sheet, columns: Sequence[_Column], sums_of: tuple[list[Row], list[Row]]
) -> None:
    """A total row is never added; it must be the sum of all rows above, or of those since the last total."""
    for column, letters, one in columns:
        value = sheet.at(total.row - 1, column)
        if one.kind not in COUNTED or value is None or _unread(reading, sums_of[0], one.name):
            continue
        answer = read(one, value)
        sums = [_sum(rows, one.name) for rows in sums_of]
        if not isinstance(answer, Fault) and isinstance(answer.value, int) and answer.value not in sums:
            total.places[one.name] = f"{letters}{total.row}"
            reading.report("total_row_wrong", total, one.name, found=raw_text(value), sum=str(sums[0]))


def _unread(reading: Reading, rows: Iterable[Row], name: str) -> bool:
    """Whether a cell of the column holds an error, so that its sum is not known."""
    return any((row.sheet, row.places.get(name, "")) in reading.error_cells for row in rows)


def _sum(rows: Iterable[Row], name: str) -> int:
    return sum(value for row in rows if isinstance(value := row.values.get(name), int))


# --- row-coded forms --------------------------------------------------------------------------------------------


def _read_coded(reading: Reading, table: Table, rows: list[tuple[int, RowSays]]) -> None:
    """All rows of a row-coded form make one record; Mã số says which answer a row is."""
    sheet, told_in = table.sheet, multiples(table)
    placed = tuple(table.columns.items())
    row = reading.rows[0] if reading.rows else Row(sheet.name, table.header_row + 1, _letters(placed))
    code_column = table.columns["Mã số"]
    of_code = _columns_of_codes(table.form.fields, placed)
    answering = {place for columns in of_code.values() for place, _, _ in columns}
    special = _special_rows(sheet)
    seen = _codes_answered(reading, row)
    on_another = sheet.name != row.sheet
    for number, _ in rows:
        code = table.coded.get(number)
        if code is None:
            _report_unknown_row(reading, table, number, answering)
            continue
        if code in seen:
            why = "contradicts" if _contradicted(reading, row, table, number, code) else ""
            again = _at_code("duplicate_row", reading, table, number, code_column, code)
            reading.problems.append(replace(again, facts={**again.facts, "why": why}))
            continue
        seen.add(code)
        columns = of_code[code]
        for _, letters, one in columns:
            row.places[one.name] = f"{letters}{number + 1}"
            if on_another:
                row.elsewhere[one.name] = sheet.name
        _read_line(reading, row, (sheet, number, number not in special), columns)
        if told_in:
            _refuse_multiples(reading, row, columns, told_in, number)
    if not reading.rows and (row.values or _refused_cells(reading)):
        reading.rows.append(row)


@lru_cache(maxsize=256)
def _letters(placed: Placed) -> Mapping[str, str]:
    """The columns of a table's headings, from the left."""
    return {label: column_name(place) for label, place in sorted(placed, key=itemgetter(1))}


@lru_cache(maxsize=256)
def _columns_of_codes(fields: tuple[Field, ...], placed: Placed) -> Mapping[str, Sequence[_Column]]:
    """The columns that hold answers in the row of each code of a row-coded form."""
    places = sorted((place, fold_label(label)) for label, place in placed)
    found: dict[str, list[_Column]] = {one.code: [] for one in fields}
    by_heading = {(one.code, fold_label(one.column)): one for one in fields}
    for code, columns in found.items():
        answering = ((place, by_heading.get((code, heading))) for place, heading in places)
        columns += [_Column(place, column_name(place), one) for place, one in answering if one is not None]
    return found


def _refuse_multiples(
    reading: Reading, row: Row, columns: Iterable[_Column], told_in: Multiples, number: int
) -> bool:
    """Drops figures told in "nghìn người", which are others than the form asks for; True when there are any.

    Each is to be typed in full.
    """
    found = False
    for place, _, one in columns:
        unit = told_in.of(one, place, number)
        if unit and row.values.get(one.name):
            row.places[one.name] = row.place(one.name)
            reading.report("not_a_count", row, one.name, why="multiple", measure=unit)
            del row.values[one.name], row.told[one.name]
            found = True
    return found


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
            row.told.pop(one.name, None)
            dropped = True
    return dropped


def _codes_answered(reading: Reading, row: Row) -> set[str]:
    """Codes that another table of the form has answered already, or tried to."""
    tried = {(one.sheet, one.cell) for one in reading.problems if one.is_error}
    names = (name for name, cell in row.places.items() if name in row.values or (row.sheet, cell) in tried)
    return {reading.form.by_name[name].code for name in names}


def _refused_cells(reading: Reading) -> bool:
    return any(one.is_error for one in reading.problems)


def _report_unknown_row(reading: Reading, table: Table, number: int, answering: Set[int]) -> None:
    """Warns of a row that looks like one of a form, by its code or by a figure where answers stand."""
    cells, column = table.filled(number), table.columns["Mã số"]
    code = row_code(cells.get(column))
    figures = any(is_figure(cells.get(place)) for place in answering)
    if _CODE_LIKE.match(code) or (figures and not any(map(says_total, cells.values()))):
        unknown = _at_code("unknown_row", reading, table, number, column, code)
        reading.problems.append(unknown if code else replace(unknown, facts={**unknown.facts, "why": "blank"}))


def _at_code(code: str, reading: Reading, table: Table, number: int, column: int, found: str) -> Problem:
    cell = a1(number, column)
    return problem(code, form=reading.form.code, sheet=table.sheet.name, cell=cell, found=found, other=found)


def _validate(reading: Reading) -> None:
    """The border: what was read must be what the form says a record is."""
    reading.form.border.validate_python([row.values for row in reading.rows if not row.refused])


def read_keyed(form: Form, table: Table) -> tuple[Row, Reading]:
    """TTC: the answers by their code in the column Mã, whatever else the sheet says."""
    reading, sheet = Reading(form), table.sheet
    row = Row(sheet.name, table.header_row + 1, _letters(tuple(table.columns.items())))
    by_code = {one.code: one for one in form.fields}
    value_column = table.columns["Giá trị"]
    letters = column_name(value_column)
    special = _special_rows(sheet)
    for number, _ in table.rows():
        one = by_code.get(table.coded.get(number, ""))
        if one is None or one.name in row.places:
            continue
        cell = row.places[one.name] = f"{letters}{number + 1}"
        if not one.kept:
            continue
        if number in special:
            _read_special(reading, row, one, sheet, (number, value_column))
        elif (value := sheet.at(number, value_column)) is not None:
            _take(reading, row, one, cell, value)
    return row, reading
