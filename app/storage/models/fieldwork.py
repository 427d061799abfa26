"""The sampling frame, what is sent to whom, and what happened to people between and in waves.

Who the people are stands in the contact database only.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.messages.channels import Channel
from app.messages.statuses import MailingStatus, MessageStatus, PersonEventKind, Reach
from app.panel.states import DrawKind
from app.storage.models.base import ResearchBase
from app.storage.models.panel import Person, SurveyCase, Wave
from app.storage.types import Json, JsonObject, Sequential, new_id, word


class FrameImport(ResearchBase):
    """A register file that was taken in as a whole."""

    __tablename__ = "frame_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    """Given by whoever imports, such as "DUO 2023-10"; never the name of the file."""
    sha256: Mapped[str]
    rows: Mapped[int]
    mapping: Mapped[JsonObject]
    at: Mapped[datetime]
    by: Mapped[str]


class FrameUnit(ResearchBase):
    """One person of the frame; once drawn, the panel member bears the same id."""

    __tablename__ = "frame_unit"
    __table_args__ = (Index(None, "import_id", "stratum"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    import_id: Mapped[UUID] = mapped_column(ForeignKey(FrameImport.id, ondelete="RESTRICT"))
    stratum: Mapped[str]
    frame: Mapped[JsonObject]
    language: Mapped[str]
    discarded_at: Mapped[datetime | None]
    """Not drawn, and its contact details destroyed."""


class SampleDraw(ResearchBase):
    """One draw, with all that is needed to make it again."""

    __tablename__ = "sample_draw"
    __table_args__ = (UniqueConstraint("wave", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="RESTRICT"))
    number: Mapped[int]
    kind: Mapped[DrawKind] = mapped_column(word(DrawKind, "kind"))
    imports: Mapped[list[str]] = mapped_column(Json)
    seed: Mapped[int]
    allocation: Mapped[JsonObject]
    """``{stratum: units}``"""
    sizes: Mapped[JsonObject]
    """``{stratum: N_h}`` at the moment of the draw."""
    fingerprint: Mapped[str]
    """SHA-256 of the drawn ids in order."""
    at: Mapped[datetime]
    by: Mapped[str]


class SampleDrawUnit(ResearchBase):
    """A drawn unit; batch 0 is in the sample, 1 and on are reserves in order."""

    __tablename__ = "sample_draw_unit"

    draw_id: Mapped[UUID] = mapped_column(
        ForeignKey(SampleDraw.id, ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[UUID] = mapped_column(
        ForeignKey(FrameUnit.id, ondelete="RESTRICT"), primary_key=True, index=True
    )
    batch: Mapped[int]


class Rehearsal(ResearchBase):
    """What a wave would send, counted beforehand; void as soon as its inputs differ."""

    __tablename__ = "rehearsal"

    id: Mapped[int] = mapped_column(Sequential, primary_key=True, autoincrement=True)
    """In the order they were made: two may bear the same moment, and clocks are set back."""
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    inputs: Mapped[str]
    """SHA-256 of plan, texts, version and cases."""
    counts: Mapped[JsonObject]
    blockers: Mapped[list[str]] = mapped_column(Json)


class Mailing(ResearchBase):
    """One step of the contact plan of a wave, and who let it go."""

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint(
            "status <> 'running' OR approved_by IS NOT NULL", name="running_on_somebodys_word"
        ),
    )

    wave: Mapped[int] = mapped_column(
        ForeignKey(Wave.year, ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    step: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(word(Channel, "channel"))
    status: Mapped[MailingStatus] = mapped_column(word(MailingStatus, "status"))
    due_at: Mapped[datetime]
    expected: Mapped[int]
    """Messages, as counted when it was asked for."""
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]


class PrintBatch(ResearchBase):
    """Letters that go to the printer as one file."""

    __tablename__ = "print_batch"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="RESTRICT"), index=True)
    step: Mapped[str]
    letters: Mapped[int]
    test_letters: Mapped[int]
    manifest: Mapped[JsonObject]
    """Files with pages and SHA-256; no names, addresses or codes."""
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    handed_over_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]


class Message(ResearchBase):
    """One message to one case; there is at most one per step and channel."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("case_id", "step", "channel"),
        UniqueConstraint("provider", "provider_reference"),
        Index(None, "status", "channel", "not_before"),
        CheckConstraint(
            "(status = 'sending') = (lease_until IS NOT NULL)", name="leased_while_sending"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    """Also the reference a provider is given: it tells nothing and never changes."""
    case_id: Mapped[UUID] = mapped_column(ForeignKey(SurveyCase.id, ondelete="CASCADE"))
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="RESTRICT"), index=True)
    step: Mapped[str]
    channel: Mapped[Channel] = mapped_column(word(Channel, "channel"))
    text: Mapped[str]
    """Name of its words in ``letters/``."""
    language: Mapped[str]
    status: Mapped[MessageStatus] = mapped_column(word(MessageStatus, "status"))
    reason: Mapped[str | None]
    """Why it is cancelled, refused, returned or failed; a code, never words of a provider."""
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    provider: Mapped[str | None]
    provider_reference: Mapped[str | None]
    parts: Mapped[int | None]
    cost: Mapped[int | None]
    """In hundredths of a cent."""
    print_batch_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(PrintBatch.id, ondelete="RESTRICT"), index=True
    )
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ChannelPace(ResearchBase):
    """When a channel may be used next: all workers share its speed."""

    __tablename__ = "channel_pace"

    channel: Mapped[Channel] = mapped_column(word(Channel, "channel"), primary_key=True)
    free_at: Mapped[datetime]
    slowdowns: Mapped[int]
    """How often the speed is halved."""
    slowed_at: Mapped[datetime | None]


