"""The words of the copy that people get of their own data: whole sentences, one language each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.dates import format_date

from app.i18n.catalogs import Catalogs
from app.i18n.locales import language as language_of
from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.incentives import Way
from app.panel.privacy import Asked, Purpose, Through
from app.panel.states import CaseStatus, Mode, PersonStatus
from app.questionnaire.wording import isolated
from app.services.content.instruments import TRANSLATIONS
from app.services.context import STUDY_ZONE

Say = Callable[..., str]
"""``gettext`` in the language of the copy."""


@lru_cache(maxsize=1)
def _catalogs() -> Catalogs:
    return Catalogs.load(TRANSLATIONS)


def speaker(language: str) -> Say:
    """Return ``gettext`` in a language."""
    say = _catalogs().gettext
    return lambda message, /, **values: say(
        language, message, **{name: isolated(str(value)) for name, value in values.items()}
    )


def day(at: datetime | date, language: str) -> str:
    """Return a day as the language writes it, in the calendar of the study, isolated."""
    plain = at.astimezone(STUDY_ZONE).date() if isinstance(at, datetime) else at
    return isolated(str(format_date(plain, "long", locale=language)))


def language_name(code: str) -> str:
    """Return a language named in itself; the code where the site does not know it."""
    try:
        return isolated(language_of(code).name)
    except (UnknownLocaleError, ValueError):
        return isolated(code)


def yes_no(_: Say, yes: bool) -> str:
    """Return yes or no."""
    return _("Yes") if yes else _("No")


def contact_labels(_: Say) -> Mapping[str, str]:
    """Return what contact details are called."""
    return {
        "name": _("Name"),
        "street": _("Street"),
        "house_number": _("House number"),
        "house_letter": _("House letter"),
        "house_addition": _("Addition to the house number"),
        "house_indication": _("Beside the house number"),
        "location": _("Place where you live"),
        "postcode": _("Postcode"),
        "city": _("Town"),
        "country": _("Country"),
        "email": _("E-mail address"),
        "phone": _("Phone number"),
        "second_name": _("Name of another person we may ask"),
        "second_phone": _("Phone number of another person we may ask"),
        "second_email": _("E-mail address of another person we may ask"),
        "register_key": _("Number in the file we got"),
    }


def frame_labels(_: Say) -> Mapping[str, str]:
    """Return what the variables of the register are called."""
    return {
        "fr_group": _("Group in the register"),
        "fr_act": _("Law in the register"),
        "fr_edition": _("Edition of the study"),
        "fr_entry": _("How you came into the study"),
        "fr_panel": _("You took part before and we may ask you again"),
        "fr_sex": _("Sex in the register"),
        "fr_birth_year": _("Year of birth in the register"),
        "fr_country": _("Country of birth in the register"),
        "fr_nationality": _("Nationality in the register"),
        "fr_municipality": _("Municipality in the register"),
        "fr_language": _("Language in the register"),
        "fr_stratum": _("Part of the sample"),
    }


def frame_values(_: Say) -> Mapping[str, str]:
    """Return what the codes of the register mean."""
    return {
        "asiel": _("Asylum"),
        "gezin": _("Family"),
        "overig": _("Other"),
        "man": _("Man"),
        "vrouw": _("Woman"),
        "yes": _("Yes"),
        "no": _("No"),
        "personal": _("Drawn by chance from the register"),
        "open": _("By an open link"),
        "national": _("The whole country"),
        "unknown": _("Not known"),
    }


def purpose_words(_: Say, purpose: Purpose) -> str:
    """Return what leave was asked for."""
    return {
        Purpose.SURVEY: _("Taking part in the questions"),
        Purpose.RECONTACT: _("Asking you again later"),
        Purpose.INTERVIEW: _("Asking you for a talk"),
        Purpose.LINK: _("Reading your answers before that talk"),
        Purpose.INCENTIVE: _("Sending you a thank-you"),
        Purpose.RESULTS: _("Telling you the results"),
    }[purpose]


def through_words(_: Say, through: Through) -> str:
    """Return by which way something was said."""
    return {
        Through.QUESTIONNAIRE: _("in the questions"),
        Through.PAGE: _("on the page about your data"),
        Through.STAFF: _("to a member of our staff"),
        Through.DATE: _("the time we keep data was over"),
    }[through]


def asked_words(_: Say, asked: Asked) -> str:
    """Return what a person asked."""
    return {
        Asked.ACCESS: _("To see what we know about you"),
        Asked.WITHDRAWAL: _("To stop taking part"),
        Asked.ERASURE: _("To erase all we know about you"),
    }[asked]


def way_words(_: Say, way: Way) -> str:
    """Return how a thank-you goes."""
    return {
        Way.SCREEN: _("On the screen"),
        Way.EMAIL: _("By e-mail"),
        Way.SMS: _("In a text message (SMS)"),
        Way.POST: _("By post"),
        Way.LETTER: _("Letter"),
    }[way]


def channel_words(_: Say, channel: Channel) -> str:
    """Return what a message is."""
    return {
        Channel.LETTER: _("Letter"),
        Channel.EMAIL: _("E-mail message"),
        Channel.SMS: _("Text message"),
    }[channel]


def message_words(_: Say, status: MessageStatus) -> str:
    """Return what became of a message."""
    match status:
        case MessageStatus.SENT | MessageStatus.SENDING:
            return _("sent")
        case MessageStatus.DELIVERED:
            return _("arrived")
        case MessageStatus.RETURNED:
            return _("came back")
        case MessageStatus.DUE:
            return _("not sent yet")
        case MessageStatus.UNKNOWN:
            return _("perhaps sent")
        case _:
            return _("not sent")


def person_words(_: Say, status: PersonStatus) -> str:
    """Return how a person stands in the panel."""
    return {
        PersonStatus.ACTIVE: _("You are in the study."),
        PersonStatus.PAUSED: _("You do not take part for now."),
        PersonStatus.FINISHED: _("You finished civic integration."),
        PersonStatus.DISPENSED: _("You do not have to integrate any more."),
        PersonStatus.EXEMPT: _("You did not have to integrate."),
        PersonStatus.MOVED_ABROAD: _("You moved to another country."),
        PersonStatus.DECEASED: _("We were told that you died."),
        PersonStatus.WITHDRAWN: _("You stopped taking part."),
        PersonStatus.ERASED: _("We erased what we knew about you."),
    }[status]


def case_words(_: Say, status: CaseStatus) -> str:
    """Return what came of a wave for a person."""
    return {
        CaseStatus.OPEN: _("You gave no answers."),
        CaseStatus.PARTIAL: _("You answered some of the questions."),
        CaseStatus.COMPLETE: _("You answered the questions and sent them."),
        CaseStatus.REFUSED: _("You did not want to take part."),
        CaseStatus.SCREENED_OUT: _("The questions were not meant for you."),
    }[status]


def mode_words(_: Say, mode: Mode) -> str:
    """Return who filled in the answers."""
    return {
        Mode.WEB: _("You filled in the answers yourself."),
        Mode.ASSISTED: _("Somebody helped you fill in the answers."),
        Mode.PHONE: _("You answered by phone."),
        Mode.INTERVIEW: _("You answered in a talk with our staff."),
    }[mode]


def deed_words(_: Say, action: str) -> str:
    """Return what staff did, by the name it has in the log."""
    return {
        "person.contact_seen": _("Looked at your contact details"),
        "assist.begun": _("Helped you with the questions"),
        "assist.ended": _("Stopped helping you with the questions"),
        "code.reissued": _("Made a new code for you"),
        "code.revoked": _("Ended a code of yours"),
        "people.news": _("Wrote down something that happened to you"),
        "privacy.access": _("Made this copy of your data"),
    }.get(action, _("Worked on your data"))
