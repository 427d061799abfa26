"""Outcome codes of cases from what happened to them, as known on any day.

SOURCE: American Association for Public Opinion Research, *Standard Definitions: Final Dispositions
of Case Codes and Outcome Rates for Surveys*, 9th edition (2016), table 4 "Internet surveys of
specifically named persons" and, for letters, table 3 "Mail surveys of specifically named persons";
the 10th edition (2023) keeps these numbers. Where AAPOR leaves a line to the study, `STUDY_RULES`
says where this study draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.panel.case_history import CaseHistory, Ending, InterviewFacts, PersonFact
from app.panel.states import CaseStatus, Eligibility, PersonStatus

COMPLETE = "1.1"
PARTIAL = "1.2"
REFUSAL = "2.11"
EXPLICIT_REFUSAL = "2.111"
LOGGED_ON = "2.1121"
BREAK_OFF = "2.12"
UNAVAILABLE = "2.26"
NOT_INVITED = "3.11"
NOTHING_RETURNED = "3.19"
UNDELIVERED = "3.30"
FORWARDED = "3.40"
NOT_ELIGIBLE = "4.10"
LEFT_POPULATION = "4.90"

PARTIAL_FROM = 0.5
"""A break-off that answered at least this share of its route is a partial interview. AAPOR leaves
the line to the study; half is the example it gives."""


class Category(StrEnum):
    """The letters of AAPOR's formulas (Standard Definitions, "Calculating outcome rates")."""

    I = "I"  # noqa: E741 - AAPOR's letter
    """Complete interview."""
    P = "P"
    """Partial interview."""
    R = "R"
    """Refusal and break-off."""
    NC = "NC"
    """Non-contact."""
    O = "O"  # noqa: E741
    """Other, eligible."""
    UH = "UH"
    """Unknown: nothing is known of person or address."""
    UO = "UO"
    """Unknown, other: what was sent came back."""
    NE = "NE"
    """Not eligible; in no rate."""


@dataclass(frozen=True, slots=True)
class Code:
    """One outcome code, as AAPOR names it, and its place in the Standard Definitions."""

    code: str
    name: str
    section: str


_INTERNET = "table 4, internet surveys of specifically named persons"
_MAIL = "table 3, mail surveys of specifically named persons"
CODES: dict[str, Code] = {
    code: Code(code, name, section)
    for code, name, section in (
        (COMPLETE, "Complete", _INTERNET),
        (PARTIAL, "Partial, with sufficient information", _INTERNET),
        ("2.10", "Refusal and break-off", _INTERNET),
        (REFUSAL, "Refusal", _INTERNET),
        (EXPLICIT_REFUSAL, "Explicit refusal", _INTERNET),
        ("2.112", "Implicit refusal", _INTERNET),
        (LOGGED_ON, "Logged on to survey, did not complete any items", _INTERNET),
        (BREAK_OFF, "Break-off, or partial with insufficient information", _INTERNET),
        ("2.20", "Non-contact", _INTERNET),
        (UNAVAILABLE, "Respondent was unavailable during field period", _INTERNET),
        ("2.27", "Completed, but not returned during field period", _INTERNET),
        ("2.30", "Other, eligible", _INTERNET),
        ("2.31", "Death", _MAIL),
        ("2.32", "Physically or mentally unable", _MAIL),
        ("2.33", "Language barrier", _INTERNET),
        ("2.36", "Miscellaneous, eligible", _MAIL),
        ("3.10", "Nothing known about respondent or address", _INTERNET),
        (NOT_INVITED, "No invitation sent", _INTERNET),
        (NOTHING_RETURNED, "Nothing ever returned", _INTERNET),
        (UNDELIVERED, "Invitation returned undelivered", _INTERNET),
        (FORWARDED, "Invitation returned with forwarding information", _INTERNET),
        ("3.90", "Other, unknown eligibility", _INTERNET),
        (NOT_ELIGIBLE, "Selected respondent screened out of sample", _INTERNET),
        ("4.80", "Quota filled", _INTERNET),
        ("4.81", "Duplicate listing", _INTERNET),
        (LEFT_POPULATION, "Other, not eligible", _INTERNET),
    )
}
"""All codes that a case of this study can have. What a code leaves open, the reason beside it says:
died, moved abroad, dispensed and exempt are all 4.90 and are never added up under one name."""

