"""The results site: weighted findings and tables of a wave, on a page and as files."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.web.results import (
    findings_views,
    plans_views,
    releases_views,
    summary_views,
    tables_views,
    variables_views,
    views,
    weights_views,
)
from app.web.staff.gate import PATH, guarded
from app.web.staff.pages import with_error_pages


def register(app: Flask) -> None:
    """Put the results under ``/staff/results``; `app.web.staff.register` gives the door to it."""
    blueprint = Blueprint("results", __name__, url_prefix=PATH)
    views.add_views(with_error_pages(guarded(blueprint)))
    findings_views.add_views(blueprint)
    releases_views.add_views(blueprint)
    summary_views.add_views(blueprint)
    weights_views.add_views(blueprint)
    tables_views.add_views(blueprint)
    plans_views.add_views(blueprint)
    variables_views.add_views(blueprint)
    app.register_blueprint(blueprint)
