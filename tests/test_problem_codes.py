"""Every problem code that a cell, a row or a part can have: severity, scope, form, exact cell, status and exit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import run
from faults_made import (
    B01_PARTS,
    B05_HEADER,
    B05_PARTS,
    COMMUNE,
    DISTRICT,
    IN_CELLS,
    LETTERHEAD,
    NEW_YEAR,
    NOTES,
    OF_TTC,
    REFUSALS,
    ROWS,
    YEAR,
    Fault,
    Where,
    cell_of,
    checked,
    grid_of,
    named,
)
from returns_made import (
    HEADERS,
    PLAIN,
    YES,
    Lines,
    Look,
    Period,
    Return,
    Row,
    activity,
    b01,
    by_district,
    communes,
    model,
    write_book,
)


def expect(file: Mapping[str, Any], fault: Fault, cell: str | None, form: str | None) -> None:
    (found,) = named(file, fault.code)
    said = (found["severity"], found["scope"], found["form"], found["cell"])
    assert said == (fault.severity, fault.scope, form, cell)
    errors = [one["code"] for one in file["problems"] if one["severity"] == "error"]
    assert errors == ([fault.code] if fault.severity == "error" else [])
    assert file["status"] == fault.status


Said = Mapping[Fault, tuple[Path, dict[str, Any]]]


def checked_together(faults: Sequence[Fault], look: Look, folder: Path) -> Said:
    """One check of a file for each fault, each of another unit, so that none is a version or copy of another."""
    units = {len(COMMUNE): iter(communes("01", date(2018, 12, 31))), len(DISTRICT): iter(by_district("01", NEW_YEAR))}
    paths = {}
    for number, fault in enumerate(faults):
        own = replace(fault, unit=next(units[len(fault.unit)]))
        # a row of totals is known by its first cell, which stays where it is
        kept = replace(look, shuffled=False) if fault.code == "total_row_wrong" else look
        paths[own.write(folder / f"{number:03}.xlsx", kept).as_posix()] = fault
    done = run("check", folder, "--workers", 1, "--format", "json")
    assert done.status == 1
    return {paths[file["path"]]: (Path(file["path"]), file) for file in done.json()["files"]}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Said:
    return checked_together([*IN_CELLS, *B05_PARTS], PLAIN, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def decorated(tmp_path_factory: pytest.TempPathFactory) -> Said:
    return checked_together(IN_CELLS, LETTERHEAD, tmp_path_factory.mktemp("decorated"))


@pytest.mark.parametrize("fault", [*IN_CELLS, *B05_PARTS], ids=str)
def test_a_fault_is_said_at_its_cell_with_its_weight(fault: Fault, plain: Said) -> None:
    """Code, severity, scope, form and cell, once; it is the only error, and the file is partial or accepted."""
    path, file = plain[fault]
    assert fault.where is not None
    expect(file, fault, cell_of(path, fault.form, fault.where, HEADERS.get(fault.form, B05_HEADER)), fault.form)


@pytest.mark.parametrize("fault", IN_CELLS, ids=str)
def test_the_cell_is_right_under_a_letterhead_and_in_moved_columns(fault: Fault, decorated: Said) -> None:
    """Titles, a merged row above, a row of column numbers, a signature block, columns in another order."""
    path, file = decorated[fault]
    assert fault.where is not None
    (found,) = named(file, fault.code)
    if fault.code == "duplicate_row":
        where: Where = (fault.where[0], first_filled(path, fault.form, 2))
    else:
        where = fault.where
    assert found["cell"] == cell_of(path, fault.form, where, HEADERS[fault.form])
    assert file["status"] == fault.status


def first_filled(path: Path, form: str, row: int) -> str:
    """The heading of the leftmost filled cell of a row; a duplicate row is shown there."""
    grid = grid_of(path, form)
    top = next(cells for cells in grid if "Từ ngày" in cells)
    filled = grid[[cells[0] for cells in grid].index("1") + row]
    return str(next(label for label, value in zip(top, filled, strict=True) if value is not None))


@pytest.mark.parametrize("fault", OF_TTC, ids=str)
def test_what_the_heading_says_is_noted_at_its_own_cell(fault: Fault, tmp_path: Path) -> None:
    """Notes on TTC name the cell of TTC and no form."""
    path = fault.write(tmp_path / "a.xlsx")
    done, file = checked(path)
    assert fault.where is not None
    expect(file, fault, cell_of(path, "TTC", fault.where, HEADERS["TTC"]), None)
    assert (named(file, fault.code)[0]["sheet"], done.status) == ("TTC", 0)


ONE_OF_EACH = [B01_PARTS[0], ROWS[2], next(one for one in NOTES if one.severity == "info")]


@pytest.mark.parametrize("fault", ONE_OF_EACH, ids=str)
def test_the_exit_status_says_whether_something_was_refused(fault: Fault, tmp_path: Path) -> None:
    """An error is 1, a warning 0 and 1 under --strict, a note 0 in either case."""
    path = fault.write(tmp_path / "a.xlsx")
    usual, strict = (checked(path, *more)[0].status for more in ((), ("--strict",)))
    assert (usual, strict) == {"error": (1, 1), "warning": (0, 1), "info": (0, 0)}[fault.severity]


# All at once, and no cell twice


def test_all_problems_of_a_file_are_found_in_one_pass(tmp_path: Path) -> None:
    """Heading, three forms, a hidden sheet: nobody sends a file back twice."""
    forms: dict[str, Sequence[Row]] = {
        "B01": b01({**YES, "0101": "không", "0102": "hôm qua", "0201": (10, 11), "0211": 5}),
        "B02": [model(status="đã giải thể"), model("lồng ghép", host=None), model("không rõ")],
        "B04": [activity("05/01/2019"), activity("", kind="phát thanh"), activity("01/02/2018", attendances=-1)],
    }
    one = Return(COMMUNE, YEAR, forms, ttc={"T13": "không", "T10": "01/12/2018", "T02": "Phường Hàng Bạc"})
    done, file = checked(write_book(tmp_path / "a.xlsx", one, extra={"Ghi chép": [("Một", "Hai")]}))
    assert {one["code"] for one in file["problems"]} == {
        *("deployed_without_received", "not_a_date", "part_exceeds_total", "method_missing"),
        *("model_closed_with_sessions", "integrated_without_host", "not_in_list"),
        *("row_outside_period", "missing_value", "not_a_count"),
        *("unsigned", "forecast", "unit_name_mismatch"),
    }
    assert (file["status"], done.status) == ("rejected", 1)


def test_a_cell_with_an_error_gets_no_second_one(tmp_path: Path) -> None:
    """Women over the total and over the women of 14 to 60: one cell, one error."""
    lines: Lines = {"0202": (100, 40), "0211": (90, 95), "0215": (50, 60), "0201": (60, 30), "0217": "A"}
    _, file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, YEAR, {"B01": b01(lines)})))
    errors = [(one["sheet"], one["cell"]) for one in file["problems"] if one["severity"] == "error"]
    assert len(errors) > 2
    assert len(errors) == len(set(errors))


def test_a_fault_in_the_heading_is_said_once(tmp_path: Path) -> None:
    """A day of the period that is no date is period_invalid, not not_a_date as well."""
    one = Return(COMMUNE, Period("năm", "ba mươi", "31/12/2018"), {"B01": b01(YES)})
    _, file = checked(write_book(tmp_path / "a.xlsx", one))
    assert [one["code"] for one in file["problems"]] == ["period_invalid"]


# Swapped day and month


def test_where_only_the_swapped_day_falls_inside_it_is_proposed(tmp_path: Path) -> None:
    """06/11/2018 read day first lies outside quarter two; 11/06/2018 lies inside."""
    quarter = Period("quý", "01/04/2018", "30/06/2018")
    rows = [activity("06/11/2018"), activity("06/10/2019"), activity("25/12/2018")]
    _, file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, quarter, {"B04": rows})))
    first, other_year, impossible = named(file, "row_outside_period")
    assert "11/06/2018" in first["fix"]
    for one in (other_year, impossible):
        assert one["fix"] in first["fix"]  # the same remedy, without a proposal
        assert "/2018" not in one["fix"]
        assert "/2019" not in one["fix"]


def test_a_date_after_the_period_proposes_the_swapped_one(tmp_path: Path) -> None:
    """date_order: 02/11/2018 for a return to 30/06/2018 may mean the eleventh of February."""
    half = Period("6 tháng", "01/01/2018", "30/06/2018")
    lines = {**YES, "0102": "02/11/2018"}
    _, file = checked(write_book(tmp_path / "a.xlsx", Return(COMMUNE, half, {"B01": b01(lines)})))
    (found,) = named(file, "date_order")
    assert "11/02/2018" in found["fix"]


# The words


def test_every_sentence_is_there_in_both_languages_and_filled(tmp_path: Path) -> None:
    """No brace and no ellipsis stands for a fact that was not given; the twins differ."""
    for number, fault in enumerate([*IN_CELLS, *B05_PARTS, *OF_TTC]):
        fault.write(tmp_path / f"{number:03}.xlsx")
    for number, case in enumerate(REFUSALS):
        write_book(tmp_path / f"r{number:02}.xlsx", case.one)
    said = {
        lang: [
            one
            for file in run("--lang", lang, "check", tmp_path, "--workers", 1, "--format", "json").json()["files"]
            for one in file["problems"]
        ]
        for lang in ("vi", "en")
    }
    assert [one["code"] for one in said["vi"]] == [one["code"] for one in said["en"]]
    for vietnamese, english in zip(said["vi"], said["en"], strict=True):
        for part in ("message", "fix"):
            assert vietnamese[part] != english[part]
            for text in (vietnamese[part], english[part]):
                assert text.strip()
                assert not set("{}") & set(text), text
                assert "…" not in text.replace("– …", "").replace("…\u201d", ""), text


def test_the_text_output_names_cell_and_remedy(tmp_path: Path) -> None:
    """Where, what, how to put it right, also outside JSON."""
    fault = B01_PARTS[0]
    path = fault.write(tmp_path / "a.xlsx")
    for lang in ("vi", "en"):
        done = run("--lang", lang, "check", path)
        [problem] = run("--lang", lang, "check", path, "--format", "json").json()["files"][0]["problems"]
        said = " ".join(done.out.split())
        assert (done.status, "[B01]D3" in said) == (1, True)
        assert f"{problem['message']} {problem['fix']}" in said
