"""How others reach this site: its address, and a QR code to scan with a phone."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno
from flask import request
from markupsafe import Markup

from app.web import site

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def public_url() -> str:
    """Return the address under which others reach this site.

    That of the settings; where these name only the machine itself and the page was asked for by
    another name, that name: it is one that works.
    """
    return _reached(site().services.settings.public_url)


def staff_url() -> str:
    """Return the address under which staff reach their pages."""
    return _reached(site().services.settings.staff_url)


def qr_svg(words: str) -> Markup:
    """Return a QR code as inline SVG, black on white in every colour scheme."""
    code = segno.make(words, error="m", micro=False)
    # segno draws paths; no text of ours is in it.
    return Markup(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704


def _reached(configured: str) -> str:
    asked = urlsplit(request.host_url)
    if urlsplit(configured).hostname in THIS_MACHINE and asked.hostname not in THIS_MACHINE:
        return f"{asked.scheme}://{asked.netloc}"
    return configured
