"""What a workbook may weigh, checked before any reader opens it: a bomb or a trap must not cost the whole run.

calamine allocates the rectangle from the first value of a sheet to its last; values in A1 and XFD1048576 make it
abort the interpreter, which nothing can catch. It believes the count that a table of shared strings announces, too.
Hence: unpack here, look, and hand on a fresh zip of exactly what was looked at.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers import expat

from tracker.intake.directory import END, Entry, entries_of
from tracker.intake.grid import At, Sheet, Unreadable
from tracker.intake.remembered import remembered

try:
    from isal import isal_zlib
except ImportError:  # not every kind of machine has it
    _LIBRARIES: tuple[Any, ...] = (zlib,)
else:
    _LIBRARIES = (isal_zlib, zlib)
"""What inflates, the fastest first: in half the time of zlib, which has the last word on what is damaged."""

MIB = 1 << 20
FILE_LIMIT = 64 * MIB  # a return is some 30 KB; scans pasted into one make 20 MB
UNPACKED_LIMIT = 256 * MIB  # a million written cells are some 40 MB of XML
RATIO_LIMIT = 400  # a million rows with nothing but a format pack 1:16; only a bomb packs like this
RATIO_FROM = 16 * MIB  # below this any ratio is harmless
ENTRY_LIMIT = 10_000  # parts of one zip; a workbook has dozens, a province's archive of returns some hundreds
ARCHIVE_LIMIT = 512 * MIB  # all files of an archive together, those of archives in it included; one at a time is held
CELL_LIMIT = 2_000_000  # rectangles of all sheets together: some 300 MB while read; the largest return has 50,000
COLUMNS = 16_384  # of one sheet, as Excel has them: A to XFD
CELL_TEXT_LIMIT = 32_767  # characters of one cell, as Excel has it
TEXT_LIMIT = 64 * MIB  # of all cells, shared strings counted once for every cell that shows them

ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError)
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# Parts without cells of a sheet: what people look at, notes, copies of other data. Some are not even in UTF-8, such
# as the queries of Power Query in customXml.
_NO_CELLS = re.compile(
    r"(?:docProps|customXml|customUI|xl/(?:media|drawings|charts|theme|printerSettings|embeddings|comments|persons"
    r"|threadedComments|tables|queryTables|pivotCache|pivotTables|externalLinks|richData))/|xl/comments[0-9]*\.xml",
    re.IGNORECASE,
)
_XML = (".xml", ".rels")
_REPEATED = ("[content_types].xml", "_rels/.rels", "/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml")
_SMALL = 64 * 1024

# Places are looked for in a shadow of the sheet: every letter as A, every digit as 0, every quote as ".
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHADOW = bytes.maketrans(_LETTERS + b"0123456789'", b"A" * 52 + b"0" * 10 + b'"')
_BEYOND_Z, _BEYOND_ZZ = re.compile(rb'"AA+0'), re.compile(rb'"AAA+0')
# A <c> tag as every common writer makes it, and those of them that something stands in.
_PLAIN = rb'<c r="%s%s"(?: [a-qs-z]+="[^"<>]*")*'
_ODD_CELL = re.compile(rb"<c(?!" + _PLAIN[2:] % (rb"[A-Z]{1,3}", rb"[0-9]{1,7}") + rb" ?/?>|[A-Za-z])")
_FILLED_COLUMN = re.compile(_PLAIN % (rb"([A-Z]{1,3})", rb"[0-9]{1,7}") + rb" ?>(?!</c>)")
_FILLED_ROW = re.compile(_PLAIN % (rb"[A-Z]{1,3}", rb"([0-9]{1,7})") + rb" ?>(?!</c>)")
# Short needles are found in a third of the time that `in` takes.
_PREFIXED = re.compile(rb":c")
_DECLARED = re.compile(rb"!(?<=<!)")  # a comment, CDATA, a DTD
# Any cell that is not written in the plainest way, with a place within A1:Z999: ordinary sheets hold none.
_TAG_END = rb'(?:/>|>| t="[a-z]">| />)'  # each way written out: an expression is quicker at that than at "perhaps"
_FAR_CELL = re.compile(rb'<c(?! r="[A-Z][0-9]{1,3}+"(?: s="[0-9]++"' + _TAG_END + rb"|" + _TAG_END + rb")|[A-Za-z])")
_UNPLACED_CELL = re.compile(rb'<c(?! r="|[A-Za-z])')
_MARKUP = re.compile(rb"<!--|<\?|<!\[CDATA\[")
_MARKUP_ENDS = {b"<!--": b"-->", b"<?": b"?>", b"<![CDATA[": b"]]>"}
_DECLARATION = 56  # bytes of <?xml … ?> as most programs write it
_REFERENCE = re.compile(rb"&#(?:x0*([2-7][0-9A-Fa-f])|0*(3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]));")
_NEVER_BARE = b"<>&\"'\x7f"
_STRING_COUNTS = re.compile(rb"""\s(?:uniqueCount|count)\s*=\s*(?:"[^"]*"|'[^']*')""")
_PLACE = re.compile(r"\$?([A-Za-z]{1,8})\$?([0-9]{1,10})")
_STRING_END = re.compile(rb"</(?:[\w.-]+:)?si\s*>")
_NUMBER = re.compile(rb">\s*([0-9]{1,9})\s*</(?:[\w.-]+:)?v")
CELLS_END = b"</sheetData>"
_SHEET_END = 32  # bytes: its last tag and what some writers put behind it
_CELL_BYTES = 16  # no cell that shows a shared string is written shorter


