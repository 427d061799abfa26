"""Recordings by people: matched to texts, listened to by measure, taken in all or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from app.delivery.sound import Measures, NotSoundError, as_mp3, measure, read_file
from app.i18n.spoken import SpokenText, segments
from app.services.context import ServiceContext
from app.services.speech.audio import record
from app.services.speech.audio_lists import Fault, Found, match_files
from app.storage import audio
from app.storage.audio import Clip
from app.storage.models import ClipKind
from app.storage.types import new_id

FASTEST = 0.03
"""Seconds a letter: the drafts take 0.06 to 0.27 by language, at 140 words a minute. Half of the
fastest is no reading but a recording that was cut off, or of another text."""
SLOWEST = 0.4
PATIENCE = 4.0
"""Seconds that come on top: one word alone is said slowly, and a pause is one."""
MOST_SILENCE = 2.0
"""Seconds before or after the words; who listens thinks that nothing happens."""
MOST_CLIPPED = 0.002


class RecordingFaultsError(Exception):
    """Files that are not taken, each with the reason; nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of taking recordings in."""

    added: int
    drafts_replaced: int
    recordings_replaced: int
    seconds: float
    bytes: int


def take_in(
    ctx: ServiceContext,
    language: str,
    texts: Sequence[SpokenText],
    files: Sequence[Path],
    *,
    speaker: str,
    by: str,
    replace: bool = False,
) -> TakenIn:
    """Take in recordings of texts of a language, and return what that changed.

    Parameters
    ----------
    texts
        Those of the language today, from `app.services.speech.audio.texts_to_speak`.
    files
        Sound files named for their text, or CSV lists of a file and the name of its text.
    replace
        A text that has a recording gets this one instead.

    Raises
    ------
    RecordingFaultsError
        With everything that stands against any of the files; then none is taken.
    """
    found, faults = match_files(files, texts)
    with ctx.databases.research.read() as connection:
        _, doubled = _replaced(connection, language, found, replace=replace)
    faults += doubled
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        heard = list(pool.map(_heard, found))
    faults += [fault for one in heard for fault in one.faults]
    if faults:
        raise RecordingFaultsError(faults)
    with ctx.databases.research.write() as connection:
        audio.begin_edition(connection, language)
        # Once more: a colleague may have added some while these were listened to.
        replaced, doubled = _replaced(connection, language, found, replace=replace)
        if doubled:
            raise RecordingFaultsError(doubled)
        for one, clip in zip(found, heard, strict=True):
            audio.add_clip(connection, _clip(ctx, one.text, clip, speaker, by), clip.mp3)
        record(ctx, connection, "audio.added", language, by=by, clips=len(found))
    return TakenIn(
        added=len(found),
        drafts_replaced=replaced.count(ClipKind.DRAFT),
        recordings_replaced=replaced.count(ClipKind.RECORDED),
        seconds=sum(one.seconds for one in heard),
        bytes=sum(len(one.mp3) for one in heard),
    )


def _replaced(
    connection: Connection, language: str, found: Sequence[Found], *, replace: bool
) -> tuple[list[ClipKind], list[Fault]]:
    """The kinds of clips that would go, and the recordings among them that nobody said may go."""
    kind_of = {one.text_hash: one.kind for one in audio.list_clips(connection, language)}
    doubled = [
        Fault(one.where, f'"{one.text.name}" has a recording; use --replace')
        for one in found
        if not replace and kind_of.get(one.text.hash) is ClipKind.RECORDED
    ]
    return [kind_of[one.text.hash] for one in found if one.text.hash in kind_of], doubled


@dataclass(frozen=True, slots=True)
class _Heard:
    mp3: bytes = b""
    seconds: float = 0.0
    faults: tuple[Fault, ...] = ()


def _heard(found: Found) -> _Heard:
    try:
        samples = read_file(found.path)
    except NotSoundError as error:
        return _Heard(faults=(Fault(found.where, str(error)),))
    wrong = faults_of(measure(samples), found.text.text)
    if wrong:
        return _Heard(faults=tuple(Fault(found.where, one) for one in wrong))
    return _Heard(*as_mp3(samples))


def faults_of(found: Measures, text: str) -> list[str]:
    """Return what is wrong with a recording of a text, as far as can be measured."""
    if found.spoken == 0:
        return ["is silent"]
    said = segments(text)
    letters = sum(map(len, said))
    faults = []
    if found.spoken < letters * FASTEST:
        faults.append(
            f"lasts {found.spoken:.1f} seconds, too short for {letters} letters:"
            " cut off, or another text?"
        )
    if found.spoken > letters * SLOWEST + PATIENCE * len(said):
        faults.append(
            f"lasts {found.spoken:.1f} seconds, too long for {letters} letters: another text?"
        )
    if found.before > MOST_SILENCE:
        faults.append(f"starts with {found.before:.1f} seconds of silence")
    if found.after > MOST_SILENCE:
        faults.append(f"ends with {found.after:.1f} seconds of silence")
    if found.clipped > MOST_CLIPPED:
        faults.append(f"is too loud: {found.clipped:.1%} of it is clipped")
    return faults


def _clip(ctx: ServiceContext, text: SpokenText, heard: _Heard, speaker: str, by: str) -> Clip:
    return Clip(
        id=new_id(),
        language=text.language,
        text_hash=text.hash,
        name=text.name,
        kind=ClipKind.RECORDED,
        speaker=speaker,
        seconds=heard.seconds,
        made_at=ctx.clock.now(),
        made_by=by,
        sha256=hashlib.sha256(heard.mp3).hexdigest(),
        size=len(heard.mp3),
    )
