"""Read aloud: which texts have a recording, and recording one in the browser."""

from __future__ import annotations

from app.web.staff.audio.views import add_views

__all__ = ["add_views"]
