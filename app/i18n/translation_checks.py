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

from app.i18n.locales import language

_INSERTION = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")
_NUMBER = re.compile(r"\d+")
_OPENING = frozenset("\u2066\u2067\u2068")
_CLOSING = "\u2069"
_EMBEDDING = re.compile("[\u202a-\u202e]")
_CONTROL = re.compile("[\x00-\x1f\x7f\ufeff\ufffd]")
_LATIN_OR_DIGIT = re.compile(r"[A-Za-z\u00c0-\u024f0-9]+")
_SAID_IN_WORDS = frozenset(("1", "2"))
"""Many languages say one and two by the form of the noun."""


def translation_faults(
    source: str, translation: str, code: str, *, max_length: int | None = None
) -> list[str]:
    """Return what is wrong with a translation of ``source`` into the language ``code``."""
    faults = [*_placeholder_faults(source, translation), *_letter_faults(translation)]
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


def _letter_faults(translation: str) -> Iterator[str]:
    if translation != translation.strip():
        yield "begins or ends with a space"
    if "<" in translation or ">" in translation:
        yield "holds < or >: markup is not for translators"
    if bad := _CONTROL.search(translation):
        yield f"holds U+{ord(bad[0]):04X}, which is no letter"
    if unicodedata.normalize("NFC", translation) != translation:
        yield "is not in normal form C: letters and their marks are apart"


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
    if _EMBEDDING.search(translation):
        yield "holds an embedding or override (U+202A to U+202E); use isolates"
    outside = _outside_isolates(translation)
    if outside is None:
        yield "isolates are not in pairs (U+2068 opens, U+2069 closes)"
    elif language(code).dir == "rtl":
        bare = _LATIN_OR_DIGIT.findall(_INSERTION.sub(" ", outside))
        if bare:
            yield f"not between isolates: {', '.join(dict.fromkeys(bare))}"


def _outside_isolates(translation: str) -> str | None:
    """The letters that no isolate holds; ``None`` when isolates are not in pairs."""
    depth, outside = 0, []
    for letter in translation:
        depth += (letter in _OPENING) - (letter == _CLOSING)
        if depth < 0:
            return None
        outside.append(letter if depth == 0 and letter != _CLOSING else " ")
    return None if depth else "".join(outside)
