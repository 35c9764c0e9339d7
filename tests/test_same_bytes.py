"""The same store and arguments give the same bytes in every shape: again, in another process, in another place."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from shapes import PLANS, built, shaped
from tracker.cli.report import Format

DIGESTS = """
import hashlib, sys
from pathlib import Path
from shapes import PLANS, built, shaped
from tracker.cli.report import Format
for plan in PLANS:
    report = built(Path(sys.argv[1]), plan)
    for shape in Format:
        for language in ("vi", "en"):
            content = shaped(report, shape, language)
            data = content if isinstance(content, bytes) else content.encode()
            print(plan, shape.value, language, hashlib.sha256(data).hexdigest())
"""
"""Prints one line for each plan, shape and language."""


def digests(db: Path, **surroundings: str) -> list[str]:
    """What another process makes of the store."""
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), **surroundings}
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(db)], capture_output=True, check=True, text=True, timeout=900, env=here
    )
    return done.stdout.splitlines()


def ours(db: Path) -> list[str]:
    lines = []
    for plan in PLANS:
        for shape in Format:
            for language in ("vi", "en"):
                content = shaped(built(db, plan), shape, language)
                data = content if isinstance(content, bytes) else content.encode()
                lines.append(f"{plan} {shape.value} {language} {hashlib.sha256(data).hexdigest()}")
    return lines


def test_every_shape_has_the_same_bytes_in_another_process(sample_db: Path) -> None:
    """Whatever the order of sets, the clock's zone or the locale: table, JSON, CSV, Markdown, Excel, Word, HTML."""
    expected = ours(sample_db)
    assert len(expected) == len(PLANS) * len(Format) * 2
    assert digests(sample_db, PYTHONHASHSEED="1", TZ="Asia/Ho_Chi_Minh", LC_ALL="C") == expected
