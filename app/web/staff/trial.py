"""A QR code with which a phone in the same network answers as an invented person."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno
from flask import request
from markupsafe import Markup

from app.panel.access_code import format_code
from app.services.trial_code import open_trial_code
from app.web import site
from app.web.staff.figures import Figures
from app.web.staff.view import Trial

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


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
        only_here=urlsplit(base).hostname in _THIS_MACHINE,
    )


def public_url() -> str:
    """Return the address under which others reach this site.

    That of the settings; where these name only the machine itself and the page was asked for by
    another name, that name: it is one that works.
    """
    configured = site().services.settings.public_url
    asked = urlsplit(request.host_url)
    if urlsplit(configured).hostname in _THIS_MACHINE and asked.hostname not in _THIS_MACHINE:
        return f"{asked.scheme}://{asked.netloc}"
    return configured


def qr_svg(url: str) -> Markup:
    """Return a QR code as inline SVG, black on white in every colour scheme."""
    code = segno.make(url, error="m", micro=False)
    # segno draws paths; no text of ours is in it.
    return Markup(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704
