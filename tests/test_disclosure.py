"""No masked figure can be worked out from everything that the tool prints.

The proof is by twins: beside each store stands another, whose returns have other small figures, and of which every
command prints the same in every shape. Whatever somebody works out from the output, they cannot tell the two apart;
so at least two values fit for each small figure. What a total tells on two days of receipt is not part of it: whoever
compares two days sees what came between them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeGuard

import pytest

from conftest import Store, run
from returns_made import Cell, Return, b05, b07, by_district, flow, whole_year, write_csv
from shapes import members, shaped
from tracker.cli.report import Format, build
from tracker.cli.session import SESSION
from tracker.form import SMALL
from tracker.plan_check import faults

NINH_BINH, HAI_BA_TRUNG = "37", "007"
A, B, C, D, E, F, G, H = DISTRICTS = tuple(by_district(NINH_BINH, date(2022, 12, 31)))

Lines = Mapping[str, Cell | Sequence[Cell]]
Sent = Mapping[tuple[str, str, int], Lines]
"""By unit, agency and revision: the lines of the return."""

HEAD = """
id = "to-giac"
title = {{ vi = "Kế hoạch thử", en = "Test plan" }}
area = "{area}"
life = {{ from = 2017-01-01, to = 2025-12-31 }}
[citation]
number = "00/KH"
issued_by = {{ vi = "UBND", en = "People's Committee" }}
"""
LABEL = 'label = { vi = "x", en = "x" }\ncite = "mục 1"\n'
B05 = '[[returns]]\nforms = ["B05"]\nfilers = [{ agency = "UBND", tier = "district" }]\nperiods = ["năm"]\n'
B07 = (
    '[[returns]]\nforms = ["B07"]\nfilers = [{ agency = "BCD", tier = "district" },'
    ' { agency = "CA", tier = "district" }, { agency = "CA", tier = "province" }]\n'
)


def ratio(name: str, part: str, whole: str, threshold: str, readings: str = "") -> str:
    first = f'thresholds = [{{ from = 2017-01-01, value = "{threshold}", yearly = true, cite = "mục 1" }}]\n'
    figures = f'numerator = {{ form = "B05", field = "{part}" }}\ndenominator = {{ {whole} }}\n'
    return f'[[targets]]\nid = "{name}"\nkind = "ratio"\n{LABEL}{figures}{first}{readings}'


def whole(field: str, *, due: bool = False) -> str:
    return f'form = "B05", field = "{field}"' + (", due = true" if due else "")


def measure(*values: str) -> str:
    return f'[[targets]]\nid = "figures"\nkind = "measure"\n{LABEL}values = [\n{",".join(values)}\n]\n'


def value(key: str, field: str, form: str, by: str = "") -> str:
    words = '{ vi = "x", en = "x" }'
    grouped = f", by = [{by}]" if by else ""
    return f'{{ key = "{key}", label = {words}, form = "{form}", field = "{field}", unit = {words}{grouped} }}'


@dataclass(frozen=True)
class Twins:
    """Two worlds that must look the same: what is sent in each, and the figures that people may not learn."""

    year: int
    form: str
    one: Sent
    other: Sent
    secret: Sequence[tuple[str, str, int]]
    """Unit, row, column of the flow (2 is Tổng số, also of a row without a flow)."""
    plan: str = ""
    targets: str = ""
    area: str = NINH_BINH


def figure(sent: Sent, unit: str, row: str, column: int) -> Cell:
    lines = next(lines for (code, _, _), lines in sent.items() if code == unit)
    cells = lines[row]
    return cells[column] if isinstance(cells, Sequence) and not isinstance(cells, str) else cells


def districts(lines: Mapping[str, Lines], rest: Lines) -> Sent:
    """What each district's committee says; the others say the same."""
    return {(code, "UBND", 1): lines.get(code, rest) for code in DISTRICTS}


def cases(due: int, indicted: int) -> Lines:
    return {"0521": flow(0, due, overdue=max(0, due - indicted)), "0522": indicted}


INDICTED = B05 + ratio("indicted", "indicted", whole("cases_for_indictment", due=True), "95/100")
FOUND = {"0701": 2, "0702": 1, "0703": 4, "0704": 3, "0705": 1, "0706": 30}
MORE = {"0701": 9, "0702": 9, "0703": 9, "0704": 9, "0705": 9, "0706": 40}

