"""A plan of one's own: the guide's blocks are the example plan, which scores; sister plans are files, not code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from conftest import Figures, Plan, Run, Store
from returns_made import (
    NONE,
    Cell,
    Period,
    Return,
    Row,
    activity,
    b01,
    b05,
    b07,
    by_district,
    communes,
    duty,
    flow,
    item,
    line,
    model,
    of_province,
    outlet,
    place,
    span,
    whole_year,
)
from tracker.forms import FORMS
from tracker.plan import Due
from tracker.plan_check import faults
from tracker.plans import load
from tracker.report.content import citation

DOCS = Path(__file__).resolve().parents[1] / "docs"
GUIDE = (DOCS / "them-mot-ke-hoach.md").read_text(encoding="utf-8")
EXAMPLE = DOCS / "vi-du-ke-hoach.toml"
BLOCKS = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
SAMPLES = re.findall(r"^```toml mau\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)

NINH_BINH = "37"
DISTRICTS = tuple(by_district(NINH_BINH, date(2022, 12, 31)))
PILOTS = ("14725", "14740", "14743")
YEAR = whole_year(2022)


def scored(store: Store, file: Path, year: int, *options: str) -> Plan:
    """The report of a plan file, whatever its id."""
    from conftest import run

    done = run("--db", store.db, "report", "--year", year, "--plan", file, "--format", "json", *options)
    assert done.status == 0, done.err
    [plan] = done.json()["plans"]
    return Plan(plan)


def counted(figures: Figures) -> tuple[int, int, int, str]:
    """Numerator, denominator, silent units and verdict."""
    return figures["numerator"], figures["denominator"], figures["missing"], figures["verdict"]


# --- the guide --------------------------------------------------------------------------------------------------


def test_the_blocks_of_the_guide_joined_are_the_example() -> None:
    """Whoever copies them one after the other has the file."""
    assert len(BLOCKS) >= 10
    assert tomllib.loads("\n".join(BLOCKS)) == tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", range(len(BLOCKS) - 3))
def test_each_kind_of_the_example_stands_alone(number: int) -> None:
    """Its top, table of returns, windows and duties with any one of its targets are a sound plan."""
    text = "\n".join((*BLOCKS[:4], BLOCKS[min(number + 4, len(BLOCKS) - 1)]))
    assert faults(text.encode()) == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_further_block_of_the_guide_may_be_added(sample: str) -> None:
    """The guide's other samples fit behind the example."""
    assert faults("\n".join((*BLOCKS, sample)).encode()) == []


def test_the_guide_shows_every_kind_of_target() -> None:
    """No kind is left to be guessed."""
    kinds = {target["kind"] for target in tomllib.loads("\n".join(BLOCKS))["targets"]}
    assert kinds == {"share", "persons", "ratio", "months", "duties", "growth", "all-of", "measure"}
    assert {kind for kind in kinds if f"### `{kind}`" not in GUIDE} == set()


def test_the_guide_lists_every_field_of_every_form() -> None:
    """By its name, which a plan file needs, and its label, which the clerk knows; nothing that does not exist."""
    for code, form in FORMS.items():
        [page] = re.findall(rf"^### {code} · .*?(?=^##)", GUIDE, re.MULTILINE | re.DOTALL)
        listed = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
        assert listed == {one.name for one in form.kept_fields}, code
        assert [one.label for one in form.kept_fields if one.label not in page] == []


def test_the_example_combines_what_no_shipped_plan_does() -> None:
    """A tier, a form and days of its own."""
    plan = load(str(EXAMPLE))
    assert faults(EXAMPLE.read_bytes()) == []
    assert plan.expects("B07", "BCD", "369")
    assert "Kế hoạch 00/KH-VD" in citation(plan, "vi")


# --- the example, scored on returns with known answers -----------------------------------------------------------

HALF = Period("6 tháng", "01/01/2022", "30/06/2022")
REPORTING_YEARS = {year: Period("năm", f"15/12/{year - 1}", f"14/12/{year}") for year in (2021, 2022)}
INSPECTED = (10, 11, 12, 40, 10, 9, 0)
"""Of seven districts; the eighth is silent."""


def inspections(counts: Sequence[int] = INSPECTED) -> Iterator[Return]:
    for code, businesses in zip(DISTRICTS, counts, strict=False):
        yield Return(code, HALF, {"B07": b07({"0706": businesses})}, agency="BCD")


def denunciations(settled: int) -> Iterator[Return]:
    """Ten received in each of the eight districts; the first settled the rest of `settled`."""
    for number, code in enumerate(DISTRICTS):
        done = settled - 9 * 7 if number == 0 else 9
        trained = 5 if number < 4 else 4
        rows: list[Row] = [
            ("Tin báo đã tiếp nhận", 10),
            ("TIN BÁO ĐÃ GIẢI QUYẾT", done),
            ("Cán bộ được tập huấn", trained),
        ]
        yield Return(code, YEAR, {"B08": rows})


def of_union(year: int, pledges: int, without: int = 0) -> Return:
    """An activity of the Women's Union on the 20th of each month before; one reporting month may be left out."""
    rows = []
    for month in range(1, 13):
        day = f"20/12/{year - 1}" if month == 1 else f"20/{month - 1:02}/{year}"
        cells: dict[str, Cell] = {
            "Từ ngày": day,
            "Loại hoạt động": "ký cam kết",
            "Số cuộc": 1,
            "Bản cam kết": pledges,
        }
        if month != without:
            rows.append(line("B04", cells))
    return Return(NINH_BINH, REPORTING_YEARS[year], {"B04": rows}, agency="LHPN")


