"""Contacts by the thousand: sealed outside a unit of work, written in short ones, found, removed.

An import cannot commit in both databases at once. Its journal, one contact that is nobody, names
the people it is about to write; whoever finds a journal of an import that never came about removes
those people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from app.storage.contacts.keys import ContactKeys, field_cell, same_value
from app.storage.contacts.models import Contact, ContactField
from app.storage.contacts.people import NewContact
from app.storage.types import new_id, table_of
from app.storage.upsert import replacing

JOURNAL = "import_journal"
"""Field that holds the people of an import that has not come about yet."""

_AT_A_TIME = 400
_contact = table_of(Contact)
_field = table_of(ContactField)
_put_field = replacing(_field)


@dataclass(frozen=True, slots=True)
class SealedContacts:
    """Rows of both tables, encrypted."""

    contacts: Sequence[Mapping[str, Any]] = field(repr=False)
    fields: Sequence[Mapping[str, Any]] = field(repr=False)


def seal_contacts(
    keys: ContactKeys, people: Iterable[NewContact], *, at: datetime
) -> SealedContacts:
    """Encrypt people, each with a key of their own; empty fields are left out."""
    contacts: list[dict[str, Any]] = []
    fields: list[dict[str, Any]] = []
    for person in people:
        contact_id = new_id()
        wrapped, own = keys.new_key_of(contact_id)
        contacts.append(
            {
                "id": contact_id,
                "person_id": person.person_id,
                "wrapped_key": wrapped,
                "created_at": at,
                "erased_at": None,
            }
        )
        fields += [
            {
                "contact_id": contact_id,
                "field": name,
                "value_encrypted": own.encrypt(value.encode(), field_cell(contact_id, name)),
                "blind_index": keys.blind_index(name, value),
            }
            for name, value in person.fields.items()
            if value
        ]
    return SealedContacts(contacts, fields)


def add_sealed(connection: Connection, sealed: SealedContacts) -> None:
    """Write sealed contacts."""
    if sealed.contacts:
        connection.execute(insert(_contact), sealed.contacts)
    if sealed.fields:
        connection.execute(insert(_field), sealed.fields)


def open_journal(
    connection: Connection,
    keys: ContactKeys,
    import_id: UUID,
    people: Sequence[UUID],
    *,
    at: datetime,
) -> None:
    """Note who an import is about to write."""
    listed = " ".join(person.hex for person in people)
    add_sealed(connection, seal_contacts(keys, [NewContact(import_id, {JOURNAL: listed})], at=at))


def read_journals(connection: Connection, keys: ContactKeys) -> dict[UUID, list[UUID]]:
    """Return the people of imports that did not say they ended, by import."""
    query = (
        select(
            _contact.c.id, _contact.c.person_id, _contact.c.wrapped_key, _field.c.value_encrypted
        )
        .join(_field, _field.c.contact_id == _contact.c.id)
        .where(_field.c.field == JOURNAL, _contact.c.wrapped_key.is_not(None))
    )
    journals = {}
    for contact_id, import_id, wrapped, ciphertext in connection.execute(query):
        listed = keys.unwrap(contact_id, wrapped).decrypt(
            ciphertext, field_cell(contact_id, JOURNAL)
        )
        journals[import_id] = [UUID(one) for one in listed.decode().split()]
    return journals


def delete_contacts(connection: Connection, people: Sequence[UUID]) -> int:
    """Remove people with their keys and all fields; return how many there were.

    Unlike erasing this leaves no proof behind: the frame keeps it.
    """
    removed = 0
    for start in range(0, len(people), _AT_A_TIME):
        some = people[start : start + _AT_A_TIME]
        removed += connection.execute(
            delete(_contact).where(_contact.c.person_id.in_(some))
        ).rowcount
    return removed


def people_with(
    connection: Connection, keys: ContactKeys, field_name: str, values: Iterable[str]
) -> dict[str, UUID]:
    """Return who bears which of some values of a searchable field."""
    wanted: dict[int, list[str]] = {}
    for value in values:
        index = keys.blind_index(field_name, value)
        if index is not None:
            wanted.setdefault(index, []).append(value)
    query = select(_field.c.contact_id, _field.c.blind_index).where(_field.c.field == field_name)
    near = {
        contact: wanted[index] for contact, index in connection.execute(query) if index in wanted
    }
    found: dict[str, UUID] = {}
    ids = list(near)
    for start in range(0, len(ids), _AT_A_TIME):
        some = ids[start : start + _AT_A_TIME]
        query_some = (
            select(
                _contact.c.id,
                _contact.c.person_id,
                _contact.c.wrapped_key,
                _field.c.value_encrypted,
            )
            .join(_field, _field.c.contact_id == _contact.c.id)
            .where(
                _contact.c.id.in_(some),
                _contact.c.wrapped_key.is_not(None),
                _field.c.field == field_name,
            )
        )
        for contact_id, person_id, wrapped, ciphertext in connection.execute(query_some):
            own = keys.unwrap(contact_id, wrapped)
            known = own.decrypt(ciphertext, field_cell(contact_id, field_name)).decode()
            for value in near[contact_id]:
                if same_value(field_name, known, value):
                    found[value] = person_id
    return found


def seal_fields(
    keys: ContactKeys,
    contacts: Mapping[UUID, tuple[UUID, str]],
    values: Mapping[UUID, str],
    name: str,
) -> list[dict[str, Any]]:
    """Encrypt one field for many people, given as ``{person: (contact, wrapped key)}``."""
    rows = []
    for person, value in values.items():
        contact_id, wrapped = contacts[person]
        own = keys.unwrap(contact_id, wrapped)
        rows.append(
            {
                "contact_id": contact_id,
                "field": name,
                "value_encrypted": own.encrypt(value.encode(), field_cell(contact_id, name)),
                "blind_index": keys.blind_index(name, value),
            }
        )
    return rows


def put_sealed_fields(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write encrypted fields over those of the same name."""
    if rows:
        connection.execute(_put_field.on(connection), rows)


def keys_of(connection: Connection, people: Sequence[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Return contact and wrapped key of people who have one: ``{person: (contact, key)}``."""
    found: dict[UUID, tuple[UUID, str]] = {}
    for start in range(0, len(people), _AT_A_TIME):
        query = select(_contact.c.person_id, _contact.c.id, _contact.c.wrapped_key).where(
            _contact.c.person_id.in_(people[start : start + _AT_A_TIME]),
            _contact.c.wrapped_key.is_not(None),
        )
        found |= {person: (contact, key) for person, contact, key in connection.execute(query)}
    return found