class MessageEvent(ResearchBase):
    """A change of a message; rows are added and never changed (a trigger sees to it)."""

    __tablename__ = "message_event"

    id: Mapped[int] = mapped_column(Sequential, primary_key=True, autoincrement=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id, ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    status: Mapped[MessageStatus] = mapped_column(word(MessageStatus, "status"))
    detail: Mapped[JsonObject]


class PersonReach(ResearchBase):
    """A channel by which a person cannot or will not be reached; no row means it may be tried."""

    __tablename__ = "person_reach"

    person_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[Channel] = mapped_column(word(Channel, "channel"), primary_key=True)
    status: Mapped[Reach] = mapped_column(word(Reach, "status"))
    since: Mapped[datetime]
    reason: Mapped[str]


class PersonEvent(ResearchBase):
    """Something that happened to a person; rows are added and never changed (a trigger)."""

    __tablename__ = "person_event"

    id: Mapped[int] = mapped_column(Sequential, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    wave: Mapped[int | None]
    kind: Mapped[PersonEventKind] = mapped_column(word(PersonEventKind, "kind"))
    at: Mapped[datetime]
    by: Mapped[str]
    detail: Mapped[JsonObject]


class OpenLink(ResearchBase):
    """An address on a poster: anybody may answer, and gets a code to come back with."""

    __tablename__ = "open_link"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="RESTRICT"), index=True)
    slug: Mapped[str]
    name: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class OpenEntry(ResearchBase):
    """Which open link a case came by, and marks that find the same device or sender again."""

    __tablename__ = "open_entry"
    __table_args__ = (Index(None, "source_hash"),)

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey(SurveyCase.id, ondelete="CASCADE"), primary_key=True
    )
    link_id: Mapped[UUID] = mapped_column(ForeignKey(OpenLink.id, ondelete="RESTRICT"), index=True)
    source_hash: Mapped[str]
    """Keyed hash of the network address, forgotten when the wave closes."""
    duplicate_of: Mapped[UUID | None]
    """The other person that this one may be; staff decides whether the case counts."""
    counts: Mapped[bool]
