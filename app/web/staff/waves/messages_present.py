"""From the plan and what became of it to the pages of messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.messages.channels import Channel
from app.messages.plan import ContactPlan
from app.messages.statuses import MailingStatus, MessageStatus
from app.panel.states import WaveStatus
from app.services.messaging.message_costs import WaveCosts
from app.services.messaging.outbox import MessageCount
from app.services.messaging.planned_steps import PlannedStep
from app.services.messaging.rehearsal_state import RehearsalStanding, RehearsalState
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import channel_words
from app.web.staff.view import Row, Table, Words
from app.web.staff.waves.plan_words import (
    mailing_words,
    next_moment,
    rules_of_plan,
    when_words,
    who_words,
)
from app.web.staff.waves.rehearsal_words import reason_words, rehearsal_view

_BADGES = {
    MailingStatus.PLANNED: "draft",
    MailingStatus.WAITING: "paused",
    MailingStatus.RUNNING: "open",
    MailingStatus.STOPPED: "bad",
}
_SENDABLE = (WaveStatus.REHEARSED, WaveStatus.OPEN, WaveStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class MessagesView:
    """The plan of a wave and how far it is."""

    rehearsal: str
    rehearsal_state: str
    waiting: Sequence[tuple[str, str]]
    """Steps that wait for a second person: address and sentence."""
    unknown: str | None
    rules: Sequence[str]
    table: Table | None
    costs: str | None
    two_people: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step of the plan."""

    name: str
    badge: str
    status: str
    facts: Sequence[tuple[str, Words]]
    counts: Table
    without: Table | None
    became: Table | None
    may_ask: bool
    may_ask_again: str | None
    may_approve: bool
    waits_for_others: bool
    may_stop: bool
    why_not: str | None
    needs_second: bool
    ask_words: str
    seen: str
    previews: str


def messages_view(
    _: Translate,
    figures: Figures,
    year: int,
    plan: ContactPlan | None,
    steps: Sequence[PlannedStep],
    *,
    costs: WaveCosts | None,
    state: RehearsalState,
    unknown: int,
    alone: int,
) -> MessagesView:
    """Return the page of the messages of a wave."""
    spoken = rehearsal_view(_, figures, state)
    return MessagesView(
        rehearsal=spoken.state_words,
        rehearsal_state=spoken.state,
        waiting=[
            (
                f"/staff/waves/{year}/messages/step/{one.step.id}",
                _(
                    "%(step)s waits for a second person: %(count)s messages at most, asked for by"
                    " %(who)s.",
                    step=one.step.id,
                    count=figures.count(one.mailing.expected),
                    who=one.mailing.requested_by,
                ),
            )
            for one in steps
            if one.mailing is not None and one.mailing.status is MailingStatus.WAITING
        ],
        unknown=_(
            "Of messages nobody knows whether they went out: %(count)s.",
            count=figures.count(unknown),
        )
        if unknown
        else None,
        rules=rules_of_plan(_, figures, plan) if plan is not None else (),
        table=_plan_table(_, figures, year, steps) if steps else None,
        costs=_(
            "Costs so far %(so_far)s; at most %(to_come)s still to come.",
            so_far=figures.euros(costs.so_far),
            to_come=figures.euros(costs.to_come),
        )
        if costs is not None
        else None,
        two_people=_(
            "A step with more than %(alone)s messages needs two people: one asks for it, another"
            " signs in and approves it.",
            alone=figures.count(alone),
        ),
    )


def _plan_table(_: Translate, figures: Figures, year: int, steps: Sequence[PlannedStep]) -> Table:
    return Table(
        id="plan",
        caption=_("Steps of the contact plan"),
        head=[
            _("Step"),
            _("When and to whom"),
            _("Status"),
            _("Next on"),
            _("Made"),
            _("Now"),
            _("At most"),
            _("Cost at most"),
        ],
        rows=[_plan_row(_, figures, year, one) for one in steps],
        numbers_from=4,
    )


def _plan_row(_: Translate, figures: Figures, year: int, one: PlannedStep) -> Row:
    status = one.mailing.status if one.mailing is not None else MailingStatus.PLANNED
    link = Markup('<a href="/staff/waves/{}/messages/step/{}">{}</a> <small>{}</small>').format(
        year, one.step.id, one.step.id, channel_words(_, one.step.channel)
    )
    badge: Words = Markup('<span class="badge {}">{}</span>').format(
        _BADGES[status], mailing_words(_, status)
    )
    if one.missed:
        missed = _("missed: %(count)s", count=figures.count(one.missed))
        badge = Markup("{} <small>{}</small>").format(badge, missed)
    left = one.left
    return Row(
        link,
        [
            Markup("{} <small>{}</small>").format(
                when_words(_, one.step), who_words(_, figures, one.step)
            ),
            badge,
            next_moment(_, figures, one),
            figures.count(one.had),
            figures.count(max(sum(left.now.values()) - one.missed, 0)),
            figures.count(max(sum(left.at_most.values()) - one.missed, 0)),
            figures.euros(left.cost),
        ],
    )


