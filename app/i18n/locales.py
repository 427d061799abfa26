"""Which languages there are, what each is called in itself, and which way it runs.

Four sets of languages, each contained in the one before, decide what a person is offered:

* *translated*: a catalog lies in ``translations/``;
* *supported*: ``locales.toml`` says we stand for its quality;
* *configured*: this installation wants it (by default all that is supported);
* *usable*: its catalog could be read and holds no broken message.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from app.i18n.catalogs import catalog_path, catalog_problems

DOMAIN = "messages"
"""What respondents read; a language is offered to them when this catalog is fit to be shown."""
STAFF_DOMAIN = "staff"
"""What staff and analysts read, in the languages of our own staff."""


class LocaleConfigurationError(ValueError):
    """The sets do not nest, or nothing is left to fall back on; ``faults`` names all of it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Language:
    """One language as a page needs it."""

    code: str
    """As in study files and under ``translations/``: ``nl``, ``zh_Hant``."""
    tag: str
    """BCP 47, for ``lang`` attributes: ``nl``, ``zh-Hant``."""
    dir: str
    """``ltr`` or ``rtl``."""
    name: str
    """In the language itself, for menus: ``Nederlands``, ``العربية``."""


@lru_cache(maxsize=64)
def language(code: str) -> Language:
    """The language of a code, as CLDR knows it.

    Raises `babel.UnknownLocaleError` for a code that CLDR lacks, `ValueError` for no code at all.
    """
    locale = Locale.parse(code)
    name = locale.get_display_name() or code
    return Language(
        code=code,
        tag=code.replace("_", "-"),
        dir=locale.text_direction,
        # CLDR gives some names as they stand inside a sentence ("français"); a menu starts with
        # a capital. Scripts without capitals are left as they are.
        name=name[0].upper() + name[1:],
    )


@dataclass(frozen=True, slots=True)
class LanguageSets:
    """The four nested sets, each in the order of the language menu."""

    translated: tuple[str, ...]
    supported: tuple[str, ...]
    configured: tuple[str, ...]
    usable: tuple[str, ...]
    source: str
    """Language of the msgids; its words stand in where a translation is missing."""
    fallback: str
    """Shown when neither the person nor the browser named a usable language."""
    problems: tuple[str, ...]
    """Why a configured language is not usable, one line each, for the log."""


def language_sets(folder: Path, *, configured: Sequence[str] | None = None) -> LanguageSets:
    """The languages under ``folder`` and its ``locales.toml``; ``configured`` may name fewer.

    A configured language with a broken catalog is left out of ``usable`` and told in
    ``problems``. Raises `LocaleConfigurationError`, all faults at once, when the sets do not nest
    or the fallback or source language is not usable.
    """
    declared = tomllib.loads((folder / "locales.toml").read_text(encoding="utf-8"))
    supported = tuple(declared["supported"])
    wanted = supported if configured is None else tuple(configured)
    on_disk = {path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    translated = tuple(sorted(on_disk, key=lambda code: _menu_place(code, supported)))
    broken = {
        code: catalog_problems(catalog_path(folder, code, DOMAIN))
        for code in wanted
        if code in on_disk
    }
    sets = LanguageSets(
        translated=translated,
        supported=supported,
        configured=tuple(sorted(wanted, key=lambda code: _menu_place(code, supported))),
        usable=tuple(code for code in supported if code in broken and not broken[code]),
        source=declared["source"],
        fallback=declared["fallback"],
        problems=tuple(f"{code}: {problem}" for code in broken for problem in broken[code]),
    )
    faults = _faults(sets)
    if faults:
        raise LocaleConfigurationError(faults)
    return sets


def _menu_place(code: str, supported: Sequence[str]) -> tuple[int, str]:
    return (supported.index(code) if code in supported else len(supported), code)


def _faults(sets: LanguageSets) -> list[str]:
    faults = [
        f"locales.toml supports {code!r}, which has no catalog"
        for code in sets.supported
        if code not in sets.translated
    ]
    faults += [
        f"{code!r} is configured, but locales.toml does not support it"
        for code in sets.configured
        if code not in sets.supported
    ]
    if sets.source not in sets.translated:
        faults.append(f"the source language {sets.source!r} has no catalog")
    if sets.fallback not in sets.usable:
        faults.append(f"the fallback language {sets.fallback!r} is not usable")
    return faults + [
        problem for problem in sets.problems if problem.startswith(f"{sets.fallback}:")
    ]


_ACCEPTED = re.compile(r"([a-z]{1,8})(?:-[a-z0-9]{1,8})*(?:;q=([01](?:\.\d{0,3})?))?")
_LONGEST_HEADER = 500
"""Characters of Accept-Language that are read; browsers send fewer than a hundred."""


def negotiate(accept_language: str | None, offered: Sequence[str]) -> str | None:
    """The offered language that the browser's ``Accept-Language`` likes best.

    ``None`` when it names none of them or is malformed. Regions are let go (``ar-SY`` is ``ar``),
    and CLDR's aliases hold: Dari (``prs``) gets Persian. Only ever a first guess: what the person
    chose goes before it.
    """
    liked: list[tuple[float, int, str]] = []
    items = (accept_language or "")[:_LONGEST_HEADER].lower().replace(" ", "").split(",")
    for place, item in enumerate(items):
        match = _ACCEPTED.fullmatch(item)
        if match is None:
            continue
        quality = float(match[2] or 1)
        code = _language_of(match[1])
        if 0 < quality <= 1 and code in offered:
            liked.append((-quality, place, code))
    return min(liked)[2] if liked else None


@lru_cache(maxsize=256)
def _language_of(subtag: str) -> str:
    """The language CLDR files a subtag under; the subtag itself when CLDR does not know it."""
    alias = get_global("language_aliases").get(subtag, subtag)
    try:
        return Locale.parse(alias).language
    except (UnknownLocaleError, ValueError):
        return subtag
