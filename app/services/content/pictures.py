"""The pictures of a published questionnaire, as they were checked."""

from __future__ import annotations

from sqlalchemy.exc import NoResultFound

from app.questionnaire.pictures import picture_name
from app.services.context import ServiceContext


def find_picture(ctx: ServiceContext, version: str, name: str) -> str | None:
    """Return a drawing of a version by its name; ``None`` when it has no such."""
    with ctx.databases.research.read() as connection:
        try:
            # This process may not have shown a page of this version yet.
            instrument = ctx.instruments.get(connection, version)
        except NoResultFound:
            return None
    options = [*instrument.confirm, *(one for item in instrument.items for one in item.options)]
    pictures = (one.picture for one in options if one.picture is not None)
    return next((one.svg for one in pictures if picture_name(one) == name), None)
