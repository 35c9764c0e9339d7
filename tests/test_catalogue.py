"""The page of problems is what the codes and the sentences say today."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.messages import UNKNOWN, catalogue, lang, speaking
from tracker.problems import CODES
from tracker.report.catalogue import page

COMMAND = "-m tracker.report.catalogue"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "danh-muc-loi.md"


def test_the_page_is_up_to_date() -> None:
    """A code or a sentence that changed must change it."""
    remedy = f"make it anew: python {COMMAND} docs/{PAGE.name}"
    assert PAGE.read_text(encoding="utf-8") == page(), remedy


def test_the_command_that_the_test_names_makes_the_page(tmp_path: Path) -> None:
    """Byte for byte, in whatever language the user speaks."""
    command = [sys.executable, *COMMAND.split(), str(tmp_path / "page.md")]
    subprocess.run(command, check=True, timeout=60, env={"TRACKER_LANG": "en", "PATH": ""})
    assert (tmp_path / "page.md").read_bytes() == PAGE.read_bytes()


def test_every_code_stands_on_it_once() -> None:
    assert sorted(re.findall(r"^### `(\w+)`$", page(), re.MULTILINE)) == sorted(CODES)


def entries() -> dict[str, str]:
    return {part.partition("`")[0]: part for part in page().split("\n### `")[1:]}


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_an_example_in_both_languages_with_nothing_left_open(code: str) -> None:
    """A message of a code and of each of its reasons, its remedy after it."""
    sentences = {key for key in catalogue("vi") if re.fullmatch(rf"problem\.{code}\.(?:\w+\.)?message", key)}
    entry = entries()[code]
    assert entry.count(" → ") == 2 * len(sentences)
    assert not re.search(r"[{}]", entry)
    if code != "period_invalid":  # a date that cannot be read is printed as …
        assert UNKNOWN not in entry


def test_speaking_leaves_the_language_as_it_was() -> None:
    before = lang()
    with speaking("en"):
        assert lang() == "en"
    assert lang() == before
