"""The sample data is what its generator makes, is nobody's, stays small and agrees with itself."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"
PLANS = ("ha-noi-2018-2020", "bac-giang-2024", "hai-ba-trung-2019", "ninh-binh-2021")
MADE = ("README.md", "expected.json", "faulty.json", *PLANS, "faulty")
NOT_A_WORKBOOK = "not_a_spreadsheet.xlsx"
PERSONAL = (
    re.compile(r"[^\s@]+@[^\s@]+\.\w+"),
    re.compile(r"(?<!\d)(?:\+84|0)[\s.-]?[35789](?:[\s.-]?\d){8}(?!\d)"),
    re.compile(r"(?<!\d)(?:\d{9}|\d{12})(?!\d)"),
)


def _files(folder: Path) -> dict[str, Path]:
    found = (path for name in MADE for path in (folder / name, *(folder / name).rglob("*")))
    return {path.relative_to(folder).as_posix(): path for path in found if path.is_file()}


def _contents(path: Path) -> object:
    """A file's bytes; of a workbook its parts, since how tightly they are packed is the machine's own zlib."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return {part.filename: (part.date_time, book.read(part)) for part in book.infolist()}


def _cells(path: Path) -> Iterator[tuple[str, object]]:
    """Every cell of a sample with its place, and every line of a CSV cell by cell."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                yield from ((f"{path.name}:{number}", cell) for cell in row)
    elif path.suffix == ".xlsx" and path.name != NOT_A_WORKBOOK:
        for sheet in openpyxl.load_workbook(path).worksheets:
            for cells in sheet.iter_rows():
                yield from ((f"{path.name}!{cell.coordinate}", cell.value) for cell in cells)


def _expected() -> Any:
    return json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))


def _runs() -> list[tuple[str, Any]]:
    return [(plan["plan"], run) for plan in _expected()["plans"] for run in plan["runs"]]


def _shares(node: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Everything in the expected figures that has bounds, however deep."""
    if isinstance(node, dict):
        if "lower" in node:
            yield where, node
        for key, value in node.items():
            yield from _shares(value, f"{where} {key}")
    elif isinstance(node, list):
        for item in node:
            yield from _shares(item, f"{where} {item.get('id', '') if isinstance(item, dict) else ''}")


def _target(plan: str, target: str) -> Any:
    [run] = [run for name, run in _runs() if name == plan]
    return next(one for one in run["targets"] if one["id"] == target)


def test_another_run_of_the_generator_gives_the_committed_files(tmp_path: Path) -> None:
    """Nobody has edited a sample by hand, and no sample is left over from an earlier generator."""
    subprocess.run([sys.executable, "-B", str(SAMPLES / "make.py"), str(tmp_path)], check=True)
    again, committed = _files(tmp_path), _files(SAMPLES)
    assert sorted(again) == sorted(committed)
    assert [name for name in committed if _contents(committed[name]) != _contents(again[name])] == []


def test_no_cell_looks_like_a_telephone_or_identity_number_or_an_address() -> None:
    """The samples are nobody's data, not even by accident."""
    hits = [
        place
        for path in _files(SAMPLES).values()
        for place, value in _cells(path)
        if isinstance(value, (str, int)) and any(pattern.search(str(value)) for pattern in PERSONAL)
    ]
    assert hits == []


def test_only_the_quarantined_sample_has_a_column_for_names() -> None:
    """Its header is invented and nothing stands under it."""
    named = {}
    for name, path in _files(SAMPLES).items():
        column = [place for place, value in _cells(path) if str(value).lower().startswith("họ tên")]
        if column:
            named[name] = column
    assert list(named) == ["faulty/personal_data.xlsx"]
    sheet = openpyxl.load_workbook(SAMPLES / "faulty" / "personal_data.xlsx")["B05"]
    assert [cell.value for cell in sheet["L"]] == ["Họ tên nạn nhân", *[None] * (sheet.max_row - 1)]


def test_every_laid_out_workbook_says_that_it_is_invented() -> None:
    """Whoever opens one file alone is told, in the file's title if not on the sheet."""
    books = [path for path in _files(SAMPLES).values() if path.suffix == ".xlsx" and path.name != NOT_A_WORKBOOK]
    titles = {openpyxl.load_workbook(path, read_only=True).properties.title for path in books}
    assert len(books) > 80
    assert titles == {"Số liệu mô phỏng, không phải số liệu thật của đơn vị nào."}


