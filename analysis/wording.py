"""The words that results say of themselves, in the language of the reader.

Msgids are plain English with named placeholders; translations are `analysis.po` beside the
catalogs of the interface. A language without a catalog, or a sentence it lacks, is said in English.
Labels of questions and answers come from the codebook, never from here.
"""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGS = Path(__file__).parents[1] / "translations"
DOMAIN = "analysis"


class Wording:
    """Sentences in one language.

    Attributes
    ----------
    language : str
        Code of the language, such as ``nl``.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalog = _catalog(language)

    def gettext(self, msgid: str, /, **values: object) -> str:
        """Give the sentence for ``msgid`` with its placeholders filled in."""
        words = self._catalog.gettext(msgid)
        return words % values if values else words

    def ngettext(self, singular: str, plural: str, number: int, /, **values: object) -> str:
        """Give the form for ``number``, which fills the placeholder ``number``."""
        return self._catalog.ngettext(singular, plural, number) % {"number": number, **values}

    def pgettext(self, context: str, msgid: str, /, **values: object) -> str:
        """Give the sentence for ``msgid`` where ``context`` tells it from the same words."""
        words = self._catalog.pgettext(context, msgid)
        return words % values if values else words


@lru_cache
def _catalog(language: str) -> NullTranslations:
    path = CATALOGS / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as lines:
        catalog = read_po(lines, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
