"""Which language a page is in: chosen, else that of the session, else what the browser asks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import request, session

from app.i18n.locales import language, negotiate
from app.web import site
from app.web.respond.view import LanguageChoice
from app.web.respond.words import Translate, isolated

LANGUAGE_FIELD = "language"
BESIDE_FIELD = "beside"


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


def second_language(offered: Sequence[str], first: str) -> str | None:
    """Return the language that a person reads below the first, if they asked for one."""
    kept = session.get("b")
    return str(kept) if kept in offered and kept != first else None


def choose_second(offered: Sequence[str], first: str) -> None:
    """Keep the second language whose button was pressed; that without a language ends it."""
    pressed = request.form.get(BESIDE_FIELD)
    if pressed == "":
        session.pop("b", None)
    elif pressed in offered and pressed != first:
        session["b"] = pressed


def swap_second(before: str, now: str) -> None:
    """Go on in two languages when the second of them becomes the first."""
    if session.get("b") == now:
        session["b"] = before


def translator(code: str) -> Translate:
    """Return ``gettext`` in a language, for the words of respondents' pages.

    Every value that is filled in is isolated: a number inside Arabic words would otherwise change
    places with the words, and no caller has to remember it.
    """
    say = partial(site().catalogs.gettext, code)
    return lambda message, /, **values: say(
        message, **{name: isolated(value) for name, value in values.items()}
    )


def staff_translator(code: str) -> Translate:
    """Return ``gettext`` in a language, for the words of staff and results pages."""
    return partial(site().staff_catalogs.gettext, code)


def language_choices(offered: Sequence[str], current: str) -> list[LanguageChoice]:
    """Return the language menu, each language named in itself."""
    return [
        LanguageChoice(code, one.name, one.dir, current=code == current)
        for code in offered
        for one in (language(code),)
    ]