def test_the_samples_stay_small() -> None:
    """A newcomer downloads and reads them: three megabytes in all, no file over a hundred kilobytes."""
    sizes = {name: path.stat().st_size for name, path in _files(SAMPLES).items()}
    assert sum(sizes.values()) < 3_000_000
    assert {name: size for name, size in sizes.items() if size > 100_000} == {}


def test_received_csv_lists_exactly_the_returns_beside_it() -> None:
    """A file without a day of receipt would get the day of the demonstration."""
    for plan in _expected()["plans"]:
        folder = SAMPLES / plan["folder"]
        with (folder / "received.csv").open(encoding="utf-8", newline="") as file:
            listed = [row["file"] for row in csv.DictReader(file)]
        assert listed == sorted(path.name for path in folder.iterdir() if path.name != "received.csv")


@pytest.mark.parametrize(("plan", "run"), _runs())
def test_expected_bounds_enclose_the_numerator_and_give_the_verdict(plan: str, run: Any) -> None:
    """The bounds of every share lie inside the whole and its verdict follows from them."""
    checked = 0
    for where, share in _shares(run["targets"], plan):
        (low, whole), (high, also) = (map(int, share[key].split("/")) for key in ("lower", "upper"))
        assert (whole, share.get("numerator", low)) == (also, low), where
        assert 0 <= low <= high <= whole, where
        if "threshold" not in share:
            continue
        threshold = Fraction(share["threshold"])
        verdict = (
            "met" if low >= threshold * whole else "not_met" if high < threshold * whole else "insufficient_data"
        )
        assert share["verdict"] == verdict, where
        assert (share["need"] == 0) == (verdict == "met"), where
        checked += 1
    judged = [target for target in run["targets"] if target["verdict"] is not None]
    assert checked >= 3 or not judged or "--restricted" not in run["args"]


@pytest.mark.parametrize("target", ["materials", "reach"])
def test_districts_add_up_to_the_province(target: str) -> None:
    """Thirty districts, each commune in one of them."""
    whole = _target("ha-noi-2018-2020", target)
    districts = whole["districts"].values()
    assert len(districts) == 30
    for key in ("numerator", "denominator", "missing"):
        assert sum(district[key] for district in districts) == whole[key]


def test_submission_adds_up() -> None:
    """Each expected filer is on time, late, returned or missing."""
    for _, run in _runs():
        for form, counts in run["submission"].items():
            parts = [counts[key] for key in ("on_time", "late", "returned", "missing")]
            assert sum(parts) == counts["expected"], form


def test_something_is_met_something_not_and_something_undecided() -> None:
    """A demonstration shows every kind of verdict."""
    assert {_target("ha-noi-2018-2020", t)["verdict"] for t in ("materials", "models", "press", "reach")} == {
        "met",
        "not_met",
        "insufficient_data",
    }
    verdicts = [_target("bac-giang-2024", t)["verdict"] for t in ("campaign", "response_30_7", "duties")]
    assert verdicts == ["not_met", "insufficient_data", "insufficient_data"]


def test_the_manifest_lists_every_faulty_file() -> None:
    """One file for each of a dozen and more common faults, each fault once."""
    manifest = json.loads((SAMPLES / "faulty.json").read_text(encoding="utf-8"))
    files = {path.name for path in (SAMPLES / "faulty").iterdir()}
    assert {fault["file"] for fault in manifest} == files
    codes = [problem["code"] for fault in manifest for problem in fault["problems"]]
    assert len(codes) == len(set(codes)) >= 14


def test_a_faulty_cell_lies_inside_its_sheet() -> None:
    """The manifest names a cell of the sheet that it names; whole forms, returns and files have none."""
    manifest = json.loads((SAMPLES / "faulty.json").read_text(encoding="utf-8"))
    for fault in manifest:
        for problem in fault["problems"]:
            assert (problem["cell"] is None) == (problem["scope"] in ("form", "return", "file"))
            if problem["cell"]:
                sheet = openpyxl.load_workbook(SAMPLES / "faulty" / fault["file"])[problem["sheet"]]
                cell = sheet[problem["cell"]]
                assert cell.row <= sheet.max_row
                assert (cell.value is None) == (problem["code"] == "missing_value")
