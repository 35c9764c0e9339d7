"""Zips as people and programs make them, byte by byte where zipfile would not."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

ENCRYPTED, UTF8 = 1, 0x800
LINK = stat.S_IFLNK | 0o777
PIPE = stat.S_IFIFO | 0o644


def zipped(files: Mapping[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as Python makes it: names in UTF-8, said so."""
    packed_into = io.BytesIO()
    with zipfile.ZipFile(packed_into, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed_into.getvalue()


def raw_zip(entries: Iterable[tuple[bytes, bytes]], *, flags: int = 0, mode: int = 0, extra: bytes = b"") -> bytes:
    """A zip of stored files under names of any bytes; `mode` is that of a Unix file, `extra` a field."""
    body, directory, at, number = b"", b"", 0, 0
    for name, content in entries:
        common = struct.pack(
            "<HHHHHIIIHH",
            *(20, flags, 0, 0, 0x21, zlib.crc32(content), len(content), len(content), len(name), len(extra)),
        )
        local = b"PK\x03\x04" + common + name + extra + content
        directory += b"PK\x01\x02\x14\x03" + common + struct.pack("<HHHII", 0, 0, 0, mode << 16, at) + name + extra
        body, at, number = body + local, at + len(local), number + 1
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, number, number, len(directory), len(body), 0)
    return body + directory + end


def unicode_path(name: str, plain: bytes) -> bytes:
    """The field that gives the name of an entry in UTF-8 beside its plain one."""
    said = b"\x01" + struct.pack("<I", zlib.crc32(plain)) + name.encode()
    return struct.pack("<HH", 0x7075, len(said)) + said
