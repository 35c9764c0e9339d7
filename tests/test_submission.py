"""Who has filed, counted in pairs of unit and agency, and which version of what was filed counts.

Hà Nội's plan asks for the returns of the year before 30/11, which is by the end of 29/11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from conftest import BAC_GIANG, Plan, Run, Store, answer_of, run
from returns_made import (
    NO,
    NONE,
    YES,
    Lines,
    Period,
    Return,
    Row,
    b01,
    b07,
    by_district,
    communes,
    documents,
    duty,
    item,
    model,
    month,
    of_province,
    outlet,
    place,
    quarter,
    span,
    whole_year,
    write_csv,
    write_received,
)

YEAR = whole_year(2018)
CODES = communes("01", date(2018, 12, 31))
UNIT = CODES[0]


def counts(plan: Plan, form: str = "B01") -> tuple[int, int, int, int]:
    """On time, late, returned, missing."""
    entry = plan.submission(form)
    found = (entry["on_time"], entry["late"], entry["returned"], entry["missing"])
    assert sum(found) == entry["expected"]
    return found


ON_TIME, LATE, RETURNED, MISSING = ((1, 0, 0, 583), (0, 1, 0, 583), (0, 0, 1, 583), (0, 0, 0, 584))


# Who is expected


@pytest.fixture(scope="module")
def lists_only(new_store: Callable[[], Store]) -> Store:
    """The province's lists have come and nothing else."""
    store = new_store()
    store.send("B00", [of_province("B00", [place(UNIT, on="01/01/2018")], YEAR)])
    store.send("B00P", [of_province("B00P", [outlet("HN01"), outlet("HN02")], YEAR)])
    return store


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2018, {"B01": 584, "B02": 584, "B03": 1, "B04": 584, "B06": 34}),
        (2020, {"B01": 579, "B02": 579, "B03": 1, "B04": 579, "B06": 34}),
    ],
)
def test_who_files_what_in_ha_noi(lists_only: Store, year: int, expected: dict[str, int]) -> None:
    """Every commune three forms, the department the press, 34 their duties; the lists have no entry."""
    submission = lists_only.report(year).content["submission"]
    assert {entry["form"]: entry["expected"] for entry in submission} == expected
    assert {entry["form"]: entry["missing"] for entry in submission} == expected


def test_who_files_what_in_bac_giang(store: Store) -> None:
    """209 communes their activities; ten districts and six agencies duties and figures, without a due date."""
    police = Return("24", YEAR_24, {"B06": [duty("BG-CA2", first="05/07/2024")]}, agency="CA")
    store.send("B06", [police], received="2026-01-05")
    plan = store.report(2024, plan=BAC_GIANG)
    entries = {entry["form"]: entry for entry in plan.content["submission"]}
    assert {form: entry["expected"] for form, entry in entries.items()} == {"B04": 209, "B06": 16, "B07": 16}
    assert counts(plan, "B06") == (1, 0, 0, 15)  # however late: on time
    assert counts(plan, "B07") == (0, 0, 0, 16)


YEAR_24 = whole_year(2024)


# On time and late


@pytest.mark.parametrize(
    ("received", "seen"),
    [("2018-11-29", ON_TIME), ("2018-11-30", LATE), ("2018-12-01", LATE), ("2019-03-01", LATE)],
)
def test_before_30_11_is_by_the_end_of_29_11(store: Store, received: str, seen: tuple[int, ...]) -> None:
    """A return on the day itself is one day late, and late returns count all the same."""
    store.send("B01", [documents(UNIT, YES, 2018)], received=received)
    plan = store.report(2018)
    assert counts(plan) == seen
    assert plan.target("materials")["numerator"] == 1