TWINS = {
    "one district has few cases among many": Twins(
        2017, "B05",
        districts({C: cases(3, 3), F: cases(9, 9)}, cases(5, 5)),
        districts({C: cases(4, 4), F: cases(8, 8)}, cases(5, 5)),
        [(C, "0521", 2), (C, "0522", 2)],
        targets=INDICTED,
    ),
    "one district alone has cases: the total would tell": Twins(
        2017, "B05",
        districts({C: cases(3, 3)}, cases(0, 0)),
        districts({C: cases(4, 4)}, cases(0, 0)),
        [(C, "0521", 2), (C, "0522", 2)],
        targets=INDICTED,
    ),
    "two districts whose verdicts leave no choice": Twins(
        2017, "B05",
        districts({C: cases(1, 1), D: cases(1, 0)}, cases(0, 0)),
        districts({C: cases(2, 2), D: cases(3, 0)}, cases(0, 0)),
        [(C, "0521", 2), (C, "0522", 2), (D, "0521", 2)],
        targets=INDICTED,
    ),
    "what a share is of stands beside another target": Twins(
        2017, "B05",
        {(A, "UBND", 1): {"0531": flow(0, 5), "0535": 4, "0536": 5}},
        {(A, "UBND", 1): {"0531": flow(0, 4), "0535": 3, "0536": 4}},
        [(A, "0535", 2)],
        targets=B05
        + ratio("verified", "victims_verified", whole("victims_received", due=True), "3/4")
        + ratio("concluded", "identification_concluded", whole("victims_received", due=True), "1"),
        area=A,
    ),
    "another reading of the clause has few cases": Twins(
        2017, "B05",
        {(A, "UBND", 1): {"0511": flow(0, 9, in_time=5, moved=1), "0512": 0}},
        {(A, "UBND", 1): {"0511": flow(0, 9, in_time=5, moved=2), "0512": 0}},
        [(A, "0511", 6)],
        targets=B05
        + ratio("started", "prosecuted", whole("incidents_with_signs"), "1")
        + "readings = [\n"
        '{ id = "all", label = { vi = "x", en = "x" } },\n'
        '{ id = "due", label = { vi = "y", en = "y" },'
        f" denominator = {{ {whole('incidents_with_signs', due=True)} }} }},\n]\n",
        area=A,
    ),
    "figures that add up to a printed one": Twins(
        2017, "B05",
        {(A, "UBND", 1): {"0531": flow(5, 3)}},
        {(A, "UBND", 1): {"0531": flow(4, 4)}},
        [(A, "0531", 1)],
        targets=B05
        + measure(*(value(f"v{end}", f"victims_received{end}", "B05") for end in ("", "_carried", "_new"))),
        area=A,
    ),
    "one district beside the province": Twins(
        2017, "B07",
        {("37", "CA", 1): {"0701": 4, "0706": 9}, (A, "BCD", 1): {"0701": 1, "0706": 8}},
        {("37", "CA", 1): {"0701": 4, "0706": 9}, (A, "BCD", 1): {"0701": 2, "0706": 8}},
        [(A, "0701", 2)],
        targets=B07 + measure(value("cases", "cases_found", "B07", '"district"')),
    ),
    "one filer alone, and no breakdown": Twins(
        2017, "B07",
        {(A, "BCD", 1): {"0701": 3, "0706": 8}},
        {(A, "BCD", 1): {"0701": 4, "0706": 8}},
        [(A, "0701", 2)],
        targets=B07 + measure(value("cases", "cases_found", "B07")),
    ),
    "the same figure by place and by agency": Twins(
        2017, "B07",
        {(A, "BCD", 1): {"0701": 2, "0706": 8}, (B, "CA", 1): {"0701": 3, "0706": 8}},
        {(A, "BCD", 1): {"0701": 3, "0706": 8}, (B, "CA", 1): {"0701": 2, "0706": 8}},
        [(A, "0701", 2), (B, "0701", 2)],
        targets=B07
        + measure(
            value("by_place", "cases_found", "B07", '"district"'),
            value("by_agency", "cases_found", "B07", '"agency"'),
            value("by_both", "cases_found", "B07", '"district", "agency"'),
        ),
    ),
    "a fault that names the figures": Twins(
        2017, "B05",
        districts({C: {"0531": flow(0, 3), "0535": 4}}, {"0531": flow(0, 5), "0535": 5}),
        districts({C: {"0531": flow(0, 2), "0535": 3}}, {"0531": flow(0, 5), "0535": 5}),
        [(C, "0531", 2), (C, "0535", 2)],
        targets=B05 + ratio("verified", "victims_verified", whole("victims_received", due=True), "1"),
    ),
    "a correction of few cases": Twins(
        2017, "B05",
        {**districts({}, cases(5, 5)), (C, "UBND", 1): cases(3, 3), (C, "UBND", 2): cases(9, 9)},
        {**districts({}, cases(5, 5)), (C, "UBND", 1): cases(4, 4), (C, "UBND", 2): cases(9, 9)},
        [(C, "0521", 2), (C, "0522", 2)],
        targets=INDICTED,
    ),
    "a refused form that names the figures": Twins(
        2017, "B07",
        {(A, "BCD", 1): {"0701": 2, "0705": 4, "0706": 8}, (B, "BCD", 1): {"0701": 9, "0705": 5, "0706": 8}},
        {(A, "BCD", 1): {"0701": 1, "0705": 3, "0706": 8}, (B, "BCD", 1): {"0701": 9, "0705": 5, "0706": 8}},
        [(A, "0701", 2), (A, "0705", 2)],
        targets=B07
        + measure(*(value(name, name, "B07", '"district"') for name in ("cases_found", "cases_under_16"))),
    ),
    "Hai Bà Trưng": Twins(
        2019, "B05",
        {(HAI_BA_TRUNG, "UBND", 1): {
            "0511": flow(0, 9), "0512": 9, "0521": flow(0, 6), "0522": 2, "0523": flow(0, 0),
            "0531": flow(0, 3), "0535": 3, "0536": 3, "0537": 3, "0538": 3, "0539": 2, "0540": 2,
        }},
        {(HAI_BA_TRUNG, "UBND", 1): {
            "0511": flow(0, 9), "0512": 9, "0521": flow(0, 6), "0522": 3, "0523": flow(0, 0),
            "0531": flow(0, 4), "0535": 4, "0536": 4, "0537": 4, "0538": 4, "0539": 3, "0540": 3,
        }},
        [(HAI_BA_TRUNG, row, 2) for row in ("0522", "0531", "0535", "0536", "0537", "0538", "0539", "0540")],
        plan="hai-ba-trung-2019",
    ),
    "Bắc Giang": Twins(
        2024, "B07",
        {("213", "BCD", 1): FOUND, ("215", "BCD", 1): MORE, ("24", "CA", 1): FOUND},
        {("213", "BCD", 1): {**FOUND, "0701": 3, "0702": 2, "0703": 3, "0704": 2, "0705": 2},
         ("215", "BCD", 1): {**MORE, "0701": 8, "0702": 8, "0703": 10, "0704": 10, "0705": 8},
         ("24", "CA", 1): FOUND},
        [("213", row, 2) for row in ("0701", "0702", "0703", "0704", "0705")],
        plan="bac-giang-2024",
    ),
}  # fmt: skip


