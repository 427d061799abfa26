"""Clips for a site: short tones in the place of a voice."""

from __future__ import annotations

import hashlib
from functools import cache
from uuid import UUID, uuid4

import numpy as np

from app.delivery.sound import Samples, as_mp3
from app.i18n.spoken import text_hash
from app.services.context import ServiceContext
from app.storage import audio
from app.storage.models import ClipKind

SECONDS = 0.4


@cache
def tone() -> bytes:
    rate = 22_050
    wave = np.sin(np.arange(int(SECONDS * rate)) * 2 * np.pi * 440 / rate) / 4
    return as_mp3(Samples(wave, rate))[0]


def record(
    ctx: ServiceContext, language: str, *texts: str, kind: ClipKind = ClipKind.RECORDED
) -> dict[str, UUID]:
    """Give each text a clip; returns their ids by text."""
    ids = {text: uuid4() for text in texts}
    with ctx.databases.research.write() as connection:
        audio.begin_edition(connection, language)
        for text, clip_id in ids.items():
            clip = audio.Clip(
                id=clip_id,
                language=language,
                text_hash=text_hash(text),
                name=text,
                kind=kind,
                speaker="a tone",
                seconds=SECONDS,
                made_at=ctx.clock.now(),
                made_by="test",
                sha256=hashlib.sha256(tone()).hexdigest(),
                size=len(tone()),
            )
            audio.add_clip(connection, clip, tone())
    return ids
