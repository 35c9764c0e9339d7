"""The bytes of one file that arrived: on disk, or inside a zip, which is never unpacked to disk.

Reads a file once and whole, follows no link, and knows nothing of what the bytes are.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tracker.intake import guard
from tracker.intake.grid import Unreadable

# A FIFO without a writer must not block, a child process must not inherit the file, and a link may lead anywhere.
# Windows has no such flags.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)
_REASONS = {errno.ENOENT: "vanished", errno.ENOTDIR: "vanished", errno.ELOOP: "link", errno.ENXIO: "not_regular"}
_PLAIN_FILE = frozenset({0, stat.S_IFREG})  # 0: the system that packed it knows no kinds of files


class Member(NamedTuple):
    """A file in a zip on disk: number and name, in its directory, of each entry on the way to it; the last is it."""

    archive: str | Path
    way: tuple[tuple[int, str], ...]


Place: TypeAlias = str | Path | Member
"""Where a file is: its path, as text where there are very many, or its way into a zip."""


class Carried(NamedTuple):
    """A file that has been read from its place, whole: its name and bytes. `on_disk` says that it was no member."""

    name: str
    data: bytes
    on_disk: bool


def name_of(place: Place) -> str:
    """The name of the file itself."""
    return place.way[-1][1].rpartition("/")[2] if isinstance(place, Member) else os.path.basename(place)  # noqa: PTH119


def content_of(place: Place) -> bytes:
    """All bytes of a regular file, at most one more than FILE_LIMIT.

    Raises Unreadable: unreadable_file with reason vanished, not_regular, link, no_permission, io or malformed;
    of a file in a zip, encrypted_file and file_too_large, too.
    """
    return _of_member(place) if isinstance(place, Member) else _of_file(place)


# --- on disk ----------------------------------------------------------------------------------------------------


def _of_file(path: str | Path) -> bytes:
    try:
        descriptor = os.open(path, _FLAGS)
    except PermissionError as cause:  # what Windows says of any folder
        is_folder = Path(path).is_dir() and os.access(path, os.R_OK)
        raise guard.damaged("not_regular" if is_folder else "no_permission") from cause
    except OSError as cause:
        raise guard.damaged(_REASONS.get(cause.errno or 0, "io")) from cause
    except ValueError as cause:  # a NUL in the name
        raise guard.damaged("io") from cause
    try:
        return _whole(descriptor)
    except OSError as cause:
        raise guard.damaged("io") from cause
    finally:
        os.close(descriptor)


def _whole(descriptor: int) -> bytes:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise guard.damaged("not_regular")
    most = guard.FILE_LIMIT + 1
    # Memory is set aside for as much as is asked for: the size says how much that is, unless the file grows.
    data = os.read(descriptor, min(found.st_size + 1, most))
    if len(data) == found.st_size:
        return data
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return data + file.read(most - len(data))


# --- in a zip ---------------------------------------------------------------------------------------------------


def _of_member(member: Member) -> bytes:
    try:
        found = os.stat(member.archive)  # noqa: PTH116  # it may be text
    except OSError as cause:
        raise guard.damaged("vanished") from cause
    identity = (found.st_ino, found.st_size, found.st_mtime_ns)
    return entry_content(_opened(member.archive, identity, member.way[:-1]), *member.way[-1])


@lru_cache(maxsize=2)
def _opened(path: str | Path, identity: tuple[int, ...], way: tuple[tuple[int, str], ...]) -> zipfile.ZipFile:
    """The zip at the end of the way, kept for its other entries; `identity` tells versions of the file apart."""
    data = entry_content(_opened(path, identity, way[:-1]), *way[-1]) if way else _of_file(path)
    return open_zip(data)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """A zip in memory. Raises Unreadable: malformed; file_too_large for a directory of too many entries."""
    if data.count(b"PK\x01\x02") > guard.ENTRY_LIMIT * 2:  # a directory that long takes too long to read
        raise guard.too_large("entries", guard.ENTRY_LIMIT)
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except guard.ZIP_DAMAGE as cause:
        raise guard.damaged() from cause


def entry_content(archive: zipfile.ZipFile, number: int, name: str) -> bytes:
    """The bytes of one entry. Raises Unreadable as `content_of` does."""
    entries = archive.infolist()
    if number >= len(entries) or entries[number].filename != name:
        raise guard.damaged("vanished")  # the zip is another one than was listed
    entry = entries[number]
    if stat.S_IFMT(entry.external_attr >> 16) not in _PLAIN_FILE:
        raise guard.damaged("link" if stat.S_ISLNK(entry.external_attr >> 16) else "not_regular")
    if entry.flag_bits & 1:
        raise Unreadable("encrypted_file", kind="zip")
    if entry.file_size > guard.FILE_LIMIT:
        raise guard.too_large("file", guard.FILE_LIMIT)
    if entry.compress_type not in guard.METHODS:
        raise guard.damaged()
    try:
        return archive.read(entry)
    except (*guard.ZIP_DAMAGE, RuntimeError) as cause:
        raise guard.damaged() from cause