def test_received_csv_gives_each_file_its_day(store: Store) -> None:
    """In either way of writing a date, by names relative to its own folder, and it is no return itself."""
    inner = store.folder / "in" / "quan-1"
    inner.mkdir(parents=True)
    days = ["2018-11-29", "29/11/2018", "2018-11-30", "30/11/2018", "01/12/2018"]
    for number, _ in enumerate(days):
        home = inner if number == 4 else inner.parent
        write_csv(home / f"{number}.csv", "B01", [documents(CODES[number], YES, 2018)])
    names = ["0.csv", "1.csv", "2.csv", "3.csv", "quan-1/4.csv"]
    write_received(inner.parent, dict(zip(names, days, strict=True)))
    done = store.ingest(inner.parent)
    assert (done.status, len(done.json()["files"])) == (0, 5)
    assert counts(store.report(2018)) == (2, 3, 0, 579)


def test_the_day_given_on_the_command_line_goes_before_the_list(store: Store) -> None:
    """`--received` is the first of the three sources of a receipt date."""
    folder = store.folder / "in"
    folder.mkdir()
    write_csv(folder / "a.csv", "B01", [documents(UNIT, YES, 2018)])
    write_received(folder, {"a.csv": "2018-12-24"})
    store.ingest(folder, received="2018-11-29")
    assert counts(store.report(2018)) == ON_TIME


def test_a_correction_after_the_due_day_does_not_make_a_return_late(store: Store) -> None:
    """The first accepted version decides."""
    store.send("B01", [documents(UNIT, YES, 2018)], received="2018-11-20")
    store.send("B01", [documents(UNIT, {**YES, "0107": "không"}, 2018, revision=2)], received="2018-12-20")
    assert counts(store.report(2018)) == ON_TIME


def test_known_on_cuts_by_the_day_of_receipt(store: Store) -> None:
    """On 29/11 only what had come by then is known."""
    store.send("B01", [documents(CODES[0], YES, 2018)], received="2018-11-29")
    store.send("B01", [documents(CODES[1], YES, 2018)], received="2018-11-30")
    assert counts(store.report(2018, "--known-on", "2018-11-29")) == ON_TIME
    assert counts(store.report(2018, "--known-on", "2018-11-30")) == (1, 1, 0, 582)


@pytest.mark.parametrize("earlier", ["00001.csv", "00001 (1).csv"])
def test_of_equal_files_the_one_that_came_first_says_the_day(store: Store, earlier: str) -> None:
    """Read in the order of their names, sent again after the due day: only the receipt dates tell which was first."""
    folder = store.folder / "in"
    folder.mkdir()
    days = dict.fromkeys(("00001.csv", "00001 (1).csv"), "2018-12-24") | {earlier: "2018-11-20"}
    for name in days:
        write_csv(folder / name, "B01", [documents(UNIT, YES, 2018)])
    write_received(folder, days)
    assert "late" not in store.ingest(folder).codes()
    assert counts(store.report(2018, "--known-on", "2018-11-20")) == ON_TIME
    assert f"/{earlier}, " in run("--lang", "en", "--db", store.db, "history", UNIT).out


@pytest.mark.parametrize("days", [("2018-11-20", "2018-12-24"), ("2018-12-24", "2018-11-20"), ("", "2018-11-20")])
def test_a_file_that_is_taken_in_again_came_on_the_earlier_day(store: Store, days: tuple[str, str]) -> None:
    """Whichever day is told first; a day of ingest is no earlier than any."""
    path = write_csv(store.path(".csv"), "B01", [documents(UNIT, YES, 2018)])
    for day in days:
        done = store.ingest(path, received=day)
    assert ("identical_file" in done.codes(), "late" in done.codes()) == (True, False)
    assert counts(store.report(2018)) == ON_TIME


# Returned


def misnamed(revision: int = 1, period: Period = YEAR) -> Return:
    """Refused as a whole: the name belongs to another commune."""
    return Return(UNIT, period, {"B01": b01(YES)}, revision=revision, ttc={"T02": "Phường Hàng Bạc"})


def test_a_refused_return_was_returned_and_is_not_missing(store: Store) -> None:
    """It came, and went back."""
    done = store.send_book(misnamed(), received="2018-11-20")
    assert "unit_name_mismatch" in done.codes()
    plan = store.report(2018)
    assert counts(plan) == RETURNED
    assert plan.target("materials")["missing"] == 584


