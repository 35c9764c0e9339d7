"""Finds the tables of the forms in a book: by the sheet's name, by the labels of the header, never by position.

Titles, merged header rows, the order of columns, number rows and what stands beside or below a table do not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from tracker.folding import fold, fold_label
from tracker.form import Form, Layout
from tracker.intake.grid import Sheet, Value
from tracker.intake.sieve import Sieve
from tracker.intake.tables import BRACKETED, NONE_HERE, Table, is_blank

HEADER_WITHIN = 40  # rows from the top of a sheet
LONGEST_HEADING = 200  # characters
_ABOVE, _BELOW = 3, 2  # merged header rows around the one that names most columns


HeadingRows: TypeAlias = Mapping[int, Mapping[int, str]]
"""The folded headings of a sheet by row and column; a row without any is not there."""


def heading_rows(sheet: Sheet, labels: frozenset[str], *, without: frozenset[int] = frozenset()) -> HeadingRows:
    """Where the texts stand that write one of the folded `labels`, each with that label.

    `without` names columns that are no form's: those that say who and when in a CSV.
    """
    texts = _headings(labels).among(sheet.texts)
    found = {}
    for number, has_none in enumerate(map(texts.isdisjoint, sheet.rows)):
        if not has_none:
            cells = enumerate(sheet.rows[number])
            found[number] = {at: fold_label(str(cell)) for at, cell in cells if cell in texts and at not in without}
    return found


@lru_cache(maxsize=16)
def _headings(labels: frozenset[str]) -> Sieve[str]:
    """Lets through the texts that write one of the folded labels."""
    return Sieve(lambda text: len(text) < LONGEST_HEADING and fold_label(text) in labels, finds_words=True)


def tables_of(
    sheet: Sheet, forms: Collection[Form], heads: HeadingRows, *, without: frozenset[int] = frozenset()
) -> list[Table]:
    """The tables of the best matching form on a sheet, several when they stand side by side.

    `heads` hold the headings of `forms` and may hold others; `without` is that of `heading_rows`. An empty list when
    no header of `forms` is there with all its required headings.
    """
    top = {number: row for number, row in heads.items() if number < HEADER_WITHIN}
    present = {label for row in top.values() for label in row.values()}
    likely = (form for form in forms if len(present & form.folded_labels) > 1)
    found = [tables for form in likely if (tables := _header(sheet, form, without, top))]
    best = found[0] if len(found) == 1 else max(found, key=_score, default=[])
    # One form alone was asked for by name: then its header is enough, with nothing known under it.
    return best if best and (len(forms) == 1 or _score(best) > 0) else []


def with_stacked(sheet: Sheet, tables: list[Table], forms: Collection[Form], heads: HeadingRows) -> list[Table]:
    """The tables of a sheet, and those of other forms that stand over or under them.

    `heads` hold the headings of all `forms`.
    """
    if not tables:
        return tables
    others = _other_headers(tables[0], forms, heads)
    over = [number for number in others if number < tables[0].header_row]
    under = [number for number in others if number > tables[0].header_row]
    found = list(tables)
    if over:
        upper = replace(sheet, rows=sheet.rows[: tables[0].header_row])
        above = _all_tables(upper, forms, {n: row for n, row in heads.items() if n < tables[0].header_row})
        end = _end_above(sheet, tables[0].header_row, over[-1])
        found = [*(replace(one, sheet=sheet, until=min(one.until or end, end)) for one in above), *found]
    if under:
        lower = replace(sheet, rows=sheet.rows[under[0] :])
        below = _all_tables(lower, forms, {n - under[0]: row for n, row in heads.items() if n >= under[0]})
        end = _end_above(sheet, under[0], tables[0].header_row)
        found = [one if one.until else replace(one, until=end) for one in found]
        found += [_moved(one, sheet, under[0]) for one in below]
    return found


def _all_tables(sheet: Sheet, forms: Collection[Form], heads: HeadingRows) -> list[Table]:
    return with_stacked(sheet, tables_of(sheet, forms, heads), forms, heads)


def _moved(table: Table, sheet: Sheet, by: int) -> Table:
    """A table found in the lower part of a sheet, at its place in the whole."""
    until = None if table.until is None else table.until + by
    return replace(table, sheet=sheet, header_row=table.header_row + by, until=until, unknown=())


def _end_above(sheet: Sheet, header: int, top: int) -> int:
    """Where the table over a header ends: the titles of the next form are not its rows."""
    while header > top + 1 and _is_title(sheet.rows[header - 1]):
        header -= 1
    return header


def _other_headers(table: Table, forms: Collection[Form], heads: HeadingRows) -> list[int]:
    """Rows that head another form, and head it better than they head this one."""
    found = []
    for number, folded in heads.items():
        if number == table.header_row or len(set(folded.values())) < 3:
            continue
        named = {form.code: set(_matches(folded, form).values()) for form in forms}
        own = len(named.get(table.form.code, ()))
        if any(len(named[form.code]) > own and named[form.code].issuperset(form.required_labels) for form in forms):
            found.append(number)
    return found


def _is_title(row: Sequence[Value]) -> bool:
    """A blank row, or one line of text that is no answer."""
    filled = [cell for cell in row if not is_blank(cell)]
    return not filled or (len(filled) == 1 and isinstance(filled[0], str) and fold(filled[0]) not in NONE_HERE)


def missing_labels(sheet: Sheet, form: Form) -> list[str]:
    """The required headings of `form` that no row of the sheet's top has."""
    seen = {fold_label(cell) for row in sheet.rows[:HEADER_WITHIN] for cell in row if isinstance(cell, str)}
    present = {label for folded, label in form.labels.items() if folded in seen}
    return [label for label in form.required_labels if label not in present]


