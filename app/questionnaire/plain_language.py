"""Whether words are plain: sentence and word length, difficult words, double negation.

What comes out are warnings. A rule cannot know that the only right word is a long one; whoever
writes the question decides, and no exit code follows from it.

Dutch is measured by Flesch-Douma as `textstat` calculates it, on texts that are long enough for
the score to mean something. English is held to the length of sentences and words only: its
syllables would have to be looked up in a dictionary that the library downloads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from statistics import fmean
from typing import Any

from app.questionnaire.difficult_words import PLAINER
from app.questionnaire.document import Problem, by_place
from app.questionnaire.model import Place
from app.questionnaire.texts import BankText

LONGEST_SENTENCE = 18
MEAN_SENTENCE = 12
"""Words."""
MOST_SYLLABLES = 3
LONGEST_ENGLISH_WORD = 13
"""Letters."""
LEAST_WORDS = 20
"""A reading score of fewer words says nothing."""
QUESTIONS_SCORE = 80
LETTERS_SCORE = 70
LETTERS = "letters/"
"""Where the files of letters, e-mails and text messages stand."""

_INSERTION = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")
_ABBREVIATION = re.compile(r"\b(bijv|bv|enz|nr|blz|dr|mr|o\.a|e\.g|i\.e|etc|no)\.", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.?!…:])[)\"'”’]*\s+")
_CLAUSE_END = re.compile(r"[,;:]|\b(?:en|of|maar|want)\b", re.IGNORECASE)
_ENDINGS = ("", "s", "'s", "en", "n", "e")
_EVERYDAY_WORDS = (
    "januari februari familie familielid informatie nederlander nederlanders nederlandse"
    " telefoonnummer universiteit vriendelijke activiteit activiteiten"
)
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
"""Long words that a first course teaches."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME = re.compile(r"[A-Z]{2,}|[^\W_]*\d[^\W_]*|https?://\S+|\S+@\S+")
_DUTY = re.compile(r"\bdien(?:t|en)\b(?:\s+\w+){0,3}?\s+te\b", re.IGNORECASE)
_PASSIVE = re.compile(
    r"\b(?:word|wordt|worden|werd|werden)\b(?:\s+[\w']+){0,6}?\s+"
    r"(?:ge|be|ver|ont|her|aange|afge|inge|opge|uitge|toege|door?ge|voorge|terugge|meege)"
    r"[a-z]{2,}(?:d|t|en)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:niet|geen|nooit|niemand|niets|nergens|nimmer|zonder)\b", re.IGNORECASE
)
_PHRASES = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, PLAINER), key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that need no plainer one: terms that stand on the letters people hold."""

    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, terms: Iterable[str]) -> Vocabulary:
        """Return the words that terms consist of, with the endings they take in a sentence."""
        found = {word.lower() for term in terms for word in _WORD.findall(term)}
        return cls(frozenset(one + ending for one in found for ending in _ENDINGS))

    def knows(self, word: str) -> bool:
        """Tell whether a word is one of them."""
        return word.lower() in self.known


NO_TERMS = Vocabulary()


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that could be plainer: which rule says so, and in words."""

    rule: str
    message: str


