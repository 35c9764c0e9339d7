"""What options and arguments say, where that is plain: a text, a path, a number, one of a few words.

Typer reads every value, even none, with Pydantic, whose import takes longer than most commands. What is plain is read
here as typer reads it; anything else, and whatever is wrong, typer reads itself and says what it says. A file that
may not be read is no wrong use, as it is for typer: whoever reads it says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

UNREAD = object()


class Plain:
    """How the value of one parameter is read: here where it is plain, else by `typers`, which is asked only then."""

    def __init__(self, parameter: Any) -> None:
        self._typers = parameter.get_runtime_param
        self._kind, self._info = parameter.type_descriptor.annotation, parameter.type_descriptor.parameter_info

    def coerce(self, value: Any, *, param: Any, ctx: Any) -> Any:
        said = self._read(value, several=param.multiple or param.nargs == -1)
        if said is not UNREAD:
            return said
        param._runtime_param = None
        return self._typers().coerce(value, param=param, ctx=ctx)

    def _read(self, value: Any, *, several: bool) -> Any:
        if value is None:
            return () if several else None
        if get_origin(self._kind) is not list:
            return self._one(self._kind, value)
        kinds = get_args(self._kind)
        read = [self._one(kinds[0], one) for one in value] if isinstance(value, (list, tuple)) else [UNREAD]
        return UNREAD if UNREAD in read else read

    def _one(self, kind: Any, value: Any) -> Any:
        if kind is str and isinstance(value, str):
            return value
        if kind is Path and isinstance(value, str):
            return Path(value) if self._is_plain_path() else UNREAD
        if kind is int:
            return self._number(value)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return next((one for one in kind if value is one or value == one.value), UNREAD)
        return UNREAD

    def _number(self, value: Any) -> Any:
        said = str(value)
        plain = type(value) in (int, str) and said.isascii() and said.isdecimal() and len(said) < 10
        number = int(said) if plain else 0
        below = self._info.min is not None and number < self._info.min
        above = self._info.max is not None and number > self._info.max
        return UNREAD if not plain or below or above else number

    def _is_plain_path(self) -> bool:
        """Whether nothing is asked of the path but that what lies there can be read."""
        info = self._info
        asked = info.exists or info.writable or info.resolve_path or info.allow_dash or info.path_type
        return not asked and bool(info.file_okay and info.dir_okay)


def read_plainly(parameters: Iterable[Any]) -> None:
    """Has parameters read as above; one that this version of typer keeps in another way is left as it is."""
    for parameter in parameters:
        info = getattr(getattr(parameter, "type_descriptor", None), "parameter_info", None)
        if info is not None and info.parser is None and getattr(parameter, "_runtime_param", UNREAD) is None:
            parameter._runtime_param = Plain(parameter)
