"""Every command by its name: where it is, and what it is for in a line; it is imported when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from tracker.cli.usage import WrongUse, refuse, speak
from tracker.messages import say

if TYPE_CHECKING:
    Command = TyperCommand | TyperGroup

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("demo", "cli.help_demo"),
    "ingest": ("ingest", "cli.help_ingest"),
    "check": ("ingest", "cli.help_check"),
    "report": ("report", "cli.help_report"),
    "explain": ("explain", "cli.help_explain"),
    "status": ("status", "cli.help_status"),
    "chase": ("chase", "chase.help"),
    "compare": ("compare", "compare.help"),
    "template": ("template", "template.help"),
    "history": ("history", "history.help"),
    "verify": ("verify", "verify.help"),
    "withdraw": ("withdraw", "withdraw.help"),
    "export": ("export", "export.help"),
    "backup": ("backup", "backup.help"),
    "schemas": ("schemas", "cli.help_schemas"),
    "units": ("units", "units_help"),
    "plans": ("plans", "cli.help_plans"),
}
"""By name, in the order of the help: the module beside this one, and the key of the sentence that says what for."""

PLAIN: Mapping[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}


class Commands(TyperGroup):
    """The commands, of which only the one that is asked for is imported; their list needs none."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = _OnDemand()
        speak(self)

    def main(self, *args: Any, **more: Any) -> None:
        """Runs one command line and leaves with its exit status; wrong use is said in the reader's language."""
        try:
            status = super().main(*args, **{**more, "standalone_mode": False})
        except WrongUse as error:
            sys.stderr.write(refuse(error) + "\n")
            status = error.exit_code
        sys.exit(status if isinstance(status, int) else 0)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        loaded = self.commands
        self.commands = {name: TyperCommand(name, help=say(key)) for name, (_, key) in COMMANDS.items()}
        super().format_commands(ctx, formatter)
        self.commands = loaded


class _OnDemand(MutableMapping[str, Any]):
    """Commands by name, each made when it is first looked at."""

    def __init__(self) -> None:
        self._made: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._made:
            module, _ = COMMANDS[name]
            self._made[name] = _made(name, import_module(f"tracker.cli.{module}"))
        return self._made[name]

    def __setitem__(self, name: str, command: Command) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _made(name: str, module: Any) -> Any:
    """The command of a module that registers one, or several, or is a group of commands itself."""
    app = typer.Typer(**PLAIN)
    app.callback()(lambda: None)  # makes it a group however few they are
    if hasattr(module, "register"):
        module.register(app)
        app.registered_commands = [one for one in app.registered_commands if one.name == name]  # each takes its time
    else:
        app.add_typer(module.app, name=name)
    command = speak(typer.main.get_group(app).commands[name])
    for one in getattr(command, "commands", {}).values():
        speak(one)
    return command
