"""Letters that the post brought back, by the reference beside their address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from app.messages.statuses import MessageStatus, may_become
from app.services.context import ServiceContext
from app.services.lettering import letters
from app.services.members.people_news import News, Recorded, What, record
from app.storage import print_batches
from app.storage.messages import change_status, load_message
from app.storage.moment import Moment, database_now

_HEXADECIMAL = re.compile("[0-9a-f]+")
_ON_THE_WAY = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.RETURNED)


class NotOursError(Exception):
    """A reference is of no letter that was sent; nothing was written, and nobody is named."""


def returned(
    ctx: ServiceContext, references: Sequence[str], *, by: str, moment: Moment = database_now
) -> Recorded:
    """Say that letters came back, by the reference at the right of the address; all or none.

    The message is "returned", and the person is not written to by letter until there is another
    address. The same reference again changes nothing.

    Raises
    ------
    NotOursError
        If a reference is of no letter that was sent.
    """
    found: list[tuple[UUID, UUID, int]] = []
    with ctx.databases.research.read() as connection:
        for number, reference in enumerate(references, start=1):
            digits = reference.strip().lower().removeprefix("ref.").strip()
            if len(digits) != letters.REFERENCE_DIGITS or not _HEXADECIMAL.fullmatch(digits):
                raise NotOursError(
                    f"reference {number}: expected ten characters, 0 to 9 and a to f"
                )
            known = print_batches.letters_by_reference(connection, digits)
            message = load_message(connection, known[0][0]) if len(known) == 1 else None
            if message is None or message.status not in _ON_THE_WAY:
                raise NotOursError(f"reference {number} is of no letter that was sent")
            found.append(known[0])
    news = [
        News(person_id, What.LETTER_RETURNED, wave=wave, told_by="post")
        for _, person_id, wave in found
    ]
    recorded = record(ctx, news, by=by)
    with ctx.databases.research.write() as connection:
        now = moment(connection)
        for message_id, _, _ in found:
            message = load_message(connection, message_id)
            if message is not None and may_become(message.status, MessageStatus.RETURNED):
                change_status(
                    connection,
                    message_id,
                    message.status,
                    MessageStatus.RETURNED,
                    now,
                    {"by": by},
                    reason="letter_returned",
                )
    return recorded
