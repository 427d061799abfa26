"""What a person can be asked to allow, each by itself; stored as these words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a person says yes or no to, each by itself."""

    SURVEY = "survey"
    """To answer this questionnaire."""
    RECONTACT = "recontact"
    """To be asked again in a later wave."""
    INTERVIEW = "interview"
    """To be asked for a conversation."""
    LINK = "link"
    """To have the own answers read by whoever holds that conversation."""
    INCENTIVE = "incentive"
    """To leave an address for a thank-you."""
    RESULTS = "results"
    """To be told what came out."""


YES = "ja"
"""The code that allows, where an item does not name its codes."""


@dataclass(frozen=True, slots=True)
class Allows:
    """What an item asks leave for, and which of its codes give it."""

    purpose: Purpose
    codes: tuple[str, ...] = (YES,)
