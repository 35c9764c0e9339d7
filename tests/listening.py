"""What a process sends to the store that it has opened, heard at the door to the drivers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tracker.store_engine import Connection, Engine

Hears = Callable[[str], object]


def _nobody(_: str) -> None:
    pass


@contextmanager
def listening(*, before: Hears = _nobody, after: Hears = _nobody) -> Iterator[None]:
    """Calls these with each statement of this process meanwhile, before it is sent and after it is answered."""

    def heard(door: Callable[..., Any]) -> Callable[..., Any]:
        def pass_by(self: Any, statement: str, *rest: Any) -> Any:
            before(statement)
            answer = door(self, statement, *rest)
            after(statement)
            return answer

        return pass_by

    def heard_commit(door: Callable[..., Any]) -> Callable[..., Any]:
        return lambda engine, connection: heard(lambda *_: door(engine, connection))(None, "COMMIT")

    with pytest.MonkeyPatch.context() as patch:
        for kind in Connection.__subclasses__():
            for name in ("cursor", "write"):
                patch.setattr(kind, name, heard(getattr(kind, name)))
        patch.setattr(Engine, "commit", heard_commit(Engine.commit))
        yield


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent meanwhile."""
    sent: list[str] = []
    with listening(before=sent.append):
        yield sent
