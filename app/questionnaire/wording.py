"""The words of a page in one language: variants, insertions of earlier answers, answers in words.

Inserted values stand between U+2068 and U+2069 (first-strong isolate), so that a Latin name inside
Arabic, or a phone number inside Persian, cannot turn the sentence round. HTML shows them as
``<bdi>``; letters and messages keep the characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from babel.dates import format_date, format_skeleton
from babel.lists import format_list

from app.questionnaire.model import Instrument, Item, Kind, Missing, Option, Policy, Text, Value
from app.questionnaire.routing import Earlier, Known, Page, PageKind

ISOLATE = "\u2068"
END_ISOLATE = "\u2069"
MASK = "•••••"
SHOWN_OF_MASKED = 2
"""Characters of contact data that a confirm page shows: enough to know one's own."""
BUILT_IN = frozenset(("prev", "prev_masked", "prev_month"))
"""What the text of a repeat may insert of an earlier wave."""
UNKNOWN = "…"
"""Stands for an answer that was not given; a text that may meet it has a variant without."""

_TURKISH = {"I": "ı", "İ": "i"}
"""Small letters that are others in Turkish."""
UNDIRECTED = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Characters that turn the words after them round, and could end our isolates."""
_INSERTION = re.compile(r"\{([a-z0-9_]+)\}")


def question(
    instrument: Instrument,
    page: Page,
    known: Known,
    values: Mapping[str, Value],
    language: str,
) -> str:
    """Return the question of a page, with what the person said earlier filled in."""
    item = page.item
    earlier = known.preload.answers.get(item.var)
    text = unfilled(page, known, values)
    inserted = _insertions(instrument, item, earlier, known, language)

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in inserted:
            return isolated(inserted[name])
        value = values.get(name)
        if value is None or isinstance(value, Missing):
            return UNKNOWN
        of = instrument.item_of.get(name)
        return isolated(_inside_sentence(instrument, of, name, value, language))

    return _INSERTION.sub(fill, translated(text, language))


def unfilled(page: Page, known: Known, values: Mapping[str, Value]) -> Text:
    """Return the question of a page as the bank has it, insertions unfilled, in its languages."""
    item, earlier = page.item, known.preload.answers.get(page.item.var)
    if item.repeat.text is not None:
        if page.kind is PageKind.CONFIRM:
            return item.repeat.text
        if item.repeat.policy is not Policy.CONFIRM and earlier is not None:
            return item.repeat.text
    for variant in item.variants:
        if variant.when(values):
            return variant.text
    return item.text


def _insertions(
    instrument: Instrument, item: Item, earlier: Earlier | None, known: Known, language: str
) -> dict[str, str]:
    if earlier is None:
        return {}
    words = _inside_sentence(instrument, item, item.var, earlier.value, language)
    found = {"prev": words, "prev_masked": masked(words)}
    month = known.preload.months.get(earlier.wave)
    if month is not None:
        found["prev_month"] = month_in_words(month, language)
    return found


def _inside_sentence(
    instrument: Instrument, item: Item | None, var: str, value: Value, language: str
) -> str:
    """Labels start with a capital; inside a sentence only names and abbreviations keep it."""
    if item is not None and item.kind is Kind.MULTIPLE:
        return listed(
            [_lowered(label, language) for label in _labels(item, value, language)], language
        )
    words = in_words(instrument, item, var, value, language)
    return _lowered(words, language) if item is not None and item.kind is Kind.SINGLE else words


def _lowered(label: str, language: str) -> str:
    first = label.split(" ", 1)[0]
    if len(first) > 1 and first[0].isupper() and first[1:].islower() and first.isalpha():
        small = _TURKISH.get(label[0]) if language == "tr" else None
        return (small or label[0].lower()) + label[1:]
    return label


def listed(words: list[str], language: str) -> str:
    """Return words as a list in a sentence: "a, b en c"."""
    return str(format_list(words, locale=language)) if len(words) > 1 else "".join(words)


def translated(text: Text, language: str) -> str:
    """Return the words in a language; a published version has them all."""
    return text[language]


def isolated(words: str) -> str:
    """Return inserted words kept apart from the direction of the sentence around them."""
    return f"{ISOLATE}{words}{END_ISOLATE}"


def masked(words: str) -> str:
    """Return contact data with only its last characters showing."""
    return MASK + words[-SHOWN_OF_MASKED:]


def month_in_words(month: str, language: str) -> str:
    """Return ``2024-03`` as "maart 2024" and ``2024`` as itself."""
    if len(month) == len("2024"):
        return month
    day = date(int(month[:4]), int(month[5:7]), 1)
    return str(format_skeleton("yMMMM", day, locale=language))


def in_words(
    instrument: Instrument, item: Item | None, var: str, value: Value, language: str
) -> str:
    """Return an answer as a person reads it: labels for codes, names for months and places."""
    if isinstance(value, Missing):
        return translated(instrument.missing[value], language)
    if item is None or (var != item.var and item.kind is not Kind.BATTERY):
        return _confirm_or_plain(instrument, value, language)
    match item.kind:
        case Kind.SINGLE | Kind.CONSENT | Kind.BATTERY:
            return _label(item.options, str(value), language)
        case Kind.MULTIPLE:
            return listed(_labels(item, value, language), language)
        case Kind.CODE_LIST:
            entries = instrument.code_lists.get(item.code_list or "", ())
            found = (entry.text for entry in entries if entry.code == value)
            return next((translated(text, language) for text in found), str(value))
        case Kind.MONTH:
            return month_in_words(str(value), language)
        case Kind.DATE:
            return str(format_date(date.fromisoformat(str(value)), "long", locale=language))
        case Kind.NUMBER if item.limits.unit is not None:
            return f"{value} {translated(item.limits.unit, language)}"
        case _:
            return _undirected(str(value))


def _confirm_or_plain(instrument: Instrument, value: Value, language: str) -> str:
    for option in instrument.confirm:
        if option.code == value:
            return translated(option.text, language)
    return _undirected(str(value))


def _undirected(words: str) -> str:
    return words.translate(UNDIRECTED)


def _labels(item: Item, value: Value, language: str) -> list[str]:
    codes = value if isinstance(value, tuple) else (str(value),)
    return [_label(item.options, code, language) for code in codes]


def _label(options: tuple[Option, ...], code: str, language: str) -> str:
    return next((translated(one.text, language) for one in options if one.code == code), code)
