"""Envelopes with a window: ``letters/envelopes.yaml`` of a study, and what stays clear of one.

Millimetres from the left and upper edges of the sheet, as it lies in the middle of its envelope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.messages.texts import FOLDER
from app.questionnaire.document import Document, Node, Problem

FILE = "envelopes.yaml"
SHIFT_MM = 3.0
"""How far a sheet may slide in its envelope, in any direction."""
SPARE_MM = 5.0
"""What is left between the address and the edge of the window, wherever the sheet has slid."""
CLEAR_MM = 3.0
"""What is left between the window and everything else, wherever the sheet has slid."""
SHEET_MM = (210.0, 297.0)
MARGIN_MM = 20.0
HEAD_MM = 28.0
"""The upper part of the sheet, where the sender stands."""
DATE_MM = 44.0
"""Width of the block with place, date and reference."""
LOWEST_MM = 110.0
"""A window that ends lower leaves too little room for the words."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    def grown(self, by: float) -> Box:
        """Return the rectangle with that much added on every side; taken off when negative."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One kind of envelope."""

    name: str
    window: Box
    tested_on: str | None = None
    """The day on which a real letter was looked at in a real envelope; `None`: nobody has."""

    @property
    def address(self) -> Box:
        """Where the address may stand, so that it is read however the sheet slides."""
        return self.window.grown(-(SPARE_MM + SHIFT_MM))

    @property
    def clear(self) -> Box:
        """Where nothing else may stand."""
        return self.window.grown(SHIFT_MM + CLEAR_MM)

    @property
    def date(self) -> tuple[float, float] | None:
        """Where place and date go, beside the window; `None` when there is no room."""
        top = max(self.window.top, HEAD_MM + 4)
        if self.clear.right + DATE_MM <= SHEET_MM[0] - MARGIN_MM:
            return max(self.clear.right, SHEET_MM[0] - MARGIN_MM - 60), top
        if self.clear.left >= MARGIN_MM + DATE_MM:
            return MARGIN_MM, top
        return None


def read_envelopes(
    study: Path,
) -> tuple[Mapping[str, Envelope], list[Problem]]:
    """Return the envelopes of a study by name, the usual one first, or every problem."""
    problems: list[Problem] = []
    file = study / FOLDER / FILE
    root = Document(file, str(Path(study.name) / FOLDER / FILE), problems).root
    block = root.block(("usual", "envelopes")) if root is not None else {}
    found: dict[str, Envelope] = {}
    for _, name, node in block["envelopes"].pairs() if "envelopes" in block else ():
        envelope = _envelope(node, name)
        if envelope is not None:
            found[name] = envelope
    usual = block["usual"].text("usual") if "usual" in block else ""
    if "usual" in block and not problems and usual not in found:
        block["usual"].wrong(f"there is no envelope {usual}, expected one of {', '.join(found)}")
    if problems:
        return {}, problems
    return {usual: found[usual], **found}, []


def _envelope(node: Node, name: str) -> Envelope | None:
    sides = ("left", "top", "width", "height")
    block = node.block(("window",), ("tested_on",))
    window = block["window"].block(sides) if "window" in block else {}
    if len(window) != len(sides):
        return None
    envelope = Envelope(
        name,
        Box(*(float(window[side].whole(side)) for side in sides)),
        block["tested_on"].text("tested_on") if "tested_on" in block else None,
    )
    at = block["window"]
    if envelope.address.width < 60 or envelope.address.height < 22:
        at.wrong("is too small: six lines of an address and 8 mm on every side do not fit")
    elif envelope.clear.top < HEAD_MM:
        at.wrong(f"begins too high: the sender stands in the first {HEAD_MM:.0f} mm")
    elif envelope.window.bottom > LOWEST_MM:
        at.wrong(f"ends lower than {LOWEST_MM:.0f} mm: too little room for the words")
    elif envelope.window.left < SHIFT_MM or envelope.window.right > SHEET_MM[0] - SHIFT_MM:
        at.wrong("reaches over the edge of the sheet")
    elif envelope.date is None:
        at.wrong(f"leaves no {DATE_MM:.0f} mm beside it for place and date")
    return envelope
