"""Answers that belong to the contacts: kept encrypted in the other database, never with the rest.

With enrolment this is the only service that touches the contact tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.questionnaire.answers import decode
from app.questionnaire.model import Instrument, Store
from app.questionnaire.routing import Earlier, Preload
from app.services.context import ServiceContext
from app.storage.contacts import answers as given_answers
from app.storage.contacts import people
from app.storage.contacts.answers import GivenContactAnswer
from app.storage.contacts.keys import SEARCHABLE, ContactKeys
from app.storage.contacts.people import ContactAnswers
from app.storage.contacts.people import save_answers as save_contact_answers
from app.storage.contacts.printing import load_fields_of
from app.storage.encryption import KeyRing

LIKENESS = "likeness"
"""Field with a keyed hash of name, address and year of birth as imported: says nothing to people,
and finds nobody again who moved."""
CODE = "code:"
"""Begins the field that keeps the code of a wave until the wave closes, for reminders."""
ON_LETTERS = (
    "name", "street", "house_number", "house_letter", "house_addition", "house_indication",
    "location", "postcode", "city", "country",
)  # fmt: skip
_DIGITS_OF_A_NUMBER = 9


def save_answers(
    ctx: ServiceContext,
    person_id: UUID,
    wave: int,
    texts: Mapping[str, str],
    revision: int,
    op_id: str,
    at: datetime,
) -> None:
    """Keep contact answers of a person in a wave; the same operation again changes nothing."""
    page = ContactAnswers(wave, revision, op_id, at, texts)
    with ctx.databases.contacts.write() as connection:
        save_contact_answers(connection, _keys(ctx), person_id, page)


def load_answers(
    ctx: ServiceContext, person_id: UUID, wave: int
) -> tuple[dict[str, GivenContactAnswer], dict[str, GivenContactAnswer]]:
    """Return this wave's contact answers, and the latest of earlier waves, by variable."""
    with ctx.databases.contacts.read() as connection:
        listed = given_answers.answers_of(connection, _keys(ctx), person_id)
    given = {one.variable: one for one in listed if one.wave == wave}
    # Listed by wave: a later one replaces an earlier one.
    remembered = {one.variable: one for one in listed if one.wave < wave}
    return given, remembered


def contact_of(ctx: ServiceContext, person_id: UUID) -> dict[str, str]:
    """Return the contact details of a person, without the codes of waves."""
    with ctx.databases.contacts.read() as connection:
        known = people.load_fields(connection, _keys(ctx), person_id)
    return {
        name: value
        for name, value in known.items()
        if not name.startswith(CODE) and name != LIKENESS
    }


def addressees_of(
    ctx: ServiceContext, person_ids: Sequence[UUID], wave: int
) -> dict[UUID, dict[str, str]]:
    """Return what a letter to each person needs: name, address, and the code of a wave."""
    names = (*ON_LETTERS, f"{CODE}{wave}")
    with ctx.databases.contacts.read() as connection:
        return load_fields_of(connection, _keys(ctx), person_ids, names)


def change_contacts(
    ctx: ServiceContext,
    changes: Sequence[tuple[UUID, Mapping[str, str | None]]],
    *,
    at: datetime,
) -> None:
    """Set fields of people, and take out those that are ``None``; all or nothing."""
    if not changes:
        return
    keys = _keys(ctx)
    with ctx.databases.contacts.write() as connection:
        for person_id, fields in changes:
            given = {name: value for name, value in fields.items() if value is not None}
            people.put_fields(connection, keys, person_id, given, at=at)
            gone = [LIKENESS, *(one for one in fields if one not in given)]
            people.drop_fields(connection, person_id, gone)


def keep_code(
    ctx: ServiceContext, person_id: UUID, wave: int, code: str | None, *, at: datetime
) -> None:
    """Keep the code that letters of a wave bear; ``None`` takes it out."""
    name = f"{CODE}{wave}"
    with ctx.databases.contacts.write() as connection:
        if code is None:
            people.drop_fields(connection, person_id, [name])
        else:
            people.put_fields(connection, _keys(ctx), person_id, {name: code}, at=at)


def everything_of(ctx: ServiceContext, person_id: UUID) -> tuple[dict[str, str], list[str]]:
    """Return all fields of a person, codes too, and every ciphertext and key that is kept.

    For whoever looks afterwards whether they are gone: the first are what a reader would know the
    person by, the second what stands in the files.
    """
    with ctx.databases.contacts.read() as connection:
        known = people.load_fields(connection, _keys(ctx), person_id)
        return known, people.ciphertexts_of(connection, person_id)


