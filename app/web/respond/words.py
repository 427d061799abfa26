"""Words for the person: faults, prompts, positions; whole sentences, marked for translation."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

from app.questionnaire.accept import Ambiguous, Fault, Rejected, Unanswered
from app.questionnaire.model import Instrument, Kind, Missing, Value
from app.questionnaire.progress import Position
from app.questionnaire.wording import END_ISOLATE, ISOLATE, UNDIRECTED, in_words

Translate = Callable[..., str]
"""``gettext`` bound to the language of the page."""

SHOWN_WORDS = 200
"""Characters of an open answer that the review shows."""
_OF_THE_PERSON = frozenset(
    {Kind.NUMBER, Kind.YEAR, Kind.MONTH, Kind.DATE, Kind.CODE_LIST, Kind.TEXT, Kind.OPEN}
)
"""Answers in words of their own: of any script, and numbers."""
_ISOLATED = re.compile(f"{ISOLATE}([^{ISOLATE}{END_ISOLATE}]*){END_ISOLATE}")


def with_isolates(text: str) -> Markup:
    """Return words as HTML, inserted values between ``<bdi>`` and ``</bdi>``.

    A person may type an isolate without its end: it then stays the character it is.
    """
    escaped = str(Markup.escape(text))
    return Markup(_ISOLATED.sub(r"<bdi>\1</bdi>", escaped))  # noqa: S704 (escaped above)


def isolated(value: object) -> Markup:
    """Return a value as it may stand inside any sentence: it cannot turn the words around it.

    A value without letters, such as a number, a date or a code, runs from left to right; of others
    the first letter decides. What is HTML already is left as it is.
    """
    if isinstance(value, Markup):
        return value
    words = str(value)
    if any(map(str.isalpha, words)):
        return Markup("<bdi>{}</bdi>").format(words)
    return ltr(words)


def as_text(words: str) -> str:
    """Return HTML words as plain text, for a title: isolates as characters, without other tags."""
    if not isinstance(words, Markup):
        return words
    for start in ('<bdi dir="ltr">', "<bdi>"):
        words = words.replace(start, Markup(ISOLATE))  # noqa: S704 (a constant)
    return words.replace("</bdi>", Markup(END_ISOLATE)).striptags()  # noqa: S704 (a constant)


def answer_words(
    instrument: Instrument, var: str, value: Value, other: Value | None, language: str
) -> str:
    """Return an answer in words, what a person typed or picked from a list between isolates."""
    item = instrument.item_of.get(var)
    words = shortened(in_words(instrument, item, var, value, language))
    if item is not None and item.kind in _OF_THE_PERSON and not isinstance(value, Missing):
        words = f"{ISOLATE}{words}{END_ISOLATE}"
    if other is None or isinstance(other, Missing):
        return words
    return f"{words}: {ISOLATE}{shortened(str(other).translate(UNDIRECTED))}{END_ISOLATE}"


def shortened(words: str) -> str:
    """Return the beginning of a long text; the whole of it stands behind the change link."""
    return words if len(words) <= SHOWN_WORDS else f"{words[:SHOWN_WORDS].rstrip()}…"


def ltr(text: object) -> Markup:
    """Return a number, date or code that keeps its own direction inside any sentence."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def fault_words(_: Translate, fault: Fault) -> str:
    """Return what is wrong with an answer and what would be right."""
    match fault.rule:
        case "too_many":
            return _("Choose at most %(most)s answers.", most=fault.values["most"])
        case "too_long":
            return _(
                "Your text is too long: %(found)s characters. At most %(most)s fit.",
                found=fault.values["found"],
                most=fault.values["most"],
            )
        case "range":
            return _range_words(_, fault)
        case _:
            plain = _plain_faults(_)
            return plain.get(fault.rule, plain["option"])


def prompt_words(_: Translate, outcome: Unanswered | Ambiguous | Rejected, kind: Kind) -> str:
    """Return the one friendly line above a page that came back; empty when an error says it."""
    match outcome:
        case Ambiguous(candidates=candidates):
            if candidates:
                return _("We found more than one name. Which one do you mean?")
            return _("We do not know this name. Check what you wrote, or choose “None of these”.")
        case Unanswered() if kind is Kind.BATTERY:
            return _(
                "Some lines have no answer yet. You may answer them now, or press Next to skip."
            )
        case Unanswered():
            return _(
                "You gave no answer yet. You may answer now, or press Next to skip this question."
            )
        case _:
            return ""


def _plain_faults(_: Translate) -> dict[str, str]:
    return {
        "option": _("Choose one of the answers on this page."),
        "required": _("Choose an answer to go on."),
        "one_only": _("Choose one answer."),
        "exclusive": _("You chose two answers that do not go together. Choose one of them."),
        "not_a_number": _("Write a whole number."),
        "year": _("Write the year with 4 numbers, for example 2021."),
        "year_needed": _("Write the year too."),
        "month": _("Write the month as a number from 1 to 12."),
        "month_needed": _("Write the month too."),
        "date": _("This day is not in the calendar."),
    }


def _range_words(_: Translate, fault: Fault) -> str:
    low, high = fault.values.get("low"), fault.values.get("high")
    if low is not None and high is not None:
        return _("Write something from %(low)s to %(high)s.", low=low, high=high)
    if low is not None:
        return _("Write %(low)s or later.", low=low)
    return _("Write %(high)s or earlier.", high=high)


def position_words(_: Translate, position: Position) -> str:
    """Return where the person stands, "about" while routing can still change the total."""
    if position.exact:
        return _("Question %(number)s of %(total)s", number=position.number, total=position.total)
    return _("Question %(number)s of about %(total)s", number=position.number, total=position.total)
