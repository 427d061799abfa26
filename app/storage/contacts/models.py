"""The tables of the contact database: every personal value in them is ciphertext."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.storage.types import UtcDateTime, named_metadata, new_id


class ContactsBase(DeclarativeBase):
    """Declares a table of the contact database."""

    metadata: ClassVar[MetaData] = named_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        UUID: Uuid(),
        str: Text(),
    }


class Contact(ContactsBase):
    """The link between a panel member and a person of flesh and blood.

    Everything about the person is encrypted with one key, kept here wrapped. Erasing a person is
    destroying that key; the row stays as proof, without a word about who it was.
    """

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("(wrapped_key IS NULL) = (erased_at IS NOT NULL)", name="erased_or_keyed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(unique=True)
    """The pseudonym in the research database; no foreign key crosses."""
    wrapped_key: Mapped[str | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class ContactField(ContactsBase):
    """A name, street, e-mail address, phone number … of a contact."""

    __tablename__ = "contact_field"
    __table_args__ = (Index(None, "field", "blind_index"),)

    contact_id: Mapped[UUID] = mapped_column(
        ForeignKey(Contact.id, ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(primary_key=True)
    value_encrypted: Mapped[str]
    blind_index: Mapped[int | None]
    """20 bits of a keyed hash: finds candidates, proves nothing."""


class ContactAnswer(ContactsBase):
    """An answer of a questionnaire that is about contact, such as a new phone number."""

    __tablename__ = "contact_answer"

    contact_id: Mapped[UUID] = mapped_column(
        ForeignKey(Contact.id, ondelete="CASCADE"), primary_key=True
    )
    wave: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    variable: Mapped[str] = mapped_column(primary_key=True)
    value_encrypted: Mapped[str]
    revision: Mapped[int]
    op_id: Mapped[str]
    saved_at: Mapped[datetime]


class IncentiveDestination(ContactsBase):
    """Where one thank-you goes, as a person said it for that alone; gone once it was sent.

    It hangs on nobody: its id is made, with a key, from what the research database calls the
    thank-you. Its own key is kept here wrapped and goes with the row.
    """

    __tablename__ = "incentive_destination"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped_key: Mapped[str]
    value_encrypted: Mapped[str]
    left_at: Mapped[datetime]
