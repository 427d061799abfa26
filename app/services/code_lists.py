"""The names of a published code list, for the type-ahead."""

from __future__ import annotations

from app.services.context import ServiceContext

PREFIX_LENGTH = 16
"""Of the version in the address of a list: enough to tell versions apart."""


def names_of(ctx: ServiceContext, version: str, name: str, language: str) -> list[str] | None:
    """Return the names in a language, sorted; ``None`` when there is no such list."""
    instrument = ctx.instruments.find(version)
    if instrument is None or language not in instrument.languages:
        return None
    entries = instrument.code_lists.get(name)
    if entries is None:
        return None
    return sorted({name for entry in entries for name in (entry.text[language], *entry.also)})
