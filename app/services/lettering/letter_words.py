"""The words on a letter: of one text of a study, in every language it is sent in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.dates import format_date

from app.delivery.letters.sheet import Sheet, Spoken
from app.i18n.locales import language
from app.messages.channels import Channel
from app.messages.envelopes import Envelope, read_envelopes
from app.messages.sender import Sender, read_sender
from app.messages.sms_text import shown_address
from app.messages.texts import MessageTexts
from app.questionnaire.document import Problem
from app.services.content.study_calendar import read_wave_plan
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.messaging.message_texts import load_message_texts
from app.storage.waves import Wave

DUTCH = "nl"
MARK = "VERZONNEN GEGEVENS, NIET VERSTUREN · SYNTHETIC DATA, DO NOT SEND"
_INSERTION = re.compile(r"\{(\w+)\}")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LTR, _AUTO, _END = "\u2066", "\u2068", "\u2069"
_JOINED = "\u2060"

OF_HELPERS = "help"
"""The line of `shared` that says that somebody may help."""


class LetterWordsError(Exception):
    """Letters that cannot be written; the message names file and line of every problem."""

    def __init__(self, problems: Collection[Problem | str]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = [str(one) for one in problems]


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """All that a study says about its letters in a wave."""

    texts: MessageTexts
    sender: Sender
    envelope: Envelope
    languages: tuple[str, ...]
    """That the wave is asked in; each can be written in."""
    closes_on: date
    year: int
    public_url: str
    synthetic: bool
    helpers: bool = True
    """Whether the letter says that somebody may help."""

    def sheet(self, text: str, *, on: date) -> Sheet:
        """Return what all letters with one text share, dated on a day."""
        if text not in self.texts.steps[Channel.LETTER]:
            raise LetterWordsError([f"letters/letter.yaml has no letter {text}"])
        spoken = {code: self._spoken(text, code) for code in self.languages}
        day = format_date(on, "long", locale=DUTCH)
        return Sheet(
            title=spoken[DUTCH].title,
            sender_name=self.sender.name,
            return_address=self.sender.return_address,
            dated=f"{self.sender.place}, {day}",
            envelope=self.envelope,
            words=spoken,
            offered=self.languages,
            public_url=self.public_url,
            mark=MARK if self.synthetic else None,
        )

    def greeting(self, name: str, code: str) -> dict[str, str]:
        """Return how somebody is greeted, in Dutch and in a language."""
        shared = self.texts.shared[Channel.LETTER]["greeting"].text
        return {one: _filled(shared[one], {"name": name}, one) for one in {DUTCH, code}}

    def _spoken(self, text: str, code: str) -> Spoken:
        known = language(code)
        step = self.texts.steps[Channel.LETTER][text]
        values = {
            "closes": format_date(self.closes_on, "long", locale=code),
            "minutes": str(self.sender.minutes),
            "url": shown_address(self.public_url),
            "phone": self.sender.phone,
            "email": self.sender.email,
        }
        shared = self.texts.shared[Channel.LETTER]
        return Spoken(
            tag=known.tag,
            dir=known.dir,
            name=known.name,
            title=_filled(step.heading.text[code], values, code) if step.heading else "",
            paragraphs=tuple(_filled(one.text[code], values, code) for one in step.paragraphs),
            texts={
                key: _filled(one.text[code], values, code)
                for key, one in shared.items()
                if key != "greeting" and (self.helpers or key != OF_HELPERS)
            },
        )


@dataclass(frozen=True, slots=True)
class DeskRequest:
    """For which wave letters are written, and for which envelope."""

    wave: Wave
    envelope: str | None = None
    """By default the usual one."""
    translations: Path | None = None
    """By default the catalogs as they stand today."""


def open_desk(ctx: ServiceContext, request: DeskRequest) -> LetterDesk:
    """Return the desk of a wave; raise `LetterWordsError` with everything that stands in the way.

    A language without all its words stands in the way: nobody gets half a letter.
    """
    wave = request.wave
    plan = read_wave_plan(ctx.study, wave.year)
    languages = plan.languages
    texts, problems = load_message_texts(
        ctx.study, request.translations or ctx.translations, languages
    )
    sender, of_sender = read_sender(ctx.study)
    envelopes, of_envelopes = read_envelopes(ctx.study)
    found: list[Problem | str] = [*problems, *of_sender, *of_envelopes]
    if DUTCH not in languages:
        found.append(f"wave {wave.year} is not asked in Dutch, in which every letter is written")
    chosen = request.envelope or next(iter(envelopes), "")
    if not of_envelopes and chosen not in envelopes:
        found.append(f"there is no envelope {chosen}, expected one of {', '.join(envelopes)}")
    if found or texts is None or sender is None:
        raise LetterWordsError(found)
    return LetterDesk(
        texts=texts,
        sender=sender,
        envelope=envelopes[chosen],
        languages=tuple(languages),
        closes_on=wave.closes_on,
        year=wave.year,
        public_url=ctx.settings.public_url,
        synthetic=ctx.settings.synthetic or wave.synthetic,
        helpers=plan.helpers,
    )


def today(ctx: ServiceContext) -> date:
    """Return the day it is where the panel lives."""
    return ctx.clock.now().astimezone(STUDY_ZONE).date()


def _filled(words: str, values: Mapping[str, str], code: str) -> str:
    """Fill in once: what was filled in is not looked at again, whatever a name holds."""

    def insertion(found: re.Match[str]) -> str:
        key = found[1]
        return _apart(values[key], key, code) if key in values else found[0]

    return _INSERTION.sub(insertion, words)


def _apart(value: str, key: str, code: str) -> str:
    """Return a value that keeps its own direction, as does what stands around it.

    Where all runs from left to right anyway, marks would only be in the way of who copies the text.
    """
    # Of an address that goes on after a hyphen on the next line, the hyphen is typed or left out.
    value = value.replace("-", f"-{_JOINED}") if key in ("url", "email") else value
    if language(code).dir == "ltr" and not _RIGHT_TO_LEFT.search(value):
        return value
    return f"{_AUTO if key in ('name', 'closes') else _LTR}{value}{_END}"
