"""Sending gift codes by e-mail and text message, each at most once.

Not by the outbox of messages: that writes to people at the addresses of the panel, counts in their
response, and stops when they want no more e-mail. This goes where somebody asked for it, to nobody
we know. The steps are the same: taken and committed as "sending" with a code reserved for it; the
provider called outside any transaction; the outcome written down. Dying in between leaves a lease
that ends: nobody knows, staff settles it (`settle`), and whatever they say it is the same code.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.messages.channels import Channel
from app.messages.pace import retry_delay
from app.messages.providers import (
    Attempt,
    Cannot,
    Email,
    EmailProvider,
    Sms,
    SmsProvider,
)
from app.messages.sender import read_sender
from app.messages.statuses import Outcome
from app.panel.incentives import Account, IncentiveStatus, Way
from app.services.context import ServiceContext
from app.services.messaging.contact_plan import load_contact_plan
from app.services.thanks import incentives_destinations as destinations
from app.services.thanks import incentives_stock as stock
from app.services.thanks.incentives_words import compose
from app.storage import incentive_stock, incentives
from app.storage.incentive_stock import Move, Taken, Worth
from app.storage.incentives import Incentive
from app.storage.moment import Moment, database_now

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 8
LOOKED_AT = 50
MOST_REFUSED = 5
_WAYS = {Channel.EMAIL: Way.EMAIL, Channel.SMS: Way.SMS}
_AGAIN = (Outcome.RETRY, Outcome.THROTTLED)
_TRIES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries to write an outcome down when the database does not answer."""

log = logging.getLogger(__name__)
Providers = Mapping[Channel, EmailProvider | SmsProvider]


class SendingError(Exception):
    """Nothing can be sent as things stand; nothing was."""


@dataclass(frozen=True, slots=True)
class SendRequest:
    """Who sends, by what, and how many at most."""

    worker: str
    """Its own: no two have the same, also not one after the other."""
    providers: Providers
    limit: int = 10_000
    moment: Moment = database_now


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """Of the thank-yous it took: the state each went to."""
    no_stock: int = 0
    """Seen waiting with nothing of their worth in stock."""
    quiet: bool = False
    """Nothing was looked at: it is too late or too early to disturb people."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    one: Incentive
    piece: Taken


def send(ctx: ServiceContext, request: SendRequest) -> Sent:
    """Send what people asked for by e-mail and text message, until nothing is due or in stock.

    Raises
    ------
    SendingError
        If the study has no sender, or one that is an example.
    """
    sender, problems = read_sender(ctx.study)
    if sender is None:
        raise SendingError("\n".join(map(str, problems)) or "the study has no sender")
    if sender.examples() and not ctx.settings.synthetic:
        raise SendingError("letters/sender.yaml still has examples in it")
    _lapse(ctx, request.moment)
    outcomes, no_stock = Counter[str](), set[UUID]()
    while sum(outcomes.values()) < request.limit:
        taken = _take(ctx, request, no_stock)
        if taken is None:
            break
        if taken == "quiet":
            return Sent(outcomes, len(no_stock), quiet=True)
        claimed = cast(_Claimed, taken)
        code = stock.read_code(ctx, claimed.piece)
        to = destinations.read(ctx, [claimed.one.id]).get(claimed.one.id, {})
        finished = Cannot("no_code") if code is None else compose(claimed.one, to, code, sender)
        attempt = _call(request.providers, claimed.one, finished)
        status = _record(ctx, claimed.one, attempt, request.moment)
        outcomes[status] += 1
        if attempt.outcome is Outcome.THROTTLED or _all_refused(outcomes):
            break
    destinations.sweep(ctx)
    return Sent(outcomes, len(no_stock))


def settle(ctx: ServiceContext, incentive_id: UUID, *, went_out: bool, by: str) -> bool:
    """Say of one nobody knew of whether it went out; tell whether it was such a one.

    What did not go out is sent again, with the same code.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        one = incentives.load_incentive(connection, incentive_id, lock=True)
        if one is None or one.status is not IncentiveStatus.UNKNOWN:
            return False
        status = IncentiveStatus.SENT if went_out else IncentiveStatus.ASKED
        if went_out:
            move = Move(Account.RESERVED, Account.SENT, "settled", by, now)
            incentive_stock.move_pieces_of(connection, [one.id], move)
        incentives.set_status(connection, [one.id], status, now, {"by": by}, reason=None)
        detail = {"went_out": went_out, "by": by}
        stock.log(ctx, connection, "incentives.settled", str(one.id), detail)
    if went_out:
        destinations.destroy(ctx, [incentive_id])
    return True


def _all_refused(outcomes: Counter[str]) -> bool:
    """Whether nothing but refusals came back: of our account, then, and not of their addresses."""
    refused = outcomes[IncentiveStatus.DUE]
    return refused >= MOST_REFUSED and refused == sum(outcomes.values())


