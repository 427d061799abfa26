"""What happened to a case, as sentences; and why each message was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, PersonEventKind
from app.panel.incentives import IncentiveKind, IncentiveStatus, Way
from app.panel.privacy import Asked, Purpose
from app.panel.states import CaseStatus, Entry, Mode, WaveStatus
from app.services.members.case_notes import Note
from app.services.members.case_timeline import Happening, Sitting, What
from app.web.respond.words import Translate
from app.web.staff.cases.message_words import message_name, message_status_words, reason_words
from app.web.staff.cases.words import event_words, mode_words
from app.web.staff.figures import Figures
from app.web.staff.labels import status_words

Sentence = Callable[[Translate, Figures, Happening], str]

SELF = "self"


def sentence(_: Translate, figures: Figures, one: Happening) -> str:
    """Return what happened, as a sentence without who did it and when."""
    return _SENTENCES[one.what](_, figures, one)


def by_words(_: Translate, by: str | None) -> str:
    """Return who did something."""
    if not by:
        return _("the program")
    return _("the person") if by == SELF else by


# --- the case and its code ------------------------------------------------------------------------


def _wave(_: Translate, _f: Figures, one: Happening) -> str:
    status: WaveStatus = one.detail["to"]
    year = one.detail["wave"]
    return _("Wave %(year)s: %(status)s", year=year, status=status_words(_, status))


def _drawn(_: Translate, _f: Figures, one: Happening) -> str:
    return _("Drawn in the sample (draw %(number)s)", number=one.detail["number"])


def _reserve(_: Translate, _f: Figures, one: Happening) -> str:
    return _("Drawn as a reserve (draw %(number)s)", number=one.detail["number"])


def _carried(_: Translate, _f: Figures, one: Happening) -> str:
    return _("Taken along from wave %(year)s", year=one.detail["from"])


def _case_made(_: Translate, _f: Figures, one: Happening) -> str:
    if one.detail["entry"] is Entry.OPEN:
        return _("Came in by the open link")
    return _("Put into this wave")


def _code_made(_: Translate, _f: Figures, _one: Happening) -> str:
    return _("Got a code")


def _code_used(_: Translate, _f: Figures, _one: Happening) -> str:
    return _("The code was used for the first time")


def _code_ended(_: Translate, _f: Figures, _one: Happening) -> str:
    return _("The code was ended")


def _settled(_: Translate, _f: Figures, one: Happening) -> str:
    code = str(one.detail.get("code", ""))
    return _("Outcome given: %(outcome)s", outcome=outcome_words(_).get(code, code))


def _note(_: Translate, _f: Figures, one: Happening) -> str:
    noted = str(one.detail.get("note", ""))
    words = {note.value: said for note, said in note_words(_).items()}
    return _("Note: %(note)s", note=words.get(noted, noted))


def _duplicate(_: Translate, _f: Figures, _one: Happening) -> str:
    return _("May be a second interview of somebody else in the list")


def _counts(_: Translate, _f: Figures, one: Happening) -> str:
    return _("Counts after all") if one.detail.get("counts") else _("Does not count: a duplicate")


# --- messages -------------------------------------------------------------------------------------


def _message(_: Translate, _f: Figures, one: Happening) -> str:
    name = _named(_, one)
    status: MessageStatus = one.detail["status"]
    if status is MessageStatus.DUE and "never_posted" in one.detail:
        return _("%(message)s: printed again, the first one never reached the post", message=name)
    if status is MessageStatus.SENT and _is_letter(one):
        return _("%(message)s: handed over to the post", message=name)
    reason = one.detail.get("reason")
    words = message_status_words(_, status)
    if reason:
        return f"{name}: {words} ({reason_words(_, str(reason))})"
    return f"{name}: {words}"


def _printed(_: Translate, _f: Figures, one: Happening) -> str:
    name = _named(_, one)
    batch = str(one.detail["batch"])[:8]
    return _("%(message)s: printed, in batch %(batch)s", message=name, batch=batch)


def _destroyed(_: Translate, _f: Figures, one: Happening) -> str:
    return _("The files of batch %(batch)s were destroyed", batch=str(one.detail["batch"])[:8])


def _named(_: Translate, one: Happening) -> str:
    return message_name(_, one.message) if one.message else ""


def _is_letter(one: Happening) -> bool:
    return one.message is not None and one.message.channel is Channel.LETTER


# --- the interview --------------------------------------------------------------------------------


def _started(_: Translate, _f: Figures, one: Happening) -> str:
    more = [
        words
        for words in (
            door_words(_).get(str(one.detail["door"])),
            device_words(_).get(str(one.detail["device"])),
        )
        if words
    ]
    return _("Opened the questions") + (f": {', '.join(more)}" if more else "")


def _sitting(_: Translate, figures: Figures, one: Happening) -> str:
    sitting: Sitting = one.detail["sitting"]
    took = sitting.ended_at - sitting.began_at
    parts = [_("Saved pages: %(count)s", count=figures.count(sitting.pages))]
    if took >= timedelta(minutes=1):
        parts.append(_("%(minutes)s minutes", minutes=figures.count(took.total_seconds() / 60)))
    if sitting.language:
        parts.append(figures.language(sitting.language))
    if sitting.mode is not None:
        parts.append(mode_words(_, sitting.mode).lower())
    return ", ".join(parts)


def _ended(_: Translate, _f: Figures, one: Happening) -> str:
    return {
        CaseStatus.COMPLETE: _("Sent the interview: complete"),
        CaseStatus.REFUSED: _("Refused in the questionnaire"),
        CaseStatus.SCREENED_OUT: _("Ended: not in the target group"),
    }.get(CaseStatus(str(one.detail["as"])), _("The interview ended"))


def _taken_back(_: Translate, _f: Figures, _one: Happening) -> str:
    return _("Went on after an ending: it was taken back")


def _language(_: Translate, figures: Figures, one: Happening) -> str:
    there, here = str(one.detail.get("from", "")), str(one.detail.get("to", ""))
    return _("Changed the language from %(from_)s to %(to)s",
             from_=figures.language(there), to=figures.language(here))  # fmt: skip


# --- the person -----------------------------------------------------------------------------------


def _person(_: Translate, _f: Figures, one: Happening) -> str:
    kind: PersonEventKind = one.detail["kind"]
    if kind is PersonEventKind.ASSISTED:
        mode = one.detail.get("mode")
        how = mode_words(_, Mode(str(mode))) if mode in set(Mode) else ""
        begun = one.detail.get("step") == "begun"
        words = _("Help began") if begun else _("Help ended")
        return f"{words}: {how.lower()}" if how else words
    if kind is PersonEventKind.CODE_ISSUED:
        aloud = one.detail.get("way") == "read_out"
        return (
            _("New code, read out; the old one ended")
            if aloud
            else _("New code for the next letter; the old one ended")
        )
    return event_words(_, kind, one.detail)


def _consent(_: Translate, _f: Figures, one: Happening) -> str:
    name = {
        Purpose.SURVEY: _("taking part"),
        Purpose.RECONTACT: _("being asked again"),
        Purpose.INTERVIEW: _("a conversation with a researcher"),
        Purpose.LINK: _("reading the answers before that conversation"),
        Purpose.INCENTIVE: _("an address for a thank-you"),
        Purpose.RESULTS: _("being told the results"),
    }.get(Purpose(str(one.detail["purpose"])), str(one.detail["purpose"]))
    if one.detail["given"]:
        return _("Consent given: %(purpose)s", purpose=name)
    return _("Consent not given: %(purpose)s", purpose=name)


def _asked(_: Translate, figures: Figures, one: Happening) -> str:
    due: date = one.detail["due"]
    name = asked_words(_).get(str(one.detail["asked"]), str(one.detail["asked"]))
    return _("Asked for %(what)s, due by %(day)s", what=name, day=figures.day(due))


def _handled(_: Translate, _f: Figures, one: Happening) -> str:
    name = asked_words(_).get(str(one.detail["asked"]), str(one.detail["asked"]))
    return _("Handled: %(what)s", what=name)


def _thanks(_: Translate, _f: Figures, one: Happening) -> str:
    kind = {
        IncentiveKind.GIFT_CODE: _("Gift code"),
        IncentiveKind.VOUCHER: _("Gift card"),
    }[IncentiveKind(str(one.detail["kind"]))]
    status = {
        IncentiveStatus.DUE: _("earned"),
        IncentiveStatus.ASKED: _("waits to be sent"),
        IncentiveStatus.LISTED: _("on a list for the post"),
        IncentiveStatus.SENDING: _("is being sent"),
        IncentiveStatus.SENT: _("sent"),
        IncentiveStatus.UNKNOWN: _("nobody knows whether it went out"),
        IncentiveStatus.DECLINED: _("not wanted"),
        IncentiveStatus.VOID: _("taken back"),
    }[IncentiveStatus(str(one.detail["status"]))]
    way = one.detail["way"]
    how = {
        Way.SCREEN: _("on the screen"),
        Way.EMAIL: _("by e-mail"),
        Way.SMS: _("by text message"),
        Way.POST: _("by post"),
        Way.LETTER: _("with a letter"),
    }.get(way) if isinstance(way, Way) else None  # fmt: skip
    return f"{kind}: {status}" + (f", {how}" if how else "")


def _erased(_: Translate, _f: Figures, _one: Happening) -> str:
    return _("The person was erased")


def _looked(_: Translate, _f: Figures, one: Happening) -> str:
    if one.detail["action"] == "privacy.access":
        return _("A copy of all data was made for the person")
    return _("Contact details were looked at")


# --- words in lists -------------------------------------------------------------------------------


def asked_words(_: Translate) -> Mapping[str, str]:
    """Return what can be asked about one's own data, by its word on record."""
    return {
        Asked.ACCESS: _("a copy of the own data"),
        Asked.WITHDRAWAL: _("stopping"),
        Asked.ERASURE: _("deletion"),
    }


