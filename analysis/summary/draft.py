"""Drafting the summary: the skeleton, filled with the findings of a wave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.codebook import Codebook
from analysis.errors import AnalysisError
from analysis.findings.published import PublishedFinding
from analysis.phrases import PhraseBook
from analysis.summary.coverage import coverage_of
from analysis.summary.model import (
    LeftOut,
    Origin,
    Paragraph,
    Sentence,
    Summary,
    SummaryChapter,
)
from analysis.summary.sentences import Writer
from analysis.summary.skeleton import Block, Skeleton, SkeletonChapter, Term
from analysis.summary.style import first_use, is_explained, style_warnings
from analysis.wording import Wording


def draft_summary(
    skeleton: Skeleton,
    findings: Sequence[PublishedFinding],
    phrases: PhraseBook,
    codebook: Codebook,
    wave: int,
    say: Wording,
) -> Summary:
    """Draft the summary of a wave.

    Parameters
    ----------
    skeleton : Skeleton
    findings : sequence of PublishedFinding
        In Dutch, as `published_findings` gives them.
    phrases : PhraseBook
    codebook : Codebook
        Research questions, groups, acts and languages that ought to be covered.
    wave : int
    say : Wording
        The language of what is said to the editor; the summary is Dutch.

    Returns
    -------
    Summary
        A sentence whose number may not be printed is left out and listed; findings of
        conversations are places kept for the editor.

    Raises
    ------
    AnalysisError
        If the skeleton names a finding that the registry lacks, or has no words for the wave.
    """
    by_id = {finding.id: finding for finding in findings}
    named = {name for line in skeleton.lines() for name in (line.finding, line.after) if name}
    unknown = sorted(named - by_id.keys())
    if unknown:
        raise AnalysisError(f"the summary names findings there are none of: {', '.join(unknown)}")
    if wave not in skeleton.waves:
        raise AnalysisError(f"the summary has no words for wave {wave}")
    slots = skeleton.waves[wave]
    writer = Writer(by_id, phrases, skeleton, slots, say)
    drafter = _Drafter(writer)
    chapters = tuple(drafter.chapter(one, one.heading) for one in skeleton.chapters)
    chapters = _explained(chapters, skeleton.terms)
    summary = Summary(
        wave=wave,
        title=tuple(line.format(**slots) for line in skeleton.title),
        draft=skeleton.draft,
        chapters=chapters,
        left_out=tuple(dict.fromkeys(drafter.left_out)),
    )
    sentences = list(summary.sentences())
    texts = [one.text for one in sentences if one.origin is not Origin.EDITOR]
    return replace(
        summary,
        warnings=(
            *style_warnings(texts, skeleton.terms, skeleton.abbreviations, say),
            *_content_warnings(sentences, findings, say),
            *dict.fromkeys(drafter.warnings),
        ),
        coverage=coverage_of(sentences, by_id, codebook, wave),
    )


class _Drafter:
    """Writes chapters and keeps what was left out, and what the editor is to know."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.left_out: list[LeftOut] = []
        self.warnings: list[str] = []

    def chapter(self, skeleton: SkeletonChapter, place: str) -> SummaryChapter:
        """Write a chapter; a bullet or paragraph without a sentence is not there."""
        told: set[str] = set()
        paragraphs = [self._paragraph(block, place, told) for block in skeleton.blocks]
        sections = (self.chapter(one, one.heading) for one in skeleton.sections)
        return SummaryChapter(
            skeleton.id,
            skeleton.heading,
            tuple(one for one in paragraphs if one.sentences),
            tuple(sections),
        )

    def _paragraph(self, block: Block, place: str, told: set[str]) -> Paragraph:
        """Write a paragraph; a bullet says nothing without a sentence of one of its findings."""
        sentences: list[Sentence] = []
        for line in block.lines:
            written = self.writer.write(line, place, frozenset(told))
            sentences += written.sentences
            self.left_out += written.left_out
            self.warnings += written.warnings
            if written.sentences:
                told.add(line.finding)
        is_about_findings = any(line.finding for line in block.lines)
        if block.is_bullet and is_about_findings and not any(one.findings for one in sentences):
            sentences = []
        return Paragraph(tuple(sentences), block.is_bullet, block.label)


# --- terms ----------------------------------------------------------------------------------------


def _explained(
    chapters: tuple[SummaryChapter, ...], terms: Sequence[Term]
) -> tuple[SummaryChapter, ...]:
    """Put the explanation of each term behind the sentence that uses it first."""
    for term in terms:
        sentences = [one for chapter in chapters for one in chapter.sentences()]
        sentences = [one for one in sentences if one.origin is not Origin.EDITOR]
        texts = [one.text for one in sentences]
        at = first_use(texts, term)
        if at is not None and not is_explained(texts, at, term):
            chapters = tuple(_with_explanation(one, sentences[at], term) for one in chapters)
    return chapters


def _with_explanation(chapter: SummaryChapter, after: Sentence, term: Term) -> SummaryChapter:
    return replace(
        chapter,
        paragraphs=tuple(
            replace(paragraph, sentences=tuple(_inserted(paragraph.sentences, after, term)))
            for paragraph in chapter.paragraphs
        ),
        sections=tuple(_with_explanation(one, after, term) for one in chapter.sections),
    )


def _inserted(sentences: Sequence[Sentence], after: Sentence, term: Term) -> Iterator[Sentence]:
    for sentence in sentences:
        yield sentence
        if sentence is after:
            yield Sentence(term.says, Origin.EXPLANATION)


# --- for the editor -------------------------------------------------------------------------------


def _content_warnings(
    sentences: Sequence[Sentence], findings: Sequence[PublishedFinding], say: Wording
) -> Iterator[str]:
    for sentence in sentences:
        phrases = [number.phrase for number in sentence.numbers]
        if any(phrase is not None and phrase.extreme for phrase in phrases):
            yield say.gettext("nearly nobody or everybody: %(text)s", text=sentence.text)
        if any(contrast.is_reversed for contrast in sentence.contrasts):
            yield say.gettext("published the other way round: %(text)s", text=sentence.text)
    used = {name for sentence in sentences for name in sentence.findings}
    for finding in findings:
        if finding.is_contradicted and finding.id in used and not finding.contrasts:
            yield say.gettext(
                "%(finding)s was published as '%(words)s'; it is now '%(phrase)s'",
                finding=finding.id,
                words=finding.published,
                phrase=finding.phrase or finding.estimate,
            )
