"""What a wave has cost in letters, messages and thank-yous, and what its plan will still cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.messages.channels import Channel
from app.messages.costs import Prices
from app.messages.statuses import MailingStatus, MessageStatus
from app.panel.incentives import IncentiveStatus
from app.panel.states import WaveStatus
from app.services.context import ServiceContext
from app.services.fieldwork.waves import find_wave
from app.services.messaging import outbox
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.message_texts import load_message_texts
from app.services.messaging.planned_steps import PlannedStep, planned
from app.services.messaging.rehearsal_counts import parts_of
from app.services.thanks import incentives_report

_PER_CENT = 100
"""Hundredths of a cent in a cent."""
_GONE = (
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.RETURNED,
    # Whether it went out is not known; a cost is not to look too low.
    MessageStatus.UNKNOWN,
)
_GIVEN = (IncentiveStatus.SENT, IncentiveStatus.UNKNOWN)
_COMING = (
    IncentiveStatus.DUE,
    IncentiveStatus.ASKED,
    IncentiveStatus.LISTED,
    IncentiveStatus.SENDING,
)
_NO_MORE = (WaveStatus.CLOSED, WaveStatus.FROZEN)


@dataclass(frozen=True, slots=True)
class ChannelCost:
    """Messages of a channel and what they cost, in hundredths of a cent."""

    channel: Channel
    sent: int
    sent_cost: int
    to_come: int
    """Messages at most, if nobody else answers and every step of the plan is let go."""
    to_come_cost: int
    priced: bool
    """Whether the plan names a price: without one the cost is only what providers reported."""


@dataclass(frozen=True, slots=True)
class WaveCosts:
    """What a wave cost so far and will cost at most."""

    channels: Sequence[ChannelCost]
    thanks: int
    """Thank-yous given."""
    thanks_cents: int
    thanks_due: int
    thanks_due_cents: int

    @property
    def so_far(self) -> int:
        """Everything that was sent or given, in hundredths of a cent."""
        return sum(one.sent_cost for one in self.channels) + self.thanks_cents * _PER_CENT

    @property
    def to_come(self) -> int:
        """Everything that may still come, in hundredths of a cent."""
        of_messages = sum(one.to_come_cost for one in self.channels)
        return of_messages + self.thanks_due_cents * _PER_CENT


def wave_costs(
    ctx: ServiceContext, year: int, *, steps: Sequence[PlannedStep] | None = None
) -> WaveCosts | None:
    """Return the costs of a wave; ``None`` when there is no such wave or the study sends nothing.

    What was sent costs what the provider reported, else the price of the plan; what is to come
    costs that price. Printing, people's time and what the program runs on are not in it.

    Parameters
    ----------
    steps
        `planned` of the wave where somebody has it already: it looks at every case.
    """
    plan, wave = load_contact_plan(ctx.study), find_wave(ctx, year)
    if plan is None or wave is None:
        return None
    if steps is None:
        steps = planned(ctx, year) if wave.status not in _NO_MORE else ()
    sent: Counter[Channel] = Counter()
    cost: Counter[Channel] = Counter()
    for one in outbox.counts(ctx, year):
        if one.status in _GONE:
            sent[one.channel] += one.messages
            parts = max(one.parts, one.messages)
            cost[one.channel] += one.cost or plan.prices.cost(one.channel, parts)
    coming, coming_cost = _to_come(ctx, steps, plan.prices)
    used = {step.channel for step in plan.steps} | sent.keys()
    given = Counter[str]()
    for thanks in incentives_report.counts(ctx, year):
        if thanks.status in _GIVEN:
            given.update(thanks=thanks.count, cents=thanks.cents)
        elif thanks.status in _COMING:
            given.update(due=thanks.count, due_cents=thanks.cents)
    return WaveCosts(
        [
            ChannelCost(
                one, sent[one], cost[one], coming[one], coming_cost[one], one in plan.prices.of
            )
            for one in Channel
            if one in used
        ],
        given["thanks"],
        given["cents"],
        given["due"],
        given["due_cents"],
    )


def _to_come(
    ctx: ServiceContext, steps: Iterable[PlannedStep], prices: Prices
) -> tuple[Counter[Channel], Counter[Channel]]:
    """Messages at most and their cost, of the steps that were not stopped."""
    messages: Counter[Channel] = Counter()
    cost: Counter[Channel] = Counter()
    live = [
        one
        for one in steps
        if one.mailing is None or one.mailing.status is not MailingStatus.STOPPED
    ]
    spoken = sorted({language for one in live for language in one.left.at_most})
    texts, _ = (
        load_message_texts(ctx.study, ctx.translations, tuple(spoken)) if spoken else (None, ())
    )
    for one in live:
        channel, left = one.step.channel, one.left
        if channel is Channel.SMS and texts is not None:
            left.parts = parts_of(one.step, left.at_most, texts, ctx.settings.public_url)
        messages[channel] += max(sum(left.at_most.values()) - one.missed, 0)
        cost[channel] += left.cost
    return messages, cost
