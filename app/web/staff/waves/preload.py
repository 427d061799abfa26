"""What a wave remembers of earlier answers: frozen, looked at, kept out, approved."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request

from app.panel.states import Role, WaveStatus
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.fieldwork.freezing import PreloadError, freeze_preloads
from app.services.fieldwork.preload_approval import approve_preload, versions_of
from app.services.fieldwork.preload_corrections import CorrectionsError, Wrong, leave_out, put_back
from app.services.fieldwork.preload_review import Review, review_preload
from app.services.fieldwork.waves import all_waves, find_wave
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_roles, may_see, signed_in
from app.web.staff.waves.frame import require_wave, speech, wave_page
from app.web.staff.waves.preload_words import memory_view, review_view

PRELOAD = "/waves/<int:year>/preload"
FREEZING = (Role.RESEARCHER, Role.FIELDWORK)
REVIEWING = (Role.RESEARCHER,)
"""A review holds answers under pseudonyms: nothing for those who work with names."""
LONGEST_REASON = 300
SAMPLE = 20
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(PRELOAD, view_func=wave_preload)
    for name, view in (
        ("freeze", freeze_preload),
        ("review", look_at_preload),
        ("approve", approve_memory),
        ("leave-out", keep_out),
        ("put-back", let_back_in),
    ):
        blueprint.add_url_rule(f"{PRELOAD}/{name}", view_func=view, methods=["POST"])


@for_roles(*FREEZING, Role.ADMIN)
def wave_preload(year: int) -> Response:
    """Show which versions there are, and what comes next."""
    return _page(year)


@for_roles(*FREEZING)
def freeze_preload(year: int) -> Response:
    """Freeze what earlier waves say about everybody of this wave, as a new version."""
    require_wave(year)
    _, figures = speech()
    who = signed_in()
    try:
        done = freeze_preloads(
            site().services, year, _built_on(year), by=who.email, staff_id=who.staff_id
        )
    except PreloadError as error:
        words = _("It cannot be frozen now. Nothing was changed.")
        return _page(year, fault=words, detail=str(error), status=409)
    if done.version is None:
        flash(_("Nothing is known of anybody: nothing was frozen."))
    elif done.new:
        flash(_("Frozen as version %(number)s: %(count)s people.", number=done.version.number,
                count=figures.count(done.version.cases)))  # fmt: skip
    else:
        flash(_("All is as in version %(number)s: no new one was made.",
                number=done.version.number))  # fmt: skip
    return pages.see_other(f"/staff/waves/{year}/preload")


@for_roles(*REVIEWING)
def look_at_preload(year: int) -> Response:
    """Show figures and a sample of people in words; that somebody looked goes on record."""
    return _review_page(year)


@for_roles(*REVIEWING)
def approve_memory(year: int) -> Response:
    """Say that it was looked at and may be shown to people."""
    require_wave(year)
    _, _figures = speech()
    who = signed_in()
    if request.form.get("seen") != _newest(year):
        words = _("It was frozen anew while you looked. Nothing was approved: look again.")
        return _page(year, fault=words, status=409)
    try:
        approve_preload(site().services, year, by=who.email, staff_id=who.staff_id)
    except PreloadError as error:
        words = _("It cannot be approved now. Nothing was changed.")
        return _page(year, fault=words, detail=str(error), status=409)
    flash(_("Approved: people may be shown it."))
    return pages.see_other(f"/staff/waves/{year}/preload")


@for_roles(*REVIEWING)
def keep_out(year: int) -> Response:
    """Leave an answer out of what the wave remembers, of everybody or of one person."""
    require_wave(year)
    _, _figures = speech()
    who = signed_in()
    wrong = Wrong(_posted("variable"), _posted("reason"), _posted("person") or None)
    faults = []
    if not wrong.variable:
        faults.append(_("Choose the question whose answer is left out."))
    if not wrong.reason:
        faults.append(_("Say why: it goes on record."))
    if faults:
        return _review_page(year, fault=" ".join(faults), status=422)
    try:
        leave_out(site().services, year, [wrong], by=who.email, staff_id=who.staff_id)
    except CorrectionsError as error:
        words = _("This cannot be left out: look at the question and the person.")
        return _review_page(year, fault=words, detail=str(error), status=422)
    except PreloadError as error:
        words = _("Nothing can be left out any more.")
        return _page(year, fault=words, detail=str(error), status=409)
    flash(_("On record. It is left out when the memory is frozen again."))
    return pages.see_other(f"/staff/waves/{year}/preload")


@for_roles(*REVIEWING)
def let_back_in(year: int) -> Response:
    """Let an answer back in that was left out."""
    require_wave(year)
    _, _figures = speech()
    who = signed_in()
    try:
        put_back(site().services, year, [_posted("variable")], by=who.email, staff_id=who.staff_id)
    except PreloadError as error:
        words = _("This cannot be put back.")
        return _page(year, fault=words, detail=str(error), status=409)
    flash(_("On record. It counts when the memory is frozen again."))
    return pages.see_other(f"/staff/waves/{year}/preload")


def _page(
    year: int, *, fault: str | None = None, detail: str | None = None, status: int = 200
) -> Response:
    require_wave(year)
    _, figures = speech()
    wave = find_wave(site().services, year)
    versions = versions_of(site().services, year)
    earlier = _built_on(year)
    known = {one.year: one.status for one in all_waves(site().services)}
    view = memory_view(
        _,
        figures,
        versions,
        earlier=earlier,
        still_open=[one for one in earlier if known.get(one) not in _OVER],
        over=wave is None or wave.status in _OVER,
        opened=wave is not None and wave.opened_at is not None,
    )
    return wave_page(
        "preload",
        year,
        current="preload",
        title=_("What wave %(year)s remembers", year=year),
        help_topic="preload",
        status=status,
        view=view,
        may_freeze=may_see("staff.freeze_preload"),
        may_review=may_see("staff.look_at_preload"),
        fault=fault,
        detail=detail,
    )


def _review_page(
    year: int, *, fault: str | None = None, detail: str | None = None, status: int = 200
) -> Response:
    require_wave(year)
    _, figures = speech()
    language = pages.staff_language()
    reviews = _look(year, language)
    if isinstance(reviews, str):
        words = _("There is nothing to look at: freeze it first.")
        return _page(year, fault=words, detail=reviews, status=409)
    return wave_page(
        "review",
        year,
        current="preload",
        title=_("Look at what wave %(year)s remembers", year=year),
        help_topic="preload",
        status=status,
        view=review_view(_, figures, reviews, seen=_newest(year)),
        chosen=_posted("variable"),
        reason=_posted("reason"),
        person=_posted("person"),
        longest_reason=LONGEST_REASON,
        fault=fault,
        detail=detail,
    )


def _look(year: int, language: str) -> list[Review] | str:
    """What waits for approval, in the language of this page where the wave speaks it."""
    who = signed_in()
    refusal = ""
    for spoken in dict.fromkeys([language, "nl"]):
        try:
            return review_preload(
                site().services,
                year,
                by=who.email,
                staff_id=who.staff_id,
                language=spoken,
                sample=SAMPLE,
            )
        except PreloadError as error:
            refusal = str(error)
    return refusal


def _newest(year: int) -> str:
    """The fingerprint of the last version: what somebody looked at, and approves."""
    versions = versions_of(site().services, year)
    return versions[-1][0].hash if versions else ""


def _built_on(year: int) -> tuple[int, ...]:
    try:
        return read_wave_plan(site().services.study, year).preload_from
    except (WavePlanError, OSError):
        return ()


def _posted(name: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()[:LONGEST_REASON]
