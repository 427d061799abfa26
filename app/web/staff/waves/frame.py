"""What the views of a wave share: the wave that an address names, and the frame of its pages."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort

from app.services.fieldwork.waves import find_wave
from app.services.response.monitoring import WaveReport, wave_report
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.waves.tabs import wave_tabs

LAST_YEAR = 9999
"""A larger number fits no column of the database, and is no year."""


def report_of(year: int) -> WaveReport:
    """Return how a wave stands; 404 when there is none."""
    report = wave_report(site().services, year) if year <= LAST_YEAR else None
    if report is None:
        abort(404)
    return report


def require_wave(year: int) -> None:
    """Answer 404 when there is no such wave."""
    if year > LAST_YEAR or find_wave(site().services, year) is None:
        abort(404)


def speech() -> tuple[Translate, Figures]:
    """Return how this page speaks, and how it writes numbers."""
    language = pages.staff_language()
    return staff_translator(language), Figures(language)


def wave_page(
    template: str,
    year: int,
    *,
    current: str,
    title: str,
    help_topic: str,
    status: int = 200,
    folder: str = "waves",
    also: Sequence[tuple[str, str]] = (),
    **context: object,
) -> Response:
    """Return a page of a wave, with the tabs of the wave and the way that leads to it.

    ``folder`` is that of its template; ``also`` are the last steps of the way.
    """
    _ = staff_translator(pages.staff_language())
    crumbs = [("/staff/waves", _("Waves"))]
    if current:
        crumbs.append((f"/staff/waves/{year}", _("Wave %(year)s", year=year)))
    crumbs.extend(also)
    return pages.page(
        f"staff/{folder}/{template}.html",
        title=title,
        status=status,
        help=help_topic,
        tabs=wave_tabs(_, year, current),
        crumbs=crumbs,
        scripts=(),
        live=None,
        permissions=None,
        year=year,
        **context,
    )