def pilots() -> Iterator[Return]:
    """50 of 1.000, 55 of 900, none of 100; the club that is closed does not count."""
    people = dict(zip(PILOTS, (1000, 900, 100), strict=True))
    members = {PILOTS[0]: (30, 20), PILOTS[1]: (55,)}
    for code, aged in people.items():
        rows = [[*model(name=f"CLB {n}")[:10], n, None, None] for n in members.get(code, ())]
        closed = [*model(name="CLB cũ", status="đã giải thể", sessions=0)[:10], 400, None, None]
        yield Return(code, YEAR, {"B01": b01({"0202": aged}), "B02": [*rows, closed] if rows else NONE})


@pytest.fixture(scope="module")
def example(new_store: Callable[[], Store]) -> Plan:
    """Every return that the example's targets need, judged at the end of 2022."""
    store = new_store()
    store.send("B07", inspections())
    store.send("B08", denunciations(72))
    store.send("B04", [of_union(2021, 10), of_union(2022, 11, without=2)])
    for one in pilots():
        store.send_book(one)
    tasks = [Return(code, YEAR, {"B06": [duty("VD-2", first="31/08/2022")]}, agency="BCD") for code in DISTRICTS[:7]]
    late = Return(DISTRICTS[7], YEAR, {"B06": [duty("VD-2", first="01/09/2022")]}, agency="BCD")
    school = Return(NINH_BINH, YEAR, {"B06": [duty("VD-1", first="01/06/2022")]}, agency="GDDT")
    store.send("B06", [*tasks, late, school])
    return scored(store, EXAMPLE, 2022)


def test_the_example_s_share_of_districts(example: Plan) -> None:
    """Five of eight inspected ten or more: 62,5 % of the 60 asked by 30/06/2022; six inspected any."""
    target = example.target("inspections")
    assert counted(target) == (5, 8, 1, "met")
    assert (target["lower"], target["upper"], target["threshold"], target["need"]) == ("5/8", "6/8", "3/5", 0)
    assert (example.reading(target, "any")["lower"], target["flags"]) == ("6/8", [])
    lines = {line["code"]: line["numerator"] for line in target["districts"]}
    assert lines == dict(zip(DISTRICTS, (1, 1, 1, 1, 1, 0, 0, 0), strict=True))


def test_the_example_s_members_of_all_residents(example: Plan) -> None:
    """105 of 2.000 in three pilot communes, whose own B01 gives the population."""
    target = example.target("members")
    assert (*counted(target), target["threshold"]) == (105, 2000, 0, "met", "1/20")
    assert {line["code"]: line["denominator"] for line in target["districts"]} == {"377": 2000}


def test_the_example_s_ratio_over_all_districts(example: Plan) -> None:
    """72 of 80 is nine tenths exactly; the first district's own level is 9 of 10."""
    target = example.target("denunciations")
    assert (*counted(target), target["lower"]) == (72, 80, 0, "met", "72/80")
    assert len(target["districts"]) == 8
    assert counted(target["districts"][0]) == (9, 10, 0, "met")


def test_the_example_s_months_run_from_the_fifteenth(example: Plan) -> None:
    """An activity of 20/12/2021 is January's; the month to 14/02/2022 has none, and the return covers it."""
    assert counted(example.target("every_month")) == (11, 12, 0, "not_met")


def test_the_example_s_duties_of_the_summer(example: Plan) -> None:
    """31/08 is in, 01/09 is out; the school authority and seven of eight districts have done theirs."""
    assert counted(example.target("summer")) == (8, 9, 1, "insufficient_data")
    assert example.duties("summer")["VD-2", DISTRICTS[7]] == "insufficient_data"
    assert example.duties("summer")["VD-1", NINH_BINH] == "done"


def test_the_example_s_growth_over_reporting_years(example: Plan) -> None:
    """121 pledges against 120, but eleven activities against twelve."""
    target = example.target("more_pledges")
    figures = {part["id"]: (part["numerator"], part["denominator"], part["verdict"]) for part in target["parts"]}
    assert figures == {"pledges": (121, 120, "met"), "activities": (11, 12, "not_met")}
    assert target["verdict"] == "not_met"


def test_the_example_s_parts_must_all_be_met(example: Plan) -> None:
    """Half the districts trained five officers; two of three pilot communes have a dedicated model."""
    target = example.target("training")
    assert target["verdict"] == "met"
    assert counted(example.part("training", "trained")) == (4, 8, 0, "met")
    assert counted(example.part("training", "piloted")) == (2, 3, 0, "met")


def test_the_example_s_figures(example: Plan) -> None:
    """Businesses by district; pledges of the summer by month."""
    values = {(one["key"], one["group"]): one["value"] for one in example.target("figures")["values"]}
    assert values["businesses_inspected", None] == sum(INSPECTED)
    assert values["businesses_inspected", DISTRICTS[3]] == 40
    assert {group: value for (key, group), value in values.items() if key == "pledges"} == {
        None: 33, "2022-06": 11, "2022-07": 11, "2022-08": 11,
    }  # fmt: skip


