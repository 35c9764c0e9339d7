"""Which files were sent and when: folders walked, receipt dates found. Reads names and `received.csv`, no return."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

RECEIVED = "received.csv"
_IGNORED = ("~$", ".", "Thumbs.db")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file to read: where it is, the name to show, and the day it came as far as `received.csv` says."""

    path: Path
    shown: str
    received_on: date | None


def arrivals(paths: Iterable[Path]) -> Iterator[Arrival]:
    """Every file of the paths, folders gone through in order; lock files, hidden files and received.csv left out.

    Links inside a folder are not followed out of it.
    """
    dates: dict[Path, dict[str, date]] = {}
    for given in paths:
        found = sorted(_walk(given)) if given.is_dir() else [given]
        for path in found:
            folder = path.parent
            if folder not in dates:
                dates[folder] = read_received(folder / RECEIVED)
            yield Arrival(path, path.as_posix(), dates[folder].get(_folded(path.name)))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(_IGNORED) or path.name.casefold() == RECEIVED:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def read_received(path: Path) -> dict[str, date]:
    """Receipt dates by folded file name; lines that cannot be read are left out, a missing file is empty."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        day = _day((row.get("received") or "").strip())
        if row.get("file") and day is not None:
            found[_folded(str(row["file"]).strip())] = day
    return found


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a calendar day has no zone
        except ValueError:
            continue
    return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", Path(name).name).casefold()
