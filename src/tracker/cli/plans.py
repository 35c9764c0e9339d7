"""`tracker plans`: the shipped plans, listed and shown; a plan file checked."""

from __future__ import annotations

import typer

from tracker.messages import say

app = typer.Typer(help=say("cli.help_plans"), no_args_is_help=True)


@app.command("list")
def list_() -> None:
    from tracker.cli.session import out
    from tracker.plans import shipped

    out("\n".join(shipped()))


@app.command("show")
def show(name: str) -> None:
    from tracker.cli.session import out
    from tracker.plans import load

    out(load(name).title.vi)
