"""Counting what every step of a contact plan would send, by language, when and at what cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.messages.channels import Channel
from app.messages.plan import ContactPlan, ContactStep
from app.messages.sms_text import size_of, sms_body
from app.messages.texts import MessageTexts
from app.services.messaging.addressing import (
    NO_ADDRESS,
    NO_RECONTACT,
    REACHED,
    Field,
    could_get,
    due_times,
)
from app.storage.mailings import Addressee
from app.storage.waves import Wave


@dataclass
class StepCount:
    """What one step would send."""

    step: ContactStep
    now: Counter[str] = field(default_factory=Counter)
    """Messages by language, to cases that are in one of its states now."""
    at_most: Counter[str] = field(default_factory=Counter)
    """The same, and to those that may still get into one of them."""
    without: Counter[str] = field(default_factory=Counter)
    """Cases that could get it and cannot be written to, by the reason."""
    parts: dict[str, int] = field(default_factory=dict)
    """Parts of a text message by language."""
    price: int = 0
    first_due: datetime | None = None
    last_due: datetime | None = None
    days: int = 0
    most_a_day: int = 0

    @property
    def cost(self) -> int:
        """What it costs at most, in hundredths of a cent."""
        return sum(
            count * self.price * self.parts.get(language, 1)
            for language, count in self.at_most.items()
        )

    @property
    def unreached(self) -> int:
        """How many could get it and have no address for it, or none that works."""
        return sum(self.without[reason] for reason in (NO_ADDRESS, "undeliverable"))

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "step": self.step.id,
            "channel": str(self.step.channel),
            "now": dict(sorted(self.now.items())),
            "at_most": dict(sorted(self.at_most.items())),
            "without": dict(sorted(self.without.items())),
            "parts": dict(sorted(self.parts.items())),
            "cost": self.cost,
            "first_due": self.first_due.isoformat() if self.first_due else None,
            "last_due": self.last_due.isoformat() if self.last_due else None,
            "days": self.days,
            "most_a_day": self.most_a_day,
        }


def count_step(
    plan: ContactPlan,
    step: ContactStep,
    wave: Wave,
    cases: Field,
    now: datetime,
    *,
    but: Collection[UUID] = (),
) -> StepCount:
    """Count what a step would send, by language, and when; ``but`` are cases that have it."""
    count = StepCount(step, price=plan.prices.cost(step.channel))
    reached: list[Addressee] = []
    for case in cases.meant(step):
        if case.case_id in but or not could_get(case, step):
            continue
        hindrance = cases.hindrance(case, step)
        # Somebody may say yes to being asked again in this wave, and an e-mail address may fail.
        if hindrance not in (None, NO_RECONTACT, REACHED):
            count.without[hindrance] += 1
            continue
        reached.append(case)
        count.at_most[case.language] += 1
        count.now[case.language] += int(hindrance is None and case.status in step.to)
    if (step.day is not None or step.between) and reached:
        due = due_times(plan, step, wave, reached, not_before=now).values()
        by_day = Counter(one.astimezone(plan.quiet.zone).date() for one in due)
        count.first_due, count.last_due = min(due), max(due)
        count.days, count.most_a_day = len(by_day), max(by_day.values())
    return count


def parts_of(
    step: ContactStep, languages: Mapping[str, int], texts: MessageTexts, url: str
) -> dict[str, int]:
    """Return the parts of a text message by language; one without words counts as one part."""
    parts = {}
    for language in languages:
        bodies = [
            sms_body(text.paragraphs[0].text[language], url)
            for name in step.texts
            if (text := texts.steps.get(Channel.SMS, {}).get(name)) is not None
            and language in text.paragraphs[0].text
        ]
        parts[language] = max((size_of(body).parts for body in bodies), default=1)
    return parts


def held_back(plan: ContactPlan, state: str) -> list[str]:
    """Return the steps that the cap keeps from a person in a state who got every step before."""
    if plan.at_most is None:
        return []
    got: list[int] = []
    held = []
    days = sorted((one.day, at) for at, one in enumerate(plan.steps) if one.day is not None)
    for day, at in days:
        step = plan.steps[at]
        if not step.to & {"open", state}:
            continue
        if sum(day - one < plan.at_most.days for one in got) >= plan.at_most.messages:
            if state in step.to:
                held.append(step.id)
            continue
        got.append(day)
    return held
