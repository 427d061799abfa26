"""Where a browser stands: which passkeys it can use here, and what it calls itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import request

from app.services.accounts.passkeys import Browser, Place
from app.web import site
from app.web.respond.words import Translate
from app.web.staff.gate import form_subject

_THIS_MACHINE = "localhost"
_IP = re.compile(r"[\d.]+|.*:.*")
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
             ("SamsungBrowser", "Samsung Internet"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"),
             ("Safari/", "Safari"))  # fmt: skip
"""In this order: most browsers also say that they are the one after them."""
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Macintosh", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def place() -> Place | None:
    """Return what passkeys are bound to on this page; ``None`` where there can be none.

    That is this machine by its name ``localhost``, or the host of the settings; never a number, for
    which browsers make no passkey.
    """
    asked = urlsplit(request.host_url).hostname or ""
    if asked == _THIS_MACHINE:
        return Place(_THIS_MACHINE, f"{request.scheme}://{request.host}")
    ours = site().services.settings.staff_url
    if asked == urlsplit(ours).hostname and not _IP.fullmatch(asked):
        return Place(asked, ours)
    return None


def browser(where: Place) -> Browser:
    """Return the browser of this request, for the services."""
    return Browser(form_subject(), where, request.remote_addr or "", device())


def device() -> str | None:
    """Return browser and system of this request in words of ours: ``Firefox/Windows``.

    What the browser sends is kept nowhere: it is long, and tells more than one needs to know a
    device again in a list.
    """
    told = request.headers.get("User-Agent", "")
    name = next((words for mark, words in _BROWSERS if mark in told), None)
    system = next((words for mark, words in _SYSTEMS if mark in told), None)
    return f"{name or ''}/{system or ''}" if name or system else None


def device_words(_: Translate, device: str | None) -> str:
    """Return how a device is called in a list of sessions."""
    name, _slash, system = (device or "").partition("/")
    if name and system:
        return _("%(browser)s on %(system)s", browser=name, system=system)
    return name or system or _("Unknown browser")
