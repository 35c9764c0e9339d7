"""What a file is, told by its bytes alone: its name and extension say what somebody hoped for.

Does not say whether the file is whole or safe to open.
"""

from __future__ import annotations

import re
import struct
from enum import StrEnum

from tracker.intake import biff, ole


class Kind(StrEnum):
    EMPTY = "empty"
    XLSX = "xlsx"  # .xlsm too
    XLS = "xls"
    ODS = "ods"
    FLAT_ODS = "flat ods"  # .fods: the same in one XML file
    HTML = "html"
    SPREADSHEETML = "spreadsheetml"
    TEXT = "text"
    ENCRYPTED_XLSX = "encrypted xlsx"  # or any other Office file of the same sort: its inside cannot be seen
    ENCRYPTED_XLS = "encrypted xls"
    XLSB = "xlsb"
    DOCX = "docx"
    DOC = "doc"
    PPTX = "pptx"
    PPT = "ppt"
    OPENDOCUMENT = "opendocument"  # a text or slides, not a spreadsheet
    OLE = "ole"
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    GZIP = "gzip"
    PDF = "pdf"
    RTF = "rtf"
    MHTML = "mhtml"
    XML = "xml"
    IMAGE = "image"
    UNKNOWN = "unknown"


_MAGIC = {
    b"Rar!\x1a\x07": Kind.RAR,
    b"7z\xbc\xaf\x27\x1c": Kind.SEVEN_ZIP,
    b"\x1f\x8b": Kind.GZIP,
    b"%PDF-": Kind.PDF,
    b"{\\rtf": Kind.RTF,
    b"MIME-Version:": Kind.MHTML,
    b"\x89PNG": Kind.IMAGE,
    b"\xff\xd8\xff": Kind.IMAGE,
    b"GIF8": Kind.IMAGE,
    b"II*\x00": Kind.IMAGE,
    b"MM\x00*": Kind.IMAGE,
    b"BM": Kind.IMAGE,
}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif"})
_UNICODE_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|style|title|tr|center|font)\b", re.IGNORECASE)
_SPREADSHEETML = b"urn:schemas-microsoft-com:office:spreadsheet"
_CONTROL = bytes(set(range(32)) - set(b"\t\n\x0b\r\x0c\x1a\x00"))  # Word's line break pastes as \x0b
_SAMPLE = 65_536
_OPENING = 4_096
# Shares of bytes that no text of an office reaches, and that a damaged one may hold a few of.
_MOST_CONTROL = 0.005
_MOST_NUL = 0.2


