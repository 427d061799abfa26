"""The staff site: signing in, and how the waves stand."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort

from app.web.staff import (
    admin,
    assist,
    audio,
    cases,
    door,
    help_pages,
    home,
    incentives,
    instruments,
    job_pages,
    monitor,
    open_answers,
    panel,
    privacy,
    texts,
    waves,
)
from app.web.staff.gate import PATH, for_all_staff, guarded
from app.web.staff.pages import with_error_pages


def register(app: Flask) -> None:
    """Put the staff site under ``/staff/`` of an app made by `app.create_app`."""
    blueprint = with_error_pages(guarded(Blueprint("staff", __name__, url_prefix=PATH)))
    door.add_views(blueprint)
    admin.add_views(blueprint)
    home.add_views(blueprint)
    waves.add_views(blueprint)
    instruments.add_views(blueprint)
    cases.add_views(blueprint)
    monitor.add_views(blueprint)
    panel.add_views(blueprint)
    assist.add_views(blueprint)
    job_pages.add_views(blueprint)
    help_pages.add_views(blueprint)
    texts.add_views(blueprint)
    open_answers.add_views(blueprint)
    audio.add_views(blueprint)
    privacy.add_views(blueprint)
    incentives.add_views(blueprint)
    # What does not exist is not told apart from what one may not see, before signing in.
    blueprint.add_url_rule("/<path:anything>", view_func=_nowhere, methods=["GET", "POST"])
    app.register_blueprint(blueprint)


@for_all_staff
def _nowhere(anything: str) -> Response:
    abort(404)
