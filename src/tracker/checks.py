"""What the answers of one return demand of each other, form by form. Source: the contract, section 5.

An error refuses the part that holds it (forms but B01 and B05 are one part) or the row; the rest stands. What needs
other returns, the registry of press or last year is in `crosschecks`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date

from tracker.answers import Reading, Row
from tracker.folding import fold, fold_code
from tracker.form import Compare, DeployedRule, Field, FigureRule, Kind
from tracker.forms.b01 import DOCUMENTS
from tracker.forms.b02 import ACTIVE, CLOSED, INTEGRATED
from tracker.period import Period
from tracker.place import Places
from tracker.problems import Scope
from tracker.reading import OVER, swapped
from tracker.returns import Told

MOST_PER_SESSION, LEAST_PER_SESSION = 2000, 2
MANY_SESSIONS = 20


def check(reading: Reading, period: Period) -> None:
    """Adds every problem of one form's readings in a return for `period`, and refuses what they refuse.

    A row that is refused already is looked at, too: whoever mends it should hear of everything at once.
    """
    for first, last in reading.form.spans:
        _check_span(reading, first, last)
    _check_days(reading, period)
    special = _SPECIAL.get(reading.form.code)
    rules = [(rule.left, rule) for rule in reading.form.figure_rules]
    for row in reading.rows:
        told = row.told
        for left, rule in rules:
            if left in told:
                _check_figures(reading, row, rule)
        if special is not None:
            special(reading, row, period)
    _check_duplicates(reading)
    if reading.form.code == "B06":
        _check_contradictions(reading)
    if reading.form.listed_by:
        _drop_contradictions(reading)


def _standing(reading: Reading) -> list[Row]:
    return [row for row in reading.rows if not row.refused]


def _unread(reading: Reading, row: Row, *names: str) -> bool:
    """Whether any of these cells holds what cannot be read, so that nobody knows whether it is blank."""
    if not reading.error_cells:
        return False
    return any((row.elsewhere.get(name, row.sheet), row.place(name)) in reading.error_cells for name in names)


# --- figures ----------------------------------------------------------------------------------------------------


def _check_figures(reading: Reading, row: Row, rule: FigureRule) -> None:
    told, known, total = row.told, 0, 0
    left = told[rule.left]
    for name in rule.right:
        one = told.get(name)
        if one is not None and one.figure is not None:
            known += 1
            total += one.figure
    if not known:
        return
    whole = known == len(rule.right)
    if rule.compare is Compare.ADDS_UP:
        figure = left.figure
        if figure is None or (figure == total if whole else total <= figure):
            return
        facts = {
            "sum": str(total),
            "parts": ", ".join(row.place(name) for name in rule.right if name in row.values),
        }
    elif not whole or _at_least(left) <= total:
        return
    else:
        facts = _against(reading, row, rule)
    reading.report(rule.compare.value, row, rule.left, **facts)
    reading.filing.refused_parts.add(reading.form.by_name[rule.left].part)


def _against(reading: Reading, row: Row, rule: FigureRule) -> dict[str, str]:
    other = rule.right[0]
    words = {Compare.PART_OF: "total", Compare.WITHIN_POPULATION: "population", Compare.WITHIN_BASE: "base"}
    word = words[rule.compare]
    label = reading.form.by_name[other].label
    return {word: str(row.values[other]), f"{word}_label": label, "at": row.place(other)}


def _at_least(one: Told) -> int:
    """How many are claimed: "trên 310" are 311 or more, "gần 310" and "khoảng 310" count as 310."""
    figure = one.value if isinstance(one.value, int) else 0
    return figure + 1 if one.qualifier == OVER else figure


def _figure(row: Row, name: str) -> int | None:
    """An exact figure; "trên 310" cannot be held against another one."""
    one = row.told.get(name)
    return None if one is None else one.figure


# --- days -------------------------------------------------------------------------------------------------------


def _check_days(reading: Reading, period: Period) -> None:
    if not reading.form.dated_by:
        return
    first_name, last_name = reading.form.dated_by[0], reading.form.dated_by[-1]
    from_day, to_day = period.first, period.last
    for row in reading.rows:
        first = row.values.get(first_name)
        last = row.values.get(last_name) or first
        if not isinstance(first, date) or not isinstance(last, date) or from_day <= first <= last <= to_day:
            continue  # within the period, as nearly all are
        if _unread(reading, row, last_name):
            continue
        if last < first:
            continue  # said already
        if not Period(first, last).overlaps(period):
            proposed = _proposal(first, period)
            reading.report("row_outside_period", row, first_name, period=str(period), proposed=proposed)
            _refuse(reading, row)
        elif not period.covers(Period(first, last)):
            outside = first_name if first not in period else last_name
            reading.report("row_crosses_period", row, outside, period=str(period))


def _check_span(reading: Reading, first_name: str, last_name: str) -> None:
    for row in reading.rows:
        first, last = row.values.get(first_name), row.values.get(last_name)
        if isinstance(first, date) and isinstance(last, date) and last < first:
            reading.report("date_order", row, last_name, scope=Scope.ROW, other=row.told[first_name].raw)
            _refuse(reading, row)


def _refuse(reading: Reading, row: Row) -> None:
    """Refuses a row that stands; the days of one that was refused before are known as missing already."""
    if not row.refused:
        reading.refuse_row(row)


def _proposal(day: date, period: Period) -> str:
    other = swapped(day)
    return f"{other:%d/%m/%Y}" if other and day not in period and other in period else ""


# --- B01 --------------------------------------------------------------------------------------------------------


_REACHED = ("reached_14_60", "reached_14_15", "reached_under_14", "reached_over_60", "reached_total")


def _check_b01(reading: Reading, row: Row, period: Period) -> None:
    if row.values.get("integrated_kit") is True:
        for name in ("policy_received", "behaviour_received"):
            if name not in row.values and not _unread(reading, row, name):
                row.amend(name, True, by="integrated_kit")
    for rule in reading.form.deployed_rules:
        _check_deployed(reading, row, rule, period)
    method_read = "reach_method" in row.values or _unread(reading, row, "reach_method")
    reached = [name for name in _REACHED if row.values.get(name)]
    if reached and not method_read:
        label = reading.form.by_name["reach_method"].label
        shown_at = "reach_method" if "reach_method" in row.places else reached[0]
        reading.report("method_missing", row, shown_at, label=label)


def _check_deployed(reading: Reading, row: Row, rule: DeployedRule, period: Period) -> None:
    if row.values.get(rule.received) is False and row.values.get(rule.deployed) is True:
        received = reading.form.by_name[rule.received].label
        reading.report(
            "deployed_without_received", row, rule.deployed, received=received, at=row.place(rule.received)
        )
        reading.filing.refused_parts.add(DOCUMENTS)
    received_on = row.values.get(f"{rule.received}_date")
    deployed_on = row.values.get(f"{rule.deployed}_date")
    for name, day in ((f"{rule.received}_date", received_on), (f"{rule.deployed}_date", deployed_on)):
        if isinstance(day, date) and day > period.last:
            facts = {"why": "after_period", "other": f"{period.last:%d/%m/%Y}", "proposed": _proposal(day, period)}
            _report_date_order(reading, row, name, facts)
    if isinstance(received_on, date) and isinstance(deployed_on, date) and deployed_on < received_on:
        facts = {"why": "before_received", "other": f"{received_on:%d/%m/%Y}", "proposed": ""}
        _report_date_order(reading, row, f"{rule.deployed}_date", facts)


def _report_date_order(reading: Reading, row: Row, name: str, facts: Mapping[str, str]) -> None:
    reading.report("date_order", row, name, **facts)
    reading.filing.refused_parts.add(DOCUMENTS)


def compare_attendances(reached: Reading, activities: Reading) -> None:
    """Warns when the people reached (B01) are exactly the attendances (B04): lượt người typed as người."""
    attendances = [_figure(row, "attendances") for row in _standing(activities)]
    total = sum(figure for figure in attendances if figure is not None)
    for row in _standing(reached):
        if total and _figure(row, "reached_14_60") == total:
            reached.report("reached_equals_attendances", row, "reached_14_60")


def check_communes(listed: Reading, province: str, places: Places) -> None:
    """Warns of rows of B00 about a commune that the province never had: they speak of nobody."""
    if not places.units_of_code(province):
        return
    for row in _standing(listed):
        lives = places.units_of_code(str(row.values["commune"]).zfill(5))
        if not any(life.province == province for life in lives):
            listed.report("unknown_row", row, "commune", why="commune")


# --- table forms ------------------------------------------------------------------------------------------------


def _check_b00(reading: Reading, row: Row, period: Period) -> None:
    typed = str(row.values.get("commune", ""))
    if typed.isdigit() and len(typed) < 5:
        row.amend("commune", typed.zfill(5))
        reading.report("zeros_restored", row, "commune", value=typed.zfill(5))


def _check_b02(reading: Reading, row: Row, period: Period) -> None:
    sessions = row.values.get("sessions")
    status = row.values.get("status")
    changed = row.values.get("status_changed_on")
    if status == CLOSED and isinstance(sessions, int) and sessions > 0:
        closed_meanwhile = isinstance(changed, date) and changed >= period.first
        if not closed_meanwhile and not _unread(reading, row, "status_changed_on"):
            reading.report("model_closed_with_sessions", row, "sessions")
            _refuse(reading, row)
    elif status == ACTIVE and sessions == 0:
        reading.report("model_without_sessions", row, "sessions")
    hosted = "host_programme" in row.values or _unread(reading, row, "host_programme")
    if row.values.get("kind") == INTEGRATED and not hosted:
        reading.report("integrated_without_host", row, "host_programme")


def _check_b04(reading: Reading, row: Row, period: Period) -> None:
    sessions, attendances = _figure(row, "sessions"), _figure(row, "attendances")
    if not sessions or not attendances:
        return
    if not LEAST_PER_SESSION * sessions <= attendances <= MOST_PER_SESSION * sessions:
        reading.report("implausible_size", row, "attendances")
    elif sessions > MANY_SESSIONS and attendances % (10 * sessions) == 0:
        reading.report("round_average", row, "attendances")


def _check_b06(reading: Reading, row: Row, period: Period) -> None:
    days = ("started_on", "ended_on", "document_date")
    dated = any(name in row.values for name in days) or _unread(reading, row, *days)
    if row.values.get("done") is True and not dated:
        reading.report("evidence_missing", row, "done")


_ANSWERS = (Kind.YES_NO, Kind.CHOICE, Kind.COUNT, Kind.PERSONS)
_SPECIAL: Mapping[str, Callable[[Reading, Row, Period], None]] = {
    "B00": _check_b00,
    "B01": _check_b01,
    "B02": _check_b02,
    "B04": _check_b04,
    "B06": _check_b06,
}


def _check_duplicates(reading: Reading) -> None:
    """Rows that say the same thing twice: equal in all, or in what makes an item the same (`same_when`)."""
    if reading.form.one_record:
        return
    standing = _standing(reading)
    same_when = reading.form.same_when
    if not same_when and len({frozenset(row.values.values()) for row in standing}) == len(standing):
        return  # as nearly always: no two have the same answers, to whatever field
    seen: dict[Hashable, Row] = {}
    for row in standing:
        first = seen.setdefault(_identity(reading, row), row)
        if first is not row:
            name = row.first_filled or reading.form.fields[0].name
            reading.report("duplicate_row", row, name, other=str(first.row))


def _check_contradictions(reading: Reading) -> None:
    """Rows of B06 that say both yes and no of one duty: which of the two is meant is not for us to guess."""
    said: dict[str, object] = {}
    for row in _standing(reading):
        duty, done = str(row.values["duty"]), row.values["done"]
        if said.setdefault(fold_code(duty), done) != done:
            reading.report("duplicate_row", row, "done", other=duty, why="contradicts")


def _drop_contradictions(reading: Reading) -> None:
    """Drops what a list says of an entry in two ways; an entry without an answer that it must have goes whole."""
    by = reading.form.listed_by
    answers = [one for one in reading.form.fields if one.kind in _ANSWERS]
    entries: dict[Hashable, list[Row]] = {}
    for row in _standing(reading):
        entries.setdefault(tuple(str(row.values.get(name, "")).upper() for name in by), []).append(row)
    for same in (rows for rows in entries.values() if len(rows) > 1):
        for one in answers:
            telling = [row for row in same if one.name in row.values]
            if len({row.values[one.name] for row in telling}) > 1:
                again = next(row for row in telling if row.values[one.name] != telling[0].values[one.name])
                reading.report("duplicate_row", again, one.name, other=str(again.values[by[0]]), why="contradicts")
                _drop(reading, telling, one)


def _drop(reading: Reading, rows: Sequence[Row], one: Field) -> None:
    if one.required:
        gone = {id(row) for row in rows}
        reading.rows = [row for row in reading.rows if id(row) not in gone]
        return
    for row in rows:
        del row.values[one.name], row.told[one.name]


def _identity(reading: Reading, row: Row) -> Hashable:
    same_when = reading.form.same_when
    values = [row.values.get(name) for name in same_when]
    if same_when and None not in values:
        return tuple(fold(value) if isinstance(value, str) else value for value in values)
    return frozenset(row.values.items())  # what is blank is not among them
