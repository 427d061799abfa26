"""Who of an earlier wave is asked again in the next one, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.panel.states import CaseStatus, Eligibility, Entry, PersonStatus

RECONTACT = "p_toestemming"
"""Asks whether a person may be asked again in a later wave."""
YES = "ja"


class LeftOut(StrEnum):
    """Why a person is not asked again; the states of persons come with their own words."""

    OPEN_LINK = "open_link"
    """Came by an open link: was never drawn."""
    REFUSED = "refused_hard"
    REFUSED_AGAIN = "refused_more_than_once"
    NO_CONSENT = "no_recontact_consent"
    NOT_ELIGIBLE = "not_eligible"
    """Turned out not to belong to the population."""
    UNTRACEABLE = "untraceable"


@dataclass(frozen=True, slots=True)
class Past:
    """What one person did in one earlier wave."""

    wave: int
    status: CaseStatus
    entry: Entry
    eligible: Eligibility
    consent: str | None
    """Answer to `RECONTACT`; ``None`` where there is none."""
    asked: bool
    """Whether the question was asked: it is not, of who said yes in an earlier wave."""


def why_left_out(
    status: PersonStatus,
    past: Sequence[Past],
    *,
    refused_hard: bool,
    refused_soft: Sequence[int | None],
    untraceable: bool,
    said: bool | None = None,
) -> str | None:
    """Return why a person is not asked again, or ``None`` when the person is.

    ``said`` is the last word about being asked again that is on record, from the questionnaire, the
    page of the own data or staff: it counts instead of the answers. A first "not now", to us or in
    the questionnaire, is asked once more. Who never answered was never asked for consent, and
    belongs to the sample as before.
    """
    if status is not PersonStatus.ACTIVE:
        return f"person_{status}"
    if refused_hard:
        return LeftOut.REFUSED
    if all(one.entry is Entry.OPEN for one in past):
        return LeftOut.OPEN_LINK
    in_questionnaire = {one.wave for one in past if one.status is CaseStatus.REFUSED}
    if len({*refused_soft, *in_questionnaire}) > 1:
        return LeftOut.REFUSED_AGAIN
    if any(one.eligible is Eligibility.NO or one.status is CaseStatus.SCREENED_OUT for one in past):
        return LeftOut.NOT_ELIGIBLE
    if untraceable:
        return LeftOut.UNTRACEABLE
    if said is not None:
        return None if said else LeftOut.NO_CONSENT
    asked = [one.consent for one in sorted(past, key=lambda one: one.wave) if one.asked]
    return LeftOut.NO_CONSENT if asked and asked[-1] != YES else None


def consents(past: Sequence[Past], said: bool | None = None) -> bool:
    """Tell whether the last word about being asked again was yes; ``said`` as in `why_left_out`."""
    if said is not None:
        return said
    asked = [one.consent for one in sorted(past, key=lambda one: one.wave) if one.asked]
    return bool(asked) and asked[-1] == YES
