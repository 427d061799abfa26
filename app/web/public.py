"""Pages that need no code: help, privacy, code lists, pictures, health."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort

from app.services import health
from app.services.content.code_lists import names_of
from app.services.content.pictures import find_picture
from app.web import site
from app.web.assets import FOREVER, gzipped
from app.web.respond import pages

blueprint = Blueprint("public", __name__)


@blueprint.route("/help", methods=["GET", "POST"])
def help_page() -> Response:
    """How to take part."""
    return pages.help_page()


@blueprint.route("/privacy", methods=["GET", "POST"])
def privacy_page() -> Response:
    """What happens with the answers."""
    return pages.privacy_page()


@blueprint.get("/lists/<version>/<name>.<language>.json")
def code_list(version: str, name: str, language: str) -> Response:
    """The names of a code list, for the script's datalist; no answer is in the address."""
    names = names_of(site().services, version, name, language)
    if names is None:
        abort(404)
    packed = gzipped(json.dumps(names, ensure_ascii=False).encode(), 9)
    response = Response(packed, content_type="application/json; charset=utf-8")
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/pictures/<version>/<name>")
def picture(version: str, name: str) -> Response:
    """A picture beside an option; its address is of its content, so it never changes."""
    svg = find_picture(site().services, version, name)
    if svg is None:
        abort(404)
    response = Response(svg, content_type="image/svg+xml")
    response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer 200 when both databases answer."""
    health.check(site().services)
    return Response("ok\n", content_type="text/plain; charset=utf-8")
