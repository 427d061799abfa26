"""What consent is asked for, and what people may ask about their own data; kept as these words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from enum import StrEnum

from app.questionnaire.purpose import Purpose

__all__ = ["Asked", "Purpose", "Through", "shown_hash"]


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


def shown_hash(words: Sequence[str]) -> str:
    """Return SHA-256, 64 hexadecimal digits, of the words a person chose by, in their order.

    Of their JSON list, UTF-8: two texts that are one sentence together are not one text.
    """
    plain = json.dumps(list(words), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
