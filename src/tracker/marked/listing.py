"""The first sheet of a marked copy, "Cần sửa": every problem with a way to its cell, and a place for a reason.

It is written for a ward officer who has never heard of this tool. Its hidden column is what `own` reads when the
file comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tracker.intake.grid import column_name
from tracker.marked.markup import MAIN, RELATIONSHIPS, said
from tracker.marked.own import MARK, MARK_OF_CSV, worded
from tracker.marked.styles import FILLS, Styles
from tracker.messages import fix, message, say
from tracker.problems import Problem, Severity
from tracker.waivers import unit_of, value_of

SHOWN = ("severity", "sheet", "cell", "found", "message", "fix", "reason")
_WIDTHS = (12, 14, 8, 24, 46, 46, 36)
_CHARACTERS = 175  # of a line over all columns, in the font of the explanation
MOST_ROWS = 20_000  # Excel takes 65,530 links on a sheet, and nobody reads as many
_MOST_FOUND = 500  # characters of a cell's text that are shown again
_LINE, _HIGHEST = 15, 400  # points


@dataclass(frozen=True, slots=True)
class Explained:
    """What stands above the table: a title, whose return it is, and what to do, step by step."""

    title: str
    about: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything on the sheet. `link` leads from a sheet and cell of the return to a place in the copy; `stands`
    says what is written there, None where nothing can be.
    """

    explained: Explained
    problems: Sequence[Problem]
    link: Callable[[str, str], str]
    sheet_shown: Callable[[str], str]
    stands: Callable[[str, str], str | None]
    was_csv: bool = False


class _Looks:
    """The formats of the sheet, by what they are for."""

    def __init__(self, styles: Styles) -> None:
        border = styles.border("FFBFBFBF")
        plain, bold = styles.font(11), styles.font(11, bold=True)
        link = styles.font(11, argb="FF0B3D91", underlined=True)
        self.title = styles.format(styles.font(15, bold=True))
        self.about, self.step = styles.format(bold), styles.format(plain)
        head = styles.fill("FFE7ECF3")
        centred = "center"
        self.head = styles.format(bold, fill=head, border=border, aligned=centred, vertical="center")
        self.text = styles.format(plain, border=border)
        self.link = styles.format(link, border=border, aligned=centred)
        self.centred = styles.format(plain, border=border, aligned=centred)
        self.input = styles.format(plain, fill=styles.fill("FFF7FBF2"), border=border)
        self.none = styles.format(plain, fill=styles.fill("FFF2F2F2"), border=border, aligned=centred)
        self.severity = {
            one: styles.format(bold, fill=styles.fill(argb), border=border, aligned=centred)
            for one, argb in FILLS.items()
        }


def sheet_part(listing: Listing, styles: Styles) -> bytes:
    """The worksheet part; its formats are added to `styles`."""
    looks = _Looks(styles)
    top = list(_top(listing.explained, looks))
    header = len(top) + 1
    shown = listing.problems[:MOST_ROWS]
    rows = [*top, _header(header, looks, was_csv=listing.was_csv)]
    rows += [_row(header + n, one, listing, looks) for n, one in enumerate(shown, 1)]
    if len(listing.problems) > len(shown):
        more = say("marked.more", n=str(len(listing.problems) - len(shown)))
        rows.append(_line(header + len(shown) + 1, [_cell("A", header + len(shown) + 1, looks.step, more)]))
    links = b"".join(_link(header + n, one, listing) for n, one in enumerate(shown, 1))
    last = column_name(len(SHOWN) - 1).encode()
    merged = b"".join(b'<mergeCell ref="A%d:%s%d"/>' % (n, last, n) for n in range(1, header))
    return b"".join(
        (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
            b'<worksheet xmlns="%s" xmlns:r="%s">' % (MAIN.encode(), RELATIONSHIPS.encode()),
            b'<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>',
            b'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">',
            b'<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>' % (header, header + 1),
            b'<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>',
            _columns(),
            b"<sheetData>%s</sheetData>" % b"".join(rows),
            b'<mergeCells count="%d">%s</mergeCells>' % (header - 1, merged),
            b"<hyperlinks>%s</hyperlinks>" % links if links else b"",
            b'<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
            b'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>',
            b"<headerFooter><oddFooter>&amp;C&amp;P/&amp;N</oddFooter></headerFooter></worksheet>",
        )
    )


