"""What the site says for a message of the code, so that its words may be polished."""

from __future__ import annotations

from functools import cache

from app.i18n.catalogs import Catalogs
from tests.builders import ROOT


@cache
def _catalogs() -> Catalogs:
    return Catalogs.load(ROOT / "translations")


def say(language: str, message: str, **values: object) -> str:
    return str(_catalogs().gettext(language, message, **values))


def dutch(message: str, **values: object) -> str:
    return say("nl", message, **values)