NOT_COUNTED = ("a correction of few cases", "a refused form that names the figures")
"""Twins whose small figures are in no sum, and so in none that must be masked."""


@pytest.mark.parametrize("name", TWINS)
def test_the_twins_differ_in_every_secret(name: str) -> None:
    """Each figure of 1 to 4 of the first is another one in the second: the proof below is of all of them."""
    twins = TWINS[name]
    assert twins.secret
    for place in twins.secret:
        one, other = figure(twins.one, *place), figure(twins.other, *place)
        assert one in SMALL
        assert one != other


@pytest.mark.parametrize("name", TWINS)
def test_nobody_can_tell_the_twins_apart(name: str, tmp_path: Path) -> None:
    """Every shape of the report, one district's view, status, explain, chase and compare: the same to the letter."""
    twins = TWINS[name]
    ours, theirs = (dict(outputs(twins, sent, tmp_path / which)) for which, sent in worlds(twins))
    assert ours.keys() == theirs.keys()
    assert {key: differing(ours[key], theirs[key]) for key in ours if ours[key] != theirs[key]} == {}
    assert any("<5" in text for text in ours.values()) or name in NOT_COUNTED


@pytest.mark.parametrize("name", [name for name in TWINS if name not in NOT_COUNTED])
def test_who_may_see_all_can_tell_them_apart(name: str, tmp_path: Path) -> None:
    """The test above can fail: with --restricted the two differ."""
    twins = TWINS[name]
    shown = []
    for which, sent in worlds(twins):
        store, plan = received(twins, sent, tmp_path / which)
        SESSION.db = str(store.db)
        report = build(year=twins.year, plans=[plan], as_of=None, known_on=None, restricted=True)
        shown.append(told(shaped(report, Format.XLSX, "vi"), tmp_path / which))
    assert shown[0] != shown[1]


