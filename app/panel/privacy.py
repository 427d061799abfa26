"""What consent is asked for, and what people may ask about their own data; stored as these words."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What a person says yes or no to, each by itself."""

    SURVEY = "survey"
    """To answer this questionnaire."""
    RECONTACT = "recontact"
    """To be asked again in a later wave."""
    INTERVIEW = "interview"
    """To be asked for a conversation."""
    INCENTIVE = "incentive"
    """To leave an address for a thank-you."""
    RESULTS = "results"
    """To be told what came out."""


class Asked(StrEnum):
    """What a person can ask (GDPR articles 15, 7(3) and 21, 17)."""

    ACCESS = "access"
    WITHDRAWAL = "withdrawal"
    ERASURE = "erasure"


class Through(StrEnum):
    """By which way somebody said something."""

    QUESTIONNAIRE = "questionnaire"
    PAGE = "page"
    """The page of a person's own data, behind the code."""
    STAFF = "staff"
    DATE = "date"
    """Nobody asked: the time of keeping was over."""
