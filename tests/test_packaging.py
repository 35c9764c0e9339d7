"""What is built and installed is whole: the wheel runs by itself, and the tree can be used on other systems."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import tracker as package

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "tracker"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PARTS = ("src", "tests", "schemas", "sample_data", "benchmarks", "docs", ".ci")
MODULE_OF = {"python_calamine": "python-calamine", "docx": "python-docx"}
RESERVED = re.compile(r"(^|/)(con|prn|aux|nul|com\d|lpt\d)([./]|$)", re.IGNORECASE)
ENCODING_AT = {"read_text": 0, "write_text": 1}
"""Where the encoding stands when it is given without its name."""


def requirements() -> list[Requirement]:
    project = PROJECT["project"]
    return [Requirement(line) for line in (*project["dependencies"], *project["optional-dependencies"]["dev"])]


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = (line.partition("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, _, version in pins}


def tree() -> Iterator[Path]:
    """The project's files, relative to its root; what tools leave behind is no part of it."""
    for part in PARTS:
        for path in (ROOT / part).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(ROOT)
    yield from (path.relative_to(ROOT) for path in ROOT.glob("*.*") if path.is_file())


# --- what is built ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, built from this tree."""
    folder = tmp_path_factory.mktemp("built")
    build = (sys.executable, "-m", "hatchling", "build", "-d", str(folder))
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    [path] = built.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def unpacked(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it lies after installing, far from this tree."""
    folder = tmp_path_factory.mktemp("site")
    wheel.extractall(folder)
    return folder


def run_installed(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m tracker` in an empty folder, with the code and the data of the wheel alone."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    environment |= {"PYTHONPATH": str(site)}
    command = (sys.executable, "-m", "tracker", *arguments)
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300
    )


def test_the_wheel_carries_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    """Places, plans, messages, the marker of types: all that lies in the source."""
    wanted = {
        f"tracker/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"tracker/py.typed", "tracker/places/units.csv", "tracker/messages/vi.toml"} <= wanted
    assert wanted - set(wheel.namelist()) == set()


@pytest.mark.parametrize("folder", ["schemas", "sample_data"])
def test_the_wheel_carries_what_lies_beside_the_source(wheel: zipfile.ZipFile, folder: str) -> None:
    """Schemas, and the sample data of every plan; a folder added later is not forgotten."""
    inside = {name for name in wheel.namelist() if name.startswith(f"tracker/{folder}/")}
    beside = {
        f"tracker/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and (folder == "schemas" or path.parent.name != folder)
    }
    assert len(beside) > 5
    assert inside - {"tracker/sample_data/README.md"} == beside


def test_the_wheel_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    """No compiled files, no generator of samples, nothing outside the package."""
    names = wheel.namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"tracker", "pcmbn_tracker"}
    assert [name for name in names if "__pycache__" in name] == []
    assert [name for name in names if name.startswith("tracker/sample_data/") and name.endswith(".py")] == []
    assert [name for name in names if name.endswith("licenses/LICENSE")] != []


def test_the_source_distribution_is_the_project_and_no_more(built: Path) -> None:
    """Enough to run the tests, without anybody's virtual environment or store."""
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    extra = {"PKG-INFO", ".gitignore", *map(str, (path.name for path in ROOT.glob("*.*")))}
    assert {"tests/test_packaging.py", "README.md", "LICENSE", "constraints.txt", ".ci/run"} <= set(names)
    assert [name for name in names if name.split("/")[0] not in {*PARTS, *extra, "LICENSE"}] == []
    assert path.stat().st_size < 3_000_000


def test_the_installed_tool_knows_its_version(unpacked: Path, tmp_path: Path) -> None:
    """`python -m tracker --version`, from the wheel."""
    done = run_installed(unpacked, tmp_path, "--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"tracker {package.__version__}")


def test_the_installed_tool_finds_its_places_and_plans(unpacked: Path, tmp_path: Path) -> None:
    """Without the source tree beside it."""
    assert run_installed(unpacked, tmp_path, "units", "check").returncode == 0
    assert run_installed(unpacked, tmp_path, "plans", "list").stdout.strip() != ""


def test_the_installed_tool_runs_its_demonstration_and_finds_faults(unpacked: Path, tmp_path: Path) -> None:
    """The samples come out of the wheel; the faulty ones fail the check as they should."""
    done = run_installed(unpacked, tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    assert "570/579" in done.stdout
    faulty = run_installed(unpacked, tmp_path, "check", str(Path("tracker-demo", "sample_data", "faulty")))
    assert faulty.returncode == 1, faulty.stderr


# --- what is declared -------------------------------------------------------------------------------------------


def test_the_version_is_said_once_and_the_same() -> None:
    """In the project file and in the package."""
    assert PROJECT["project"]["version"] == package.__version__


def test_dependencies_have_lower_bounds_and_no_upper_ones() -> None:
    """An office may upgrade what it must; the constraints say what was tried."""
    operators = {str(one): {bound.operator for bound in one.specifier} for one in requirements()}
    assert {name for name, found in operators.items() if found != {">="}} == set()


def test_the_constraints_pin_every_dependency_within_its_bound() -> None:
    """One exact version each, and a name and a version only: no host, no path, no option."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
    pins = pinned()
    assert [
        str(one) for one in requirements() if not one.specifier.contains(pins.get(canonicalize_name(one.name), "0"))
    ] == []


FOR_USERS = ("cluster", "postgres")
"""Extras whose modules the tool imports where it is asked for them."""


def test_whatever_is_imported_is_declared() -> None:
    """A module that only happens to be there today is missed on the next machine."""
    extras = PROJECT["project"]["optional-dependencies"]
    lines = [*PROJECT["project"]["dependencies"], *(line for name in FOR_USERS for line in extras[name])]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    imported = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(str(node.module).partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"tracker"}
    assert {"typer", "pandas"} <= foreign
    assert {canonicalize_name(MODULE_OF.get(name, name)) for name in foreign} - declared == set()


# --- other systems ----------------------------------------------------------------------------------------------


def test_every_file_can_be_checked_out_on_windows() -> None:
    """No reserved name or sign, no two names that differ in case alone, no path that is too long."""
    names = [path.as_posix() for path in tree()]
    assert len(names) > 200
    assert [name for name in names if re.search(r'[<>:"|?*\\]|[ .](/|$)', name)] == []
    assert [name for name in names if RESERVED.search(name)] == []
    assert len({name.lower() for name in names}) == len(names)
    assert [name for name in names if len(name) > 120] == []


def test_text_files_are_opened_with_their_encoding() -> None:
    """Left out, Windows would take its own code page for Vietnamese."""
    careless = []
    for path in (*SOURCE.rglob("*.py"), *(ROOT / "sample_data").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            at = ENCODING_AT.get(node.func.attr)
            if at is not None and len(node.args) <= at and "encoding" not in {word.arg for word in node.keywords}:
                careless.append(f"{path.name}:{node.lineno}")
    assert careless == []
