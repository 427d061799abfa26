"""What waits for a decision of somebody: worked out anew from everything that other services know.

Nothing here is stored. Each finding names what it is about, how many, and the day it is due where
there is one; pages say it in words and lead to where it is decided. Nobody is named in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.i18n.remarks import Standing
from app.messages.channels import Channel
from app.messages.statuses import MailingStatus
from app.panel.open_answers import State
from app.panel.states import WaveStatus
from app.services.content.catalog_progress import catalog_progress
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.fieldwork.planned_waves import waves_to_begin
from app.services.fieldwork.wave_preparation import (
    BEFORE_THE_FIELD,
    Task,
    preparation,
    state_or_none,
)
from app.services.interviewing import open_duplicates
from app.services.lettering import letter_lists
from app.services.members.restored_news import lost_news
from app.services.messaging import outbox
from app.services.messaging.rehearsal_state import RehearsalStanding
from app.services.open_ended import open_answers
from app.services.privacy import privacy_requests, retention
from app.services.thanks import incentives_report
from app.storage import letter_messages, mailings, waves
from app.storage.mailings import Mailing
from app.storage.waves import Wave

AHEAD = timedelta(days=56)
"""A wave that is not ready is told of so long before it opens: letters take weeks to print."""
CLOSING = timedelta(days=7)
"""And one that closes, so long before."""
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)
_SENDING = (WaveStatus.REHEARSED, WaveStatus.OPEN, WaveStatus.PAUSED)
_DONE = (State.CODED, State.NOTHING_TO_CODE, State.VOID)
_UNDELIVERABLE = "undeliverable"


class Matter(StrEnum):
    """What has to be decided."""

    LOST_NEWS = "lost_news"
    """After a restore: nothing is sent until somebody says that lost news was brought in."""
    BEGIN = "begin"
    """It is planned, and nothing of it is there yet."""
    PREPARE = "prepare"
    OPEN = "open"
    """Its day is there and it did not open."""
    CLOSE = "close"
    PAUSED = "paused"
    FREEZE = "freeze"
    REHEARSAL = "rehearsal"
    MAILING = "mailing"
    UNKNOWN = "unknown"
    PRELOAD = "preload"
    REQUEST = "request"
    LETTERS = "letters"
    BATCH = "batch"
    RETURNED = "returned"
    DUPLICATES = "duplicates"
    THANKS = "thanks"
    OPEN_ANSWERS = "open_answers"
    LANGUAGE = "language"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that waits for somebody."""

    matter: Matter
    wave: int | None = None
    count: int = 0
    due_on: date | None = None
    what: str = ""
    """A step of the plan, languages, what was asked, ``over`` of a wave past its last day: words
    of ours."""
    by: str = ""
    """Who asked for it, where a second person has to agree."""

    def overdue(self, today: date) -> bool:
        """Tell whether its day is past."""
        return self.due_on is not None and self.due_on < today


def decisions(ctx: ServiceContext, matters: Collection[Matter]) -> list[Decision]:
    """Return what waits for a decision, of some matters: what is due first, then what has no day.

    Only what is asked for is worked out: some of it reads every answer or catalog.
    """
    look = _Look(ctx)
    found = [
        decision
        for matter in Matter
        if matter in matters
        for decision in _FINDERS[matter](look)
        if decision.matter is matter
    ]
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or date.max))


class _Look:
    """What several findings go by, read once."""

    def __init__(self, ctx: ServiceContext) -> None:
        self.ctx = ctx
        self.today = ctx.clock.now().astimezone(STUDY_ZONE).date()
        with ctx.databases.research.snapshot() as connection:
            self.waves: list[Wave] = waves.list_waves(connection)
            self.mailings: list[Mailing] = mailings.list_mailings(connection)
        self.status: Mapping[int, WaveStatus] = {one.year: one.status for one in self.waves}

    def in_field(self) -> list[Wave]:
        """Waves to which people answer, or would if they were not paused."""
        return [one for one in self.waves if one.status in (WaveStatus.OPEN, WaveStatus.PAUSED)]

    def not_over(self) -> list[Wave]:
        return [one for one in self.waves if one.status not in _OVER]


def _lost_news(look: _Look) -> Iterator[Decision]:
    if lost_news(look.ctx) is not None:
        yield Decision(Matter.LOST_NEWS)