def too_large(of: str, limit: int) -> Unreadable:
    return Unreadable("file_too_large", of=of, limit=str(limit))


def damaged(reason: str = "malformed") -> Unreadable:
    return Unreadable("unreadable_file", reason=reason)


def unpack(data: bytes) -> dict[str, bytes]:
    """The XML parts of a zip by name, without those that hold no cells. Raises Unreadable."""
    if data.rfind(END) < 0:  # found at once, from where it stands
        raise damaged("truncated")
    try:
        entries = entries_of(data)
        _weigh(entries)
        wanted = [one for one in entries if one.name.lower().endswith(_XML) and not _NO_CELLS.match(one.name)]
        return {entry.name: _part(data, entry) for entry in wanted}
    except (*ZIP_DAMAGE, NotImplementedError) as cause:
        raise damaged() from cause


def _part(data: bytes, entry: Entry) -> bytes:
    """One part; zipfile does the same in three times the time, most of what a small return takes."""
    name_size, extra_size = struct.unpack_from("<HH", data, entry.offset + 26)
    start = entry.offset + 30 + name_size + extra_size
    repeated = entry.size <= _SMALL and entry.name.lower().endswith(_REPEATED)
    inflate = _repeated if repeated else _inflate
    return inflate(data[start : start + entry.packed], entry.method, entry.size, entry.crc)


def _inflate(part: bytes, method: int, size: int, crc: int) -> bytes:
    for library in _LIBRARIES:
        try:
            deflated = method == zipfile.ZIP_DEFLATED
            whole = library.decompressobj(-zlib.MAX_WBITS).decompress(part, size + 1) if deflated else part
        except library.error:
            continue
        if len(whole) == size and library.crc32(whole) == crc:
            return checked(whole)
    raise damaged()


_repeated = remembered(most=64, longest=_SMALL)(_inflate)


def _weigh(entries: Sequence[Entry]) -> None:
    if len(entries) > ENTRY_LIMIT:
        raise too_large("entries", ENTRY_LIMIT)
    if sum([entry.size for entry in entries]) > UNPACKED_LIMIT:
        raise too_large("unpacked", UNPACKED_LIMIT)
    for entry in entries:
        if entry.size > RATIO_FROM and entry.size > RATIO_LIMIT * entry.packed:
            raise too_large("ratio", RATIO_LIMIT)
        if entry.flags & 1:
            raise Unreadable("encrypted_file", kind="zip")
        if entry.method not in METHODS:
            raise damaged()
    if len({entry.name.lower() for entry in entries}) < len(entries):
        raise damaged()  # two parts of one name: each reader would take another


