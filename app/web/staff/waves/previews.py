"""Every message as it will look, to an invented person; and the real letters of a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from app.delivery.letters.fonts import FontsMissingError
from app.delivery.letters.render import LettersError
from app.messages.channels import Channel
from app.messages.costs import Prices
from app.messages.providers import Cannot, Email, Sms
from app.panel.states import Role
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.fieldwork.waves import find_wave
from app.services.lettering import letters
from app.services.lettering.letter_words import LetterWordsError
from app.services.messaging.composing_messages import UnreadableWordsError
from app.services.messaging.contact_plan import ContactPlanError, load_contact_plan
from app.services.messaging.message_previews import Preview, previews
from app.services.messaging.rehearsal_files import read_sample, sample_letters
from app.web import site
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.labels import channel_words
from app.web.staff.waves.frame import LAST_YEAR, require_wave, speech, wave_page
from app.web.staff.waves.messages import MESSAGES

LOOKING = (Role.RESEARCHER, Role.FIELDWORK, Role.TRANSLATOR, Role.ADMIN)
SEEING_NAMES = (Role.FIELDWORK,)
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class PreviewCard:
    """One message in one language."""

    id: str
    heading: str
    subject: str | None
    body: str
    note: str
    """How long it is, or why there is none."""
    pdf: str | None = None


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(f"{MESSAGES}/previews", view_func=message_previews)
    blueprint.add_url_rule(f"{MESSAGES}/letter/<text>/<language>.pdf", view_func=letter_preview)
    blueprint.add_url_rule(f"{MESSAGES}/samples", view_func=rehearsal_letters)
    blueprint.add_url_rule(f"{MESSAGES}/samples/<int:number>.pdf", view_func=rehearsal_letter)


@for_roles(*LOOKING)
def message_previews(year: int) -> Response:
    """Show every message of the study in one language, to an invented person."""
    require_wave(year)
    _, figures = speech()
    spoken = _languages(year)
    language = request.args.get("language", spoken[0])
    if language not in spoken:
        abort(404)
    fault, cards, status = None, [], 200
    try:
        cards = _cards(_, figures, year, language)
    except (UnreadableWordsError, ContactPlanError):
        fault, status = _("The words of the messages cannot be read."), 409
    return wave_page(
        "previews",
        year,
        current="messages",
        title=_("Messages in %(language)s", language=figures.language(language)),
        help_topic="previews",
        status=status,
        fault=fault,
        cards=cards,
        choices=[(code, figures.language(code), code == language) for code in spoken],
        message_lang=language,
        message_dir="rtl" if figures.right_to_left(language) else "ltr",
    )


@for_roles(*LOOKING)
def letter_preview(year: int, text: str, language: str) -> Response:
    """Return a letter to an invented person as PDF; its code opens nothing."""
    wave = find_wave(site().services, year) if year <= LAST_YEAR else None
    plan = load_contact_plan(site().services.study)
    texts = {name for step in plan.steps if step.channel is Channel.LETTER for name in step.texts} \
        if plan is not None else set()  # fmt: skip
    if wave is None or text not in texts or language not in _languages(year):
        abort(404)
    try:
        content = letters.preview(site().services, wave, text, language)
    except (LetterWordsError, LettersError, FontsMissingError):
        abort(404)
    return _pdf(content, f"letter-{text}-{language}.pdf")


@needs_confirmation
@for_roles(*SEEING_NAMES)
def rehearsal_letters(year: int) -> Response:
    """List the letters to real people that the last rehearsal made."""
    require_wave(year)
    _, figures = speech()
    found = sample_letters(site().services, year)
    return wave_page(
        "samples",
        year,
        current="messages",
        title=_("Real letters of the rehearsal"),
        help_topic="rehearsal",
        letters=[
            (
                f"/staff/waves/{year}/messages/samples/{one.number}.pdf",
                _("Letter %(number)s, %(language)s", number=one.number,
                  language=figures.language(one.language)),
            )
            for one in found
        ],
    )  # fmt: skip


@needs_confirmation
@for_roles(*SEEING_NAMES)
def rehearsal_letter(year: int, number: int) -> Response:
    """Return one of them as PDF; that somebody looked is put on record."""
    require_wave(year)
    who = signed_in()
    content = read_sample(site().services, year, number, by=who.email, staff_id=who.staff_id)
    if content is None:
        abort(404)
    return _pdf(content, f"letter-{number:02d}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, content_type=_PDF)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _languages(year: int) -> tuple[str, ...]:
    """The languages of the wave's plan; of the site where it has none."""
    try:
        return read_wave_plan(site().services.study, year).languages
    except (WavePlanError, OSError):
        return ("nl", "en")


def _cards(_: Translate, figures: Figures, year: int, language: str) -> list[PreviewCard]:
    services = site().services
    plan = load_contact_plan(services.study)
    wave = find_wave(services, year)
    if plan is None or wave is None:
        return []
    texts = [name for one in plan.steps if one.channel is Channel.LETTER for name in one.texts]
    cards = [
        PreviewCard(
            id=f"letter-{text}",
            heading=f"{channel_words(_, Channel.LETTER)}: {text}",
            subject=None,
            body="",
            note=_("As it is printed, with the window of the envelope and a code of nobody."),
            pdf=f"/staff/waves/{year}/messages/letter/{text}/{language}.pdf",
        )
        for text in dict.fromkeys(texts)
    ]
    made = previews(
        services.settings,
        services.study,
        [language],
        closes_on=wave.closes_on,
        prices=plan.prices,
        translations=services.translations,
    )
    used = {(one.channel, name) for one in plan.steps for name in one.texts}
    return cards + [
        _card(_, figures, one, plan.prices) for one in made if (one.channel, one.text) in used
    ]


def _card(_: Translate, figures: Figures, one: Preview, prices: Prices) -> PreviewCard:
    name = f"{one.channel}-{one.text}"
    heading = f"{channel_words(_, one.channel)}: {one.text}"
    if isinstance(one.message, Cannot):
        lacking = _("It cannot be made in this language: its words are missing.")
        return PreviewCard(name, heading, None, "", lacking)
    if isinstance(one.message, Email):
        return PreviewCard(name, heading, one.message.subject, one.message.text, "")
    sms: Sms = one.message
    size = one.size
    note = "" if size is None else _(
        "Parts: %(parts)s. Each message costs %(cost)s.",
        parts=figures.count(size.parts),
        cost=figures.euros(prices.cost(Channel.SMS, size.parts)),
    )  # fmt: skip
    return PreviewCard(name, heading, None, sms.body, note)
