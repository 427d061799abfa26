"""The worker: takes due messages one by one, has them written, hands them to a provider.

In four steps, each of which may be the last one of this process:

1. the message is taken, and committed as "sending";
2. it is composed: words, address;
3. the provider is called, outside any transaction;
4. the outcome is written down.

Dying between 1 and 4 leaves a lease that ends: then nobody knows, and it is not sent again. One
message at a time, so that a death leaves one such message and not a batch of them.

Time is the time of the database, in every worker the same. The clock of the machine only measures
how long something took.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Protocol, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.messages.channels import Channel
from app.messages.pace import Pace
from app.messages.providers import (
    Attempt,
    Cannot,
    Claimed,
    Email,
    EmailProvider,
    Sms,
    SmsProvider,
)
from app.messages.sending_rules import SendingRules, rules_of
from app.messages.statuses import MessageStatus, Outcome
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.messaging.contact_plan import load_contact_plan
from app.storage.message_claims import (
    ClaimRequest,
    Taken,
    claim_next,
    lapse,
    record_attempt,
    record_not_called,
)
from app.storage.moment import Moment, database_now

LEASE = timedelta(minutes=10)
"""Much longer than any provider takes; a shorter one would call slow messages unknown."""
IDLE_S = 2.0
"""Between two looks at an empty outbox."""
TICK_S = 60.0
LAPSE_S = 15.0
_TRIES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries to write an outcome down when the database does not answer."""

log = logging.getLogger(__name__)


class PlanRules:
    """The rules of the contact plan of a study; `refresh` reads them again.

    Raises `ContactPlanError` when the plan is broken. A study without one sends nothing.
    """

    def __init__(self, study: Path) -> None:
        self._study = study
        self._rules = self._read()

    def __call__(self) -> SendingRules:
        """Return the rules as last read."""
        return self._rules

    def refresh(self) -> None:
        """Read the plan again; keep the rules when it is broken."""
        self._rules = self._read()

    def _read(self) -> SendingRules:
        plan = load_contact_plan(self._study)
        return SendingRules({}, STUDY_ZONE) if plan is None else rules_of(plan)


class Composer(Protocol):
    """Turns a message into what a provider takes."""

    def compose(self, ctx: ServiceContext, message: Claimed) -> Email | Sms | Cannot:
        """Return the finished message, or why there is none; reads, and changes nothing."""


Settled = Callable[[Connection, Claimed, Attempt, MessageStatus, datetime], None]
"""Told of each outcome that was news, in the unit that writes it down."""


@dataclass(frozen=True)
class Outlet:
    """A channel with the provider that serves it."""

    channel: Channel
    provider: EmailProvider | SmsProvider
    pace: Pace
    lease: timedelta = LEASE


class Turn(Enum):
    """What one look at the outbox came to."""

    SENT = "sent"
    """A provider was called, whatever came of it."""
    LEFT = "left"
    """Messages were cancelled or given back; there may be more."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to, and how long to wait for the next, where that is known."""

    turn: Turn
    wait: timedelta | None = None


