"""What all commands share: where the store is, how things are printed, how days are read from options."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.messages import say
from tracker.problems import TrackerError

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.report.problems import Screen
    from tracker.store import Store

WIDTH = 100  # columns where there is no terminal to ask


class Exit(IntEnum):
    """Exit status of every command (section 2 of the contract)."""

    GOOD = 0
    DATA = 1
    USAGE = 2
    ENVIRONMENT = 3


SELDOM = (1_000_000, 50, 1_000)
"""How often Python looks for what is used no more: what a command has read it uses to its end, and there is much."""


@dataclass
class Session:
    """The options that stand before the command."""

    db: str = ""
    by: str = ""
    command: str = ""
    at_end: Callable[[Callable[[], None]], object] = lambda close: None

    def store_place(self) -> str:
        return self.db or os.environ.get("TRACKER_DB", "") or "tracker.db"

    def store(self, *, must_exist: bool = False) -> Store:
        """Opens the store, for whoever runs this command, at whose end it is closed however that ends.

        Raises TrackerError when it must exist and does not.
        """
        from tracker.acts import Acting
        from tracker.store import Store

        acting = Acting(self.by or system_user(), self.command)
        store = Store(self.store_place(), acting, make=not must_exist)
        self.at_end(store.close)
        if store.put_by:
            note(say("backup.brought_up_to_date", path=store.file, copy=store.put_by))
        return store

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The store that must exist, in the state that it is in now, whatever others write meanwhile."""
        gc.set_threshold(*SELDOM)  # to the end of the command: to go back would be to look through all that was read
        store = self.store(must_exist=True)
        with store.snapshot():
            yield store


SESSION = Session()


def system_user() -> str:
    """Who is at the keyboard, as the system knows them."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a number without a name, as in a container
        return str(getattr(os, "getuid", lambda: "?")())


def console(*, errors: bool = False) -> Console:
    """Rich on stdout, or stderr; as wide as the terminal, or WIDTH columns elsewhere."""
    from rich.console import Console

    stream = sys.stderr if errors else sys.stdout
    width = None if stream.isatty() else WIDTH
    return Console(file=stream, width=width, highlight=False, soft_wrap=False, emoji=False, markup=False)


def screen() -> Screen:
    """Stdout for lines of text: in colour where rich may find that it has any, else plain, which costs nothing."""
    from tracker.cli.screen import Coloured, Plain

    may_be_coloured = sys.stdout.isatty() or "FORCE_COLOR" in os.environ or "TTY_COMPATIBLE" in os.environ
    return Coloured(console()) if may_be_coloured else Plain(sys.stdout, WIDTH)


def out(text: str, *, end: str = "\n") -> None:
    """Writes to stdout as it is: JSON, CSV, Markdown. What does not end in `end` gets it."""
    sys.stdout.write(text if text.endswith(end) else text + end)


def note(text: str) -> None:
    """Progress and notes go to stderr."""
    sys.stderr.write(text + "\n")


def day_of(text: str | None) -> date | None:
    """A day given as 2020-11-28 or 28/11/2020. Raises TrackerError for anything else."""
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  # a calendar day has no zone
        except ValueError:
            continue
    raise TrackerError("bad_date", found=text)


def json_text(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=1)


def before(
    context: typer.Context,
    lang: Annotated[str, typer.Option(help=say("cli.help_lang"), envvar="TRACKER_LANG")] = "vi",
    db: Annotated[str, typer.Option(help=say("cli.help_db"), envvar="TRACKER_DB")] = "",
    by: Annotated[str, typer.Option(help=say("cli.help_by"), envvar="TRACKER_BY")] = "",
    debug: Annotated[bool, typer.Option("--debug", help=say("cli.help_debug"))] = False,
) -> None:
    """The options before the command; --lang and --debug are acted on before typer reads them."""
    SESSION.db, SESSION.by, SESSION.command = db, by.strip(), context.invoked_subcommand or ""
    SESSION.at_end = context.call_on_close