def test_before_its_first_milestone_and_after_its_second(store: Store) -> None:
    """Figures show before 30/06/2022; a year later everything is asked, and nothing is carried over."""
    store.send("B07", inspections((10,) * 7))
    early = scored(store, EXAMPLE, 2022, "--as-of", "2022-06-29").target("inspections")
    assert counted(early) == (7, 8, 1, "not_yet_due")
    assert counted(scored(store, EXAMPLE, 2023).target("inspections")) == (0, 8, 8, "insufficient_data")
    assert scored(store, EXAMPLE, 2024).target("inspections")["verdict"] == "not_applicable"


@pytest.mark.parametrize(("settled", "verdict"), [(72, "met"), (71, "not_met")])
def test_one_denunciation_decides(store: Store, settled: int, verdict: str) -> None:
    """Ninety per cent of eighty."""
    store.send("B08", denunciations(settled))
    assert scored(store, EXAMPLE, 2022).target("denunciations")["verdict"] == verdict


def test_a_silent_filer_leaves_a_ratio_unknown(store: Store) -> None:
    """Nobody knows how many the eighth district has; the seven others have lines of their own."""
    store.send("B08", list(denunciations(72))[:7])
    target = scored(store, EXAMPLE, 2022).target("denunciations")
    assert target["verdict"] == "insufficient_data"
    assert "denominator" not in target
    verdicts = [line["verdict"] for line in target["districts"]]
    assert verdicts == ["met"] * 7 + ["insufficient_data"]


def test_a_population_that_a_unit_does_not_tell_leaves_the_share_unknown(store: Store) -> None:
    """Two of three pilot communes are not three."""
    for one in list(pilots())[:2]:
        store.send_book(one)
    target = scored(store, EXAMPLE, 2022).target("members")
    assert (target["verdict"], target["flags"]) == ("insufficient_data", [])


def test_a_deadline_of_one_s_own(store: Store) -> None:
    """By 05/07 counts the day itself; the file's table names eight committees."""
    store.ingest(*[_file(store, one) for one in list(inspections())[:2]], received="2022-07-05")
    store.ingest(*[_file(store, one) for one in list(inspections())[2:3]], received="2022-07-06")
    assert scored(store, EXAMPLE, 2022).submission("B07") == {
        "form": "B07", "expected": 8, "on_time": 2, "late": 1, "returned": 0, "missing": 5,
    }  # fmt: skip


def _file(store: Store, one: Return) -> Path:
    from returns_made import write_book

    return write_book(store.path(".xlsx"), one)


def test_before_and_by_a_day() -> None:
    """Before 30/11 ends on 29/11; by 30/11 ends on it; both may be of the next year."""
    assert Due(before="11-30").last_day(2022) == date(2022, 11, 29)
    assert Due(by="11-30").last_day(2022) == date(2022, 11, 30)
    assert Due(by="01-10", next_year=True).last_day(2022) == date(2023, 1, 10)


def test_the_example_in_every_shape(new_store: Callable[[], Store], tracker: Callable[..., Run]) -> None:
    """A plan file is printed as a shipped plan is."""
    store = new_store()
    store.send("B07", inspections())
    for shape in ("table", "md", "csv", "json"):
        done = tracker("--db", store.db, "report", "--year", 2022, "--plan", EXAMPLE, "--format", shape)
        assert (done.status, "5" in done.out) == (0, True), (shape, done.err)


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("denunciations", ("Tin báo đã giải quyết", "Tin báo đã tiếp nhận")),
        ("members", ("Thành viên (B02)", "đang hoạt động")),
        ("every_month", ("từ ngày 15 của tháng trước đến hết ngày 14",)),
    ],
)
def test_what_is_counted_is_explained_with_what_is_asked_of_it(
    store: Store, tracker: Callable[..., Run], target: str, asked: tuple[str, ...]
) -> None:
    """Numerator and denominator of one form are told apart by it, months of other days by these."""
    store.send("B07", inspections())
    done = tracker("--db", store.db, "explain", target, "--year", 2022, "--plan", EXAMPLE, "--format", "json")
    told = " ".join(one["text"] for one in done.json()["explanation"]["below"] if one["step"] == "note")
    assert [words for words in asked if words not in told] == []


def test_figures_of_which_there_are_none_are_explained_so(store: Store, tracker: Callable[..., Run]) -> None:
    """Instead of with nothing at all."""
    store.send("B08", denunciations(72))
    done = tracker("--db", store.db, "explain", "figures", "--year", 2022, "--plan", EXAMPLE)
    assert "Chưa có số liệu nào của năm 2022" in done.out


# --- sister plans -----------------------------------------------------------------------------------------------

HEAD = """
id = "chi-em"
title = {{ vi = "Kế hoạch thử", en = "Test plan" }}
area = "{area}"
life = {{ from = {first}-01-01, to = {last}-12-31 }}
[citation]
number = "00/KH"
issued_by = {{ vi = "UBND", en = "People's Committee" }}
"""
LABEL = 'label = { vi = "x", en = "x" }\ncite = "mục 1"\n'


def returns(forms: str, agency: str, tier: str, more: str = "") -> str:
    quoted = ", ".join(f'"{form}"' for form in forms.split())
    return f'[[returns]]\nforms = [{quoted}]\nfilers = [{{ agency = "{agency}", tier = "{tier}" }}]\n{more}\n'


