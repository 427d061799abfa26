"""Help that belongs to a screen: one text a topic, reached from the same place on every page."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, current_app
from jinja2 import TemplateNotFound

from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.gate import for_all_staff

_TOPIC = re.compile(r"[a-z][a-z0-9-]{0,40}")


def add_views(blueprint: Blueprint) -> None:
    """Register the help pages."""
    blueprint.add_url_rule("/help/<topic>", view_func=help_page)


@for_all_staff
def help_page(topic: str) -> Response:
    """Show the help of a topic; what it says of other roles' pages harms nobody."""
    name = f"staff/help/{topic}.html"
    if not _TOPIC.fullmatch(topic):
        abort(404)
    try:
        current_app.jinja_env.get_template(name)
    except TemplateNotFound:
        abort(404)
    _ = staff_translator(pages.staff_language())
    return pages.page("staff/help_page.html", title=_("Help"), topic=name)
