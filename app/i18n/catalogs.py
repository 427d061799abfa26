"""The words of the interface, read from the ``.po`` files themselves when the program starts.

There are no ``.mo`` files: a compiled copy can be older than what a translator sees, and reading
all catalogs costs a few milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from gettext import GNUTranslations, c2py
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from babel.plural import to_gettext
from markupsafe import Markup, escape


def catalog_path(folder: Path, code: str, domain: str) -> Path:
    """Where the catalog of a language lies: ``<folder>/<code>/LC_MESSAGES/<domain>.po``."""
    return folder / code / "LC_MESSAGES" / f"{domain}.po"


WIDTH = 100
_KEPT = ('"Project-Id-Version', '"Language:', '"Plural-Forms', '"MIME-Version', '"Content-T')
"""Header fields that are kept; the rest are dates and placeholders, which differ on every run."""


class CatalogError(ValueError):
    """A ``.po`` file is malformed; the message names file and line where they are known."""

    def __init__(self, message: str, *, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


_WELL_FORMED = re.compile(r'\s*(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?".*"\s*)?')


def read_catalog(path: Path) -> Catalog:
    """The catalog in a ``.po`` file; raises `CatalogError` for a malformed one."""
    return parse_catalog(path.read_bytes(), path.name, locale=path.parent.parent.name)


def parse_catalog(content: bytes, name: str, *, locale: str | None = None) -> Catalog:
    """The catalog in the bytes of a ``.po`` file; without ``locale``, in that of its header.

    Raises `CatalogError`, naming the file by ``name``, for a malformed one.
    """
    try:
        for number, line in enumerate(content.decode().splitlines(), start=1):
            # Babel takes a string without its closing quote, and drops the last letter.
            if not _WELL_FORMED.fullmatch(line):
                reason = f"{name}:{number}: expected a string in quotes: {line}"
                raise CatalogError(reason, line=number)
        for again, before in _repeated(content.decode()):
            reason = f"{name}:{again}: the string stands on line {before} too"
            raise CatalogError(reason, line=again)
        catalog = read_po(BytesIO(content), locale=locale, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        found = getattr(error, "lineno", 0)
        raise CatalogError(f"{name}: {error}", line=max(found, 1)) from error
    if b"Plural-Forms:" not in content:
        set_plural_rule(catalog)
    return catalog


_PART = re.compile(r'\s*(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)?\s*"(.*)"\s*')


def _repeated(text: str) -> Iterator[tuple[int, int]]:
    """Strings that a file says twice, with both lines: Babel keeps the later one and is silent."""
    seen: dict[tuple[str, str], int] = {}
    context, source, part, line = "", "", "", 0
    for number, words in enumerate(text.splitlines(), start=1):
        match = _PART.fullmatch(words)
        if match is None:
            continue
        if match[1] in ("msgctxt", "msgid"):
            if match[1] == "msgctxt" or part != "msgctxt":
                context = ""
            source, line = "", number
        elif match[1] and match[1].startswith("msgstr") and not part.startswith("msgstr"):
            before = seen.setdefault((context, source), line)
            if before != line:
                yield line, before
        part = match[1] or part
        if part == "msgctxt":
            context += match[2]
        elif part == "msgid":
            source += match[2]


def plural_rule(code: str) -> str:
    """The ``Plural-Forms`` of a language: forms in CLDR's order, from zero to other.

    Not out of Babel's own table: that swaps the last two forms of Arabic, so that 11 things would
    be said as 100 are, and has one form for Turkish and Persian.
    """
    for rule in _AS_PEOPLE_WRITE_THEM:
        if follows_cldr(rule, code):
            return rule
    return to_gettext(Locale.parse(code).plural_form)


def plural_examples(code: str, most: int = 4) -> list[list[int]]:
    """Return for each plural form of a language the first numbers, from 0, that take it."""
    rule = plural_rule(code)
    found: list[list[int]] = [[] for _ in range(int(_forms_of(rule)))]
    choose = _chooser(rule)
    for number in range(_NUMBERS_TRIED):
        if len(found[choose(number)]) < most:
            found[choose(number)].append(number)
    return found


def follows_cldr(rule: str, code: str) -> bool:
    """Tell whether a ``Plural-Forms`` chooses the form that CLDR does, for the numbers we say."""
    wanted = to_gettext(Locale.parse(code).plural_form)
    if _forms_of(rule) != _forms_of(wanted):
        return False
    chosen, right = _chooser(rule), _chooser(wanted)
    return all(chosen(number) == right(number) for number in range(_NUMBERS_TRIED))


def set_plural_rule(catalog: Catalog) -> None:
    """Give a catalog the plural rule of its language."""
    if catalog.locale is not None and not follows_cldr(catalog.plural_forms, str(catalog.locale)):
        catalog.mime_headers = [("Plural-Forms", plural_rule(str(catalog.locale)))]


_AS_PEOPLE_WRITE_THEM = (
    "nplurals=2; plural=(n != 1);",
    "nplurals=2; plural=(n > 1);",
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 ? 4 : 5);",
)
_NUMBERS_TRIED = 210
"""Rules look at a number and at its last two digits, so that two hundreds show all they do."""


def _forms_of(rule: str) -> str:
    return rule.partition("nplurals=")[2].partition(";")[0].strip()


def _chooser(rule: str) -> Callable[[int], int]:
    return c2py(rule.partition("plural=")[2].rstrip("; "))


def catalog_text(catalog: Catalog) -> str:
    """A catalog as it stands in a ``.po`` file: the same catalog is always the same text."""
    set_plural_rule(catalog)
    written = BytesIO()
    write_po(written, catalog, width=WIDTH, no_location=True)
    head, _, messages = written.getvalue().decode().partition("\n\n")
    kept: list[str] = []
    keeping, new_field = True, True
    for line in head.splitlines():
        if not line.startswith('"') or new_field:
            keeping = not line.startswith('"') or line.startswith(_KEPT)
        if keeping:
            kept.append(line)
        # Arabic's six plural forms do not fit on one line; what goes on belongs to its field.
        new_field = not line.startswith('"') or line.endswith('\\n"')
    return "\n".join([*kept, "", messages.rstrip("\n"), ""])


def write_catalog(catalog: Catalog, path: Path) -> None:
    """Put a catalog in the place of the file at ``path``, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(catalog_text(catalog), encoding="utf-8")
    fresh.replace(path)


