"""`tracker backup`: a copy of the whole store, in a file or on a server, while others use it."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.session import SESSION, out
from tracker.messages import grouped, say


def backup(place: str) -> str:
    """Copies the store and says what was done. Raises TrackerError where something is already."""
    from tracker.store_copy import back_up

    with SESSION.reading() as store:
        shown = back_up(store, place)
        files = grouped(len(store.hashes()))
    return say("backup.carried" if "://" in place else "backup.done", path=shown, files=files)


def backup_command(place: Annotated[str, typer.Argument(help=say("backup.help_place"))]) -> None:
    out(backup(place))


def register(app: typer.Typer) -> None:
    """Adds `backup` to the command line."""
    app.command("backup", help=say("backup.help"))(backup_command)
