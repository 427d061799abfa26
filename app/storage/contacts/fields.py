"""Which people have which fields: their names only, nothing is decrypted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, select

from app.storage.contacts.models import Contact, ContactField
from app.storage.types import table_of

_contact = table_of(Contact)
_field = table_of(ContactField)
_BATCH = 5_000


def people_having(
    connection: Connection, people: Sequence[UUID], fields: Collection[str]
) -> dict[str, set[UUID]]:
    """Return, for each of some fields, which of some people have it; the erased have none."""
    found: dict[str, set[UUID]] = {name: set() for name in fields}
    for start in range(0, len(people), _BATCH):
        rows = connection.execute(
            select(_field.c.field, _contact.c.person_id)
            .join(_contact, _contact.c.id == _field.c.contact_id)
            .where(
                _contact.c.person_id.in_(people[start : start + _BATCH]),
                _contact.c.wrapped_key.is_not(None),
                _field.c.field.in_(fields),
            )
        )
        for name, person_id in rows:
            found[name].add(person_id)
    return found


def forget_field(connection: Connection, name: str) -> int:
    """Destroy a field of everybody, such as the codes of a wave; return how many had it."""
    return connection.execute(delete(_field).where(_field.c.field == name)).rowcount
