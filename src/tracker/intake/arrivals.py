"""Which files were sent and when: folders walked, receipt dates found. Reads names and `received.csv`, no return."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from tracker.intake.content import Member, Place, content_of
from tracker.intake.grid import Unreadable
from tracker.returns import Enclosed

RECEIVED = "received.csv"
_IGNORED = ("~$", ".", "Thumbs.db", "__MACOSX", "desktop.ini")
_NOTE, _LIST = ".ghi-chu.txt", re.compile(r"_danh-sach(?: \(\d+\))?\.xlsx")  # what lies beside marked copies
SENT = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".zip"})


class Arrival(NamedTuple):
    """A file to read: where it is, the name to show, and the day it came as far as `received.csv` says."""

    place: Place
    shown: str
    received_on: date | None


Dates = tuple[Path, Mapping[str, date]]
"""A folder, and the days that its `received.csv` gives to files."""

Lists = tuple[list[Dates], Iterator[Dates]]
"""Those that bear on the files of one folder, the nearest first: already read, and not yet."""

BadLine = Callable[[Path, int], object]
"""Told of a `received.csv` and the number of a line in it that gives no file a day."""


def arrivals(paths: Iterable[Path], bad_line: BadLine = lambda path, number: None) -> Iterator[Arrival]:
    """Every file of the paths, folders gone through in order; lock files, hidden files and received.csv left out.

    A path given is followed where it leads. What is found in a folder and is no file (a link, a pipe, an empty folder
    named like a workbook) is listed too, so that its reader says so.
    """
    dates: dict[Path, Mapping[str, date]] = {}
    for given in paths:
        near: str | None = None  # the folder of the file before
        lists: Lists = ([], iter(()))
        itself = str(given)
        found = _walk(itself) if given.is_dir() else iter([itself])
        for path in _or_itself(found, itself):
            place = str(_led_to(given)) if path is itself else path
            folder, _ = os.path.split(path)
            if near is None or folder != near:
                near, lists = folder, ([], _lists(Path(path), given, dates, bad_line))
            yield Arrival(place, shown(path), _day(path, lists))


def inside(archive: Arrival, enclosed: Iterable[Enclosed]) -> list[Arrival]:
    """The files of an archive as if they lay in a folder of its name; its own day is theirs where none is given."""
    assert isinstance(archive.place, str)
    return [
        Arrival(Member(archive.place, one.way), f"{archive.shown}/{one.name}", one.received_on or archive.received_on)
        for one in enclosed
    ]


def shown(path: str) -> str:
    """The path as text that can be printed and stored: bytes that are no UTF-8 become U+FFFD."""
    path = path.replace(os.sep, "/")
    try:
        path.encode()
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return path


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is a program's, or our own list or note, and nobody's return."""
    return name.startswith(_IGNORED) or name.endswith(_NOTE) or _LIST.fullmatch(name) is not None


def _or_itself(found: Iterator[str], given: str) -> Iterator[str]:
    """What was found under a path; the path itself where that is nothing and it is named like a return."""
    first = next(found, None)
    if first is not None:
        return chain([first], found)
    return iter([given] * _looks_sent(given))


def _looks_sent(path: str) -> bool:
    return Path(path).suffix.lower() in SENT


def _led_to(path: Path) -> Path:
    """Where a link leads; the link itself when it leads nowhere."""
    try:
        return path.resolve(strict=True) if path.is_symlink() else path
    except (OSError, RuntimeError):
        return path


def _walk(folder: str) -> Iterator[str]:
    """Every file under a folder in order, and every folder that cannot be looked into or is empty and named like a
    return. One folder is listed at a time, so that a nation's files need no more memory than those of a district; and
    paths are text, since to make a Path takes longer than to open the file."""
    waiting = [(folder, True)]
    while waiting:
        here, is_folder = waiting.pop()
        if not is_folder:
            yield here
            continue
        try:
            with os.scandir(here) as entries:
                names = sorted((one.name, _is_folder(one)) for one in entries)
        except OSError:
            yield here
            continue
        within = "" if here == os.curdir else here  # as a Path has it: "a.xlsx", not "./a.xlsx"
        wanted = [(os.path.join(within, name), inner) for name, inner in names if not _is_no_return(name)]  # noqa: PTH118
        waiting.extend(reversed(wanted))
        if not names and here is not folder and _looks_sent(here):
            yield here


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A folder of its own; a link to one is a link, and its reader says so."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_no_return(name: str) -> bool:
    return is_ignored(name) or name.casefold() == RECEIVED


# --- received.csv -----------------------------------------------------------------------------------------------


def _day(path: str, lists: Lists) -> date | None:
    """The day that the nearest of these lists says; one further off is read only when it comes to that."""
    for folder, days in _each(*lists):
        day = days.get(_folded(Path(path).relative_to(folder).as_posix()))
        if day is not None:
            return day
    return None


def _each(read: list[Dates], unread: Iterator[Dates]) -> Iterator[Dates]:
    yield from tuple(read)
    for one in unread:
        read.append(one)
        yield one


def _lists(path: Path, given: Path, dates: dict[Path, Mapping[str, date]], bad_line: BadLine) -> Iterator[Dates]:
    """Each received.csv that says anything, from the file's own folder up to the one given."""
    for folder in path.parents:
        if folder not in dates:
            dates[folder] = read_received(_list_in(folder), bad_line)
        if dates[folder]:
            yield folder, dates[folder]
        if folder == given or path == given:
            return


def _list_in(folder: Path) -> Path:
    """Where a folder's `received.csv` is, in whatever case its name is written."""
    exact = folder / RECEIVED
    if not os.path.lexists(exact):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            return min((Path(one.path) for one in entries if one.name.casefold() == RECEIVED), default=exact)
    return exact


def read_received(path: Path, bad_line: BadLine = lambda path, number: None) -> dict[str, date]:
    """Receipt dates by folded name, relative to the folder; empty when there is no such file or none can be read."""
    try:
        return dates_of(content_of(path), lambda number: bad_line(path, number))
    except Unreadable as cause:
        if cause.facts.get("reason") != "vanished":
            bad_line(path, 1)
        return {}


def dates_of(data: bytes, bad_line: Callable[[int], object] = lambda number: None) -> dict[str, date]:
    """The same from the bytes of such a file; `bad_line` hears of each line that cannot be read, the heading too."""
    text = data.decode("utf-8-sig", "replace").replace("\0", "")
    separator = ";" if ";" in text.partition("\n")[0] else ","
    found: dict[str, date] = {}
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        if not {"file", "received"} <= set(rows.fieldnames or ()):
            bad_line(1)
            return found
        for row in rows:
            name, day = (row["file"] or "").strip(), _date((row["received"] or "").strip())
            if name and day is not None:
                found[_folded(name.replace("\\", "/").removeprefix("./"))] = day
            elif any(row.values()):
                bad_line(rows.line_num)
    except csv.Error:
        bad_line(rows.line_num)
    return found


def _date(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a calendar day has no zone
        except ValueError:
            continue
    return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
