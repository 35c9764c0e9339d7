"""The directory of a zip, however it is written, is what `zipfile` finds in it."""

from __future__ import annotations

import io
import zipfile

import pytest

from tracker.intake.directory import Entry, entries_of


def archive(*names: str, comment: bytes = b"", of_entry: bytes = b"", extra: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.comment = comment
        for name in names:
            info = zipfile.ZipInfo(name)
            info.comment, info.extra = of_entry, extra
            new.writestr(info, name * 9, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def as_zipfile_says(data: bytes) -> list[Entry]:
    said = zipfile.ZipFile(io.BytesIO(data)).infolist()
    return [
        Entry(e.filename, e.header_offset, e.flag_bits, e.compress_type, e.CRC, e.compress_size, e.file_size)
        for e in said
    ]


@pytest.mark.parametrize(
    "data",
    [
        archive("xl/workbook.xml", "xl/styles.xml"),
        archive(),
        archive("a.xml", comment=b"packed by hand"),
        archive("a.xml", "b.xml", of_entry=b"a note"),
        archive("a.xml", extra=b"\x99\x99\x02\x00ab"),
        archive("xl/Biểu 01.xml"),
        b"a program before it" + archive("a.xml", "b.xml"),
        archive("a.xml") + b"\x00\x00",
    ],
)
def test_entries_are_those_of_zipfile(data: bytes) -> None:
    """Plain directories are read here and odd ones by zipfile, and nobody can tell which."""
    assert entries_of(data) == as_zipfile_says(data)


def test_a_directory_that_lost_an_entry_is_damaged() -> None:
    """Where the entries are not as long as the end says, zipfile is asked, and refuses."""
    data = archive("a.xml", "b.xml")
    at = data.rfind(b"PK\x01\x02")
    with pytest.raises(zipfile.BadZipFile):
        entries_of(data[:at] + b"XX" + data[at + 2 :])


def test_slashes_of_windows_are_turned() -> None:
    """Some programs write their folders with backslashes."""
    data = archive("xl/sheet1.xml").replace(b"xl/sheet1.xml", b"xl\\sheet1.xml")
    assert entries_of(data)[0].name == "xl/sheet1.xml"
