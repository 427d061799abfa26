"""People with an address and a phone, and messages on their way to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.messages.channels import Channel
from app.messages.references import Purpose, name_of, return_path
from app.messages.statuses import MessageStatus, Reach
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.messaging.composing_messages import references_key_of
from app.storage import models
from app.storage.messages import NewMessage, add_due, load_message, messages_of_case
from app.storage.people import person_events, reach_of
from app.storage.types import table_of
from tests.integration.outbox.outbox_study import NOON, channel_of, person_of
from tests.integration.storage.builders import draw_case

NAME, EMAIL, PHONE = "Zahra Nooitgenoemd", "zahra@nooitgenoemd.example", "+31600012345"
PERSONAL = ("Zahra", "nooitgenoemd", "600012345")
"""What may stand in no log, no row of research and no output."""


def a_person(ctx: ServiceContext, **fields: str) -> UUID:
    """Return the case of a person who can be written to."""
    with ctx.databases.research.write() as connection:
        case = draw_case(connection)
        person = person_of(connection, case.id)
    given = {"name": NAME, "email": EMAIL, "phone": PHONE} | fields
    contacting.change_contacts(ctx, [(person, given)], at=NOON)
    return case.id


def due(
    ctx: ServiceContext,
    case_id: UUID,
    step: str = "email_1",
    *,
    language: str = "nl",
    text: str = "reminder",
) -> UUID:
    """Put down a message as due and return it."""
    message = NewMessage(case_id, 2024, step, channel_of(step), text, language, NOON)
    with ctx.databases.research.write() as connection:
        add_due(connection, [message], now=NOON)
        return next(one.id for one in messages_of_case(connection, case_id) if one.step == step)


def sent(ctx: ServiceContext, case_id: UUID, step: str = "email_1", **given: Any) -> UUID:
    """Put down a message as sent, a day later for each e-mail before it; return it."""
    message_id = due(ctx, case_id, step, **given)
    table = table_of(models.Message)
    with ctx.databases.research.write() as connection:
        before = len(messages_of_case(connection, case_id))
        values = {
            "status": MessageStatus.SENT,
            "attempts": 1,
            "settled_at": NOON + timedelta(days=before),
        }
        connection.execute(update(table).where(table.c.id == message_id).values(values))
    return message_id


def comes_back(ctx: ServiceContext, message_id: UUID, status: str, action: str = "failed") -> bytes:
    """Return the mail by which a message comes back."""
    path = return_path(message_id, "bounces@survey.example", references_key_of(ctx.settings))
    return f"""Return-Path: <>
Delivered-To: {path}
From: MAILER-DAEMON@{EMAIL.partition("@")[2]}
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<{EMAIL}>: it did not work

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {EMAIL}
Action: {action}
Status: {status}

--b--
""".encode()


def way_out(ctx: ServiceContext, message_id: UUID) -> str:
    """Return the name in the link to opt out of an e-mail."""
    return name_of(message_id, Purpose.OPT_OUT, references_key_of(ctx.settings))


def status_of(ctx: ServiceContext, message_id: UUID) -> tuple[str, str | None]:
    with ctx.databases.research.read() as connection:
        found = load_message(connection, message_id)
    assert found is not None
    return str(found.status), found.reason


def reach(ctx: ServiceContext, case_id: UUID, channel: Channel = Channel.EMAIL) -> Reach | None:
    with ctx.databases.research.read() as connection:
        person = person_of(connection, case_id)
        return reach_of(connection, [person]).get(person, {}).get(channel)


def happened(ctx: ServiceContext, case_id: UUID) -> list[str]:
    with ctx.databases.research.read() as connection:
        events = person_events(connection, person_of(connection, case_id))
    return [str(one.kind) for one in events]
