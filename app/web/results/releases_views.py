"""Releases: the list, making one, its page and files, two beside each other, withdrawing one."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role
from app.services import jobs
from app.services.accounts import staff as staff_service
from app.services.publication import release_making, releases
from app.services.publication.release_differences import ReleaseDifference, difference
from app.services.publication.release_job import KIND, arguments_of
from app.services.publication.release_making import Order
from app.services.publication.release_plans import offered_plans
from app.services.publication.releases import (
    DATA,
    MICRODATA,
    PUBLICATION,
    WEIGHTS,
    KeptRelease,
    ReleaseError,
)
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.results import releases_compare, releases_present
from app.web.results.releases_plans import offered_words, plan_fault
from app.web.results.releases_present import RELEASES
from app.web.results.results_tabs import results_tabs
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in

READING = (Role.RESEARCHER, Role.ANALYST)
MAKING = (Role.RESEARCHER,)
"""Who makes and withdraws releases, and may fetch rows of persons: analysts see no single ones."""
HELP = "releases"
LONGEST_WHY = 500
CHUNK = 1 << 20
PERSON_PARTS = (MICRODATA, WEIGHTS, DATA)


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the releases."""
    one = "/results/releases/<int:number>"
    posts = ["GET", "POST"]
    blueprint.add_url_rule("/results/releases", view_func=releases_list, endpoint="releases")
    blueprint.add_url_rule("/results/releases.csv", view_func=releases_csv)
    blueprint.add_url_rule("/results/releases/new", view_func=new_release, methods=posts)
    blueprint.add_url_rule("/results/releases/compare", view_func=compare)
    blueprint.add_url_rule("/results/releases/compare.csv", view_func=compare_csv)
    blueprint.add_url_rule(one, view_func=release)
    blueprint.add_url_rule(f"{one}/withdraw", view_func=withdraw_release, methods=posts)
    blueprint.add_url_rule(f"{one}/files/<name>", view_func=published_file)
    blueprint.add_url_rule(f"{one}/data/<part>/<name>", view_func=person_file)


def _words() -> tuple[Translate, Figures]:
    language = pages.staff_language()
    return staff_translator(language), Figures(language)


def _found(number: int) -> KeptRelease:
    kept = releases.find_release(site().services, number)
    if kept is None:
        abort(404)
    return kept


# --- the list -------------------------------------------------------------------------------------


@for_roles(*READING)
def releases_list() -> Response:
    """List all releases, withdrawn ones too."""
    _, figures = _words()
    columns = releases_present.columns(_, figures)
    want = listing.asked(columns, sort="number", descending=True)
    kept = releases.list_releases(site().services)
    rows = listing.listed(kept, columns, want, text=releases_present.searched)
    shown = listing.shown(
        _,
        figures,
        columns,
        rows,
        want,
        id="releases",
        caption=_("All releases"),
        empty=_no_releases(_),
        csv_path=f"{RELEASES}.csv" if kept else None,
    )
    return pages.page(
        "results/releases/list.html",
        title=_("Releases"),
        help=HELP,
        tabs=results_tabs(_, "results.releases"),
        list=shown,
        may_make=signed_in().role in MAKING,
        choices=[(one.number, releases_present.waves_words(one.waves)) for one in kept],
    )


def _no_releases(_: Translate) -> str:
    what = _(
        "No releases yet. A release freezes the answers of waves that are closed, with "
        "weights, tables and report. Everything that is published refers to one."
    )
    if signed_in().role in MAKING:
        return what
    who = _("A researcher makes it. Keep your tables in a plan, and say its name.")
    return f"{what} {who}"


@for_roles(*READING)
def releases_csv() -> Response:
    """Return the list as a file."""
    _, figures = _words()
    columns = releases_present.columns(_, figures)
    want = listing.asked(columns, sort="number", descending=True)
    kept = releases.list_releases(site().services)
    rows = listing.listed(kept, columns, want, text=releases_present.searched)
    return listing.csv_of(columns, rows, name="releases")


