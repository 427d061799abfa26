"""Paragraphs, headings and tables of words on paper."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, LongTable, Paragraph, TableStyle

from analysis.report.annex import Lines, WordTable
from analysis.report.pdf_fonts import BOLD, PLAIN, drawable

INK, SOFT, LINE, EDGE, DEEP = (
    HexColor(code) for code in ("#16282c", "#4a5b5f", "#bcc7c6", "#5d7074", "#123f48")
)

_TEXT = ParagraphStyle(
    "text",
    fontName=PLAIN,
    bulletFontName=PLAIN,
    fontSize=9,
    leading=13.5,
    textColor=INK,
    spaceAfter=5,
)
_CELL = ParagraphStyle("cell", _TEXT, fontSize=7, leading=9.2, spaceAfter=0)
STYLES = {
    "text": _TEXT,
    "bullet": ParagraphStyle("bullet", _TEXT, leftIndent=12, bulletIndent=2),
    "question": ParagraphStyle("question", _TEXT, fontSize=8, leading=11, textColor=SOFT),
    "note": ParagraphStyle(
        "note", _TEXT, fontSize=6.5, leading=8.8, textColor=SOFT, spaceAfter=14, spaceBefore=2
    ),
    "source": ParagraphStyle(
        "source", _TEXT, fontSize=6.8, leading=9, textColor=SOFT, spaceAfter=4
    ),
    "figure": ParagraphStyle(
        "figure", _TEXT, fontName=BOLD, fontSize=8, leading=10.5, spaceAfter=0, spaceBefore=4
    ),
    "box": ParagraphStyle(
        "box", _TEXT, fontName=BOLD, borderColor=EDGE, borderWidth=1, borderPadding=6,
        spaceBefore=16,
        spaceAfter=14,
    ),
    "cover": ParagraphStyle("cover", _TEXT, fontSize=12, leading=17),
    "title": ParagraphStyle(
        "title", _TEXT, fontName=BOLD, fontSize=28, leading=34, textColor=DEEP, spaceAfter=10
    ),
    "cell": _CELL,
    "number": ParagraphStyle("number", _CELL, alignment=TA_RIGHT),
    "head": ParagraphStyle("head", _CELL, textColor=SOFT),
    "number head": ParagraphStyle("number head", _CELL, textColor=SOFT, alignment=TA_RIGHT),
}  # fmt: skip
HEADINGS = (
    ParagraphStyle(
        "h1", _TEXT, fontName=BOLD, fontSize=16, leading=21, textColor=DEEP, spaceAfter=9
    ),
    ParagraphStyle(
        "h2", _TEXT, fontName=BOLD, fontSize=10.5, leading=14, spaceBefore=6, spaceAfter=3
    ),
    ParagraphStyle("h3", _TEXT, fontName=BOLD, fontSize=9, leading=13, spaceBefore=5, spaceAfter=2),
)


def paragraph(text: str, style: str, language: str, **options: str) -> Paragraph:
    """Give a paragraph in letters that the fonts have."""
    return Paragraph(escape(drawable(text, language)), STYLES[style], **options)


class Heading(Paragraph):  # type: ignore[misc]  # ReportLab has no types
    """A heading that the contents, bookmarks and links know by its key."""

    def __init__(self, key: str, title: str, depth: int, language: str) -> None:
        self._mark = (key, drawable(title, language), depth)
        super().__init__(escape(self._mark[1]), HEADINGS[depth])

    def draw(self) -> None:
        """Draw, and tell the canvas that a part begins."""
        self.canv.mark(*self._mark, self.height + 8)
        super().draw()

    def split(self, _width: float, _height: float) -> list[Flowable]:
        """A heading is never cut: its parts would both be it."""
        return []


def word_table(table: WordTable, width: float, language: str) -> Iterator[Flowable]:
    """Give a table of words with its caption and notes."""
    yield Paragraph(escape(drawable(table.caption, language)), HEADINGS[2])
    heads = [
        _cell((head,), language, "number head" if k in table.numbers else "head")
        for k, head in enumerate(table.heads)
    ]
    rows = [
        [
            _cell(_texts(cell), language, "number" if k in table.numbers else "cell")
            for k, cell in enumerate(row)
        ]
        for row in table.rows
    ]
    widths = [share * width for share in table.widths] or None
    made = LongTable([heads, *rows], colWidths=widths, repeatRows=1, hAlign="LEFT")
    made.setStyle(
        TableStyle(
            [
                ("FONTNAME", (0, 0), (-1, -1), PLAIN),
                ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                ("VALIGN", (0, 1), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 0), (-1, 0), 0.8, EDGE),
                ("LINEBELOW", (0, 0), (-1, 0), 0.6, EDGE),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
                ("LINEBELOW", (0, -1), (-1, -1), 0.8, EDGE),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )
    yield made
    yield paragraph(" ".join(table.notes) or "\N{NO-BREAK SPACE}", "note", language)


def _texts(lines: Lines) -> tuple[str, ...]:
    return tuple(line.text for line in lines)


def _cell(texts: tuple[str, ...], language: str, style: str) -> Paragraph:
    return Paragraph(
        "<br/>".join(escape(drawable(text, language)) for text in texts), STYLES[style]
    )