def _begin(look: _Look) -> Iterator[Decision]:
    for plan in waves_to_begin(look.ctx):
        if plan.opens_on - look.today <= AHEAD and plan.closes_on >= look.today:
            yield Decision(Matter.BEGIN, plan.year, due_on=plan.opens_on)


def _prepare(look: _Look) -> Iterator[Decision]:
    for wave in look.waves:
        if wave.status in BEFORE_THE_FIELD and wave.opens_on - look.today <= AHEAD:
            lacking = [one for one in preparation(look.ctx, wave.year) if not one.done]
            if lacking or wave.status is not WaveStatus.REHEARSED:
                yield Decision(Matter.PREPARE, wave.year, len(lacking), wave.opens_on)


def _open(look: _Look) -> Iterator[Decision]:
    for wave in look.waves:
        if wave.status is WaveStatus.REHEARSED and wave.opens_on <= look.today <= wave.closes_on:
            yield Decision(Matter.OPEN, wave.year, due_on=wave.opens_on)


def _close(look: _Look) -> Iterator[Decision]:
    for wave in look.in_field():
        if wave.closes_on - look.today <= CLOSING:
            over = "over" if wave.closes_on < look.today else ""
            yield Decision(Matter.CLOSE, wave.year, due_on=wave.closes_on, what=over)


def _paused(look: _Look) -> Iterator[Decision]:
    for wave in look.in_field():
        if wave.status is WaveStatus.PAUSED:
            yield Decision(Matter.PAUSED, wave.year)


def _freeze(look: _Look) -> Iterator[Decision]:
    for wave in look.waves:
        if wave.status is WaveStatus.CLOSED:
            yield Decision(Matter.FREEZE, wave.year)


def _rehearsal(look: _Look) -> Iterator[Decision]:
    for wave in look.waves:
        if wave.status not in (WaveStatus.CHECKED, *_SENDING):
            continue
        state = state_or_none(look.ctx, wave.year)
        if state is None or not state.in_the_way:
            continue
        of_wave = [one for one in look.mailings if one.wave == wave.year]
        in_field = wave.status in (WaveStatus.OPEN, WaveStatus.PAUSED)
        if in_field and state.standing is not RehearsalStanding.BLOCKED and not of_wave:
            continue  # nothing is sent, so nothing waits for it
        due = min((one.due_at.astimezone(STUDY_ZONE).date() for one in of_wave), default=None)
        blockers = len(state.last.blockers) if state.last is not None else 0
        day = wave.opens_on if not in_field else due if due and due >= look.today else None
        yield Decision(Matter.REHEARSAL, wave.year, blockers, day, str(state.standing))


def _mailing(look: _Look) -> Iterator[Decision]:
    for one in look.mailings:
        if one.status is MailingStatus.WAITING and look.status.get(one.wave) in _SENDING:
            day = one.due_at.astimezone(STUDY_ZONE).date()
            yield Decision(Matter.MAILING, one.wave, one.expected, day, one.step, one.requested_by)


def _unknown(look: _Look) -> Iterator[Decision]:
    found = Counter(one.wave for one in outbox.unknown_messages(look.ctx))
    for wave, count in sorted(found.items()):
        yield Decision(Matter.UNKNOWN, wave, count)


def _preload(look: _Look) -> Iterator[Decision]:
    for wave in look.waves:
        if wave.status not in BEFORE_THE_FIELD or wave.opens_on - look.today > AHEAD:
            continue
        for one in preparation(look.ctx, wave.year):
            if one.task is Task.REVIEW and not one.done:
                yield Decision(Matter.PRELOAD, wave.year, one.count, wave.opens_on, "review")
            if one.task is Task.FREEZE and not one.done and not one.waves:
                yield Decision(Matter.PRELOAD, wave.year, due_on=wave.opens_on, what="freeze")


def _request(look: _Look) -> Iterator[Decision]:
    for one in privacy_requests.open_requests(look.ctx):
        yield Decision(Matter.REQUEST, count=1, due_on=one.due_on, what=str(one.asked))