def test_an_empty_return_was_returned_and_is_not_missing(store: Store) -> None:
    """A form without one answer came and goes back; whoever sent it need not be told that nothing came."""
    done = store.send_book(Return(UNIT, YEAR, {"B01": b01(dict.fromkeys(YES))}), received="2018-11-20")
    assert "empty_return" in done.codes()
    assert [one["forms"] for one in done.json()["files"][0]["returns"]] == [["B01"]]
    assert counts(store.report(2018)) == RETURNED


def test_two_ways_of_saying_that_nothing_occurred_do_not_conflict(store: Store) -> None:
    """T11 beside an empty form, and the words in the form itself, say the same of it."""
    nil = Return(UNIT, YEAR, {"B02": []}, ttc={"T11": "có"})
    for one in (nil, Return(UNIT, YEAR, {"B02": NONE})):
        assert store.send_book(one, received="2018-11-20").codes() == set()


def test_a_corrected_return_is_dated_by_the_version_that_was_accepted(store: Store) -> None:
    """Refused in time, accepted too late: late."""
    store.send_book(misnamed(), received="2018-11-20")
    store.send("B01", [documents(UNIT, YES, 2018, revision=2)], received="2018-12-05")
    assert counts(store.report(2018)) == LATE


def test_conflicting_versions_are_returned(store: Store) -> None:
    """Two contents under one revision: neither is accepted until a higher one comes."""
    for lines in (YES, {**YES, "0107": "không"}):
        store.send("B01", [documents(UNIT, lines, 2018)], received="2018-11-20")
    assert counts(store.report(2018)) == RETURNED
    store.send("B01", [documents(UNIT, YES, 2018, revision=2)], received="2018-11-29")
    assert counts(store.report(2018)) == ON_TIME


def test_conflicts_of_every_revision_are_returned(store: Store) -> None:
    """The second conflict ends the first no more than itself: nothing that came was ever accepted."""
    for revision, answer in ((1, "có"), (1, "không"), (2, "có"), (2, "không")):
        store.send("B01", [documents(UNIT, {**YES, "0107": answer}, 2018, revision=revision)], received="2018-11-20")
    assert counts(store.report(2018)) == RETURNED


def test_a_quarantined_file_is_returned_in_its_year(store: Store) -> None:
    """A sheet of persons beside the form: nothing of it is read but who filed what for when."""
    one = Return(UNIT, YEAR, {"B01": b01(YES)})
    persons: dict[str, list[Row]] = {"Nạn nhân": [("STT", "Họ tên", "Năm sinh"), (1, None, None)]}
    done = store.send_book(one, extra=persons, received="2018-11-20")
    assert [file["status"] for file in done.json()["files"]] == ["quarantined"]
    assert done.status == 1
    plan = store.report(2018)
    assert counts(plan) == RETURNED
    assert plan.target("materials")["missing"] == 584


def test_an_invalid_period_is_returned_in_the_year_it_names(store: Store) -> None:
    """T06 after T07: the year of T08 is the one it was meant for."""
    backwards = Period("năm", "31/12/2018", "01/01/2018")
    done = store.send_book(Return(UNIT, backwards, {"B01": b01(YES)}, ttc={"T08": 2018}), received="2018-11-20")
    assert "period_invalid" in done.codes()
    assert counts(store.report(2018)) == RETURNED
    assert counts(store.report(2019)) == MISSING


def test_a_return_refused_in_part_was_accepted(store: Store) -> None:
    """Its documents are refused, the rest of the form stands: filed."""
    lines = {**YES, "0101": "không", "0216": 50}
    done = store.send("B01", [documents(UNIT, lines, 2018)], received="2018-11-20")
    assert done.status == 1
    assert counts(store.report(2018)) == ON_TIME


