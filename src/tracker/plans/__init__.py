"""The plans that the tool ships, one TOML file each; a plan of one's own is a path to such a file."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.problems import TrackerError
from tracker.schedule import Schedule, schedule_of

if TYPE_CHECKING:
    from tracker.plan import Plan

FOLDER = Path(__file__).parent


def shipped() -> tuple[str, ...]:
    """The ids of the shipped plans, in order."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@cache
def schedules() -> tuple[Schedule, ...]:
    """The tables of returns of the shipped plans, in their order."""
    texts = ((FOLDER / f"{name}.toml").read_text(encoding="utf-8") for name in shipped())
    return tuple(schedule_of(tomllib.loads(text)) for text in texts)


@cache
def load(name: str) -> Plan:
    """A shipped plan by its id, or a plan file by its path. Raises TrackerError for neither and for a faulty one."""
    from tracker.plan import Plan

    if name in shipped():
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        return Plan.model_validate(tomllib.loads(text))
    if name.endswith(".toml") and Path(name).is_file():
        return _of_file(name)
    raise TrackerError("unknown_plan", found=name, known=", ".join(shipped()))


def _of_file(path: str) -> Plan:
    """A plan file that has no fault; the first one is said, `tracker plans check` says them all."""
    from tracker.messages import say
    from tracker.plan import Plan
    from tracker.plan_check import faults

    content = Path(path).read_bytes()
    for where, key, facts in faults(content):
        said = say(f"plan_fault.{key}", **facts).removesuffix(".")  # it stands inside a sentence
        raise TrackerError("plan_invalid", path=path, why=f"{where}: {said}" if where else said)
    return Plan.model_validate(tomllib.loads(content.decode("utf-8-sig")))
