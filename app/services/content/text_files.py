"""Translators' files on the site: a language out as a spreadsheet or PO file, and in again."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.i18n.edits import locked
from app.i18n.entries import Entry
from app.services.accounts.staff import Visit, record
from app.services.content import translating
from app.services.content.site_texts import SiteText, read_texts
from app.services.content.text_edits import NowhereToKeepError, keep_imported, today
from app.services.context import ServiceContext

ENDINGS = {"xlsx": ".xlsx", "po": ".po", "csv": ".csv", "xliff": ".xlf"}


class AnotherLanguageError(Exception):
    """The file is for another language than the page; ``language`` is what it says."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.language = language


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a file changed: counts of texts."""

    changed: int
    unchanged: int
    empty: int


def file_of(ctx: ServiceContext, language: str, catalog: str, format_: str) -> bytes:
    """Return a catalog for translators, as it stands today: one of `ENDINGS`.

    Raises
    ------
    NoSuchTextError
        If the language has no such catalog.
    """
    read_texts(ctx, language)
    desk = translating.desk_of(ctx.study, ctx.translations, catalog)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{language}{ENDINGS[format_]}"
        translating.export(desk, language, format_, file)
        return file.read_bytes()


def take_in(
    ctx: ServiceContext, visit: Visit, language: str, catalog: str, name: str, content: bytes
) -> TakenIn:
    """Take a translator's file in as drafts, whole or not at all.

    ``name`` is that of the file, for its ending only.

    Raises
    ------
    NowhereToKeepError, AnotherLanguageError
        Without a data directory; for the file of another language.
    translating.TranslationFileError, translating.ImportProblemsError
        As `translating.take_in` does; nothing was kept.
    """
    if ctx.edits is None:
        raise NowhereToKeepError
    desk = translating.desk_of(ctx.study, ctx.translations, catalog)
    with tempfile.TemporaryDirectory() as folder, locked(ctx.edits):
        # The name is ours: what a browser calls a file is no path to write to.
        file = Path(folder) / f"file{Path(name).suffix.lower()[:6]}"
        file.write_bytes(content)
        sheet, incoming = translating.judged(
            desk, file, reviewed_by=None, on=today(ctx), force=True
        )
        if sheet.language.replace("-", "_") != language:
            raise AnotherLanguageError(sheet.language)
        texts = {_key(one): one for one in read_texts(ctx, language).texts}
        found = [
            (texts[catalog, key], words, remarks)
            for key, (words, remarks) in incoming.changed.items()
        ]
        if found:
            keep_imported(ctx, visit, found)
    counts = {"changed": len(found), "unchanged": incoming.unchanged, "empty": incoming.empty}
    record(ctx, visit, "text.imported", f"texts in {language}", {"catalog": catalog, **counts})
    return TakenIn(**counts)


def _key(text: SiteText) -> tuple[str, tuple[str, ...]]:
    entry: Entry = text.entry
    return text.catalog, entry.key
