"""A zip of returns as the folder it was packed from: which files it holds, what they are called, when they came.

Names are only names: nothing is written to disk, and a path that climbs or is absolute leads nowhere. A zip in a zip
is gone into once; one in that is left as the file it is. Other kinds of archives are not opened.
"""

from __future__ import annotations

import struct
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

from tracker.intake import guard, tcvn3
from tracker.intake.arrivals import RECEIVED, dates_of, is_ignored
from tracker.intake.content import entry_content, open_zip
from tracker.intake.grid import Unreadable
from tracker.intake.kind import Kind, kind_of
from tracker.intake.syllable import likeness, marked_words
from tracker.returns import Enclosed

DEEPEST = 2  # zips in each other
_UNICODE_PATH = 0x7075  # a field that Info-ZIP and WinRAR add to an entry whose name is not plain
_UTF8 = 0x800


BadLine = Callable[[str, int], object]
"""Told of a `received.csv` in a zip and the number of a line in it that gives no file a day."""


def listed(data: bytes, bad_line: BadLine = lambda name, number: None) -> tuple[Enclosed, ...]:
    """The files in a zip in the order of their names, lock files and the like left out.

    Raises Unreadable: malformed, file_too_large, or not_a_spreadsheet (empty_archive) when there are none.
    """
    try:
        found = tuple(sorted(_listed(data, _Budget(), bad_line), key=lambda one: one.name))
    except guard.ZIP_DAMAGE as cause:
        raise guard.damaged() from cause
    if not found:
        raise Unreadable("not_a_spreadsheet", kind="empty_archive")
    return found


class _Budget:
    """What all archives in one file may hold together."""

    def __init__(self) -> None:
        self.entries = self.bytes = 0

    def take(self, entries: list[zipfile.ZipInfo]) -> None:
        self.entries += len(entries)
        self.bytes += sum(entry.file_size for entry in entries)
        if self.entries > guard.ENTRY_LIMIT:
            raise guard.too_large("entries", guard.ENTRY_LIMIT)
        if self.bytes > guard.ARCHIVE_LIMIT:
            raise guard.too_large("unpacked", guard.ARCHIVE_LIMIT)


def _listed(
    data: bytes, budget: _Budget, bad_line: BadLine, way: tuple[tuple[int, str], ...] = (), folder: str = ""
) -> Iterator[Enclosed]:
    archive = open_zip(data)
    budget.take(archive.infolist())
    names = {number: name_of(entry) for number, entry in enumerate(archive.infolist()) if not entry.is_dir()}
    received = _received(archive, names, lambda name, number: bad_line(folder + name, number))
    for number, name in names.items():
        if any(map(is_ignored, name.split("/"))) or _last(name).casefold() == RECEIVED:
            continue
        here = (*way, (number, archive.infolist()[number].filename))
        inside = _zip_inside(archive, number) if len(here) < DEEPEST else b""
        if inside:
            yield from _listed(inside, budget, bad_line, here, f"{folder}{name}/")
        else:
            yield Enclosed(folder + name, here, _day(received, name))


def _zip_inside(archive: zipfile.ZipFile, number: int) -> bytes:
    """The bytes of an entry that is itself a zip of files that can be listed; b"" for any other."""
    entry = archive.infolist()[number]
    try:
        with archive.open(entry) as file:
            if file.read(2) != b"PK":
                return b""
        data = entry_content(archive, number, entry.filename)
        return data if kind_of(data) is Kind.ZIP and open_zip(data).infolist() else b""
    except (Unreadable, *guard.ZIP_DAMAGE, RuntimeError):
        return b""  # its own reading will say what is wrong with it


# --- when -------------------------------------------------------------------------------------------------------


def _received(archive: zipfile.ZipFile, names: Mapping[int, str], bad_line: BadLine) -> dict[str, dict[str, date]]:
    """Days of receipt by folder of the zip and by name within that folder, from each received.csv."""
    found = {}
    for number, name in names.items():
        if _last(name).casefold() == RECEIVED:
            try:
                data = entry_content(archive, number, archive.infolist()[number].filename)
            except Unreadable:
                bad_line(name, 1)
                continue
            found[name[: -len(_last(name))]] = dates_of(data, partial(bad_line, name))
    return found


def _day(received: Mapping[str, Mapping[str, date]], name: str) -> date | None:
    """The day that the nearest received.csv above a file says."""
    folder = name[: -len(_last(name))]
    while True:
        day = received.get(folder, {}).get(unicodedata.normalize("NFC", name[len(folder) :]).casefold())
        if day is not None or not folder:
            return day
        folder = folder[: folder[:-1].rfind("/") + 1]


# --- names ------------------------------------------------------------------------------------------------------


def name_of(entry: zipfile.ZipInfo) -> str:
    """The path of an entry as people wrote it: in NFC, forward slashes, without what climbs or begins at a root."""
    steps = _readable(entry).replace("\\", "/").split("/")
    kept = [step for step in steps if step not in ("", ".", "..")]
    return "/".join(kept) or "?"


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _readable(entry: zipfile.ZipInfo) -> str:
    if said := _unicode_path(entry.extra):
        return unicodedata.normalize("NFC", said)
    if entry.filename.isascii():
        return entry.filename
    if entry.flag_bits & _UTF8:
        return repaired(entry.filename)
    return decoded(entry.orig_filename.encode("cp437", "replace"))


def _unicode_path(extra: bytes) -> str:
    """The name in UTF-8 that some programs write beside the plain one; "" when there is none."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and extra[at + 4 : at + 5] == b"\x01":
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return ""


def decoded(raw: bytes) -> str:
    """A name from bytes of an encoding that nobody noted: UTF-8, else what reads best."""
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    readings = [
        unicodedata.normalize("NFC", raw.decode("cp1258", "replace")),
        tcvn3.decode(raw),
        raw.decode("cp437"),
    ]
    return max(readings, key=_fitness)


def repaired(name: str) -> str:
    """A name whose UTF-8 was taken for an older code page, "B├ío c├ío.xlsx", put right; any other only in NFC."""
    for codec in ("cp437", "cp1252", "latin-1"):
        try:
            restored = name.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if _fitness(restored) >= _fitness(name):
            return unicodedata.normalize("NFC", restored)
    return unicodedata.normalize("NFC", name)


def _fitness(name: str) -> tuple[float, int]:
    """How well a name reads: the share of its marked words that are syllables, then how few other symbols it has."""
    words = name.replace("_", " ")
    odd = sum(not (c.isascii() or c.isalpha()) for c in unicodedata.normalize("NFC", name))
    return likeness(words) if marked_words(words) else 0.5, -odd