def checked(part: bytes) -> bytes:
    """One XML part in UTF-8 without a DTD, its text written plainly: calamine loses what it finds in pieces."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in part:
        raise damaged("encoding")
    if b"&" in part:  # one byte is found in no time
        part = _REFERENCE.sub(_referred, part)
    if not is_declaring(part) and part.find(b"?", _DECLARATION) < 0:
        return part
    part = _in_one_piece(part)
    refuse_dtd(part)
    return part


def is_declaring(part: bytes) -> bool:
    """Whether a part holds a comment, CDATA or a DTD."""
    return b"!" in part and _DECLARED.search(part) is not None


def _referred(reference: re.Match[bytes]) -> bytes:
    """The ASCII character that stands for itself, "0" for "&#48;"; a reference that is needed stays."""
    character = bytes([int(reference[1], 16) if reference[1] else int(reference[2])])
    return reference[0] if character in _NEVER_BARE else character


def _in_one_piece(part: bytes) -> bytes:
    """The part with CDATA as plain text and without comments and instructions, which may split a text."""
    declared = part.removeprefix(b"\xef\xbb\xbf").startswith(b"<?xml ")
    at = part.find(b"?>") + 2 if declared else 0
    kept = [part[:at]]
    while opening := _MARKUP.search(part, at):
        kept.append(part[at : opening.start()])
        ending = _MARKUP_ENDS[opening[0]]
        end = part.find(ending, opening.end())
        if end < 0:
            raise damaged()
        if opening[0] == b"<![CDATA[":
            from html import escape  # which brings the names of all letters along

            kept.append(escape(part[opening.end() : end].decode("utf-8", "replace")).encode())
        at = end + len(ending)
    return b"".join([*kept, part[at:]])


def refuse_dtd(part: bytes) -> None:
    """Entities can be bombs and can name other files; no office program writes any."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise damaged("dtd")


def repack(parts: Mapping[str, bytes]) -> io.BytesIO:
    """A zip of `parts`, not compressed, so that calamine reads what was checked and nothing else."""
    body, directory, at = [], [], 0
    for name, part in parts.items():
        if name.lower().endswith("sharedstrings.xml"):
            part = _without_counts(part)
        encoded = name.encode()
        common = struct.pack(
            "<HHHHHIIIHH", 20, 0x800, 0, 0, 0x21, _LIBRARIES[0].crc32(part), len(part), len(part), len(encoded), 0
        )
        body += [b"PK\x03\x04", common, encoded, part]
        directory += [b"PK\x01\x02\x14\x00", common, struct.pack("<HHHII", 0, 0, 0, 0, at), encoded]
        at += 30 + len(encoded) + len(part)
    size = sum(map(len, directory))
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), size, at, 0)
    return io.BytesIO(b"".join([*body, *directory, end]))


def _without_counts(strings: bytes) -> bytes:
    """calamine reserves memory for the announced number of strings, and aborts when that is absurd."""
    start = re.search(rb"<[\w.:-]*sst\b[^>]*>", strings)
    if start is None:
        return strings
    return strings[: start.start()] + _STRING_COUNTS.sub(b"", start[0]) + strings[start.end() :]


def cells_of(sheet: bytes) -> bytes:
    """A worksheet part to the end of its cells; drop-downs and the like come after, and hold none.

    All of it where it is written otherwise, cut off, or holds a comment, in which anything may stand.
    """
    end = sheet.rfind(b"sheetData") + len(b"sheetData>")
    plain = sheet.endswith(CELLS_END, 0, end) and sheet[-_SHEET_END:].rstrip().endswith(b"</worksheet>")
    return sheet[:end] if plain and not is_declaring(sheet) else sheet


def check_extent(sheets: Sequence[bytes]) -> None:
    """Raises Unreadable when the boxes from A1 to the last value of all worksheet parts are too many cells."""
    if sum(map(_rough_box, sheets)) > CELL_LIMIT and sum(map(exact_box, sheets)) > CELL_LIMIT:
        raise too_large("cells", CELL_LIMIT)


def check_cells(count: int) -> None:
    """The same for any count of cells."""
    if count > CELL_LIMIT:
        raise too_large("cells", CELL_LIMIT)


