"""Whether a message that is due may go now: one verdict over what is known at that moment.

A message goes, waits, or is never to be sent. What waits is left as it is and looked at again; what
is cancelled says why in a word: one of `Reason`, or what stands between the person and us. States
of cases and waves are the words of `app.panel.states`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

from app.messages.plan import Cap, ContactPlan
from app.messages.statuses import MailingStatus


class Reason(StrEnum):
    """Why a message is not sent and not to be; stored as these words."""

    WAVE_CLOSED = "wave_closed"
    MAILING_STOPPED = "mailing_stopped"
    CASE_MOVED_ON = "case_moved_on"
    """The case is not in one of the states that the step is for."""
    TOO_MANY = "too_many"
    """The person got as many messages as the plan allows in that time."""


class Quiet(Protocol):
    """Hours and days in which nobody is disturbed."""

    def next_allowed(self, at: datetime) -> datetime:
        """Return the moment itself, or else the first after it that is not quiet."""


class NeverQuiet:
    """No quiet hours."""

    def next_allowed(self, at: datetime) -> datetime:
        """Return the moment itself."""
        return at


@dataclass(frozen=True, slots=True)
class SendingRules:
    """What a contact plan says about sending; a step it does not name is not sent."""

    steps: Mapping[str, frozenset[str]]
    """The states of a case that a step is for."""
    zone: tzinfo
    """A wave ends at midnight there."""
    quiet: Quiet = field(default_factory=NeverQuiet)
    cap: Cap | None = None
    between: frozenset[str] = frozenset()
    """Steps that go out once their wave is closed, and only then."""

    @property
    def capped_span(self) -> timedelta:
        """How far back messages to a person count."""
        return timedelta(days=self.cap.days if self.cap is not None else 0)


def rules_of(plan: ContactPlan) -> SendingRules:
    """Return what a contact plan says about sending."""
    return SendingRules(
        steps={one.id: one.to for one in plan.steps},
        zone=plan.quiet.zone,
        quiet=plan.quiet,
        cap=plan.at_most,
        between=frozenset(one.id for one in plan.steps if one.between),
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a message that is due, at the moment it would be taken."""

    step: str
    case_status: str
    wave_status: str
    closes_on: date
    mailing: MailingStatus | None
    """``None``: nobody asked for this step yet."""
    barrier: str | None
    """Why the person may not be written to by this channel: ``opted_out``, ``refused`` …"""
    recent: int
    """Messages that the person got, or may have got, within the span of the cap."""


@dataclass(frozen=True, slots=True)
class Go:
    """It may be sent."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; look again later."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Never."""

    reason: str


Verdict = Go | Wait | Cancel

GONE = frozenset({"closed", "frozen"})
"""A wave that sends nothing any more."""
OPEN_ONLY = frozenset({"open"})
TO_PRINT = frozenset({"rehearsed", "open"})
"""Letters of the first day are printed before the wave opens."""


def verdict(
    facts: Facts,
    rules: SendingRules,
    now: datetime,
    fielded: frozenset[str] = OPEN_ONLY,
) -> Verdict:
    """Tell whether a message goes, waits or is cancelled."""
    states = rules.steps.get(facts.step)
    between = facts.step in rules.between
    if facts.wave_status in GONE and not between:
        return Cancel(Reason.WAVE_CLOSED)
    if facts.mailing is MailingStatus.STOPPED:
        return Cancel(Reason.MAILING_STOPPED)
    waits = (
        facts.wave_status not in (GONE if between else fielded)
        or facts.mailing is not MailingStatus.RUNNING
        # Past its last day and not closed yet: somebody will close or extend it.
        or (not between and now.astimezone(rules.zone).date() > facts.closes_on)
    )
    if states is None or waits:
        return Wait()
    if facts.barrier is not None:
        return Cancel(facts.barrier)
    if facts.case_status not in states:
        return Cancel(Reason.CASE_MOVED_ON)
    if rules.cap is not None and facts.recent >= rules.cap.messages:
        return Cancel(Reason.TOO_MANY)
    return Go()
