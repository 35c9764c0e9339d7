"""`tracker demo`: the bundled returns through ingest, status and report, each step with the command that does it.

The samples are copied beside the store, so that whoever tries the tool can open, change and send them again. Which
plans and years are shown follows from what the samples hold.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.session import SESSION, Exit, console, note, screen
from tracker.messages import LANGUAGES, lang, say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from tracker.cli.outcomes import Outcome

SAMPLES, STORE, RETURNS, FAULTY = "sample_data", "tracker.db", "returns", "faulty"


def demo(folder: Path) -> Exit:
    """Fills a fresh store in `folder` and shows it. Raises TrackerError where a store already is."""
    samples = _prepare(folder)
    SESSION.db = str(folder / STORE)
    note(say("demo.copied", folder=samples))
    outcomes, status = _ingest(sorted(samples.glob(f"*/{RETURNS}")))
    for year in _years(outcomes):
        _status(year)
        _report(year)
    note("\n" + say("demo.tried", folder=samples))
    note(_command("check", samples / FAULTY, stored=False))
    return status


# --- the folder -------------------------------------------------------------------------------------------------


def _prepare(folder: Path) -> Path:
    """The samples, copied into `folder`; nothing is written where a store or a file is in the way."""
    if folder.exists() and not folder.is_dir():
        raise TrackerError("demo_not_a_folder", folder=str(folder))
    if (folder / STORE).exists():
        other = next(name for number in range(2, 10_000) if not (name := Path(f"{folder}-{number}")).exists())
        raise TrackerError("demo_has_store", folder=str(folder), store=STORE, other=str(other))
    bundled = _bundled()
    _copy(bundled, folder / SAMPLES)
    return folder / SAMPLES


def _bundled() -> Traversable:
    """The samples of the wheel, or those of the source tree where the tool is installed from it."""
    for place in (files("tracker") / SAMPLES, Path(__file__).resolve().parents[3] / SAMPLES):
        if place.is_dir():
            return place
    raise TrackerError("demo_no_samples")


def _copy(bundled: Traversable, folder: Path) -> None:
    """Returns and the README that explains them; the generator that stands beside them in the source tree stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in bundled.iterdir():
        if one.is_dir() and one.name != "__pycache__":
            _copy(one, folder / one.name)
        elif one.name.endswith((".xlsx", ".csv", ".md")):
            (folder / one.name).write_bytes(one.read_bytes())


# --- the steps --------------------------------------------------------------------------------------------------


def _ingest(folders: Sequence[Path]) -> tuple[list[Outcome], Exit]:
    from tracker.cli.ingest import ingest
    from tracker.report.problems import print_text

    _announce(say("demo.ingest"), "ingest", *folders)
    taken = ingest(folders, received=None, workers=os.cpu_count() or 1, replace=False, reason="")
    outcomes = list(taken)
    print_text(outcomes, screen(), stored=True)
    return outcomes, Exit.DATA if taken.faulty else Exit.GOOD


def _years(outcomes: Iterable[Outcome]) -> list[int]:
    """The years that the accepted returns end in."""
    ends = (one["period_to"] for outcome in outcomes for one in outcome.returns)
    return sorted({int(end[:4]) for end in ends if end})


def _status(year: int) -> None:
    from tracker.cli.status import filed, next_step, print_text

    _announce(say("demo.status", year=year), "status", "--year", year)
    found = filed(year=year, plans=[], known_on=None, district="")
    print_text(found, console(), known_on=None, all_names=False, after=next_step(found, year))


def _report(year: int) -> None:
    from tracker.cli.report import build
    from tracker.report.terminal import print_report

    _announce(say("demo.report", year=year), "report", "--year", year)
    report = build(year=year, plans=[], as_of=None, known_on=None, restricted=False)
    print_report(report, console())


def _announce(what: str, command: str, *arguments: object) -> None:
    """Says what comes next and which command line does it, after everything already on stdout."""
    sys.stdout.flush()
    note(f"\n{what}\n{_command(command, *arguments)}\n")
    sys.stderr.flush()


def _command(name: str, *arguments: object, stored: bool = True) -> str:
    """A command line that does the same when it is typed; quoted as the system's own shell wants it."""
    from shlex import join
    from subprocess import list2cmdline

    language = () if lang() == LANGUAGES[0] else ("--lang", lang())
    store = ("--db", SESSION.db) if stored else ()
    words = ["tracker", *language, *store, name, *map(str, arguments)]
    return "$ " + (list2cmdline(words) if os.name == "nt" else join(words))


# --- the command ------------------------------------------------------------------------------------------------


def demo_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("demo.help_folder"))] = Path("tracker-demo"),
) -> None:
    raise typer.Exit(demo(folder))


def register(app: typer.Typer) -> None:
    """Adds `demo` to the command line."""
    app.command("demo", help=say("cli.help_demo"))(demo_command)
