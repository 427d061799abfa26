"""The style gate: what an editor is warned about. It never changes or blocks a sentence.

The limits are those the published summary itself keeps: 116 sentences of 12.8 words on average,
95 % of them at most 20 words, none over 31.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.summary.skeleton import Abbreviation, Term
from analysis.wording import Wording

MEAN_WORDS = 14
LONG_WORDS = 20
LONG_SHARE = 0.06
MOST_WORDS = 31
_SHARE_IN_DIGITS = re.compile(
    r"%|\bprocent\b|\bpercentages?\b|\b\d+ op de \d+\b|\b\d+(?:,\d+)? ?(?:/|van de) ?\d+\b"
)
_TECHNICAL = re.compile(
    r"\b(?:significant\w*|betrouwbaarheids\w*|marge\w*|tabel\w*|figuur|grafiek\w*|voetnoot\w*"
    r"|gemiddelde waarde|p-waarde|steekproef\w*)\b",
    re.IGNORECASE,
)


def style_warnings(
    sentences: Sequence[str],
    terms: Sequence[Term],
    abbreviations: Sequence[Abbreviation],
    say: Wording,
) -> list[str]:
    """Compare a text with the style of the published summary.

    Parameters
    ----------
    sentences : sequence of str
        In reading order, without headings.
    terms, abbreviations
        Of the skeleton.

    Returns
    -------
    list of str
        One sentence a warning; empty for a text that passes.
    """
    warnings = list(_lengths(sentences, say))
    for sentence in sentences:
        if _SHARE_IN_DIGITS.search(sentence):
            warnings.append(say.gettext("a share in digits: %(text)s", text=sentence))
        if match := _TECHNICAL.search(sentence):
            warnings.append(
                say.gettext("technical word '%(word)s': %(text)s", word=match[0], text=sentence)
            )
    warnings += _unexplained(sentences, terms, say)
    warnings += _bare(sentences, abbreviations, say)
    return warnings


def word_count(sentence: str) -> int:
    """Count words: what stands between spaces and holds a letter or digit."""
    return sum(any(mark.isalnum() for mark in word) for word in sentence.split())


def first_use(sentences: Sequence[str], term: Term) -> int | None:
    """Give the first sentence with a term."""
    patterns = [re.compile(rf"\b{re.escape(form)}\b", re.IGNORECASE) for form in term.forms]
    for at, sentence in enumerate(sentences):
        if any(pattern.search(sentence) for pattern in patterns):
            return at
    return None


def is_explained(sentences: Sequence[str], at: int, term: Term) -> bool:
    """Whether a sentence or the next explains a term."""
    near = " ".join(sentences[at : at + 2]).casefold()
    return any(words.casefold() in near for words in (term.says, *term.marks))


def _lengths(sentences: Sequence[str], say: Wording) -> Iterator[str]:
    lengths = [word_count(sentence) for sentence in sentences]
    if not lengths:
        return
    mean = sum(lengths) / len(lengths)
    if mean > MEAN_WORDS:
        yield say.gettext("%(mean)s words a sentence on average", mean=f"{mean:.1f}")
    long = [s for s, length in zip(sentences, lengths, strict=True) if length > LONG_WORDS]
    if len(long) > LONG_SHARE * len(sentences):
        yield say.gettext(
            "%(long)s of %(all)s sentences have over %(limit)s words",
            long=len(long),
            all=len(sentences),
            limit=LONG_WORDS,
        )
    for sentence, length in zip(sentences, lengths, strict=True):
        if length > MOST_WORDS:
            yield say.gettext("%(number)s words: %(text)s", number=length, text=sentence)


def _unexplained(sentences: Sequence[str], terms: Sequence[Term], say: Wording) -> Iterator[str]:
    for term in terms:
        at = first_use(sentences, term)
        if at is not None and not is_explained(sentences, at, term):
            yield say.gettext(
                "'%(term)s' is not explained at its first use: %(text)s",
                term=term.forms[0],
                text=sentences[at],
            )


def _bare(
    sentences: Sequence[str], abbreviations: Sequence[Abbreviation], say: Wording
) -> Iterator[str]:
    text = "\n".join(sentences)
    for one in abbreviations:
        match = re.search(rf"\b{re.escape(one.short)}\b", text)
        if match is None:
            continue
        before = text[: match.start()]
        if not before.casefold().endswith(f"{one.full.casefold()} ("):
            yield say.gettext(
                "'%(short)s' stands before its full name, %(full)s",
                short=one.short,
                full=one.full,
            )
