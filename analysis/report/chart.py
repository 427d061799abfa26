"""What a chart shows: numbers of one table, as it prints them, and nothing that it masks.

A chart knows no colours, sizes or file formats. `chart_choice` makes it from a table,
`chart_layout` places its marks, `chart_svg` and `chart_flowable` draw them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """A printed estimate with its interval.

    ``text`` is the number as the table prints it; ``weak`` tells that its base is small, which is
    drawn as a hollow mark.
    """

    value: float
    low: float | None
    high: float | None
    text: str
    weak: bool = False


@dataclass(frozen=True)
class Row:
    """A label with its point; None where the table prints no number.

    ``instead`` is then what the table prints in its place.
    """

    label: str
    point: Point | None
    instead: str = ""
    group: str = ""


@dataclass(frozen=True)
class Scale:
    """An axis: where it ends, and its ticks with their text."""

    bottom: float
    top: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, value: float) -> float:
        """Give the place of a value, 0 at the bottom and 1 at the top."""
        return min(max((value - self.bottom) / (self.top - self.bottom), 0.0), 1.0)


@dataclass(frozen=True)
class Caption:
    """What a reader must know to read a chart without its table.

    Attributes
    ----------
    title : str
        What is drawn.
    source : str
        Base, wave and weight in one line.
    reading : str
        How to read the marks.
    """

    title: str
    source: str
    reading: str


@dataclass(frozen=True)
class Bars:
    """One bar a row from zero, with its interval."""

    caption: Caption
    scale: Scale
    rows: tuple[Row, ...]

    def told(self) -> str:
        """Say the numbers in words."""
        return _told(self.rows)


@dataclass(frozen=True)
class Dots:
    """One dot a column of the table with its interval; a line at the total."""

    caption: Caption
    scale: Scale
    rows: tuple[Row, ...]
    reference: float | None

    def told(self) -> str:
        """Say the numbers in words."""
        return _told(self.rows)


@dataclass(frozen=True)
class StackRow:
    """One column of the table as a bar of all its answers; no parts where one is masked."""

    label: str
    parts: tuple[Point, ...]
    instead: str = ""
    group: str = ""


@dataclass(frozen=True)
class Stack:
    """Bars from 0 to 100 % cut into answers.

    ``names`` are the answers in order. The first ``steps`` of them are a scale and go from dark to
    light; what comes after, such as "does not apply", is hatched.
    """

    caption: Caption
    names: tuple[str, ...]
    steps: int
    rows: tuple[StackRow, ...]

    def told(self) -> str:
        """Say the numbers in words."""
        return " ".join(
            f"{row.label}: "
            + (
                ", ".join(
                    f"{name} {part.text}" for name, part in zip(self.names, row.parts, strict=True)
                )
                if row.parts
                else row.instead
            )
            + "."
            for row in self.rows
        )


@dataclass(frozen=True)
class Series:
    """One answer over the waves."""

    label: str
    points: tuple[Point | None, ...]


@dataclass(frozen=True)
class Lines:
    """Answers over waves, joined where neighbouring waves are both printed."""

    caption: Caption
    scale: Scale
    waves: tuple[str, ...]
    series: tuple[Series, ...]

    def told(self) -> str:
        """Say the numbers in words."""
        return " ".join(f"{one.label}: {', '.join(self._texts(one))}." for one in self.series)

    def _texts(self, one: Series) -> Iterator[str]:
        for wave, point in zip(self.waves, one.points, strict=True):
            if point is not None:
                yield f"{wave} {point.text}"


Chart = Bars | Dots | Stack | Lines


def _told(rows: tuple[Row, ...]) -> str:
    return " ".join(
        f"{row.label}: {row.instead if row.point is None else row.point.text}." for row in rows
    )
