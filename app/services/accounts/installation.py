"""What an administrator sees of the installation: settings without secrets, health, queues."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.delivery.letters.fonts import FontsMissingError, load_fonts
from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.services import jobs
from app.services.backing_up import MADE
from app.services.context import ServiceContext
from app.services.heartbeats import Beat, beats
from app.services.jobs import JobState
from app.services.messaging import outbox
from app.settings import Settings
from app.storage.audit import events_of
from app.storage.migrate import Schema, is_current
from app.storage.moment import Moment, database_now
from app.version import VERSION

DISK_LOW = 1_000_000_000
"""Bytes: a wave of 12,000 people with its backup takes some hundreds of millions."""

BACKUP_EVERY = timedelta(hours=25)
"""A day, and an hour for one that is made at the same time every night."""

_KEY_RINGS = ("contact_keys", "staff_keys")
_SECRETS = ("secret_key", "code_keys", "contact_index_key", "sms_report_key")
_DATABASES = ("database_url", "contacts_url")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting by the name of its variable, with its value where it is no secret."""

    name: str
    value: str | None
    """``None``: not set, or a secret of which nothing is shown."""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """One of the two databases."""

    schema: Schema
    engine: str
    answers: bool
    current: bool
    """Whether it has had all migrations of this program."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """A backup that was made; where it lies is known to who made it."""

    made_at: datetime
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the installation stands."""

    version: str
    databases: Sequence[DatabaseHealth]
    disk_free: int | None
    """Bytes where the data directory lies; ``None`` without one."""
    fonts_missing: bool
    last_sent_at: datetime | None
    """When a worker last took a message of any channel; ``None`` when none ever did."""
    workers: Sequence[Beat] | None
    """What workers said last; ``None`` where nobody can tell: without a data directory."""
    due: int
    """Messages that wait for a worker."""
    last_backup: LastBackup | None
    """The last one that this program made; ``None`` when it made none."""
    asked_at: datetime
    synthetic: bool

    @property
    def at_work(self) -> list[Beat]:
        """The workers that were heard of lately."""
        return [one for one in self.workers or () if not one.silent(self.asked_at)]

    @property
    def waits_for_a_worker(self) -> bool:
        """Whether messages are due and it is known that nobody sends them."""
        return self.due > 0 and self.workers is not None and not self.at_work

    @property
    def backup_old(self) -> bool:
        """Whether there is no backup of the last day; made-up people need none."""
        made = self.last_backup
        return not self.synthetic and (made is None or self.asked_at - made.made_at > BACKUP_EVERY)

    @property
    def disk_low(self) -> bool:
        """Whether there is too little room for a backup."""
        return self.disk_free is not None and self.disk_free < DISK_LOW


@dataclass(frozen=True, slots=True)
class ChannelQueue:
    """Messages of a channel that are on their way, in numbers."""

    channel: Channel
    due: int
    sending: int
    unknown: int
    failed: int
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits to be done by a worker or a process of its own."""

    channels: Sequence[ChannelQueue]
    jobs: dict[JobState, int]
    """The last two hundred jobs by state."""
    jobs_lost: int
    """Whose process is gone without a word."""

    @property
    def unknown(self) -> int:
        """Messages of which nobody knows whether they went out."""
        return sum(one.unknown for one in self.channels)


def settings_shown(settings: Settings) -> list[Setting]:
    """Return all settings in order; of secrets only whether they are there, of keys their ids."""
    return [_setting(settings, one.name) for one in fields(settings)]


def health_of(ctx: ServiceContext) -> Health:
    """Return how the installation stands; a database that is away is said, not raised."""
    folder = ctx.settings.data_dir
    try:
        load_fonts(ctx.settings.fonts_dir)
        fonts_missing = False
    except FontsMissingError:
        fonts_missing = True
    return Health(
        version=VERSION,
        databases=[_database(ctx, schema) for schema in Schema],
        disk_free=None if folder is None else shutil.disk_usage(folder).free,
        fonts_missing=fonts_missing,
        last_sent_at=max((one.free_at for one in outbox.channels(ctx)), default=None),
        workers=beats(ctx),
        due=sum(
            one.messages
            for one in outbox.counts(ctx)
            if one.status is MessageStatus.DUE and one.channel is not Channel.LETTER
        ),
        last_backup=_last_backup(ctx),
        asked_at=ctx.clock.now(),
        synthetic=ctx.settings.synthetic,
    )


def _last_backup(ctx: ServiceContext) -> LastBackup | None:
    with ctx.databases.research.read() as connection:
        made = events_of(connection, [MADE])
    if not made:
        return None
    last = max(made, key=lambda one: one.at)
    return LastBackup(last.at, int(last.detail["rows"]), int(last.detail["bytes"]))


def queues_of(ctx: ServiceContext, *, moment: Moment = database_now) -> Queues:
    """Return what waits: messages by channel, long work by state."""
    with ctx.databases.research.read() as connection:
        now = moment(connection)
    states = {one.channel: one for one in outbox.channels(ctx, moment=moment)}
    counted: Counter[tuple[Channel, MessageStatus]] = Counter()
    for one in outbox.counts(ctx):
        counted[one.channel, one.status] += one.messages
    channels = []
    for channel in Channel:
        state = states.get(channel)
        if state is None and not any(counted[channel, status] for status in MessageStatus):
            continue
        channels.append(
            ChannelQueue(
                channel,
                due=counted[channel, MessageStatus.DUE],
                sending=counted[channel, MessageStatus.SENDING],
                unknown=counted[channel, MessageStatus.UNKNOWN],
                failed=counted[channel, MessageStatus.FAILED],
                paused_until=state.free_at if state and state.paused(now) else None,
            )
        )
    listed = jobs.list_jobs(ctx, "en")
    return Queues(
        channels,
        dict(Counter(one.stored.state for one in listed if not one.lost)),
        sum(one.lost for one in listed),
    )


def _setting(settings: Settings, name: str) -> Setting:
    value = getattr(settings, name)
    if name in _SECRETS:
        return Setting(name, None, secret=value is not None)
    if value is None:
        return Setting(name, None)
    if name in _KEY_RINGS:
        return Setting(name, ", ".join(value), secret=True)
    if name in _DATABASES:
        return Setting(name, make_url(value).render_as_string(hide_password=True))
    if name == "smtp":
        return Setting(name, " ".join(filter(None, (value.security, value.host))))
    if name == "sms":
        return Setting(name, " ".join(filter(None, (value.kind, value.url))))
    if name == "argon2":
        return Setting(name, f"{value.passes},{value.memory_kib},{value.lanes}")
    if isinstance(value, tuple):
        return Setting(name, ", ".join(value))
    return Setting(name, str(value))


def _database(ctx: ServiceContext, schema: Schema) -> DatabaseHealth:
    database = ctx.databases.research if schema is Schema.RESEARCH else ctx.databases.contacts
    name = database.engine.dialect.name
    try:
        with database.engine.connect() as connection:
            return DatabaseHealth(schema, name, True, is_current(connection, schema))
    except SQLAlchemyError:
        return DatabaseHealth(schema, name, False, False)
