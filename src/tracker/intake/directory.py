"""What the directory of a zip lists. Office programs write it plainly, and then it is read here, in a fifth of the
time that `zipfile` takes; whatever is unusual about it is left to that.

Says nothing of what the entries hold, nor whether they may be unpacked.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import NamedTuple

END = b"PK\x05\x06"  # of the directory, the last thing in a zip
_ENTRY = b"PK\x01\x02"
_LARGE = b"PK\x06\x07"  # stands before the end where the directory is that of a zip64
_AT_END = struct.Struct("<4s8xIIH")
_LISTED = struct.Struct("<4s2xBxHH4xIIIHHH8xI")
_NEWEST = 63  # version that is needed to unpack an entry, as far as `zipfile` knows any


class Entry(NamedTuple):
    """One entry: its name with forward slashes, where it stands, and how it is packed."""

    name: str
    offset: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int


def entries_of(data: bytes) -> list[Entry]:
    """The entries of a zip in their order. Raises what `zipfile` does of a damaged one."""
    plain = _plainly_listed(data)
    if plain:
        return plain
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [
            Entry(
                _slashed(one.filename),
                one.header_offset,
                one.flag_bits,
                one.compress_type,
                one.CRC,
                one.compress_size,
                one.file_size,
            )
            for one in archive.infolist()
        ]


def _plainly_listed(data: bytes) -> list[Entry]:
    """The same of a directory without comments, fields of programs and names beyond ASCII; empty for any other."""
    end = len(data) - _AT_END.size
    if end < 0:
        return []
    mark, size, at, comment = _AT_END.unpack_from(data, end)
    if mark != END or comment or at + size != end or data.startswith(_LARGE, max(end - 20, 0)):
        return []
    found = []
    while at + _LISTED.size <= end:
        mark, version, *how, length, extra, comment, offset = _LISTED.unpack_from(data, at)
        at += _LISTED.size + length
        name = data[at - length : at]
        if mark != _ENTRY or extra or comment or version > _NEWEST or not name.isascii() or b"\x00" in name:
            return []
        found.append(Entry(_slashed(name.decode("ascii")), offset, *how))
    return found if at == end else []


def _slashed(name: str) -> str:
    return name.replace("\\", "/")  # as some programs of Windows write it
