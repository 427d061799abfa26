"""One text with everything around it: what a translator should see before writing a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from app.i18n.catalogs import catalog_path
from app.i18n.edits import Edit, name_in_log
from app.i18n.spoken import text_hash
from app.i18n.terms import TERMS, Term, lacking, read_terms, terms_in
from app.questionnaire.model import Kind
from app.questionnaire.source import load_bank
from app.services.content.plain_words import plain_comments
from app.services.content.site_texts import (
    Part,
    SiteText,
    languages,
    log_of,
    read_texts,
    source_language,
)
from app.services.content.study_calendar import read_offered_languages
from app.services.context import ServiceContext


@dataclass(frozen=True)
class TextSheet:
    """One string with everything around it: what the editor shows."""

    text: SiteText
    part: Part
    elsewhere: Mapping[str, SiteText]
    """The same string in the other languages that have it translated, by language."""
    terms: tuple[tuple[Term, bool], ...]
    """Terms of the source, and whether the translation lacks the agreed word."""
    plain: tuple[str, ...]
    """What could be said more plainly in the source, in English."""
    history: tuple[Edit, ...]
    """What was done on this site, the last first."""
    author: Edit | None
    forms: int
    previous: SiteText | None = None
    next: SiteText | None = None
    hashes: tuple[str, ...] = field(default=())
    """What a recording of each form is bound to."""
    asked: tuple[int, str] | None = None
    """The wave and question on whose page it stands, as `wave_that_asks` says."""


def read_sheet(ctx: ServiceContext, language: str, id_: str) -> TextSheet:
    """Return one string with everything around it; raise `NoSuchTextError`."""
    whole = read_texts(ctx, language)
    text = whole.text(id_)
    order = whole.texts
    at = order.index(text)
    elsewhere = {}
    for other in languages(ctx):
        if other != language and catalog_path(ctx.catalogs, other, text.catalog).exists():
            same = next((one for one in read_texts(ctx, other).texts if one.id == id_), None)
            if same is not None and all(same.entry.translations):
                elsewhere[other] = same
    written_in = source_language(ctx, text.catalog)
    return TextSheet(
        text=text,
        part=whole.part(text.part),
        elsewhere=elsewhere,
        terms=_terms(ctx, text),
        plain=tuple(
            one.partition(": ")[2]
            for one in plain_comments(text.entry.sources, written_in, ctx.catalogs)
        ),
        history=_history(ctx, text),
        author=whole.authors.get(id_),
        forms=len(text.entry.translations),
        previous=order[at - 1] if at else None,
        next=order[at + 1] if at + 1 < len(order) else None,
        hashes=tuple(text_hash(one) if one else "" for one in text.entry.translations),
        asked=wave_that_asks(ctx, text),
    )


def wave_that_asks(ctx: ServiceContext, text: SiteText) -> tuple[int, str] | None:
    """Return the latest wave whose questionnaire shows a text in its language, and its question.

    ``None`` for what is on no question of its own: scales, letters, words of the interface.
    """
    files = sorted(ctx.study.rglob("*.yaml"))
    state = tuple((str(one), one.stat().st_mtime_ns, one.stat().st_size) for one in files)
    waves_of, languages_of = _read_waves(ctx.study, state)
    var = text.entry.context.partition("|")[0]
    years = [
        year
        for year in waves_of.get(var, ())
        if text.language in languages_of.get(year, ()) and not text.is_interface
    ]
    return (max(years), var) if years else None


@lru_cache(maxsize=4)
def _read_waves(
    study: Path, _of: tuple[object, ...]
) -> tuple[Mapping[str, tuple[int, ...]], Mapping[int, set[str]]]:
    """Read once as the files stand which waves ask an item, and in which languages."""
    bank, _ = load_bank(study)
    if bank is None:
        return {}, {}
    offered, _ = read_offered_languages(study, bank.waves)
    languages: dict[int, set[str]] = {}
    for one in offered:
        languages.setdefault(one.year, set()).add(one.code)
    # The pages of a battery have names of their own.
    items = {one.var: one.waves for one in bank.items if one.kind is not Kind.BATTERY}
    return items, languages


def _history(ctx: ServiceContext, text: SiteText) -> tuple[Edit, ...]:
    name = name_in_log(text.entry.key)
    log = log_of(ctx, text.language, text.catalog)
    edits = [one for one in log if isinstance(one, Edit) and name_in_log(one.key) == name]
    return tuple(reversed(edits))


def _terms(ctx: ServiceContext, text: SiteText) -> tuple[tuple[Term, bool], ...]:
    path = ctx.catalogs / TERMS
    if text.is_interface or not path.exists():
        return ()
    terms, _ = read_terms(path)
    words = text.entry.translations[0]
    missing = lacking(text.source, words, text.language, terms) if words else []
    return tuple((one, one in missing) for one in terms_in(text.source, terms))
