"""What no text may hold, in whatever language: letters nobody sees, markup, words left as they are.

For what authors write and for what translators bring.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

INSERTION = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")
OPENING = frozenset("\u2066\u2067\u2068")
CLOSING = "\u2069"
_EMBEDDING = re.compile("[\u202a-\u202e]")
_SEEN_BY_THE_READER = OPENING | {CLOSING, "\u200c", "\u200d"}
"""Signs of no width that do something: isolates, and what joins or parts letters in Persian."""
_NO_LETTERS = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffd")
"""Letters and marks by name, that show nothing; and what stands for a letter that was lost."""
_SHORT_WORD = 3
"""Names of more words have such words without a capital: "Blik op Werk"."""


def letter_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the letters of a text."""
    if text != text.strip():
        yield "begins or ends with a space"
    if "<" in text or ">" in text:
        yield "holds < or >: markup is not for texts"
    for letter in dict.fromkeys(text):
        if _is_none(letter):
            yield f"holds U+{ord(letter):04X}, which is no letter"
    if unicodedata.normalize("NFC", text) != text:
        yield "is not in normal form C: letters and their marks are apart"


def _is_none(letter: str) -> bool:
    if letter in _SEEN_BY_THE_READER or _EMBEDDING.match(letter):
        return False
    return letter in _BLANK or unicodedata.category(letter) in _NO_LETTERS


def isolate_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the marks that turn the direction of writing."""
    if _EMBEDDING.search(text):
        yield "holds an embedding or override (U+202A to U+202E); use isolates"
    if outside_isolates(text) is None:
        yield "isolates are not in pairs (U+2068 opens, U+2069 closes)"


def outside_isolates(text: str) -> str | None:
    """Return the letters that no isolate holds; ``None`` when isolates are not in pairs."""
    depth, outside = 0, []
    for letter in text:
        depth += (letter in OPENING) - (letter == CLOSING)
        if depth < 0:
            return None
        outside.append(letter if depth == 0 and letter != CLOSING else " ")
    return None if depth else "".join(outside)


def can_be_seen(text: str) -> bool:
    """Tell whether a text shows anything at all."""
    return any(
        not one.isspace() and one not in _SEEN_BY_THE_READER and not _is_none(one) for one in text
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text that hold a letter, without what is inserted in it."""
    return re.findall(r"[^\W\d_]+", INSERTION.sub(" ", text))


def bare(text: str) -> str:
    """Return a text as a reader compares it: without case, marks of no width and spacing."""
    seen = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return " ".join(unicodedata.normalize("NFC", seen).casefold().split()).removesuffix(".")


def is_name(text: str) -> bool:
    """Tell whether a text is a name, which other languages may leave as it is."""
    words = words_of(text)
    if not words or text.rstrip().endswith((".", "?", "!", ":")):
        return False
    capital = [one[0].isupper() for one in words]
    small = [one for one, is_capital in zip(words, capital, strict=True) if not is_capital]
    return capital[0] and capital[-1] and all(len(one) <= _SHORT_WORD for one in small)


def left_as_it_is(source: str, text: str, *, words: int = 1) -> bool:
    """Tell whether a text is its source of more than so many words, though that is no name."""
    return len(words_of(source)) > words and bare(source) == bare(text) and not is_name(source)
