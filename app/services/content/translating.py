"""Catalogs on their way to translators and back: files out, files in, how far a language is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from babel.messages.catalog import Catalog

from app.i18n.catalogs import CatalogError, catalog_path, read_catalog, write_catalog
from app.i18n.entries import (
    Entry,
    entry_of,
    place_name,
    plural_forms,
    read_entries,
    said_differently,
)
from app.i18n.exchange import (
    ExchangeError,
    Incoming,
    RowProblem,
    Rules,
    Sheet,
    judge,
    review_of,
)
from app.i18n.exchange_po import read_po_rows
from app.i18n.exchange_sheet import read_csv, read_xlsx, write_csv, write_xlsx
from app.i18n.exchange_xliff import read_xliff, write_xliff
from app.i18n.refresh import refresh_study
from app.i18n.remarks import Remarks, Standing, as_comments
from app.i18n.terms import TERMS, first_uses_without_brackets, lacking, read_terms
from app.messages.texts import read_message_texts
from app.questionnaire.code_lists import locale_of
from app.questionnaire.source import load_bank
from app.questionnaire.texts import texts_of
from app.questionnaire.written import is_name
from app.services.content.plain_words import plain_comments

FORMATS = ("po", "xliff", "xlsx", "csv")
_FORMAT_OF = {".po": "po", ".xlf": "xliff", ".xliff": "xliff", ".xlsx": "xlsx", ".csv": "csv"}


class TranslationFileError(Exception):
    """A catalog or a translator's file that cannot be used; nothing was written."""


class ImportProblemsError(Exception):
    """Rows that cannot be taken in; nothing was written."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the catalogs of a study lie, and what its texts allow."""

    folder: Path
    """Of the translations."""
    catalog: str
    """``messages``, or the id of the study."""
    source: str
    """Language of the source texts."""
    longest: Mapping[str, int] = field(default_factory=dict)
    """Characters, by context."""
    written_in: tuple[str, ...] = ()
    """Languages that need no catalog."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed, and what a reviewer should look at."""

    language: str
    changed: int
    unchanged: int
    empty: int
    warnings: tuple[str, ...]


def desk_of(study: Path, folder: Path, catalog: str | None = None) -> Desk:
    """Return the desk of a study, or of another catalog of the project.

    Raises
    ------
    TranslationFileError
        If the study has problems: its texts are not ready for translators.
    """
    bank, problems = load_bank(study)
    if bank is None:
        raise TranslationFileError("\n".join(map(str, problems)))
    if catalog not in (None, bank.study):
        return Desk(folder, catalog or "", "en")
    messages, problems = read_message_texts(study, bank.languages)
    if messages is None:
        raise TranslationFileError("\n".join(map(str, problems)))
    longest = {one.context: one.max_length for one in [*texts_of(bank), *messages.all()]}
    return Desk(folder, bank.study, bank.languages[0], longest, bank.languages)


def export(desk: Desk, language: str, format_: str, file: Path) -> int:
    """Write the strings of a language for translators; return how many there are.

    Where a source text could be plainer, a comment says so.
    """
    _, entries, catalog = _read(desk, language)
    entries = [
        replace(
            one, comments=(*one.comments, *plain_comments(one.sources, desk.source, desk.folder))
        )
        for one in entries
    ]
    longest = dict(desk.longest)
    match format_:
        case "po":
            for message in (message for message in catalog if message.id):
                sources = entry_of(message, Remarks()).sources
                message.auto_comments += plain_comments(sources, desk.source, desk.folder)
            write_catalog(catalog, file)
        case "xliff":
            write_xliff(
                entries,
                file,
                catalog=desk.catalog,
                source=desk.source,
                target=language.replace("_", "-"),
                longest=longest,
            )
        case "xlsx":
            write_xlsx(entries, file, code=language, longest=longest)
        case _:
            write_csv(entries, file, code=language, longest=longest)
    return len(entries)


def _read(desk: Desk, language: str) -> tuple[Path, list[Entry], Catalog]:
    path = catalog_path(desk.folder, language, desk.catalog)
    if not path.exists():
        raise TranslationFileError(f"there is no catalog {desk.catalog} in language {language}")
    try:
        entries, problems = read_entries(path)
        catalog = read_catalog(path)
    except CatalogError as error:
        raise TranslationFileError(str(error)) from error
    if problems:
        raise TranslationFileError("\n".join(map(str, problems)))
    return path, entries, catalog


def take_in(
    desk: Desk, file: Path, *, reviewed_by: str | None, on: date, force: bool = False
) -> Imported:
    """Take a translator's file into its catalog, whole or not at all.

    ``reviewed_by`` names who found every translation in the file good, ``on`` that day.

    Raises
    ------
    ImportProblemsError
        With every row that cannot be taken in.
    TranslationFileError
        If the file cannot be read, or has no catalog here.
    """
    sheet, incoming = judged(desk, file, reviewed_by=reviewed_by, on=on, force=force)
    path, _, catalog = _read(desk, sheet.language)
    if incoming.changed:
        _write(desk, catalog, path, incoming)
    warnings = tuple(_term_warnings(desk, sheet.language, incoming))
    return Imported(
        sheet.language, len(incoming.changed), incoming.unchanged, incoming.empty, warnings
    )


