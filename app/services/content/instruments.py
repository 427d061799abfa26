"""Publishing a wave's questionnaire, and reading published versions back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection

import app
from app.i18n.catalogs import catalog_path
from app.i18n.study_catalogs import StudyCatalog, read_study_catalog, translated
from app.messages.texts import read_message_texts
from app.questionnaire import canonical
from app.questionnaire.code_frames import load_code_frames
from app.questionnaire.compile import compile_wave
from app.questionnaire.document import Problem, by_place
from app.questionnaire.model import Bank, Instrument
from app.questionnaire.paths import check_paths
from app.questionnaire.source import load_bank
from app.questionnaire.walk import typical_shares
from app.services.content.study_calendar import OfferedLanguage, read_offered_languages
from app.storage import versions
from app.storage.unit_of_work import Databases

logger = logging.getLogger(__name__)

TRANSLATIONS = Path(app.__file__).resolve().parents[1] / "translations"
"""The catalogs that come with the program."""
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

    def keep(self, version_id: str, instrument: Instrument) -> None:
        """Keep an instrument that is not published (yet) under the version it would be.

        A version is the hash of its instrument, so this can stand in no other one's place.
        """
        self._read.setdefault(version_id, instrument)

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


def check_study(
    folder: Path, translations: Path = TRANSLATIONS
) -> tuple[Bank | None, list[Problem]]:
    """Return the bank of a study folder, in every language that its waves are asked in.

    Or every problem: files, rules, paths, code frames, messages, and texts without a translation.
    The bank is written in some languages; the others come from the catalogs in ``translations``.
    """
    bank, problems = load_bank(folder)
    if bank is not None:
        _, of_frames = load_code_frames(bank, folder)
        _, of_messages = read_message_texts(folder, bank.languages)
        problems = by_place([*check_paths(bank, folder), *of_frames, *of_messages])
        offered, of_plans = read_offered_languages(folder, bank.waves)
        problems += of_plans
        if {one.code for one in offered} - {*bank.languages}:
            bank, _ = load_bank(folder, named_in=[one.code for one in offered])
        if bank is not None:
            bank, of_catalogs = _with_translations(bank, offered, translations)
            problems += of_catalogs
    return (None if problems else bank), problems


def _with_translations(
    bank: Bank, offered: Sequence[OfferedLanguage], translations: Path
) -> tuple[Bank, list[Problem]]:
    """Return the bank in the languages of its waves, and why some of them cannot be shown."""
    catalogs: dict[str, StudyCatalog] = {}
    problems: list[Problem] = []
    for code in dict.fromkeys(one.code for one in offered if one.code not in bank.languages):
        catalog, of_catalog = read_study_catalog(translations, bank.study, code)
        problems += of_catalog
        if catalog is not None:
            catalogs[code] = catalog
        elif not catalog_path(translations, code, bank.study).exists():
            # One that is there and cannot be read has said so itself, with its line.
            problems += [
                Problem(one.place, f"wave {one.year} is asked in {code}, which has no catalog")
                for one in offered
                if one.code == code
            ]
    waves: dict[int, tuple[str, ...]] = {}
    for one in offered:
        waves[one.year] = (*waves.get(one.year, ()), one.code)
    bank, missing = translated(bank, catalogs, waves)
    return bank, [*problems, *missing]


def load_study(folder: Path, translations: Path = TRANSLATIONS) -> Bank:
    """Return the bank of a study folder, in every language that its waves are asked in.

    Raises
    ------
    StudyFaultsError
        With all problems, when there is any.
    """
    bank, problems = check_study(folder, translations)
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
            languages=list(instrument.languages),
            at=at,
            by=by,
            override=note,
        )
    logger.info("published wave %s", wave, extra={"version": version_id})
    return version_id