def test_checking_a_file_stores_nothing(store: Store, tracker: Callable[..., Run]) -> None:
    """`check` says what is wrong and leaves the store as it was."""
    store.send("B00", [of_province("B00", [place(UNIT, on="01/01/2018")], YEAR)])
    path = write_csv(store.path(".csv"), "B01", [documents(UNIT, YES, 2018)])
    done = tracker("check", path, "--format", "json")
    assert [file["status"] for file in done.json()["files"]] == ["accepted"]
    assert done.status == 0
    assert counts(store.report(2018)) == MISSING


# Corrections and conflicts


def versions(*told: tuple[int, Lines]) -> list[Return]:
    """Of one commune, in the order in which they are sent."""
    return [documents("00001", lines, 2019, revision=revision) for revision, lines in told]


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (versions((1, NO), (2, YES)), "yes"),
        (versions((2, YES), (1, NO)), "yes"),
        (versions((1, YES), (2, NO)), "no"),
        (versions((2, NO), (1, YES)), "no"),
        (versions((1, YES), (1, NO)), "missing"),
        (versions((1, NO), (1, YES)), "missing"),
        (versions((1, YES), (1, NO), (2, YES)), "yes"),
        (versions((1, YES), (2, NO), (1, NO)), "no"),
        (versions((1, YES), (1, YES)), "yes"),
    ],
)
def test_the_highest_revision_counts_and_two_of_one_number_do_not(
    store: Store, sent: list[Return], answer: str
) -> None:
    """Whatever the order of arrival: of equal revisions with different answers neither counts."""
    for one in sent:
        store.send("B01", [one])
    plan = store.report(2019)
    assert answer_of(plan.district(plan.target("materials"), "001")) == answer


def test_versions_in_one_file_are_judged_like_versions_in_two(store: Store) -> None:
    """A conflict inside one CSV counts for neither, and is said."""
    first, second = versions((1, YES), (1, NO))
    one = write_csv(store.path(".csv"), "B01", [first])
    other = write_csv(store.path(".csv"), "B01", [second])
    assert "revision_conflict" in store.ingest(one, other).codes()
    plan = store.report(2019)
    assert answer_of(plan.district(plan.target("materials"), "001")) == "missing"


def test_refused_rows_of_other_days_are_other_content(store: Store) -> None:
    """Nothing can be read of either row; one hides June, the other September, and neither version counts."""
    store.send("B00P", [of_province("B00P", [outlet("HN01")], YEAR)])
    for day in ("05/06/2018", "05/09/2018"):
        done = store.send("B03", [of_province("B03", [item(day, group="đài vũ trụ")], YEAR)])
        assert "not_in_list" in done.codes()
    assert "revision_conflict" in done.codes()
    assert store.report(2018).target("press")["missing"] == 12


def test_a_refused_correction_leaves_the_accepted_version_in_place(store: Store) -> None:
    """The highest revision that was accepted counts: the second names another commune."""
    store.send_book(documents("00001", YES, 2019))
    refused = Return("00001", whole_year(2019), {"B01": b01(NO)}, revision=2, ttc={"T02": "Phường Hàng Bạc"})
    assert "unit_name_mismatch" in store.send_book(refused).codes()
    plan = store.report(2019)
    assert answer_of(plan.district(plan.target("materials"), "001")) == "yes"


def both_forms(store: Store) -> tuple[str, str]:
    """What the one commune answers in B01 and, of integrated models, in B02."""
    plan = store.report(2019)
    target, part = plan.target("materials"), plan.part("models", "integrated")
    return answer_of(plan.district(target, "001")), answer_of(plan.district(part, "001"))


def test_a_correction_of_one_form_leaves_the_other_as_it_was(store: Store) -> None:
    """Versions are compared form by form: revision 2 brings B02 only."""
    store.send_book(Return("00001", whole_year(2019), {"B01": b01(YES), "B02": NONE}))
    store.send_book(Return("00001", whole_year(2019), {"B02": [model("lồng ghép")]}, revision=2))
    assert both_forms(store) == ("yes", "yes")


