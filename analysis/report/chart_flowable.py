"""Charts on paper: ReportLab draws the marks that `chart_layout` placed."""

from __future__ import annotations

from reportlab.lib.colors import HexColor, white
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.report.chart import Chart
from analysis.report.chart_layout import place
from analysis.report.chart_marks import (
    HATCHED,
    PAPER,
    Across,
    Anchor,
    Block,
    Ink,
    Letters,
    Mark,
    Marker,
    Stroke,
)
from analysis.report.pdf_fonts import BOLD, PLAIN, drawable

_TONES = [
    HexColor(code)
    for code in ("#0f3b45", "#1f5764", "#3b7480", "#8db4ba", "#b5ced2", "#dbe7e8", "#f1f6f5")
]
_INK, _SOFT, _EDGE, _GRID = (
    HexColor(code) for code in ("#16282c", "#4a5b5f", "#5d7074", "#d5dddc")
)
_STROKES = {
    Ink.GRID: (_GRID, 0.5, ()),
    Ink.REFERENCE: (_EDGE, 0.8, (3, 2)),
    Ink.INTERVAL: (_INK, 0.8, ()),
    Ink.SERIES: (_TONES[0], 1.2, ()),
    Ink.DASHED: (_TONES[0], 1.2, (4, 2.5)),
}
_LETTERS = {
    Ink.WORDS: (PLAIN, _INK),
    Ink.SOFT: (PLAIN, _SOFT),
    Ink.STRONG: (BOLD, _INK),
    Ink.LIGHT: (PLAIN, white),
}
_OUTLINES = {
    "square": ((-2.4, -2.4), (2.4, -2.4), (2.4, 2.4), (-2.4, 2.4)),
    "diamond": ((0, -3.4), (3.4, 0), (0, 3.4), (-3.4, 0)),
    "triangle": ((0, 3.2), (3.2, -2.4), (-3.2, -2.4)),
}


class PaperChart(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """A chart as wide as the text of a page."""

    def __init__(self, chart: Chart, language: str) -> None:
        super().__init__()
        self.height, self._marks = place(chart, PAPER)
        self.width = PAPER.width
        self._language = language
        self.spaceAfter = 10

    def wrap(self, *_available: float) -> tuple[float, float]:
        """Give width and height."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw on the canvas."""
        for mark in self._marks:
            self._draw(self.canv, mark)

    def _draw(self, canvas: Canvas, mark: Mark) -> None:
        match mark:
            case Block():
                self._block(canvas, mark)
            case Stroke():
                colour, width, dashes = _STROKES[mark.ink]
                canvas.setStrokeColor(colour)
                canvas.setLineWidth(width)
                canvas.setDash(*([list(dashes), 0] if dashes else []))
                canvas.line(
                    self._x(mark.start),
                    self._y(mark.from_top),
                    self._x(mark.end),
                    self._y(mark.to_top),
                )
                canvas.setDash()
            case Marker():
                self._marker(canvas, mark)
            case Letters():
                self._letters(canvas, mark)

    def _x(self, across: Across) -> float:
        return across.fraction * self.width + across.shift

    def _y(self, top: float) -> float:
        return self.height - top

    def _block(self, canvas: Canvas, mark: Block) -> None:
        left, right = self._x(mark.start), self._x(mark.end)
        bottom = self._y(mark.top + mark.height)
        pale = mark.tone == HATCHED or mark.tone >= 5
        canvas.setStrokeColor(_EDGE if pale else white)
        canvas.setLineWidth(0.5)
        canvas.setFillColor(white if mark.tone == HATCHED else _TONES[mark.tone])
        canvas.rect(left, bottom, right - left, mark.height, stroke=1, fill=1)
        if mark.tone == HATCHED:
            self._hatch(canvas, left, right, bottom, mark.height)

    def _hatch(
        self,
        canvas: Canvas,
        left: float,
        right: float,
        bottom: float,
        height: float,
    ) -> None:
        canvas.saveState()
        outline = canvas.beginPath()
        outline.rect(left, bottom, right - left, height)
        canvas.clipPath(outline, stroke=0, fill=0)
        canvas.setLineWidth(0.4)
        x = left - height
        while x < right:
            canvas.line(x, bottom, x + height, bottom + height)
            x += 3
        canvas.restoreState()

    def _marker(self, canvas: Canvas, mark: Marker) -> None:
        x, y = self._x(mark.at), self._y(mark.top)
        canvas.setStrokeColor(_TONES[0])
        canvas.setFillColor(white if mark.hollow else _TONES[0])
        canvas.setLineWidth(0.9)
        if mark.shape == "circle":
            canvas.circle(x, y, 2.5, stroke=1, fill=1)
            return
        outline = canvas.beginPath()
        (first, *others) = _OUTLINES[mark.shape]
        outline.moveTo(x + first[0], y + first[1])
        for across, up in others:
            outline.lineTo(x + across, y + up)
        outline.close()
        canvas.drawPath(outline, stroke=1, fill=1)

    def _letters(self, canvas: Canvas, mark: Letters) -> None:
        font, colour = _LETTERS[mark.ink]
        canvas.setFont(font, PAPER.size * (0.93 if mark.ink is Ink.SOFT else 1))
        canvas.setFillColor(colour)
        text = drawable(mark.text, self._language)
        x, y = self._x(mark.at), self._y(mark.top)
        if mark.anchor is Anchor.END:
            canvas.drawRightString(x, y, text)
        elif mark.anchor is Anchor.MIDDLE:
            canvas.drawCentredString(x, y, text)
        else:
            canvas.drawString(x, y, text)
