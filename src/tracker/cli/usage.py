"""What the command line library says of itself, help and wrong use, in the reader's language.

The library has these words in English only. Its help goes through one formatter, its errors through one class; what
is not known here, as after an update of the library, stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from tracker.cli.values import read_plainly
from tracker.messages import say

WrongUse: Any = typer.BadParameter.__base__
"""What every error of usage is: of the library's own kind, whichever class it is called from."""

SECTIONS: Mapping[str, str] = {"Arguments": "arguments", "Options": "options", "Commands": "commands"}
_HELP_OF_HELP = "Show this message and exit."
_BESIDE = r"(default: |env var: |required(?=[\];]))"
"""What stands in brackets after the help of an option."""

_SAID = (
    (r"No such command '(?P<found>.*?)'(?:\. Did you mean (?P<near>.+)\?|\.)", "no_such_command"),
    (r"Got unexpected extra argument\w*(?:\(s\))? \((?P<found>.*)\)", "too_many_arguments"),
    (r"Missing command\.", "missing_command"),
    (r"Option '(?P<found>.*)' requires an? argument\.", "option_without_value"),
    (r"Option '(?P<found>.*)' does not take a value\.", "option_with_value"),
)
"""Errors that have no class of their own, by what they say."""


_Page: Any = typer.Context.formatter_class


class Help(_Page):  # type: ignore[misc,valid-type,unused-ignore]  # the library has it under no name of its own
    """The library's help page with our words for its own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{say('usage.usage')} ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(say(f"usage.{SECTIONS[name]}") if name in SECTIONS else name):
            yield

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().write_dl([(left, _in_words(right)) for left, right in rows], *args, **more)


class Spoken(typer.Context):
    """What a command runs in; its help is ours, and so is how its plain values are read."""

    formatter_class = Help

    def __init__(self, command: Any, *args: Any, **more: Any) -> None:
        super().__init__(command, *args, **more)
        read_plainly(command.get_params(self))


def speak(command: Any) -> Any:
    """The command with help in the reader's language."""
    command.context_class = Spoken
    command.options_metavar = say("usage.some_options")
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = say("usage.some_command")
    return command


def _in_words(text: str) -> str:
    if text == _HELP_OF_HELP:
        return say("usage.help_of_help")
    said, bracket, beside = text.rpartition("  [")
    if not bracket and not text.startswith("["):
        return text
    return said + bracket + re.sub(_BESIDE, lambda found: say(f"usage.{_key(found[1])}"), beside)


def _key(word: str) -> str:
    return word.strip(": ").replace(" ", "_")


# --- wrong use --------------------------------------------------------------------------------------------------


def refuse(error: Any) -> str:
    """What an error of usage says: how the command is called, what was wrong, where help is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    lines = [say("usage.error", said=_wrong(error))]
    if error.ctx is not None:
        lines = [error.ctx.get_usage(), say("usage.try", command=error.ctx.command_path), "", *lines]
    return "\n".join(lines)


def _wrong(error: Any) -> str:
    """By the class of the error; of one that has none of its own by what it says."""
    kind = type(error).__name__
    if kind in ("MissingParameter", "BadParameter") and error.param is not None:
        return say(f"usage.{kind}", what=_shown(error.param, error.ctx))
    if kind == "NoSuchOption":
        said = say("usage.NoSuchOption", found=error.option_name)
        return _before(error) or said + _near(", ".join(error.possibilities or ()))
    for pattern, key in _SAID:
        if found := re.fullmatch(pattern, error.format_message()):
            facts = found.groupdict()
            return say(f"usage.{key}", **facts) + _near((facts.get("near") or "").replace("'", ""))
    return str(error.format_message())


def _before(error: Any) -> str:
    """Where an option belongs that all commands share; "" for any other."""
    if error.ctx is None or not any(error.option_name in one.opts for one in error.ctx.find_root().command.params):
        return ""
    _, _, command = error.ctx.command_path.partition(" ")
    return say("usage.before_command", found=error.option_name, command=command)


def _near(names: str) -> str:
    return f" {say('usage.near', known=names)}" if names else ""


def _shown(parameter: Any, context: Any) -> str:
    """A parameter as its help shows it, with the values that it takes."""
    record = parameter.get_help_record(context) if context is not None else None
    return str(record[0] if record else parameter.get_error_hint())
