"""Read aloud: which clips a page has, the sound of one, and how far a language is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from app.i18n.catalogs import catalog_path, read_catalog
from app.i18n.spoken import (
    SpokenText,
    instrument_hashes,
    interface_texts,
    study_texts,
    unique,
)
from app.i18n.study_catalogs import read_study_catalog, translated
from app.panel.states import WaveStatus
from app.questionnaire.model import Bank, Place
from app.questionnaire.source import load_bank
from app.services.content.instruments import TRANSLATIONS, StudyFaultsError
from app.services.context import ServiceContext
from app.storage import audio, audit, waves
from app.storage.audio import Clip, ClipRef, Sound
from app.storage.models import ClipKind
from app.storage.open_answers import versions_in_use
from app.storage.unit_of_work import Database

INTERFACE_CATALOG = "messages"
"""The catalog of what respondents read beside the questions."""

_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)


class NoSuchLanguageError(Exception):
    """Nothing is asked in a language."""


class NoSuchClipError(Exception):
    """A text has no clip that could be removed."""


def clips(ctx: ServiceContext, language: str, hashes: Iterable[str]) -> dict[str, ClipRef]:
    """Return the clips of some texts in a language, by `app.i18n.spoken.text_hash` of each.

    Texts without a clip are left out. Costs one look at the edition of the language; who shows a
    page in two languages asks twice.
    """
    with ctx.databases.research.read() as connection:
        known = ctx.clips.get(connection, language)
    return {one: known[one] for one in hashes if one in known}


def find_sound(ctx: ServiceContext, clip_id: UUID) -> Sound | None:
    """Return the sound of a clip, or ``None``."""
    with ctx.databases.research.read() as connection:
        return audio.find_sound(connection, clip_id)


@dataclass(frozen=True, slots=True)
class AudioCoverage:
    """Which texts of a language can be heard; every text is in one of four."""

    language: str
    recorded: tuple[SpokenText, ...]
    draft: tuple[SpokenText, ...]
    stale: tuple[SpokenText, ...]
    """A clip of this name says other words: the text changed since."""
    none: tuple[SpokenText, ...]


def audio_coverage(database: Database, language: str, texts: Sequence[SpokenText]) -> AudioCoverage:
    """Return how far a language is: ``database`` is that of the research.

    ``texts`` are those of the language, from `spoken_texts`; each carries its place.
    """
    with database.read() as connection:
        there = audio.list_clips(connection, language)
    return _covered(language, texts, there)


def spoken_texts(
    bank: Bank, language: str, translations: Path = TRANSLATIONS, *, interface: bool = True
) -> list[SpokenText]:
    """Return what is read aloud in a language, with the place of each text.

    ``bank`` holds its translations already (`instruments.check_study`); of one wave,
    `app.questionnaire.compile.asked_in` gives its part. Raises `CatalogError` for a malformed
    catalog of the interface.
    """
    places: dict[str, Place] = {}
    if language not in bank.languages:
        catalog, _ = read_study_catalog(translations, bank.study, language)
        if catalog is not None:
            places = {name: catalog.place(name) for name in catalog.entries}
    found = study_texts(bank, language, places)
    path = catalog_path(translations, language, INTERFACE_CATALOG)
    if interface and path.exists():
        found += interface_texts(read_catalog(path), language, path)
    return found


def texts_to_speak(
    study: Path, language: str, translations: Path = TRANSLATIONS
) -> list[SpokenText]:
    """Return everything that is read aloud in a language, as far as it is translated today.

    What has no translation, or a stale one, is left out: its words are still to come. Faults of
    another language are no hindrance.

    Raises
    ------
    StudyFaultsError
        If the bank cannot be read.
    NoSuchLanguageError
        If neither bank nor translators have the language.
    """
    bank, problems = load_bank(study)
    if bank is None:
        raise StudyFaultsError(problems)
    return texts_of_bank(bank, language, translations)


def texts_of_bank(bank: Bank, language: str, translations: Path = TRANSLATIONS) -> list[SpokenText]:
    """Return the same of a bank as it is written; raise `NoSuchLanguageError`."""
    if language not in bank.languages:
        catalog, _ = read_study_catalog(translations, bank.study, language)
        if catalog is None:
            raise NoSuchLanguageError(f'the study has no texts in "{language}"')
        asked_in_it = dict.fromkeys(bank.waves, (*bank.languages, language))
        bank, _ = translated(bank, {language: catalog}, asked_in_it)
    return spoken_texts(bank, language, translations)


def languages(study: Path, translations: Path = TRANSLATIONS) -> list[str]:
    """Return the languages in which a study has texts; raise `StudyFaultsError`."""
    bank, problems = load_bank(study)
    if bank is None:
        raise StudyFaultsError(problems)
    translated_to = sorted(
        path.parent.parent.name for path in translations.glob(f"*/LC_MESSAGES/{bank.study}.po")
    )
    return list(dict.fromkeys([*bank.languages, *translated_to]))


@dataclass(frozen=True, slots=True)
class AudioStatus:
    """How far a language is: texts by their wording, so that a "Ja" counts once."""

    coverage: AudioCoverage
    texts: int
    bytes: int
    seconds: float
    left_over: int
    """Clips of words that are not asked today; a wave in the field may still ask them."""


def status(ctx: ServiceContext, language: str, texts: Sequence[SpokenText]) -> AudioStatus:
    """Return how far a language is."""
    listed = unique(texts)
    with ctx.databases.research.read() as connection:
        there = audio.list_clips(connection, language)
    wanted = {one.hash for one in listed}
    return AudioStatus(
        coverage=_covered(language, listed, there),
        texts=len(listed),
        bytes=sum(one.size for one in there),
        seconds=sum(one.seconds for one in there),
        left_over=sum(one.text_hash not in wanted for one in there),
    )


def remove(
    ctx: ServiceContext,
    language: str,
    texts: Sequence[SpokenText],
    *,
    drafts: bool = False,
    stale: bool = False,
    names: Collection[str] = (),
    by: str,
) -> int:
    """Remove clips for good and return how many.

    Parameters
    ----------
    texts
        Those of the language today, from `texts_to_speak`.
    drafts
        Remove all drafts.
    stale
        Remove what says other words than today's, but not what a wave that is not over may read.
    names
        Remove the clips of these texts.

    Raises
    ------
    NoSuchClipError
        If one of the names has no clip; nothing is removed.
    """
    hash_of = {one.name: one.hash for one in texts}
    with ctx.databases.research.write() as connection:
        audio.begin_edition(connection, language)
        there = audio.list_clips(connection, language)
        asked = hashes_asked(ctx, connection, language) | set(hash_of.values()) if stale else set()
        # By its words first: a text may share the clip of another that says the same.
        named = {
            name: [one for one in there if one.text_hash == hash_of.get(name) or one.name == name]
            for name in names
        }
        if lacking := sorted(name for name, found in named.items() if not found):
            raise NoSuchClipError(f"no clip of: {', '.join(lacking)}")
        gone = {one.id for found in named.values() for one in found}
        gone |= {one.id for one in there if drafts and one.kind is ClipKind.DRAFT}
        gone |= {one.id for one in there if stale and one.text_hash not in asked}
        audio.remove_clips(connection, gone)
        record(ctx, connection, "audio.removed", language, by=by, clips=len(gone))
    return len(gone)


def hashes_asked(ctx: ServiceContext, connection: Connection, language: str) -> set[str]:
    """Return what the waves that are not over may read aloud, by the versions they were shown.

    The words of the bank may have moved on meanwhile; people who began in them go on in them.
    """
    going = [one for one in waves.list_waves(connection) if one.status not in _OVER]
    versions = {one.version_id for one in going if one.version_id is not None}
    versions.update(versions_in_use(connection, [one.year for one in going]))
    asked = (ctx.instruments.get(connection, version) for version in versions)
    return {one for instrument in asked for one in instrument_hashes(instrument, language)}


def record(
    ctx: ServiceContext,
    connection: Connection,
    action: str,
    language: str,
    *,
    by: str,
    **counts: int,
) -> None:
    """Put on record what was done to the clips of a language, and on whose word."""
    audit.append_audit(
        connection,
        at=ctx.clock.now(),
        staff_id=None,
        action=action,
        subject=f"audio in {language}",
        detail={"by": by, **counts},
    )


def _covered(language: str, texts: Sequence[SpokenText], there: Sequence[Clip]) -> AudioCoverage:
    kind_of = {clip.text_hash: clip.kind for clip in there}
    wanted = {one.hash for one in texts}
    old = {clip.name for clip in there if clip.text_hash not in wanted}
    sorted_: dict[str, list[SpokenText]] = {"recorded": [], "draft": [], "stale": [], "none": []}
    for one in texts:
        kind = kind_of.get(one.hash)
        sorted_[kind or ("stale" if one.name in old else "none")].append(one)
    return AudioCoverage(language, **{name: tuple(found) for name, found in sorted_.items()})
