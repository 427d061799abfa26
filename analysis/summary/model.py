"""The plain Dutch summary of a wave, always a draft: what every writer gets of it.

Made by `draft_summary` from published findings and the study's skeleton, `summary.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.findings.published import PublishedContrast, PublishedNumber


class Origin(StrEnum):
    """Who wrote a sentence."""

    FIXED = "fixed"
    """Prose of the skeleton, true of every wave."""
    GENERATED = "generated"
    """A sentence of the skeleton with words made from a number of this wave."""
    EXPLANATION = "explanation"
    """What a term means, put behind its first use."""
    EDITOR = "editor"
    """A place kept for the editor: outcomes of conversations, or advice."""


class Scope(StrEnum):
    """Whom a sentence is about."""

    POPULATION = "population"
    RESPONDENTS = "respondents"
    """Only those who filled in the questionnaire; the sentence says so."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and the numbers behind it.

    Attributes
    ----------
    text : str
    findings : tuple of str
        Ids; empty for fixed prose.
    numbers : tuple of PublishedNumber
    contrasts : tuple of PublishedContrast
    scope : Scope
    """

    text: str
    origin: Origin
    findings: tuple[str, ...] = ()
    numbers: tuple[PublishedNumber, ...] = field(default=(), repr=False)
    contrasts: tuple[PublishedContrast, ...] = field(default=(), repr=False)
    scope: Scope = Scope.POPULATION


@dataclass(frozen=True)
class Paragraph:
    """Sentences on one topic; a bullet of a list may have a label."""

    sentences: tuple[Sentence, ...]
    is_bullet: bool = False
    label: str = ""

    @property
    def text(self) -> str:
        """The sentences in one line, the label first."""
        words = " ".join(sentence.text for sentence in self.sentences)
        return f"{self.label}. {words}" if self.label else words


@dataclass(frozen=True)
class SummaryChapter:
    """A heading with paragraphs, and sections below it."""

    id: str
    heading: str
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[SummaryChapter, ...] = ()

    def sentences(self) -> Iterator[Sentence]:
        """Give all sentences in reading order."""
        for paragraph in self.paragraphs:
            yield from paragraph.sentences
        for section in self.sections:
            yield from section.sentences()


@dataclass(frozen=True)
class LeftOut:
    """A sentence of the skeleton that is not printed, and why."""

    finding: str
    place: str
    reason: str


@dataclass(frozen=True)
class Coverage:
    """What the summary says nothing about: the editor decides whether that is right."""

    research_questions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summary:
    """The summary of a wave.

    Attributes
    ----------
    title : tuple of str
        Lines of the title page.
    draft : str
        The mark that stands over it, always.
    chapters : tuple of SummaryChapter
    warnings : tuple of str
        For the editor, never printed in the summary itself: style, contradictions of the published
        summary, extremes; ``left_out`` and ``coverage`` likewise.
    """

    wave: int
    title: tuple[str, ...]
    draft: str
    chapters: tuple[SummaryChapter, ...] = field(repr=False)
    warnings: tuple[str, ...] = field(default=(), repr=False)
    left_out: tuple[LeftOut, ...] = field(default=(), repr=False)
    coverage: Coverage = field(default=Coverage(), repr=False)

    def sentences(self) -> Iterator[Sentence]:
        """Give all sentences in reading order."""
        for chapter in self.chapters:
            yield from chapter.sentences()


def summary_text(summary: Summary) -> str:
    """Give the summary as plain text: headings with their depth in ``#``, bullets as ``-``."""
    lines = [summary.draft, "", *summary.title]
    for chapter in summary.chapters:
        lines += _chapter_lines(chapter, depth=1)
    return "\n".join(lines) + "\n"


def _chapter_lines(chapter: SummaryChapter, depth: int) -> Iterator[str]:
    yield ""
    yield f"{'#' * depth} {chapter.heading}"
    after_bullet = False
    for paragraph in chapter.paragraphs:
        if not (paragraph.is_bullet and after_bullet):
            yield ""
        yield f"- {paragraph.text}" if paragraph.is_bullet else paragraph.text
        after_bullet = paragraph.is_bullet
    for section in chapter.sections:
        yield from _chapter_lines(section, depth + 1)
