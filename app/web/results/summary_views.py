"""The plain summary: begun from a release, edited by chapter, kept by version, taken home."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role
from app.services.accounts import staff as staff_service
from app.services.publication import summaries
from app.services.publication.releases import find_release
from app.services.publication.summaries import (
    FORMATS,
    ChangedMeanwhileError,
    SummaryError,
    Version,
    newer_release,
    releases_for,
    summary_of,
    versions_of,
    waves_with_summary,
)
from app.services.publication.summary_text import (
    Edit,
    EditedChapter,
    EditedSummary,
    compose,
    material_of,
)
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.results import summary_present
from app.web.results.releases_present import waves_words
from app.web.results.results_tabs import results_tabs
from app.web.results.summary_posted import LONGEST, read_edit
from app.web.results.summary_present import SUMMARY
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in

EDITING = (Role.RESEARCHER, Role.ANALYST)
HELP = "summary"
CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the summary."""
    one = "/results/summary/<int:year>"
    blueprint.add_url_rule("/results/summary", view_func=summaries_list, endpoint="summary")
    blueprint.add_url_rule("/results/summary/begin", view_func=begin_summary, methods=["POST"])
    blueprint.add_url_rule(one, view_func=summary_of_wave)
    blueprint.add_url_rule(f"{one}/preview", view_func=preview)
    blueprint.add_url_rule(f"{one}/numbers", view_func=take_numbers, methods=["POST"])
    blueprint.add_url_rule(
        f"{one}/chapters/<key>", view_func=chapter_of_summary, methods=["GET", "POST"]
    )
    blueprint.add_url_rule(f"{one}/versions/<int:number>.<name>", view_func=summary_file)


def _words() -> tuple[Translate, Figures]:
    language = pages.staff_language()
    return staff_translator(language), Figures(language)


def _versions(year: int) -> list[Version]:
    found = versions_of(site().services, year)
    if not found:
        abort(404)
    return found


@for_roles(*EDITING)
def summaries_list() -> Response:
    """Say which waves have a summary, and from which release one can be begun."""
    _, figures = _words()
    begun = []
    for wave in waves_with_summary(site().services):
        if found := versions_of(site().services, wave):
            words = _(
                "Version %(number)s of %(moment)s, by %(by)s",
                number=found[0].number,
                moment=figures.moment(found[0].at),
                by=found[0].by,
            )
            begun.append((wave, f"{SUMMARY}/{wave}", words))
    there = {wave for wave, _url, _said in begun}
    can_begin = [
        (one.number, f"{_('Release %(number)s', number=one.number)} – {waves_words(one.waves)}")
        for one in releases_for(site().services)
        if max(one.waves) not in there
    ]
    return pages.page(
        "results/summary/list.html",
        title=_("Plain summary"),
        help=HELP,
        tabs=results_tabs(_, "results.summary"),
        begun=begun,
        can_begin=can_begin,
    )


@for_roles(*EDITING)
def begin_summary() -> Response:
    """Store the draft of a release as the first version."""
    number = request.form.get("release", "")
    listed = {str(one.number): one for one in releases_for(site().services)}
    if number not in listed:
        abort(404)
    kept, who = listed[number], signed_in()
    wave = max(kept.waves)
    # Who began it just now is not overwritten: theirs is shown.
    with suppress(ChangedMeanwhileError):
        summaries.begin(site().services, kept.number, by=who.email, staff_id=who.staff_id)
    return pages.see_other(f"{SUMMARY}/{wave}")


@for_roles(*EDITING)
def summary_of_wave(year: int) -> Response:
    """Show how the summary of a wave stands: chapters, what to look at, versions, files."""
    _, figures = _words()
    versions = _versions(year)
    summary = summary_of(site().services, versions[0])
    newer = newer_release(site().services, versions[0])
    changed = 0
    if newer is not None:
        edit = replace(versions[0].edit, release=newer.number)
        changed = compose(material_of(newer), edit).changed
    return pages.page(
        "results/summary/overview.html",
        title=_("Plain summary of wave %(year)s", year=year),
        help=HELP,
        tabs=results_tabs(_, "results.summary"),
        crumbs=[(SUMMARY, _("Plain summary"))],
        view=summary_present.overview(_, figures, summary, versions, newer, changed),
        seen=versions[0].number,
    )


@for_roles(*EDITING)
def preview(year: int) -> Response:
    """Show the summary as it is printed."""
    _, _figures = _words()
    versions = _versions(year)
    summary = summary_of(site().services, versions[0])
    return pages.page(
        "results/summary/preview.html",
        title=_("Preview of the summary of wave %(year)s", year=year),
        help=HELP,
        tabs=results_tabs(_, "results.summary"),
        crumbs=[(SUMMARY, _("Plain summary")), (f"{SUMMARY}/{year}", str(year))],
        summary=summary.printed,
        release=summary.release,
        version=versions[0].number,
    )


