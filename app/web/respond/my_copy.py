"""The copy of everything we know of a person, as a document of its own: it needs no other file."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup

from app.i18n.locales import language as language_named
from app.services.privacy.privacy_requests import AccessCopy
from app.web import site
from app.web.locale import translator
from app.web.respond.my_words import day_words
from app.web.respond.words import with_isolates


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is known."""

    label: Markup
    value: Markup
    note: Markup


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the copy; ``empty`` stands there when nothing is known."""

    title: Markup
    lead: Markup
    lines: tuple[Line, ...]
    empty: Markup


def copy_document(copy: AccessCopy) -> str:
    """Return a copy as HTML, with isolates around everything that was inserted."""
    named = language_named(copy.language)
    _ = translator(copy.language)
    chapters = [
        Chapter(
            with_isolates(one.title),
            with_isolates(one.lead),
            tuple(
                Line(with_isolates(row.label), with_isolates(row.value), with_isolates(row.note))
                for row in one.rows
            ),
            with_isolates(one.empty),
        )
        for one in copy.sections
    ]
    return current_app.jinja_env.get_template("respond/my_copy.html").render(
        lang=named.tag,
        dir=named.dir,
        heading=_("What we know about you"),
        made=_("Made on %(day)s", day=day_words(copy.made_at, copy.language)),
        study_title=_("Study Perspectief Inburgeraars"),
        test=_("Test with invented people") if site().services.settings.synthetic else "",
        chapters=chapters,
    )