def door_words(_: Translate) -> Mapping[str, str]:
    """Return by which door somebody came, by its word on record."""
    return {
        "qr": _("by the QR code or the link"),
        "typed": _("by typing the code"),
        "open_link": _("by the open link"),
        "staff": _("opened by an interviewer"),
    }


def device_words(_: Translate) -> Mapping[str, str]:
    """Return kinds of devices, by the word on record."""
    return {
        "phone": _("on a phone"),
        "tablet": _("on a tablet"),
        "computer": _("on a computer"),
    }


def note_words(_: Translate) -> Mapping[Note, str]:
    """Return the notes there are to choose from."""
    return {
        Note.NO_ANSWER: _("Called, nobody answered"),
        Note.CALL_BACK: _("Called, will call back"),
        Note.SOMEBODY_ELSE: _("Spoke to somebody else"),
        Note.WRONG_NUMBER: _("The number is somebody else's"),
        Note.NOT_AT_HOME: _("Visited, nobody at home"),
        Note.HELP_ASKED: _("Asks for help with the questions"),
        Note.OTHER_LANGUAGE: _("Needs a language we do not have"),
        Note.QUESTION_ANSWERED: _("Had a question, answered it"),
        Note.LETTER_HANDED: _("Letter handed over in person"),
        Note.TWO_LETTERS: _("Asked why there were two letters, explained it"),
        Note.COMPLAINT: _("Complained, passed on to the researchers"),
        Note.WANTS_TO_ANSWER: _("Wants to answer soon"),
    }


