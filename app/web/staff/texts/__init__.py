"""Translators' pages: how far each language is, its strings, and an editor for each."""

from __future__ import annotations

from app.web.staff.texts.views import add_views

__all__ = ["add_views"]
