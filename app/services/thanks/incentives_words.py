"""The e-mail or text message that brings somebody a gift code.

It says no more than it must: whoever looks over a shoulder at a subject or at the first words of a
text message learns nothing. There is no name in it: we do not know whose address it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from html import escape

from babel.numbers import format_currency

from app.i18n.catalogs import Catalogs
from app.i18n.locales import language as language_named
from app.messages.providers import Cannot, Email, Sms
from app.messages.sender import Sender
from app.panel.incentives import Way
from app.questionnaire.wording import isolated
from app.services.content.instruments import TRANSLATIONS
from app.storage.incentives import Incentive

_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{3,255}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_HTML = (
    '<!doctype html>\n<html lang="{tag}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<title>{subject}</title>\n</head>\n"
    '<body style="margin: 0; padding: 16px">\n'
    '<div lang="{tag}" dir="{direction}" style="max-width: 36em; margin: 0 auto;'
    ' font: 18px/1.5 sans-serif; text-align: start">\n{paragraphs}\n</div>\n</body>\n</html>\n'
)


def amount_words(cents: int, currency: str, language: str) -> str:
    """Return what it is worth, as the language writes a number of euros, in digits from 0 to 9."""
    whole = cents % 100 == 0
    return str(
        format_currency(
            cents / 100,
            currency,
            format="¤ #,##0" if whole else "¤ #,##0.00",
            locale=language,
            currency_digits=False,
            numbering_system="latn",
        )
    )


def compose(
    one: Incentive, to: Mapping[str, str], code: str, sender: Sender
) -> Email | Sms | Cannot:
    """Return the finished message to where somebody asked it to be sent."""
    if one.way is Way.SMS:
        return _sms(one, to.get("phone", ""), code, sender)
    return _email(one, to.get("email", ""), code, sender)


def _email(one: Incentive, address: str, code: str, sender: Sender) -> Email | Cannot:
    if not _EMAIL.fullmatch(address):
        return Cannot("bad_email")
    _ = partial(_catalogs().gettext, one.language)
    named = language_named(one.language)
    subject = _("Thank you")
    words = [
        _("You answered our questions. Thank you very much."),
        _("This is your gift code, worth %(amount)s:", amount=_apart(one)),
        isolated(code),
        _("Keep the code to yourself: whoever has it can use it."),
        _(
            "Do you have a question? Call %(phone)s or write to %(email)s.",
            phone=isolated(sender.phone),
            email=isolated(sender.email),
        ),
    ]
    paragraphs = "\n".join(f"<p>{escape(words_, quote=False)}</p>" for words_ in words)
    return Email(
        reference=one.id,
        to=address,
        sender_name=sender.name,
        sender=sender.email,
        # No name of its own in the return path: a bounce must not lead to the one who left it.
        envelope_from=sender.bounces,
        subject=subject,
        text="\n\n".join([*words, sender.name]) + "\n",
        html=_HTML.format(
            tag=escape(named.tag),
            direction=escape(named.dir),
            subject=escape(subject),
            paragraphs=f"{paragraphs}\n<p><bdi>{escape(sender.name)}</bdi></p>",
        ),
        language=named.tag,
    )


def _sms(one: Incentive, number: str, code: str, sender: Sender) -> Sms | Cannot:
    if not _E164.fullmatch(number):
        return Cannot("bad_phone")
    _ = partial(_catalogs().gettext, one.language)
    # No isolates: old phones show them as boxes. The code stands on a line of its own.
    words = _("Thank you. Your gift code:")
    return Sms(reference=one.id, to=number, sender=sender.sms, body=f"{words}\n{code}")


def _apart(one: Incentive) -> str:
    return isolated(amount_words(one.value_cents, one.currency, one.language))


@lru_cache(maxsize=1)
def _catalogs() -> Catalogs:
    return Catalogs.load(TRANSLATIONS)
