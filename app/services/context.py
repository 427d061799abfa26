"""What every use case is given: settings, clock, databases, codes and published instruments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.i18n.edits import FOLDER, current_catalogs
from app.questionnaire.model import Instrument
from app.services.content.instruments import TRANSLATIONS, InstrumentLibrary
from app.services.speech.clip_shelf import ClipShelf
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
    catalogs: Path = TRANSLATIONS
    """The catalogs that come with the program."""
    weigh: Callable[[Instrument], Iterable[Any]] | None = None
    """Weighs the pages of a questionnaire (`readiness.Sizes`). Services know no pages: who puts the
    parts together hands it in, where long work is done."""

    @property
    def edits(self) -> Path | None:
        """Where the site keeps what translators change; ``None`` without a data directory."""
        folder = self.settings.data_dir
        return None if folder is None else folder / FOLDER

    @property
    def translations(self) -> Path:
        """The catalogs as they stand today, with what translators changed on the site."""
        return current_catalogs(self.catalogs, self.edits)

    def month(self, at: datetime) -> str:
        """Return the month ``YYYY-MM`` of a moment, as the panel lives it."""
        return at.astimezone(STUDY_ZONE).strftime("%Y-%m")