LISTS = returns("B00", "TTTT", "province", "reference = true") + returns(
    "B00P", "TTTT", "province", "reference = true"
)


def target(name: str, kind: str, body: str, thresholds: str = "") -> str:
    said = f'[[targets]]\nid = "{name}"\nkind = "{kind}"\n{LABEL}'
    return said + (f"thresholds = [{thresholds}]\n" if thresholds else "") + body + "\n"


def at(day: str, value: str, *, yearly: bool = False) -> str:
    return f'{{ from = {day}, value = "{value}", yearly = {str(yearly).lower()}, cite = "mục 1" }}'


ALL_YEARS = at("2017-01-01", "1", yearly=True)


def written(store: Store, *pieces: str, area: str = NINH_BINH, life: tuple[int, int] = (2017, 2025)) -> Path:
    """A plan file that `plans check` has nothing against."""
    path = store.folder / "plan.toml"
    path.write_text(HEAD.format(area=area, first=life[0], last=life[1]) + "\n".join(pieces), encoding="utf-8")
    assert faults(path.read_bytes()) == []
    return path


PRESS = """form = "B03"
covered_by = "TTTT"
added_by = ["BC"]
since = 2017-01-01
[targets.where]
all = [{ field = "channel", is = "báo chí địa phương" }, { field = "outlet", listed_as = "địa phương" }]"""
BOTH = """over = "communes"
[targets.test]
form = "B01"
where = { all = [{ field = "policy_deployed", is = true }, { field = "behaviour_deployed", is = true }] }"""


def test_a_sister_plan_with_another_numbering_and_press_from_2017(store: Store) -> None:
    """Like Ninh Bình's of 2017: the press comes first, and a month without an item of that year fails."""
    plan = written(
        store,
        LISTS,
        returns("B03", "TTTT", "province"),
        returns("B01", "UBND", "commune", 'periods = ["năm"]'),
        target("chi_tieu_1", "months", PRESS, ALL_YEARS),
        target("chi_tieu_2", "share", BOTH, f"{at('2018-12-31', '75/100')}, {at('2020-12-31', '1')}"),
        life=(2017, 2020),
    )
    items = [item(f"14/{month:02}/2017", "NB01") for month in range(1, 13) if month != 5]
    store.send("B00P", [of_province("B00P", [outlet("NB01")], whole_year(2017), NINH_BINH)])
    store.send("B03", [of_province("B03", items, whole_year(2017), NINH_BINH)])
    report = scored(store, plan, 2017)
    assert [one["id"] for one in report.content["targets"]] == ["chi_tieu_1", "chi_tieu_2"]
    assert report.content["registry"]["units"] == 145
    assert counted(report.target("chi_tieu_1")) == (11, 12, 0, "not_met")
    assert report.part("chi_tieu_1", "since_2017")["denominator"] == 12
    assert report.target("chi_tieu_2")["verdict"] == "not_yet_due"
    assert scored(store, plan, 2016).target("chi_tieu_1")["verdict"] == "not_applicable"


def test_a_sister_plan_without_the_milestone_of_75_per_cent(store: Store) -> None:
    """Like Hà Nam's of 2018: nothing is due before 2020, then everything."""
    plan = written(
        store,
        returns("B01", "UBND", "commune", 'periods = ["năm"]\ndue = { by = "11-30", cite = "mục 5" }'),
        target("materials", "share", BOTH, at("2020-12-31", "1")),
        life=(2018, 2020),
    )
    done: dict[str, Cell] = {"0101": "có", "0103": "có", "0105": "có", "0107": "có"}
    units = communes(NINH_BINH, date(2018, 12, 31))
    store.send("B01", [Return(code, whole_year(2018), {"B01": b01(done)}) for code in units], received="2018-11-30")
    store.send("B01", [Return(units[0], whole_year(2020), {"B01": b01({**done, "0107": "không"})})])
    report = scored(store, plan, 2018)
    assert counted(report.target("materials")) == (145, 145, 0, "not_yet_due")
    assert (report.submission("B01")["on_time"], report.submission("B01")["late"]) == (145, 0)
    assert report.target("materials")["flags"] == []
    assert counted(scored(store, plan, 2020).target("materials")) == (0, 143, 142, "not_met")


# Plans under the programme of 2021: all tips received are classified, 90 % settled, 95 % indicted, 90 % tried

PROGRAMME = """
[[targets.parts]]
id = "classified"
kind = "ratio"
{label}numerator = {{ form = "B05", field = "tips_classified" }}
denominator = {{ form = "B05", field = "tips" }}
thresholds = [{all}]

[[targets.parts]]
id = "settled"
kind = "ratio"
{label}numerator = {{ form = "B05", field = "tips_resolved" }}
denominator = {{ form = "B05", field = "tips" }}
thresholds = [{ninety}]

[[targets.parts]]
id = "indicted"
kind = "ratio"
{label}numerator = {{ form = "B05", field = "indicted" }}
denominator = {{ form = "B05", field = "cases_for_indictment", due = true }}
thresholds = [{ninety_five}]
""".format(
    label=LABEL,
    all=at("2021-01-01", "1", yearly=True),
    ninety=at("2021-01-01", "90/100", yearly=True),
    ninety_five=at("2021-01-01", "95/100", yearly=True),
)


