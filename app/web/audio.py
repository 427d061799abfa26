"""Read-aloud clips: ``/audio/<id>.mp3``, in whole or in part.

No code is needed and nothing is told: a clip says words of the questionnaire, and its address is
random. Another recording has another address, so a phone keeps a clip for a year.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.services.speech.audio import find_sound
from app.web import site
from app.web.assets import FOREVER

blueprint = Blueprint("audio", __name__)


@blueprint.get("/audio/<clip>.mp3")
def sound(clip: str) -> Response:
    """The sound of a clip; browsers ask for parts of it (iOS plays nothing without them)."""
    try:
        found = find_sound(site().services, UUID(hex=clip))
    except ValueError:
        found = None
    if found is None:
        abort(404)
    response = Response(found.mp3, mimetype="audio/mpeg")
    response.set_etag(found.sha256)
    response.headers["Cache-Control"] = FOREVER
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=len(found.mp3))
    except RequestedRangeNotSatisfiable:
        # Without a page of ours around it: the player asked, nobody reads the answer.
        response = Response(status=416)
        response.headers["Content-Range"] = f"bytes */{len(found.mp3)}"
    return response
