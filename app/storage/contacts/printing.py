"""Contact details of many people at once, for a printer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from app.storage.contacts.keys import ContactKeys, field_cell
from app.storage.contacts.models import Contact, ContactField
from app.storage.encryption import KeyRing

_AT_A_TIME = 2_000


def load_fields_of(
    connection: Connection, keys: ContactKeys, people: Sequence[UUID], names: Collection[str]
) -> dict[UUID, dict[str, str]]:
    """Return some fields of some people; the unknown and the erased are not in it."""
    found: dict[UUID, dict[str, str]] = {}
    for start in range(0, len(people), _AT_A_TIME):
        query = (
            select(
                Contact.id,
                Contact.person_id,
                Contact.wrapped_key,
                ContactField.field,
                ContactField.value_encrypted,
            )
            .join(ContactField, ContactField.contact_id == Contact.id)
            .where(
                Contact.person_id.in_(people[start : start + _AT_A_TIME]),
                Contact.wrapped_key.is_not(None),
                ContactField.field.in_(names),
            )
            .order_by(Contact.id)
        )
        own: tuple[UUID, KeyRing] | None = None
        for contact_id, person_id, wrapped, name, ciphertext in connection.execute(query):
            if own is None or own[0] != contact_id:
                own = contact_id, keys.unwrap(contact_id, wrapped or "")
            value = own[1].decrypt(ciphertext, field_cell(contact_id, name)).decode()
            found.setdefault(person_id, {})[name] = value
    return found