# --- making one -----------------------------------------------------------------------------------


@for_roles(*MAKING)
def new_release() -> Response:
    """Ask what a release is to hold; have it made by a job of its own."""
    if request.method == "GET":
        ready = [one for one in release_making.candidates(site().services) if one.ready]
        return _form([str(one.year) for one in ready], {})
    _, _figures = _words()
    chosen = request.form.getlist("wave")
    ready_years = {
        str(one.year): one.year for one in release_making.candidates(site().services) if one.ready
    }
    why = request.form.get("why", "").replace("\0", "").strip()
    plan = request.form.get("plan", "")
    faults = {}
    if not chosen or not set(chosen) <= set(ready_years):
        faults["wave"] = _("Choose at least one wave that is closed.")
    if not why:
        faults["why"] = _("Say why this release is made: colleagues read it later.")
    elif len(why) > LONGEST_WHY:
        faults["why"] = _("Use at most %(count)s characters.", count=LONGEST_WHY)
    years = {ready_years[one] for one in chosen if one in ready_years}
    if plan and (fault := plan_fault(_, plan, years)):
        faults["plan"] = fault
    if faults:
        return _form(chosen, faults)
    who = signed_in()
    order = Order(
        waves=tuple(sorted(ready_years[one] for one in set(chosen))),
        why=why,
        by=who.email,
        plan=plan or None,
        replicates="replicates" in request.form,
    )
    language = pages.staff_language()
    arguments = arguments_of(order, staff_id=who.staff_id)
    job_id = jobs.ask(site().services, KIND, arguments, by=who.staff_id, language=language)
    return pages.see_other(f"/staff/jobs/{job_id}")


def _form(chosen: list[str], faults: dict[str, str]) -> Response:
    _, _figures = _words()
    found = release_making.candidates(site().services)
    plans = offered_plans(site().services)
    # The page of a kept plan leads here with its key.
    asked = request.args.get("plan", "")
    first = next((one.key for one in plans if one.key == asked), plans[0].key if plans else "")
    return pages.page(
        "results/releases/new.html",
        title=_("Make a release"),
        status=422 if faults else 200,
        help=HELP,
        tabs=results_tabs(_, "results.releases"),
        crumbs=[(RELEASES, _("Releases"))],
        fault=bool(faults),
        faults=faults,
        waves=releases_present.wave_choices(_, found, chosen),
        plans=[(one.key, offered_words(_, one)) for one in plans],
        plan=request.form.get("plan", first),
        why=request.form.get("why", ""),
        replicates="replicates" in request.form,
        any_ready=any(one.ready for one in found),
        longest=LONGEST_WHY,
    )


# --- one release ----------------------------------------------------------------------------------


@for_roles(*READING)
def release(number: int) -> Response:
    """Show a release: what it is, its files, whether every hash holds."""
    kept = _found(number)
    _, figures = _words()
    view = releases_present.release_view(
        _,
        figures,
        kept,
        releases.verify(kept),
        releases.list_releases(site().services),
        researcher=signed_in().role in MAKING,
    )
    return pages.page(
        "results/releases/release.html",
        title=_("Release %(number)s", number=number),
        help=HELP,
        tabs=results_tabs(_, "results.releases"),
        crumbs=[(RELEASES, _("Releases"))],
        view=view,
    )


@for_roles(*READING)
def published_file(number: int, name: str) -> Response:
    """Return a file of the publication: disclosure control has acted on it."""
    return _file(_found(number), PUBLICATION, name)


@needs_confirmation
@for_roles(*MAKING)
def person_file(number: int, part: str, name: str) -> Response:
    """Return a file with a row for each person, on record."""
    if part not in PERSON_PARTS:
        abort(404)
    return _file(_found(number), part, name)


