"""The names of a published code list, for the type-ahead."""

from __future__ import annotations

from sqlalchemy.exc import NoResultFound

from app.questionnaire.code_lists import offered_names
from app.services.context import ServiceContext


def names_of(ctx: ServiceContext, version: str, name: str, language: str) -> list[str] | None:
    """Return the names in a language, sorted; ``None`` when there is no such list."""
    with ctx.databases.research.read() as connection:
        try:
            # This process may not have shown a page of this version yet.
            instrument = ctx.instruments.get(connection, version)
        except NoResultFound:
            return None
    entries = instrument.code_lists.get(name)
    if entries is None or language not in instrument.languages:
        return None
    return offered_names(entries, language)
