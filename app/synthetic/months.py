"""Months as whole numbers, so that lives can be added up; text only where an answer needs it."""

from __future__ import annotations


def month(year: int, number: int) -> int:
    """The months since year 0, for example of November 2023."""
    return year * 12 + number - 1


def year_of(count: int) -> int:
    """The calendar year a month lies in."""
    return count // 12


def as_text(count: int) -> str:
    """``YYYY-MM``, as a questionnaire stores it."""
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


FRAME_MONTH = month(2023, 10)
"""The reference date of the margins is 1 October 2023."""


WAVES = (2024, 2025, 2027)
"""Waves of the study."""


def fieldwork_month(wave: int) -> int:
    """The month in which a synthetic wave is answered.

    The first wave was fielded from November 2023; later ones are taken to open in January.
    """
    return month(2023, 11) if wave == WAVES[0] else month(wave, 1)
