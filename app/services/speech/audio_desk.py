"""Recordings on the site: texts with their clips; one recorded, measured, taken away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from app.delivery.sound import FORMATS, MAX_BYTES
from app.i18n.spoken import SpokenText, unique
from app.questionnaire.model import Bank
from app.questionnaire.source import load_bank
from app.services.accounts.staff import Visit, record
from app.services.content.instruments import StudyFaultsError
from app.services.content.site_texts import study_id, written_in
from app.services.context import ServiceContext
from app.services.speech import audio as clips
from app.services.speech.audio_lists import file_name
from app.services.speech.audio_recording import RecordingFaultsError, take_in
from app.storage import audio as storage
from app.storage.audio import Clip
from app.storage.models import ClipKind

MOST_BYTES = MAX_BYTES
LONGEST_NAME = 80
ENDINGS = tuple(sorted(FORMATS))
_ID = 16
"""Hexadecimal digits of a hash that stand for a text in addresses."""
_KEPT = 8


class Heard(StrEnum):
    """What people hear of a text."""

    NONE = "none"
    STALE = "stale"
    """Nothing: its recording says an earlier text."""
    DRAFT = "draft"
    """A program speaks."""
    RECORDED = "recorded"


class NoSuchSoundError(LookupError):
    """There is no such language or text."""


class UnusableSoundError(Exception):
    """A recording that is not taken; ``faults`` says why, in English."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A clip, without the type of the database."""

    id: str
    speaker: str
    seconds: float
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Sounding:
    """A text that is read aloud, and what people hear of it."""

    id: str
    text: SpokenText
    heard: Heard
    clip: Recorded | None
    """Of a stale text, the recording that says other words."""


@dataclass(frozen=True)
class Soundings:
    """All texts of a language that are read aloud; the same words count once."""

    language: str
    texts: tuple[Sounding, ...]
    seconds: float
    left_over: int
    """Clips of words that nobody is asked today."""

    def one(self, id_: str) -> Sounding:
        """Return a text; raise `NoSuchSoundError`."""
        for text in self.texts:
            if text.id == id_:
                return text
        raise NoSuchSoundError(id_)

    def to_record(self) -> list[Sounding]:
        """Return the texts of which people hear nothing, in the order of the questionnaire."""
        return [one for one in self.texts if one.heard in (Heard.NONE, Heard.STALE)]


def languages(ctx: ServiceContext) -> list[str]:
    """Return the languages in which the study has texts: those it is written in first."""
    catalog = f"*/LC_MESSAGES/{study_id(ctx)}.po"
    translated = sorted(path.parent.parent.name for path in ctx.catalogs.glob(catalog))
    return list(dict.fromkeys([*written_in(ctx), *translated]))


def soundings(ctx: ServiceContext, language: str) -> Soundings:
    """Return what people hear in a language; raise `NoSuchSoundError`."""
    listed = unique(_texts(ctx, language))
    with ctx.databases.research.read() as connection:
        there = storage.list_clips(connection, language)
    by_hash = {one.text_hash: one for one in there}
    wanted = {one.hash for one in listed}
    old = {one.name: one for one in there if one.text_hash not in wanted}
    return Soundings(
        language,
        tuple(_sounding(one, by_hash, old) for one in listed),
        sum(one.seconds for one in there),
        sum(one.text_hash not in wanted for one in there),
    )


