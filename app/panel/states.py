"""The states that people, waves, cases and staff can be in; stored as these words."""

from __future__ import annotations

from enum import StrEnum


class WaveStatus(StrEnum):
    """How far a wave is in its life; the order of the members is the order of the life."""

    DRAFT = "draft"
    CHECKED = "checked"
    REHEARSED = "rehearsed"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    FROZEN = "frozen"


class PersonStatus(StrEnum):
    """Whether a panel member can be asked again, and if not, why."""

    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    """Finished integrating."""
    DISPENSED = "dispensed"
    EXEMPT = "exempt"
    MOVED_ABROAD = "moved_abroad"
    DECEASED = "deceased"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class CaseStatus(StrEnum):
    """What came of a case so far; an interview carries the same word."""

    OPEN = "open"
    """No answer yet."""
    PARTIAL = "partial"
    COMPLETE = "complete"
    REFUSED = "refused"
    SCREENED_OUT = "screened_out"

    @property
    def ended(self) -> bool:
        """Whether nothing more can be answered."""
        return self in (CaseStatus.COMPLETE, CaseStatus.REFUSED, CaseStatus.SCREENED_OUT)


class Entry(StrEnum):
    """By which door a case came in: drawn in the sample, or through the open link."""

    PERSONAL = "personal"
    OPEN = "open"


class Mode(StrEnum):
    """Who held the pen."""

    WEB = "web"
    ASSISTED = "assisted"
    PHONE = "phone"
    INTERVIEW = "interview"


class DrawKind(StrEnum):
    """Why people were drawn."""

    SAMPLE = "sample"
    RESERVE = "reserve"
    REFRESHMENT = "refreshment"


class Eligibility(StrEnum):
    """Whether the person belongs to the population, as far as known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a member of staff may do; nobody has two."""

    RESEARCHER = "researcher"
    FIELDWORK = "fieldwork"
    INTERVIEWER = "interviewer"
    TRANSLATOR = "translator"
    ANALYST = "analyst"
    PRIVACY_OFFICER = "privacy_officer"
    ADMIN = "admin"
