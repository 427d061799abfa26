"""How the questionnaire of a wave stands: its checks, its versions, what changed, publishing it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request

from app.services import jobs
from app.services.content.check_reports import load_full_report, load_report
from app.services.content.publishing import (
    Publishable,
    PublishRefusedError,
    publish_checked,
    publishable,
)
from app.services.content.questionnaires import DRAFT, Edition, draft_of, edition_of, years_of
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_roles, may_see, needs_confirmation, signed_in
from app.web.staff.instruments.frame import (
    LOOKING,
    PUBLISHING,
    Here,
    edition_words,
    here,
    source_language,
)
from app.web.staff.instruments.frame import edition as edition_named
from app.web.staff.instruments.present_checks import (
    overview_view,
    publish_view,
    refusal_words,
    report_view,
)
from app.web.staff.instruments.present_differences import differences_view
from app.web.staff.listing import csv_of

LONGEST_REASON = 500
LOOKED = "looked"
"""Prefix of the boxes that say that somebody looked at the findings of one kind."""


def add_views(blueprint: Blueprint) -> None:
    """Register the pages of checks, versions, differences and publishing."""
    path = "/waves/<int:year>/questionnaire"
    blueprint.add_url_rule(path, view_func=questionnaire)
    blueprint.add_url_rule(f"{path}/check", view_func=check_questionnaire, methods=["POST"])
    blueprint.add_url_rule(f"{path}/differences", view_func=questionnaire_differences)
    blueprint.add_url_rule(f"{path}/differences.csv", view_func=questionnaire_differences_csv)
    blueprint.add_url_rule(f"{path}/publish", view_func=questionnaire_publish)
    blueprint.add_url_rule(f"{path}/publish", view_func=publish_questionnaire, methods=["POST"])


@for_roles(*LOOKING)
def questionnaire(year: int) -> Response:
    """Show how the questionnaire of a wave stands: what to do, the check, the versions."""
    at = here(year)
    services = site().services
    report = load_report(services, year)
    full = load_full_report(services, year)
    signature = draft_of(services).signature
    found = publishable(services, year)
    return at.page(
        "overview.html",
        "",
        title=_title(at),
        topic="questionnaire",
        view=overview_view(at.say, at.figures, at.shelf, found, may_publish=_may_publish()),
        report=report_view(at.say, at.figures, report, signature) if report else None,
        full=report_view(at.say, at.figures, full, signature)
        if full is not None and full != report
        else None,
        may_check=may_see("staff.check_questionnaire"),
    )


def _title(at: Here) -> str:
    _ = at.say
    return _("Questionnaire of wave %(year)s", year=at.year)


def _may_publish() -> bool:
    return may_see("staff.questionnaire_publish")


@for_roles(*PUBLISHING)
def check_questionnaire(year: int) -> Response:
    """Ask for a check: a quick one, or with proofs, weights and recordings."""
    at = here(year)
    depth = request.form.get("depth", "")
    if depth not in ("quick", "full"):
        abort(404)
    job_id = jobs.ask(
        site().services,
        "check",
        {"year": year, "proving": depth == "full"},
        by=signed_in().staff_id,
        language=at.language,
    )
    return pages.see_other(f"/staff/jobs/{job_id}")


# --- differences ----------------------------------------------------------------------------------


@for_roles(*LOOKING)
def questionnaire_differences(year: int) -> Response:
    """Show what is another in one questionnaire than in the one before it."""
    at = here(year)
    _ = at.say
    before, after = _compared(at)
    choices = _choices(at)
    view = None
    if before is not None and after is not None:
        language = source_language(after.instrument.languages, at.language)
        view = differences_view(at.say, at.figures, before, after, language)
    return at.page(
        "differences.html",
        "",
        title=_("What changed in the questionnaire of wave %(year)s", year=year),
        topic="questionnaire",
        view=view,
        choices=choices,
        before=_key(before),
        after=_key(after),
    )


@for_roles(*LOOKING)
def questionnaire_differences_csv(year: int) -> Response:
    """Give the differences as a file."""
    at = here(year)
    before, after = _compared(at)
    if before is None or after is None:
        abort(404)
    language = source_language(after.instrument.languages, at.language)
    view = differences_view(at.say, at.figures, before, after, language)
    return csv_of(view.columns, view.rows, name=f"differences-{year}")


def _compared(at: Here) -> tuple[Edition | None, Edition | None]:
    """The two questionnaires that the address asks for; by default what is the question now."""
    after_key = request.args.get("after") or _default_after(at)
    before_key = request.args.get("before") or _default_before(at, after_key)
    return _edition(before_key), _edition(after_key)


def _default_after(at: Here) -> str:
    if at.shelf.draft_is_new or at.shelf.in_field is None:
        return f"{at.year}:{DRAFT}" if at.shelf.draft_version else ""
    return f"{at.year}:{at.shelf.in_field.number}"


def _default_before(at: Here, after: str) -> str:
    """The version in use; of that itself the one before; of the first the wave before."""
    numbers = [str(one.number) for one in at.shelf.published]
    year, _colon, key = after.partition(":")
    if year == str(at.year):
        earlier = numbers if key == DRAFT else [one for one in numbers if int(one) < int(key or 0)]
        if key == DRAFT and at.shelf.in_field is not None:
            return f"{at.year}:{at.shelf.in_field.number}"
        if earlier:
            return f"{at.year}:{earlier[0]}"
    before = max((one for one in years_of(site().services) if one < at.year), default=None)
    found = edition_of(site().services, before) if before is not None else None
    return _key(found)


def _key(one: Edition | None) -> str:
    return f"{one.year}:{one.key}" if one is not None else ""


def _edition(key: str) -> Edition | None:
    """A questionnaire by ``2024:draft``; ``None`` where nothing is named, 404 for what is not."""
    if not key:
        return None
    year, _colon, name = key.partition(":")
    if not (year.isascii() and year.isdecimal() and len(year) == 4 and name):
        abort(404)
    return edition_named(int(year), name)


def _choices(at: Here) -> list[tuple[str, str]]:
    """All questionnaires of all waves, the present wave first."""
    _ = at.say
    years = [at.year, *(one for one in reversed(years_of(site().services)) if one != at.year)]
    found = []
    for year in years:
        shelf = here(year).shelf
        keys = [
            *([DRAFT] if shelf.draft_version else []),
            *(str(n.number) for n in shelf.published),
        ]
        for key in keys:
            words = edition_words(at.say, at.figures, shelf, key)
            wave = _("Wave %(year)s", year=year)
            found.append((f"{year}:{key}", f"{wave}: {words}"))
    return found


# --- publishing -----------------------------------------------------------------------------------


@for_roles(*PUBLISHING)
@needs_confirmation
def questionnaire_publish(year: int) -> Response:
    """Show what publishing would do, and what it would override."""
    at = here(year)
    return _publish_page(at, publishable(site().services, year))


@for_roles(*PUBLISHING)
@needs_confirmation
def publish_questionnaire(year: int) -> Response:
    """Publish: new interviews get this questionnaire from now on."""
    at = here(year)
    _ = at.say
    services = site().services
    found = publishable(services, year)
    reason = request.form.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]
    if (missing := _not_looked_at(at, found, reason)) is not None:
        return _publish_page(at, found, fault=missing, reason=reason, status=422)
    try:
        publish_checked(
            services, year, who=signed_in(), seen=request.form.get("seen", ""), reason=reason
        )
    except PublishRefusedError as refused:
        words = refusal_words(_, refused)
        return _publish_page(
            at, publishable(services, year), fault=words, reason=reason, status=409
        )
    flash(_("Published: new interviews of wave %(year)s get this questionnaire.", year=year))
    return pages.see_other(at.path)


def _not_looked_at(at: Here, found: Publishable, reason: str) -> str | None:
    """Whoever overrides says why, and that each kind of finding was looked at."""
    if found.hindrance is not None or not found.grounds:
        return None
    _ = at.say
    unseen = [one for one in found.grounds if f"{LOOKED}.{one.name.lower()}" not in request.form]
    wanted = []
    if unseen:
        wanted.append(_("Tick every kind of finding that you looked at."))
    if not reason:
        wanted.append(_("Say why it is published all the same."))
    return " ".join(wanted) or None


def _publish_page(
    at: Here, found: Publishable, *, fault: str | None = None, reason: str = "", status: int = 200
) -> Response:
    _ = at.say
    return at.page(
        "publish.html",
        "",
        title=_("Publish the questionnaire of wave %(year)s", year=at.year),
        topic="questionnaire",
        status=status,
        fault=fault,
        view=publish_view(at.say, at.figures, at.shelf, found),
        ticked=[name for name in request.form if name.startswith(f"{LOOKED}.")],
        reason=reason,
        longest=LONGEST_REASON,
        seen=found.draft.signature,
    )
