"""What the documents say is so: their commands exist, their shown output is real, nothing of a machine slipped in."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

import tracker
from tracker.__main__ import _app
from tracker.form import Layout
from tracker.forms import FORMS, TTC
from tracker.plans import load, shipped

if TYPE_CHECKING:
    from conftest import Run

ROOT = Path(__file__).resolve().parents[1]
WHOLE = (ROOT / "README.md").read_text(encoding="utf-8")
README = re.sub(r"<!-- (\w+:\w+) -->.*?<!-- /\1 -->", "", WHOLE, flags=re.DOTALL)
"""Without the tables that a benchmark writes into it."""

VIETNAMESE, ENGLISH = HALVES = README.split("\n# English\n")
GUIDES = tuple(sorted((ROOT / "docs").glob("*.md")))
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
CUT = "…"
TEXT = {".py", ".toml", ".md", ".txt", ".csv", ".json", ""}
PARTS = ("src", "tests", "schemas", "sample_data", "benchmarks", "docs", ".ci")
HOSTS = ("json-schema.org", "schemas.openxmlformats.org", "openoffice.org", ".example")
"""Ends of the hosts that the project may name: words of its schemas and of office files, and hosts of nobody."""


def blocks(text: str, language: str) -> list[list[str]]:
    """The lines of each fenced block of a language."""
    return [body.splitlines() for body in re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def shell_lines(text: str) -> list[str]:
    return [line for block in blocks(text, "sh") for line in block]


def commands() -> Iterator[str]:
    """Every command of the command line, those of groups with the group before them."""
    for name, command in get_command(_app()).commands.items():  # type: ignore[attr-defined]  # a group has commands
        inner = getattr(command, "commands", None)
        yield from (f"{name} {one}" for one in inner) if inner else [name]


def documents() -> Iterator[tuple[str, str]]:
    """Every text of the project by its path."""
    paths = [path for part in PARTS for path in (ROOT / part).rglob("*")]
    for path in (*paths, *ROOT.glob("*.*"), ROOT / "LICENSE"):
        if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8", errors="replace")


# --- the two commands -------------------------------------------------------------------------------------------


def test_the_readme_has_two_commands_and_both_halves_have_the_same() -> None:
    """One installs and runs the demonstration, one installs and passes the tests; they come first."""
    first, second = shell_lines(VIETNAMESE)
    assert first.endswith("tracker demo")
    assert second.endswith("pytest -n auto")
    assert shell_lines(ENGLISH) == [first, second]


def test_ci_runs_the_readme_s_commands_word_for_word() -> None:
    """What CI proves is what a newcomer types."""
    between = re.findall(r"^# README\n(.*?)^# README$", CI, re.MULTILINE | re.DOTALL)
    assert [part.strip() for part in between] == shell_lines(VIETNAMESE)


def test_the_windows_twins_do_the_same_steps() -> None:
    """The same options and the same programs, in PowerShell."""
    [twins] = blocks(README, "powershell")
    assert len(twins) == 2
    for twin, line in zip(twins, shell_lines(VIETNAMESE), strict=True):
        same = line.replace("python3", "py").replace(".venv/bin/", ".venv\\Scripts\\").replace(" &&", ";")
        assert twin == same


def test_ci_installs_every_program_that_a_test_needs() -> None:
    """A test that would skip for a user fails in CI, so CI must provide the program."""
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    needed = set(re.findall(r"^@pytest\.mark\.needs\(\"([\w-]+)\"\)", tests, re.MULTILINE))
    assert needed
    assert {program for program in needed if f"command -v {program} " not in CI} == set()
    assert "export TRACKER_CI=1" in CI


# --- commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half", HALVES, ids=("Vietnamese", "English"))
@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_in_the_tables_of_the_readme(command: str, half: str) -> None:
    """A command that nobody can find might as well not exist."""
    group, _, inner = command.partition(" ")
    rows = re.findall(rf"^\| `tracker {group}\b([^`]*)`", half, re.MULTILINE)
    assert len(rows) == 1, f"{group} has {len(rows)} rows"
    assert not inner or inner in re.findall(r"[\w-]+", rows[0])


def test_both_tables_of_commands_name_the_same_options() -> None:
    """Row by row: what one language offers, the other does."""
    tables = [re.findall(r"^\| `tracker (\w+)(.*)\|$", half, re.MULTILINE) for half in HALVES]
    vietnamese, english = ({name: set(re.findall(r"--[a-z-]+", row)) for name, row in table} for table in tables)
    assert vietnamese == english


def test_the_tables_of_the_readme_have_no_command_that_is_not_there() -> None:
    """What comes later is no command yet."""
    shown = set(re.findall(r"^\| `tracker (\w+)", README, re.MULTILINE))
    assert shown == {command.partition(" ")[0] for command in commands()}


def test_the_options_in_the_table_exist() -> None:
    """Each option named in a command's row is one of that command."""
    for name, options in re.findall(r"^\| `tracker (\w+)[^|]*((?:\\\||[^|])*\|.*)\|$", README, re.MULTILINE):
        command = get_command(_app()).commands[name]  # type: ignore[attr-defined]  # a group has commands
        inner = getattr(command, "commands", {}).values() or [command]
        known = {option for one in inner for parameter in one.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", options)) <= known, name


def calls() -> Iterator[tuple[str, list[str]]]:
    """Every call of the tool that a document writes out as code: the document and the words from the command on."""
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *GUIDES):
        text = path.read_text(encoding="utf-8")
        fenced = (line for language in ("sh", "text") for block in blocks(text, language) for line in block)
        for said in (*re.findall(r"`(tracker [^`]+)`", text), *(line for line in fenced if "tracker " in line)):
            words = said.partition("tracker ")[2].split()
            while words and words[0].startswith("--"):  # an option that stands before the command, and its value
                words = words[2:]
            yield path.name, words