def remarks(text: str, language: str, vocabulary: Vocabulary = NO_TERMS) -> list[Remark]:
    """Return what could be plainer in one text; nothing in languages without rules."""
    rules: Sequence[_Rule] = _RULES.get(language, ())
    return [one for rule in rules for one in rule(text, vocabulary)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; an insertion counts as one word."""
    whole = _ABBREVIATION.sub(lambda found: found[1], _INSERTION.sub("naam", text))
    parts = (part.strip() for line in whole.splitlines() for part in _SENTENCE_END.split(line))
    return [part for part in parts if _WORD.search(part)]


def words(sentence: str) -> list[str]:
    """Return the words of a sentence, numbers left out."""
    return _WORD.findall(sentence)


_Rule = Callable[[str, Vocabulary], Iterator[Remark]]


def _long_sentences(text: str, _vocabulary: Vocabulary) -> Iterator[Remark]:
    for sentence in sentences(text):
        length = len(words(sentence))
        if length > LONGEST_SENTENCE:
            yield Remark(
                "sentence",
                f"a sentence of {length} words, at most {LONGEST_SENTENCE}: {_start(sentence)}",
            )


def _many_syllables(text: str, vocabulary: Vocabulary) -> Iterator[Remark]:
    for word in _own_words(text, vocabulary):
        found = syllables(word)
        if found > MOST_SYLLABLES:
            yield Remark("word", f'"{word}" has {found} syllables, at most {MOST_SYLLABLES}')


def _long_words(text: str, vocabulary: Vocabulary) -> Iterator[Remark]:
    for word in _own_words(text, vocabulary):
        if len(word) > LONGEST_ENGLISH_WORD:
            message = f'"{word}" has {len(word)} letters, at most {LONGEST_ENGLISH_WORD}'
            yield Remark("word", message)


def _own_words(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    """The words of a text, each once; no names, numbers, insertions or terms."""
    plain = _NAME.sub(" ", _INSERTION.sub(" ", text))
    for word in dict.fromkeys(words(plain)):
        known = all(vocabulary.knows(part) for part in word.split("-")) or vocabulary.knows(word)
        if not known and word.lower() not in _EVERYDAY:
            yield word


def _difficult(text: str, vocabulary: Vocabulary) -> Iterator[Remark]:
    for found in dict.fromkeys(one.lower() for one in _PHRASES.findall(text)):
        if not vocabulary.knows(found):
            yield Remark("difficult", f'"{found}" is a word of offices; plainer: {PLAINER[found]}')


def _duty(text: str, _vocabulary: Vocabulary) -> Iterator[Remark]:
    found = _DUTY.search(text)
    if found is not None:
        yield Remark("duty", f'"{found[0]}": write "moet"')


def _passive(text: str, _vocabulary: Vocabulary) -> Iterator[Remark]:
    found = _PASSIVE.search(text)
    if found is not None:
        yield Remark("passive", f'"{found[0]}" does not say who does it')


def _double_negation(text: str, _vocabulary: Vocabulary) -> Iterator[Remark]:
    # "Niet goed, niet slecht" denies two things, each once: clauses are looked at one by one.
    clauses = (part for one in sentences(text) for part in _CLAUSE_END.split(one))
    for found in map(_NEGATION.findall, clauses):
        if len(found) > 1:
            said = " … ".join(f'"{one.lower()}"' for one in found)
            yield Remark("negation", f"{said}: say it without the first")


_RULES: Mapping[str, Sequence[_Rule]] = {
    "nl": (_long_sentences, _many_syllables, _difficult, _duty, _passive, _double_negation),
    "en": (_long_sentences, _long_words),
}


def _start(sentence: str) -> str:
    shown = " ".join(sentence.split()[:5])
    return f'"{shown} …"'


# --- scores ---------------------------------------------------------------------------------------


@cache
def _measure() -> Any:  # noqa: ANN401 (the library has no types)
    # Imported when it is asked for: it brings a dictionary of hyphens along.
    from textstat.textstat import textstatistics

    measure = textstatistics()
    measure.set_lang("nl")
    return measure


@cache
def syllables(word: str) -> int:
    """Return how many syllables a Dutch word has."""
    return int(_measure().syllable_count(word))


def flesch_douma(text: str) -> float | None:
    """Return the Flesch-Douma score of a Dutch text; ``None`` when it is too short to have one."""
    told = [sentence for sentence in sentences(text) if sentence]
    if sum(len(words(sentence)) for sentence in told) < LEAST_WORDS:
        return None
    return float(_measure().flesch_reading_ease(" ".join(map(_closed, told))))


def _closed(sentence: str) -> str:
    return sentence if sentence[-1] in ".?!" else f"{sentence}."


# --- a whole study --------------------------------------------------------------------------------


@dataclass
class _Chapter:
    """The running text of one file: what is read one after the other."""

    place: Place
    sentences: dict[str, list[str]] = field(default_factory=dict)


def study_remarks(
    texts: Iterable[BankText], places: Mapping[str, Place], vocabulary: Vocabulary = NO_TERMS
) -> list[Problem]:
    """Return what could be plainer in the texts of a study, in Dutch and English.

    ``places`` tells where a text stands, by its name. Answers and titles are no sentences: they
    are left out where a file is measured as a whole.
    """
    found: list[Problem] = []
    chapters: dict[str, _Chapter] = {}
    told: set[tuple[str, str]] = set()
    for one in texts:
        place = places.get(one.context) or Place(one.file, 1)
        for language, text in one.text.items():
            for remark in remarks(text, language, vocabulary):
                # One long word in ten questions is one thing to think about.
                if (one.file, remark.message.lower()) not in told:
                    found.append(Problem(place, f"{one.context} ({language}): {remark.message}"))
                if remark.rule in ("word", "difficult"):
                    told.add((one.file, remark.message.lower()))
            if language in _RULES and _is_running(one):
                chapter = chapters.setdefault(one.file, _Chapter(Place(place.file, 1)))
                chapter.sentences.setdefault(language, []).extend(sentences(text))
    for file, chapter in chapters.items():
        found += _of_chapter(chapter, LETTERS_SCORE if LETTERS in file else QUESTIONS_SCORE)
    return by_place(found)


def _is_running(one: BankText) -> bool:
    return not one.kind.startswith(("answer", "title", "unit", "why"))


def _of_chapter(chapter: _Chapter, least: int) -> Iterator[Problem]:
    for language, told in chapter.sentences.items():
        lengths = [len(words(sentence)) for sentence in told]
        mean = fmean(lengths) if lengths else 0
        if sum(lengths) >= LEAST_WORDS and mean > MEAN_SENTENCE:
            yield Problem(
                chapter.place,
                f"sentences ({language}) have {mean:.1f} words on average, at most {MEAN_SENTENCE}",
            )
    score = flesch_douma("\n".join(chapter.sentences.get("nl", ())))
    if score is not None and score < least:
        yield Problem(
            chapter.place, f"reads as {score:.1f} by Flesch-Douma, expected {least} or more"
        )
