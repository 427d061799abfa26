"""Answers that belong to the contacts: kept encrypted in the other database, never with the rest.

With enrolment this is the only service that touches the contact tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.questionnaire.answers import decode
from app.questionnaire.model import Instrument, Store
from app.questionnaire.routing import Earlier, Preload
from app.services.context import ServiceContext
from app.storage.contacts import answers as given_answers
from app.storage.contacts.answers import GivenContactAnswer
from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.people import ContactAnswers
from app.storage.contacts.people import save_answers as save_contact_answers
from app.storage.encryption import KeyRing


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


def with_contacts(
    instrument: Instrument, preload: Preload, remembered: Mapping[str, GivenContactAnswer]
) -> Preload:
    """Return a preload with the contact answers of earlier waves added to it."""
    kept = {item.var: item for item in instrument.items if item.store is Store.CONTACT}
    earlier = {
        var: Earlier(decode(kept[var], var, one.value), one.wave)
        for var, one in remembered.items()
        if var in kept
    }
    return Preload({**preload.answers, **earlier}, preload.months)


def _keys(ctx: ServiceContext) -> ContactKeys:
    return ContactKeys(KeyRing(ctx.settings.contact_keys), ctx.settings.contact_index_key)
