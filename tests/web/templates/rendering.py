"""The respondent templates, rendered as the site renders them but without the site."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.i18n.catalogs import Catalogs
from app.i18n.fonts import font_file
from app.i18n.locales import language
from app.web.respond.view import (
    DoneView,
    EntryView,
    LanguageChoice,
    PlainView,
    QuestionView,
    ReviewView,
)
from app.web.respond.words import as_text
from tests.web.templates.sample_views import PAGES
from tests.web.templates.sample_words import WORDS

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "app" / "web" / "templates"
STATIC = ROOT / "app" / "web" / "static"
LANGUAGES = ("nl", "en", "ar", "tr", "ti", "fa")

TEMPLATE_OF = {
    QuestionView: "respond/question.html",
    ReviewView: "respond/review.html",
    EntryView: "respond/entry.html",
    DoneView: "respond/done.html",
    PlainView: "respond/plain.html",
}


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["as_text"] = as_text
    return made


@cache
def catalogs() -> Catalogs:
    return Catalogs.load(ROOT / "translations")


def language_choices(current: str) -> list[LanguageChoice]:
    return [
        LanguageChoice(code, known.name, known.dir, code == current)
        for code in LANGUAGES
        for known in [language(code)]
    ]


def render(view: Any, lang: str = "nl", **context: Any) -> str:
    """The page of a view, with six languages in its menu and everything a page can carry."""
    ready = {
        "_": partial(catalogs().gettext, lang),
        "translate": partial(catalogs().gettext, lang),
        "ngettext": partial(catalogs().ngettext, lang),
        "lang": language(lang).tag,
        "dir": language(lang).dir,
        "languages": language_choices(lang),
        "study_title": WORDS[lang].study,
        "synthetic": True,
        "asset": "/static/{}".format,
        "csp_nonce": "",
        "font": font_file(lang),
        "page_title": getattr(view, "heading", "Perspectief"),
        "help_url": "/help",
        "privacy_url": "/privacy",
        "leave_url": "https://www.nu.nl/",
        "home_url": "/",
        "details_url": "/my",
        "script": True,
        "view": view,
    }
    return environment().get_template(TEMPLATE_OF[type(view)]).render(ready | context)


def render_page(name: str, lang: str = "nl", **context: Any) -> str:
    return render(PAGES[name](lang), lang, **context)
