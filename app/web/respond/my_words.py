"""Words that several pages of one's own details say."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date

from app.services.context import STUDY_ZONE


def day_words(at: datetime, language: str) -> str:
    """Return the day of a moment in the Netherlands, in words of a language."""
    return str(format_date(at.astimezone(STUDY_ZONE).date(), "long", locale=language))
