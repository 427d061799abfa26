"""An e-mail address or phone number given as an answer becomes the one that messages go to.

The answer itself stays what it is, a contact answer of that wave. Without this a person would tell
the questionnaire of a new number, and the next reminder would go to the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection

from app.panel.sample_file_cells import CellError, a_phone, an_email
from app.questionnaire.model import Item, Missing, Value
from app.services.context import ServiceContext
from app.services.members.people_news import News, What, record_in

SELF = "self"
_PERSON = "person"


def details_in(item: Item, given: Mapping[str, Value]) -> dict[str, str]:
    """Return the contact detail that an answer is, ``email`` or ``phone``, in one form.

    Empty for other questions, for who would not say, and for what is neither: a person may write
    "call my sister", which is kept as an answer and not dialled.
    """
    told = given.get(item.var) if item.reaches else None
    if not isinstance(told, str) or isinstance(told, Missing):
        return {}
    text = told.strip()
    name, check = ("email", an_email) if "@" in text else ("phone", a_phone)
    try:
        return {name: check(text)}
    except CellError:
        return {}


def note_details(
    ctx: ServiceContext,
    connection: Connection,
    person_id: UUID,
    wave: int,
    fields: Mapping[str, str],
    op_id: str,
) -> None:
    """Let messages go there from now on, in the unit of work that saves the answer.

    The operation of the page is kept with it: the same page sent again changes nothing.
    """
    if fields:
        news = News(
            person_id,
            What.CONTACT_CHANGED,
            wave=wave,
            fields=fields,
            told_by=_PERSON,
            # Pages have the same name in every wave.
            operation=f"{wave} {op_id}",
        )
        record_in(ctx, connection, [news], by=SELF)
