"""Providers that send nothing: for synthetic people, who have no mailbox and no phone."""

from __future__ import annotations

from app.messages.providers import Attempt, Email, Sms
from app.messages.sms_text import size_of
from app.messages.statuses import Outcome

NAME = "simulated"


class SimulatedEmail:
    """Takes every e-mail and forgets it."""

    name = NAME

    def send(self, email: Email) -> Attempt:
        """Say that it was taken."""
        return Attempt(Outcome.ACCEPTED, reference=f"email-{email.reference}")


class SimulatedSms:
    """Takes every text message and forgets it; it costs what it would have cost."""

    name = NAME

    def __init__(self, *, part_cost: int) -> None:
        self._part_cost = part_cost

    def send(self, sms: Sms) -> Attempt:
        """Say that it was taken."""
        parts = size_of(sms.body).parts
        reference = f"sms-{sms.reference}"
        return Attempt(
            Outcome.ACCEPTED, reference=reference, parts=parts, cost=parts * self._part_cost
        )