def judged(
    desk: Desk, file: Path, *, reviewed_by: str | None, on: date, force: bool = False
) -> tuple[Sheet, Incoming]:
    """Return what a translator's file holds and would change; changes nothing.

    Raises what `take_in` does.
    """
    sheet = _sheet(desk, file)
    _, entries, catalog = _read(desk, sheet.language)
    _refuse_another_language(desk, sheet, entries)
    rules = Rules(
        language=sheet.language,
        plural_forms=plural_forms(catalog),
        longest=desk.longest,
        reviewed=review_of(reviewed_by, on),
        force=force,
    )
    incoming = judge(sheet.rows, entries, rules)
    if incoming.problems:
        raise ImportProblemsError(incoming.problems)
    return sheet, incoming


def _refuse_another_language(desk: Desk, sheet: Sheet, entries: Sequence[Entry]) -> None:
    """Refuse a file whose words are those of another language, under this one's name."""
    present = {entry.key: entry.translations for entry in entries}
    filled = {
        (row.context, *row.sources): row.translations for row in sheet.rows if any(row.translations)
    }
    for path in sorted(desk.folder.glob(f"*/LC_MESSAGES/{desk.catalog}.po")):
        code = path.parent.parent.name
        if code == sheet.language:
            continue
        _, others, _ = _read(desk, code)
        same = sum(
            any(one.translations)
            and filled.get(one.key) == one.translations != present.get(one.key)
            and not (len(one.sources) == 1 and is_name(one.sources[0]))
            for one in others
        )
        if 2 * same > len(filled):
            raise TranslationFileError(
                f"the file says {sheet.language}, and {same} of its {len(filled)} translations are"
                f" those of the catalog in {code}"
            )


def _sheet(desk: Desk, file: Path) -> Sheet:
    format_ = _FORMAT_OF.get(file.suffix.lower())
    try:
        match format_:
            case "po":
                return read_po_rows(file)
            case "xliff":
                return read_xliff(file, catalog=desk.catalog)
            case "xlsx":
                return read_xlsx(file)
            case "csv":
                return read_csv(file)
    except CatalogError as error:
        raise TranslationFileError(str(error)) from error
    except ExchangeError as error:
        raise TranslationFileError(f"{file.name}: {error}") from error
    expected = ", ".join(_FORMAT_OF)
    raise TranslationFileError(f"{file.name}: expected a file that ends in {expected}")


def _write(desk: Desk, catalog: Catalog, path: Path, incoming: Incoming) -> None:
    for message in catalog:
        if desk.written_in:
            # Babel takes our placeholders for formats of Python; `refresh` takes the flags out too.
            message.flags.intersection_update({"fuzzy"})
        sources = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        found = incoming.changed.get((message.context or "", *sources))
        if found is not None:
            translations, remarks = found
            message.flags.discard("fuzzy")
            message.string = translations if len(sources) > 1 else translations[0]
            message.user_comments = as_comments(remarks, translated=True)
    write_catalog(catalog, path)


def _term_warnings(desk: Desk, language: str, incoming: Incoming) -> list[str]:
    path = desk.folder / TERMS
    terms, _ = read_terms(path) if path.exists() else ([], [])
    return [
        f'{key[0]}: expected "{term.words[language][0]}" for {term.id}'
        for key, (translations, _) in incoming.changed.items()
        if key[0]
        for term in lacking(key[1], translations[0], language, terms)
    ]


def start(desk: Desk, study: Path, language: str) -> None:
    """Give a language an empty catalog of the study; one that is there is brought up to date.

    Raises
    ------
    TranslationFileError
        If nobody knows the language, or the study is written in it.
    """
    if locale_of(language) is None:
        raise TranslationFileError(f'language "{language}" is not known, expected a code like "ti"')
    if language in desk.written_in:
        raise TranslationFileError(f"the study itself is written in {language}")
    problems = refresh_study(study, desk.folder, start=[language])
    if problems:
        raise TranslationFileError("\n".join(map(str, problems)))


def status(desk: Desk) -> dict[str, Counter[Standing]]:
    """Return how many strings of each language are how far."""
    found = {}
    for path in sorted(desk.folder.glob(f"*/LC_MESSAGES/{desk.catalog}.po")):
        code = path.parent.parent.name
        _, entries, _ = _read(desk, code)
        found[code] = Counter(entry.standing for entry in entries)
    return found


def term_warnings(desk: Desk, language: str) -> list[str]:
    """Return where a language says one thing in two ways, with file and line.

    That is: not in the word of the term base, without the Dutch term at its first use, or in other
    words than another text with the same source.
    """
    path, entries, _ = _read(desk, language)
    terms, problems = read_terms(desk.folder / TERMS)

    def warning(entry: Entry, words: str) -> str:
        return f"{place_name(path)}:{entry.line}: {entry.context or entry.sources[0]}: {words}"

    found = [str(problem) for problem in problems]
    for entry in (one for one in entries if all(one.translations)):
        for term in lacking(entry.sources[0], entry.translations[0], language, terms):
            words = f'expected "{term.words[language][0]}" for {term.id}'
            found.append(warning(entry, words))
    pairs = [(one.sources[0], one.translations[0]) for one in entries]
    for at, term in first_uses_without_brackets(pairs, terms):
        found.append(warning(entries[at], f'first use of {term.id} lacks "({term.official})"'))
    for entry, before in said_differently(entries):
        found.append(warning(entry, f'line {before.line} says "{before.translations[0]}"'))
    return found
