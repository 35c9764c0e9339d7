"""Measures: figures by kind, month, place or agency, without a threshold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from tracker.facts import Facts, Filed, distinct, spans
from tracker.folding import fold
from tracker.period import Period
from tracker.plan import CODE_WIDTH, Plan, Value, Words
from tracker.reading import EXACT, combined
from tracker.rule import Asking, ValueScore, record_truth

CROSSING = Words(
    vi="Hoạt động vắt qua đầu hoặc cuối đợt, chưa tính",
    en="Activities across an end of the window, not counted",
)
ROWS = Words(vi="hoạt động", en="activities")

Annual = Callable[[str], Sequence[Any]]
"""The filings of the year of a form that is not dated."""


def values(
    facts: Facts, plan: Plan, declared: Iterable[Value], asking: Asking, annual: Annual, settings: Sequence[str]
) -> list[ValueScore]:
    """Every figure of a measure, its total first (group "") and then its groups in order."""
    return [score for value in declared for score in _scores(facts, plan, value, asking, annual, settings)]


def selected(
    facts: Facts, plan: Plan, value: Value, asking: Asking, annual: Annual
) -> tuple[Sequence[Filed], pd.DataFrame]:
    """The filings that a figure is drawn from, and the rows of them that it is made of."""
    window = plan.window(value.window, facts.year)
    dated = bool(facts.ledger.forms[value.form].dated_by)
    filings = facts.dated(value.form, window) if dated else annual(value.form)
    if value.expected_only:
        filings = [one for one in filings if plan.expects(one.form, one.agency, one.unit)]
    rows = facts.rows_in(value.form, window, filings) if dated else facts.ledger.rows(value.form, filings)
    if value.where is not None:
        rows = rows[record_truth(value.where, rows, asking).fillna(False)]
    if value.within:
        rows = rows[rows["unit"].map(facts.district_of).isin(value.within)]
    return filings, rows


def _scores(
    facts: Facts, plan: Plan, value: Value, asking: Asking, annual: Annual, settings: Sequence[str]
) -> Iterator[ValueScore]:
    filings, rows = selected(facts, plan, value, asking, annual)
    if not filings and value.count in ("sum", "rows", "settings"):
        return  # nobody has reported: that is not 0
    match value.count:
        case "units" | "districts":
            named = rows["unit"] if value.count == "units" else rows["unit"].map(facts.district_of)
            yield _figure(value, int(named.nunique()))
            if value.out_of is not None:
                yield _figure(value, value.out_of, key=f"{value.key}_of")
        case "active":
            yield from _active(facts, value, plan.window(value.window, facts.year), filings, rows)
        case "settings":
            yield from _settings(facts, value, rows, settings)
        case _:
            yield from _sums(facts, value, joint_once(rows))


def _figure(
    value: Value,
    figure: int,
    *,
    key: str = "",
    group: str = "",
    kind: str = "",
    qualifier: str = EXACT,
    small: bool = False,
) -> ValueScore:
    return ValueScore(key or value.key, value.label, figure, qualifier, value.unit, group, kind, small)


def _sums(facts: Facts, value: Value, rows: pd.DataFrame) -> Iterator[ValueScore]:
    victims = value.field in facts.ledger.forms[value.form].small_cells
    small = victims and len(facts.area) > 2
    if value.count == "sum":
        answered = rows[rows[value.field].notna()]
        if answered.empty and not rows.empty:
            return  # every row leaves it blank: not answered, and so not 0
        rows = answered
    if value.total:
        alone = victims and rows["unit"].nunique() == 1 and _below_province(facts, rows, ("commune",))
        yield _total(facts, value, rows, "", "", small or alone)
    if not value.by:
        return
    groups = groups_of(facts, value.form, rows, value.by)
    for group in sorted(set(groups)):
        inside = rows[groups == group]
        below = small or (victims and _below_province(facts, inside, value.by))
        yield _total(facts, value, inside, group, ", ".join(value.by), below)


def _below_province(facts: Facts, rows: pd.DataFrame, by: Sequence[str]) -> bool:
    """Whether a group of rows is of one place below the province."""
    if "commune" not in by and "district" not in by:
        return False
    places = rows["unit"] if "commune" in by else rows["unit"].map(facts.district_of)
    return bool((places.str.len() > CODE_WIDTH["province"]).any())


def _total(facts: Facts, value: Value, rows: pd.DataFrame, group: str, kind: str, small: bool) -> ValueScore:
    if value.count == "rows":
        items = distinct(rows) if facts.ledger.forms[value.form].same_when else rows
        return _figure(value, len(items), group=group, kind=kind)
    qualifiers = {marks.get(value.field, EXACT) for marks in rows["qualifiers"]}
    total = int(rows[value.field].sum())
    return _figure(value, total, group=group, kind=kind, qualifier=combined(qualifiers), small=small)


def groups_of(facts: Facts, form: str, rows: pd.DataFrame, by: Sequence[str]) -> pd.Series[Any]:
    """The group of each row, as text: several groupings are joined by " · "."""
    columns = []
    for name in by:
        match name:
            case "month":
                day = (facts.ledger.forms[form].dated_by or ("period_from",))[0]
                columns.append(rows[day].dt.strftime("%Y-%m"))
            case "commune":
                columns.append(rows["unit"])
            case "district":
                columns.append(rows["unit"].map(facts.district_of))
            case "province":
                columns.append(rows["unit"].map(facts.province_of))
            case _:
                columns.append(rows[name])
    together: pd.Series[Any] = columns[0].fillna("…").astype("string")
    for column in columns[1:]:
        together = together + " · " + column.fillna("…").astype("string")
    return together


def joint_once(rows: pd.DataFrame) -> pd.DataFrame:
    """One row of each joint activity: that of the agency that led it, else of the first unit by code."""
    if "joint_code" not in rows or rows["joint_code"].isna().all():
        return rows
    leads = [
        not pd.isna(led) and fold(str(led)) in (fold(str(agency)), fold(f"Hội {agency}"), fold(f"Sở {agency}"))
        for led, agency in zip(rows["led_by"], rows["agency"], strict=True)
    ]
    ordered = rows.assign(leads=leads, code=rows["joint_code"].map(lambda code: "" if pd.isna(code) else fold(code)))
    ordered = ordered.sort_values(["leads", "unit"], ascending=[False, True], kind="stable")
    again = ordered["joint_code"].notna() & ordered.duplicated(subset="code", keep="first")
    return ordered[~again].sort_index().drop(columns=["leads", "code"])


def _active(
    facts: Facts, value: Value, window: Period, filings: Sequence[Any], rows: pd.DataFrame
) -> Iterator[ValueScore]:
    """Communes with a row in the window: certain, possible (the silent count), silent, and of how many."""
    by_unit: dict[str, list[Any]] = {}
    for one in filings:
        by_unit.setdefault(one.unit, []).append(one)
    active = set(rows["unit"])
    units = [unit.code for unit in facts.communes()]
    certain = sum(unit in active for unit in units)
    silent = sum(unit not in active and not facts.has_answered(window, by_unit.get(unit, [])) for unit in units)
    yield _figure(value, certain)
    yield _figure(value, certain + silent, key=f"{value.key}_upper")
    yield _figure(value, silent, key=f"{value.key}_missing")
    yield _figure(value, len(units), key=f"{value.key}_of")
    yield from _crossing(facts, value, window, filings)


def _crossing(facts: Facts, value: Value, window: Period, filings: Sequence[Any]) -> Iterator[ValueScore]:
    """Rows that reach over an end of the window, one by one by unit and days: in no sum until they are split."""
    rows = facts.crossing(value.form, window, filings)
    first, last = spans(rows, facts.ledger.forms[value.form])
    days = zip(rows["unit"], first, last, strict=True)
    for group in sorted(f"{unit} · {begun:%d/%m/%Y}–{ended:%d/%m/%Y}" for unit, begun, ended in days):
        yield ValueScore(f"{value.key}_crossing", CROSSING, 1, EXACT, ROWS, group, "crossing")


def _settings(facts: Facts, value: Value, rows: pd.DataFrame, settings: Sequence[str]) -> Iterator[ValueScore]:
    touched = rows[rows["setting"].isin(list(settings))]
    districts = touched["unit"].map(facts.district_of)
    counts = touched.groupby(districts.to_numpy())["setting"].nunique()
    for district in facts.districts():
        yield _figure(value, int(counts.get(district.code, 0)), group=district.code, kind="district")
