"""Words for what people hear of a text, and for what is wrong with a recording."""

from __future__ import annotations

import re

from app.services.speech.audio_desk import Heard
from app.web.respond.words import Translate

BADGES = {
    Heard.NONE: "bad",
    Heard.STALE: "bad",
    Heard.DRAFT: "draft",
    Heard.RECORDED: "open",
}
_TOO_SHORT = re.compile(r"lasts ([\d.]+) seconds, too short.*", re.DOTALL)
_TOO_LONG = re.compile(r"lasts ([\d.]+) seconds, too long.*", re.DOTALL)
_BEFORE = re.compile(r"starts with ([\d.]+) seconds of silence")
_AFTER = re.compile(r"ends with ([\d.]+) seconds of silence")


def heard_words(_: Translate, heard: Heard) -> str:
    """Return what people hear of a text."""
    return {
        Heard.NONE: _("No recording"),
        Heard.STALE: _("Recording of an earlier text"),
        Heard.DRAFT: _("Voice of a program"),
        Heard.RECORDED: _("Recorded"),
    }[heard]


def sound_fault(_: Translate, reason: str) -> str:
    """Return what is wrong with a recording in the reader's words, and what to do about it."""
    if reason == "is silent":
        return _("Nothing is heard. Is the microphone on?")
    if found := _TOO_SHORT.fullmatch(reason):
        return _(
            "It lasts %(seconds)s seconds: too short for this text. Was it cut off?",
            seconds=found[1],
        )
    if found := _TOO_LONG.fullmatch(reason):
        return _(
            "It lasts %(seconds)s seconds: too long for this text. Is it another one?",
            seconds=found[1],
        )
    if found := _BEFORE.fullmatch(reason):
        return _("It starts with %(seconds)s seconds of silence.", seconds=found[1])
    if found := _AFTER.fullmatch(reason):
        return _("It ends with %(seconds)s seconds of silence.", seconds=found[1])
    if reason.startswith("is too loud"):
        return _("It is too loud and distorted. Move away from the microphone.")
    if " MB" in reason or reason.startswith("lasts over"):
        return _("It is too long or too large: at most 3 minutes and 20 MB.")
    return _("This is no sound that can be read. Use WAV, MP3 or OGG.")
