"""Which host shows what, where staff have a host of their own (OWASP ASVS 5.0, 3.5.4).

A page of respondents that was broken into then stands on another origin than the staff pages: the
browser itself keeps the two apart.
"""

from __future__ import annotations

from flask import Flask, Response, request

from app.web.respond.pages import error_page

STAFF = "/staff"
SHARED = ("/s/", "/audio/", "/healthz")
"""Static files, clips that staff listen to as well, and the question whether we are alive."""


def keep_apart(app: Flask, staff_host: str | None) -> None:
    """Show staff pages on their host only and all others not there; nothing without a host."""
    if staff_host is None:
        return

    def on_the_right_host() -> Response | None:
        if request.path.startswith(SHARED):
            return None
        wanted = request.path == STAFF or request.path.startswith(f"{STAFF}/")
        if wanted is (request.host == staff_host):
            return None
        if request.path == "/" and request.method == "GET":
            return Response(status=303, headers={"Location": f"{STAFF}/"})
        return error_page(404)

    app.before_request(on_the_right_host)
