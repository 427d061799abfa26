"""Panel members for fieldwork: found, how they stand, news recorded, a new code; no answers."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request
from markupsafe import Markup

from app.messages.channels import Channel
from app.messages.statuses import Reach
from app.panel.access_code import format_code
from app.panel.states import CaseStatus, Entry, PersonStatus, Role
from app.services.members import reissuing
from app.services.members.panel_members import Member, contact_for, find_people, load_member
from app.services.members.people_news import CHANGEABLE, News, NewsError, What, record
from app.services.members.people_news_file import contact_faults, in_one_form
from app.services.members.reissuing import NoCodeError, Way
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.cases.words import (
    case_words,
    event_words,
    field_words,
    mode_words,
    reach_words,
    standing_words,
    told_by_words,
    what_words,
)
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, may_see, needs_confirmation, signed_in
from app.web.staff.labels import channel_words
from app.web.staff.view import Row, Table

MAY_SEE = (Role.FIELDWORK, Role.PRIVACY_OFFICER)
"""Who reads names and addresses: those who write to people, and who answers for it."""
PATH = "/staff/people"
CASES = "/staff/cases"
_LONGEST = 300
_ENDED = (CaseStatus.COMPLETE, CaseStatus.SCREENED_OUT)


def add_views(blueprint: Blueprint) -> None:
    """Register the views of people."""
    one = "/people/<uuid:person_id>"
    blueprint.add_url_rule("/people", view_func=people)
    blueprint.add_url_rule("/people", view_func=find, methods=["POST"])
    blueprint.add_url_rule(one, view_func=person)
    blueprint.add_url_rule(f"{one}/news", view_func=tell, methods=["POST"])
    blueprint.add_url_rule(f"{one}/contact", view_func=contact, methods=["POST"])
    blueprint.add_url_rule(f"{one}/code", view_func=new_code, methods=["POST"])
    blueprint.add_url_rule(f"{one}/revoke", view_func=revoke_code, methods=["POST"])


@for_roles(*MAY_SEE)
def people() -> Response:
    """Ask who is looked for."""
    return _search()


@for_roles(*MAY_SEE)
def find() -> Response:
    """Lead to the person; what was typed stands in no address."""
    _ = staff_translator(pages.staff_language())
    found = find_people(site().services, _posted("who"))
    if len(found) == 1:
        return pages.see_other(f"{PATH}/{found[0]}")
    if found:
        return _search(found=found)
    return _search(fault=_("We found nobody."), status=404)


@for_roles(*MAY_SEE)
def person(person_id: UUID) -> Response:
    """Show how a person stands and what happened."""
    return _page(_member(person_id))


@needs_confirmation
@for_roles(*MAY_SEE)
def contact(person_id: UUID) -> Response:
    """Show the contact details; that somebody looked is put on record."""
    member = _member(person_id)
    return _page(member, contact=contact_for(site().services, signed_in(), person_id))


@for_roles(*MAY_SEE)
def tell(person_id: UUID) -> Response:
    """Record a piece of news."""
    _ = staff_translator(pages.staff_language())
    member = _member(person_id)
    what = next((one for one in What if one.value == _posted("what")), None)
    if what is None:
        return _page(member, fault=_("Choose what happened."), status=422)
    channel = next((one for one in Channel if one.value == _posted("channel")), None)
    fields = {name: value for name in CHANGEABLE if (value := _posted(name))}
    if faults := contact_faults(fields):
        names = ", ".join(field_words(_, name) for name in sorted(faults))
        words = _("These details cannot be right, or are missing: %(names)s.", names=names)
        return _page(member, fault=words, status=422)
    # What the page calls a mistake is one: no more is asked.
    reason = "mistake" if what is What.REFUSAL_UNDONE else ""
    news = News(
        person_id,
        what,
        channel,
        fields=in_one_form(fields),
        told_by=_posted("told_by"),
        reason=reason,
    )
    who = signed_in()
    try:
        done = record(site().services, [news], by=who.email, staff_id=who.staff_id)
    except NewsError:
        return _page(member, fault=_told_wrong(_, what, channel, fields), status=422)
    flash(_("It is on record.") if done.new else _("That was known already."))
    return pages.see_other(f"{PATH}/{person_id}")


@needs_confirmation
@for_roles(*MAY_SEE)
def new_code(person_id: UUID) -> Response:
    """Give a case a new code, for the next letter or to be read out now."""
    _ = staff_translator(pages.staff_language())
    member = _member(person_id)
    case_id = _case_of(member)
    way = next((one for one in Way if one.value == _posted("way")), None)
    if way is None or (way is Way.READ_OUT and not _posted("sure")):
        words = _("First make sure that you speak to this person, and say that you did.")
        return _page(member, fault=words, status=422)
    who = signed_in()
    try:
        code = reissuing.reissue(site().services, case_id, way, by=who.email, staff_id=who.staff_id)
    except NoCodeError:
        return _page(member, fault=_("This case gets no new code."), status=409)
    if code is None:
        flash(_("The next letter bears the new code. The old code does not work any more."))
        return pages.see_other(_back(member))
    return pages.page(
        "staff/cases/new_code.html",
        title=_("New code"),
        code=format_code(code),
        back=_back(member),
    )


@for_roles(*MAY_SEE)
def revoke_code(person_id: UUID) -> Response:
    """End the codes of a case."""
    _ = staff_translator(pages.staff_language())
    member = _member(person_id)
    case_id = _case_of(member)
    who = signed_in()
    reissuing.revoke(site().services, case_id, by=who.email, staff_id=who.staff_id)
    flash(_("The code does not work any more."))
    return pages.see_other(_back(member))


# --- what these share -----------------------------------------------------------------------------


def _told_wrong(
    _: Translate, what: What, channel: Channel | None, fields: Mapping[str, str]
) -> str:
    """Return what is wrong with a piece of news, and what to do about it."""
    if what in (What.ADDRESS_CHANGED, What.CONTACT_CHANGED) and not fields:
        return _("Fill in the new address or details: they are below.")
    if fields:
        return _("New details go only with a new address, new details, or somebody found again.")
    if channel is not None:
        return _("A channel goes only with wanting it or not: choose all channels.")
    return _("This does not go together: look at the channel and the new details.")


def _member(person_id: UUID) -> Member:
    member = load_member(site().services, person_id)
    if member is None:
        abort(404)
    return member


def _case_of(member: Member) -> UUID:
    """The case that was posted, if it is this person's."""
    posted = _posted("case")
    found = next((one.id for one in member.cases if one.id.hex == posted), None)
    if found is None:
        abort(404)
    return found


