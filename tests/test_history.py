"""What the office remembers of a unit: versions with what changed, decisions on record, which version a file is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from conftest import Run, Store, run
from returns_made import (
    YES,
    Return,
    activity,
    b01,
    b05,
    documents,
    flow,
    whole_year,
    write_book,
)
from tracker.forms import FORMS
from tracker.history import names_of_returns
from tracker.messages import catalogue
from tracker.store import Store as Kept

UNIT, OTHER, DISTRICT = "00271", "00256", "007"
YEAR = whole_year(2018)
PEOPLE = {**YES, "0201": 9000, "0202": 6000, "0211": 4000, "0213": 900, "0214": 100, "0215": 5000, "0217": "A"}


def told(store: Store, *words: object) -> Run:
    return run("--db", store.db, "--lang", "en", *words)


def names(store: Store, unit: str = UNIT) -> list[str]:
    """The returns of a unit by name, in the order of their revisions."""
    kept = Kept(str(store.db))
    versions = kept.filings()
    kept.close()
    of_unit = sorted((one for one in versions if one.unit == unit), key=lambda one: (one.revision, one.id))
    called = names_of_returns(versions)
    return list(dict.fromkeys(called[one.id] for one in of_unit))


def verdict_of(store: Store) -> tuple[int, int]:
    """How many communes have the materials, and how many are silent."""
    target = store.report(2018).target("materials")
    return target["numerator"], target["missing"]


@pytest.fixture
def twice(store: Store) -> Store:
    """A return and its correction: other people reached, a document not deployed after all."""
    store.send_book(Return(UNIT, YEAR, {"B01": b01(PEOPLE)}), received="2018-11-20")
    corrected = {**PEOPLE, "0211": 4100, "0215": 5100, "0107": "không"}
    store.send_book(Return(UNIT, YEAR, {"B01": b01(corrected)}, revision=2), received="2018-11-25")
    return store


def test_history_shows_every_version_and_what_the_correction_changed_cell_by_cell(twice: Store) -> None:
    """The raw text of both versions stands there with its cell."""
    said = told(twice, "history", UNIT)
    first, second = names(twice)
    assert said.status == 0
    assert f"{first}  revision 1, received 20 Nov 2018: replaced by a later version" in said.out
    assert f"{second}  revision 2, received 25 Nov 2018: counts" in said.out
    assert f"Differs from {first}:" in said.out
    book = openpyxl.load_workbook(sorted(twice.folder.glob("*.xlsx"))[1])
    cells = {cell.coordinate: cell.value for row in book["B01"].iter_rows() for cell in row}
    changed = [line for line in said.out.splitlines() if "→" in line]
    assert len(changed) == 3
    for line in changed:
        after = line.rpartition("→")[2]
        raw, cell = after.partition("“")[2].partition("”")[0], after.rpartition("]")[2].strip()
        assert str(cells[cell]) == raw


def test_a_version_that_says_the_same_again_is_said_to(store: Store) -> None:
    """A second file with equal answers changes nothing."""
    store.send_book(Return(UNIT, YEAR, {"B01": b01(PEOPLE)}))
    store.send_book(Return(UNIT, YEAR, {"B01": b01(PEOPLE)}, revision=2))
    assert f"No different from {names(store)[0]}." in told(store, "history", UNIT).out


def test_a_row_more_in_a_table_form_shows_as_answers_that_were_blank(store: Store) -> None:
    """Rows that both versions have are not repeated."""
    store.send_book(Return(UNIT, YEAR, {"B04": [activity("05/03/2018")]}))
    store.send_book(Return(UNIT, YEAR, {"B04": [activity("05/03/2018"), activity("06/04/2018")]}, revision=2))
    changed = [line for line in told(store, "history", UNIT, "--all").out.splitlines() if "→" in line]
    assert changed
    assert all("blank →" in line for line in changed)
    assert not any("05/03/2018" in line for line in changed)


def test_small_figures_of_victims_are_not_told_by_what_changed(store: Store) -> None:
    """Below the province neither the small figure nor those that add up with it are shown, unless --restricted."""
    for revision, new in ((1, 2), (2, 3)):
        rows = b05({"0531": flow(1, new, in_time=0)})
        store.send_book(Return(DISTRICT, whole_year(2019), {"B05": rows}, revision=revision))
    open_to_all = told(store, "history", DISTRICT).out
    assert "figure hidden to protect victims" in open_to_all
    assert "“3”" not in open_to_all
    assert "“3”" in told(store, "history", DISTRICT, "--restricted").out


def test_the_log_names_who_did_what_with_which_version(twice: Store) -> None:
    """--by is who; each command that wrote has its line."""
    done = run("--db", twice.db, "--by", "To truc", "withdraw", names(twice)[1], "--reason", "sai ky")
    assert done.status == 0
    said = told(twice, "history", UNIT).out
    assert "withdrawn – To truc" in said
    assert f"To truc: withdrew a return: {names(twice)[1]}, reason: sai ky (tracker " in said
    assert said.count(": took returns in: files: 1 (tracker ") == 2


@pytest.mark.parametrize(("lang", "undone"), [("vi", "thôi rút báo cáo"), ("en", "undid a withdrawal")])
def test_the_log_tells_an_undo_from_a_withdrawal_in_the_readers_language(
    twice: Store, lang: str, undone: str
) -> None:
    """The acts as they are exported tell it, too; no line of the log has a word of the other language."""
    for more in ((), ("--undo",)):
        assert told(twice, "withdraw", names(twice)[1], "--reason", "x", *more).status == 0
    log = run("--lang", lang, "--db", twice.db, "history", UNIT).out.partition("UTC bằng" if lang == "vi" else "on ")[
        2
    ]
    lines = [line for line in log.splitlines() if "UTC  " in line]
    assert [undone in line for line in lines] == [False, False, False, True]
    if lang == "vi":
        assert not any(word in "".join(lines) for word in ("withdraw", "ingest", "files", "reason", "return"))
    assert told(twice, "export", "--out", twice.folder / "ra").status == 0
    acts = (twice.folder / "ra" / "acts.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert ["undo=" in line for line in acts] == [False, False, False, True]


def test_every_part_of_a_form_has_words() -> None:
    """A part that was refused is called as people call it."""
    parts = {f"part.{part}" for form in FORMS.values() for part in form.parts}
    assert parts
    assert all(parts <= catalogue(lang).keys() for lang in ("vi", "en"))


def test_a_return_with_a_refused_part_counts_in_part_and_says_why(store: Store) -> None:
    """Deployed before it was received: the documents are refused, the people are not."""
    lines = {**PEOPLE, "0102": "10/05/2018", "0104": "01/05/2018"}
    path = write_book(store.path(".xlsx"), Return(UNIT, YEAR, {"B01": b01(lines)}))
    store.ingest(path)
    for said in (told(store, "history", UNIT), told(store, "verify", path)):
        assert "counts in part, refused: documents" in said.out
        assert re.search(r"Because \[B01\][A-Z]+\d+: .*01/05/2018", said.out)
    assert said.status == 1


def test_a_return_with_refused_rows_and_cells_counts_in_part(store: Store) -> None:
    """Of three activities one has no readable day; of the people one count is no count."""
    rows = [activity("05/03/2018"), activity("31/02/2018"), activity("06/04/2018")]
    one = Return(UNIT, YEAR, {"B01": b01({**PEOPLE, "0117": "x"}), "B04": rows})
    path = store.path(".xlsx")
    store.ingest(write_book(path, one))
    said = told(store, "verify", path).out
    assert "B04 · period 1 Jan 2018–31 Dec 2018 · revision 1: counts in part, refused: rows: 1" in said
    assert "B01 · period 1 Jan 2018–31 Dec 2018 · revision 1: counts in part, refused: cells: 1" in said


def test_why_a_part_was_refused_tells_no_small_figure_of_victims(store: Store) -> None:
    """Tổng số is not the sum of its parts; the officer sees where, not how many, unless --restricted."""
    rows = b05({"0531": [1, 2, 4, 3, 0, 0, 0]})
    store.send_book(Return(DISTRICT, whole_year(2019), {"B05": rows}))
    said = told(store, "history", DISTRICT).out
    assert "counts in part, refused: victims" in said
    why = [line for line in said.splitlines() if "Because" in line]
    assert why
    assert not re.search(r"\b[34]\b", "".join(why).partition("]")[2].partition(":")[2])


def test_a_unit_that_sent_nothing_and_a_code_that_is_none_are_told_apart(twice: Store) -> None:
    assert "No return of" in told(twice, "history", OTHER).out
    refused = told(twice, "history", "99999")
    assert refused.status == 2
    assert "99999" in refused.err


# --- withdraw ---------------------------------------------------------------------------------------------------


def test_a_withdrawn_return_gives_way_to_the_one_before_and_can_be_put_back(twice: Store) -> None:
    """The correction says no, the version before it says yes; nothing is deleted."""
    assert verdict_of(twice) == (0, 583)
    done = told(twice, "withdraw", names(twice)[1], "--reason", "sent by mistake")
    assert done.status == 0
    assert "now" in done.out
    assert verdict_of(twice) == (1, 583)
    assert told(twice, "withdraw", names(twice)[1], "--reason", "it was right", "--undo").status == 0
    assert verdict_of(twice) == (0, 583)
    history = told(twice, "history", UNIT).out
    assert "sent by mistake" in history
    assert "it was right" in history


def test_with_every_version_withdrawn_the_unit_is_silent(twice: Store) -> None:
    """Missing, which is neither yes nor no."""
    for name in names(twice):
        assert told(twice, "withdraw", name, "--reason", "not theirs").status == 0
    assert verdict_of(twice) == (0, 584)


def test_one_form_of_a_return_can_be_withdrawn_alone(store: Store) -> None:
    store.send_book(Return(UNIT, YEAR, {"B01": b01(PEOPLE), "B04": [activity("05/03/2018")]}))
    assert told(store, "withdraw", f"{names(store)[0]}/B04", "--reason", "other unit's").status == 0
    lines = [line for line in told(store, "history", UNIT).out.splitlines() if "revision 1" in line]
    assert [line.rpartition(": ")[2] for line in lines] == ["counts", "withdrawn"]


def test_a_return_of_a_csv_of_many_units_is_withdrawn_alone(store: Store) -> None:
    """Its number tells it from the others of the file."""
    store.send("B01", [documents(UNIT, PEOPLE, 2018), documents(OTHER, {**PEOPLE, "0211": 3000, "0215": 4000}, 2018)])
    refused = told(store, "withdraw", names(store)[0].partition(".")[0], "--reason", "x")
    assert refused.status == 2
    assert names(store)[0] in refused.err
    assert told(store, "withdraw", names(store)[0], "--reason", "x").status == 0
    assert verdict_of(store) == (1, 583)


def test_the_return_of_a_csv_of_many_units_that_counts_again_is_called_by_its_number(store: Store) -> None:
    """Its correction, a file of its own, is withdrawn; the other unit of the CSV is not asked about."""
    store.send("B01", [documents(OTHER, {**PEOPLE, "0211": 3000, "0215": 4000}, 2018), documents(UNIT, PEOPLE, 2018)])
    first = names(store)[0]
    store.send_book(Return(UNIT, YEAR, {"B01": b01({**PEOPLE, "0211": 4100, "0215": 5100})}, revision=2))
    done = told(store, "withdraw", names(store)[1], "--reason", "sent by mistake")
    assert first.endswith(".2")
    assert first in done.out


@pytest.mark.parametrize(
    "words",
    [("--reason", " "), ("--undo", "--reason", "x")],
    ids=["without a reason", "undone without having been done"],
)
def test_what_cannot_be_decided_is_refused_and_leaves_no_trace(twice: Store, words: tuple[str, ...]) -> None:
    before = told(twice, "history", UNIT).out
    assert told(twice, "withdraw", names(twice)[0], *words).status == 2
    assert told(twice, "history", UNIT).out == before


def test_a_return_that_is_not_in_the_store_cannot_be_withdrawn(twice: Store) -> None:
    assert told(twice, "withdraw", "0123456789ab", "--reason", "x").status == 2


# --- verify -----------------------------------------------------------------------------------------------------


def test_a_file_is_known_by_its_bytes_whatever_it_is_called_now(twice: Store, tmp_path: Path) -> None:
    """It is told with its deadline, and which version counts in its place."""
    first, second = sorted(twice.folder.glob("return-*.xlsx"))
    renamed = shutil.copy(first, tmp_path / "ban cuoi (2).xlsx")
    said = told(twice, "verify", renamed)
    assert said.status == 1
    assert "received 20 Nov 2018" in said.out
    assert "due 29 Nov 2018 under Kế hoạch 17/KH-UBND: on time" in said.out
    assert f"The version that counts is {names(twice)[1]}" in said.out
    assert told(twice, "verify", second).status == 0


def test_a_late_file_is_said_to_be_late_by_so_many_days(store: Store) -> None:
    store.send_book(Return(UNIT, YEAR, {"B01": b01(PEOPLE)}), received="2018-12-02")
    assert "3 days late" in told(store, "verify", next(store.folder.glob("*.xlsx"))).out


def test_a_file_saved_again_is_known_by_what_it_says(twice: Store, tmp_path: Path) -> None:
    """Other bytes, the same answers: the version it repeats is named."""
    book = openpyxl.load_workbook(sorted(twice.folder.glob("return-*.xlsx"))[1])
    book.save(tmp_path / "luu lai.xlsx")
    said = told(twice, "verify", tmp_path / "luu lai.xlsx")
    assert said.status == 0
    assert "its answers are those of a version that has" in said.out
    assert names(twice)[1] in said.out


def test_a_folder_is_gone_through_and_the_list_of_receipt_days_is_no_return(twice: Store) -> None:
    """`verify folder` and `verify folder/*` say the same of the same files."""
    twice.folder.joinpath("received.csv").write_text("file,received\n", encoding="utf-8")
    files = [path for path in sorted(twice.folder.iterdir()) if path.suffix in (".xlsx", ".csv")]
    assert len(files) == 3
    walked, listed = told(twice, "verify", twice.folder), told(twice, "verify", *files)
    assert "received.csv" not in listed.out
    assert listed.out == walked.out


def test_a_deadline_names_the_plan_that_sets_it(store: Store) -> None:
    """Of 2019 the district's plan has none, the province's has."""
    year = whole_year(2019)
    path = write_book(store.path(".xlsx"), Return(UNIT, year, {"B01": b01(PEOPLE)}))
    store.ingest(path, received="2020-01-06")
    assert "due 29 Nov 2019 under Kế hoạch 17/KH-UBND: 38 days late" in told(store, "verify", path).out


def test_a_file_that_never_came_is_said_to_be_new(twice: Store, tmp_path: Path) -> None:
    path = write_book(tmp_path / "moi.xlsx", Return(OTHER, YEAR, {"B01": b01(PEOPLE)}))
    said = told(twice, "verify", path)
    assert said.status == 1
    assert "not in the store" in said.out


def test_why_a_refused_file_does_not_count_is_said(store: Store, tmp_path: Path) -> None:
    path = write_book(tmp_path / "sai.xlsx", Return("99999", YEAR, {"B01": b01(PEOPLE)}))
    store.ingest(path)
    said = told(store, "verify", path)
    assert said.status == 1
    assert "Because: " in said.out


@pytest.mark.parametrize("words", [("history", UNIT), ("verify", __file__), ("withdraw", "x", "--reason", "y")])
def test_without_a_store_each_command_says_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert run("--db", tmp_path / "none.db", *words).status == 2
