"""The panel through its waves: who took part, who was lost, who left the population, and why."""

from __future__ import annotations

from app.web.staff.panel.views import add_views

__all__ = ["add_views"]
