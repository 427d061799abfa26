"""What goes to a provider, what comes back, and what every provider has to offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, Outcome


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that a worker may send, once, within its lease: what is to be composed."""

    id: UUID
    """The reference that the provider is given."""
    case_id: UUID
    person_id: UUID
    wave: int
    step: str
    channel: Channel
    text: str
    """Name of its words in ``letters/``."""
    language: str
    attempt: int
    """1 for the first call; the provider may have seen the reference before when it is more."""
    worker: str


@dataclass(frozen=True, slots=True)
class Cannot:
    """Nothing can be handed over; the message is cancelled for this reason."""

    reason: str
    """A code of ours, such as ``no_address`` or ``no_words``."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one call came to."""

    outcome: Outcome
    reference: str | None = None
    """The provider's own name for the message."""
    reason: str | None = None
    """A short code of ours or of the protocol (``smtp-550``), never the provider's words: they may
    quote an address."""
    parts: int = 1
    cost: int = 0
    """In hundredths of a cent."""
    no_such_number: bool = False
    """It was refused because there is no such telephone number: no other message will do better."""


@dataclass(frozen=True, slots=True)
class Email:
    """A finished e-mail; ``reference`` is the id of the message."""

    reference: UUID
    to: str = field(repr=False)
    sender_name: str
    sender: str
    envelope_from: str = field(repr=False)
    """A return path of its own for each message (VERP), so that a bounce names the message."""
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    language: str
    """BCP 47."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Sms:
    """A finished text message."""

    reference: UUID
    to: str = field(repr=False)
    """E.164."""
    sender: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """News about a message from its provider; may come twice, late and out of order."""

    reference: UUID
    status: MessageStatus
    at: datetime
    reason: str | None = None
    no_such_number: bool = False
    """It came back because there is no such telephone number: no other message will do better."""


class EmailProvider(Protocol):
    """Sends e-mail."""

    @property
    def name(self) -> str:
        """A word for the record, such as ``smtp``."""

    def send(self, email: Email) -> Attempt:
        """Hand over one e-mail; never raises for what a network or a server may do."""


class SmsProvider(Protocol):
    """Sends text messages."""

    @property
    def name(self) -> str:
        """A word for the record, such as ``bird``."""

    def send(self, sms: Sms) -> Attempt:
        """Hand over one text message; never raises for what a network or a server may do."""
