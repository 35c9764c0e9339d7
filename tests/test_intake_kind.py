"""Kinds of file are told by their bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from tracker.intake.kind import Kind, kind_of


def zip_of(*names: str, **contents: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, b"<x/>")
        for name, content in contents.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", Kind.EMPTY),
        (b" \r\n\t", Kind.EMPTY),
        (b"\xef\xbb\xbf\r\n", Kind.EMPTY),
        (b"\xff\xfe\r\0\n\0", Kind.EMPTY),
        (b"\x00" * 2_000, Kind.UNKNOWN),
        (b"%PDF-1.7\n%\xe2\xe3", Kind.PDF),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Kind.IMAGE),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", Kind.IMAGE),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", Kind.IMAGE),
        (b"Rar!\x1a\x07\x01\x00", Kind.RAR),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", Kind.SEVEN_ZIP),
        (b"{\\rtf1\\ansi", Kind.RTF),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * 600, Kind.OLE),
        (bytes(range(256)) * 8, Kind.UNKNOWN),
        (b"<html><body><table></table></body></html>", Kind.HTML),
        (b"\xef\xbb\xbf\r\n<TABLE border=1>", Kind.HTML),
        (b"<?xml version='1.0'?><html xmlns='x'>", Kind.HTML),
        (b"<?xml version='1.0'?><note/>", Kind.XML),
        (
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            Kind.SPREADSHEETML,
        ),
        ("Mã đơn vị,Từ ngày\n00292,1\n".encode(), Kind.TEXT),
        ("Mã đơn vị\tTừ ngày\r\n".encode("utf-16"), Kind.TEXT),
        ("Mã đơn vị\tTừ ngày\r\n".encode("utf-16-le"), Kind.TEXT),
        (b"BM,1,2\n", Kind.TEXT),
        (b"a,b\x00c,d,e,f\n", Kind.TEXT),
    ],
)
def test_kind_is_told_from_the_first_bytes(data: bytes, kind: Kind) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "xl/workbook.xml"], Kind.XLSX),
        (["xl/workbook.xml", "word/document.xml"], Kind.DOCX),
        (["[Content_Types].xml", "xl/workbook.bin"], Kind.XLSB),
        (["ppt/presentation.xml"], Kind.PPTX),
        (["META-INF/manifest.xml", "content.xml"], Kind.ODS),
        (["a.xlsx", "b.xlsx"], Kind.ZIP),
        ([], Kind.ZIP),
    ],
)
def test_zip_is_told_apart_by_the_names_in_it(names: list[str], kind: Kind) -> None:
    assert kind_of(zip_of(*names)) is kind


def test_zip_that_holds_a_stored_workbook_is_an_archive() -> None:
    """The names within the inner workbook do not count."""
    assert kind_of(zip_of(**{"return.xlsx": zip_of("xl/workbook.xml")})) is Kind.ZIP


def test_cut_off_workbook_is_still_called_a_workbook() -> None:
    assert kind_of(zip_of("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml")[:150]) is Kind.XLSX


def test_opendocument_text_is_no_spreadsheet() -> None:
    assert kind_of(zip_of(mimetype=b"application/vnd.oasis.opendocument.text")) is Kind.OPENDOCUMENT
    assert kind_of(zip_of(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")) is Kind.ODS