def programme(store: Store) -> Path:
    forms = returns("B05", "UBND", "district", 'periods = ["năm"]')
    return written(store, forms, target("crime", "all-of", PROGRAMME), life=(2021, 2025))


def crimes(number: int, resolved: int, indicted: int) -> Mapping[str, Cell | Sequence[Cell]]:
    return {
        "0501": [0, 10, 10, resolved, 0, 10 - resolved, 0],
        "0502": 10,
        "0521": flow(0, 5, overdue=5 - indicted),
        "0522": indicted,
    }


@pytest.mark.parametrize(
    ("resolved", "indicted", "verdicts"),
    [
        ((9,) * 8, (5, 5, 5, 5, 5, 5, 5, 3), ("met", "met", "met")),  # 72/80 and 38/40
        ((9,) * 7 + (8,), (5,) * 8, ("met", "not_met", "met")),  # 71/80
        ((10,) * 8, (5,) * 7 + (2,), ("met", "met", "not_met")),  # 37/40
    ],
)
def test_a_yearly_plan_over_all_districts_b05(
    store: Store, resolved: tuple[int, ...], indicted: tuple[int, ...], verdicts: tuple[str, ...]
) -> None:
    """The sums of the eight districts are held against 100, 90 and 95 per cent; communes' own are not added."""
    lines = [crimes(n, *pair) for n, pair in enumerate(zip(resolved, indicted, strict=True))]
    sent = [Return(code, YEAR, {"B05": b05(said)}) for code, said in zip(DISTRICTS, lines, strict=True)]
    store.send("B05", [*sent, Return("14740", YEAR, {"B05": b05(crimes(0, 0, 0))})])
    report = scored(store, programme(store), 2022)
    parts = report.target("crime")["parts"]
    assert tuple(part["verdict"] for part in parts) == verdicts
    assert [part["denominator"] for part in parts] == [80, 80, 40]
    assert report.target("crime")["verdict"] == ("not_met" if "not_met" in verdicts else "met")


def test_small_figures_of_districts_are_masked_together(store: Store, tracker: Callable[..., Run]) -> None:
    """One district has three cases: all its neighbours' lines are hidden too, the province's total is shown."""
    told = [crimes(0, 9, 5) for _ in DISTRICTS]
    told[2] = {**told[2], "0521": flow(0, 3), "0522": 3}
    told[5] = {**told[5], "0521": flow(0, 9), "0522": 9}
    store.send("B05", [Return(code, YEAR, {"B05": b05(said)}) for code, said in zip(DISTRICTS, told, strict=True)])
    plan = programme(store)
    report = scored(store, plan, 2022)
    indicted = report.part("crime", "indicted")
    assert counted(indicted) == (42, 42, 0, "met")
    assert "masked" not in indicted
    for one in indicted["districts"]:
        assert (one["numerator"], one["denominator"], one["masked"], one["verdict"]) == (None, None, True, "met")
        assert not {"lower", "upper", "need"} & one.keys()
    assert indicted["flags"] == report.target("crime")["flags"] == ["masked"]
    assert [one["numerator"] for one in report.part("crime", "classified")["districts"]] == [10] * 8
    restricted = scored(store, plan, 2022, "--restricted").part("crime", "indicted")
    assert [one["denominator"] for one in restricted["districts"]] == [5, 5, 3, 5, 5, 9, 5, 5]
    for shape in ("csv", "md", "table"):
        shown = tracker("--db", store.db, "report", "--year", 2022, "--plan", plan, "--format", shape).out
        assert "9/9" not in shown
        assert "3/3" not in shown
        assert "<5" in shown


def test_nothing_at_all_in_the_province_is_nil(store: Store) -> None:
    """Eight districts tick nothing to report."""
    for code in DISTRICTS:
        store.send_book(Return(code, YEAR, {}, ttc={"T11": "có"}))
    report = scored(store, programme(store), 2022)
    assert [part["verdict"] for part in report.target("crime")["parts"]] == ["nil"] * 3
    assert report.target("crime")["verdict"] == "nil"


# --- shares over any form's fields ---------------------------------------------------------------------------------


def counting(indicator: str, least: int) -> str:
    """A test of B08: so many of an indicator."""
    named = f'{{ field = "indicator", is = "{indicator}" }}'
    return f'{{ form = "B08", where = {{ all = [{named}, {{ field = "amount", at_least = {least} }}] }} }}'


