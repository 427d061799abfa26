"""What every use case is given: settings, clock, databases, codes and published instruments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.services.clip_shelf import ClipShelf
from app.services.instruments import InstrumentLibrary
from app.settings import Settings
from app.storage.codes import CodeBook
from app.storage.unit_of_work import Databases

STUDY_ZONE = ZoneInfo("Europe/Amsterdam")
"""The panel lives by this clock; everything is stored in UTC."""


@dataclass(frozen=True)
class ServiceContext:
    """The collaborators of all services, made once by the composition root."""

    settings: Settings
    clock: Clock
    databases: Databases
    codes: CodeBook
    instruments: InstrumentLibrary
    study: Path
    """Folder of the study: its bank, margins, recipes and findings."""
    clips: ClipShelf = field(default_factory=ClipShelf)
    """The read-aloud clips this process knows of."""

    def month(self, at: datetime) -> str:
        """Return the month ``YYYY-MM`` of a moment, as the panel lives it."""
        return at.astimezone(STUDY_ZONE).strftime("%Y-%m")