def contact_answers_of(ctx: ServiceContext, person_id: UUID) -> list[GivenContactAnswer]:
    """Return the contact answers of a person over all waves, by wave."""
    with ctx.databases.contacts.read() as connection:
        return given_answers.answers_of(connection, _keys(ctx), person_id)


def erase_contact(ctx: ServiceContext, person_id: UUID, *, at: datetime) -> bool:
    """Destroy the key of a person and all it reads; tell whether there was anything."""
    with ctx.databases.contacts.write() as connection:
        return people.erase(connection, person_id, at=at)


def erase_contacts_in(connection: Connection, moments: Mapping[UUID, datetime]) -> dict[UUID, bool]:
    """Do the same for people in a unit that is open, each as of a moment: a restored database."""
    return {one: people.erase(connection, one, at=at) for one, at in moments.items()}


def erase_contacts(ctx: ServiceContext, person_ids: Sequence[UUID], *, at: datetime) -> int:
    """Destroy the keys of people and all they read; return of how many there was anything."""
    with ctx.databases.contacts.write() as connection:
        return people.erase_all(connection, person_ids, at=at)


def count_contacts(ctx: ServiceContext, person_ids: Sequence[UUID]) -> int:
    """Return of how many people there is a key."""
    with ctx.databases.contacts.read() as connection:
        return people.count_keys(connection, person_ids)


def count_fields(ctx: ServiceContext, names: Sequence[str]) -> int:
    """Return how many fields of these names there are, of anybody."""
    with ctx.databases.contacts.read() as connection:
        return people.count_fields(connection, names)


def nothing_kept_of(ctx: ServiceContext, person_id: UUID) -> bool:
    """Tell whether the contact database holds no key, field or answer of a person."""
    with ctx.databases.contacts.read() as connection:
        return not people.ciphertexts_of(connection, person_id)


def find_by_contact(ctx: ServiceContext, field: str, value: str) -> list[UUID]:
    """Return the people with an e-mail address, a phone number or another searchable field."""
    with ctx.databases.contacts.read() as connection:
        return people.find_people(connection, _keys(ctx), field, value)


def people_with_same_contact(
    ctx: ServiceContext, person_ids: Sequence[UUID], wave: int
) -> dict[UUID, list[UUID]]:
    """Return, for people who left an e-mail address or phone number in a wave, who else has it.

    Looks at the contact details of the panel and at what these people left themselves.
    """
    keys = _keys(ctx)
    left: dict[tuple[str, int | None, str], list[UUID]] = {}
    alike: dict[UUID, list[UUID]] = {}
    with ctx.databases.contacts.read() as connection:
        for person_id in person_ids:
            for one in given_answers.answers_of(connection, keys, person_id):
                field = _searchable_field(one.value)
                if one.wave != wave or field is None:
                    continue
                form = SEARCHABLE[field](one.value)
                others = left.setdefault((field, keys.blind_index(field, form), form), [])
                known = people.find_people(connection, keys, field, one.value)
                for other in (*known, *others):
                    if other != person_id:
                        alike.setdefault(person_id, []).append(other)
                        if other in others:
                            alike.setdefault(other, []).append(person_id)
                others.append(person_id)
    return alike


def _searchable_field(value: str) -> str | None:
    """The field a contact answer belongs in, by its looks: questionnaires name theirs freely."""
    if "@" in value:
        return "email"
    digits = sum(one.isdigit() for one in value)
    return "phone" if digits >= _DIGITS_OF_A_NUMBER and digits > len(value) // 2 else None


def with_contacts(
    instrument: Instrument, preload: Preload, remembered: Mapping[str, GivenContactAnswer]
) -> Preload:
    """Return a preload with the contact answers of earlier waves added to it."""
    kept = {item.var: item for item in instrument.items if item.store is Store.CONTACT}
    earlier = {
        var: Earlier(decode(kept[var], var, one.value), one.wave)
        for var, one in remembered.items()
        if var in kept and one.wave >= preload.left_out.get(var, one.wave)
    }
    return replace(preload, answers={**preload.answers, **earlier})


def _keys(ctx: ServiceContext) -> ContactKeys:
    return ContactKeys(KeyRing(ctx.settings.contact_keys), ctx.settings.contact_index_key)
