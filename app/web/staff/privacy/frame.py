"""What the pages of privacy share: who may see them, the pages beside each other, the way back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import abort, current_app, request

from app.panel.states import Role
from app.services.privacy import privacy_desk
from app.services.privacy.privacy_desk import Opened, RequestError
from app.web import site
from app.web.respond.words import Translate
from app.web.staff.gate import may_see
from app.web.staff.view import Tab

PATH = "/staff/privacy"
OFFICER = (Role.PRIVACY_OFFICER,)
"""Who hands out copies, refuses and erases. Admins keep the machine; they see nobody's data."""
FILING = (Role.PRIVACY_OFFICER, Role.FIELDWORK)
"""Who is called by people, and can find them."""
SEEING = (Role.PRIVACY_OFFICER, Role.FIELDWORK, Role.RESEARCHER, Role.ADMIN)
"""Who sees how requests stand: pseudonyms, dates and what was done."""
_LONGEST = 300


def tabs(_: Translate, current: str) -> Sequence[Tab]:
    """Return the pages of privacy that this member of staff may see."""
    every = (
        ("privacy", PATH, _("Requests")),
        ("retention", f"{PATH}/retention", _("What is kept until when")),
        ("dpia", f"{PATH}/dpia", _("Impact assessment (DPIA)")),
        ("register", f"{PATH}/register", _("Register of processing")),
        ("audit", f"{PATH}/audit", _("Log of staff")),
    )
    endpoints = {
        "privacy": "staff.privacy", "retention": "staff.retention", "dpia": "staff.dpia",
        "register": "staff.register", "audit": "staff.audit_log",
    }  # fmt: skip
    there = current_app.view_functions
    return [
        Tab(url, words, name == current)
        for name, url, words in every
        if endpoints[name] in there and may_see(endpoints[name])
    ]


def opened(request_id: UUID) -> Opened:
    """Return a request; 404 where there is none."""
    try:
        return privacy_desk.open_request(site().services, request_id)
    except RequestError:
        abort(404)


def posted(name: str) -> str:
    """Return one posted text, bounded and without control characters that no form sends."""
    return request.form.get(name, "").replace("\0", "").strip()[:_LONGEST]
