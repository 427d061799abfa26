"""Pages that wait until all are made: then their number is known, and where everything stands.

So a report is laid out once, not twice as ReportLab's own table of contents needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True)
class Place:
    """Where a part of the report stands: its page from 1, and height on it in points."""

    key: str
    title: str
    depth: int
    page: int
    top: float


Finish = Callable[["ReportCanvas", int, int, Sequence[Place]], None]
"""Draws on a finished page: the canvas, page, number of pages, and all places."""


class ReportCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """A canvas that keeps its pages and finishes them at the end.

    A flowable calls `mark` to say that a part begins, or `keep_free` that its page waits for more.
    `finish`, set by the report, draws what needs to know all pages.
    """

    finish: Finish | None = None

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # ReportLab's own
        super().__init__(*args, **options)
        self._waiting: list[dict[str, Any]] = []
        self._places: list[Place] = []
        self.kept_free: dict[int, Any] = {}

    def mark(self, key: str, title: str, depth: int, top: float) -> None:
        """Note that a part begins here; ``top`` is in the coordinates in use."""
        _, height = self.absolutePosition(0, top)
        self._places.append(Place(key, title, depth, len(self._waiting) + 1, height))

    def keep_free(self, what: object) -> None:
        """Note what belongs on this page once all pages are known."""
        self.kept_free[len(self._waiting) + 1] = what

    def showPage(self) -> None:  # ReportLab's own name
        """Put the page by."""
        self._waiting.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Finish all pages and write the file."""
        waiting, places = self._waiting, self._places
        links = self._annotationCount
        for number, state in enumerate(waiting, start=1):
            # Links are numbered through the file, not by page.
            self.__dict__.update(state, _annotationCount=max(links, state["_annotationCount"]))
            for place in places:
                if place.page == number:
                    # Bookmarks point at the page being written, so they are made only now.
                    self.bookmarkPage(place.key, fit="XYZ", left=0, top=place.top)
                    self.addOutlineEntry(place.title, place.key, place.depth, closed=True)
            if self.finish is not None:
                self.finish(self, number, len(waiting), places)
            links = self._annotationCount
            Canvas.showPage(self)
        Canvas.save(self)
