"""The river keeps its direction: who imports whom, who prints, who knows a plan by name, what start-up pays for."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from conftest import run
from returns_made import YES, documents, write_csv
from tracker.cli.commands import COMMANDS
from tracker.plans import shipped

SOURCE = Path(__file__).resolve().parents[1] / "src"
DEEPEST = 6
"""Edges of the longest chain of imports; longer ones mean a layer that only passes through."""

HEAVY = (
    "pandas", "numpy", "openpyxl", "xlsxwriter", "docx", "pydantic", "python_calamine", "rapidfuzz",
    "jinja2", "lxml", "rich", "distributed", "psycopg", "ssl", "http", "asyncio",
)  # fmt: skip

DECLARED = ("pydantic",)  # plans are declared with it
READ = ("python_calamine",)  # what is read is held against a form by pydantic_core alone
SCORED = (*DECLARED, "pandas", "numpy")
LOADED: Mapping[str, tuple[str, ...]] = {
    "check FILE.csv": READ,
    "check FILE.csv --format json": READ,
    "ingest FILE.csv --format json": (),  # it is known: nothing reads it again
    "ingest FILE.csv --workers 1": (),
    "report --year 2018 --format json": SCORED,
    "report --year 2018": (*SCORED, "rich"),
    "report --year 2018 --format html": (*SCORED, "jinja2"),
    "report --year 2018 --format xlsx --out BOOK.xlsx": (*SCORED, "xlsxwriter"),
    "report --year 2018 --format docx --out WORD.docx": (*SCORED, "xlsxwriter", "docx", "lxml"),
    "status --year 2018": (*DECLARED, "rich"),
    "chase --year 2018": (*SCORED, "rich"),
    "explain materials --year 2018": (*SCORED, "rich"),
    "compare --year 2018 --from 2018-01-01 --to 2018-12-31": (*SCORED, "rich"),
    "template --plan ha-noi-2018-2020 --year 2018 --unit 00271 --out OUT": (*DECLARED, "xlsxwriter"),
    "history 00271": (*DECLARED, "rich"),
    "verify FILE.csv": (*READ, *DECLARED, "rich"),
    "withdraw nothing --reason x": (),
    "export --out OUT": DECLARED,
    "backup COPY.db": (),
    "schemas": (*DECLARED, "pandas", "numpy"),
    "units show 00271": ("rich",),
    "plans list": (*DECLARED, "rich"),
}
"""Command lines, and the heavy packages that each may load; one that comes to need more says so here."""

GIVEN_A_CONSOLE = ("tracker.report",)
"""Packages that write to a console which `cli` hands them; they make none."""

OWN_TERMINAL = ("tracker.cli",)

Graph = Mapping[str, frozenset[str]]


@cache
def modules() -> Mapping[str, ast.Module]:
    """Every module of the package by its dotted name, parsed."""
    found = {}
    for path in sorted((SOURCE / "tracker").rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports_at_start(nodes: Iterable[ast.AST]) -> Iterator[ast.Import | ast.ImportFrom]:
    """What runs when a module is imported: not in functions, and not what only a type checker reads."""
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imports_at_start(node.orelse)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from imports_at_start(ast.iter_child_nodes(node))


def named(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules that an import statement asks for, longest name first known."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    assert node.level == 0, "imports are absolute"
    for alias in node.names:
        longer = f"{node.module}.{alias.name}"
        yield longer if longer in modules() else str(node.module)


def graph() -> Graph:
    """Module to the modules of the package that it imports at start."""
    return {
        name: frozenset(one for node in imports_at_start(tree.body) for one in named(node) if one in modules())
        - {name}
        for name, tree in modules().items()
    }


def longest_chain(graph: Graph) -> tuple[str, ...]:
    """The longest way down the imports. Raises AssertionError at a cycle."""
    known: dict[str, tuple[str, ...]] = {}

    def below(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        assert name not in way, f"cycle: {' > '.join([*way[way.index(name) :], name])}"
        if name not in known:
            chains = (below(one, (*way, name)) for one in sorted(graph[name]))
            known[name] = (name, *max(chains, key=len, default=()))
        return known[name]

    return max((below(name, ()) for name in sorted(graph)), key=len)


def test_no_module_imports_itself_by_a_detour() -> None:
    """Upstream never imports downstream."""
    assert len(longest_chain(graph())) > 1


def test_the_longest_chain_of_imports_is_short() -> None:
    """A reader who starts at the command is soon at the vocabulary."""
    chain = longest_chain(graph())
    assert len(chain) - 1 <= DEEPEST, " > ".join(chain)


def test_a_cycle_would_be_found() -> None:
    """The test above can fail."""
    with pytest.raises(AssertionError, match="cycle: a > b > a"):
        longest_chain({"a": frozenset("b"), "b": frozenset("a")})


def test_the_vocabulary_that_stands_first_imports_nothing_of_the_project() -> None:
    """Problems, periods and folding are words that everything else uses."""
    assert {name: graph()[name] for name in ("tracker.problems", "tracker.period", "tracker.folding")} == {
        "tracker.problems": frozenset(),
        "tracker.period": frozenset(),
        "tracker.folding": frozenset(),
    }


def calls(tree: ast.AST) -> Iterator[str]:
    return (ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_only_the_command_line_prints() -> None:
    """Everything else returns values; what shapes a report is given a console and opens none."""
    opening = {"print", "Console", "rich.print", "console.Console"}
    writing = {"sys.stdout.write", "sys.stderr.write", "typer.echo"}
    offenders = {
        name: found
        for name, tree in modules().items()
        if not name.startswith(OWN_TERMINAL) and name != "tracker.__main__"
        if (found := sorted((opening | writing).intersection(calls(tree))))
    }
    assert offenders == {}


def test_what_writes_to_a_console_is_a_report() -> None:
    """`console.print` stands in the shapes of reports and in the commands, nowhere else."""
    writers = {name for name, tree in modules().items() if "console.print" in set(calls(tree))}
    assert {name for name in writers if not name.startswith((*GIVEN_A_CONSOLE, *OWN_TERMINAL))} == set()


@pytest.mark.parametrize("name", sorted(modules()))
def test_every_module_says_what_it_is(name: str) -> None:
    """A docstring of at least a few words, at the top."""
    said = ast.get_docstring(modules()[name])
    assert said, f"{name} has no docstring"
    assert len(said.split()) >= 4


def code_texts(tree: ast.AST) -> Iterator[str]:
    """The texts in code: all string constants but docstrings."""
    bare = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def test_no_code_knows_a_plan_by_its_name() -> None:
    """Adding a plan is adding one file: nothing outside `plans/` may ask which plan it is."""
    ids = set(shipped())
    assert ids
    knowing = {name: found for name, tree in modules().items() if (found := ids.intersection(code_texts(tree)))}
    assert knowing == {}


def test_no_code_names_a_target_of_a_plan_with_its_duties() -> None:
    """Duty codes (HN-…, BG-…) stand in the plan files only."""
    prefixes = ("HN-", "BG-", "NB-", "HBT-")
    knowing = {
        name: found
        for name, tree in modules().items()
        if (found := [text for text in code_texts(tree) if text.startswith(prefixes)])
    }
    assert knowing == {}


def loaded_after(*arguments: str) -> set[str]:
    """Top-level packages in memory after a command line, in a fresh interpreter."""
    return {name.partition(".")[0] for name in modules_after(*arguments)}


def modules_after(*arguments: str) -> set[str]:
    """Modules in memory after a command line, in a fresh interpreter."""
    script = (
        "import contextlib, io, sys\n"
        "from tracker.__main__ import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        f"    status = main({list(arguments)!r})\n"
        "print(status, *sorted(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=120)
    status, *names = done.stdout.split()
    assert status in ("0", "1", "2"), done.stderr
    return set(names)


def test_every_command_stands_in_the_list_of_what_it_loads() -> None:
    """A new command says what it costs."""
    named = {word for line in LOADED for word in line.split() if word in COMMANDS}
    assert named | {"demo"} == set(COMMANDS)  # demo is ingest, status and report, one after the other


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A store of one return, that return, and names for what the commands write."""
    folder = tmp_path_factory.mktemp("small")
    names = {name: str(folder / name) for name in ("DB", "FILE.csv", "OUT", "BOOK.xlsx", "WORD.docx", "COPY.db")}
    write_csv(Path(names["FILE.csv"]), "B01", [documents("00271", YES, 2018)])
    assert run("--db", names["DB"], "ingest", names["FILE.csv"], "--received", "2018-11-20").status == 0
    return names


