"""Translators at work on the site: words changed, found good by a second person, signed off.

Nothing here writes a catalog of the program: `app.i18n.edits` keeps what was done beside them, and
everything else reads the catalogs as they stand today (`ServiceContext.translations`). A published
version of a questionnaire holds its own words and never changes; the next one reads these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date

from app.i18n.edits import Edit, SignOff, What, add_to_log, locked
from app.i18n.entries import Entry
from app.i18n.exchange import Row, Rules, judge
from app.i18n.locales import language as language_named
from app.i18n.remarks import Remarks, Review, Standing, source_hash
from app.questionnaire.answers import clean_text
from app.questionnaire.written import CLOSING, INSERTION, OPENING, outside_isolates
from app.services.accounts.staff import Visit, record
from app.services.content.site_texts import (
    LanguageTexts,
    Part,
    SiteText,
    read_texts,
    shipped_entry,
)
from app.services.context import STUDY_ZONE, ServiceContext

LONGEST_REMARK = 500
"""Characters of a question or note to colleagues."""
_LATIN_OR_NUMBER = re.compile(
    r"[A-Za-z\u00c0-\u024f0-9]+(?:[ .,:/@&'’-]+[A-Za-z\u00c0-\u024f0-9]+)*"
)
_GAP = "\0"
"""Stands for a letter that is isolated already, or will be when it is filled in."""


class NowhereToKeepError(Exception):
    """There is no data directory: texts are changed in the repository only."""


class TextChangedError(Exception):
    """A colleague changed the text since the page was made."""


class TextFaultsError(Exception):
    """Words that cannot be shown to a respondent; nothing was saved."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class OwnWordsError(Exception):
    """Who wrote words may not find them good; ``count`` texts are in the way."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} texts are your own words")
        self.count = count


class NotReadyError(Exception):
    """A part with texts that are missing or stale cannot be signed off."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} texts are missing or stale")
        self.count = count


@dataclass(frozen=True, slots=True)
class Written:
    """What a translator wrote about one text."""

    words: tuple[str, ...]
    doubt: str = ""
    """A question to a colleague; empty when there is none, or no more."""
    note: str = ""


def faults_of(whole: LanguageTexts, text: SiteText, words: Sequence[str]) -> list[str]:
    """Return what is wrong with words for a text, in English: what an import would refuse."""
    row = Row(at="", context=text.entry.context, sources=text.entry.sources, translations=(*words,))
    others = [one.entry for one in whole.texts if one.catalog == text.catalog]
    longest = {text.entry.context: text.longest} if text.longest is not None else {}
    rules = Rules(whole.language, whole.forms, longest, force=True)
    return [one.reason for one in judge([row], others, rules).problems]


def save(
    ctx: ServiceContext, visit: Visit, language: str, id_: str, written: Written, *, seen: str
) -> bool:
    """Keep what a translator wrote of a text; return whether that changed anything.

    New words are a draft, whatever was there before.

    Raises
    ------
    NoSuchTextError, NowhereToKeepError
        If there is no such text, or no place for it.
    TextChangedError
        If it no longer reads as the page did that the translator had before them.
    TextFaultsError
        If respondents could not be shown the words.
    """
    words = tuple(clean_text(one) for one in written.words)
    with _at_work(ctx):
        whole = read_texts(ctx, language)
        text = whole.text(id_)
        if text.seen != seen:
            raise TextChangedError
        entry = text.entry
        remarks = replace(entry.remarks, doubts=_remark(written.doubt), notes=_remark(written.note))
        same = words == entry.translations
        if same and remarks == entry.remarks and entry.standing is not Standing.STALE:
            return False
        if same and entry.standing is not Standing.STALE:
            _keep(ctx, visit, What.DOUBTED, [(text, entry.translations, remarks)])
            return True
        if not any(words):
            raise TextFaultsError(["is not translated"])
        if faults := faults_of(whole, text, words):
            raise TextFaultsError(faults)
        fresh = replace(remarks, review=None, source=_hash(entry), was=None)
        _keep(ctx, visit, What.CHANGED, [(text, words, fresh)])
    record(ctx, visit, "text.changed", f"texts in {language}", {"text": _shown(text)})
    return True


def review(ctx: ServiceContext, visit: Visit, language: str, id_: str, *, seen: str) -> None:
    """Put on record that a second person found a translation good.

    Raises
    ------
    NoSuchTextError, NowhereToKeepError, TextChangedError
        As `save` does.
    OwnWordsError
        If the reviewer wrote these words.
    NotReadyError
        If the text has no translation, or a stale one.
    """
    with _at_work(ctx):
        whole = read_texts(ctx, language)
        text = whole.text(id_)
        if text.seen != seen:
            raise TextChangedError
        _find_good(ctx, visit, whole, [text])
    record(ctx, visit, "text.reviewed", f"texts in {language}", {"text": _shown(text), "texts": 1})


