"""The results site: weighted findings and tables of a wave, on a page and as files."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.web.results import views
from app.web.staff.gate import PATH, guarded
from app.web.staff.pages import with_error_pages


def register(app: Flask) -> None:
    """Put the results under ``/staff/results``; `app.web.staff.register` gives the door to it."""
    blueprint = Blueprint("results", __name__, url_prefix=PATH)
    views.add_views(with_error_pages(guarded(blueprint)))
    app.register_blueprint(blueprint)