def catalog_problems(path: Path) -> list[str]:
    """What makes a catalog unfit to be shown, as lines for the log; empty when nothing does.

    A missing translation is no problem here, the source language stands in. A placeholder that
    differs from the source is one: it would break the page that says it.
    """
    try:
        catalog = read_catalog(path)
    except CatalogError as error:
        return [str(error)]
    return _plural_problems(path, catalog) + [
        f"{path.name}:{message.lineno}: {problem}"
        for message, errors in catalog.check()
        for problem in errors
    ]


def _plural_problems(path: Path, catalog: Catalog) -> list[str]:
    code = path.parent.parent.name
    if catalog.locale is None or follows_cldr(catalog.plural_forms, code):
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(at for at, words in enumerate(lines, start=1) if "Plural-Forms:" in words)
    return [f"{path.name}:{line}: Plural-Forms is not that of CLDR: {plural_rule(code)}"]


class Catalogs:
    """Messages of one domain in all languages that have a catalog.

    Every method takes the language first, then what is said in English, then the values for its
    named placeholders (``%(name)s``). What a catalog lacks, and what a language without catalog
    is asked for, is said in the source language. The answer is plain text, to be escaped by the
    page, unless a value is `Markup`: then it is `Markup`, with everything else escaped.
    """

    def __init__(self, catalogs: Mapping[str, Catalog], *, source: str = "en") -> None:
        self._source = _compiled(catalogs[source]) if source in catalogs else _compiled(Catalog())
        self._translations = {
            code: _compiled(catalog) for code, catalog in catalogs.items() if code != source
        }
        for translations in self._translations.values():
            translations.add_fallback(self._source)

    @classmethod
    def load(cls, folder: Path, *, domain: str = "messages", source: str = "en") -> Catalogs:
        """All ``<language>/LC_MESSAGES/<domain>.po`` under ``folder``.

        Raises `CatalogError` for a malformed file.
        """
        return cls(
            {
                path.parent.parent.name: read_catalog(path)
                for path in sorted(folder.glob(f"*/LC_MESSAGES/{domain}.po"))
            },
            source=source,
        )

    def gettext(self, language: str, msgid: str, /, **values: object) -> str:
        """The words for ``msgid``."""
        return _filled(self._of(language).gettext(msgid), values)

    def ngettext(
        self, language: str, singular: str, plural: str, number: int, /, **values: object
    ) -> str:
        """The form for ``number``, by the language's own rule; ``%(number)s`` is filled in."""
        words = self._of(language).ngettext(singular, plural, number)
        return _filled(words, {"number": number, **values})

    def pgettext(self, language: str, context: str, msgid: str, /, **values: object) -> str:
        """The words for ``msgid`` where ``context`` tells it from the same words elsewhere."""
        return _filled(self._of(language).pgettext(context, msgid), values)

    def _of(self, language: str) -> GNUTranslations:
        return self._translations.get(language, self._source)


def _compiled(catalog: Catalog) -> GNUTranslations:
    """A catalog that can be asked; plural rules come from its ``Plural-Forms`` header."""
    binary = BytesIO()
    write_mo(binary, catalog)
    binary.seek(0)
    return GNUTranslations(binary)


def _filled(words: str, values: Mapping[str, object]) -> str:
    if not values:
        return words
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(words) % values
    return words % values
