"""What consent is asked for, and what people may ask about their own data; kept as these words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from enum import StrEnum

from app.questionnaire.purpose import Purpose

__all__ = ["Asked", "Longer", "Outcome", "Purpose", "Through", "may_end_as", "shown_hash"]


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


class Longer(StrEnum):
    """Why a request takes two months more: the only two reasons there are (GDPR article 12(3))."""

    COMPLEX = "complex"
    MANY = "many_requests"


class Outcome(StrEnum):
    """How a request ends that was not carried out: refused on a ground of the law, or not.

    Articles are of the GDPR; UAVG is the Dutch act that goes with it.
    """

    NOT_IDENTIFIED = "not_identified"
    """Nobody can tell who asks: articles 11(2) and 12(2), (6)."""
    EXCESSIVE = "excessive"
    """Manifestly unfounded or excessive, and it is for us to show so: article 12(5)(b)."""
    RESEARCH = "research"
    """Access: article 89(2) with UAVG article 44. Erasure: article 17(3)(d)."""
    OTHERS = "rights_of_others"
    """A copy would harm others: article 15(4)."""
    LEGAL_DUTY = "legal_duty"
    """A law or public task wants the data kept: article 17(3)(b)."""
    LEGAL_CLAIM = "legal_claim"
    """Needed for a legal claim: article 17(3)(e)."""
    TAKEN_BACK = "taken_back"
    """The person does not want it any more: no refusal."""
    DONE_ON_PAPER = "done_on_paper"
    """Done outside the program: no refusal."""

    @property
    def refuses(self) -> bool:
        """Whether the person has to be told why, and where to complain (article 12(4))."""
        return self not in (Outcome.TAKEN_BACK, Outcome.DONE_ON_PAPER)


_ALWAYS = frozenset({Outcome.NOT_IDENTIFIED, Outcome.EXCESSIVE, Outcome.TAKEN_BACK})
_ENDS = {
    Asked.ACCESS: _ALWAYS | {Outcome.RESEARCH, Outcome.OTHERS, Outcome.DONE_ON_PAPER},
    Asked.ERASURE: _ALWAYS | {Outcome.RESEARCH, Outcome.LEGAL_DUTY, Outcome.LEGAL_CLAIM},
    # Whoever wants to stop, stops: no ground of the law keeps anybody in a study.
    Asked.WITHDRAWAL: frozenset[Outcome](),
}


def may_end_as(asked: Asked) -> tuple[Outcome, ...]:
    """Return the outcomes that somebody may give a request by hand, in the order of the law."""
    return tuple(one for one in Outcome if one in _ENDS[asked])


def shown_hash(words: Sequence[str]) -> str:
    """Return SHA-256, 64 hexadecimal digits, of the words a person chose by, in their order.

    Of their JSON list, UTF-8: two texts that are one sentence together are not one text.
    """
    plain = json.dumps(list(words), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
