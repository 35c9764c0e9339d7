"""The samples with one planted fault each come back with exactly that fault, and the clean ones with none.

    python tests/test_faulty_samples.py CHECK_REPORT.json

holds a check report of `sample_data/faulty`, as `tracker check --format json` prints it, against the manifest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Run

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"
MANIFEST = SAMPLES / "faulty.json"
KEYS = ("code", "severity", "scope", "form", "sheet", "cell")

Found = Mapping[str, tuple[str, list[Any]]]
"""File name to its status and its problems."""


def of(files: Iterable[Mapping[str, Any]], name: str) -> Found:
    """Manifest and report in the same shape."""
    return {
        Path(file[name]).name: (file["status"], [{key: one[key] for key in KEYS} for one in file["problems"]])
        for file in files
    }


def expected() -> Found:
    return of(json.loads(MANIFEST.read_text(encoding="utf-8")), "file")


@pytest.fixture(scope="module")
def checked(tracker: Callable[..., Run]) -> Run:
    """The folder of faults, checked once."""
    return tracker("check", SAMPLES / "faulty", "--format", "json")


def test_a_folder_with_faults_fails_the_check(checked: Run) -> None:
    """Exit status 1: the data has problems."""
    assert checked.status == 1


@pytest.mark.parametrize("name", sorted(expected()))
def test_each_faulty_sample_has_exactly_its_planted_fault(checked: Run, name: str) -> None:
    """Its status, and the code, gravity, scope and cell of its one problem; nothing more."""
    assert of(checked.json()["files"], "path")[name] == expected()[name]


def test_beside_the_clean_returns_no_sample_has_another_fault(
    sample_db: Path, tracker: Callable[..., Run], tmp_path: Path
) -> None:
    """Taken into the store of the demonstration: the lists and last year's returns give no second one."""
    db = tmp_path / "store.db"
    db.write_bytes(sample_db.read_bytes())
    done = tracker("--db", db, "ingest", SAMPLES / "faulty", "--format", "json")
    assert of(done.json()["files"], "path") == expected()


def test_every_faulty_sample_was_looked_at(checked: Run) -> None:
    """No file of the folder is passed over, and none comes from elsewhere."""
    assert set(of(checked.json()["files"], "path")) == set(expected())


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in SAMPLES.glob("*/returns")))
def test_the_clean_samples_pass_the_check(tracker: Callable[..., Run], folder: str) -> None:
    """Exit status 0 and not one error; a sender who lays a form out like this is never bothered."""
    done = tracker("check", SAMPLES / folder / "returns", "--format", "json")
    summary = done.json()["summary"]
    assert (done.status, summary["problems"]["error"]) == (0, 0)
    assert summary["files"] == summary["accepted"] > 0


def main(path: str) -> int:
    """0 when a check report has exactly the planted faults; else 1 and the differences."""
    wanted = expected()
    found = of(json.loads(Path(path).read_text(encoding="utf-8-sig"))["files"], "path")
    differing = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
    for name in differing:
        sys.stderr.write(f"{name}\n  planted: {wanted.get(name)}\n  found:   {found.get(name)}\n")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
