"""The plans that the tool ships, one TOML file each; a plan of one's own is a path to such a file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from tracker.plan import Plan
from tracker.problems import TrackerError


def shipped() -> tuple[str, ...]:
    """The ids of the shipped plans, in order."""
    return tuple(
        sorted(file.name.removesuffix(".toml") for file in files(__name__).iterdir() if file.name.endswith(".toml"))
    )


@cache
def load(name: str) -> Plan:
    """A shipped plan by its id, or a plan file by its path. Raises TrackerError for neither and for a faulty one."""
    if name in shipped():
        text = (files(__name__) / f"{name}.toml").read_text(encoding="utf-8")
    elif name.endswith(".toml") and Path(name).is_file():
        text = Path(name).read_text(encoding="utf-8-sig")
    else:
        raise TrackerError("unknown_plan", found=name, known=", ".join(shipped()))
    try:
        return Plan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TrackerError("plan_invalid", path=name, why=str(error)) from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise TrackerError("plan_invalid", path=name, why=_first_fault(error)) from error


def _first_fault(error: ValidationError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return str(error)
    fault = error.errors()[0]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault["loc"]).lstrip(".")
    return f"{where}: {fault['msg']}"
