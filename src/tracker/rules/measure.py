"""Measures: figures by kind, month, place or agency, without a threshold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tracker.facts import ITEM, Facts, distinct, only, spans, told, without
from tracker.folding import fold
from tracker.forms.ttc import AGENCIES
from tracker.ledger import Filed
from tracker.period import Period
from tracker.plan import CODE_WIDTH, Plan, Value, Words
from tracker.reading import EXACT, combined
from tracker.rule import Asking, ValueScore, record_truth

if TYPE_CHECKING:
    import numpy.typing as npt

CROSSING = Words(
    vi="Hoạt động vắt qua đầu hoặc cuối đợt, chưa tính",
    en="Activities across an end of the window, not counted",
)
SUMMED = ("sum", "latest")
"""Ways to count that add up a field: all that was said of it, or what each body said last."""
ROWS = Words(vi="hoạt động", en="activities")

_TIERS = ("tinh", "thanh pho", "tp", "huyen", "quan", "thi xa", "xa", "phuong", "thi tran")
"""What may follow the name of an agency, folded: whose it is."""

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
    filings, rows, passing = _drawn(facts, plan, value, asking, annual)
    return filings, rows if passing is None else rows[passing]


def _drawn(
    facts: Facts, plan: Plan, value: Value, asking: Asking, annual: Annual
) -> tuple[Sequence[Filed], pd.DataFrame, pd.Series[Any] | None]:
    """The filings that a figure is drawn from, their rows, and which of these it is made of: None for all."""
    window = plan.window(value.window, facts.year)
    dated = bool(facts.ledger.forms[value.form].dated_by)
    filings = facts.dated(value.form, window) if dated else annual(value.form)
    if value.expected_only:
        filings = [one for one in filings if plan.expects(one.form, one.agency, one.unit)]
    rows = facts.rows_in(value.form, window, filings) if dated else facts.ledger.rows(value.form, filings)
    passing = None if value.where is None else record_truth(value.where, rows, asking).fillna(False)
    if value.within:
        inside = told(facts.district_of, rows["unit"]).isin(value.within)
        passing = inside if passing is None else passing & inside
    return filings, rows, passing


def _scores(
    facts: Facts, plan: Plan, value: Value, asking: Asking, annual: Annual, settings: Sequence[str]
) -> Iterator[ValueScore]:
    filings, rows, passing = _drawn(facts, plan, value, asking, annual)
    rows = rows[_columns(facts, value)]  # all others would be taken along from step to step
    rows = rows if passing is None else rows[passing]
    if not filings and value.count in (*SUMMED, "rows", "settings"):
        return  # nobody has reported: that is not 0
    match value.count:
        case "units" | "districts":
            named = rows["unit"] if value.count == "units" else told(facts.district_of, rows["unit"])
            yield _figure(value, int(named.nunique()))
            if value.out_of is not None:
                yield _figure(value, value.out_of, key=f"{value.key}_of")
        case "active":
            yield from _active(facts, value, plan.window(value.window, facts.year), filings, rows)
        case "settings":
            yield from _settings(facts, value, rows, settings)
        case _:
            yield from _sums(facts, value, joint_once(rows))


def _columns(facts: Facts, value: Value) -> list[str]:
    """The columns that a figure is made of: its field and its groups, and by what rows are told apart."""
    form = facts.ledger.forms[value.form]
    about = ("filing", "unit", "agency", "period_from", "period_to")
    asked = {*about, "qualifiers", "setting", value.field, *value.by, *form.dated_by, *ITEM, "led_by", "joint_code"}
    names = (*about, *(one.name for one in form.kept_fields), "qualifiers")
    return [name for name in names if name in asked]


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
    if value.count in SUMMED:
        said = answered(value, rows)
        if said.empty and not rows.empty:
            return  # every row leaves it blank: not answered, and so not 0
        rows = said
    if value.total:
        alone = victims and rows["unit"].nunique() == 1 and bool(_below_province(facts, rows, ("commune",)).any())
        one_group = pd.Categorical.from_codes(np.zeros(len(rows), dtype="int8"), pd.Index([""]))
        for _, total, qualifier in _totals(facts, value, rows.assign(group=one_group)) or [("", 0, EXACT)]:
            yield _figure(value, total, qualifier=qualifier, small=small or alone)
    if not value.by:
        return
    rows = rows.assign(group=groups_of(facts, value.form, rows, value.by))
    below = set(rows["group"][_below_province(facts, rows, value.by)]) if victims else set()
    for group, total, qualifier in _totals(facts, value, rows):
        masked = small or group in below
        yield _figure(value, total, group=group, kind=", ".join(value.by), qualifier=qualifier, small=masked)


def answered(value: Value, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that say something of a field that is added up; of a stock those of each body's last return alone."""
    said = only(rows, rows[value.field].notna().to_numpy())
    if value.count != "latest" or said.empty:
        return said
    in_order = said.sort_values(["period_to", "period_from", "filing"], ascending=[True, False, True])
    last = in_order.groupby(["unit", "agency"], sort=False, observed=True)["filing"].transform("last")
    return only(said, (said["filing"] == last.reindex(said.index)).to_numpy())


