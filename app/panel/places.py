"""The places a person of the sample can be in, in a wave, and what each means for the panel.

Three things are kept apart that a count of "lost" people would mix. Who was asked and did not
answer may answer the next time (wave nonresponse). Who belongs to the population and is not asked
again is lost for good (attrition). Who died, moved abroad or is no longer obliged left the
population: nobody lost them, and no weight has to make up for them. SOURCE: Lynn (ed.),
*Methodology of Longitudinal Surveys* (2009), chapter 1; Verma, Betti and Ghellini (2007), on the
weights of EU-SILC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.panel.states import Eligibility


class Place(StrEnum):
    """Where a person is in a wave; the order is that of tables and of the flow chart."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    """Stopped, with enough answered to count (AAPOR 1.2)."""
    ANSWERING = "answering"
    """Began, in a wave that still takes answers."""
    OPEN = "open"
    """Sampled for a wave that still takes answers; nothing answered yet."""
    BROKEN_OFF = "broken_off"
    REFUSED = "refused"
    NOT_REACHED = "not_reached"
    """The wave is over and nothing came."""
    UNABLE = "unable"
    """Ill, or in a language that we do not have (AAPOR 2.3)."""
    PAUSED = "paused"
    """Asked us to wait."""
    NOT_ASKED = "not_asked"
    """Sampled for an earlier wave and not asked in this one, though in the population."""
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    SCREENED_OUT = "screened_out"
    """Turned out, by the first questions, not to belong to the population."""
    OUT = "out_of_population"
    """Died, moved abroad, dispensed, exempt, finished; or was never in it."""
    TO_COME = "to_come"
    """Sampled for an earlier wave; who is asked in this one is not settled yet."""
    RESERVE = "reserve"
    """Drawn as a reserve that was not needed so far."""
    NOT_YET = "not_yet_sampled"


class Why(StrEnum):
    """The reason of a place, where the place alone does not say it."""

    SOFT = "refused_soft"
    HARD = "refused_hard"
    IN_QUESTIONNAIRE = "in_questionnaire"
    OPTED_OUT = "opted_out"
    """Of every channel."""
    REFUSED_AGAIN = "refused_more_than_once"
    NO_CONSENT = "no_recontact_consent"
    """Does not want to be asked in later waves, or never said yes: a reason of its own."""
    LOGGED_ON = "logged_on"
    """Opened the questionnaire and answered nothing."""
    NO_ANSWER = "no_answer"
    NOT_INVITED = "not_invited"
    """Nothing was sent."""
    UNDELIVERED = "undelivered"
    """The last of what was sent by every channel came back."""
    UNTRACEABLE = "untraceable"
    UNAVAILABLE = "unavailable"
    NOT_CARRIED = "not_carried"
    """Nothing stood in the way: whoever prepared the wave did not carry this person into it."""
    NO_CASE = "no_case"
    """In a draw for this wave, without a case in it: a fault that the balance names."""
    FINISHED = "finished"
    DISPENSED = "dispensed"
    EXEMPT = "exempt"
    MOVED_ABROAD = "moved_abroad"
    DECEASED = "deceased"
    NOT_ELIGIBLE = "not_eligible"
    """Found not to belong to the population, without more being known."""


class Fate(StrEnum):
    """What a place means for the panel."""

    ANSWERED = "answered"
    IN_FIELD = "in_field"
    NONRESPONSE = "nonresponse"
    """In the population, without an answer in this wave: may come back."""
    ATTRITION = "attrition"
    """In the population, and not asked any more."""
    LEFT = "left"
    """Not in the population: no loss of the panel."""
    OUTSIDE = "outside"
    """Not in the sample of this wave, or not yet."""


FATES: Mapping[Place, Fate] = {
    Place.COMPLETE: Fate.ANSWERED,
    Place.PARTIAL: Fate.ANSWERED,
    Place.ANSWERING: Fate.IN_FIELD,
    Place.OPEN: Fate.IN_FIELD,
    Place.BROKEN_OFF: Fate.NONRESPONSE,
    Place.REFUSED: Fate.NONRESPONSE,
    Place.NOT_REACHED: Fate.NONRESPONSE,
    Place.UNABLE: Fate.NONRESPONSE,
    Place.PAUSED: Fate.NONRESPONSE,
    Place.NOT_ASKED: Fate.ATTRITION,
    Place.WITHDRAWN: Fate.ATTRITION,
    Place.ERASED: Fate.ATTRITION,
    Place.SCREENED_OUT: Fate.LEFT,
    Place.OUT: Fate.LEFT,
    Place.TO_COME: Fate.OUTSIDE,
    Place.RESERVE: Fate.OUTSIDE,
    Place.NOT_YET: Fate.OUTSIDE,
}

IN_POPULATION: Mapping[Fate, Eligibility | None] = {
    Fate.ANSWERED: Eligibility.YES,
    Fate.IN_FIELD: Eligibility.UNKNOWN,
    Fate.NONRESPONSE: Eligibility.UNKNOWN,
    Fate.ATTRITION: Eligibility.UNKNOWN,
    Fate.LEFT: Eligibility.NO,
    Fate.OUTSIDE: None,
}
"""Whether who is there belongs to the population of the wave; ``None`` where nothing is asked.
Nobody asked those who were lost, so of them it is not known; weights count them as in scope."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The place of a person in a wave on a date, why, and since when."""

    place: Place
    why: Why | None = None
    since: datetime | None = None
    """When what put the person there was known; ``None`` of who was not sampled yet."""

    @property
    def fate(self) -> Fate:
        """What it means for the panel."""
        return FATES[self.place]

    @property
    def eligible(self) -> Eligibility | None:
        """Whether the person belongs to the population of the wave, as far as known."""
        return IN_POPULATION[self.fate]
