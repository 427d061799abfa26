"""The table of contents of the PDF: how many pages it needs is known before it is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.platypus import Flowable

from analysis.report.outline import Entry
from analysis.report.pdf_canvas import Place, ReportCanvas
from analysis.report.pdf_fonts import BOLD, PLAIN, drawable, width_of, wrapped

_SIZE, _LEAD = 8.5, 12.0
_INDENT = 12.0
_NUMBER_ROOM = 34.0


@dataclass(frozen=True)
class ContentsLine:
    """One printed line; the last of an entry bears its page number."""

    key: str
    text: str
    depth: int
    is_last: bool


class ContentsPage(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """A page of contents, kept free until page numbers are known."""

    def __init__(self, lines: Sequence[ContentsLine], width: float, height: float) -> None:
        super().__init__()
        self.lines, self.width, self.height = lines, width, height

    def wrap(self, *_available: float) -> tuple[float, float]:
        """Give width and height."""
        return self.width, self.height

    def draw(self) -> None:
        """Note on the page that the lines belong here."""
        left, top = self.canv.absolutePosition(0, self.height)
        self.canv.keep_free((self.lines, left, top, self.width))


def contents_pages(
    entries: Iterable[Entry], language: str, width: float, height: float
) -> list[ContentsPage]:
    """Break the contents over pages of a height in points."""
    pages: list[list[ContentsLine]] = [[]]
    used = 0.0
    for entry in entries:
        font = BOLD if entry.depth == 0 else PLAIN
        room = width - _NUMBER_ROOM - entry.depth * _INDENT
        texts = wrapped(drawable(entry.title, language), font, _SIZE, room)
        needed = len(texts) * _LEAD + (_LEAD / 2 if entry.depth == 0 else 0)
        # A research question is not left alone at the foot of a page.
        if used + needed + (_LEAD if entry.depth == 0 else 0) > height:
            pages.append([])
            used = 0.0
        used += needed
        pages[-1] += [
            ContentsLine(entry.key, text, entry.depth, is_last=k == len(texts) - 1)
            for k, text in enumerate(texts)
        ]
    return [ContentsPage(page, width, height) for page in pages]


def draw_contents(canvas: ReportCanvas, page: int, places: Sequence[Place]) -> None:
    """Fill in the contents of a page, if it has any."""
    found = canvas.kept_free.get(page)
    if found is None:
        return
    lines, left, y, width = found
    pages = {place.key: place.page for place in places}
    before = None
    for line in lines:
        font = BOLD if line.depth == 0 else PLAIN
        if line.depth == 0 and line.key != before:
            y -= _LEAD / 2
        before = line.key
        y -= _LEAD
        start = left + line.depth * _INDENT
        canvas.setFillGray(0.1)
        canvas.setFont(font, _SIZE)
        canvas.drawString(start, y, line.text)
        canvas.linkRect("", line.key, (start, y - 2, left + width, y + _SIZE), relative=0)
        if line.is_last and line.key in pages:
            number = str(pages[line.key])
            canvas.drawRightString(left + width, y, number)
            end = left + width - width_of(number, font, _SIZE) - 4
            _leader(canvas, start + width_of(line.text, font, _SIZE) + 4, end, y)


def _leader(canvas: ReportCanvas, start: float, end: float, y: float) -> None:
    if end - start < 6:
        return
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(0.5)
    canvas.setDash([0.5, 2.5], 0)
    canvas.line(start, y + 1, end, y + 1)
    canvas.setDash()
