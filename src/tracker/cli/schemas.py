"""`tracker schemas`: the JSON Schemas of forms and reports, held against a folder or written into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.session import Exit, out
from tracker.messages import say

DEFAULT = Path("schemas")


def schemas_command(
    write: Annotated[bool, typer.Option("--write", help=say("schemas_page.help_write"))] = False,
    folder: Annotated[Path, typer.Option("--out", help=say("schemas_page.help_out"))] = DEFAULT,
) -> None:
    from tracker import schema

    if write:
        written = schema.write(folder)
        out(say("schemas_page.written", n=len(written), folder=folder))
        return
    if folder == DEFAULT and not folder.is_dir():
        folder = schema.shipped()
    stale = schema.stale(folder)
    for name in stale:
        out(say("schemas_page.stale", path=folder / name))
    if stale:
        out(say("schemas_page.next_write", folder=folder))
        raise typer.Exit(Exit.DATA)
    out(say("schemas_page.fresh", n=len(schema.texts()), folder=folder))


def register(app: typer.Typer) -> None:
    """Adds `schemas` to the command line."""
    app.command("schemas", help=say("cli.help_schemas"))(schemas_command)
