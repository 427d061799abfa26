"""The door of the staff site: in and out, showing once more who is there, and the own account."""

from __future__ import annotations

from flask import Blueprint

from app.web.staff.door import account, confirming, factors, joining, passkeys, sign_in


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the door."""
    sign_in.add_views(blueprint)
    passkeys.add_views(blueprint)
    confirming.add_views(blueprint)
    joining.add_views(blueprint)
    account.add_views(blueprint)
    factors.add_views(blueprint)
