"""Placing any chart on paper or on a screen."""

from __future__ import annotations

from analysis.report.chart import Bars, Chart, Dots, Lines, Stack
from analysis.report.chart_marks import Drawing, Frame, Mark
from analysis.report.chart_rows import place_bars, place_dots, place_stack
from analysis.report.chart_trend import place_lines


def place(chart: Chart, frame: Frame) -> tuple[float, list[Mark]]:
    """Give the height of a chart in points and its marks, the hindmost first."""
    drawing = Drawing(frame)
    match chart:
        case Bars():
            place_bars(chart, drawing)
        case Dots():
            place_dots(chart, drawing)
        case Stack():
            place_stack(chart, drawing)
        case Lines():
            place_lines(chart, drawing)
    return drawing.top, [*drawing.behind, *drawing.marks]