class Sender:
    """One worker. ``name`` is its own: no two have the same, also not one after the other."""

    def __init__(
        self,
        ctx: ServiceContext,
        composer: Composer,
        rules: Callable[[], SendingRules],
        *,
        name: str,
        moment: Moment = database_now,
        settled: Settled | None = None,
    ) -> None:
        self._ctx = ctx
        self._composer = composer
        self._rules = rules
        self._name = name
        self._moment = moment
        self._settled = settled

    def send_one(self, outlet: Outlet) -> Look:
        """Take the next due message of a channel, if there is one, and send it."""
        began = time.monotonic()
        taken = self._take(outlet)
        if taken.message is None:
            return Look(Turn.LEFT if taken.cancelled else Turn.NOTHING, taken.wait)
        message = taken.message
        finished = self._composed(message)
        if isinstance(finished, Cannot):
            self._not_called(message, finished.reason, again=False)
            return Look(Turn.LEFT)
        if finished is None:
            self._record(outlet, message, Attempt(Outcome.RETRY, reason="composing"))
            return Look(Turn.LEFT)
        if time.monotonic() - began > outlet.lease.total_seconds() / 2:
            # Half of it is kept for the call. Whoever finds the lease ended must be able to say
            # that this process does nothing any more.
            self._not_called(message, "too_late", again=True)
            return Look(Turn.LEFT)
        self._record(outlet, message, _call(outlet, finished))
        return Look(Turn.SENT)

    def lapse(self) -> int:
        """Say of messages whose worker died that nobody knows; return how many."""
        with self._ctx.databases.research.write() as connection:
            return lapse(connection, self._moment)

    def _take(self, outlet: Outlet) -> Taken:
        rules = self._rules()
        request = ClaimRequest(outlet.channel, self._name, outlet.lease, outlet.pace, rules)
        with self._ctx.databases.research.write() as connection:
            return claim_next(connection, request, self._moment)

    def _composed(self, message: Claimed) -> Email | Sms | Cannot | None:
        """Return the finished message; ``None`` when composing broke, which is for us to mend."""
        try:
            finished = self._composer.compose(self._ctx, message)
        except Exception as error:
            _log_break("composing", message, error)
            return None
        right = {Channel.EMAIL: Email, Channel.SMS: Sms}[message.channel]
        if not isinstance(finished, (Cannot, right)):
            log.warning("composing gave the wrong kind for message %s", message.id)
            return None
        return finished

    def _not_called(self, message: Claimed, reason: str, *, again: bool) -> None:
        def write(connection: Connection) -> None:
            now = self._moment(connection)
            record_not_called(connection, message, reason, again=again, now=now)

        self._surely(write)

    def _record(self, outlet: Outlet, message: Claimed, attempt: Attempt) -> None:
        def bare(connection: Connection) -> MessageStatus | None:
            provider = outlet.provider.name
            return record_attempt(connection, message, provider, attempt, self._moment)

        def write(connection: Connection) -> None:
            status = bare(connection)
            if status is not None and self._settled is not None:
                now = self._moment(connection)
                self._settled(connection, message, attempt, status, now)

        try:
            self._surely(write)
        except DBAPIError:
            raise
        except Exception as error:
            if self._settled is None:
                raise
            _log_break("what follows from", message, error)
            self._surely(bare)

    def _surely(self, write: Callable[[Connection], object]) -> None:
        """Write down what happened, again when the database was gone: it cannot be asked twice.

        The same outcome written twice changes nothing.
        """
        for pause in (*_TRIES, None):
            try:
                with self._ctx.databases.research.write() as connection:
                    write(connection)
            except DBAPIError:
                if pause is None:
                    raise
                time.sleep(pause)
            else:
                return


@dataclass
class _Timer:
    """Does something at most once in so many seconds."""

    every: float
    do: Callable[[], object]
    what: str
    due: float = 0.0

    def look(self) -> None:
        if time.monotonic() >= self.due:
            self.due = time.monotonic() + self.every
            try:
                self.do()
            except Exception as error:
                log.warning("%s: %s", self.what, type(error).__name__)


def work(
    sender: Sender,
    outlets: Sequence[Outlet],
    stop: threading.Event,
    *,
    until_empty: bool = False,
    ticks: Sequence[Callable[[], object]] = (),
) -> int:
    """Send until told to stop, and return how many messages went to a provider.

    ``until_empty`` stops also when nothing is due now; what waits for its pace is waited for.
    ``ticks`` are done once a minute. A stop lets the message at hand be finished.
    """
    timers = [_Timer(LAPSE_S, sender.lapse, "leases")]
    timers += [_Timer(TICK_S, tick, "tick") for tick in ticks]
    sent = 0
    while not stop.is_set():
        for timer in timers:
            timer.look()
        looks = []
        for outlet in outlets:
            if stop.is_set():
                break
            looks.append(_look(sender, outlet))
        sent += sum(look.turn is Turn.SENT for look in looks)
        if any(look.turn is not Turn.NOTHING for look in looks):
            continue
        waits = [look.wait.total_seconds() for look in looks if look.wait is not None]
        if until_empty and not any(wait < IDLE_S for wait in waits):
            break
        stop.wait(min([IDLE_S, *waits]))
    return sent


def _look(sender: Sender, outlet: Outlet) -> Look:
    try:
        return sender.send_one(outlet)
    except DBAPIError as error:
        log.warning("the database does not answer: %s", type(error).__name__)
        return Look(Turn.NOTHING, timedelta(seconds=IDLE_S))


def _call(outlet: Outlet, finished: Email | Sms) -> Attempt:
    """Call the provider; what it raises against its word is an outcome that nobody knows."""
    try:
        if isinstance(finished, Email):
            return cast(EmailProvider, outlet.provider).send(finished)
        return cast(SmsProvider, outlet.provider).send(finished)
    except Exception as error:
        log.warning("provider %s raised %s", outlet.provider.name, type(error).__name__)
        return Attempt(Outcome.UNKNOWN, reason="provider_broke")


def _log_break(what: str, message: Claimed, error: Exception) -> None:
    # The type only: the words of an error may quote a name or an address.
    log.warning("%s message %s: %s", what, message.id, type(error).__name__)