def sign_off(ctx: ServiceContext, visit: Visit, language: str, part_id: str, *, seen: str) -> int:
    """Put on record that somebody answers for a part as it reads now; return how many texts it has.

    Texts that nobody reviewed yet are reviewed by this: whoever signs has read them all.

    Raises
    ------
    NoSuchTextError, NowhereToKeepError, TextChangedError, OwnWordsError, NotReadyError
        As `review` does; then nothing is changed.
    """
    with _at_work(ctx):
        whole = read_texts(ctx, language)
        part = whole.part(part_id)
        if part.digest != seen:
            raise TextChangedError
        _refuse_unready(part.texts)
        drafts = [one for one in part.texts if one.entry.standing is Standing.DRAFT]
        if drafts:
            _find_good(ctx, visit, whole, drafts)
        _add(ctx, language, part.catalog, [_signature(ctx, visit, part)])
    record(
        ctx,
        visit,
        "text.signed_off",
        f"texts in {language}",
        {"part": part_id, "texts": len(part.texts), "reviewed": len(drafts)},
    )
    return len(part.texts)


def own_words(whole: LanguageTexts, visit: Visit, texts: Iterable[SiteText]) -> list[SiteText]:
    """Return those texts whose words this member of staff wrote."""
    return [
        one
        for one in texts
        if one.id in whole.authors and whole.authors[one.id].by == visit.staff_id.hex
    ]


def isolated_words(words: str, code: str) -> str:
    """Return words with marks around each number and Latin word that stands bare among others.

    For languages that run from right to left; words of others come back as they are. Marks that are
    not in pairs are left for the translator to mend.
    """
    if outside_isolates(words) is None or language_named(code).dir != "rtl":
        return words
    bare = _outside(INSERTION.sub(lambda found: _GAP * len(found[0]), words))
    parts, at = [], 0
    for found in _LATIN_OR_NUMBER.finditer(bare):
        parts += [words[at : found.start()], f"\u2068{words[found.start() : found.end()]}\u2069"]
        at = found.end()
    return "".join((*parts, words[at:]))


def _outside(words: str) -> str:
    """Words of the same length with a gap for every letter that an isolate holds."""
    depth, letters = 0, []
    for letter in words:
        depth += letter in OPENING
        letters.append(_GAP if depth else letter)
        depth -= letter == CLOSING
    return "".join(letters)


def today(ctx: ServiceContext) -> date:
    """Return the day it is where the study is."""
    return ctx.clock.now().astimezone(STUDY_ZONE).date()


def keep_imported(
    ctx: ServiceContext,
    visit: Visit,
    found: Sequence[tuple[SiteText, tuple[str, ...], Remarks]],
) -> None:
    """Keep the rows of a file, all of one catalog; only where nobody else writes meanwhile."""
    _keep(ctx, visit, What.IMPORTED, found)


# --- what these share -----------------------------------------------------------------------------


def _at_work(ctx: ServiceContext) -> AbstractContextManager[None]:
    if ctx.edits is None:
        raise NowhereToKeepError
    return locked(ctx.edits)


def _find_good(
    ctx: ServiceContext, visit: Visit, whole: LanguageTexts, texts: Sequence[SiteText]
) -> None:
    _refuse_unready(texts)
    if own := own_words(whole, visit, texts):
        raise OwnWordsError(len(own))
    verdict = Review(visit.email, today(ctx))
    _keep(
        ctx,
        visit,
        What.REVIEWED,
        [
            (
                one,
                one.entry.translations,
                replace(one.entry.remarks, review=verdict, source=_hash(one.entry)),
            )
            for one in texts
        ],
    )


def _refuse_unready(texts: Iterable[SiteText]) -> None:
    unready = [one for one in texts if one.entry.standing in (Standing.MISSING, Standing.STALE)]
    if unready:
        raise NotReadyError(len(unready))


def _keep(
    ctx: ServiceContext,
    visit: Visit,
    what: What,
    found: Sequence[tuple[SiteText, tuple[str, ...], Remarks]],
) -> None:
    first = found[0][0]
    lines = [
        Edit(
            at=ctx.clock.now(),
            by=visit.staff_id.hex,
            name=visit.email,
            what=what,
            key=text.entry.key,
            translations=words,
            remarks=replace(remarks, was=None),
            over=source_hash(*shipped_entry(ctx, text).translations),
        )
        for text, words, remarks in found
    ]
    _add(ctx, first.language, first.catalog, lines)


def _add(ctx: ServiceContext, language: str, catalog: str, lines: Sequence[Edit | SignOff]) -> None:
    if ctx.edits is None:
        raise NowhereToKeepError
    add_to_log(ctx.edits, language, catalog, lines)


def _signature(ctx: ServiceContext, visit: Visit, part: Part) -> SignOff:
    return SignOff(ctx.clock.now(), visit.staff_id.hex, visit.email, part.id, part.digest)


def _hash(entry: Entry) -> str | None:
    """Words of the interface are known by their source itself and need no hash of it."""
    return source_hash(*entry.sources) if entry.context else entry.remarks.source


def _remark(words: str) -> tuple[str, ...]:
    said = " ".join(words.split())[:LONGEST_REMARK]
    return (said,) if said else ()


def _shown(text: SiteText) -> str:
    """Words of a questionnaire are no secret; the log need only tell which text it was."""
    return text.name[:80]
