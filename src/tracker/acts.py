"""The vocabulary of the audit: who runs a command, what was done before, what people decided, when files came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

REPLACE, WITHDRAW, RESTORE = "replace", "withdraw", "restore"
"""What a person may decide about a filing: it counts against others, it does not count, it may count again."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who runs which command; what it is about goes into `said` before the command writes for the first time."""

    by: str
    command: str
    said: dict[str, Any] = field(default_factory=dict)


class Act(NamedTuple):
    """A command that wrote something: who, when (UTC), with which version of the tool, and what it was about."""

    id: int
    made_at: datetime
    made_by: str
    tool: str
    command: str
    said: Mapping[str, Any]


class Decision(NamedTuple):
    """A person's word about a filing; `act_id` is None where a store of version 1 kept no acts."""

    id: int
    filing_id: int
    action: str
    reason: str
    made_at: datetime
    made_by: str
    act_id: int | None


class Arrival(NamedTuple):
    """A file that came: its hash, the name it had, the day, and the act that took it in (None as above)."""

    sha256: str
    name: str
    received_on: date
    act_id: int | None
