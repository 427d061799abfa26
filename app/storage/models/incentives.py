"""What was bought to thank people with, who has one coming, and the books of it.

Where a thank-you goes stands in the contact database, under a handle that only a key can make.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.panel.incentives import Account, IncentiveKind, IncentiveStatus, Way
from app.storage.models.base import ResearchBase
from app.storage.models.panel import Person, SurveyCase, Wave
from app.storage.types import JsonObject, Sequential, new_id, word


class IncentiveBatch(ResearchBase):
    """Pieces of one value that were bought together."""

    __tablename__ = "incentive_batch"
    __table_args__ = (
        CheckConstraint("length(currency) = 3", name="currency_of_three_letters"),
        CheckConstraint("value_cents >= 1", name="worth_something"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[IncentiveKind] = mapped_column(word(IncentiveKind, "kind"))
    currency: Mapped[str]
    """ISO 4217."""
    value_cents: Mapped[int]
    """Of one piece."""
    added_at: Mapped[datetime]
    added_by: Mapped[str]


class Incentive(ResearchBase):
    """What one case has coming by one rule; there is at most one.

    After erasure the row stays without case and person: somebody got one, nobody knows who.
    """

    __tablename__ = "incentive"
    __table_args__ = (
        UniqueConstraint("case_id", "rule"),
        CheckConstraint("(case_id IS NULL) = (person_id IS NULL)", name="of_somebody_or_nobody"),
        CheckConstraint(
            "(status = 'sending') = (lease_until IS NOT NULL)", name="leased_while_sending"
        ),
        CheckConstraint(
            "status IN ('due', 'declined', 'void') OR way IS NOT NULL", name="goes_some_way"
        ),
        Index(None, "wave", "rule", "status"),
        Index(None, "status", "way"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    """Also the reference a provider is given: it tells nothing and never changes."""
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey(SurveyCase.id, ondelete="RESTRICT"))
    person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Person.id, ondelete="RESTRICT"), index=True
    )
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="RESTRICT"))
    rule: Mapped[str]
    kind: Mapped[IncentiveKind] = mapped_column(word(IncentiveKind, "kind"))
    currency: Mapped[str]
    value_cents: Mapped[int]
    """As promised; a later change of the rule does not change it."""
    status: Mapped[IncentiveStatus] = mapped_column(word(IncentiveStatus, "status"))
    way: Mapped[Way | None] = mapped_column(word(Way, "way"))
    language: Mapped[str]
    reason: Mapped[str | None]
    """Why it is due again, void or unknown; a code, never words of a provider."""
    due_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    print_list: Mapped[UUID | None] = mapped_column(index=True)
    """The list for the post, or the print batch of letters, that it is on."""
    settled_at: Mapped[datetime | None]


class IncentivePiece(ResearchBase):
    """One gift code or card; it is set apart for one person at most, and sent at most once."""

    __tablename__ = "incentive_piece"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        CheckConstraint("number >= 1", name="number_counts_from_one"),
        CheckConstraint("account <> 'bought'", name="is_somewhere_here"),
        CheckConstraint(
            "account = 'void' OR (account = 'stock') = (incentive_id IS NULL)",
            name="reserved_for_one",
        ),
        Index(None, "account", "batch_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey(IncentiveBatch.id, ondelete="RESTRICT"))
    number: Mapped[int]
    """Row of the file it came in, or a count: tells nothing of the code."""
    code_encrypted: Mapped[str | None]
    """``None`` for a card."""
    code_hash: Mapped[str | None] = mapped_column(unique=True)
    """Keyed: the same code is known again, and cannot be guessed from it."""
    account: Mapped[Account] = mapped_column(word(Account, "account"))
    incentive_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Incentive.id, ondelete="RESTRICT"), unique=True
    )


class IncentiveEntry(ResearchBase):
    """A line of the books, from one account to another; never changed or removed (triggers)."""

    __tablename__ = "incentive_entry"
    __table_args__ = (
        CheckConstraint("from_account <> to_account", name="from_one_to_another"),
        CheckConstraint("pieces >= 1", name="moves_something"),
    )

    id: Mapped[int] = mapped_column(Sequential, primary_key=True, autoincrement=True)
    batch_id: Mapped[UUID] = mapped_column(
        ForeignKey(IncentiveBatch.id, ondelete="RESTRICT"), index=True
    )
    at: Mapped[datetime]
    from_account: Mapped[Account] = mapped_column(word(Account, "from_account"))
    to_account: Mapped[Account] = mapped_column(word(Account, "to_account"))
    pieces: Mapped[int]
    cents: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    by: Mapped[str]


class IncentiveEvent(ResearchBase):
    """A change of what somebody has coming; rows are added and never changed (a trigger)."""

    __tablename__ = "incentive_event"

    id: Mapped[int] = mapped_column(Sequential, primary_key=True, autoincrement=True)
    incentive_id: Mapped[UUID] = mapped_column(
        ForeignKey(Incentive.id, ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    status: Mapped[IncentiveStatus] = mapped_column(word(IncentiveStatus, "status"))
    detail: Mapped[JsonObject]
