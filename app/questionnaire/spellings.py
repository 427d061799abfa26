"""One spelling for the many in which people write the name of a place, in any script.

Arabic and Persian keyboards, and phones without a keyboard for Tigrinya, write one name in several
ways. What is folded here is what people vary without meaning anything by it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Letters of one sound or one look, per script; the second of each pair is what is kept.
# Arabic: carriers of hamza fall apart by themselves (NFKD), as vowel signs do; the signs that join
# letters or keep them apart are no letters. Gaf and ghain are how Arabic and Persian write the
# Dutch g beside khah; pe and ve are letters that an Arabic keyboard lacks.
_ARABIC = (
    ("\u0671", "ا"), ("ى", "ي"), ("ی", "ي"), ("ې", "ي"), ("ة", "ه"), ("ە", "ه"), ("ہ", "ه"),
    ("ھ", "ه"), ("ک", "ك"), ("ڪ", "ك"), ("گ", "خ"), ("غ", "خ"), ("پ", "ب"), ("ڤ", "ف"),
    ("ء", ""), ("\u0640", ""),
)  # fmt: skip
# Turkish writes both i's; whoever types without a Turkish keyboard writes one.
_LATIN = (("ı", "i"), ("ø", "o"), ("ł", "l"), ("đ", "d"))
# Ge'ez rows of one sound (first letter, seven vowels each): what is written, what is kept.
_ROWS = (("ሐ", "ሀ"), ("ኀ", "ሀ"), ("ሠ", "ሰ"), ("ዐ", "አ"), ("ፀ", "ጸ"))
_VOWELS = 7
# After these two sounds the first vowel sounds as the fourth: አ and ኣ are one name's beginning.
_GUTTURALS = ("ሀ", "አ")
_FOURTH = 3

_ARTICLE = "ال"
_SHORTEST_WITH_ARTICLE = 5


def _table() -> dict[int, str]:
    rows = {
        ord(written) + vowel: chr(ord(kept) + vowel)
        for written, kept in _ROWS
        for vowel in range(_VOWELS)
    }
    fourth = {first: chr(ord(first) + _FOURTH) for first in _GUTTURALS}
    pairs = {ord(written): kept for written, kept in (*_ARABIC, *_LATIN)}
    geez = {written: fourth.get(kept, kept) for written, kept in rows.items()}
    return pairs | geez | {ord(first): kept for first, kept in fourth.items()}


_FOLDED = _table()


@lru_cache(maxsize=40_000)
def fold_name(text: str) -> str:
    """Return what counts of a name: its letters and digits, one for those that people vary.

    Case, accents, vowel signs, spaces, hyphens and all other signs do not count.
    """
    # Twice: what decomposes may be a capital (ℌ), and what is lowered may decompose (İ).
    plain = text
    for _ in range(2):
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    return "".join(letter for letter in plain.translate(_FOLDED) if letter.isalnum())


@lru_cache(maxsize=40_000)
def fold_without_article(text: str) -> str:
    """Return a name folded, without the Arabic article before any of its words.

    Only a bare alif is an article's: "ألمانيا" has none. Short words are left whole.
    """
    words = text.replace("\u0640", "").split()
    return "".join(
        fold_name(word[len(_ARTICLE) :] if _has_article(word) else word) for word in words
    )


def _has_article(word: str) -> bool:
    return word.startswith(_ARTICLE) and len(word) >= _SHORTEST_WITH_ARTICLE


# Which script a language's page is in, where that is not Latin: by the start of the Unicode names
# of its letters; and the letters that the languages of one script do not share.
_SCRIPTS = {"ar": "ARABIC", "fa": "ARABIC", "ti": "ETHIOPIC"}
_NOT_ITS_LETTERS = {"ar": frozenset("پچژگکی"), "fa": frozenset("أإةكيى")}


def fits_page(name: str, language: str) -> bool:
    """Tell whether every letter of a name is one that readers of a language's page know."""
    script = _SCRIPTS.get(language, "LATIN")
    foreign = _NOT_ITS_LETTERS.get(language, frozenset())
    letters = [letter for letter in name if letter.isalpha()]
    return all(
        unicodedata.name(letter, "").startswith(script) and letter not in foreign
        for letter in letters
    )
