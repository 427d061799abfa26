"""Commands of the outbox: the worker that sends, and what staff look at and decide."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import click
from sqlalchemy import Connection

from app.cli_place import as_of, made_up, settings_of, where
from app.clock import MovedClock, SystemClock
from app.messages.channels import Channel
from app.messages.pace import Pace
from app.messages.statuses import MessageStatus
from app.services.bootstrap import make_context
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.fieldwork.watching import Watch
from app.services.heartbeats import Heart
from app.services.messaging import lost_days, outbox, sending
from app.services.messaging.composing_messages import MessageComposer, providers_of
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.lost_days import LostDays
from app.services.messaging.reports import note_outcome
from app.services.open_ended.open_answers import NotAllowedError
from app.settings import Settings
from app.storage.migrate import upgrade
from app.storage.moment import Moment, database_now

SENT_BY_WORKERS = (Channel.EMAIL, Channel.SMS)
TRY_LATER = 75
"""Exit code (EX_TEMPFAIL of sysexits.h): messages are due and their provider wants a pause."""
BY = click.option("--by", "email", required=True, help="E-mail address of a member of staff.")
WAVE = click.option("--wave", type=int, help="One wave; all when not given.")
_ERRORS = (
    ContactPlanError,
    NotAllowedError,
    lost_days.NoSuchStepError,
    outbox.NotUnknownError,
)


@click.command()
@click.option("--channels", default="email,sms", show_default=True, help="What this worker sends.")
@click.option(
    "--per-second",
    default=5.0,
    show_default=True,
    help="Messages a second by a channel, all workers together; say the same to each.",
)
@click.option(
    "--lease-minutes",
    default=10,
    show_default=True,
    type=click.IntRange(2, 120),
    help="After so long without an outcome nobody knows whether a message went out.",
)
@click.option("--until-empty", is_flag=True, help="Stop when nothing is due.")
@as_of
@where
def worker(
    channels: str,
    per_second: float,
    lease_minutes: int,
    until_empty: bool,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Send what is due, open and close waves on their dates, until stopped (SIGTERM, Ctrl-C).

    With --until-empty it ends with exit code 75 when messages are due whose provider said that it
    was too much: it says until when they wait.

    Start several when one is too slow: they share the work. The message at hand is finished
    before a worker stops.
    """
    settings = settings_of(given)
    begins = made_up(moment, settings)
    if per_second <= 0:
        raise click.BadParameter("expected more than nothing", param_hint="--per-second")
    wanted = _channels(channels)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    with _services(settings, begins) as ctx:
        providers = providers_of(ctx)
        if lacking := [one for one in wanted if one not in providers]:
            raise click.ClickException(f"nothing is set up that sends {' or '.join(lacking)}")
        now = database_now if begins is None else _from(ctx, begins)
        rules = sending.PlanRules(ctx.study)
        name = f"w-{uuid4().hex[:12]}"
        heart = Heart(ctx, name, wanted)
        sender = sending.Sender(
            ctx,
            MessageComposer(),
            rules,
            name=name,
            moment=now,
            settled=note_outcome,
        )
        lease = timedelta(minutes=lease_minutes)
        pace = Pace(per_second)
        sent = sending.work(
            sender,
            [sending.Outlet(one, providers[one], pace, lease) for one in wanted],
            _stopped_by_signals(),
            until_empty=until_empty,
            ticks=[heart, rules.refresh, Watch(ctx, moment=now)],
        )
        heart.stop()
        paused = _paused(ctx, wanted, now) if until_empty else []
    click.echo(f"{sent} messages were given to a provider")
    for line in paused:
        click.echo(line, err=True)
    if paused:
        sys.exit(TRY_LATER)


def _paused(ctx: ServiceContext, wanted: list[Channel], moment: Moment) -> list[str]:
    """Say which channels wait because a provider said that it was too much."""
    with ctx.databases.research.read() as connection:
        now = moment(connection)
    return [
        f"{one.channel}: paused until {one.free_at.astimezone(STUDY_ZONE):%H:%M:%S} after too many"
        f" at once; {one.waiting} wait: start the worker again then"
        for one in outbox.channels(ctx, moment=moment)
        if one.channel in wanted and one.paused(now) and one.waiting
    ]


@click.group("outbox")
def outbox_() -> None:
    """Messages: how far they are, what is unknown, what is not to be sent."""


@outbox_.command("list")
@WAVE
@click.option("--unknown", is_flag=True, help="One line for each message nobody knows about.")
@where
def list_(wave: int | None, unknown: bool, **given: Any) -> None:  # noqa: ANN401
    """Count messages by wave, step, channel and status; shows nobody's name or address."""
    with _services(settings_of(given)) as ctx:
        if unknown:
            for one in outbox.unknown_messages(ctx, wave):
                at = f"{one.settled_at:%Y-%m-%d %H:%M}" if one.settled_at is not None else ""
                known = one.provider_reference or "-"
                click.echo(f"{one.id}  {one.wave}  {one.step:<16}  {at}  {one.reason}  {known}")
            return
        counts: Counter[tuple[int, str, str, str, str]] = Counter()
        for row in outbox.counts(ctx, wave):
            counts[row.wave, row.step, row.channel, row.status, row.reason or ""] += row.messages
        paces = outbox.channels(ctx)
    click.echo("wave  step              channel  status     reason            messages")
    for (year, step, channel, status, reason), number in sorted(counts.items()):
        click.echo(f"{year}  {step:<16}  {channel:<7}  {status:<9}  {reason:<16}  {number:>8}")
    for pace in paces:
        if pace.halved:
            click.echo(
                f"{pace.channel}: slowed to 1/{2**pace.halved} of its speed, free again at"
                f" {pace.free_at.astimezone(STUDY_ZONE):%Y-%m-%d %H:%M:%S}; {pace.waiting} wait"
            )
    waiting = sum(n for (*_, status, _), n in counts.items() if status == MessageStatus.UNKNOWN)
    if waiting:
        click.echo(f"{waiting} unknown: outbox list --unknown, then outbox settle")