@for_roles(*EDITING)
def take_numbers(year: int) -> Response:
    """Go over to the numbers of a newer release; what changes is marked."""
    _, _figures = _words()
    versions = _versions(year)
    newer = newer_release(site().services, versions[0])
    seen = request.form.get("seen", "")
    if newer is None or request.form.get("release") != str(newer.number):
        abort(404)
    who = signed_in()
    latest = replace(versions[0], number=int(seen)) if seen.isdigit() else versions[0]
    try:
        summaries.take_numbers_of(
            site().services, latest, newer.number, by=who.email, staff_id=who.staff_id
        )
        flash(_("The summary has the numbers of release %(number)s now.", number=newer.number))
    except ChangedMeanwhileError:
        flash(_("Somebody saved another version just now. Look at it first."))
    return pages.see_other(f"{SUMMARY}/{year}")


# --- a chapter ------------------------------------------------------------------------------------


@for_roles(*EDITING)
def chapter_of_summary(year: int, key: str) -> Response:
    """Show a chapter to edit; keep what was edited as a new version."""
    _, _figures = _words()
    versions = _versions(year)
    summary = summary_of(site().services, versions[0])
    chapter = _chapter(summary, key)
    if request.method == "GET":
        return _editor(versions[0], summary, chapter, {})
    edit, faults = read_edit(_, request.form, chapter, versions[0].edit)
    shown = _again(versions[0], edit, key)
    if faults:
        return _editor(versions[0], *shown, faults)
    if request.form.get("seen") != str(versions[0].number):
        return _editor(versions[0], *shown, {"chapter": _meanwhile(_)}, status=409)
    if edit == versions[0].edit:
        flash(_("Nothing was changed."))
        return pages.see_other(f"{SUMMARY}/{year}")
    who = signed_in()
    try:
        made = summaries.save(
            site().services,
            year,
            edit,
            after=versions[0].number,
            by=who.email,
            staff_id=who.staff_id,
        )
    except ChangedMeanwhileError:
        return _editor(versions[0], *shown, {"chapter": _meanwhile(_)}, status=409)
    flash(_("Saved as version %(number)s.", number=made.number))
    return pages.see_other(f"{SUMMARY}/{year}")


def _meanwhile(_: Translate) -> str:
    return _(
        "Somebody saved another version since you opened this page. What you typed is still here: "
        "look at theirs, then save again."
    )


def _chapter(summary: EditedSummary, key: str) -> EditedChapter:
    found = next((one for one in summary.chapters if one.key == key and one.paragraphs), None)
    if found is None:
        abort(404)
    return found


def _again(version: Version, edit: Edit, key: str) -> tuple[EditedSummary, EditedChapter]:
    """The chapter with what was typed, for a page that comes back."""
    summary = summary_of(site().services, replace(version, edit=edit))
    return summary, _chapter(summary, key)


def _editor(
    version: Version,
    summary: EditedSummary,
    chapter: EditedChapter,
    faults: dict[str, str],
    *,
    status: int = 422,
) -> Response:
    _, figures = _words()
    kept = find_release(site().services, version.edit.release)
    if kept is None:
        abort(404)
    book = material_of(kept).phrases
    path = f"{SUMMARY}/{version.wave}"
    return pages.page(
        "results/summary/chapter.html",
        title=chapter.heading,
        status=status if faults else 200,
        help=HELP,
        tabs=results_tabs(_, "results.summary"),
        crumbs=[(SUMMARY, _("Plain summary")), (path, str(version.wave))],
        fault=bool(faults),
        faults=faults,
        action=f"{path}/chapters/{chapter.key}",
        seen=version.number,
        release=summary.release,
        paragraphs=summary_present.paragraphs(_, figures, chapter, book),
        longest=LONGEST,
    )


# --- files ----------------------------------------------------------------------------------------


@for_roles(*EDITING)
def summary_file(year: int, number: int, name: str) -> Response:
    """Return a version as a file."""
    version = summaries.version_of(site().services, year, number)
    if version is None or name not in FORMATS:
        abort(404)
    try:
        content = summaries.summary_file(site().services, version, name)
    except SummaryError:
        abort(404)
    staff_service.record(
        site().services,
        signed_in(),
        "summary.fetched",
        f"wave {year}",
        {"version": number, "format": name},
    )
    response = Response(content, content_type=CONTENT_TYPES[name])
    response.headers["Content-Disposition"] = (
        f'attachment; filename="summary-{year}-version-{number}.{name}"'
    )
    return response
