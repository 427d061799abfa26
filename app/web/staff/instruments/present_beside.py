"""Texts side by side → what their page shows: a card a language, a mark where one should look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n.locales import language as language_named
from app.i18n.remarks import Standing
from app.services.content.side_by_side import SideItem, SideLine, SideText
from app.web.staff.figures import Figures
from app.web.staff.instruments.speaking import Speaker


@dataclass(frozen=True, slots=True)
class MarkView:
    """Why somebody should look at a text: a class for its colour, and words."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A text on a card."""

    part: str
    label: str
    """What it is, where the page does not show it by itself."""
    words: str
    marks: Sequence[MarkView]


@dataclass(frozen=True, slots=True)
class CardView:
    """A question in one language."""

    language: str
    lang: str
    dir: str
    marks: Sequence[MarkView]
    """What is so of every text of it."""
    lines: Sequence[LineView]


@dataclass(frozen=True, slots=True)
class PageView:
    """A question in all languages asked for."""

    var: str
    condition: str
    cards: Sequence[CardView]


@dataclass(frozen=True, slots=True)
class BesideView:
    """A chapter side by side."""

    pages: Sequence[PageView]
    summary: Sequence[tuple[str, str]]
    empty: str


def beside_view(
    speaker: Speaker,
    figures: Figures,
    found: Sequence[SideItem],
    languages: Sequence[str],
    *,
    only_marked: bool,
) -> BesideView:
    """Return a chapter side by side; ``only_marked`` leaves out what is as it should be."""
    _ = speaker.say
    shown = [one for one in found if one.marked or not only_marked]
    return BesideView(
        pages=[
            PageView(
                one.item.var,
                "" if one.item.when.source == "true" else one.item.when.source,
                [_card(speaker, figures, one, code) for code in languages],
            )
            for one in shown
        ],
        summary=_summary(speaker, figures, found, languages),
        empty=_("No text of this chapter is marked."),
    )


def _card(speaker: Speaker, figures: Figures, one: SideItem, code: str) -> CardView:
    named = language_named(code)
    texts = [line.texts[code] for line in one.lines]
    # Said once where it is so of all: the marks that matter are not to drown in it.
    all_drafts = all(text.standing is Standing.DRAFT for text in texts)
    lines = [
        LineView(
            line.part,
            _label(speaker, line),
            text.words,
            _marks(speaker, figures, text, drafts=not all_drafts),
        )
        for line, text in zip(one.lines, texts, strict=True)
    ]
    marks = [_draft(speaker)] if all_drafts else []
    return CardView(figures.language(code), named.tag, named.dir, marks, lines)


def _draft(speaker: Speaker) -> MarkView:
    _ = speaker.say
    return MarkView("draft", _("not reviewed"))


def _label(speaker: Speaker, line: SideLine) -> str:
    _ = speaker.say
    match line.part:
        case "variant":
            return _("Other words, when %(condition)s", condition=line.detail)
        case "repeat":
            return _("When an earlier answer is known")
        case "unit":
            return _("Unit")
        case _:
            return ""


def _marks(speaker: Speaker, figures: Figures, text: SideText, *, drafts: bool) -> list[MarkView]:
    _ = speaker.say
    found = []
    match text.standing:
        case Standing.MISSING:
            found.append(MarkView("bad", _("not translated")))
        case Standing.STALE:
            found.append(MarkView("bad", _("stale: the source changed")))
        case Standing.DRAFT if drafts:
            found.append(_draft(speaker))
        case _:
            pass
    if text.long and text.ratio is not None:
        times = figures.decimal(text.ratio, 1)
        found.append(MarkView("paused", _("%(times)s times as long", times=times)))
    if text.since:
        found.append(MarkView("draft", _("the translation is another by now")))
    found += [MarkView("paused", _("agreed word: %(word)s", word=word)) for word in text.terms]
    return found


def _summary(
    speaker: Speaker, figures: Figures, found: Sequence[SideItem], languages: Sequence[str]
) -> list[tuple[str, str]]:
    """What is marked in this chapter, for each language that is a translation."""
    _ = speaker.say
    lines = [line for one in found for line in one.lines]
    rows = []
    for code in languages:
        texts = [line.texts[code] for line in lines]
        if all(text.standing is None for text in texts):
            continue
        counts = {
            _("texts"): len(texts),
            _("not translated"): sum(text.standing is Standing.MISSING for text in texts),
            _("stale"): sum(text.standing is Standing.STALE for text in texts),
            _("not reviewed"): sum(text.standing is Standing.DRAFT for text in texts),
            _("long"): sum(text.long for text in texts),
            _("without the agreed word"): sum(bool(text.terms) for text in texts),
        }
        words = ", ".join(f"{name}: {figures.count(count)}" for name, count in counts.items())
        rows.append((figures.language(code), words))
    return rows
