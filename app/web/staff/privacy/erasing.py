"""Erasing a person: what goes and what stays, are you sure, the work; then the proof."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort

from app.services import jobs
from app.services.privacy import erasure_preview
from app.services.privacy.erasure_preview import Preview
from app.services.privacy.privacy_job import ERASE
from app.services.privacy.privacy_requests import RequestError
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.privacy import present_erasing as present
from app.web.staff.privacy.erasures import proof_page
from app.web.staff.privacy.frame import OFFICER, PATH, opened, posted

ONE = "/privacy/requests/<uuid:request_id>"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of erasing."""
    blueprint.add_url_rule(f"{ONE}/erase", view_func=privacy_erase)
    blueprint.add_url_rule(f"{ONE}/erase", view_func=erase_person, methods=["POST"])
    blueprint.add_url_rule(f"{ONE}/proof", view_func=privacy_proof)


@for_roles(*OFFICER)
@needs_confirmation
def privacy_erase(request_id: UUID) -> Response:
    """Show what will go and what stays, and ask whether that is meant."""
    return _page(_preview(request_id))


@for_roles(*OFFICER)
@needs_confirmation
def erase_person(request_id: UUID) -> Response:
    """Have the person erased, after a tick that says that this cannot be undone."""
    code = pages.staff_language()
    _ = staff_translator(code)
    found = _preview(request_id)
    if not posted("sure"):
        words = _("Say that you know that this cannot be undone.")
        return _page(found, fault=words, status=422)
    arguments = {"request": str(request_id), "by": str(signed_in().staff_id)}
    job_id = jobs.ask(site().services, ERASE, arguments, by=signed_in().staff_id, language=code)
    return pages.see_other(f"/staff/jobs/{job_id}")


@for_roles(*OFFICER)
def privacy_proof(request_id: UUID) -> Response:
    """Show the proof of the erasure that a request led to."""
    try:
        proof = erasure_preview.kept_proof(site().services, request_id)
    except RequestError:
        abort(404)
    return proof_page(proof)


def _page(found: Preview, *, fault: str | None = None, status: int = 200) -> Response:
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    request_id = found.request.id
    return pages.page(
        "staff/privacy/erase.html",
        title=_("Erase this person"),
        status=status,
        help="privacy-erasing",
        crumbs=_way(request_id),
        fault=fault,
        url=f"{PATH}/requests/{request_id}",
        person=found.request.person_id.hex,
        goes=present.goes(_, figures, found),
        stays=present.stays(_),
        blocked=present.blocked(_, found),
        letters=figures.count(found.letters) if found.letters else None,
        releases=present.release_names(_, found.releases),
    )


def _way(request_id: UUID) -> list[tuple[str, str]]:
    _ = staff_translator(pages.staff_language())
    return [(PATH, _("Requests")), (f"{PATH}/requests/{request_id}", _("This request"))]


def _preview(request_id: UUID) -> Preview:
    opened(request_id)
    try:
        return erasure_preview.preview(site().services, request_id)
    except RequestError:
        abort(404)
