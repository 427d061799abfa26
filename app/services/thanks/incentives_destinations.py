"""Where thank-yous go: the only module that reads and writes it, and that of no person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.services.context import ServiceContext
from app.settings import Settings
from app.storage import incentives
from app.storage.contacts import destinations
from app.storage.contacts.keys import ContactKeys
from app.storage.encryption import KeyRing

STALE = timedelta(hours=1)
"""A destination that nothing waits for after so long was left behind by a crash."""


def keep(
    ctx: ServiceContext, incentive_id: UUID, fields: Mapping[str, str], *, at: datetime
) -> None:
    """Keep where one thank-you goes; may be called inside a write unit of research."""
    words = json.dumps(dict(fields), ensure_ascii=False)
    with ctx.databases.contacts.write() as connection:
        destinations.put_destination(connection, _keys(ctx), incentive_id, words, at=at)


def read(ctx: ServiceContext, incentive_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the fields of where thank-yous go, by their ids."""
    with ctx.databases.contacts.read() as connection:
        found = destinations.load_destinations(connection, _keys(ctx), incentive_ids)
    return {one: json.loads(words) for one, words in found.items()}


def destroy(ctx: ServiceContext, incentive_ids: Iterable[UUID]) -> int:
    """Destroy where some thank-yous went; return how many were known."""
    with ctx.databases.contacts.write() as connection:
        return destinations.destroy_destinations(connection, _keys(ctx), incentive_ids)


def destroy_in(connection: Connection, settings: Settings, incentive_ids: Iterable[UUID]) -> int:
    """Do the same in a unit of the contacts that is open: a backup that is being restored."""
    return destinations.destroy_destinations(connection, _keys_of(settings), incentive_ids)


def sweep(ctx: ServiceContext) -> int:
    """Destroy destinations that no thank-you waits for; return how many."""
    with ctx.databases.research.read() as connection:
        wanted = incentives.waiting_ids(connection)
    before = ctx.clock.now() - STALE
    with ctx.databases.contacts.write() as connection:
        return destinations.destroy_all_but(connection, _keys(ctx), wanted, before=before)


def _keys(ctx: ServiceContext) -> ContactKeys:
    return _keys_of(ctx.settings)


def _keys_of(settings: Settings) -> ContactKeys:
    return ContactKeys(KeyRing(settings.contact_keys), settings.contact_index_key)
