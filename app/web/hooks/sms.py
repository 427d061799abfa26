"""Reports of SMS gateways about messages that we sent.

Posts only, from whom can prove to be the gateway: Bird by its signature, Spryng by a secret in the
address. What arrives is news of one message under its own id; no page is shown and nothing is told.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.delivery.sms_bird import SIGNATURE_HEADER
from app.services import reports
from app.settings import SmsKind
from app.web import site

blueprint = Blueprint("hooks", __name__)

MOST_FIELDS = 40
LONGEST_VALUE = 500


@blueprint.post("/hooks/sms/bird")
def bird() -> Response:
    """Take a report that Bird signed."""
    return _taken(SmsKind.BIRD, request.headers.get(SIGNATURE_HEADER, ""))


@blueprint.post("/hooks/sms/spryng/<secret>")
def spryng(secret: str) -> Response:
    """Take a report that came to the address only Spryng knows."""
    return _taken(SmsKind.SPRYNG, secret)


def _taken(kind: SmsKind, signature: str) -> Response:
    # Before the form is parsed: that reads it away.
    body = request.get_data(cache=True)
    ctx = site().services
    query = request.query_string.decode("latin-1")
    news = reports.sms_report(
        ctx,
        kind,
        _fields(),
        signature=signature,
        url=f"{ctx.settings.public_url}{request.path}{'?' if query else ''}{query}",
        body=body,
    )
    # Known already, or not about a message of ours: told again it would be no better.
    return Response(status=403 if news is None else 204)


def _fields() -> dict[str, str]:
    """What was reported, in the query, a form or JSON."""
    posted = request.get_json(silent=True) if request.is_json else None
    found = {**request.args.to_dict(), **request.form.to_dict()}
    if isinstance(posted, dict):
        found |= {str(name): str(value) for name, value in posted.items()}
    return {name: value[:LONGEST_VALUE] for name, value in list(found.items())[:MOST_FIELDS]}
