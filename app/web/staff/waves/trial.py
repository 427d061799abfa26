"""A QR code with which a phone in the same network answers as an invented person."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.panel.access_code import format_code
from app.services.fieldwork.trial_code import open_trial_code
from app.web import site
from app.web.staff.figures import Figures
from app.web.staff.reaching import THIS_MACHINE, public_url, qr_svg
from app.web.staff.waves.view import Trial


def trial_of(year: int, *, language: str) -> Trial | None:
    """Return a case to try a wave with, or ``None`` when there is none."""
    found = open_trial_code(site().services, year, language=language)
    if found is None:
        return None
    base = public_url()
    url = f"{base}/c/{found.code}"
    return Trial(
        code=format_code(found.code),
        url=url,
        qr=qr_svg(url),
        language=Figures(language).language(found.language),
        only_here=urlsplit(base).hostname in THIS_MACHINE,
    )