def _below_province(facts: Facts, rows: pd.DataFrame, by: Sequence[str]) -> pd.Series[Any]:
    """Whether a row, grouped so, is told of a place below the province."""
    places = rows["unit"] if "commune" in by else told(facts.district_of, rows["unit"])
    grouped = "commune" in by or "district" in by
    return (places.str.len() > CODE_WIDTH["province"]) & grouped


def _totals(facts: Facts, value: Value, rows: pd.DataFrame) -> list[tuple[str, int, str]]:
    """Each group of rows (their column `group`) with its figure and its qualifier, in order."""
    if value.count == "rows":
        items = distinct(rows, "group") if facts.ledger.forms[value.form].same_when else rows
        counts = items.groupby("group", sort=False, observed=True).size()
        return [(group, int(counts[group]), EXACT) for group in sorted(counts.index)]
    marks: dict[str, set[str]] = {}
    marked = rows.loc[np.fromiter(map(bool, rows["qualifiers"]), bool, len(rows)), ["group", "qualifiers"]]  # few are
    for group, said in zip(marked["group"], marked["qualifiers"], strict=True):
        marks.setdefault(group, set()).add(said.get(value.field, EXACT))
    sums = rows.groupby("group", sort=False, observed=True)[value.field].sum()
    return [(group, int(sums[group]), combined(marks.get(group, set()))) for group in sorted(sums.index)]


def groups_of(facts: Facts, form: str, rows: pd.DataFrame, by: Sequence[str]) -> pd.Categorical[str]:
    """The group of each row, as text: several groupings are joined by " · "."""
    places, texts = _grouped(facts, form, rows, by[0])
    for name in by[1:]:
        inner, names = _grouped(facts, form, rows, name)
        places, found = pd.factorize(places * len(names) + inner)
        texts = [f"{texts[both // len(names)]} · {names[both % len(names)]}" for both in found.tolist()]
    return pd.Categorical.from_codes(places, pd.Index(texts))


def _grouped(facts: Facts, form: str, rows: pd.DataFrame, name: str) -> tuple[npt.NDArray[np.intp], list[str]]:
    """The number of the group of each row, and the groups; each answer is looked at once, however many give it."""
    match name:
        case "month":
            day = (facts.ledger.forms[form].dated_by or ("period_from",))[0]
            places, found = pd.factorize(rows[day])
            texts = [f"{one:%Y-%m}" for one in found]
        case "district" | "province":
            above = facts.district_of if name == "district" else facts.province_of
            places, found = pd.factorize(rows["unit"])
            texts = list(map(above, found))
        case _:
            places, found = pd.factorize(rows["unit" if name == "commune" else name])
            texts = list(pd.Series(found).astype("string"))
    if (places < 0).any():  # what is left blank has the number -1, and so the last place
        texts.append("…")
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return np.array([numbers[text] for text in texts], dtype=np.intp)[places], list(numbers)


def joint_once(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of each joint activity from one reporter: the agency that led it, else the first unit by code."""
    if "joint_code" not in rows:
        return rows
    coded = rows["joint_code"].notna()
    if not coded.any():
        return rows
    joint = rows.loc[coded, ["unit", "agency", "led_by", "joint_code"]]
    folded = joint["joint_code"].map(fold)
    joint = joint.assign(code=folded)[folded != ""]
    leads = [
        not pd.isna(led) and _names(str(led), str(agency))
        for led, agency in zip(joint["led_by"], joint["agency"], strict=True)
    ]
    ordered = joint.assign(leads=leads).sort_values(["leads", "unit"], ascending=[False, True], kind="stable")
    reporters = list(zip(ordered["unit"], ordered["agency"], strict=True))
    telling = dict(zip(reversed(ordered["code"].tolist()), reversed(reporters), strict=True))  # the first has it
    others = [telling[code] != reporter for code, reporter in zip(ordered["code"], reporters, strict=True)]
    return without(rows, ordered.index[others])


def _names(led: str, agency: str) -> bool:
    """Whether "Đơn vị chủ trì" names an agency, in any spelling of the cover sheet: "Công an tỉnh" is CA."""
    said = fold(led)
    spellings = (spelling for one in AGENCIES if one.value == agency for spelling in (one.value, *one.also))
    names = {fold(name) for spelling in spellings for name in (spelling, f"Hội {spelling}", f"Sở {spelling}")}
    return any(said == name or said.startswith(tuple(f"{name} {tier}" for tier in _TIERS)) for name in names)


def _active(
    facts: Facts, value: Value, window: Period, filings: Sequence[Any], rows: pd.DataFrame
) -> Iterator[ValueScore]:
    """Communes with a row in the window: certain, possible (the silent count), silent, and of how many."""
    by_unit: dict[str, list[Any]] = {}
    for one in filings:
        by_unit.setdefault(one.unit, []).append(one)
    active = set(rows["unit"].unique())
    units = [unit.code for unit in facts.communes()]
    certain = sum(unit in active for unit in units)
    hidden = {one.unit for one in facts.hiding(value.form, window)}
    answered = {unit for unit, mine in by_unit.items() if facts.has_answered(window, mine)} - hidden
    silent = sum(unit not in active and unit not in answered for unit in units)
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
    districts = told(facts.district_of, touched["unit"])
    counts = touched.groupby(districts.to_numpy())["setting"].nunique()
    for district in facts.districts():
        yield _figure(value, int(counts.get(district.code, 0)), group=district.code, kind="district")
