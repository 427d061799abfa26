"""How a wave goes, live: response day by day, rates, where people stop, what did not arrive."""

from __future__ import annotations

from app.web.staff.monitor.views import add_views

__all__ = ["add_views"]
