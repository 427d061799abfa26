"""Privacy: requests of people, erasure with proof, what is kept until when, DPIA, the log."""

from __future__ import annotations

from flask import Blueprint

from app.web.staff.privacy import audit, dpia, erasing, erasures, filing, requests, retention


def add_views(blueprint: Blueprint) -> None:
    """Register the pages of privacy."""
    requests.add_views(blueprint)
    filing.add_views(blueprint)
    erasing.add_views(blueprint)
    erasures.add_views(blueprint)
    audit.add_views(blueprint)
    dpia.add_views(blueprint)
    retention.add_views(blueprint)