def _back(member: Member) -> str:
    """The page the form stood on: that of a case of this person, or that of the person."""
    posted = _posted("back")
    found = next((one.id for one in member.cases if one.id.hex == posted), None)
    return f"{PATH}/{member.person_id}" if found is None else f"{CASES}/{found}"


def _posted(name: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()[:_LONGEST]


def _search(
    *, found: list[UUID] | None = None, fault: str | None = None, status: int = 200
) -> Response:
    _ = staff_translator(pages.staff_language())
    return pages.page(
        "staff/cases/people.html",
        title=_("Find a person"),
        status=status,
        help="cases",
        crumbs=[(CASES, _("People"))],
        found=[(f"{PATH}/{one}", one.hex) for one in found or ()],
        fault=fault,
    )


def _page(
    member: Member,
    *,
    contact: dict[str, str] | None = None,
    fault: str | None = None,
    status: int = 200,
) -> Response:
    _ = staff_translator(pages.staff_language())
    return pages.page(
        "staff/cases/person.html",
        title=_("Person %(number)s", number=member.person_id.hex[:8]),
        status=status,
        help="cases",
        crumbs=[(CASES, _("People"))],
        fault=fault,
        url=f"{PATH}/{member.person_id}",
        facts=_facts(_, member),
        contact=None
        if contact is None
        else [(field_words(_, name), contact[name]) for name in sorted(contact)],
        privacy_url=_privacy_url(member),
        cases=_cases(_, member),
        open_cases=[
            (one.id.hex, one.wave, one.entry is Entry.PERSONAL, one.id in member.with_code)
            for one in reversed(member.cases)
            if one.status not in _ENDED
        ],
        events=_events(_, member),
        whats=[(one.value, what_words(_, one)) for one in What],
        channels=[(one.value, channel_words(_, one)) for one in Channel],
        tellers=told_by_words(_),
        fields=[(name, field_words(_, name)) for name in CHANGEABLE],
        typed={name: _posted(name) for name in ("what", "channel", "told_by", *CHANGEABLE)},
        wants_details=any(_posted(name) for name in CHANGEABLE)
        or _posted("what") in (What.ADDRESS_CHANGED, What.CONTACT_CHANGED),
    )


def _privacy_url(member: Member) -> str | None:
    """Where a request about the person's data is put on record; nobody asks twice to be erased."""
    if member.standing.status is PersonStatus.ERASED or not may_see("staff.ask_for_person"):
        return None
    return f"/staff/privacy/people/{member.person_id}"


def _facts(_: Translate, member: Member) -> list[tuple[str, str]]:
    facts = [(_("Status"), standing_words(_, member))]
    known = {one.channel: one.status for one in member.reach}
    return facts + [
        (channel_words(_, channel), reach_words(_, known.get(channel, Reach.OK)))
        for channel in Channel
    ]


def _cases(_: Translate, member: Member) -> Table:
    rows = [
        Row(
            Markup('<a href="{}/{}">{}</a>').format(CASES, one.id, one.wave),
            (
                case_words(_, one.status),
                mode_words(_, one.mode),
                _("yes") if one.id in member.with_code else _("no"),
            ),
        )
        for one in reversed(member.cases)
    ]
    head = (_("Wave"), _("Status"), _("How"), _("Has a code"))
    return Table("cases", _("Waves of this person"), head, rows, numbers_from=9)


def _events(_: Translate, member: Member) -> Table:
    figures = Figures(pages.staff_language())
    rows = [
        Row(
            figures.moment(one.at),
            (event_words(_, one.kind, one.detail), str(one.wave or ""), one.by),
        )
        for one in reversed(member.events)
    ]
    head = (_("When"), _("What"), _("Wave"), _("Who recorded it"))
    return Table("events", _("What happened"), head, rows, numbers_from=9)
