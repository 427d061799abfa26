"""Integrated, dispensed, exempt, moved, died: told by a file, each ends further messages."""

from __future__ import annotations

import pytest

from app.messages.channels import Channel
from app.panel.states import PersonStatus
from app.services.context import ServiceContext
from app.services.members.people_news import record
from app.services.members.people_news_file import read_news
from app.storage import people
from tests.builders import WAVE, invite


@pytest.mark.parametrize(
    "what", ["finished", "dispensed", "exempt", "moved_abroad", "deceased", "withdrawn"]
)
def test_status_of_a_register_ends_every_channel(ctx: ServiceContext, what: str) -> None:
    invited = invite(ctx)
    other = invite(ctx)
    file = f"person;what;told_by\n{invited.person_id};{what};register\n".encode()

    once = record(ctx, read_news(ctx, file), by="import")
    again = record(ctx, read_news(ctx, file), by="import")

    assert (once.new, again.new, again.known) == (1, 0, 1)
    with ctx.databases.research.read() as connection:
        standings = people.standings(connection, [invited.person_id, other.person_id])
        open_to = [people.people_open_to(connection, one, wave=WAVE) for one in Channel]
    assert standings[invited.person_id].status == what
    assert standings[other.person_id].status is PersonStatus.ACTIVE
    assert open_to == [{other.person_id}] * len(Channel)
