"""All words that may stand for a share: an editor chooses, within what the estimate bears.

The rule of a study (`PhraseBook.phrase`) gives one phrase. Others are as true when a reader who
takes them at their word understands a range that holds the estimate; sharper words than "ongeveer"
need a narrow interval, and a word without a number must fit the whole interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from analysis.phrases import Anchor, Modifier, Phrase, PhraseBook, Range, whole_percent


class Ground(StrEnum):
    """Why a phrase may be used."""

    RULE = "rule"
    """The study's rule makes it of this share."""
    READING = "reading"
    """The share lies in what readers understand by it."""
    VAGUE = "vague"
    """A word without a number, right for the whole interval."""


@dataclass(frozen=True)
class PhraseChoice:
    """A phrase that may be used, and why."""

    phrase: Phrase
    ground: Ground


def phrase_choices(
    book: PhraseBook, share: float, low: float | None, high: float | None
) -> tuple[PhraseChoice, ...]:
    """Give the phrases that a share bears, that of the rule first.

    Parameters
    ----------
    book : PhraseBook
    share : float
        0 to 1.
    low, high : float or None
        Its 95 % interval; without one only "ongeveer" and the rule's own words.
    """
    rule = book.phrase(share, low, high)
    found = {rule.words: PhraseChoice(rule, Ground.RULE)}
    if rule.extreme is None:
        for phrase in _readings(book, share, low, high):
            found.setdefault(phrase.words, PhraseChoice(phrase, Ground.READING))
    for phrase in _vague(book, share, low):
        found.setdefault(phrase.words, PhraseChoice(phrase, Ground.VAGUE))
    return tuple(found.values())


def _readings(
    book: PhraseBook, share: float, low: float | None, high: float | None
) -> Iterator[Phrase]:
    percent = whole_percent(share)
    for anchor in book.anchors:
        for modifier in Modifier:
            if modifier is not Modifier.ABOUT and not book.is_sharp(low, high):
                continue
            # "Ruim" and "bijna" say that the share itself is beside the fraction.
            if modifier is Modifier.ABOVE and percent <= anchor.percent:
                continue
            if modifier is Modifier.BELOW and percent >= anchor.percent:
                continue
            read = book.range_of(anchor, modifier)
            if share in read:
                for words in (anchor.words, *anchor.synonyms):
                    yield _phrase(anchor, words, modifier, percent, read)


def _phrase(anchor: Anchor, words: str, modifier: Modifier, percent: int, read: Range) -> Phrase:
    plural, link = (anchor.plural, anchor.link) if words == anchor.words else _grammar_of(words)
    return Phrase(f"{modifier} {words}".strip(), percent, read, plural, link, modifier)


def _grammar_of(words: str) -> tuple[bool, str]:
    """Tell number and link of a synonym: "twee op de drie mensen vinden", "een derde van de ...".

    After "x op de y" the verb is plural, after "één op de y" and after a noun singular; only a noun
    needs a link before the group (the same rule as the anchors of `phrases.yaml`).
    """
    if " op de " in words:
        return not words.startswith("één "), ""
    return False, "van de"


def _vague(book: PhraseBook, share: float, low: float | None) -> Iterator[Phrase]:
    least = share if low is None else low
    for word in book.vague:
        if not word.contradicts(share) and not word.contradicts(least):
            floor = max(word.above or 0.0, word.least or 0.0)
            yield Phrase(word.words, whole_percent(share), Range(floor, 1.0), True, "")