def _letters(look: _Look) -> Iterator[Decision]:
    live = {
        (one.wave, one.step): one
        for one in look.mailings
        if one.channel is Channel.LETTER and one.status is MailingStatus.RUNNING
    }
    with look.ctx.databases.research.snapshot() as connection:
        for wave in look.not_over():
            waiting = Counter(
                one.step for one in letter_messages.letters_outside(connection, wave.year)
            )
            for step, count in sorted(waiting.items()):
                mailing = live.get((wave.year, step))
                if mailing is not None:
                    day = max(mailing.due_at.astimezone(STUDY_ZONE).date(), look.today)
                    yield Decision(Matter.LETTERS, wave.year, count, day, step)


def _batch(look: _Look) -> Iterator[Decision]:
    for one in letter_lists.stages(look.ctx):
        batch = one.batch
        if one.held and batch.destroyed_at is None and look.status.get(batch.wave) not in _OVER:
            yield Decision(Matter.BATCH, batch.wave, one.held, what=batch.step)


def _returned(look: _Look) -> Iterator[Decision]:
    with look.ctx.databases.research.snapshot() as connection:
        for wave in look.in_field():
            barred = mailings.barriers(connection, wave.year, Channel.LETTER)
            if count := sum(why == _UNDELIVERABLE for why in barred.values()):
                yield Decision(Matter.RETURNED, wave.year, count)


def _duplicates(look: _Look) -> Iterator[Decision]:
    for wave in look.waves:
        count = len(open_duplicates.undecided(look.ctx, wave.year))
        if count and wave.status is not WaveStatus.FROZEN:
            yield Decision(Matter.DUPLICATES, wave.year, count)


def _thanks(look: _Look) -> Iterator[Decision]:
    if count := len(incentives_report.unknown(look.ctx)):
        yield Decision(Matter.THANKS, count=count)


def _open_answers(look: _Look) -> Iterator[Decision]:
    """At most: routes are not walked for it, which would take seconds."""
    years = [one.year for one in look.waves if one.version_id is not None]
    with look.ctx.databases.research.snapshot() as connection:
        given = open_answers.given_answers(look.ctx, connection, years)
    waiting = Counter(one.wave for one in given if one.progress.state not in _DONE)
    for wave, count in sorted(waiting.items()):
        yield Decision(Matter.OPEN_ANSWERS, wave, count)


def _language(look: _Look) -> Iterator[Decision]:
    """One of a wave: its languages with texts that wait, and how many texts that is in all."""
    for wave in look.not_over():
        try:
            plan = read_wave_plan(look.ctx.study, wave.year)
        except (WavePlanError, OSError):
            continue
        standing = catalog_progress(look.ctx.study, look.ctx.translations)
        waiting = {
            language: counts.total() - counts[Standing.REVIEWED]
            for language in plan.languages
            if (counts := standing.get(language)) is not None
        }
        behind = {language: count for language, count in waiting.items() if count}
        if behind:
            day = wave.opens_on if wave.opened_at is None else None
            count = sum(behind.values())
            yield Decision(Matter.LANGUAGE, wave.year, count, day, " ".join(behind))


def _retention(look: _Look) -> Iterator[Decision]:
    try:
        policy = retention.load_policy(look.ctx.study)
    except retention.RetentionError:
        return
    due = [one for one in retention.due(look.ctx, policy) if one.count]
    if due:
        since = min((one.over_on for one in due if one.over_on is not None), default=None)
        yield Decision(Matter.RETENTION, count=len(due), due_on=since)


_FINDERS: Mapping[Matter, Callable[[_Look], Iterator[Decision]]] = {
    Matter.LOST_NEWS: _lost_news,
    Matter.BEGIN: _begin,
    Matter.PREPARE: _prepare,
    Matter.OPEN: _open,
    Matter.CLOSE: _close,
    Matter.PAUSED: _paused,
    Matter.FREEZE: _freeze,
    Matter.REHEARSAL: _rehearsal,
    Matter.MAILING: _mailing,
    Matter.UNKNOWN: _unknown,
    Matter.PRELOAD: _preload,
    Matter.REQUEST: _request,
    Matter.LETTERS: _letters,
    Matter.BATCH: _batch,
    Matter.RETURNED: _returned,
    Matter.DUPLICATES: _duplicates,
    Matter.THANKS: _thanks,
    Matter.OPEN_ANSWERS: _open_answers,
    Matter.LANGUAGE: _language,
    Matter.RETENTION: _retention,
}
