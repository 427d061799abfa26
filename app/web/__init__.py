"""Flask, and only Flask: requests in, services called, pages out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from app.i18n.catalogs import Catalogs
from app.services.context import ServiceContext
from app.web.assets import Assets
from app.web.security import FormTokens

EXTENSION = "perspectief"


@dataclass(frozen=True)
class Site:
    """What the views of one app work with; made by `app.create_app`."""

    services: ServiceContext
    catalogs: Catalogs
    staff_catalogs: Catalogs
    languages: tuple[str, ...]
    fallback_language: str
    assets: Assets
    tokens: FormTokens


def site() -> Site:
    """Return the site of the app that serves this request."""
    return cast(Site, current_app.extensions[EXTENSION])
