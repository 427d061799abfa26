"""Cases and people: who was asked, what happened, and what fieldwork does about it; no answers."""

from __future__ import annotations

from flask import Blueprint

from app.web.staff.cases import people, views


def add_views(blueprint: Blueprint) -> None:
    """Register the views of cases and of people."""
    views.add_views(blueprint)
    people.add_views(blueprint)
