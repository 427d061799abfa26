"""Which language a page is in: chosen, else that of the session, else what the browser asks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import request, session

from app.i18n.locales import language, negotiate
from app.web import site
from app.web.respond.view import LanguageChoice
from app.web.respond.words import Translate

LANGUAGE_FIELD = "language"


def chosen_language(offered: Sequence[str]) -> str | None:
    """Return the language whose button was pressed, if this page offers it."""
    code = request.form.get(LANGUAGE_FIELD)
    return code if code in offered else None


def page_language(offered: Sequence[str] | None = None) -> str:
    """Return the language of this page among those offered (by default all of the site)."""
    return chosen_language(offered or site().languages) or settled_language(offered)


def settled_language(offered: Sequence[str] | None = None) -> str:
    """Return the language as it was before this request: nothing that was posted is read."""
    codes = tuple(offered or site().languages)
    kept = session.get("l")
    if kept in codes:
        return str(kept)
    asked = request.headers.get("Accept-Language", "")
    fallback = site().fallback_language
    return negotiate(asked, codes) or (fallback if fallback in codes else codes[0])


def translator(code: str) -> Translate:
    """Return ``gettext`` in a language."""
    return partial(site().catalogs.gettext, code)


def language_choices(offered: Sequence[str], current: str) -> list[LanguageChoice]:
    """Return the language menu, each language named in itself."""
    return [
        LanguageChoice(code, one.name, one.dir, current=code == current)
        for code in offered
        for one in (language(code),)
    ]
