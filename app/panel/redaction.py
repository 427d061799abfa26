"""What in a person's own words may tell who somebody is: proposals for a redactor, never applied.

Finds what has a shape (addresses, numbers, dates) and what stands after a title or is on a list of
places. A first name in running text has no shape: only a reader finds it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.panel.citizen_numbers import passes_eleven_test


class Personal(StrEnum):
    """A kind of personal detail."""

    EMAIL = "email"
    WEBSITE = "website"
    IBAN = "iban"
    BSN = "bsn"
    PHONE = "phone"
    DATE = "date"
    POSTCODE = "postcode"
    NUMBER = "number"
    """Seven digits or more that are none of the others: a client, permit or file number."""
    NAME = "name"
    PLACE = "place"


WORDS: Mapping[str, Mapping[Personal, str]] = {
    "nl": {
        Personal.EMAIL: "e-mail",
        Personal.WEBSITE: "website",
        Personal.IBAN: "rekening",
        Personal.BSN: "bsn",
        Personal.PHONE: "telefoon",
        Personal.DATE: "datum",
        Personal.POSTCODE: "postcode",
        Personal.NUMBER: "nummer",
        Personal.NAME: "naam",
        Personal.PLACE: "plaats",
    },
    "en": {kind: kind.value for kind in Personal},
}
"""What stands between brackets, by the language in which staff work."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of a text, and what they may be."""

    start: int
    end: int
    kind: Personal


# Bounded repeats and a fixed left edge everywhere: an answer of 20,000 characters is read in time
# that grows with its length, whatever is in it.
_EMAIL = re.compile(
    r"(?<![\w.+%'-])[\w.+%'-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    re.IGNORECASE,
)
_WEBSITE = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,2000}"
    r"|(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,4}(?:nl|com|org|net|eu|info|be|de)\b(?:/[^\s<>\"]{0,2000})?",
    re.IGNORECASE | re.ASCII,
)
_IBAN = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}(?![A-Z0-9])", re.IGNORECASE | re.ASCII
)
_DUTCH_IBAN = re.compile(
    r"(?<![A-Z0-9])NL\d{2}[ .-]?[A-Z]{4}(?:[ .-]?\d){10}(?!\d)", re.IGNORECASE | re.ASCII
)
_NINE_DIGITS = re.compile(r"(?<![\d+])(?<!\d[ .-])\d(?:[ .-]?\d){7,8}(?![ .-]?\d)", re.ASCII)
_PHONE = re.compile(
    r"(?<!\d)(?:\+\d{1,3}|00\d{1,3}|0)[ ./-]{0,2}(?:\(0\)[ ./-]{0,2})?"
    r"\d(?:[ ./-]{0,2}\d){7,11}(?!\d)",
    re.ASCII,
)
_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    "|january|february|march|may|june|july|august|october"
)
_DATE = re.compile(
    rf"(?<!\d)(?:(?P<d>\d{{1,2}})[-/. ](?P<m>\d{{1,2}})(?:[-/.](?:19|20)?| (?:19|20))\d{{2}}"
    rf"|(?:19|20)\d{{2}}[-/.](?P<m2>\d{{1,2}})[-/.](?P<d2>\d{{1,2}})"
    rf"|\d{{1,2}}(?:e|st|nd|rd|th)?\s(?:{_MONTHS})\s(?:19|20)\d{{2}})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_POSTCODE = re.compile(
    r"(?<!\d)[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}(?![A-Za-z])|(?<!\d)[1-9]\d{3}[a-z]{2}(?![A-Za-z])",
    re.ASCII,
)
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){6,24}(?!\d)", re.ASCII)
_TITLED = re.compile(
    r"\b(?:meneer|mevrouw|mevr\.?|dhr\.?|mw\.?|juf|juffrouw|meester|docent|docente|mr\.?|mrs\.?"
    r"|ms\.?|miss|teacher|dr\.?|heet|ben ik|naam is|name is|called)\s"
    r"(?P<name>[^\W\d_][\w'’-]{1,40}(?:\s[^\W\d_][\w'’-]{0,40}){0,3})",
    re.IGNORECASE,
)
_PARTICLES = frozenset(("van", "de", "der", "den", "ter", "ten", "el", "al", "bin"))


