"""How the installation stands: health, queues, and what it is set to. Only looked at."""

from __future__ import annotations

from flask import Blueprint, Response

from app.panel.states import Role
from app.services.accounts import installation
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.admin import present, state
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles

LIVE_S = 30


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule("/admin/health", view_func=health)
    blueprint.add_url_rule("/admin/queues", view_func=queues)
    blueprint.add_url_rule("/admin/settings", view_func=settings)


@for_roles(Role.ADMIN)
def health() -> Response:
    """Show whether everything is there that the program needs."""
    _, figures = _reader()
    found = installation.health_of(site().services)
    return pages.page(
        "staff/admin/health.html",
        title=_("Health"),
        help="admin-health",
        tabs=present.tabs(_, "health"),
        needs=state.needs_of(_, found),
        table=state.health_table(_, figures, found),
    )


@for_roles(Role.ADMIN)
def queues() -> Response:
    """Show what waits for a worker."""
    _, figures = _reader()
    found = installation.queues_of(site().services)
    return pages.page(
        "staff/admin/queues.html",
        title=_("Queues"),
        help="admin-health",
        tabs=present.tabs(_, "queues"),
        live=LIVE_S,
        unknown=found.unknown,
        messages=state.message_table(_, figures, found),
        jobs=state.job_table(_, figures, found),
    )


@for_roles(Role.ADMIN)
def settings() -> Response:
    """Show what the installation is set to; of secrets only that they are there."""
    _, _figures = _reader()
    shown = installation.settings_shown(site().services.settings)
    return pages.page(
        "staff/admin/settings.html",
        title=_("Settings"),
        help="admin",
        tabs=present.tabs(_, "settings"),
        table=state.settings_table(_, shown),
    )


def _reader() -> tuple[Translate, Figures]:
    language = pages.staff_language()
    return staff_translator(language), Figures(language)
