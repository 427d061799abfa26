"""Thank-yous: what was bought, promised, sent and written off, and whether the books balance."""

from __future__ import annotations

from flask import Blueprint

from app.web.staff.incentives import going_out, views


def add_views(blueprint: Blueprint) -> None:
    """Register the pages of thank-yous."""
    views.add_views(blueprint)
    going_out.add_views(blueprint)
