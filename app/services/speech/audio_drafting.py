"""Drafts of clips by a program that speaks, where it speaks the very language."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from app.delivery.sound import as_mp3
from app.delivery.speech import Speech, SpeechError, Voice
from app.i18n.spoken import SpokenText, segments, unique
from app.services.context import ServiceContext
from app.services.speech.audio import hashes_asked, record
from app.storage import audio
from app.storage.audio import Clip
from app.storage.models import ClipKind
from app.storage.types import new_id

AT_A_TIME = 50
"""Clips that are written together: a unit of work stays short, and Ctrl-C loses little."""


class NoVoiceError(Exception):
    """The program has no voice of its own for a language; no other voice takes its place."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of making drafts."""

    made: int
    kept: int
    """Texts that had a clip already."""
    removed: int
    """Drafts of words that nobody asks any more."""
    voice: str


def draft(
    ctx: ServiceContext,
    language: str,
    texts: Sequence[SpokenText],
    *,
    by: str,
    speech: Speech | None = None,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Drafted:
    """Make a draft of every text of a language that has no clip, and take old drafts away.

    A recording is never replaced. ``told`` is called with how many are made, of how many.

    Raises
    ------
    SpeechError
        If the program is not installed or fails at a text, which is named; what was made is kept.
    NoVoiceError
        If it does not speak the language.
    """
    speech = speech or Speech()
    voice = speech.voice(language)
    if voice is None:
        raise NoVoiceError(
            f'{speech.name} has no voice of its own for "{language}": no draft was made,'
            " and no other voice takes its place; have it recorded"
        )
    wanted = unique(texts)
    with ctx.databases.research.read() as connection:
        there = audio.hashes_with_clip(connection, language)
    to_make = [one for one in wanted if one.hash not in there]
    made = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(to_make), AT_A_TIME):
            some = to_make[start : start + AT_A_TIME]
            spoken = list(pool.map(lambda one: _spoken(ctx, speech, voice, one, by), some))
            made += _write(ctx, language, spoken, by=by)
            told(start + len(some), len(to_make))
    removed = _remove_old(ctx, language, {one.hash for one in wanted}, by=by)
    return Drafted(made, len(wanted) - made, removed, voice.name)


def _spoken(
    ctx: ServiceContext, speech: Speech, voice: Voice, text: SpokenText, by: str
) -> tuple[Clip, bytes]:
    try:
        mp3, seconds = as_mp3(speech.say(voice, segments(text.text)))
    except SpeechError as error:
        raise SpeechError(f"{text.place}: {text.name}: {error}") from error
    clip = Clip(
        id=new_id(),
        language=text.language,
        text_hash=text.hash,
        name=text.name,
        kind=ClipKind.DRAFT,
        speaker=voice.name,
        seconds=seconds,
        made_at=ctx.clock.now(),
        made_by=by,
        sha256=hashlib.sha256(mp3).hexdigest(),
        size=len(mp3),
    )
    return clip, mp3


def _write(
    ctx: ServiceContext, language: str, spoken: Sequence[tuple[Clip, bytes]], *, by: str
) -> int:
    with ctx.databases.research.write() as connection:
        audio.begin_edition(connection, language)
        # Somebody may have added recordings while the program spoke.
        there = audio.hashes_with_clip(connection, language)
        fresh = [(clip, mp3) for clip, mp3 in spoken if clip.text_hash not in there]
        for clip, mp3 in fresh:
            audio.add_clip(connection, clip, mp3)
        record(ctx, connection, "audio.drafted", language, by=by, clips=len(fresh))
    return len(fresh)


def _remove_old(ctx: ServiceContext, language: str, wanted: set[str], *, by: str) -> int:
    with ctx.databases.research.write() as connection:
        old: list[UUID] = []
        if any(one.text_hash not in wanted for one in audio.list_clips(connection, language)):
            audio.begin_edition(connection, language)
            kept = wanted | hashes_asked(ctx, connection, language)
            old = [
                one.id
                for one in audio.list_clips(connection, language)
                if one.kind is ClipKind.DRAFT and one.text_hash not in kept
            ]
            audio.remove_clips(connection, old)
        if old:
            record(ctx, connection, "audio.removed", language, by=by, clips=len(old))
    return len(old)
