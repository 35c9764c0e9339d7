"""A native chart in a Word document: columns on each other, a dashed limit, its table in a workbook to be edited.

python-docx knows no charts: the part is written here, with the figures that Word shows without opening the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape
from io import BytesIO
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from tracker.report.characters import printable

FONT = "Times New Roman"
DARK, LIGHT, LIMIT, GRID = "2F5F8F", "B5CCE4", "C00000", "D9D9D9"
EMU = 36000  # to the millimetre
NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
MADE = datetime.combine(date(2000, 1, 1), time())


@dataclass(frozen=True, slots=True)
class Series:
    """One row of columns, or the limit; thousandths where the chart is of shares, else counts. None is a gap."""

    label: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a chart shows; `described` is its alternative text."""

    title: str
    described: str
    names: Sequence[str]
    bars: Sequence[Series]
    limit: Series | None = None
    share: bool = True
    height: int = 75  # mm


def add_chart(paragraph: Any, drawing: Drawing, number: int, width: int) -> None:
    """Puts a chart into a paragraph, `width` mm wide; `number` tells it from the others of the document."""
    part = paragraph.part
    package = part.package
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, b"", package)
    book = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), CONTENT_TYPE.SML_SHEET, _workbook(drawing), package)
    inside = chart.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
    chart._blob = _chart_xml(drawing, inside).encode("utf-8")
    named = part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    paragraph.add_run()._r.append(parse_xml(_inline(drawing, named, number, width)))


def _inline(drawing: Drawing, named: str, number: int, width: int) -> str:
    return (
        '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        f" {NAMESPACES}>"
        '<wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width * EMU}" cy="{drawing.height * EMU}"/>'
        f'<wp:docPr id="{number}" name="{_safe(drawing.title)}" descr="{_safe(drawing.described)}"/>'
        "<wp:cNvGraphicFramePr/>"
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{named}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


# --- the chart --------------------------------------------------------------------------------------------------


def _chart_xml(drawing: Drawing, book: str) -> str:
    bars = "".join(_series(drawing, one, number, _fill(colour)) for number, one, colour in _bars(drawing))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace {NAMESPACES}><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>'
        f'{_title(drawing.title)}<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="col"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
        f'{bars}<c:gapWidth val="40"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f"{_limit(drawing)}{_axes(drawing)}</c:plotArea>{_legend(drawing)}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f'{_text_of("9")}<c:externalData r:id="{book}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _bars(drawing: Drawing) -> Sequence[tuple[int, Series, str]]:
    return [(number, one, (DARK, LIGHT)[number % 2]) for number, one in enumerate(drawing.bars)]


def _limit(drawing: Drawing) -> str:
    if drawing.limit is None:
        return ""
    look = (
        f'<c:spPr><a:ln w="19050"><a:solidFill><a:srgbClr val="{LIMIT}"/></a:solidFill><a:prstDash val="dash"/>'
        '</a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>'
    )
    series = _series(drawing, drawing.limit, len(drawing.bars), look)
    return (
        '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
        f'{series}<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>'
    )


def _fill(colour: str) -> str:
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'


def _series(drawing: Drawing, one: Series, number: int, look: str) -> str:
    column, last = chr(ord("B") + number), len(drawing.names) + 1
    names = "".join(f'<c:pt idx="{at}"><c:v>{_safe(name)}</c:v></c:pt>' for at, name in enumerate(drawing.names))
    values = "".join(
        f'<c:pt idx="{at}"><c:v>{_number(value, share=drawing.share)}</c:v></c:pt>'
        for at, value in enumerate(one.values)
        if value is not None
    )
    count = f'<c:ptCount val="{len(drawing.names)}"/>'
    code = "0.0%" if drawing.share else "0"
    smooth = '<c:smooth val="0"/>' if one is drawing.limit else ""
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{_safe(one.label)}</c:v></c:pt></c:strCache></c:strRef>'
        f"</c:tx>{look}<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache>{count}{names}</c:strCache>"
        f"</c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f>"
        f"<c:numCache><c:formatCode>{code}</c:formatCode>{count}{values}</c:numCache></c:numRef></c:val>"
        f"{smooth}</c:ser>"
    )


def _number(value: int, *, share: bool) -> str:
    """Thousandths without a float: 749 is 0.749."""
    return f"{value // 1000}.{value % 1000:03}" if share else str(value)


def _axes(drawing: Drawing) -> str:
    most = '<c:max val="1"/>' if drawing.share else ""
    code = "0%" if drawing.share else "0"
    grey = f'<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="{GRID}"/></a:solidFill></a:ln></c:spPr>'
    return (
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{_text_of("8", turned=True)}<c:crossAx val="2"/>'
        '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>{most}<c:min val="0"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="l"/><c:majorGridlines>{grey}</c:majorGridlines>'
        f'<c:numFmt formatCode="{code}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_text_of("9")}'
        '<c:crossAx val="1"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def _legend(drawing: Drawing) -> str:
    if len(drawing.bars) == 1 and drawing.limit is None:
        return ""
    return f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text_of("9")}</c:legend>'


def _title(text: str) -> str:
    return (
        "<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr/></a:pPr><a:r>"
        f'<a:rPr lang="vi-VN" sz="1100" b="1"><a:latin typeface="{FONT}"/><a:cs typeface="{FONT}"/></a:rPr>'
        f'<a:t>{_safe(text)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _text_of(points: str, *, turned: bool = False) -> str:
    body = '<a:bodyPr rot="-2700000" vert="horz"/>' if turned else "<a:bodyPr/>"
    return (
        f'<c:txPr>{body}<a:lstStyle/><a:p><a:pPr><a:defRPr sz="{points}00"><a:latin typeface="{FONT}"/>'
        f'<a:cs typeface="{FONT}"/></a:defRPr></a:pPr><a:endParaRPr lang="vi-VN"/></a:p></c:txPr>'
    )


def _safe(text: str) -> str:
    return escape(printable(text))


# --- its table --------------------------------------------------------------------------------------------------


def _workbook(drawing: Drawing) -> bytes:
    """The table that Word opens when somebody edits the chart; the same bytes each time."""
    import xlsxwriter

    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE})
    page = book.add_worksheet("Sheet1")
    share = book.add_format({"num_format": "0.0%" if drawing.share else "0"})
    for row, name in enumerate(drawing.names, start=1):
        page.write_string(row, 0, printable(name))
    series = [*drawing.bars, *([drawing.limit] if drawing.limit is not None else [])]
    for number, one in enumerate(series, start=1):
        page.write_string(0, number, one.label)
        for row, value in enumerate(one.values, start=1):
            if value is not None:
                page.write_number(row, number, value / 1000 if drawing.share else value, share)
    page.set_column(0, 0, 26)
    book.close()
    return file.getvalue()