def _score(tables: list[Table]) -> int:
    """How well a header fits: headings known, less those unknown; codes of the form in a row-coded one."""
    table = tables[0]
    score = 2 * len(table.columns) - len(table.unknown)
    if table.form.layout is Layout.ROWS:
        score += 100 if table.coded else -50
    return score


# --- the header -------------------------------------------------------------------------------------------------


def _header(sheet: Sheet, form: Form, without: frozenset[int], heads: HeadingRows) -> list[Table]:
    """The tables that the headings of the top rows, folded, make for a form."""
    matches = {number: _matches(row, form) for number, row in heads.items()}
    distinct = {number: len(set(match.values())) for number, match in matches.items()}
    anchor = max(distinct, key=distinct.__getitem__, default=0)  # the first of those that name most columns
    if distinct.get(anchor, 0) < 2:
        return []
    places, bottom = _completed(matches, anchor, sheet.rows[:HEADER_WITHIN])
    groups = _side_by_side(places, form)
    known = {place for group in groups for place in group.values()}
    unknown = _unknown(sheet, anchor, known, without)
    tables = []
    for number, group in enumerate(groups):
        first = min(group.values()) if number else 0
        stop = min(groups[number + 1].values()) if number + 1 < len(groups) else max(map(len, sheet.rows))
        if all(label in group for label in form.required_labels):
            about = (unknown if number == 0 else (), range(first, stop), without)
            tables.append(Table(form, sheet, bottom, group, *about))
    return [one for table in tables for one in _stacked(table)] if form.layout is Layout.KEYED else tables


def _stacked(table: Table) -> list[Table]:
    """A keyed table, and one more for each time that it says otherwise whom it is from: blocks under each other."""
    key = next(one.code for one in table.form.fields if one.required)
    cells = ((n, table.sheet.at(n, table.columns["Giá trị"])) for n, code in table.coded.items() if code == key)
    said = [(n, cell) for n, cell in cells if not is_blank(cell)]
    return [table, *(replace(table, header_row=n - 1) for n, cell in said if cell != said[0][1])]


def _matches(folded: Mapping[int, str], form: Form) -> dict[int, str]:
    """The headings of a form among folded texts, by column."""
    labels = form.labels
    return {place: labels[text] for place, text in folded.items() if text in labels}


def _completed(matches: HeadingRows, anchor: int, top: Sequence[Sequence[Value]]) -> tuple[dict[int, str], int]:
    """Headings of the anchor row, and those that merged rows just above or below it add; the last header row."""
    places, bottom = dict(matches[anchor]), anchor
    beneath = range(anchor + 1, anchor + 1 + _BELOW)
    below = () if matches.keys().isdisjoint(beneath) else _header_rows_below(matches, anchor, top)
    above = range(anchor - 1, max(anchor - 1 - _ABOVE, -1), -1)
    for number in (*below, *above):
        if number not in matches or matches[number] == matches[anchor]:
            continue  # no heading, or the header once more, on a new printed page
        present = set(places.values())
        added = {place: label for place, label in matches[number].items() if place not in places}
        for place, label in added.items():
            if label not in present:
                places[place] = label
                bottom = max(bottom, number)
    return places, bottom


def _header_rows_below(matches: HeadingRows, anchor: int, top: Sequence[Sequence[Value]]) -> Iterator[int]:
    """Rows that may still belong to the header: under a heading they hold nothing, a label or a bracketed unit."""
    for number in range(anchor + 1, min(anchor + 1 + _BELOW, len(top))):
        row, labels = top[number], matches.get(number, {})
        under = (row[place] for place in matches[anchor] if place < len(row) and place not in labels)
        if not all(is_blank(cell) or (isinstance(cell, str) and BRACKETED.match(cell.strip())) for cell in under):
            return
        yield number


def _side_by_side(places: Mapping[int, str], form: Form) -> list[dict[str, int]]:
    """The columns of each table: another one begins where a heading comes again and the table before is whole.

    A heading that comes again without beginning a whole table is no heading: its column belongs to no table.
    """
    if len(set(places.values())) == len(places):
        return [{places[place]: place for place in sorted(places)}]
    groups: list[dict[str, int]] = [{}]
    for place in sorted(places):
        label = places[place]
        if label in groups[-1] and _whole(groups[-1], form):
            groups.append({})
        groups[-1].setdefault(label, place)
    tables = groups[:1]
    for group in groups[1:]:
        if _whole(group, form):
            tables.append(group)
        else:
            tables[-1].update({label: place for label, place in group.items() if label not in tables[-1]})
    return tables


def _whole(group: Mapping[str, int], form: Form) -> bool:
    return all(label in group for label in form.required_labels)


def _unknown(
    sheet: Sheet, row: int, known: Collection[int], without: frozenset[int]
) -> tuple[tuple[int, int, str], ...]:
    cells = enumerate(sheet.rows[row])
    return tuple(
        (row, place, cell)
        for place, cell in cells
        if place not in without and place not in known and isinstance(cell, str) and fold(cell)
    )
