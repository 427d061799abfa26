"""The pages of a wave: the list, the overview, the steps of its life, messages, memory."""

from __future__ import annotations

from flask import Blueprint

from app.web.staff.waves import (
    messages,
    overview,
    preload,
    previews,
    register,
    sample,
    steps,
    unknown,
)


def add_views(blueprint: Blueprint) -> None:
    """Register all views of the waves."""
    overview.add_views(blueprint)
    steps.add_views(blueprint)
    messages.add_views(blueprint)
    previews.add_views(blueprint)
    unknown.add_views(blueprint)
    preload.add_views(blueprint)
    sample.add_views(blueprint)
    register.add_views(blueprint)
