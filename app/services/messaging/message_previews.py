"""E-mails and text messages as they will look: every step in every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from app.messages.channels import Channel
from app.messages.costs import Prices
from app.messages.providers import Cannot, Email, Sms
from app.messages.sms_text import SmsSize, size_of
from app.services.content.instruments import TRANSLATIONS
from app.services.messaging.composing_messages import Addressed, Words, email_of, read_words, sms_of
from app.settings import Settings

NOBODY = UUID(int=0)
"""No message has this id: the link to opt out in a preview leads nowhere."""
NAME = "Voorbeeld van der Test-Ali"
"""Latin letters, as most names on letters are: where directions meet, it shows."""
EMAIL = "voorbeeld@preview.example"
PHONE = "+31600000000"


@dataclass(frozen=True, slots=True)
class Preview:
    """One text of one channel in one language, as it would go out."""

    channel: Channel
    text: str
    """Its name in ``letters/``."""
    language: str
    message: Email | Sms | Cannot
    size: SmsSize | None = None
    cost: int = 0
    """In hundredths of a cent, of one message."""


def previews(
    settings: Settings,
    study: Path,
    languages: Sequence[str],
    *,
    closes_on: date,
    prices: Prices | None = None,
    translations: Path = TRANSLATIONS,
) -> list[Preview]:
    """Return every e-mail and text message of a study in some languages, to an invented person.

    A text that a language lacks is there too, as what stands in its way. Raises
    `UnreadableWordsError`.
    """
    return [
        one
        for language in languages
        for one in _in_language(
            settings, read_words(study, language, translations), language, closes_on, prices
        )
    ]


def _in_language(
    settings: Settings, words: Words, language: str, closes_on: date, prices: Prices | None
) -> Iterator[Preview]:
    to = Addressed(NOBODY, language, closes_on, NAME, EMAIL, PHONE)
    for text in words.texts.steps.get(Channel.EMAIL, {}):
        email = email_of(settings, words, text, to)
        cost = prices.cost(Channel.EMAIL) if prices else 0
        yield Preview(Channel.EMAIL, text, language, email, None, cost)
    for text in words.texts.steps.get(Channel.SMS, {}):
        sms = sms_of(settings, words, text, to)
        size = size_of(sms.body) if isinstance(sms, Sms) else None
        cost = prices.cost(Channel.SMS, size.parts) if prices and size else 0
        yield Preview(Channel.SMS, text, language, sms, size, cost)
