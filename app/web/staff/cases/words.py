"""Words for what happens to people, as staff read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.messages.channels import Channel
from app.messages.statuses import PersonEventKind, Reach
from app.panel.states import CaseStatus, Mode, PersonStatus
from app.services.members.panel_members import Member
from app.services.members.people_news import What
from app.web.respond.words import Translate
from app.web.staff.labels import channel_words


def reach_words(_: Translate, known: Reach) -> str:
    """Return whether a channel may be tried."""
    return {
        Reach.OK: _("may be tried"),
        Reach.OPTED_OUT: _("does not want it"),
        Reach.UNDELIVERABLE: _("does not arrive"),
    }[known]


def state_words(_: Translate, status: PersonStatus) -> str:
    """Return the state of a person in words."""
    return {
        PersonStatus.ACTIVE: _("Takes part"),
        PersonStatus.PAUSED: _("Paused"),
        PersonStatus.FINISHED: _("Finished integrating"),
        PersonStatus.DISPENSED: _("Dispensed from the duty"),
        PersonStatus.EXEMPT: _("Exempt from the duty"),
        PersonStatus.MOVED_ABROAD: _("Moved abroad"),
        PersonStatus.DECEASED: _("Died"),
        PersonStatus.WITHDRAWN: _("Withdrew from the study"),
        PersonStatus.ERASED: _("Erased"),
    }[status]


def standing_words(_: Translate, member: Member) -> str:
    """Return how a person stands, in words."""
    standing = member.standing
    words = [state_words(_, standing.status)]
    if standing.refused_hard:
        words.append(_("refused for good"))
    elif standing.refused_soft:
        words.append(_("refused for now"))
    if standing.tracing is not None:
        words.append(kind_words(_, standing.tracing).lower())
    return ", ".join(words)


def case_words(_: Translate, status: CaseStatus) -> str:
    """Return what came of a case, in words; never an answer."""
    return {
        CaseStatus.OPEN: _("No answer yet"),
        CaseStatus.PARTIAL: _("Started"),
        CaseStatus.COMPLETE: _("Complete"),
        CaseStatus.REFUSED: _("Refused"),
        CaseStatus.SCREENED_OUT: _("Not in the target group"),
    }[status]


def mode_words(_: Translate, mode: Mode) -> str:
    """Return who held the pen, in words."""
    return {
        Mode.WEB: _("Alone, on the web"),
        Mode.ASSISTED: _("With help"),
        Mode.PHONE: _("By phone"),
        Mode.INTERVIEW: _("In a conversation"),
    }[mode]


def kind_words(_: Translate, kind: PersonEventKind) -> str:
    """Return what happened, in words."""
    return {
        PersonEventKind.ADDRESS_CHANGED: _("New address"),
        PersonEventKind.CONTACT_CHANGED: _("New contact details"),
        PersonEventKind.OPTED_OUT: _("Does not want this any more"),
        PersonEventKind.OPTED_IN: _("Wants to be reached again"),
        PersonEventKind.REFUSED_SOFT: _("Refused for now"),
        PersonEventKind.REFUSED_HARD: _("Refused for good"),
        PersonEventKind.REFUSAL_UNDONE: _("The refusal was a mistake of ours"),
        PersonEventKind.LETTER_RETURNED: _("Letter came back"),
        PersonEventKind.MAIL_BOUNCED: _("E-mail came back"),
        PersonEventKind.NUMBER_UNKNOWN: _("Phone number does not exist"),
        PersonEventKind.TRACING_BEGUN: _("We are looking for this person"),
        PersonEventKind.TRACED: _("Found again"),
        PersonEventKind.UNTRACEABLE: _("Cannot be found"),
        PersonEventKind.STATUS: _("Status"),
        PersonEventKind.CODE_ISSUED: _("New code"),
        PersonEventKind.CODE_REVOKED: _("Code ended"),
        PersonEventKind.ASSISTED: _("Answered with help"),
    }[kind]


def event_words(_: Translate, kind: PersonEventKind, detail: Mapping[str, Any]) -> str:
    """Return an event with what belongs to it."""
    more = []
    if (channel := detail.get("channel")) in set(Channel):
        more.append(channel_words(_, Channel(channel)))
    if (status := detail.get("to")) in set(PersonStatus):
        more.append(state_words(_, PersonStatus(status)))
    if (mode := detail.get("mode")) in set(Mode):
        more.append(mode_words(_, Mode(mode)))
    more += [field_words(_, name) for name in detail.get("fields", ())]
    words = kind_words(_, kind)
    return f"{words}: {', '.join(more)}" if more else words


def what_words(_: Translate, what: What) -> str:
    """Return a piece of news in words."""
    if what.state is not None:
        return state_words(_, what.state)
    return kind_words(_, PersonEventKind(what.value))


def told_by_words(_: Translate) -> list[tuple[str, str]]:
    """Return who may have said so, by the word on record."""
    return [
        ("person", _("This person")),
        ("family", _("Family")),
        ("post", _("The post")),
        ("register", _("The register")),
        ("municipality", _("The municipality")),
        ("other", _("Somebody else")),
    ]


def field_words(_: Translate, name: str) -> str:
    """Return a contact detail in words."""
    return {
        "name": _("Name on the letter"),
        "street": _("Street"),
        "house_number": _("House number"),
        "house_letter": _("House letter"),
        "house_addition": _("Addition"),
        "house_indication": _("Indication (to, by)"),
        "location": _("Description of the place"),
        "postcode": _("Postcode"),
        "city": _("Town"),
        "country": _("Country"),
        "email": _("E-mail address"),
        "phone": _("Phone number"),
        "second_name": _("Second contact: name"),
        "second_phone": _("Second contact: phone"),
        "second_email": _("Second contact: e-mail"),
        "register_key": _("Key of the register"),
    }.get(name, name)