def test_a_conflict_takes_out_only_the_form_that_differs(store: Store) -> None:
    """Twice revision 1, the same B01 and another B02."""
    for rows in (NONE, [model("lồng ghép")]):
        store.send_book(Return("00001", whole_year(2019), {"B01": b01(YES), "B02": rows}))
    assert both_forms(store) == ("yes", "missing")


def test_a_correction_not_yet_known_does_not_count(store: Store) -> None:
    """The revision of January replaces November's for whoever asks in January."""
    first, second = versions((1, YES), (2, NO))
    store.send("B01", [first], received="2019-11-20")
    store.send("B01", [second], received="2020-01-10")
    for known_on, answer in (("2020-01-09", "yes"), ("2020-01-10", "no")):
        plan = store.report(2019, "--known-on", known_on)
        assert answer_of(plan.district(plan.target("materials"), "001")) == answer


# What a return files


def test_each_form_of_a_workbook_is_filed(store: Store) -> None:
    """B01 and B02 came, B04 did not."""
    store.send_book(Return(UNIT, YEAR, {"B01": b01(YES), "B02": [model()]}), received="2018-11-20")
    plan = store.report(2018)
    assert [counts(plan, form) for form in ("B01", "B02", "B04")] == [ON_TIME, ON_TIME, MISSING]


def test_a_nil_return_files_every_form_that_it_answers(store: Store) -> None:
    """T11 alone says none of B02 and B04, and nothing of B01."""
    store.send_book(Return(UNIT, YEAR, {}, ttc={"T11": "có"}), received="2018-11-20")
    plan = store.report(2018)
    assert [counts(plan, form) for form in ("B01", "B02", "B04")] == [MISSING, ON_TIME, ON_TIME]


def test_a_nil_return_with_sheets_of_its_own_answers_those(store: Store) -> None:
    """Where the workbook carries some of the forms that T11 can answer, it answers these and no others."""
    store.send_book(Return(UNIT, YEAR, {"B02": NONE}, ttc={"T11": "có"}), received="2018-11-20")
    plan = store.report(2018)
    assert [counts(plan, form) for form in ("B01", "B02", "B04")] == [MISSING, ON_TIME, MISSING]


@pytest.mark.parametrize(
    ("period", "seen"),
    [
        (quarter(2018, 2), ON_TIME),  # overlaps the year
        (Period("năm", "15/12/2017", "14/12/2018"), ON_TIME),
        (whole_year(2017), MISSING),
        (whole_year(2019), MISSING),
    ],
)
def test_a_filer_has_filed_when_a_return_overlaps_the_year(
    store: Store, period: Period, seen: tuple[int, ...]
) -> None:
    """Whether it also counts for a target is another question."""
    store.send("B01", [Return(UNIT, period, {"B01": b01(YES)})], received="2018-11-20")
    assert counts(store.report(2018)) == seen


def test_many_returns_of_one_unit_are_one_filer(store: Store) -> None:
    """The department sends its press quarter by quarter."""
    store.send("B00P", [of_province("B00P", [outlet("HN01")], YEAR)])
    press = [of_province("B03", [item(f"05/{3 * q:02}/2018")], quarter(2018, q)) for q in range(1, 5)]
    store.send("B03", press, received="2018-11-20")
    assert counts(store.report(2018), "B03") == (1, 0, 0, 0)


def tasks(unit: str, agency: str, code: str, paper: str = "") -> Return:
    return Return(unit, YEAR, {"B06": [duty(code, first="05/07/2018")]}, agency=agency, outlet=paper)


@pytest.mark.parametrize(
    ("returns", "filed"),
    [
        ([tasks("01", "TTTT", "HN-V1"), tasks("01", "LHPN", "HN-V2")], 2),  # one unit, two agencies
        ([tasks("01", "BC", "HN-V4", "HN01"), tasks("01", "BC", "HN-V4", "HN02")], 1),  # two papers, one pair
        ([tasks("001", "UBND", "HN-V5"), tasks("002", "UBND", "HN-V5")], 2),
        ([tasks("001", "LHPN", "HN-V2")], 0),  # nobody asks a district's union
        ([tasks("01", "CA", "HN-V1")], 0),
    ],
)
def test_pairs_of_unit_and_agency_are_counted(store: Store, returns: Sequence[Return], filed: int) -> None:
    """Of the 34 that owe B06."""
    store.send("B00P", [of_province("B00P", [outlet("HN01"), outlet("HN02")], YEAR)])
    store.send("B06", returns, received="2018-11-20")
    assert counts(store.report(2018), "B06") == (filed, 0, 0, 34 - filed)


