"""The flow chart of the panel as SVG: letters are letters, and nothing is said by colour alone.

Made on the server, without script. Tones go from dark to light, so that they are told apart in
grey; who left the population is hatched, who is not in the sample has a dashed edge.
"""

from __future__ import annotations

from babel.numbers import format_decimal, format_percent
from lxml import etree

from analysis.report.markup import Element, element
from app.panel.attrition_ledger import Ledger
from app.panel.places import FATES, Fate, Place
from app.services.response.attrition_flow import BAR, PITCH, Band, Bar, Drawing, drawing_of
from app.services.response.attrition_words import Say, fate_words, place_words

STYLE = """
.flow text{font:13px system-ui,"Noto Sans",sans-serif;fill:#16282c}
.flow .wave{font-weight:600;font-size:15px}
.flow .soft{fill:#4a5b5f}
.flow .halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.flow .band{fill:#e4ecec;stroke:#c3d0d0;stroke-width:.5}
.flow .stays{fill:#a9c7cc;stroke:#8db4ba}
.flow .answered{fill:#0f3b45;stroke:#0f3b45}
.flow .in_field{fill:#3b7480;stroke:#3b7480}
.flow .nonresponse{fill:#8db4ba;stroke:#5d7074}
.flow .attrition{fill:#dbe7e8;stroke:#5d7074}
.flow .left{fill:url(#flow-hatch);stroke:#5d7074}
.flow .outside{fill:#fff;stroke:#5d7074;stroke-dasharray:3 2}
.flow .hatch{stroke:#16282c;stroke-width:1.2}
"""
"""Of the marks, alike in a file of its own and on a page."""
_KEY = 26.0
_TITLE = 34.0
_MARGIN = 8.0
_FEW = 0.01


def flow_svg(ledger: Ledger, language: str, _: Say, *, title: str, style: bool = False) -> Element:
    """Return the chart; with ``style``, as a file of its own: with its style and its title."""
    drawn = drawing_of(ledger)
    keys = _key(ledger, _, drawn.height)
    above = _TITLE if style else 0.0
    wide, high = drawn.width + 2 * _MARGIN, above + drawn.height + _KEY * (len(keys) + 0.5)
    svg = element(
        "svg",
        {
            "class": "flow",
            "role": "img",
            "aria-labelledby": "flow-title flow-words",
            "width": f"{wide:.0f}",
            "height": f"{high:.0f}",
            "viewBox": f"{-_MARGIN:.0f} {-above:.0f} {wide:.0f} {high:.0f}",
            "direction": "ltr",
        },
        element("title", {"id": "flow-title"}, title),
        element("desc", {"id": "flow-words"}, told(ledger, language, _)),
        element("style", None, STYLE) if style else None,
        _hatching(),
        element("text", {"x": "0", "y": "-14", "class": "wave"}, title) if style else None,
    )
    svg.extend([_band(one) for one in sorted(drawn.bands, key=_stays)])
    svg.extend([_bar(one) for one in drawn.bars])
    svg.extend(_labels(ledger, drawn, language, _))
    for row in keys:
        svg.extend(row)
    return svg


def as_file(svg: Element) -> bytes:
    """Return a chart as an SVG file."""
    svg.set("xmlns", "http://www.w3.org/2000/svg")
    whole: bytes = etree.tostring(svg, encoding="utf-8", xml_declaration=True)
    return whole + b"\n"


def told(ledger: Ledger, language: str, _: Say) -> str:
    """Say the numbers of the bars in words."""
    names = place_words(_)
    sentences = []
    for wave in ledger.waves:
        counts = dict.fromkeys(Place, 0)
        for placed, count in ledger.counts(wave).items():
            counts[placed.place] += count
        parts = [
            f"{names[place]} {format_decimal(count, locale=language)}"
            for place, count in counts.items()
            if count
        ]
        sentences.append(f"{wave}: {', '.join(parts)}.")
    return " ".join(sentences)


def _hatching() -> Element:
    line = element("path", {"d": "M0 6L6 0", "class": "hatch"})
    size = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
    return element("defs", None, element("pattern", {"id": "flow-hatch", **size}, line))


def _stays(band: Band) -> bool:
    return FATES[band.to_place] is Fate.ANSWERED


def _band(band: Band) -> Element:
    middle = (band.left + band.right) / 2
    low, high = band.from_top + band.height, band.to_top + band.height
    path = (
        f"M{band.left:.1f} {band.from_top:.2f}"
        f"C{middle:.1f} {band.from_top:.2f} {middle:.1f} {band.to_top:.2f}"
        f" {band.right:.1f} {band.to_top:.2f}"
        f"V{high:.2f}"
        f"C{middle:.1f} {high:.2f} {middle:.1f} {low:.2f} {band.left:.1f} {low:.2f}Z"
    )
    return element("path", {"d": path, "class": "band stays" if _stays(band) else "band"})


def _bar(bar: Bar) -> Element:
    return _box(bar.left, bar.top, BAR, bar.height, FATES[bar.place])


def _box(left: float, top: float, width: float, height: float, fate: Fate) -> Element:
    place = {"x": f"{left:.1f}", "y": f"{top:.2f}", "width": f"{width:.1f}"}
    # As an attribute: the policy of the site lets no style sheet name an address.
    hatched = {"fill": "url(#flow-hatch)"} if fate is Fate.LEFT else {}
    return element("rect", {**place, "height": f"{height:.2f}", "class": str(fate), **hatched})


def _labels(ledger: Ledger, drawn: Drawing, language: str, _: Say) -> list[Element]:
    names = place_words(_)
    people = max(ledger.people, 1)
    found = [
        element("text", {"x": f"{number * PITCH:.0f}", "y": "18", "class": "wave"}, str(wave))
        for number, wave in enumerate(ledger.waves)
    ]
    for bar in drawn.bars:
        count = format_decimal(bar.people, locale=language)
        share = _per_cent(bar.people / people, language)
        middle = bar.top + max(min(bar.height / 2, 40.0), 6.0) + 4.5
        at = {"x": f"{bar.left + BAR + 7:.0f}", "y": f"{middle:.1f}", "class": "halo"}
        words = f"{names[bar.place]}: {count} "
        found.append(element("text", at, words, element("tspan", {"class": "soft"}, f"({share})")))
    return found


def _per_cent(share: float, language: str) -> str:
    """A share as text; of somebody, never as none."""
    pattern = "0.0%" if share < _FEW else None
    return format_percent(max(share, 0.001), format=pattern, locale=language)


def _key(ledger: Ledger, _: Say, top: float) -> list[list[Element]]:
    """The key, two in a row."""
    there = {fate for wave in ledger.waves for fate in ledger.fates(wave)}
    shown = [(fate, words) for fate, words in fate_words(_).items() if fate in there]
    found: list[list[Element]] = []
    for number, (fate, words) in enumerate(shown):
        row, column = divmod(number, 2)
        left, at = column * 260.0, top + _KEY * row + 8
        text = {"x": f"{left + 24:.0f}", "y": f"{at + 12:.0f}"}
        drawn = [_box(left, at, 16.0, 14.0, fate), element("text", text, words)]
        if column:
            found[-1] += drawn
        else:
            found.append(drawn)
    return found
