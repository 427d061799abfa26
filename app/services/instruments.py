"""Publishing a wave's questionnaire, and reading published versions back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection

from app.questionnaire import canonical
from app.questionnaire.compile import compile_wave
from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Instrument
from app.questionnaire.paths import check_paths
from app.questionnaire.source import load_bank
from app.questionnaire.walk import typical_shares
from app.storage import versions
from app.storage.unit_of_work import Databases

logger = logging.getLogger(__name__)

WALKS = 25
"""Random respondents behind "about 57": enough to be right to a page or two."""


class StudyFaultsError(Exception):
    """A study folder with problems; nothing was published."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass
class InstrumentLibrary:
    """Published instruments by version, each read once per process; they never change."""

    _read: dict[str, Instrument] = field(default_factory=dict)
    _typical: dict[tuple[str, bool], Mapping[str, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, connection: Connection, version_id: str) -> Instrument:
        """Return the instrument of a version.

        Raises
        ------
        sqlalchemy.exc.NoResultFound
            If no such version was published.
        """
        found = self._read.get(version_id)
        if found is None:
            stored = versions.load_version(connection, version_id)
            found = self._read[version_id] = canonical.from_json(stored.canonical)
        return found

    def typical(self, version_id: str, *, panel: bool) -> Mapping[str, float]:
        """Return the pages per item of a typical respondent of a version that was read before."""
        key = (version_id, panel)
        with self._lock:
            if key not in self._typical:
                instrument = self._read[version_id]
                self._typical[key] = typical_shares(
                    instrument, panel=panel, walks=WALKS, seed=instrument.wave
                )
        return self._typical[key]


def check_study(folder: Path) -> tuple[Bank | None, list[Problem]]:
    """Return the bank of a study folder, or every problem: files, rules, worked respondents."""
    bank, problems = load_bank(folder)
    if bank is not None:
        problems = check_paths(bank, folder)
    return (None if problems else bank), problems


def load_study(folder: Path) -> Bank:
    """Return the bank of a study folder.

    Raises
    ------
    StudyFaultsError
        With all problems, when there is any.
    """
    bank, problems = check_study(folder)
    if bank is None:
        raise StudyFaultsError(problems)
    return bank


def publish(
    databases: Databases, bank: Bank, wave: int, *, at: datetime, by: str, note: str | None = None
) -> str:
    """Freeze what a wave asks and return its version; publishing the same again changes nothing."""
    instrument = compile_wave(bank, wave)
    text = canonical.to_json(instrument)
    version_id = canonical.version_of(text)
    with databases.research.write() as connection:
        versions.publish_version(
            connection,
            version_id=version_id,
            study=bank.study,
            wave=wave,
            canonical=text,
            languages=list(bank.languages),
            at=at,
            by=by,
            override=note,
        )
    logger.info("published wave %s", wave, extra={"version": version_id})
    return version_id
