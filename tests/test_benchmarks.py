"""The benchmarks run, and all that they compare find the same; what anything costs is nobody's failure here."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
FILES = 18
TOOL = {"floor", "ingest", "ingest again"}
PIPELINES = {"with_openpyxl": "pandera", "with_calamine": "pandas", "with_polars": "fastexcel"}


def bench(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, str(BENCHMARKS / f"{script}.py"), *map(str, arguments))
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The benchmarks' own modules can be imported."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield
    for name in ("agreement", "answers", "measuring", "province", "tables"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One round on a small province, where every kind of fault is planted once."""
    if not hasattr(os, "wait4"):
        pytest.skip("this system does not say what a child process has cost")
    out = tmp_path_factory.mktemp("benchmark") / "measured.json"
    done = bench("run", "--files", FILES, "--rounds", 1, "--workers", 1, "--json", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "`tracker ingest`" in done.stdout
    return json.loads(out.read_text(encoding="utf-8"))


def test_all_find_the_planted_cells_and_the_tools_sums(measured: Any) -> None:
    """The same work is done by all, or the comparison says nothing."""
    assert measured["differences"] == []
    assert len(measured["planted"]) >= 9


def test_every_program_is_measured(measured: Any) -> None:
    """The floor, the tool twice, and each pipeline whose libraries are here; nothing costs nothing."""
    here = {name for name, needed in PIPELINES.items() if importlib.util.find_spec(needed)}
    assert "with_calamine" in here
    assert set(measured["costs"]) == TOOL | here
    spent = [cost for each in measured["costs"].values() for cost in each]
    assert [cost for cost in spent if min(cost["cpu"], cost["wall"], cost["peak"]) <= 0] == []


@pytest.mark.parametrize("needed", sorted(set(PIPELINES.values())))
def test_the_library_that_a_pipeline_needs_is_here(needed: str) -> None:
    """Says in the list of skipped tests which pipeline was not run."""
    if importlib.util.find_spec(needed) is None:
        pytest.skip(f"{needed} is not installed (extra: benchmarks)")


def test_a_province_is_the_same_to_the_byte(tmp_path: Path) -> None:
    """What was measured yesterday can be measured again."""
    for name in ("one", "two"):
        assert bench("province", tmp_path / name, "--files", 2).returncode == 0
    files = [sorted(path for path in (tmp_path / name).rglob("*") if path.is_file()) for name in ("one", "two")]
    assert len(files[0]) == 5
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]


def test_a_disagreement_is_said(modules: None) -> None:
    """A pipeline that misses a cell or adds up otherwise does not pass for one that does the same work."""
    from agreement import Found, differences

    cell = ("a.xlsx", "B01", "D24")
    tool, slow = Found({cell}), Found(set())
    tool.sums["reach", "001"], slow.sums["reach", "001"] = 5, 4
    assert list(differences({"tracker": tool, "slow": slow}, {cell})) == [
        "slow does not name a.xlsx B01 D24",
        "slow adds up reach of district 001 to 4, tracker to 5",
    ]


def test_a_table_goes_between_its_marks(modules: None, tmp_path: Path) -> None:
    """And nothing else of the document is touched; a document without marks is refused."""
    from tables import write

    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x:vi -->\nold\n<!-- /x:vi -->\nb\n<!-- x:en -->\n<!-- /x:en -->\n", encoding="utf-8")
    write("x", {"vi": "mới", "en": "new"}, [page])
    assert page.read_text(encoding="utf-8") == (
        "a\n<!-- x:vi -->\nmới\n<!-- /x:vi -->\nb\n<!-- x:en -->\nnew\n<!-- /x:en -->\n"
    )
    with pytest.raises(SystemExit, match="no marks"):
        write("y", {"vi": "?"}, [page])


def test_ratios_are_taken_round_by_round(modules: None) -> None:
    """A slow moment of the machine slows the floor of the same round, too."""
    from tables import ratios

    assert ratios([2.0, 8.0, 3.0], [1.0, 2.0, 1.0]) == (2.0, 3.0, 4.0)


def test_a_small_country_is_made_and_scored(tmp_path: Path) -> None:
    """More communes than the registry has; the report is one of the whole country."""
    if not hasattr(os, "wait4"):
        pytest.skip("this system does not say what a child process has cost")
    done = bench("nation", tmp_path, "--communes", 960, "--rounds", 1)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the country" in done.stdout
    [plan] = json.loads((tmp_path / "nation.json").read_text(encoding="utf-8"))["plans"]
    assert plan["registry"]["units"] == 960