def keep_recording(
    ctx: ServiceContext,
    visit: Visit,
    language: str,
    id_: str,
    *,
    content: bytes,
    name: str,
    speaker: str,
) -> Recorded:
    """Take one recording in, in the place of the one that says the same words; return it.

    ``name`` is that of the file, for its ending only.

    Raises
    ------
    NoSuchSoundError
        If there is no such text: it may have changed since the page was made.
    UnusableSoundError
        For what is no sound, silent, cut off, too loud, or another text by its length.
    """
    text = soundings(ctx, language).one(id_).text
    ending = Path(name).suffix.lower()
    if ending not in FORMATS:
        raise UnusableSoundError([f"expected a name ending in {', '.join(ENDINGS)}"])
    if len(content) > MAX_BYTES:
        raise UnusableSoundError([f"is over {MAX_BYTES // 10**6} MB"])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / file_name(text, ending)
        file.write_bytes(content)
        try:
            take_in(
                ctx,
                language,
                [text],
                [file],
                speaker=speaker[:LONGEST_NAME],
                by=visit.email,
                replace=True,
            )
        except RecordingFaultsError as error:
            # Where the file lay concerns nobody.
            raise UnusableSoundError([one.message for one in error.faults]) from error
    kept = soundings(ctx, language).one(id_).clip
    if kept is None:
        raise NoSuchSoundError(id_)
    return kept


def remove_clip(ctx: ServiceContext, visit: Visit, language: str, id_: str) -> None:
    """Take the clip of a text away, for good; raise `NoSuchSoundError` when it has none."""
    found = soundings(ctx, language).one(id_)
    if found.clip is None:
        raise NoSuchSoundError(id_)
    try:
        clips.remove(ctx, language, [found.text], names=[found.text.name], by=visit.email)
    except clips.NoSuchClipError as error:
        raise NoSuchSoundError(id_) from error


def remove_stale(ctx: ServiceContext, visit: Visit, language: str) -> int:
    """Take away what says words that nobody is asked any more; return how many clips.

    What a wave that is not over may read aloud stays.
    """
    count = clips.remove(ctx, language, _texts(ctx, language), stale=True, by=visit.email)
    record(ctx, visit, "audio.stale_removed", f"audio in {language}", {"clips": count})
    return count


def last_speaker(ctx: ServiceContext, visit: Visit, language: str) -> str:
    """Return whose voice this member of staff recorded last in a language; empty when nobody's."""
    with ctx.databases.research.read() as connection:
        there = storage.list_clips(connection, language)
    own = [one for one in there if one.made_by == visit.email and one.kind is ClipKind.RECORDED]
    return max(own, key=lambda one: one.made_at).speaker if own else ""


def _sounding(text: SpokenText, by_hash: Mapping[str, Clip], old: Mapping[str, Clip]) -> Sounding:
    clip = by_hash.get(text.hash)
    if clip is not None:
        heard = Heard.DRAFT if clip.kind is ClipKind.DRAFT else Heard.RECORDED
    else:
        clip = old.get(text.name)
        heard = Heard.NONE if clip is None else Heard.STALE
    shown = None
    if clip is not None:
        shown = Recorded(clip.id.hex, clip.speaker, clip.seconds, clip.made_at, clip.made_by)
    return Sounding(text.hash[:_ID], text, heard, shown)


def _texts(ctx: ServiceContext, language: str) -> list[SpokenText]:
    today = ctx.translations
    of_study = _state(ctx.study.rglob("*.yaml"))
    of_words = _state(today.glob(f"{language}/LC_MESSAGES/*.po"))
    return list(_read(ctx.study, of_study, today, language, of_words))


def _state(files: Iterable[Path]) -> tuple[object, ...]:
    return tuple((str(one), one.stat().st_mtime_ns, one.stat().st_size) for one in sorted(files))


@lru_cache(maxsize=_KEPT)
def _read(
    study: Path,
    of_study: tuple[object, ...],
    translations: Path,
    language: str,
    _of_words: tuple[object, ...],
) -> tuple[SpokenText, ...]:
    """Read the texts of a language once as its files stand."""
    try:
        return tuple(clips.texts_of_bank(_read_bank(study, of_study), language, translations))
    except clips.NoSuchLanguageError as error:
        raise NoSuchSoundError(language) from error


@lru_cache(maxsize=2)
def _read_bank(study: Path, _of: tuple[object, ...]) -> Bank:
    """Read the bank once for all languages: it takes a second."""
    bank, problems = load_bank(study)
    if bank is None:
        raise StudyFaultsError(problems)
    return bank
