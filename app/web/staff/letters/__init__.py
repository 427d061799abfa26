"""Letters on paper: what waits to be printed, the batches, and what becomes of each."""

from __future__ import annotations

from flask import Blueprint

from app.web.staff.letters import batch, desk, returned


def add_views(blueprint: Blueprint) -> None:
    """Register the pages of letters."""
    desk.add_views(blueprint)
    returned.add_views(blueprint)
    batch.add_views(blueprint)
