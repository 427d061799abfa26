"""Messages of which nobody knows whether they went out: somebody finds out and says so."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, request

from app.panel.states import Role
from app.services.messaging import outbox
from app.services.messaging.outbox import NotUnknownError, StoredMessage
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.labels import channel_words
from app.web.staff.waves.frame import require_wave, speech, wave_page
from app.web.staff.waves.messages import MESSAGES

SETTLING = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
_AT_A_TIME = 200


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(f"{MESSAGES}/unknown", view_func=unknown_messages)
    blueprint.add_url_rule(f"{MESSAGES}/unknown", view_func=settle_messages, methods=["POST"])


@for_roles(*SETTLING)
def unknown_messages(year: int) -> Response:
    """List the messages of a wave whose outcome is unknown."""
    return _page(year)


@for_roles(*SETTLING)
def settle_messages(year: int) -> Response:
    """Put down what somebody found out about some of them."""
    require_wave(year)
    _, figures = speech()
    chosen = _chosen({str(one.id) for one in outbox.unknown_messages(site().services, year)})
    said = request.form.get("sent")
    faults = []
    if not chosen:
        faults.append(_("Choose at least one message."))
    if said not in ("yes", "no"):
        faults.append(_("Say whether they went out."))
    if faults:
        return _page(year, fault=" ".join(faults), status=422)
    try:
        settled = outbox.settle(
            site().services, chosen, sent=said == "yes", email=signed_in().email
        )
    except NotUnknownError:
        changed = _("Somebody settled some of these while you looked. Nothing was changed.")
        return _page(year, fault=changed, status=409)
    flash(_("On record. Messages: %(count)s", count=figures.count(settled)))
    return pages.see_other(f"/staff/waves/{year}/messages/unknown")


def _chosen(known: set[str]) -> list[UUID]:
    """The messages that were ticked, of this wave only."""
    return [UUID(one) for one in dict.fromkeys(request.form.getlist("message")) if one in known]


def _page(year: int, *, fault: str | None = None, status: int = 200) -> Response:
    require_wave(year)
    _, figures = speech()
    found = outbox.unknown_messages(site().services, year)
    ticked = set(request.form.getlist("message"))

    def line(one: StoredMessage) -> tuple[str, str, bool]:
        words = _(
            "%(channel)s, step %(step)s, case %(case)s, %(provider)s, %(moment)s",
            channel=channel_words(_, one.channel),
            step=one.step,
            case=one.case_id.hex[:10],
            provider=one.provider or "–",
            moment=figures.moment(one.not_before),
        )
        return str(one.id), words, str(one.id) in ticked

    return wave_page(
        "unknown",
        year,
        current="messages",
        title=_("Messages nobody knows about"),
        help_topic="unknown-messages",
        status=status,
        messages=[line(one) for one in found[:_AT_A_TIME]],
        more=figures.count(len(found) - _AT_A_TIME) if len(found) > _AT_A_TIME else None,
        said=request.form.get("sent", ""),
        fault=fault,
    )
