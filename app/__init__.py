"""Perspectief: a longitudinal, multilingual survey platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.services.context import ServiceContext


def create_app(services: ServiceContext) -> Flask:
    """Return the web application around some services: the composition root of the web."""
    # Imported here: whoever imports a pure module passes through this file and needs no Flask.
    from app.web.application import make_app

    return make_app(services)
