"""The plain summary as an editor left it: sentences of a release, chosen words, own words between.

What an editor did is an `Edit`, kept as JSON; the sentences themselves are always made anew from
the numbers of the release, so that no number can be written over. Everything that an edit names is
named by keys of sentences, paragraphs and numbers, which stay the same from release to release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.codebook import Codebook, codebook_of
from analysis.findings.published import PublishedContrast, PublishedFinding, PublishedNumber
from analysis.phrase_choices import PhraseChoice, phrase_choices
from analysis.phrases import PhraseBook, read_phrases
from analysis.summary import (
    Origin,
    Paragraph,
    Sentence,
    Skeleton,
    Summary,
    SummaryChapter,
    draft_summary,
    read_skeleton,
)
from analysis.summary.style import style_warnings
from analysis.wording import Wording
from app.questionnaire.plain_language import flesch_douma
from app.services.publication.published_numbers import numbers_from_json
from app.services.publication.releases import (
    ARCHIVE,
    CODEBOOK,
    KeptRelease,
    ReleaseError,
    kept_numbers,
)

KEY_DIGITS = 12
READS_WELL = 70
"""Flesch-Douma from which a text is plain enough for letters (`app.questionnaire.plain_language`);
Douma 1960: 70 to 80 is fairly easy, 60 to 70 is standard."""

Figures = Mapping[str, tuple[float | None, ...]]
"""By key of a number: estimate and the ends of its interval, as printed."""


@dataclass(frozen=True)
class Edit:
    """What an editor did to the summary of a wave; everything else is as it was made."""

    release: int
    phrases: Mapping[str, str] = field(default_factory=dict)
    """By key of a number: the words chosen for it."""
    left_out: frozenset[str] = frozenset()
    """Keys of sentences."""
    after: Mapping[str, str] = field(default_factory=dict)
    """By key of a sentence: own words behind it, or in the place of what the editor is to write."""
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By key of a chapter: its paragraphs, as far as their order was changed."""
    looked: Mapping[str, Figures] = field(default_factory=dict)
    """By key of a sentence: its numbers when an editor last looked at it."""

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON-ready mappings and lists."""
        return {
            "release": self.release,
            "phrases": dict(self.phrases),
            "left_out": sorted(self.left_out),
            "after": dict(self.after),
            "order": {name: list(keys) for name, keys in self.order.items()},
            "looked": {
                key: {name: list(values) for name, values in numbers.items()}
                for key, numbers in self.looked.items()
            },
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Edit:
        """Read what `to_json` gave."""
        return cls(
            int(told["release"]),
            told["phrases"],
            frozenset(told["left_out"]),
            told["after"],
            told["order"],
            {
                key: {name: tuple(values) for name, values in numbers.items()}
                for key, numbers in told["looked"].items()
            },
        )


@dataclass(frozen=True)
class NumberOf:
    """A number behind a sentence, and the words that may stand for it."""

    key: str
    number: PublishedNumber
    choices: Sequence[PhraseChoice]
    """Empty where no words are made of it: a count, a median, too few people."""
    chosen: str
    """Words that stand there now; empty without choices."""
    half_width: float | None
    """Of the interval, as a share."""
    is_sharp: bool
    """Whether the interval is narrow enough for more than "ongeveer"."""


@dataclass(frozen=True)
class EditedSentence:
    """A sentence with what is behind it and what an editor did to it."""

    key: str
    sentence: Sentence
    numbers: Sequence[NumberOf]
    contrasts: Sequence[PublishedContrast]
    is_out: bool
    after: str
    was: Figures | None
    """Its numbers when an editor last looked, where they differ from those of the release now."""

    @property
    def now(self) -> Figures:
        """Its numbers in the release."""
        return figures_of(self.sentence)

    @property
    def waits(self) -> bool:
        """Whether an editor is to write something here and did not."""
        return self.sentence.origin is Origin.EDITOR and not (self.after or self.is_out)


@dataclass(frozen=True)
class EditedParagraph:
    """Sentences on one topic."""

    key: str
    label: str
    is_bullet: bool
    sentences: Sequence[EditedSentence]


@dataclass(frozen=True)
class EditedChapter:
    """A chapter or a section of one, in reading order; ``depth`` is 1 for a chapter."""

    key: str
    heading: str
    depth: int
    paragraphs: Sequence[EditedParagraph]

    def sentences(self) -> Iterator[EditedSentence]:
        """Give all sentences of this part, without those of its sections."""
        for paragraph in self.paragraphs:
            yield from paragraph.sentences


@dataclass(frozen=True)
class EditedSummary:
    """The summary as it stands: parts to edit, the text to print, and what to look at."""

    wave: int
    release: int
    chapters: Sequence[EditedChapter]
    printed: Summary
    """Without what was left out, with the editor's own words."""
    warnings: Sequence[str]
    left_out: Sequence[tuple[str, str]]
    """Findings that have no sentence, and why not, in Dutch."""
    reading: float | None
    """Flesch-Douma; ``None`` for a text too short to have one."""
    mean_words: float

    def sentences(self) -> Iterator[EditedSentence]:
        """Give all sentences in reading order."""
        for chapter in self.chapters:
            yield from chapter.sentences()

    @property
    def waiting(self) -> int:
        """How many places are still to be written."""
        return sum(one.waits for one in self.sentences())

    @property
    def changed(self) -> int:
        """How many sentences have another number than when an editor looked last."""
        return sum(one.was is not None for one in self.sentences())


