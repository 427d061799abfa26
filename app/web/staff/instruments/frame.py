"""What the pages of a questionnaire share: who may see them, where they are, which one is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, current_app

from app.panel.states import Role
from app.services.content.questionnaires import DRAFT, Edition, Shelf, edition_of, shelf_of
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import may_see
from app.web.staff.view import Tab
from app.web.staff.waves.tabs import wave_tabs

PATH = "/staff/waves/{}/questionnaire"
LOOKING = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
"""Who sees how the questionnaire stands."""
READING = (*LOOKING, Role.TRANSLATOR, Role.ANALYST)
"""Who may try it out: nobody's answers are in it."""
COMPARING = (*LOOKING, Role.TRANSLATOR)
LOOKING_UP = (*LOOKING, Role.ANALYST)
PUBLISHING = (Role.RESEARCHER,)
LAST_YEAR = 9999
"""A larger number fits no column of the database, and is no year."""


@dataclass(frozen=True)
class Here:
    """What every page of a questionnaire needs: the words, the figures, the shelf of the wave."""

    year: int
    language: str
    say: Translate
    figures: Figures
    shelf: Shelf

    @property
    def path(self) -> str:
        """Address below which all pages of this questionnaire are."""
        return PATH.format(self.year)

    def page(
        self,
        template: str,
        current: str,
        *,
        title: str,
        topic: str,
        status: int = 200,
        **context: object,
    ) -> Response:
        """Return a page of this questionnaire.

        Parameters
        ----------
        current
            What follows `path` in the address of the part of the questionnaire it belongs to.
        topic
            Of its help.
        """
        _ = self.say
        crumbs = [(f"/staff/waves/{self.year}", _("Wave %(year)s", year=self.year))]
        return pages.page(
            f"staff/instruments/{template}",
            title=title,
            status=status,
            help=topic,
            tabs=wave_tabs(_, self.year, "questionnaire"),
            crumbs=crumbs if may_see("staff.wave") else [],
            sections=_sections(_, self.path, current),
            path=self.path,
            **context,  # type: ignore[arg-type]  # what the template asks for
        )


def here(year: int) -> Here:
    """Return what a page about a wave needs; 404 for a wave nobody knows."""
    shelf = shelf_of(site().services, year) if year <= LAST_YEAR else None
    if shelf is None:
        abort(404)
    language = pages.staff_language()
    return Here(year, language, staff_translator(language), Figures(language), shelf)


def edition(year: int, key: str) -> Edition:
    """Return a questionnaire of a wave; 404 when there is no such."""
    found = edition_of(site().services, year, key)
    if found is None:
        abort(404)
    return found


def edition_words(_: Translate, figures: Figures, shelf: Shelf, one: str) -> str:
    """Return the name of a version, or of the draft, by its key."""
    if one == DRAFT:
        return _("Draft: what the files say now")
    note = next(note for note in shelf.published if str(note.number) == one)
    day = figures.short_day(note.published_at.date())
    if note.id == shelf.fielded:
        return _("Version %(number)s of %(day)s, in use", number=note.number, day=day)
    return _("Version %(number)s of %(day)s", number=note.number, day=day)


def edition_choices(_: Translate, figures: Figures, shelf: Shelf) -> list[tuple[str, str]]:
    """Return all questionnaires of a wave, for a list to choose from: key and words."""
    keys = [str(note.number) for note in shelf.published]
    if shelf.draft_version is not None:
        keys.append(DRAFT)
    return [(key, edition_words(_, figures, shelf, key)) for key in keys]


def source_language(offered: Sequence[str], language: str) -> str:
    """Return the language of a questionnaire that a member of staff reads it in."""
    return language if language in offered else offered[0]


def _sections(_: Translate, path: str, current: str) -> list[Tab]:
    entries = [
        ("staff.questionnaire", "", _("Checks and versions")),
        ("staff.questionnaire_preview", "/preview", _("Try it on a phone")),
        ("staff.questionnaire_side_by_side", "/side-by-side", _("Languages side by side")),
        ("staff.questionnaire_codebook", "/codebook", _("Codebook")),
    ]
    return [
        Tab(path + below, words, below == current)
        for endpoint, below, words in entries
        if is_there(endpoint) and may_see(endpoint)
    ]


def is_there(endpoint: str) -> bool:
    """Tell whether a page exists."""
    return endpoint in current_app.view_functions