def test_every_call_that_a_document_shows_has_options_that_exist() -> None:
    """Also in running text, where a name that has changed is easily overlooked."""
    known = {}
    for name, command in get_command(_app()).commands.items():  # type: ignore[attr-defined]  # a group has commands
        inner = getattr(command, "commands", {}).values() or [command]
        known[name] = {option for one in inner for parameter in one.params for option in parameter.opts}
    found = [(name, words[0], set(words[1:])) for name, words in calls() if words and words[0] in known]
    strange = [
        (document, name, word)
        for document, name, words in found
        for word in words
        if re.fullmatch(r"--[a-z-]+", word) and word not in known[name]
    ]
    assert strange == []
    assert {name for _, name, _ in found} == known.keys()


@pytest.fixture(scope="module")
def demonstrated(tracker: Callable[..., Run], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the demonstration has run."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert tracker("demo").status == 0
        yield folder


@pytest.mark.parametrize("block", blocks(README, "console"), ids=lambda block: block[0])
def test_the_output_that_the_readme_shows_is_real(
    block: list[str], demonstrated: Path, tracker: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each shown line is printed, in this order; a line of dots stands for what is cut out."""
    monkeypatch.chdir(demonstrated)
    prompt, name, *words = shlex.split(block[0])
    assert (prompt, name) == ("$", "tracker")
    printed = iter([line.rstrip() for line in tracker(*words).out.splitlines()])
    for line in block[1:]:
        assert line == CUT or line in printed, f"{line!r} is not printed, or not there"


def test_the_return_that_the_documents_withdraw_is_one_of_the_samples() -> None:
    """It is named by the beginning of its file's hash, which changes with the file."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *GUIDES)]
    named = {name for text in texts for name in re.findall(r"\b(?=[a-f]*\d)[0-9a-f]{12}\b", text)}
    samples = (path for path in (ROOT / "sample_data").rglob("*") if path.is_file())
    assert named
    assert named <= {sha256(path.read_bytes()).hexdigest()[:12] for path in samples}


# --- the rest ---------------------------------------------------------------------------------------------------


def test_the_newest_change_is_of_this_version() -> None:
    """A version without an entry tells the analyst nothing."""
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == tracker.__version__


def test_every_form_stands_in_the_table_of_forms() -> None:
    """Both the forms that carry figures and the one that says who and when."""
    first_cells = re.findall(r"^\| ([B0-9PT·C ]+) \|", VIETNAMESE, re.MULTILINE)
    named = {code for cell in first_cells for code in cell.split(" · ")}
    assert named == {*FORMS, TTC.code}
    assert TTC.layout is Layout.KEYED


def test_both_halves_name_every_shipped_plan() -> None:
    """By its place, in words."""
    places = {load(name).title.vi.partition(":")[0].removeprefix("Quận ") for name in shipped()}
    assert {place for place in places if place not in VIETNAMESE or place not in ENGLISH} == set()


def test_both_halves_tell_the_same_readings() -> None:
    """As many in one language as in the other."""
    halves = (VIETNAMESE.partition("## Những cách hiểu")[2], ENGLISH.partition("## Readings chosen")[2])
    vietnamese, english = (re.findall(r"^(\d+)\. ", half, re.MULTILINE) for half in halves)
    assert vietnamese == english
    assert len(english) >= 8


def test_every_link_of_the_documents_leads_somewhere() -> None:
    """Files by their path, headings by their anchor."""
    for document in (*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")), *GUIDES):
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)]+)\)", text):
            path, _, anchor = target.partition("#")
            assert not path or (document.parent / path).exists(), target
            assert not anchor or re.search(rf"^#+ {anchor}$", text, re.MULTILINE | re.IGNORECASE), target


def test_the_readme_leads_to_every_guide() -> None:
    """From both halves; a guide has its summary in English."""
    for guide in GUIDES:
        text = guide.read_text(encoding="utf-8")
        assert all(f"](docs/{guide.name})" in half for half in HALVES), guide.name
        assert "English" in text, guide.name


def test_the_modules_that_contributing_names_are_all_there_are() -> None:
    """Its table of layers is the way into the code."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("## The house")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| [^|]+ \| ([^|]+) \|", table, re.MULTILINE)
    named = {name.strip("/") for cell in cells for name in re.findall(r"`([\w/]+)`", cell)}
    source = ROOT / "src" / "tracker"
    folders = {path.name for path in source.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert named == {path.stem for path in source.glob("*.py") if path.stem != "__init__"} | folders


def test_no_text_names_a_host_or_an_option_that_leads_to_one() -> None:
    """Where packages come from is the business of whoever installs."""
    found = {
        f"{name}: {hit}"
        for name, text in documents()
        for hit in (
            *(host for host in re.findall(r"https?://([a-z0-9.-]+\.[a-z]+)", text) if not host.endswith(HOSTS)),
            *re.findall(r"--(?:extra-)?index-ur[l]|--find-link[s]|--trusted-hos[t]", text),
        )
    }
    assert found == set()


def test_no_text_has_a_path_of_some_machine() -> None:
    """Neither a developer's home nor a build folder."""
    machine = re.compile(r"(?:^|[^.\w/])/(?:work|farm|root|tmp|home|Users)/|\b[A-Z]:\\Users\\", re.MULTILINE)
    assert [name for name, text in documents() if machine.search(text)] == []