def step_view(
    _: Translate,
    figures: Figures,
    year: int,
    wave_status: WaveStatus,
    one: PlannedStep,
    *,
    state: RehearsalState,
    reader: str,
    alone: int,
    counts: Sequence[MessageCount],
) -> StepPage:
    """Return the page of a step; ``reader`` is the e-mail address of who looks at it."""
    mailing, step = one.mailing, one.step
    status = mailing.status if mailing is not None else MailingStatus.PLANNED
    expected = sum(one.count.at_most.values())
    why_not = _why_not(_, wave_status, state, expected)
    waits = status is MailingStatus.WAITING
    mine = mailing is not None and mailing.requested_by == reader
    return StepPage(
        name=step.id,
        badge=_BADGES[status],
        status=mailing_words(_, status),
        facts=_facts(_, figures, one),
        counts=_by_language(_, figures, one),
        without=_left_out(_, figures, one),
        became=_became(_, figures, counts),
        may_ask=why_not is None and status in (MailingStatus.PLANNED, MailingStatus.STOPPED),
        may_ask_again=_(
            "Their day passed without a message: %(count)s people. Ask again, and they get it from"
            " now on; nobody gets it twice.",
            count=figures.count(one.missed),
        )
        if one.missed and why_not is None
        else None,
        may_approve=waits and not mine and why_not is None,
        waits_for_others=waits and mine,
        may_stop=status in (MailingStatus.WAITING, MailingStatus.RUNNING),
        why_not=why_not if status is not MailingStatus.RUNNING else None,
        needs_second=expected > alone,
        ask_words=_(
            "It goes to %(count)s people at most, and costs at most %(cost)s.",
            count=figures.count(expected),
            cost=figures.euros(one.count.cost),
        ),
        seen=f"{mailing.expected} {mailing.requested_by}" if mailing is not None else "",
        previews=f"/staff/waves/{year}/messages/previews",
    )


def _why_not(_: Translate, status: WaveStatus, state: RehearsalState, expected: int) -> str | None:
    """Why a step cannot be let go now; ``None`` when it can."""
    if status not in _SENDABLE:
        if status in (WaveStatus.CLOSED, WaveStatus.FROZEN):
            return _("The wave is over: nothing more is let go.")
        return _("Nothing can be let go before the rehearsal of the wave was accepted.")
    if state.standing is RehearsalStanding.BLOCKED:
        return _("The last rehearsal found things in the way: mend them and rehearse again.")
    if state.standing is RehearsalStanding.VOID:
        return _("Something changed since the last rehearsal: rehearse again first.")
    if state.standing is RehearsalStanding.NEVER:
        return _("This wave was never rehearsed: rehearse it first.")
    if expected == 0:
        return _("It goes to nobody: no person of this wave can get it.")
    return None


def _facts(_: Translate, figures: Figures, one: PlannedStep) -> list[tuple[str, Words]]:
    mailing = one.mailing
    facts: list[tuple[str, Words]] = [
        (_("Way"), channel_words(_, one.step.channel)),
        (_("When"), when_words(_, one.step)),
        (_("To whom"), who_words(_, figures, one.step)),
        (_("Messages made so far"), figures.count(one.had)),
    ]
    if one.left.first_due is not None:
        facts.append((_("Next on"), next_moment(_, figures, one)))
    if mailing is not None:
        asked = _("%(who)s, %(moment)s", who=mailing.requested_by,
                  moment=figures.moment(mailing.requested_at))  # fmt: skip
        facts.append((_("Asked for by"), asked))
        if mailing.approved_by is not None:
            agreed = _("%(who)s, %(moment)s", who=mailing.approved_by,
                       moment=figures.moment(mailing.approved_at))  # fmt: skip
            facts.append((_("Approved by"), agreed))
    return facts


def _by_language(_: Translate, figures: Figures, one: PlannedStep) -> Table:
    count = one.left
    return Table(
        id="by-language",
        caption=_("Who would still get it, by language"),
        head=[_("Language"), _("Now"), _("At most")],
        rows=[
            Row(
                figures.language(code),
                [figures.count(count.now.get(code, 0)), figures.count(count.at_most[code])],
            )
            for code in sorted(count.at_most)
        ],
        foot=[
            Row(
                _("Total"),
                [
                    figures.count(sum(count.now.values())),
                    figures.count(sum(count.at_most.values())),
                ],
            )
        ],
    )


def _left_out(_: Translate, figures: Figures, one: PlannedStep) -> Table | None:
    if not one.left.without:
        return None
    return Table(
        id="left-out",
        caption=_("People who could get it and do not"),
        head=[_("Why not"), _("People")],
        rows=[
            Row(reason_words(_, reason), [figures.count(count)])
            for reason, count in sorted(one.left.without.items())
        ],
    )


def _became(_: Translate, figures: Figures, counts: Sequence[MessageCount]) -> Table | None:
    found: Counter[MessageStatus] = Counter()
    for one in counts:
        found[one.status] += one.messages
    if not found:
        return None
    return Table(
        id="became",
        caption=_("What became of the messages that were made"),
        head=[_("Status"), _("Messages")],
        rows=[
            Row(message_status_words(_, status), [figures.count(found[status])])
            for status in MessageStatus
            if found[status]
        ],
        foot=[Row(_("Total"), [figures.count(found.total())])],
    )


def message_status_words(_: Translate, status: MessageStatus) -> str:
    """Return how far a message is."""
    return {
        MessageStatus.DUE: _("Waits for its time"),
        MessageStatus.SENDING: _("Is being sent"),
        MessageStatus.SENT: _("Sent"),
        MessageStatus.DELIVERED: _("Arrived"),
        MessageStatus.RETURNED: _("Came back"),
        MessageStatus.REFUSED: _("Not taken by the provider"),
        MessageStatus.UNKNOWN: _("Nobody knows whether it went out"),
        MessageStatus.CANCELLED: _("Cancelled"),
        MessageStatus.FAILED: _("Given up"),
    }[status]


def letter_texts(steps: Sequence[PlannedStep]) -> list[str]:
    """Return the names of the letters of a plan, in its order."""
    texts = [text for one in steps if one.step.channel is Channel.LETTER for text in one.step.texts]
    return list(dict.fromkeys(texts))
