"""Reports of SMS gateways about messages that we sent.

From whom can prove to be the gateway only: Bird by its signature, Spryng by a secret in the
address. What arrives is news of one message under its own id; no page is shown and nothing is told.

These are the only addresses of the site at which a GET changes anything. It is the contract of both
gateways: they report by GET (`app.delivery.sms_bird`, `sms_spryng`), and each declares in
`REPORTED_BY` what it sends. What a GET must never do elsewhere, it cannot do here: without
signature or secret an address changes nothing, so nobody does by following a link, and the same
report again changes nothing either. A HEAD is refused.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.delivery import sms_bird, sms_spryng
from app.providers import SmsKind
from app.services.messaging import reports
from app.web import site

blueprint = Blueprint("hooks", __name__)

MOST_FIELDS = 40
LONGEST_VALUE = 500


@blueprint.route("/hooks/sms/bird", methods=sms_bird.REPORTED_BY)
def bird() -> Response:
    """Take a report that Bird signed."""
    return _taken(SmsKind.BIRD, request.headers.get(sms_bird.SIGNATURE_HEADER, ""))


@blueprint.route("/hooks/sms/spryng/<secret>", methods=sms_spryng.REPORTED_BY)
def spryng(secret: str) -> Response:
    """Take a report that came to the address only Spryng knows."""
    return _taken(SmsKind.SPRYNG, secret)


def _taken(kind: SmsKind, signature: str) -> Response:
    if request.method == "HEAD":  # comes with every GET by itself
        return Response(status=405)
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
