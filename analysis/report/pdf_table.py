"""Published tables on paper, drawn line by line.

A report has hundreds of tables with tens of thousands of numbers; ReportLab's own tables take four
times as long over them. A table wider than the page is cut between breakdowns and repeats the
total; one longer than the page is cut between blocks and repeats its head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.report.grid import Block, Grid, GridCell, head_of, runs
from analysis.report.pdf_fonts import BOLD, PLAIN, drawable, width_of, wrapped
from analysis.tables.questions import QUANTILES
from analysis.wording import Wording

INK, SOFT, LINE, EDGE, PALE = (
    HexColor(code) for code in ("#16282c", "#4a5b5f", "#bcc7c6", "#5d7074", "#eef3f2")
)
SIZE, SMALL_SIZE, LEAD = 7.0, 5.8, 8.6
SMALL_LEAD = 7.3
PAD = 2.2
INDENT = 8.0
KEPT_WHOLE = 300.0
"""Points: a piece no taller goes to the next page rather than leave a row or two behind."""
LABEL_SHARE = 0.27
LEAST_COLUMN = 42.0


@dataclass(frozen=True)
class _Measure:
    """How a table is divided over the width of a page."""

    label: float
    column: float


def table_parts(grid: Grid, number: int, width: float, language: str) -> list[PaperTable]:
    """Give a table as pieces that fit the width of a page, the total first in each.

    ``number`` is that of the table; every piece bears it.
    """
    label = width * LABEL_SHARE
    most = max(2, int((width - label) // _least_column(grid, language)))
    total, rest = list(range(1)), list(range(1, len(grid.columns)))
    pieces = list(_pieces(grid, rest, most - 1)) or [[]]
    widest = max(len(piece) for piece in pieces) + 1
    column = min((width - label) / widest, 64.0)
    measure, say = _Measure(label, column), Wording(language)
    first = say.gettext("Table %(number)s", number=number)
    later = say.gettext("Table %(number)s, continued", number=number)
    return [
        PaperTable(
            _chosen(grid, [*total, *piece]), measure, (later if k else first, later), language
        )
        for k, piece in enumerate(pieces)
    ]


def _least_column(grid: Grid, language: str) -> float:
    """Give the width that the longest number of the table needs."""
    longest = LEAST_COLUMN
    for block in grid.blocks:
        for row in block.rows:
            for cell in row.cells:
                value = width_of(drawable(cell.value.text, language), BOLD, SIZE)
                longest = max(longest, value + _letters_width(cell) + 2 * PAD)
                for beside in cell.beside:
                    text = drawable(beside.text, language)
                    longest = max(longest, width_of(text, PLAIN, SMALL_SIZE) + 2 * PAD)
    return longest


def _letters_width(cell: GridCell) -> float:
    return width_of(f" {cell.letters}", BOLD, SMALL_SIZE) if cell.letters else 0.0


def _pieces(grid: Grid, columns: Sequence[int], most: int) -> Iterator[list[int]]:
    """Cut columns into pieces, between breakdowns where they allow it."""
    if len(columns) <= most:
        yield list(columns)
        return
    piece: list[int] = []
    at = 1
    for _, group in runs(grid.columns[1:]):
        members = list(range(at, at + len(group)))
        at += len(group)
        if piece and len(piece) + len(members) > most:
            yield piece
            piece = []
        while len(members) > most:
            yield members[:most]
            members = members[most:]
        piece += members
    if piece:
        yield piece


def _chosen(grid: Grid, columns: Sequence[int]) -> Grid:
    blocks = tuple(
        replace(
            block,
            rows=tuple(
                replace(row, cells=tuple(row.cells[k] for k in columns)) for row in block.rows
            ),
        )
        for block in grid.blocks
    )
    return Grid(tuple(grid.columns[k] for k in columns), blocks, grid.is_lettered)


class _Pen:
    """Writes strings as one text object: much cheaper than one each, and in reading order."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._text = canvas.beginText()
        self._look: tuple[str, float, HexColor] | None = None

    def write(self, x: float, y: float, text: str, look: tuple[str, float, HexColor]) -> None:
        """Write from a place to the right."""
        if look != self._look:
            font, size, colour = self._look = look
            self._text.setFont(font, size)
            self._text.setFillColor(colour)
        self._text.setTextOrigin(x, y)
        self._text.textOut(text)

    def write_to(self, x: float, y: float, text: str, look: tuple[str, float, HexColor]) -> None:
        """Write up to a place from the left."""
        self.write(x - width_of(text, look[0], look[1]), y, text, look)

    def lift(self) -> None:
        """Put what was written on the page."""
        self._canvas.drawText(self._text)


