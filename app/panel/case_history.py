"""What happened to one case, in order: enough to say how it stood on any day.

`app.services.response.outcomes` loads histories from the databases; what is made of them is in
`app.panel.dispositions`. Words (kinds of events, channels, states) are those that storage keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.panel.states import CaseStatus, Entry, Mode


@dataclass(frozen=True, slots=True)
class PersonFact:
    """Something that happened to the person of a case; ``kind`` is that of a person event."""

    kind: str
    at: datetime
    wave: int | None = None
    """Of which wave it was told."""
    channel: str | None = None
    to: str | None = None
    """The new state of the person, of a ``status`` event."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went out, or that was tried and certainly did not arrive."""

    channel: str
    at: datetime
    returned_at: datetime | None = None
    """When it came back, or was refused by whoever was to carry it; ``None`` when it did not."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An outcome code that somebody gave a case, at enrolment or afterwards."""

    code: str
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """An end of an interview; a refusal or a screen-out may be taken back."""

    status: CaseStatus
    at: datetime
    taken_back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InterviewFacts:
    """The interview of a case, by its turning points."""

    started_at: datetime
    """When the code was entered for the first time."""
    first_answer_at: datetime | None = None
    half_at: datetime | None = None
    """When half of the pages on the route had been answered; ``None`` while they have not."""
    endings: tuple[Ending, ...] = ()
    language: str = ""
    mode: Mode = Mode.WEB
    device: str | None = None
    door: str | None = None


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """One case with everything that bears on its outcome."""

    case_id: UUID
    person_id: UUID
    wave: int
    entry: Entry
    created_at: datetime
    language: str
    """In which the person is approached; known of those who do not answer too."""
    stratum: str | None = None
    base_weight: float | None = None
    frame: Mapping[str, str] = field(default_factory=dict, repr=False)
    opened_at: datetime | None = None
    """When the wave opened."""
    closed_at: datetime | None = None
    """When the wave closed; news told afterwards is not about it."""
    invitations_kept: bool = True
    """Whether what was sent in this wave is on record; else everybody was invited as it opened."""
    settled: tuple[Settled, ...] = ()
    sent: tuple[Sent, ...] = ()
    facts: tuple[PersonFact, ...] = ()
    """About the person, of all waves, in the order they were put on record."""
    interview: InterviewFacts | None = None

    def facts_until(self, when: datetime) -> Iterator[PersonFact]:
        """Yield what was known of the person at a moment and bears on this wave.

        After a wave has closed only what was told of that very wave still does, such as late post:
        who dies or moves away afterwards belonged to its population.
        """
        for one in self.facts:
            if one.at > when:
                continue
            late = self.closed_at is not None and one.at > self.closed_at
            if not late or one.wave == self.wave:
                yield one

    def invited_at(self, when: datetime) -> datetime | None:
        """Return when the first message went out, as known at a moment; ``None`` before that."""
        if not self.invitations_kept:
            began = self.opened_at or self.created_at
            return began if began <= when else None
        return min((one.at for one in self.sent if one.at <= when), default=None)

    def channels_used(self, when: datetime) -> tuple[str, ...]:
        """Return the channels by which something went out until a moment, by name."""
        return tuple(sorted({one.channel for one in self.sent if one.at <= when}))
