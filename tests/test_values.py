"""Plain values of options are read as typer reads them, without Pydantic; anything else is typer's own business."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer
from typer import _coercion

from tracker.cli.commands import COMMANDS, Commands
from tracker.cli.values import Plain

WORDS = (
    None,
    "\udcff",  # a byte that is no UTF-8
    "",
    " ",
    "abc",
    "12",
    "-3",
    "0",
    "+5",
    "007",
    "1_0",
    "١٢",
    "9" * 30,
    "1.5",
    "text",
    "TEXT",
    "json",
    "x y",
)
"""What may stand after an option, right and wrong."""


def parameters() -> Iterator[tuple[Any, Any]]:
    """Every parameter of every command, with what it is asked in."""
    for name in COMMANDS:
        command = Commands(name="tracker").commands[name]
        for one in (command, *getattr(command, "commands", {}).values()):
            context = typer.Context(one)
            yield from ((parameter, context) for parameter in one.get_params(context))


def outcome(read: Callable[[], Any]) -> Any:
    """What was read with its type, or what was said of it."""
    try:
        value = read()
    except typer.BadParameter as error:
        return type(error), str(error)
    return type(value), value


def test_every_parameter_reads_every_word_as_typer_does(tmp_path: Path) -> None:
    """Values and refusals are the same, whichever of the two reads."""
    seen = 0
    for parameter, context in parameters():
        typers = _coercion.build_runtime_param(parameter.type_descriptor)
        several = parameter.multiple or parameter.nargs == -1
        default = parameter.get_default(context)
        for word in (*WORDS, str(tmp_path), str(tmp_path / "none"), default):
            value = (word, "12") if several and isinstance(word, str) else word
            ours = outcome(lambda: Plain(parameter).coerce(value, param=parameter, ctx=context))  # noqa: B023
            theirs = outcome(lambda: typers.coerce(value, param=parameter, ctx=context))  # noqa: B023
            assert ours == theirs, (parameter.name, value)
            seen += 1
    assert seen > 1000


def test_what_is_read_in_another_way_is_left_alone() -> None:
    """A parameter of a typer that keeps none of what we know has nothing written on it."""
    from tracker.cli.values import read_plainly

    class Other:
        __slots__ = ()

    read_plainly([Other()])
