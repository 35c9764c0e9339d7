"""CSV and TSV as cells: which encoding, which separator, which rows. All values stay text.

Knows no form: the caller's `score` says which reading of the bytes looks right, by the labels it finds.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from tracker.intake import guard, tcvn3, vni
from tracker.intake.grid import Book, Rows, Sheet, Value, trim
from tracker.intake.kind import wide_codec
from tracker.intake.syllable import likeness

Score: TypeAlias = Callable[[Sequence[Sequence[Value]]], float]
"""How much a grid looks like a return, e.g. how many known labels it holds. More is better; 0 says nothing."""

SEPARATORS = ",;\t|"
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_LINES = 200
_MOST_WASTED = 20  # times the file may be read again for quotes that never close; then the rest is split plainly
_HEADER_WITHIN = 40  # rows
_BEGUN, _GROUP = re.compile(r"\d{1,3}(?:,\d{3})*"), re.compile(r"\d{3}")
_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_FORMULA_OF_TEXT = re.compile(r'="([^"]*)"')
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?\n?", re.IGNORECASE)


def read(data: bytes, score: Score | None = None) -> Book:
    """The one sheet of a CSV, its ends trimmed. Raises Unreadable when there is too much of it."""
    text, encoding = decode(data, score)
    text = text.replace("\x00", "")
    line = _SEPARATOR_LINE.match(text)  # Excel obeys this line and does not show it
    if line:
        separator, text = line[1], text[line.end() :]
    else:
        separator = _separator(text, score)[1]
    guard.check_cells(text.count(separator) + text.count("\n") + text.count("\r"))
    grid = rows(text, separator)
    if separator == "," and score:
        grid = _rejoined(grid, score)
    if '="' in text:
        grid = [[_as_shown(value) if type(value) is str else value for value in row] for row in grid]
    sheet = Sheet(name="", rows=trim(grid))
    return Book(sheets=(sheet,), is_csv=True, encoding=encoding)


def _as_shown(field: str) -> Value:
    """What Excel shows of ="00256": programs write codes so, that it keeps their zeros."""
    match = _FORMULA_OF_TEXT.fullmatch(field)
    return match[1] or None if match else field


def decode(data: bytes, score: Score | None = None) -> tuple[str, str]:
    """The text, and its encoding when that is not a Unicode one: "windows-1258", "TCVN3" or "VNI". Never raises.

    All but UTF-8 give letters for nearly any byte: the better score decides, then the better spelling.
    """
    for mark, codec in _MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace"), ""
    if codec := wide_codec(data):
        return data.decode(codec, "replace"), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    readings = [
        (data.decode("utf-8", "replace"), ""),  # cut in the middle of a letter, or one bad byte
        (unicodedata.normalize("NFC", data.decode("cp1258", "replace")), "windows-1258"),
        (tcvn3.decode(data), "TCVN3"),
        (vni.decode(data), "VNI"),
    ]
    return max(readings, key=lambda reading: _fitness(reading[0], score))


def _fitness(text: str, score: Score | None) -> tuple[float, float, int]:
    sample = text[:_SAMPLE_CHARACTERS]
    labels = _separator(sample, score)[0] if score else 0.0
    return labels, likeness(sample), -sample.count("\ufffd")


def _separator(text: str, score: Score | None) -> tuple[float, str]:
    """The best separator with its score."""
    sample = text[:_SAMPLE_CHARACTERS]
    grids = {separator: rows(sample, separator)[:_SAMPLE_LINES] for separator in SEPARATORS}
    ranked = [((score(grid) if score else 0.0), regularity(grid), separator) for separator, grid in grids.items()]
    best = max(ranked, key=lambda rank: rank[:2])
    return best[0], best[2]


def regularity(grid: Sequence[Sequence[Value]]) -> float:
    """The default score: how many rows have the same number of fields, more than one."""
    widths = Counter(len(row) for row in grid if len(row) > 1)
    return max(widths.values(), default=0)


def rows(text: str, separator: str) -> Rows:
    """All rows, blank ones too. A line whose quotes make no sense is split plainly, quotes and all. Never raises."""
    lines = list(io.StringIO(text, newline=""))
    found: Rows = []
    start = wasted = 0
    while start < len(lines):
        taken, good, tried = _read(lines, start, separator)
        found += taken
        start = good
        wasted += tried - good
        if good < len(lines):
            start = good + 1 if wasted <= _MOST_WASTED * len(lines) else len(lines)
            found += [_cells(line.rstrip("\r\n").split(separator)) for line in lines[good:start]]
    return found


def _read(lines: list[str], start: int, separator: str) -> tuple[Rows, int, int]:
    """Rows from line `start` to one whose quotes are wrong, the line where that one begins, how far it was tried."""
    csv.field_size_limit(guard.FILE_LIMIT)  # of the whole process; no reader of it wants less
    reader = csv.reader((lines[n] for n in range(start, len(lines))), delimiter=separator, strict=True)
    found: Rows = []
    good = start
    try:
        for row in reader:
            found.append(_cells(row))
            good = start + reader.line_num
    except csv.Error:
        return found, good, start + reader.line_num
    return found, len(lines), len(lines)


def _rejoined(grid: Rows, score: Score) -> Rows:
    """The rows, with headings such as "Tin, bài" and numbers such as 1,234 whole again: no quotes held them together.

    Such a row has more cells than its table, and what follows stands a column too far to the right. Where every
    row ends in separators that the header lacks, nothing fell apart.
    """
    top = max(range(len(grid[:_HEADER_WITHIN])), key=lambda number: score([grid[number]]), default=0)
    before, header, below = grid[:top], grid[top] if grid else [], grid[top + 1 :]
    filled = [row for row in below if any(row)]
    whole = _headings_whole_again(header, score)
    header = whole if all(len(row) <= len(whole) for row in filled) else header
    width = len(header)
    if not all(len(row) > width and not any(row[width:]) for row in filled):
        below = [_whole_again(row, len(row) - width) for row in below]
    return [*before, header, *below]


def _headings_whole_again(header: list[Value], score: Score) -> list[Value]:
    """The headings, with two cells joined that are a heading only together."""
    found: list[Value] = []
    for cell in header:
        both = f"{found[-1]},{cell}" if found and found[-1] and cell else ""
        if both and score([[both]]) > score([[found[-1]]]) + score([[cell]]):
            found[-1] = both
        else:
            found.append(cell)
    return found


def _whole_again(row: list[Value], spare: int) -> list[Value]:
    """A row with up to `spare` of its cells joined to those before them, of whose numbers they are the thousands."""
    if spare <= 0:
        return row
    found: list[Value] = []
    for cell in row:
        if spare > 0 and found and _GROUP.fullmatch(str(cell)) and _BEGUN.fullmatch(str(found[-1])):
            found[-1] = f"{found[-1]},{cell}"
            spare -= 1
        else:
            found.append(cell)
    return found


def _cells(fields: Sequence[str]) -> list[Value]:
    return [field or None for field in fields]