def _top(explained: Explained, looks: _Looks) -> Iterator[bytes]:
    lines = [
        (explained.title, looks.title, 24),
        *((text, looks.about, 16) for text in explained.about),
        *((text, looks.step, 16) for text in explained.steps),
    ]
    for number, (text, look, height) in enumerate(lines, 1):
        tall = height * (len(text) // _CHARACTERS + 1)
        yield _line(number, [_cell("A", number, look, text)], b' ht="%d" customHeight="1"' % tall)


def _columns() -> bytes:
    widths = (b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (n, n, w) for n, w in enumerate(_WIDTHS, 1))
    hidden = len(SHOWN) + 1
    last = b'<col min="%d" max="%d" width="9" hidden="1" customWidth="1"/>' % (hidden, hidden)
    return b"<cols>%s%s</cols>" % (b"".join(widths), last)


def _header(number: int, looks: _Looks, *, was_csv: bool) -> bytes:
    labels = [say(f"marked.column.{name}") for name in SHOWN]
    texts = [*labels, MARK_OF_CSV if was_csv else MARK]
    cells = [_cell(column_name(n), number, looks.head, text) for n, text in enumerate(texts)]
    return _line(number, cells, b' ht="%d" customHeight="1"' % (_LINE + 8))


def _row(number: int, one: Problem, listing: Listing, looks: _Looks) -> bytes:
    from tracker.report.csv import escaped

    warned = one.severity is Severity.WARNING
    stands = listing.stands(one.sheet, one.cell)
    shown = (
        (say(f"severity.{one.severity.value}").capitalize(), looks.severity[one.severity]),
        (listing.sheet_shown(one.sheet) or one.form, looks.centred),
        (one.cell or "—", looks.link if listing.link(one.sheet, one.cell) else looks.centred),
        ((one.found if stands is None else stands)[:_MOST_FOUND], looks.text),
        (_with_label(one), looks.text),
        (fix(one), looks.text),
        ("", looks.input) if warned else ("—", looks.none),
    )
    place = {"form": one.form, "sheet": one.sheet, "cell": one.cell, "field": one.field}
    words = worded(
        {"code": one.code, "severity": one.severity.value, **place, "found": value_of(one), "unit": unit_of(one)}
    )
    cells = [_cell(column_name(n), number, look, escaped(text)) for n, (text, look) in enumerate(shown)]
    cells.append(_cell(column_name(len(shown)), number, looks.step, words))
    return _line(number, cells, b' ht="%d"' % _height([text for text, _ in shown]))


def _height(texts: Sequence[str]) -> int:
    """Points of a row in which every text has room; programs that fit rows themselves may make it another."""
    lines = [
        sum(len(line) * 10 // (width * 11) + 1 for line in text.split("\n"))
        for text, width in zip(texts, _WIDTHS, strict=True)
    ]
    return min(_LINE * max(lines) + 4, _HIGHEST)


def _with_label(one: Problem) -> str:
    """The message, after the name of the figure where it does not say it itself."""
    text, label = message(one), str(one.facts.get("label", ""))
    return text if not label or label in text else f"{label}: {text}"


def _line(number: int, cells: Sequence[bytes], more: bytes = b"") -> bytes:
    return b'<row r="%d"%s>%s</row>' % (number, more, b"".join(cells))


def _cell(column: str, row: int, look: int, text: str) -> bytes:
    name = b"%s%d" % (column.encode(), row)
    if not text:
        return b'<c r="%s" s="%d"/>' % (name, look)
    return b'<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (name, look, said(text))


def _link(number: int, one: Problem, listing: Listing) -> bytes:
    place = listing.link(one.sheet, one.cell)
    if not place:
        return b""
    column = column_name(SHOWN.index("cell"))
    return b'<hyperlink ref="%s%d" location="%s" display="%s"/>' % (
        column.encode(), number, said(place), said(one.cell or place),
    )  # fmt: skip
