"""Countries as CLDR names them, for questions that ask for one.

Codes are ISO 3166-1 alpha-2, and XK for Kosovo: user-assigned in ISO, used by CLDR and the
European Union, and a country that people in our studies were born in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from babel import Locale

_NOT_A_COUNTRY = frozenset(
    # Unions, test codes and "unknown", and the exceptional reservations of ISO 3166-1: places
    # that belong to a country which is on the list itself.
    ["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"]
)

_ALPHABETS = {
    # Only where the order of code points, accents taken off, is not the order of the alphabet.
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
    "fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
}


def countries(languages: Sequence[str]) -> dict[str, dict[str, str]]:
    """Every country code with its name per language: ``{"SY": {"nl": "Syrië", …}, …}``.

    A name that CLDR lacks in a language is the English one.
    """
    names = {code: dict(countries_by_name(code)) for code in languages}
    return {
        country: {language: names[language][country] for language in languages}
        for country in sorted(_english_names())
    }


@lru_cache(maxsize=32)
def countries_by_name(language: str) -> tuple[tuple[str, str], ...]:
    """``(code, name)`` of every country, in the alphabetical order of ``language``."""
    known = Locale.parse(language).territories
    names = {code: known.get(code, english) for code, english in _english_names().items()}
    return tuple(sorted(names.items(), key=lambda item: _place_in_alphabet(item[1], language)))


@lru_cache(maxsize=1)
def _english_names() -> dict[str, str]:
    return {
        code: name
        for code, name in Locale.parse("en").territories.items()
        if len(code) == 2 and code not in _NOT_A_COUNTRY
    }


def _place_in_alphabet(name: str, language: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts letters as the language's alphabet does, accents and case aside."""
    alphabet = _ALPHABETS.get(language, "")
    # Python lowers "I" to "i" whatever the language; Turkish has both letters twice.
    lowered = name.replace("İ", "i").replace("I", "ı") if language == "tr" else name
    return tuple(_place_of(letter, alphabet) for letter in lowered.casefold())


def _place_of(letter: str, alphabet: str) -> tuple[int, str]:
    if letter in alphabet:
        return alphabet.index(letter) + 1, ""
    base = unicodedata.normalize("NFD", letter)[0]
    if base in alphabet:
        return alphabet.index(base) + 1, ""
    if not base.isalpha():
        return 0, base
    return len(alphabet) + 1, base
