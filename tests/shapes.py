"""A report of the samples in every shape: built once for a plan, said in a language; and its JSON to hold it to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tracker.cli.report import Format, build, in_shape
from tracker.cli.session import SESSION
from tracker.messages import speaking
from tracker.report.content import Report, as_json

PLANS = {
    "ha-noi-2018-2020": 2020,
    "hai-ba-trung-2019": 2019,
    "bac-giang-2024": 2024,
    "ninh-binh-2021": 2021,
}
BOTH = [(plan, language) for plan in PLANS for language in ("vi", "en")]


@cache
def built(db: Path, plan: str) -> Report:
    """The report of one plan in the year of its samples."""
    SESSION.db = str(db)
    return build(year=PLANS[plan], plans=[plan], as_of=None, known_on=None, restricted=False)


def shaped(report: Report, shape: Format, language: str) -> str | bytes:
    with speaking(language):
        return in_shape(report, shape)


def told(report: Report, language: str) -> Any:
    """The one plan of the JSON report."""
    with speaking(language):
        [plan] = as_json(report, version="0", language=language)["plans"]
    return plan


def targets(plan: Any) -> Iterator[tuple[Any, Any]]:
    """Every target and part of the JSON with a target's id, in the order of the report."""
    for target in plan["targets"]:
        yield from ((target, one) for one in (target, *target.get("parts", ())))


def cut(share: str) -> int | None:
    """ "7496/10000" in thousandths, cut: 749."""
    numerator, denominator = map(int, share.split("/"))
    return numerator * 1000 // denominator


def members(package: bytes) -> dict[str, bytes]:
    """Every file of an office package, also of those inside it."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        for name in file.namelist():
            content = file.read(name)
            found[name] = content
            if name.endswith(".xlsx"):
                found |= {f"{name}!{inner}": text for inner, text in members(content).items()}
    return found
