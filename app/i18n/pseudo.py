"""Pseudo-locales: catalogs made from the source, for tests of pages in languages nobody wrote yet.

``long`` says everything in 40 % more letters, as Turkish or German may; ``rtl`` in letters that run
from right to left; ``accents`` in letters a font or a fold may lack. Each text stands between
``⟦`` and ``⟧``: one that is cut off, put together from pieces or not translated shows at once.
"""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import cycle, islice
from unicodedata import combining, normalize

from babel import Locale
from babel.messages.catalog import Catalog

from app.i18n.remarks import Remarks, as_comments, source_hash
from app.questionnaire.wording import END_ISOLATE, ISOLATE

BEGIN, END = "⟦", "⟧"


class Style(StrEnum):
    """What a pseudo-locale tries."""

    LONG = "long"
    RTL = "rtl"
    ACCENTS = "accents"


CARRIERS = {Style.LONG: "de", Style.RTL: "he", Style.ACCENTS: "is"}
"""Languages that CLDR knows and we do not translate into: they lend direction, months, plurals."""

_KEPT = re.compile(r"(\{[^{}]*\}|%\([a-z_]+\)[sd])")
_NUMBER = re.compile(r"\d+")
_LONGER = 1.4
_FILLER = "meer woorden dan hier nodig zijn "
_RTL = str.maketrans(
    dict(zip("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתםןףך", strict=True))
)
_ACCENTS = str.maketrans("aceiklnorsuyzACEIKLNORSUYZ", "áčêïķľñöŕšűýžÁČÊÏĶĽÑÖŔŠŰÝŽ")


def pseudo(words: str, style: Style) -> str:
    """Return a source text as a pseudo-locale says it; placeholders and numbers stay."""
    parts = _KEPT.split(words)
    said = "".join(part if at % 2 else _said(part, style) for at, part in enumerate(parts))
    if style is Style.LONG:
        missing = round(len(words) * _LONGER) - len(said) - len(BEGIN + END) - 1
        said += " " + "".join(islice(cycle(_FILLER), max(missing, 1))).strip()
    return f"{BEGIN}{said}{END}"


def _said(words: str, style: Style) -> str:
    if style is Style.RTL:
        bare = "".join(one for one in normalize("NFD", words.lower()) if not combining(one))
        return _NUMBER.sub(rf"{ISOLATE}\g<0>{END_ISOLATE}", bare.translate(_RTL))
    return words.translate(_ACCENTS) if style is Style.ACCENTS else words


def pseudo_catalog(template: Catalog, style: Style) -> Catalog:
    """Return a complete catalog of drafts, in the language that lends its rules to the style."""
    catalog = Catalog(locale=Locale.parse(CARRIERS[style]), project=template.project, fuzzy=False)
    for message in (one for one in template if one.id):
        sources = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        plural = pseudo(sources[-1], style)
        forms = (pseudo(sources[0], style), *[plural] * (int(catalog.num_plurals) - 1))
        made = Remarks(source=source_hash(*sources))
        catalog.add(
            message.id,
            forms if len(sources) > 1 else forms[0],
            auto_comments=message.auto_comments,
            user_comments=as_comments(made, translated=True),
            context=message.context,
        )
    return catalog
