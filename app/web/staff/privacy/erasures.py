"""Everybody who was erased, on whosever word, and the proof of each.

Most erasures follow a request; those by date and those of a command have none.
"""

from __future__ import annotations

import json
from uuid import UUID

from flask import Blueprint, Response, abort

from app.services import jobs
from app.services.privacy import erasure_preview
from app.services.privacy.erasure_preview import KeptProof
from app.services.privacy.privacy_job import VERIFY
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.privacy import present_erasing as present
from app.web.staff.privacy.frame import OFFICER, PATH, tabs

LIST = f"{PATH}/erasures"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of erasures."""
    one = "/privacy/erasures/<uuid:person_id>"
    blueprint.add_url_rule("/privacy/erasures", view_func=erasures)
    blueprint.add_url_rule("/privacy/erasures.csv", view_func=erasures_csv)
    blueprint.add_url_rule(one, view_func=erasure)
    blueprint.add_url_rule(f"{one}/proof.json", view_func=erasure_file)
    blueprint.add_url_rule(f"{one}/verify", view_func=verify_erasure, methods=["POST"])


@for_roles(*OFFICER)
def erasures() -> Response:
    """List the erasures, the latest first."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    columns = present.erasure_columns(_, figures)
    want = listing.asked(columns)
    found = _found(want, columns)
    return pages.page(
        "staff/privacy/erasures.html",
        title=_("Erased people"),
        help="privacy-erasing",
        tabs=tabs(_, "privacy"),
        crumbs=[(PATH, _("Requests"))],
        list=listing.shown(
            _, figures, columns, found, want,
            id="erasures",
            caption=_("Erasures and their proof"),
            empty=_("Nobody was erased yet. The proof of each erasure is kept here."),
            search_words=_("Search by number of the person, or who did it"),
            csv_path=f"{LIST}.csv",
        ),
    )  # fmt: skip


@for_roles(*OFFICER)
def erasures_csv() -> Response:
    """Give the list as a file: marks that lead to nobody, days and reasons."""
    code = pages.staff_language()
    columns = present.erasure_columns(staff_translator(code), Figures(code))
    return listing.csv_of(columns, _found(listing.asked(columns), columns), name="erasures")


@for_roles(*OFFICER)
def erasure(person_id: UUID) -> Response:
    """Show the proof of one erasure, with or without a request."""
    return proof_page(_proof(person_id))


@for_roles(*OFFICER)
def erasure_file(person_id: UUID) -> Response:
    """Give the proof as a file."""
    return proof_file(_proof(person_id))


@for_roles(*OFFICER)
def verify_erasure(person_id: UUID) -> Response:
    """Look again whether an erased person is gone: a backup may have been put back."""
    _proof(person_id)
    who = signed_in().staff_id
    job_id = jobs.ask(
        site().services, VERIFY, {"erased": person_id.hex}, by=who, language=pages.staff_language()
    )
    return pages.see_other(f"/staff/jobs/{job_id}")


def proof_page(proof: KeptProof) -> Response:
    """Return the page of a proof: what was removed and what was looked through afterwards."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    request = proof.request
    return pages.page(
        "staff/privacy/proof.html",
        title=_("Proof of the erasure"),
        help="privacy-erasing",
        crumbs=[
            (PATH, _("Requests")),
            (LIST, _("Erased people")),
            *([(f"{PATH}/requests/{request.id}", _("The request"))] if request else []),
        ],
        url=f"{LIST}/{proof.person_id}",
        clean=proof.clean,
        facts=present.proof_facts(_, figures, proof),
        removed=present.removed(_, figures, proof),
        searched=present.searched(_, figures, proof),
        found=present.found(_, proof),
        before=present.made_before(_, proof),
        asked=request is not None,
    )


def proof_file(proof: KeptProof) -> Response:
    """Return the proof as a file: counts and names of tables and files, nothing about anybody."""
    told = {
        "request": None if proof.request is None else str(proof.request.id),
        "erased_at": proof.erased_at.isoformat(),
        "reason": proof.reason,
        "nothing_found": proof.clean,
        "proof": dict(proof.detail),
    }
    text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
    response = Response(text, content_type="application/json; charset=utf-8")
    name = f"erasure-{proof.erased_at.date().isoformat()}-{proof.person_id.hex[:8]}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _found(want: listing.Asked, columns: list[listing.Column[KeptProof]]) -> list[KeptProof]:
    return listing.listed(
        erasure_preview.list_proofs(site().services),
        columns,
        want,
        text=lambda one: f"{one.person_id.hex} {one.person_id} {one.by}",
    )


def _proof(person_id: UUID) -> KeptProof:
    found = erasure_preview.proof_of(site().services, person_id)
    if found is None:
        abort(404)
    return found
