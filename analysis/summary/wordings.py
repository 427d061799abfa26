"""Filling the slots of a sentence so that Dutch grammar holds.

Slots are ``{part}`` (a share with its group: "de helft van de mensen"), ``{phrase}`` and
``{phrase2}`` (a share alone), ``{more}`` ("iets minder vaak"), ``{claims}``, ``{first}`` and
``{others}`` (answers by size), ``{count}``, ``{months}``, ``{languages}`` and ``{how_many}``, and
the fixed words of a wave. A verb is written in both forms, ``[vindt|vinden]``, and takes the one
that the share before it asks for, or the share after it where none stands before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from analysis.errors import AnalysisError
from analysis.phrases import Phrase, capitalised

_TOKEN = re.compile(r"\{(\w+)\}|\[([^|\]]*)\|([^|\]]*)\]")
_WORDS = (
    "nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf",
    "twaalf",
)  # fmt: skip
HEN = "hen"


def number_words(number: int) -> str:
    """Write a number up to twelve in words, larger ones in digits."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else str(number)


def listed(words: Sequence[str]) -> str:
    """Join with commas and "en": "a, b en c"."""
    *before, last = words
    return f"{', '.join(before)} en {last}" if before else last


def filled(text: str, slots: Mapping[str, str | tuple[Phrase, str]]) -> str:
    """Fill a sentence.

    Parameters
    ----------
    text : str
    slots : mapping
        Words, or a phrase with the group it is about (``hen`` for a phrase alone), which decides
        the verbs around it.

    Raises
    ------
    AnalysisError
        If the sentence asks for words there are none of.
    """
    verbs = list(_verb_numbers(text, slots))
    result, at = [], 0
    for match in _TOKEN.finditer(text):
        result.append(text[at : match.start()])
        name, singular, plural = match.groups()
        result.append(_words(name, slots, text) if name else plural if verbs.pop(0) else singular)
        at = match.end()
    result.append(text[at:])
    return capitalised(_tidy("".join(result)))


def _verb_numbers(text: str, slots: Mapping[str, str | tuple[Phrase, str]]) -> Iterator[bool]:
    """Tell for each verb whether it is plural."""
    subjects = [
        (match.start(), value[0].is_plural(value[1]))
        for match in _TOKEN.finditer(text)
        if match[1] and isinstance(value := slots.get(match[1], ""), tuple)
    ]
    for match in _TOKEN.finditer(text):
        if match[1]:
            continue
        before = [plural for at, plural in subjects if at < match.start()]
        if not subjects:
            raise AnalysisError(f"'{text}': {match[0]} has no share to agree with")
        yield before[-1] if before else subjects[0][1]


def _words(name: str, slots: Mapping[str, str | tuple[Phrase, str]], text: str) -> str:
    if name not in slots:
        raise AnalysisError(f"'{text}': there are no words for {{{name}}}")
    value = slots[name]
    if isinstance(value, str):
        return value
    phrase, group = value
    return phrase.of(group) if name.startswith("part") else phrase.words


def _tidy(sentence: str) -> str:
    """Take out a comma that the group brought where the sentence has one, or ends."""
    return re.sub(r",(?=[,.?!:])", "", re.sub(r"\s+", " ", sentence)).strip()