SHARES: dict[str, tuple[str, str, str, dict[str, Sequence[Row]], tuple[int, int, int]]] = {
    "districts over B06": (
        "districts",
        returns("B06", "BCD", "district"),
        '{ form = "B06", where = { all = [{ field = "duty", is = "X1" }, { field = "plan_issued", is = true }] } }',
        {
            "369": [["X1", None, "có", "01/KH", "05/02/2022", "có"]],
            "370": [["X1", None, "không", None, None, "không"]],
            "372": [["X2", None, "có", "01/KH", "05/02/2022", "có"]],
        },
        (1, 8, 5),
    ),
    "districts over B07, none allowed": (
        "districts",
        returns("B07", "BCD", "district"),
        '{ form = "B07", where = { field = "illegal_exits", at_most = 0 } }',
        {"369": b07({"0708": 0}), "370": b07({"0708": 7}), "372": b07({"0706": 7})},
        (1, 8, 6),
    ),
    "districts over B08": (
        "districts",
        returns("B08", "UBND", "district"),
        counting("lớp học", 2),
        {"369": [("Lớp học", 2)], "370": [("LOP HOC", 3)], "372": [("Lớp học", 1)], "373": [("Lớp khác", 9)]},
        (2, 8, 4),
    ),
    "communes over B02": (
        '{ within = ["377"] }',
        returns("B02", "UBND", "commune"),
        '{ form = "B02", where = { all = [{ field = "members_women", at_least = 10 }, '
        '{ field = "established_on", in_year = true }] } }',
        {
            "14725": [[*model(founded="01/03/2022")[:10], 20, 10, None]],
            "14740": [[*model(founded="01/03/2021")[:10], 20, 10, None]],
            "14743": NONE,
        },
        (1, 17, 14),
    ),
    "communes over B04, the rows of the year": (
        "communes",
        returns("B04", "UBND", "commune"),
        '{ form = "B04", where = { field = "setting", is = "trường học" } }',
        {
            "14725": [activity("01/01/2022", setting="trường học")],
            "14740": [activity("31/12/2022", setting="cơ quan")],
            "14743": NONE,
        },
        (1, 143, 140),
    ),
    "communes over B08": (
        '{ units = ["14725", "14740", "14743", "14746"] }',
        returns("B08", "UBND", "commune"),
        counting("hộp thư tố giác", 1),
        {"14725": [("Hộp thư tố giác", 1)], "14740": [("Hộp thư tố giác", 0)]},
        (1, 4, 2),
    ),
}


@pytest.mark.parametrize("name", SHARES)
def test_a_share_over_any_form_s_fields(store: Store, name: str) -> None:
    """Yes, the whole and the silent, of districts or communes."""
    over, forms, test, sent, (yes, whole, missing) = SHARES[name]
    over = over if over.startswith("{") else f'"{over}"'
    plan = written(store, forms, target("it", "share", f"over = {over}\ntest = {test}", ALL_YEARS))
    form = re.findall(r'forms = \["(\w+)"', forms)[0]
    agency = re.findall(r'agency = "(\w+)"', forms)[0]
    store.send(form, [Return(code, YEAR, {form: rows}, agency=agency) for code, rows in sent.items()])
    said = scored(store, plan, 2022).target("it")
    assert (said["numerator"], said["denominator"], said["missing"]) == (yes, whole, missing)


def test_a_body_that_stayed_silent_beside_another_of_its_unit_forbids_a_no(store: Store) -> None:
    """Two offices of each district file B08: one no is not enough, one yes is."""
    forms = returns("B08", "UBND", "district") + returns("B08", "CA", "district")
    test = '{ form = "B08", where = { field = "amount", at_least = 1 } }'
    plan = written(store, forms, target("it", "share", f'over = "districts"\ntest = {test}', ALL_YEARS))
    sent = [("369", "UBND", 0), ("370", "UBND", 0), ("370", "CA", 0), ("372", "CA", 1)]
    store.send("B08", [Return(code, YEAR, {"B08": [("x", n)]}, agency=agency) for code, agency, n in sent])
    lines = {one["code"]: one for one in scored(store, plan, 2022).target("it")["districts"]}
    assert [(lines[code]["numerator"], lines[code]["missing"]) for code in ("369", "370", "372")] == [
        (0, 1),
        (0, 0),
        (1, 0),
    ]


def test_units_that_were_merged_are_asked_as_what_they_became(store: Store) -> None:
    """A target over two named communes of which one became part of the other in 2020 is over one."""
    named = '{ units = ["00250", "00241"] }'
    test = '{ form = "B02", where = { field = "sessions", at_least = 1 } }'
    plan = written(
        store,
        returns("B02", "UBND", "commune"),
        target("it", "share", f"over = {named}\ntest = {test}", ALL_YEARS),
        area="01",
    )
    store.send("B02", [Return("00241", whole_year(2020), {"B02": [model(founded="01/03/2020")]})])
    assert counted(scored(store, plan, 2020).target("it")) == (1, 1, 0, "met")
    assert counted(scored(store, plan, 2019).target("it")) == (0, 2, 2, "insufficient_data")


def test_a_unit_merged_at_new_year_answers_by_its_year_from_the_fifteenth(store: Store) -> None:
    """14440 ended on 31/12/2024, in the reporting year 15/12/2024 to 14/12/2025: who has filed has answered."""
    plan = written(store, returns("B01", "UBND", "commune"), target("it", "share", BOTH, ALL_YEARS))
    lines = {"0101": "có", "0103": "có", "0105": "có", "0107": "có"}
    year = Period("năm", "15/12/2024", "14/12/2025")
    assert store.send("B01", [Return("14440", year, {"B01": b01(lines)})]).status == 0
    said = scored(store, plan, 2025, "--as-of", "2025-06-30")
    assert (said.submission("B01")["missing"], said.target("it")["missing"]) == (124, 124)


def test_where_the_registry_has_ended_nobody_is_said_to_have_filed(store: Store) -> None:
    """The lists end on 30/06/2025: at the end of that year there is no commune that could have filed, or not."""
    from conftest import run

    plan = written(store, returns("B01", "UBND", "commune"), target("it", "share", BOTH, ALL_YEARS))
    store.send("B01", [Return("14434", whole_year(2025), {"B01": b01({"0101": "có"})})])
    said = run("--lang", "en", "--db", store.db, "status", "--year", 2025, "--plan", plan)
    assert "Everybody has filed" not in said.out
    assert "units import" in said.out


