"""The list of cases and the page of each: what happened, and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role
from app.services.members import case_lists
from app.services.members.case_lists import CaseFilter
from app.services.members.case_notes import Note, note_case
from app.services.members.case_timeline import CaseStory, case_story
from app.services.members.people_news import News, NewsError, What, record
from app.services.response.settling import BY_STAFF, SettlingError, settle_case
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import listing, pages
from app.web.staff.cases import people
from app.web.staff.cases.present import (
    PATH,
    case_choices,
    case_columns,
    case_view,
    file_columns,
    seen_of,
)
from app.web.staff.cases.words import told_by_words
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.listing import Asked

MAY_LOOK = (Role.RESEARCHER, Role.FIELDWORK, Role.PRIVACY_OFFICER)
"""Who sees single cases, under their pseudonyms. Analysts see none: they have the results."""
MAY_SETTLE = (Role.RESEARCHER, Role.FIELDWORK)
_REFUSALS = (What.REFUSED_SOFT, What.REFUSED_HARD, What.OPTED_IN, What.REFUSAL_UNDONE)
_LONGEST = 300


def add_views(blueprint: Blueprint) -> None:
    """Register the views of cases."""
    one = "/cases/<uuid:case_id>"
    blueprint.add_url_rule("/cases", view_func=cases)
    blueprint.add_url_rule("/cases", view_func=find_case, methods=["POST"])
    blueprint.add_url_rule("/cases.csv", view_func=cases_file)
    blueprint.add_url_rule(one, view_func=case)
    blueprint.add_url_rule(f"{one}/note", view_func=note, methods=["POST"])
    blueprint.add_url_rule(f"{one}/refusal", view_func=refusal, methods=["POST"])
    blueprint.add_url_rule(f"{one}/outcome", view_func=outcome, methods=["POST"])


@for_roles(*MAY_LOOK)
def cases() -> Response:
    """Show the list of cases."""
    return _list()


@for_roles(*MAY_LOOK)
def find_case() -> Response:
    """Lead to the case of which something was typed; the words stand in no address."""
    _ = staff_translator(pages.staff_language())
    who = signed_in()
    typed = _posted("who")
    if not typed:
        return _list(fault=_("Type something of the person you are looking for."), status=422)
    by_contact = who.role in people.MAY_SEE
    found = case_lists.find_cases(site().services, who, typed, by_contact=by_contact)
    if len(found) == 1:
        return pages.see_other(f"{PATH}/{found[0]}")
    if found:
        return _list(found=found)
    return _list(fault=_("We found nobody. Look at what you typed, or try something else."),
                 status=404)  # fmt: skip


@needs_confirmation
@for_roles(*MAY_SETTLE)
def cases_file() -> Response:
    """Give the cases of the list as a file, without anything that names a person."""
    _ = staff_translator(pages.staff_language())
    figures = Figures(pages.staff_language())
    want = _asked()
    rows = case_lists.take_out(site().services, signed_in(), _filter(want))
    return listing.csv_of(file_columns(_, figures), rows, name="cases")


@for_roles(*MAY_LOOK)
def case(case_id: UUID) -> Response:
    """Show what happened to a case."""
    return _page(_story(case_id))


@for_roles(*MAY_LOOK)
def note(case_id: UUID) -> Response:
    """Put a note on record."""
    _ = staff_translator(pages.staff_language())
    story = _story(case_id)
    chosen = next((one for one in Note if one.value == _posted("note")), None)
    if chosen is None:
        return _page(story, fault=_("Choose what to note."), leads_to="#note", status=422)
    who = signed_in()
    note_case(site().services, case_id, chosen, by=who.email, staff_id=who.staff_id)
    flash(_("It is on record."))
    return pages.see_other(f"{PATH}/{case_id}")


@for_roles(*MAY_LOOK)
def refusal(case_id: UUID) -> Response:
    """Record that the person refuses, or that a refusal stands no more."""
    _ = staff_translator(pages.staff_language())
    story = _story(case_id)
    if (stale := _stale(story)) is not None:
        return stale
    what = next((one for one in _REFUSALS if one.value == _posted("what")), None)
    if what is None:
        fault = _("Choose what the person said.")
        return _page(story, fault=fault, leads_to="#refusal", status=422)
    # What the page calls a mistake is one: no more is asked.
    reason = "mistake" if what is What.REFUSAL_UNDONE else ""
    news = News(
        story.case.person_id,
        what,
        wave=story.case.wave,
        told_by=_posted("told_by"),
        reason=reason,
    )
    who = signed_in()
    try:
        done = record(site().services, [news], by=who.email, staff_id=who.staff_id)
    except NewsError:
        fault = _("This does not go together with what is known of the person.")
        return _page(story, fault=fault, leads_to="#refusal", status=422)
    flash(_("It is on record.") if done.new else _("That was known already."))
    return pages.see_other(f"{PATH}/{case_id}")


@for_roles(*MAY_SETTLE)
def outcome(case_id: UUID) -> Response:
    """Give a case an outcome that only people can tell."""
    _ = staff_translator(pages.staff_language())
    story = _story(case_id)
    if (stale := _stale(story)) is not None:
        return stale
    code = _posted("code")
    if code not in BY_STAFF:
        return _page(story, fault=_("Choose an outcome."), leads_to="#outcome", status=422)
    who = signed_in()
    try:
        settle_case(site().services, case_id, code, by=who.email, staff_id=who.staff_id)
    except SettlingError:
        fault = _("This does not go together with what is known of the person.")
        return _page(story, fault=fault, leads_to="#outcome", status=422)
    flash(_("It is on record. No more reminders go to this case."))
    return pages.see_other(f"{PATH}/{case_id}")


# --- what these share -----------------------------------------------------------------------------


def _story(case_id: UUID) -> CaseStory:
    story = case_story(site().services, case_id)
    if story is None:
        abort(404)
    return story


def _stale(story: CaseStory) -> Response | None:
    """The page again where somebody changed the case since it was made."""
    if _posted("seen") == seen_of(story):
        return None
    _ = staff_translator(pages.staff_language())
    words = _("Something changed meanwhile. Look at how it stands now, and do it again if needed.")
    return _page(story, fault=words, status=409)


def _posted(name: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()[:_LONGEST]


def _asked() -> Asked:
    """What the address asks of the list."""
    _ = staff_translator(pages.staff_language())
    figures = Figures(pages.staff_language())
    filters = case_choices(_, figures, case_lists.choices(site().services))
    return listing.asked(case_columns(_, figures), sort="wave", descending=True, choices=filters)


def _filter(want: Asked) -> CaseFilter:
    wave = want.chosen["wave"]
    return CaseFilter(
        int(wave) if wave else None,
        want.chosen["state"],
        want.chosen["group"],
        want.chosen["language"],
        want.chosen["sent"],
    )


def _list(*, found: Sequence[UUID] = (), fault: str | None = None, status: int = 200) -> Response:
    _ = staff_translator(pages.staff_language())
    figures = Figures(pages.staff_language())
    columns = case_columns(_, figures)
    filters = case_choices(_, figures, case_lists.choices(site().services))
    want = listing.asked(columns, sort="wave", descending=True, choices=filters)
    there = case_lists.list_cases(
        site().services,
        _filter(want),
        sort=want.sort,
        descending=want.descending,
        offset=want.offset,
        limit=want.size,
    )
    role = signed_in().role
    shown = listing.shown(
        _,
        figures,
        columns,
        there.rows,
        want,
        total=there.total,
        id="cases",
        caption=_("Cases: one person in one wave each"),
        empty=_("No cases yet. They come with the sample of a wave: take a register file in and"
                " draw a sample."),
        path=PATH,
        searchable=False,
        choices=filters,
        csv_path=f"{PATH}.csv" if role in MAY_SETTLE else None,
    )  # fmt: skip
    return pages.page(
        "staff/cases/cases.html",
        title=_("People"),
        status=status,
        help="cases",
        list=shown,
        found=[(f"{PATH}/{one}", one.hex) for one in found],
        fault=fault,
        by_contact=role in people.MAY_SEE,
    )


def _page(
    story: CaseStory,
    *,
    fault: str | None = None,
    leads_to: str | None = None,
    status: int = 200,
) -> Response:
    _ = staff_translator(pages.staff_language())
    figures = Figures(pages.staff_language())
    role = signed_in().role
    return pages.page(
        "staff/cases/case.html",
        title=_("Case %(number)s", number=story.case.id.hex[:8]),
        status=status,
        help="cases",
        crumbs=[(PATH, _("People"))],
        view=case_view(_, figures, story),
        fault=fault,
        fault_leads_to=leads_to or "",
        may_reach=role in people.MAY_SEE,
        may_settle=role in MAY_SETTLE,
        tellers=told_by_words(_),
        typed=request.form,
    )