STUDY_RULES = (
    "1.1 is an interview that was sent; what was skipped in it is item non-response.",
    "1.2 answered at least half of the pages on the route, 2.12 less.",
    "4.90: who died, moved abroad, was dispensed or is exempt as told before the wave closed does"
    " not belong to its population (AAPOR's 2.31 is for a study whose population is fixed on one"
    " day); who answered before, did.",
    "Who finished civic integration still belongs to the population of that wave.",
    "A refusal of an earlier wave that still stands is a refusal in this one.",
    "3.30 when the last message by every channel used came back; 3.40 when a new address is known"
    " since.",
)
"""Where this study draws the lines that AAPOR leaves open."""

OUT_OF_POPULATION = frozenset(
    {
        PersonStatus.DISPENSED,
        PersonStatus.EXEMPT,
        PersonStatus.MOVED_ABROAD,
        PersonStatus.DECEASED,
    }
)
"""States of persons who do not belong to the population. Who finished integrating belonged to it
when the sample was drawn."""


class Reason(StrEnum):
    """Why a case has its code, where the code does not say; states of persons have their own."""

    IN_QUESTIONNAIRE = "in_questionnaire"
    REFUSED_SOFT = "refused_soft"
    """Not now."""
    REFUSED_HARD = "refused_hard"
    """Never again."""
    OPTED_OUT = "opted_out"
    """Of every channel."""
    UNTRACEABLE = "untraceable"


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a case stood at a moment."""

    code: str
    reason: str | None = None
    """A word of `Reason` or of `PersonStatus`; ``None`` where the code says it all."""

    @property
    def category(self) -> Category:
        """The letter of AAPOR's formulas that it counts under."""
        return category_of(self.code)

    @property
    def eligible(self) -> Eligibility:
        """Whether the person belongs to the population, as far as the code knows."""
        return eligibility_of(self.code)

    @property
    def responded(self) -> bool:
        """Whether there is an interview, whole or partial."""
        return self.code in (COMPLETE, PARTIAL)


def category_of(code: str) -> Category:
    """Return the letter of AAPOR's formulas for a code.

    SOURCE: Standard Definitions, "Calculating outcome rates from final disposition distributions":
    R is 2.1, NC 2.2, O 2.3, UH 3.1 (and, of letters, 3.2), UO 3.3 to 3.9, not eligible 4.
    Raises `ValueError` when it is no such code.
    """
    for start, category in (
        ("1.1", Category.I),
        ("1.2", Category.P),
        ("2.1", Category.R),
        ("2.2", Category.NC),
        ("2.3", Category.O),
        ("3.1", Category.UH),
        ("3.2", Category.UH),
        ("3.", Category.UO),
        ("4.", Category.NE),
    ):
        if code.startswith(start):
            return category
    raise ValueError(f"not an AAPOR code: {code!r}")


def eligibility_of(code: str) -> Eligibility:
    """Return yes for codes 1 and 2, unknown for 3, no for 4."""
    return {"3": Eligibility.UNKNOWN, "4": Eligibility.NO}.get(code[:1], Eligibility.YES)


def disposition_at(history: CaseHistory, when: datetime) -> Disposition | None:
    """Return how a case stood at a moment, from nothing that came later.

    What a person did in the questionnaire outranks what was told of them; that in turn outranks
    what became of the post. ``None`` when the case did not exist yet.
    """
    if history.created_at > when:
        return None
    interview = history.interview
    if interview is not None and interview.started_at > when:
        interview = None
    told = list(history.facts_until(when))
    answered = _by_interview(interview, when) if interview else None
    if answered is not None and answered.code == EXPLICIT_REFUSAL:
        # A no on the first page is a refusal like one by telephone: who then died, had left.
        answered = _left(told) or answered
    return (
        answered
        or _by_settlement(history, when)
        or _by_news(told, history.wave)
        or (Disposition(LOGGED_ON) if interview else None)
        or _by_post(history, told, when)
    )