@dataclass(frozen=True)
class Material:
    """What the summary of a release is written from; all of it lies in the release."""

    release: int
    wave: int
    skeleton: Skeleton
    phrases: PhraseBook
    codebook: Codebook
    findings: Sequence[PublishedFinding]


def material_of(kept: KeptRelease) -> Material:
    """Return what the summary of a release is written from.

    Raises
    ------
    ReleaseError
        If the release has no tables, or its study no summary for the wave.
    """
    study = kept.folder / ARCHIVE / "study"
    wave = max(kept.waves)
    if not kept.has_findings or not (study / "summary.yaml").is_file():
        raise ReleaseError(f"release {kept.number} has nothing to write a summary from")
    skeleton = read_skeleton(study / "summary.yaml")
    if wave not in skeleton.waves:
        raise ReleaseError(f"the study has no words for a summary of wave {wave}")
    described = json.loads((kept.folder / CODEBOOK).read_text(encoding="utf-8"))
    return Material(
        kept.number,
        wave,
        skeleton,
        read_phrases(study / "phrases.yaml"),
        codebook_of(described, kept.study),
        numbers_from_json(kept_numbers(kept)),
    )


def compose(material: Material, edit: Edit) -> EditedSummary:
    """Return the summary of a release as an edit leaves it.

    A chosen phrase that the numbers of this release do not bear any more gives way to the rule's.
    """
    say = Wording("nl")
    chosen = [_with_phrases(one, material.phrases, edit) for one in material.findings]
    draft = draft_summary(
        material.skeleton, chosen, material.phrases, material.codebook, material.wave, say
    )
    chapters = [
        part
        for chapter in draft.chapters
        for part in _parts(chapter, chapter.id, 1, material.phrases, edit)
    ]
    by_key = {one.key: one for one in chapters}
    printed = replace(
        draft, chapters=tuple(_printed(one, one.id, by_key) for one in draft.chapters)
    )
    texts = [one.text for one in printed.sentences() if one.origin is not Origin.EDITOR]
    lengths = [len(text.split()) for text in texts]
    skeleton = material.skeleton
    return EditedSummary(
        wave=material.wave,
        release=material.release,
        chapters=chapters,
        printed=printed,
        warnings=style_warnings(texts, skeleton.terms, skeleton.abbreviations, say),
        left_out=[(one.finding, one.reason) for one in draft.left_out],
        reading=flesch_douma("\n".join(texts)),
        mean_words=sum(lengths) / len(lengths) if lengths else 0.0,
    )


def figures_of(sentence: Sentence) -> Figures:
    """Return the numbers behind a sentence, as printed."""
    numbers = [*sentence.numbers]
    numbers += [side for one in sentence.contrasts for side in (one.a, one.b)]
    finding = sentence.findings[0] if sentence.findings else ""
    return {f"{finding}.{one.code}": (one.estimate, one.low, one.high) for one in numbers}


def look_at_all(summary: EditedSummary) -> dict[str, Figures]:
    """Return the numbers of all sentences: what an editor who begins has before them."""
    return {one.key: dict(one.now) for one in summary.sentences() if one.now}


# --- words ----------------------------------------------------------------------------------------


def _choices(book: PhraseBook, number: PublishedNumber) -> tuple[PhraseChoice, ...]:
    if number.phrase is None or number.estimate is None:
        return ()
    return phrase_choices(book, number.estimate, number.low, number.high)