# --- persons, months and the area itself ---------------------------------------------------------------------------


def test_persons_of_another_field_over_districts_populations(store: Store) -> None:
    """A district's population is the sum of its communes in the list; a silent district may have reached all."""
    homes = by_district(NINH_BINH, date(2022, 12, 31))
    units = communes(NINH_BINH, date(2022, 12, 31))
    people = [place(code, "không", people=1000, aged=600, on="01/01/2022") for code in units]
    body = """over = { of = "districts", within = ["369", "370"] }
form = "B07"
quantity = "women_married_abroad"
reference = 'population'"""
    plan = written(store, LISTS, returns("B07", "BCD", "district"), target("it", "persons", body, ALL_YEARS))
    store.send("B00", [of_province("B00", people, YEAR, NINH_BINH)])
    store.send("B07", [Return("369", YEAR, {"B07": b07({"0709": 12})}, agency="BCD")])
    said = scored(store, plan, 2022).target("it")
    whole = 1000 * (len(homes["369"]) + len(homes["370"]))
    assert (said["lower"], said["upper"], said["missing"]) == (
        f"12/{whole}", f"{12 + 1000 * len(homes['370'])}/{whole}", 1,
    )  # fmt: skip
    assert [one["code"] for one in said["districts"]] == ["369", "370"]


def test_months_need_every_unit_that_is_to_cover_them(store: Store) -> None:
    """Communes' activities, no list of press needed: one commune that is silent in a month forbids a no."""
    body = 'form = "B04"\ncovered_by = "UBND"\nwhere = { field = "activity", is = "mít tinh" }'
    plan = written(store, returns("B04", "UBND", "commune"), target("it", "months", body, ALL_YEARS))
    units = communes(NINH_BINH, date(2022, 12, 31))
    rally = activity("30/07/2022", kind="mít tinh")
    sent = [Return(code, YEAR, {"B04": NONE}) for code in units[1:]]
    store.send("B04", sent)
    store.send("B04", [Return(units[0], span("01/01/2022", "30/11/2022"), {"B04": [rally]})])
    said = scored(store, plan, 2022).target("it")
    assert (said["numerator"], said["missing"], said["verdict"]) == (1, 1, "not_met")


@pytest.mark.parametrize(
    ("first_day", "period", "day", "wanted"),
    [
        (15, Period("tháng", "15/02/2022", "14/03/2022"), "14/03/2022", "03"),
        (15, Period("tháng", "15/03/2022", "14/04/2022"), "15/03/2022", "04"),
        (1, Period("tháng", "01/03/2022", "31/03/2022"), "15/03/2022", "03"),
        (15, Period("tháng", "15/12/2021", "14/01/2022"), "15/12/2021", "01"),
    ],
)
def test_calendar_months_and_months_from_the_fifteenth(
    store: Store, first_day: int, period: Period, day: str, wanted: str
) -> None:
    """Both kinds of return are accepted; the plan says which months it counts."""
    body = (
        f'form = "B04"\ncovered_by = "LHPN"\nfirst_day = {first_day}\nwhere = {{ field = "sessions", at_least = 1 }}'
    )
    plan = written(store, returns("B04", "LHPN", "province"), target("it", "months", body, ALL_YEARS))
    sent = store.send("B04", [Return(NINH_BINH, period, {"B04": [activity(day)]}, agency="LHPN")])
    assert sent.status == 0
    first = scored(store, plan, 2022, "--as-of", f"2022-{int(wanted):02}-28").target("it")
    assert (first["numerator"], first["denominator"]) == (1, 12)
    assert first["missing"] == 11


def test_the_area_itself_as_one_unit(store: Store) -> None:
    """What only the province reports: one yes of one."""
    body = 'over = "area"\ntest = { form = "B08", where = { field = "amount", at_least = 1 } }'
    plan = written(store, returns("B08", "CA", "province"), target("it", "share", body, ALL_YEARS))
    store.send("B08", [Return(NINH_BINH, YEAR, {"B08": [("Đường dây nóng", 1)]}, agency="CA")])
    said = scored(store, plan, 2022).target("it")
    assert counted(said) == (1, 1, 0, "met")
    assert "districts" not in said


def test_growth_of_a_yearly_form_over_all_its_filers(store: Store) -> None:
    """More handbooks in every commune of a district than last year; one silent commune leaves it unknown."""
    ward = by_district("01", date(2022, 12, 31))["007"]
    body = """form = "B01"
since = 2022-01-01
[[targets.parts]]
id = "books"
label = { vi = "x", en = "x" }
count = "sum"
field = 'copies_handbook'"""
    plan = written(store, returns("B01", "UBND", "commune"), target("it", "growth", body), area="007")

    def handed(year: int, units: Sequence[str], each: int) -> list[Return]:
        return [Return(code, whole_year(year), {"B01": b01({"0114": each})}) for code in units]

    store.send("B01", [*handed(2021, ward, 5), *handed(2022, ward[1:], 6)])
    assert scored(store, plan, 2022).target("it")["verdict"] == "insufficient_data"
    store.send("B01", handed(2022, ward[:1], 0))
    [part] = scored(store, plan, 2022).target("it")["parts"]
    assert (part["numerator"], part["denominator"], part["verdict"]) == (6 * 17, 5 * 18, "met")