def check_cell_texts(sheets: Sequence[Sheet]) -> None:
    """Raises Unreadable for a cell longer than programs let anyone type, and for more text than is ever typed."""
    at_most = 0
    for sheet in sheets:
        longest = max(map(len, sheet.texts), default=0)
        if longest > CELL_TEXT_LIMIT:
            raise too_large("cell_text", CELL_TEXT_LIMIT)
        at_most += longest * sum(map(len, sheet.rows))
    if at_most > TEXT_LIMIT and sum(map(_length, sheets)) > TEXT_LIMIT:
        raise too_large("text", TEXT_LIMIT)


def _length(sheet: Sheet) -> int:
    return sum(len(value) for row in sheet.rows for value in row if type(value) is str)


def _rough_box(sheet: bytes) -> int:
    """An upper bound, found without parsing; more than any limit when the sheet is not an ordinary one.

    Where not every cell is written in the plainest way: a place beyond Z has two letters before its digits wherever
    its attribute stands, one beyond 999 four digits before the quote. Other attributes may look so too; that costs a
    closer look, no more.
    """
    rows, columns = 999, 26
    if _PREFIXED.search(sheet):
        return CELL_LIMIT + 1
    if not _FAR_CELL.search(sheet):
        return rows * columns
    if _UNPLACED_CELL.search(sheet):
        return CELL_LIMIT + 1
    shadow = sheet[max(sheet.find(b"sheetData"), 0) :].translate(_SHADOW)
    if b'0000"' in shadow:
        rows = CELL_LIMIT if b'00000"' in shadow else 9_999
    if _BEYOND_Z.search(shadow):
        columns = CELL_LIMIT if _BEYOND_ZZ.search(shadow) else 702
    return rows * columns


def check_texts(sheets: Sequence[bytes], strings: bytes) -> None:
    """Raises Unreadable when long shared strings shown by many cells would fill the memory."""
    shown_at_most = sum(map(len, sheets)) // _CELL_BYTES
    if shown_at_most * len(strings) <= TEXT_LIMIT:
        return
    if shown_at_most * max(map(len, strings.split(b"</si>"))) <= TEXT_LIMIT:
        return
    lengths = list(map(len, _STRING_END.split(strings)))
    shown_at_most = sum(sheet.count(b'"s"') + sheet.count(b"'s'") for sheet in sheets)
    if shown_at_most * max(lengths) <= TEXT_LIMIT:
        return
    shown: Counter[bytes] = Counter()
    for sheet in sheets:
        shown.update(_NUMBER.findall(sheet))
    if (
        sum(lengths[int(number)] * times for number, times in shown.items() if int(number) < len(lengths))
        > TEXT_LIMIT
    ):
        raise too_large("text", TEXT_LIMIT)


class _Extent:
    """Follows the tags of a worksheet; a cell counts once anything stands inside it."""

    def __init__(self) -> None:
        self.height = self.width = 0
        self._row, self._column, self._in_cell = 0, 0, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._place(attributes.get("r"))
            self._in_cell = True
        elif tag == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif self._in_cell:
            self.height, self.width = max(self.height, self._row), max(self.width, self._column)
            self._in_cell = False

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c":
            self._in_cell = False

    def _place(self, name: str | None) -> None:
        if name is None:
            self._column += 1
            return
        row, column = place(name)
        self._row, self._column = row + 1, column + 1


def place(name: str) -> At:
    """Row and column, from 0, of a cell named like "B3". Raises Unreadable."""
    match = _PLACE.fullmatch(name)
    if match is None:
        raise damaged()
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def exact_box(sheet: bytes) -> int:
    """Rows times columns from A1 to the last cell with anything inside; formats alone do not count."""
    if b":c" not in sheet and not _ODD_CELL.search(sheet):
        columns, rows = set(_FILLED_COLUMN.findall(sheet)), set(_FILLED_ROW.findall(sheet))
        widest = max((place(f"{column.decode()}1")[1] + 1 for column in columns), default=0)
        return widest * max(map(int, rows), default=0)
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = extent.start, extent.end
    try:
        parser.Parse(sheet, not sheet.endswith(CELLS_END))  # what `cells_of` cut off is not missed
    except (expat.ExpatError, ValueError) as cause:
        raise damaged() from cause
    return extent.height * extent.width
