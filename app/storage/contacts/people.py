"""Reading, writing, finding and erasing contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from app.storage.contacts.keys import ContactKeys, answer_cell, field_cell, same_value
from app.storage.contacts.models import Contact, ContactAnswer, ContactField
from app.storage.encryption import KeyRing
from app.storage.types import new_id, table_of
from app.storage.upsert import Insert, Upsert, keeping, replacing

_contact = table_of(Contact)
_field = table_of(ContactField)
_answer = table_of(ContactAnswer)
_AT_A_TIME = 5_000


class ContactErasedError(Exception):
    """The person was erased: nothing can be read or written any more."""


@dataclass(frozen=True, slots=True)
class NewContact:
    """A person to be put in the database: fields such as name, street, email, phone."""

    person_id: UUID
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ContactAnswers:
    """Answers about contact of one posted page."""

    wave: int
    revision: int
    op_id: str
    saved_at: datetime
    values: Mapping[str, str] = field(repr=False)


def _newer_wins(bare: Insert) -> Insert:
    # A page may be sent again after a later one was saved; its answers must not come back.
    return bare.on_conflict_do_update(
        index_elements=["contact_id", "wave", "variable"],
        set_={
            name: bare.excluded[name]
            for name in ("value_encrypted", "revision", "op_id", "saved_at")
        },
        where=_answer.c.revision <= bare.excluded.revision,
    )


_add_contact = keeping(_contact)
_put_field = replacing(_field)
_put_answer = Upsert(_answer, _newer_wins)


def add_contacts(
    connection: Connection, keys: ContactKeys, people: Iterable[NewContact], *, at: datetime
) -> None:
    """Put people in the database, each with a key of their own."""
    contacts: list[dict[str, Any]] = []
    fields: list[dict[str, Any]] = []
    for person in people:
        contact_id = new_id()
        wrapped = keys.new_wrapped_key(contact_id)
        contacts.append(_contact_row(contact_id, person.person_id, wrapped, at))
        own = keys.unwrap(contact_id, wrapped)
        fields += _field_rows(keys, own, contact_id, person.fields)
    if contacts:
        connection.execute(insert(_contact), contacts)
    if fields:
        connection.execute(insert(_field), fields)


def put_fields(
    connection: Connection,
    keys: ContactKeys,
    person_id: UUID,
    fields: Mapping[str, str],
    *,
    at: datetime,
) -> None:
    """Set some fields of a person, who is put in the database if not there yet."""
    contact_id, own = _unlock(connection, keys, person_id, at)
    if rows := _field_rows(keys, own, contact_id, fields):
        connection.execute(_put_field.on(connection), rows)


def drop_fields(connection: Connection, person_id: UUID, names: Collection[str]) -> None:
    """Take fields of a person out: the rest of an old address, a code that is no longer good."""
    contact_ids = select(Contact.id).where(Contact.person_id == person_id).scalar_subquery()
    connection.execute(
        delete(_field).where(_field.c.contact_id == contact_ids, _field.c.field.in_(names))
    )


def load_fields(connection: Connection, keys: ContactKeys, person_id: UUID) -> dict[str, str]:
    """Return the fields of a person; empty when unknown or erased."""
    query = (
        select(Contact.id, Contact.wrapped_key, ContactField.field, ContactField.value_encrypted)
        .join(ContactField, ContactField.contact_id == Contact.id)
        .where(Contact.person_id == person_id, Contact.wrapped_key.is_not(None))
    )
    fields = {}
    for contact_id, wrapped, name, ciphertext in connection.execute(query):
        own = keys.unwrap(contact_id, wrapped or "")
        fields[name] = own.decrypt(ciphertext, field_cell(contact_id, name)).decode()
    return fields


def find_people(
    connection: Connection, keys: ContactKeys, field_name: str, value: str
) -> list[UUID]:
    """Return the people whose e-mail address or phone number is ``value``."""
    query = (
        select(Contact.id, Contact.person_id, Contact.wrapped_key, ContactField.value_encrypted)
        .join(ContactField, ContactField.contact_id == Contact.id)
        .where(
            ContactField.field == field_name,
            ContactField.blind_index == keys.blind_index(field_name, value),
            Contact.wrapped_key.is_not(None),
        )
    )
    found = []
    for contact_id, person_id, wrapped, ciphertext in connection.execute(query):
        own = keys.unwrap(contact_id, wrapped or "")
        known = own.decrypt(ciphertext, field_cell(contact_id, field_name)).decode()
        if same_value(field_name, known, value):
            found.append(person_id)
    return found


def save_answers(
    connection: Connection, keys: ContactKeys, person_id: UUID, answers: ContactAnswers
) -> None:
    """Write the contact answers of a page; the same page again, or an older one, changes nothing.

    Raises `ContactErasedError`.
    """
    contact_id, own = _unlock(connection, keys, person_id, answers.saved_at)
    rows = [
        {
            "contact_id": contact_id,
            "wave": answers.wave,
            "variable": variable,
            "value_encrypted": own.encrypt(
                value.encode(), answer_cell(contact_id, answers.wave, variable)
            ),
            "revision": answers.revision,
            "op_id": answers.op_id,
            "saved_at": answers.saved_at,
        }
        for variable, value in answers.values.items()
    ]
    if rows:
        connection.execute(_put_answer.on(connection), rows)


def erase(connection: Connection, person_id: UUID, *, at: datetime) -> bool:
    """Destroy the key of a person and all that it read; tell whether there was anything to erase.

    The row stays, without a key, as proof. Copies of the database made before can still be read
    with the key in them: whoever restores one erases again.
    """
    contact_id = connection.execute(
        select(Contact.id).where(Contact.person_id == person_id, Contact.erased_at.is_(None))
    ).scalar_one_or_none()
    if contact_id is None:
        return False
    connection.execute(
        update(_contact).where(_contact.c.id == contact_id).values(wrapped_key=None, erased_at=at)
    )
    connection.execute(delete(_field).where(_field.c.contact_id == contact_id))
    connection.execute(delete(_answer).where(_answer.c.contact_id == contact_id))
    return True


def erase_all(connection: Connection, person_ids: Sequence[UUID], *, at: datetime) -> int:
    """Do as `erase` does for many people; return of how many there was anything."""
    erased = 0
    for start in range(0, len(person_ids), _AT_A_TIME):
        some = person_ids[start : start + _AT_A_TIME]
        mine = select(_contact.c.id).where(_contact.c.person_id.in_(some))
        connection.execute(delete(_field).where(_field.c.contact_id.in_(mine)))
        connection.execute(delete(_answer).where(_answer.c.contact_id.in_(mine)))
        erased += connection.execute(
            update(_contact)
            .where(_contact.c.person_id.in_(some), _contact.c.erased_at.is_(None))
            .values(wrapped_key=None, erased_at=at)
        ).rowcount
    return erased


def count_keys(connection: Connection, person_ids: Sequence[UUID]) -> int:
    """Return how many of some people have a key."""
    found = 0
    for start in range(0, len(person_ids), _AT_A_TIME):
        query = (
            select(func.count())
            .select_from(_contact)
            .where(
                _contact.c.person_id.in_(person_ids[start : start + _AT_A_TIME]),
                _contact.c.wrapped_key.is_not(None),
            )
        )
        found += int(connection.execute(query).scalar_one())
    return found


def count_fields(connection: Connection, names: Sequence[str]) -> int:
    """Return how many fields of these names there are."""
    query = select(func.count()).select_from(_field).where(_field.c.field.in_(names))
    return int(connection.execute(query).scalar_one())


def ciphertexts_of(connection: Connection, person_id: UUID) -> list[str]:
    """Return the wrapped key and every encrypted value of a person; empty after erasure."""
    mine = select(Contact.id).where(Contact.person_id == person_id).scalar_subquery()
    found: list[str] = []
    for query in (
        select(Contact.wrapped_key).where(
            Contact.person_id == person_id, Contact.wrapped_key.is_not(None)
        ),
        select(_field.c.value_encrypted).where(_field.c.contact_id == mine),
        select(_answer.c.value_encrypted).where(_answer.c.contact_id == mine),
    ):
        found += connection.execute(query).scalars()
    return found


def rewrap_keys(connection: Connection, keys: ContactKeys) -> int:
    """Put all personal keys under the newest key of the ring; return how many were not yet."""
    stale = [
        (contact_id, wrapped)
        for contact_id, wrapped in connection.execute(select(Contact.id, Contact.wrapped_key))
        if wrapped is not None and not keys.ring.is_newest(wrapped)
    ]
    for contact_id, wrapped in stale:
        connection.execute(
            update(_contact)
            .where(_contact.c.id == contact_id, _contact.c.wrapped_key == wrapped)
            .values(wrapped_key=keys.rewrap(contact_id, wrapped))
        )
    return len(stale)


def _unlock(
    connection: Connection, keys: ContactKeys, person_id: UUID, at: datetime
) -> tuple[UUID, KeyRing]:
    """Return the contact of a person and the ring that reads it; make it when there is none."""
    query = select(Contact.id, Contact.wrapped_key).where(Contact.person_id == person_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        contact_id = new_id()
        wrapped = keys.new_wrapped_key(contact_id)
        connection.execute(
            _add_contact.on(connection), _contact_row(contact_id, person_id, wrapped, at)
        )
        # Somebody else may have been first; theirs is the one that stays.
        row = connection.execute(query).one()
    if row.wrapped_key is None:
        raise ContactErasedError(str(person_id))
    return row.id, keys.unwrap(row.id, row.wrapped_key)


def _contact_row(contact_id: UUID, person_id: UUID, wrapped: str, at: datetime) -> dict[str, Any]:
    return {
        "id": contact_id,
        "person_id": person_id,
        "wrapped_key": wrapped,
        "created_at": at,
        "erased_at": None,
    }


def _field_rows(
    keys: ContactKeys, own: KeyRing, contact_id: UUID, fields: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": contact_id,
            "field": name,
            "value_encrypted": own.encrypt(value.encode(), field_cell(contact_id, name)),
            "blind_index": keys.blind_index(name, value),
        }
        for name, value in fields.items()
    ]