def _with_phrases(finding: PublishedFinding, book: PhraseBook, edit: Edit) -> PublishedFinding:
    """Put the chosen words in the place of the rule's, where the share bears them."""
    numbers = []
    for number in finding.numbers:
        words = edit.phrases.get(f"{finding.id}.{number.code}")
        fitting = [one for one in _choices(book, number) if one.phrase.words == words]
        numbers.append(replace(number, phrase=fitting[0].phrase) if fitting else number)
    return replace(finding, numbers=tuple(numbers))


# --- parts ----------------------------------------------------------------------------------------


def _parts(
    chapter: SummaryChapter, path: str, depth: int, book: PhraseBook, edit: Edit
) -> Iterator[EditedChapter]:
    key = _key("chapter", path)
    seen: dict[str, int] = {}
    paragraphs = [_paragraph(one, path, seen, book, edit) for one in chapter.paragraphs]
    paragraphs = [one for one in paragraphs if one.sentences]
    wanted = {name: at for at, name in enumerate(edit.order.get(key, ()))}
    # What a later release adds comes where it was made, behind what an editor has put in order.
    paragraphs.sort(key=lambda one: wanted.get(one.key, len(wanted)))
    yield EditedChapter(key, chapter.heading, depth, paragraphs)
    for section in chapter.sections:
        yield from _parts(section, f"{path}/{section.id}", depth + 1, book, edit)


def _paragraph(
    paragraph: Paragraph, path: str, seen: dict[str, int], book: PhraseBook, edit: Edit
) -> EditedParagraph:
    sentences = [_sentence(one, path, seen, book, edit) for one in paragraph.sentences]
    first = sentences[0].key if sentences else ""
    return EditedParagraph(
        _key("paragraph", first), paragraph.label, paragraph.is_bullet, sentences
    )


def _sentence(
    sentence: Sentence, path: str, seen: dict[str, int], book: PhraseBook, edit: Edit
) -> EditedSentence:
    key = _sentence_key(sentence, path, seen)
    now = figures_of(sentence)
    looked = edit.looked.get(key)
    finding = sentence.findings[0] if sentence.findings else ""
    return EditedSentence(
        key=key,
        sentence=sentence,
        numbers=[_number(one, finding, book) for one in sentence.numbers],
        contrasts=sentence.contrasts,
        is_out=key in edit.left_out,
        after=edit.after.get(key, ""),
        was=looked if looked is not None and dict(looked) != dict(now) else None,
    )


def _number(number: PublishedNumber, finding: str, book: PhraseBook) -> NumberOf:
    known = number.low is not None and number.high is not None
    return NumberOf(
        key=f"{finding}.{number.code}",
        number=number,
        choices=_choices(book, number),
        chosen="" if number.phrase is None else number.phrase.words,
        half_width=(number.high - number.low) / 2 if known else None,  # type: ignore[operator]
        is_sharp=book.is_sharp(number.low, number.high),
    )


def _sentence_key(sentence: Sentence, path: str, seen: dict[str, int]) -> str:
    """Name a sentence by where it stands and what it says of which number, not by its words."""
    if sentence.origin is Origin.GENERATED:
        said = ",".join([*sentence.findings, *sorted(figures_of(sentence))])
    elif sentence.findings:
        said = f"{sentence.origin},{','.join(sentence.findings)}"
    else:
        said = f"{sentence.origin},{sentence.text}"
    seen[said] = seen.get(said, 0) + 1
    return _key("sentence", path, said, str(seen[said]))


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:KEY_DIGITS]


# --- what is printed ------------------------------------------------------------------------------


def _printed(
    chapter: SummaryChapter, path: str, parts: Mapping[str, EditedChapter]
) -> SummaryChapter:
    part = parts[_key("chapter", path)]
    paragraphs = (Paragraph(tuple(_kept(one)), one.is_bullet, one.label) for one in part.paragraphs)
    return SummaryChapter(
        chapter.id,
        chapter.heading,
        tuple(one for one in paragraphs if one.sentences),
        tuple(_printed(one, f"{path}/{one.id}", parts) for one in chapter.sections),
    )


def _kept(paragraph: EditedParagraph) -> Iterator[Sentence]:
    for one in paragraph.sentences:
        written = Sentence(one.after, Origin.FIXED) if one.after else None
        if one.sentence.origin is Origin.EDITOR:
            if not one.is_out:
                yield written or one.sentence
            continue
        if not one.is_out:
            yield one.sentence
        if written is not None:
            yield written
