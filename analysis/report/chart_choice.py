"""Which charts suit a table, and which of its numbers they show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from babel.numbers import format_decimal, format_percent

from analysis.book import Heading, Line, PublishedTable
from analysis.plan import Kind
from analysis.printed import SMALL, base_text, is_change, value_text
from analysis.report.chart import (
    Bars,
    Caption,
    Chart,
    Dots,
    Lines,
    Point,
    Row,
    Scale,
    Series,
    Stack,
    StackRow,
)
from analysis.wording import Wording

MOST_SERIES = 6
"""More lines than this cannot be told apart."""
MOST_STEPS = 7
SHARE_TOPS = (0.1, 0.25, 0.5, 1.0)
_TICKS = {0.1: 0.02, 0.25: 0.05, 0.5: 0.1, 1.0: 0.25}


def charts_of(table: PublishedTable, language: str) -> tuple[Chart, ...]:
    """Give the charts of a table, none to two.

    A trend gives lines. A scale, or a transition, gives stacked bars; a net, a yes or no, or a mean
    gives dots by breakdown; answers without an order give bars of the total.
    """
    draw = _Draughtsman(table, language)
    charts: list[Chart | None]
    match table.kind:
        case Kind.TREND:
            charts = [draw.lines()]
        case Kind.TRANSITION:
            charts = [draw.stack()]
        case _:
            charts = [draw.stack() or draw.bars(), draw.dots()]
    return tuple(chart for chart in charts if chart is not None)


class _Draughtsman:
    """The table at hand with its words."""

    def __init__(self, table: PublishedTable, language: str) -> None:
        self._table = table
        self._language = language
        self._title = table.title.rstrip(".")
        self._say = Wording(language)
        self._shares = [line for line in table.lines if line.statistic == "share"]
        self._nets = [line for line in table.lines if line.statistic == "net"]
        self._waves = [wave for wave in table.waves if not is_change(wave)]

    # --- the four kinds ---------------------------------------------------------------------------

    def lines(self) -> Lines | None:
        """Give the total over the waves: nets first, then the answers given most."""
        total = self._table.columns[0]
        kept = self._prominent(self._nets + self._shares, total)
        kept = kept or [line for line in self._table.lines if line.statistic == "mean"]
        series = [
            Series(line.label, tuple(self._point(wave, line, total) for wave in self._waves))
            for line in kept
        ]
        series = [one for one in series if any(one.points)]
        if not series or len(self._waves) < 2:
            return None
        points = [point for one in series for point in one.points if point is not None]
        title = self._say.gettext("%(title)s: over the waves", title=self._title)
        reading = self._say.gettext("Vertical lines are 95 per cent intervals.")
        caption = self._caption(title, total, reading)
        scale = self._scale(points, kept[0].statistic)
        return Lines(caption, scale, tuple(self._waves), tuple(series))

    def stack(self) -> Stack | None:
        """Give all answers of every column; None unless they are an ordered scale.

        A column with a masked answer has no bar: what is missing of 100 % would show it. Where only
        the total has a bar there is nothing to compare, and no chart of this kind.
        """
        steps = self._steps()
        if steps is None or not self._adds_up(self._table.columns[0]):
            return None
        rows = [self._stack_row(column) for column in self._table.columns]
        if len(rows) > 1 and not any(row.parts for row in rows[1:]):
            return None
        title = self._say.gettext("%(title)s: all answers", title=self._title)
        reading = self._say.gettext("Answers from left to right in the order shown.")
        caption = self._caption(title, self._table.columns[0], reading)
        names = tuple(line.label for line in self._shares)
        return Stack(caption, names, steps, tuple(rows))

    def bars(self) -> Bars | None:
        """Give the answers of everybody."""
        total = self._table.columns[0]
        lines = self._shares + self._nets
        if len(self._shares) < 3:
            return None
        rows = [self._row(line.label, line, total) for line in lines]
        points = [row.point for row in rows if row.point is not None]
        if not points:
            return None
        reading = self._say.gettext("Lines across bar ends are 95 per cent intervals.")
        title = self._say.gettext("%(title)s: everybody", title=self._title)
        caption = self._caption(title, total, reading)
        return Bars(caption, self._scale(points, "share"), tuple(rows))

    def dots(self) -> Dots | None:
        """Compare the columns on the line that says most: a net, the mean, or the first of two."""
        line = self._headline()
        total, *columns = self._table.columns
        if line is None or len(columns) < 2:
            return None
        rows = [self._row(total.label, line, total)]
        rows += [self._row(column.label, line, column, column.banner_label) for column in columns]
        points = [row.point for row in rows if row.point is not None]
        if len(points) < 2:
            return None
        reading = self._say.gettext(
            "Lines are 95 per cent intervals; the dashed line is the total; hollow marks have a "
            "small base."
        )
        title = self._say.gettext(
            "%(title)s: %(answer)s, by group", title=self._title, answer=line.label
        )
        reference = rows[0].point.value if rows[0].point else None
        caption = self._caption(title, total, reading)
        return Dots(caption, self._scale(points, line.statistic), tuple(rows), reference)

    # --- what goes into them ----------------------------------------------------------------------

    def _headline(self) -> Line | None:
        if self._nets:
            return self._nets[0]
        if len(self._shares) in {1, 2}:
            return self._shares[0]
        means = [line for line in self._table.lines if line.statistic == "mean"]
        return means[0] if means and not self._shares else None

    def _prominent(self, lines: Sequence[Line], column: Heading) -> list[Line]:
        """Keep at most six lines: nets, then the highest of the last wave, in table order."""
        if len(lines) <= MOST_SERIES:
            return list(lines)

        def height(line: Line) -> tuple[bool, float]:
            cell = self._table.cell(self._waves[-1], line, column)
            return line.statistic == "net", (cell and cell.value) or 0.0

        kept = sorted(lines, key=height, reverse=True)[:MOST_SERIES]
        return [line for line in lines if line in kept]

    def _steps(self) -> int | None:
        """Count the answers that are a scale: numbered one after the other, before any others.

        In a transition every answer counts, because people move between all of them.
        """
        codes = [line.code for line in self._shares]
        if self._table.kind is Kind.TRANSITION:
            return len(codes) if 2 <= len(codes) <= MOST_STEPS else None
        numbered = [int(code) for code in codes if code.isdecimal()]
        others = len(codes) - len(numbered)
        in_front = all(code.isdecimal() for code in codes[: len(numbered)])
        consecutive = all(after - before == 1 for before, after in pairwise(numbered))
        if not (3 <= len(numbered) <= MOST_STEPS and others <= 2 and in_front and consecutive):
            return None
        return len(numbered)

    def _adds_up(self, column: Heading) -> bool:
        """Whether all answers are printed and make 100 %: one answer each, none masked."""
        values = [self._value(line, column) for line in self._shares]
        known = [value for value in values if value is not None]
        return len(known) == len(values) and abs(sum(known) - 1) <= 0.001 * len(values)

    def _value(self, line: Line, column: Heading) -> float | None:
        cell = self._table.cell(self._waves[-1], line, column)
        return None if cell is None else cell.value

    def _stack_row(self, column: Heading) -> StackRow:
        wave = self._waves[-1]
        points = [self._point(wave, line, column) for line in self._shares]
        if self._adds_up(column):
            parts = tuple(point for point in points if point is not None)
            return StackRow(column.label, parts, group=column.banner_label)
        instead = self._say.gettext("no bar: an answer is suppressed")
        if not any(self._table.cell(wave, line, column) for line in self._shares):
            instead = self._say.gettext("nobody was asked")
        return StackRow(column.label, (), instead, column.banner_label)

    def _row(self, label: str, line: Line, column: Heading, group: str = "") -> Row:
        wave = self._waves[-1]
        point = self._point(wave, line, column)
        if point is not None:
            return Row(label, point, group=group)
        cell = self._table.cell(wave, line, column)
        instead = value_text(cell, line.statistic, wave, self._language).spoken
        return Row(label, None, instead, group)

    def _point(self, wave: str, line: Line, column: Heading) -> Point | None:
        cell = self._table.cell(wave, line, column)
        if cell is None or cell.value is None:
            return None
        text = value_text(cell, line.statistic, wave, self._language).text
        weak = text.startswith("(") or text.endswith(SMALL)
        return Point(cell.value, cell.low, cell.high, text, weak)

    def _scale(self, points: Sequence[Point], statistic: str) -> Scale:
        highest = max(point.high or point.value for point in points)
        if statistic in {"share", "net"}:
            top = next((top for top in SHARE_TOPS if highest <= top), 1.0)
            step = _TICKS[top]
            ticks = [step * k for k in range(round(top / step) + 1)]
            return Scale(
                0.0, top, tuple((t, format_percent(t, locale=self._language)) for t in ticks)
            )
        lowest = min(0.0, min(point.low or point.value for point in points))
        step = _round_step((highest - lowest) / 4)
        bottom, top = math.floor(lowest / step) * step, math.ceil(highest / step) * step
        count = round((top - bottom) / step)
        ticks = [bottom + step * k for k in range(count + 1)]
        return Scale(
            bottom, top, tuple((t, format_decimal(t, locale=self._language)) for t in ticks)
        )

    def _caption(self, title: str, total: Heading, reading: str) -> Caption:
        bases = [
            base_text(self._table.base(wave, total), "n", self._language).text
            for wave in self._waves
        ]
        pairs = [f"{wave}: n = {n}" for wave, n in zip(self._waves, bases, strict=True)]
        weight = self._table.notes[:1]
        return Caption(title, ". ".join(("; ".join(pairs), *weight)), reading)


def _round_step(step: float) -> float:
    """Give 1, 2 or 5 times a power of ten, not below a step."""
    power = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next((m * power for m in (1, 2, 5, 10) if m * power >= step - 1e-12), power)
