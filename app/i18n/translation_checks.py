"""What can be wrong with one translation, whatever its words mean.

The rule of the project for mixed directions: in a language that runs from right to left every
number and every Latin word stands between isolates, so that a code or a Dutch term cannot turn the
sentence round. What is inserted (``{name}``) is isolated when it is filled in.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from babel.core import get_global

from app.i18n.locales import language
from app.questionnaire.written import INSERTION as _INSERTION
from app.questionnaire.written import (
    is_name,
    isolate_faults,
    left_as_it_is,
    letter_faults,
    outside_isolates,
    words_of,
)

_NUMBER = re.compile(r"\d+")
_ISOLATED = re.compile("[\u2066-\u2068]([^\u2066-\u2069]+)\u2069")
_QUOTED = 4
"""So many words of the source, and three quarters of it, are no term: it was not translated."""
_SCRIPTS = {"Arab": "ARABIC", "Ethi": "ETHIOPIC", "Latn": "LATIN", "Cyrl": "CYRILLIC"}
"""How Unicode begins the names of the letters of a script."""
_LATIN_OR_DIGIT = re.compile(r"[A-Za-z\u00c0-\u024f0-9]+")
_SAID_IN_WORDS = frozenset(("1", "2"))
"""Many languages say one and two by the form of the noun."""


def translation_faults(
    source: str,
    translation: str,
    code: str,
    *,
    max_length: int | None = None,
    beside: Sequence[str] = (),
) -> list[str]:
    """Return what is wrong with a translation of ``source`` into the language ``code``.

    ``beside`` is the source in the other languages that translators see with it.
    """
    faults = [*_placeholder_faults(source, translation), *letter_faults(translation)]
    faults += _word_faults(source, translation, code, beside)
    faults += [*_number_faults(source, translation), *_isolate_faults(translation, code)]
    if max_length is not None and len(translation) > max_length:
        faults.append(f"is {len(translation)} characters, at most {max_length}")
    return faults


def plural_faults(sources: Sequence[str], translations: Sequence[str], forms: int) -> list[str]:
    """Return what is wrong with the number of forms of a translation; empty ones are missing."""
    expected = forms if len(sources) > 1 else 1
    if len(translations) != expected:
        return [f"has {len(translations)} plural forms, expected {expected}"]
    lacking = [str(at) for at, one in enumerate(translations) if not one]
    if lacking and len(lacking) < expected:
        return [f"lacks plural form {', '.join(lacking)}"]
    return []


def _placeholder_faults(source: str, translation: str) -> Iterator[str]:
    expected, found = (Counter(_INSERTION.findall(one)) for one in (source, translation))
    for name in sorted((expected - found).keys()):
        yield f'placeholder "{name}" is missing'
    for name in sorted((found - expected).keys()):
        yield f'placeholder "{name}" is not in the source'
    left = _INSERTION.sub("", translation)
    if "{" in left or "}" in left:
        yield "a brace stands alone"


def _word_faults(source: str, translation: str, code: str, beside: Sequence[str]) -> Iterator[str]:
    """Words are there, and are those of the language."""
    expected = words_of(source)
    found = words_of(translation)
    if expected and not found:
        yield "holds no words"
    elif any(left_as_it_is(one, translation) for one in (source, *beside)):
        yield "is not translated: it says the source text itself"
    elif len(expected) > 1 and not is_name(source) and not _in_script("".join(found), code):
        yield f"holds no letter of the script of {code}"
    for quoted in _ISOLATED.findall(translation):
        words = len(words_of(quoted))
        whole = words >= _QUOTED and 4 * words > 3 * len(expected) and not is_name(quoted)
        if whole and quoted.strip() in source:
            yield f'holds "{quoted}" as the source says it'


def _in_script(letters: str, code: str) -> bool:
    likely = str(get_global("likely_subtags").get(code, "")).split("_")
    script = next((_SCRIPTS[part] for part in likely if part in _SCRIPTS), None)
    return script is None or any(unicodedata.name(one, "").startswith(script) for one in letters)


def _number_faults(source: str, translation: str) -> Iterator[str]:
    """Digits are those of the answers and codes on the same page: 0 to 9."""
    expected, found = (_NUMBER.findall(_INSERTION.sub("", text)) for text in (source, translation))
    for number in found:
        if not number.isascii():
            yield f"digits: found {number}, expected {int(number)} in the digits 0 to 9"
    said = [str(int(one)) if not one.isascii() else one for one in found]
    for number in sorted((Counter(expected) - Counter(said)).keys() - _SAID_IN_WORDS):
        yield f"number {number} is missing"
    for number in sorted((Counter(said) - Counter(expected)).keys()):
        yield f"number {number} is not in the source"


def _isolate_faults(translation: str, code: str) -> Iterator[str]:
    yield from isolate_faults(translation)
    outside = outside_isolates(translation)
    if outside is not None and language(code).dir == "rtl":
        bare = _LATIN_OR_DIGIT.findall(_INSERTION.sub(" ", outside))
        if bare:
            yield f"not between isolates: {', '.join(dict.fromkeys(bare))}"
