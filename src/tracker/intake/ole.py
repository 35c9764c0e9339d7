"""The compound file (OLE2) that .xls, .doc and encrypted workbooks are wrapped in: its streams by name.

Reads what is needed to tell such files apart and to look at a workbook's records; knows no storages. Writes only the
smallest file around one stream.
"""

from __future__ import annotations

import struct
from array import array

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_END = 0xFFFFFFFA  # this and above: end of chain, free, table
_ENTRY = 128


class OleFile:
    """Streams by lower-case name. Raises ValueError when the tables of the file make no sense."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER or not data.startswith(SIGNATURE):
            raise ValueError("no compound file")
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("odd sectors")
        self._data, self._sector, self._mini = data, 1 << shift, 1 << mini_shift
        directory, self._cutoff, minifat = struct.unpack_from("<I4xII", data, 48)
        self._fat = self._table(self._fat_sectors())
        self._minifat = self._table(self._chain(minifat, self._fat))
        self._entries = dict(self._walk(self._read(directory)))
        self._ministream: bytes | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """The bytes of one stream, shorter than announced when the file was cut off."""
        start, size = self._entries[name]
        if size >= self._cutoff:
            return self._read(start)[:size]
        if self._ministream is None:
            self._ministream = self._read(self._entries.get("root entry", (_END, 0))[0])
        small, mini = self._ministream, self._mini
        return b"".join(small[at * mini : (at + 1) * mini] for at in self._chain(start, self._minifat))[:size]

    def _fat_sectors(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        further, seen = struct.unpack_from("<I", self._data, 68)[0], set[int]()
        while further < _END and further not in seen:
            seen.add(further)
            words = self._words(further)
            sectors += words[:-1]
            further = words[-1] if words else _END
        return [sector for sector in sectors if sector < _END]

    def _table(self, sectors: list[int]) -> array[int]:
        words = array("I")
        for sector in sectors[: len(self._data) // self._sector + 1]:
            words.extend(self._words(sector))
        return words

    def _words(self, sector: int) -> tuple[int, ...]:
        block = self._block(sector)
        return struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])

    def _block(self, sector: int) -> bytes:
        at = (sector + 1) * self._sector
        return self._data[at : at + self._sector]

    def _chain(self, start: int, table: array[int]) -> list[int]:
        chain, sector = [], start
        while sector < len(table):
            chain.append(sector)
            if len(chain) > len(table):
                raise ValueError("endless chain")
            sector = table[sector]
        return chain

    def _read(self, start: int) -> bytes:
        return b"".join(map(self._block, self._chain(start, self._fat)))

    def _walk(self, directory: bytes) -> list[tuple[str, tuple[int, int]]]:
        entries = []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            if kind in (2, 5) and 2 <= length <= 64:
                name = directory[at : at + length - 2].decode("utf-16-le", "replace").lower()
                start, size = struct.unpack_from("<II", directory, at + 116)
                entries.append((name, (start, size)))
        if not entries:
            raise ValueError("no directory")
        return entries[::-1]  # the first of a name wins


_WIDE_SECTOR = 4096  # one table sector then serves 4 MiB, and the header lists enough of them for any size let in
_FREE, _CHAIN_END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def wrap(name: str, stream: bytes) -> bytes:
    """A compound file that holds nothing but `stream`: what was looked at is what the next reader sees."""
    sectors = max(-(-len(stream) // _WIDE_SECTOR), 1)
    tables = -(-(sectors + 2) // (_WIDE_SECTOR // 4 - 1))
    small, first = tables + 1, tables + 2  # the tables, the directory, an empty sector of small streams, the stream
    words = [_TABLE] * tables + [_CHAIN_END, _CHAIN_END, *range(first + 1, first + sectors), _CHAIN_END]
    words += [_FREE] * (tables * (_WIDE_SECTOR // 4) - len(words))
    header = SIGNATURE + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, 12, 6)
    header += struct.pack("<9I", 1, tables, tables, 0, _WIDE_SECTOR, _CHAIN_END, 0, _CHAIN_END, 0)
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    root = _entry("Root Entry", 5, small, _WIDE_SECTOR, child=1)
    directory = root + _entry(name, 2, first, sectors * _WIDE_SECTOR)
    parts = (header, struct.pack(f"<{len(words)}I", *words), directory, b"\0", stream)
    return b"".join(part.ljust(-(-len(part) // _WIDE_SECTOR) * _WIDE_SECTOR, b"\0") for part in parts)


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    encoded = name.encode("utf-16-le")
    links = struct.pack("<HBBIII", len(encoded) + 2, kind, 1, _FREE, _FREE, child)
    return encoded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