@pytest.mark.parametrize("line", LOADED)
def test_a_command_loads_only_what_it_is_listed_with(line: str, small: Mapping[str, str]) -> None:
    """Nothing heavy is imported before it is needed; what is listed is a ceiling and is reached."""
    words = [small.get(word, word) for word in line.split()]
    assert loaded_after("--db", small["DB"], *words).intersection(HEAVY) == set(LOADED[line])


NOT_OURS: Mapping[str, tuple[str, ...]] = {
    "check FILE.csv": ("tracker.store", "tracker.facts", "tracker.explain", "tracker.template.book"),
    "ingest FILE.csv": ("tracker.facts", "tracker.scores", "tracker.explain", "tracker.report.outline"),
    "report --year 2018 --format json": ("tracker.explain", "tracker.signals", "tracker.report.outline"),
    "report --year 2018": ("tracker.explain", "tracker.report.html", "tracker.understand"),
    "status --year 2018": ("tracker.facts", "tracker.scores", "tracker.understand"),
}
"""Command lines, and modules of our own that are for others."""


@pytest.mark.parametrize("line", NOT_OURS)
def test_a_command_loads_nothing_of_ours_that_is_for_others(line: str, small: Mapping[str, str]) -> None:
    """What explains a figure is not paid for by a table, nor what scores by one who files."""
    words = [small.get(word, word) for word in line.split()]
    loaded = modules_after("--db", small["DB"], *words)
    assert loaded.isdisjoint(NOT_OURS[line])
    assert "tracker.messages" in loaded  # the names are those of modules


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("--lang", "en", "--help")])
def test_help_pays_for_no_heavy_import(arguments: tuple[str, ...]) -> None:
    """pandas, Pydantic and the readers are loaded by the commands that need them, when they run."""
    assert loaded_after(*arguments).intersection(HEAVY) == set()


def test_help_imports_no_command() -> None:
    """The list of commands knows their names and what they are for."""
    script = "import sys\nfrom tracker.__main__ import main\nmain(['--help'])\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    assert all(name in done.stdout for name in COMMANDS)
    assert {f"tracker.cli.{module}" for module, _ in COMMANDS.values()}.isdisjoint(done.stderr.split())


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_help_of_a_command_pays_for_nothing_heavy(command: str) -> None:
    """Nor does typer, which would read with Pydantic that help was asked for."""
    assert loaded_after(command, "--help").intersection(HEAVY) == set()
