"""The texts of a questionnaire next to each other in some languages, with what to mind of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.i18n.catalogs import catalog_path
from app.i18n.remarks import Standing
from app.i18n.study_catalogs import StudyCatalog, read_study_catalog
from app.i18n.terms import TERMS, Term, lacking, read_terms
from app.questionnaire.model import Instrument, Item, Text
from app.services.content.questionnaires import Edition, draft_of
from app.services.context import ServiceContext

LONG = 1.5
"""A text so many times as long as its source wraps to more lines than it was designed for."""
LONG_FROM = 20
"""Characters of a source from which its length is compared: "Ja" and "نعم" say nothing."""


@dataclass(frozen=True, slots=True)
class SideText:
    """One text in one language."""

    words: str
    standing: Standing | None
    """Of its translation; ``None`` for a language the study is written in."""
    ratio: float | None
    """Characters, as a share of those of the source; ``None`` for the source and short texts."""
    since: bool
    """The catalog says something else by now than this version."""
    terms: tuple[str, ...]
    """Agreed words of the term base that it does not have."""

    @property
    def long(self) -> bool:
        """Whether it is much longer than its source."""
        return self.ratio is not None and self.ratio > LONG

    @property
    def marked(self) -> bool:
        """Whether somebody should look at it."""
        poor = self.standing not in (None, Standing.REVIEWED)
        return poor or self.long or self.since or bool(self.terms)


@dataclass(frozen=True, slots=True)
class SideLine:
    """One text of a question in all the languages asked for."""

    context: str
    """Its name, as translators have it."""
    part: str
    """question, help, variant, repeat, unit, statement or option."""
    detail: str
    """The code of an option, the condition of a variant, the variable of a statement."""
    texts: Mapping[str, SideText]


@dataclass(frozen=True, slots=True)
class SideItem:
    """One question with all its texts."""

    item: Item
    lines: tuple[SideLine, ...]

    @property
    def marked(self) -> bool:
        """Whether somebody should look at one of its texts."""
        return any(text.marked for line in self.lines for text in line.texts.values())


def side_by_side(
    ctx: ServiceContext, edition: Edition, languages: Sequence[str], module: str
) -> list[SideItem]:
    """Return the questions of a chapter with their texts in some languages.

    A language that the edition lacks (a draft whose translation is not whole) is read from its
    catalog as it stands; what is not there is an empty text.
    """
    draft = draft_of(ctx)
    written = draft.bank.languages if draft.bank is not None else edition.instrument.languages[:1]
    desk = _Desk(
        source=written[0],
        written=written,
        catalogs={
            code: catalog
            for code in languages
            if code not in written
            and (catalog := _catalog(ctx, edition.instrument.study, code)) is not None
        },
        terms=_terms(ctx.translations),
        published=edition.note is not None,
    )
    return [
        SideItem(item, tuple(desk.line(one, languages) for one in texts_of_item(item)))
        for item in edition.instrument.items
        if item.module == module
    ]


def languages_of(ctx: ServiceContext, edition: Edition) -> tuple[str, ...]:
    """Return the languages a questionnaire can be read in; of a draft, those with a catalog too."""
    offered = edition.instrument.languages
    if edition.note is not None:
        return offered
    folder, study = ctx.translations, edition.instrument.study
    codes = sorted(path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{study}.po"))
    return (*offered, *(code for code in codes if code not in offered))


@dataclass(frozen=True, slots=True)
class Named:
    """A text of a question under the name that its catalog has for it."""

    context: str
    part: str
    detail: str
    text: Text


def texts_of_item(item: Item) -> Iterator[Named]:
    """Yield the texts of a question in the order they stand on its page.

    The names are those of `app.questionnaire.texts`.
    """
    var = item.var
    yield Named(var, "question", "", item.text)
    for variant in item.variants:
        when = variant.when.source
        yield Named(f"{var}|when {when}", "variant", when, variant.text)
    if item.repeat.text is not None:
        yield Named(f"{var}|repeat", "repeat", "", item.repeat.text)
    if item.help is not None:
        yield Named(f"{var}|help", "help", "", item.help)
    for statement in item.statements:
        yield Named(statement.var, "statement", statement.var, statement.text)
    for option in item.options:
        of = f"scale {item.scale}|" if item.scale is not None else f"{var}|option "
        yield Named(f"{of}{option.code}", "option", option.code, option.text)
    if item.limits.unit is not None:
        yield Named(f"{var}|unit", "unit", "", item.limits.unit)


@dataclass(frozen=True)
class _Desk:
    source: str
    written: Sequence[str]
    catalogs: Mapping[str, StudyCatalog]
    terms: Sequence[Term]
    published: bool

    def line(self, one: Named, languages: Sequence[str]) -> SideLine:
        texts = {code: self.text(one, code) for code in languages}
        return SideLine(one.context, one.part, one.detail, texts)

    def text(self, one: Named, code: str) -> SideText:
        source = one.text.get(self.source, "")
        catalog = self.catalogs.get(code)
        entry = catalog.entries.get(one.context) if catalog is not None else None
        current = entry.translations[0] if entry is not None else ""
        words = one.text.get(code, current)
        standing: Standing | None = None
        if code not in self.written:
            standing = entry.standing if entry is not None else Standing.MISSING
            if entry is not None and entry.sources != (source,) and current:
                standing = Standing.STALE
        compared = code != self.source and words and len(source) >= LONG_FROM
        return SideText(
            words=words,
            standing=standing,
            ratio=len(words) / len(source) if compared else None,
            since=self.published and bool(current) and current != words,
            terms=self.lacking(source, words, code) if words else (),
        )

    def lacking(self, source: str, words: str, code: str) -> tuple[str, ...]:
        if code in self.written:
            return ()
        found = lacking(source, words, code, self.terms)
        return tuple(one.words[code][0] for one in found)


_CATALOGS: dict[Path, tuple[int, StudyCatalog | None]] = {}


def _catalog(ctx: ServiceContext, study: str, code: str) -> StudyCatalog | None:
    """A catalog, read again only when its file has changed."""
    path = catalog_path(ctx.translations, code, study)
    if not path.exists():
        return None
    changed = path.stat().st_mtime_ns
    kept = _CATALOGS.get(path)
    if kept is None or kept[0] != changed:
        catalog, _problems = read_study_catalog(ctx.translations, study, code)
        kept = _CATALOGS[path] = (changed, catalog)
    return kept[1]


def _terms(translations: Path) -> list[Term]:
    path = translations / TERMS
    return read_terms(path)[0] if path.exists() else []


def modules_of(instrument: Instrument) -> list[str]:
    """Return the chapters of a questionnaire that ask something."""
    there = {item.module for item in instrument.items}
    return [one.id for one in instrument.modules if one.id in there]
