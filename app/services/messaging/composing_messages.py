"""E-mails and text messages as they go out: the words of a step, filled in for one person."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from uuid import UUID

from babel.dates import format_date

from app.delivery.configured import email_provider, sms_provider
from app.i18n.catalogs import catalog_path
from app.i18n.locales import language as language_named
from app.messages.channels import Channel
from app.messages.email_text import MissingWordsError, Reader, email_text, single_line
from app.messages.providers import Cannot, Claimed, Email, EmailProvider, Sms, SmsProvider
from app.messages.references import Purpose, name_of, references_key, return_path
from app.messages.sender import FILE, Sender, read_sender
from app.messages.sms_text import sms_body
from app.messages.texts import FOLDER, MessageTexts
from app.services.content.instruments import TRANSLATIONS
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.message_texts import load_message_texts
from app.settings import Settings
from app.storage.waves import load_wave

OPT_OUT_PATH = "/m/"
"""Below it stands the signed name of a message, and nothing about a person."""
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{3,255}")


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a study says in one language, and who says it."""

    texts: MessageTexts
    sender: Sender


class UnreadableWordsError(Exception):
    """The words or the sender of a study cannot be read; the message names every problem."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """To whom a message goes: what is known of one person, decrypted."""

    reference: UUID
    language: str
    closes_on: date
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


class MessageComposer:
    """Composes the messages of a study; the words are read again when their files change."""

    def __init__(self, translations: Path | None = None) -> None:
        self._translations = translations
        self._kept: dict[str, tuple[object, Words]] = {}
        self._lock = Lock()

    def compose(self, ctx: ServiceContext, message: Claimed) -> Email | Sms | Cannot:
        """Return the finished message, or why there is none; reads, and changes nothing."""
        with ctx.databases.research.read() as connection:
            wave = load_wave(connection, message.wave)
        if wave is None:
            return Cannot("no_wave")
        contact = contacting.contact_of(ctx, message.person_id)
        words = self.words(ctx, message.language)
        if words.sender.examples() and not ctx.settings.synthetic:
            return Cannot("example_sender")
        to = Addressed(
            message.id,
            message.language,
            wave.closes_on,
            contact.get("name", ""),
            contact.get("email", "").strip(),
            contact.get("phone", "").replace(" ", ""),
        )
        if message.channel is Channel.SMS:
            return sms_of(ctx.settings, words, message.text, to)
        if message.channel is Channel.EMAIL:
            return email_of(ctx.settings, words, message.text, to)
        return Cannot("no_such_channel")

    def words(self, ctx: ServiceContext, language: str) -> Words:
        """Return what a study says in a language; raise `UnreadableWordsError`."""
        today = self._translations or ctx.translations
        files = [
            *sorted((ctx.study / FOLDER).glob("*.yaml")),
            catalog_path(today, language, ctx.study.name),
        ]
        state = tuple((str(one), one.stat().st_mtime_ns) for one in files if one.exists())
        with self._lock:
            state_before, words = self._kept.get(language, (None, None))
            if words is None or state_before != state:
                words = read_words(ctx.study, language, today)
                self._kept[language] = (state, words)
            return words


def read_words(study: Path, language: str, translations: Path = TRANSLATIONS) -> Words:
    """Return what a study says in a language; raise `UnreadableWordsError`."""
    texts, problems = load_message_texts(study, translations, (language,))
    sender, faults = read_sender(study)
    if texts is None or sender is None:
        raise UnreadableWordsError("\n".join(map(str, [*problems, *faults])) or FILE)
    return Words(texts, sender)


def email_of(settings: Settings, words: Words, text: str, to: Addressed) -> Email | Cannot:
    """Return an e-mail to one person; nothing stands in for words that a language lacks."""
    step = words.texts.steps.get(Channel.EMAIL, {}).get(text)
    if step is None:
        return Cannot("no_words")
    if not to.email:
        return Cannot("no_email")
    if not _EMAIL.fullmatch(to.email) or single_line(to.email) != to.email:
        return Cannot("bad_email")
    if not single_line(to.name):
        return Cannot("no_name")
    named = language_named(to.language)
    sender, key = words.sender, references_key_of(settings)
    opt_out = opt_out_address(settings, to.reference)
    reader = Reader(
        name=to.name,
        language=to.language,
        tag=named.tag,
        direction=named.dir,
        closes=str(format_date(to.closes_on, "long", locale=to.language)),
        minutes=str(sender.minutes),
        site=settings.public_url,
        unsubscribe=opt_out,
        phone=sender.phone,
        email=sender.email,
    )
    try:
        said = email_text(words.texts.shared.get(Channel.EMAIL, {}), step, reader, team=sender.name)
    except MissingWordsError:
        return Cannot("not_translated")
    headers = {"List-Unsubscribe": f"<{opt_out}>"}
    if opt_out.startswith("https://"):
        # RFC 8058 allows it for HTTPS only.
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Email(
        reference=to.reference,
        to=to.email,
        sender_name=sender.name,
        sender=sender.email,
        envelope_from=return_path(to.reference, sender.bounces, key),
        subject=said.subject,
        text=said.text,
        html=said.html,
        language=named.tag,
        headers=headers,
    )


def sms_of(settings: Settings, words: Words, text: str, to: Addressed) -> Sms | Cannot:
    """Return a text message to one person."""
    step = words.texts.steps.get(Channel.SMS, {}).get(text)
    if step is None:
        return Cannot("no_words")
    if not to.phone:
        return Cannot("no_phone")
    if not _E164.fullmatch(to.phone):
        return Cannot("bad_phone")
    said = step.paragraphs[0].text.get(to.language)
    if not said:
        return Cannot("not_translated")
    body = sms_body(said, settings.public_url)
    return Sms(reference=to.reference, to=to.phone, sender=words.sender.sms, body=body)


def references_key_of(settings: Settings) -> bytes:
    """Return the key of the names of messages.

    Made from the index key, which outlives sessions: a link to opt out has to work for years.
    """
    return references_key(settings.contact_index_key)


def opt_out_address(settings: Settings, reference: UUID) -> str:
    """Return the address of the page where the reader of one e-mail ends them."""
    name = name_of(reference, Purpose.OPT_OUT, references_key_of(settings))
    return f"{settings.public_url}{OPT_OUT_PATH}{name}"


def providers_of(ctx: ServiceContext) -> dict[Channel, EmailProvider | SmsProvider]:
    """Return what sends, by channel, as the settings say; the price is that of the contact plan.

    Raises
    ------
    ContactPlanError
        If the plan cannot be read.
    """
    plan = load_contact_plan(ctx.study)
    part_cost = plan.prices.cost(Channel.SMS) if plan is not None else 0
    made: dict[Channel, Callable[[], EmailProvider | SmsProvider | None]] = {
        Channel.EMAIL: lambda: email_provider(ctx.settings, ctx.clock),
        Channel.SMS: lambda: sms_provider(ctx.settings, part_cost=part_cost),
    }
    found = {channel: make() for channel, make in made.items()}
    return {channel: one for channel, one in found.items() if one is not None}
