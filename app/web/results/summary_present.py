"""The plain summary on the screen: what each sentence rests on, and which words it may use."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.findings.published import PublishedContrast
from analysis.phrase_choices import Ground, PhraseChoice
from analysis.phrases import PhraseBook
from analysis.summary import Origin
from app.services.publication.releases import KeptRelease
from app.services.publication.summaries import Version
from app.services.publication.summary_text import (
    READS_WELL,
    EditedChapter,
    EditedParagraph,
    EditedSentence,
    EditedSummary,
    NumberOf,
)
from app.web.respond.words import Translate
from app.web.results.results_tabs import ROOT
from app.web.staff.figures import NONE, Figures

SUMMARY = f"{ROOT}/summary"
FORMAT_WORDS = {"html": "HTML", "pdf": "PDF", "txt": "TXT"}


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Words that may stand for a number."""

    words: str
    why: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class NumberView:
    """A number behind a sentence: its figures, and a choice of words where there is one."""

    key: str
    label: str
    figures: str
    why: str
    choices: Sequence[ChoiceView]
    """Empty where the words cannot be chosen."""


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence to edit."""

    key: str
    text: str
    findings: str
    numbers: Sequence[NumberView]
    contrasts: Sequence[str]
    is_out: bool
    after: str
    is_place: bool
    """A place that the editor is to write."""
    is_fixed: bool
    changed: str | None


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph to edit, with its place among the others."""

    key: str
    title: str
    place: int
    sentences: Sequence[SentenceView]


@dataclass(frozen=True, slots=True)
class ChapterLine:
    """A chapter on the overview."""

    heading: str
    depth: int
    url: str | None
    state: str
    badge: str | None


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The page of the summary of one wave."""

    wave: int
    facts: Sequence[tuple[str, str]]
    reading: str
    reads_well: bool
    warnings: Sequence[str]
    left_out: Sequence[tuple[str, str]]
    chapters: Sequence[ChapterLine]
    newer: str | None
    newer_release: int | None
    changed: str | None
    waiting: str | None
    versions: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]
    """Name, when and by whom, and files: format and address."""


def overview(
    _: Translate,
    figures: Figures,
    summary: EditedSummary,
    versions: Sequence[Version],
    newer: KeptRelease | None,
    newer_numbers: int,
) -> OverviewView:
    """Return the page of the summary of a wave; the first version is the latest."""
    latest = versions[0]
    return OverviewView(
        wave=summary.wave,
        facts=[
            (_("Numbers of"), _("Release %(number)s", number=summary.release)),
            (_("Version"), figures.count(latest.number)),
            (_("Saved"), figures.moment(latest.at)),
            (_("By"), latest.by),
        ],
        reading=_reading(_, figures, summary),
        reads_well=summary.reading is None or summary.reading >= READS_WELL,
        warnings=summary.warnings,
        left_out=summary.left_out,
        chapters=[_line(_, one, summary.wave) for one in summary.chapters],
        newer=None
        if newer is None
        else _(
            "Release %(number)s is newer. Numbers in this summary that it changes: %(count)s.",
            number=newer.number,
            count=newer_numbers,
        ),
        newer_release=None if newer is None else newer.number,
        changed=_(
            "Sentences with another number than when somebody looked last: %(count)s.",
            count=summary.changed,
        )
        if summary.changed
        else None,
        waiting=_("Places that you have to write, or leave out: %(count)s.", count=summary.waiting)
        if summary.waiting
        else None,
        versions=[_version(_, figures, one) for one in versions],
    )


def _reading(_: Translate, figures: Figures, summary: EditedSummary) -> str:
    if summary.reading is None:
        return _("Too short for a reading score.")
    return _(
        "Reading score %(score)s by Flesch-Douma (Douma 1960), wanted at least %(least)s: the "
        "higher, the easier. Words a sentence: %(words)s on average.",
        score=figures.count(summary.reading),
        least=READS_WELL,
        words=figures.decimal(summary.mean_words, 1),
    )


def _line(_: Translate, one: EditedChapter, wave: int) -> ChapterLine:
    sentences = list(one.sentences())
    changed = sum(sentence.was is not None for sentence in sentences)
    waiting = sum(sentence.waits for sentence in sentences)
    if changed:
        state, badge = _("Changed numbers: %(count)s", count=changed), "bad"
    elif waiting:
        state, badge = _("To write: %(count)s", count=waiting), "paused"
    else:
        state, badge = _("Sentences: %(count)s", count=len(sentences)), None
    url = f"{SUMMARY}/{wave}/chapters/{one.key}" if sentences else None
    return ChapterLine(one.heading, one.depth, url, state if sentences else "", badge)


def _version(
    _: Translate, figures: Figures, one: Version
) -> tuple[str, str, list[tuple[str, str]]]:
    name = _("Version %(number)s", number=one.number)
    made = _(
        "%(moment)s, %(by)s, release %(release)s",
        moment=figures.moment(one.at),
        by=one.by,
        release=one.edit.release,
    )
    path = f"{SUMMARY}/{one.wave}/versions/{one.number}"
    return name, made, [(words, f"{path}.{name_}") for name_, words in FORMAT_WORDS.items()]


# --- a chapter ------------------------------------------------------------------------------------


def paragraphs(
    _: Translate, figures: Figures, chapter: EditedChapter, book: PhraseBook
) -> list[ParagraphView]:
    """Return the paragraphs of a chapter to edit."""
    return [
        ParagraphView(
            one.key,
            _paragraph_title(_, one, at),
            at,
            [_sentence(_, figures, sentence, book) for sentence in one.sentences],
        )
        for at, one in enumerate(chapter.paragraphs, start=1)
    ]


def _paragraph_title(_: Translate, one: EditedParagraph, at: int) -> str:
    kind = (
        _("Point %(number)s", number=at) if one.is_bullet else _("Paragraph %(number)s", number=at)
    )
    return f"{kind}: {one.label}" if one.label else kind


def _sentence(
    _: Translate, figures: Figures, one: EditedSentence, book: PhraseBook
) -> SentenceView:
    return SentenceView(
        key=one.key,
        text=one.sentence.text,
        findings=", ".join(one.sentence.findings),
        numbers=[_number(_, figures, number, one.sentence.text, book) for number in one.numbers],
        contrasts=[_contrast(_, figures, contrast) for contrast in one.contrasts],
        is_out=one.is_out,
        after=one.after,
        is_place=one.sentence.origin is Origin.EDITOR,
        is_fixed=not (one.numbers or one.contrasts),
        changed=_changed(_, figures, one),
    )


def _number(
    _: Translate, figures: Figures, one: NumberOf, text: str, book: PhraseBook
) -> NumberView:
    number = one.number
    shown = one.choices and _bare(one.chosen) in _bare(text)
    return NumberView(
        key=one.key,
        label=number.label,
        figures=_("%(value)s (95%% interval %(interval)s), n %(n)s", **_values(figures, one)),
        why=_why_chosen(_, figures, one, book) if one.choices else "",
        choices=[
            ChoiceView(
                choice.phrase.words,
                _why(_, figures, choice, one, book),
                choice.phrase.words == one.chosen,
            )
            for choice in one.choices
        ]
        if shown
        else [],
    )


def _values(figures: Figures, one: NumberOf) -> dict[str, str]:
    number = one.number
    if number.statistic == "share":
        value, interval = (
            figures.percent(number.estimate, 1),
            figures.interval(number.low, number.high, 1),
        )
    else:
        value = figures.decimal(number.estimate, 1)
        interval = (
            NONE
            if number.low is None
            else f"{figures.decimal(number.low, 1)}–{figures.decimal(number.high, 1)}"
        )
    return {"value": value, "interval": interval, "n": figures.count(number.n)}


def _bare(words: str) -> str:
    """Words without accents and case: a sentence begins with "Eén", a phrase with "één"."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def _why_chosen(_: Translate, figures: Figures, one: NumberOf, book: PhraseBook) -> str:
    choice = next((part for part in one.choices if part.phrase.words == one.chosen), None)
    return "" if choice is None else _why(_, figures, choice, one, book)


