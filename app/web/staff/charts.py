"""Charts: numbers in, places on the drawing out. The templates only write the SVG down.

A drawing has no numbers of its own that its table does not have, and words beside it for who does
not see it. Colours are classes of the style sheet (``line-1`` …), so that they follow dark mode,
print and forced colours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.web.staff.view import Columns, Dot, DotChart, Line, LineChart, Point, Table

WIDTH, HEIGHT = 1000, 400
"""The box of a line chart, in units of its own."""
KINDS = 6
"""How many colours of lines there are; a chart with more lines is a table."""
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """A line as numbers: its words and (x, y), from left to right."""

    words: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False


def line_chart(
    series: Sequence[Series],
    *,
    id: str,
    caption: str,
    alternative: str,
    say_x: Callable[[float], str],
    say_y: Callable[[float], str],
    top: float | None = None,
    stairs: bool = False,
    table: Table | None = None,
) -> LineChart | None:
    """Return a line chart from zero up, or ``None`` where there is nothing to draw.

    Parameters
    ----------
    top
        The least that the vertical axis reaches, for shares 1.0; by default what the data need.
    stairs
        Draw steps: a count stays what it is until it changes.
    """
    drawn = [one for one in series if one.points]
    if not drawn:
        return None
    xs = [x for one in drawn for x, _y in one.points]
    first, last = min(xs), max(xs)
    highest = max([top or 0.0, *(y for one in drawn for _x, y in one.points)])
    ups = ticks(highest)
    span, reach = (last - first) or 1.0, ups[-1] or 1.0
    return LineChart(
        id=id,
        caption=caption,
        lines=[
            _line(index, one, first, span, reach, stairs=stairs) for index, one in enumerate(drawn)
        ],
        across=[(100 * (x - first) / span, say_x(x)) for x in spread(first, last)],
        up=[(100 * y / reach, say_y(y)) for y in ups],
        alternative=alternative,
        table=table,
    )


def dot_chart(
    dots: Sequence[tuple[str, str, str, float | None, float | None, float | None]],
    *,
    id: str,
    caption: str,
    say: Callable[[float], str],
    reach: tuple[float, float] = (0.0, 1.0),
    table: Table | None = None,
) -> DotChart | None:
    """Return estimates with intervals: label, value and alternative in words, then the numbers.

    ``reach`` is the scale; what lies beyond it is drawn at its end.
    """
    low_end, high_end = reach
    span = (high_end - low_end) or 1.0

    def place(value: float | None) -> float | None:
        if value is None or not math.isfinite(value):
            return None
        return 100 * min(1.0, max(0.0, (value - low_end) / span))

    if not dots:
        return None
    return DotChart(
        id=id,
        caption=caption,
        dots=[
            Dot(label, value, alternative, place(point), place(low), place(high))
            for label, value, alternative, point, low, high in dots
        ],
        marks=[(25.0 * at, say(low_end + span * at / 4)) for at in range(5)],
        table=table,
    )


def histogram(
    edges: Sequence[float],
    counts: Sequence[float],
    *,
    id: str,
    caption: str,
    alternative: str,
    say_x: Callable[[float], str],
    say: Callable[[float, float, float], str],
    table: Table | None = None,
) -> Columns | None:
    """Return columns over bins, or ``None`` where all are empty.

    There is one edge more than there are counts; ``say`` words the low edge, high edge and count.
    """
    if not counts or max(counts) <= 0:
        return None
    first, span, highest = edges[0], (edges[-1] - edges[0]) or 1.0, max(counts)
    return Columns(
        id=id,
        caption=caption,
        columns=[
            (
                100 * (low - first) / span,
                100 * (high - low) / span,
                100 * count / highest,
                say(low, high, count),
            )
            for low, high, count in zip(edges, edges[1:], counts, strict=False)
        ],
        across=[(100 * (x - first) / span, say_x(x)) for x in spread(first, edges[-1])],
        alternative=alternative,
        table=table,
    )


def ticks(highest: float) -> list[float]:
    """Return round numbers from 0 to at least the highest value, three to six of them."""
    if highest <= 0 or not math.isfinite(highest):
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(highest / 4))
    step = next(one * power for one in _STEPS if one * power * 5 >= highest * (1 - 1e-9))
    return [round(step * at, 12) for at in range(math.ceil(highest / step - 1e-9) + 1)]


def spread(first: float, last: float, marks: int = 4) -> list[float]:
    """Return places for the marks of an axis: both ends and what lies evenly between."""
    if last <= first:
        return [first]
    return [first + (last - first) * at / marks for at in range(marks + 1)]


def _line(
    index: int, one: Series, first: float, span: float, reach: float, *, stairs: bool
) -> Line:
    places = [
        (WIDTH * (x - first) / span, HEIGHT * (1 - min(1.0, max(0.0, y / reach))))
        for x, y in one.points
    ]
    path = f"M{places[0][0]:.1f} {places[0][1]:.1f}"
    for x, y in places[1:]:
        path += f"H{x:.1f}V{y:.1f}" if stairs else f"L{x:.1f} {y:.1f}"
    x, y = places[-1]
    ends = Point(100 * x / WIDTH, 100 * (1 - y / HEIGHT))
    return Line(f"line-{index % KINDS + 1}", one.words, path, ends, one.dashed)
