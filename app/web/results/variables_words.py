"""Words for what kind of question a variable is, and how it changed between waves."""

from __future__ import annotations

from analysis.export.identity import Identity
from app.web.respond.words import Translate


def kind_words(_: Translate, kind: str) -> str:
    """Return a kind of variable in words."""
    return {
        "single": _("One answer"),
        "multiple": _("Several answers"),
        "number": _("Number"),
        "year": _("Year"),
        "month": _("Month"),
        "date": _("Date"),
        "text": _("Own words"),
        "open": _("Own words, coded"),
        "code_list": _("Choice from a long list"),
        "derived": _("Derived from answers"),
        "assigned": _("Drawn by lot"),
        "frame": _("From the register"),
        "consent": _("Consent"),
        "confirm": _("Check of an earlier answer"),
    }.get(kind, kind)


def identity_words(_: Translate, identity: Identity) -> str:
    """Return how a variable stands to the wave before it."""
    return {
        Identity.FIRST: _("First time"),
        Identity.SAME: _("The same as before"),
        Identity.TEXT_CHANGED: _("Worded anew"),
        Identity.OPTIONS_CHANGED: _("Answers changed"),
    }[identity]


def use_words(_: Translate, use: str) -> str:
    """Return what a variable is in a table."""
    return {"stub": _("question"), "banner": _("breakdown")}[use]
