"""The page of a Word annex as Nghị định 30/2020/NĐ-CP has it: A4, Times New Roman, tables with repeated headings.

What only people can fill in (agency, number, date, signature) stands as dotted blanks.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tracker.messages import lang
from tracker.report.characters import printable
from tracker.report.outline import Cell, Tone
from tracker.report.word_chart import Drawing, add_chart

FONT = "Times New Roman"
TEXT_WIDTH = 165  # mm, between the margins
EPOCH = (1980, 1, 1, 0, 0, 0)
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
SHADES = {Tone.GOOD: "E3F1E4", Tone.BAD: "FBE4E1", Tone.UNSURE: "FFF2CC"}
LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
RIGHT, BOTH = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY

Row = Sequence[str | Cell]


class Page:
    """A document being written from top to bottom."""

    def __init__(self) -> None:
        self.document = Document()
        self._charts = 0
        _lay_out(self.document)

    def line(self, text: str, size: float = 13, *, bold: bool = False, italic: bool = False) -> Any:
        """A centred line, as in a title."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.first_line_indent = Mm(0)
        _run(paragraph, text, size, bold=bold, italic=italic)
        return paragraph

    def heading(self, text: str, level: int) -> None:
        self.document.add_heading(printable(text), level)

    def text(self, text: str, lead: str = "", *, italic: bool = False) -> None:
        """A justified paragraph; `lead` stands before it in bold."""
        paragraph = self.document.add_paragraph()
        if lead:
            _run(paragraph, f"{lead} ", 13, bold=True)
        _run(paragraph, text, 13, italic=italic)

    def note(self, text: str) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Mm(0)
        _run(paragraph, text, 11, italic=True)

    def table(
        self, headings: Sequence[str], rows: Sequence[Row], widths: Sequence[int], right: Sequence[int] = ()
    ) -> None:
        """A ruled table; `widths` in mm; the columns `right` are of figures and stand right."""
        table = self.document.add_table(rows=0, cols=len(headings), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _widths(table, widths)
        _fill(table.add_row(), [Cell(text) for text in headings], widths, (), heading=True)
        for row in rows:
            _fill(table.add_row(), [one if isinstance(one, Cell) else Cell(one) for one in row], widths, right)
        self.gap()

    def columns(self, cells: Sequence[Sequence[tuple[str, float, bool, bool]]], widths: Sequence[int]) -> None:
        """Texts beside each other without rules, whole on one page: (text, size, bold, italic) line by line."""
        table = self.document.add_table(rows=1, cols=len(cells))
        table.autofit = False
        _unbroken(table.rows[0])
        _widths(table, widths)
        for number, lines in enumerate(cells):
            cell = table.rows[0].cells[number]
            cell.width = Mm(widths[number])
            for at, (text, size, bold, italic) in enumerate(lines):
                paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
                _plain(paragraph, CENTRE)
                _run(paragraph, text, size, bold=bold, italic=italic)

    def chart(self, drawing: Drawing) -> None:
        self._charts += 1
        paragraph = self.document.add_paragraph()
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.first_line_indent = Mm(0)
        add_chart(paragraph, drawing, self._charts, TEXT_WIDTH)

    def gap(self) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(6)

    def as_bytes(self, title: str, on: date) -> bytes:
        """The document; the same words give the same bytes."""
        about = self.document.core_properties
        about.title, about.author, about.last_modified_by, about.comments = title, "", "", ""
        about.created = about.modified = datetime.combine(on, time())
        about.revision, about.language = 1, LANGUAGES[lang()]
        file = BytesIO()
        self.document.save(file)
        return _without_clock(file.getvalue())


def _without_clock(package: bytes) -> bytes:
    """The same package with a fixed time at each of its files."""
    again = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, EPOCH), old.read(entry), zipfile.ZIP_DEFLATED)
    return again.getvalue()


# --- the page ---------------------------------------------------------------------------------------------------


def _lay_out(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    _number_pages(section.header.paragraphs[0])
    normal = document.styles["Normal"]
    _dress(normal, 13)
    shape = normal.paragraph_format
    shape.alignment, shape.first_line_indent = BOTH, Mm(10)
    shape.space_before, shape.space_after, shape.line_spacing = Pt(6), Pt(4), 1.1
    for level, (size, italic) in enumerate(((14, False), (13, False), (13, True)), start=1):
        style = document.styles[f"Heading {level}"]
        _dress(style, size)
        style.font.bold, style.font.italic = True, italic
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.first_line_indent = Mm(0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(3)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.alignment = LEFT


def _dress(style: Any, size: float) -> None:
    """One font for every script; the template has theme fonts, which win unless they go."""
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties = style.element.get_or_add_rPr()
    tongue = OxmlElement("w:lang")
    for script in ("val", "eastAsia"):
        tongue.set(qn(f"w:{script}"), LANGUAGES[lang()])
    properties.append(tongue)


def _number_pages(paragraph: Any) -> None:
    """The page number top centre; the first page has none."""
    _plain(paragraph, CENTRE)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(OxmlElement("w:r"))
    paragraph._p.append(field)


def _plain(paragraph: Any, alignment: Any) -> None:
    """A line of a table: no indent and no space around it."""
    shape = paragraph.paragraph_format
    paragraph.alignment, shape.first_line_indent = alignment, Mm(0)
    shape.space_before, shape.space_after, shape.line_spacing = Pt(1), Pt(1), 1.0


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None


# --- tables -----------------------------------------------------------------------------------------------------


def _widths(table: Any, widths: Sequence[int]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)


def _unbroken(row: Any) -> None:
    """A row that does not go on over the page's end."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _fill(
    row: Any, cells: Sequence[Cell], widths: Sequence[int], right: Sequence[int], *, heading: bool = False
) -> None:
    _unbroken(row)
    if heading:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for number, one in enumerate(cells):
        cell = row.cells[number]
        cell.width = Mm(widths[number])
        paragraph = cell.paragraphs[0]
        _plain(paragraph, CENTRE if heading else RIGHT if number in right else LEFT)
        paragraph.paragraph_format.left_indent = Mm(4 * one.level)
        _run(paragraph, one.text, 11, bold=heading, italic=one.tone is Tone.QUIET)
        shade = "DCE6F1" if heading else SHADES.get(one.tone)
        if shade and one.text:
            _shade(cell, shade)


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)
