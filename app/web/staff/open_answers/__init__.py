"""Open answers on the site: one answer at a time, redacted, translated, coded, settled."""

from __future__ import annotations

from app.web.staff.open_answers.views import add_views

__all__ = ["add_views"]
