"""From settings to what the services need: for the web, the commands and the tests alike."""

from __future__ import annotations

from pathlib import Path

import app
from app.clock import Clock, SystemClock
from app.services.content.instruments import InstrumentLibrary
from app.services.context import ServiceContext
from app.settings import Settings
from app.storage.codes import CodeBook
from app.storage.unit_of_work import open_databases

STUDY = Path(app.__file__).resolve().parents[1] / "surveys" / "perspectief"
"""The study that ships with the program."""


def make_context(
    settings: Settings,
    clock: Clock | None = None,
    *,
    study: Path = STUDY,
    pool_size: int = 8,
) -> ServiceContext:
    """Return the services' collaborators; nothing is connected yet."""
    return ServiceContext(
        settings=settings,
        clock=clock or SystemClock(),
        databases=open_databases(settings.database_url, settings.contacts_url, pool_size=pool_size),
        codes=CodeBook(settings.code_keys, settings.argon2),
        instruments=InstrumentLibrary(),
        study=study,
    )