class PaperTable(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """A table, or the blocks of it that are on one page.

    ``names`` stand at the head: of this piece, and of what is cut from it.
    """

    def __init__(
        self, grid: Grid, measure: _Measure, names: tuple[str, str], language: str
    ) -> None:
        super().__init__()
        self._grid = grid
        self._measure = measure
        self._names = names
        self._language = language
        self.spaceAfter = 6

    # --- what ReportLab asks ----------------------------------------------------------------------

    def wrap(self, *_available: float) -> tuple[float, float]:
        """Give width and height."""
        self.width = self._measure.label + self._measure.column * len(self._grid.columns)
        self.height = self._head_height + sum(self._heights)
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        """Cut between blocks; nothing fits when not even the base and one answer do."""
        if self._head_height + sum(self._heights) <= KEPT_WHOLE:
            return []
        room, kept = height - self._head_height, 0
        for block_height in self._heights:
            if block_height > room:
                break
            room -= block_height
            kept += 1
        bases = sum(block.statistic == "base" for block in self._grid.blocks)
        if kept <= bases and len(self._grid.blocks) > bases:
            return []
        first, second = self._grid.blocks[:kept], self._grid.blocks[kept:]
        own, later = self._names
        return [
            PaperTable(replace(self._grid, blocks=part), self._measure, names, self._language)
            for part, names in ((first, (own, later)), (second, (later, later)))
            if part
        ]

    def draw(self) -> None:
        """Draw on the canvas, from the top down: tints and rules, then all words over them."""
        pen = _Pen(self.canv)
        top = self.height
        self._rule(top, EDGE, 0.8)
        self._write_head(pen, top)
        top -= self._head_height
        self._rule(top, EDGE, 0.6)
        for block, height in zip(self._grid.blocks, self._heights, strict=True):
            if block.statistic == "base":
                self.canv.setFillColor(PALE)
                self.canv.rect(0, top - height, self.width, height, stroke=0, fill=1)
            self._write_block(pen, block, top)
            top -= height
            self._rule(top, LINE, 0.4)
        self._rule(top, EDGE, 0.8)
        pen.lift()

    # --- measures ---------------------------------------------------------------------------------

    @cached_property
    def _heights(self) -> list[float]:
        return [self._block_height(block) for block in self._grid.blocks]

    def _block_height(self, block: Block) -> float:
        height = PAD * 1.6
        if block.label:
            height += len(self._label(block.label, BOLD)) * LEAD
        return height + sum(self._row_height(block, k) for k in range(len(block.rows)))

    def _row_height(self, block: Block, at: int) -> float:
        row = block.rows[at]
        lines = len(self._label(row.label, _font(block), indent=bool(block.label)))
        beside = max((len(cell.beside) for cell in row.cells), default=0)
        return max(lines * LEAD, LEAD + beside * SMALL_LEAD)

    def _label(self, text: str, font: str, *, indent: bool = False) -> list[str]:
        width = self._measure.label - 2 * PAD - (INDENT if indent else 0)
        return wrapped(drawable(text, self._language), font, SIZE, width)

    @cached_property
    def _heads(self) -> list[list[str]]:
        width = self._measure.column - 2 * PAD
        return [
            wrapped(self._text(head_of(c, is_lettered=self._grid.is_lettered)), PLAIN, SIZE, width)
            for c in self._grid.columns
        ]

    @cached_property
    def _banners(self) -> list[tuple[list[str], int]]:
        """Give the breakdowns with the number of columns each."""
        return [
            (
                wrapped(self._text(label), BOLD, SIZE, self._measure.column * len(part) - 2 * PAD)
                if label
                else [],
                len(part),
            )
            for label, part in runs(self._grid.columns)
        ]

    @cached_property
    def _head_height(self) -> float:
        above = max(len(lines) for lines, _ in self._banners) * LEAD
        return above + max(len(lines) for lines in self._heads) * LEAD + 3 * PAD

    def _text(self, text: str) -> str:
        return drawable(text, self._language)

    # --- drawing ----------------------------------------------------------------------------------

    def _right(self, column: int) -> float:
        return self._measure.label + self._measure.column * (column + 1) - PAD

    def _write_head(self, pen: _Pen, top: float) -> None:
        at = 0
        for lines, count in self._banners:
            left = self._measure.label + self._measure.column * at
            for k, line in enumerate(lines):
                pen.write(left + PAD * 3, top - PAD - SIZE - k * LEAD, line, (BOLD, SIZE, INK))
            if lines:
                self.canv.setStrokeColor(LINE)
                self.canv.setLineWidth(0.6)
                self.canv.line(left + PAD, top, left + PAD, top - self._head_height)
            at += count
        foot, look = top - self._head_height + PAD + 1.5, (PLAIN, SIZE, SOFT)
        pen.write(PAD, foot, self._names[0], look)
        for column, lines in enumerate(self._heads):
            for k, line in enumerate(lines):
                y = foot + (len(lines) - 1 - k) * LEAD
                pen.write_to(self._right(column), y, line, look)

    def _write_block(self, pen: _Pen, block: Block, top: float) -> None:
        y, left = top - PAD * 0.8, PAD
        if block.label:
            for line in self._label(block.label, BOLD):
                pen.write(PAD, y - SIZE, line, (BOLD, SIZE, INK))
                y -= LEAD
            left += INDENT
        font = _font(block)
        look = (font, SIZE, SOFT if block.statistic == "base" else INK)
        for at, row in enumerate(block.rows):
            for k, line in enumerate(self._label(row.label, font, indent=bool(block.label))):
                pen.write(left, y - SIZE - k * LEAD, line, look)
            for column, cell in enumerate(row.cells):
                self._write_value(pen, cell, self._right(column), y - SIZE, look)
            for column, cell in enumerate(row.cells):
                for k, beside in enumerate(cell.beside, start=1):
                    baseline = y - SIZE - k * SMALL_LEAD
                    text = self._text(beside.text)
                    pen.write_to(self._right(column), baseline, text, (PLAIN, SMALL_SIZE, SOFT))
            y -= self._row_height(block, at)

    def _write_value(
        self, pen: _Pen, cell: GridCell, right: float, y: float, look: tuple[str, float, HexColor]
    ) -> None:
        value_right = right - _letters_width(cell)
        pen.write_to(value_right, y, self._text(cell.value.text), look)
        if cell.letters:
            pen.write_to(right, y, cell.letters, (BOLD, SMALL_SIZE, INK))

    def _rule(self, y: float, colour: HexColor, width: float) -> None:
        self.canv.setStrokeColor(colour)
        self.canv.setLineWidth(width)
        self.canv.line(0, y, self.width, y)


def _font(block: Block) -> str:
    return BOLD if block.statistic in {"net", "mean", *QUANTILES} else PLAIN
