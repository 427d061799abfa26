"""One print batch: its files, what may not go, handing it over, destroying, printing it again."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role
from app.services.lettering import printing, reprinting
from app.services.lettering.pile import PileError, StillInPileError
from app.services.lettering.print_desk import BatchAtDesk, file_of, look_at, present_moment
from app.services.lettering.printing import PrintingError
from app.services.lettering.reprinting import ReprintError
from app.services.messaging.mailings import MAY_SEND
from app.services.open_ended.open_answers import member_who
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_roles, may_see, needs_confirmation, signed_in
from app.web.staff.letters import present_batch as present
from app.web.staff.letters.desk import LETTERS, POSTING, SEEING
from app.web.staff.waves.frame import require_wave, speech, wave_page

BATCH = f"{LETTERS}/<uuid:batch_id>"
MOST_REFERENCES = 20_000
_PDF = "application/pdf"


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(BATCH, view_func=print_batch)
    blueprint.add_url_rule(f"{BATCH}/manifest.json", view_func=batch_manifest)
    blueprint.add_url_rule(f"{BATCH}/files/<name>", view_func=batch_file)
    for name, view in (
        ("hand-over", hand_over_batch),
        ("destroy", destroy_batch),
        ("reprint", ask_reprint),
        ("agree", agree_reprint),
    ):
        blueprint.add_url_rule(f"{BATCH}/{name}", view_func=view, methods=["POST"])


@for_roles(*SEEING)
def print_batch(year: int, batch_id: UUID) -> Response:
    """Show how far a batch is and what comes next."""
    return _page(_found(year, batch_id))


@needs_confirmation
@for_roles(*POSTING)
def batch_manifest(year: int, batch_id: UUID) -> Response:
    """Give what the printer checks the files with: no name, no address, no code."""
    batch = _found(year, batch_id).batch
    if not batch.manifest:
        abort(404)
    content = json.dumps(batch.manifest, indent=2)
    return _file(content.encode(), "application/json", f"letters-{batch.id.hex[:8]}.json")


@needs_confirmation
@for_roles(Role.FIELDWORK)
def batch_file(year: int, batch_id: UUID, name: str) -> Response:
    """Give a file of letters for the printer; that somebody took it is put on record."""
    found, who = _found(year, batch_id), signed_in()
    content = file_of(site().services, found, name, by=who.email, staff_id=who.staff_id)
    if content is None:
        abort(404)
    return _file(content, _PDF, name)


@needs_confirmation
@for_roles(*POSTING)
def hand_over_batch(year: int, batch_id: UUID) -> Response:
    """Say that the pile went to the post: its letters are sent by that."""
    found, services = _expected(year, batch_id), site().services
    if isinstance(found, Response):
        return found
    _, figures = speech()
    pulled = [*request.form.getlist("pulled"), *_typed().split()]
    try:
        done = printing.hand_over(
            services,
            batch_id,
            by=signed_in().email,
            pulled=pulled,
            moment=present_moment(services),
        )
    except StillInPileError as error:
        words = _(
            "Letters are in the pile that may not go: %(count)s. Take them out and tick each.",
            count=figures.count(len(error.letters)),
        )
        return _page(_found(year, batch_id), fault=words, status=422)
    except PileError:
        words = _(
            "A reference is of no letter in this batch. It is the ten characters after “Ref.”, 0 to"
            " 9 and a to f."
        )
        return _page(found, fault=words, status=422)
    except PrintingError:
        return _changed(year, batch_id)
    told = _("On record. Letters sent: %(count)s.", count=figures.count(done.sent))
    if pulled:
        told += " " + _(
            "Taken out: %(never)s not sent, %(again)s in the next batch.",
            never=figures.count(done.out.cancelled),
            again=figures.count(done.out.again),
        )
    flash(told)
    return _back(year, batch_id)


@needs_confirmation
@for_roles(*POSTING)
def destroy_batch(year: int, batch_id: UUID) -> Response:
    """Destroy the files of a batch; what was not handed over is due again."""
    found, services = _expected(year, batch_id), site().services
    if isinstance(found, Response):
        return found
    _, figures = speech()
    if found.being_made:
        words = _("Its letters are being made at this moment. Nothing was changed.")
        return _page(found, fault=words, status=409)
    if not request.form.get("sure"):
        words = _("Say that you know that this cannot be undone.")
        return _page(found, fault=words, status=422)
    again = printing.destroy(
        services, batch_id, by=signed_in().email, moment=present_moment(services)
    )
    told = _("The files are destroyed.")
    if again:
        told += " " + _("Letters due again: %(count)s.", count=figures.count(again))
    flash(told)
    return _back(year, batch_id)


@needs_confirmation
@for_roles(*POSTING)
def ask_reprint(year: int, batch_id: UUID) -> Response:
    """Say that letters never reached the post, and ask to print them again."""
    found, services = _expected(year, batch_id), site().services
    if isinstance(found, Response):
        return found
    _, _figures = speech()
    reason = request.form.get("reason", "")
    if reason not in present.REASONS:
        return _page(found, fault=_("Choose what happened to the letters."), status=422)
    member = member_who(services, signed_in().email, MAY_SEND)
    try:
        reprinting.ask(services, batch_id, member, reason=reason, moment=present_moment(services))
    except ReprintError as error:
        return _refused(year, batch_id, error)
    flash(_("It is asked for. Somebody else has to sign in and agree."))
    return _back(year, batch_id)


@needs_confirmation
@for_roles(*POSTING)
def agree_reprint(year: int, batch_id: UUID) -> Response:
    """Agree that letters never reached the post: they are due again."""
    found, services = _expected(year, batch_id), site().services
    if isinstance(found, Response):
        return found
    _, figures = speech()
    member = member_who(services, signed_in().email, MAY_SEND)
    if not request.form.get("sure"):
        words = _("Say that you know that nobody got these letters.")
        return _page(found, fault=words, status=422)
    try:
        letters = reprinting.agree(services, batch_id, member, moment=present_moment(services))
    except ReprintError as error:
        return _refused(year, batch_id, error)
    flash(_("Letters due again: %(count)s.", count=figures.count(letters)))
    return pages.see_other(f"/staff/waves/{year}/letters")


def _found(year: int, batch_id: UUID) -> BatchAtDesk:
    require_wave(year)
    found = look_at(site().services, year, batch_id)
    if found is None:
        abort(404)
    return found


def _expected(year: int, batch_id: UUID) -> BatchAtDesk | Response:
    """The batch in the state that the page showed, or the page that says that it changed."""
    found = _found(year, batch_id)
    return found if request.form.get("seen") == found.stage else _changed(year, batch_id)


def _changed(year: int, batch_id: UUID) -> Response:
    _, _figures = speech()
    words = _("Somebody changed this batch while you looked at it.")
    fault = f"{words} {_('Nothing was changed.')}"
    return _page(_found(year, batch_id), fault=fault, status=409)


def _refused(year: int, batch_id: UUID, error: ReprintError) -> Response:
    _, _figures = speech()
    words = _("These letters cannot be printed again. Nothing was changed.")
    return _page(_found(year, batch_id), fault=words, detail=str(error), status=409)


def _back(year: int, batch_id: UUID) -> Response:
    return pages.see_other(f"/staff/waves/{year}/letters/{batch_id}")


def _typed() -> str:
    return request.form.get("others", "").replace(",", " ")[:MOST_REFERENCES]


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(
    found: BatchAtDesk, *, fault: str | None = None, detail: str | None = None, status: int = 200
) -> Response:
    _, figures = speech()
    year = found.batch.wave
    view = present.batch_view(
        _,
        figures,
        found,
        email=signed_in().email,
        may_change=may_see("staff.hand_over_batch"),
        may_take=may_see("staff.batch_file"),
        ticked=request.form.getlist("pulled"),
    )
    return wave_page(
        "batch",
        year,
        folder="letters",
        current="letters",
        title=_("Batch %(name)s, step %(step)s", name=view.id, step=found.batch.step),
        help_topic="letters",
        status=status,
        also=[(f"/staff/waves/{year}/letters", _("Letters"))],
        view=view,
        reasons=[(one, present.why_again_words(_, one)) for one in present.REASONS],
        typed={"others": _typed(), "reason": request.form.get("reason", "")},
        may_take=may_see("staff.batch_file"),
        fault=fault,
        detail=detail,
    )