def passes_mod_97(iban: str) -> bool:
    """Tell whether the check digits of an account number without spaces are right (ISO 13616)."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def proposals(text: str, *, places: Sequence[str] = ()) -> tuple[Span, ...]:
    """Return what may be personal, in order and without overlap.

    Parameters
    ----------
    places
        Names that are proposed as places where they stand as whole words, in this spelling.
    """
    plain = _with_plain_digits(text)
    taken = bytearray(len(text))
    found: list[Span] = []
    for kind, finder in (*_FINDERS, (Personal.PLACE, _places(places))):
        for start, end in finder(plain):
            if start < end and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Span(start, end, kind))
    return tuple(sorted(found, key=lambda one: one.start))


def redacted(text: str, spans: Iterable[Span], language: str) -> str:
    """Return a text with words between brackets in the place of spans, as ``[telefoon]``."""
    words = WORDS.get(language, WORDS["en"])
    parts, at = [], 0
    for span in sorted(spans, key=lambda one: one.start):
        parts += [text[at : span.start], f"[{words[span.kind]}]"]
        at = span.end
    return "".join((*parts, text[at:]))


def _with_plain_digits(text: str) -> str:
    """Write the digits of any script as 0-9; every character stays in its place."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() else " " if one == "\u00a0" else one
        for one in text
    )


Finder = Callable[[str], Iterable[tuple[int, int]]]


def _all(pattern: re.Pattern[str]) -> Finder:
    return lambda text: [found.span() for found in pattern.finditer(text)]


def _ibans(text: str) -> Iterable[tuple[int, int]]:
    # A Dutch one with a typing error in it is still meant as one.
    yield from (found.span() for found in _DUTCH_IBAN.finditer(text))
    for found in _IBAN.finditer(text):
        bare = re.sub(r"[^A-Z0-9]", "", found.group().upper())
        for length in range(len(bare), 14, -1):
            # Words after the number may have been read along.
            if passes_mod_97(bare[:length]):
                yield found.start(), _end_of(text, found.start(), length)
                break


def _end_of(text: str, start: int, length: int) -> int:
    at = start
    while length:
        length -= text[at].isalnum()
        at += 1
    return at


def _service_numbers(text: str) -> Iterable[tuple[int, int]]:
    for found in _NINE_DIGITS.finditer(text):
        if passes_eleven_test(re.sub(r"\D", "", found.group())):
            yield found.span()


def _dates(text: str) -> Iterable[tuple[int, int]]:
    for found in _DATE.finditer(text):
        day, month = found["d"] or found["d2"], found["m"] or found["m2"]
        if day is None or (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
            yield found.span()


def _names(text: str) -> Iterable[tuple[int, int]]:
    """Yield what is written with a capital after a title; not the word "teacher" before a verb."""
    for found in _TITLED.finditer(text):
        at = end = found.start("name")
        for word in found["name"].split():
            if not (word[0].isupper() or (word in _PARTICLES and end > found.start("name"))):
                break
            at = text.index(word, at) + len(word)
            if word[0].isupper():
                end = at
        yield found.start("name"), end


def _places(names: Sequence[str]) -> Finder:
    if not names:
        return lambda _: ()
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return _all(pattern)


_FINDERS: tuple[tuple[Personal, Finder], ...] = (
    (Personal.EMAIL, _all(_EMAIL)),
    (Personal.WEBSITE, _all(_WEBSITE)),
    (Personal.IBAN, _ibans),
    (Personal.PHONE, _all(_PHONE)),
    (Personal.DATE, _dates),
    (Personal.BSN, _service_numbers),
    (Personal.POSTCODE, _all(_POSTCODE)),
    (Personal.NUMBER, _all(_NUMBER)),
    (Personal.NAME, _names),
)
"""The first to find a character keeps it."""
