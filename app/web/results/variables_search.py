"""Questions found by words that stand in them in another form."""

from __future__ import annotations

from collections.abc import Collection

from app.web.staff.listing import folded

SHORTEST = 5
"""Letters that are left of a word: fewer stand in too many others."""


def forms_in(q: str, texts: Collection[str]) -> str:
    """Return what was typed, words that stand nowhere cut short until they do.

    “satisfaction” finds “satisfied”, and “tevredenheid” “tevreden”. A word of which nothing stands
    anywhere comes back as it was typed. ``texts`` are folded (`listing.folded`).
    """
    return " ".join(_form_in(word, texts) for word in folded(q).split())


def _form_in(word: str, texts: Collection[str]) -> str:
    for length in range(len(word), SHORTEST - 1, -1):
        if any(word[:length] in text for text in texts):
            return word[:length]
    return word
