"""Charts as inline SVG that stretches with the page while its letters keep their size.

Places across are percentages with a shift in pixels, which SVG has for text (``dx``) and, for all
else, by nesting a small drawing at a percentage. Nothing needs a script, a style attribute or
another file.
"""

from __future__ import annotations

from analysis.report.chart import Chart
from analysis.report.chart_layout import place
from analysis.report.chart_marks import (
    HATCHED,
    SCREEN,
    Across,
    Block,
    Letters,
    Mark,
    Marker,
    Stroke,
)
from analysis.report.markup import Element, element

_SHAPES = {
    "circle": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
    "square": "M-4 -4h8v8h-8z",
    "diamond": "M0 -6l6 6l-6 6l-6 -6z",
    "triangle": "M0 -5.5l5.5 9.5h-11z",
}


def chart_svg(chart: Chart, key: str) -> Element:
    """Give a chart as an image with a title and a description; ``key`` is unique on the page."""
    height, marks = place(chart, SCREEN)
    title, description = f"{key}-title", f"{key}-words"
    svg = element(
        "svg",
        {
            "role": "img",
            "aria-labelledby": f"{title} {description}",
            "width": "100%",
            "height": f"{height + 4:.0f}",
            "direction": "ltr",
        },
        element("title", {"id": title}, chart.caption.title),
        element("desc", {"id": description}, chart.told()),
    )
    svg.extend([_drawn(mark) for mark in marks])
    return svg


def hatching() -> Element:
    """Give the pattern that charts of a page share; it is to stand on the page once."""
    line = element("path", {"d": "M0 6L6 0", "class": "hatch"})
    size = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
    pattern = element("pattern", {"id": "hatch", **size}, line)
    hidden = {"width": "0", "height": "0", "aria-hidden": "true", "focusable": "false"}
    return element("svg", {"class": "patterns", **hidden}, element("defs", None, pattern))


def _drawn(mark: Mark) -> Element:
    match mark:
        case Block():
            return _block(mark)
        case Stroke():
            return _stroke(mark)
        case Marker():
            kind = "mark hollow" if mark.hollow else "mark"
            path = element("path", {"d": _SHAPES[mark.shape], "class": kind})
            return _nested(mark.at, mark.top, path)
        case Letters():
            return _letters(mark)


def _block(mark: Block) -> Element:
    attributes = {"y": _number(mark.top), "height": _number(mark.height)}
    tone = {"class": "hatched"} if mark.tone == HATCHED else {"class": f"tone{mark.tone}"}
    if mark.start.shift or mark.end.shift:
        # Boxes of a key have a fixed width, so they hang on one percentage.
        wide = _number(mark.end.shift - mark.start.shift)
        box = element("rect", {"width": wide, "height": attributes["height"], **tone})
        return _nested(mark.start, mark.top, box)
    width = _per_cent(mark.end.fraction - mark.start.fraction)
    place = {"x": _per_cent(mark.start.fraction), "width": width}
    return element("rect", {**place, **attributes, **tone})


def _stroke(mark: Stroke) -> Element:
    ends = {
        "x1": _per_cent(mark.start.fraction),
        "x2": _per_cent(mark.end.fraction),
        "y1": _number(mark.from_top),
        "y2": _number(mark.to_top),
        "class": mark.ink.value,
    }
    line = element("line", ends)
    if mark.start.shift:
        line.set("transform", f"translate({_number(mark.start.shift)} 0)")
    return line


def _letters(mark: Letters) -> Element:
    at = {"x": _per_cent(mark.at.fraction), "y": _number(mark.top), "class": mark.ink.value}
    if mark.at.shift:
        at["dx"] = _number(mark.at.shift)
    if mark.anchor.value != "start":
        at["text-anchor"] = mark.anchor.value
    return element("text", at, mark.text)


def _nested(at: Across, top: float, drawn: Element) -> Element:
    where = {"x": _per_cent(at.fraction), "y": _number(top), "overflow": "visible"}
    if at.shift:
        drawn.set("transform", f"translate({_number(at.shift)} 0)")
    return element("svg", where, drawn)


def _per_cent(fraction: float) -> str:
    return f"{fraction * 100:.4g}%"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