def _by_interview(interview: InterviewFacts, when: datetime) -> Disposition | None:
    """What was answered; ``None`` when nothing was."""
    match _ending_at(interview, when):
        case CaseStatus.COMPLETE:
            return Disposition(COMPLETE)
        case CaseStatus.SCREENED_OUT:
            return Disposition(NOT_ELIGIBLE)
        case CaseStatus.REFUSED:
            return Disposition(EXPLICIT_REFUSAL, Reason.IN_QUESTIONNAIRE)
    if interview.half_at is not None and interview.half_at <= when:
        return Disposition(PARTIAL)
    if interview.first_answer_at is not None and interview.first_answer_at <= when:
        return Disposition(BREAK_OFF)
    return None


def _ending_at(interview: InterviewFacts, when: datetime) -> CaseStatus | None:
    def stands(one: Ending) -> bool:
        return one.at <= when and (one.taken_back_at is None or one.taken_back_at > when)

    return next((one.status for one in reversed(interview.endings) if stands(one)), None)


def _by_settlement(history: CaseHistory, when: datetime) -> Disposition | None:
    given = [one for one in history.settled if one.at <= when]
    return Disposition(given[-1].code, given[-1].reason) if given else None


def _by_news(told: list[PersonFact], wave: int) -> Disposition | None:
    """What somebody said of the person, refusals among them."""
    status = _status(told)
    if left := _left(told):
        return left
    if status == PersonStatus.WITHDRAWN:
        return Disposition(EXPLICIT_REFUSAL, status)
    refusal = _refusal(told, wave)
    if refusal is not None:
        return Disposition(EXPLICIT_REFUSAL, refusal)
    return Disposition(UNAVAILABLE, status) if status == PersonStatus.PAUSED else None


def _status(told: list[PersonFact]) -> str | None:
    return next((one.to for one in reversed(told) if one.kind == "status"), None)


def _left(told: list[PersonFact]) -> Disposition | None:
    status = _status(told)
    return Disposition(LEFT_POPULATION, status) if status in OUT_OF_POPULATION else None


_ALL_CHANNELS = frozenset({"letter", "email", "sms"})


def _refusal(told: list[PersonFact], wave: int) -> Reason | None:
    """The refusal that stands; saying yes again takes it back."""
    refusals: list[Reason] = []
    opted_out: set[str | None] = set()
    for one in told:
        match one.kind:
            case "refused_hard":
                refusals.insert(0, Reason.REFUSED_HARD)
            case "refused_soft" if one.wave in (wave, None):
                refusals.append(Reason.REFUSED_SOFT)
            case "opted_out":
                opted_out.add(one.channel)
            case "refusal_undone":
                refusals = []
            case "opted_in":
                opted_out.discard(one.channel)
                refusals = refusals if one.channel else []
    if not refusals and opted_out >= _ALL_CHANNELS:
        return Reason.OPTED_OUT
    return refusals[0] if refusals else None


_CAME_BACK = {"letter_returned": "letter", "mail_bounced": "email", "number_unknown": "sms"}
_NEW_ADDRESS = ("address_changed", "contact_changed", "traced")


def _by_post(history: CaseHistory, told: list[PersonFact], when: datetime) -> Disposition:
    """What became of what was sent to somebody of whom nothing was heard."""
    if history.invited_at(when) is None:
        return Disposition(NOT_INVITED)
    back = [_came_back(history, told, channel, when) for channel in history.channels_used(when)]
    known = [at for at in back if at is not None]
    if not known or len(known) < len(back):
        return Disposition(NOTHING_RETURNED)
    if any(one.kind in _NEW_ADDRESS and one.at >= min(known) for one in told):
        return Disposition(FORWARDED)
    traced = [one.kind for one in told if one.kind in ("untraceable", "traced")]
    gone = traced[-1:] == ["untraceable"]
    return Disposition(UNDELIVERED, Reason.UNTRACEABLE if gone else None)


def _came_back(
    history: CaseHistory, told: list[PersonFact], channel: str, when: datetime
) -> datetime | None:
    """When the last thing sent by a channel came back; ``None`` when it may have arrived."""
    last = max(
        (one for one in history.sent if one.channel == channel and one.at <= when),
        key=lambda one: one.at,
    )
    if last.returned_at is not None and last.returned_at <= when:
        return last.returned_at
    said = (one.at for one in told if _CAME_BACK.get(one.kind) == channel and one.at >= last.at)
    return min(said, default=None)