def outcome_words(_: Translate) -> Mapping[str, str]:
    """Return the outcomes that only people can tell, by AAPOR's code."""
    return {
        "2.26": _("Not available in the field period"),
        "2.27": _("Answered, but too late"),
        "2.32": _("Too ill or unable to answer"),
        "2.33": _("Speaks none of our languages"),
        "2.36": _("Cannot take part for another reason"),
        "4.81": _("Twice in the sample"),
    }


_SENTENCES: Mapping[What, Sentence] = {
    What.WAVE: _wave,
    What.DRAWN: _drawn,
    What.RESERVE: _reserve,
    What.CARRIED: _carried,
    What.CASE_MADE: _case_made,
    What.CODE_MADE: _code_made,
    What.CODE_USED: _code_used,
    What.CODE_ENDED: _code_ended,
    What.MESSAGE: _message,
    What.PRINTED: _printed,
    What.FILES_DESTROYED: _destroyed,
    What.STARTED: _started,
    What.SITTING: _sitting,
    What.ENDED: _ended,
    What.TAKEN_BACK: _taken_back,
    What.LANGUAGE: _language,
    What.PERSON: _person,
    What.SETTLED: _settled,
    What.NOTE: _note,
    What.DUPLICATE: _duplicate,
    What.COUNTS: _counts,
    What.CONSENT: _consent,
    What.ASKED: _asked,
    What.HANDLED: _handled,
    What.THANKS: _thanks,
    What.ERASED: _erased,
    What.LOOKED: _looked,
}
