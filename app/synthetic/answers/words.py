"""Answers in words, and contact details: all of them say or show that they are invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.questionnaire.model import Item, Value
from app.synthetic.answers.subject import Answerer, Said, Subject

SENTENCES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "nl": {
        "e_meedoen_open": (
            "Verzonnen testantwoord: werken en met buren praten.",
            "Verzonnen testantwoord: alles zelf kunnen regelen.",
            "Verzonnen testantwoord: dat mijn kinderen zich hier thuis voelen.",
        ),
        "o_goed": (
            "Verzonnen testantwoord: mijn docent legde alles rustig uit.",
            "Verzonnen testantwoord: oefenen met een taalmaatje.",
            "Verzonnen testantwoord: vrijwilligerswerk in de buurt.",
        ),
        "o_beter_open": (
            "Verzonnen testantwoord: sneller beginnen met de lessen.",
            "Verzonnen testantwoord: lessen in de avond voor mensen die werken.",
            "Verzonnen testantwoord: één vaste contactpersoon.",
        ),
        "o_opmerking": (
            "Verzonnen testantwoord: dank u wel voor de vragen.",
            "Verzonnen testantwoord: de vragen waren duidelijk.",
        ),
    },
    "en": {
        "e_meedoen_open": (
            "Invented test answer: working and talking with neighbours.",
            "Invented test answer: arranging everything on my own.",
            "Invented test answer: my children feel at home here.",
        ),
        "o_goed": (
            "Invented test answer: my teacher explained things calmly.",
            "Invented test answer: practising with a language buddy.",
            "Invented test answer: volunteering in my street.",
        ),
        "o_beter_open": (
            "Invented test answer: start the lessons sooner.",
            "Invented test answer: evening lessons for people who work.",
            "Invented test answer: one fixed contact person.",
        ),
        "o_opmerking": (
            "Invented test answer: thank you for the questions.",
            "Invented test answer: the questions were clear.",
        ),
    },
}
ANY_QUESTION: Mapping[str, tuple[str, ...]] = {
    "nl": ("Verzonnen testantwoord.",),
    "en": ("Invented test answer.",),
}

WRITES: Mapping[str, float] = {"goed": 0.36, "beetje": 0.16, "nee": 0.05}
"""Share that writes something, by literacy."""

CHANNELS: Mapping[str, float] = {"mail": 0.44, "app": 0.28, "sms": 0.15, "brief": 0.09, "bel": 0.04}
NEW_ADDRESS = 0.10
"""Share that has another channel and address in a next wave."""


def sentence(subject: Subject, var: str, language: str) -> str | None:
    """An invented sentence in Dutch or English, or ``None`` from people who write nothing."""
    if not subject.now.happens(f"writes {var}", WRITES[subject.past.literacy]):
        return None
    return invented(subject, var, language)


def invented(subject: Subject, var: str, language: str) -> str:
    """An invented sentence that says it is one; English where the language has none."""
    stock = SENTENCES.get(language, SENTENCES["en"])
    choices = stock.get(var) or ANY_QUESTION.get(language, ANY_QUESTION["en"])
    return subject.now.one_of(f"words {var}", choices)


def channel(subject: Subject) -> str:
    """How the person wants to get messages; changes with the address."""
    return subject.always.pick(f"channel {_addresses_before(subject)}", CHANNELS)


def address(subject: Subject, by: str) -> str:
    """An address at example.org (RFC 2606), or a number of Ofcom's range for drama."""
    number = _addresses_before(subject)
    if by == "mail":
        return f"synthetic-{subject.person.id}-{number}@example.org"
    return f"+44 7700 900{subject.always.whole(f'phone {number}', 0, 999):03d}"


def _addresses_before(subject: Subject) -> int:
    """How often the person changed address between the first wave and this one."""
    waves = range(2025, subject.wave + 1)
    return sum(subject.always.of(wave).happens("new address", NEW_ADDRESS) for wave in waves)


def _address(subject: Subject, item: Item, said: Said) -> Value | None:
    by = said.get("p_kanaal")
    return address(subject, by if isinstance(by, str) else channel(subject))


CONTACT: Mapping[str, Answerer] = {
    "p_kanaal": lambda subject, item, said: channel(subject),
    "p_adres": _address,
}
LASTING_CONTACT: Mapping[str, Callable[[Subject], Value]] = {
    "p_kanaal": channel,
    "p_adres": lambda subject: address(subject, channel(subject)),
}
"""Contact details that a later wave asks to confirm."""
