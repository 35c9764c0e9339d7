"""From one file's cells to its returns and every problem of the file: pure, and the same in any process.

The order is the contract's: privacy first, then who and when, then the forms, then what the answers demand of each
other. What other returns say is not known here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from json.encoder import encode_basestring as quoted

from tracker.answers import Reading, Says
from tracker.checks import check, check_communes, compare_attendances
from tracker.csv_returns import KEY_LABELS, KEYS, REQUIRED, by_key, key_columns
from tracker.folding import fold_label
from tracker.form import Form, Kind, Layout
from tracker.forms import FORMS, TTC
from tracker.heading import Heading, cannot_be_placed, read_heading
from tracker.intake.grid import Book, Sheet, Value
from tracker.intake.headers import HEADER_WITHIN, heading_rows, missing_labels, tables_of, with_stacked
from tracker.intake.privacy import Hit, hits, named_safely, speaks_of_victims
from tracker.intake.tables import RowSays, Table, form_of_name
from tracker.marked.own import without_own_sheet
from tracker.place import Places, tier_of_code
from tracker.problems import Problem, problem
from tracker.records import read_form, read_keyed
from tracker.returns import Filing, Received, Record, Return, Status
from tracker.template.mark import Mark, answered, is_own, mark_of, recognised
from tracker.waivers import standing

ALL_FORMS = (TTC, *FORMS.values())
ALL_LABELS = frozenset(label for form in ALL_FORMS for label in form.labels)


@dataclass(slots=True)
class Found:
    """What a workbook's sheets turned out to be."""

    headings: list[Table] = field(default_factory=list)
    tables: dict[str, list[Table]] = field(default_factory=dict)
    refused: dict[str, list[Hit]] = field(default_factory=dict)
    headless: dict[str, Sheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def parse(book: Book, received: Received, places: Places) -> Received:
    """Fills `received` with the returns and problems of its cells, and with the reasons typed beside warnings."""
    returned = without_own_sheet(book)
    book = returned.book
    if book.encoding:
        received.problems.append(problem("legacy_encoding", encoding=book.encoding))
    if book.is_csv:
        _parse_csv(book.sheets[0], received, places)
    else:
        _parse_workbook(book, received, places)
    received.status = _status(received)
    if returned.sheets and received.status is not Status.QUARANTINED:
        received.reasons, received.ignored = standing(returned.reasons, received), list(returned.ignored)
    return received


def _status(received: Received) -> Status:
    if received.status is Status.QUARANTINED:
        return Status.QUARANTINED
    errors = any(one.is_error for one in received.problems)
    if errors and all(one.status is Status.REJECTED for one in received.returns):
        return Status.REJECTED
    return Status.PARTIAL if errors else Status.ACCEPTED


# --- workbooks --------------------------------------------------------------------------------------------------


def _parse_workbook(book: Book, received: Received, places: Places) -> None:
    found = Found()
    victims: list[Hit] = []
    for number, sheet in enumerate(book.sheets, start=1):
        tables = _tables_of_sheet(sheet, found)
        personal = hits(sheet, tables)
        if personal and _concerns_victims(sheet, tables):
            victims += [named_safely(hit, number) for hit in personal]
        _sort(sheet, tables, personal, found)
    codes = [code for code in FORMS if code in found.tables or code in found.refused or code in found.headless]
    says, ttc_problems = _workbook_says(found)
    heading = read_heading(says, [FORMS[code] for code in codes], places)
    mark = mark_of(book)
    one_reporter = len(found.headings) <= 1
    if victims:
        returns = [_return_of(heading, [Filing(code) for code in codes])] if one_reporter else []
        _quarantine(received, victims, returns, places)
        return
    if not one_reporter:
        received.problems.append(problem("several_units"))
        return
    received.problems += found.problems
    if not found.headings:
        foreign = not (codes or mark)
        received.problems.append(problem("missing_ttc", why="foreign" if foreign else ""))
        _report_refused_sheets(received, found)
        return
    if mark is not None:
        recognised(mark, heading, found.tables, [*found.refused, *found.headless])
    refused_ttc = TTC.code in found.refused
    if refused_ttc:
        heading.unit = heading.unit if places.units_of_code(heading.unit) else ""
    else:
        received.problems += ttc_problems + heading.problems
    refused = _report_refused_sheets(received, found)
    readings = {
        code: read_form(FORMS[code], _with_rows(tables, mark), heading.period)
        for code, tables in found.tables.items()
    }
    if "B00" in readings:
        check_communes(readings["B00"], heading.unit, places)
    hidden = [one for code, tables in found.tables.items() for one in _hidden_rows(code, tables)]
    received.problems += hidden
    for code in found.refused.keys() & readings.keys():
        readings[code].filing.refused_undated = True  # rows of the refused sheet may have said anything
    refused_key = cannot_be_placed(says) or refused_ttc
    _finish_return(received, heading, readings, refused, refused_key=refused_key)


def personal_sheets(book: Book) -> tuple[frozenset[str], bool]:
    """Names of the sheets that hold personal data, and whether any of it is where victims are concerned."""
    found, of_victims = set(), False
    for sheet in book.sheets:
        tables = _tables_of_csv(sheet, key_columns(sheet)) if book.is_csv else _tables_of_sheet(sheet, Found())
        if hits(sheet, tables):
            found.add(sheet.name)
            of_victims |= _concerns_victims(sheet, tables)
    return frozenset(found), of_victims


def _concerns_victims(sheet: Sheet, tables: Iterable[Table]) -> bool:
    """Whether personal data on the sheet may be a victim's (section 9)."""
    return speaks_of_victims(sheet) or any(table.form.code == "B05" for table in tables)


def _tables_of_sheet(sheet: Sheet, found: Found) -> list[Table]:
    """The form tables of a sheet: of the form its name says, else of the one its header shows."""
    named = form_of_name(sheet.name, FORMS)
    heads = heading_rows(sheet, ALL_LABELS)
    tables = tables_of(sheet, [{**FORMS, "TTC": TTC}[named]], heads) if named else []
    if tables:
        return with_stacked(sheet, tables, ALL_FORMS, heads)
    others = with_stacked(sheet, tables_of(sheet, ALL_FORMS, heads), ALL_FORMS, heads)
    if not others and named and named != "TTC" and sheet.rows and not sheet.hidden:
        found.headless[named] = sheet
    return others


def _sort(sheet: Sheet, tables: list[Table], personal: list[Hit], found: Found) -> None:
    if sheet.hidden and not is_own(sheet) and any(cell is not None for row in sheet.rows for cell in row):
        found.problems.append(problem("hidden_sheet", sheet=sheet.name))
    codes = list(dict.fromkeys(table.form.code for table in tables)) if not sheet.hidden else []
    if personal:
        for code in codes or [""]:
            found.refused.setdefault(code, []).extend(personal)
    if sheet.hidden:
        return
    for table in tables:
        if table.form is TTC:
            found.headings.append(table)  # also of a refused sheet: the unit counts as one that sent something
        elif not personal:
            found.tables.setdefault(table.form.code, []).append(table)


def _report_refused_sheets(received: Received, found: Found) -> list[str]:
    """Forms that are refused before they are read: personal data on their sheet, or no header."""
    for code, personal in found.refused.items():
        where = ", ".join(f"{hit.sheet}!{hit.cell}" for hit in personal)
        sheet = personal[0].sheet
        received.problems.append(problem("personal_data_sheet", form=code, sheet=sheet, where=where))
    for code, headless in found.headless.items():
        missing = ", ".join(missing_labels(headless, FORMS[code]))
        received.problems.append(problem("missing_header", form=code, sheet=headless.name, missing=missing))
    return [code for code in (*found.refused, *found.headless) if code in FORMS and code not in found.tables]


def _workbook_says(found: Found) -> tuple[Says, list[Problem]]:
    if not found.headings:
        return Says({}), []
    row, reading = read_keyed(TTC, found.headings[0])
    faulty = {name for name, cell in row.places.items() if (row.sheet, cell) in reading.error_cells}
    typed = {name: one.raw for name, one in row.told.items()}
    typed |= {one.field: one.found for one in reading.problems}
    says = Says(dict(row.values), row.sheet, dict(row.places), frozenset(faulty), typed)
    # A period that cannot be read is one fault of the return, not two.
    periods = {row.places[name] for name in ("period_from", "period_to") if name in faulty}
    return says, [one for one in reading.problems if one.cell not in periods]


def _with_rows(tables: Iterable[Table], mark: Mark | None) -> list[tuple[Table, list[tuple[int, RowSays]]]]:
    return [(table, answered(table, mark)) for table in tables]


def _quarantine(received: Received, victims: list[Hit], returns: list[Return], places: Places) -> None:
    """Keeps of a file that may name a victim only who sent it, for when, and where the cells are.

    A code that is in no list may be anything, a name or an identity number: it is not kept either.
    """
    for one in returns:
        one.quarantined = True
        one.unit = one.unit if places.units_of_code(one.unit) else ""
        one.outlet = ""
    where = ", ".join(f"{hit.sheet}!{hit.cell}" if hit.sheet else hit.cell for hit in victims)
    rules = ", ".join(sorted({hit.rule for hit in victims}))
    received.problems = [problem("personal_data", sheet=victims[0].sheet, where=where, rule=rules)]
    received.returns = returns
    received.status = Status.QUARANTINED


# --- CSV --------------------------------------------------------------------------------------------------------


def looks_right(rows: Sequence[Sequence[Value]]) -> int:
    """How much a grid looks like a return: known headings in its best row. For choosing encoding and separator."""
    known = set(KEY_LABELS).union(*(form.labels for form in FORMS.values()))
    tops = rows[:HEADER_WITHIN]
    return max((sum(isinstance(c, str) and fold_label(c) in known for c in row) for row in tops), default=0)


def _parse_csv(sheet: Sheet, received: Received, places: Places) -> None:
    keys = key_columns(sheet)
    tables = _tables_of_csv(sheet, keys)
    personal = hits(sheet, tables)
    victims = personal and _concerns_victims(sheet, tables)
    if personal and not victims:
        where = ", ".join(hit.cell for hit in personal)
        form = tables[0].form.code if tables else ""
        received.problems.append(problem("personal_data_sheet", form=form, where=where))
    elif not all(name in keys for name in REQUIRED):
        received.problems.append(problem("missing_ttc"))
    elif not tables:
        received.problems.append(problem("missing_header", missing=", ".join(KEYS)))
    else:
        _parse_keys(sheet, keys, tables[0], received, places)
    if victims:
        for one in received.returns:
            one.filings = [Filing(filing.form) for filing in one.filings]
        _quarantine(received, personal, received.returns, places)


def _tables_of_csv(sheet: Sheet, keys: Mapping[str, int]) -> list[Table]:
    """The table of the one form that a CSV holds, beside the columns that say who and when."""
    without = frozenset(keys.values())
    return tables_of(sheet, FORMS.values(), heading_rows(sheet, ALL_LABELS, without=without), without=without)


def _parse_keys(sheet: Sheet, keys: Mapping[str, int], table: Table, received: Received, places: Places) -> None:
    """One return for each key; keys that mean the same unit and period, however typed, are one."""
    form = table.form
    merged: dict[Hashable, tuple[Says, Heading, list[tuple[int, RowSays]]]] = {}
    for number, (says, faults, rows) in enumerate(by_key(sheet, keys, table)):
        heading = read_heading(says, [form], places)
        # A CSV has no TTC sheet: what the cells of its leading columns say is said on the form itself.
        received.problems += [_of_key(one, form, says) for one in (*faults, *heading.problems)]
        same = (heading.unit, heading.agency, heading.outlet, heading.period, heading.revision)
        key: Hashable = number if heading.refused or cannot_be_placed(says) else same
        merged.setdefault(key, (says, heading, []))[2].extend(rows)
    if not merged:
        received.problems.append(problem("empty_return"))
    for says, heading, rows in merged.values():
        reading = read_form(form, [(table, rows)], heading.period)
        if form.code == "B00":
            check_communes(reading, heading.unit, places)
        # The heading row is the file's, not each unit's: what no form knows in it is said once.
        table = replace(table, unknown=())
        refused_key = cannot_be_placed(says)
        _finish_return(received, heading, {form.code: reading}, (), refused_key=refused_key, of_many=len(merged) > 1)


def _of_key(one: Problem, form: Form, says: Says) -> Problem:
    """A fault of a leading cell stands on the form; one of the whole return names the unit, since no cell does."""
    typed = says.typed.get("reporter_code", "")
    if one.cell:
        return replace(one, form=form.code, facts={**one.facts, "reporter": typed})
    return replace(one, facts={**one.facts, "unit": typed})


# --- one return -------------------------------------------------------------------------------------------------


def _return_of(heading: Heading, filings: list[Filing], *, refused: bool = False) -> Return:
    return Return(
        unit=heading.unit,
        agency=heading.agency,
        outlet=heading.outlet,
        period=heading.period,
        kind=heading.kind,
        year=heading.year,
        revision=heading.revision,
        prepared_on=heading.prepared_on,
        nil=heading.nil,
        filings=filings,
        refused=refused or heading.refused,
    )


def _finish_return(
    received: Received,
    heading: Heading,
    readings: Mapping[str, Reading],
    refused: Iterable[str],
    *,
    refused_key: bool = False,
    of_many: bool = False,
) -> None:
    """Checks the forms of one return, refuses what must be refused, and adds the return to its file.

    One of many in a file is named by its unit in what is said of it as a whole.
    """
    named = {"unit": heading.unit} if of_many else {}
    reporter = {"reporter": heading.unit} if of_many else {}  # a cell says where it is, but not whose
    filings: list[Filing] = []
    problems: list[Problem] = []
    for reading in readings.values():
        if heading.period is not None:
            check(reading, heading.period)
    if "B01" in readings and "B04" in readings:
        compare_attendances(readings["B01"], readings["B04"])
    for reading in readings.values():
        problems += _knowing(reading.problems, reporter)
        filings.append(_finish_filing(reading))
    filings += [Filing(code, refused=True) for code in refused]
    one = _return_of(heading, filings, refused=refused_key)
    problems += _knowing(_whole_return(one, heading, readings), named)
    one.filings = [filing for filing in one.filings if filing.answered or filing.refused]
    received.returns.append(one)
    received.problems += problems


def _knowing(problems: list[Problem], facts: Mapping[str, str]) -> list[Problem]:
    """The problems with some facts more."""
    return [replace(one, facts={**one.facts, **facts}) for one in problems] if facts else problems


def _finish_filing(reading: Reading) -> Filing:
    filing = reading.finish()
    if not reading.form.parts and filing.refused_parts:
        filing.refused = True
    filing.faulty = filing.refused_undated or any(one.is_error for one in reading.problems)
    filing.content = content_of(filing)
    filing.figures = len([1 for record in filing.records for one in record.told.values() if one.above_zero])
    return filing


def content_of(filing: Filing) -> str:
    """A hash of what a filing says, wherever it says it: two files with the same answers have the same content."""
    said = ", ".join(map(quoted, sorted(map(_said, filing.records))))
    parts = ", ".join(map(quoted, sorted(filing.refused_parts)))
    days = ", ".join(quoted(str(one)) for one in sorted(filing.refused_days))
    none, undated = ("true" if one else "false" for one in (filing.none, filing.refused_undated))
    text = f"[{none}, [{said}], [[{parts}], {f'[{days}]' if days else 0}, {undated}]]"
    return hashlib.sha256(text.encode()).hexdigest()


def _said(record: Record) -> str:
    """The answers of a record with their qualifiers as JSON, by name; stores hold hashes of this very text."""
    told = record.told
    return f"{{{', '.join([told[name].hashed for name in _in_order(tuple(told))])}}}"


@lru_cache(maxsize=1024)
def _in_order(names: tuple[str, ...]) -> Sequence[str]:
    """Names of fields sorted: those of a record, which most of a form share."""
    return sorted(names)


def _whole_return(one: Return, heading: Heading, readings: Mapping[str, Reading]) -> list[Problem]:
    """Faults that only the return as a whole can have, and what "nothing occurred" answers."""
    if heading.nil:
        speaking = [code for code, reading in readings.items() if _denies_nil(reading)]
        if speaking:
            one.refused = True
            return [_figures_beside_nil(readings[code]) for code in speaking[:1]]
        _answer_nil(one, readings)
        return []
    if not one.refused and not any(filing.answered or filing.refused for filing in one.filings):
        one.refused = True
        for filing in one.filings:  # it came and goes back, so that nobody is told that it is missing
            filing.refused = True
        return [problem("empty_return")]
    return []


def _figures_beside_nil(reading: Reading) -> Problem:
    return problem("nil_with_figures", form=reading.form.code, sheet=reading.rows[0].sheet)


def _denies_nil(reading: Reading) -> bool:
    if not reading.form.answered_by_nil:
        return False
    if reading.form.layout is Layout.TABLE:
        return bool(reading.rows)
    counts = {one.name for one in reading.form.fields if one.kind in (Kind.COUNT, Kind.PERSONS)}
    return any(row.values.get(name) for row in reading.rows for name in counts)


def _answer_nil(one: Return, carried: Iterable[str]) -> None:
    """ "Nothing occurred" answers the forms that the workbook carries empty; one that carries none answers all."""
    filed = {filing.form: filing for filing in one.filings}
    tier = tier_of_code(one.unit)
    answerable = [code for code, form in FORMS.items() if form.answered_by_nil and tier in form.tiers]
    answered = [code for code in answerable if code in set(carried)] or answerable
    for code in answered:
        if code not in filed:
            nothing = Filing(code, none=True)
            nothing.content = content_of(nothing)
            one.filings.append(nothing)
        elif not filed[code].records and not filed[code].refused:
            filed[code].none = True
            filed[code].content = content_of(filed[code])


def _hidden_rows(code: str, tables: Iterable[Table]) -> list[Problem]:
    """A warning for each sheet whose hidden rows or columns are read with the rest."""
    found = []
    for table in tables:
        sheet = table.sheet
        if not (sheet.hidden_rows or sheet.hidden_columns):
            continue
        rows = {number for number in sheet.hidden_rows if table.header_row < number < len(sheet.rows)}
        count = sum(any(cell is not None for cell in sheet.rows[number]) for number in rows)
        count += len(set(table.columns.values()) & sheet.hidden_columns)
        if count:
            found.append(problem("hidden_rows", form=code, sheet=sheet.name, count=str(count)))
    return found