def _file(kept: KeptRelease, part: str, name: str) -> Response:
    path = releases.file_of(kept, part, name)
    if path is None:
        abort(404)
    staff_service.record(
        site().services,
        signed_in(),
        "release.fetched",
        f"release {kept.number}",
        {"part": part, "file": name},
    )
    marked = "synthetic-" if kept.synthetic else ""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(_chunks(path), content_type=kind)
    response.content_length = path.stat().st_size
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{marked}release-{kept.number}-{name}"'
    )
    return response


def _chunks(path: Path) -> Iterator[bytes]:
    """Give a file piece by piece: data files of a large panel do not fit in memory twice."""
    with path.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece


@needs_confirmation
@for_roles(*MAKING)
def withdraw_release(number: int) -> Response:
    """Ask why a release is withdrawn and whether somebody has it; then say so for good."""
    kept = _found(number)
    if kept.withdrawn is not None:
        abort(404)
    _, _figures = _words()
    if request.method == "GET":
        return _withdraw_form(kept, {})
    why = request.form.get("why", "").replace("\0", "").strip()
    given = request.form.get("given_out", "")
    faults = {}
    if not why or len(why) > LONGEST_WHY:
        faults["why"] = _("Say why, in at most %(count)s characters.", count=LONGEST_WHY)
    if given not in ("yes", "no"):
        faults["given_out"] = _("Say whether somebody outside the team may have it.")
    if faults:
        return _withdraw_form(kept, faults)
    who = signed_in()
    try:
        releases.withdraw(
            site().services,
            number,
            why=why,
            given_out=given == "yes",
            by=who.email,
            staff_id=who.staff_id,
        )
    except ReleaseError:
        return _withdraw_form(kept, {"why": _("Somebody withdrew this release just now.")}, 409)
    flash(_("Release %(number)s is withdrawn. It stays on the list.", number=number))
    return pages.see_other(f"{RELEASES}/{number}")


def _withdraw_form(kept: KeptRelease, faults: dict[str, str], status: int = 422) -> Response:
    _, _figures = _words()
    return pages.page(
        "results/releases/withdraw.html",
        title=_("Withdraw release %(number)s", number=kept.number),
        status=status if faults else 200,
        help=HELP,
        crumbs=[
            (RELEASES, _("Releases")),
            (f"{RELEASES}/{kept.number}", _("Release %(number)s", number=kept.number)),
        ],
        fault=bool(faults),
        faults=faults,
        action=f"{RELEASES}/{kept.number}/withdraw",
        why=request.form.get("why", ""),
        given_out=request.form.get("given_out", ""),
        longest=LONGEST_WHY,
    )


# --- two of them ----------------------------------------------------------------------------------


@for_roles(*READING)
def compare() -> Response:
    """Show what differs between two releases, and what both together give away."""
    found = _asked_pair()
    _, figures = _words()
    first, second = found.first.number, found.second.number
    return pages.page(
        "results/releases/compare.html",
        title=_("Release %(first)s beside release %(second)s", first=first, second=second),
        help=HELP,
        tabs=results_tabs(_, "results.releases"),
        crumbs=[(RELEASES, _("Releases"))],
        view=releases_compare.difference_view(_, figures, found),
        first=first,
        second=second,
        csv_url=f"{RELEASES}/compare.csv?first={first}&second={second}" if found.cells else None,
    )


@for_roles(*READING)
def compare_csv() -> Response:
    """Return every number that differs as a file: where it stands, how, and why."""
    found = _asked_pair()
    _, _figures = _words()
    name = f"release-{found.first.number}-and-{found.second.number}"
    return listing.csv_of(releases_compare.cell_columns(_), found.cells, name=name)


def _asked_pair() -> ReleaseDifference:
    numbers = [request.args.get(name, "") for name in ("first", "second")]
    if not all(one.isascii() and one.isdigit() and len(one) < 7 for one in numbers):
        abort(404)
    first, second = (_found(int(one)) for one in numbers)
    if first.number == second.number:
        abort(404)
    return difference(first, second)