def _why(
    _: Translate, figures: Figures, choice: PhraseChoice, one: NumberOf, book: PhraseBook
) -> str:
    read = choice.phrase.range
    if choice.ground is Ground.VAGUE:
        return _(
            "the whole interval lies above %(floor)s, so nobody can call it wrong",
            floor=figures.percent(read.low),
        )
    words = _(
        "readers take it for %(range)s%%, and the share lies there",
        range=figures.interval(read.low, read.high, 1),
    )
    if choice.ground is Ground.RULE:
        words = _("the rule of the study; ") + words
    sharp = _(
        "; the interval is at most %(points)s points to either side, so sharp words may be used",
        points=figures.decimal(book.sharp_half_width, 0),
    )
    wide = _(
        "; the interval is %(half)s points to either side, more than %(points)s, so it must say "
        "“ongeveer”",
        half=figures.decimal(100 * one.half_width, 1) if one.half_width is not None else NONE,
        points=figures.decimal(book.sharp_half_width, 0),
    )
    return words + (sharp if one.is_sharp else wide)


def _contrast(_: Translate, figures: Figures, one: PublishedContrast) -> str:
    points = NONE if one.difference is None else figures.decimal(100 * one.difference, 1)
    return _(
        "%(a)s %(share_a)s, %(b)s %(share_b)s: a difference of %(points)s points, which a test "
        "finds at %(level)s.",
        a=one.label_a,
        b=one.label_b,
        share_a=figures.percent(one.a.estimate, 1),
        share_b=figures.percent(one.b.estimate, 1),
        points=points,
        level=one.level or NONE,
    )


def _changed(_: Translate, figures: Figures, one: EditedSentence) -> str | None:
    if one.was is None:
        return None
    changes = [
        _(
            "%(number)s was %(was)s, is %(now)s",
            number=name,
            was=_said(figures, one.was.get(name)),
            now=_said(figures, one.now.get(name)),
        )
        for name in dict.fromkeys([*one.was, *one.now])
        if one.was.get(name) != one.now.get(name)
    ]
    return "; ".join(changes)


def _said(figures: Figures, found: tuple[float | None, ...] | None) -> str:
    if found is None or found[0] is None:
        return NONE
    value, low, high = found
    if value is not None and value > 1:
        return figures.decimal(value, 1)
    return f"{figures.percent(value, 1)} ({figures.interval(low, high, 1)})"
