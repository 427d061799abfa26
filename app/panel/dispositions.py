"""Outcome codes of cases (AAPOR Standard Definitions), from what happened to them."""

from __future__ import annotations

from app.panel.states import CaseStatus

COMPLETE = "1.1"
PARTIAL = "1.2"
REFUSAL = "2.11"
EXPLICIT_REFUSAL = "2.111"
BREAK_OFF = "2.12"
NOTHING_RETURNED = "3.19"
NOT_ELIGIBLE = "4.10"

PARTIAL_FROM = 0.5
"""A break-off that answered at least this share of its route is a partial interview. AAPOR leaves
the line to the study; half is the example it gives."""


def disposition(status: CaseStatus, answered: float = 0.0) -> str:
    """Return the outcome code of a case.

    Parameters
    ----------
    answered
        Share (0..1) of the pages on the route that were answered, for an unfinished interview.
    """
    match status:
        case CaseStatus.COMPLETE:
            return COMPLETE
        case CaseStatus.REFUSED:
            return EXPLICIT_REFUSAL
        case CaseStatus.SCREENED_OUT:
            return NOT_ELIGIBLE
        case CaseStatus.PARTIAL:
            return PARTIAL if answered >= PARTIAL_FROM else BREAK_OFF
        case CaseStatus.OPEN:
            return NOTHING_RETURNED