def kind_of(data: bytes) -> Kind:
    """The kind of a whole file. Of the first bytes of one, what they show: directories may stand at the end."""
    said = data.strip(b"\x00\t\n\r \x1a")
    if said in _UNICODE_MARKS:  # an empty sheet that was saved as text
        return Kind.EMPTY
    if not said:
        return Kind.UNKNOWN if b"\x00" in data else Kind.EMPTY
    if data[:2] == b"PK" and data[2:4] in (b"\x03\x04", b"\x05\x06"):
        return _kind_of_zip(data)
    if data.startswith(ole.SIGNATURE):
        return _kind_of_ole(data)
    for magic, kind in _MAGIC.items():
        if data.startswith(magic) and not (magic == b"BM" and _is_text(data)):  # a CSV may begin so
            return kind
    if (data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return Kind.IMAGE
    return _kind_of_text(data)


def _kind_of_zip(data: bytes) -> Kind:
    if b"mimetype" in data[:64] and b"application/vnd.oasis.opendocument." in data[:256]:
        return Kind.ODS if b"opendocument.spreadsheet" in data[:256] else Kind.OPENDOCUMENT
    names = _zip_directory(data).replace(b"\\", b"/")  # some programs of Windows write its own slashes
    for name, kind in (
        (b"word/document", Kind.DOCX),
        (b"ppt/presentation", Kind.PPTX),
        (b"xl/workbook.bin", Kind.XLSB),
        (b"xl/workbook.xml", Kind.XLSX),
    ):
        if _names_part(names, name) if names else name in data:
            return kind
    if not names:
        return Kind.XLSX  # cut off before anything told; the reader will say that it is damaged
    if _names_part(names, b"content.xml") and _names_part(names, b"META-INF/manifest.xml"):
        return Kind.ODS
    if not any(_names_part(names, name) for name in _PACKAGES):
        return Kind.ZIP
    return Kind.XLSX if _names_part(names, b"xl/") else Kind.UNKNOWN


def _names_part(directory: bytes, name: bytes) -> bool:
    """Whether a zip's directory names a file that begins so: "keyword/document" is not "word/document"."""
    at = directory.find(name)
    while at >= 0:
        entry = at - _DIRECTORY_ENTRY
        if entry >= 0 and directory[entry : entry + 4] == b"PK\x01\x02":
            return True
        at = directory.find(name, at + 1)
    return False


_PACKAGES = (b"[Content_Types].xml", b"_rels/.rels", b"mimetype", b"META-INF/", b"Index/", b"xl/worksheets/")
"""Parts that only a program writes: a document, not an archive that a person packed, though it may be damaged."""

_DIRECTORY_ENTRY = 46  # bytes of an entry before its name


def _zip_directory(data: bytes) -> bytes:
    """The bytes that hold the names of a zip's files; b"" when they were cut off.

    They stand before the end record, also where bytes lost in the middle make the place noted there wrong.
    """
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 20 > len(data):
        return b""
    size, start = struct.unpack_from("<II", data, end + 12)
    before = data[max(end - size, 0) : end]
    return before if before.startswith(b"PK\x01\x02") else data[start : start + size] or b"PK"


def _kind_of_ole(data: bytes) -> Kind:
    try:
        streams = ole.OleFile(data)
        for name in biff.STREAMS:
            if name in streams:
                return Kind.ENCRYPTED_XLS if biff.is_encrypted(streams.read(name)) else Kind.XLS
    except (ValueError, struct.error):  # a damaged .xls still deserves to be called one
        return Kind.XLS if "Workbook".encode("utf-16-le") in data else Kind.OLE
    for name, kind in (
        ("encryptedpackage", Kind.ENCRYPTED_XLSX),
        ("worddocument", Kind.DOC),
        ("powerpoint document", Kind.PPT),
    ):
        if name in streams:
            return kind
    return Kind.OLE


def _kind_of_text(data: bytes) -> Kind:
    if not _is_text(data):
        return Kind.UNKNOWN
    opening = data[:_OPENING].replace(b"\x00", b"")  # UTF-16 markup reads like ASCII without its NULs
    for mark in _UNICODE_MARKS:
        opening = opening.removeprefix(mark)
    opening = opening.lstrip()
    if not opening.startswith(b"<"):
        return Kind.TEXT
    if opening.startswith(b"<?xml") or _SPREADSHEETML in opening:
        if _SPREADSHEETML in opening and b"Workbook" in opening:
            return Kind.SPREADSHEETML
        if b"<office:document" in opening and b'opendocument.spreadsheet"' in opening:
            return Kind.FLAT_ODS
        return Kind.HTML if _HTML.search(opening) else Kind.XML
    return Kind.HTML if _HTML.search(opening) else Kind.TEXT


def _is_text(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    if sample.startswith(_UNICODE_MARKS) or wide_codec(sample):
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return controls <= _MOST_CONTROL * len(sample) and sample.count(0) <= _MOST_NUL * len(sample)


def wide_codec(data: bytes) -> str:
    """The codec of UTF-16 text without a byte order mark, told by where its NULs stand; "" for anything else."""
    sample = data[:_OPENING]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if pairs >= 2 and odd > 0.3 * pairs and even <= 0.02 * pairs:
        return "utf-16-le"
    if pairs >= 2 and even > 0.3 * pairs and odd <= 0.02 * pairs:
        return "utf-16-be"
    return ""
