"""Words for requests about people's data: what was asked, how it ended, and on what ground."""

from __future__ import annotations

from collections.abc import Mapping

from app.panel.privacy import Asked, Longer, Outcome, Through
from app.services.privacy.privacy_desk import Standing
from app.services.privacy.privacy_requests import Request
from app.web.respond.words import Translate
from app.web.staff.figures import Figures


def asked_words(_: Translate, asked: Asked) -> str:
    """Return what somebody asked."""
    return {
        Asked.ACCESS: _("See the data"),
        Asked.WITHDRAWAL: _("Stop taking part"),
        Asked.ERASURE: _("Be erased"),
    }[asked]


def article_of(asked: Asked) -> str:
    """Return the articles of the GDPR that give the right."""
    return {
        Asked.ACCESS: "art. 15",
        Asked.WITHDRAWAL: "art. 7(3), 21",
        Asked.ERASURE: "art. 17",
    }[asked]


def through_words(_: Translate, through: Through) -> str:
    """Return the way in which it was asked."""
    return {
        Through.QUESTIONNAIRE: _("in the questionnaire"),
        Through.PAGE: _("on the own page, by code"),
        Through.STAFF: _("by phone, letter or e-mail"),
        Through.DATE: _("by date"),
    }[through]


def longer_words(_: Translate, why: Longer) -> str:
    """Return why a request takes two months more."""
    return {
        Longer.COMPLEX: _("The request is complex"),
        Longer.MANY: _("There are many requests"),
    }[why]


def outcome_words(_: Translate, outcome: Outcome, asked: Asked) -> str:
    """Return how a request ended, with the article it rests on."""
    research = {
        Asked.ACCESS: _("Research exception: GDPR art. 89(2) with art. 44 UAVG"),
        Asked.ERASURE: _("Erasing would seriously harm the research: art. 17(3)(d)"),
    }
    return {
        Outcome.NOT_IDENTIFIED: _("Nobody can be sure who asks: art. 11(2), 12(2) and (6)"),
        Outcome.EXCESSIVE: _("Manifestly unfounded or excessive: art. 12(5)(b)"),
        Outcome.RESEARCH: research.get(asked, ""),
        Outcome.OTHERS: _("A copy would harm the rights of others: art. 15(4)"),
        Outcome.LEGAL_DUTY: _("A law or public task requires the data: art. 17(3)(b)"),
        Outcome.LEGAL_CLAIM: _("Needed for a legal claim: art. 17(3)(e)"),
        Outcome.TAKEN_BACK: _("The person takes the request back (no refusal)"),
        Outcome.DONE_ON_PAPER: _("Done on paper, outside this program (no refusal)"),
    }[outcome]


def state_of(_: Translate, figures: Figures, one: Standing) -> tuple[str, str]:
    """Return how a request stands, in words, and the class of its badge."""
    if one.days_left is None:
        return ended_words(_, one.request), "closed"
    if one.days_left < 0:
        return _("%(days)s days too late", days=figures.count(-one.days_left)), "bad"
    if one.days_left == 0:
        return _("Due today"), "bad"
    badge = "paused" if one.days_left <= SOON_DAYS else "draft"
    return _("%(days)s days left", days=figures.count(one.days_left)), badge


SOON_DAYS = 7


def ended_words(_: Translate, request: Request) -> str:
    """Return in a few words what came of a handled request."""
    done = str(request.outcome.get("done", ""))
    if done in set(Outcome):
        return _("Refused") if Outcome(done).refuses else outcome_short(_, Outcome(done))
    if done:
        return _("Handled in another way")
    return {
        Asked.ACCESS: _("Copy made"),
        Asked.WITHDRAWAL: _("Withdrawn"),
        Asked.ERASURE: _("Erased"),
    }[request.asked]


def outcome_short(_: Translate, outcome: Outcome) -> str:
    """Return an outcome that is no refusal in a word or two."""
    return _("Taken back") if outcome is Outcome.TAKEN_BACK else _("Done on paper")


def deed_words(_: Translate, action: str) -> str:
    """Return what was done, by the name it has in the log."""
    return {
        "privacy.access_asked": _("Put on record that the person wants to see the data"),
        "privacy.access": _("Made a copy for the person"),
        "privacy.withdrawn": _("Ended the part in the study"),
        "privacy.erasure_asked": _("Put on record that the person wants to be erased"),
        "privacy.longer": _("Took two months more"),
        "privacy.handled": _("Ended the request"),
        "privacy.erased": _("Erased the person"),
    }.get(action, action)


def table_words(_: Translate) -> Mapping[str, str]:
    """Return what goes in an erasure, by the name of the table, in the order it is told."""
    return {
        "contact": _("Contact details: name, address, numbers, and the key that reads them"),
        "current_answer": _("Answers"),
        "answer_event": _("Answers as they were saved, every change"),
        "interview": _("Interviews"),
        "operation": _("Marks of saved pages"),
        "open_answer": _("Own words waiting for coding, with what staff made of them"),
        "open_answer_event": _("Steps of staff with own words"),
        "preload": _("What the next wave knew of earlier answers"),
        "preload_correction": _("Corrections of that"),
        "access_code": _("Codes of letters"),
        "consent_event": _("Consents given and taken back"),
        "person_assignment": _("Drawn arms of experiments"),
        "person_reach": _("Channels that may be tried"),
        "person_event": _("News: moves, refusals, returned mail"),
        "case_event": _("Events of cases"),
        "message_event": _("What providers said about messages"),
        "message": _(
            "Messages: how the provider called them; that they were sent stays, as a count"
        ),
        "incentive": _("Thank-yous: to whom; that one was paid stays, as a count"),
        "survey_case": _("What the register said, beside the stratum"),
        "frame_unit": _("The line of the register file, beside the stratum"),
    }


def trace_words(_: Translate, name: str) -> str:
    """Return a kind of thing that an erasure counts, in words, or its name in the database."""
    return table_words(_).get(name) or {
        "person": _("The person, now an empty mark"),
        "open_entry": _("Where an open link was used from"),
        "print batches": _("Print batches"),
        "letters due again": _("Letters to others that are printed again"),
        "rehearsal samples": _("Samples of rehearsals"),
        "results pages": _("Figures behind the results pages"),
        "codes of a demo": _("Codes in the list of a demo"),
    }.get(name, name)


def kind_words(_: Translate, kind: str) -> str:
    """Return a kind of trace that an erasure looks for, in words."""
    name, _colon, field = kind.partition(": ")
    if name == "contact" and field:
        return f"{_('Contact details')}: {field}"
    return {
        "contact answer": _("Contact details typed in the questionnaire"),
        "ciphertext": _("Encrypted contact details"),
        "own words": _("Own words"),
        "words of staff": _("What staff made of own words"),
        "interview": _("Numbers of interviews"),
        "saved page": _("Marks of saved pages"),
        "open answer": _("Numbers of own words"),
        "sealed code": _("Sealed codes"),
        "reference at a provider": _("What providers call messages"),
        "mark of a device": _("Where an open link was used from"),
        "contact details": _("Contact details that many people share"),
        "answers by code, number or date": _("Answers chosen from a list, numbers and dates"),
        "words that others wrote too": _("Words that others wrote too"),
    }.get(kind, kind)
