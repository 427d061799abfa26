"""The questionnaire of a wave: checked, published, tried out on a phone, compared, looked up."""

from __future__ import annotations

from flask import Blueprint

from app.web.staff.instruments import beside, codebook, overview, preview


def add_views(blueprint: Blueprint) -> None:
    """Register the views below ``/staff/waves/<year>/questionnaire``."""
    overview.add_views(blueprint)
    preview.add_views(blueprint)
    codebook.add_views(blueprint)
    beside.add_views(blueprint)
