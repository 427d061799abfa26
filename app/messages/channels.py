"""Ways to reach a panel member, and what can come of one attempt."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a message travels."""

    LETTER = "letter"
    EMAIL = "email"
    SMS = "sms"