@outbox_.command()
@click.argument("messages", nargs=-1, type=click.UUID)
@click.option("--sent/--not-sent", required=True, help="What was found out about all of them.")
@click.option("--wave", type=int, help="With --step: all that a restore left unknown of it.")
@click.option("--step", help="With --wave.")
@BY
@where
def settle(
    messages: tuple[UUID, ...],
    sent: bool,
    wave: int | None,
    step: str | None,
    email: str,
    **given: Any,  # noqa: ANN401
) -> None:
    """Write down whether MESSAGES nobody knew about went out; none is sent again either way."""
    if (wave is None) != (step is None) or bool(messages) == (wave is not None):
        raise click.UsageError("expected messages, or --wave and --step")
    with _services(settings_of(given)) as ctx:
        if wave is not None and step is not None:
            number = lost_days.settle_restored(ctx, wave, step, sent=sent, email=email)
        else:
            number = outbox.settle(ctx, list(messages), sent=sent, email=email)
    click.echo(f"{number} messages: {'sent' if sent else 'not sent'}")


@outbox_.command()
@click.option("--wave", required=True, type=int)
@click.option("--step", "steps", required=True, multiple=True, help="One or more.")
@click.option("--since", required=True, help="When the backup was made, such as 2024-02-01T12:00Z.")
@click.option("--until", help="The same; now when not given.")
@BY
@where
def hold(
    wave: int,
    steps: tuple[str, ...],
    since: str,
    until: str | None,
    email: str,
    **given: Any,  # noqa: ANN401
) -> None:
    """After a restore: say of what a step would have sent meanwhile that nobody knows.

    It is not sent again. For letters that went to the printer after the backup, and for steps that
    somebody let go after it; `restore` does so by itself for what workers send.
    """
    settings = settings_of(given)
    begins = _moment(since, "--since")
    ends = SystemClock().now() if until is None else _moment(until, "--until")
    if ends < begins:
        raise click.BadParameter("is before --since", param_hint="--until")
    with _services(settings) as ctx:
        for step in steps:
            number = lost_days.hold(ctx, wave, step, LostDays(begins, ends), email=email)
            click.echo(f"{step}: {number} messages are unknown now")


def _moment(words: str, option: str) -> datetime:
    try:
        read = datetime.fromisoformat(words)
    except ValueError:
        raise click.BadParameter("expected a date and time", param_hint=option) from None
    return read.replace(tzinfo=STUDY_ZONE) if read.tzinfo is None else read


@outbox_.command()
@click.option("--wave", required=True, type=int)
@click.option("--step", help="One step of the contact plan; all when not given.")
@click.option("--channel", type=click.Choice([str(one) for one in Channel]))
@click.option("--reason", required=True, help="Why, for the record.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@BY
@where
def cancel(
    wave: int,
    step: str | None,
    channel: str | None,
    reason: str,
    yes: bool,
    email: str,
    **given: Any,  # noqa: ANN401
) -> None:
    """Cancel messages that are due, for good: they are never made again."""
    if not yes:
        click.confirm(f"Cancel what is due of wave {wave}, for good?", abort=True)
    with _services(settings_of(given)) as ctx:
        number = outbox.cancel(
            ctx,
            wave,
            reason=reason,
            email=email,
            step=step,
            channel=None if channel is None else Channel(channel),
        )
    click.echo(f"{number} messages cancelled")


@contextmanager
def _services(settings: Settings, begins: datetime | None = None) -> Iterator[ServiceContext]:
    """Give the services; what they refuse becomes an error of the command."""
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(settings, None if begins is None else MovedClock.beginning(begins))
    try:
        yield ctx
    except _ERRORS as error:
        raise click.ClickException(str(error)) from error
    finally:
        ctx.databases.close()


def _channels(text: str) -> list[Channel]:
    names = text.split(",")
    allowed = [str(one) for one in SENT_BY_WORKERS]
    if not set(names) <= set(allowed) or len(set(names)) != len(names):
        raise click.BadParameter(
            f"found {text!r}, expected {' or '.join(allowed)} or both", param_hint="--channels"
        )
    return [Channel(name) for name in names]


def _from(ctx: ServiceContext, begins: datetime) -> Moment:
    """The time of the database, moved so that it is ``begins`` now."""
    with ctx.databases.research.read() as connection:
        move = begins - database_now(connection)

    def moment(connection: Connection) -> datetime:
        return database_now(connection) + move

    return moment


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