def _take(ctx: ServiceContext, request: SendRequest, no_stock: set[UUID]) -> _Claimed | str | None:
    """Take the next one that there is a code for, and commit that it is being sent."""
    ways = [_WAYS[one] for one in request.providers]
    plan = load_contact_plan(ctx.study)
    lacking: set[Worth] = set()
    with ctx.databases.research.write() as connection:
        now = request.moment(connection)
        if plan is not None and plan.quiet.next_allowed(now) > now:
            return "quiet"
        for one in incentives.lock_asked(connection, ways, now=now, limit=LOOKED_AT):
            if one.worth in lacking:
                no_stock.add(one.id)
                continue
            piece = incentive_stock.take_piece(
                connection, one.id, one.worth, by=request.worker, at=now
            )
            if piece is None:
                lacking.add(one.worth)
                no_stock.add(one.id)
                continue
            claimed = incentives.claim(connection, one, request.worker, lease=LEASE, now=now)
            return _Claimed(claimed, piece)
    return None


def _call(providers: Providers, one: Incentive, finished: Email | Sms | Cannot) -> Attempt:
    """Call the provider; what it raises against its word is an outcome that nobody knows."""
    if isinstance(finished, Cannot):
        return Attempt(Outcome.REFUSED, reason=finished.reason)
    try:
        if isinstance(finished, Email):
            return cast(EmailProvider, providers[Channel.EMAIL]).send(finished)
        return cast(SmsProvider, providers[Channel.SMS]).send(finished)
    except Exception as error:
        # The type only: the words of an error may quote an address.
        log.warning("provider of thank-you %s raised %s", one.id, type(error).__name__)
        return Attempt(Outcome.UNKNOWN, reason="provider_broke")


def _record(ctx: ServiceContext, claimed: Incentive, attempt: Attempt, moment: Moment) -> str:
    """Write down what a call came to, and return the state; the same twice changes nothing."""
    done: list[IncentiveStatus] = []

    def write(connection: Connection) -> None:
        done.clear()
        one = incentives.still_ours(connection, claimed)
        if one is not None:
            done.append(_outcome(connection, one, attempt, moment(connection)))

    _surely(ctx, write)
    status = done[0] if done else IncentiveStatus.VOID
    if status not in (IncentiveStatus.ASKED, IncentiveStatus.UNKNOWN):
        destinations.destroy(ctx, [claimed.id])
    return status


def _outcome(
    connection: Connection, one: Incentive, attempt: Attempt, now: datetime
) -> IncentiveStatus:
    detail: dict[str, Any] = {"outcome": attempt.outcome, "reason": attempt.reason}
    by, again = one.worker or "", one.attempts < MOST_ATTEMPTS
    values: dict[str, object]
    if attempt.outcome is Outcome.UNKNOWN:
        status, values = IncentiveStatus.UNKNOWN, {"reason": attempt.reason}
    elif attempt.outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE):
        status, values = IncentiveStatus.SENT, {"reason": None}
        move = Move(Account.RESERVED, Account.SENT, "sent", by, now)
        incentive_stock.move_pieces_of(connection, [one.id], move)
    elif attempt.outcome in _AGAIN and again and one.case_id is not None:
        # The piece stays with it: the next try is with the same code.
        later = now + retry_delay(one.attempts, (one.id.int % 1000) / 1000)
        status, values = IncentiveStatus.ASKED, {"not_before": later, "worker": None}
    else:
        # Certainly not taken. The person may leave another address, unless nobody is left.
        status = IncentiveStatus.VOID if one.case_id is None else IncentiveStatus.DUE
        values = {"reason": attempt.reason or "refused", "way": None, "not_before": None}
        move = Move(Account.RESERVED, Account.STOCK, "not taken", by, now)
        incentive_stock.move_pieces_of(connection, [one.id], move)
    incentives.set_status(connection, [one.id], status, now, detail, **values)
    return status


def _lapse(ctx: ServiceContext, moment: Moment) -> None:
    """Say of those whose sender died that nobody knows."""
    with ctx.databases.research.write() as connection:
        now = moment(connection)
        lapsed = incentives.lock_lapsed(connection, now)
        incentives.set_status(
            connection,
            incentives.ids(lapsed),
            IncentiveStatus.UNKNOWN,
            now,
            {"reason": "lease_lapsed"},
            reason="lease_lapsed",
        )


def _surely(ctx: ServiceContext, write: Any) -> None:  # noqa: ANN401
    """Write down what happened, again when the database was gone: it cannot be asked twice."""
    for pause in (*_TRIES, None):
        try:
            with ctx.databases.research.write() as connection:
                write(connection)
        except DBAPIError:
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return
