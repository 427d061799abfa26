"""Sending thank-yous that people asked for by e-mail and text message, as long work."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.clock import SystemClock
from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say
from app.services.messaging.composing_messages import providers_of
from app.services.messaging.contact_plan import ContactPlanError
from app.services.thanks import incentives_desk as desk
from app.services.thanks import incentives_sending as sending
from app.services.thanks.incentives_sending import SendingError, SendRequest
from app.storage.moment import Moment, database_now

KIND = "thank-yous"
AT_A_TIME = 20
"""Between two looks at whether somebody stopped the work; none is cut off halfway."""
BACK = "/staff/incentives"


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Send what is due and in stock, and say what became of it; stopped, the rest still waits."""
    say = progress.say
    try:
        providers = providers_of(ctx)
    except ContactPlanError as error:
        raise JobRefusedError(str(error)) from error
    if not providers:
        raise JobRefusedError(say("No mail server and no gateway for text messages is set."))
    total = sum(one.count - one.later for one in desk.waiting(ctx, *desk.SENT_BY_US))
    outcomes, no_stock, quiet = Counter[str](), 0, False
    worker = f"job-{secrets.token_hex(8)}"
    while True:
        done = sum(outcomes.values())
        told = say("Thank-yous: %(done)s of %(of)s", done=done, of=total)
        progress.at(min(1.0, done / total) if total else None, told)
        request = SendRequest(f"{worker}-{done}", providers, AT_A_TIME, _moment_of(ctx))
        try:
            sent = sending.send(ctx, request)
        except (SendingError, ContactPlanError) as error:
            raise JobRefusedError(str(error)) from error
        outcomes += sent.outcomes
        no_stock, quiet = sent.no_stock, sent.quiet
        if sum(sent.outcomes.values()) < AT_A_TIME:
            return Finished(_words(say, outcomes, no_stock, quiet=quiet), BACK)


def title(say: Say, arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    return say("Sending thank-yous")


def _moment_of(ctx: ServiceContext) -> Moment:
    """The time of the database, which all senders share; a made-up time where the site has one."""
    return database_now if isinstance(ctx.clock, SystemClock) else lambda _: ctx.clock.now()


def _words(say: Say, outcomes: Counter[str], no_stock: int, *, quiet: bool) -> str:
    names = {
        "sent": say("Sent: %(count)s", count=outcomes["sent"]),
        "unknown": say("Nobody knows whether it went out: %(count)s", count=outcomes["unknown"]),
        "asked": say("Tried again later: %(count)s", count=outcomes["asked"]),
        "due": say("Refused; the person is asked once more: %(count)s", count=outcomes["due"]),
        "void": say("Taken back meanwhile: %(count)s", count=outcomes["void"]),
    }
    words = [words for status, words in names.items() if outcomes[status] or status == "sent"]
    if no_stock:
        words.append(say("Waiting for stock: %(count)s", count=no_stock))
    if quiet:
        words.append(say("These are quiet hours: the rest waits until people may be disturbed."))
    return ". ".join(one.rstrip(".") for one in words) + "."


THANKS_KINDS: Mapping[str, JobKind] = {KIND: JobKind(run, title)}
