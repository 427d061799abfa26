"""The contact answers of a person over all waves, with the save that wrote each."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, select

from app.storage.contacts.keys import ContactKeys, answer_cell
from app.storage.contacts.models import Contact, ContactAnswer


@dataclass(frozen=True, slots=True)
class GivenContactAnswer:
    """One contact answer, decrypted."""

    wave: int
    variable: str
    value: str = field(repr=False)
    revision: int
    op_id: str


def answers_of(
    connection: Connection, keys: ContactKeys, person_id: UUID
) -> list[GivenContactAnswer]:
    """Return all contact answers of a person, by wave; empty when unknown or erased."""
    query = (
        select(
            Contact.id,
            Contact.wrapped_key,
            ContactAnswer.wave,
            ContactAnswer.variable,
            ContactAnswer.value_encrypted,
            ContactAnswer.revision,
            ContactAnswer.op_id,
        )
        .join(ContactAnswer, ContactAnswer.contact_id == Contact.id)
        .where(Contact.person_id == person_id, Contact.wrapped_key.is_not(None))
        .order_by(ContactAnswer.wave, ContactAnswer.variable)
    )
    found = []
    for contact_id, wrapped, wave, variable, ciphertext, revision, op_id in connection.execute(
        query
    ):
        own = keys.unwrap(contact_id, wrapped or "")
        value = own.decrypt(ciphertext, answer_cell(contact_id, wave, variable)).decode()
        found.append(GivenContactAnswer(wave, variable, value, revision, op_id))
    return found
