"""Every one of the 88 kinds of mess has a treatment and a test that shows it; the table is `kinds_of_mess.toml`."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent
TABLE: dict[str, dict[str, Any]] = tomllib.loads((TESTS / "kinds_of_mess.toml").read_text(encoding="utf-8"))["kinds"]
KINDS = range(1, 89)
TREATMENTS = {
    "fixed",  # read as what was meant, noted where a figure was touched
    "accepted",  # read with a warning
    "refused",  # the cell, row, part, form, return or file, with what to do
    "quarantined",
    "ignored",  # says nothing, by design
}


@cache
def known_tests() -> frozenset[str]:
    """Every test as module::name."""
    return frozenset(
        f"{path.stem}::{node.name}"
        for path in TESTS.glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_the_table_has_every_kind_once_and_in_order() -> None:
    assert [int(number) for number in TABLE] == list(KINDS)


@pytest.mark.parametrize("number", [str(number) for number in KINDS])
def test_a_kind_says_what_it_is_what_is_done_and_which_tests_show_it(number: str) -> None:
    """The name of a test that was renamed or moved is found here."""
    kind = TABLE[number]
    assert set(kind) == {"what", "treatment", "tests"}
    assert kind["what"].strip()
    assert kind["treatment"] in TREATMENTS
    assert kind["tests"]
    gone = set(kind["tests"]) - known_tests()
    moved = {name: [one for one in known_tests() if one.endswith(f"::{name.partition('::')[2]}")] for name in gone}
    assert moved == {}


def test_no_two_kinds_are_described_alike() -> None:
    assert len({kind["what"] for kind in TABLE.values()}) == len(TABLE)
