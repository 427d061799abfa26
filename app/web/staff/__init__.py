"""The staff site: signing in, and how the waves stand."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

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
    letters,
    monitor,
    open_answers,
    panel,
    privacy,
    texts,
    waves,
)
from app.web.staff.gate import PATH, SAFE_METHODS, for_all_staff, guarded, may_see
from app.web.staff.pages import see_other, with_error_pages


def register(app: Flask) -> None:
    """Put the staff site under ``/staff/`` of an app made by `app.create_app`."""
    blueprint = with_error_pages(guarded(Blueprint("staff", __name__, url_prefix=PATH)))
    door.add_views(blueprint)
    admin.add_views(blueprint)
    home.add_views(blueprint)
    waves.add_views(blueprint)
    letters.add_views(blueprint)
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
    # By hand: the redirect that Flask makes leads to whatever the Host header said.
    blueprint.add_url_rule("", view_func=_front, strict_slashes=True)
    # What does not exist is not told apart from what one may not see, before signing in.
    blueprint.add_url_rule("/<path:anything>", view_func=_nowhere, methods=["GET", "POST"])
    app.register_blueprint(blueprint)


@for_all_staff
def _front() -> Response:
    return see_other(f"{PATH}/")


@for_all_staff
def _nowhere(anything: str) -> Response:
    """Answer 404; but what is only posted to leads to the page before it.

    A post may answer with a page, and whoever reloads that one or changes its language asks for its
    address.
    """
    path = f"{PATH}/{anything}"
    if request.method not in SAFE_METHODS or not _is_posted_to(path):
        abort(404)
    return see_other(path.rpartition("/")[0])


def _is_posted_to(path: str) -> bool:
    try:
        endpoint, _found = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return False
    view = current_app.view_functions[endpoint]
    return view is not _nowhere and may_see(endpoint)
