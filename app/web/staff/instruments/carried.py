"""What a page of the preview carries: the whole walk, signed, because nothing of it is stored.

Signed, since the values in it are taken for what `accept` once accepted.
"""

from __future__ import annotations

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer

from app.services.content.questionnaires import edition_of
from app.services.content.walking_through import Walk, from_json, to_json
from app.web import site

STATE = "preview.state"
PAGE = "preview.page"
SEARCH = "preview.q"
SHOW = "preview.show"
"""Names of our own inputs; no variable has a dot like these."""
LONGEST_SEARCH = 200
_SALT = "a walk through a questionnaire"


def packed(walk: Walk) -> str:
    """Return a walk as the value of a hidden input."""
    return str(_serializer().dumps(to_json(walk)))


def carried(year: int) -> Walk | None:
    """Return the walk that was posted; ``None`` for one not ours, or of another questionnaire."""
    try:
        stored = _serializer().loads(request.form.get(STATE, ""))
        if stored["y"] != year:
            return None
        edition = edition_of(site().services, year, stored["e"])
        return from_json(edition, stored) if edition is not None else None
    except (BadSignature, KeyError):  # a KeyError: of a page that an older program made
        return None


def searched() -> str:
    """Return what is looked for in the list of pages."""
    return request.form.get(SEARCH, "").replace("\0", "").strip()[:LONGEST_SEARCH]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(site().services.settings.secret_key, salt=_SALT)
