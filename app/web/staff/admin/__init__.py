"""Administration: who is let in, what the installation is set to, and how it stands."""

from __future__ import annotations

from flask import Blueprint

from app.web.staff.admin import accounts, installation


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the administration."""
    accounts.add_views(blueprint)
    installation.add_views(blueprint)
