"""What an e-mail says, as plain text and as HTML, in one language.

Whatever is filled in stands in an isolate of its own, in both: a Latin name or a phone number
inside Arabic would otherwise change places with the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from app.messages.sms_text import shown_address
from app.messages.texts import StepText
from app.questionnaire.texts import BankText
from app.questionnaire.wording import END_ISOLATE, ISOLATE, UNDIRECTED, isolated

LONGEST_NAME = 100
WIDTH = 76
"""Columns of the plain text (RFC 5322 asks for 78 at most, and no line may have over 998 bytes)."""
_INSERTION = re.compile(r"\{(\w+)\}")
_UNBROKEN = re.compile(f"(?:{ISOLATE}[^{END_ISOLATE}]*{END_ISOLATE}|[^ {ISOLATE}])+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BEFORE = ("greeting",)
_AFTER = ("your_code", "voluntary", "questions", "closing", "team", "unsubscribe")
DETAILS = "details"
"""Insertion of the page of one's own details; a step that names it leads there."""
DETAILS_PATH = "/my"
"""Asks for the code, as the entrance does."""


class MissingWordsError(Exception):
    """The e-mail lacks words in the language; nothing stands in for them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What is filled in for one person; addresses are written out in full."""

    name: str = field(repr=False)
    language: str
    """As in study files: ``ti``."""
    tag: str
    """BCP 47."""
    direction: str
    """``ltr`` or ``rtl``."""
    closes: str
    """The last day, as the language writes it."""
    minutes: str
    """A number, as the language writes it."""
    site: str
    unsubscribe: str = field(repr=False)
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class EmailText:
    """A finished text."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def email_text(
    shared: Mapping[str, BankText], step: StepText, reader: Reader, *, team: str
) -> EmailText:
    """Return an e-mail in the language of its reader.

    ``team`` is the name of the study's sender, below the greeting. Raises `MissingWordsError`.
    """
    if step.heading is None:
        raise MissingWordsError("subject")
    before = [_words(shared, key, reader) for key in _BEFORE]
    middle = [_in(one, reader) for one in step.paragraphs]
    after = {key: _words(shared, key, reader) for key in _AFTER}
    to_details = any(DETAILS in _INSERTION.findall(words) for words in middle)
    after["button"] = _words(shared, "to_details" if to_details else "to_site", reader)
    leads_to = f"{reader.site}{DETAILS_PATH}" if to_details else reader.site
    subject = single_line(_filled(_in(step.heading, reader), _plain(reader)))
    paragraphs = [*before, *middle, after["your_code"]]
    ending = [after["voluntary"], after["questions"]]
    return EmailText(
        subject,
        _as_text(paragraphs, ending, after, reader, team, leads_to),
        _as_html(subject, paragraphs, ending, after, reader, team, leads_to),
    )


def single_line(words: str) -> str:
    """Return words on one line, without characters that would break a header or turn it round."""
    return " ".join(_CONTROL.sub(" ", words.translate(UNDIRECTED)).split())


def _words(shared: Mapping[str, BankText], key: str, reader: Reader) -> str:
    if key not in shared:
        raise MissingWordsError(key)
    return _in(shared[key], reader)


def _in(one: BankText, reader: Reader) -> str:
    words = one.text.get(reader.language)
    if not words:
        raise MissingWordsError(one.context)
    return words


def _plain(reader: Reader) -> dict[str, str]:
    values = {
        "name": single_line(reader.name)[:LONGEST_NAME],
        "closes": reader.closes,
        "minutes": reader.minutes,
        "url": shown_address(reader.site),
        DETAILS: f"{shown_address(reader.site)}{DETAILS_PATH}",
        "unsubscribe": reader.unsubscribe,
        "phone": reader.phone,
        "email": reader.email,
    }
    return {key: isolated(value) for key, value in values.items()}


def _marked(reader: Reader) -> dict[str, str]:
    def link(address: str, words: str) -> str:
        return f'<a href="{escape(address)}" dir="ltr">{escape(words)}</a>'

    def apart(words: str, *, ltr: bool = False) -> str:
        return f'<bdi dir="{"ltr" if ltr else "auto"}">{escape(words)}</bdi>'

    return {
        "name": apart(single_line(reader.name)[:LONGEST_NAME]),
        "closes": apart(reader.closes),
        "minutes": apart(reader.minutes, ltr=True),
        "url": link(reader.site, shown_address(reader.site)),
        DETAILS: link(
            f"{reader.site}{DETAILS_PATH}", f"{shown_address(reader.site)}{DETAILS_PATH}"
        ),
        "unsubscribe": link(reader.unsubscribe, shown_address(reader.site)),
        "phone": apart(reader.phone, ltr=True),
        "email": link(f"mailto:{reader.email}", reader.email),
    }


def _filled(words: str, values: Mapping[str, str]) -> str:
    """Fill in once: what was filled in is not looked at again, whatever a name holds."""
    return _INSERTION.sub(lambda found: values.get(found[1], found[0]), words)


def _as_text(
    paragraphs: list[str],
    ending: list[str],
    after: Mapping[str, str],
    reader: Reader,
    team: str,
    leads_to: str,
) -> str:
    values = _plain(reader)
    site = f"{after['button']}:\n{isolated(leads_to)}"
    signed = f"{after['closing']}\n{after['team']}\n{isolated(team)}"
    blocks = [*paragraphs, site, *ending, signed, after["unsubscribe"]]
    # A letter has 78 columns at most (RFC 5322): readers fold longer lines themselves, servers
    # may not.
    lines = [line for block in blocks for line in (*_filled(block, values).split("\n"), "")]
    return "\n".join(part for line in lines for part in _folded(line)) + "\n"


def _folded(line: str) -> list[str]:
    folded = [""]
    # What is filled in stays on one line: an isolate ends with its line.
    for word in _UNBROKEN.findall(line):
        if folded[-1] and len(folded[-1]) + 1 + len(word) > WIDTH:
            folded.append(word)
        else:
            folded[-1] = f"{folded[-1]} {word}" if folded[-1] else word
    return folded


_HTML = """\
<!doctype html>
<html lang="{tag}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
</head>
<body style="margin: 0; padding: 16px">
<div lang="{tag}" dir="{direction}" style="{style}">
{paragraphs}
<p style="margin: 24px 0"><a href="{site}" style="{button}">{to_site}</a></p>
{ending}
<p>{closing}<br>{team}<br><bdi>{sender}</bdi></p>
<p style="font-size: 14px">{unsubscribe}</p>
</div>
</body>
</html>
"""
_STYLE = "max-width: 36em; margin: 0 auto; font: 18px/1.5 sans-serif; text-align: start"
_BUTTON = (
    "display: inline-block; padding: 12px 20px; background: #154273; color: #ffffff; "
    "border-radius: 4px; text-decoration: none; font-weight: bold"
)


def _as_html(
    subject: str,
    paragraphs: list[str],
    ending: list[str],
    after: Mapping[str, str],
    reader: Reader,
    team: str,
    leads_to: str,
) -> str:
    values = _marked(reader)

    def said(words: str) -> str:
        return _filled(escape(words, quote=False), values)

    def block(listed: list[str]) -> str:
        return "\n".join(f"<p>{said(words)}</p>" for words in listed)

    return _HTML.format(
        tag=escape(reader.tag),
        direction=escape(reader.direction),
        subject=escape(subject),
        style=_STYLE,
        button=_BUTTON,
        site=escape(leads_to),
        paragraphs=block(paragraphs),
        to_site=said(after["button"]),
        ending=block(ending),
        closing=said(after["closing"]),
        team=said(after["team"]),
        sender=escape(team),
        unsubscribe=said(after["unsubscribe"]),
    )
