"""By which channels people could be written to, as far as their contact details go.

Reads the names of fields only: that there is an e-mail address, never which.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from app.messages.channels import Channel
from app.services.context import ServiceContext
from app.storage.contacts.fields import forget_field, people_having

_NEEDED: dict[Channel, tuple[tuple[str, ...], ...]] = {
    # A location (a farm, a boat, a reception centre) may stand in the place of a street.
    Channel.LETTER: (("name",), ("street", "location"), ("city",)),
    Channel.EMAIL: (("name",), ("email",)),
    Channel.SMS: (("phone",),),
}
"""Of each group of fields a channel needs one."""


def channels_of(ctx: ServiceContext, people: Sequence[UUID]) -> dict[Channel, set[UUID]]:
    """Return, for each channel, which of some people have an address, e-mail or number for it."""
    fields = {name for groups in _NEEDED.values() for group in groups for name in group}
    with ctx.databases.contacts.read() as connection:
        having = people_having(connection, people, fields)
    return {channel: _all_of(groups, having) for channel, groups in _NEEDED.items()}


def fields_known(ctx: ServiceContext, person_id: UUID, names: Collection[str]) -> frozenset[str]:
    """Return which of some contact details of a person there are; nothing is decrypted."""
    with ctx.databases.contacts.read() as connection:
        having = people_having(connection, [person_id], names)
    return frozenset(name for name, people in having.items() if people)


def people_with_code(ctx: ServiceContext, people: Sequence[UUID], wave: int) -> set[UUID]:
    """Return whose code of a wave can still be printed."""
    name = code_field(wave)
    with ctx.databases.contacts.read() as connection:
        return people_having(connection, people, [name])[name]


def forget_codes(ctx: ServiceContext, wave: int) -> int:
    """Destroy the printable codes of a wave that is over; return how many there were."""
    with ctx.databases.contacts.write() as connection:
        return forget_field(connection, code_field(wave))


def code_field(wave: int) -> str:
    """Return the name of the field that keeps the code of a wave."""
    return f"code:{wave}"


def _all_of(groups: Collection[tuple[str, ...]], having: dict[str, set[UUID]]) -> set[UUID]:
    each = [set[UUID]().union(*(having[name] for name in group)) for group in groups]
    return set.intersection(*each)
