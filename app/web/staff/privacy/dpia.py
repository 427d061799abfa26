"""The impact assessment: filled from the study's own files, completed by people, signed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, request

from app.panel.dpia import names_of_fields
from app.panel.states import Role
from app.services.privacy import dpia as kept
from app.services.privacy.dpia import Capacity, ChangedError, NoPlaceError, Version
from app.services.privacy.dpia_inventory import Inventory, UnreadableError, installation, inventory
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, may_see, signed_in
from app.web.staff.privacy import present_dpia as present
from app.web.staff.privacy import present_register
from app.web.staff.privacy.frame import PATH, SEEING, tabs

WRITING = (Role.PRIVACY_OFFICER, Role.RESEARCHER)
_HERE = f"{PATH}/dpia"
_SIGNS_AS = {Role.PRIVACY_OFFICER: Capacity.OFFICER, Role.RESEARCHER: Capacity.CONTROLLER}


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the assessment and of the register of processing."""
    blueprint.add_url_rule("/privacy/dpia", view_func=dpia)
    blueprint.add_url_rule("/privacy/dpia/versions/<int:number>", view_func=dpia_version)
    blueprint.add_url_rule("/privacy/dpia/edit", view_func=edit_dpia)
    blueprint.add_url_rule("/privacy/dpia/edit", view_func=save_dpia, methods=["POST"])
    blueprint.add_url_rule("/privacy/dpia/sign", view_func=sign_dpia, methods=["POST"])
    blueprint.add_url_rule("/privacy/register", view_func=register)


@for_roles(*SEEING)
def dpia() -> Response:
    """Show the assessment as it stands, with what is still open first."""
    return _document(kept.latest(site().services), current=True)


@for_roles(*SEEING)
def dpia_version(number: int) -> Response:
    """Show what people wrote in an earlier version, beside what the system knows now."""
    found = next((one for one in kept.versions(site().services) if one.number == number), None)
    if found is None:
        abort(404)
    return _document(found, current=False)


@for_roles(*WRITING)
def edit_dpia() -> Response:
    """Show everything that people fill in."""
    latest = kept.latest(site().services)
    return _form(latest.texts, seen=latest.number)


@for_roles(*WRITING)
def save_dpia() -> Response:
    """Keep what was filled in as a new version."""
    _ = staff_translator(pages.staff_language())
    typed = {name: request.form.get(name, "").replace("\0", "") for name in names_of_fields()}
    seen = request.form.get("seen", "")
    number = int(seen) if seen.isdecimal() and len(seen) < 7 else -1
    faults = present.faults(_, typed, longest=kept.LONGEST)
    if faults:
        return _form(typed, seen=number, faults=faults, status=422)
    try:
        known = _known()
        version = kept.save(
            site().services, signed_in(), typed, seen=number, study_hash=known.study_hash
        )
    except ChangedError:
        words = _(
            "A colleague saved another version meanwhile. Your text stands below and is not saved:"
            " open the assessment in another window, then put both together."
        )
        latest = kept.latest(site().services)
        return _form(typed, seen=latest.number, faults=[words], status=409)
    except NoPlaceError:
        words = _("This installation has no data directory: nothing can be kept here.")
        return _form(typed, seen=number, faults=[words], status=409)
    except UnreadableError as error:
        return _unreadable(_, error)
    flash(_("Version %(number)s is kept.", number=version.number))
    return pages.see_other(_HERE)


@for_roles(*WRITING)
def sign_dpia() -> Response:
    """Put one's name under the version that was shown."""
    _ = staff_translator(pages.staff_language())
    seen = request.form.get("seen", "")
    who = signed_in()
    try:
        kept.sign(site().services, who, int(seen) if seen.isdecimal() else 0, _SIGNS_AS[who.role])
    except (ChangedError, NoPlaceError):
        flash(_("Nothing was signed: there is another version now. Read it first."))
        return pages.see_other(_HERE)
    flash(_("Signed, and on record."))
    return pages.see_other(_HERE)


@for_roles(*SEEING)
def register() -> Response:
    """Show the register of processing of GDPR article 30, from the same facts."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    try:
        known = _known()
    except UnreadableError as error:
        return _unreadable(_, error)
    running = installation(site().services)
    return pages.page(
        "staff/privacy/register.html",
        title=_("Register of processing"),
        help="privacy-dpia",
        tabs=tabs(_, "register"),
        tables=present_register.tables(
            _, figures, code, known, running, kept.latest(site().services)
        ),
    )


def _document(version: Version, *, current: bool) -> Response:
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    ctx = site().services
    try:
        known = _known()
    except UnreadableError as error:
        return _unreadable(_, error)
    today = ctx.clock.now().date()
    signs = current and version.number > 0 and may_see("staff.sign_dpia")
    return pages.page(
        "staff/privacy/dpia.html",
        title=_("Data protection impact assessment"),
        help="privacy-dpia",
        tabs=tabs(_, "dpia"),
        crumbs=[] if current else [(_HERE, _("The version of now"))],
        current=current,
        may_write=current and may_see("staff.edit_dpia"),
        signs=signs,
        number=version.number,
        facts=present.facts(_, figures, known, version),
        open=present.open_words(_, known, version, today) if current else [],
        stale=current and present.stale(known, version),
        parts=present.parts(_, figures, code, known, installation(ctx), version),
        signatures=present.signatures(_, figures, version),
        versions=present.versions(_, figures, kept.versions(ctx), version),
    )


def _form(
    texts: Mapping[str, str], *, seen: int, faults: list[str] | None = None, status: int = 200
) -> Response:
    code = pages.staff_language()
    _ = staff_translator(code)
    return pages.page(
        "staff/privacy/dpia_edit.html",
        title=_("Fill in the assessment"),
        status=status,
        help="privacy-dpia",
        crumbs=[(_HERE, _("Impact assessment (DPIA)"))],
        fault=" ".join(faults or ()) or None,
        seen=seen,
        groups=present.form_groups(_, texts),
        risks=present.form_risks(_, texts),
        grades=present.grades(_),
        longest=kept.LONGEST,
        has_place=kept.has_place(site().services),
    )


def _known() -> Inventory:
    return inventory(site().services.study)


def _unreadable(_: Translate, error: UnreadableError) -> Response:
    return pages.message(
        _("The assessment cannot be made"),
        _("The files of the study have faults: mend these first."),
        status=409,
        detail=str(error)[:2_000],
    )