def worlds(twins: Twins) -> Iterator[tuple[str, Sent]]:
    yield from (("this", twins.one), ("that", twins.other))  # names of one length: paths wrap alike


def received(twins: Twins, sent: Sent, folder: Path) -> tuple[Store, str]:
    """A store with what was sent, and the plan: a name, or a file."""
    folder.mkdir()
    store = Store(folder)
    period = whole_year(twins.year)
    came: dict[int, list[Path]] = {}
    # one file a unit, so that the names tell what came from whom, and tell it alike in both worlds
    for (unit, agency, revision), lines in sent.items():
        rows = b05(lines) if twins.form == "B05" else b07({row: one for row, one in lines.items() if is_one(one)})
        one = Return(unit, period, {twins.form: rows}, agency=agency, revision=revision)
        came.setdefault(revision, []).append(write_csv(store.path(".csv"), twins.form, [one]))
    for revision, paths in came.items():
        store.ingest(*paths, received=f"{twins.year + 1}-{revision:02}-10")
    if twins.plan:
        return store, twins.plan
    path = folder / "plan.toml"
    path.write_text(HEAD.format(area=twins.area) + twins.targets, encoding="utf-8")
    assert faults(path.read_bytes()) == []
    return store, str(path)


def is_one(cell: Cell | Sequence[Cell]) -> TypeGuard[Cell]:
    """Whether a row has one figure, as all of B07 have."""
    return cell is None or isinstance(cell, (str, int, float))


def outputs(twins: Twins, sent: Sent, folder: Path) -> Iterator[tuple[str, str]]:
    """Everything that the tool says of the store to who may not see all."""
    store, plan = received(twins, sent, folder)
    SESSION.db = str(store.db)
    report = build(year=twins.year, plans=[plan], as_of=None, known_on=None, restricted=False, explained=True)
    for shape in Format:
        yield shape.value, told(shaped(report, shape, "vi"), folder)
    year = ("--year", twins.year, "--plan", plan)
    commands: list[tuple[object, ...]] = [
        ("report", *year, "--format", "json", "--district", next(unit for unit, _, _ in sent if len(unit) == 3)),
        ("report", *year, "--format", "csv", "--as-of", f"{twins.year}-06-30"),
        ("status", *year, "--format", "json"),
        ("chase", *year, "--format", "json"),
        ("chase", *year),
        ("compare", *year, "--from", f"{twins.year}-12-31", "--to", f"{twins.year + 1}-12-31"),
        ("compare", *year, "--from", f"{twins.year}-12-31", "--to", f"{twins.year + 1}-12-31", "--format", "json"),
    ]
    for one in report.plans[0].scores:
        commands += [("explain", one.id, *year), ("explain", one.id, *year, "--format", "json")]
        commands += [("explain", one.id, *year, "--unit", unit) for unit in {unit: 0 for unit, _, _ in twins.secret}]
    for command in commands:
        done = run("--db", store.db, *command)
        assert "Traceback" not in done.err
        yield " ".join(map(str, command)).replace(str(folder), ""), told(done.out + done.err, folder)


def differing(one: str, other: str) -> list[str]:
    """The first lines that tell the twins apart."""
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), n=0, lineterm="")
    return [line[:300] for line in lines][2:10]


def told(content: str | bytes, folder: Path) -> str:
    """What it says, as text; of a package the text of all its files."""
    if isinstance(content, bytes):
        content = "\n".join(f"{name}\n{text.decode('utf-8', 'replace')}" for name, text in members(content).items())
    return without_hashes(content.replace(str(folder), ""))


def without_hashes(text: str) -> str:
    """A file's hash tells who has the file that it is this one, and nobody else anything."""
    return re.sub(r"\b[0-9a-f]{10,64}\b", "#", text)