def test_a_campaigns_return_overlaps_its_window(store: Store) -> None:
    """August's return touches the window, October's does not."""
    units = by_district("24", date(2024, 12, 31))["213"]
    returns = [
        Return(units[0], month(2024, 8), {"B04": NONE}),
        Return(units[1], span("01/10/2024", "31/10/2024"), {"B04": NONE}),
        Return(units[2], span("30/09/2024", "31/10/2024"), {"B04": NONE}),
    ]
    store.send("B04", returns)
    store.send("B07", [Return("213", span("01/07/2024", "30/09/2024"), {"B07": b07({"0711": 3})}, agency="BCD")])
    plan = store.report(2024, plan=BAC_GIANG)
    assert counts(plan, "B07") == (1, 0, 0, 15)
    assert counts(plan, "B04")[0] in {2, 3}  # "the year or window": October is in the year


# What the 34 of Hà Nội say of their duties


def papers(*told: str) -> list[Return]:
    """HN-V4 answered by one press agency each."""
    return [
        Return("01", YEAR, {"B06": [duty("HN-V4", said, first="05/07/2018")]}, agency="BC", outlet=f"HN{at:02}")
        for at, said in enumerate(told, start=1)
    ]


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ((), "insufficient_data"),
        (("có",), "done"),
        (("không", "có"), "done"),
        (("có", "không"), "done"),
        (("không",), "not_done"),
        (("không", "không"), "not_done"),
    ],
)
def test_the_press_has_done_its_duty_when_any_outlet_has(store: Store, told: tuple[str, ...], verdict: str) -> None:
    """Denied only when all that answered deny it."""
    store.send("B00P", [of_province("B00P", [outlet("HN01"), outlet("HN02")], YEAR)])
    if told:
        store.send("B06", papers(*told))
    assert store.report(2018).duties("duties")["HN-V4", "01"] == verdict


def test_the_34_duties_are_a_share_of_rows(store: Store) -> None:
    """Four of the province and one of each district; one denied by a district ends it."""
    province = [("TTTT", "HN-V1"), ("LHPN", "HN-V2"), ("MTTQ", "HN-V6")]
    districts = list(by_district("01", date(2018, 12, 31)))
    store.send("B06", [tasks("01", agency, code) for agency, code in province])
    store.send("B06", [tasks(district, "UBND", "HN-V5") for district in districts[1:]])
    plan = store.report(2018)
    target = plan.target("duties")
    assert (target["lower"], target["upper"], target["verdict"]) == ("32/34", "34/34", "insufficient_data")
    denied = Return(districts[0], YEAR, {"B06": [duty("HN-V5", "không")]})
    store.send("B06", [denied])
    plan = store.report(2018)
    target = plan.target("duties")
    assert (target["lower"], target["upper"], target["verdict"]) == ("32/34", "33/34", "not_met")
    assert plan.duties("duties")["HN-V5", districts[0]] == "not_done"


def test_a_year_that_ends_before_the_window_does_not_file_for_it(store: Store) -> None:
    """A yearly return is for its year, and for a window of that year only as far as its days reach."""
    units = by_district("24", date(2024, 12, 31))["213"]
    years = [Period("năm", "10/07/2023", "30/06/2024"), Period("năm", "10/07/2023", "01/07/2024")]
    store.send("B04", [Return(unit, year, {"B04": NONE}) for unit, year in zip(units, years, strict=False)])
    assert counts(store.report(2024, plan=BAC_GIANG), "B04") == (1, 0, 0, 208)