def test_readings_of_a_ratio(store: Store) -> None:
    """Of all, or of those due: the first decides, and the flag stands only because they differ here."""
    body = """numerator = { form = "B05", field = "tips_verified" }
denominator = { form = "B05", field = "tips" }
readings = [
    { id = "all", label = { vi = "x", en = "x" } },
    { id = "due", label = { vi = "x", en = "x" }, denominator = { form = "B05", field = "tips", due = true } },
]"""
    plan = written(store, returns("B05", "UBND", "district"), target("it", "ratio", body, ALL_YEARS), area="007")
    store.send("B05", [Return("007", YEAR, {"B05": b05({"0501": flow(0, 9, in_time=2), "0504": 7})})])
    said = scored(store, plan, 2022).target("it")
    assert [(one["id"], one["lower"], one["verdict"]) for one in said["readings"]] == [
        ("all", "7/9", "not_met"), ("due", "7/7", "met"),
    ]  # fmt: skip
    assert said["flags"] == ["reading_dependent"]


def test_a_measure_of_a_district_hides_its_small_figures(store: Store) -> None:
    """The whole plan lies below the province: three victims are `<5`, the tips are not about persons."""
    words = '{ vi = "x", en = "x" }'
    values = ", ".join(
        f'{{ key = "{name}", label = {words}, form = "B05", field = "{name}", unit = {words} }}'
        for name in ("victims_received", "tips")
    )
    plan = written(
        store, returns("B05", "UBND", "district"), target("it", "measure", f"values = [{values}]"), area="007"
    )
    store.send("B05", [Return("007", YEAR, {"B05": b05({"0501": flow(0, 3), "0531": flow(0, 3)})})])
    told = {
        one["key"]: (one["value"], one.get("masked", False))
        for one in scored(store, plan, 2022).target("it")["values"]
    }
    assert told == {"victims_received": (None, True), "tips": (3, False)}


def test_a_faulty_plan_file_says_where_and_scores_nothing(store: Store, tracker: Callable[..., Run]) -> None:
    """`report` refuses it as wrong usage, with the key path; `plans check` lists every fault."""
    path = store.folder / "faulty.toml"
    text = EXAMPLE.read_text(encoding="utf-8").replace('cite = "Chỉ tiêu 1 a"', 'note = "x"')
    path.write_text(text.replace("businesses_inspected", "businesses_visited"), encoding="utf-8")
    store.send("B07", inspections())
    done = tracker("--db", store.db, "report", "--year", 2022, "--plan", path)
    assert (done.status, "targets[0].thresholds[0]" in done.err) == (2, True)
    checked = tracker("plans", "check", path)
    assert checked.status == 1
    assert "targets[0].thresholds[0].cite" in checked.out


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (
            'field = "businesses_inspected", at_least = 10',
            'field = "businesses_inspected"',
            "targets[0].test.where.is",
        ),
        ('count = "sum", field = "pledges"', 'count = "sum"', "targets[5].parts[0].field"),
        ('count = "rows"', 'count = "items"', "targets[5].parts[1].count"),
        ('quantity = "members"', 'quantity = "model_name"', "targets[1].quantity"),
        ('reference_form = "B01"', 'reference_form = "B99"', "targets[1].reference_form"),
        ('field = "status", is', 'field = "state", is', "targets[1].where.field"),
        (
            'numerator = { form = "B08", field',
            'numerator = { due = true, form = "B08", field',
            "targets[2].numerator.due",
        ),
        ('units = ["14725"', 'units = ["99999"', "targets[1].over.units[0]"),
        ('covered_by = "LHPN"', 'covered_by = "HOI"', "targets[3].covered_by"),
        ('by = ["month"]', 'by = ["week"]', "targets[7].values[1].by[0]"),
        ('tier = "district"', 'tier = "commune"', "returns[0].filers[0].tier"),  # no commune files B07
        ('id = "VD-1"\nagency = "GDDT"', 'id = "VD-1"\nagency = "CA"', "duties[0].agency"),  # nobody would answer
        ('covered_by = "LHPN"', 'covered_by = "CA"', "targets[3].covered_by"),
        ('units = ["14725"', 'units = ["00271"', "targets[1].over.units[0]"),  # of another province
        ('over = "districts"', 'over = "hotspots"', "targets[0].over"),  # without a list of them
        ('reference_form = "B01"\n', "", "targets[1].reference"),
    ],
)
def test_what_cannot_be_scored_is_a_fault_with_its_key_path(old: str, new: str, where: str) -> None:
    """Each slip in the example is found where it stands, before anything is scored."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    assert [path for path, _, _ in faults(text.replace(old, new, 1).encode())] == [where]


def test_a_reading_divides_by_a_field_of_its_target_s_form() -> None:
    """Here of B01, which B00 does not have."""
    before = 'reference = "population_14_60"\nthresholds'
    readings = "\n".join(
        f'[[targets.readings]]\nid = "{name}"\nlabel = {{ vi = "{name}", en = "{name}" }}\n{other}'
        for name, other in (("all", ""), ("some", 'reference = "reached_14_60"'))
    )
    text = EXAMPLE.read_text(encoding="utf-8")
    head, tail = text.split(before)
    thresholds, rest = tail.split("\n", 1)
    assert faults(f"{head}{before}{thresholds}\n{readings}\n{rest}".encode()) == []
